"""Figures the plain way, one respondent after the other in fractions: slow, and nothing to be clever about."""

from fractions import Fraction

import pandas as pd

from pipeline.figures.definitions import Source
from pipeline.figures.vocabulary import Statistic
from pipeline.responses.expressions import evaluate


def number(survey, respondent, variable):
    """The number that somebody gave as the decimal that it is, or None and why not."""
    value = survey.answers.at[respondent, variable]
    if pd.isna(value):
        return None, survey.reasons.at[respondent, variable]
    return Fraction(repr(float(value))), ""


def ticked(survey, respondent, measure, question):
    """Whether somebody gave an answer that counts, or None and why that cannot be told."""
    answers, reasons = survey.answers.loc[respondent], survey.reasons.loc[respondent]
    places = [name for name in answers.index if name.startswith(f"{question}.")]
    match measure.source:
        case Source.NUMBER:
            value, reason = number(survey, respondent, question)
            bin_ = next((b.id for b in measure.bins.bands if value is not None and holds(b, value)), None)
            return (None, reason or "outside_bins") if bin_ is None else (Fraction(bin_ in measure.answers), "")
        case Source.CONDITION:
            held = evaluate(measure.when, survey.answers, survey.codebook, survey.reasons)[respondent]
            given = [reasons[name if name in reasons else name.partition(".")[0]] for name in measure.reads]
            missing = next((reason for reason in given if reason != "answered"), "cannot_tell")
            return (None, missing) if pd.isna(held) else (Fraction(bool(held)), "")
        case Source.SINGLE:
            reason, chosen = reasons[question], answers[question] in measure.answers
        case Source.MULTIPLE:
            reason, ticks = reasons[question], [answers[f"{question}.{code}"] for code in measure.answers]
            chosen = any(pd.notna(tick) and tick for tick in ticks)
        case Source.RANKING:
            given = [reasons[name] for name in places]
            reason = "answered" if "answered" in given else given[0]
            chosen = any(answers[name] in measure.answers for name in places)
    return (Fraction(bool(chosen)), "") if reason == "answered" else (None, reason)


def holds(band, value):
    """Whether a number lies between a band's edges."""
    return ((band.from_ is None or value >= Fraction(repr(band.from_))) and (band.above is None or value > band.above)
            and (band.to is None or value <= band.to) and (band.below is None or value < band.below))  # fmt: skip


def given(survey, respondent, measure, variables):
    """(value, reason, what is divided, by what) of one respondent."""
    one = number(survey, respondent, variables[0]) if measure.source is Source.NUMBER else None
    match measure.statistic:
        case Statistic.SHARE | Statistic.COUNT:
            return (*ticked(survey, respondent, measure, variables[0]), None, None)
        case Statistic.SHARE_NONZERO:
            return (None if one[0] is None else Fraction(one[0] != 0), one[1], None, None)
        case Statistic.MEDIAN_NONZERO if one[0] == 0:
            return None, "zero", None, None
        case Statistic.MEAN_SHARE:
            parts = [number(survey, respondent, name) for name in measure.whole]
            missing = next((reason for value, reason in parts if value is None), None)
            if missing is not None or one[0] is None:
                return None, missing or "", None, None
            total = sum(value for value, _ in parts)
            return (100 * one[0] / total, "", None, None) if total else (None, "no_total", None, None)
        case Statistic.RATIO_OF_SUMS | Statistic.MEAN_OF_RATIOS | Statistic.MEDIAN_OF_RATIOS:
            other = number(survey, respondent, variables[1])
            if one[0] is None or other[0] is None:
                return None, one[1] or other[1], None, None
            above = one[0] > 0 and other[0] > 0
            return (one[0] / other[0], "", one[0], other[0]) if above else (None, "zero", None, None)
        case Statistic.POINTS:
            other = number(survey, respondent, variables[1])
            return (*one, None, None) if one[0] is None or other[0] is not None else (None, other[1], None, None)
    return (*one, None, None)


def contributions(survey, exhibit, measure, row):
    """By respondent of a row: value, reason, what is divided, by what, weight."""
    found, variables = {}, measure.variables(row)
    base = evaluate(exhibit.where, survey.answers, survey.codebook, survey.reasons) if exhibit.where else None
    bands = None if row.dimension == "overall" or row.is_item else survey.bands(row.dimension, row.cut_by)
    weight = survey.codebook.survey.weight
    for respondent in survey.answers.index:
        if bands is not None and bands[respondent] != row.band:
            continue
        value, reason, over, under = given(survey, respondent, measure, variables)
        if base is not None and (pd.isna(base[respondent]) or not base[respondent]):
            value, reason = None, "base_unknown" if pd.isna(base[respondent]) else "outside_base"
        weighs = None
        if weight and measure.statistic not in (Statistic.COUNT, Statistic.POINTS) and value is not None:
            weighs, _ = number(survey, respondent, weight)
            if weighs is None or weighs <= 0:
                value, reason, weighs = None, "no_weight", None
        found[respondent] = (value, reason, over, under, weighs)
    return found


def figure(statistic, used):
    """(value, numerator, denominator) of the contributions that have a value."""
    values, weights = [c[0] for c in used], [1 if c[4] is None else c[4] for c in used]
    total, unit = sum(weights), used[0][4] is None
    weighted = sum(v * w for v, w in zip(values, weights, strict=True))
    match statistic:
        case Statistic.SHARE | Statistic.SHARE_NONZERO:
            return 100 * weighted / total, weighted, total
        case Statistic.COUNT:
            return weighted, weighted, total
        case Statistic.MEAN | Statistic.MEAN_SHARE | Statistic.MEAN_OF_RATIOS:
            return weighted / total, weighted, total
        case Statistic.RATIO_OF_SUMS:
            over = sum(c[2] * w for c, w in zip(used, weights, strict=True))
            under = sum(c[3] * w for c, w in zip(used, weights, strict=True))
            return over / under, over, under
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO | Statistic.MEDIAN_OF_RATIOS:
            pairs, n = sorted(zip(values, weights, strict=True)), len(values)
            if unit:
                return (pairs[(n - 1) // 2][0] + pairs[n // 2][0]) / 2, None, None
            below = Fraction(0)
            for (value, weight), after in zip(pairs, [*pairs[1:], None], strict=True):
                below += weight
                if 2 * below == total:
                    return (value + after[0]) / 2, None, None
                if 2 * below > total:
                    return value, None, None
    return None, None, None


def on_paper(value):
    """The decimal of twelve digits that lies within 10^-15 of a figure, should there be one."""
    near = Fraction(f"{float(value):.12g}")
    return near if abs(near - value) <= abs(value) / 10**15 else value


def quantile(values, part):
    """Type 7."""
    ranked, place = sorted(values), part * (len(values) - 1)
    below = int(place)
    return ranked[below] + (place - below) * (ranked[min(below + 1, len(ranked) - 1)] - ranked[below])

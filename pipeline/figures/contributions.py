"""What each respondent contributes to a measure: a value, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property

import pandas as pd

from pipeline.figures.definitions import Measure, Source
from pipeline.figures.vocabulary import Statistic
from pipeline.responses.bands import band_of
from pipeline.responses.expressions import evaluate
from pipeline.responses.survey import Survey

ANSWERED = "answered"
OUTSIDE_BASE, BASE_UNKNOWN, ZERO, NO_TOTAL = "outside_base", "base_unknown", "zero", "no_total"
OUTSIDE_BINS, CANNOT_TELL, NO_WEIGHT = "outside_bins", "cannot_tell", "no_weight"
UNWEIGHTED = (Statistic.COUNT, Statistic.POINTS)  # respondents are counted, and shown, one by one
COUNTS = (Fraction(0), Fraction(1))  # of an answer that does not count, and of one that does


@dataclass(frozen=True, slots=True)
class Contribution:
    """One respondent: the value that enters the statistic (1 or 0 for shares), or None and the reason.

    Of a ratio the value is the respondent's own, and `per` the number that it is divided by. `weight` is how much the
    respondent weighs in the figure, None where all weigh the same.
    """

    respondent: str
    value: Fraction | None
    reason: str = ""
    per: Fraction | None = None
    weight: Fraction | None = None


Given = tuple[Fraction | None, str] | tuple[Fraction, str, Fraction]


def _weighted(respondent: str, given: Given, weight: Fraction | None) -> Contribution:
    if given[0] is None:
        return Contribution(respondent, *given)
    if weight is None or weight <= 0:
        return Contribution(respondent, None, NO_WEIGHT)
    value, reason, per = (*given, None)[:3]
    return Contribution(respondent, value, reason, per, weight)


class Contributions:
    """Contributions of all respondents, in the survey's order, for any measure; answers are made exact once."""

    def __init__(self, survey: Survey):
        self._survey = survey
        self._numbers = cache(self._read_numbers)
        self._reasons = cache(self._read_reasons)
        self._outside = cache(self._read_outside)

    @cached_property
    def respondents(self) -> list[str]:
        return [str(r) for r in self._survey.answers.index]

    def of(self, measure: Measure, variables: tuple[str, ...], where: str | None = None) -> list[Contribution]:
        """One contribution per respondent of the survey; those for whom `where` does not hold are left out.

        `variables` are those that the measure reads in a row.
        """
        values = self._values(measure, variables)
        if where is not None:
            outside = self._outside(where)
            values = [(None, reason) if reason else given for given, reason in zip(values, outside, strict=True)]
        weight = self._survey.codebook.survey.weight
        if weight is None or measure.statistic in UNWEIGHTED:
            return [Contribution(r, *given) for r, given in zip(self.respondents, values, strict=True)]
        weights = [w for w, _ in self._numbers(weight)]
        return [_weighted(r, given, w) for r, given, w in zip(self.respondents, values, weights, strict=True)]

    def _values(self, measure: Measure, variables: tuple[str, ...]) -> list[Given]:
        variable = variables[0]
        match measure.statistic:
            case Statistic.SHARE | Statistic.COUNT:
                return self._counted(measure, variables)
            case Statistic.SHARE_NONZERO:
                return [(None if v is None else COUNTS[v != 0], r) for v, r in self._numbers(variable)]
            case Statistic.MEDIAN | Statistic.MEAN:
                return self._numbers(variable)
            case Statistic.MEDIAN_NONZERO:
                return [(None, ZERO) if v == 0 else (v, r) for v, r in self._numbers(variable)]
            case Statistic.MEAN_SHARE:
                return self._shares_of_whole(variable, measure.whole)
            case Statistic.RATIO_OF_SUMS | Statistic.MEAN_OF_RATIOS | Statistic.MEDIAN_OF_RATIOS:
                return self._ratios(*variables)
            case Statistic.POINTS:
                return self._together(*variables)
            case Statistic.TEXT:
                raise AssertionError("a text has no measures")

    def _counted(self, measure: Measure, variables: tuple[str, ...]) -> list[Given]:
        """1 where what counts was answered, 0 where something else was, None where nothing was."""
        question, answers = variables[0], self._survey.answers
        match measure.source:
            case Source.CONDITION:
                return self._holding(measure.when, variables)
            case Source.NUMBER:
                return self._in_bins(measure, question)
            case Source.SINGLE:
                chosen = answers[question].isin(measure.answers)
            case Source.MULTIPLE:
                chosen = answers[[f"{question}.{code}" for code in measure.answers]].fillna(False).any(axis=1)
            case Source.RANKING:
                places = [c for c in answers.columns if c.startswith(f"{question}.")]
                chosen = answers[places].isin(measure.answers).any(axis=1)
        reasons = self._reasons(question, measure.source)
        return [
            (COUNTS[bool(hit)], "") if reason == ANSWERED else (None, reason)
            for hit, reason in zip(chosen, reasons, strict=True)
        ]

    def _in_bins(self, measure: Measure, variable: str) -> list[Given]:
        """1 where the number lies in one of the counting bins, 0 in another, None where there is none or no bin."""
        bins = band_of(self._survey.answers[variable], measure.bins)
        return [
            (None, reason or OUTSIDE_BINS) if pd.isna(bin_) else (COUNTS[bin_ in measure.answers], "")
            for (_, reason), bin_ in zip(self._numbers(variable), bins, strict=True)
        ]

    def _holding(self, condition: str, variables: tuple[str, ...]) -> list[Given]:
        """1 where the condition holds, 0 where it does not, None and the first answer at fault where it cannot be told.

        It can be told without one of its answers where the others decide it: `a or b` holds as soon as one does.
        """
        holds = self._evaluate(condition)
        reasons = [self._survey.reasons[self._asked(name)] for name in variables]
        missing = (next((str(r) for r in given if r != ANSWERED), CANNOT_TELL) for given in zip(*reasons, strict=True))
        return [(None, why) if pd.isna(h) else (COUNTS[bool(h)], "") for h, why in zip(holds, missing, strict=True)]

    def _asked(self, variable: str) -> str:
        """The column of the reasons for a variable: of a question with several answers there is one for all."""
        return variable if variable in self._survey.reasons else variable.partition(".")[0]

    def _ratios(self, variable: str, per: str) -> list[Given]:
        """Each respondent's ratio of two numbers above zero, and the one that it is divided by."""
        found: list[Given] = []
        for (value, reason), (divisor, other_reason) in zip(self._numbers(variable), self._numbers(per), strict=True):
            if value is None or divisor is None:
                found.append((None, reason or other_reason))
            else:
                found.append((value / divisor, "", divisor) if value > 0 and divisor > 0 else (None, ZERO))
        return found

    def _together(self, variable: str, other: str) -> list[Given]:
        """The number of those who gave the other one as well."""
        pairs = zip(self._numbers(variable), self._numbers(other), strict=True)
        return [own if own[0] is None or also[0] is not None else (None, also[1]) for own, also in pairs]

    def _read_reasons(self, question: str, source: Source) -> list[str]:
        reasons = self._survey.reasons
        if source is not Source.RANKING:
            return [str(r) for r in reasons[question]]
        places = reasons[[c for c in reasons.columns if c.startswith(f"{question}.")]]
        return [ANSWERED if ANSWERED in set(given) else str(given[0]) for given in places.to_numpy()]

    def _read_numbers(self, variable: str) -> list[tuple[Fraction | None, str]]:
        """The exact number of each respondent: the shortest decimal that reads back as the stored one."""
        pairs = zip(self._survey.answers[variable], self._survey.reasons[variable], strict=True)
        return [(None, str(r)) if pd.isna(v) else (Fraction(Decimal(repr(float(v)))), "") for v, r in pairs]

    def _shares_of_whole(self, part: str, whole: tuple[str, ...]) -> list[Given]:
        columns = [self._numbers(name) for name in whole]
        found: list[Given] = []
        for i, (value, _) in enumerate(self._numbers(part)):
            missing = next((column[i][1] for column in columns if column[i][0] is None), None)
            if missing is not None or value is None:
                found.append((None, missing or ""))
                continue
            total = sum((column[i][0] for column in columns), Fraction(0))
            found.append((100 * value / total, "") if total else (None, NO_TOTAL))
        return found

    def _read_outside(self, where: str) -> list[str]:
        """For each respondent an empty text inside the base, else the reason."""
        return [BASE_UNKNOWN if pd.isna(h) else "" if h else OUTSIDE_BASE for h in self._evaluate(where)]

    def _evaluate(self, condition: str) -> pd.Series:
        return evaluate(condition, self._survey.answers, self._survey.codebook, self._survey.reasons)

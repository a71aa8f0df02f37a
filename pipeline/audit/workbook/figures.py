"""One figure of an exhibit as formulas, from its definition: who is in its base, what counts, what is computed.

A band is an array of ones and zeros over the respondents, and so is a base; their product says who is in a figure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.audit.workbook.survey_sheets import SurveySheets
from pipeline.figures.definitions import Exhibit, Measure, Row, Source
from pipeline.figures.vocabulary import Statistic


@dataclass(frozen=True)
class Formula:
    """A formula, and whether a spreadsheet must enter it as an array."""

    text: str
    is_array: bool = False


@dataclass(frozen=True)
class Members:
    """How the respondents behind a figure are shown one by one: kind, columns of Clean by name, codes, raw column."""

    kind: str
    first: str = ""
    second: str = ""
    codes: tuple[str, ...] = ()
    slot: str = ""


@dataclass(frozen=True)
class Parts:
    """What one measure computes in one row: arrays over the respondents, and who they are."""

    base: str
    members: Members
    hit: str = ""
    value: str = ""
    over: str = ""
    under: str = ""
    weight: str = ""


def parts_of(measure: Measure, row: Row, survey: SurveySheets) -> Parts:
    """Base, hits and values of a measure in a row, and who weighs how much; without a weight above zero nobody counts.

    Raises NotPortable for a rule that formulas cannot say.
    """
    parts, weight = _parts(measure, row, survey), survey.weight
    if weight is None or measure.statistic in (Statistic.COUNT, Statistic.POINTS):
        return parts
    weighs = f"ISNUMBER({weight})*({weight}>0)"
    hit = f"{parts.hit}*{weighs}" if parts.hit else ""
    return replace(parts, base=f"{parts.base}*{weighs}", hit=hit, weight=weight)


def _parts(measure: Measure, row: Row, survey: SurveySheets) -> Parts:
    variables = measure.variables(row)
    variable = variables[0]
    slot = variable if variable in survey.slots else ""
    match measure.statistic:
        case Statistic.SHARE | Statistic.COUNT:
            return _counted(measure, variable, slot, survey)
        case Statistic.SHARE_NONZERO:
            name = survey.variable(variable)
            return Parts(f"ISNUMBER({name})", Members("nonzero", name, slot=slot), hit=f"ISNUMBER({name})*({name}<>0)")
        case Statistic.MEDIAN | Statistic.MEAN:
            name = survey.variable(variable)
            return Parts(f"ISNUMBER({name})", Members("number", name, slot=slot), value=name)
        case Statistic.MEDIAN_NONZERO:
            name = survey.variable(variable)
            return Parts(f"ISNUMBER({name})*({name}<>0)", Members("other than 0", name, slot=slot), value=name)
        case Statistic.MEAN_SHARE:
            name, whole = survey.variable(variable), survey.whole(measure.whole).name
            base = f"ISNUMBER({name})*ISNUMBER({whole})*({whole}<>0)"
            return Parts(base, Members("of the whole", name, whole, slot=slot), value=f"100*{name}/{whole}")
        case Statistic.RATIO_OF_SUMS | Statistic.MEAN_OF_RATIOS | Statistic.MEDIAN_OF_RATIOS:
            name, per = (survey.variable(v) for v in variables)
            base = f"ISNUMBER({name})*ISNUMBER({per})*({name}>0)*({per}>0)"
            return Parts(base, Members("ratio", name, per, slot=slot), value=f"{name}/{per}", over=name, under=per)
        case Statistic.POINTS:
            name, other = (survey.variable(v) for v in variables)
            return Parts(f"ISNUMBER({name})*ISNUMBER({other})", Members("number", name, slot=slot), value=name)
        case Statistic.TEXT:
            raise AssertionError("a text has no measures")


def _counted(measure: Measure, variable: str, slot: str, survey: SurveySheets) -> Parts:
    match measure.source:
        case Source.CONDITION:
            name = survey.condition(measure.when).name
            return Parts(f"({name}<>0.5)", Members("rule", name), hit=f"({name}=1)")
        case Source.NUMBER:
            name = survey.bins(measure, variable).name
        case Source.SINGLE:
            name = survey.variable(variable)
        case Source.MULTIPLE | Source.RANKING:
            name = survey.variable(variable)
            found = [f'ISNUMBER(FIND("|{code}|",{name}))' for code in measure.answers]
            return Parts(f'({name}<>"")', Members("code", name, codes=measure.answers, slot=slot), hit=_any(found))
    exact = [f'EXACT({name},"{code}")' for code in measure.answers]
    return Parts(f'({name}<>"")', Members("code", name, codes=measure.answers, slot=slot), hit=_any(exact))


def _any(arrays: list[str]) -> str:
    return f"({'+'.join(arrays)}>0)" if len(arrays) > 1 else arrays[0]


def mask_of(exhibit: Exhibit, row: Row, survey: SurveySheets) -> str:
    """Who stands in a row of an exhibit and in its base. Raises NotPortable."""
    mask = survey.band(row)
    return f"{mask}*({survey.condition(exhibit.where).name}=1)" if exhibit.where else mask


def n_of(mask: str, parts: Parts) -> Formula:
    """How many respondents a figure rests on."""
    return Formula(f"SUMPRODUCT({mask}*{parts.base})")


def row_n_of(mask: str, of_columns: list[Parts]) -> Formula:
    """How many respondents are in at least one column of a row."""
    bases = list(dict.fromkeys(parts.base for parts in of_columns))
    if len(bases) == 1:
        return Formula(f"SUMPRODUCT({mask}*{bases[0]})")
    return Formula(f"SUMPRODUCT({mask}*(({'+'.join(bases)})>0))")


def numerator_of(statistic: Statistic, mask: str, parts: Parts) -> Formula | None:
    """How many count, or the sum that is divided; None for a median."""
    chosen, weights = f"{mask}*{parts.base}", f",{parts.weight}" if parts.weight else ""
    match statistic:
        case Statistic.SHARE | Statistic.SHARE_NONZERO | Statistic.COUNT:
            return Formula(f"SUMPRODUCT({mask}*{parts.hit}{weights})")
        case Statistic.MEAN:
            return Formula(f"SUMPRODUCT({chosen},{parts.value}{weights})")
        case Statistic.MEAN_SHARE | Statistic.MEAN_OF_RATIOS:
            value = f"{parts.value}*{parts.weight}" if parts.weight else parts.value
            return Formula(f"SUM(IF({chosen},{value}))", True)
        case Statistic.RATIO_OF_SUMS:
            return Formula(f"SUMPRODUCT({chosen},{parts.over}{weights})")
        case _:
            return None


def denominator_of(statistic: Statistic, mask: str, parts: Parts, n: str) -> Formula | None:
    """What the numerator is divided by: the base or its weight, or the sum of the second number."""
    weights = f",{parts.weight}" if parts.weight else ""
    match statistic:
        case Statistic.RATIO_OF_SUMS:
            return Formula(f"SUMPRODUCT({mask}*{parts.base},{parts.under}{weights})")
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO | Statistic.MEDIAN_OF_RATIOS | Statistic.POINTS:
            return None
        case _:
            return Formula(f"SUMPRODUCT({mask}*{parts.base}{weights})" if weights else n)


def value_of(statistic: Statistic, mask: str, parts: Parts, numerator: str, denominator: str) -> Formula:
    """The figure itself; shares multiply before they divide, so that a half is a half."""
    match statistic:
        case Statistic.SHARE | Statistic.SHARE_NONZERO:
            return Formula(f"100*{numerator}/{denominator}")
        case Statistic.COUNT:
            return Formula(numerator)
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO | Statistic.MEDIAN_OF_RATIOS:
            if parts.weight:
                return _weighted_median(mask, parts)
            return Formula(f"MEDIAN(IF({mask}*{parts.base},{parts.value}))", True)
        case _:
            return Formula(f"{numerator}/{denominator}")


def _weighted_median(mask: str, parts: Parts) -> Formula:
    """Halfway between the smallest answer with half of the weight up to it, and the largest with half from it on."""
    chosen = f"{mask}*{parts.base}"
    answers, weights = f"IF({chosen},{parts.value})", f"IF({chosen},{parts.weight},0)"
    half = f"SUM({weights})/2"
    ends = [
        f"{end}(IF({chosen}*(ROUND(MMULT(--(TRANSPOSE({answers}){sign}{answers}),{weights})-{half},9)>=0),{parts.value}))"
        for end, sign in (("MIN", "<="), ("MAX", ">="))
    ]
    return Formula(f"({'+'.join(ends)})/2", True)


def quantile_of(part: str, mask: str, parts: Parts) -> Formula:
    """The value a quarter (p25), nine tenths (p90) or so of the way up the answers, of type 7."""
    share = {"p10": "0.1", "p25": "0.25", "p75": "0.75", "p90": "0.9"}[part]
    return Formula(f"PERCENTILE(IF({mask}*{parts.base},{parts.value}),{share})", True)


def point_of(number: int, axis: int, mask: str, x: Parts, y: Parts, own_x: str) -> Formula:
    """A coordinate of the point in place `number` from the left, equal ones from below; `own_x` is its x."""
    chosen = f"{mask}*{x.base}*{y.base}"
    if axis == 0:
        return Formula(f"SMALL(IF({chosen},{x.value}),{number})", True)
    left = f"SUMPRODUCT({chosen}*({x.value}<{own_x}))"
    return Formula(f"SMALL(IF({chosen}*({x.value}={own_x}),{y.value}),{number}-{left})", True)

"""Exact figures of an exhibit: what each respondent contributes, grouped by row, and the statistic over each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pipeline.figures import statistics
from pipeline.figures.contributions import Contribution, Contributions
from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.exhibits_file import Thresholds
from pipeline.figures.ledger import OVERALL
from pipeline.figures.statistics import Figure
from pipeline.figures.vocabulary import MEDIANS, Statistic
from pipeline.responses.survey import Survey

QUARTILES = (("p25", Fraction(1, 4)), ("p75", Fraction(3, 4)))


@dataclass(frozen=True)
class Drawn:
    """One figure of one row before it is printed: the exact value, and who is in it and who is not.

    `quartiles` are p25 and p75 of a median whose base is large enough, else empty; a weighted median has none.
    """

    figure: Figure
    used: tuple[Contribution, ...]
    left_out: tuple[Contribution, ...]
    quartiles: tuple[Fraction, ...] = ()


Drawing = dict[tuple[Row, Measure], Drawn]


class Rows:
    """Which respondents stand in a row; each dimension is grouped once per variable that it is cut by."""

    def __init__(self, survey: Survey):
        self._survey = survey
        self._groups: dict[tuple[str, str | None], dict[str, list[int]]] = {}

    def positions(self, row: Row) -> Sequence[int]:
        """Positions of the row's respondents in the survey's order."""
        if row.dimension == OVERALL or row.is_item:
            return range(len(self._survey.answers))
        if row.parts:
            return sorted(position for part in row.parts for position in self.positions(part))
        key = (row.dimension, row.cut_by)
        if key not in self._groups:
            bands = self._survey.bands(*key)
            codes = np.asarray(bands.cat.codes)
            self._groups[key] = {
                str(band): np.flatnonzero(codes == i).tolist() for i, band in enumerate(bands.cat.categories)
            }
        return self._groups[key][row.band]


def draw(exhibit: Exhibit, rows: Rows, contributions: Contributions, thresholds: Thresholds) -> Drawing:
    """Every figure of an exhibit, by row and measure; bands without respondents are there with n 0."""
    drawn: Drawing = {}
    for measure in exhibit.measures:
        given: dict[tuple[str, ...], list[Contribution]] = {}
        for row in exhibit.rows:
            variables = measure.variables(row)
            if variables not in given:
                given[variables] = contributions.of(measure, variables, exhibit.where)
            drawn[row, measure] = _drawn(measure, [given[variables][i] for i in rows.positions(row)], thresholds)
    return drawn


def in_base(exhibit: Exhibit, row: Row, drawn: Drawing) -> list[str]:
    """Respondents who are in at least one column of the row's table, or have a point, in the survey's order."""
    columns = [drawn[row, measure] for measure in (*exhibit.columns, *exhibit.axes)]
    return list(dict.fromkeys(c.respondent for column in columns for c in column.used))


def _drawn(measure: Measure, given: list[Contribution], thresholds: Thresholds) -> Drawn:
    used = tuple(c for c in given if c.value is not None)
    left_out = tuple(c for c in given if c.value is None)
    values = [c.value for c in used]
    weights = [c.weight for c in used] if any(c.weight is not None for c in used) else None
    figure = _figure(measure.statistic, values, [c.per for c in used], weights)
    wide = measure.statistic in MEDIANS and len(values) >= thresholds.quartiles and weights is None
    quartiles = tuple(statistics.quantile(values, part) for _, part in QUARTILES) if wide else ()
    return Drawn(figure, used, left_out, quartiles)


def _figure(
    statistic: Statistic, values: list[Fraction], pers: list[Fraction | None], weights: statistics.Weights
) -> Figure:
    match statistic:
        case Statistic.SHARE | Statistic.SHARE_NONZERO:
            return statistics.share(values, weights)
        case Statistic.COUNT:
            return statistics.count(values)
        case Statistic.MEAN | Statistic.MEAN_SHARE | Statistic.MEAN_OF_RATIOS:
            return statistics.mean(values, weights)
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO | Statistic.MEDIAN_OF_RATIOS:
            return statistics.median(values, weights)
        case Statistic.RATIO_OF_SUMS:
            return statistics.ratio_of_sums(values, pers, weights)
        case Statistic.POINTS:
            return Figure(None, len(values))
        case Statistic.TEXT:
            raise AssertionError("a text has no measures")

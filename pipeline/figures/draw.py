"""Exact figures of an exhibit: what each respondent contributes, grouped by row, and the statistic over each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from pipeline.figures import statistics
from pipeline.figures.contributions import NONE, Column, Contributions
from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.exhibits_file import Thresholds
from pipeline.figures.ledger import OVERALL
from pipeline.figures.statistics import Figure
from pipeline.figures.vocabulary import MEDIANS, SHARES, Statistic
from pipeline.responses.survey import Survey

# each quantile beside a median: how far up the answers it lies, and the threshold that its base must reach
QUANTILES = {
    "p10": (Fraction(1, 10), "tails"),
    "p25": (Fraction(1, 4), "quartiles"),
    "p75": (Fraction(3, 4), "quartiles"),
    "p90": (Fraction(9, 10), "tails"),
}

STORED = Fraction(1, 10**15)  # of a figure: what it can lose where its answers are stored as binary numbers


@dataclass(frozen=True)
class Drawn:
    """One figure of one row before it is printed: the exact value, and who is in it and who is not.

    `column` has what the respondents contribute and `row` the positions of those who stand in the row. `quantiles`
    are those of a median whose base is large enough for them, by name; a weighted median has none.
    """

    figure: Figure
    column: Column
    row: np.ndarray
    quantiles: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def used(self) -> np.ndarray:
        """Positions of the respondents whose value enters, in the survey's order."""
        return _used(self.column, self.row)

    @property
    def counted(self) -> int:
        """How many of those whose value enters gave one that is not 0."""
        return int(np.count_nonzero(self.column.places[self.row] > 0))

    @property
    def left_out(self) -> np.ndarray:
        """Positions of the row's other respondents, each of whom has a reason."""
        return self.row[self.column.places[self.row] == NONE]


Drawing = dict[tuple[Row, Measure], Drawn]


class Rows:
    """Which respondents stand in a row; each dimension is grouped once per variable that it is cut by."""

    def __init__(self, survey: Survey):
        self._survey = survey
        self._everyone = np.arange(len(survey.answers))
        self._groups: dict[tuple[str, str | None], dict[str, np.ndarray]] = {}

    def positions(self, row: Row) -> np.ndarray:
        """Positions of the row's respondents in the survey's order."""
        if row.dimension == OVERALL or row.is_item:
            return self._everyone
        if row.parts:
            return np.sort(np.concatenate([self.positions(part) for part in row.parts]))
        key = (row.dimension, row.cut_by)
        if key not in self._groups:
            bands = self._survey.bands(*key).cat
            self._groups[key] = {
                str(band): np.flatnonzero(bands.codes == i) for i, band in enumerate(bands.categories)
            }
        return self._groups[key][row.band]


def draw(exhibit: Exhibit, rows: Rows, contributions: Contributions, thresholds: Thresholds) -> Drawing:
    """Every figure of an exhibit, by row and measure; bands without respondents are there with n 0."""
    drawn: Drawing = {}
    for measure in exhibit.measures:
        given: dict[tuple[str, ...], Column] = {}
        for row in exhibit.rows:
            variables = measure.variables(row)
            if variables not in given:
                given[variables] = contributions.of(measure, variables, exhibit.where)
            drawn[row, measure] = _drawn(measure, given[variables], rows.positions(row), thresholds)
    return drawn


def in_base(exhibit: Exhibit, row: Row, drawn: Drawing) -> np.ndarray:
    """Positions of the respondents who are in at least one column of the row's table, or have a point.

    Those of the first column come first.
    """
    columns = [drawn[row, measure].used for measure in (*exhibit.columns, *exhibit.axes)]
    if not columns:
        return np.array([], dtype="int64")
    further = [used for used in columns[1:] if not np.array_equal(used, columns[0])]
    return pd.unique(np.concatenate([columns[0], *further])) if further else columns[0]


def _used(column: Column, row: np.ndarray) -> np.ndarray:
    return row[column.places[row] != NONE]


def _drawn(measure: Measure, column: Column, row: np.ndarray, thresholds: Thresholds) -> Drawn:
    used = _used(column, row)
    tally = column.tally(used)
    figure = _figure(measure.statistic, tally, column, used)
    if figure.stat is not None and measure.statistic not in SHARES:
        stat = on_paper(figure.stat)
        figure = replace(figure, stat=stat, error=figure.error + abs(stat - figure.stat))
    beside = QUANTILES if measure.statistic in MEDIANS and tally.weights is None else {}
    quantiles = {
        name: on_paper(statistics.quantile(tally, part))
        for name, (part, limit) in beside.items()
        if figure.n >= getattr(thresholds, limit)
    }
    return Drawn(figure, column, row, quantiles)


def on_paper(stat: Fraction) -> Fraction:
    """The decimal of twelve digits that a figure is but for what derived answers, such as thirds, lost in storage.

    8/3, 8/3, 8/3 and 5.5 have the mean 3.375, and not a little less that would be printed 3.37.
    """
    near = Fraction(f"{float(stat):.12g}")
    return near if abs(near - stat) <= abs(stat) * STORED else stat


def _figure(statistic: Statistic, tally: statistics.Tally, column: Column, used: np.ndarray) -> Figure:
    match statistic:
        case Statistic.SHARE | Statistic.SHARE_NONZERO:
            return statistics.share(tally)
        case Statistic.COUNT:
            return statistics.count(tally)
        case Statistic.MEAN | Statistic.MEAN_SHARE | Statistic.MEAN_OF_RATIOS:
            return statistics.mean(tally)
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO | Statistic.MEDIAN_OF_RATIOS:
            return statistics.median(tally)
        case Statistic.RATIO_OF_SUMS:
            weights = None if column.weights is None else column.weights.take(used)
            return statistics.ratio_of_sums(column.amounts.take(used), column.pers.take(used), weights)
        case Statistic.POINTS:
            return Figure(None, len(used))
        case Statistic.TEXT:
            raise AssertionError("a text has no measures")

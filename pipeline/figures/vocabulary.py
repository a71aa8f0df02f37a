"""The words that exhibits.yaml can choose from: statistics, units, orders, charts, layouts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from pipeline.figures.formats import UNITS


class Statistic(StrEnum):
    """What is computed from the answers of a band.

    Ratios divide `question` by `per` and count those for whom both are above zero: the sum of the one by the sum of
    the other, or the mean or median of the respondents' own ratios.
    """

    SHARE = "share"
    SHARE_NONZERO = "share_nonzero"
    COUNT = "count"  # how many respondents, where a share would say what part of them
    MEDIAN = "median"
    MEDIAN_NONZERO = "median_nonzero"
    MEAN = "mean"
    MEAN_SHARE = "mean_share"
    RATIO_OF_SUMS = "ratio_of_sums"
    MEAN_OF_RATIOS = "mean_of_ratios"
    MEDIAN_OF_RATIOS = "median_of_ratios"
    POINTS = "points"  # one point per respondent, inside the house only
    TEXT = "text"  # nothing: the page is the prose of its notebook


SHARES = (Statistic.SHARE, Statistic.SHARE_NONZERO, Statistic.COUNT)  # each respondent counts or does not
MEDIANS = (Statistic.MEDIAN, Statistic.MEDIAN_NONZERO, Statistic.MEDIAN_OF_RATIOS)
RATIOS = (Statistic.RATIO_OF_SUMS, Statistic.MEAN_OF_RATIOS, Statistic.MEDIAN_OF_RATIOS)


class Order(StrEnum):
    """How the columns of an exhibit are ordered."""

    AS_LISTED = "as_listed"
    BY_SHARE = "by_share"


class AddTo100(StrEnum):
    """Which rows of shares are brought to 100 in print, by largest remainder."""

    ALL = "all"
    BANDS = "bands"  # every row but that of the whole sample, whose figures headlines quote
    OVERALL = "overall"


class Chart(StrEnum):
    """The drawing beside or instead of the table; `none` is a table alone."""

    NONE = "none"
    BARS = "bars"
    STACKED = "stacked"
    DONUT = "donut"
    RANGES = "ranges"  # middle half and median by band
    HISTOGRAM = "histogram"
    SCATTER = "scatter"
    TILES = "tiles"
    RANKED = "ranked"


class TextLayout(StrEnum):
    """How the Markdown of a text exhibit is set."""

    PROSE = "prose"
    TABLE = "table"
    CARDS = "cards"
    STEPS = "steps"


class ChangeAs(StrEnum):
    """How the distance to an older figure is told: in points of percent, or in percent of the older one."""

    POINTS = "points"
    PERCENT = "percent"


def _known(unit: str) -> str:
    if unit not in UNITS:
        raise ValueError(f"unit {unit!r} is not known; allowed: {', '.join(UNITS)}")
    return unit


Unit = Annotated[str, AfterValidator(_known)]

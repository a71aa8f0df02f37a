"""The keys of exhibits.yaml as strict models: a key that is not here is refused, with its line.

What the keys mean together (which question, which columns, which rows) is worked out in `exhibits.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from pipeline.figures.formats import UNITS
from pipeline.responses.strict_yaml import Entry

Name = Annotated[str, StringConstraints(pattern=r"^\w+$")]  # a part of an address


class Statistic(StrEnum):
    """What is computed from the answers of a band."""

    SHARE = "share"
    SHARE_NONZERO = "share_nonzero"
    MEDIAN = "median"
    MEDIAN_NONZERO = "median_nonzero"
    MEAN = "mean"
    MEAN_SHARE = "mean_share"


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


class Thresholds(Entry):
    """Smallest bases: under `withhold` not printed, under `mark` marked, from `quartiles` on with p25 and p75."""

    withhold: int = Field(ge=1)
    mark: int = Field(ge=1)
    quartiles: int = Field(ge=4)


class Disclosure(Entry):
    """Who may see what."""

    internal: Thresholds
    reviewer: Thresholds
    external: Thresholds


class ReportKeys(Entry):
    """The whole report: its words, where its notebooks lie, and how exhibits are cut unless they say otherwise."""

    title: str
    kicker: str = ""
    subtitle: str = ""
    notebooks: str
    dimensions: tuple[str, ...]


class ChapterKeys(Entry):
    """One chapter and its notebook."""

    id: str
    title: str
    notebook: str


class HeadlineKeys(Entry):
    """A finding: the sentence with addresses in braces, and the rule that the data must keep."""

    says: str
    when: str


class Measured(Entry):
    """What a column computes, where it differs from its exhibit."""

    label: str | None = None
    short: str | None = None
    question: str | None = None
    statistic: Statistic | None = None
    answers: tuple[str, ...] = ()  # answers that count together in one share, such as yes and certain_tiers
    unit: str | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)

    @field_validator("unit")
    @classmethod
    def _unit_is_known(cls, unit: str | None) -> str | None:
        return _known_unit(unit)


class ColumnKeys(Measured):
    """A column of the table."""

    id: Name


class CompanionKeys(Measured):
    """A figure that stands beside the table's columns: a total, or a callout number."""

    column: Name
    question: str
    label: str


class RowsKeys(Entry):
    """Rows that are items of a question (segments, roles) in place of bands of companies."""

    dimension: Name
    title: str
    items: str


class ExhibitKeys(Entry):
    """One exhibit."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    chapter: str
    title: str
    measure: str
    statistic: Statistic
    question: str | None = None
    column: Name | None = None
    columns: str | tuple[str | ColumnKeys, ...] | None = None
    rows: RowsKeys | None = None
    total: CompanionKeys | None = None
    callouts: tuple[CompanionKeys, ...] = ()
    dimensions: tuple[str, ...] | None = None
    cut_by: dict[str, str] = Field(default_factory=dict)
    where: str | None = None
    base: str | None = None
    note: str | None = None
    unit: str | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    chart: Chart = Chart.NONE
    order: Order = Order.AS_LISTED
    last: tuple[str, ...] = ()
    add_to_100: AddTo100 | None = None
    headlines: tuple[HeadlineKeys, ...] = ()

    @field_validator("unit")
    @classmethod
    def _unit_is_known(cls, unit: str | None) -> str | None:
        return _known_unit(unit)

    @model_validator(mode="after")
    def _says_what_to_compute(self) -> ExhibitKeys:
        own = isinstance(self.columns, tuple) and any(isinstance(c, ColumnKeys) and c.question for c in self.columns)
        if self.question is None and not own:
            raise ValueError("the exhibit names no question, neither for itself nor for its columns")
        if self.column is not None and self.columns is not None:
            raise ValueError("column names the one column of an exhibit; it cannot stand beside columns")
        return self


class ExhibitsFile(Entry):
    """The whole of exhibits.yaml."""

    report: ReportKeys
    disclosure: Disclosure
    chapters: tuple[ChapterKeys, ...] = Field(min_length=1)
    exhibits: tuple[ExhibitKeys, ...] = Field(min_length=1)


def _known_unit(unit: str | None) -> str | None:
    if unit is not None and unit not in UNITS:
        raise ValueError(f"unit {unit!r} is not known; allowed: {', '.join(UNITS)}")
    return unit

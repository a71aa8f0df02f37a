"""The keys of exhibits.yaml as strict models: a key that is not here is refused, with its line.

What the keys mean together (which question, which columns, which rows) is worked out in `exhibits.py`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from pipeline.figures.vocabulary import MEDIANS as MEDIANS  # the pages take the whole vocabulary of the file from here
from pipeline.figures.vocabulary import AddTo100, ChangeAs, Chart, Order, Statistic, TextLayout, Unit
from pipeline.responses.schema import Band
from pipeline.responses.strict_yaml import Entry

Name = Annotated[str, StringConstraints(pattern=r"^\w+$")]  # a part of an address


class Thresholds(Entry):
    """Smallest bases: under `withhold` not printed, under `mark` marked, from `quartiles` on with p25 and p75, and from
    `tails` on with p10 and p90."""

    withhold: int = Field(default=1, ge=1)
    mark: int = Field(default=10, ge=1)
    quartiles: int = Field(default=8, ge=4)
    tails: int = Field(default=20, ge=10)


class Dominance(Entry):
    """Percent: a sum is withheld when one contributor is over `top` of it, or can be told to within `p` of its own."""

    top: float = Field(default=25, gt=0, le=100)
    p: float = Field(default=15, ge=0, le=100)


class Outside(Thresholds):
    """What must be kept outside the house; bases are counted in owners.

    `ranks` is the smallest base of a place among peers. Of a base under `unanimous` no
    share is printed that all, or all but one, have in common. `sensitive` names questions of whose shares three must
    be in and three out. Medians and quantiles keep `significant_digits`. Without `complementary` a withheld figure may
    be had from others; with it, figures of the exhibits, or parts such as channels.motion.hybrid, in `withhold_first`
    go before others, then those of few; those in `withhold_last`, such as what the text quotes, after all others.
    """

    withhold: int = Field(default=5, ge=2)
    ranks: int = Field(default=10, ge=2)
    unanimous: int = Field(default=10, ge=1)
    sensitive: tuple[str, ...] = ()
    dominance: Dominance = Dominance()
    significant_digits: int | None = Field(default=2, ge=1)
    complementary: bool = True
    withhold_first: tuple[str, ...] = ()
    withhold_last: tuple[str, ...] = ()


class MergedBand(Entry):
    """Bands of one dimension taken together."""

    id: Name
    label: str
    of: tuple[str, ...] = Field(min_length=1)


class MergedKeys(Entry):
    """Wider bands of a dimension, for peer groups: exhibits cut by it have them in the outside ledger as well."""

    of: str
    title: str
    bands: tuple[MergedBand, ...] = Field(min_length=1)


class Disclosure(Entry):
    """Who may see what; `merged` are the wider bands that small ones fall back to, by the id of their dimension."""

    internal: Thresholds = Thresholds()
    reviewer: Thresholds = Thresholds()
    external: Outside = Outside()
    merged: dict[Name, MergedKeys] = Field(default_factory=dict)


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
    """What a column computes, where it differs from its exhibit.

    With `when`, a share or count of those for whom the expression holds, among those for whom it can be told.
    """

    label: str | None = None
    short: str | None = None
    question: str | None = None
    when: str | None = None
    per: str | None = None  # what a ratio divides `question` by
    statistic: Statistic | None = None
    answers: tuple[str, ...] = ()  # answers that count together in one share, such as yes and certain_tiers
    unit: Unit | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)


class ColumnKeys(Measured):
    """A column of the table."""

    id: Name


class CompanionKeys(Measured):
    """A figure that stands beside the table's columns: a total, or a callout number."""

    column: Name
    label: str


class RowsKeys(Entry):
    """Rows that are items of a question (segments, roles) in place of bands of companies."""

    dimension: Name
    title: str
    items: str


class PointsKeys(Entry):
    """The two numbers that place a respondent in a scatter."""

    x: str
    y: str


class ChangeKeys(Entry):
    """The distance of one figure to an older one in references.csv; `band` is a row such as arr.gt_100m."""

    column: Name
    band: str = "overall.all"
    reference: str
    as_: ChangeAs = Field(alias="as")
    label: str


TEXT_KEYS = {"id", "chapter", "title", "measure", "statistic", "layout", "note", "headlines"}  # all that a text has
TABLE_KEYS = {
    "question",
    "per",
    "bins",
    "column",
    "columns",
    "rows",
    "total",
    "order",
    "last",
    "add_to_100",
}  # none for a scatter


class ExhibitKeys(Entry):
    """One exhibit.

    `survey` names the folder of a sub-survey inside the edition, whose questions and dimensions are then meant.
    `bins` cut a number into the columns of a histogram; a number that lies in none of them is not in its base. An id
    such as "10_20" needs its quotes, for YAML reads the number 1020 without.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    chapter: str
    title: str
    measure: str = ""
    statistic: Statistic
    layout: TextLayout | None = None
    survey: Name | None = None
    question: str | None = None
    per: str | None = None
    bins: tuple[Band, ...] = ()
    points: PointsKeys | None = None
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
    unit: Unit | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    chart: Chart = Chart.NONE
    order: Order = Order.AS_LISTED
    last: tuple[str, ...] = ()
    add_to_100: AddTo100 | None = None
    changes: tuple[ChangeKeys, ...] = ()
    headlines: tuple[HeadlineKeys, ...] = ()

    @model_validator(mode="after")
    def _says_what_to_compute(self) -> ExhibitKeys:
        if self.statistic is Statistic.TEXT:
            return self._is_text()
        if self.layout is not None:
            raise ValueError("only a text exhibit has a layout")
        if not self.measure:
            raise ValueError("key 'measure' is missing")
        if (self.points is None) is (self.statistic is Statistic.POINTS):
            raise ValueError("a scatter needs the statistic points and the key points")
        if self.points is not None:
            return self._has_none_of(TABLE_KEYS, "a scatter has two axes, and")
        listed = self.columns if isinstance(self.columns, tuple) else ()
        own = any(isinstance(c, ColumnKeys) and (c.question or c.when) for c in listed)
        if self.question is None and not own:
            raise ValueError("the exhibit names no question, neither for itself nor for its columns")
        if self.column is not None and self.columns is not None:
            raise ValueError("column names the one column of an exhibit; it cannot stand beside columns")
        return self

    def _is_text(self) -> ExhibitKeys:
        if self.layout is None:
            raise ValueError("a text exhibit needs a layout")
        others = set(ExhibitKeys.model_fields) - TEXT_KEYS
        return self._has_none_of(others, "a text exhibit computes nothing, so it has")

    def _has_none_of(self, keys: set[str], why: str) -> ExhibitKeys:
        for key in sorted(self.model_fields_set & keys):
            raise ValueError(f"{why} no key {key!r}")
        return self


class ExhibitsFile(Entry):
    """The whole of exhibits.yaml."""

    report: ReportKeys
    disclosure: Disclosure = Disclosure()
    chapters: tuple[ChapterKeys, ...] = Field(min_length=1)
    exhibits: tuple[ExhibitKeys, ...] = Field(min_length=1)

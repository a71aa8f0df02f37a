"""What an exhibit is once it is worked out: rows, measures and words, as frozen values that every room can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from pipeline.errors import InputError
from pipeline.figures.exhibits_file import ChapterKeys, Disclosure, HeadlineKeys, Thresholds
from pipeline.figures.ledger import CHANGE, OVERALL, N, address
from pipeline.figures.vocabulary import MEDIANS, AddTo100, ChangeAs, Chart, Order, Statistic, TextLayout
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import Dimension
from pipeline.responses.strict_yaml import suggest

AUDIENCES = ("internal", "reviewer", "external")


class Source(StrEnum):
    """What kind of answers a measure reads."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    NUMBER = "number"
    CONDITION = "condition"


class Place(StrEnum):
    """Where a measure is shown: in the table, beside its columns, as one large number, or along an axis."""

    TABLE = "table"
    TOTAL = "total"
    CALLOUT = "callout"
    AXIS = "axis"


@dataclass(frozen=True)
class Row:
    """One row: the whole sample, one band of a dimension, or one item of the questions.

    `cut_by` is the variable that the dimension is cut by in this exhibit, when it is not the dimension's own. `parts`
    are the bands that a merged band takes together.
    """

    dimension: str
    band: str
    label: str
    dimension_title: str = ""
    cut_by: str | None = None
    is_item: bool = False
    parts: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Measure:
    """One column: what it is called, what is computed from which answers, and how it is printed.

    `question` is a variable, or the question whose item the row names; `reads` are all variables that enter the figure
    (`question` first, then what it is divided by or shown against; for a condition those that it names). `answers` are
    the codes that count for a share, bins of `bins` where a number is cut; `when` is a condition in their place.
    `whole` are the variables that make up a company's total for a mean share.
    """

    id: str
    label: str
    short: str
    statistic: Statistic
    source: Source
    question: str
    reads: tuple[str, ...]
    answers: tuple[str, ...] = ()
    bins: Dimension | None = None
    when: str | None = None
    whole: tuple[str, ...] = ()
    unit: str = "share"
    decimals: int | None = None
    place: Place = Place.TABLE

    def variables(self, row: Row) -> tuple[str, ...]:
        """The variables that this measure reads in a row."""
        return tuple(f"{name}.{row.band}" for name in self.reads) if row.is_item else self.reads


@dataclass(frozen=True)
class Change:
    """How far the figure of one column in one row lies from an older one: the reference of that id, `before`.

    Its address is that of the figure, then `.change`.
    """

    column: str
    dimension: str
    band: str
    reference: str
    before: Fraction
    as_: ChangeAs
    label: str


@dataclass(frozen=True)
class Exhibit:
    """One exhibit, worked out.

    `base` says in words who is counted; `cut_notes` tell where a cut is not the dimension's usual one. `survey` is the
    folder of the sub-survey that it is computed from, None for the edition's own. A text exhibit has a `layout`, no
    rows and no measures. A scatter has two measures along its axes, whose points stand in the ledger as
    `company.p001.<variable>` and so on. `named` are the other exhibits whose rows its headline rules name.
    """

    id: str
    chapter: str
    title: str
    measure: str
    statistic: Statistic
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    survey: str | None = None
    layout: TextLayout | None = None
    question: str | None = None
    question_text: str = ""
    add_to_100: AddTo100 | None = None
    where: str | None = None
    base: str = ""
    note: str = ""
    cut_notes: tuple[str, ...] = ()
    chart: Chart = Chart.NONE
    order: Order = Order.AS_LISTED
    last: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    headlines: tuple[HeadlineKeys, ...] = ()
    named: Mapping[str, Exhibit] = field(default_factory=dict, repr=False, compare=False)

    @property
    def columns(self) -> tuple[Measure, ...]:
        """The measures of the table itself, as listed (the ledger has them in printed order)."""
        return tuple(m for m in self.measures if m.place is Place.TABLE)

    @property
    def total(self) -> Measure | None:
        """The measure that stands beside the table's columns, if there is one."""
        return next((m for m in self.measures if m.place is Place.TOTAL), None)

    @property
    def callouts(self) -> tuple[Measure, ...]:
        """The measures that are printed as single large numbers."""
        return tuple(m for m in self.measures if m.place is Place.CALLOUT)

    @property
    def axes(self) -> tuple[Measure, ...]:
        """The measures x and y of a scatter, else none."""
        return tuple(m for m in self.measures if m.place is Place.AXIS)

    @property
    def several_answers(self) -> bool:
        """Whether a company can count in more than one column, so that shares do not add up."""
        return any(m.source in (Source.MULTIPLE, Source.RANKING) for m in self.columns)

    def adds_to_100(self, row: Row) -> bool:
        """Whether the shares of a row are brought to 100 in print."""
        whole = row.dimension == OVERALL
        return self.add_to_100 is AddTo100.ALL or self.add_to_100 is (AddTo100.OVERALL if whole else AddTo100.BANDS)

    def get(self, column: str) -> Measure:
        """The measure with this id; KeyError when there is none."""
        return {m.id: m for m in self.measures}[column]

    def addresses(self) -> list[str]:
        """Every address that a headline may quote, in order; quantiles exist from a certain base only."""
        columns = [N]
        for measure in self.measures:
            if measure.place is Place.AXIS:
                continue
            quantiles = ("p10", "p25", "p75", "p90") if measure.statistic in MEDIANS else ()
            columns += [measure.id, *(f"{measure.id}.{part}" for part in quantiles)]
        figures = [address(self.id, row.dimension, row.band, column) for row in self.rows for column in columns]
        return figures + [address(self.id, c.dimension, c.band, c.column, CHANGE) for c in self.changes]


@dataclass(frozen=True)
class Report:
    """All of exhibits.yaml, worked out. `notebooks` is the folder of the chapters' notebooks.

    `surveys` are the codebooks of the sub-surveys that exhibits are computed from, by folder.
    """

    title: str
    kicker: str
    subtitle: str
    notebooks: Path
    dimensions: tuple[str, ...]
    disclosure: Disclosure
    chapters: tuple[ChapterKeys, ...]
    exhibits: tuple[Exhibit, ...]
    path: Path
    surveys: Mapping[str, Codebook] = field(default_factory=dict, repr=False, compare=False)
    lines: Mapping[str, int | None] = field(default_factory=dict, repr=False, compare=False)

    def exhibit(self, exhibit: str) -> Exhibit:
        """The exhibit with this id; InputError with the nearest ids when there is none."""
        found = {e.id: e for e in self.exhibits}
        if exhibit not in found:
            raise InputError(f"there is no exhibit {exhibit!r}{suggest(exhibit, found)}", file=self.path)
        return found[exhibit]

    def notebook(self, chapter: ChapterKeys) -> Path:
        """Where the notebook of a chapter lies."""
        return self.notebooks / chapter.notebook

    def of_chapter(self, chapter: str) -> tuple[Exhibit, ...]:
        """The exhibits of one chapter, in order."""
        return tuple(e for e in self.exhibits if e.chapter == chapter)

    def thresholds(self, audience: str) -> Thresholds:
        """Smallest bases for an audience; InputError for an audience that is not known."""
        if audience not in AUDIENCES:
            raise InputError(f"audience {audience!r} is not known; allowed: {', '.join(AUDIENCES)}")
        return getattr(self.disclosure, audience)

"""What an exhibit is once it is worked out: rows, measures and words, as frozen values that every room can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pipeline.errors import InputError
from pipeline.figures.exhibits_file import (
    AddTo100,
    ChapterKeys,
    Chart,
    Disclosure,
    HeadlineKeys,
    Order,
    Statistic,
    Thresholds,
)
from pipeline.figures.ledger import OVERALL, N, address
from pipeline.responses.strict_yaml import suggest

AUDIENCES = tuple(Disclosure.model_fields)


class Source(StrEnum):
    """What kind of answers a measure reads."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    NUMBER = "number"


class Place(StrEnum):
    """Where a measure is shown: in the table, beside its columns, or as one large number."""

    TABLE = "table"
    TOTAL = "total"
    CALLOUT = "callout"


@dataclass(frozen=True)
class Row:
    """One row: the whole sample, one band of a dimension, or one item of the questions.

    `cut_by` is the variable that the dimension is cut by in this exhibit, when it is not the dimension's own.
    """

    dimension: str
    band: str
    label: str
    dimension_title: str = ""
    cut_by: str | None = None
    is_item: bool = False


@dataclass(frozen=True)
class Measure:
    """One column: what it is called, what is computed from which answers, and how it is printed.

    `question` is a variable, or the question whose item the row names. `answers` are the codes that count for a
    share; `whole` are the variables that make up a company's total for a mean share.
    """

    id: str
    label: str
    short: str
    statistic: Statistic
    source: Source
    question: str
    answers: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    unit: str = "share"
    decimals: int | None = None
    place: Place = Place.TABLE

    def variable(self, row: Row) -> str:
        """The variable that this measure reads in a row."""
        return f"{self.question}.{row.band}" if row.is_item else self.question


@dataclass(frozen=True)
class Exhibit:
    """One exhibit, worked out.

    `base` says in words who is counted; `cut_notes` tell where a cut is not the dimension's usual one.
    """

    id: str
    chapter: str
    title: str
    measure: str
    statistic: Statistic
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
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
    headlines: tuple[HeadlineKeys, ...] = ()

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
        """Every address that this exhibit can fill, in order; quartiles exist from a certain base only."""
        medians = (Statistic.MEDIAN, Statistic.MEDIAN_NONZERO)
        columns = [N]
        for measure in self.measures:
            quartiles = ("p25", "p75") if measure.statistic in medians else ()
            columns += [measure.id, *(f"{measure.id}.{part}" for part in quartiles)]
        return [address(self.id, row.dimension, row.band, column) for row in self.rows for column in columns]


@dataclass(frozen=True)
class Report:
    """All of exhibits.yaml, worked out. `notebooks` is the folder of the chapters' notebooks."""

    title: str
    kicker: str
    subtitle: str
    notebooks: Path
    dimensions: tuple[str, ...]
    disclosure: Disclosure
    chapters: tuple[ChapterKeys, ...]
    exhibits: tuple[Exhibit, ...]
    path: Path
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

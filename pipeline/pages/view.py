"""What the page of one exhibit shows, gathered from ledger and definition before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.figures.bound import printed
from pipeline.figures.definitions import Exhibit, Measure, Row, Source
from pipeline.figures.ledger import EMPTY, FEW, OVERALL, SHOWN, SUPPRESSED, VERY_FEW, Cell, N
from pipeline.pages.book import Book
from pipeline.pages.theme import heat_bin, printed_share

MARKS = {FEW: "†", VERY_FEW: "‡", "": ""}


@dataclass(frozen=True)
class Figure:
    """One number of a table: its cell, its text and how it is set."""

    cell: Cell | None
    text: str
    classes: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a table. `group` is the dimension's title, `first` says that the row opens its group."""

    row: Row
    group: str
    label: str
    first: bool
    mark: str
    n: Cell | None
    figures: tuple[Figure, ...]

    @property
    def is_everyone(self) -> bool:
        return self.row.dimension == OVERALL

    @property
    def few(self) -> bool:
        return bool(self.mark)


@dataclass(frozen=True)
class Table:
    """A table of one exhibit: the measures of its columns and its lines."""

    exhibit: Exhibit
    measures: tuple[Measure, ...]
    lines: tuple[Line, ...]

    @property
    def has_n(self) -> bool:
        return any(line.n is not None for line in self.lines)

    @property
    def is_shaded(self) -> bool:
        return any("heat" in figure.classes for line in self.lines for figure in line.figures)

    @property
    def marks(self) -> set[str]:
        """Marks that appear in this table."""
        return {line.mark for line in self.lines} | {f.mark for line in self.lines for f in line.figures} - {""}

    def cells(self) -> list[Cell]:
        return [f.cell for line in self.lines for f in line.figures if f.cell is not None]


def measures_in_order(book: Book, exhibit: Exhibit) -> tuple[Measure, ...]:
    """The measures of the table in the order in which the ledger prints them, the total last."""
    printed = [c for c in book.ledger.columns(exhibit.id)]
    listed = {m.id: m for m in exhibit.columns}
    total = (exhibit.total,) if exhibit.total else ()
    return tuple(listed[c] for c in printed if c in listed) + total


def table_of(book: Book, exhibit: Exhibit, rows: Sequence[Row] | None = None) -> Table:
    """The table of an exhibit, or of some of its rows."""
    measures = measures_in_order(book, exhibit)
    lines: list[Line] = []
    for row in exhibit.rows if rows is None else rows:
        n = book.find(exhibit.id, row.dimension, row.band, N)
        cells = [book.find(exhibit.id, row.dimension, row.band, m.id) for m in measures]
        first = not lines or lines[-1].row.dimension != row.dimension
        mark = _row_mark(n, cells)
        figures = tuple(
            _figure(cell, measure, exhibit, cells, mark) for cell, measure in zip(cells, measures, strict=True)
        )
        lines.append(Line(row, row.dimension_title, row.label, first, mark, n, figures))
    return Table(exhibit, measures, tuple(lines))


def _row_mark(n: Cell | None, cells: Sequence[Cell | None]) -> str:
    """The mark of a whole row; rows whose figures rest on different bases are marked figure by figure instead."""
    marks = {cell.mark for cell in cells if cell is not None and cell.status != EMPTY}
    if n is not None and len({cell.n for cell in cells if cell is not None}) <= 1:
        marks.add(n.mark)
        return MARKS[VERY_FEW if VERY_FEW in marks else FEW if FEW in marks else ""] if n.n else ""
    return ""


def _figure(
    cell: Cell | None, measure: Measure, exhibit: Exhibit, cells: Sequence[Cell | None], row_mark: str
) -> Figure:
    if cell is None:
        return Figure(None, "")
    if cell.status == EMPTY:
        return Figure(cell, "none" if not is_share(measure) else "–", "empty")
    if cell.status == SUPPRESSED:
        return Figure(cell, "–", "withheld", MARKS[cell.mark] if not row_mark else "")
    few = bool(row_mark or cell.mark)
    classes = ["few"] if few else []
    if is_share(measure) and measure in exhibit.columns and not few:
        classes.append(f"heat-{heat_bin(printed_share(cell.printed))}")
        if _is_largest(cell, [c for c in cells if c is not None and c.unit == cell.unit], measure):
            classes.append("top")
    return Figure(cell, printed(cell), " ".join(classes), MARKS[cell.mark] if not row_mark else "")


def _is_largest(cell: Cell, row: Sequence[Cell], measure: Measure) -> bool:
    """Whether a share is the largest of its row, and no withheld one can be larger."""
    shares = [c.stat or 0 for c in row]
    withheld = any(c.status == SUPPRESSED for c in row)
    left = 100 - sum(shares) if measure.source is Source.SINGLE else 100
    return bool(cell.stat) and cell.stat == max(shares) and (not withheld or cell.stat > left)


def is_share(measure: Measure) -> bool:
    return measure.unit == "share"


def rows_add_up(table: Table) -> bool:
    """Whether the printed shares of every row add to exactly 100 percent."""
    sums = []
    for line in table.lines:
        pairs = zip(line.figures, table.measures, strict=True)
        shares = [f.cell for f, m in pairs if is_share(m) and m in table.exhibit.columns]
        if shares and all(c is not None and c.status == SHOWN for c in shares):
            sums.append(round(sum(printed_share(c.printed) for c in shares), 6))
    return bool(sums) and all(total == 100 for total in sums)

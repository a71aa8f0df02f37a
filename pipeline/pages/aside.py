"""What stands beside a chart: small tables of the same figures, earlier values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.figures.bound import numerator, printed
from pipeline.figures.definitions import Change, Exhibit, Measure
from pipeline.figures.exhibits_file import MEDIANS
from pipeline.figures.formats import EN_DASH
from pipeline.figures.ledger import ALL, CHANGE, EMPTY, OVERALL, SHOWN, SUPPRESSED, Cell
from pipeline.pages.book import Book
from pipeline.pages.callouts import quartiles
from pipeline.pages.view import Figure, Line, Table


@dataclass(frozen=True)
class Entry:
    """One number of a small table: text, cell, how it is set; `repeated` when the cell has its place elsewhere."""

    text: str
    cell: Cell | None = None
    classes: str = ""
    repeated: bool = False


@dataclass(frozen=True)
class SmallRow:
    """One row of a small table."""

    label: str
    entries: tuple[Entry, ...]
    mark: str = ""
    dimension: str = OVERALL
    strong: bool = False

    @property
    def few(self) -> bool:
        return bool(self.mark)


@dataclass(frozen=True)
class Small:
    """A small table: the head of its rows, the heads of its numbers, its rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[SmallRow, ...]


@dataclass(frozen=True)
class Earlier:
    """One figure against an older one: what is compared, the older value, today's, the difference."""

    label: str
    name: str
    before: Cell | None
    now: Cell
    change: Cell


def earlier(exhibit: Exhibit, book: Book) -> list[Earlier]:
    """The changes of an exhibit whose figures are there for this audience."""
    found = []
    for change in exhibit.changes:
        now = book.find(exhibit.id, change.dimension, change.band, change.column)
        difference = book.find(exhibit.id, change.dimension, change.band, change.column, CHANGE)
        if now is None or difference is None or now.status != SHOWN or difference.status != SHOWN:
            continue
        before = book.find("reference", OVERALL, ALL, change.reference)
        found.append(Earlier(change.label, _compared(exhibit, change), before, now, difference))
    return found


def _compared(exhibit: Exhibit, change: Change) -> str:
    row = next((r for r in exhibit.rows if (r.dimension, r.band) == (change.dimension, change.band)), None)
    band = row.label if row is not None and change.dimension != OVERALL else ""
    column = exhibit.get(change.column).label if len(exhibit.columns) > 1 or not band else ""
    return ", ".join(filter(None, [column, band]))


def answers_table(exhibit: Exhibit, table: Table, line: Line, book: Book, title: str = "Answer") -> Small:
    """The figures of one row as a small table: each answer with its number of companies and its share."""
    cells = [figure.cell for figure in line.figures]
    counted = all(cell is not None and cell.unit == "share" and isinstance(cell.numerator, int) for cell in cells)
    changes = {(c.dimension, c.band, c.column): c for c in exhibit.changes}
    rows = []
    for measure, figure in zip(table.measures, line.figures, strict=True):
        entries = [_count(figure)] if counted and not changes else []
        change = changes.get((line.row.dimension, line.row.band, measure.id))
        if changes:
            entries.append(_before(change, book))
        entries.append(Entry(figure.text, figure.cell, figure_classes(figure)))
        if changes:
            entries.append(_difference(change, exhibit, book))
        label = measure.label if len(table.measures) > 1 else exhibit.title
        rows.append(SmallRow(label, tuple(entries), figure.mark or line.mark))
    companies = book.survey.respondents.capitalize()
    value = {"share": "Share", "count": companies}.get(table.measures[0].unit, "Value")
    heads = (_year(exhibit), "Now", "Change") if changes else ((companies, value) if counted else (value,))
    everyone = (
        SmallRow("Base", (*(Entry("") for _ in heads[1:]), Entry(line.n.printed, line.n)), "") if line.n else None
    )
    return Small(title, heads, (*rows, *([everyone] if everyone and _one_base(line) else [])))


def _year(exhibit: Exhibit) -> str:
    """What the older values are called: 2021 when all changes are told since 2021."""
    labels = {change.label for change in exhibit.changes}
    return labels.pop().removeprefix("since ").capitalize() if len(labels) == 1 else "Earlier"


def _one_base(line: Line) -> bool:
    return len({f.cell.n for f in line.figures if f.cell is not None}) <= 1


def _count(figure: Figure) -> Entry:
    cell = figure.cell
    if cell is None or cell.status != SHOWN:
        return Entry("")
    return Entry(numerator(cell), cell, "n", repeated=True)


def _before(change: Change | None, book: Book) -> Entry:
    cell = book.find("reference", OVERALL, ALL, change.reference) if change else None
    return Entry(printed(cell), cell, "n", repeated=True) if cell else Entry("")


def _difference(change: Change | None, exhibit: Exhibit, book: Book) -> Entry:
    if change is None:
        return Entry("")
    cell = book.find(exhibit.id, change.dimension, change.band, change.column, CHANGE)
    return Entry(cell.printed, cell, "change") if cell is not None and cell.status == SHOWN else Entry("")


def bands_table(title: str, lines: Sequence[Line], measures: Sequence[Measure], book: Book) -> Small:
    """The lines of one dimension as a small table: n, then each measure, with quartiles where they are printed."""
    alone = len(measures) == 1
    spread = alone and any(quartiles(line.figures[0].cell, book)[0] for line in lines if line.figures[0].cell)
    rows = []
    for line in lines:
        entries = [Entry(line.n.printed, line.n, "n")] if line.n is not None else [Entry("")]
        for figure in line.figures[: len(measures)]:
            value = Entry(figure.text, figure.cell, figure_classes(figure) or ("median" if alone else ""))
            if spread and figure.cell is not None:
                low, high = quartiles(figure.cell, book)
                entries += [_quartile(low), value, _quartile(high)]
            else:
                entries.append(value)
        rows.append(SmallRow(line.label, tuple(entries), line.mark, line.row.dimension, line.is_everyone))
    value = "Median" if measures[0].statistic in MEDIANS else "Share" if measures[0].unit == "share" else "Value"
    names = ("P25", "Median", "P75") if spread else (value,) if alone else tuple(m.short for m in measures)
    return Small(title, ("n", *names), tuple(rows))


def _quartile(cell: Cell | None) -> Entry:
    return Entry(cell.printed, cell) if cell is not None else Entry(EN_DASH)


def figure_classes(figure: Figure) -> str:
    """How a figure is set outside a shaded table: marks of small bases stay, shades and bold go."""
    return " ".join(name for name in figure.classes.split() if not name.startswith("heat") and name != "top")


def by_dimension(table: Table) -> dict[str, list[Line]]:
    """The lines of a table by the title of their dimension, the whole sample left out."""
    groups: dict[str, list[Line]] = {}
    for line in table.lines:
        if not line.is_everyone:
            groups.setdefault(line.group, []).append(line)
    return groups


def words_for(cell: Cell | None) -> str:
    """What a chart says in place of a figure that it cannot draw."""
    if cell is None:
        return ""
    return {EMPTY: "no company in this band", SUPPRESSED: "withheld"}.get(cell.status, "")

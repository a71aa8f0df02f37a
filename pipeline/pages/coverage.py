"""Layout B: callouts, the ranges of one dimension as a strip chart, the other dimensions as small tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.figures.bound import Bound, base_text, fill, printed
from pipeline.figures.definitions import Exhibit
from pipeline.figures.formats import EN_DASH, format_value
from pipeline.figures.ledger import ALL, EMPTY, OVERALL, SUPPRESSED, Cell
from pipeline.pages import charts
from pipeline.pages.book import Book
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.svg import text_width
from pipeline.pages.view import Line, Table

CHART_WIDTH, CHART_HEIGHT = 404.0, 262.0
CALLOUT, BIG = 128.0, 42.0  # width of a large number, and its usual size


@dataclass(frozen=True)
class Callout:
    """One large number with its name and small print."""

    cell: Cell | None
    text: str
    label: str
    small: tuple[str, ...] = ()
    mark: str = ""
    base: Cell | None = None
    repeated: bool = False
    room: float = CALLOUT
    big: float = BIG

    @property
    def size(self) -> str:
        """The size of the number in points: the usual one, or smaller where it would not fit its column."""
        needed = text_width(self.text, BIG, 600) * 0.97
        return f"{min(self.big, BIG * self.room / needed):.1f}"


@dataclass(frozen=True)
class Range:
    """One line of a small table: quartiles and median as (text, cell, classes)."""

    label: str
    dimension: str
    mark: str
    n: Cell | None
    numbers: tuple[tuple[str, Cell | None, str], ...]

    @property
    def few(self) -> bool:
        return bool(self.mark)


def parts(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """What the coverage template shows; the first dimension is drawn, the others are tables."""
    groups: dict[str, list[Line]] = {}
    for line in table.lines:
        if not line.is_everyone:
            groups.setdefault(line.group, []).append(line)
    (drawn, lines), *others = groups.items()
    return {
        "callouts": [*_callouts(exhibit, table, book), _median(exhibit, table, book)],
        "chart": _strips(exhibit, drawn, lines, book),
        "tables_title": "By " + _listed([title for title, _ in others]),
        "tables": [(title, _ranges(lines, exhibit, book)) for title, lines in others],
    }


def _callouts(exhibit: Exhibit, table: Table, book: Book) -> list[Callout]:
    found = []
    for measure in exhibit.callouts:
        cell = book.find(exhibit.id, OVERALL, ALL, measure.id)
        if cell is not None:
            found.append(Callout(cell, printed(cell), measure.label, (base_text(cell),)))
    return found


def _median(exhibit: Exhibit, table: Table, book: Book) -> Callout:
    measure = table.measures[0]
    cell = table.lines[0].figures[0].cell
    low, high = _quartiles(cell, exhibit, book)
    small = [middle_half(low, high)] if low and high else []
    return Callout(cell, printed(cell), measure.label, tuple(small), base=table.lines[0].n)


def middle_half(low: Cell, high: Cell) -> Bound:
    """The middle half in words, from its two quartiles."""
    return fill("Middle half {} to {}", printed(low), printed(high))


def _quartiles(cell: Cell, exhibit: Exhibit, book: Book) -> tuple[Cell | None, Cell | None]:
    """The two quartiles of a median, or none where they are not printed."""
    found = [book.find(exhibit.id, cell.dimension, cell.band, cell.column, name) for name in ("p25", "p75")]
    return tuple(q if q is not None and q.status == "shown" else None for q in found)


def _strips(exhibit: Exhibit, dimension: str, lines: list[Line], book: Book) -> Drawing:
    strips = []
    for line in lines:
        cell = line.figures[0].cell
        low, high = _quartiles(cell, exhibit, book)
        words = {EMPTY: "no company in this band", SUPPRESSED: "withheld"}.get(cell.status, "")
        strips.append(
            charts.Strip(
                label=line.label + line.mark,
                n=base_text(cell) if cell.n is not None else "",
                median=cell.stat if not words else None,
                printed=printed(cell),
                low=low.stat if low and high else None,
                high=high.stat if low and high else None,
                few=line.few,
                words=words,
            )
        )
    unit = exhibit.columns[0].unit
    items = [fill("{} for {}", strip.printed, strip.label) for strip in strips if strip.median is not None]
    svg = charts.strip_chart(
        strips, tick=lambda value: format_value(value, unit), width=CHART_WIDTH, height=CHART_HEIGHT,
        ident=f"{exhibit.id}-chart", alt=alt_text(f"Medians and middle halves by {dimension}, {exhibit.title}", items),
    )  # fmt: skip
    return Drawing(
        dimension,
        "",
        svg,
        "log scale" if charts.is_logarithmic(strips) else "",
        (dimension, _ranges(lines, exhibit, book)),
    )


def _ranges(lines: list[Line], exhibit: Exhibit, book: Book) -> list[Range]:
    found = []
    for line in lines:
        figure = line.figures[0]
        low, high = _quartiles(figure.cell, exhibit, book)
        quartile = [(q.printed if q else EN_DASH, q, "") for q in (low, high)]
        median = (figure.text, figure.cell, figure.classes or "median")
        found.append(Range(line.label, line.row.dimension, line.mark, line.n, (quartile[0], median, quartile[1])))
    return found


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""

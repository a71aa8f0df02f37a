"""Layout B: callouts, the ranges of one dimension as a strip chart, the other dimensions as small tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.figures.bound import base_text, fill, printed
from pipeline.figures.definitions import Exhibit
from pipeline.figures.formats import EN_DASH, format_value
from pipeline.figures.ledger import EMPTY, SUPPRESSED, Cell
from pipeline.pages import charts
from pipeline.pages.book import Book
from pipeline.pages.callouts import Callout, middle_half, overall_callouts, quartiles
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.view import Line, Table

CHART_WIDTH, CHART_HEIGHT = 404.0, 262.0


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
        "callouts": [*overall_callouts(exhibit, book), _median(table, book)],
        "chart": _strips(exhibit, drawn, lines, book),
        "tables_title": "By " + _listed([title for title, _ in others]),
        "tables": [(title, _ranges(lines, book)) for title, lines in others],
    }


def _median(table: Table, book: Book) -> Callout:
    measure = table.measures[0]
    cell = table.lines[0].figures[0].cell
    low, high = quartiles(cell, book)
    small = [middle_half(low, high)] if low and high else []
    return Callout(cell, printed(cell), measure.label, tuple(small), base=table.lines[0].n)


def _strips(exhibit: Exhibit, dimension: str, lines: list[Line], book: Book) -> Drawing:
    strips = []
    for line in lines:
        cell = line.figures[0].cell
        low, high = quartiles(cell, book)
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
        (dimension, _ranges(lines, book)),
    )


def _ranges(lines: list[Line], book: Book) -> list[Range]:
    found = []
    for line in lines:
        figure = line.figures[0]
        low, high = quartiles(figure.cell, book)
        quartile = [(q.printed if q else EN_DASH, q, "") for q in (low, high)]
        median = (figure.text, figure.cell, figure.classes or "median")
        found.append(Range(line.label, line.row.dimension, line.mark, line.n, (quartile[0], median, quartile[1])))
    return found


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""

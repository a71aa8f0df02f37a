"""A few figures of the whole sample as large numbers; shares that stand alone as rings."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from pipeline.figures.bound import base_text, join
from pipeline.figures.definitions import Exhibit
from pipeline.figures.exhibits_file import Chart
from pipeline.figures.ledger import SHOWN
from pipeline.pages import donut
from pipeline.pages.book import Book
from pipeline.pages.callouts import Callout, middle_half, quartiles
from pipeline.pages.drawings import alt_text
from pipeline.pages.view import Table

WIDTH, GAP = 864.0, 24.0
ACROSS = 4  # most tiles in a row
RING = 190.0


def parts(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """Rows of tiles: each a number with its name, its middle half if it is a median, and its base."""
    line = table.lines[0]
    pairs = list(zip(table.measures, line.figures, strict=True))
    columns = _columns(len(pairs))
    width = (WIDTH - GAP * (columns - 1)) / columns
    found = []
    for measure, figure in pairs:
        low, high = quartiles(figure.cell, book)
        middle = middle_half(low, high) if low and high else ""
        small = tuple(filter(None, [middle, base_text(figure.cell)]))
        mark = line.mark or figure.mark
        found.append(Callout(figure.cell, figure.text, measure.label, small, mark, room=width - 8))
    rings = _rings(exhibit, table) if exhibit.chart is Chart.TILES else []
    return {
        "rows": [list(zip(found, rings or [""] * len(found), strict=True))[i : i + columns]
                 for i in range(0, len(found), columns)],
        "width": round(width, 2),
        "dense": len(found) > 2 * ACROSS,
    }  # fmt: skip


def _columns(count: int) -> int:
    """Tiles in a row: as even as can be."""
    return {5: 3, 6: 3, 9: 3}.get(count, min(count, ACROSS))


def _rings(exhibit: Exhibit, table: Table) -> list[Markup]:
    """A ring for each tile, when all of them are shares and few enough."""
    figures = table.lines[0].figures
    if len(figures) > ACROSS or any(f.cell.unit != "share" or f.cell.status != SHOWN for f in figures):
        return []
    return [
        Markup(
            donut.ring(
                figure, base_text(figure.cell), size=RING, ident=f"{exhibit.id}-ring-{number}",
                alt=alt_text(join(", ", ["Ring", measure.label, base_text(figure.cell)]), [figure.text]),
            )
        )
        for number, (measure, figure) in enumerate(zip(table.measures, figures, strict=True), start=1)
    ]  # fmt: skip

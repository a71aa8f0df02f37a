"""The percentile strip: middle 80 percent, middle half, median and the company, on a scale of its own."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.figures.ledger import Cell
from pipeline.pages.templating import render
from pipeline.pages.theme import COLOURS

WIDTH, HEIGHT = 168.0, 18.0
EDGE = 7.0  # room for the dot at either end
BEYOND = 0.12  # of the drawn range, left empty on both sides


def strip(ident: str, alt: str, own: Cell | None, median: Cell, half: tuple[Cell, Cell] | None,
          tails: tuple[Cell, Cell] | None) -> Markup:  # fmt: skip
    """The drawing of one metric; without `own` it has no dot. What is not in the ledger is not drawn."""
    cells = [median, *(half or ()), *(tails or ()), *([own] if own else [])]
    low, high = min(c.stat for c in cells), max(c.stat for c in cells)
    room = (high - low) * BEYOND or 1.0
    scale = (WIDTH - 2 * EDGE) / (high - low + 2 * room)

    def x(cell: Cell) -> float:
        return round(EDGE + (cell.stat - low + room) * scale, 2)

    return Markup(
        render(
            "company/strip.html", ident=ident, alt=alt, width=WIDTH, height=HEIGHT, edge=EDGE, colours=COLOURS,
            own=x(own) if own else None, median=x(median),
            half=(x(half[0]), x(half[1])) if half else None, tails=(x(tails[0]), x(tails[1])) if tails else None,
        )
    )  # fmt: skip

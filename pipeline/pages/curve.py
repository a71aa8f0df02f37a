"""Lines by year: today's figure at the beginning, the last one with its label at the end; the company's is the first.

Drawn by a template and not by matplotlib, which takes each company's kernel longer to load than everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.figures.bound import Bound, fill, printed, references_of
from pipeline.figures.guidance.advice import Advice
from pipeline.figures.ledger import Cell
from pipeline.pages.templating import render
from pipeline.pages.text_size import text_width
from pipeline.pages.theme import COLOURS

COLOUR_OF_LINE = (COLOURS["you"], COLOURS["primary"], COLOURS["context"])
SIZE, STEP = 8.0, 10.5  # points: of the text, and between two labels
TOP, BOTTOM = 6.0, 16.0  # points above and below the lines


@dataclass(frozen=True)
class Drawn:
    """One line of the drawing: its points, its end, and where its label stands."""

    points: str
    colour: str
    end: tuple[float, float]
    cell: Cell
    label: str
    label_y: float


def curve_svg(advice: Advice, width: float, height: float) -> str:
    """The drawing of a rule's series as one `<svg>`, in points; it says itself in words which figures it shows."""
    series = advice.series
    left = max(text_width(each.cells[0].printed, SIZE) for each in series) + 6
    right = max(text_width(f"{each.cells[-1].printed}  {each.label}", SIZE, 600) for each in series) + 10
    values = [cell.stat for each in series for cell in each.cells]
    low, span = min(values), (max(values) - min(values)) or 1.0
    years = len(series[0].cells) - 1
    xs = [round(left + (width - left - right) * year / years, 2) for year in range(years + 1)]

    def y(value: float) -> float:
        return round(TOP + (height - TOP - BOTTOM) * (1 - (value - low) / span), 2)

    labels = _apart([y(each.cells[-1].stat) for each in series])
    lines = [
        Drawn(
            points=" ".join(f"{x},{y(cell.stat)}" for x, cell in zip(xs, each.cells, strict=True)),
            colour=COLOUR_OF_LINE[min(place, len(COLOUR_OF_LINE) - 1)],
            end=(xs[-1], y(each.cells[-1].stat)), cell=each.cells[-1], label=each.label, label_y=labels[place],
        )
        for place, each in enumerate(series)
    ]  # fmt: skip
    start, alt = series[0].cells[0], _alternative(advice)
    return render(
        "curve.html", ident=f"{advice.id}-curve", alt=alt, cells=" ".join(references_of(alt)), width=width,
        height=height, xs=xs, lines=lines[::-1], start=start, start_y=y(start.stat), years=years, colours=COLOURS,
        size=SIZE, bottom=height - BOTTOM,
    )  # fmt: skip


def _apart(ends: Sequence[float]) -> list[float]:
    """Heights of the labels beside the ends of the lines, from the lowest up at least a line apart."""
    heights = dict.fromkeys(range(len(ends)), 0.0)
    below = float("inf")
    for place in sorted(heights, key=lambda i: -ends[i]):
        heights[place] = below = min(ends[place], below - STEP)
    return [round(height, 2) for height in heights.values()]


def _alternative(advice: Advice) -> Bound:
    """The curve in words, for who cannot see it."""
    ends = [fill("{} to {}, " + line.label, printed(line.cells[0]), printed(line.cells[-1])) for line in advice.series]
    return fill(f"{advice.plain(advice.curve)}: " + "; ".join("{}" for _ in ends), *ends)

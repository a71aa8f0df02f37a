"""A histogram: companies per bin of a number, counts on top, the median as a line in its bin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.figures.bound import base_text, fill, join, printed
from pipeline.figures.definitions import Exhibit, Measure
from pipeline.figures.exhibits_file import MEDIANS
from pipeline.figures.ledger import ALL, OVERALL, SHOWN, Cell
from pipeline.pages import charts
from pipeline.pages.aside import answers_table, words_for
from pipeline.pages.bars import CHART, WIDE
from pipeline.pages.book import Book
from pipeline.pages.callouts import overall_callouts
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.svg import figure_svg
from pipeline.pages.text_size import text_width, wrap
from pipeline.pages.theme import COLOURS, chart_style
from pipeline.pages.view import Table
from pipeline.responses.schema import Band

HEIGHT = 262.0


@dataclass(frozen=True)
class Bin:
    """One column of a histogram."""

    label: str
    value: float | None
    printed: str


def parts(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """The columns of the whole sample with the line of the median, the callouts, and the small table."""
    line = table.lines[0]
    pairs = list(zip(table.measures, line.figures, strict=True))
    bins = [
        Bin(m.label, f.cell.stat if f.cell.status == SHOWN else None, words_for(f.cell) or f.text) for m, f in pairs
    ]
    callouts = overall_callouts(exhibit, book)
    median = _median(exhibit, table, book)
    alt = alt_text(
        join(", ", ["Histogram", base_text(line.n), exhibit.title]), [fill("{} {}", b.label, b.printed) for b in bins]
    )
    svg = draw(bins, median, width=CHART if callouts else WIDE, ident=f"{exhibit.id}-chart", alt=alt)
    who = book.survey.respondents
    unit = f"Share of {who}" if table.measures[0].unit == "share" else who.capitalize()
    return {
        "callouts": callouts,
        "charts": [Drawing("", fill("{} in each bin, {}", unit, base_text(line.n)), svg)],
        "tables": [answers_table(exhibit, table, line, book, "Bin")],
        "details": None,
    }


def _median(exhibit: Exhibit, table: Table, book: Book) -> tuple[float, str] | None:
    """Where the median lies along the bins, counted in bins from the left edge, and its label."""
    question = table.measures[0].question
    for measure in exhibit.callouts:
        if measure.statistic in MEDIANS and measure.question == question and table.measures[0].bins is not None:
            cell = book.find(exhibit.id, OVERALL, ALL, measure.id)
            if cell is not None and cell.status == SHOWN:
                return _place(cell, table.measures)
    return None


def _place(cell: Cell, measures: tuple[Measure, ...]) -> tuple[float, str] | None:
    for number, measure in enumerate(measures):
        band = next(b for b in measure.bins.bands if b.id in measure.answers)
        low, high = edges(band)
        if (low is None or cell.stat >= low) and (high is None or cell.stat <= high):
            inside = 0.5 if low is None or high is None or high == low else (cell.stat - low) / (high - low)
            return number + inside, fill("median {}", printed(cell))
    return None


def edges(band: Band) -> tuple[float | None, float | None]:
    """The lower and the upper edge of a bin, None where it is open."""
    low = band.from_ if band.from_ is not None else band.above
    return low, band.to if band.to is not None else band.below


def draw(bins: list[Bin], median: tuple[float, str] | None, *, width: float, ident: str, alt: str) -> str:
    """Columns from zero, value on top, names below, the bin of the median as accent."""
    with chart_style():
        figure = charts.figure_of(width, HEIGHT)
        each = width / len(bins)
        names = [wrap(b.label, each - 4, 8.5) for b in bins]
        below = 10.0 + 11.0 * max(name.count("\n") + 1 for name in names)
        above = 34.0 if median else 18.0
        axes = charts.axes_at(figure, 1, above, width - 2, HEIGHT - above - below)
        top = max((b.value or 0.0 for b in bins), default=0.0) or 1.0
        axes.set(xlim=(0, len(bins)), ylim=(0, top))
        axes.plot([0, len(bins)], [0, 0], color=COLOURS["axis"], linewidth=0.9, clip_on=False)
        chosen = int(min(median[0], len(bins) - 1e-9)) if median else None
        largest = max(range(len(bins)), key=lambda i: bins[i].value or 0.0)
        accent = chosen if median else largest
        for i, (b, name) in enumerate(zip(bins, names, strict=True)):
            if b.value is not None:
                colour = COLOURS["primary" if i == accent else "context"]
                axes.add_patch(charts.Rectangle((i + 0.03, 0), 0.94, b.value, fc=colour, lw=0, clip_on=False))
            axes.annotate(
                b.printed, (i + 0.5, b.value or 0.0), (0, 3), textcoords="offset points", ha="center", va="bottom",
                size=9.5, weight=600 if i == accent else 500, color=COLOURS["ink"], zorder=4,
                bbox={"fc": "white", "ec": "none", "pad": 0.8} if median and i == chosen else None,
            )  # fmt: skip
            axes.annotate(
                name, (i + 0.5, 0), (0, -5), textcoords="offset points", ha="center", va="top", size=8.5,
                color=COLOURS["ink-2"], linespacing=1.1,
            )  # fmt: skip
        if median:
            at, words = median
            axes.annotate(
                "", (at, 0), (at, top + 20.0 / (HEIGHT - above - below) * top), annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": COLOURS["deep"], "lw": 1.4, "shrinkA": 0, "shrinkB": 0},
                zorder=3,
            )  # fmt: skip
            half = text_width(words, 9.5, 600) / 2 * len(bins) / width
            axes.annotate(
                words, (min(max(at, half), len(bins) - half), top), (0, 21), textcoords="offset points", ha="center",
                va="bottom", size=9.5, weight=600, color=COLOURS["deep"],
            )  # fmt: skip
        return figure_svg(figure, ident=ident, alt=alt)

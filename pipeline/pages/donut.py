"""A donut: one question for all companies with at most three answers, the main share in the hole."""

from __future__ import annotations

from typing import Any

from pipeline.figures.bound import base_text, fill, join
from pipeline.figures.definitions import Exhibit
from pipeline.figures.ledger import SHOWN
from pipeline.pages import charts
from pipeline.pages.aside import answers_table
from pipeline.pages.bars import CHART, WIDE
from pipeline.pages.book import Book
from pipeline.pages.callouts import overall_callouts
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.svg import figure_svg
from pipeline.pages.text_size import text_width, wrap
from pipeline.pages.theme import COLOURS, chart_style
from pipeline.pages.view import Figure, Table

SLICES = 3
YES = "yes"  # of yes and no, the share that says yes is the point, however small
SHADES = (COLOURS["primary"], "#5FA0AC", "#BCC4CF")  # the main share, the second, the third
HEIGHT = 250.0


def fits(table: Table) -> bool:
    """Whether a table is one row of at most three shares that are parts of one whole, all of them printed."""
    figures = table.lines[0].figures
    if len(table.lines) != 1 or len(figures) > SLICES:
        return False
    cells = [figure.cell for figure in figures]
    shares = all(c is not None and c.status == SHOWN and c.unit == "share" for c in cells)
    return shares and len({c.n for c in cells}) == 1 and sum(c.numerator or 0 for c in cells) <= cells[0].denominator


def parts(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """The donut with its names beside it and the small table of the same figures."""
    line = table.lines[0]
    callouts = overall_callouts(exhibit, book)
    alone = len(table.measures) == 1
    pairs = list(zip(table.measures, line.figures, strict=True))
    slices = [(exhibit.title if alone else m.label, f) for m, f in pairs]
    main = next((i for i, (m, _) in enumerate(pairs) if m.id == YES), None)
    base = base_text(line.figures[0].cell)
    alt = alt_text(
        join(", ", ["Donut", base, exhibit.title]), [fill("{} {}", label, f.text) for label, f in slices]
    )
    width = CHART if callouts else WIDE
    svg = draw(slices, base, main, width=width, ident=f"{exhibit.id}-chart", alt=alt)
    return {
        "callouts": callouts,
        "charts": [Drawing("", "", svg)],
        "tables": [answers_table(exhibit, table, line, book)],
        "details": None,
    }


def ring(figure: Figure, base: str, *, size: float, ident: str, alt: str) -> str:
    """One share as the coloured part of a ring, its number and base in the hole."""
    with chart_style():
        drawing = charts.figure_of(size, size)
        axes = charts.axes_at(drawing, 0, 0, size, size)
        share = figure.cell.stat
        axes.pie(
            [share, max(100.0 - share, 0.0)], colors=[SHADES[0], COLOURS["grid"]], startangle=90, counterclock=False,
            radius=1.0, wedgeprops={"width": 0.3, "edgecolor": "white", "linewidth": 1.6},
        )  # fmt: skip
        axes.set(xlim=(-1.02, 1.02), ylim=(-1.02, 1.02))
        axes.text(0, 0.06, figure.text, ha="center", va="center", size=size / 6, weight=600, color=SHADES[0])
        axes.text(0, -0.25, base, ha="center", va="center", size=9, color=COLOURS["muted"])
        return figure_svg(drawing, ident=ident, alt=alt)


def draw(
    slices: list[tuple[str, Figure]], base: str, main: int | None = None, *, width: float, ident: str, alt: str
) -> str:
    """Slices clockwise from the top; what is not named is the pale rest of the ring.

    `main` is the slice whose share stands in the hole and that has the accent, the largest when it is None.
    """
    with chart_style():
        figure = charts.figure_of(width, HEIGHT)
        size = HEIGHT - 8
        axes = charts.axes_at(figure, 4, 4, size, size)
        values = [f.cell.stat for _, f in slices]
        rank = sorted(range(len(values)), key=lambda i: (i != main, -values[i]))
        colours = [SHADES[rank.index(i)] for i in range(len(values))]
        rest = max(100.0 - sum(values), 0.0)
        open_ring = rest > 1.5  # one answer alone: the others are the rest
        drawn, shades = ([*values, rest], [*colours, COLOURS["grid"]]) if open_ring else (values, colours)
        axes.pie(
            drawn, colors=shades, startangle=90, counterclock=False, radius=1.0,
            wedgeprops={"width": 0.34, "edgecolor": "white", "linewidth": 1.6},
        )  # fmt: skip
        axes.set(xlim=(-1.02, 1.02), ylim=(-1.02, 1.02))
        axes.text(0, 0.06, slices[rank[0]][1].text, ha="center", va="center", size=34, weight=600, color=SHADES[0])
        axes.text(0, -0.27, base, ha="center", va="center", size=9.5, color=COLOURS["muted"])
        beside = charts.axes_at(figure, size + 36, 4, width - size - 38, size)
        beside.set(xlim=(0, width - size - 38), ylim=(size, 0))
        step = 46.0
        top = size / 2 - step * (len(slices) - 1) / 2
        numbers = max(text_width(f.text, 15, 600) for _, f in slices)
        for i, (label, f) in enumerate(slices):
            at = top + i * step
            beside.add_patch(charts.Rectangle((0, at - 6), 12, 12, fc=colours[i], lw=0, clip_on=False))
            beside.text(22, at, f.text, va="center", size=15, weight=600)
            words = wrap(label, width - size - 38 - 34 - numbers, 10.5)
            beside.text(32 + numbers, at, words, va="center", size=10.5, color=COLOURS["ink-2"], linespacing=1.1)
        return figure_svg(figure, ident=ident, alt=alt)

"""Two numbers of each company against each other, in quadrants at best-in-class thresholds.

The dots are in the ledger for those who may see single companies; for others the page shows the quadrants and the
shares in them. The thresholds are those of the conditions that the quadrant shares count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from pipeline.figures.bound import base_text, count_of, fill, join, printed
from pipeline.figures.definitions import Exhibit, Measure
from pipeline.figures.formats import EN_DASH, format_value
from pipeline.figures.ledger import ALL, COMPANY, OVERALL, SHOWN
from pipeline.pages import charts
from pipeline.pages.aside import Entry, Small, SmallRow, by_dimension
from pipeline.pages.bars import WIDE
from pipeline.pages.book import Book
from pipeline.pages.callouts import overall_callouts
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.svg import figure_svg
from pipeline.pages.text_size import text_width
from pipeline.pages.theme import COLOURS, chart_style
from pipeline.pages.view import MARKS, Line, Table

HEIGHT = 288.0
QUADRANT = 28.0  # size of the large numbers
MANY = 100  # from so many dots on they are one image, their text stays live
COMPARISON = re.compile(r"([a-z_][\w.]*)\s*(<=|>=|<|>)\s*(-?[\d_.]+)")

Point = tuple[float, float]


@dataclass(frozen=True)
class Corner:
    """One quadrant: where it begins on both axes, to which side it lies, and the share of companies in it."""

    x: float
    y: float
    right: bool
    upper: bool
    printed: str


def parts(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """The scatter, or the empty quadrants, and the shares in the quadrants as large numbers."""
    x, y = exhibit.axes
    points = _points(exhibit, x, y, book)
    callouts = [replace(callout, big=QUADRANT) for callout in overall_callouts(exhibit, book)]
    items = [fill("{} {}", c.text, c.label) for c in callouts]
    dots = fill("{} companies", printed(book.everyone(exhibit))) if points else "quadrants only"
    alt = alt_text(fill("Scatter of {} against {}, {}", y.label, x.label, dots), items)
    svg = draw(points, (x, y), _corners(exhibit, x, y, book), width=WIDE, ident=f"{exhibit.id}-chart", alt=alt)
    return {
        "callouts": callouts,
        "chart": Drawing("", _sub(points, exhibit, book), svg),
        "tables": [_by_band(title, lines, exhibit, book) for title, lines in by_dimension(table).items()],
    }


def _by_band(title: str, lines: list[Line], exhibit: Exhibit, book: Book) -> Small:
    """The first quadrant share by the bands of a dimension."""
    measure = exhibit.callouts[0]
    rows = []
    for line in lines:
        cell = book.find(exhibit.id, line.row.dimension, line.row.band, measure.id)
        if cell is not None:
            text = printed(cell) if cell.status == SHOWN else EN_DASH
            n = Entry(count_of(cell) if cell.n is not None else "", cell, "n", repeated=True)
            mark = MARKS[cell.mark]
            rows.append(SmallRow(line.label, (n, Entry(text, cell)), mark, line.row.dimension))
    return Small(title, ("n", "Share"), tuple(rows))


def _sub(points: list[Point], exhibit: Exhibit, book: Book) -> str:
    everyone = book.everyone(exhibit)
    base = base_text(everyone)
    respondent = book.codebook_of(exhibit).survey.respondent
    if points:
        return join(", ", [f"One dot for each {respondent}", base])
    return join(", ", ["Shares of companies in the quadrants", base])


def _points(exhibit: Exhibit, x: Measure, y: Measure, book: Book) -> list[Point]:
    found: dict[str, dict[str, float]] = {}
    for cell in book.ledger.exhibit(exhibit.id):
        if cell.dimension == COMPANY and cell.status == SHOWN and cell.stat is not None:
            found.setdefault(cell.band, {})[cell.column] = cell.stat
    return [(point[x.id], point[y.id]) for point in found.values() if x.id in point and y.id in point]


def _corners(exhibit: Exhibit, x: Measure, y: Measure, book: Book) -> list[Corner]:
    """The quadrants that the callouts count: conditions of one comparison on each axis; others are left out."""
    found = []
    for measure in exhibit.callouts:
        compared = {
            name: (sign, float(value.replace("_", ""))) for name, sign, value in COMPARISON.findall(measure.when or "")
        }
        cell = book.find(exhibit.id, OVERALL, ALL, measure.id)
        simple = set(compared) == {x.question, y.question} and " or " not in (measure.when or "")
        if simple and cell is not None and cell.status == SHOWN:
            (sign_x, at_x), (sign_y, at_y) = compared[x.question], compared[y.question]
            found.append(Corner(at_x, at_y, sign_x.startswith(">"), sign_y.startswith(">"), printed(cell)))
    return found


def draw(
    points: list[Point],
    axes_of: tuple[Measure, Measure],
    corners: list[Corner],
    *,
    width: float,
    ident: str,
    alt: str,
) -> str:
    """Dots on two linear scales; each quadrant is a pale corner with its edges named and its share inside."""
    x, y = axes_of
    with chart_style():
        figure = charts.figure_of(width, HEIGHT)
        spans = [
            _span([p[0] for p in points], [c.x for c in corners]),
            _span([p[1] for p in points], [c.y for c in corners]),
        ]
        ticks = [_ticks(*span) for span in spans]
        names = [
            [format_value(t, m.unit, 0) for t in tick] if points else [""] * len(tick)
            for m, tick in zip(axes_of, ticks, strict=True)
        ]
        left = max((text_width(name, 8.5) for name in names[1]), default=0.0) + 14
        axes = charts.axes_at(figure, left, 32, width - left - 36, HEIGHT - 32 - 38)
        axes.set(xlim=spans[0], ylim=spans[1])
        axes.set_xticks(ticks[0], names[0])
        axes.set_yticks(ticks[1], names[1])
        axes.tick_params(axis="both", pad=5, labelsize=8.5, labelcolor=COLOURS["ink-2"])
        axes.grid(visible=bool(points))
        words = {"xycoords": "axes fraction", "textcoords": "offset points", "size": 9, "color": COLOURS["ink-2"]}
        axes.annotate(y.label, (0, 1), (-left, 18), va="bottom", **words)
        axes.annotate(x.label, (1, 0), (0, -22), va="top", ha="right", **words)
        for corner in corners:
            _shade(axes, corner, axes_of, spans)
        if points:
            import seaborn  # slow to load, and few chapters have a scatter

            across, up = zip(*points, strict=True)
            seaborn.scatterplot(
                x=across, y=up, ax=axes, s=26, color=COLOURS["dot"], alpha=0.6, linewidth=0, clip_on=False,
                rasterized=len(points) > MANY, zorder=3,
            )  # fmt: skip
        return figure_svg(figure, ident=ident, alt=alt)


def _shade(axes: Axes, corner: Corner, axes_of: tuple[Measure, Measure], spans: list[tuple[float, float]]) -> None:
    """One quadrant: pale ground, its two edges with their values at the rim, its share at the inner corner."""
    x_end, y_end = spans[0][corner.right], spans[1][corner.upper]
    ground = Rectangle(
        (min(corner.x, x_end), min(corner.y, y_end)), abs(corner.x - x_end), abs(corner.y - y_end),
        fc=COLOURS["middle-half"], alpha=0.35, lw=0, zorder=1,
    )  # fmt: skip
    axes.add_patch(ground)
    edge = {"color": COLOURS["deep"], "lw": 1.0, "ls": (0, (4, 2)), "zorder": 2}
    axes.plot([corner.x, corner.x], [corner.y, y_end], **edge)
    axes.plot([corner.x, x_end], [corner.y, corner.y], **edge)
    name = {"size": 8.5, "weight": 600, "color": COLOURS["deep"], "textcoords": "offset points"}
    x_name, y_name = (format_value(v, m.unit, 0) for v, m in zip((corner.x, corner.y), axes_of, strict=True))
    rim = 1 if corner.upper else 0
    axes.annotate(
        x_name, (corner.x, rim), (0, 3 if rim else -3), xycoords=("data", "axes fraction"), ha="center",
        va="bottom" if rim else "top", **name,
    )  # fmt: skip
    axes.annotate(
        fill("{} from {}", corner.printed, y_name), (corner.x, corner.y),
        (3 if corner.right else -3, 3 if corner.upper else -3),
        ha="left" if corner.right else "right", va="bottom" if corner.upper else "top", zorder=4,
        bbox={"fc": "white", "ec": "none", "pad": 1.2, "alpha": 0.8}, **name,
    )  # fmt: skip


def _span(values: list[float], edges: list[float]) -> tuple[float, float]:
    """From the least to the greatest value and edge, with a margin; without values, the edges and as much again."""
    known = [*values, *edges] or [0.0, 1.0]
    low, high = min(known), max(known)
    if not values:
        reach = high - low or abs(high) or 1.0
        return low - reach, high + reach
    margin = (high - low or 1.0) * 0.06
    return (0.0 if 0 <= low < 0.25 * high else low - margin), high + margin


def _ticks(low: float, high: float) -> list[float]:
    return [float(t) for t in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]

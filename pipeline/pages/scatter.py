"""Two numbers of each company against each other, in quadrants at best-in-class thresholds.

The dots are in the ledger for those who may see single companies; for others the page shows the quadrants and the
shares in them. The thresholds are those of the conditions that the quadrant shares count.
"""

from __future__ import annotations

import re
from typing import Any

from matplotlib.ticker import MaxNLocator

from pipeline.figures.definitions import Exhibit, Measure
from pipeline.figures.formats import format_value
from pipeline.figures.ledger import ALL, COMPANY, OVERALL, SHOWN
from pipeline.pages import charts
from pipeline.pages.aside import overall_callouts
from pipeline.pages.bars import WIDE
from pipeline.pages.book import Book, base_text
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.svg import figure_svg, text_width
from pipeline.pages.theme import COLOURS, chart_style
from pipeline.pages.view import Table

HEIGHT = 300.0
MANY = 100  # from so many dots on they are one image, their text stays live
COMPARISON = re.compile(r"([a-z_][\w.]*)\s*(<=|>=|<|>)\s*(-?[\d_.]+)")

Point = tuple[float, float]


def parts(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """The scatter, or the empty quadrants, and the shares in the quadrants as large numbers."""
    x, y = exhibit.axes
    points = _points(exhibit, x, y, book)
    thresholds = (_threshold(exhibit, x), _threshold(exhibit, y))
    callouts = overall_callouts(exhibit, book)
    items = [f"{c.text} {c.label}" for c in callouts]
    alt = alt_text(f"Scatter of {y.label} against {x.label}, {len(points)} companies, in quadrants", items)
    svg = draw(
        points, (x, y), thresholds, _quadrants(exhibit, x, y, book), width=WIDE, ident=f"{exhibit.id}-chart", alt=alt
    )
    return {"callouts": callouts, "chart": Drawing("", _sub(points, exhibit, book), svg)}


def _sub(points: list[Point], exhibit: Exhibit, book: Book) -> str:
    everyone = book.everyone(exhibit)
    base = base_text(everyone)
    respondent = book.codebook_of(exhibit).survey.respondent
    if points:
        return ", ".join(filter(None, [f"One dot for each {respondent}", base]))
    return ", ".join(filter(None, ["Shares of companies in the quadrants", base]))


def _points(exhibit: Exhibit, x: Measure, y: Measure, book: Book) -> list[Point]:
    found: dict[str, dict[str, float]] = {}
    for cell in book.ledger.exhibit(exhibit.id):
        if cell.dimension == COMPANY and cell.status == SHOWN and cell.stat is not None:
            found.setdefault(cell.band, {})[cell.column] = cell.stat
    return [(point[x.id], point[y.id]) for point in found.values() if x.id in point and y.id in point]


def _threshold(exhibit: Exhibit, axis: Measure) -> float | None:
    for measure in exhibit.callouts:
        for name, _, value in COMPARISON.findall(measure.when or ""):
            if name == axis.question:
                return float(value.replace("_", ""))
    return None


def _quadrants(exhibit: Exhibit, x: Measure, y: Measure, book: Book) -> list[tuple[bool, bool, str]]:
    """The shares that fill one quadrant as (right, upper, printed); conditions of another shape are left out."""
    found = []
    for measure in exhibit.callouts:
        sides = {name: sign.startswith(">") for name, sign, _ in COMPARISON.findall(measure.when or "")}
        cell = book.find(exhibit.id, OVERALL, ALL, measure.id)
        if {x.question, y.question} == set(sides) and cell is not None and cell.status == SHOWN:
            found.append((sides[x.question], sides[y.question], cell.printed))
    return found


def draw(
    points: list[Point],
    axes_of: tuple[Measure, Measure],
    thresholds: tuple[float | None, float | None],
    quadrants: list[tuple[bool, bool, str]],
    *,
    width: float,
    ident: str,
    alt: str,
) -> str:
    """Dots on two linear scales, lines at the thresholds, the share of each quadrant in its corner."""
    x, y = axes_of
    with chart_style():
        figure = charts.figure_of(width, HEIGHT)
        spans = [_span([p[i] for p in points], threshold) for i, threshold in enumerate(thresholds)]
        ticks = [_ticks(*span) for span in spans]
        names = [
            [format_value(t, m.unit, m.decimals if m.decimals else 0) for t in tick]
            for m, tick in zip(axes_of, ticks, strict=True)
        ]
        left = max((text_width(name, 8.5) for name in names[1]), default=0.0) + 12
        axes = charts.axes_at(figure, left, 20, width - left - 16, HEIGHT - 20 - 36)
        axes.set(xlim=spans[0], ylim=spans[1])
        axes.set_xticks(ticks[0], names[0] if points else ["" for _ in names[0]])
        axes.set_yticks(ticks[1], names[1] if points else ["" for _ in names[1]])
        axes.tick_params(axis="both", pad=5, labelsize=8.5, labelcolor=COLOURS["ink-2"])
        axes.grid(visible=bool(points))
        corner = {"xycoords": "axes fraction", "textcoords": "offset points", "size": 9, "color": COLOURS["ink-2"]}
        axes.annotate(y.label, (0, 1), (-left, 9), va="bottom", **corner)
        axes.annotate(x.label, (1, 0), (0, -22), va="top", ha="right", **corner)
        _shade(axes, thresholds, quadrants, spans)
        if points:
            axes.scatter(
                *zip(*points, strict=True), s=20, color=COLOURS["dot"], alpha=0.55, linewidth=0, clip_on=False,
                rasterized=len(points) > MANY, zorder=3,
            )  # fmt: skip
        for value, measure, along in zip(thresholds, axes_of, ("x", "y"), strict=True):
            if value is not None:
                _line(axes, value, format_value(value, measure.unit, measure.decimals), along)
        return figure_svg(figure, ident=ident, alt=alt)


def _shade(axes: Any, thresholds: tuple, quadrants: list, spans: list) -> None:
    """The corner of each quadrant carries its share; the best one, with most companies asked for, a pale ground."""
    for right, upper, printed in quadrants:
        if None in thresholds:
            continue
        at = (0.985 if right else 0.015, 0.97 if upper else 0.03)
        axes.annotate(
            printed, at, xycoords="axes fraction", ha="right" if right else "left", va="top" if upper else "bottom",
            size=20, weight=600, color=COLOURS["primary"], zorder=4,
        )  # fmt: skip


def _line(axes: Any, value: float, printed: str, along: str) -> None:
    draw_line = axes.axvline if along == "x" else axes.axhline
    draw_line(value, color=COLOURS["deep"], lw=1.0, ls=(0, (4, 2)), zorder=2)
    words = {"size": 8.5, "weight": 600, "color": COLOURS["deep"], "textcoords": "offset points"}
    if along == "x":
        axes.annotate(
            printed, (value, 1), (0, 3), xycoords=("data", "axes fraction"), ha="center", va="bottom", **words
        )
    else:
        axes.annotate(
            printed, (1, value), (-2, 3), xycoords=("axes fraction", "data"), ha="right", va="bottom", **words
        )


def _span(values: list[float], threshold: float | None) -> tuple[float, float]:
    known = [*values, *([threshold] if threshold is not None else [])]
    if not values:
        middle = threshold if threshold is not None else 1.0
        return (0.0, 2.0 * middle) if middle else (0.0, 1.0)
    low, high = min(known), max(known)
    margin = (high - low or 1.0) * 0.06
    return (0.0 if 0 <= low < 0.25 * high else low - margin), high + margin


def _ticks(low: float, high: float) -> list[float]:
    return [float(t) for t in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]

"""Charts of the report, drawn at their final size from finished text: bars, strips, small panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from pipeline.pages.svg import figure_svg
from pipeline.pages.text_size import text_width, wrap
from pipeline.pages.theme import COLOURS, Category, chart_style

POINTS = 72
PANEL = 250  # widest small panel, in points
NUMBER_FROM = 7  # a share below this many percent has no room for its number inside a bar
FAR = 0.4  # a smallest value above this part of the largest is far from zero
LABELS = 0.4  # of the width that the names of rows may take; longer ones are broken into lines
LOG_RANGE = 50  # a value axis becomes logarithmic where its range passes this factor


@dataclass(frozen=True)
class Bar:
    """One bar: `value` sets its length, `printed` is what stands at its end. `few` marks a small base."""

    label: str
    value: float | None
    printed: str
    n: str = ""
    few: bool = False


@dataclass(frozen=True)
class Strip:
    """One band of a strip chart: median and middle half, or the words that stand in their place."""

    label: str
    n: str
    median: float | None
    printed: str
    low: float | None = None
    high: float | None = None
    few: bool = False
    words: str = ""


def bar_chart(bars: Sequence[Bar], *, width: float, height: float, ident: str, alt: str, accent: int | None = 0) -> str:
    """Horizontal bars from zero with the value at the end; the bar number `accent` is the point being made."""
    with chart_style():
        figure = figure_of(width, height)
        size = 9 if len(bars) <= 10 else 8.5
        widest = max(text_width(bar.label, size) for bar in bars)
        left = min(widest + 6, width * 0.48)
        labels = [wrap(bar.label, left - 6, size) for bar in bars]
        axes = axes_at(figure, left, 2, width - left, height - 4)
        axes.set(xlim=(0, width - left), ylim=(len(bars) - 0.5, -0.5))
        room = width - left - max(text_width(bar.printed, size, 600) for bar in bars) - 8
        top = max((bar.value or 0 for bar in bars), default=0) or 1
        axes.plot([0, 0], [-0.5, len(bars) - 0.5], color=COLOURS["axis"], linewidth=0.9, clip_on=False)
        for row, bar in enumerate(bars):
            length = (bar.value or 0) / top * room
            chosen = row == accent and not bar.few
            if bar.value is not None:
                axes.add_patch(bar_patch(length, row, chosen, bar.few))
            style = "italic" if bar.few else "normal"
            colour = COLOURS["muted"] if bar.few else COLOURS["ink"]
            axes.text(
                -5, row, labels[row], ha="right", va="center", size=size, color=colour, linespacing=1.05, style=style
            )
            weight = 600 if chosen else (400 if bar.few else 500)
            axes.text(length + 4, row, bar.printed, va="center", size=size, weight=weight, color=colour, style=style)
        return figure_svg(figure, ident=ident, alt=alt)


def strip_chart(
    strips: Sequence[Strip], *, tick: Callable[[float], str], width: float, height: float, ident: str, alt: str
) -> str:
    """One row per band: the middle half as a box and the median as a tick with its value, on one common scale."""
    with chart_style():
        figure = figure_of(width, height)
        strips = [replace(strip, label=wrap(strip.label, width * LABELS, 9)) for strip in strips]
        left = max(text_width(line, 9) for strip in strips for line in strip.label.split("\n")) + 12
        n_width = max(text_width(strip.n, 8) for strip in strips)
        left += n_width + 12
        right = 14
        axes = axes_at(figure, left, 4, width - left - right, height - 26)
        axes.set(ylim=(len(strips) - 0.5, -0.5))
        _value_scale(axes, strips, tick)
        for row, strip in enumerate(strips):
            _strip_row(axes, strip, row, -left, -12)
        return figure_svg(figure, ident=ident, alt=alt)


Segment = tuple[str, Category]
StackedRow = tuple[str, str, Sequence[tuple[float, str]]]


def stacked_chart(
    rows: Sequence[StackedRow], segments: Sequence[Segment], *, width: float, height: float, ident: str, alt: str
) -> str:
    """Rows of (label, n, [(share, printed)]) as bars of full length, the answers named above the first bar."""
    with chart_style():
        figure = figure_of(width, height)
        rows = [(wrap(label, width * LABELS, 9), n, parts) for label, n, parts in rows]
        lines = [line for label, *_ in rows for line in label.split("\n")]
        left = max(text_width(line, 9) for line in lines) + max(text_width(n, 8) for _, n, _ in rows) + 24
        full = width - left - 2
        axes = axes_at(figure, left, 20, full, height - 20)
        axes.set(xlim=(0, full), ylim=(len(rows) - 0.5, -0.5))
        for row, (label, n, parts) in enumerate(rows):
            axes.text(-left, row, label, va="center", size=9)
            axes.text(-10, row, n, va="center", ha="right", size=8, color=COLOURS["muted"])
            whole = sum(share for share, _ in parts) or 1.0
            start = 0.0
            for (share, printed), (_, colour) in zip(parts, segments, strict=True):
                length = share / whole * full
                box = Rectangle((start, row - 0.34), length, 0.68, fc=colour.fill, ec="white", lw=1.2, clip_on=False)
                axes.add_patch(box)
                if share >= NUMBER_FROM:
                    axes.text(start + length / 2, row, printed, ha="center", va="center", size=8.5, color=colour.text)
                start += length
        _segment_names(axes, rows[0][2], segments, full)
        return figure_svg(figure, ident=ident, alt=alt)


def _segment_names(axes: Axes, parts: Sequence[tuple[float, str]], segments: Sequence[Segment], full: float) -> None:
    """The answers' names over their segments of the first bar, moved apart where they would touch."""
    whole = sum(share for share, _ in parts) or 1.0
    centres, start = [], 0.0
    for share, _ in parts:
        centres.append((start + share / 2) / whole * full)
        start += share
    widths = [text_width(name, 8.5, 600) + 12 for name, _ in segments]
    left = [centre - width / 2 for centre, width in zip(centres, widths, strict=True)]
    for i in range(len(left)):
        left[i] = max(left[i], left[i - 1] + widths[i - 1] if i else 0.0)
    limit = full + 12
    for i in reversed(range(len(left))):
        left[i] = min(left[i], limit - widths[i])
        limit = left[i]
    for place, (name, colour) in zip(left, segments, strict=True):
        axes.annotate(
            name, (max(place, 0.0), -0.5), (0, 3), textcoords="offset points", size=8.5, weight=600, color=colour.name
        )


Panels = Sequence[tuple[str, Sequence[Bar]]]


def panel_rows(rows: Sequence[Panels], *, width: float, height: float, ident: str, alt: str) -> str:
    """Rows of small panels, one panel per column of a table; the panels of a row hold one unit and share a scale."""
    with chart_style():
        figure = figure_of(width, height)
        each = height / len(rows)
        for number, panels in enumerate(rows):
            _panel_row(figure, panels, number * each, width, each)
        return figure_svg(figure, ident=ident, alt=alt)


def _panel_row(figure: Figure, panels: Panels, above: float, width: float, height: float) -> None:
    left = max(text_width(line, 8.5) for _, bars in panels for bar in bars for line in bar.label.split("\n")) + 8
    gap = 16
    each = min((width - left - gap * (len(panels) - 1)) / len(panels), PANEL)
    top = max((bar.value or 0 for _, bars in panels for bar in bars), default=0) or 1
    widest = max(text_width(bar.printed, 8.5) for _, bars in panels for bar in bars)
    for number, (title, bars) in enumerate(panels):
        axes = axes_at(figure, left + number * (each + gap), above + 26, each, height - 32)
        axes.set(xlim=(0, each), ylim=(len(bars) - 0.5, -0.5))
        axes.plot([0, 0], [-0.5, len(bars) - 0.5], color=COLOURS["axis"], linewidth=0.75, clip_on=False)
        beside = {"xycoords": "axes fraction", "textcoords": "offset points"}
        heading = wrap(title, each, 8.5, 600)
        axes.annotate(heading, (0, 1), (0, 3), va="bottom", size=8.5, weight=600, linespacing=1.1, **beside)
        for row, bar in enumerate(bars):
            length = (bar.value or 0) / top * (each - widest - 5)
            if bar.value is not None:
                axes.add_patch(bar_patch(length, row, False, bar.few))
            colour = COLOURS["muted"] if bar.few else COLOURS["ink"]
            style = "italic" if bar.few else "normal"
            axes.text(length + 3, row, bar.printed, va="center", size=8.5, color=colour, style=style)
            if number == 0:
                label = {"ha": "right", "va": "center", "linespacing": 1.0}
                axes.text(-5, row, bar.label, size=8.5, color=COLOURS["ink"], **label)


def bar_patch(length: float, row: int, chosen: bool, few: bool) -> Rectangle:
    """A horizontal bar from zero: accent, context grey, or hollow where its base is small."""
    if few:
        return Rectangle(
            (0, row - 0.31), length, 0.62, fc="white", ec=COLOURS["muted"], lw=0.7, ls=(0, (3, 2)), clip_on=False
        )
    return Rectangle((0, row - 0.31), length, 0.62, fc=COLOURS["primary" if chosen else "context"], lw=0, clip_on=False)


def _strip_row(axes: Axes, strip: Strip, row: int, label_at: float, n_at: float) -> None:
    muted = strip.few or strip.median is None
    colour = COLOURS["muted"] if muted else COLOURS["ink"]
    style = "italic" if strip.few else "normal"
    beside = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    axes.annotate(strip.label, (0, row), (label_at, 0), size=9, color=colour, style=style, **beside)
    axes.annotate(strip.n, (0, row), (n_at, 0), size=8, color=COLOURS["muted"], ha="right", style=style, **beside)
    if strip.median is None:
        axes.annotate(strip.words, (0, row), (4, 0), size=8.5, color=COLOURS["muted"], style="italic", **beside)
        return
    if strip.low is not None and strip.high is not None:
        box = Rectangle((strip.low, row - 0.2), strip.high - strip.low, 0.4, clip_on=False)
        if strip.few:
            box.set(facecolor="white", edgecolor=COLOURS["muted"], linewidth=0.7, linestyle=(0, (3, 2)))
        else:
            box.set(facecolor=COLOURS["middle-half"], edgecolor=COLOURS["middle-half-line"], linewidth=0.6)
        axes.add_patch(box)
    if strip.few:
        axes.plot(
            [strip.median], [row], marker="o", markersize=5.5, mfc="white", mec=COLOURS["muted"], mew=0.9, clip_on=False
        )
    else:
        axes.plot(
            [strip.median] * 2,
            [row - 0.29, row + 0.29],
            color=COLOURS["deep"],
            lw=2.4,
            solid_capstyle="butt",
            clip_on=False,
        )
    # A short offset in data space keeps the label clear of its tick at every number of bands.
    axes.text(
        strip.median, row - 0.33, strip.printed, ha="center", va="bottom", size=9,
        weight=400 if strip.few else 600, style=style, color=colour,
    )  # fmt: skip


def is_logarithmic(strips: Sequence[Strip]) -> bool:
    """Whether the values of the strips lie so far apart that their scale is logarithmic."""
    smallest, largest = _span(strips)
    return largest / smallest > LOG_RANGE


def _span(strips: Sequence[Strip]) -> tuple[float, float]:
    values = [v for s in strips for v in (s.median, s.low, s.high) if v]
    return min(values, default=1.0), max(values, default=1.0)


def _value_scale(axes: Axes, strips: Sequence[Strip], tick: Callable[[float], str]) -> None:
    smallest, largest = _span(strips)
    if all(strip.median is None for strip in strips):
        axes.set_xlim(0, 1)
        return
    if is_logarithmic(strips):
        axes.set_xscale("log")
        low, high = smallest / 1.3, largest * 1.3
        ticks = [d * 10**p for p in range(-2, 13) for d in (1, 3) if low <= d * 10**p <= high]
    else:
        # Strips are no bars: where all values lie far from zero, the scale need not begin there.
        far = smallest > FAR * largest
        low, high = (smallest - 0.12 * (largest - smallest) if far else 0.0), largest * 1.06 or 1.0
        high = largest + 0.12 * (largest - smallest) if far and largest > smallest else high
        locator = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=largest > 1)
        ticks = [t for t in locator.tick_values(low, high) if low <= t <= high]
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [tick(float(value)) for value in ticks])
    axes.minorticks_off()
    axes.set_yticks([])
    axes.tick_params(axis="x", pad=5)
    axes.grid(axis="x")


def figure_of(width: float, height: float) -> Figure:
    """An empty figure of a size in points."""
    return Figure(figsize=(width / POINTS, height / POINTS), dpi=POINTS)


def axes_at(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place given in points from the figure's top left corner, without ticks."""
    full_width, full_height = (length * POINTS for length in figure.get_size_inches())
    axes = figure.add_axes(
        (left / full_width, 1 - (top + height) / full_height, width / full_width, height / full_height)
    )
    axes.set_xticks([])
    axes.set_yticks([])
    return axes

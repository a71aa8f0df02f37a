"""Two bar charts with more to say than a length: bands with their bases, and values of two years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.axes import Axes

from pipeline.figures.bound import fill, printed
from pipeline.figures.ledger import SHOWN, Cell
from pipeline.pages import charts
from pipeline.pages.svg import figure_svg
from pipeline.pages.text_size import text_width, wrap
from pipeline.pages.theme import COLOURS, chart_style


def band_bars(
    bars: Sequence[charts.Bar],
    *,
    overall: tuple[Cell | None, str],
    width: float,
    height: float,
    ident: str,
    alt: str,
) -> str:
    """Horizontal bars with the base in the label, the longest as accent, and a line at the whole sample's value."""
    with chart_style():
        figure = charts.figure_of(width, height)
        n_width = max(text_width(bar.n, 8) for bar in bars)
        bars = [replace(bar, label=wrap(bar.label, width * charts.LABELS, 9)) for bar in bars]
        left = max(text_width(line, 9) for bar in bars for line in bar.label.split("\n")) + 12 + n_width + 10
        above = 16.0
        full = width - left - 2
        axes = charts.axes_at(figure, left, above, full, height - above)
        axes.set(xlim=(0, full), ylim=(len(bars) - 0.5, -0.5))
        drawn = [bar.value for bar in bars if bar.value is not None]
        whole = overall[0].stat if overall[0] is not None and overall[0].status == SHOWN else None
        top = max([*drawn, whole or 0.0], default=0.0) or 1.0
        room = full - max(text_width(bar.printed, 9, 600) for bar in bars) - 6
        axes.plot([0, 0], [-0.5, len(bars) - 0.5], color=COLOURS["axis"], linewidth=0.9, clip_on=False)
        firm = [bar.value for bar in bars if bar.value is not None and not bar.few]
        for row, bar in enumerate(bars):
            colour = COLOURS["muted"] if bar.few or bar.value is None else COLOURS["ink"]
            style = "italic" if bar.few or bar.value is None else "normal"
            chosen = bool(firm) and bar.value == max(firm) and not bar.few
            axes.text(-left, row, bar.label, va="center", size=9, color=colour, style=style)
            axes.text(-8, row, bar.n, va="center", ha="right", size=8, color=COLOURS["muted"], style=style)
            length = (bar.value or 0.0) / top * room
            if bar.value is not None:
                axes.add_patch(charts.bar_patch(length, row, chosen, bar.few))
            axes.text(
                length + 4 if bar.value is not None else 5, row, bar.printed, va="center", size=9, color=colour,
                style=style, weight=600 if chosen else 400 if style == "italic" else 500, zorder=4,
                bbox={"fc": "white", "ec": "none", "pad": 0.8},
            )  # fmt: skip
        if whole is not None:
            at = whole / top * room
            axes.plot([at, at], [-0.5, len(bars) - 0.5], color=COLOURS["deep"], lw=0.9, ls=(0, (3, 2)), clip_on=False)
            words = fill("all {}", overall[1])
            half = text_width(words, 8, 600) / 2
            axes.text(
                min(max(at, half), full - half), -0.5, words, ha="center", va="bottom", size=8, weight=600,
                color=COLOURS["deep"],
            )  # fmt: skip
        return figure_svg(figure, ident=ident, alt=alt)


def paired_bars(
    pairs: Sequence[tuple[charts.Bar, Cell | None]], *, width: float, height: float, ident: str, alt: str
) -> str:
    """Each answer twice, the earlier value hollow above, today's solid below."""
    with chart_style():
        figure = charts.figure_of(width, height)
        left = min(max(text_width(bar.label, 9.5) for bar, _ in pairs) + 8, width * 0.42)
        full = width - left - 2
        axes = charts.axes_at(figure, left, 2, full, height - 4)
        axes.set(xlim=(0, full), ylim=(len(pairs) - 0.5, -0.5))
        values = [v for bar, before in pairs for v in (bar.value, before.stat if before else None) if v is not None]
        top = max(values, default=1.0) or 1.0
        earliest = [before.printed for _, before in pairs if before is not None]
        room = full - max(text_width(t, 9.5, 600) for t in [*(b.printed for b, _ in pairs), *earliest]) - 8
        axes.plot([0, 0], [-0.5, len(pairs) - 0.5], color=COLOURS["axis"], linewidth=0.9, clip_on=False)
        for row, (bar, before) in enumerate(pairs):
            label = wrap(bar.label, left - 8, 9.5)
            axes.text(-6, row, label, ha="right", va="center", size=9.5, linespacing=1.05)
            shift = 0.2 if before is not None and before.stat is not None else 0.0
            if shift:
                _thin(axes, before.stat / top * room, row - 0.2, "context", printed(before), 400)
            _thin(axes, (bar.value or 0.0) / top * room, row + shift, "primary", bar.printed, 600)
        return figure_svg(figure, ident=ident, alt=alt)


def _thin(axes: Axes, length: float, row: float, colour: str, printed: str, weight: int) -> None:
    axes.add_patch(charts.Rectangle((0, row - 0.16), length, 0.32, fc=COLOURS[colour], lw=0, clip_on=False))
    tone = COLOURS["ink" if weight == 600 else "ink-2"]
    axes.text(length + 4, row, printed, va="center", size=9.5 if weight == 600 else 8.5, weight=weight, color=tone)

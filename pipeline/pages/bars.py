"""Single questions as bars: the answers of all companies, one figure by band, values of two years side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.figures.definitions import Exhibit
from pipeline.figures.exhibits_file import Chart
from pipeline.figures.ledger import SHOWN, Cell
from pipeline.pages import charts
from pipeline.pages.aside import (
    answers_table,
    bands_table,
    by_dimension,
    earlier,
    overall_callouts,
    whole_sample,
    words_for,
)
from pipeline.pages.book import Book, base_text
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.svg import figure_svg, text_width, wrap
from pipeline.pages.theme import COLOURS, chart_style
from pipeline.pages.view import Line, Table

CHART, WIDE = 404.0, 556.0  # width of a chart beside large numbers, and without them
FEW_BARS = 4  # so few bars are drawn thicker
TALL = 290.0  # height that a page has for a chart
BESIDE = 341.0  # width of one of two charts beside large numbers


def answers(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """The answers of the whole sample as bars, sorted as printed, with a small table of the same figures."""
    line = table.lines[0]
    callouts = overall_callouts(exhibit, book)
    shares = all(m.unit == "share" for m in table.measures)
    leading = max(range(len(line.figures)), key=lambda i: line.figures[i].cell.stat or 0.0)
    if not callouts and shares and line.figures[leading].cell.status == SHOWN:
        callouts = overall_callouts(exhibit, book, [table.measures[leading]])
        callouts = [_once(c) for c in callouts]
    width = CHART if callouts else WIDE
    before = {change.column: c.before for change, c in _changes(exhibit, book)}
    ranks = exhibit.chart is Chart.RANKED
    bars = [
        charts.Bar(
            f"{place}  {m.label}" if ranks else m.label,
            f.cell.stat if f.cell.status == SHOWN else None,
            words_for(f.cell) or f.text,
            few="few" in f.classes,
        )
        for place, (m, f) in enumerate(zip(table.measures, line.figures, strict=True), start=1)
    ]
    alt = alt_text(
        f"Bar chart, {base_text(line.n) or exhibit.title}, {exhibit.title}", [f"{b.label} {b.printed}" for b in bars]
    )
    name = f"{exhibit.id}-chart"
    if before:
        pairs = [(bar, before.get(m.id)) for bar, m in zip(bars, table.measures, strict=True)]
        svg = paired_bars(pairs, width=width, height=min(TALL, 52.0 * len(bars) + 8), ident=name, alt=alt)
    else:
        step = min(48.0 if len(bars) <= FEW_BARS else 34.0, max(15.0, TALL / len(bars)))
        svg = charts.bar_chart(bars, width=width, height=step * len(bars) + 6, ident=name, alt=alt, accent=leading)
    return {
        "callouts": callouts,
        "charts": [Drawing("", "", svg)],
        "tables": [answers_table(exhibit, table, line, book)],
        "details": None,
    }


def _once(callout: Any) -> Any:
    """The same large number for a figure whose own place is the table."""
    return type(callout)(None, callout.text, callout.label, callout.small, callout.mark)


def _changes(exhibit: Exhibit, book: Book) -> list[tuple[Any, Any]]:
    found = {e.now.cell_id: e for e in earlier(exhibit, book) if e.before is not None}
    return [
        (change, found[f"{exhibit.id}.{change.dimension}.{change.band}.{change.column}"])
        for change in exhibit.changes
        if f"{exhibit.id}.{change.dimension}.{change.band}.{change.column}" in found
    ]


def by_band(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """One figure for all companies as a large number, and by band as bars, one panel for each dimension."""
    everyone = table.lines[0]
    callouts = whole_sample(table.measures[0], exhibit, book) + overall_callouts(exhibit, book)
    groups = by_dimension(table)
    alone = len(groups) == 1
    width = CHART if alone else BESIDE
    height = TALL if len(groups) <= 2 else TALL / 2 - 18
    drawings = []
    for number, (title, lines) in enumerate(groups.items(), start=1):
        bars = [_band_bar(line) for line in lines]
        alt = alt_text(f"Bars by {title}, {exhibit.title}", [f"{b.label} {b.printed}" for b in bars])
        drawings.append(
            Drawing(
                f"By {title}",
                "",
                band_bars(
                    bars,
                    overall=(everyone.figures[0].cell, everyone.figures[0].text),
                    width=width,
                    height=min(height, 40.0 * len(bars) + 18),
                    ident=f"{exhibit.id}-chart-{number}",
                    alt=alt,
                ),
            )
        )
    tables = [bands_table(title, lines, table.measures[:1], book) for title, lines in groups.items()]
    return {
        "callouts": callouts,
        "charts": drawings,
        "tables": tables if alone else [],
        "details": None if alone else tables,
    }


def _band_bar(line: Line) -> charts.Bar:
    figure = line.figures[0]
    shown = figure.cell is not None and figure.cell.status == SHOWN
    n = base_text(figure.cell if figure.cell is not None and figure.cell.n is not None else line.n)
    return charts.Bar(
        line.label + line.mark, figure.cell.stat if shown else None, words_for(figure.cell) or figure.text, n, line.few
    )


# Drawing


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
        left = max(text_width(bar.label, 9) for bar in bars) + 12 + n_width + 10
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
            words = f"all {overall[1]}"
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
                _thin(axes, before.stat / top * room, row - 0.2, "context", before.printed, 400)
            _thin(axes, (bar.value or 0.0) / top * room, row + shift, "primary", bar.printed, 600)
        return figure_svg(figure, ident=ident, alt=alt)


def _thin(axes: Any, length: float, row: float, colour: str, printed: str, weight: int) -> None:
    axes.add_patch(charts.Rectangle((0, row - 0.16), length, 0.32, fc=COLOURS[colour], lw=0, clip_on=False))
    tone = COLOURS["ink" if weight == 600 else "ink-2"]
    axes.text(length + 4, row, printed, va="center", size=9.5 if weight == 600 else 8.5, weight=weight, color=tone)

"""Single questions as bars: the answers of all companies, one figure by band, values of two years side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.figures.bound import base_text, fill, join
from pipeline.figures.definitions import Exhibit
from pipeline.figures.exhibits_file import Chart
from pipeline.figures.ledger import OVERALL, SHOWN, Cell
from pipeline.pages import charts
from pipeline.pages.aside import answers_table, bands_table, by_dimension, earlier, words_for
from pipeline.pages.bar_charts import band_bars, paired_bars
from pipeline.pages.book import Book
from pipeline.pages.callouts import overall_callouts, whole_sample
from pipeline.pages.drawings import Drawing, alt_text
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
    leading = _leading(table)
    if not callouts and shares and line.figures[leading].cell.status == SHOWN:
        largest = overall_callouts(exhibit, book, [table.measures[leading]])
        callouts = [replace(callout, repeated=True) for callout in largest]  # its own place is the table
    width = CHART if callouts else WIDE
    before = _before(exhibit, book)
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
        join(", ", ["Bar chart", base_text(line.n), exhibit.title]), [fill("{} {}", b.label, b.printed) for b in bars]
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


def _leading(table: Table) -> int:
    """The place of the largest figure; what stands for several answers at once is never the point."""
    figures = table.lines[0].figures
    named = [i for i, m in enumerate(table.measures) if m.id != "other"] or [0]
    return max(named, key=lambda i: figures[i].cell.stat or 0.0)


def _before(exhibit: Exhibit, book: Book) -> dict[str, Cell]:
    """The earlier value of each column of the whole sample that has one."""
    told = {each.now.column: each.before for each in earlier(exhibit, book) if each.now.dimension == OVERALL}
    return {column: cell for column, cell in told.items() if cell is not None}


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
        alt = alt_text(f"Bars by {title}, {exhibit.title}", [fill("{} {}", b.label, b.printed) for b in bars])
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

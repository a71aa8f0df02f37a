"""Medians and middle halves of one or more numbers by any dimension, each number a strip chart of its own."""

from __future__ import annotations

from typing import Any

from pipeline.figures.bound import base_text, fill, printed
from pipeline.figures.definitions import Exhibit, Measure
from pipeline.figures.formats import format_value
from pipeline.figures.ledger import SHOWN
from pipeline.pages import charts
from pipeline.pages.aside import bands_table, by_dimension, words_for
from pipeline.pages.bars import BESIDE, CHART, TALL
from pipeline.pages.book import Book
from pipeline.pages.callouts import overall_callouts, quartiles, whole_sample
from pipeline.pages.drawings import Drawing, alt_text
from pipeline.pages.view import Line, Table


def parts(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    """Large numbers for all companies, then a strip chart for each pair of number and dimension (two at most a page).

    One number by one dimension has its figures in a table beside the chart; more have them behind the page.
    """
    measures = [m for m in table.measures if m in exhibit.columns]
    groups = by_dimension(table)
    pairs = [(m, title, lines) for m in measures for title, lines in groups.items()]
    alone = len(pairs) == 1
    width = CHART if alone else BESIDE
    height = TALL if len(pairs) <= 2 else TALL / 2 - 18
    drawings = [
        _drawing(exhibit, m, title, lines, number, (width, height), len(measures) > 1, book)
        for number, (m, title, lines) in enumerate(pairs, start=1)
    ]
    single = len(measures) == 1
    whole = whole_sample(measures[0], exhibit, book) if single else overall_callouts(exhibit, book, measures)
    tables = [bands_table(title, lines, measures, book) for title, lines in groups.items()]
    return {
        "callouts": [*whole, *overall_callouts(exhibit, book)],
        "charts": drawings,
        "tables": tables if alone else [],
        "details": None if alone else tables,
        "legend": drawings[0].scale or "median",
    }


def _drawing(
    exhibit: Exhibit, measure: Measure, title: str, lines: list[Line], number: int, size: tuple[float, float],
    named: bool, book: Book,
) -> Drawing:  # fmt: skip
    strips = []
    for line in lines:
        cell = book.find(exhibit.id, line.row.dimension, line.row.band, measure.id)
        low, high = quartiles(cell, book) if cell is not None else (None, None)
        shown = cell is not None and cell.status == SHOWN
        strips.append(
            charts.Strip(
                label=line.label + line.mark,
                n=base_text(cell) if cell is not None else "",
                median=cell.stat if shown else None,
                printed=printed(cell) if cell is not None else "",
                low=low.stat if low else None,
                high=high.stat if high else None,
                few=bool(line.mark or (cell is not None and cell.mark)),
                words=words_for(cell),
            )
        )
    items = [fill("{} for {}", strip.printed, strip.label) for strip in strips if strip.median is not None]
    svg = charts.strip_chart(
        strips,
        tick=lambda value: format_value(value, measure.unit),
        width=size[0],
        height=min(size[1], 52.0 * len(strips) + 26),
        ident=f"{exhibit.id}-chart-{number}",
        alt=alt_text(f"Medians and middle halves by {title}, {measure.label}", items),
    )
    scale = "median · log scale" if charts.is_logarithmic(strips) else ""
    return Drawing(f"{measure.label}, by {title}" if named else f"By {title}", "", svg, scale)

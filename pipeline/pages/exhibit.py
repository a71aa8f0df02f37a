"""One exhibit becomes one page: a `<section>` with headline, deck line, table or chart, rail and source line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from pipeline.figures.definitions import Exhibit, Report
from pipeline.figures.exhibits_file import MEDIANS, Chart, Statistic
from pipeline.figures.ledger import Ledger
from pipeline.pages import bars, coverage, donut, drawings, facts, histogram, scatter, spread, tiles
from pipeline.pages.aside import earlier
from pipeline.pages.book import STACKED_ROWS, Book, open_book
from pipeline.pages.csv_file import csv_address
from pipeline.pages.notes import deck_line, source_line
from pipeline.pages.templating import COMMENTARY, render
from pipeline.pages.text_size import serif_width, text_width
from pipeline.pages.theme import css, css_tokens
from pipeline.pages.view import Table, is_share, table_of

MAIN, FULL = 594.0, 864.0
GROUP, BAND, N_COLUMN = 62.0, 84.0, 28.0
HEADLINE, HEAD, PADDING = 22.0, 8.5, 11.0
ACROSS_FROM = 10  # from this many columns a table of few bands is set with the answers down and the bands across
MOST_CARDS = 6  # from more figures on a single row is drawn as bars

RAMP = (
    ("0", "heat-0"), ("1", "heat-1"), ("10", "heat-2"), ("20", "heat-3"),
    ("30", "heat-4"), ("40", "heat-5"), ("50", "heat-6"), ("60%+", "heat-7"),
)  # fmt: skip


class Layout(StrEnum):
    """The standing page layouts for exhibits."""

    CROSSTAB = "crosstab"
    ACROSS = "across"
    WIDE = "wide"
    COVERAGE = "coverage"
    CARDS = "cards"
    ANSWERS = "answers"
    BY_BAND = "by_band"
    DONUT = "donut"
    HISTOGRAM = "histogram"
    SPREAD = "spread"
    SCATTER = "scatter"


# Layouts of large numbers, chart and small table share a template.
TEMPLATES = dict.fromkeys((Layout.ANSWERS, Layout.BY_BAND, Layout.DONUT, Layout.HISTOGRAM, Layout.SPREAD), "figure")


@dataclass(frozen=True)
class Page:
    """The words around the exhibit."""

    id: str
    layout: str
    chapter: str
    number: str
    topic: str
    title: str
    headline: str
    measure_width: str
    deck: str
    source: list[tuple[str, str]]
    csv: str
    commentary: Markup = COMMENTARY


def exhibit_html(exhibit: Exhibit | str, report: Report, ledger: Ledger, audience: str) -> str:
    """An exhibit's page as a notebook shows it: the section and the style sheets it needs, fonts left out."""
    section = exhibit_section(exhibit, open_book(report, replace(ledger, audience=audience)))
    return f"<style>{css_tokens()}{css('page')}</style>{section}"


def exhibit_section(exhibit: Exhibit | str, book: Book) -> str:
    """The page of an exhibit as HTML, with the place for its commentary still open (`COMMENTARY`).

    Raises InputError for an id that neither the report nor the facts of the run know.
    """
    if isinstance(exhibit, str):
        if exhibit in facts.TITLES:
            return facts.facts_section(exhibit, book)
        exhibit = book.report.exhibit(exhibit)
    if exhibit.statistic is Statistic.TEXT:
        return _words(exhibit, book)
    table = table_of(book, exhibit)
    layout = layout_of(exhibit, table)
    page = _page(exhibit, table, layout, book)
    template = TEMPLATES.get(layout, layout.value)
    compared = [] if layout is Layout.ANSWERS else earlier(exhibit, book)  # bars of answers show earlier values
    return render(f"{template}.html", page=page, earlier=compared, **_PARTS[layout](exhibit, table, book))


def layout_of(exhibit: Exhibit, table: Table) -> Layout:
    """The layout that the exhibit's kind and the room its columns need ask for."""
    if exhibit.axes:
        return Layout.SCATTER
    if exhibit.chart is Chart.HISTOGRAM and len(table.measures) > 1:
        return Layout.HISTOGRAM
    ranges = exhibit.chart is Chart.RANGES or exhibit.statistic is Statistic.MEDIAN_NONZERO
    groups = {line.row.dimension for line in table.lines if not line.is_everyone}
    medians = exhibit.chart is Chart.BARS and all(m.statistic in MEDIANS for m in table.measures)
    if medians and len(table.measures) == 2 and len(groups) == 1 and table.lines[0].is_everyone:
        return Layout.SPREAD
    if ranges and len(table.lines) > 1 and (len(table.measures) > 1 or len(groups) == 1):
        return Layout.SPREAD
    if ranges and len(table.measures) == 1 and groups:
        return Layout.COVERAGE
    if len(table.lines) == 1:
        return _single(exhibit, table)
    if len(table.measures) == 1 and table.lines[0].is_everyone:
        return Layout.BY_BAND
    if not all(is_share(m) for m in table.measures) or not table.lines[0].is_everyone:
        return Layout.WIDE
    if len(table.measures) >= ACROSS_FROM and len(table.lines) <= STACKED_ROWS:
        return Layout.ACROSS
    return Layout.CROSSTAB if sum(_needed(table)) <= MAIN else Layout.WIDE


def _single(exhibit: Exhibit, table: Table) -> Layout:
    """The layout of the whole sample's row alone: a donut, bars, or large numbers for a few figures."""
    if exhibit.chart is Chart.DONUT and donut.fits(table):
        return Layout.DONUT
    if exhibit.chart is Chart.TILES or len(table.measures) == 1:
        return Layout.CARDS
    drawn = exhibit.chart in (Chart.BARS, Chart.RANKED, Chart.DONUT, Chart.STACKED)
    return Layout.ANSWERS if drawn or len(table.measures) > MOST_CARDS else Layout.CARDS


def _head(exhibit: Exhibit, book: Book) -> dict[str, str]:
    """Where a page stands in the book, and what it is called."""
    chapter, headline = book.chapter_title(exhibit.chapter), book.headline(exhibit)
    return {
        "id": exhibit.id,
        "chapter": chapter,
        "number": book.exhibit_number(exhibit.id),
        "topic": exhibit.title if headline else chapter,
        "title": exhibit.title,
        "headline": headline or exhibit.title,
        "measure_width": _balanced(headline or exhibit.title),
    }


def _words(exhibit: Exhibit, book: Book) -> str:
    """The page of a text exhibit; `words.fill` sets its body when the notebook's text is there."""
    return render(
        "words.html",
        **_head(exhibit, book),
        deck=exhibit.measure,
        layout=exhibit.layout.value,
        note=exhibit.note,
        source=f"{book.source}.",
    )


def _page(exhibit: Exhibit, table: Table, layout: Layout, book: Book) -> Page:
    return Page(
        **_head(exhibit, book),
        layout=layout.value,
        deck=deck_line(exhibit, table, coverage=layout is Layout.COVERAGE),
        source=source_line(exhibit, table, book),
        csv=csv_address(exhibit, book),
    )


def _crosstab(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    short = len(table.lines) <= STACKED_ROWS
    return {
        "table": table,
        "widths": _widths(table, MAIN),
        "chart": drawings.everyone_bars(exhibit, table, book),
        "above": drawings.stacked(exhibit, table, book) if short and exhibit.chart is Chart.STACKED else None,
        "below": drawings.below(exhibit, table, book) if short and exhibit.chart is not Chart.STACKED else None,
        "ramp": RAMP,
        "bold": _bold(exhibit),
    }


def _across(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    label = 168.0
    each = (MAIN - label) / len(table.lines)
    return {
        "table": table,
        "widths": _percent([label] + [each] * len(table.lines)),
        "corner": table.lines[-1].group,
        "chart": drawings.everyone_bars(exhibit, table, book),
        "ramp": RAMP,
        "bold": _bold(exhibit, "column"),
    }


def _wide(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    return {
        "table": table,
        "widths": _widths(table, FULL),
        "chart": drawings.panels(exhibit, table) if len(table.lines) <= STACKED_ROWS else None,
        "ramp": RAMP,
        "bold": _bold(exhibit),
    }


def _coverage(exhibit: Exhibit, table: Table, book: Book) -> dict[str, Any]:
    return coverage.parts(exhibit, table, book)


def _bold(exhibit: Exhibit, line: str = "row") -> str:
    what = "the largest share" if exhibit.statistic is Statistic.MEAN_SHARE else "the most common answer"
    return f"{what} in the {line}"


_PARTS: dict[Layout, Callable[[Exhibit, Table, Book], dict[str, Any]]] = {
    Layout.CROSSTAB: _crosstab,
    Layout.ACROSS: _across,
    Layout.WIDE: _wide,
    Layout.COVERAGE: _coverage,
    Layout.CARDS: tiles.parts,
    Layout.ANSWERS: bars.answers,
    Layout.BY_BAND: bars.by_band,
    Layout.DONUT: donut.parts,
    Layout.HISTOGRAM: histogram.parts,
    Layout.SPREAD: spread.parts,
    Layout.SCATTER: scatter.parts,
}


def _balanced(headline: str) -> str:
    """The width to set a headline in: full where one line holds it, else such that two lines are about equally long."""
    needed = serif_width(headline, HEADLINE)
    return "" if needed <= FULL else f"max-width:{min(needed / 2 + 70, FULL):.0f}pt"


def _needed(table: Table) -> list[float]:
    """Least width in points of each column of a crosstab: its row head, n, then the longest word of each head."""
    words = [max(text_width(word, HEAD, 600) for word in m.short.split()) + PADDING for m in table.measures]
    return [GROUP + BAND, *([N_COLUMN] if table.has_n else []), *(max(width, 34.0) for width in words)]


def _widths(table: Table, width: float) -> list[str]:
    """Column widths as percentages of the table: what each needs, and what is left over shared out evenly."""
    needed = _needed(table)
    fixed = 2 if table.has_n else 1
    spare = max(width - sum(needed), 0.0)
    # A little of the room goes to the row heads, so that short tables do not look stretched.
    shares = [spare * 0.12, *([spare * 0.03] if table.has_n else [])]
    each = (spare - sum(shares)) / len(table.measures)
    return _percent([n + s for n, s in zip(needed, shares, strict=False)] + [n + each for n in needed[fixed:]])


def _percent(widths: list[float]) -> list[str]:
    total = sum(widths)
    return [f"{100 * width / total:.3f}%" for width in widths]

"""From the lines of a table to the chart beside it, with the words that stand for it where it cannot be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.figures.bound import bare, base_text, fill, join
from pipeline.figures.definitions import Exhibit
from pipeline.figures.exhibits_file import Chart, Statistic
from pipeline.figures.ledger import SHOWN
from pipeline.pages import charts
from pipeline.pages.book import Book
from pipeline.pages.palette import colours as colours_of
from pipeline.pages.text_size import wrap
from pipeline.pages.view import Line, Table

ALT_LENGTH = 250
RAIL = 240.0
MOST_PANELS = 6


@dataclass(frozen=True)
class Drawing:
    """A chart with its title, the line under it, and what is said about its scale."""

    title: str
    sub: str
    svg: str
    scale: str = ""
    table: Any = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "svg", Markup(self.svg))


def alt_text(opening: str, items: Iterable[str]) -> str:
    """Type, measure and main values as one sentence of at most 250 characters, cut between values."""
    text = opening
    for number, item in enumerate(items):
        longer = fill("{}{}{}", text, ": " if number == 0 else ", ", item)
        if len(longer) >= ALT_LENGTH:
            break
        text = longer
    return fill("{}.", text)


def everyone_bars(exhibit: Exhibit, table: Table, book: Book) -> Drawing | None:
    """The whole sample's row as bars, in the order of the table's columns."""
    line = next((line for line in table.lines if line.is_everyone), None)
    if line is None:
        return None
    pairs = [(m, f) for m, f in zip(table.measures, line.figures, strict=True) if m in exhibit.columns]
    bars = [charts.Bar(m.label if len(m.label) < 26 else m.short, f.cell.stat, f.text, few=line.few) for m, f in pairs]
    largest = max(range(len(bars)), key=lambda i: bars[i].value or 0)
    height = len(bars) * (22.0 if len(bars) <= 6 else 16.0 if len(bars) <= 10 else 14.0) + 6
    base = base_text(line.n)
    items = [fill("{} {}", b.label, b.printed) for b in sorted(bars, key=lambda b: -(b.value or 0))]
    who = book.survey.respondents
    unit = "Mean share of headcount" if exhibit.statistic is Statistic.MEAN_SHARE else f"Share of {who}"
    opening = join(", ", [f"Bar chart, all {who}", base, exhibit.title])
    alt = alt_text(opening, items)
    svg = charts.bar_chart(bars, width=RAIL, height=height, ident=f"{exhibit.id}-chart", alt=alt, accent=largest)
    return Drawing(line.label, join(", ", [unit, base]), svg)


def stacked(exhibit: Exhibit, table: Table, book: Book) -> Drawing | None:
    """The rows of a short table as stacked bars; None where there are too many answers to tell apart by colour."""
    measures = [m for m in table.measures if m in exhibit.columns]
    binned = measures[0].bins is not None
    colours = colours_of([m.id for m in measures], book.colours, ordered=binned)
    if colours is None or exhibit.several_answers:
        return None
    rows = [
        (
            line.label + line.mark,
            base_text(line.n),
            [(f.cell.stat or 0.0, bare(f.cell)) for f in line.figures[: len(measures)]],
        )
        for line in table.lines
        if all(f.cell is not None and f.cell.status == SHOWN for f in line.figures[: len(measures)])
    ]
    if not rows:
        return None
    alt = alt_text(f"Stacked bars by {table.lines[-1].group}, {exhibit.title}; all values are in the table", [])
    segments = list(zip([m.short for m in measures], colours, strict=True))
    step = 30.0 if exhibit.chart is Chart.STACKED else 20.0 if len(rows) <= 6 else 17.0
    height = 26.0 + min(step, 168.0 / len(rows)) * len(rows)
    svg = charts.stacked_chart(rows, segments, width=594.0, height=height, ident=f"{exhibit.id}-stack", alt=alt)
    return Drawing("", "", svg)


def below(exhibit: Exhibit, table: Table, book: Book) -> Drawing | None:
    """What is drawn under a short table: stacked bars, or small multiples where a company can give several answers."""
    if (exhibit.several_answers or exhibit.chart is Chart.BARS) and len(table.measures) <= MOST_PANELS:
        return panels(exhibit, table, 594.0)
    return stacked(exhibit, table, book)


def panels(exhibit: Exhibit, table: Table, width: float = 864.0) -> Drawing:
    """One panel per column of a short table; columns of different units get a row of panels each."""
    units = list(dict.fromkeys(m.unit for m in table.measures))
    labels = [wrap(line.label, width * charts.LABELS, 8.5) for line in table.lines]
    rows = [
        [
            (m.label, [_bar(line, label, place) for line, label in zip(table.lines, labels, strict=True)])
            for place, m in enumerate(table.measures)
            if m.unit == unit
        ]
        for unit in units
    ]
    deep = max(label.count("\n") for label in labels) * 10.0
    height = (len(table.lines) * ((15.0 if len(rows) == 1 else 11.4) + deep) + 33) * len(rows)
    alt = alt_text(f"Bars for each row and column of the table, {exhibit.title}", [])
    svg = charts.panel_rows(rows, width=width, height=height, ident=f"{exhibit.id}-panels", alt=alt)
    return Drawing("", "", svg)


def _bar(line: Line, label: str, place: int) -> charts.Bar:
    figure = line.figures[place]
    shown = figure.cell is not None and figure.cell.status == "shown"
    return charts.Bar(label, figure.cell.stat if shown else None, figure.text, few="few" in figure.classes)

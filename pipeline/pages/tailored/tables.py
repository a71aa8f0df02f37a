"""Tables of a company beside its peers: shares with its own answer marked, items of a list, metrics by peer group."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.figures.formats import EN_DASH
from pipeline.figures.tailored.package import Metric, Page, ShareTable
from pipeline.figures.tailored.tailored_file import Who
from pipeline.pages.tailored.desk import Desk, Shown
from pipeline.pages.tailored.glance import place
from pipeline.pages.templating import render
from pipeline.pages.theme import heat_bin
from pipeline.pages.view import printed_number

HEAD_ROWS = 3  # what title and head of a share table take, in rows


@dataclass(frozen=True)
class ShareLine:
    """One answer of a share table."""

    label: str
    own: bool
    figures: tuple[Shown, ...]


@dataclass(frozen=True)
class Shares:
    """One share table as it is set; `aside` says what the company did not answer."""

    table: ShareTable
    lines: tuple[ShareLine, ...]
    bases: tuple[Shown, ...]
    aside: str

    @property
    def height(self) -> int:
        return len(self.lines) + HEAD_ROWS


def shares(page: Page, desk: Desk) -> str:
    """The share tables of a page in two columns of about the same height, in order within each."""
    tables = [_shares(table, desk) for table in page.tables]
    columns: list[list[Shares]] = [[], []]
    for table in sorted(tables, key=lambda each: -each.height):
        min(columns, key=lambda column: sum(each.height for each in column)).append(table)
    ordered = [sorted(column, key=tables.index) for column in columns]
    return render("company/shares.html", columns=sorted(ordered, key=lambda column: tables.index(column[0])), desk=desk)


def _shares(table: ShareTable, desk: Desk) -> Shares:
    lines = tuple(
        ShareLine(row.label, row.own, tuple(_shaded(desk.shown(cell)) for cell in row.cells)) for row in table.rows
    )
    aside = table.missing or ("" if any(row.own for row in table.rows) else "Your answer is none of these")
    return Shares(table, lines, tuple(desk.shown(column.n) for column in table.columns), aside)


def _shaded(figure: Shown) -> Shown:
    if figure.cell is None or figure.classes:
        return figure
    return Shown(figure.cell, figure.text, figure.mark, f"heat-{heat_bin(printed_number(figure.cell))}")


def items(page: Page, desk: Desk) -> str:
    """One row per item, columns of the company and of its peers."""
    rows = [
        (row.label, [_item(figure, column.of, desk) for figure, column in zip(row.figures, page.columns, strict=True)])
        for row in page.rows
    ]
    return render("company/items.html", columns=page.columns, rows=rows)


def _item(figure, of: Who, desk: Desk) -> tuple[Shown, str]:
    if of is Who.YOU:
        cell = desk.cell(figure.cell)
        return Shown(cell, cell.printed if cell else figure.missing, classes="you" if cell else "unanswered"), ""
    if not figure.cell:
        return desk.withheld(), ""
    return desk.shown(figure.cell), figure.who


@dataclass(frozen=True)
class MetricLine:
    """One metric with the company's number, its place, and for each peer group its figure, who they are where they had
    to be widened, its base and its middle half."""

    metric: Metric
    group: str
    first: bool
    own: Shown
    place: str
    figures: tuple[tuple[Shown, str, str, str], ...]


def metrics(page: Page, desk: Desk) -> str:
    """Metrics in groups, beside the median (or mean) of each peer group that one of them is cut by, and of everyone."""
    every = [metric for group in page.groups for metric in group.metrics]
    cut = [peers for peers in desk.company.peers if any(metric.groups.get(peers.dimension) for metric in every)]
    dimensions = [peers.dimension for peers in cut]
    lines = [
        _metric(metric, group.title, metric is group.metrics[0], dimensions, desk)
        for group in page.groups
        for metric in group.metrics
    ]
    return render("company/metrics.html", peers=cut, lines=lines, everyone=desk.company.respondents)


def _metric(metric: Metric, group: str, first: bool, dimensions: list[str], desk: Desk) -> MetricLine:
    own = desk.cell(metric.own.cell)
    readings = [*(metric.groups.get(name) for name in dimensions), metric.everyone]
    figures = []
    for reading in readings:
        shown = desk.shown(reading.cell) if reading else Shown(None, "")
        base = desk.base(reading) if reading and shown.classes != "withheld" else ""
        half = desk.middle_half(reading)
        who = reading.who if reading and reading.widened else ""
        middle = f"{half[0].printed} to {half[1].printed}" if half else ""
        figures.append((shown, who, base, middle))
    return MetricLine(metric, group, first, Shown(own, own.printed if own else EN_DASH),
                      place(metric, desk), tuple(figures))  # fmt: skip

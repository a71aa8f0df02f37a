"""Tables of a company beside its peers: shares with its own answer marked, items of a list, metrics by peer group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from markupsafe import Markup

from pipeline.figures.formats import EN_DASH
from pipeline.figures.tailored.package import ItemFigure, Metric, Page, ShareTable
from pipeline.figures.tailored.tailored_file import Who
from pipeline.pages.tailored.desk import Desk, Shown
from pipeline.pages.tailored.position import place
from pipeline.pages.templating import render
from pipeline.pages.text_size import text_width, wrap
from pipeline.pages.theme import heat_bin, printed_share

HEAD_ROWS = 2  # what title and base of a share table take, in rows
ROWS = 36  # of share tables that a column has room for
WIDTH, GUTTER, GAP = 864.0, 24.0, 30.0  # points: of a page, and between three columns and two
METRIC_HEAD, METRIC_ROW = 28.0, 16.0  # points of a table of metrics, for each line of a row
METRIC_PLACE, METRIC_FIGURES = 191.0, 382.0  # points of its columns: where the company stands, and all figures of peers
FIGURE, MOST_FIGURES = 56.0, 0.6  # points of a column of figures; the part of a table that they may take


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

    def height(self, width: float) -> int:
        """Lines that the table takes where it is so wide, in points."""
        room = width - figure_width(len(self.bases), width) - 4
        labels = [f"{line.label} you" if line.own else line.label for line in self.lines]
        column = figure_width(len(self.bases), width) / len(self.bases) - 5
        heads = max(_broken(column_of.who, column) for column_of in self.table.columns)
        return HEAD_ROWS + heads + sum(_broken(label, room) for label in labels)


def _broken(text: str, width: float) -> int:
    """Lines of a heading or label in a share table."""
    return wrap(text, width, 8, 600).count("\n") + 1


def figure_width(count: int, width: float) -> float:
    """Points that so many columns of figures take of a table."""
    return min(FIGURE * count, MOST_FIGURES * width)


def shares(page: Page, desk: Desk) -> str:
    """The share tables of a page in two columns of about the same height, or three where they need them."""
    tables = [_shares(table, desk) for table in page.tables]
    halves, thirds = (WIDTH - GAP) / 2, (WIDTH - 2 * GUTTER) / 3
    two = sum(each.height(halves) for each in tables) <= 2 * ROWS
    width = halves if two else thirds
    columns: list[list[Shares]] = [[] for _ in range(2 if two else 3)]
    for table in sorted(tables, key=lambda each: -each.height(width)):
        min(columns, key=lambda column: sum(each.height(width) for each in column)).append(table)
    ordered = [sorted(column, key=tables.index) for column in columns if column]
    ordered.sort(key=lambda column: tables.index(column[0]))
    return render(
        "company/shares.html", columns=ordered, width=width, gap=GAP if two else GUTTER,
        figure=lambda count: figure_width(count, width) / count,
    )  # fmt: skip


def _shares(table: ShareTable, desk: Desk) -> Shares:
    lines = tuple(
        ShareLine(row.label, row.own, tuple(_shaded(desk.shown(cell)) for cell in row.cells)) for row in table.rows
    )
    aside = table.missing or ("" if any(row.own for row in table.rows) else "Your answer is none of these")
    return Shares(table, lines, tuple(desk.shown(column.n) for column in table.columns), aside)


def _shaded(figure: Shown) -> Shown:
    if figure.cell is None or figure.classes:
        return figure
    return Shown(figure.cell, figure.text, figure.mark, f"heat-{heat_bin(printed_share(figure.cell.printed))}")


def items(page: Page, desk: Desk) -> str:
    """One row per item, columns of the company and of its peers; metrics stand to the right of them."""
    rows = [
        (row.label, [_item(figure, column.of, desk, bool(page.groups))
                     for figure, column in zip(row.figures, page.columns, strict=True)])
        for row in page.rows
    ]  # fmt: skip
    beside = Markup(metrics(page, desk, narrow=True)[0]) if page.groups else ""
    return render("company/items.html", columns=page.columns, rows=rows, beside=beside)


def _item(figure: ItemFigure, of: Who, desk: Desk, narrow: bool) -> tuple[Shown, str]:
    """One figure, and beside it who its peers are where these had to be widened; in half a page a mark says so."""
    if of is Who.YOU:
        cell = desk.cell(figure.cell)
        if cell is not None:
            return Shown(cell, cell.printed, classes="you"), ""
        return Shown(None, desk.unanswered() if narrow else figure.missing, classes="unanswered"), ""
    if not figure.cell:
        return desk.withheld(), ""
    shown = desk.shown(figure.cell)
    if narrow and figure.who:
        return replace(shown, mark=shown.mark + desk.widened()), ""
    return shown, figure.who


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


def metrics(page: Page, desk: Desk, narrow: bool = False) -> tuple[str, float]:
    """Metrics in groups, beside the median (or mean) of each peer group that one of them is cut by, and of everyone.

    In half a page (`narrow`) the only peer group is the first. With it comes the height of a broad table in points.
    """
    every = [metric for group in page.groups for metric in group.metrics]
    cut = [peers for peers in desk.company.peers if any(metric.groups.get(peers.dimension) for metric in every)]
    cut = cut[:1] if narrow else cut
    dimensions = [peers.dimension for peers in cut]
    lines = [
        _metric(metric, group.title, metric is group.metrics[0], dimensions, desk, narrow)
        for group in page.groups
        for metric in group.metrics
    ]
    column = METRIC_FIGURES / (len(cut) + 1)
    height = METRIC_HEAD + sum(METRIC_ROW * _lines(line, column) for line in lines)
    table = render("company/metrics.html", peers=cut, lines=lines, everyone=desk.company.respondents, narrow=narrow)
    return table, height


def _lines(line: MetricLine, column: float) -> int:
    """Lines that a metric takes: its place and word, or the longest of its figures with base and middle half."""
    words = text_width(f"{line.place} {line.metric.verdict} {line.metric.own.missing}", 9) / METRIC_PLACE
    figures = [text_width(" ".join((f.text, who, n, "·", half)), 8.5) / column for f, who, n, half in line.figures]
    return max(1, *(ceil(1.1 * part) for part in (words, *figures)))


def _metric(metric: Metric, group: str, first: bool, dimensions: list[str], desk: Desk, narrow: bool) -> MetricLine:
    own = desk.cell(metric.own.cell)
    readings = [*(metric.groups.get(name) for name in dimensions), metric.everyone]
    figures = []
    for reading in readings:
        shown = desk.shown(reading.cell) if reading else Shown(None, "")
        base = desk.base(reading) if reading and shown.classes != "withheld" else ""
        half = desk.middle_half(reading)
        who = reading.who if reading and reading.widened else ""
        if narrow and who:
            shown, who = replace(shown, mark=shown.mark + desk.widened()), ""
        middle = f"{half[0].printed} to {half[1].printed}" if half else ""
        figures.append((shown, who, base, middle))
    return MetricLine(metric, group, first, Shown(own, own.printed if own else EN_DASH),
                      place(metric, desk), tuple(figures))  # fmt: skip

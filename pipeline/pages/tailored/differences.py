"""Where a company differs most from its peers, as questions to ask."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.figures.ledger import SHOWN
from pipeline.figures.tailored.package import Metric, Page, ShareTable
from pipeline.pages.tailored.desk import Desk
from pipeline.pages.tailored.position import outside, place
from pipeline.pages.templating import render

MOST = 9
RARE = 25.0  # percent of peers; an answer that more of them give is no difference


@dataclass(frozen=True)
class Difference:
    """One difference: what it is about, how far the company stands out (0 to 1), what is so, what to ask."""

    title: str
    distance: float
    says: str
    ask: str


def differences(page: Page, desk: Desk) -> str:
    """The largest differences of a company as questions."""
    return render("company/differences.html", differences=largest(page, desk, MOST))


def largest(page: Page, desk: Desk, most: int) -> list[Difference]:
    """The largest differences that have a question, metrics and answers alike, the largest first."""
    found = [d for group in page.groups for metric in group.metrics if (d := _of_metric(metric, desk))]
    found += [d for table in page.tables if (d := _of_shares(table, desk))]
    found.sort(key=lambda difference: -difference.distance)
    return found[:most]


def _of_metric(metric: Metric, desk: Desk) -> Difference | None:
    """How far the company's place lies from the middle; nothing inside the middle half or without a question."""
    side = outside(metric, desk)
    if not side or not metric.ask or not metric.higher_than:
        return None
    higher, others = desk.cell(metric.higher_than).stat, desk.cell(metric.others).stat
    own, (low, high) = desk.cell(metric.own.cell), desk.middle_half(metric.main)
    says = (
        f"{own.printed}, {side} the middle half of your peers ({low.printed} to {high.printed}). {place(metric, desk)}."
    )
    return Difference(metric.label, abs(2 * higher / others - 1), says, metric.ask)


def _of_shares(table: ShareTable, desk: Desk) -> Difference | None:
    """An answer that few of the first peer group give."""
    if table.several or not table.ask or not table.columns:
        return None
    for row in table.rows:
        cell = desk.cell(row.cells[0]) if row.own else None
        if cell is not None and cell.status == SHOWN and cell.stat < RARE:
            says = f"{row.label}, the answer of {cell.printed} of your peers ({table.columns[0].who})."
            return Difference(table.title, 1 - cell.stat / 100, says, table.ask)
    return None

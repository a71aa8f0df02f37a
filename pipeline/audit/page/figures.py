"""The table of all printed numbers: one row per figure, in report order, as the audit page shows and exports it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields

from pipeline.audit.page.published import Published
from pipeline.audit.page.risk import risks_of
from pipeline.audit.trace import FORMULAS
from pipeline.figures.ledger import EMPTY, FACTS, FEW, REFERENCE, SHOWN, SUPPRESSED, VERY_FEW, address

NOT_SIGNED, REOPENED = "not signed", "reopened"
FLAGS = {FEW: "few answers", VERY_FEW: "very few answers", "": ""}
STATUSES = {SHOWN: "shown", SUPPRESSED: "suppressed", EMPTY: "empty", REFERENCE: "quoted"}
COUNTED = "counted from the records, findings and bands of the run"


@dataclass(frozen=True)
class Figure:
    """One number of the ledger, in finished text.

    `primary` is the figure whose respondents it rests on; `filter` says who was asked for it, `counts` which answers
    count; `published` and `difference` come from compare.csv; `moved` is what decisions made of it, `state` what a
    reviewer did.
    """

    cell: str
    primary: str
    exhibit: str
    label: str
    shown: str
    raw: str
    numerator: str
    denominator: str
    n: str
    unit: str
    statistic: str
    formula: str
    question: str
    counts: str
    filter: str
    status: str
    flag: str
    published: str
    difference: str
    recomputed: str
    moved: str
    state: str
    note: str
    risk: int
    reasons: tuple[str, ...]


FIELDS = tuple(field.name for field in fields(Figure))


def figures_of(database: sqlite3.Connection, published: Mapping[str, Published]) -> list[Figure]:
    """Every figure of the ledger, in report order."""
    query = """
        SELECT c.*, m.variables, m.counts FROM cell c LEFT JOIN measure m USING (measure_id) ORDER BY c.display_order
    """
    cells = database.execute(query).fetchall()
    recomputed = {cell: verdict.replace("_", " ") for cell, verdict in _recomputed(database)}
    states, risks = _states(database), risks_of(cells, database)
    moved = {cell: f"from {before or 'nothing'} by {because}" for cell, before, because
             in database.execute("SELECT cell_id, before, because FROM moved")}  # fmt: skip
    return [
        Figure(
            cell=cell["cell_id"],
            primary=address(cell["exhibit"], cell["dimension"], cell["band"], cell["column"]),
            exhibit=cell["exhibit"],
            label=cell["label"],
            shown=cell["printed"],
            raw=number(cell["stat"]),
            numerator=number(cell["numerator"]),
            denominator=number(cell["denominator"]),
            n=number(cell["n"]),
            unit=cell["unit"],
            statistic=cell["stat_name"],
            formula=_formula(cell),
            question=cell["variables"] or "",
            counts=cell["counts"] or "",
            filter=cell["subset"],
            status=STATUSES[cell["status"]],
            flag=", ".join(filter(None, (FLAGS[cell["mark"]], "moved to add to 100" if cell["adjusted"] else ""))),
            published=published[cell["cell_id"]].printed if cell["cell_id"] in published else "",
            difference=published[cell["cell_id"]].verdict if cell["cell_id"] in published else "",
            recomputed=recomputed.get(cell["cell_id"], ""),
            moved=moved.get(cell["cell_id"], ""),
            state=states.get(cell["cell_id"], (NOT_SIGNED, ""))[0],
            note=states.get(cell["cell_id"], (NOT_SIGNED, ""))[1],
            risk=risks[cell["cell_id"]].score,
            reasons=risks[cell["cell_id"]].reasons,
        )
        for cell in cells
    ]


def number(value: float | int | None) -> str:
    """A stored number in full: whole where it is whole, else the shortest decimal that reads back equal."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _formula(cell: sqlite3.Row) -> str:
    return COUNTED if cell["exhibit"] in FACTS and cell["status"] == SHOWN else FORMULAS[cell["stat_name"]]


def _recomputed(database: sqlite3.Connection) -> list[tuple[str, str]]:
    """The verdict on each figure: the worst, should several engines have recomputed it."""
    query = """
        SELECT cell_id, verdict FROM recomputation
        ORDER BY CASE verdict WHEN 'not_recomputed' THEN 0 WHEN 'equal' THEN 1 ELSE 2 END
    """
    return [tuple(row) for row in database.execute(query)]


def _states(database: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """What the last reviewer made of each figure, with the note; a figure that has changed since is reopened."""
    found = {}
    for cell, verdict, note, reviewer, at, state in database.execute(
        "SELECT cell_id, verdict, note, reviewer, at_utc, state FROM signoff ORDER BY signoff_id"
    ):
        by = f"{reviewer}, {at}"
        found[cell] = (REOPENED if state == REOPENED else verdict, f"{note} ({by})" if note else by)
    return found

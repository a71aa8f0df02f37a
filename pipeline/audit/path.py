"""Who goes on from the records received to the answers used in one figure, and who is lost where and why."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.figures.ledger import COMPANY, EXCLUDED

# at which step of the path an answer is lost, and why in words
LOST = {
    "outside_base": ("in the base", "outside the base of the exhibit"),
    "base_unknown": ("in the base", "it cannot be told whether in the base"),
    "not_asked": ("asked", "not asked"),
    "not_applicable": ("answered", "answered that it does not apply"),
    "not_answered": ("answered", "no answer"),
    "not_known": ("answered", "answered that it is not known"),
    "refused": ("answered", "preferred not to say"),
    "unreadable": ("used", "the answer cannot be read"),
    "withheld": ("used", "withheld: an error is open or a decision excludes the answer"),
    "zero": ("used", "zero, and the statistic leaves zeros out"),
    "no_weight": ("used", "there is no weight above zero"),
    "no_total": ("used", "the whole is zero, so there is no share of it"),
    "outside_bins": ("used", "outside every bin"),
    "cannot_tell": ("used", "the condition cannot be told from the answers"),
}
STEPS = ("in the base", "asked", "answered", "used")


@dataclass(frozen=True)
class Loss:
    """Respondents who do not go on, and why."""

    reason: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """How many are left at one step of the path, and who was lost on the way to it."""

    name: str
    count: int
    losses: tuple[Loss, ...] = ()


def path_of(database: sqlite3.Connection, cell: sqlite3.Row, roles: Mapping[str, str]) -> tuple[Step, ...]:
    """Received, counted, in the band, in the base, asked, answered, used: who is lost at each step and why.

    `roles` has the respondents of the figure: the reason of those who are not used, an empty text for those who are.
    """
    query = """
        SELECT r.record_id, r.status, r.reason FROM record r JOIN source_row USING (source_row_id)
        JOIN source_file f USING (source_file_id) WHERE f.survey = ? ORDER BY r.source_row_id
    """
    records = database.execute(query, (cell["survey"],)).fetchall()
    counted = [row["record_id"] for row in records if row["status"] == "counted"]
    lost = [(row["reason"], row["record_id"]) for row in records if row["status"] != "counted"]
    steps = [Step("received", len(records)), Step("counted", len(counted), _losses(lost))]
    if cell["dimension"] == COMPANY:
        others = [("another point of the scatter, or none", r) for r in counted if r not in roles]
        return (*steps, Step("used", len(roles), _losses(others)))
    bands, reasons = _bands(database, cell)
    inside = [r for r in counted if cell["band"] in bands.get(r, ())]
    steps.append(Step("in the band", len(inside), _losses(
        (f"in band {', '.join(bands[r])}" if bands.get(r) else f"in no band of {cell['dimension']}", r)
        for r in counted if cell["band"] not in bands.get(r, ())
    )))  # fmt: skip
    left = inside
    for name in STEPS:
        gone = {r: LOST[why][1] for r in left if (why := _reason(r, roles, reasons)) and LOST[why][0] == name}
        left = [r for r in left if r not in gone]
        steps.append(Step(name, len(left), _losses((why, r) for r, why in gone.items())))
    return tuple(steps)


def _reason(respondent: str, roles: dict[str, str], reasons: dict[str, str]) -> str:
    """Why a respondent of the band is not used; of a base, which names nobody who is not, as the row's columns say."""
    return roles[respondent] if respondent in roles else reasons.get(respondent, "")


def _bands(database: sqlite3.Connection, cell: sqlite3.Row) -> tuple[dict[str, list[str]], dict[str, str]]:
    """In which bands of the dimension each respondent stands, by the ledger, and the first reason given in this one.

    The members of a base are only those who are used, so for a base every column of its row is asked.
    """
    query = """
        SELECT c.band, m.respondent_id, m.role, m.reason FROM cell c JOIN cell_member m USING (cell_id)
        WHERE c.exhibit = ? AND c.dimension = ? AND (c.column = ? OR ? = 'n') ORDER BY cell_member_id
    """
    key = (cell["exhibit"], cell["dimension"], cell["column"], cell["column"])
    bands: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}
    for band, respondent, role, reason in database.execute(query, key):
        stands_in = bands.setdefault(respondent, [])
        if band not in stands_in:
            stands_in.append(band)
        if role == EXCLUDED and band == cell["band"]:
            reasons.setdefault(respondent, reason)
    return bands, reasons


def _losses(pairs: Iterable[tuple[str, str]]) -> tuple[Loss, ...]:
    found: dict[str, list[str]] = {}
    for reason, respondent in pairs:
        found.setdefault(reason, []).append(respondent)
    return tuple(Loss(reason, tuple(ids)) for reason, ids in found.items())

"""The short lists beside the table of numbers, and the counts by state at the head of the page."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any

from pipeline.audit.page.corrected import BEHIND
from pipeline.audit.page.figures import Figure

RISKIEST = 60  # named in the list of cells by risk; the table can be sorted by risk as a whole
HEADLINES = "SELECT exhibit, text, rule, outcome, reason FROM headline ORDER BY headline_id"
CORRECTIONS = f"""
    WITH {BEHIND} SELECT k.respondent_id, r.title AS place, k.variable, k.old, k.new, k.reason, k.author,
        (SELECT count(*) FROM behind WHERE behind.correction_id = k.correction_id) AS numbers
    FROM correction k LEFT JOIN source_row r USING (source_row_id) ORDER BY correction_id
"""
RECORDS = """
    SELECT r.record_id, s.title AS place, r.rule, r.reason FROM record r JOIN source_row s USING (source_row_id)
    WHERE r.status != 'counted' ORDER BY r.source_row_id
"""
ANSWERS = """
    SELECT f.respondent_id, s.title AS place, f.variables, f.raw, f.title AS found, f.state, f.decision
    FROM finding f LEFT JOIN source_row s USING (source_row_id)
    WHERE f.state = 'excluded' OR (f.state = 'open' AND f.severity = 'error') ORDER BY f.rowid
"""
WITHHELD = """
    SELECT d.cell_id, d.edition, d.suppression, d.reason, d.n_contributors, d.rule FROM disclosure d
    WHERE d.suppression != 'none' ORDER BY disclosure_id
"""


def lists_of(database: sqlite3.Connection, figures: list[Figure]) -> dict[str, Any]:
    """Everything that the page says without a script: counts, then the lists, each row in finished text."""
    return {
        "counts": {
            "What became of the number": Counter(figure.status for figure in figures),
            "What reviewers made of it": Counter(figure.state for figure in figures),
            "The second engine": Counter(figure.recomputed or "not recomputed" for figure in figures),
            "The published number": Counter(f.difference.partition(":")[0] for f in figures if f.difference),
        },
        "headlines": _rows(database, HEADLINES),
        "suppressed": [figure for figure in figures if figure.status == "suppressed"],
        "withheld": _rows(database, WITHHELD),
        "moved": [figure for figure in figures if figure.moved],
        "corrections": _rows(database, CORRECTIONS),
        "records": _rows(database, RECORDS),
        "answers": _rows(database, ANSWERS),
        "riskiest": sorted((f for f in figures if f.risk), key=lambda f: -f.risk)[:RISKIEST],
        "exhibits": _rows(database, "SELECT * FROM exhibit ORDER BY display_order"),
        "run": dict(database.execute("SELECT name, value FROM run").fetchall()),
    }


def _rows(database: sqlite3.Connection, query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in database.execute(query)]

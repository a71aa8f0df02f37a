"""What stands behind each figure, packed by exhibit: a browser unpacks an exhibit when one of its rows is opened.

Respondents and raw texts are named once for each exhibit, and members point at them by number, which keeps a page of
many thousand figures small.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pipeline.audit.page.corrected import BEHIND
from pipeline.audit.path import LOST, STEPS
from pipeline.figures.ledger import DENOMINATOR, EXCLUDED, NUMERATOR

Behind = dict[str, Any]  # what stands behind one figure, as the script of the page reads it


class Names:
    """Numbers for values that come again and again, in order of first use."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        return self.known.setdefault(value, len(self.known))

    def values(self) -> list[Any]:
        return list(self.known)


def evidence_of(database: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each exhibit: `rows` (respondent, place in the raw file), `texts`, and `behind` by cell id.

    Behind a figure are `used` (number of the row, of the text, value, rank, whether it counts, whether it sets the
    figure) and `path`, each step with how many are left and those lost on the way: words, rows and texts.
    """
    records = _records(database)
    by_exhibit = {
        "corrections": _by_exhibit(database, CORRECTIONS),
        "recomputations": _by_exhibit(database, RECOMPUTATIONS),
        "appearances": _by_exhibit(database, APPEARANCES),
        "signoffs": _by_exhibit(database, SIGNOFFS),
    }
    for (exhibit,) in database.execute("SELECT DISTINCT exhibit FROM cell ORDER BY display_order").fetchall():
        rows, texts = Names(), Names()
        behind = {cell: _behind(members, rows, texts, records) for cell, members in _members(database, exhibit)}
        for name, found in by_exhibit.items():
            for cell, lines in found[exhibit].items():
                behind.setdefault(cell, {})[name] = lines
        yield exhibit, {"rows": rows.values(), "texts": texts.values(), "behind": behind}


def _members(database: sqlite3.Connection, exhibit: str) -> Iterator[tuple[str, list[sqlite3.Row]]]:
    query = """
        SELECT m.*, r.title AS place, c.survey FROM cell c JOIN cell_member m USING (cell_id)
        LEFT JOIN source_row r USING (source_row_id) WHERE c.exhibit = ? ORDER BY c.display_order, cell_member_id
    """
    found: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for member in database.execute(query, (exhibit,)):
        found[member["cell_id"]].append(member)
    return iter(found.items())


def _behind(members: list[sqlite3.Row], rows: Names, texts: Names, records: dict[str, tuple[int, int]]) -> Behind:
    def place(m: sqlite3.Row) -> list[int]:
        return [rows.number((m["respondent_id"], m["place"] or "")), texts.number(m["value_raw"])]

    counts = {m["respondent_id"] for m in members if m["role"] == NUMERATOR}
    used = [m for m in members if m["role"] == DENOMINATOR]
    if used and used[0]["order_rank"] is not None:
        used.sort(key=lambda m: m["order_rank"])
    lost = [m for m in members if m["role"] == EXCLUDED]
    return {
        "used": [
            [*place(m), m["value_used"], m["order_rank"], int(m["respondent_id"] in counts), m["is_pivot"]]
            for m in used
        ],
        "path": _path(used, lost, records[members[0]["survey"]], place),
    }


def _path(used: list[sqlite3.Row], lost: list[sqlite3.Row], records: tuple[int, int], place) -> list[list[Any]]:
    """Steps from received to used: name, how many are left, and for each reason the words and who is lost."""
    received, counted = records
    left = len(used) + len(lost)
    path: list[list[Any]] = [["received", received, []], ["counted", counted, []], ["in the band", left, []]]
    for step in STEPS:
        reasons: dict[str, list[list[int]]] = {}
        for m in lost:
            where, words = LOST[m["reason"]]
            if where == step:
                reasons.setdefault(words, []).append(place(m))
        left -= sum(map(len, reasons.values()))
        path.append([step, left, list(reasons.items())])
    return path


def _records(database: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """How many records each survey received, and how many count."""
    query = """
        SELECT f.survey, count(*), sum(r.status = 'counted') FROM record r JOIN source_row USING (source_row_id)
        JOIN source_file f USING (source_file_id) GROUP BY f.survey
    """
    return {survey: (received, counted) for survey, received, counted in database.execute(query)}


CORRECTIONS = f"""
    WITH {BEHIND} SELECT c.exhibit, c.cell_id, k.respondent_id, r.title, k.variable, k.old, k.new, k.reason, k.author,
        k.source
    FROM behind JOIN correction k USING (correction_id) JOIN cell c USING (cell_id)
    JOIN source_row r USING (source_row_id) ORDER BY c.display_order, k.correction_id
"""
RECOMPUTATIONS = """
    SELECT c.exhibit, c.cell_id, r.engine, r.engine_version, r.formula, r.value, r.n, r.printed, r.verdict, r.reason
    FROM recomputation r JOIN cell c USING (cell_id) ORDER BY recomputation_id
"""
APPEARANCES = """
    SELECT c.exhibit, c.cell_id, a.medium, a.element, a.exhibit, a.anchor, a.page, a.printed_text
    FROM appearance a JOIN cell c USING (cell_id) ORDER BY appearance_id
"""
SIGNOFFS = """
    SELECT c.exhibit, c.cell_id, s.reviewer, s.verdict, s.note, s.at_utc, s.state
    FROM signoff s JOIN cell c USING (cell_id) ORDER BY signoff_id
"""


def _by_exhibit(database: sqlite3.Connection, query: str) -> dict[str, dict[str, list[list[Any]]]]:
    found: dict[str, dict[str, list[list[Any]]]] = defaultdict(lambda: defaultdict(list))
    for exhibit, cell, *line in database.execute(query):
        found[exhibit][cell].append(line)
    return found

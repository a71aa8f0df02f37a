"""What a finished build says of itself: its figures, who stands in them and how, and what it was made from."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pipeline.audit.database import open_database
from pipeline.figures.ledger import COMPANY, NUMERATOR, address
from pipeline.run_record import read_record

Respondent = tuple[str, str]  # the folder of the survey, the id


class Standing(NamedTuple):
    """How one respondent stands in a figure: the raw text, the number that entered, whether counted, why left out."""

    raw: str
    value: float | None
    counts: bool
    reason: str


class Received(NamedTuple):
    """One record: whether it counts and by which rule it does not, and the hash and place of its raw row."""

    status: str
    rule: str
    place: str
    sha256: str


@dataclass(frozen=True)
class Build:
    """One build as its database and run.json tell it. Keys are cell, exhibit and measure ids, and respondents."""

    record: Mapping
    cells: Mapping[str, Mapping]
    exhibits: Mapping[str, Mapping]
    measures: Mapping[str, Mapping]
    operands: Mapping[str, tuple[str, ...]]
    files: Mapping[str, str]
    received: Mapping[Respondent, Received]
    corrections: Mapping[Respondent, Mapping[str, tuple[str, str]]]
    findings: Mapping[Respondent, Mapping[str, str]]
    members: Mapping[str, Mapping[str, Standing]]

    def standing(self, cell: Mapping) -> dict[str, Standing]:
        """Who stands behind a figure, by id; behind a point of a scatter everyone of it, as points have no names."""
        if cell["dimension"] == COMPANY:
            return self._of_scatter[cell["exhibit"]]
        return dict(self.members.get(address(cell["exhibit"], cell["dimension"], cell["band"], cell["column"]), {}))

    @cached_property
    def _of_scatter(self) -> dict[str, dict[str, Standing]]:
        found: dict[str, dict[str, Standing]] = defaultdict(dict)
        for cell_id, cell in self.cells.items():
            if cell["dimension"] == COMPANY:
                for respondent, standing in self.members.get(cell_id, {}).items():
                    found[cell["exhibit"]][f"{respondent} {cell['column']}"] = standing
        return found


def read_build(edition: Path, folder: Path) -> Build:
    """A build from its folder. InputError when there is none, or none whose figures can be traced."""
    with open_database(edition, folder, members=True) as database:
        return Build(
            record=read_record(folder),
            cells=_by(database, "SELECT * FROM cell ORDER BY display_order", "cell_id"),
            exhibits=_by(database, "SELECT * FROM exhibit", "exhibit"),
            measures=_by(database, "SELECT * FROM measure", "measure_id"),
            operands=_operands(database),
            files=dict(database.execute("SELECT title, sha256 FROM source_file").fetchall()),
            received=_received(database),
            corrections=_corrections(database),
            findings=_findings(database),
            members=_members(database),
        )


def _by(database: sqlite3.Connection, query: str, key: str) -> dict[str, dict]:
    return {row[key]: dict(row) for row in database.execute(query)}


def _operands(database: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for cell, operand in database.execute("SELECT cell_id, operand_cell_id FROM operand ORDER BY operand_id"):
        found[cell] = (*found.get(cell, ()), operand)
    return found


def _received(database: sqlite3.Connection) -> dict[Respondent, Received]:
    """A record that counts stands for its id, should the export hold the id twice."""
    query = """
        SELECT f.survey, r.record_id, r.status, r.rule, s.title, s.sha256 FROM record r
        JOIN source_row s USING (source_row_id) JOIN source_file f USING (source_file_id)
        ORDER BY r.status = 'counted', r.source_row_id
    """
    return {(survey, id_): Received(*rest) for survey, id_, *rest in database.execute(query)}


def _corrections(database: sqlite3.Connection) -> dict[Respondent, dict[str, tuple[str, str]]]:
    query = """
        SELECT f.survey, k.respondent_id, k.variable, k.old, k.new FROM correction k
        JOIN source_row s USING (source_row_id) JOIN source_file f USING (source_file_id)
    """
    found: dict[Respondent, dict[str, tuple[str, str]]] = defaultdict(dict)
    for survey, respondent, variable, old, new in database.execute(query):
        found[survey, respondent][variable] = (old or "", new or "")
    return found


def _findings(database: sqlite3.Connection) -> dict[Respondent, dict[str, str]]:
    """The state of each finding by its id; ids of a sub-survey begin with its folder."""
    found: dict[Respondent, dict[str, str]] = defaultdict(dict)
    for finding, respondent, state in database.execute("SELECT finding_id, respondent_id, state FROM finding"):
        found[finding.rpartition("/")[0], respondent or ""][finding] = state
    return found


def _members(database: sqlite3.Connection) -> dict[str, dict[str, Standing]]:
    query = "SELECT cell_id, respondent_id, role, value_raw, value_used, reason FROM cell_member ORDER BY role"
    found: dict[str, dict[str, Standing]] = defaultdict(dict)
    for cell, respondent, role, raw, value, reason in database.execute(query):
        counts = role == NUMERATOR  # comes after the same respondent's DENOMINATOR
        found[cell][respondent] = Standing(raw, value, counts, reason)
    return found

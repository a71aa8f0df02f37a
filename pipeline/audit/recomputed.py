"""The second engine beside a build: for the command line, for the build itself, and as a table of ledger.sqlite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.audit.database import built_ledger, open_database
from pipeline.audit.recompute import (
    DIFFERENT,
    EQUAL,
    EVERY_SLOT,
    NOT_RECOMPUTED,
    NotRecomputed,
    OpenErrors,
    Recomputation,
    Verdict,
    recompute,
    script,
)
from pipeline.audit.result import Audited
from pipeline.errors import InputError
from pipeline.responses import read_survey
from pipeline.responses.survey import Survey

DATABASE = "ledger.sqlite"
LISTED = 20  # differences that are named before the rest is counted


def audit_recompute(edition: Path, folder: Path) -> Audited:
    """Compute every cell of a build again and say which differ; InputError where there is no build. Writes nothing."""
    found = recompute_build(edition, folder)
    return Audited(tables=recomputation_tables(found), problems=problems_of(found))


def recompute_build(edition: Path, folder: Path) -> Recomputation:
    """The figures of a build's ledger again, from the edition's files as they are now."""
    ledger = built_ledger(edition, folder)
    return recompute(edition, ledger.cells, ledger.audience, open_errors(edition, folder))


def sql_of(edition: Path, folder: Path, cell_id: str) -> str:
    """The query of the second engine for one figure of a build, from the raw files; InputError where there is none."""
    built_ledger(edition, folder).cell(cell_id)
    try:
        return script(edition, cell_id, open_errors(edition, folder))
    except NotRecomputed as reason:
        raise InputError(f"{cell_id} has no query of its own: {reason}") from None


def open_errors(edition: Path, folder: Path) -> OpenErrors:
    """The answers that open findings of severity error withhold: the one thing that is taken from the build.

    A build for readers outside the house names no finding; then the edition is asked what is open now.
    """
    if not (folder / DATABASE).exists():
        folders = sorted(path.parent.name for path in edition.glob("*/codebook.yaml"))
        return open_errors_of({name: read_survey(edition / name) for name in ("", *folders)})
    query = """
        SELECT f.respondent_id, f.variables, s.survey FROM finding f JOIN source_row USING (source_row_id)
        JOIN source_file s USING (source_file_id) WHERE f.state = 'open' AND f.severity = 'error'
    """
    found: dict[str, list[tuple[str, str]]] = {}
    with open_database(edition, folder) as database:
        for respondent, slots, survey in database.execute(query):
            found.setdefault(survey, []).extend(_cells(respondent, slots))
    return found


def open_errors_of(surveys: Mapping[str, Survey]) -> OpenErrors:
    """The same from surveys that have been read and checked, by folder."""
    found = {}
    for folder, survey in surveys.items():
        findings = survey.findings
        errors = findings[(findings["state"] == "open") & (findings["severity"] == "error")]
        pairs = zip(errors["respondent_id"], errors["variables"], strict=True)
        found[folder] = [cell for respondent, slots in pairs for cell in _cells(respondent, slots)]
    return found


def _cells(respondent: str, slots: str | None) -> list[tuple[str, str]]:
    """The cells that a finding is about; one that names none is about all of the record."""
    return [(respondent, slot) for slot in (slots or EVERY_SLOT).split(", ")]


def write_recomputation(database: Path, found: Recomputation) -> None:
    """Fill the table `recomputation` of a ledger database that is not published yet; cells it has not are left out."""
    engine = (found.engine, found.engine_version)
    rows = [
        (i, v.cell_id, *engine, v.formula, v.value, v.n, v.printed or None, v.verdict, v.reason)
        for i, v in enumerate(found.verdicts, start=1)
    ]
    connection = sqlite3.connect(database)
    try:
        known = {row[0] for row in connection.execute("SELECT cell_id FROM cell")}
        with connection:
            connection.execute("DELETE FROM recomputation")
            connection.executemany(
                "INSERT INTO recomputation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [r for r in rows if r[1] in known]
            )
    finally:
        connection.close()


def problems_of(found: Recomputation) -> list[str]:
    """One sentence per cell that differs, the first ones named."""
    different = found.of(DIFFERENT)
    named = [f"second engine differs at {v.cell_id}: {v.reason}" for v in different[:LISTED]]
    more = len(different) - LISTED
    return named + ([f"second engine differs at {more:,} further cells"] if more > 0 else [])


def recomputation_tables(found: Recomputation) -> list[Table]:
    """For the terminal: verdicts by statistic, the cells that differ, and why cells were not computed."""
    tables = [_by_statistic(found)]
    if different := found.of(DIFFERENT):
        tables.append(_listed("Cells that differ", different))
    if reasons := _reasons(found.of(NOT_RECOMPUTED)):
        table = Table(title="Not computed by the second engine")
        table.add_column("Cells", justify="right")
        table.add_column("Why", overflow="fold")
        for reason, number in reasons.items():
            table.add_row(f"{number:,}", Text(reason))
        tables.append(table)
    return tables


def _by_statistic(found: Recomputation) -> Table:
    title = f"Computed again with {found.engine} {found.engine_version} from the raw files"
    table = Table(title=title, caption=f"{len(found.of(EQUAL)):,} of {len(found.verdicts):,} cells are equal")
    table.add_column("Statistic")
    for name in ("Cells", "Equal", "Different", "Not computed"):
        table.add_column(name, justify="right")
    totals = [0] * 4
    for statistic, counts in found.counts().items():
        row = [counts.total(), counts[EQUAL], counts[DIFFERENT], counts[NOT_RECOMPUTED]]
        totals = [total + number for total, number in zip(totals, row, strict=True)]
        table.add_row(statistic.replace("_", " "), *(f"{number:,}" if number else "" for number in row))
    table.add_section()
    table.add_row("All", *(f"{number:,}" for number in totals))
    return table


def _listed(title: str, verdicts: list[Verdict]) -> Table:
    table = Table(title=title)
    table.add_column("Cell", overflow="fold")
    table.add_column("What differs", overflow="fold")
    for v in verdicts:
        table.add_row(v.cell_id, Text(v.reason))
    return table


def _reasons(verdicts: Iterable[Verdict]) -> dict[str, int]:
    found: dict[str, int] = {}
    for v in verdicts:
        found[v.reason] = found.get(v.reason, 0) + 1
    return found

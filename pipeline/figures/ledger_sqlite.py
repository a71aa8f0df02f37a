"""ledger.sqlite: every figure, the respondents behind it, and the way back to the row of the raw export.

Opens in Datasette as it is: foreign keys lead from a member to its figure and to its raw row, and tables that are
pointed at have a `title` to show. Files, rules and findings of a sub-survey have its folder before their name, and
`survey` is that folder (empty for the edition's own). Two runs on the same inputs give the same bytes; there is no
clock in it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from itertools import chain, count
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import InputError
from pipeline.figures.disclosure import Decision
from pipeline.figures.fingerprint import Fingerprints
from pipeline.figures.ledger import COLUMNS, Cell, Ledger
from pipeline.figures.ledger_schema import INDEXES, TABLES, VIEWS
from pipeline.figures.specification import Subsets, exhibit_rows, measure_rows, operand_rows
from pipeline.responses.survey import Survey

CHUNK = 20_000  # records whose texts are in memory at a time


def write_sqlite(ledger: Ledger, path: Path, decisions: Sequence[tuple[str, Decision]] = ()) -> Path:
    """Write the database beside its place and put it there in one step.

    `decisions` are those on disclosure, each with its audience.

    Raises InputError for a ledger that holds no respondents: of the external audience, or read back from its CSV.
    """
    if not ledger.surveys:
        raise InputError("this ledger holds no respondents, so there is nothing to trace figures back to", file=path)
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    connection = sqlite3.connect(partial)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = OFF")  # what is half-written is thrown away, never repaired
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(TABLES)
        with connection:
            _fill(connection, ledger)
            _inserter(connection)("disclosure", _disclosure(ledger, decisions))
        connection.executescript(INDEXES + VIEWS)
        connection.execute("VACUUM")
    finally:
        connection.close()
    os.replace(partial, path)
    return path


def _fill(connection: sqlite3.Connection, ledger: Ledger) -> None:
    insert = _inserter(connection)
    insert("run", _run(ledger))
    row_of: dict[tuple[str, str], int] = {}
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
    for folder, survey in ledger.surveys.items():
        row_of |= _fill_survey(insert, folder, survey, numbers)
    insert("exhibit", exhibit_rows(ledger))
    insert("measure", measure_rows(ledger))
    of_members = count(1)
    for cell, row in zip(ledger.cells, _cells(ledger), strict=True):
        insert("cell", [row])
        if ledger.keeps_members:  # at once, while those that the fingerprint was made of are at hand
            rows = _members(ledger, cell, row_of, of_members)
            connection.executemany("INSERT INTO cell_member VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    insert("operand", operand_rows(ledger))
    insert("moved", ((m.cell_id, m.before, m.after, m.reason) for m in ledger.moved))
    insert("headline", ((i, h.exhibit, h.rule, str(h.outcome), h.reason, h.text)
                        for i, h in enumerate(ledger.headlines, start=1)))  # fmt: skip
    if ledger.signed is not None:
        insert("signoff", ((i, *astuple(line), state) for i, (line, state) in enumerate(ledger.signed.lines, start=1)))


def _disclosure(ledger: Ledger, decisions: Sequence[tuple[str, Decision]]) -> Iterator[tuple]:
    """What was decided of the figures of this ledger; merged bands are in no report, so they are left out."""
    inside = ((audience, d) for audience, d in decisions if d.cell_id in ledger)
    for i, (audience, d) in enumerate(inside, start=1):
        yield (i, d.cell_id, audience, d.status, d.suppression, d.reason, d.contributors, d.top_share, d.rule)


def _fill_survey(
    insert: Callable[[str, Iterable[tuple]], None], folder: str, survey: Survey, numbers: dict[str, Iterator[int]]
) -> dict[tuple[str, str], int]:
    """Write what was received, checked and corrected in one survey; gives the raw row of each respondent."""
    named = f"{folder}/{{}}".format if folder else "{}".format
    files = {source.path: next(numbers["source_file"]) for source in survey.sources}
    records = [(next(numbers["source_row"]), record) for record in survey.records.itertuples(index=False)]
    # a record that counts stands for its id, should an export hold the id twice
    row_of = {r.record_id: i for i, r in sorted(records, key=lambda pair: pair[1].status == "counted")}
    insert("source_file", ((files[s.path], named(s.path), s.sha256, s.rows, s.encoding, s.kind, folder)
                           for s in survey.sources))  # fmt: skip
    hashes = dict(_hashes(survey.raw))
    insert("source_row", ((i, f"{named(r.file)} row {r.row}", files[r.file], int(r.row), r.record_id,
                           hashes.get(r.record_id, "") if row_of[r.record_id] == i else "")
                          for i, r in records))  # fmt: skip
    insert("record", ((i, r.record_id, r.status, r.rule, r.reason) for i, r in records))
    insert("rule_result", ((named(r.rule), r.text, r.severity, int(r.holds), int(r.violated), int(r.not_evaluable))
                           for r in survey.rules.itertuples(index=False)))  # fmt: skip
    insert("finding", ((named(f.finding_id), f.message, named(f.rule) if f.rule else None, f.severity, f.respondent_id,
                        row_of.get(f.respondent_id), f.variables, f.raw, f.proposed, f.state, f.decision)
                       for f in survey.findings.itertuples(index=False)))  # fmt: skip
    insert("correction", ((next(numbers["correction"]), c.respondent_id, row_of.get(c.respondent_id), c.variable, c.old,
                           c.new, c.source, c.reason, c.author)
                          for c in survey.changes.itertuples(index=False)))  # fmt: skip
    return {(folder, respondent): i for respondent, i in row_of.items()}


def _hashes(raw: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """For each id the SHA-256 of what its record says, in the columns that the codebook knows."""
    for start in range(0, len(raw), CHUNK):
        for id_, *row in raw.iloc[start : start + CHUNK].itertuples(name=None):
            yield str(id_), hashlib.sha256(repr(row).encode()).hexdigest()


def _inserter(connection: sqlite3.Connection):
    def insert(table: str, rows: Iterable[tuple]) -> None:
        plain = (tuple(map(_plain, row)) for row in rows)
        first = next(plain, None)
        if first is not None:
            marks = ", ".join("?" * len(first))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", chain([first], plain))

    return insert


def _plain(value: Any) -> Any:
    """What SQLite stores; a missing value of any kind is NULL, and a list of names is one text."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if pd.isna(value):
        return None
    return value if isinstance(value, int | float) else str(value)


def _run(ledger: Ledger) -> Iterator[tuple[str, str]]:
    yield "audience", ledger.audience
    yield "cells", str(len(ledger.cells))
    if not ledger.keeps_members:
        yield "members", "not kept"
    for folder, survey in ledger.surveys.items():
        of = f" of {folder}" if folder else ""
        yield f"survey{of}", survey.codebook.survey.title
        yield f"fieldwork{of}", survey.codebook.survey.fieldwork
        yield f"codebook_version{of}", survey.codebook.version
        yield f"respondents{of}", str(len(survey.answers))


def _cells(ledger: Ledger) -> Iterator[tuple]:
    subsets, prints = Subsets(ledger), Fingerprints(ledger)
    for i, cell in enumerate(ledger.cells, start=1):
        values = [getattr(cell, name) for name in COLUMNS]
        title, folder = f"{cell.exhibit}: {cell.label}", ledger.folder_of(cell.exhibit)
        yield (values[0], title, *values[1:], i, folder, *subsets.of(cell), prints.of(cell))


def _members(
    ledger: Ledger, cell: Cell, row_of: dict[tuple[str, str], int], numbers: Iterator[int]
) -> Iterator[tuple]:
    folder = ledger.folder_of(cell.exhibit)
    for m in ledger.members.get(cell.cell_id, ()):
        number = next(numbers)
        row = row_of.get((folder, m.respondent_id))
        yield (number, m.cell_id, m.role, m.respondent_id, row, m.variable, m.value_raw, m.value, m.order_rank,
               m.is_pivot, m.reason, m.weight)  # fmt: skip

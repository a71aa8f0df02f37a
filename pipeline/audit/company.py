"""One company's way through a finished report: its raw row, and every printed number that it is in."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.audit.database import nearest, open_database, read_built_survey
from pipeline.errors import InputError
from pipeline.responses.survey import Survey


@dataclass(frozen=True)
class Moved:
    """One printed number that a company is in: in its numerator, and as one of the answers that are the median."""

    cell_id: str
    exhibit: str
    label: str
    printed: str
    counts: bool
    sets: bool


@dataclass(frozen=True)
class RawRow:
    """One record as it was received: where it stands, whether it counts, and each cell that is not blank.

    `cells` are the column of the file, its name in the codebook and the text; `blank` counts the others.
    """

    place: str
    status: str
    reason: str
    cells: tuple[tuple[str, str, str], ...]
    blank: int


@dataclass(frozen=True)
class Company:
    """One respondent: the raw rows, and the printed numbers in report order."""

    respondent_id: str
    rows: tuple[RawRow, ...]
    numbers: tuple[Moved, ...]

    def by_exhibit(self) -> dict[str, list[Moved]]:
        """The printed numbers of each exhibit, in report order."""
        found: dict[str, list[Moved]] = {}
        for number in self.numbers:
            found.setdefault(number.exhibit, []).append(number)
        return found


def trace_company(edition: Path, output: Path, respondent_id: str) -> Company:
    """Everything printed that one respondent is in; InputError for an unknown id, naming the nearest.

    Quartiles and changes are printed numbers too, and have the respondents of the figure that they belong to.
    """
    with open_database(edition, output, members=True) as database:
        rows = database.execute(
            """
            SELECT r.title, r.row, d.status, d.reason, f.survey, f.title AS file FROM source_row r
            JOIN record d USING (source_row_id) JOIN source_file f USING (source_file_id)
            WHERE r.record_id = ? ORDER BY source_row_id
            """,
            (respondent_id,),
        ).fetchall()
        if not rows:
            known = [row[0] for row in database.execute("SELECT DISTINCT record_id FROM source_row")]
            raise InputError(f"no record has the id {respondent_id!r}{nearest(respondent_id, known)}")
        surveys = {folder: read_built_survey(edition, folder, database) for folder in {row["survey"] for row in rows}}
        return Company(
            respondent_id,
            tuple(_raw_row(row, respondent_id, surveys[row["survey"]]) for row in rows),
            tuple(_numbers(database, respondent_id)),
        )


def _raw_row(row: sqlite3.Row, respondent_id: str, survey: Survey) -> RawRow:
    """The cells of a record; of a second record with the same id only the place, because the first one is kept."""
    record = survey.records[(survey.records["record_id"] == respondent_id)].iloc[0]
    if record["row"] != row["row"] or respondent_id not in survey.raw.index:
        return RawRow(row["title"], row["status"], row["reason"] or "", (), 0)
    cells = []
    for name, tag in survey.tags[record["file"]].items():
        slot = survey.codebook.slots.get(name)
        column = slot.column if slot else name
        if column in survey.raw:
            cells.append((tag, name, survey.raw.at[respondent_id, column]))
    given = tuple(cell for cell in cells if cell[2].strip())
    return RawRow(row["title"], row["status"], row["reason"] or "", given, len(cells) - len(given))


def _numbers(database: sqlite3.Connection, respondent_id: str) -> list[Moved]:
    query = """
        SELECT c.cell_id, c.exhibit, c.label, c.printed, max(m.role = 'NUMERATOR') AS counts,
            max(m.is_pivot AND m.cell_id = c.cell_id) AS sets
        FROM cell_member m JOIN cell p USING (cell_id)
        JOIN cell c ON c.exhibit = p.exhibit AND c.dimension = p.dimension AND c.band = p.band AND c.column = p.column
        WHERE m.respondent_id = ? AND m.role != 'EXCLUDED' AND c.status = 'shown'
        GROUP BY c.cell_id ORDER BY c.display_order
    """
    return [
        Moved(row["cell_id"], row["exhibit"], row["label"], row["printed"], bool(row["counts"]), bool(row["sets"]))
        for row in database.execute(query, (respondent_id,))
    ]


def company_tables(found: Company, every: bool = False) -> list[Table]:
    """For the terminal: the raw rows, the printed numbers by exhibit, and with `every` each of them."""
    tables = [_row_table(found.respondent_id, row) for row in found.rows]
    if found.numbers:
        tables.append(_exhibit_table(found))
    if every and found.numbers:
        tables.append(_number_table(found))
    return tables


def _row_table(respondent_id: str, row: RawRow) -> Table:
    status = row.status + (f", {row.reason}" if row.reason else "")
    caption = f"{row.blank:,} blank cells are left out" if row.blank else None
    table = Table(title=Text(f"{respondent_id}: {row.place} ({status})"), caption=caption)
    for name in ("Column", "In the codebook", "Raw text"):
        table.add_column(name, overflow="fold")
    for cell in row.cells:
        table.add_row(*map(Text, cell))
    return table


def _exhibit_table(found: Company) -> Table:
    table = Table(title=Text(f"Printed numbers that {found.respondent_id} is in: {len(found.numbers):,}"))
    table.add_column("Exhibit", overflow="fold")
    for name in ("Numbers", "In the numerator", "Is the median"):
        table.add_column(name, justify="right")
    groups = found.by_exhibit()
    for exhibit, numbers in groups.items():
        table.add_row(exhibit, *_tally(numbers))
    table.add_section()
    table.add_row(f"All {len(groups)} exhibits", *_tally(found.numbers))
    return table


def _tally(numbers) -> tuple[str, ...]:
    counts = len(numbers), sum(m.counts for m in numbers), sum(m.sets for m in numbers)
    return tuple(f"{count:,}" if count else "" for count in counts)


def _number_table(found: Company) -> Table:
    table = Table(title="Each of them")
    for name in ("Cell", "Printed", "In the numerator", "Is the median"):
        table.add_column(name, overflow="fold")
    for m in found.numbers:
        table.add_row(m.cell_id, Text(m.printed), "yes" if m.counts else "", "yes" if m.sets else "")
    return table

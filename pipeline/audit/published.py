"""`bandwise audit --published`: a printed table, what is known of it beside print, the findings for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.audit.consistency import (
    MULTIPLE,
    NOT_SHARES,
    SINGLE,
    Finding,
    Hint,
    Kind,
    inconsistencies,
    shares_of,
)
from pipeline.audit.printed import PrintedCell, read_published, read_rows
from pipeline.audit.result import Audited
from pipeline.audit.said import said_and_printed
from pipeline.errors import InputError

HINT_COLUMNS = ("exhibit", "answers", "none")
GRIM = (Kind.GRIM_FORCED, Kind.GRIM_PM1, Kind.GRIM_FAIL)


def audit_published(path: Path, hints: Path | None = None, every: bool = False) -> Audited:
    """Everything that a published table contradicts, with headlines.csv and headline_cells.csv where they lie beside.

    Raises InputError when one of the files cannot be read.
    """
    cells = read_published(path)
    known = read_hints(hints, {cell.exhibit for cell in cells}) if hints else {}
    found = [*inconsistencies(cells, known), *said_and_printed(path.parent, cells, known)]
    impossible = sum(not finding.explained for finding in found)
    problems = [f"{impossible} findings that no data could give"] if impossible else []
    return Audited(consistency_tables(cells, found, known, every), [], problems)


def print_summary(path: Path) -> list[Table | str]:
    """The findings about a published table by kind, for those who compare it; `audit --published` has the proofs."""
    tables = audit_published(path).tables
    return [*tables[:2], f"the proofs: bandwise audit --published {path}"] if len(tables) > 1 else tables


def read_hints(path: Path, exhibits: Collection[str]) -> dict[str, Hint]:
    """Hints by exhibit, from a CSV with the columns exhibit, answers and none. InputError for what is not known."""
    found: dict[str, Hint] = {}
    for number, row in read_rows(path, HINT_COLUMNS):
        if row["exhibit"] not in exhibits:
            raise InputError(f"the table has no exhibit {row['exhibit']!r}", file=path, row=number, column="exhibit")
        if row["answers"] not in ("", SINGLE, MULTIPLE, NOT_SHARES):
            message = f"{row['answers']!r} is not known; allowed: {SINGLE}, {MULTIPLE}, {NOT_SHARES}"
            raise InputError(message, file=path, row=number, column="answers")
        found[row["exhibit"]] = Hint(row["answers"], row["none"])
    return found


def consistency_tables(
    cells: Collection[PrintedCell], found: list[Finding], hints: Mapping[str, Hint], every: bool = False
) -> list[Table | str]:
    """What was tested, the findings by kind, then each with its proof (those that rounding explains with `every`)."""
    tested = [cell for cell in shares_of(cells, hints) if cell.n and cell.value is not None]
    off = sum(finding.kind in GRIM for finding in found)
    said = f"{len(tested):,} printed shares with an n: {len(tested) - off:,} are k of n for a whole k"
    counts = Counter((finding.kind, finding.explained) for finding in found)
    summary = Table(title="What print contradicts")
    for name, right in (("Finding", False), ("No data could give", True), ("Rounding explains", True)):
        summary.add_column(name, justify="right" if right else "left")
    for kind in (kind for kind in Kind if counts[kind, False] + counts[kind, True]):
        summary.add_row(kind.replace("_", " "), *(f"{counts[kind, way]:,}" if counts[kind, way] else ""
                                                  for way in (False, True)))  # fmt: skip
    listing = Table(title="Each finding with its proof")
    for name in ("Finding", "Exhibit", "Where", "Proof"):
        listing.add_column(name, overflow="fold")
    for finding in found:
        if every or not finding.explained:
            listing.add_row(*map(Text, (finding.kind.replace("_", " "), finding.exhibit, finding.where, finding.proof)))
    return [said, *([summary] if found else []), *([listing] if listing.row_count else [])]

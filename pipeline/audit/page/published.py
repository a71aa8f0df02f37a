"""What `bandwise compare` wrote beside the build: each printed number of a published table and the verdict on it."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError

FILE = "compare.csv"
CLAIMS = "compare-headlines.csv"
CLAIM_COLUMNS = ("claim_id", "statement", "there", "cell", "printed_here", "verdict", "reason")
NEEDED = ("exhibit", "dimension", "band", "column", "printed_there", "printed_here", "verdict", "reason")


@dataclass(frozen=True)
class Published:
    """One number as it was published, and how ours differs."""

    printed: str
    verdict: str


def read_comparison(folder: Path, database: sqlite3.Connection) -> tuple[dict[str, Published], list[str]]:
    """Published numbers by cell id, none when nothing was compared; and a sentence when it was with another build.

    A row whose number of ours is not the one printed now is left out. InputError when the file is no comparison.
    """
    path = folder / FILE
    if not path.exists():
        return {}, []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not set(NEEDED) <= set(reader.fieldnames or ()):
            raise InputError(f"this is not a comparison; needed are the columns {', '.join(NEEDED)}", file=path, row=1)
        rows = {".".join(row[name] for name in NEEDED[:4]): row for row in reader}
    printed = dict(database.execute("SELECT cell_id, printed FROM cell").fetchall())
    fresh = {cell: row for cell, row in rows.items() if printed.get(cell, "") == row["printed_here"]}
    stale = len(rows) - len(fresh)
    problems = [f"{FILE} is of another build, {stale} numbers have changed since: compare again"] if stale else []
    return {cell: _published(row) for cell, row in fresh.items()}, problems


def _published(row: Mapping[str, str]) -> Published:
    verdict = row["verdict"].replace("_", " ")
    return Published(row["printed_there"], f"{verdict}: {row['reason']}" if row["reason"] else verdict)


def read_claims_comparison(folder: Path) -> list[dict[str, str]]:
    """Published sentences as `bandwise compare` judged them; none when they were not compared. Raises InputError."""
    path = folder / CLAIMS
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not set(CLAIM_COLUMNS) <= set(reader.fieldnames or ()):
            message = f"this is not a comparison of claims; needed are the columns {', '.join(CLAIM_COLUMNS)}"
            raise InputError(message, file=path, row=1)
        return list(reader)

"""Rows of a comparison as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from pipeline.staging import write_whole


def write_rows(path: Path, kind: type, rows: Iterable[Any]) -> Path:
    """One line per dataclass of a kind under the names of its fields; None is an empty cell. Replaces the file whole.

    Raises InputError when the file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(kind)])
    writer.writerows(["" if value is None else value for value in astuple(row)] for row in rows)
    return write_whole(path, text.getvalue())

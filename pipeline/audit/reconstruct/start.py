"""A joint table that a search has found, as a file with a row per respondent: the start of the next."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import InputError


def read_respondents(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows, every value as text; InputError if one of `columns` is missing."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = [dict(row) for row in reader]
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
    except FileNotFoundError:
        raise InputError("the file is missing", file=path) from None
    if missing:
        raise InputError(f"the columns {', '.join(missing)} are missing", file=path)
    return rows

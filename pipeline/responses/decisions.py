"""The ledger of decisions: reads decisions.csv and refuses lines that no one could stand by."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path

from pipeline.errors import InputError
from pipeline.responses.strict_yaml import suggest
from pipeline.staging import write_whole

ACCEPT, CORRECT, EXCLUDE = "accept", "correct", "exclude"
ACTIONS = (ACCEPT, CORRECT, EXCLUDE)
REASON_CODES = (
    "typo",
    "unit",
    "wrong_period",
    "swapped",
    "definition",
    "confirmed_by_respondent",
    "test",
    "duplicate",
    "implausible",
)


@dataclass(frozen=True)
class Decision:
    """One line of decisions.csv and its row there. An exclusion without a question excludes the respondent."""

    row: int
    seq: int
    finding_id: str
    respondent_id: str
    question_id: str
    action: str
    old_value: str
    new_value: str
    reason_code: str
    reason: str
    evidence: str
    author: str
    at_utc: str
    reviewer: str
    codebook_version: str
    source_sha256: str

    @property
    def source(self) -> str:
        """How the log of changes names it."""
        return str(self.seq)


COLUMNS = tuple(field.name for field in fields(Decision) if field.name != "row")


def read_decisions(path: Path) -> list[Decision]:
    """The lines in their order; none if there is no file. InputError with row and column for a line that is wrong."""
    if not path.exists():
        return []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8; save it as UTF-8", file=path) from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"quotation marks do not match ({error})", file=path) from None
    if not rows:
        raise InputError(f"the first row must name the columns: {', '.join(COLUMNS)}", file=path)
    for name in COLUMNS:
        if name not in rows[0]:
            raise InputError(
                f"column {name!r} is missing; the columns are {', '.join(COLUMNS)}", file=path, row=1, column=name
            )
    for place, name in enumerate(rows[0]):
        if name not in COLUMNS or name in rows[0][:place]:
            raise InputError(
                f"column {name!r} is unknown or given twice{suggest(name, COLUMNS)}", file=path, row=1, column=name
            )
    lines = []
    for row, cells in enumerate(rows[1:], start=2):
        if len(cells) != len(rows[0]) and any(cells):
            message = f"this row has {len(cells)} cells, the header has {len(rows[0])}"
            raise InputError(message, file=path, row=row)
        if any(cells):
            lines.append(decision(dict(zip(rows[0], cells, strict=True)), path, row))
    for before, line in pairwise(lines):
        if line.seq <= before.seq:
            raise InputError(
                f"seq {line.seq} does not come after {before.seq}; lines are only added at the end",
                file=path,
                row=line.row,
                column="seq",
            )
    return lines


def decision(cells: dict[str, str], path: Path, row: int) -> Decision:
    """One line from the text of its columns; InputError with the place for what no one could stand by."""

    def refuse(column: str, message: str) -> InputError:
        return InputError(message, file=path, row=row, column=column)

    # values are compared with the export as they stand; names and words are not
    cells = {name: text if name in ("old_value", "new_value") else text.strip() for name, text in cells.items()}
    if not cells["seq"].isdecimal():
        raise refuse("seq", f"{cells['seq']!r} is no whole number")
    if cells["action"] not in ACTIONS:
        raise refuse("action", f"{cells['action']!r} is no action{suggest(cells['action'], ACTIONS)}")
    for name in ("author", "reason", "respondent_id" if cells["action"] != ACCEPT else "finding_id"):
        if not cells[name]:
            raise refuse(name, f"a decision needs its {name.replace('_', ' ')}")
    if cells["action"] == CORRECT and not cells["question_id"]:
        raise refuse("question_id", "a correction needs the question that it corrects")
    if cells["action"] == CORRECT and cells["old_value"] == cells["new_value"]:
        raise refuse("new_value", "the new value is the old one; use accept to leave an answer as it is")
    if cells["action"] == ACCEPT and cells["new_value"]:
        raise refuse("new_value", "an acceptance changes nothing; use correct to give a new value")
    if cells["reason_code"] and cells["reason_code"] not in REASON_CODES:
        raise refuse(
            "reason_code", f"{cells['reason_code']!r} is no reason code{suggest(cells['reason_code'], REASON_CODES)}"
        )
    if cells["at_utc"]:
        try:
            datetime.datetime.fromisoformat(cells["at_utc"])
        except ValueError:
            raise refuse("at_utc", f"{cells['at_utc']!r} is no date and time like 2023-06-01T14:30:00Z") from None
    return Decision(row=row, **{**cells, "seq": int(cells["seq"])})


def refusal(line: Decision, path: Path, column: str, message: str) -> InputError:
    """An InputError at one cell of a decision's row; raise what it returns."""
    return InputError(message, file=path, row=line.row, column=column)


def append_decisions(path: Path, lines: Sequence[Decision]) -> Path:
    """Add lines at the end of decisions.csv, which is begun if there is none; what stands there stays byte for byte."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    before = path.read_bytes() if path.exists() else b""
    if not before.strip():
        before = b""
        writer.writerow(COLUMNS)
        order = COLUMNS
    else:
        order = tuple(next(csv.reader(io.StringIO(before.decode("utf-8-sig"), newline=""))))
        if not before.endswith((b"\n", b"\r")):
            text.write("\n")
    writer.writerows([str(getattr(line, name)) for name in order] for line in lines)
    return write_whole(path, before + text.getvalue().encode())

"""The ledger of decisions: reads decisions.csv, refuses what does not fit the export, and replays it over the answers."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.answers import Answers
from pipeline.responses.codebook import Codebook
from pipeline.responses.findings import Finding
from pipeline.responses.reading import UNREADABLE
from pipeline.responses.strict_yaml import suggest

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
    """One line of decisions.csv; `row` is its row in the file. An exclusion without a question excludes the respondent."""

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


COLUMNS = tuple(field.name for field in fields(Decision) if field.name != "row")


@dataclass(frozen=True)
class Replayed:
    """What the decisions made of the answers: the clean ones, a row per changed cell, and who is left out by which line."""

    answers: Answers
    changes: pd.DataFrame
    excluded: Mapping[str, Decision]


def read_decisions(path: Path) -> list[Decision]:
    """The lines in their order; none if there is no file. InputError with the row for a line that no one can stand by."""
    if not path.exists():
        return []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8; save it as UTF-8", file=path) from None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows:
        raise InputError(f"the first row must name the columns: {', '.join(COLUMNS)}", file=path)
    for name in COLUMNS:
        if name not in rows[0]:
            raise InputError(f"column {name!r} is missing; the columns are {', '.join(COLUMNS)}", file=path, row=1, column=name)
    for place, name in enumerate(rows[0]):
        if name not in COLUMNS or name in rows[0][:place]:
            raise InputError(f"column {name!r} is unknown or given twice{suggest(name, COLUMNS)}", file=path, row=1, column=name)
    lines = [_line(path, row, dict(zip(rows[0], cells, strict=False)), len(cells), len(rows[0])) for row, cells in enumerate(rows[1:], start=2) if any(cells)]
    for before, line in zip(lines, lines[1:], strict=False):
        if line.seq <= before.seq:
            raise InputError(f"seq {line.seq} does not come after {before.seq}; lines are only added at the end", file=path, row=line.row, column="seq")
    return lines


def _line(path: Path, row: int, cells: dict[str, str], found: int, expected: int) -> Decision:
    if found != expected:
        raise InputError(f"this row has {found} cells, the header has {expected}", file=path, row=row)

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
    if cells["action"] == ACCEPT and cells["new_value"]:
        raise refuse("new_value", "an acceptance changes nothing; use correct to give a new value")
    if cells["reason_code"] and cells["reason_code"] not in REASON_CODES:
        raise refuse("reason_code", f"{cells['reason_code']!r} is no reason code{suggest(cells['reason_code'], REASON_CODES)}")
    if cells["at_utc"]:
        try:
            datetime.datetime.fromisoformat(cells["at_utc"])
        except ValueError:
            raise refuse("at_utc", f"{cells['at_utc']!r} is no date and time like 2023-06-01T14:30:00Z") from None
    return Decision(row=row, **{**cells, "seq": int(cells["seq"])})


def replay(decisions: Iterable[Decision], before: Answers, received: Collection[str], path: Path) -> Replayed:
    """Apply the decisions to the answers as they were read.

    `received` are the ids of all records; a decision about one that does not count changes nothing. Raises InputError for
    an unknown respondent or question, an old value that is not the export's, and lines that repeat or contradict another.
    The log of changes equals the difference of the answers before and after, cell by cell.
    """
    codebook = before.codebook
    cells: dict[tuple[str, str], tuple[Decision, str]] = {}
    withheld: dict[tuple[str, str], Decision] = {}
    excluded: dict[str, Decision] = {}
    for line in decisions:
        _known_respondent(line, received, path)
        if line.question_id:
            _known_question(line, codebook, before, path)
        if line.respondent_id not in before.text.index:
            continue
        cell = (line.respondent_id, line.question_id)
        earlier = cells.get(cell, (None,))[0] or withheld.get(cell) or excluded.get(line.respondent_id)
        if line.question_id:
            _same_old_value(line, before, cells.get(cell), path)
        if line.action == ACCEPT:
            continue
        if earlier and (line.action != CORRECT or earlier.action != CORRECT):
            raise _refusal(line, path, "action", f"this repeats or contradicts the decision of row {earlier.row}")
        if line.action == CORRECT:
            cells[cell] = (line, line.new_value)
        elif line.question_id:
            withheld[cell] = line
        else:
            excluded[line.respondent_id] = line
    corrected = before.with_text({cell: text for cell, (_, text) in cells.items()})
    for (respondent, slot), (line, text) in cells.items():
        if text.strip() and corrected.columns[slot].reason[corrected.text.index.get_loc(respondent)] == UNREADABLE:
            raise _refusal(line, path, "new_value", f"{text!r} cannot be read as an answer to {slot!r}")
    clean = corrected.without(withheld)
    by_cell = {**{cell: line for cell, (line, _) in cells.items()}, **withheld}
    changes = _log(before, clean, by_cell)
    if not changes[["respondent_id", "variable", "old", "new"]].equals(difference(before, clean)):
        raise AssertionError("the log of changes is not the difference between the answers before and after")
    kept = pd.Series(~clean.text.index.isin(list(excluded)), index=clean.text.index)
    return Replayed(clean.take(kept), changes, excluded)


def difference(before: Answers, after: Answers) -> pd.DataFrame:
    """Every asked variable whose typed value differs, as text: respondent_id, variable, old, new; by variable, then record."""
    rows = []
    for name in _asked(before.codebook):
        old, new = before.values[name], after.values[name]
        missing = old.isna().to_numpy(), new.isna().to_numpy()
        same = (old.astype(object).where(~missing[0], None) == new.astype(object).where(~missing[1], None)).to_numpy(dtype=bool)
        for place in ((missing[0] != missing[1]) | (~same & ~missing[0] & ~missing[1])).nonzero()[0]:
            rows.append((old.index[place], name, as_text(old.iloc[place]), as_text(new.iloc[place])))
    return pd.DataFrame(rows, columns=["respondent_id", "variable", "old", "new"], dtype="object")


def as_text(value: object) -> str:
    """A typed value so that it reads back equal; empty for a missing one."""
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(float(value))
    return str(value)


def _log(before: Answers, clean: Answers, lines: Mapping[tuple[str, str], Decision]) -> pd.DataFrame:
    """One row per variable that a decided cell changed, looked up cell by cell and not by comparing the frames."""
    rows = []
    for (respondent, slot), line in lines.items():
        for name in [slot] if slot in before.values else before.codebook.group(slot):
            old, new = (as_text(answers.values.at[respondent, name]) for answers in (before, clean))
            if old != new:
                rows.append((respondent, name, old, new, str(line.seq), line.reason, line.author))
    order = {name: place for place, name in enumerate(_asked(before.codebook))}
    record = {respondent: place for place, respondent in enumerate(before.text.index)}
    rows.sort(key=lambda row: (order[row[1]], record[row[0]]))
    columns = ["respondent_id", "variable", "old", "new", "source", "reason", "author"]
    return pd.DataFrame(rows, columns=columns, dtype="object")


def _asked(codebook: Codebook) -> list[str]:
    return [name for name, facts in codebook.variables().items() if facts.question in codebook.questions]


def _refusal(line: Decision, path: Path, column: str, message: str) -> InputError:
    return InputError(message, file=path, row=line.row, column=column)


def _known_respondent(line: Decision, received: Collection[str], path: Path) -> None:
    if line.respondent_id and line.respondent_id not in received:
        raise _refusal(line, path, "respondent_id", f"no record has the id {line.respondent_id!r}")


def _known_question(line: Decision, codebook: Codebook, before: Answers, path: Path) -> None:
    if line.question_id not in codebook.slots:
        hint = suggest(line.question_id, codebook.slots)
        raise _refusal(line, path, "question_id", f"{line.question_id!r} is no answered variable{hint}")
    if line.question_id not in before.text:
        raise _refusal(line, path, "question_id", f"the export has no column for {line.question_id!r}")


def _same_old_value(line: Decision, before: Answers, earlier: tuple[Decision, str] | None, path: Path) -> None:
    """The old value is the export's text, or what the previous correction of this cell made of it."""
    found = earlier[1] if earlier else before.text.at[line.respondent_id, line.question_id]
    if line.old_value == found or (line.action == ACCEPT and not line.old_value):
        return
    if earlier:
        message = f"row {earlier[0].row} has already made {found!r} of this answer, so the old value is not {line.old_value!r}"
    else:
        message = f"the old value is {line.old_value!r}, but the export says {found!r}"
    raise _refusal(line, path, "old_value", message)


# Findings and what became of them --------------------------------------------------------------------------------

OPEN, ACCEPTED, CORRECTED, EXCLUDED, OBSOLETE = "open", "accepted", "corrected", "excluded", "obsolete"
FINDING_COLUMNS = (
    "finding_id",
    "rule",
    "severity",
    "respondent_id",
    "variables",
    "raw",
    "message",
    "proposed",
    "state",
    "decision",
)


def settle(
    before: Iterable[Finding],
    after: Iterable[Finding],
    decisions: Iterable[Decision],
    replayed: Replayed,
    versions: Collection[str],
    path: Path,
) -> pd.DataFrame:
    """Every finding with its state, and every decision whose finding is gone as `obsolete`; columns FINDING_COLUMNS.

    `versions` are the digests of the codebook and the sources: a decision made on exactly these about a finding that does not
    exist has a wrong finding_id (InputError); made on others, it has become obsolete.
    """
    first, last = ({finding.finding_id: finding for finding in found} for found in (before, after))
    known = {**first, **last}
    lines: dict[str, list[Decision]] = {}
    touched: dict[tuple[str, str], Decision] = {}
    rows = []
    for line in decisions:
        if line.question_id and line.action != ACCEPT:
            touched[line.respondent_id, line.question_id] = line
        if not line.finding_id:
            continue
        finding = known.get(line.finding_id)
        if finding is None:
            if {line.codebook_version, line.source_sha256} <= set(versions):
                raise _refusal(line, path, "finding_id", f"there is no finding {line.finding_id!r}")
            rows.append((line.finding_id, "", "", line.respondent_id, line.question_id, line.old_value, line.reason, "", OBSOLETE, line.seq))
            continue
        if line.respondent_id != finding.respondent_id:
            message = f"finding {line.finding_id!r} is about {finding.respondent_id!r}, not {line.respondent_id!r}"
            raise _refusal(line, path, "respondent_id", message)
        earlier = lines.setdefault(line.finding_id, [])
        if earlier and ACCEPT in (line.action, earlier[0].action):
            raise _refusal(line, path, "finding_id", f"this repeats or contradicts the decision of row {earlier[0].row}")
        earlier.append(line)
    settled = []
    for name, finding in known.items():
        state, line = _state(finding, name in last, lines.get(name, []), touched, replayed.excluded)
        settled.append((name, finding.rule, finding.severity, finding.respondent_id, ", ".join(finding.variables), finding.raw,
                        finding.message, finding.proposed, state, str(line.seq) if line else ""))
    obsolete = [(*row[:-1], str(row[-1])) for row in rows]
    return pd.DataFrame(settled + obsolete, columns=FINDING_COLUMNS, dtype="object")


def _state(
    finding: Finding, fires: bool, own: list[Decision], touched: Mapping[tuple[str, str], Decision], excluded: Mapping[str, Decision]
) -> tuple[str, Decision | None]:
    if finding.respondent_id in excluded:
        return EXCLUDED, excluded[finding.respondent_id]
    if fires:
        accepted = next((line for line in own if line.action == ACCEPT), None)
        return (ACCEPTED, accepted) if accepted else (OPEN, None)
    lines = own + [touched[finding.respondent_id, slot] for slot in finding.variables if (finding.respondent_id, slot) in touched]
    gone = next((line for line in lines if line.action == EXCLUDE), None)
    return (EXCLUDED, gone) if gone else (CORRECTED, lines[0] if lines else None)

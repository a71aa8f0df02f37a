"""Replays the decisions over the answers, refuses those that do not fit the export, and logs every cell they change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.responses.answers import Answers
from pipeline.responses.codebook import Codebook
from pipeline.responses.decisions import ACCEPT, CORRECT, EXCLUDE, Decision, refusal
from pipeline.responses.fixes import FixedCell, fixed_cells
from pipeline.responses.reading import UNREADABLE
from pipeline.responses.schema import Kind
from pipeline.responses.strict_yaml import suggest

CELL = ("respondent_id", "variable", "old", "new")


@dataclass(frozen=True)
class Replayed:
    """What the decisions made of the answers: the clean ones, a row per changed cell, who is left out by which line."""

    answers: Answers
    changes: pd.DataFrame
    excluded: Mapping[str, Decision]


def replay(decisions: Iterable[Decision], before: Answers, received: Collection[str], path: Path) -> Replayed:
    """Apply the codebook's fixes and the decisions to the answers as they were read; a decision goes before a fix.

    `received` are the ids of all records; a decision about one that does not count changes nothing. Raises InputError
    for an unknown respondent or question, an old value that is not the export's, and a line that repeats or contradicts
    another.
    The log of changes equals the difference of the answers before and after, cell by cell.
    """
    corrections, withheld, excluded = _sorted_out(decisions, before, received, path)
    fixes = {cell: fix for cell, fix in fixed_cells(before).items() if cell not in corrections | withheld}
    corrected = before.with_text({cell: line.new_value for cell, line in (fixes | corrections).items()})
    for (respondent, slot), line in corrections.items():
        place = corrected.text.index.get_loc(respondent)
        if line.new_value.strip() and corrected.columns[slot].reason[place] == UNREADABLE:
            raise refusal(line, path, "new_value", f"{line.new_value!r} cannot be read as an answer to {slot!r}")
    clean = corrected.without(withheld)
    changes = _log(before, clean, {**fixes, **corrections, **withheld})
    if not changes[list(CELL)].equals(difference(before, clean)):
        raise AssertionError("the log of changes is not the difference between the answers before and after")
    kept = pd.Series(~clean.text.index.isin(list(excluded)), index=clean.text.index)
    return Replayed(clean.take(kept), changes, excluded)


def _sorted_out(decisions: Iterable[Decision], before: Answers, received: Collection[str], path: Path):
    """The last correction of each cell, the exclusion of each cell, that of each respondent; guards on the way."""
    corrections: dict[tuple[str, str], Decision] = {}
    withheld: dict[tuple[str, str], Decision] = {}
    excluded: dict[str, Decision] = {}
    for line in decisions:
        if line.respondent_id and line.respondent_id not in received:
            raise refusal(line, path, "respondent_id", f"no record has the id {line.respondent_id!r}")
        if line.question_id:
            _known_question(line, before, path)
        if line.respondent_id not in before.text.index:
            continue
        cell = (line.respondent_id, line.question_id)
        if line.question_id:
            _same_old_value(line, before, corrections.get(cell), path)
        if line.action == ACCEPT:
            continue
        earlier = withheld.get(cell) or excluded.get(line.respondent_id)
        if line.action == EXCLUDE:
            earlier = earlier or corrections.get(cell)
        if earlier:
            raise refusal(line, path, "action", f"this repeats or contradicts the decision of row {earlier.row}")
        if line.action == CORRECT:
            corrections[cell] = line
        elif line.question_id:
            withheld[cell] = line
        else:
            excluded[line.respondent_id] = line
    return corrections, withheld, excluded


def difference(before: Answers, after: Answers) -> pd.DataFrame:
    """Every asked variable whose typed value differs, with both as text; ordered by variable, then record."""
    rows = []
    for name in _asked(before.codebook):
        old, new = before.values[name], after.values[name]
        gone = old.isna() != new.isna()
        if isinstance(old.dtype, pd.CategoricalDtype):
            old_values, new_values = old.cat.codes, new.cat.codes
        else:
            old_values, new_values = old, new
        differs = gone | (old_values != new_values).fillna(False).astype(bool) & old.notna()
        for place in differs.to_numpy().nonzero()[0]:
            rows.append((old.index[place], name, as_text(old.iloc[place]), as_text(new.iloc[place])))
    return pd.DataFrame(rows, columns=CELL, dtype="object")


def as_text(value: object) -> str:
    """A typed value so that it reads back equal; empty for a missing one."""
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(float(value))
    return str(value)


def _log(before: Answers, clean: Answers, lines: Mapping[tuple[str, str], Decision | FixedCell]) -> pd.DataFrame:
    """One row per variable that a decided cell changed, looked up cell by cell and not by comparing the frames."""
    codebook = before.codebook
    changed: dict[tuple[str, str], tuple[str, ...]] = {}
    for (respondent, slot), line in lines.items():
        question = codebook.slots[slot].question
        # a tick decides for its whole question whether the other choices were left out or not answered
        several = codebook.questions[question].type is Kind.multiple or slot not in codebook.variables()
        for name in codebook.group(question) if several else [slot]:
            old, new = (as_text(answers.values.at[respondent, name]) for answers in (before, clean))
            if old != new:
                changed[name, respondent] = (respondent, name, old, new, line.source, line.reason, line.author)
    order = {name: place for place, name in enumerate(_asked(codebook))}
    record = {respondent: place for place, respondent in enumerate(before.text.index)}
    rows = sorted(changed.values(), key=lambda row: (order[row[1]], record[row[0]]))
    return pd.DataFrame(rows, columns=[*CELL, "source", "reason", "author"], dtype="object")


def _asked(codebook: Codebook) -> list[str]:
    return [name for name, facts in codebook.variables().items() if facts.question in codebook.questions]


def _known_question(line: Decision, before: Answers, path: Path) -> None:
    slots = before.codebook.slots
    if line.question_id not in slots:
        message = f"{line.question_id!r} is no answered variable{suggest(line.question_id, slots)}"
        raise refusal(line, path, "question_id", message)
    if line.question_id not in before.text:
        raise refusal(line, path, "question_id", f"the export has no column for {line.question_id!r}")


def _same_old_value(line: Decision, before: Answers, earlier: Decision | None, path: Path) -> None:
    """The old value is the export's text, or what the previous correction of this cell made of it."""
    text = before.text.at[line.respondent_id, line.question_id]
    found = earlier.new_value if earlier else "" if pd.isna(text) else text
    if line.old_value == found or (line.action == ACCEPT and not line.old_value):
        return
    if earlier:
        message = f"the old value is {line.old_value!r}, but row {earlier.row} has already made {found!r} of it"
    else:
        message = f"the old value is {line.old_value!r}, but the export says {found!r}"
    raise refusal(line, path, "old_value", message)

"""Accounts for every record received: which ones count, and the rule and reason by which the others do not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from pipeline.errors import InputError
from pipeline.responses import expressions, language
from pipeline.responses.answers import Answers
from pipeline.responses.builtin import BUILTIN, severity_of
from pipeline.responses.codebook import Codebook
from pipeline.responses.dates import read_dates
from pipeline.responses.exports import LAYOUTS, Export
from pipeline.responses.findings import Outcome, Told, finding_rows
from pipeline.responses.matching import RESPONDENT, Match, match_columns
from pipeline.responses.rules import Rule
from pipeline.responses.schema import Kind, RecordRule

COUNTED, EXCLUDED = "counted", "excluded"
SHORTENED = r"\s*\d(?:[.,]\d+)?[Ee]\+\d\d\s*"  # an id such as 1.23457E+17, saved as CSV by a spreadsheet
FILE_RULES = ("unmatched_column", "unmatched_question", "encoding", "spreadsheet", "dup_id")


@dataclass(frozen=True)
class Received:
    """All records of all files. `records` has a row per record (file, row, record_id, status, rule, reason);
    `text` the cells by respondent id and slot or system column, for every record that can be told apart by its id;
    `tags` the export tag of each slot by file."""

    records: pd.DataFrame
    text: pd.DataFrame
    tags: dict[str, dict[str, str]]
    outcomes: tuple[Outcome, ...]


def receive(exports: Sequence[Export], codebook: Codebook) -> Received:
    """Bring the files together by the codebook's names.

    A record without an id and a second record of the same id do not count; the latter is also a finding.
    """
    matches = [match_columns(export, codebook) for export in exports]
    for export, match in zip(exports, matches, strict=True):
        _refuse_blind_rules(export, match, codebook)
    frames = [_named(export, match, codebook) for export, match in zip(exports, matches, strict=True)]
    cells = _together(frames)
    named = _ids(cells)
    rows = pd.Series(np.concatenate([export.cells.index for export in exports]))
    records = pd.DataFrame(
        {
            "file": np.repeat([export.name for export in exports], [len(export.cells) for export in exports]),
            "row": rows,
            "record_id": named.where(named != "", "row " + rows.astype(str)),
            "status": COUNTED,
            "rule": "",
            "reason": "",
        }
    )
    _exclude(records, named == "", "no_id", "the record has no id")
    again = named.duplicated() & (named != "")
    _exclude(records, again, "dup_id", "the same response id stands in an earlier row")
    kept = (records["status"] == COUNTED).to_numpy()
    text = (cells if kept.all() else cells[kept]).drop(columns=RESPONDENT)
    text = text.set_axis(pd.Index(named[kept], name="respondent_id"), axis=0)
    tags = {
        export.name: {
            name: ", ".join(export.headers[p].tag for p in match.ranks[name].values())
            if name in match.ranks
            else " or ".join(export.headers[p].tag for p in (place, *match.stand_ins.get(name, ())))
            for name, place in match.places.items()
        }
        for export, match in zip(exports, matches, strict=True)
    }
    changed = [
        cell
        for export, match, frame in zip(exports, matches, frames, strict=True)
        for cell in _changed_by_spreadsheet(export, match, _ids(frame), codebook)
    ]
    return Received(records, text, tags, _outcomes(exports, matches, cells, changed, codebook))


def counted(records: pd.DataFrame, answers: Answers) -> tuple[pd.DataFrame, Answers]:
    """Apply the codebook's record rules in their order, each to the records that still count."""
    records = records.copy()
    codebook = answers.codebook
    scope = _rule_scope(answers)
    for rule in codebook.records:
        standing = records["record_id"].isin(answers.text.index) & (records["status"] == COUNTED)
        live = pd.Series(answers.text.index.isin(records.loc[standing, "record_id"]), index=answers.text.index)
        if rule.where:
            hit = expressions.evaluate(rule.where, scope, codebook, answers.reasons).fillna(False).astype(bool)
        else:
            hit = _superseded(answers.text[live], rule).reindex(live.index, fill_value=False)
        gone = hit.index[hit & live]
        _exclude(records, standing & records["record_id"].isin(gone), rule.id, rule.reason)
    left = records.loc[records["status"] == COUNTED, "record_id"]
    return records, answers.take(pd.Series(answers.text.index.isin(left), index=answers.text.index))


def _refuse_blind_rules(export: Export, match: Match, codebook: Codebook) -> None:
    """A record rule whose column is missing would keep every record without a word."""
    asked = {slot.question for name, slot in codebook.slots.items() if name in match.places}
    for rule in codebook.records:
        needed = {*rule.duplicate_of, rule.by} if rule.duplicate_of else language.names_in(rule.where)
        for name in sorted(needed & {*codebook.source.system, *codebook.slots, *codebook.questions}):
            if name not in match.places and name not in asked:
                message = f"record rule {rule.id!r} needs {name!r}, and the file has no such column"
                raise InputError(message, file=export.file, column=name)


def _named(export: Export, match: Match, codebook: Codebook) -> pd.DataFrame:
    """The matched columns under the codebook's names; ids are unique within a wave, so they begin with it."""
    cells = pd.DataFrame({name: export.cells[place] for name, place in match.places.items()}, copy=False)
    for name, others in match.stand_ins.items():
        for place in others:
            own = cells[name].astype("object") if name in cells else pd.Series("", index=export.cells.index)
            cells[name] = own.where(own.str.strip() != "", export.cells[place].astype("object")).astype("category")
    labels = {(s.name, p.name): p.options[0] for s in codebook.slots.values() for p in s.parts}
    for name, parts in match.ranks.items():
        in_order = _in_order(export, {labels[name, part]: place for part, place in parts.items()})
        cells[name] = pd.Categorical(in_order)
    if RESPONDENT not in cells:
        cells[RESPONDENT] = pd.Categorical(_made_ids(export))
    if export.wave:
        named = _ids(cells)
        cells[RESPONDENT] = (export.wave + ":" + named).where(named != "", "").astype("category")
    return cells


def _ids(cells: pd.DataFrame) -> pd.Series:
    return cells[RESPONDENT].astype("object").str.strip()


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The records of all files; a column that one of them lacks is missing there."""
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    nothing = pd.Index([], dtype="object")
    columns = {}
    for name in dict.fromkeys(name for frame in frames for name in frame):
        parts = [
            frame[name].array if name in frame else pd.Categorical.from_codes(np.full(len(frame), -1), nothing)
            for frame in frames
        ]
        columns[name] = union_categoricals(parts)
    return pd.DataFrame(columns, copy=False)


def _in_order(export: Export, places: Mapping[str, int]) -> list[str]:
    """The choices of each record in the order of their ranks, as one text; as they stand where ranks do not fit.

    Ranks fit that are 1, 2, 3 and so on, each once; the rest of the choices may be left blank.
    """
    texts = []
    for record in zip(*(export.cells[place].str.strip() for place in places.values()), strict=True):
        given = {label: rank for label, rank in zip(places, record, strict=True) if rank}
        ranked = sorted(given, key=lambda label: (len(given[label]), given[label]))
        fit = [given[label] for label in ranked] == [str(place) for place in range(1, len(ranked) + 1)]
        texts.append("; ".join(ranked if fit else [f"{label}: {rank}" for label, rank in given.items()]))
    return texts


def _made_ids(export: Export) -> list[str]:
    """An id per record from what it says, whatever the order of rows and columns; records alike are numbered."""
    tags = [header.tag for header in export.headers]
    seen: Counter[str] = Counter()
    ids = []
    for record in export.cells.itertuples(index=False):
        said = sorted((tag, text) for tag, text in zip(tags, record, strict=True) if text)
        name = hashlib.sha256("\x1e".join("\x1f".join(pair) for pair in said).encode()).hexdigest()[:12]
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids


def _rule_scope(answers: Answers) -> pd.DataFrame:
    """What record rules may name: the answers, and system columns with a tool's codes replaced by its words."""
    words = LAYOUTS[answers.codebook.source.kind].words
    system = {
        name: answers.text[name].astype("string").replace(words.get(name, {}))
        for name in answers.codebook.source.system
        if name in answers.text and name not in answers.values
    }
    return pd.concat([answers.values, pd.DataFrame(system, index=answers.text.index)], axis=1)


def _exclude(records: pd.DataFrame, which: pd.Series, rule: str, reason: str) -> None:
    records.loc[which.to_numpy(), ["status", "rule", "reason"]] = [EXCLUDED, rule, reason]


def _superseded(text: pd.DataFrame, rule: RecordRule) -> pd.Series:
    """Which records give way to another one alike in all of `duplicate_of`; a blank is alike to nothing."""
    keys = text[list(rule.duplicate_of)].astype("object").fillna("")
    keys = keys.apply(lambda column: column.str.strip().str.casefold())
    ordered = keys.assign(place=range(len(keys)))
    if rule.keep == "latest":
        moment = read_dates(text[rule.by].astype("object").fillna("").tolist()).to_numpy()
        ordered = ordered.assign(moment=moment).sort_values(["moment", "place"], na_position="first")
    keep = "last" if rule.keep == "latest" else "first"
    given = (keys != "").all(axis=1)
    return ordered.duplicated(list(rule.duplicate_of), keep=keep).reindex(text.index) & given


def _outcomes(
    exports: Sequence[Export],
    matches: Sequence[Match],
    cells: pd.DataFrame,
    changed: list[Told],
    codebook: Codebook,
) -> tuple[Outcome, ...]:
    """The checks on files as a whole: columns on either side, encoding, cells that a spreadsheet changed, ids."""
    found: dict[str, list[Told]] = {name: [] for name in FILE_RULES} | {"spreadsheet": changed}
    for export, match in zip(exports, matches, strict=True):
        for tag in match.unmatched_columns:
            message = f"No question and no system column accounts for column {tag!r} of {export.name}"
            found["unmatched_column"].append(("", (), (export.name, tag), message, ""))
        for slot in match.unmatched_slots:
            message = f"No column of {export.name} answers {slot!r}; it counts as not asked there"
            found["unmatched_question"].append(("", (), (export.name, slot), message, ""))
        if export.suspicious:
            message = f"{export.name} holds {export.suspicious!r}, a sign that {export.encoding} is not its encoding"
            found["encoding"].append(("", (), (export.name, export.suspicious), message, ""))
    # a record that is repeated word for word is a file merged twice; otherwise nobody knows which one is right
    ids = _ids(cells)
    alike = ids.duplicated(keep=False) & (ids != "")
    for respondent in dict.fromkeys(ids[alike][ids[alike].duplicated() & ~cells[alike].duplicated()]):
        message = f"Two different records have the id {respondent!r}; the first is kept"
        found["dup_id"].append((respondent, (), (respondent,), message, ""))
    holds = {
        "unmatched_column": sum(len(set(match.places.values())) for match in matches),
        "unmatched_question": sum(name in codebook.slots for match in matches for name in match.places),
        "encoding": sum(not export.suspicious for export in exports),
        "spreadsheet": sum(export.odd is not None for export in exports),
        "dup_id": ids[ids != ""].nunique() - len(found["dup_id"]),
    }
    outcomes = []
    for rule in FILE_RULES:
        severity, sentence = severity_of(rule, codebook.builtin), BUILTIN[rule][1]
        if severity != "off" and (rule != "spreadsheet" or changed or any(e.odd is not None for e in exports)):
            facts = Rule(rule, severity, when=None, assert_=sentence, message="", sentence=sentence)
            outcomes.append(Outcome(rule, severity, sentence, holds[rule], 0, finding_rows(facts, found[rule])))
    return tuple(outcomes)


def _changed_by_spreadsheet(export: Export, match: Match, ids: pd.Series, codebook: Codebook) -> Iterator[Told]:
    """The cells that a spreadsheet may have changed without any other check noticing.

    A date among choices or numbers is an answer that cannot be read anyway.
    """
    slots = {match.places[name]: slot for name, slot in codebook.slots.items() if name in match.places}
    own = match.places.get(RESPONDENT)
    for (row, place), odd in (export.odd or {}).items():
        kind = codebook.questions[slots[place].question].type if place in slots else Kind.identifier
        told = {"date": (Kind.text, Kind.identifier), "digits": (Kind.text, Kind.identifier), "error": tuple(Kind)}
        if row not in export.cells.index or kind not in told[odd.sign] or not (place in slots or place == own):
            continue
        names = (slots[place].name,) if place in slots else ()
        yield ids[row], names, (export.cells.at[row, place],), f"Row {row} of {export.name}: {odd.says}", ""
    asked = {p: slot.name for p, slot in slots.items() if codebook.questions[slot.question].type is Kind.identifier}
    named = asked if own is None else {own: "", **asked}
    for place, name in named.items():
        texts = export.cells[place]
        for row, text in texts[texts.str.fullmatch(SHORTENED)].items():
            message = f"Row {row} of {export.name}: {text!r} is a long number that a spreadsheet has shortened"
            yield ids[row], (name,) if name else (), (text,), message, ""

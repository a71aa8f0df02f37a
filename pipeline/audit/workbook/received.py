"""What the workbook starts from: the records of a survey as the export holds them, and what decisions made of them.

Nothing is typed, coded or left out here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.responses.choices import normalise
from pipeline.responses.codebook import Codebook
from pipeline.responses.decisions import ACCEPT, EXCLUDE, read_decisions
from pipeline.responses.exports import LAYOUTS, Export
from pipeline.responses.matching import RESPONDENT, Match, match_columns
from pipeline.responses.numbers import MISSING_WORDS
from pipeline.responses.reading import missing_words
from pipeline.responses.schema import NUMERIC
from pipeline.responses.settling import OPEN
from pipeline.responses.survey import Survey, read_exports

WITHHELD = "(withheld)"  # the text of an answer that counts for nothing until someone decides
PLAIN = {None: r"-?[0-9]{1,15}", ",": r"-?[0-9]{1,15}", ".": r"-?(?=[0-9.]{1,16}$)[0-9]+(\.[0-9]+)?"}


@dataclass(frozen=True)
class RawColumn:
    """One column of the export: its tag, the codebook's names for it, and the text above it."""

    tag: str
    names: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Record:
    """One row of the export: `row` as a spreadsheet shows the file, `texts` in the order of the columns.

    `left_out_by` is the rule by which the pipeline left it out; it is asked where no formula can say the rule.
    """

    file: str
    row: int
    record_id: str
    texts: tuple[str, ...]
    left_out_by: str = ""


@dataclass(frozen=True)
class Correction:
    """What a decision, or an open finding, makes of one answer; without a slot it is about the whole record."""

    respondent_id: str
    slot: str
    old: str
    new: str
    action: str
    reason: str
    author: str
    source: str


@dataclass(frozen=True)
class Received:
    """One survey of the edition, as received; `folder` is empty for the edition's own.

    `stand_ins` are the columns, by place, that stand in where the cell of a slot is blank.
    """

    folder: str
    codebook: Codebook
    columns: tuple[RawColumn, ...]
    records: tuple[Record, ...]
    corrections: tuple[Correction, ...]
    stand_ins: Mapping[str, tuple[int, ...]]
    hashes: Mapping[str, str]

    def column(self, name: str) -> int | None:
        """The place of the column that holds a slot or system column, None when no file has it."""
        return next((i for i, column in enumerate(self.columns) if name in column.names), None)

    def texts(self, name: str) -> list[str]:
        """The texts of a slot or system column, by record."""
        places = [place for place in (self.column(name), *self.stand_ins.get(name, ())) if place is not None]
        if not places:
            return []
        return [next((r.texts[p] for p in places if r.texts[p].strip()), r.texts[places[-1]]) for r in self.records]

    def all_texts(self, slot: str) -> list[str]:
        """The distinct texts that a slot holds or is given by a correction, in order."""
        given = [c.new for c in self.corrections if c.slot == slot and c.new != WITHHELD]
        return [text for text in dict.fromkeys([*self.texts(slot), *given]) if text]

    def is_number(self, slot: str, text: str) -> bool:
        """Whether a text of a numeric slot is nothing but a number, so that a spreadsheet may hold it as one."""
        codebook = self.codebook
        question = codebook.slots[slot].question
        if codebook.questions[question].type not in NUMERIC:
            return False
        if not re.fullmatch(PLAIN[codebook.source.decimal], text) or as_number(text) != text:
            return False
        word = normalise(text)
        return word not in MISSING_WORDS and word not in missing_words(codebook, question)


def as_number(text: str) -> str:
    """The text of the number that a text of digits stands for: the text itself unless it is written unusually."""
    number = float(text)
    return str(int(number)) if number.is_integer() else repr(number)


def read_received(place: Path, folder: str, survey: Survey) -> Received:
    """The records, columns, decisions and withheld answers of the survey that lies in `place`.

    Of what the pipeline read, the codebook and the open findings are taken, and no answer. Raises what reading an
    export raises.
    """
    codebook = survey.codebook
    exports = read_exports(place, codebook.source)
    matches = [match_columns(export, codebook) for export in exports]
    columns, places, stand_ins = _columns(exports, matches)
    known = survey.records[["record_id", "rule"]].itertuples(index=False, name=None)
    records = tuple(
        Record(export.name, int(row), _id(export, match, cells, made),
               tuple("" if at[i] is None else cells[at[i]] for at in places), str(rule))
        for i, (export, match) in enumerate(zip(exports, matches, strict=True))
        # `known` comes last: the next file's records are left in it
        for row, cells, (made, rule) in zip(export.cells.index, export.cells.to_numpy(object), known, strict=False)
    )  # fmt: skip
    corrections = (*_decided(place), *_in_doubt(survey))
    hashes = {export.name: export.sha256 for export in exports}
    return Received(folder, codebook, columns, records, corrections, stand_ins, hashes)


def system_words(codebook: Codebook) -> Mapping[str, Mapping[str, str]]:
    """What a tool's codes in system columns stand for."""
    return LAYOUTS[codebook.source.kind].words


def _id(export: Export, match: Match, cells: Sequence[str], made: str) -> str:
    """The id of a record as the export gives it, after its wave; one that was made where the export has none."""
    if RESPONDENT not in match.places:
        return made
    named = cells[match.places[RESPONDENT]].strip()
    return f"{export.wave}:{named}" if export.wave and named else named


def _columns(
    exports: list[Export], matches: list[Match]
) -> tuple[tuple[RawColumn, ...], list[tuple], dict[str, tuple[int, ...]]]:
    """The columns of all files together, for each its place in every file (None where a file lacks it), and which of
    them stand in for which slot."""
    named: dict[tuple, list[str]] = {}
    stand_ins = {
        name: [tuple(match.stand_ins[name][i] for match in matches) for i in range(len(matches[0].stand_ins[name]))]
        for name in matches[0].stand_ins
    }
    for name in dict.fromkeys(name for match in matches for name in match.places if name != RESPONDENT):
        named.setdefault(tuple(match.places.get(name) for match in matches), []).append(name)
    for at in (at for several in stand_ins.values() for at in several):
        named.setdefault(at, [])
    taken = [{at[i] for at in named} for i in range(len(exports))]
    for i, export in enumerate(exports):
        for place in range(len(export.headers)):
            if place not in taken[i]:
                named.setdefault(tuple(place if j == i else None for j in range(len(exports))), [])
    order = sorted(named, key=lambda at: tuple((p is None, p or 0) for p in at))
    columns = []
    for at in order:
        i = next(i for i, place in enumerate(at) if place is not None)
        header = exports[i].headers[at[i]]
        columns.append(RawColumn(header.tag, tuple(named[at]), header.text))
    return tuple(columns), order, {name: tuple(map(order.index, several)) for name, several in stand_ins.items()}


def _decided(place: Path) -> list[Correction]:
    return [
        Correction(line.respondent_id, line.question_id, line.old_value,
                   WITHHELD if line.action == EXCLUDE else line.new_value,
                   line.action, line.reason, line.author, f"decision {line.seq}")
        for line in read_decisions(place / "decisions.csv")
        if line.action != ACCEPT
    ]  # fmt: skip


def _in_doubt(survey: Survey) -> list[Correction]:
    """The answers that open errors put in doubt: what the checks found is taken from them and not repeated here."""
    findings, slots_of_all = survey.findings, survey.codebook.slots
    is_open = (findings["state"] == OPEN) & (findings["severity"] == "error")
    errors = findings[is_open & (findings["respondent_id"] != "")]
    found = []
    for finding in errors.itertuples(index=False):
        slots = [name for name in finding.variables.split(", ") if name] or list(slots_of_all)
        found += [
            Correction(finding.respondent_id, slot, "", WITHHELD, "withhold", finding.message, "",
                       f"open finding {finding.finding_id}")
            for slot in slots if slot in slots_of_all
        ]  # fmt: skip
    return found

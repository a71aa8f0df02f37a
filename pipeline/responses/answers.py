"""The typed answers of a set of respondents: values, the reasons of those that are missing, and derived numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.responses import expressions, language
from pipeline.responses.codebook import Codebook
from pipeline.responses.reading import (
    ANSWERED,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    REASONS,
    Column,
    read_column,
)
from pipeline.responses.schema import Kind

REASON = pd.CategoricalDtype(REASONS)


@dataclass(frozen=True)
class Answers:
    """One state of the answers. All frames are indexed by respondent id in the order of the export.

    `text` holds the cells by slot and system column, missing where a respondent's file has no such column; `values` a
    column per variable, `reasons` a column per variable (per question for multiple ones), `asked` for each question
    with a condition whether it was to be asked.
    """

    codebook: Codebook
    text: pd.DataFrame
    columns: Mapping[str, Column]
    values: pd.DataFrame
    reasons: pd.DataFrame
    asked: Mapping[str, pd.Series]

    def take(self, kept: pd.Series) -> Answers:
        """The same for the respondents where `kept` is true."""
        mask = kept.to_numpy(dtype=bool)
        if mask.all():
            return self
        return Answers(
            self.codebook,
            self.text[mask],
            {name: column.take(mask) for name, column in self.columns.items()},
            self.values[mask],
            self.reasons[mask],
            {name: asked[mask] for name, asked in self.asked.items()},
        )

    def with_text(self, cells: Mapping[tuple[str, str], str]) -> Answers:
        """The same with the text of some cells, by (respondent, slot), replaced and everything read again from it."""
        if not cells:
            return self
        changed = {}
        for name, new in _by_slot(cells).items():
            texts = self.text[name].to_numpy(dtype=object, copy=True)
            texts[self.text.index.get_indexer(new)] = [cells[respondent, name] for respondent in new]
            changed[name] = pd.Series(pd.Categorical(texts), index=self.text.index)
        slots = self.codebook.slots
        columns = {name: read_column(slots[name], text, self.codebook) for name, text in changed.items()}
        return assemble(self.text.assign(**changed), {**self.columns, **columns}, self.codebook)

    def without(self, cells: Iterable[tuple[str, str]]) -> Answers:
        """The same with some cells, by (respondent, slot), withheld; what is derived from them is withheld too."""
        columns = dict(self.columns)
        gone = _by_slot(cells)
        for name, respondents in gone.items():
            mask = np.zeros(len(self.text), dtype=bool)
            mask[self.text.index.get_indexer(respondents)] = True
            columns[name] = columns[name].without(mask)
        return assemble(self.text, columns, self.codebook) if gone else self


def _by_slot(cells: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for respondent, name in cells:
        gathered.setdefault(name, []).append(respondent)
    return gathered


def read_answers(
    text: pd.DataFrame, codebook: Codebook, progress: Callable[[int, int], None] = lambda done, total: None
) -> Answers:
    """Read every cell. A slot without a column in `text` counts as not asked.

    `progress` is told how many columns of how many are read.
    """
    slots = {name: slot for name, slot in codebook.slots.items() if name in text}
    columns = {}
    for name, slot in slots.items():
        columns[name] = read_column(slot, text[name], codebook)
        progress(len(columns), len(slots))
    return assemble(text, columns, codebook)


def assemble(text: pd.DataFrame, columns: Mapping[str, Column], codebook: Codebook) -> Answers:
    """Put read columns together: ticks of one question, derived numbers, skips and the reasons of what is missing."""
    values, reason = _asked_values(text.index, columns, codebook)
    frame = pd.DataFrame(values, index=text.index, copy=False)
    for entry in codebook.derived:
        group = codebook.group(entry)
        derived = {name: expressions.evaluate(codebook.formulas[name], frame, codebook) for name in group}
        frame = pd.concat([frame, pd.DataFrame(derived)], axis=1)
    read_reasons = _reasons_frame(reason, text.index)
    asked = _asked(frame, read_reasons, codebook)
    for name, whether in asked.items():
        for column in _reason_columns(name, codebook):
            unasked = _skipped(whether)
            reason[column] = np.where(unasked & (reason[column] == NOT_ANSWERED), NOT_ASKED, reason[column])
    for name in codebook.formulas:
        operands = [_reason_column(other, codebook) for other in codebook.operands[name]]
        worst = np.maximum.reduce([reason[other] for other in operands])
        # where every part is known and still there is no number, something was divided by zero
        missing = np.where(worst == ANSWERED, NOT_APPLICABLE, worst)
        reason[name] = np.where(frame[name].isna(), missing, ANSWERED).astype("int8")
    order = list(dict.fromkeys(_reason_column(name, codebook) for name in codebook.variables()))
    return Answers(
        codebook, text, columns, frame, _reasons_frame({name: reason[name] for name in order}, text.index), asked
    )


def _asked(frame: pd.DataFrame, reasons: pd.DataFrame, codebook: Codebook) -> dict[str, pd.Series]:
    """Whether each question with a condition was to be asked; one whose condition rests on a skipped one was skipped.

    Otherwise what cannot be told is no skip.
    """
    asked: dict[str, pd.Series] = {}
    for name, question in codebook.questions.items():
        if question.asked_if:
            whether = expressions.evaluate(question.asked_if, frame, codebook, reasons)
            read = language.check(question.asked_if, codebook).variables
            behind = {codebook.variables()[source].question for each in read for source in codebook.sources_of(each)}
            for other in behind & set(asked):
                whether = whether.mask(whether.isna() & _skipped(asked[other]), False)
            asked[name] = whether
    return asked


def _skipped(asked: pd.Series) -> np.ndarray:
    return (asked == False).fillna(False).to_numpy(dtype=bool)  # noqa: E712  unknown is not a skip


def _asked_values(index: pd.Index, columns: Mapping[str, Column], codebook: Codebook) -> tuple[dict, dict]:
    values: dict[str, pd.Series] = {}
    reason: dict[str, np.ndarray] = {}
    absent = np.full(len(index), NOT_ASKED, dtype="int8")
    for question in codebook.questions.values():
        names = codebook.group(question.id)
        spread = question.type is Kind.multiple and question.id not in codebook.slots
        for name in names:
            column = columns.get(name) or columns.get(question.id)
            values[name] = column.values[name] if column else _empty(question.type, index, codebook, question.id)
            given = column.reason if column else absent
            if question.ranked == "in_order" or question.ranked == "by_choice":  # some of the places may be left out
                given = np.where((given == ANSWERED) & values[name].isna(), NOT_ANSWERED, given).astype("int8")
            reason[_reason_column(name, codebook)] = given
        if spread:
            # one column per choice: a blank beside a tick means not ticked, blanks throughout mean no answer
            parts = np.array([columns[name].reason if name in columns else absent for name in names])
            ticked = (parts == ANSWERED).any(axis=0)
            worst = np.where(ticked & (parts <= NOT_ANSWERED).all(axis=0), ANSWERED, parts.max(axis=0))
            reason[question.id] = worst.astype("int8")
            for name in names:
                values[name] = values[name].fillna(False).mask(worst != ANSWERED)
    return values, reason


def _empty(kind: Kind, index: pd.Index, codebook: Codebook, question: str) -> pd.Series:
    dtype = {
        Kind.multiple: "boolean",
        Kind.text: "string",
        Kind.identifier: "string",
        Kind.date: "datetime64[us]",
        Kind.single: pd.CategoricalDtype([choice.code for choice in codebook.choices(question)]),
    }
    dtype[Kind.ranking] = dtype[Kind.single]
    return pd.Series(pd.NA if kind is not Kind.date else pd.NaT, index=index, dtype=dtype.get(kind, "Float64"))


def _reason_column(variable: str, codebook: Codebook) -> str:
    facts = codebook.variables()[variable]
    return facts.question if facts.kind is Kind.multiple else variable


def _reason_columns(question: str, codebook: Codebook) -> list[str]:
    return list(dict.fromkeys(_reason_column(name, codebook) for name in codebook.group(question)))


def _reasons_frame(reason: Mapping[str, np.ndarray], index: pd.Index) -> pd.DataFrame:
    columns = {name: pd.Categorical.from_codes(codes, dtype=REASON) for name, codes in reason.items()}
    return pd.DataFrame(columns, index=index, copy=False)

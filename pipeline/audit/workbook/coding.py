"""What a text means, as lists that formulas look up: choices by their code, and texts that are more than a number.

Every text of the export that a formula cannot read by itself stands here once, with what it was read as, so that a
reviewer can go through them by eye. They are read by the rules of the codebook; no other part of the workbook takes a
value from the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.audit.workbook.book import Book, Names, Sheet
from pipeline.audit.workbook.received import Received
from pipeline.responses.codebook import Slot
from pipeline.responses.dates import read_dates
from pipeline.responses.reading import REASONS, Column, read_column
from pipeline.responses.schema import NUMERIC, Kind

HEAD = ("Survey", "Question", "Text", "No.", "Value", "Has a value", "Said of it")


@dataclass(frozen=True)
class Entry:
    """One text and what it was read as; None where it is no answer, and `said` why or how."""

    text: str
    value: str | float | None
    said: str


@dataclass(frozen=True)
class Block:
    """The texts of one question and the names under which formulas find them: texts, numbers, values, flags."""

    question: str
    is_number: bool
    entries: tuple[Entry, ...]
    texts: str
    numbers: str
    values: str
    flags: str

    def reads(self, cell: str) -> str:
        """The formula that gives the value of the text in a cell, the empty text where there is none."""
        if not self.is_number:
            return f'INDEX({self.values},1+SUMPRODUCT(EXACT({self.texts},{cell})*{self.numbers}))&""'
        found = f"EXACT({self.texts},{cell})"
        return f'IF({cell}="","",IF(SUMPRODUCT({found}*{self.flags})=1,SUMPRODUCT({found}*{self.values}),""))'


def block_of(received: Received, slot: Slot, prefix: str, names: Names) -> Block | None:
    """The list of a question's texts; None where formulas need none."""
    codebook = received.codebook
    question = codebook.questions[slot.question]
    shared = [other for other in codebook.slots.values() if other.question == question.id]
    ticks = question.type is Kind.multiple and slot.item is not None
    key = slot.name if ticks else question.id
    slots = [slot] if ticks else shared
    texts = [text for other in slots for text in received.all_texts(other.name)]
    if question.type in NUMERIC:
        texts = [text for text in texts if not received.is_number(slot.name, text)]
    elif not ticks:
        texts = [t for c in codebook.choices(question.id) for t in (c.code, c.label, c.short, *c.aliases) if t] + texts
    texts = list(dict.fromkeys(texts))
    column = read_column(slot, pd.Series(texts, dtype="object"), codebook)
    remarks = {place: remark.message for place, remark in column.remarks.items()}
    entries = [
        Entry(text, _value(column, i, question.type, ticks), remarks.get(i) or _reason(column, i))
        for i, text in enumerate(texts)
    ]
    if question.type in (Kind.text, Kind.identifier):
        entries = [entry for entry in entries if entry.value is None or entry.value != entry.text]
    if not entries:
        return None
    is_number = question.type in NUMERIC or question.type is Kind.date
    return Block(question.id, is_number, tuple(entries), *(names.new(f"{prefix}{part}_", key) for part in "tncf"))


def pattern_block(variable: str, pattern: str, texts: list[str], prefix: str, names: Names) -> Block:
    """The texts of a variable in which a pattern is found: no formula knows patterns."""
    entries = tuple(Entry(text, 1.0, f"{pattern} is found in it") for text in texts or ["(no text)"])
    return Block(f"{variable} matches", True, entries, *(names.new(f"{prefix}{part}_", "pattern") for part in "tncf"))


def moment_block(name: str, texts: list[str], prefix: str, names: Names) -> Block:
    """The texts of a column as moments, in days since 1970; all of them tell which of day and month comes first."""
    distinct = [text for text in dict.fromkeys(texts) if text.strip()] or ["(no text)"]
    moments = [None if pd.isna(m) else (m - pd.Timestamp(0)) / pd.Timedelta(days=1) for m in read_dates(distinct)]
    entries = tuple(Entry(text, moment, "") for text, moment in zip(distinct, moments, strict=True))
    return Block(f"{name}, moment", True, entries, *(names.new(f"{prefix}{part}_", "moment") for part in "tncf"))


def write_blocks(book: Book, sheet: Sheet, blocks: list[tuple[str, Block]], note: str) -> None:
    """Write the lists one under the other, each under a first row that stands for every other text."""
    sheet.title(sheet.name, note)
    sheet.head(2, HEAD)
    sheet.shape((12, 24, 48, 6, 28, 8, 60), (3, 3))
    row = 3
    for folder, block in blocks:
        first = row + 1
        sheet.put(row, 0, folder, "note")
        sheet.put(row, 1, block.question, "note")
        sheet.put(row, 2, "(any other text)", "note")
        for number, entry in enumerate(block.entries, start=1):
            row += 1
            sheet.put(row, 0, folder)
            sheet.put(row, 1, block.question)
            sheet.put(row, 2, entry.text, "text")
            sheet.put(row, 3, number, "note")
            sheet.put(row, 4, entry.value, "" if block.is_number else "text")
            sheet.put(row, 5, int(entry.value is not None), "note")
            sheet.put(row, 6, entry.said, "note")
        book.name(block.texts, sheet.name, (first, 2), (row, 2))
        book.name(block.numbers, sheet.name, (first, 3), (row, 3))
        book.name(block.values, sheet.name, (first if block.is_number else first - 1, 4), (row, 4))
        book.name(block.flags, sheet.name, (first, 5), (row, 5))
        row += 2


def _value(column: Column, place: int, kind: Kind, ticks: bool) -> str | float | None:
    """What a text was read as: a number, a code, or codes between bars; a tick is "1" or "0"."""
    values = {name: series.iloc[place] for name, series in column.values.items()}
    if all(pd.isna(value) for value in values.values()):
        return None
    if kind is Kind.ranking and len(values) > 1:
        return "|" + "".join(f"{value}|" for value in values.values() if not pd.isna(value))
    if kind is Kind.multiple and not ticks:
        return "|" + "".join(f"{name.rpartition('.')[2]}|" for name, ticked in values.items() if ticked)
    value = next(iter(values.values()))
    if kind is Kind.multiple:
        return str(int(value))
    if kind is Kind.date:
        return (value - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return float(value) if kind in NUMERIC else str(value)


def _reason(column: Column, place: int) -> str:
    reason = REASONS[column.reason[place]]
    return "" if reason == "answered" else reason.replace("_", " ")

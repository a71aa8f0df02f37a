"""What an export is once it is read: headers, cells as text with their places, and what a spreadsheet did to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

WAVE = "wave"  # the column that tells of which wave a record is


@dataclass(frozen=True)
class Header:
    """One column of an export: its tag, the text above it, and the tool's own id for the question (if it gives one).

    Where a tool writes one column per choice or per row of a matrix, `question` and `option` are the two parts of the
    text: what was asked, and the choice or the row that this column is about.
    """

    tag: str
    text: str = ""
    import_id: str = ""
    question: str = ""
    option: str = ""


@dataclass(frozen=True)
class OddCell:
    """A cell that a spreadsheet may have changed: `sign` is date, digits or error, `says` a sentence about it."""

    sign: str
    says: str


@dataclass(frozen=True)
class Table:
    """The rows of a file before anybody knows what they mean: all text, labelled by the row a spreadsheet shows.

    The columns of `cells` are categorical: each distinct text of a column is kept once, whatever the number of rows.
    `form` is how the file was read, in words; `odd` is by (row, place), and None for a file that is no spreadsheet.
    `decimal` is the decimal sign where the file itself proves it: numbers in the cells of a spreadsheet, and no text
    that could be one with a dot or comma.
    """

    cells: pd.DataFrame
    encoding: str
    form: tuple[str, ...]
    suspicious: str = ""
    odd: Mapping[tuple[int, int], OddCell] | None = None
    decimal: str | None = None


@dataclass(frozen=True)
class Layout:
    """How a kind of export is laid out, and what its system columns are called.

    `fits` tells from the first rows whether a file is of this kind, `header_rows` how many of them are headers;
    `headers` reads them. `respondent_id` are the usual names of the id, none if the tool gives no id; `seconds` (how
    long the survey took), `system` and whatever matches `beside` are the tool's own columns; `words` says what its
    codes in them mean, `separator` what joins several answers in one cell, if it is none of the usual signs.
    """

    title: str
    fits: Callable[[pd.DataFrame], bool]
    header_rows: Callable[[pd.DataFrame], int]
    headers: Callable[[pd.DataFrame, int, Path], tuple[Header, ...]]
    respondent_id: tuple[str, ...]
    seconds: str | None = None
    system: tuple[str, ...] = ()
    beside: re.Pattern[str] | None = None
    separator: str | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    remark: Callable[[pd.DataFrame, tuple[Header, ...]], str] = lambda cells, headers: ""

    def owns(self, header: Header) -> bool:
        """Whether a column is the tool's own and answers no question."""
        return header.tag in self.system or bool(self.beside and self.beside.fullmatch(header.tag))


@dataclass(frozen=True)
class Export:
    """One file as it was received. `cells` has one row per record and a column per place in the file, all text and
    categorical; its index is the row number that a spreadsheet shows. `described` says in one line how it was read;
    `odd` is by (row, place), and None for a file that is no spreadsheet; `decimal` is the decimal sign if the file
    proves it."""

    file: Path
    name: str
    sha256: str
    encoding: str
    kind: str
    headers: tuple[Header, ...]
    cells: pd.DataFrame
    described: str
    wave: str = ""
    suspicious: str = ""  # a sign that the encoding is not what the codebook says
    odd: Mapping[tuple[int, int], OddCell] | None = None
    decimal: str | None = None

"""Turns delimited text into a table of texts, after proving its shape."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.exports.encodings import Encoded, encoded
from pipeline.responses.exports.model import Table

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
TITLED = "; what stands above the header, such as a title, must be deleted (in a copy)"
SAMPLE = 100  # rows that a delimiter must split evenly
AT_ONCE = 1 << 24  # cells that are text at the same time


def read_delimited(
    content: bytes,
    path: Path,
    encoding: str,
    delimiter: str | None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Table:
    """Read a CSV or TSV file; `delimiter` is one of DELIMITERS, None to find the one that splits every row alike.

    `progress` is told how many rows of how many are read. Raises InputError for bytes that do not fit the encoding,
    rows of uneven length, quotation marks that do not match, and a file that two delimiters split equally well.
    """
    source = encoded(content, encoding, path)
    first = source.text().readline()
    skipped = int(first[:4].lower() == "sep=" and len(first.rstrip("\r\n")) == 5)  # for spreadsheets, not of the table
    if skipped:
        delimiter = delimiter or {sign: name for name, sign in DELIMITERS.items()}.get(first[4])
    if delimiter is None:
        delimiter = "tab" if path.suffix.lower() == ".tsv" else _find_delimiter(source, skipped, path)
    cells = _table(source, skipped, DELIMITERS[delimiter], path, progress)
    return Table(cells, source.encoding, (source.why, delimiter), source.damage)


def _text(source: Encoded, skipped: int) -> io.TextIOWrapper:
    text = source.text()
    for _ in range(skipped):
        text.readline()
    return text


def _find_delimiter(source: Encoded, skipped: int, path: Path) -> str:
    widths: dict[str, int] = {}
    even = []
    for name, sign in DELIMITERS.items():
        rows, broken = [], False
        try:
            for row in islice(csv.reader(_text(source, skipped), delimiter=sign, strict=True), SAMPLE):
                rows.extend([row] if any(row) else [])
        except csv.Error:
            broken = True
        widths[name] = width = len(rows[0]) if rows else 0
        if not broken and width > 1 and all(len(row) >= width and not any(row[width:]) for row in rows):
            even.append(name)
    if len(even) > 1:
        message = f"{even[0]} and {even[1]} both split every row evenly; say which it is (source: delimiter)"
        raise InputError(message, file=path)
    # where none does, the one that splits the header most is meant, and the row that differs is named
    return even[0] if even else max(widths, key=widths.get, default="comma")


def _table(source: Encoded, skipped: int, sign: str, path: Path, progress: Callable[[int, int], None]) -> pd.DataFrame:
    """All rows as text, labelled by spreadsheet row; a spreadsheet counts a cell with line breaks as one row."""
    number = longest = filled = 0
    try:
        for number, row in enumerate(csv.reader(_text(source, skipped), delimiter=sign, strict=True), start=1):
            longest = max(longest, len(row))
            if not any(row):
                continue
            filled = filled or len(row)
            if len(row) < filled or any(row[filled:]):
                message = f"this row has {len(row)} cells, the header has {filled}"
                message += TITLED if filled == 1 else ""
                raise InputError(message, file=path, row=number + skipped)
    except csv.Error as error:
        message = f"quotation marks do not match ({error})"
        raise InputError(message, file=path, row=number + 1 + skipped) from None
    if not filled:
        raise InputError("the file is empty", file=path)
    # pandas reads the cells, some rows at a time; csv above only proves the shape
    pieces = pd.read_csv(
        _text(source, skipped),
        sep=sign,
        header=None,
        names=range(longest),
        index_col=False,
        dtype="object",
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        chunksize=max(1, AT_ONCE // longest),
    )
    columns = [_Distinct() for _ in range(filled)]
    done = 0
    progress(done, number)
    for piece in pieces:
        for place, column in enumerate(columns):
            column.add(piece[place].to_numpy())
        done += len(piece)
        progress(done, number)
    rows = pd.RangeIndex(1 + skipped, number + 1 + skipped)
    return pd.DataFrame(dict(enumerate(column.coded() for column in columns)), index=rows, copy=False)


class _Distinct:
    """The texts of one column as they come in, each distinct one kept once."""

    def __init__(self):
        self._number: dict[str, int] = {}
        self._codes: list[np.ndarray] = []

    def add(self, texts: np.ndarray) -> None:
        codes, distinct = pd.factorize(texts)
        numbers = [self._number.setdefault(text, len(self._number)) for text in distinct]
        self._codes.append(np.array(numbers, dtype="int32")[codes])

    def coded(self) -> pd.Categorical:
        codes = np.concatenate(self._codes)
        self._codes.clear()
        return pd.Categorical.from_codes(codes, categories=pd.Index(list(self._number), dtype="object"))

"""Turns delimited text into a table of texts, after proving its shape."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.exports.encodings import decode, sign_of_damage
from pipeline.responses.exports.model import Table

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
SAMPLE = 100  # rows that a delimiter must split evenly


def read_delimited(content: bytes, path: Path, encoding: str, delimiter: str | None) -> Table:
    """Read a CSV or TSV file; `delimiter` is one of DELIMITERS, None to find the one that splits every row alike.

    Raises InputError for bytes that do not fit the encoding, rows of uneven length, quotation marks that do not match,
    and a file that two delimiters split equally well.
    """
    text, encoding, why = decode(content, encoding, path)
    damage = sign_of_damage(text)
    skipped = 0
    if text[:4].lower() == "sep=" and text[5:6] in "\r\n":  # a line for spreadsheets, not of the table
        delimiter = delimiter or {sign: name for name, sign in DELIMITERS.items()}.get(text[4])
        text, skipped = text[7 if text[5:7] == "\r\n" else 6 :], 1
    if delimiter is None:
        delimiter = "tab" if path.suffix.lower() == ".tsv" else _find_delimiter(text, path)
    cells = _table(text, DELIMITERS[delimiter], path, skipped)
    return Table(cells, encoding, (why, delimiter), damage)


def _find_delimiter(text: str, path: Path) -> str:
    widths: dict[str, int] = {}
    even = []
    for name, sign in DELIMITERS.items():
        rows, broken = [], False
        try:
            for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True), SAMPLE):
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


def _table(text: str, sign: str, path: Path, skipped: int) -> pd.DataFrame:
    """All rows as text, labelled by spreadsheet row; a spreadsheet counts a cell with line breaks as one row."""
    lengths, filled = [], 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True):
            lengths.append(len(row))
            if not any(row):
                continue
            filled = filled or len(row)
            if len(row) < filled or any(row[filled:]):
                message = f"this row has {len(row)} cells, the header has {filled}"
                raise InputError(message, file=path, row=len(lengths) + skipped)
    except csv.Error as error:
        message = f"quotation marks do not match ({error})"
        raise InputError(message, file=path, row=len(lengths) + 1 + skipped) from None
    if not filled:
        raise InputError("the file is empty", file=path)
    # pandas reads the cells, because its parser keeps equal texts once; csv above only proves the shape
    table = pd.read_csv(
        io.StringIO(text, newline=""),
        sep=sign,
        header=None,
        names=range(max(lengths)),
        index_col=False,
        dtype="object",
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
    )
    table.index = pd.RangeIndex(1 + skipped, len(table) + 1 + skipped)
    return table[range(filled)]

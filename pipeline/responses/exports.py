"""Reads a survey tool's export as it is: every cell is text, every cell knows its file, row and column."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError


@dataclass(frozen=True)
class Header:
    """One column of an export: its tag, the text above it, and the tool's own id for the question (if it gives one)."""

    tag: str
    text: str = ""
    import_id: str = ""


@dataclass(frozen=True)
class Export:
    """One file as it was received. `cells` has one row per record and a column per place in the file, all text;
    its index is the row number that a spreadsheet shows."""

    file: Path
    name: str
    sha256: str
    encoding: str
    kind: str
    headers: tuple[Header, ...]
    cells: pd.DataFrame
    suspicious: str = ""  # a sign that the encoding is not what the codebook says


@dataclass(frozen=True)
class Layout:
    """How a kind of export is laid out, and what its system columns are called.

    `respondent_id` and `seconds` (how long the survey took) are the usual names; `words` says what a tool's codes mean.
    """

    header_rows: int
    headers: Callable[[pd.DataFrame, Path], tuple[Header, ...]]
    respondent_id: str
    seconds: str | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_export(folder: Path, name: str, kind: str, encoding: str) -> Export:
    """Read one CSV or TSV file (by its suffix) of a known kind; `name` is its path within the edition's folder.

    Raises InputError for a missing or empty file, bytes that do not fit the encoding, rows of uneven length,
    and header rows that are not those of the kind.
    """
    layout, path = LAYOUTS[kind], folder / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError("the file is missing", file=path) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=path) from None
    text = _decode(content, encoding, path)
    table = _table(text, "\t" if path.suffix.lower() == ".tsv" else ",", path)
    if len(table) < layout.header_rows:
        raise InputError(f"a {kind} export begins with {layout.header_rows} header rows", file=path)
    headers = layout.headers(table, path)
    cells = table.iloc[layout.header_rows :]
    cells = cells[(cells != "").any(axis=1)]
    if cells.empty:
        raise InputError("there are header rows but no records", file=path)
    odd = next((sign for sign in ("\ufffd", "â€", "Ã©", "Ã¼") if sign in text), "")
    return Export(path, name, hashlib.sha256(content).hexdigest(), encoding, kind, headers, cells, odd)


def _decode(content: bytes, encoding: str, path: Path) -> str:
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        return content.decode(codec)
    except LookupError:
        raise InputError(f"unknown encoding {encoding!r}; usual are utf-8, utf-16 and cp1252", file=path) from None
    except UnicodeError as error:
        row = content[: getattr(error, "start", 0)].count(b"\n") + 1
        message = (
            f"the file is not {encoding}; say its encoding in the codebook (source: encoding), often cp1252 or utf-16"
        )
        raise InputError(message, file=path, row=row) from None


def _table(text: str, delimiter: str, path: Path) -> pd.DataFrame:
    """All rows as text, labelled by spreadsheet row; a spreadsheet counts a cell with line breaks as one row."""
    lengths, filled = [], 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            lengths.append(len(row))
            filled = filled or len(row)
            if (row and len(row) < filled) or any(row[filled:]):
                message = f"this row has {len(row)} cells, the header has {filled}"
                raise InputError(message, file=path, row=len(lengths))
    except csv.Error as error:
        raise InputError(f"quotation marks do not match ({error})", file=path, row=len(lengths) + 1) from None
    if not filled:
        raise InputError("the file is empty", file=path)
    # pandas reads the cells, because its parser keeps equal texts once; csv above only proves the shape
    table = pd.read_csv(
        io.StringIO(text, newline=""),
        sep=delimiter,
        header=None,
        names=range(max(lengths)),
        index_col=False,
        dtype="object",
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
    )
    table.index = pd.RangeIndex(1, len(table) + 1)
    return table[range(filled)]


def _qualtrics_headers(table: pd.DataFrame, path: Path) -> tuple[Header, ...]:
    ids = []
    for place, cell in enumerate(table.iloc[2]):
        try:
            ids.append(json.loads(cell)["ImportId"] if cell else "")
        except (ValueError, KeyError, TypeError):
            message = f"a qualtrics export has an ImportId in each cell of row 3, not {cell!r}"
            raise InputError(message, file=path, row=3, column=table.iloc[0, place]) from None
    return tuple(map(Header, table.iloc[0], table.iloc[1], map(str, ids)))


def _tidy_headers(table: pd.DataFrame, path: Path) -> tuple[Header, ...]:
    if len(table) > 2 and table.iloc[2].str.contains("ImportId", regex=False).any():
        raise InputError("row 3 holds ImportIds: this is an export of kind qualtrics", file=path, row=3)
    return tuple(Header(tag, tag) for tag in table.iloc[0])


# A further kind of export is one more layout; the words map a tool's codes in system columns to its texts.
LAYOUTS = {
    "qualtrics": Layout(
        header_rows=3,
        headers=_qualtrics_headers,
        respondent_id="ResponseId",
        seconds="Duration (in seconds)",
        words={
            "Status": {
                "0": "IP Address",
                "1": "Survey Preview",
                "2": "Survey Test",
                "4": "Imported",
                "8": "Spam",
                "9": "Survey Preview Spam",
                "12": "Imported Spam",
                "16": "Offline",
                "17": "Offline Survey Preview",
                "32": "EX",
                "40": "EX Spam",
                "48": "EX Offline",
            },
            "Finished": {"1": "True", "0": "False", "TRUE": "True", "FALSE": "False"},
        },
    ),
    "tidy": Layout(header_rows=1, headers=_tidy_headers, respondent_id="respondent_id"),
}

"""Reads one file of any supported kind: bytes, table, layout, headers; and says in one line what was found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import reduce
from operator import or_
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.exports.delimited import TITLED, read_delimited
from pipeline.responses.exports.layouts import LAYOUTS, kind_of
from pipeline.responses.exports.model import WAVE, Export, Header, Table
from pipeline.responses.exports.workbooks import MAGIC, OLD_EXCEL, read_workbook


def read_export(
    folder: Path,
    name: str,
    kind: str = "auto",
    encoding: str = "auto",
    *,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_rows: int | None = None,
    decimal: str | None = None,
    wave: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Export:
    """Read one file; `name` is its path within the edition's folder, the rest as under `source` in the codebook.

    A file of a `wave` gets one more column that says so. `progress` is told how many rows of how many are read.
    What is "auto" or None is found from the file itself. Raises InputError for a missing or empty file, bytes that do
    not fit the encoding, rows of uneven length, and header rows that are not those of the kind.
    """
    path = folder / name
    content = _bytes(path)
    if content.startswith(MAGIC):
        table = read_workbook(content, path, sheet, decimal or ".")
    else:
        table = read_delimited(content, path, encoding, delimiter, progress)
    filled = reduce(or_, (texts != "" for _, texts in table.cells.items()))
    rows = table.cells if filled.all() else table.cells[filled]
    _refuse_title(rows, path)
    kind = kind_of(rows, path) if kind == "auto" else kind
    layout = LAYOUTS[kind]
    headed = header_rows or layout.header_rows(rows)
    if len(rows) < headed:
        raise InputError(f"a {kind} export begins with {headed} header rows", file=path)
    headers = layout.headers(rows, headed, path)
    cells = rows.iloc[headed:]
    if cells.empty:
        raise InputError("there are header rows but no records", file=path)
    described = _described(name, table, layout.title, headed, layout.remark(cells, headers), len(cells))
    if wave:
        cells = cells.assign(**{WAVE: pd.Categorical([wave] * len(cells))}).set_axis(range(len(headers) + 1), axis=1)
        headers = (*headers, Header(WAVE, WAVE))
    return Export(
        file=path,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        encoding=table.encoding,
        kind=kind,
        headers=headers,
        cells=cells,
        described=described,
        suspicious=table.suspicious,
        odd=table.odd,
        decimal=table.decimal,
        wave=wave,
    )


def _refuse_title(rows: pd.DataFrame, path: Path) -> None:
    """A line above the header would be taken for it, and the header for a record."""
    filled = [int((rows.iloc[n] != "").sum()) for n in range(min(len(rows), 2))]
    if len(filled) == 2 and filled[0] == 1 < filled[1] - 1:
        title = next(text for text in rows.iloc[0] if text)
        message = f"the first row holds {title[:40]!r} alone, the second {filled[1]} cells{TITLED}"
        raise InputError(message, file=path, row=int(rows.index[0]))


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError("the file is missing", file=path) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=path) from None
    if content.startswith(OLD_EXCEL):
        raise InputError("this is an Excel file of before 2007; save it as .xlsx or export it as CSV", file=path)
    return content


def _described(name: str, table: Table, title: str, headed: int, remark: str, records: int) -> str:
    counted = f"{headed} header row{'s' if headed > 1 else ''}"
    parts = (title, counted, remark, *table.form, f"{records:,} record{'s' if records > 1 else ''}")
    return f"{name}: {', '.join(filter(None, parts))}"

"""Reads an XLSX sheet cell by cell, with each cell's number format, because a cell is not what it shows.

A cell that shows 92% holds 0.92; one that shows 2-Jan may have been typed as the band "1-2"; a number of more than
fifteen digits has lost the last ones. Percent cells become "92%", dates of that kind keep the text that is shown, and
what may be damaged is marked for the checks.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.cell.cell import Cell

from pipeline.errors import InputError
from pipeline.responses.exports.model import OddCell, Table

MAGIC = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
EXACT_DIGITS = 15  # of a number in a spreadsheet
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHORT_DATES = {
    "mmm-yy": "{month}-{year:02d}",
    "d-mmm": "{day}-{month}",
    "dd-mmm": "{day:02d}-{month}",
    "mmm-d": "{month}-{day}",
    "mmm-dd": "{month}-{day:02d}",
}
SEPARATED = re.compile(r"\d[.,]\d")
MONEY_SIGNS = "$€£¥₹"


def read_workbook(content: bytes, path: Path, sheet: str | None, decimal: str) -> Table:
    """Read one sheet of an XLSX file; `decimal` is the sign that numbers are written with, as in the codebook.

    Raises InputError for a damaged file, a sheet that is not there, several sheets with content and none named, and a
    formula: a raw export holds values.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's remarks on styles and validations, which no cell depends on
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            typed: dict[str, bool] = {}
            sheets = {found.title: _cells(found, path, decimal, typed) for found in _chosen(book, sheet, path)}
        except InputError:
            raise
        except Exception as error:  # whatever a damaged part of the archive brings about
            message = f"this is no XLSX workbook that can be read; a ZIP file must be unpacked first ({error})"
            raise InputError(message, file=path) from None
    filled = {title: found for title, found in sheets.items() if found[0]}
    if not filled:
        raise InputError("the workbook is empty", file=path)
    if len(filled) > 1:
        names = ", ".join(map(repr, filled))
        raise InputError(f"several sheets have content, {names}; say which one (source: sheet)", file=path)
    title, (rows, odd) = next(iter(filled.items()))
    width = max(place for row in rows.values() for place in row) + 1
    table = [[row.get(place, "") for place in range(width)] for row in rows.values()]
    cells = pd.DataFrame(table, index=list(rows), columns=range(width), dtype="object").astype("category")
    proved = None if typed[title] else decimal
    return Table(cells, "utf-8", (f"sheet {title!r}",), "", odd, proved)


def _chosen(book: openpyxl.Workbook, sheet: str | None, path: Path) -> list:
    if sheet is None:
        return book.worksheets
    if sheet not in book.sheetnames:
        names = ", ".join(map(repr, book.sheetnames))
        raise InputError(f"there is no sheet {sheet!r}; sheets are {names}", file=path)
    return [book[sheet]]


def _cells(
    sheet, path: Path, decimal: str, typed: dict[str, bool]
) -> tuple[dict[int, dict[int, str]], dict[tuple[int, int], OddCell]]:
    """Texts by row and place, cells without content left out; and the odd ones.

    `typed` is told whether a text of the sheet could be a number with a dot or comma.
    """
    typed[sheet.title] = False
    sheet.reset_dimensions()  # some tools write a wrong size, and the rest would be cut off
    rows: dict[int, dict[int, str]] = {}
    odd: dict[tuple[int, int], OddCell] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None or cell.value == "":
                continue
            place = cell.column - 1
            if cell.data_type == "f":
                message = "this cell holds a formula; a raw export holds values (save the sheet as values)"
                raise InputError(message, file=path, row=cell.row, column=cell.column_letter)
            text, remark = _text(cell, decimal)
            typed[sheet.title] |= cell.data_type == "s" and SEPARATED.search(text) is not None
            rows.setdefault(cell.row, {})[place] = text
            if remark:
                odd[cell.row, place] = remark
    return rows, odd


def _text(cell: Cell, decimal: str) -> tuple[str, OddCell | None]:
    value, form = cell.value, cell.number_format or "General"
    if isinstance(value, bool):
        return str(value).upper(), None
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        text = _moment(value, form)
        return text, OddCell("date", f"{text!r} is a date in the spreadsheet")
    if isinstance(value, int | float):
        text = _number(value, form, decimal)
        if abs(value) >= 10**EXACT_DIGITS:
            return text, OddCell("digits", f"{text!r} has more digits than a spreadsheet keeps; the last ones are lost")
        return text, None
    if cell.data_type == "e":
        return str(value), OddCell("error", f"{value!r} is an error of the spreadsheet")
    return str(value), None


def _moment(value, form: str) -> str:
    """A date as ISO text; one without a day or year in its format as it is shown, because that may have been typed."""
    shown = SHORT_DATES.get(form.split(";")[0].replace("\\", "").lower())
    if shown and isinstance(value, datetime.date):
        return shown.format(day=value.day, month=MONTHS[value.month - 1], year=value.year % 100)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    return str(value)


def _number(value: int | float, form: str, decimal: str) -> str:
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    shown = re.sub(r"\[\$([^\]-]*)[^\]]*\]", r"\1", form.split(";")[0])  # "[$€-407]" stands for €
    percent = "%" in re.sub(r'"[^"]*"|\\.', "", shown)
    money = next((sign for sign in MONEY_SIGNS if sign in shown), "")
    number = number * 100 if percent else number
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{money}{text.replace('.', decimal)}{'%' if percent else ''}"

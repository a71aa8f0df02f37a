"""A workbook that is written twice alike: text stays text, formulas carry only values that a spreadsheet computed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipeline.errors import InputError

LONGEST_TEXT, LONGEST_FORMULA, LONGEST_NAME = 32767, 8192, 31
LINE = 13  # points
NO_CLOCK = datetime.datetime(2000, 1, 1)  # two runs give the same bytes

# colours of the report's visual language
DEEP, PRIMARY, MUTED, WASH, RULE = "#0B2A3A", "#0F6E7C", "#5F6C80", "#F5F7F9", "#D3D9E2"
AGREES, DIFFERS = {"font_color": "#0B4F5A", "bg_color": "#DFEFF3"}, {"font_color": "#8F2F08", "bg_color": "#FBE6DB"}

STYLES = {
    "": {},
    "title": {"bold": True, "font_size": 14, "font_color": DEEP},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": DEEP, "text_wrap": True, "valign": "bottom"},
    "note": {"font_color": MUTED},
    "wrap": {"text_wrap": True, "valign": "top"},
    "strong": {"bold": True, "valign": "top"},
    "given": {"bg_color": WASH},  # typed by nobody here: as the pipeline or a person gave it
    "text": {"num_format": "@"},  # what is typed over it stays text
    "count": {"num_format": "#,##0"},
    "value": {"num_format": "#,##0.0###"},
    "right": {"align": "right"},
    "middle": {"align": "center"},
    "link": {"font_color": PRIMARY, "underline": 1},
    "choose": {"bg_color": "#FFF8DC", "bold": True, "border": 1, "border_color": PRIMARY},
}  # fmt: skip


class PortableWorksheet(Worksheet):
    """A worksheet that takes formulas as they are: searching each for functions of newer spreadsheets, which none of
    ours has, would take longer than all the rest of writing."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")


Cached = Mapping[str, Mapping[tuple[int, int], object]]  # what a spreadsheet computed, by sheet and place


class Book:
    """The workbook as it is written; `computed` are the values of a recalculation of the same workbook, or nothing."""

    def __init__(self, path: Path, computed: Cached | None = None):
        settings = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(str(path), settings)
        self._book.set_properties({"title": "Audit workbook", "created": NO_CLOCK})
        self._book.set_calc_mode("auto")
        self._styles = {name: self._book.add_format({"font_name": "Arial", "font_size": 9} | style)
                        for name, style in STYLES.items()}  # fmt: skip
        differs = self._book.add_format(DIFFERS)
        self.verdicts = {"OK": self._book.add_format(AGREES), "DIFF": differs, "EXTRA": differs}
        self._computed = computed or {}
        self._names: set[str] = set()
        self.formulas = 0

    def sheet(self, name: str) -> Sheet:
        """A new sheet after the others."""
        return Sheet(self, self._book.add_worksheet(name, PortableWorksheet), name)

    def style(self, name: str):
        return self._styles[name]

    def computed(self, sheet: str, row: int, column: int) -> object:
        """What a spreadsheet computed for a cell, or the empty text."""
        value = self._computed.get(sheet, {}).get((row, column))
        return "" if value is None else value

    def name(self, name: str, sheet: str, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Give a range a name for the whole workbook."""
        start, end = (xl_rowcol_to_cell(*place, row_abs=True, col_abs=True) for place in (first, last))
        if self._book.define_name(name, f"={quoted(sheet)}!{start}:{end}") == -1:
            raise AssertionError(f"a spreadsheet cannot take the name {name}")

    def close(self) -> None:
        self._book.close()


class Sheet:
    """One sheet; rows and columns count from 0."""

    def __init__(self, book: Book, sheet, name: str):
        self._book, self.raw, self.name = book, sheet, name
        sheet.hide_gridlines(2)

    def put(self, row: int, column: int, value: object, style: str = "") -> None:
        """A text or a number; a text that begins like a formula is a text."""
        form = self._book.style(style)
        if value is None or value == "":
            self.raw.write_blank(row, column, None, form)
        elif isinstance(value, str):
            self.raw.write_string(row, column, value[:LONGEST_TEXT], form)
        else:
            self.raw.write_number(row, column, value, form)

    def formula(self, row: int, column: int, text: str, style: str = "", array: bool = False) -> None:
        """A formula, without or with the value that a spreadsheet computed for it."""
        if len(text) > LONGEST_FORMULA:
            raise InputError(f"a formula of sheet {self.name} would have {len(text)} characters; 8,192 are allowed")
        value, form = self._book.computed(self.name, row, column), self._book.style(style)
        if array:
            self.raw.write_array_formula(row, column, row, column, f"{{={text}}}", form, value)
        else:
            self.raw.write_formula(row, column, f"={text}", form, value)
        self._book.formulas += 1

    def link(self, row: int, column: int, text: str, sheet: str, at: str, style: str = "link") -> None:
        """A text that leads to a cell of another sheet."""
        self.raw.write_url(row, column, f"internal:{quoted(sheet)}!{at}", self._book.style(style), text)

    def head(self, row: int, titles: tuple[str, ...] | list[str], column: int = 0) -> None:
        for place, title in enumerate(titles, start=column):
            self.put(row, place, title, "head")
        self.raw.set_row(row, 2 * LINE)

    def tall(self, row: int, text: str, width: int) -> None:
        """Make a row high enough for a text that is wrapped at so many characters."""
        self.raw.set_row(row, LINE * (1 + len(text) // width))

    def title(self, title: str, *notes: str) -> None:
        self.put(0, 0, title, "title")
        for row, note in enumerate(notes, start=1):
            self.put(row, 0, note, "note")

    def shape(self, widths: tuple[float, ...], freeze: tuple[int, int] = (0, 0)) -> None:
        """Widths of the first columns, in characters, and how many rows and columns stay in sight."""
        for column, width in enumerate(widths):
            self.raw.set_column(column, column, width)
        if freeze != (0, 0):
            self.raw.freeze_panes(*freeze)

    def verdict(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Shade OK and DIFF in a range; the word stands there too."""
        for word, form in self._book.verdicts.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": form}
            self.raw.conditional_format(*first, *last, rule)


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'"


def column_of(number: int) -> str:
    """A, B, … AA of a column that counts from 0."""
    return xl_col_to_name(number)


def text_of(value: str) -> str:
    """A text as a formula writes it."""
    return '"' + value.replace('"', '""') + '"'


class Names:
    """Names that a spreadsheet takes: no two alike in small letters, none of them a cell's address."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, prefix: str, name: str) -> str:
        """`prefix` and the name, with its dots doubled to underscores, and a number where that is taken."""
        base = f"{prefix}{name.replace('.', '__')}"
        found, number = base, 2
        while found.lower() in self._taken:
            found, number = f"{base}__{number}", number + 1
        self._taken.add(found.lower())
        return found


class SheetNames(Names):
    """Names of sheets: 31 characters at most, none of the characters that a spreadsheet keeps for itself."""

    def new(self, prefix: str, name: str) -> str:
        plain = "".join("_" if letter in "[]:*?/\\'" else letter for letter in f"{prefix}{name}")
        found, number = plain[:LONGEST_NAME], 2
        while found.lower() in self._taken:
            end = f"~{number}"
            found, number = plain[: LONGEST_NAME - len(end)] + end, number + 1
        self._taken.add(found.lower())
        return found

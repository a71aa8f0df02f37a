"""A published table as it was printed: one cell a row, with the step of its last digit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.errors import InputError

NEEDED = ("exhibit", "dimension", "band", "column", "value", "unit", "n", "printed")
SCALES = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}
NUMBER = re.compile(r"^(?P<sign>[-−]?)\$?(?P<digits>[\d,]+(?:\.(?P<places>\d+))?)(?P<scale>[KMB]?)(?:\D.*)?$")

Row = tuple[str, str, str]  # exhibit, dimension, band
Key = tuple[str, str, str, str]  # and column


@dataclass(frozen=True)
class PrintedCell:
    """One printed number; `value` is None where print says there is none, `step` is the worth of its last digit."""

    exhibit: str
    dimension: str
    band: str
    column: str
    value: Fraction | None
    step: Fraction
    unit: str
    n: int | None
    printed: str

    @property
    def row(self) -> Row:
        return self.exhibit, self.dimension, self.band

    @property
    def key(self) -> Key:
        return (*self.row, self.column)

    @property
    def address(self) -> str:
        return ".".join(self.key)


def parse_printed(text: str) -> tuple[Fraction, Fraction] | None:
    """The number that a printed text shows and the worth of its last digit; None when it shows none ("<1%", words).

    "33.3%" is 33.3 in steps of 0.1, "$3.8M" is 3,800,000 in steps of 100,000.
    """
    found = NUMBER.match(text.strip())
    if found is None:
        return None
    scale = Fraction(SCALES[found["scale"]])
    number = Fraction(found["digits"].replace(",", "")) * scale
    return (-number if found["sign"] else number), scale / 10 ** len(found["places"] or "")


def at_step(value: Fraction, step: Fraction) -> Fraction:
    """Rounded to a multiple of a step, halves away from zero."""
    whole = (2 * abs(value) / step + 1) // 2
    return (-whole if value < 0 else whole) * step


def read_published(path: Path) -> list[PrintedCell]:
    """Every cell of a published table. InputError with row and column for what is missing, double or no number."""
    cells: dict[tuple, PrintedCell] = {}
    for number, row in read_rows(path, NEEDED):
        cell = _cell(row, path, number)
        if cell.key in cells:
            raise InputError(f"the cell {cell.address} comes twice", file=path, row=number)
        cells[cell.key] = cell
    return list(cells.values())


def read_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV table with their numbers in the file; InputError when it or a needed column is not there."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise InputError("there is no such table", file=path) from None
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8; save it as UTF-8", file=path) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    for column in needed:
        if column not in (reader.fieldnames or ()):
            raise InputError(f"there is no column {column!r}; needed: {', '.join(needed)}", file=path, row=1)
    yield from enumerate(reader, start=2)


def _cell(row: dict[str, str], path: Path, number: int) -> PrintedCell:
    try:
        value = Fraction(row["value"]) if row["value"] else None
    except (ValueError, ZeroDivisionError):
        raise InputError(f"{row['value']!r} is not a number", file=path, row=number, column="value") from None
    if row["n"] and not row["n"].isdecimal():
        raise InputError(f"{row['n']!r} is not a whole number", file=path, row=number, column="n")
    shown = parse_printed(row["printed"])
    names = {name: row[name] for name in ("exhibit", "dimension", "band", "column", "unit", "printed")}
    return PrintedCell(
        **names, value=value, step=shown[1] if shown else Fraction(1), n=int(row["n"]) if row["n"] else None
    )

"""Tables of words, one or two side by side, with heads for rows and columns; the largest type that fits."""

from __future__ import annotations

import re

from markupsafe import Markup

from pipeline.errors import InputError
from pipeline.pages.templating import render
from pipeline.pages.text_size import text_width
from pipeline.pages.words_blocks import BLOCK, GAP, MEASURE, ROOM, SIZES, WIDTH, lines_of, plain


def tables(written: str) -> str:
    """The tables of a text side by side, what is no table above and below them; InputError when there is none."""
    above, tables, below = [], [], []
    for block in BLOCK.finditer(written):
        if block[1] == "table":
            tables.append(block[0])
        else:
            (below if tables else above).append(block[0])
    if not tables:
        raise InputError("this text exhibit is laid out as a table, and its text has none")
    width = (WIDTH - GAP * (len(tables) - 1)) / len(tables)
    beside = sum(lines_of(plain(html), MEASURE, 10) * 14.5 + 8 for html in (*above, *below))
    size, line = next(
        (s for s in SIZES[1:] if max(_table_height(t, width, *s) for t in tables) <= ROOM - beside), SIZES[-1]
    )
    return render(
        "words_table.html",
        above=Markup("".join(above)),
        below=Markup("".join(below)),
        tables=[(_name(table), Markup(_accessible(table)), _shares(table, width)) for table in tables],
        width=round(width, 2),
        size=size,
        line=line,
    )


def _name(table: str) -> str:
    """A name that no other table has: its columns, then its first and last row."""
    head, *rows = _cells(table)
    return f"Table: {', '.join(filter(None, head))}; {rows[0][0]} to {rows[-1][0]}" if rows else "Table"


def _cells(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [[plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def _widths(table: str, width: float) -> list[float]:
    """Column widths in points: short columns as wide as they need, long ones share the rest by their length."""
    columns = list(zip(*_cells(table), strict=False))
    longest = [max(text_width(cell, 10, 600) for cell in column) + 18 for column in columns]
    short = [min(needed, 150.0) for needed in longest]
    rest = width - sum(short)
    wanting = [max(needed - 150.0, 0.0) ** 0.6 for needed in longest]
    if rest <= 0 or not any(wanting):
        return [width * each / sum(short) for each in short]
    return [each + rest * want / sum(wanting) for each, want in zip(short, wanting, strict=True)]


def _shares(table: str, width: float) -> list[str]:
    return [f"{100 * each / width:.2f}%" for each in _widths(table, width)]


def _table_height(table: str, width: float, size: float, line: float) -> float:
    widths = _widths(table, width)
    rows = _cells(table)
    return sum(
        max(lines_of(cell, each - 14, size, 500) for cell, each in zip(row, widths, strict=False)) * line + 8
        for row in rows
    )


def _accessible(table: str) -> str:
    """The rows of a Markdown table with column heads and one row head each, as every table of the report has."""
    inner = re.sub(r"^<table>|</table>$", "", table.strip())
    inner = re.sub(r"<th(?=[ >])", '<th scope="col"', inner)
    return re.sub(r"(<tr>\s*)<td([^>]*)>(.*?)</td>", r'\1<th scope="row"\2>\3</th>', inner, flags=re.DOTALL)

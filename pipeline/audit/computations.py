"""The computations of one figure side by side, each from the raw rows by means of its own."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

WORKBOOK = "audit.xlsx"


@dataclass(frozen=True)
class Computation:
    """One way to a figure: by what, the formula, and what it came to; `verdict` says whether it is the ledger's."""

    by: str
    formula: str
    value: float | None = None
    n: int | None = None
    printed: str = ""
    verdict: str = ""


def computations_of(
    database: sqlite3.Connection, cell: sqlite3.Row, formula: str, output: Path
) -> tuple[Computation, ...]:
    """The pipeline's computation, the second engine's as the build recorded it, and the workbook's where there is one.

    Of the workbook it is what LibreOffice came to when it was written; nothing where there was none.
    """
    found = [Computation("Bandwise", formula, cell["stat"], cell["n"], cell["printed"])]
    for row in database.execute("SELECT * FROM recomputation WHERE cell_id = ?", (cell["cell_id"],)):
        verdict = row["verdict"].replace("_", " ") + (f": {row['reason']}" if row["reason"] else "")
        engine = f"{row['engine']} {row['engine_version']}"
        found.append(Computation(engine, row["formula"], row["value"], row["n"], row["printed"] or "", verdict))
    if (output / WORKBOOK).exists():
        from pipeline.audit.workbook import read_from

        live = read_from(output / WORKBOOK, cell["cell_id"])
        if live is not None:
            by = f"LibreOffice, {WORKBOOK}" if live.verdict else f"spreadsheet, {WORKBOOK}"
            found.append(Computation(by, *live))
    return tuple(found)


def computations_table(found: tuple[Computation, ...], cell_id: str) -> Table:
    """For the terminal: one row per computation, and how to have the second engine's query where it made one."""
    queried = any(c.formula.startswith("SELECT ") for c in found)
    how = f"bandwise audit EDITION {cell_id} --sql prints the second engine's query from the raw file"
    table = Table(title=f"Computations: {len(found)}", caption=how if queried else None)
    for name in ("By", "Formula", "Unrounded", "n", "Printed", "The same"):
        table.add_column(name, overflow="fold")
    for c in found:
        value = "" if c.value is None else f"{c.value:,}"
        table.add_row(*map(Text, (c.by, c.formula, value, "" if c.n is None else f"{c.n:,}", c.printed, c.verdict)))
    return table

"""A second engine: every cell of a ledger computed again with DuckDB from the raw files and the specification.

It reads the export, `decisions.csv`, `references.csv`, `codebook.yaml` and `exhibits.yaml` by itself and shares no code
with what made the figures: of the pipeline it imports the reader of YAML and of the ledger to be checked, and errors.
Beside the files it is told one thing, which findings of severity error are open: their answers are withheld, and the
checks themselves are not computed again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from pipeline.audit.recompute.answers import EVERY_SLOT
from pipeline.audit.recompute.cells import Expected, cells_of, point_cells
from pipeline.audit.recompute.engine import answer, points, summaries
from pipeline.audit.recompute.exhibits import read_specification
from pipeline.audit.recompute.facts import check_cells, fact_cells, read_references, reference_cells
from pipeline.audit.recompute.one import FIX, OpenErrors, Without, figure_without, script
from pipeline.audit.recompute.spec import NotRecomputed
from pipeline.audit.recompute.statement import Address, select_sql
from pipeline.audit.recompute.verdicts import DIFFERENT, EQUAL, NOT_RECOMPUTED, Recomputation, Verdict, compare
from pipeline.figures.ledger import Cell

__all__ = [
    "DIFFERENT", "EQUAL", "EVERY_SLOT", "FIX", "NOT_RECOMPUTED", "NotRecomputed", "OpenErrors", "Recomputation",
    "Verdict", "Without", "figure_without", "recompute", "script",
]  # fmt: skip


def recompute(edition: Path, cells: Sequence[Cell], audience: str, open_errors: OpenErrors) -> Recomputation:
    """Every cell of a ledger again; raises InputError where a file of the edition cannot be read as what it is."""
    began = time.perf_counter()
    specification, references = read_specification(edition), read_references(edition)
    thresholds = specification.disclosure[audience]
    expected: dict[str, Expected] = {cell.cell_id: cell for cell in reference_cells(references)}
    refused = dict(specification.refused)
    for folder, book in specification.books.items():
        exhibits = [exhibit for exhibit in specification.exhibits if exhibit.book is book]
        try:
            answered = answer(book, open_errors=open_errors.get(folder, ()))
            found = summaries(answered, exhibits)
        except (NotRecomputed, duckdb.Error) as reason:
            # a figure that cannot be computed here is no reason to have no report
            named = [*(exhibit.id for exhibit in exhibits), *(() if folder else ("survey", "records"))]
            refused |= dict.fromkeys(named, str(reason).partition("\n")[0])
            continue
        made = []
        for exhibit in exhibits:
            for cell in cells_of(exhibit, found, thresholds, references):
                made.append(replace(cell, formula=select_sql(exhibit, Address.of(cell.cell_id))))
        if thresholds["withhold"] <= 1:
            scatters = [exhibit for exhibit in exhibits if exhibit.keys.get("points")]
            made += [cell for exhibit in scatters for cell in point_cells(exhibit, points(answered, exhibit))]
        if not folder:
            made += [*fact_cells(answered, specification.dimensions), *check_cells(answered)]
        expected |= {cell.cell_id: cell for cell in made}
        answered.connection.close()
    verdicts = compare(cells, expected, refused, audience)
    return Recomputation(tuple(verdicts), "DuckDB", duckdb.__version__, time.perf_counter() - began)

"""Printed cells that no data can satisfy, each with a reason that whole numbers alone decide.

Four kinds of reason, from the nearest to the farthest: the printed n is not that of the band; no count of n prints the
cell; no counts that add up to n print the row; the cells of a column add up to different totals in two dimensions. The
last names a smallest set of cells that cannot all be right: take any one away, and the others can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.audit.reconstruct.check import Agreement, Outcome
from pipeline.audit.reconstruct.plan import Kind
from pipeline.audit.reconstruct.targets import (
    Cell,
    Row,
    Table,
    counts_that_print,
    counts_within_a_unit,
    half_up,
    printed_row,
)


class Reason(StrEnum):
    N = "n"
    COUNT = "count"
    ROW = "row"
    COLUMN = "column"


@dataclass(frozen=True)
class Proof:
    """Why the printed cells at `places` cannot all be had. `given_up` are those of them that the respondents miss."""

    reason: Reason
    places: tuple[str, ...]
    says: str
    given_up: tuple[str, ...]


def proofs(tables: Sequence[Table], outcomes: Sequence[Outcome]) -> list[Proof]:
    """Every contradiction in the printed tables; `outcomes` say which cell of each was given up."""
    missed = {outcome.cell.place for outcome in outcomes if outcome.agreement is not Agreement.EQUAL}
    found = []
    for table in tables:
        found += [Proof(reason, places, says, tuple(place for place in places if place in missed))
                  for reason, places, says in _contradictions(table)]
    return found


def unexplained(outcomes: Sequence[Outcome], found: Sequence[Proof]) -> list[Outcome]:
    """Cells that are not equal in print although nothing proves that they cannot be."""
    explained = {place for proof in found for place in proof.given_up}
    return [outcome for outcome in outcomes
            if outcome.agreement is not Agreement.EQUAL and outcome.cell.place not in explained]


def _contradictions(table: Table) -> Iterator[tuple[Reason, tuple[str, ...], str]]:
    impossible = set()
    for row in table.rows:
        yield from _wrong_n(table, row)
        for cell in row.cells:
            if not allowed(table, cell):
                impossible.add(cell.place)
                yield Reason.COUNT, (cell.place,), _no_count(table, cell)
        places = tuple(cell.place for cell in row.cells)
        if table.kind is Kind.CHOICE and impossible.isdisjoint(places) and not _row_prints(table, row):
            how = ", neither plain nor brought to 100 by largest remainder" if table.add_to_100 else ""
            shares = ", ".join(f"{float(cell.value):g}" for cell in row.cells)
            yield Reason.ROW, places, f"no counts that add up to {row.n} print {shares}{how}"
    for column in range(len(table.columns)):
        yield from _column(table, column, impossible)


def allowed(table: Table, cell: Cell) -> frozenset[int]:
    """The counts of the band that the printed cell leaves open, on its own."""
    counts = counts_that_print(cell, table.kind)
    return counts | counts_within_a_unit(cell) if table.add_to_100 else counts


def _wrong_n(table: Table, row: Row) -> Iterator[tuple[Reason, tuple[str, ...], str]]:
    n = row.cells[0].n_printed
    if table.kind is Kind.HOLDERS or n is None or n == row.n:
        return
    misses = [cell for cell in row.cells if not any(half_up(k, n, cell.decimals) == cell.value for k in range(n + 1))]
    also = "".join(f"; no count of {n} prints {float(cell.value):g}" for cell in misses)
    yield Reason.N, tuple(cell.place for cell in row.cells), f"n is printed as {n}, the band has {row.n}{also}"


def _no_count(table: Table, cell: Cell) -> str:
    if table.kind is Kind.HOLDERS:
        return f"{int(cell.value)} holders are printed for a band of {cell.n}"
    near = sorted(range(cell.n + 1), key=lambda k: abs(100 * k - cell.value * cell.n))[:2]
    shares = " and ".join(f"{k}/{cell.n} = {100 * k / cell.n:.1f}" for k in sorted(near))
    point = ", nor comes within a point of it" if table.add_to_100 else ""
    return f"no count of {cell.n} prints {float(cell.value):g}{point}: the nearest are {shares}"


def _row_prints(table: Table, row: Row) -> bool:
    """Whether any counts that add up to n print every cell of the row."""
    choices = [sorted(allowed(table, cell)) for cell in row.cells]

    def search(counts: tuple[int, ...]) -> bool:
        if len(counts) == len(choices):
            return sum(counts) == row.n and printed_row(table, row, counts) == tuple(cell.value for cell in row.cells)
        return sum(counts) <= row.n and any(search((*counts, k)) for k in choices[len(counts)])

    return search(())


def _column(table: Table, column: int, impossible: set[str]) -> Iterator[tuple[Reason, tuple[str, ...], str]]:
    """A smallest set of a column's cells whose sums disagree between two dimensions; cells proved already stay open."""
    dimensions = {name: [row.cells[column] for row in rows] for name, rows in table.dimensions().items()}
    names = list(dimensions)
    for i, first in enumerate(names):
        for second in names[i + 1:]:
            cells = [*dimensions[first], *dimensions[second]]
            kept = [cell for cell in cells if cell.place not in impossible]
            pair = {first: dimensions[first], second: dimensions[second]}
            if _agree(table, pair, kept):
                continue
            for cell in list(kept):
                fewer = [other for other in kept if other is not cell]
                if not _agree(table, pair, fewer):
                    kept = fewer
            sums = {name: _sums(table, cells, kept) for name, cells in pair.items()}
            says = " but ".join(f"{_range(sums[name])} by {name}" for name in pair)
            yield Reason.COLUMN, tuple(cell.place for cell in kept), f"the printed cells add up to {says}"


def _agree(table: Table, dimensions: Mapping[str, Sequence[Cell]], kept: Sequence[Cell]) -> bool:
    first, second = (_sums(table, cells, kept) for cells in dimensions.values())
    return bool(first & second)


def _sums(table: Table, cells: Sequence[Cell], kept: Sequence[Cell]) -> frozenset[int]:
    """All totals that the cells allow; a cell that is not kept may be any count of its band."""
    sums = frozenset({0})
    for cell in cells:
        counts = allowed(table, cell) if any(cell is other for other in kept) else range(cell.n + 1)
        sums = frozenset(total + k for total in sums for k in counts)
    return sums


def _range(sums: frozenset[int]) -> str:
    low, high = min(sums), max(sums)
    return str(low) if low == high else f"{low} to {high}"

"""From printed shares to whole numbers: the counts behind every table, with the same totals in every dimension."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pipeline.audit.reconstruct.plan import Kind
from pipeline.audit.reconstruct.solver import cp_model, solve
from pipeline.audit.reconstruct.targets import WHOLE, Cell, Table, counts_that_print, counts_within_a_unit
from pipeline.errors import InputError

MISS = 20_000  # in hundredths of a point: a cell that misses its print costs more than any distance

Margins = Mapping[tuple[str, str, str], int]  # (cut, band, column) -> respondents


def margins(table: Table, *, effort: float = 10) -> dict[tuple[str, str, str], int]:
    """The counts nearest to the print, with rows that add up to their n and columns that agree in every dimension.

    Keys name the population's dimension (`cut`), not the printed one; the overall row is left out, because it is the
    column totals. InputError if no counts at all fit the population.
    """
    cp = cp_model()
    model = cp.CpModel()
    count, cost = {}, []
    for row in table.rows:
        for cell in row.cells:
            variable = model.new_int_var(0, row.n, cell.place)
            count[row.cut, row.band, cell.column] = variable
            price = model.new_int_var(0, 10 * MISS, "")
            model.add_element(variable, [_price(cell, table, k) for k in range(row.n + 1)], price)
            cost.append(price)
        if table.kind is Kind.CHOICE:
            model.add(sum(count[row.cut, row.band, column] for column in table.columns) == row.n)
    totals = dict(table.totals)
    for column in table.columns:
        total = totals.get(column)
        total = model.new_int_var(0, max(row.n for row in table.rows) * len(table.rows), "") if total is None else total
        for rows in table.dimensions().values():
            model.add(sum(count[row.cut, row.band, column] for row in rows) == total)
    model.minimize(sum(cost))
    solver = solve(model, effort=effort)
    if solver is None:
        raise InputError("no counts fit every dimension and the totals of the plan", key=table.exhibit)
    return {place: solver.value(variable) for place, variable in count.items() if place[0] != WHOLE}


def _price(cell: Cell, table: Table, count: int) -> int:
    if table.kind is Kind.HOLDERS:
        return 100 * int(abs(count - cell.value)) + (MISS if count != cell.value else 0)
    allowed = counts_that_print(cell, table.kind) | (counts_within_a_unit(cell) if table.add_to_100 else frozenset())
    return round(100 * abs(Fraction(100 * count, cell.n) - cell.value)) + (0 if count in allowed else MISS)

"""Changes: how far a figure lies from an older one that references.csv quotes, in points or in percent of it.

Both are exact until the distance is printed: 71.4 now and 61 then are +10 points, whatever is printed of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from pipeline.figures.checking import Definition
from pipeline.figures.definitions import Change, Measure, Place, Row
from pipeline.figures.exhibits_file import ExhibitKeys
from pipeline.figures.formats import exact, format_value
from pipeline.figures.ledger import CHANGE, EMPTY, SHOWN, SUPPRESSED, Cell, address
from pipeline.figures.vocabulary import ChangeAs

OF_A_HUNDRED = ("share", "percent")


def changes_of(
    keys: ExhibitKeys,
    measures: tuple[Measure, ...],
    rows: tuple[Row, ...],
    references: Mapping[str, Cell],
    at: tuple,
    definition: Definition,
) -> tuple[Change, ...]:
    """The changes that an exhibit tells; InputError for an unknown column, row or reference and for unlike units."""
    columns = {m.id: m for m in measures if m.place is not Place.AXIS}
    found: dict[tuple[str, str], Change] = {}
    for i, change in enumerate(keys.changes):
        here = (*at, "changes", i)
        definition.known(change.column, columns, "column", (*here, "column"))
        definition.known(change.band, [f"{r.dimension}.{r.band}" for r in rows], "row", (*here, "band"))
        definition.known(change.reference, references, "reference", (*here, "reference"))
        if (change.column, change.band) in found:
            definition.refuse(f"the change of {change.column!r} in {change.band} is defined twice", here)
        unit, reference = columns[change.column].unit, references[change.reference]
        _check_units(change.as_, unit, reference, here, definition)
        dimension, band = change.band.split(".")
        found[change.column, change.band] = Change(
            change.column, dimension, band, change.reference, exact(reference.stat), change.as_, change.label
        )
    return tuple(found.values())


def change_cell(change: Change, now: Fraction | None, figure: Cell, decimals: int | None) -> Cell:
    """The cell of a change, given its figure before and after it became a cell; withheld and marked as that is."""
    unit = "pts" if change.as_ is ChangeAs.POINTS else "change"
    cell_id = address(figure.exhibit, figure.dimension, figure.band, figure.column, CHANGE)
    label = f"{change.label}: {figure.label}"
    cell = replace(figure, cell_id=cell_id, stat_name=CHANGE, unit=unit, numerator=None, denominator=None,
                   adjusted=False, label=label)  # fmt: skip
    if figure.status in (EMPTY, SUPPRESSED):
        return cell
    assert figure.status == SHOWN and now is not None
    moved = now - change.before
    if change.as_ is ChangeAs.PERCENT:
        moved, decimals = 100 * moved / change.before, None
    return replace(cell, stat=float(moved), printed=format_value(moved, unit, decimals))


def _check_units(as_: ChangeAs, unit: str, reference: Cell, at: tuple, definition: Definition) -> None:
    alike = unit == reference.unit or {unit, reference.unit} <= set(OF_A_HUNDRED)
    if not alike:
        definition.refuse(f"{reference.column!r} is a figure in {reference.unit}, not in {unit}", (*at, "reference"))
    if as_ is ChangeAs.POINTS and unit not in (*OF_A_HUNDRED, "score"):
        definition.refuse(f"a figure in {unit} changes by percent, not by points", (*at, "as"))
    if as_ is ChangeAs.PERCENT and not reference.stat:
        definition.refuse(f"{reference.column!r} is 0, so there is no change in percent of it", (*at, "as"))

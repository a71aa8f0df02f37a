"""Attacks on single figures by a reader who is in them: what is left when one's own answer is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pipeline.audit.attack.knowledge import MEDIANS, QUANTILES, Told
from pipeline.figures.exhibits_file import Outside
from pipeline.figures.formats import exact
from pipeline.figures.ledger import Cell

WHOLE_POINTS = ("share", "percent", "pts", "change", "score")  # units whose print keeps whole points


def few(told: Iterable[Told], owners: Mapping[str, str], limits: Outside) -> list[Told]:
    """Shown figures on fewer contributors than the edition asks for."""
    return [t for t in told if t.shown and len({owners[r] for r in t.members}) < limits.withhold]


def few_beside(
    told: Iterable[Told], printed: Mapping[str, Cell], owners: Mapping[str, str], limits: Outside
) -> list[Cell]:
    """Shown quantiles of medians that rest on fewer contributors than the edition asks for them."""
    found: dict[str, Cell] = {}
    for t in told:
        contributors = len({owners[r] for r in t.members})
        few = [name for name, limit in QUANTILES.items() if contributors < getattr(limits, limit)]
        beside = [printed.get(f"{cell}.{name}") for cell in t.cells for name in few if t.count is None]
        found |= {cell.cell_id: cell for cell in beside if cell is not None and cell.status == "shown"}
    return list(found.values())


def alike(told: Iterable[Told], owners: Mapping[str, str], limits: Outside) -> list[Told]:
    """Shown counts of a small base in which all answered alike, or all others do for the one who did not."""
    found = []
    for t in told:
        if not t.shown or t.count is None or len({owners[r] for r in t.members}) >= limits.unanimous:
            continue
        apart = len(t.members) - t.count
        if min(apart, apart if t.exclusive else t.count) <= 1:
            found.append(t)
    return found


def dominated(told: Iterable[Told], printed: Mapping[str, Cell], limits: Outside) -> list[Told]:
    """Shown means whose second largest contributor can tell the largest to within p percent.

    The sum is taken as far up as the printed figure allows: half of its last digit, for everyone in it.
    """
    found = []
    for t in told:
        cells = [printed[c] for c in t.cells if c in printed and printed[c].stat is not None]
        if not t.parts or not cells or t.parts[0] == 0 or printed[t.cells[0]].stat_name == "ratio_of_sums":
            continue
        most = min(exact(abs(c.stat)) + _half_step(c) for c in cells) * len(t.members)
        second = exact(t.parts[1]) if len(t.parts) > 1 else 0
        if most - second < exact(t.parts[0]) * (100 + exact(limits.dominance.p)) / 100:
            found.append(t)
    return found


def exact_medians(cells: Iterable[Cell], limits: Outside) -> tuple[int, list[Cell]]:
    """How many medians and quantiles are shown, and those that keep more digits than they may."""
    shown = [c for c in cells if c.status == "shown" and (c.stat_name in MEDIANS or c.stat_name in QUANTILES)]
    digits = limits.significant_digits
    too_exact = [c for c in shown if digits and c.stat and _digits(c.stat) > max(digits, _free_digits(c))]
    return len(shown), too_exact


def _free_digits(cell: Cell) -> int:
    """Digits before the point, where whole points are always kept."""
    return len(str(int(abs(cell.stat)))) if cell.unit in WHOLE_POINTS else 0


def _digits(value: float) -> int:
    """Significant digits of a number as it is written, trailing zeros left out."""
    return len(Decimal(repr(value)).normalize().as_tuple().digits)


def _half_step(cell: Cell):
    """Half the last digit of a printed number such as 12%, <1% or 4.5."""
    number = "".join(sign for sign in cell.printed if sign.isdigit() or sign == ".")
    return exact(1) / 2 / 10 ** len(number.partition(".")[2])

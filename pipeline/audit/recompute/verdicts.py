"""Cell by cell: what the ledger says beside what the second engine came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.audit.recompute.cells import SUPPRESSED, Expected
from pipeline.figures.ledger import Cell

EQUAL, DIFFERENT, NOT_RECOMPUTED = "equal", "different", "not_recomputed"
NEAR = Fraction(1, 10**9)  # relative
OPEN_TO_ALL = ("internal", "reviewer")  # audiences for whom the statuses are recomputed too


CHECKS = "what built-in checks found, and what was decided about findings, is not computed by the second engine"
NOT_OURS = {
    "findings": CHECKS,
    "survey": CHECKS,
    "signoffs": "what reviewers signed is not computed by the second engine",
}


@dataclass(frozen=True)
class Verdict:
    """One cell: what the second engine came to, and whether the ledger says the same; `reason` says why not."""

    cell_id: str
    statistic: str
    verdict: str
    value: float | None = None
    n: int | None = None
    printed: str = ""
    reason: str = ""
    formula: str = ""


@dataclass(frozen=True)
class Recomputation:
    """All verdicts in report order, and the engine that came to them."""

    verdicts: tuple[Verdict, ...]
    engine: str
    engine_version: str
    seconds: float = field(default=0.0, compare=False)

    def of(self, verdict: str) -> list[Verdict]:
        return [v for v in self.verdicts if v.verdict == verdict]

    def counts(self) -> dict[str, Counter]:
        """How many cells of each statistic have which verdict."""
        found: dict[str, Counter] = {}
        for v in self.verdicts:
            found.setdefault(v.statistic, Counter())[v.verdict] += 1
        return found


def compare(
    cells: Iterable[Cell], expected: Mapping[str, Expected], refused: Mapping[str, str], audience: str
) -> list[Verdict]:
    """A verdict per cell of the ledger, then one per cell that it should have and has not.

    `refused` are exhibits that the second engine cannot compute, with the reason.
    """
    found, seen = [], set()
    for cell in cells:
        seen.add(cell.cell_id)
        wanted = expected.get(cell.cell_id)
        if cell.exhibit in refused:
            found.append(Verdict(cell.cell_id, cell.stat_name, NOT_RECOMPUTED, reason=refused[cell.exhibit]))
        elif wanted is None:
            found.append(_unknown(cell))
        elif cell.status == SUPPRESSED and audience not in OPEN_TO_ALL:
            reason = f"withheld from {audience} readers: nothing is printed"
            found.append(Verdict(cell.cell_id, cell.stat_name, NOT_RECOMPUTED, reason=reason))
        else:
            found.append(_verdict(cell, wanted))
    if audience in OPEN_TO_ALL:
        missing = [wanted for cell_id, wanted in expected.items() if cell_id not in seen]
        found += [_told(wanted, DIFFERENT, "the ledger has no such cell") for wanted in missing]
    return found


def _unknown(cell: Cell) -> Verdict:
    if cell.exhibit in NOT_OURS:
        return Verdict(cell.cell_id, cell.stat_name, NOT_RECOMPUTED, reason=NOT_OURS[cell.exhibit])
    return Verdict(cell.cell_id, cell.stat_name, DIFFERENT, reason="the specification defines no such cell")


def _verdict(cell: Cell, wanted: Expected) -> Verdict:
    differences = []
    if cell.status != wanted.status:
        differences.append(f"status: ledger {cell.status}, second engine {wanted.status}")
    if not _near(cell.stat, wanted.value):
        differences.append(f"value: ledger {cell.stat}, second engine {_float(wanted.value)}")
    if cell.n != wanted.n:
        differences.append(f"n: ledger {cell.n}, second engine {wanted.n}")
    if cell.printed != wanted.printed:
        differences.append(f"printed: ledger {cell.printed}, second engine {wanted.printed}")
    for part in ("numerator", "denominator"):
        if not _near(getattr(cell, part), getattr(wanted, part)):
            ours, theirs = _float(getattr(wanted, part)), getattr(cell, part)
            differences.append(f"{part}: ledger {theirs}, second engine {ours}")
    return _told(wanted, DIFFERENT if differences else EQUAL, "; ".join(differences))


def _told(wanted: Expected, verdict: str, reason: str) -> Verdict:
    value = _float(wanted.value)
    return Verdict(
        wanted.cell_id, wanted.statistic, verdict, value, wanted.n, wanted.printed, reason, wanted.formula
    )


def _near(theirs: float | int | None, ours: Fraction | None) -> bool:
    if theirs is None or ours is None:
        return theirs is None and ours is None
    return abs(Fraction(theirs) - ours) <= NEAR * abs(ours)


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)

"""Run against run: which printed numbers changed, appeared or disappeared since another build, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.audit.against.builds import Build, read_build
from pipeline.audit.against.causes import causes_of
from pipeline.audit.against.reasons import Cause, changed_inputs
from pipeline.audit.result import Audited
from pipeline.audit.rows import write_rows

FILE = "against.csv"
LISTED = 40  # in the terminal; the file has all of them
CHANGED, APPEARED, DISAPPEARED = "changed", "appeared", "disappeared"


@dataclass(frozen=True)
class Difference:
    """One printed number that is not as it was; `causes` are those that could be proved, `evidence` how."""

    cell: str
    what: str
    before: str
    after: str
    causes: str
    evidence: str
    unrounded_before: str
    unrounded_after: str


def audit_against(edition: Path, folder: Path, other: Path, every: bool = False) -> Audited:
    """Compare a build with an earlier one of the edition and write against.csv into its folder.

    Raises InputError when one of the two is no build whose figures can be traced.
    """
    before, after = read_build(edition, other), read_build(edition, folder)
    found = differences(before, after)
    unexplained = [each.cell for each in found if Cause.UNEXPLAINED in each.causes.split(", ")]
    problems = [f"no input, member or definition explains {len(unexplained)}: {unexplained[0]}"] if unexplained else []
    tables = _tables(before, after, found, every)
    return Audited(tables, [write_rows(folder / FILE, Difference, found)], problems)


def differences(before: Build, after: Build) -> list[Difference]:
    """Every printed number that differs, in the order of the report; those that are no more come last."""
    found = []
    for cell_id in [*after.cells, *(cell_id for cell_id in before.cells if cell_id not in after.cells)]:
        old, new = before.cells.get(cell_id), after.cells.get(cell_id)
        if old is not None and new is not None and old["printed"] == new["printed"]:
            continue
        reasons = causes_of(cell_id, before, after)
        found.append(
            Difference(
                cell_id,
                APPEARED if old is None else DISAPPEARED if new is None else CHANGED,
                old["printed"] if old else "",
                new["printed"] if new else "",
                ", ".join(dict.fromkeys(reason.cause for reason in reasons)),
                "; ".join(reason.evidence for reason in reasons),
                _number(old["stat"]) if old else "",
                _number(new["stat"]) if new else "",
            )
        )
    return found


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


# For the terminal --------------------------------------------------------------------------------------------------


def _tables(before: Build, after: Build, found: Sequence[Difference], every: bool) -> list[Table | str]:
    same = sum(cell in before.cells and before.cells[cell]["printed"] == after.cells[cell]["printed"]
               for cell in after.cells)  # fmt: skip
    inputs = ", ".join(changed_inputs(before, after)) or "none"
    tables: list[Table | str] = [f"Inputs that changed: {inputs}", f"{same:,} printed numbers are the same"]
    if not found:
        return tables
    counts = Counter((each.causes, each.what) for each in found)
    summary = Table(title="Printed numbers that are not as they were")
    summary.add_column("Cause")
    for what in (CHANGED, APPEARED, DISAPPEARED):
        summary.add_column(what, justify="right")
    for causes in dict.fromkeys(each.causes for each in found):
        summary.add_row(causes, *(f"{counts[causes, what]:,}" if counts[causes, what] else ""
                                  for what in (CHANGED, APPEARED, DISAPPEARED)))  # fmt: skip
    shown = found if every else found[:LISTED]
    caption = f"{len(found) - len(shown):,} more in {FILE} (--all lists them)" if len(shown) < len(found) else None
    listing = Table(title="Each of them", caption=caption)
    for name in ("Cell", "Before", "Now", "Cause", "Evidence"):
        listing.add_column(name, overflow="fold")
    for each in shown:
        listing.add_row(*map(Text, (each.cell, each.before or "–", each.after or "–", each.causes, each.evidence)))
    return [*tables, summary, listing]

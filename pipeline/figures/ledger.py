"""The ledger: one frozen row per figure, and for each figure the respondents behind it.

Everything after the figures room only reads it: tables, charts, prose, alt text, comparison and audit.
The columns are those of `contract.md`, then `mark`, `adjusted` and `label`.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.figures.definitions import Exhibit
    from pipeline.figures.disclosure import Decision
    from pipeline.figures.headlines import RuleResult
    from pipeline.figures.moved import Moved
    from pipeline.figures.signoffs import Signed
    from pipeline.responses.survey import Survey

SHOWN, SUPPRESSED, EMPTY, REFERENCE = "shown", "suppressed", "empty", "reference"
FEW, VERY_FEW = "few", "very_few"
OVERALL, ALL = "overall", "all"
N = "n"
CHANGE = "change"  # the secondary statistic that compares a figure with an older one
COMPANY = "company"  # the dimension of the points of a scatter

# exhibits of the run itself, which no definition makes
FACTS = ("survey", "records", "findings", "reference", "signoffs")

NUMERATOR, DENOMINATOR, EXCLUDED = "NUMERATOR", "DENOMINATOR", "EXCLUDED"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: where it stands, its unrounded value, how it is printed and what it rests on.

    `stat` is unrounded, shares and percents as 0-100. `numerator` and `denominator` are whole numbers for shares,
    a sum and a count for means, and empty for medians; where answers weigh differently they are sums of weights. `n` is
    the base. `adjusted` says that the printed number was moved so that its row adds to 100. A withheld figure keeps
    only its `n`.
    """

    cell_id: str
    exhibit: str
    dimension: str
    band: str
    column: str
    stat_name: str
    stat: float | None
    printed: str
    unit: str
    numerator: float | int | None = None
    denominator: float | int | None = None
    n: int | None = None
    status: str = SHOWN
    mark: str = ""
    adjusted: bool = False
    label: str = ""


class Member(NamedTuple):
    """One respondent behind one figure, and in which role.

    `value` is the number that entered the statistic; `order_rank` its place from below (1 is the smallest) and
    `is_pivot` marks the one or two answers that are the median. `reason` says why an EXCLUDED respondent is left out,
    `weight` how much the answer weighs (None where all weigh the same).
    """

    cell_id: str
    role: str
    respondent_id: str
    variable: str
    value_raw: str
    value: float | None
    order_rank: int | None
    is_pivot: bool
    reason: str
    weight: float | None = None


COLUMNS = tuple(f.name for f in fields(Cell))


def address(exhibit: str, dimension: str, band: str, column: str, secondary: str = "") -> str:
    """The cell id: exhibit.dimension.band.column, and .p25 or the like for a secondary statistic."""
    return ".".join((exhibit, dimension, band, column) + ((secondary,) if secondary else ()))


@dataclass(frozen=True)
class Ledger:
    """All figures of one report for one audience, in report order; `members` is empty outside the house.

    `keeps_members` says that a database holds them; of a survey too large for that they are drawn anew when asked for.
    `surveys` is what ledger.sqlite traces figures back to, by folder: the edition's own under an empty name, then the
    sub-surveys; `exhibits` are the definitions that the figures were computed by, by id; `moved` says which figures
    decisions moved, where that was asked for; `signed` is what reviewers found of the figures.
    """

    cells: tuple[Cell, ...]
    audience: str = "internal"
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict, repr=False)
    headlines: tuple[RuleResult, ...] = ()
    surveys: Mapping[str, Survey] = field(default_factory=dict, repr=False, compare=False)
    exhibits: Mapping[str, Exhibit] = field(default_factory=dict, repr=False, compare=False)
    moved: tuple[Moved, ...] = field(default=(), repr=False, compare=False)
    signed: Signed | None = field(default=None, repr=False, compare=False)
    keeps_members: bool = field(default=True, repr=False, compare=False)

    @cached_property
    def _by_id(self) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for cell in self.cells:
            if cell.cell_id in found:
                raise InputError(f"two figures have the address {cell.cell_id}")
            found[cell.cell_id] = cell
        return found

    @cached_property
    def _by_exhibit(self) -> dict[str, tuple[Cell, ...]]:
        found: dict[str, list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(cell.exhibit, []).append(cell)
        return {exhibit: tuple(cells) for exhibit, cells in found.items()}

    def __contains__(self, cell_id: object) -> bool:
        return cell_id in self._by_id

    def cell(self, cell_id: str) -> Cell:
        """The figure at an address; InputError with the nearest addresses when there is none."""
        try:
            return self._by_id[cell_id]
        except KeyError:
            near = get_close_matches(cell_id, self._by_id, n=3, cutoff=0.5)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise InputError(f"no figure has the address {cell_id!r}{hint}") from None

    def exhibit(self, exhibit: str) -> tuple[Cell, ...]:
        """All figures of one exhibit, in report order."""
        return self._by_exhibit.get(exhibit, ())

    def folder_of(self, exhibit: str) -> str:
        """The sub-survey that an exhibit is computed from; empty for the edition's own."""
        return (self.exhibits[exhibit].survey or "") if exhibit in self.exhibits else ""

    def bands(self, exhibit: str, dimension: str) -> tuple[str, ...]:
        """Bands of one dimension of an exhibit, in order."""
        return tuple(dict.fromkeys(c.band for c in self.exhibit(exhibit) if c.dimension == dimension))

    def columns(self, exhibit: str) -> tuple[str, ...]:
        """Columns of an exhibit in printed order, the base `n` left out."""
        return tuple(dict.fromkeys(c.column for c in self.exhibit(exhibit) if c.column != N))

    @property
    def failed_headlines(self) -> list[str]:
        """One line per rule of the exhibits for which no headline holds any more."""
        kept = {result.exhibit for result in self.headlines if result.holds}
        return [str(result) for result in self.headlines if result.exhibit not in kept]

    def write_csv(self, path: Path) -> Path:
        """Write ledger.csv: UTF-8, LF, floats that read back equal; replaces the file in one step."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(tuple(_text(getattr(cell, name)) for name in COLUMNS) for cell in self.cells)
        partial = path.with_name(path.name + ".part")
        partial.write_text(text.getvalue(), encoding="utf-8", newline="")
        os.replace(partial, path)
        return path

    def write_sqlite(self, path: Path, decisions: Sequence[tuple[str, Decision]] = ()) -> Path:
        """Write ledger.sqlite: figures, the respondents behind them, the way back to the raw rows, and `decisions`.

        InputError for a ledger that holds no respondents (external audience, or read back from its CSV).
        """
        from pipeline.figures.ledger_sqlite import write_sqlite  # it reads this module

        return write_sqlite(self, path, decisions)

    def members_of(self, cell_id: str) -> tuple[Member, ...]:
        """The respondents behind a figure; those of a secondary figure (a quartile) are its primary figure's."""
        cell = self.cell(cell_id)
        return self.members.get(address(cell.exhibit, cell.dimension, cell.band, cell.column), ())


def read_ledger(path: Path, audience: str = "internal") -> Ledger:
    """Read ledger.csv back, equal to what was written; members are not in it. InputError when it is not a ledger."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("there is no ledger here; run the build first", file=path) from None
    rows = csv.reader(io.StringIO(text, newline=""))
    head = next(rows, [])
    if tuple(head) != COLUMNS:
        raise InputError(f"the columns are not those of a ledger: {', '.join(COLUMNS)}", file=path, row=1)
    return Ledger(tuple(_cell(row, path, number) for number, row in enumerate(rows, start=2)), audience)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    return repr(value) if isinstance(value, float) else str(value)


def _cell(row: Iterable[str], path: Path, number: int) -> Cell:
    value = dict(zip(COLUMNS, row, strict=False))
    try:
        return Cell(
            **{
                **value,
                "stat": float(value["stat"]) if value["stat"] else None,
                "numerator": _number(value["numerator"]),
                "denominator": _number(value["denominator"]),
                "n": int(value["n"]) if value["n"] else None,
                "adjusted": value["adjusted"] == "1",
            }
        )
    except (ValueError, KeyError, TypeError):
        raise InputError("this row is not a figure of a ledger", file=path, row=number) from None


def _number(text: str) -> float | int | None:
    if not text:
        return None
    return int(text) if text.lstrip("-").isdigit() else float(text)

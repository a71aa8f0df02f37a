"""Our figures beside a published table, cell by cell, and which printed cells no data could give.

Reads the ledger as it was written and the table as it was printed; it shares no code with what computed the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from rich.table import Table

from pipeline.audit.database import built_ledger
from pipeline.audit.printed import Key, PrintedCell, Row, at_step, parse_printed, read_published
from pipeline.audit.proofs import Proofs, prove
from pipeline.audit.rows import write_rows
from pipeline.figures.ledger import EMPTY, SHOWN, Cell, Ledger

SHARES = ("share", "share_nonzero")
MEDIANS = ("median", "median_nonzero")


class Verdict(StrEnum):
    """What the comparison of one printed number says."""

    EQUAL = "equal"
    WITHIN_ONE = "within_one"
    DIFFERENT = "different"
    IMPOSSIBLE = "impossible"
    MISSING = "missing"


@dataclass(frozen=True)
class Compared:
    """One printed cell beside ours; `n_verdict` is empty where print gives no n."""

    exhibit: str
    dimension: str
    band: str
    column: str
    printed_there: str
    n_there: int | None
    printed_here: str
    n_here: int | None
    verdict: Verdict
    reason: str
    n_verdict: Verdict | None
    n_reason: str


@dataclass(frozen=True)
class Comparison:
    """All printed cells beside ours."""

    rows: tuple[Compared, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        """Cells by verdict."""
        return Counter(row.verdict for row in self.rows)

    @property
    def n_counts(self) -> Counter[Verdict]:
        """Bases by verdict, each row of a table once."""
        return Counter(self._n_by_row().values())

    def by_exhibit(self) -> dict[str, Counter[Verdict]]:
        """Cells by verdict for each exhibit, in printed order."""
        found: dict[str, Counter[Verdict]] = {}
        for row in self.rows:
            found.setdefault(row.exhibit, Counter())[row.verdict] += 1
        return found

    @property
    def differences(self) -> list[str]:
        """What needs a person: one line per kind of difference that print does not explain."""
        cells, bases = self.counts, self.n_counts
        lines = [
            (cells[Verdict.DIFFERENT], "printed cells differ"),
            (cells[Verdict.MISSING], "printed cells are not in the ledger"),
            (bases[Verdict.DIFFERENT], "printed n differ"),
        ]
        return [f"{count} {words}" for count, words in lines if count]

    def write_csv(self, path: Path) -> Path:
        """Write one row per printed cell."""
        return write_rows(path, Compared, self.rows)

    def _n_by_row(self) -> dict[Row, Verdict]:
        found: dict[Row, Verdict] = {}
        for row in self.rows:
            if row.n_verdict is not None:
                key = (row.exhibit, row.dimension, row.band)
                if found.get(key, Verdict.EQUAL) is Verdict.EQUAL:
                    found[key] = row.n_verdict
        return found


def compare_edition(edition: Path, output: Path, published: Path) -> Comparison:
    """Compare the ledger of a built edition with a published table and write compare.csv into its output folder.

    Raises InputError when the edition has not been built or the table cannot be read.
    """
    comparison = compare(built_ledger(edition, output), published)
    comparison.write_csv(output / "compare.csv")
    return comparison


def compare(ledger: Ledger, published: Path) -> Comparison:
    """Every cell of a published table beside the ledger's, in printed order."""
    cells = read_published(published)
    proofs = prove(cells, _columns(ledger, SHARES), _columns(ledger, MEDIANS))
    rows = {cell.key: _compared(cell, ledger, proofs) for cell in cells}
    for keys, sentence in proofs.joint:
        _explain_one(rows, keys, sentence)
    for bands, sentence in proofs.joint_bases:
        _explain_one_base(rows, bands, sentence)
    return Comparison(tuple(rows.values()))


def _explain_one(rows: dict[Key, Compared], keys: frozenset[Key], sentence: str) -> None:
    """Of the cells that cannot all be right, one that is not equal is the impossible one, unless one already is.

    The proof is good for one cell and does not say which, so no more than one difference is explained by it.
    """
    verdicts = [rows[key].verdict for key in keys]
    if Verdict.IMPOSSIBLE in verdicts:
        return
    for verdict in (Verdict.DIFFERENT, Verdict.WITHIN_ONE):
        for key in (key for key in rows if key in keys and rows[key].verdict is verdict):
            rows[key] = replace(rows[key], verdict=Verdict.IMPOSSIBLE, reason=sentence)
            return


def _explain_one_base(rows: dict[Key, Compared], bands: frozenset[Row], sentence: str) -> None:
    """The same for the n of rows; all cells of a row share it."""
    there = {key[:3]: row.n_verdict for key, row in rows.items() if key[:3] in bands}
    different = [band for band, verdict in there.items() if verdict is Verdict.DIFFERENT]
    if not different or Verdict.IMPOSSIBLE in there.values():
        return
    for key in (key for key in rows if key[:3] == different[0]):
        rows[key] = replace(rows[key], n_verdict=Verdict.IMPOSSIBLE, n_reason=sentence)


def _columns(ledger: Ledger, statistics: tuple[str, ...]) -> set[tuple[str, str]]:
    """Exhibit and column of the figures with these statistics; what a printed number is cannot be seen from print."""
    return {(cell.exhibit, cell.column) for cell in ledger.cells if cell.stat_name in statistics}


def _compared(there: PrintedCell, ledger: Ledger, proofs: Proofs) -> Compared:
    here = ledger.cell(there.address) if there.address in ledger else None
    verdict = _verdict(there, here)
    reason = {Verdict.MISSING: "the ledger has no such cell"}.get(verdict, "")
    if verdict not in (Verdict.EQUAL, Verdict.MISSING) and there.key in proofs.cells:
        verdict, reason = Verdict.IMPOSSIBLE, proofs.cells[there.key]
    n_verdict, n_reason = _n_verdict(there, here, proofs)
    return Compared(
        *there.key, there.printed, there.n, here.printed if here else "", here.n if here else None,
        verdict, reason, n_verdict, n_reason,
    )  # fmt: skip


def _verdict(there: PrintedCell, here: Cell | None) -> Verdict:
    if here is None:
        return Verdict.MISSING
    if there.value is None or here.status != SHOWN:
        return Verdict.EQUAL if there.value is None and here.status == EMPTY else Verdict.DIFFERENT
    ours = [at_step(exact(here), there.step)]
    shown = parse_printed(here.printed)
    if shown is not None:
        ours.append(shown[0])
    if there.value in ours:
        return Verdict.EQUAL
    one = max(Fraction(1), there.step)
    return Verdict.WITHIN_ONE if any(abs(value - there.value) <= one for value in ours) else Verdict.DIFFERENT


def _n_verdict(there: PrintedCell, here: Cell | None, proofs: Proofs) -> tuple[Verdict | None, str]:
    if there.n is None:
        return None, ""
    if here is None:
        return Verdict.MISSING, ""
    if there.n == here.n:
        return Verdict.EQUAL, ""
    if there.row in proofs.bases:
        return Verdict.IMPOSSIBLE, proofs.bases[there.row]
    return Verdict.DIFFERENT, ""


def exact(cell: Cell) -> Fraction:
    """A share from its two whole numbers, anything else from the shortest decimal of the stored value."""
    if cell.stat_name in SHARES and isinstance(cell.numerator, int):
        return Fraction(100 * cell.numerator, cell.denominator)
    return Fraction(repr(cell.stat))


def comparison_tables(comparison: Comparison, every: bool = False) -> list[Table]:
    """For the terminal: cells by exhibit and verdict, then the cells that are not equal (all of them with `every`)."""
    cells = [row for row in comparison.rows if every or row.verdict is not Verdict.EQUAL]
    bases = {
        (row.exhibit, row.dimension, row.band): row
        for row in reversed(comparison.rows)
        if row.n_verdict not in (None, Verdict.EQUAL)
    }
    tables = [_summary(comparison)]
    if cells:
        tables.append(beside("Cells in print and here", "Cell", map(_line, cells)))
    if bases:
        tables.append(beside("n in print and here", "Row", (_base_line(bases[key]) for key in reversed(bases))))
    return tables


def _summary(comparison: Comparison) -> Table:
    table = Table(title="Printed cells beside ours")
    table.add_column("Exhibit")
    for verdict in Verdict:
        table.add_column(verdict.replace("_", " "), justify="right")
    lines = [*comparison.by_exhibit().items(), ("All cells", comparison.counts), ("n of each row", comparison.n_counts)]
    for name, counts in lines:
        if name == "All cells":
            table.add_section()
        table.add_row(name, *(f"{counts[verdict]:,}" if counts[verdict] else "" for verdict in Verdict))
    return table


def beside(title: str, what: str, lines: Iterable[tuple[str, ...]]) -> Table:
    """A table of what print says and what is said here: the thing, both texts, the verdict and the reason."""
    table = Table(title=title)
    for name in (what, "Print", "Here", "Verdict", "Why"):
        table.add_column(name, overflow="fold")
    for thing, there, here, verdict, why in lines:
        table.add_row(thing, there, here, verdict.replace("_", " "), why)
    return table


def _line(row: Compared) -> tuple[str, ...]:
    address = ".".join((row.exhibit, row.dimension, row.band, row.column))
    return address, row.printed_there, row.printed_here, row.verdict, row.reason


def _base_line(row: Compared) -> tuple[str, ...]:
    n_there, n_here = ("" if n is None else f"{n:,}" for n in (row.n_there, row.n_here))
    return ".".join((row.exhibit, row.dimension, row.band)), n_there, n_here, row.n_verdict or "", row.n_reason

"""What no data can give: proofs, from a printed table alone, that cells of it cannot all be right.

The tests are those of GRIM (a share of n answers is k/n for a whole k) taken to rows, totals and medians. Tolerances
are on the side of print: a share may be rounded either way at a tie, and in a row of exclusive shares that adds to
exactly 100 each share may be the whole number below or above its value, because the row may have been forced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, permutations

from pipeline.audit.printed import Key, PrintedCell, Row

Dimensions = dict[str, dict[str, list[PrintedCell]]]  # the cells of one exhibit by dimension and band
Columns = Collection[tuple[str, str]]  # exhibit and column


@dataclass
class Proofs:
    """What was proved, each time with its sentence.

    `cells` are impossible by themselves. Of the cells of a set in `joint` at least one is wrong, and print does not
    say which. `bases` and `joint_bases` are the same for the n of rows.
    """

    cells: dict[Key, str] = field(default_factory=dict)
    joint: list[tuple[frozenset[Key], str]] = field(default_factory=list)
    bases: dict[Row, str] = field(default_factory=dict)
    joint_bases: list[tuple[frozenset[Row], str]] = field(default_factory=list)

    def one_of(self, cells: Iterable[PrintedCell], sentence: str) -> None:
        """At least one of these cells is wrong."""
        self.joint.append((frozenset(cell.key for cell in cells), sentence))


def prove(cells: Collection[PrintedCell], shares: Columns, medians: Columns) -> Proofs:
    """Everything that can be proved impossible, given which columns of which exhibits are shares and medians."""
    proofs = Proofs()
    for dimensions in tables_of(cell for cell in cells if (cell.exhibit, cell.column) in shares):
        counts = _prove_rows(dimensions, proofs)
        _prove_totals(dimensions, counts, proofs)
    for dimensions in tables_of(cell for cell in cells if (cell.exhibit, cell.column) in medians):
        _prove_medians(dimensions, proofs)
    for dimensions in tables_of(cells):
        prove_bases(dimensions, proofs)
    return proofs


def tables_of(cells: Iterable[PrintedCell]) -> Iterable[Dimensions]:
    """The cells of each exhibit, by dimension and band."""
    tables: dict[str, Dimensions] = {}
    for cell in cells:
        tables.setdefault(cell.exhibit, {}).setdefault(cell.dimension, {}).setdefault(cell.band, []).append(cell)
    return tables.values()


# Rows of shares ---------------------------------------------------------------------------------------------------


def is_exclusive(dimensions: Dimensions) -> bool:
    """Whether the shares are of exclusive answers: three of four rows or more add to 100 but for rounding."""
    rows = [row for bands in dimensions.values() for row in bands.values()]
    whole = [row for row in rows if all(cell.value is not None for cell in row)]
    add_up = [abs(sum(cell.value for cell in row) - 100) <= sum(cell.step for cell in row) / 2 for row in whole]
    return 4 * sum(add_up) >= 3 * len(whole)


def possible_counts(row: list[PrintedCell], n: int, *, exclusive: bool) -> list[set[int]]:
    """For each cell the counts out of n that the row allows; empty sets where no whole row does."""
    forced = exclusive and sum(cell.value for cell in row) == 100
    allowed = [counts_of_share(cell, n, forced=forced) for cell in row]
    if not exclusive:
        return allowed
    before = [{0}]
    for counts in allowed:
        before.append({a + k for a in before[-1] for k in counts if a + k <= n})
    after = [{0}]
    for counts in reversed(allowed):
        after.append({a + k for a in after[-1] for k in counts if a + k <= n})
    after.reverse()
    return [{k for k in allowed[i] if any(n - k - a in after[i + 1] for a in before[i])} for i in range(len(row))]


def counts_of_share(cell: PrintedCell, n: int, *, forced: bool) -> set[int]:
    """The counts out of n that a printed share can be; `forced` says that its row was brought to 100."""

    def fits(k: int) -> bool:
        away = abs(Fraction(100 * k, n) - cell.value)
        return away < cell.step if forced else away <= cell.step / 2

    return {k for k in range(n + 1) if fits(k)}


def _prove_rows(dimensions: Dimensions, proofs: Proofs) -> dict[Row, list[set[int]]]:
    """Prove rows impossible by their n; the counts that each possible row allows."""
    exclusive = is_exclusive(dimensions)
    found: dict[Row, list[set[int]]] = {}
    for cells in (row for bands in dimensions.values() for row in bands.values()):
        n = cells[0].n
        if not n or any(cell.value is None for cell in cells):
            continue
        counts = possible_counts(cells, n, exclusive=exclusive)
        if all(counts):
            found[cells[0].row] = counts
            continue
        forced = exclusive and sum(cell.value for cell in cells) == 100
        alone = [cell for cell in cells if not counts_of_share(cell, n, forced=forced)]
        for cell in alone:
            proofs.cells[cell.key] = no_count(cell, n, forced=forced)
        together = f"No whole numbers that add to n = {n} give all the shares of this row, so one of them is wrong."
        if not alone:
            proofs.one_of(cells, together)
        proofs.bases[cells[0].row] = proofs.cells[alone[0].key] if alone else together
    return found


def no_count(cell: PrintedCell, n: int, *, forced: bool) -> str:
    below = min(int(cell.value * n / 100), n)
    near = [k for k in (below, below + 1) if k <= n]
    said = " and ".join(f"{k} of {n} is {float(Fraction(100 * k, n)):.1f}" for k in near)
    if forced:
        return (
            f"No whole number out of n = {n} comes within a point of {cell.printed}, the most by which a row is moved "
            f"to add to 100: {said}."
        )
    return f"No whole number out of n = {n} gives {cell.printed}: {said}."


# Totals of a column over the bands of a dimension -----------------------------------------------------------------


def _prove_totals(dimensions: Dimensions, counts: dict[Row, list[set[int]]], proofs: Proofs) -> None:
    whole = {name: bands for name, bands in dimensions.items() if all(row[0].row in counts for row in bands.values())}
    bases = {name: sum(row[0].n for row in bands.values()) for name, bands in whole.items()}
    for one, other in combinations(whole, 2):
        if bases[one] != bases[other]:
            continue
        columns = {cell.column for row in whole[one].values() for cell in row}
        columns &= {cell.column for row in whole[other].values() for cell in row}
        for column in sorted(columns):
            cells = {name: list(_column(whole[name], column)) for name in (one, other)}
            totals = {name: sums(_counts_of(c, whole[name], counts) for c in cells[name]) for name in cells}
            if totals[one] & totals[other]:
                continue
            said = " but ".join(f"{span(totals[name])} by {name}" for name in cells)
            sentence = (
                f"The answers behind this column add to {said}, of the same {bases[one]}: one of the two is wrong."
            )
            proofs.one_of([*cells[one], *cells[other]], sentence)


def _column(bands: dict[str, list[PrintedCell]], column: str) -> Iterator[PrintedCell]:
    return (cell for row in bands.values() for cell in row if cell.column == column)


def _counts_of(cell: PrintedCell, bands: dict[str, list[PrintedCell]], counts: dict[Row, list[set[int]]]) -> set[int]:
    return counts[cell.row][bands[cell.band].index(cell)]


def sums(parts: Iterable[set[int]]) -> set[int]:
    sums = {0}
    for part in parts:
        sums = {s + k for s in sums for k in part}
    return sums


def span(numbers: set[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low}" if low == high else f"{low} to {high}"


# Medians and bases ------------------------------------------------------------------------------------------------


def _prove_medians(dimensions: Dimensions, proofs: Proofs) -> None:
    for _, cells, sentence in median_conflicts(dimensions):
        proofs.one_of(cells, sentence)


def median_conflicts(dimensions: Dimensions) -> Iterator[tuple[int, list[PrintedCell], str]]:
    """Medians that cannot hold together: by how many answers they are too many, which ones, and the proof.

    Two splits of the same answers: half of each band lies at or below its median, half at or above it. If
    those at or below t by one split and those at or above u > t by another are more than there are, the two cannot both
    hold. One step of the last digit is left between t and u, because medians are printed rounded.
    """
    columns = dict.fromkeys(cell.column for bands in dimensions.values() for row in bands.values() for cell in row)
    for column in columns:
        splits = {
            name: [c for c in _column(bands, column) if c.value is not None and c.n]
            for name, bands in dimensions.items()
        }
        total = max((sum(c.n for c in cells) for cells in splits.values()), default=0)
        for low, high in permutations(splits, 2):
            for t in sorted({c.value for c in splits[low]}):
                under = [c for c in splits[low] if c.value <= t]
                for u in sorted({c.value for c in splits[high] if c.value > t + c.step}):
                    over = [c for c in splits[high] if c.value >= u]
                    least = [sum((c.n + 1) // 2 for c in cells) for cells in (under, over)]
                    if sum(least) > total:
                        sentence = (
                            f"Medians by {low} put at least {least[0]} at {_plain(t)} or under, medians by {high} at "
                            f"least {least[1]} at {_plain(u)} or over: {sum(least)} of {total}, so one is wrong."
                        )
                        yield sum(least) - total, [*under, *over], sentence


def _plain(value: Fraction) -> str:
    return f"{float(value):,g}"


def prove_bases(dimensions: Dimensions, proofs: Proofs) -> None:
    """The bands of every dimension divide the same answers, so their n add to the same number."""
    bases = {
        name: sum(row[0].n for row in bands.values())
        for name, bands in dimensions.items()
        if all(row[0].n is not None for row in bands.values())
    }
    usual = Counter(bases.values()).most_common()
    if len(usual) < 2:
        return
    several = usual[0][1] > usual[1][1]
    for name, total in bases.items():
        if several and total == usual[0][0]:
            continue
        others = ", ".join(f"{bases[other]} by {other}" for other in bases if bases[other] != total)
        sentence = (
            f"The n by {name} add to {total}, but to {others}: the bands divide the same answers, so one n is wrong."
        )
        proofs.joint_bases.append((frozenset(row[0].row for row in dimensions[name].values()), sentence))

"""What a printed table contradicts by itself: ours, or anybody's that has a share, a unit and an n in each row.

Every finding carries its proof in a sentence. Findings that rounding or a row brought to 100 explains are listed as
such, because a reader cannot tell them from a slip; the others no data could give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from pipeline.audit.printed import PrintedCell
from pipeline.audit.proofs import (
    Dimensions,
    Proofs,
    counts_of_share,
    is_exclusive,
    median_conflicts,
    no_count,
    possible_counts,
    prove_bases,
    span,
    sums,
    tables_of,
)

SHARE_UNITS = ("percent", "share")
SINGLE, MULTIPLE, NOT_SHARES = "single", "multiple", "not_shares"
NEAR = Fraction(3, 2)  # of a last digit: what a slip of one answer's digit does to a share
NONE = ("none", "no", "nothing")  # first words of the answer that excludes all others


class Kind(StrEnum):
    """What was found; the first three are the classes of a share that no count rounds to."""

    GRIM_FORCED = "grim_forced"
    GRIM_PM1 = "grim_pm1"
    GRIM_FAIL = "grim_fail"
    ROW_SUM = "row_sum"
    ROW_COUNTS = "row_counts"
    TOTALS = "cross_dim_total"
    N_SUM = "n_sum"
    N_CONFLICT = "n_conflict"
    BAND_N = "band_n"
    MEDIANS = "median_conflict"
    NONE_WITH_OTHERS = "logic"
    HEADLINE = "headline_vs_table"
    TWO_VALUES = "value_conflict"


@dataclass(frozen=True)
class Finding:
    """One contradiction of print: where it stands, the proof, and whether rounding explains it."""

    kind: Kind
    exhibit: str
    where: str
    proof: str
    explained: bool = False


@dataclass(frozen=True)
class Hint:
    """What cannot be seen in print: how many answers one may give, and which answer excludes the others."""

    answers: str
    none: str


def inconsistencies(cells: Collection[PrintedCell], hints: Mapping[str, Hint]) -> list[Finding]:
    """All findings, exhibit by exhibit in printed order, then those about the n of several exhibits."""
    sizes = band_sizes(cells, hints)
    found: list[Finding] = []
    for dimensions in tables_of(shares_of(cells, hints)):
        found += _shares(dimensions, hints.get(exhibit_of(dimensions)), sizes)
    for dimensions in tables_of(cell for cell in cells if "median" in cell.unit):
        worst = max(median_conflicts(dimensions), key=lambda conflict: conflict[0], default=None)
        if worst:
            where = " and ".join(dict.fromkeys(cell.dimension for cell in worst[1]))
            found.append(Finding(Kind.MEDIANS, exhibit_of(dimensions), where, worst[2]))
    return [*found, *_bases(cells)]


def shares_of(cells: Iterable[PrintedCell], hints: Mapping[str, Hint]) -> list[PrintedCell]:
    """The cells that are shares of respondents: percentages of exhibits none of which is above 100."""
    percent = [cell for cell in cells if cell.unit in SHARE_UNITS]
    above = {cell.exhibit for cell in percent if cell.value is not None and cell.value > 100}
    other = {exhibit for exhibit, hint in hints.items() if hint.answers == NOT_SHARES}
    return [cell for cell in percent if cell.exhibit not in above | other]


def exclusive(dimensions: Dimensions, hint: Hint | None) -> bool:
    """Whether one answer excludes the others: as hinted, else seen from rows that add to 100."""
    return hint.answers == SINGLE if hint and hint.answers else is_exclusive(dimensions)


def band_sizes(cells: Iterable[PrintedCell], hints: Mapping[str, Hint]) -> dict[tuple[str, str], set[int]]:
    """Every n that a share exhibit prints for a band."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for cell in shares_of(cells, hints):
        if cell.n:
            found[cell.dimension, cell.band].add(cell.n)
    return found


def exhibit_of(dimensions: Dimensions) -> str:
    """The exhibit that a table's cells are of."""
    return next(cell.exhibit for bands in dimensions.values() for row in bands.values() for cell in row)


def _rows(dimensions: Dimensions) -> Iterator[list[PrintedCell]]:
    return (row for bands in dimensions.values() for row in bands.values() if all(c.value is not None for c in row))


# Shares -----------------------------------------------------------------------------------------------------------


def _shares(dimensions: Dimensions, hint: Hint | None, sizes: Mapping[tuple[str, str], set[int]]) -> Iterator[Finding]:
    single = exclusive(dimensions, hint)
    for row in _rows(dimensions):
        n, place = row[0].n, f"{row[0].dimension}/{row[0].band}"
        others = sorted(sizes.get((row[0].dimension, row[0].band), set()) - {n})
        fits = bool(n) and all(possible_counts(row, n, exclusive=single))
        if n:
            for cell in row:
                yield from _grim(cell, n, others, explained=single and fits)
        total = sum(cell.value for cell in row)
        if single and total != 100:
            rounded = abs(total - 100) <= sum(cell.step for cell in row) / 2
            proof = f"The row adds to {_plain(total)}" + (", as plain rounding can" if rounded else "")
            yield Finding(Kind.ROW_SUM, row[0].exhibit, place, f"{proof}.", explained=rounded)
        if single and n and not fits:
            yield Finding(Kind.ROW_COUNTS, row[0].exhibit, place, _no_row(row, n, others))
        if not single and n:
            yield from _none_with_others(row, n, hint)
    yield from _totals(dimensions, single)


def _grim(cell: PrintedCell, n: int, others: list[int], *, explained: bool) -> Iterator[Finding]:
    """A share that no count rounds to: off by less than a last digit, by less than one and a half, or by more."""
    if counts_of_share(cell, n, forced=False):
        return
    away = min(abs(Fraction(100 * k, n) - cell.value) for k in range(n + 1))
    kind = Kind.GRIM_FORCED if away < cell.step else Kind.GRIM_PM1 if away <= NEAR * cell.step else Kind.GRIM_FAIL
    proof = no_count(cell, n, forced=False)
    if kind is Kind.GRIM_FORCED and explained:
        proof += " Its row was brought to 100."
    proof += "".join(f" n = {m} gives it." for m in others if counts_of_share(cell, m, forced=False))
    where = f"{cell.dimension}/{cell.band}/{cell.column}"
    yield Finding(kind, cell.exhibit, where, proof, explained=explained and kind is Kind.GRIM_FORCED)


def _no_row(row: list[PrintedCell], n: int, others: list[int]) -> str:
    said = f"No whole numbers that add to n = {n} put every share of the row within a last digit of print"
    near = _adds_up([_near(cell, n, 0) for cell in row], n)
    proof = f"{said}; within one and a half {'they do' if near else 'they do not either'}."
    return proof + "".join(f" n = {m} fits." for m in others if all(possible_counts(row, m, exclusive=True)))


def _adds_up(allowed: list[set[int]], n: int) -> bool:
    return n in sums(allowed)


def _near(cell: PrintedCell, n: int, least: int = 1) -> set[int]:
    """The counts within one and a half last digits of a share; the nearest one where there is none and `least` is 1."""
    gaps = {k: abs(Fraction(100 * k, n) - cell.value) for k in range(n + 1)}
    near = {k for k, gap in gaps.items() if gap <= NEAR * cell.step}
    return near or {k for k, gap in gaps.items() if least and gap == min(gaps.values())}


def _none_with_others(row: list[PrintedCell], n: int, hint: Hint | None) -> Iterator[Finding]:
    """Of several answers, those who say that none applies and those who give another are different ones."""
    named = [c for c in row if (c.column == hint.none if hint and hint.none else c.column.split("_")[0] in NONE)]
    none = named[0] if named else None
    rest = [cell for cell in row if cell is not none]
    if none is None or not rest:
        return
    most = max(rest, key=lambda cell: cell.value)
    least = [min(_strict_or_near(cell, n)) for cell in (none, most)]
    if sum(least) > n:
        yield Finding(
            Kind.NONE_WITH_OTHERS, none.exhibit, f"{none.dimension}/{none.band}/{none.column} with {most.column}",
            f"{most.printed} gave {most.column} and {none.printed} {none.column}: {least[1]} + {least[0]} = "
            f"{sum(least)} of {n}, so {sum(least) - n} or more gave both.",
        )  # fmt: skip


def _strict_or_near(cell: PrintedCell, n: int) -> set[int]:
    return counts_of_share(cell, n, forced=False) or _near(cell, n)


def possible_sums(dimensions: Dimensions, name: str, column: str, *, single: bool) -> set[int] | None:
    """How many of a dimension can have given an answer in all its bands; None where a band or its n is not printed.

    Where no whole numbers give a row, those within one and a half last digits of it stand in.
    """
    parts = []
    for row in dimensions[name].values():
        n = row[0].n
        place = next((i for i, cell in enumerate(row) if cell.column == column), None)
        if not n or place is None or any(cell.value is None for cell in row):
            return None
        counts = possible_counts(row, n, exclusive=single)
        parts.append(counts[place] if all(counts) else _strict_or_near(row[place], n))
    return sums(parts)


def _totals(dimensions: Dimensions, single: bool) -> Iterator[Finding]:
    bases = {name: _total_n(bands) for name, bands in dimensions.items()}
    columns = dict.fromkeys(cell.column for row in _rows(dimensions) for cell in row)
    for column in columns:
        totals = {name: possible_sums(dimensions, name, column, single=single) for name in dimensions}
        for one, other in combinations([name for name in dimensions if totals[name] is not None], 2):
            if bases[one] == bases[other] and not totals[one] & totals[other]:
                proof = (
                    f"The answers behind this column add to {span(totals[one])} by {one} but to "
                    f"{span(totals[other])} by {other}, of the same {bases[one]}."
                )
                yield Finding(Kind.TOTALS, exhibit_of(dimensions), f"{column} by {one} and {other}", proof)


def _total_n(bands: Mapping[str, list[PrintedCell]]) -> int | None:
    found = [row[0].n for row in bands.values()]
    return None if None in found else sum(found)


def _plain(value: Fraction) -> str:
    return f"{float(value):g}"


# The n of rows ----------------------------------------------------------------------------------------------------


def _bases(cells: Collection[PrintedCell]) -> Iterator[Finding]:
    tables = [dimensions for dimensions in tables_of(cell for cell in cells if cell.n is not None)]
    for dimensions in tables:
        proofs = Proofs()
        prove_bases(dimensions, proofs)
        for rows, sentence in proofs.joint_bases:
            dimension = next(iter(rows))[1]
            yield Finding(Kind.N_SUM, exhibit_of(dimensions), dimension, sentence)
    everyone = max((total for dimensions in tables for bands in dimensions.values()
                    if (total := _total_n(bands)) is not None), default=0)  # fmt: skip
    whole = [d for d in tables if any(_total_n(bands) == everyone for bands in d.values())]
    sizes: dict[tuple[str, str], dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for dimensions in whole:
        for row in (row for bands in dimensions.values() for row in bands.values()):
            sizes[row[0].dimension, row[0].band][row[0].n].append(exhibit_of(dimensions))
    for (dimension, band), by_n in sizes.items():
        if len(by_n) > 1:
            said = ", ".join(f"{n} in {_listed(names)}" for n, names in sorted(by_n.items()))
            proof = f"All {everyone} answered each of these, so the band has one size, but n is {said}."
            yield Finding(Kind.N_CONFLICT, _fewest(by_n), f"{dimension}/{band}", proof)
    for dimensions in tables:
        for row in (row for bands in dimensions.values() for row in bands.values() if dimensions not in whole):
            largest = max(sizes.get((row[0].dimension, row[0].band), {}), default=None)
            if largest is not None and row[0].n > largest:
                proof = f"n is {row[0].n}, but the band has {largest} of the {everyone}."
                yield Finding(Kind.BAND_N, row[0].exhibit, f"{row[0].dimension}/{row[0].band}", proof)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _fewest(by_n: Mapping[int, list[str]]) -> str:
    """The exhibits that print the rarest n."""
    return ", ".join(min(by_n.values(), key=len))

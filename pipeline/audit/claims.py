"""The sentences of a published report beside our figures: does the ledger bear each printed number out?

Which figure a claim rests on is data (`claims_file`); nothing here knows a survey. A claim that no data
can bear out, because print contradicts itself, is not believed to be one: the proof is made again from print.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from rich.table import Table

from pipeline.audit.claims_file import (
    CONTRADICTS,
    LINKS_FILE,
    LOST,
    REFERENCED,
    Claim,
    Link,
    read_claims,
    read_links,
)
from pipeline.audit.compare import beside, exact
from pipeline.audit.database import built_ledger
from pipeline.audit.printed import at_step, parse_printed
from pipeline.audit.rows import write_rows
from pipeline.errors import InputError
from pipeline.figures.ledger import REFERENCE, SHOWN, Cell, Ledger, N, address

RESULT_FILE = "compare-headlines.csv"


class Judged(StrEnum):
    """What the comparison of one claim says."""

    EQUAL = "equal"
    WITHIN_ROUNDING = "within_rounding"
    REFERENCE = "reference"
    CONTRADICTS = "contradicts"
    LOST = "lost"
    DIFFERENT = "different"
    MISSING = "missing"


@dataclass(frozen=True)
class ComparedClaim:
    """One claim beside ours; `here` is the unrounded value, the last three are the number of an earlier year."""

    claim_id: str
    exhibit: str
    statement: str
    there: str
    unit: str
    cell: str
    transform: str
    printed_here: str
    here: str
    verdict: Judged
    reason: str
    before_there: str
    before_here: str
    before_verdict: Judged | None


@dataclass(frozen=True)
class ClaimComparison:
    """All claims beside ours."""

    rows: tuple[ComparedClaim, ...]

    @property
    def counts(self) -> Counter[Judged]:
        """Claims by verdict."""
        return Counter(row.verdict for row in self.rows)

    @property
    def before_counts(self) -> Counter[Judged]:
        """Numbers of earlier years by verdict."""
        return Counter(row.before_verdict for row in self.rows if row.before_verdict is not None)

    @property
    def differences(self) -> list[str]:
        """What needs a person: one line per kind of difference that print does not explain."""
        lines = [
            (counts[verdict], words)
            for counts, name in ((self.counts, "printed claims"), (self.before_counts, "numbers of earlier years"))
            for verdict, words in ((Judged.DIFFERENT, f"{name} differ"), (Judged.MISSING, f"{name} have no figure"))
        ]
        return [f"{count} {words}" for count, words in lines if count]

    def write_csv(self, path: Path) -> Path:
        """Write one row per claim."""
        return write_rows(path, ComparedClaim, self.rows)


def compare_claims_of_edition(edition: Path, output: Path, published: Path) -> ClaimComparison:
    """Compare the ledger of a built edition with published claims and write compare-headlines.csv into its folder.

    headline_cells.csv is looked for beside the claims, then in the edition's folder `published`. Raises InputError
    when the edition has not been built or one of the two files cannot be read.
    """
    ledger = built_ledger(edition, output)
    places = [published.parent / LINKS_FILE, edition / "published" / LINKS_FILE]
    links = next((place for place in places if place.is_file()), None)
    if links is None:
        raise InputError(f"nothing says which figure each claim rests on; looked for {places[0]} and {places[1]}")
    claims = read_claims(published)
    comparison = compare_claims(ledger, claims, read_links(links, claims))
    comparison.write_csv(output / RESULT_FILE)
    return comparison


def compare_claims(ledger: Ledger, claims: dict[str, Claim], links: dict[str, Link]) -> ClaimComparison:
    """Every claim beside the ledger, in printed order."""
    return ClaimComparison(tuple(_compared(claim, ledger, claims, links) for claim in claims.values()))


def _compared(claim: Claim, ledger: Ledger, claims: dict[str, Claim], links: dict[str, Link]) -> ComparedClaim:
    link = links.get(claim.claim_id)
    before, before_verdict = _before(claim, link, ledger)
    common = (claim.claim_id, claim.exhibit, claim.statement, claim.text, claim.unit)
    after = (claim.before_text, before, before_verdict)
    if link is None:
        return ComparedClaim(*common, "", "", "", "", Judged.MISSING, f"{LINKS_FILE} has no line for it", *after)
    place = (" ".join(link.cells), link.transform)
    missing = [cell for cell in link.cells if cell not in ledger]
    if missing:
        return ComparedClaim(
            *common, *place, "", "", Judged.MISSING, f"the ledger has no figure {', '.join(missing)}", *after
        )
    cells = [ledger.cell(cell) for cell in link.cells]
    here = [_read(cell, link, ledger) for cell in cells]
    shown = (
        "; ".join(_shown(cell, value, link.transform) for cell, value in zip(cells, here, strict=True)),
        "; ".join("" if value is None else f"{float(value):.10g}" for value in here),
    )
    verdict, reason = _judged(claim, link, cells, here, ledger, claims, links)
    return ComparedClaim(*common, *place, *shown, verdict, reason, *after)


def _judged(claim, link, cells, here, ledger, claims, links) -> tuple[Judged, str]:
    """The verdict of a claim whose figures are all there: the worst of its cells, or what print itself makes of it."""
    if claim.value is None:
        return Judged.LOST, link.reason
    if link.kind == LOST:
        return Judged.DIFFERENT, f"print has the number, but {LINKS_FILE} says that it is lost"
    found = [_verdict(claim, cell, value, link) for cell, value in zip(cells, here, strict=True)]
    verdict = max(found, key=list(Judged).index)
    if verdict is Judged.REFERENCE:
        return verdict, "; ".join(filter(None, (cells[0].label, link.reason)))
    if verdict is not Judged.EQUAL and link.kind == CONTRADICTS:
        proof = prove(claim, link, ledger, claims, links)
        return (Judged.CONTRADICTS, proof) if proof else (Judged.DIFFERENT, "print does not contradict this claim")
    return verdict, link.reason


def _read(cell: Cell, link: Link, ledger: Ledger) -> Fraction | None:
    """What a figure says when it is read this way; None where it is not shown."""
    if cell.status not in (SHOWN, REFERENCE):
        return None
    if link.transform == "n":
        return None if cell.n is None else Fraction(cell.n)
    if link.transform == "rank":
        return Fraction(1 + sum(exact(c) > exact(cell) for c in ledger.exhibit(cell.exhibit) if _rival(c, cell, link)))
    return 100 - exact(cell) if link.transform == "complement" else exact(cell)


def _rival(other: Cell, cell: Cell, link: Link) -> bool:
    """Whether another figure is ranked with a cell: a column of its row, no base, no quartile, nothing withheld."""
    same = (other.dimension, other.band, other.stat_name) == (cell.dimension, cell.band, cell.stat_name)
    primary = other.cell_id == address(other.exhibit, other.dimension, other.band, other.column)
    named = other.column in link.among if link.among else other.column != N
    return same and primary and named and other.status == SHOWN


def _shown(cell: Cell, value: Fraction | None, transform: str) -> str:
    return cell.printed if transform == "value" or value is None else f"{float(at_step(value, Fraction(1, 10))):g}"


def _verdict(claim: Claim, cell: Cell, here: Fraction | None, link: Link) -> Judged:
    if here is None:
        return Judged.DIFFERENT
    if link.kind == REFERENCED:
        return Judged.REFERENCE if cell.status == REFERENCE and here == claim.value else Judged.DIFFERENT
    printed = parse_printed(cell.printed) if link.transform == "value" else None
    if claim.value == at_step(here, claim.step) or (printed is not None and claim.value == printed[0]):
        return Judged.EQUAL
    rounds = link.transform not in ("rank", "n") and abs(here - claim.value) < claim.step
    return Judged.WITHIN_ROUNDING if rounds else Judged.DIFFERENT


def _before(claim: Claim, link: Link | None, ledger: Ledger) -> tuple[str, Judged | None]:
    """The number of an earlier year beside ours, which is quoted and not computed."""
    if claim.before is None:
        return "", None
    if link is None or link.before not in ledger:
        return "", Judged.MISSING
    cell = ledger.cell(link.before)
    same = cell.status == REFERENCE and exact(cell) == claim.before
    return cell.printed, Judged.REFERENCE if same else Judged.DIFFERENT


# Proofs, from print alone ------------------------------------------------------------------------------------------


def prove(claim: Claim, link: Link, ledger: Ledger, claims: dict[str, Claim], links: dict[str, Link]) -> str:
    """Why print contradicts the claim, as a sentence; empty when it does not.

    A rank is contradicted by the printed numbers that it ranks, one of which rests on the claim's own cell. A
    percentage of a part of the sample is contradicted by the printed size of that part when no whole number gives it.
    """
    others = [claims[name] for name in link.against]
    if any(other.value is None for other in others):
        return ""
    if link.transform == "rank":
        return _prove_rank(claim, link, others, links)
    base = next((links[other.claim_id] for other in others if other.claim_id in links), None)
    if base is None or base.cells[0] not in ledger or not ledger.cell(base.cells[0]).n:
        return ""
    return _prove_count(claim, others[0], ledger.cell(base.cells[0]).n)


def _prove_rank(claim: Claim, link: Link, others: list[Claim], links: dict[str, Link]) -> str:
    own = [other for other in others if other.claim_id in links and set(links[other.claim_id].cells) & set(link.cells)]
    if len(own) != 1:
        return ""
    rank = 1 + sum(other.value > own[0].value for other in others)
    if rank == claim.value:
        return ""
    said = ", ".join(f"{other.text} ({other.claim_id})" for other in others if other is not own[0])
    return f"Print says rank {claim.text}, but prints {own[0].text} for it beside {said}, which is rank {rank}."


def _prove_count(claim: Claim, base: Claim, n: int) -> str:
    bases = [k for k in range(1, n + 1) if abs(Fraction(100 * k, n) - base.value) <= base.step / 2]
    near = []
    for size in bases:
        if any(abs(Fraction(100 * k, size) - claim.value) <= claim.step / 2 for k in range(size + 1)):
            return ""
        below = int(claim.value * size / 100)
        near += [f"{k} of {size} is {float(Fraction(100 * k, size)):.1f}" for k in (below, below + 1) if k <= size]
    if not near:
        return ""
    sizes = " or ".join(map(str, bases))
    return f"{base.text}% of {n} is {sizes}, and no whole number of {sizes} gives {claim.text}%: {' and '.join(near)}."


# For the terminal --------------------------------------------------------------------------------------------------


def claim_tables(comparison: ClaimComparison, every: bool = False) -> list[Table]:
    """Claims by verdict, then the claims that are neither equal nor quoted (all of them with `every`)."""
    plain = (Judged.EQUAL, Judged.REFERENCE)
    rows = [
        row for row in comparison.rows
        if every or row.verdict not in plain or row.before_verdict not in (None, Judged.REFERENCE)
    ]  # fmt: skip
    summary = Table(title="Printed claims beside ours")
    summary.add_column("Judged")
    columns = (("Claims", comparison.counts), ("Numbers of earlier years", comparison.before_counts))
    for name, _ in columns:
        summary.add_column(name, justify="right")
    for verdict in Judged:
        counts = (f"{found[verdict]:,}" if found[verdict] else "" for _, found in columns)
        summary.add_row(verdict.replace("_", " "), *counts)
    summary.add_section()
    summary.add_row("all", *(f"{found.total():,}" for _, found in columns))
    if not rows:
        return [summary]
    return [summary, beside("Claims in print and here", "Claim", map(_line, rows))]


def _line(row: ComparedClaim) -> tuple[str, ...]:
    there, here = row.there, row.printed_here or "–"
    if row.before_verdict not in (None, Judged.REFERENCE):
        there, here = f"{there} (before: {row.before_there})", f"{here} (before: {row.before_here or '–'})"
    return row.claim_id, there, here, row.verdict, row.reason

"""Printed sentences beside the table they speak of, where headlines.csv and headline_cells.csv lie beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from pipeline.audit.claims_file import COMPUTED, LINKS_FILE, Claim, Link, read_claims, read_links
from pipeline.audit.consistency import Finding, Hint, Kind, exclusive, exhibit_of, possible_sums, shares_of
from pipeline.audit.printed import PrintedCell
from pipeline.audit.proofs import span, tables_of
from pipeline.figures.ledger import ALL, OVERALL

CLAIMS_FILE = "headlines.csv"


def said_and_printed(
    folder: Path, cells: Collection[PrintedCell], hints: Mapping[str, Hint]
) -> Iterator[Finding]:
    """Sentences that give one number twice, and shares of all that the table's own bands do not add to.

    Nothing without the two files. Raises InputError when one of them cannot be read.
    """
    if not (folder / CLAIMS_FILE).exists() or not (folder / LINKS_FILE).exists():
        return
    claims = read_claims(folder / CLAIMS_FILE)
    links = read_links(folder / LINKS_FILE, claims)
    linked = [(claims[name], link) for name, link in links.items()
              if link.kind == COMPUTED and link.transform == "value" and claims[name].value is not None]  # fmt: skip
    yield from _two_values(linked)
    tables = {exhibit_of(dimensions): dimensions for dimensions in tables_of(shares_of(cells, hints))}
    for claim, link in linked:
        for address in link.cells:
            exhibit, _, rest = address.partition(".")
            row, _, column = rest.rpartition(".")
            if row == f"{OVERALL}.{ALL}" and exhibit in tables:
                single = exclusive(tables[exhibit], hints.get(exhibit))
                yield from _beside_bands(claim, exhibit, column, tables[exhibit], single)


def _two_values(linked: list[tuple[Claim, Link]]) -> Iterator[Finding]:
    by_cells: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim, link in linked:
        by_cells[link.cells].append(claim)
    for cells, found in by_cells.items():
        values = dict.fromkeys(claim.text for claim in found)
        if len(values) > 1:
            proof = f"The same number is printed as {' and '.join(values)} ({', '.join(c.claim_id for c in found)})."
            near = max(c.value for c in found) - min(c.value for c in found) <= max(c.step for c in found)
            yield Finding(Kind.TWO_VALUES, found[0].exhibit, " ".join(cells), proof, explained=near)


def _beside_bands(claim: Claim, exhibit: str, column: str, dimensions, single: bool) -> Iterator[Finding]:
    """A share of all in a sentence that is not what the bands of a dimension add to."""
    bases = {name: sum(row[0].n or 0 for row in bands.values()) for name, bands in dimensions.items()}
    for name, n in bases.items():
        counts = possible_sums(dimensions, name, column, single=single) if n and n == max(bases.values()) else None
        if not counts:
            continue
        away = min(abs(Fraction(100 * k, n) - claim.value) for k in counts)
        if away > claim.step / 2:
            least, most = (f"{float(Fraction(100 * k, n)):.1f}" for k in (min(counts), max(counts)))
            proof = (
                f"The sentence says {claim.text}, but {name} adds to {span(counts)} of {n}, "
                f"{least}{'' if least == most else f' to {most}'} percent ({claim.claim_id})."
            )
            cut = away < claim.step
            yield Finding(Kind.HEADLINE, exhibit, f"{OVERALL}/{column}", proof, explained=cut)
            return

"""The sentences of a published report with their numbers, and which figure each of them rests on: two files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.audit.printed import parse_printed, read_rows
from pipeline.errors import InputError

CLAIM_COLUMNS = ("claim_id", "exhibit", "statement", "value", "unit", "comparison_value")
LINK_COLUMNS = ("claim_id", "cell", "kind", "transform", "among", "comparison_cell", "against", "reason")
LINKS_FILE = "headline_cells.csv"
COMPUTED, REFERENCED, LOST, CONTRADICTS = "computed", "reference", "lost", "contradicts"
KINDS = (COMPUTED, REFERENCED, LOST, CONTRADICTS)
TRANSFORMS = ("value", "rank", "n", "complement")


@dataclass(frozen=True)
class Claim:
    """One printed sentence and its number; None where the number did not survive. `step` is its last digit's worth."""

    claim_id: str
    exhibit: str
    statement: str
    value: Fraction | None
    step: Fraction
    text: str
    unit: str
    before: Fraction | None
    before_text: str


@dataclass(frozen=True)
class Link:
    """Where the ledger bears a claim out: cells that must all do so, how they are read, what speaks against it.

    A rank is that among the columns of the cell's row; `among` names them where the row has others, such as a total.
    """

    cells: tuple[str, ...] = ()
    kind: str = COMPUTED
    transform: str = "value"
    among: tuple[str, ...] = ()
    before: str = ""
    against: tuple[str, ...] = ()
    reason: str = ""


def is_claims_file(path: Path) -> bool:
    """Whether a published CSV holds claims and not a table; told by its header."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return set(CLAIM_COLUMNS) <= set(next(csv.reader(file), []))


def read_claims(path: Path) -> dict[str, Claim]:
    """Every claim of a file by id. InputError with row and column for what is missing, double or no number."""
    claims: dict[str, Claim] = {}
    for number, row in read_rows(path, CLAIM_COLUMNS):
        if not row["claim_id"] or row["claim_id"] in claims:
            raise InputError(f"the claim {row['claim_id']!r} has no id or comes twice", file=path, row=number)
        (value, step), (before, _) = (_number(row[name], path, number, name) for name in ("value", "comparison_value"))
        claims[row["claim_id"]] = Claim(
            row["claim_id"], row["exhibit"], row["statement"], value, step, row["value"], row["unit"], before,
            row["comparison_value"],
        )  # fmt: skip
    return claims


def _number(text: str, path: Path, number: int, column: str) -> tuple[Fraction | None, Fraction]:
    if not text:
        return None, Fraction(1)
    found = parse_printed(text)
    if found is None:
        raise InputError(f"{text!r} is not a number", file=path, row=number, column=column)
    return found


def read_links(path: Path, claims: dict[str, Claim]) -> dict[str, Link]:
    """Which figures each claim rests on. InputError for an unknown claim, kind or transform, or one without cells."""
    links: dict[str, Link] = {}
    for number, row in read_rows(path, LINK_COLUMNS):

        def refuse(column: str, message: str, number: int = number) -> InputError:
            return InputError(message, file=path, row=number, column=column)

        claim, kind, transform = row["claim_id"], row["kind"], row["transform"] or "value"
        if claim not in claims or claim in links:
            raise refuse("claim_id", f"{claim!r} is not a claim" if claim not in claims else f"{claim!r} comes twice")
        if kind not in KINDS:
            raise refuse("kind", f"{kind!r} is not a kind; allowed: {', '.join(KINDS)}")
        if transform not in TRANSFORMS:
            raise refuse("transform", f"{transform!r} is not a transform; allowed: {', '.join(TRANSFORMS)}")
        if kind != LOST and not row["cell"]:
            raise refuse("cell", "only a claim whose number is lost may go without a cell")
        unknown = [name for name in row["against"].split() if name not in claims]
        if unknown or (kind == CONTRADICTS) != bool(row["against"]):
            raise refuse("against", "a claim that print contradicts names those that do so, and no other claim does")
        cells, among, against = (tuple(row[name].split()) for name in ("cell", "among", "against"))
        links[claim] = Link(cells, kind, transform, among, row["comparison_cell"], against, row["reason"])
    return links

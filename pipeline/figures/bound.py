"""Texts that know which figures stand in them, so that a finished page can be checked against the ledger.

A reference is a cell id, which stands for its printed text, or a cell id with one of PARTS: `cell:n` for its base,
`cell:numerator` for the count behind a share, `cell:bare` for the printed number without its percent sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.figures.formats import format_n, format_value
from pipeline.figures.ledger import Cell, N

PART_N, PART_NUMERATOR, PART_BARE = "n", "numerator", "bare"
PARTS = (PART_N, PART_NUMERATOR, PART_BARE)
_SLOT = re.compile(r"\{\}")


class Bound(str):
    """A text with references to the figures in it, in the order in which they stand; else a text like any other.

    Cutting it up or putting it into an f-string gives a plain text without references: `fill` and `join` keep them.
    """

    __slots__ = ("references",)

    def __new__(cls, text: str, *references: str) -> Bound:
        bound = super().__new__(cls, text)
        bound.references = references
        return bound

    def __str__(self) -> Bound:  # matplotlib keeps str(text) of what it is given to draw
        return self


def references_of(*texts: str) -> tuple[str, ...]:
    """The references of texts, in order; a plain text has none."""
    return tuple(name for text in texts for name in getattr(text, "references", ()))


def fill(template: str, *texts: str) -> Bound:
    """The template with each `{}` replaced by a text, with the references of all of them."""
    given = iter(texts)
    return Bound(_SLOT.sub(lambda _: next(given), template), *references_of(*texts))


def join(separator: str, texts: Iterable[str]) -> Bound:
    """The texts that are not empty, joined, with their references."""
    kept = [text for text in texts if text]
    return Bound(separator.join(kept), *references_of(*kept))


def printed(cell: Cell) -> Bound:
    """A figure as it is printed."""
    return Bound(cell.printed, cell.cell_id)


def bare(cell: Cell) -> Bound:
    """A printed percentage without its sign, for a place where the sign would repeat."""
    return Bound(cell.printed.removesuffix("%"), f"{cell.cell_id}:{PART_BARE}")


def numerator(cell: Cell) -> Bound:
    """How many companies make up a share."""
    return Bound(format_value(cell.numerator, "count"), f"{cell.cell_id}:{PART_NUMERATOR}")


def count_of(cell: Cell) -> Bound:
    """The base of a figure as a plain number."""
    return Bound(format_value(cell.n, "count"), _of_base(cell))


def base_text(cell: Cell | None) -> str:
    """A base with its name, such as n = 110; nothing where there is none."""
    return Bound(format_n(cell.n), _of_base(cell)) if cell is not None and cell.n is not None else ""


def _of_base(cell: Cell) -> str:
    return cell.cell_id if cell.column == N else f"{cell.cell_id}:{PART_N}"

"""What a census found: the numerals of both files, where each figure is printed, and what nothing explains."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Appearance:
    """One place where a figure is printed: `page` is that of the PDF, `anchor` the id to go to in the HTML."""

    cell_id: str
    medium: str
    element: str
    exhibit: str
    anchor: str
    page: int | None
    printed_text: str


@dataclass(frozen=True)
class Unbound:
    """A numeral that no figure and no allowed word explains, or a figure that is named and not printed."""

    medium: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.medium}, {self.place}: {self.message}"


@dataclass
class Count:
    """The numerals of one medium: how many print a figure, how many are allowed and why, which are neither."""

    figures: int = 0
    allowed: Counter = field(default_factory=Counter)
    unbound: list[Unbound] = field(default_factory=list)
    numerals: int = 0

    @property
    def bound(self) -> int:
        return self.figures + sum(self.allowed.values())


@dataclass
class Census:
    """What the census of one finished report found."""

    html: Count
    pdf: Count
    downloads: Count
    appearances: list[Appearance]
    in_words: list[str]

    @property
    def unbound(self) -> list[Unbound]:
        return self.html.unbound + self.pdf.unbound + self.downloads.unbound

    def record(self) -> dict:
        """The counts, for run.json."""
        found: dict = {
            medium: {"numerals": c.numerals, "bound": c.bound, "figures": c.figures}
            | {"allowed": dict(sorted(c.allowed.items()))}
            for medium, c in (("html", self.html), ("pdf", self.pdf))
        }
        found["rows of CSV files"] = {"rows": self.downloads.numerals, "bound": self.downloads.bound}
        return found | {"in words": len(self.in_words)}

"""How far an unrounded value may move before it is printed otherwise.

Only the formatter knows where print changes (decimals end at 10, thousands become K), so it is asked on either side of
every place where a decimal rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pipeline.figures.formats import format_value

HAIR = Fraction(1, 10**9)
POWERS = range(-4, 10)
PLACES = (None, 0, 1, 2, 3, 4)
HALVES = 12  # tried on either side for each power; decimals that end at 10 hide up to nine finer ones


@dataclass(frozen=True)
class Boundary:
    """The nearest value at which print changes, how far it is away, and what is printed beyond it."""

    at: Fraction
    distance: Fraction
    beyond: str


def decimals_of(value: Fraction, unit: str, printed: str) -> int | None:
    """The decimals that print the value as it was printed; those of the text where no rounding gives it."""
    for places in PLACES:
        if format_value(value, unit, places) == printed:
            return places
    digits = "".join(c for c in printed if c.isdigit() or c == ".")
    return len(digits.partition(".")[2])


def nearest_boundary(value: Fraction, unit: str, decimals: int | None) -> Boundary | None:
    """The nearest place where print changes, the lower one of two alike; None for years, which are not rounded."""
    if unit == "year":
        return None
    here = format_value(value, unit, decimals)
    found = []
    for at, past in _places(value):
        beyond = format_value(past, unit, decimals)
        if beyond != here:
            found.append(Boundary(at, abs(at - value), beyond))
    return min(found, key=lambda b: (b.distance, b.at), default=None)


def _places(value: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
    """Places above and below the value where some decimal rounds, each with a value just past it.

    Zero is one of them: a share that is there is never written 0%.
    """
    if value >= 0:
        yield Fraction(0), Fraction(0) if value else HAIR
    for power in POWERS:
        step = Fraction(10) ** power
        whole = value // step
        for i in range(-HALVES, HALVES + 1):
            at = (whole + i + Fraction(1, 2)) * step
            if at >= value:
                yield at, at + HAIR
            if at <= value:
                yield at, at - HAIR

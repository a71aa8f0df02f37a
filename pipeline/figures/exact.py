"""Exact numbers in arrays: a stored number stands for the shortest decimal that reads back as it.

Such decimals are whole numbers over a power of ten. They are held as 64-bit integers where they have at most 15 digits,
and as Python's own integers where they have more, so that nothing is ever rounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

DIGITS = 15  # so many decimal digits survive in a binary number, whatever they are
SAFE = 2**53  # below it every whole number is a binary number too
MANY = 3000  # divisors that are brought to one denominator
CUT = 10**60


@dataclass(frozen=True)
class Numbers:
    """Exact numbers, each `factor * over / under`; `under` is None where nothing is divided, else above zero.

    Both are arrays of whole numbers: int64 if all of them are below 2**53, else of Python's integers.
    """

    over: np.ndarray
    under: np.ndarray | None = None
    factor: Fraction = Fraction(1)

    def __len__(self) -> int:
        return len(self.over)

    def __getitem__(self, place: int) -> Fraction:
        number = self.factor * int(self.over[place])
        return number if self.under is None else number / int(self.under[place])

    def take(self, places: np.ndarray) -> Numbers:
        """Those at these places."""
        return Numbers(self.over[places], None if self.under is None else self.under[places], self.factor)

    def sum(self, times: np.ndarray | None = None) -> Fraction:
        """The sum of all, each so many times."""
        return self.factor * _added(map(Fraction, *self._by_divisor(times)))

    def near_sum(self, times: np.ndarray | None = None) -> tuple[Fraction, Fraction]:
        """The same, and by how much it may be off: nothing unless there are so many divisors that it would take long.

        The sum over 10^5 different divisors is a fraction of a million digits. Beyond MANY each divisor's part is cut
        after 60 decimals, so that the sum is off by less than 10^-60 for each of them.
        """
        overs, unders = self._by_divisor(times)
        if len(unders) <= MANY:
            return self.factor * _added(map(Fraction, overs, unders)), Fraction(0)
        cut = sum(over * CUT // under for over, under in zip(overs, unders, strict=True))
        return self.factor * Fraction(cut, CUT), abs(self.factor) * Fraction(len(unders), CUT)

    def absolute(self) -> Numbers:
        """The same numbers above zero; the factor must be."""
        return Numbers(abs(self.over), self.under, self.factor)

    def multiples(self, times: np.ndarray | None = None) -> list[int] | list[Fraction]:
        """The numbers without their factor, each so many times."""
        over = _multiplied(self.over, times).tolist()
        return over if self.under is None else list(map(Fraction, over, self.under.tolist()))

    def _by_divisor(self, times: np.ndarray | None) -> tuple[Collection[int], Collection[int]]:
        """What is divided by each divisor, and the divisors."""
        overs = _multiplied(self.over, times)
        if self.under is None:
            return [int(summable(overs).sum())], [1]
        sums: dict[int, int] = {}
        for over, under in zip(overs.tolist(), self.under.tolist(), strict=True):
            sums[under] = sums.get(under, 0) + over
        return sums.values(), sums.keys()

    def order(self) -> np.ndarray:
        """The places of the numbers in ascending order."""
        floats = self._floats()
        order = np.argsort(floats, kind="stable")
        alike = np.flatnonzero(np.diff(floats[order]) == 0)
        if alike.size:  # so close that their floats are the same: the exact numbers settle it
            for run in np.split(alike, np.flatnonzero(np.diff(alike) > 1) + 1):
                places = slice(run[0], run[-1] + 2)
                order[places] = sorted(order[places], key=self.__getitem__)
        return order

    def _floats(self) -> np.ndarray:
        """The nearest float to each, or to a multiple of each: of a larger number it is not smaller."""
        if self.over.dtype == object:  # Python's division of integers is rounded once, as that of safe floats is
            over, under = self.over * self.factor.numerator, (1 if self.under is None else self.under)
            return (over / (under * self.factor.denominator)).astype("float64")
        return self.over.astype("float64") if self.under is None else self.over / self.under


def decimals(values: np.ndarray) -> Numbers:
    """The decimals that finite floats stand for."""
    for places in range(DIGITS + 1):
        whole = np.rint(values * 10.0**places)
        if not (np.abs(whole) < 10.0**DIGITS).all():
            break
        # a decimal of up to 15 digits that reads back as the float is the shortest that does
        if (whole / 10.0**places == values).all():
            return Numbers(whole.astype("int64"), None, Fraction(1, 10**places))
    parsed = [_parsed(repr(value)) for value in values.tolist()]
    most = max(0, *(places for _, places in parsed))
    whole = np.array([digits * 10 ** (most - places) for digits, places in parsed], dtype=object)
    return Numbers(whole, None, Fraction(1, 10**most))


def divided(over: np.ndarray, under: np.ndarray, factor: Fraction) -> Numbers:
    """`factor * over / under` in lowest terms, of whole numbers; nothing may be divided by zero."""
    over, under = _narrowed(over, under)
    common = np.gcd(over, under)
    common = np.where(under < 0, -common, common)
    return Numbers(*_narrowed(over // common, under // common), factor)


def distinct(numbers: Numbers) -> tuple[np.ndarray, Numbers]:
    """The distinct numbers in ascending order, and for each number its place among them."""
    codes, found = pd.factorize(numbers.over)
    if numbers.under is not None:
        unders, others = pd.factorize(numbers.under)
        codes, found = pd.factorize(codes * len(others) + unders)
    one_of = np.empty(len(found), dtype="int64")
    one_of[codes] = np.arange(len(codes))
    order = numbers.take(one_of).order()
    rank = np.empty(len(order), dtype="int32")
    rank[order] = np.arange(len(order), dtype="int32")
    return rank[codes], numbers.take(one_of[order])


def summable(whole: np.ndarray) -> np.ndarray:
    """The same whole numbers, as Python's integers where sums of them might not fit into 64 bits."""
    fits = whole.dtype != object and _largest(whole) * len(whole) < 2**63
    return whole if fits else whole.astype(object)


def _multiplied(whole: np.ndarray, times: np.ndarray | None) -> np.ndarray:
    """Products of whole numbers, as Python's integers where they might not fit into 64 bits."""
    if times is None:
        return whole
    fits = whole.dtype != object and times.dtype != object and _largest(whole) * _largest(times) < 2**63
    return whole * times if fits else whole.astype(object) * times.astype(object)


def _largest(whole: np.ndarray) -> int:
    return int(np.abs(whole).max(initial=0))


def _narrowed(*arrays: np.ndarray) -> list[np.ndarray]:
    """Whole numbers as machine integers where all of them are safe as such, else all as Python's."""
    safe = all(not len(whole) or -SAFE < whole.min() <= whole.max() < SAFE for whole in arrays)
    return [whole.astype("int64" if safe else object) for whole in arrays]


def _parsed(text: str) -> tuple[int, int]:
    """The digits of a decimal, and how many of them stand behind the point."""
    digits, _, power = text.partition("e")
    whole, _, rest = digits.partition(".")
    return int(whole + rest), len(rest) - int(power or 0)


def _added(fractions: Iterable[Fraction]) -> Fraction:
    """Their sum, by halves, so that the large denominators come last."""
    left = list(fractions)
    while len(left) > 1:
        odd = left[len(left) // 2 * 2 :]
        left = [one + other for one, other in zip(left[::2], left[1::2], strict=False)] + odd
    return left[0] if left else Fraction(0)

"""The statistics, each a pure function from the answers of a band to one exact figure.

Answers come in as a tally of exact numbers (a decimal answer is exact), so nothing is rounded before it is printed and
a share is 100*k/n with the multiplication first (`knowledge/audit.md` section 6).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from pipeline.figures.exact import Numbers

NEAR = Fraction(1, 10**9)  # of the half of all weight: two sums of weights that differ by less are the same
EDGES = 2 * 10**20  # rounding to twenty decimals or fewer turns where this times the number is whole


@dataclass(frozen=True)
class Tally:
    """The distinct answers of a band in ascending order, and how many respondents gave each.

    `weights` are what these weigh together, in multiples of `unit`, all above zero; None where all weigh the same.
    """

    values: Numbers
    counts: np.ndarray
    weights: np.ndarray | None = None
    unit: Fraction = Fraction(1)

    @cached_property
    def n(self) -> int:
        """How many respondents answered."""
        return int(self.counts.sum())

    @cached_property
    def _passed(self) -> np.ndarray:
        return np.cumsum(self.counts)

    def __getitem__(self, place: int) -> Fraction:
        """The answer at a place from below; 0 is the smallest."""
        return self.values[int(np.searchsorted(self._passed, place, side="right"))]

    def weight(self, which: np.ndarray | slice = slice(None)) -> Fraction:
        """What those who gave these answers weigh."""
        return self.unit * sum(self.weights[which].tolist())


@dataclass(frozen=True)
class Figure:
    """One exact value and what it rests on; `stat` is None when there is no answer.

    `error` is by how much a mean of very many ratios, or one that is taken for the decimal beside it, may be off.
    """

    stat: Fraction | None
    n: int
    numerator: Fraction | int | None = None
    denominator: Fraction | int | None = None
    error: Fraction = Fraction(0)


def share(tally: Tally) -> Figure:
    """Share of the answers that count (are not 0), in percent: 100*k/n, or weight by weight."""
    if not tally.n:
        return Figure(None, 0)
    counted = tally.values.over != 0
    if tally.weights is not None:
        hit, total = tally.weight(counted), tally.weight()
        return Figure(100 * hit / total, tally.n, hit, total)
    k = int(tally.counts[counted].sum())
    return Figure(Fraction(100 * k, tally.n), tally.n, k, tally.n)


def count(tally: Tally) -> Figure:
    """How many of the answers count: k of n."""
    k = int(tally.counts[tally.values.over != 0].sum())
    return Figure(Fraction(k), tally.n, k, tally.n) if tally.n else Figure(None, 0)


def median(tally: Tally) -> Figure:
    """The middle answer, or the mean of the two middle ones when their number is even.

    Weighted, it is the answer at which half of the weight is passed, or the mean of the two answers between which
    exactly half lies on either side. Equal weights give the plain median, whole ones that of the answers repeated.
    """
    if not tally.n:
        return Figure(None, 0)
    if tally.weights is None:
        pivots = [tally[place] for place in middle(tally.n)]
    else:
        pivots = [tally.values[place] for place in weighted_middle(tally.weights)]
    return Figure(sum(pivots, Fraction(0)) / len(pivots), tally.n)


def middle(n: int) -> tuple[int, ...]:
    """The places, from below, of the one or two answers that are the median of n."""
    return (n // 2,) if n % 2 else (n // 2 - 1, n // 2)


def weighted_middle(weights: np.ndarray) -> tuple[int, ...]:
    """The same where the answers, in ascending order, have these weights, whole numbers whose sum fits into their type.

    Half is half but for what binary arithmetic leaves of weights: a third, exported as 0.333333333333, is a third.
    """
    passed = np.cumsum(weights)
    half = Fraction(int(passed[-1]), 2)
    place = int(np.searchsorted(passed, math.ceil(half * (1 - NEAR))))
    return (place, place + 1) if passed[place] <= half * (1 + NEAR) else (place,)


def mean(tally: Tally) -> Figure:
    """The arithmetic mean; the numerator is the sum of the answers, each times its weight.

    Where there are so many ratios that their exact sum would take too long, it is one so near that no print differs.
    """
    if not tally.n:
        return Figure(None, 0)
    if tally.weights is None:
        times, unit, base = tally.counts, 1, tally.n
    else:
        times, unit, base = tally.weights, tally.unit, tally.weight()
    total, error = (unit * part for part in tally.values.near_sum(times))
    if error and not (_told(total, error) and _told(total / base, error / base)):
        total, error = unit * tally.values.sum(times), Fraction(0)
    return Figure(total / base, tally.n, total, base, error / base)


def _told(value: Fraction, error: Fraction) -> bool:
    """Whether all values that are off by no more are stored and printed alike, with up to twenty decimals."""
    low, high = value - error, value + error
    return float(low) == float(high) and low * EDGES // 1 == high * EDGES // 1


def ratio_of_sums(over: Numbers, under: Numbers, weights: Numbers | None = None) -> Figure:
    """The sum of the divided numbers by the sum of the divisors: each respondent weighs as much as its divisor."""
    if not len(over):
        return Figure(None, 0)
    times, unit = (None, 1) if weights is None else (weights.over, weights.factor)
    top, bottom = unit * over.sum(times), unit * under.sum(times)
    return Figure(top / bottom, len(over), top, bottom)


def quantile(tally: Tally, part: Fraction) -> Fraction:
    """Quantile of type 7 (linear between order statistics, as in numpy, pandas and PERCENTILE); needs an answer."""
    place = part * (tally.n - 1)
    below = place // 1
    above = min(below + 1, tally.n - 1)
    return tally[below] + (place - below) * (tally[above] - tally[below])

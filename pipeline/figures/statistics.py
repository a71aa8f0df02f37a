"""The statistics, each a pure function from the answers of a band to one exact figure.

Answers come in as fractions (a decimal answer is exact), so nothing is rounded before it is printed and a share is
100*k/n with the multiplication first (`knowledge/audit.md` section 6).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Figure:
    """One exact value and what it rests on; `stat` is None when there is no answer.

    `pivots` are the positions, in ascending order of the answers, of the one or two that are the median.
    """

    stat: Fraction | None
    n: int
    numerator: Fraction | int | None = None
    denominator: Fraction | int | None = None
    pivots: tuple[int, ...] = ()


Weights = Sequence[Fraction] | None  # how much each answer weighs, all above zero; None where all weigh the same


def share(counts: Sequence[bool], weights: Weights = None) -> Figure:
    """Share of the answers that count, in percent: 100*k/n; weighted, the weight of those that count by that of all."""
    n, k = len(counts), sum(map(bool, counts))
    if weights is not None and n:
        hit, total = sum((w for c, w in zip(counts, weights, strict=True) if c), Fraction(0)), sum(weights, Fraction(0))
        return Figure(100 * hit / total, n, hit, total)
    return Figure(Fraction(100 * k, n), n, k, n) if n else Figure(None, 0)


def count(counts: Sequence[bool]) -> Figure:
    """How many of the answers count: k of n."""
    n, k = len(counts), sum(map(bool, counts))
    return Figure(Fraction(k), n, k, n) if n else Figure(None, 0)


def median(values: Sequence[Fraction], weights: Weights = None) -> Figure:
    """The middle answer, or the mean of the two middle ones when their number is even.

    Weighted, it is the answer at which half of the weight is passed, or the mean of the two answers between which
    exactly half lies on either side. Equal weights give the plain median, whole ones that of the answers repeated.
    """
    n = len(values)
    if not n:
        return Figure(None, 0)
    if weights is not None:
        return _weighted_median(values, weights)
    pivots = (n // 2,) if n % 2 else (n // 2 - 1, n // 2)
    ranked = sorted(values)
    return Figure(sum((ranked[i] for i in pivots), Fraction(0)) / len(pivots), n, pivots=pivots)


def _weighted_median(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Figure:
    ranked = sorted(range(len(values)), key=lambda i: values[i])
    half, below, place = sum(weights, Fraction(0)) / 2, Fraction(0), -1
    while below < half:
        place += 1
        below += weights[ranked[place]]
    pivots = (place, place + 1) if below == half else (place,)
    middle = sum((values[ranked[p]] for p in pivots), Fraction(0)) / len(pivots)
    return Figure(middle, len(values), pivots=pivots)


def mean(values: Sequence[Fraction], weights: Weights = None) -> Figure:
    """The arithmetic mean; the numerator is the sum of the answers, each times its weight."""
    n, total = len(values), sum(values, Fraction(0))
    if weights is not None and n:
        total, weight = sum(map(operator.mul, values, weights), Fraction(0)), sum(weights, Fraction(0))
        return Figure(total / weight, n, total, weight)
    return Figure(total / n, n, total, n) if n else Figure(None, 0)


def ratio_of_sums(ratios: Sequence[Fraction], divisors: Sequence[Fraction], weights: Weights = None) -> Figure:
    """The sum of the divided numbers by the sum of the divisors: each respondent weighs as much as its divisor."""
    if weights is not None:
        divisors = list(map(operator.mul, divisors, weights))
    n, over, under = len(ratios), sum(map(operator.mul, ratios, divisors), Fraction(0)), sum(divisors, Fraction(0))
    return Figure(over / under, n, over, under) if n else Figure(None, 0)


def quantile(values: Sequence[Fraction], part: Fraction) -> Fraction:
    """Quantile of type 7 (linear between order statistics, as in numpy, pandas and PERCENTILE); needs an answer."""
    ranked = sorted(values)
    place = part * (len(ranked) - 1)
    below = place // 1
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (place - below) * (ranked[above] - ranked[below])

"""Tallies of numbers that a test names one by one."""

from fractions import Fraction
from math import lcm

import numpy as np

from pipeline.figures.contributions import Column
from pipeline.figures.exact import Numbers, distinct, divided


def tally(values, weights=None):
    """The tally of these answers, with what each of their respondents weighs."""
    places, values = distinct(ratios(values))
    column = Column([], places, values, places, weights=None if weights is None else whole(weights))
    return column.tally(np.arange(len(places)))


def ratios(values):
    """Numbers of a numerator and a denominator each."""
    pairs = np.array([Fraction(v).as_integer_ratio() for v in values], dtype=object).reshape(-1, 2)
    return divided(pairs[:, 0], pairs[:, 1], Fraction(1))


def whole(values):
    """Numbers over one denominator."""
    values = [Fraction(v) for v in values]
    common = lcm(*(v.denominator for v in values))
    return Numbers(np.array([int(v * common) for v in values], dtype=object), None, Fraction(1, common))

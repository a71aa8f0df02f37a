"""Exact numbers in arrays against fractions, one by one."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tallies import ratios, whole

from pipeline.figures.exact import Numbers, decimals, distinct, divided, summable

FLOATS = st.one_of(
    st.floats(-1e18, 1e18, allow_nan=False),
    st.decimals(-1000, 1000, places=3).map(float),
    st.sampled_from([0.1, 0.3, 1e15, 1e15 - 1, 2**53 + 2.0, 1e22, 5e-324, 1e-300, 1e300, 0.1 + 0.2, -0.0, 1 / 3]),
)
LARGE = st.one_of(st.integers(-(10**30), 10**30), st.sampled_from([2**53, 2**53 + 1, -(2**63)]))
INTEGERS = st.one_of(st.integers(-50, 50), LARGE)
PAIRS = st.lists(st.tuples(INTEGERS, INTEGERS.filter(bool)), max_size=30)


@given(st.lists(FLOATS, max_size=30))
def test_a_stored_number_is_the_shortest_decimal_that_reads_back_as_it(values):
    """0.1 is one tenth, whatever is stored of it; large and small ones stand beside each other."""
    numbers = decimals(np.array(values, dtype="float64"))

    assert [numbers[i] for i in range(len(values))] == [Fraction(Decimal(repr(value))) for value in values]


@given(st.lists(st.floats(-1e9, 1e9).map(lambda value: round(value, 4)), max_size=30))
def test_numbers_of_up_to_fifteen_digits_are_machine_integers(values):
    """That is what keeps a million of them small."""
    assert decimals(np.array(values, dtype="float64")).over.dtype == np.int64


@given(PAIRS)
def test_a_quotient_is_in_lowest_terms_over_a_divisor_above_zero(pairs):
    """So equal quotients are equal pairs."""
    over, under = (np.array([pair[i] for pair in pairs], dtype=object) for i in (0, 1))
    numbers = divided(over, under, Fraction(100))

    assert [numbers[i] for i in range(len(pairs))] == [Fraction(100 * a, b) for a, b in pairs]
    expected = [Fraction(a, b).as_integer_ratio() for a, b in pairs]
    assert list(zip(numbers.over.tolist(), numbers.under.tolist(), strict=True)) == expected


CLOSE = [Fraction(10**17 + i, 10**17 + j) for i in range(3) for j in range(3)]  # one float, nine numbers


@given(st.lists(st.one_of(st.fractions(), st.sampled_from(CLOSE)), max_size=40))
def test_distinct_numbers_are_in_order_however_close(values):
    """Also where their floats are one and the same."""
    places, found = distinct(ratios(values))

    assert [found[i] for i in range(len(found))] == sorted(set(values))
    assert [found[i] for i in places.tolist()] == values


@given(st.lists(st.tuples(st.fractions(), st.integers(0, 5)), max_size=30))
def test_a_sum_is_exact(pairs):
    """Of decimals and of quotients, each so many times."""
    values, times = [value for value, _ in pairs], np.array([n for _, n in pairs], dtype=object)

    for numbers in (whole(values), ratios(values)):
        assert numbers.sum() == sum(values)
        assert numbers.sum(times) == sum(value * n for value, n in pairs)


@pytest.mark.parametrize(("largest", "fits"), [(2**61, True), (2**62, False)])
def test_sums_that_might_not_fit_are_made_of_integers_without_end(largest, fits):
    """Two of the latter are one too many for 64 bits."""
    found = summable(np.array([largest, 1]))

    assert (found.dtype == np.int64) is fits


def test_large_divisors_beside_small_numbers_are_in_order():
    """One of the two would fit into 64 bits, and their product with the other not."""
    over, under = np.array([10**20, 6 * 10**9, 1], dtype=object), np.array([3, 1681883903726231, 7], dtype=object)
    _, found = distinct(divided(over, under, Fraction(1, 10**6)))

    assert [found[i] for i in range(3)] == sorted(found[i] for i in range(3))


WHOLE = st.lists(st.tuples(st.integers(-(2**53) + 1, 2**53 - 1), st.integers(0, 2**40)), min_size=1, max_size=8)


@given(WHOLE)
def test_products_and_sums_do_not_run_over(pairs):
    """However large the numbers and how often they count."""
    whole, times = (np.array([pair[i] for pair in pairs], dtype="int64") for i in (0, 1))

    assert Numbers(whole).sum(times) == sum(number * n for number, n in pairs)
    assert Numbers(whole).multiples(times) == [number * n for number, n in pairs]

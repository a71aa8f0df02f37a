from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.figures.formats import format_n, format_share, format_value, half_up


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "printed"),
    [
        (51.8, "share", None, "52%"),
        (0.4, "share", None, "<1%"),
        (0.04, "share", 1, "<0.1%"),
        (0, "share", None, "0%"),
        (28.5, "share", None, "29%"),
        (100 / 3, "share", 1, "33.3%"),
        (104.2, "percent", None, "104%"),
        (6.84, "percent", 1, "6.8%"),
        (4, "pts", None, "+4\u00a0pts"),
        (-3, "pts", None, "−3\u00a0pts"),
        (0, "pts", None, "0\u00a0pts"),
        (850_000, "usd", None, "$850K"),
        (1_900_000, "usd", None, "$1.9M"),
        (12_000_000, "usd", None, "$12M"),
        (10_300_000, "usd", 1, "$10.3M"),
        (999_950, "usd", None, "$1.0M"),
        (9_960_000, "usd", None, "$10M"),
        (2_500_000_000, "usd", None, "$2.5B"),
        (850, "usd", None, "$850"),
        (0, "usd", None, "$0"),
        (-1_500_000, "usd", None, "−$1.5M"),
        (76.4, "ratio", None, "76"),
        (4.5, "ratio", None, "4.5"),
        (9.96, "ratio", None, "10"),
        (1.42, "times", None, "1.4×"),
        (42, "days", None, "42\u00a0days"),
        (1, "days", None, "1\u00a0day"),
        (1240, "people", None, "1,240"),
        (4.5, "people", None, "5"),
        (4.5, "people", 1, "4.5"),
        (-44, "score", None, "−44"),
        (2023, "year", None, "2023"),
        (None, "usd", None, "–"),
    ],
)
def test_a_value_is_printed_as_its_unit_asks(value, unit, decimals, printed):
    """Every unit has one way to be written, from the unrounded value."""
    assert format_value(value, unit, decimals) == printed


def test_a_base_keeps_its_parts_together():
    """n is written with no-break spaces and a comma."""
    assert format_n(1240) == "n\u00a0=\u00a01,240"


def test_an_unknown_unit_is_refused_with_those_that_are_known():
    """A unit that nobody defined is an error, not a plain number."""
    with pytest.raises(InputError, match="unit 'furlongs' is not known; allowed: share, percent"):
        format_value(1, "furlongs")


@given(st.integers(1, 600).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 1))
def test_a_share_is_rounded_half_up_from_its_two_whole_numbers(share, decimals):
    """The printed share is floor(100*k/n + one half), in whole numbers throughout."""
    k, n = share
    step = 10**decimals
    expected = Decimal((200 * k * step + n) // (2 * n)).scaleb(-decimals)

    printed = format_share(k, n, decimals)

    if k and not expected:
        assert printed.startswith("<")
    else:
        assert Decimal(printed.rstrip("%")) == expected


@given(st.fractions(min_value=-10_000, max_value=10_000, max_denominator=1000), st.integers(0, 3))
def test_rounding_moves_by_half_a_step_at_most_and_ties_go_away_from_zero(value, decimals):
    """Half up is symmetric around zero."""
    rounded = Fraction(half_up(value, decimals))

    away = abs(rounded) - abs(value)
    assert -Fraction(1, 2 * 10**decimals) < away <= Fraction(1, 2 * 10**decimals)

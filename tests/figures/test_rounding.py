from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figures.formats import half_up
from pipeline.figures.rounding import add_to_100

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=16).filter(lambda counts: sum(counts) > 0)


def shares(*counts):
    return [Fraction(100 * k, sum(counts)) for k in counts]


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ((5, 8, 2, 3), (28, 44, 11, 17)),
        ((1, 1, 1), (34, 33, 33)),  # no choice of whole groups fits: the first of equals
        ((4, 4, 4, 0, 0, 3, 0, 2), (24, 24, 24, 0, 0, 17, 0, 11)),  # published: ownership_onboarding.arr.30_50m
        ((16, 1, 1, 0, 0), (88, 6, 6, 0, 0)),  # published: ownership_support.arr.gt_100m
        ((0, 7), (0, 100)),
    ],
)
def test_a_row_adds_to_100_by_largest_remainder_with_equal_answers_alike(counts, printed):
    """Points go to the shares that lost most; equal answers are printed equal as long as the row allows it."""
    assert [int(p) for p in add_to_100(shares(*counts))] == list(printed)


@given(COUNTS, st.integers(0, 1))
def test_a_forced_row_adds_to_exactly_100_and_moves_no_share_by_a_whole_step(counts, decimals):
    """Zero stays zero, and whole shares stay what they are."""
    exact = shares(*counts)

    printed = [Fraction(p) for p in add_to_100(exact, decimals)]

    assert sum(printed) == 100
    for share, number in zip(exact, printed, strict=True):
        assert abs(share - number) < Fraction(1, 10**decimals)
        assert number == 0 if share == 0 else number >= 0


@given(COUNTS)
def test_a_row_that_adds_to_100_by_itself_is_left_alone(counts):
    """Forcing changes only rows that plain rounding leaves at 99 or 101, or further."""
    exact = shares(*counts)
    plain = [half_up(share) for share in exact]

    if sum(plain) == 100:
        assert add_to_100(exact) == plain


def test_shares_that_leave_answers_out_are_refused():
    """A row of 60 and 30 percent cannot be made to add to 100 without inventing the rest."""
    with pytest.raises(ValueError, match="do not add to 100"):
        add_to_100([Fraction(60), Fraction(30)])

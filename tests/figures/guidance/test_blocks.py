"""Each building block gives what its source prints, and moves the way the formula says."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figures.formats import half_up
from pipeline.figures.guidance.blocks import (
    BLOCKS,
    arr_after,
    arr_by_year,
    contact_month,
    cost_per_case,
    cost_share,
    gross_retention,
    growth,
    logo_retention,
    net_retention,
    people_needed,
    points_to_pay,
    tier_revenue,
    value_after,
    weighted_score,
    worth_of_points,
)

# Printed in the guide to customer success, engagement and health: 25 million of ARR, 10 of new customers a year.
with (Path(__file__).parent / "gross_retention_value.csv").open(encoding="utf-8") as file:
    PRINTED = list(csv.DictReader(file))
NEW, YEARS = Fraction(10), Fraction(5)

amounts = st.fractions(min_value=0, max_value=10**9, max_denominator=100)
rates = st.fractions(min_value=0, max_value=300, max_denominator=10)


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: row["gross_retention_pct"])
def test_the_printed_values_of_gross_retention_come_out_to_the_cent(row):
    rate = Fraction(row["gross_retention_pct"])

    assert half_up(arr_after(Fraction(25), rate, NEW, YEARS), 1) == Decimal(row["ending_arr_musd"])
    assert half_up(value_after(Fraction(25), rate, NEW, YEARS, Fraction(5)), 2) == Decimal(row["value_5x_musd"])
    assert half_up(value_after(Fraction(25), rate, NEW, YEARS, Fraction(10)), 2) == Decimal(row["value_10x_musd"])


def test_all_thirty_three_printed_values_are_tested():
    assert len(PRINTED) * 3 == 33


@pytest.mark.parametrize(
    ("rate", "end"), [(95, "38.1"), (100, "45.0"), (105, "53.15"), (110, "62.74"), (115, "73.94"), (120, "86.97")]
)
def test_the_curve_of_net_retention_ends_where_the_guide_draws_it(rate, end):
    amount = arr_after(Fraction(20), Fraction(rate), Fraction(5), YEARS)

    assert half_up(amount, len(end.partition(".")[2])) == Decimal(end)


def test_the_worked_example_of_the_guide():
    start, expansion, downsell, churned = (Fraction(n) for n in ("25.0", "2.8", "1.1", "1.2"))

    assert half_up(gross_retention(start, downsell, churned)) == 91
    assert half_up(net_retention(start, expansion, downsell, churned)) == 102
    assert half_up(logo_retention(Fraction(250), Fraction(30))) == 88


@given(amounts.filter(bool), amounts, amounts, amounts)
def test_gross_retention_is_at_most_net_retention_and_at_most_100(start, expansion, downsell, churned):
    gross = gross_retention(start, downsell, churned)

    assert gross <= net_retention(start, expansion, downsell, churned)
    assert gross <= 100


def test_losses_that_are_gains_do_not_lift_gross_retention_over_100():
    assert gross_retention(Fraction(10), Fraction(-1), Fraction(0)) == 100


@given(amounts, rates, rates, amounts, st.integers(0, 8))
def test_more_retention_never_means_less_arr(start, one, other, new, years):
    low, high = sorted((one, other))

    assert arr_by_year(start, low, new, years)[-1] <= arr_by_year(start, high, new, years)[-1]


@given(amounts, rates, amounts, st.integers(0, 6), st.integers(0, 30))
def test_value_is_so_many_times_what_it_is_at_a_multiple_of_one(start, rate, new, years, multiple):
    once = value_after(start, rate, new, Fraction(years), Fraction(1))

    assert value_after(start, rate, new, Fraction(years), Fraction(multiple)) == multiple * once


@given(amounts, rates, rates, amounts, st.integers(0, 6))
def test_what_points_are_worth_is_the_difference_of_two_values(start, rate, points, new, years):
    worth = worth_of_points(start, rate, points, new, Fraction(years), Fraction(5))

    assert worth == value_after(start, rate + points, new, Fraction(years), Fraction(5)) - value_after(
        start, rate, new, Fraction(years), Fraction(5)
    )


@given(amounts, rates, amounts)
def test_no_year_passes_in_no_years_and_one_year_is_the_recurrence(start, rate, new):
    assert arr_by_year(start, rate, new, 0) == (start,)
    assert arr_by_year(start, rate, new, 1) == (start, start * rate / 100 + new)


@pytest.mark.parametrize("years", ["-1", "2.5"])
def test_years_are_whole_and_not_past(years):
    assert arr_after(Fraction(1), Fraction(100), Fraction(0), Fraction(years)) is None
    assert worth_of_points(*map(Fraction, ("1", "100", "5", "0", years, "5"))) is None


@pytest.mark.parametrize(
    ("arr", "each", "people"),
    [("30", "2", 15), ("30", "0.5", 60), ("2", "2", 1), ("2.01", "2", 2), ("0", "2", 0), ("30", "0", None)],
)
def test_so_many_csms_hold_the_arr(arr, each, people):
    """The published rules: two million each, half a million when growing in triple digits; a part is one more."""
    assert people_needed(Fraction(arr), Fraction(each)) == people


def test_the_small_formulas():
    assert growth(Fraction(20), Fraction(45)) == 125
    assert points_to_pay(Fraction(90_000), Fraction(30_000_000)) == Fraction("0.3")
    assert tier_revenue(Fraction(30), Fraction(20)) == 6  # the two ends of the printed edition: 30 to 40% of customers,
    assert tier_revenue(Fraction(40), Fraction(20)) == 8  # 6 to 8% of ARR
    assert cost_per_case(Fraction(500_000), Fraction(10_000)) == 50
    assert cost_share(Fraction(8), Fraction(100)) == 8
    assert contact_month(Fraction(12), Fraction(90)) == 9
    assert contact_month(Fraction(12), Fraction(45)) == 10  # rather early than late
    assert contact_month(Fraction(1), Fraction(90)) == -2


@pytest.mark.parametrize(
    "block", [gross_retention, net_retention, logo_retention, growth, points_to_pay, cost_per_case, cost_share]
)
def test_nothing_is_divided_by_nothing(block):
    inputs = {name: Fraction(0) for name in BLOCKS[block.__name__].parameters}

    assert block(**inputs) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100)), min_size=1, max_size=8))
def test_a_score_lies_between_its_lowest_and_its_highest_rating(metrics):
    weights, ratings = zip(*metrics, strict=True)

    assert min(ratings) <= weighted_score(*(list(map(Fraction, each)) for each in (weights, ratings))) <= max(ratings)


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_every_block_names_its_source_or_the_block_that_does(block):
    assert "Source:" in block.function.__doc__ or "see `arr_by_year`" in block.function.__doc__

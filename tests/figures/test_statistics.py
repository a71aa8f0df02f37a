from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figures.statistics import count, mean, median, quantile, ratio_of_sums, share

NUMBERS = st.lists(st.fractions(min_value=-1000, max_value=1000, max_denominator=100), min_size=1, max_size=40)


def test_a_share_knows_its_two_whole_numbers():
    """Two of three is 200/3 percent, exactly."""
    figure = share([True, False, True])

    assert (figure.stat, figure.numerator, figure.denominator, figure.n) == (Fraction(200, 3), 2, 3, 3)


@pytest.mark.parametrize(
    ("values", "middle", "pivots"), [([5], 5, (0,)), ([9, 1, 4], 4, (1,)), ([9, 1, 4, 5], Fraction(9, 2), (1, 2))]
)
def test_the_median_is_the_middle_answer_or_the_mean_of_the_two(values, middle, pivots):
    """An even number of answers has two pivots."""
    figure = median([Fraction(v) for v in values])

    assert (figure.stat, figure.pivots, figure.n) == (middle, pivots, len(values))


@pytest.mark.parametrize("statistic", [share, count, median, mean, lambda none: ratio_of_sums(none, none)])
def test_no_answers_give_no_figure(statistic):
    """An empty band has a base of 0 and no value, for every statistic."""
    figure = statistic([])

    assert figure.stat is None and figure.n == 0


def test_quartiles_are_of_type_7():
    """1 to 8 has its quartiles at 2.75 and 6.25, as in numpy, pandas and spreadsheets."""
    values = [Fraction(v) for v in range(1, 9)]

    assert (quantile(values, Fraction(1, 4)), quantile(values, Fraction(3, 4))) == (Fraction(11, 4), Fraction(25, 4))


@given(NUMBERS)
def test_a_median_lies_between_the_smallest_and_the_largest_answer(values):
    """So does the mean, and the median is the quantile at one half."""
    assert min(values) <= median(values).stat <= max(values)
    assert min(values) <= mean(values).stat <= max(values)
    assert quantile(values, Fraction(1, 2)) == median(values).stat


@given(NUMBERS, st.sampled_from([Fraction(1, 4), Fraction(3, 4)]))
def test_quantiles_agree_with_numpy(values, part):
    """numpy's default (linear) is type 7."""
    expected = np.quantile([float(v) for v in values], float(part))

    assert float(quantile(values, part)) == pytest.approx(expected, abs=1e-9)


@given(NUMBERS, st.randoms())
def test_the_order_of_respondents_changes_nothing(values, random):
    """Statistics depend on the answers, not on who comes first."""
    shuffled = values[:]
    random.shuffle(shuffled)

    assert median(shuffled) == median(values)
    assert mean(shuffled) == mean(values)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60))
def test_shares_of_a_single_choice_add_up_in_their_numerators(answers):
    """Every answer counts in exactly one share."""
    shares = [share([a == code for a in answers]) for code in "abc"]

    assert sum(s.numerator for s in shares) == len(answers)
    assert sum(s.stat for s in shares) == 100


PAIRS = st.lists(st.tuples(*[st.fractions(min_value="0.01", max_value=1000, max_denominator=100)] * 2), min_size=1)


@given(PAIRS)
def test_a_ratio_of_sums_is_the_one_sum_by_the_other(pairs):
    """Exactly, with both sums kept, and between the smallest and the largest ratio of its respondents."""
    ratios, divisors = [over / under for over, under in pairs], [under for _, under in pairs]

    figure = ratio_of_sums(ratios, divisors)

    assert (figure.numerator, figure.denominator) == (sum(over for over, _ in pairs), sum(divisors))
    assert figure.stat == figure.numerator / figure.denominator
    assert min(ratios) <= figure.stat <= max(ratios)


@given(st.lists(st.booleans(), min_size=1))
def test_a_count_is_the_numerator_of_the_share_of_the_same_answers(counts):
    """k, where the share is 100*k/n."""
    assert count(counts).stat == share(counts).numerator
    assert (count(counts).denominator, count(counts).n) == (len(counts), len(counts))

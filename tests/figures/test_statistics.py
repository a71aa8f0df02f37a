from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tallies import tally, whole

from pipeline.figures import exact, tabulate
from pipeline.figures.draw import on_paper
from pipeline.figures.formats import half_up
from pipeline.figures.statistics import count, mean, median, middle, quantile, ratio_of_sums, share

NUMBERS = st.lists(st.fractions(min_value=-1000, max_value=1000, max_denominator=100), min_size=1, max_size=40)


def test_a_share_knows_its_two_whole_numbers():
    """Two of three is 200/3 percent, exactly."""
    figure = share(tally([True, False, True]))

    assert (figure.stat, figure.numerator, figure.denominator, figure.n) == (Fraction(200, 3), 2, 3, 3)


def test_what_derived_answers_lose_in_storage_moves_no_printed_figure():
    """Three answers of 8/3 and one of 5.5 have the mean 3.375; nothing else becomes another number."""
    stored = [Fraction(repr(value)) for value in (8 / 3, 8 / 3, 8 / 3, 5.5)]

    assert mean(tally(stored)).stat < on_paper(mean(tally(stored)).stat) == Fraction("3.375")
    for stat in (Fraction(10, 3), Fraction(1, 7), Fraction("3.37499999999"), Fraction(0), Fraction("-12.5")):
        assert on_paper(stat) == stat


@pytest.mark.parametrize(
    ("values", "expected", "pivots"), [([5], 5, (0,)), ([9, 1, 4], 4, (1,)), ([9, 1, 4, 5], Fraction(9, 2), (1, 2))]
)
def test_the_median_is_the_middle_answer_or_the_mean_of_the_two(values, expected, pivots):
    """An even number of answers has two pivots."""
    figure = median(tally(values))

    assert (figure.stat, middle(figure.n), figure.n) == (expected, pivots, len(values))


@pytest.mark.parametrize("statistic", [share, count, median, mean, lambda t: ratio_of_sums(t.values, t.values)])
def test_no_answers_give_no_figure(statistic):
    """An empty band has a base of 0 and no value, for every statistic."""
    figure = statistic(tally([]))

    assert figure.stat is None and figure.n == 0


def test_quartiles_are_of_type_7():
    """1 to 8 has its quartiles at 2.75 and 6.25, as in numpy, pandas and spreadsheets."""
    values = tally(range(1, 9))

    assert (quantile(values, Fraction(1, 4)), quantile(values, Fraction(3, 4))) == (Fraction(11, 4), Fraction(25, 4))


@given(NUMBERS)
def test_a_median_lies_between_the_smallest_and_the_largest_answer(values):
    """So does the mean, and the median is the quantile at one half."""
    counted = tally(values)

    assert min(values) <= median(counted).stat <= max(values)
    assert mean(counted).stat == sum(values) / len(values)
    assert quantile(counted, Fraction(1, 2)) == median(counted).stat


@given(NUMBERS, st.sampled_from([Fraction(1, 4), Fraction(3, 4)]))
def test_quantiles_agree_with_numpy(values, part):
    """numpy's default (linear) is type 7."""
    expected = np.quantile([float(v) for v in values], float(part))

    assert float(quantile(tally(values), part)) == pytest.approx(expected, abs=1e-9)


@given(NUMBERS, st.randoms())
def test_the_order_of_respondents_changes_nothing(values, random):
    """Statistics depend on the answers, not on who comes first."""
    shuffled = values[:]
    random.shuffle(shuffled)

    assert median(tally(shuffled)) == median(tally(values))
    assert mean(tally(shuffled)) == mean(tally(values))


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60))
def test_shares_of_a_single_choice_add_up_in_their_numerators(answers):
    """Every answer counts in exactly one share."""
    shares = [share(tally([a == code for a in answers])) for code in "abc"]

    assert sum(s.numerator for s in shares) == len(answers)
    assert sum(s.stat for s in shares) == 100


PAIRS = st.lists(st.tuples(*[st.fractions(min_value="0.01", max_value=1000, max_denominator=100)] * 2), min_size=1)


@given(PAIRS)
def test_a_ratio_of_sums_is_the_one_sum_by_the_other(pairs):
    """Exactly, with both sums kept, and between the smallest and the largest ratio of its respondents."""
    overs, unders = zip(*pairs, strict=True)

    figure = ratio_of_sums(whole(overs), whole(unders))

    assert (figure.numerator, figure.denominator) == (sum(overs), sum(unders))
    assert figure.stat == figure.numerator / figure.denominator
    assert min(over / under for over, under in pairs) <= figure.stat <= max(over / under for over, under in pairs)


@given(st.lists(st.booleans(), min_size=1))
def test_a_count_is_the_numerator_of_the_share_of_the_same_answers(counts):
    """k, where the share is 100*k/n."""
    counted = tally(counts)

    assert count(counted).stat == share(counted).numerator
    assert (count(counted).denominator, count(counted).n) == (len(counts), len(counts))


@given(PAIRS, st.integers(0, 6))
def test_a_mean_of_very_many_ratios_is_printed_as_the_exact_one(pairs, decimals):
    """It is summed nearly, and settled exactly where what is printed or stored could differ."""
    ratios = [over / under for over, under in pairs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "MANY", 0)
        figure = mean(tally(ratios))

    assert abs(figure.stat - sum(ratios) / len(ratios)) <= figure.error < Fraction(1, 10**50)
    assert float(figure.stat) == float(sum(ratios) / len(ratios))
    assert half_up(figure.stat, decimals) == half_up(sum(ratios) / len(ratios), decimals)


def test_a_mean_on_the_edge_of_rounding_is_settled_exactly(monkeypatch):
    """One third and two thirds have a mean of one half, and cut decimals lie below it."""
    monkeypatch.setattr(exact, "MANY", 0)
    third, seventh = Fraction(1, 3), Fraction(1, 7)

    assert mean(tally([third, 1 - third])) == mean(tally([Fraction(1, 2)] * 2))
    assert mean(tally([third, seventh])).error > 0


def test_shares_that_were_summed_nearly_add_to_100(monkeypatch, survey, report):
    """What the cut decimals leave of the whole goes to the largest share; nothing in print differs."""
    expected = tabulate(survey, report).cells
    monkeypatch.setattr(exact, "MANY", 0)

    assert tabulate(survey, report).cells == expected

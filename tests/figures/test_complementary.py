"""What goes with a withheld figure: brute force over every possible set of answers finds it out no more."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.figures.disclosure.complementary import protect
from pipeline.figures.disclosure.facts import YES_NO, Family
from pipeline.figures.disclosure.groups import Group
from pipeline.figures.disclosure.primary import dominance_ruling, ruling
from pipeline.figures.disclosure.span import Span
from pipeline.figures.exhibits_file import Outside
from pipeline.figures.formats import format_value, rounded

LIMITS = Outside(withhold=3, unanimous=3)
YES = frozenset(YES_NO[:1])


def family_of(companies, owners=None):
    """Yes or no of companies by two dimensions; a company is its two bands and its answer."""
    names = [f"c{i}" for i in range(len(companies))]
    groups = {name: Group(1, 0, frozenset({owners[name]})) if owners else Group() for name in names}
    family = Family(YES_NO, False, False, False, groups)
    cuts = {("overall", 0): names}
    for name, (first, second, _) in zip(names, companies, strict=True):
        cuts.setdefault(("first", first), []).append(name)
        cuts.setdefault(("second", second), []).append(name)
    said = {name for name, company in zip(names, companies, strict=True) if company[2]}
    for (dimension, band), members in cuts.items():
        fact = family.fact(frozenset(members), YES, len(said & set(members)))
        fact.values.append(f"e.{dimension}.{band}.yes")
        fact.places.add(("e", dimension))
    return family


def protected(family, limits=LIMITS):
    """The facts that are withheld by themselves, and those that stay shown."""
    facts = list(family.facts.values())
    targets = [fact for fact in facts if ruling(fact, family, limits)]
    shown = [fact for fact in facts if fact not in targets]
    gone = protect(family, shown, targets, limits)
    return targets, [fact for fact in shown if fact not in gone]


def family_of_choices(companies):
    """One answer of three of companies by two dimensions, and the first two answers together by the first."""
    names = [f"c{i}" for i in range(len(companies))]
    family = Family(("a", "b", "c"), True, False, False, {name: Group() for name in names})
    cuts = {("overall", 0): names}
    for name, (first, second, _) in zip(names, companies, strict=True):
        cuts.setdefault(("first", first), []).append(name)
        cuts.setdefault(("second", second), []).append(name)
    for (dimension, band), members in cuts.items():
        for i, code in enumerate(family.codes):
            count = sum(companies[names.index(name)][2] == i for name in members)
            fact = family.fact(frozenset(members), frozenset([code]), count)
            fact.values.append(f"e.{dimension}.{band}.{code}")
            fact.places.add(("e", dimension))
        if dimension == "first":
            count = sum(companies[names.index(name)][2] < 2 for name in members)
            both = family.fact(frozenset(members), frozenset("ab"), count)
            both.values.append(f"e.{dimension}.{band}.both")
            both.places.add(("e", dimension))
    return family


def worlds_of(family, shown):
    """All answers of everyone that give the shown counts: a code of each company."""
    everyone = sorted(family.groups)
    codes = family.codes
    return [
        dict(zip(everyone, answers, strict=True))
        for answers in product(codes, repeat=len(everyone))
        if all(sum(answers[everyone.index(name)] in f.codes for name in f.members) == f.count for f in shown)
    ]


def possible(target, worlds):
    """Every count of a target in these worlds."""
    return {sum(world[name] in target.codes for name in target.members) for world in worlds}


def told(family, shown, many):
    """What a single count on many says of each company: its code, or of two ways the other."""
    found = set()
    for fact in shown:
        of_all = len(fact.members) >= many and fact.count in (0, len(fact.members))
        if of_all and (not family.exclusive or (fact.count and len(fact.codes) == 1)):
            found |= fact.members
    return found


def settled(family, shown, many):
    """The companies whose answer follows from the shown counts; not from a single one on many, nor as many alike."""
    worlds, known = worlds_of(family, shown), told(family, shown, many)
    places = {name: tuple(name in fact.members for fact in family.facts.values()) for name in family.groups}
    few = {name for name in places if list(places.values()).count(places[name]) < many}
    return {name for name in few if len({world[name] for world in worlds}) == 1} - known


COMPANIES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.booleans()), min_size=6, max_size=9)
CHOICES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 2)), min_size=5, max_size=7)


@settings(max_examples=40, deadline=None)
@given(COMPANIES)
def test_no_withheld_count_is_found_out_by_trying_all_answers(companies):
    """It can be one of enough, or of as many as its own table and counts on many say by themselves."""
    family = family_of(companies)

    targets, shown = protected(family)

    worlds = worlds_of(family, shown)
    for target in targets:
        beside = target.places | {("e", "overall")}
        near = [f for f in shown if f.places & beside or (len(f.members) >= 3 and f.count in (0, len(f.members)))]
        left, alone = possible(target, worlds), possible(target, worlds_of(family, near))
        assert len(left) >= min(4, len(target.members), len(alone))


@settings(max_examples=40, deadline=None)
@given(st.one_of(COMPANIES.map(family_of), CHOICES.map(family_of_choices)))
def test_no_companys_answer_is_settled_for_one_who_knows_all_bands(family):
    """Nor is any withheld count, but where one on many fixes it, or of several answers nobody chose this one."""
    _, shown = protected(family)

    assert not settled(family, shown, LIMITS.unanimous)
    worlds = worlds_of(family, shown)
    for fact in family.facts.values():
        if fact not in shown and (fact.count or not family.exclusive) and len(possible(fact, worlds)) == 1:
            assert any(len(possible(fact, worlds_of(family, [f]))) == 1 for f in shown if len(f.members) >= 3)


def test_without_protection_one_company_is_left_for_an_answer():
    """The control: of five in two by two bands the one yes is in the one place whose bands both have one."""
    family = family_of([(0, 0, True), (0, 1, False), (1, 0, False), (1, 1, False), (1, 1, False)])
    facts = list(family.facts.values())

    assert "c0" in settled(family, facts, 9)
    gone = protect(family, facts, [], Outside(withhold=2, unanimous=9))
    assert not settled(family, [f for f in facts if f not in gone], 9)


def test_single_cells_go_not_whole_rows():
    """Of three answers the two small ones are withheld of two bands, and what most chose stays."""
    answers = [1, 0, 0, 0, 0, 0, 0, 0, 2]
    family = family_of_choices([(i // 3, i % 3, answer) for i, answer in enumerate(answers)])
    facts = list(family.facts.values())

    gone = protect(family, facts, [], Outside(withhold=2, unanimous=3))

    assert settled(family, facts, 3) >= {"c0", "c8"}
    assert {cell.rpartition(".")[2] for f in gone for cell in f.cells} == {"b", "c"}
    assert not any(("e", "overall") in f.places for f in gone)


@settings(max_examples=40, deadline=None)
@given(COMPANIES)
def test_no_sum_of_shown_counts_is_about_fewer_than_three(companies):
    """Not by one figure less another, nor by all bands of a dimension less the total."""
    _, shown = protected(family_of(companies))

    for larger, smaller in product(shown, repeat=2):
        if smaller.members < larger.members:
            assert len(larger.members - smaller.members) >= 3
    whole = max((fact.members for fact in shown), key=len, default=frozenset())
    for dimension in ("first", "second"):
        bands = frozenset().union(*(f.members for f in shown if ("e", dimension) in f.places))
        assert not 0 < len(whole - bands) < 3


def test_one_small_band_takes_the_next_smallest_with_it():
    """Bands of 2, 4 and 6: the 2 are withheld, and with them the 4, or they were twelve less ten."""
    companies = [(band, 0, i % 2) for i, band in enumerate([0] * 2 + [1] * 4 + [2] * 6)]

    targets, shown = protected(family_of(companies))

    assert {len(fact.members) for fact in targets} == {2}
    assert {len(fact.members) for fact in shown} == {6, 12}


def test_without_complementary_suppression_brute_force_finds_the_band():
    """The control: the same counts without protection leave one number."""
    family = family_of([(band, 0, i % 2) for i, band in enumerate([0] * 2 + [1] * 4 + [2] * 4)])
    facts = list(family.facts.values())
    (target,) = (fact for fact in facts if ruling(fact, family, LIMITS))

    worlds = worlds_of(family, [fact for fact in facts if fact is not target])
    assert possible(target, worlds) == {target.count}


def test_companies_of_one_owner_are_one_contributor():
    """Four companies of one owner and three others: the four are one, so the seven are four."""
    companies = [(0, 0, True)] * 4 + [(0, 0, False)] * 3
    owners = {f"c{i}": "one" if i < 4 else f"c{i}" for i in range(7)}
    (fact,) = family_of(companies, owners).facts.values()

    assert ruling(fact, family_of(companies, owners), Outside(withhold=5, unanimous=1)).suppression == "primary"
    assert ruling(fact, family_of(companies), Outside(withhold=5, unanimous=1)) is None


@pytest.mark.parametrize(
    ("parts", "most", "weighs", "withheld"),
    [
        ([30, 10, 10, 10], 60, True, True),  # one is half of the sum
        ([20, 20, 20, 20], 80, True, False),
        ([30, 10, 10, 10], 60, False, False),  # in a mean of ratios each weighs the same
        ([30, 10, 2], 42, False, True),  # the second takes its 10 away and knows 30 to within 2
        ([30, 10, 2], 60, False, False),  # not where the print leaves 18 open
        ([5], 5, False, True),
        ([0, 0], 0, True, False),
    ],
)  # fmt: skip
def test_a_sum_that_is_one_contributors_is_withheld(parts, most, weighs, withheld):
    """Over 25 percent of a sum of amounts, or told to within 15 percent."""
    limits = Outside(dominance={"top": 25, "p": 15})

    assert bool(dominance_ruling(parts, most, limits, weighs=weighs)) is withheld


def test_sums_of_shown_figures_are_found_with_those_that_give_them():
    """Three pairs of three companies give each of them; which is half of ab and ac less bc."""
    span = Span(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]]))

    assert span.reach(np.array([1, 0, 0])) == [0, 1, 2]
    assert Span(np.array([[1, 1, 0], [0, 1, 1]])).reach(np.array([1, 0, 0])) is None
    assert [v.tolist() for v in Span(np.array([[1, 1, 1, 1], [0, 0, 1, 1]])).few([0, 1, 2, 3])] == [
        [1, 1, 0, 0], [0, 0, 1, 1], [1, 1, -1, -1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (1_240_000, "usd", "$1.2M"), (12_340_000, "usd", "$12M"), (849_999, "usd", "$850K"), (996_000, "usd", "$1.0M"),
        (137, "days", "140\u00a0days"), (42, "days", "42\u00a0days"), (1240, "people", "1,200"), (8.5, "people", "9"),
        (104.4, "percent", "104%"), (123.4, "ratio", "120"), (4.56, "ratio", "4.6"), (0, "usd", "$0"),
    ],
)  # fmt: skip
def test_outside_the_house_two_digits_are_left(value, unit, printed):
    """Percents keep their whole points; what is left prints as it would have, and again."""
    left = rounded(value, unit, significant=2)

    assert format_value(left, unit) == printed
    assert rounded(left, unit, significant=2) == left

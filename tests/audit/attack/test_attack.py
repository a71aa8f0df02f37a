"""What can be learnt from what is handed out: nothing where it is protected, the very thing where it is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.audit.attack import attack, audit_attack
from pipeline.audit.attack.intervals import Counts
from pipeline.audit.attack.knowledge import Inside, Told, told
from pipeline.audit.attack.single import exact_medians
from pipeline.audit.attack.sums import Sums, nested
from pipeline.audit.database import open_database
from pipeline.errors import InputError
from pipeline.figures import outside_ledger, read_report, tabulate
from pipeline.figures.exhibits_file import Dominance, Outside
from pipeline.figures.ledger import Cell
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[2] / "small"
MORE = """
  - id: all_but_one
    chapter: service
    title: Who owns support, without the largest
    measure: Owner of support, share of companies
    statistic: share
    question: owner
    where: arr < 500_000_000
    dimensions: []

  - id: mean_arr
    chapter: results
    title: Mean ARR
    measure: Mean of ARR
    statistic: mean
    question: arr
    column: mean
    unit: usd
    dimensions: []
"""
STRICT = Outside(unanimous=1, quartiles=5)  # a survey of twelve has few bases of ten
LOOSE = STRICT.model_copy(update={"complementary": False, "dominance": Dominance(top=100, p=0)})


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The small survey with an exhibit that leaves one company out and a mean with a giant in it."""
    folder = tmp_path_factory.mktemp("edition")
    for path in SMALL.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    text = (SMALL / "exhibits.yaml").read_text(encoding="utf-8")
    (folder / "exhibits.yaml").write_text(text.replace("{withhold: 5, mark: 10, quartiles: 10}",
                                                       "{unanimous: 1, quartiles: 5}") + MORE)  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def survey(edition):
    return read_survey(edition)


@pytest.fixture(scope="module")
def report(edition, survey):
    return read_report(edition, survey.codebook)


@pytest.fixture(scope="module")
def built(tmp_path_factory, survey, report):
    folder = tmp_path_factory.mktemp("built")
    tabulate(survey, report).write_sqlite(folder / "ledger.sqlite")
    return folder


@pytest.fixture(scope="module")
def learnt(edition, survey, report, built):
    """What each attack learns from a ledger that was made with some thresholds, judged by the strict ones."""

    def of(external):
        return replace(report, disclosure=report.disclosure.model_copy(update={"external": external}))

    def run(limits, judged=STRICT):
        cells = outside_ledger(survey, of(limits)).cells
        with open_database(edition, built) as database:
            equations = told(cells, Inside(database, report))
        return {each.name: each.learnt for each in attack(cells, equations, survey.owners(), of(judged))}

    return run


def test_a_protected_ledger_tells_nothing(learnt):
    """What is withheld by itself and what goes with it leave no sum to take apart, and no whole number."""
    assert not [line for lines in learnt(STRICT).values() for line in lines]


def test_without_complementary_suppression_the_hidden_band_is_what_is_left(learnt):
    """All twelve less the eight sales-led are the four product-led that are withheld."""
    found = learnt(LOOSE)

    assert "support_owner.overall.all.support less support_owner.motion.sales_led.support is about 4" in found[
        "nested figures"
    ]
    assert "a withheld figure of support_owner by motion follows from shown ones" in found["withheld, by sums"]


def test_two_figures_that_differ_by_one_company_tell_of_it(learnt):
    """The exhibit without the largest, beside the one with it."""
    found = learnt(LOOSE)

    assert any("less all_but_one.overall.all.support is about 1" in line for line in found["nested figures"])
    assert found["one, two or three companies, by sums"]


def test_a_sum_that_one_company_dominates_is_told(learnt):
    """ARR of 0.9 billion among twelve: the second largest knows it to within a few percent."""
    assert learnt(LOOSE)["dominance"] == [] != learnt(LOOSE, LOOSE.model_copy(update={"dominance": Dominance(p=100)}))[
        "dominance"
    ]


def test_quantiles_on_fewer_than_the_edition_asks_for_are_found(learnt):
    """Eleven answered about retention: quartiles are for twelve and more, and so are told of too few."""
    judged = STRICT.model_copy(update={"quartiles": 12})
    found = learnt(STRICT, judged)["few contributors to quantiles"]

    assert "retention.overall.all.nrr.p25 rests on too few" in found
    assert not learnt(judged, judged)["few contributors to quantiles"]


def test_who_is_the_only_one_knows_of_the_others(learnt):
    """Of the five from $10M to $50M four have support with Customer Support; the fifth knows that."""
    judged = STRICT.model_copy(update={"unanimous": 10})

    assert "support_owner.arr.10_50m.support is alike" in learnt(STRICT, judged)["all others alike"]
    assert not learnt(judged, judged)["all others alike"]


@pytest.mark.parametrize(
    ("stat", "unit", "too_exact"),
    [(1240.0, "days", True), (1200.0, "days", False), (0.45, "ratio", False), (0.456, "ratio", True),
     (104.0, "percent", False), (104.5, "percent", True), (6.8, "percent", False)],
)  # fmt: skip
def test_medians_keep_no_more_digits_than_they_may(stat, unit, too_exact):
    """Two digits, and of percents the whole points."""
    cell = Cell("e.overall.all.m", "e", "overall", "all", "m", "median", stat, "", unit, n=12)

    assert exact_medians([cell], STRICT) == (1, [cell] if too_exact else [])


def test_from_the_command_line_nothing_is_written_and_a_missing_ledger_is_said(edition, built, tmp_path):
    """Tables and problems only; one sentence where a folder holds nothing that was handed out."""
    before = sorted(built.iterdir())

    result = audit_attack(edition, built)

    assert result.tables and not result.paths
    assert not result.problems
    assert sorted(built.iterdir()) == before
    with pytest.raises(InputError, match=r"no ledger\.csv"):
        audit_attack(edition, built, [tmp_path])


def figure(members, count, *, shown=True, codes=("yes",), inside=(), exclusive=False, place="table"):
    return Told(("", "q"), codes, frozenset(members), count, frozenset(inside), exclusive,
                frozenset({(place, "band")}), (f"{place}.{'.'.join(sorted(members))}",) if shown else ())  # fmt: skip


def test_three_pairs_of_three_companies_tell_of_each():
    """No two figures are nested, and half of their sums is each company's answer."""
    group = [figure("ab", 1), figure("bc", 1), figure("ac", 2)]
    owners = {c: c for c in "abc"}

    tried, found = Sums(group, owners).few(1)

    assert list(nested(group)) == []
    assert (tried, sorted(found)) == (3, [("a",), ("b",), ("c",)])


def test_what_is_left_open_of_a_withheld_count_is_found_by_counting():
    """Of four 1, of the two shown 1: none of the two withheld, though 0 to 2 would be by their own base."""
    group = [figure("abcd", 1), figure("ab", 1), figure("cd", 0, shown=False)]

    ((target, left, _),) = Counts(group, 10).withheld()

    assert (target.count, left.least, left.most) == (0, 0, 0)


def test_a_withheld_count_of_many_may_not_be_had_either():
    """Of twelve 5, of eight of them 3: of the four it is 2, and of all but one of the twelve not to be had."""
    companies = "abcdefghijkl"
    group = [figure(companies, 5), figure("abcdefgh", 3), figure("ijkl", 2, shown=False),
             figure("abcdefghijk", 5, shown=False)]  # fmt: skip

    widths = {target.members: (left.width, wanted) for target, left, wanted in Counts(group, 10).withheld()}

    assert widths == {frozenset("ijkl"): (0, 1), frozenset("abcdefghijk"): (1, 1)}


def test_an_answer_that_only_one_company_can_have_given_is_pinned_down():
    """One of ab and one of ac said yes, one of all three: it was a."""
    group = [figure("abc", 1, inside="a"), figure("ab", 1, inside="a"), figure("ac", 1, inside="a")]

    tried, pinned = Counts(group, 10).pinned()

    assert tried == 3
    assert (("a",), "yes") in pinned


def test_what_one_figure_on_many_says_is_a_finding_and_what_two_say_an_attack():
    """Nobody of abc chose x, nobody of cde y: that c chose z is in neither; that all of def chose z is in one."""
    who = {"a": "y", "b": "z", "c": "z", "d": "z", "e": "z", "f": "z"}
    group = [
        figure(members, sum(who[c] == code for c in members), codes=(code,), exclusive=True,
               inside=[c for c in members if who[c] == code])
        for members, code in [("abcdef", "x"), ("abcdef", "y"), ("abcdef", "z"), ("abc", "x"), ("cde", "y"),
                              ("def", "z")]
    ]  # fmt: skip

    found = {company for companies, _ in Counts(group, 3).pinned()[1] for company in companies}

    assert "c" in found
    assert not found & set("def")


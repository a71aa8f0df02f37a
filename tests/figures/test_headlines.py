from dataclasses import replace

import pytest

from pipeline.figures.exhibits_file import HeadlineKeys
from pipeline.figures.headlines import Outcome, headline_of
from pipeline.figures.ledger import Ledger
from pipeline.figures.rules import RuleError, parse_rule


def outcome(report, ledger, exhibit, when, says="It is {overall.all.n}"):
    """What becomes of one headline of an exhibit, and its text."""
    definition = replace(report.exhibit(exhibit), headlines=(HeadlineKeys(says=says, when=when),))
    text, results = headline_of(definition, ledger)
    return results[0].outcome, results[0].reason, text


def test_the_first_headline_that_holds_is_printed_with_its_numbers(report, ledger):
    """Support owns support at 67 percent: not above 90, but ahead of Customer Success."""
    text, results = headline_of(report.exhibit("support_owner"), ledger)

    assert text == "A support team owns support at 67% of companies, ahead of Customer Success at 25%"
    assert [r.outcome for r in results] == [Outcome.FAILS, Outcome.HOLDS]


def test_an_exhibit_without_a_headline_that_holds_has_its_title(report, ledger):
    """Bands of 1, 4 and 3 companies carry no finding, whatever their medians are."""
    text, results = headline_of(report.exhibit("support_people"), ledger)

    assert text == "Support coverage"
    assert results[0].outcome is Outcome.FAILS
    assert results[0].reason == "support_people.arr.lt_10m.median_people rests on n = 1, under 10"
    assert [line.split(":")[0] for line in ledger.failed_headlines] == ["support_people"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("largest('overall.all') == 'email'", Outcome.HOLDS),
        ("smallest('overall.all') == 'none'", Outcome.HOLDS),
        ("rank('overall.all', 2) == 'phone'", Outcome.HOLDS),
        ("rank('overall.all', 2) in ('chat', 'email')", Outcome.FAILS),
        ("value('overall.all.email') > 60 and not value('overall.all.email') > 70", Outcome.HOLDS),
        ("40 < value('overall.all.phone') <= 55", Outcome.HOLDS),
        ("value('overall.all.email') - value('overall.all.phone') > 5", Outcome.HOLDS),
        ("n('overall.all') == 11 and n('overall.all.email') == 11", Outcome.HOLDS),
        ("value('overall.all.n') == 11", Outcome.HOLDS),
        ("value('support_owner.overall.all.support') > 60", Outcome.HOLDS),
        ("n('motion.hybrid') > 0", Outcome.FAILS),
        ("value('reference.overall.all.nrr_last_year') < 100", Outcome.HOLDS),
        ("value('survey.overall.all.respondents') == 12", Outcome.HOLDS),
        ("value('overall.all.email') > 'many'", Outcome.CANNOT_TELL),
        ("value('reference.overall.all.nobody') > 0", Outcome.CANNOT_TELL),
        ("value('motion.hybrid.email') > 0", Outcome.CANNOT_TELL),
        ("largest('motion.product_led') == 'chat'", Outcome.FAILS),
    ],
)
def test_a_rule_compares_figures(report, ledger, when, expected):
    """Each function of the language, over the channels of eleven companies."""
    assert outcome(report, ledger, "channels", when)[0] is expected


def test_rises_and_falls_look_at_every_band():
    """A dimension rises when no band falls behind the one before and the last is above the first."""
    from pipeline.figures.rules import Evaluation

    assert Evaluation._goes_up([1.0, 1.0, 3.0])
    assert not Evaluation._goes_up([1.0, 3.0, 2.0])
    assert not Evaluation._goes_up([2.0, 2.0])


def test_equal_figures_have_no_single_largest(report, ledger):
    """A superlative is refused where two columns share the place."""
    cells = tuple(
        replace(c, stat=50.0) if c.cell_id in ("channels.overall.all.email", "channels.overall.all.phone") else c
        for c in ledger.cells
    )

    found, reason, _ = outcome(report, Ledger(cells), "channels", "largest('overall.all') == 'email'")

    assert found is Outcome.FAILS and "shares its place" in reason


def test_a_sentence_may_not_quote_a_small_band(report, ledger):
    """The rule holds, but the number in the sentence rests on three companies."""
    found, reason, text = outcome(
        report, ledger, "support_owner", "n('overall.all') > 10", "Below $10M it is {arr.lt_10m.success}"
    )

    assert found is Outcome.FAILS and "rests on n = 3" in reason
    assert text == "Who owns support"


def test_withheld_figures_cannot_be_evaluated(report, external):
    """Outside the house the rule has nothing to compare."""
    found, reason, _ = outcome(report, external, "support_owner", "value('arr.lt_10m.success') > 50")

    assert found is Outcome.CANNOT_TELL and reason.endswith("is suppressed")


@pytest.mark.parametrize(
    "rule",
    [
        "__import__('os').system('true')",
        "open('x')",
        "value.__class__",
        "[x for x in (1, 2)]",
        "value('a' + 'b')",
        "value()",
        "rank('overall.all', '2')",
        "value(address='a')",
        "lambda: 1",
        "2 ** 100",
        "a",
        "1 if True else 2",
        "",
        "(" * 500,
        "not " * 5000 + "True",
    ],
)
def test_nothing_of_python_runs_but_the_listed_functions(rule):
    """Everything outside the small language is refused before it is evaluated."""
    with pytest.raises(RuleError):
        parse_rule(rule)

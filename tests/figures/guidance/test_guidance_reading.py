"""A rule that does not fit is refused in one sentence that names its line; a rule can be changed or dropped."""

import pytest

from pipeline.errors import InputError
from pipeline.figures.guidance.advise import advise
from pipeline.figures.guidance.reading import read_guidance

GOOD = """\
  - id: rule
    title: A rule about {points} points
    page: retention
    priority: 1
    source: [guide]
    numbers:
      points: {value: 5, unit: count, label: Points, source: guide}
    figures:
      - {id: more, label: With the points, is: nrr + points, unit: percent}
    ladder:
      title: ARR
      by: arr
      steps:
        - {id: small, label: Under $10M, below: 10_000_000, says: Small.}
        - {id: large, label: $10M and more, from: 10_000_000, says: Large.}
    says:
      - "You would have {more}."
    formula: Net retention and {points}
    example: {says: "So {more}.", answers: {nrr: 100, arr: 1}, gives: {more: 105%}}
"""


def test_a_good_rule_is_read(edition, survey):
    guidance = read_guidance(edition(GOOD), survey.codebook)

    assert [rule.id for rule in guidance.rules] == ["rule"]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("is: nrr + points", "is: nrrr + points", 13, "unknown name 'nrrr'; did you mean 'nrr'?"),
        ("is: nrr + points", "is: nrr > points", 13, "'nrr > points' gives a yes or no, not a number"),
        ("is: nrr + points", "is: owner", 13, "'owner' gives a text, not a number"),
        ("is: nrr + points", "is: last + 1", 13, "unknown name 'last'"),
        ("is: nrr + points", "block: gross_retentio", 13, "unknown block 'gross_retentio'; did you mean"),
        ("is: nrr + points", "block: growth, with: {start: arr}", 13, "the block 'growth' needs the input 'end'"),
        ("is: nrr + points", "block: growth, with: {begin: arr}", 13, "unknown input 'begin'"),
        ("is: nrr + points", "is: nrr, block: growth", 13, "give either 'is', an expression, or 'block'"),
        ("is: nrr + points", "is: nrr, survey: panel", 13, "unknown sub-survey 'panel'"),
        ("id: more, label", "id: nrr, label", 13, "'nrr' is asked in the survey; choose another id"),
        ("id: more, label", "id: points, label", 13, "the name 'points' is given twice"),
        ("below: 10_000_000, says: Small", "below: 10_000_000, sets: {points: nrr}, says: Small", 18, "given twice"),
        ("unit: percent}", "unit: percents}", 13, "unit 'percents' is not known"),
        ("points: {value: 5, unit: count", "points: {value: five, unit: count", 11, "not 'five'"),
        ("value: 5, unit", "value: 5, reference: x, unit", 11, "give either 'value' or 'reference'"),
        ("{value: 5, unit: count, label: Points, source: guide}", "{reference: x}", 11, "unknown reference 'x'"),
        ("{value: 5, unit: count, label: Points, source: guide}", "{value: 5}", 11, "needs 'unit' and 'label'"),
        ("source: [guide]", "source: [guid]", 9, "unknown source 'guid'; did you mean 'guide'?"),
        ("source: [guide]", "source: []", 9, "should have at least 1 item"),
        ("priority: 1", "priority: 0", 8, "greater than or equal to 1"),
        ("page: retention", "pages: retention", 7, "unknown key 'pages'; did you mean 'page'?"),
        ("id: rule\n", "id: survey\n", 5, "'survey' is an exhibit of every ledger"),
        ("have {more}.", "have {mor}.", 21, "unknown name 'mor'; did you mean 'more'?"),
        ("have {more}.", "have 105%.", 21, "the numeral '105' is typed, not bound"),
        ("have {more}.", "have {more.", 21, "a name in braces begins with { and ends with }"),
        ("about {points} points", "about {more} points", 5, "only numbers of the rule can stand in it, not 'more'"),
        ("says: Large.", "says: Over 10.", 19, "the numeral '10.' is typed"),
        ("from: 10_000_000", "from: 11_000_000", 19, "between bands 'small' and 'large' there is a gap at 10,000,000"),
        ("from: 10_000_000", "from: 9_000_000", 19, "bands 'small' and 'large' overlap at 9,000,000"),
        ("by: arr", "by: owner", 18, "a step by an answer needs 'choices'"),
        ("below: 10_000_000, says", "below: 10_000_000, sets: {a: points}, says", 19, "must set the same names"),
        ("gives: {more: 105%}", "gives: {more: 106%}", 23, "the example gives 105% for 'more', not 106%"),
        ("gives: {more: 105%}", "gives: {less: 105%}", 23, "unknown figure 'less'"),
        ("answers: {nrr: 100, arr: 1}", "answers: {grr: 100}", 23, "unknown input of the rule 'grr'"),
        ("formula: Net retention and {points}", "page: x", 22, "key 'page' is given twice"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_line(edition, survey, old, new, line, says):
    assert GOOD.count(old) == 1

    with pytest.raises(InputError) as refused:
        read_guidance(edition(GOOD.replace(old, new)), survey.codebook)

    assert says in str(refused.value)
    assert refused.value.line == line
    assert refused.value.file.name == "guidance.yaml"


def test_a_rule_without_a_block_needs_its_formula_in_words(edition, survey):
    rules = GOOD.replace("    formula: Net retention and {points}\n", "")

    with pytest.raises(InputError, match="the rule names no block, so it needs its 'formula' in words"):
        read_guidance(edition(rules), survey.codebook)


def test_figures_are_computed_from_top_to_bottom(edition, survey):
    rules = GOOD.replace("is: nrr + points", "is: 2 * later").replace(
        "    ladder:", "      - {id: later, label: L, is: arr, unit: usd}\n    ladder:"
    )

    with pytest.raises(InputError, match="'later' is computed further down"):
        read_guidance(edition(rules), survey.codebook)


def test_two_rules_of_one_id_are_refused(edition, survey):
    with pytest.raises(InputError, match="the rule 'rule' is defined twice"):
        read_guidance(edition(GOOD + GOOD), survey.codebook)


@pytest.mark.parametrize(("weight", "total"), [(49, "99"), (50.5, "100.5")])
def test_weights_that_do_not_add_to_100_are_refused(edition, survey, weight, total):
    rules = f"""
      - id: score
        title: T
        page: p
        priority: 1
        source: [guide]
        score:
          metrics:
            - {{id: a, label: A, weight: 50, low: l, high: h, rating: grr}}
            - {{id: b, label: B, weight: {weight}, low: l, high: h, rating: nrr}}
        formula: F
    """

    with pytest.raises(InputError, match=f"the weights add to {total}, not 100"):
        read_guidance(edition(rules), survey.codebook)


def test_a_stage_without_its_condition_is_refused(edition, survey):
    rules = """
      - id: maturity
        title: T
        page: p
        priority: 1
        source: [guide]
        maturity:
          stages: [{id: low, label: Low}, {id: high, label: High}]
          criteria: [{id: size, label: S, stages: {low: {looks: small}, high: {looks: large}}}]
        formula: F
    """

    with pytest.raises(InputError, match="every stage but the first needs the condition 'when'"):
        read_guidance(edition(rules), survey.codebook)


def test_a_changed_number_changes_what_is_said_and_a_dropped_rule_says_nothing(edition, survey):
    changed = GOOD.replace("value: 5", "value: 7").replace("105%", "107%")

    (said,) = advise(read_guidance(edition(changed), survey.codebook), survey, "R09")

    assert said.plain(said.title) == "A rule about 7 points"
    assert "You would have 122%." in [said.plain(text) for text in said.words]
    two = GOOD + GOOD.replace("id: rule\n", "id: other\n")
    assert [rule.id for rule in read_guidance(edition(two), survey.codebook).rules] == ["rule", "other"]
    assert [rule.id for rule in read_guidance(edition(two[len(GOOD) :]), survey.codebook).rules] == ["other"]

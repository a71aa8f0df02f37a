"""The rule language: unknown stays unknown, nothing but what is listed can be said."""

import pandas as pd
import pytest

from pipeline.responses.expressions import evaluate
from pipeline.responses.language import ExpressionError, check

QUESTIONS = """
lists:
  roles: [{code: cs, label: CS}, {code: am, label: AM}, {code: ops, label: Ops}]
  sales: {from: roles, only: [am, ops]}
dimensions:
  size: {title: Size, variable: a, bands: [{id: low, label: Low, below: 10}, {id: high, label: High, from: 10}]}
questions:
  - {id: a, type: number, text: A?}
  - {id: b, type: number, text: B?}
  - {id: team, type: count, text: Team?, items: roles}
  - {id: size_said, type: single, text: Size?, choices: [{code: low, label: Low}, {code: high, label: High}]}
  - {id: tools, type: multiple, text: Tools?, exclusive: [none], choices: [
      {code: x, label: X}, {code: y, label: Y}, {code: none, label: None}]}
  - {id: order, type: ranking, places: 2, text: Order?, choices: [{code: x, label: X}, {code: y, label: Y}]}
  - {id: name, type: text, text: Name?}
"""
RESPONSES = """
respondent_id,a,b,team__cs,team__am,team__ops,size_said,tools,order__1,order__2,name
r1,1,2,1,2,3,low,X,X,Y,Test Inc
r2,20,,0,0,,high,"X,None",X,X,Protest
r3,,0,,,,,,,,
"""


@pytest.fixture
def survey(tidy):
    return tidy(QUESTIONS, RESPONSES).read()


def values(survey, text):
    check(text, survey.codebook)
    result = evaluate(text, survey.before, survey.codebook, survey.reasons)
    return [None if pd.isna(value) else value for value in result]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", [True, None, None]),
        ("a < b and a > 100", [False, False, None]),
        ("a > 5 and b > 5", [False, None, False]),
        ("a > 5 or b < 1", [False, True, True]),
        ("not a > 5", [True, False, None]),
        ("0 < a < 10", [True, False, None]),
        ("a + b * 2", [5, None, None]),
        ("-a / b", [-0.5, None, None]),
        ("a / (b - 2)", [None, None, None]),
        ("log10(a) == 0", [True, False, None]),
        ("log10(b - 2)", [None, None, None]),
        ("size_said == 'low'", [True, False, None]),
        ("size_said in ('low', 'high')", [True, True, None]),
        ("size_said not in ('low',)", [False, True, None]),
        ("band(a, 'size') == size_said", [True, True, None]),
        ("between(a, 1, 20)", [True, True, None]),
        ("within_factor(a, b, 2)", [True, None, None]),
        ("within_factor(a, b, 1.9)", [False, None, None]),
        ("within_factor(b, 0, 2)", [None, None, None]),
        ("answered(a)", [True, True, False]),
        ("answered(a, b)", [True, False, False]),
        ("answered(tools)", [True, True, False]),
        ("missing_reason(a)", ["answered", "answered", "not_answered"]),
        ("missing_reason(tools) == 'not_answered'", [False, False, True]),
        ("selected(tools, 'none')", [False, True, None]),
        ("tools.x and not tools.none", [True, False, None]),
        ("exclusive(tools)", [True, False, None]),
        ("count(tools)", [1, 2, None]),
        ("count(a, b)", [2, 1, 1]),
        ("sum(team)", [6, None, None]),
        ("sum(team[sales])", [5, None, None]),
        ("sum(team.cs, team.am)", [3, 0, None]),
        ("team.am >= 1", [True, False, None]),
        ("distinct(order)", [True, False, None]),
        (r"matches(name, '(?i)\btest\b')", [True, False, None]),
        ("True", [True, True, True]),
    ],
)
def test_a_rule_has_three_outcomes(survey, text, expected):
    """True, false, or unknown where the answers do not tell; and, or and not know when the rest does not matter."""
    assert values(survey, text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os').system('x')", "not allowed"),
        ("(lambda: 1)()", "not allowed"),
        ("[x for x in a]", "not allowed"),
        ("a.__class__", "no item"),
        ("a if b else a", "not allowed"),
        ("a ** 999999", "not allowed"),
        ("a; b", "not an expression"),
        ("a & b", "not allowed"),
        ("eval('1')", "unknown function"),
        ("sum(a, key=b)", "not allowed"),
        ("a is b", "only =="),
        ("size_said < 'low'", "has no order"),
        ("a == 'low'", "is a text, not a number"),
        ("name + 1", "is a text, not a number"),
        ("sum(name)", "adds numbers"),
        ("team > 1", "several answers"),
        ("team[rolez]", "unknown list 'rolez'; did you mean 'roles'"),
        ("selected(tools, 'z')", "not a choice of 'tools'"),
        ("selected(a, 'x')", "takes a question of type multiple"),
        ("band(a, 'sizes')", "unknown dimension 'sizes'; did you mean 'size'"),
        ("matches(name, '(')", "is not a pattern"),
        ("between(a, 1)", "takes 3 arguments, not 2"),
        ("size_said in a", "'in' needs values in brackets"),
        ("(" * 500 + "a" + ")" * 500, "not an expression"),
    ],
)
def test_what_is_not_listed_cannot_be_said(survey, text, words):
    """Anything but the listed words is refused before a single answer is looked at."""
    with pytest.raises(ExpressionError) as caught:
        check(text, survey.codebook)

    assert words in str(caught.value)


def test_a_place_of_a_ranking_can_be_named(survey):
    """order.1 is what was named first; the same letters in quotes stay text."""
    assert values(survey, "order.1 == 'x'") == [True, True, None]
    assert values(survey, "name == 'order.1'") == [False, False, None]
    with pytest.raises(ExpressionError, match="'order' has no item '3'"):
        check("order.3 == 'x'", survey.codebook)

"""Systematic fixes: one line of the codebook, every answer that it fits, each in the log."""

import pytest

from pipeline.errors import InputError
from pipeline.responses.decisions import COLUMNS

FIX = """fixes:
  - {id: thousands, question: arr, when: "arr < 1_000", to: "arr * 1_000", reason: entered in thousands}
"""
QUESTIONS = """
dimensions:
  arr:
    {title: ARR, variable: arr, bands: [{id: small, label: Small, below: 1_000}, {id: large, label: L, from: 1_000}]}
questions:
  - {id: arr, type: money, text: ARR, unit: usd}
  - {id: owner, type: single, text: Owner, choices: [{code: cs, label: CS}, {code: sales, label: Sales}]}
  - {id: team, type: multiple, text: Teams, choices: [{code: a, label: A}, {code: b, label: B}]}
"""
ROWS = """
respondent_id,arr,owner,team
A,500,CS,A
B,2000000,CS,A|B
C,0.5,Sales,
D,,Sales,
"""


def changed(survey):
    return survey.changes[["respondent_id", "variable", "old", "new", "source", "reason", "author"]].values.tolist()


def test_a_fix_changes_what_it_fits_and_logs_every_cell(tidy):
    """A and C are under a thousand; B is not, D gave no answer and stays without one."""
    survey = tidy(FIX + QUESTIONS, ROWS).read()

    assert survey.answers["arr"].to_dict() | {"D": None} == {"A": 500_000, "B": 2_000_000, "C": 500, "D": None}
    assert changed(survey) == [
        ["A", "arr", "500", "500000", "fix thousands", "entered in thousands", "codebook"],
        ["C", "arr", "0.5", "500", "fix thousands", "entered in thousands", "codebook"],
    ]
    assert survey.before.at["A", "arr"] == 500
    assert survey.bands("arr").to_dict()["A"] == "large"


def test_what_a_fix_comes_to_is_the_decimal_on_paper(tidy):
    """A hundred times 0.285 is 28.5; binary arithmetic makes less of it, which would be printed 28."""
    fix = FIX.replace("arr * 1_000", "arr * 100").replace("thousands", "fractions")
    survey = tidy(fix + QUESTIONS, "respondent_id,arr,owner,team\nA,0.285,,\nB,0.57,,\n").read()

    assert survey.answers["arr"].tolist() == [28.5, 57]
    assert [row[3] for row in changed(survey)] == ["28.5", "57"]


def test_a_decision_goes_before_a_fix(tidy):
    """Whoever decided about one answer has looked at it; the old value is still the export's."""
    edition = tidy(FIX + QUESTIONS, ROWS)
    edition.write("decisions.csv", f"{','.join(COLUMNS)}\n1,,A,arr,correct,500,700,,asked,,me,,,,\n")
    survey = edition.read()

    assert survey.answers.at["A", "arr"] == 700
    assert [row[4] for row in changed(survey)] == ["1", "fix thousands"]


def test_a_choice_becomes_another(tidy):
    """Also an answer that depends on another one."""
    fix = """fixes: [{id: recode, question: owner, when: "arr > 1_000_000", to: "'sales'", reason: told so}]\n"""
    assert tidy(fix + QUESTIONS, ROWS).read().answers["owner"].to_dict()["B"] == "sales"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("question: arr", "question: arrr", "'arrr' is no question with one answer; did you mean 'arr'?"),
        ("question: arr", "question: team", "'team' is no question with one answer"),
        ('when: "arr < 1_000"', 'when: "arr"', "'arr' gives a number, not a yes or no"),
        ('to: "arr * 1_000"', "to: owner", "'owner' gives a text, not a number"),
        ('to: "arr * 1_000"', 'to: "arr / 0"', "'arr' of 'A' becomes cannot be known"),
        ("reason: entered in thousands", "why: x", "line 4"),
    ],
)
def test_a_fix_that_cannot_be_made_is_refused(tidy, old, new, sentence):
    """One sentence with the key, nothing changed."""
    with pytest.raises(InputError) as error:
        tidy(FIX.replace(old, new) + QUESTIONS, ROWS).read()
    assert sentence in str(error.value)


def test_two_fixes_of_one_answer_are_refused(tidy):
    """Which of them holds would depend on their order."""
    twice = FIX + '  - {id: again, question: arr, when: "owner == \'cs\'", to: "arr", reason: x}\n'
    with pytest.raises(InputError, match="fix thousands changes 'arr' of 'A' too"):
        tidy(twice + QUESTIONS, ROWS).read()


def test_a_choice_that_there_is_not_is_refused(tidy):
    """The nearest is named."""
    fix = """fixes: [{id: recode, question: owner, when: "arr > 1", to: "'sale'", reason: told so}]\n"""
    with pytest.raises(InputError, match="'sale' is no choice of 'owner'; did you mean 'sales'"):
        tidy(fix + QUESTIONS, ROWS).read()

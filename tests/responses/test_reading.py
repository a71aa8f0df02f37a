"""Typing: each cell becomes a value or a reason, and nothing unusual goes unsaid."""

import pandas as pd
import pytest


def read(tidy, question, *cells, source="decimal: '.'"):
    """The survey of one question `q` answered with these cells."""
    rows = "".join(f'r{place},"{cell}"\n' for place, cell in enumerate(cells, start=1))
    return tidy(f"questions: [{{id: q, text: Q, {question}}}]\n", f"respondent_id,q\n{rows}", source).read()


def test_each_kind_has_its_type(small):
    """Numbers are Float64, single answers categories with all choices, ticks boolean, words string."""
    dtypes = small.answers.dtypes

    assert str(dtypes["arr"]) == str(dtypes["people.support"]) == str(dtypes["total_people"]) == "Float64"
    assert dtypes["motion"].categories.tolist() == ["product_led", "hybrid", "sales_led"]
    assert dtypes["aims.1"].categories.tolist() == ["speed", "quality", "cost"]
    assert str(dtypes["channels.chat"]) == "boolean"
    assert str(dtypes["company"]) == str(dtypes["company_id"]) == "string"


def test_money_is_read_however_it_is_written(small):
    """2,000,000 and $4M and USD 40mm and 0.9bn are amounts."""
    assert small.answers["arr"].tolist()[:3] == [2e6, 4e6, 6e6]
    assert small.answers.loc[["R07", "R12"], "arr"].tolist() == [40e6, 900e6]


def test_a_choice_with_a_comma_is_one_choice(small):
    """A joined cell is taken apart at choices, and the choices that were left out are false."""
    ticks = small.answers.loc["R01", ["channels.chat", "channels.email", "channels.phone", "channels.none"]]

    assert ticks.tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("respondent", "variable", "reason"),
    [
        ("R01", "grr", "answered"),
        ("R06", "people.support", "not_answered"),
        ("R10", "channels", "not_answered"),
        ("R07", "grr", "not_applicable"),
        ("R07", "nrr", "refused"),
        ("R01", "outsourced_share", "not_asked"),
        ("R12", "outsourced_share", "not_answered"),
        ("R06", "total_people", "not_answered"),
    ],
)
def test_a_missing_answer_has_its_reason(small, respondent, variable, reason):
    """Not asked is not the same as not answered, and an unknown condition is no skip."""
    assert small.reasons.at[respondent, variable] == reason


def test_zero_is_an_answer_and_blank_is_not(small):
    """Nobody in a role is 0 people; a role left blank leaves the total unknown."""
    assert small.answers["people.support"].tolist()[:3] == [3, 0, 0]
    assert small.answers["total_people"].tolist()[:5] == [4, 2, 1, 8, 12]
    assert small.answers["total_people"].isna().tolist().count(True) == 2


def test_a_division_by_zero_is_not_applicable(tidy):
    """A share of nothing is no number, though everything was answered."""
    survey = tidy(
        """
        questions: [{id: a, type: count, text: A}, {id: b, type: count, text: B}]
        derived: [{id: share, label: Share, formula: a / b}]
        """,
        "respondent_id,a,b\nr1,0,0\nr2,1,2\n",
    ).read()

    assert survey.answers["share"].isna().tolist() == [True, False]
    assert survey.reasons["share"].tolist() == ["not_applicable", "answered"]


@pytest.mark.parametrize(
    ("question", "cell", "rule", "value", "reason"),
    [
        ("type: count", "see notes", "type", None, "unreadable"),
        ("type: count", "10-15", "type", None, "unreadable"),
        ("type: count", "15%", "type", None, "unreadable"),
        ("type: count", "$5", "type", None, "unreadable"),
        ("type: number, unit: months", "90 days", "type", None, "unreadable"),
        ("type: money", "€3M", "type", None, "unreadable"),
        ("type: date", "soon", "type", None, "unreadable"),
        ("type: count", "none", "zero_or_none", None, "unreadable"),
        ("type: count", "30+", "censored", 30, "answered"),
        ("type: count", "~30", "number_form", 30, "answered"),
        ("type: count", "12.5", "number_form", 12.5, "answered"),
        ("type: count", "5, mostly remote", "number_form", 5, "answered"),
        ("type: count, unit: people", "40 FTE", None, 40, "answered"),
        ("type: percent", "15%", None, 15, "answered"),
        ("type: identifier", "n/a", None, "n/a", "answered"),
    ],
)
def test_what_is_unusual_is_a_finding(tidy, question, cell, rule, value, reason):
    """Unreadable cells are withheld with a finding; odd forms are read and said; plain ones are silent."""
    survey = read(tidy, question, cell)

    found = survey.answers["q"].iloc[0]
    assert (None if pd.isna(found) else found) == value
    assert survey.reasons["q"].tolist() == [reason]
    assert survey.findings["rule"].tolist() == ([rule] if rule else [])


def test_an_unknown_choice_is_withheld_and_the_nearest_proposed(tidy):
    """A misspelt answer is not guessed; the proposal is for a person."""
    survey = read(
        tidy, "type: single, choices: [{code: emea, label: Europe}, {code: na, label: North America}]", "Nord America"
    )

    finding = survey.findings.iloc[0]
    assert (finding["rule"], finding["severity"], finding["proposed"]) == ("choice", "error", "na")
    assert survey.reasons["q"].tolist() == ["unreadable"]


def test_na_is_a_choice_before_it_is_a_word_for_no_answer(tidy):
    """North America is often written NA."""
    survey = read(
        tidy,
        "type: single, choices: [{code: na, label: North America}, {code: eu, label: Europe}]",
        "NA",
        "don't know",
        source="missing: {not_applicable: [na], not_known: [don't know]}",
    )

    assert survey.answers["q"].tolist()[0] == "na"
    assert survey.reasons["q"].tolist() == ["answered", "not_known"]


def test_a_number_can_mean_no_answer(tidy):
    """What the codebook lists as missing is missing, be it written in digits."""
    source = "missing: {refused: ['99', '-9', '9.5']}, decimal: '.'"
    survey = read(tidy, "type: number", "99", "-9", "9.5", "199", source=source)

    assert survey.reasons["q"].tolist() == ["refused", "refused", "refused", "answered"]
    assert survey.answers["q"].tolist()[3] == 199


def test_text_beside_the_choices_counts_as_other_where_there_is_one(tidy):
    """Free text in a joined cell is the other choice, and said; without such a choice the cell is withheld."""
    choices = "{code: a, label: A}, {code: b, label: B}"
    with_other = read(tidy, f"type: multiple, choices: [{choices}, {{code: other, label: Other}}]", "A,my own")
    without = read(tidy, f"type: multiple, choices: [{choices}]", "A,my own")

    assert with_other.answers.iloc[0].tolist() == [True, False, True]
    assert with_other.findings["rule"].tolist() == ["choice_as_other"]
    assert without.answers.iloc[0].isna().all()
    assert without.findings["rule"].tolist() == ["choice"]


def test_one_column_per_choice_tells_not_ticked_from_not_answered(tidy):
    """A blank beside a tick is not ticked; blanks throughout are no answer; zeros throughout are an answer."""
    survey = tidy(
        """
        questions:
          - {id: q, type: multiple, text: Q, column: "q__{item}", choices: [{code: a, label: A}, {code: b, label: B}]}
        """,
        "respondent_id,q__a,q__b\nr1,A,\nr2,,\nr3,0,0\nr4,1,0\nr5,maybe,1\n",
    ).read()

    ticks = survey.answers.astype(object).where(survey.answers.notna(), None).values.tolist()
    assert ticks == [[True, False], [None, None], [False, False], [True, False], [None, None]]
    assert survey.reasons["q"].tolist() == ["answered", "not_answered", "answered", "answered", "unreadable"]


def test_a_grid_of_choices_has_one_variable_per_row(tidy):
    """A question with items and choices is a single answer per item."""
    survey = tidy(
        "questions: [{id: q, type: single, text: Q, items: [{code: x, label: X}, {code: y, label: Y}], "
        "choices: [{code: low, label: Low}, {code: high, label: High}]}]\n",
        "respondent_id,q__x,q__y\nr1,Low,high\n",
    ).read()

    assert survey.answers.loc["r1"].tolist() == ["low", "high"]


def test_dates_are_read_and_compared_in_days(tidy):
    """A date column decides between day and month as a whole; a rule can subtract two dates."""
    survey = tidy(
        """
        questions: [{id: start, type: date, text: S}, {id: end, type: date, text: E}]
        derived: [{id: days, label: Days, formula: end - start, unit: days}]
        """,
        "respondent_id,start,end\nr1,01/02/2026,13/02/2026\nr2,14/02/2026,\n",
    ).read()

    assert survey.answers["days"].tolist()[0] == 12
    assert survey.answers["start"].dt.month.tolist() == [2, 2]

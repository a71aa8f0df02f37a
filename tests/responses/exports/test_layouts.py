"""One survey as each tool exports it: the same answers, and one line that says how the file was read."""

import pytest

from pipeline.responses import read_survey

LINES = {
    "surveymonkey": "responses.csv: SurveyMonkey, 2 header rows, expanded, UTF-8, comma, 6 records",
    "surveymonkey_condensed": "responses.csv: SurveyMonkey, 1 header row, condensed, UTF-8, comma, 6 records",
}


@pytest.mark.parametrize("name", LINES)
def test_each_layout_gives_the_same_answers(layout, answers_of, expected, name):
    """Whatever the tool did with headers, choices and rows of a matrix, the companies answered the same."""
    survey = read_survey(layout(name))

    assert answers_of(survey) == expected
    assert survey.undecided.empty, survey.undecided[["rule", "message"]].to_string()


@pytest.mark.parametrize(("name", "line"), LINES.items())
def test_the_kind_is_found_and_said(layout, name, line):
    """Nothing in the codebook says which tool it was."""
    assert [source.described for source in read_survey(layout(name)).sources] == [line]

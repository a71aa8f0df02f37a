"""One survey as each tool exports it: the same answers, and one line that says how the file was read."""

import pandas as pd
import pytest

from pipeline.errors import InputError
from pipeline.responses import read_survey
from pipeline.responses.exports import LAYOUTS
from pipeline.validate import findings_tables

LINES = {
    "surveymonkey": "responses.csv: SurveyMonkey, 2 header rows, expanded, UTF-8, comma, 6 records",
    "surveymonkey_condensed": "responses.csv: SurveyMonkey, 1 header row, condensed, UTF-8, comma, 6 records",
    "qualtrics": "responses.csv: Qualtrics, 3 header rows, UTF-8, comma, 6 records",
    "qualtrics_legacy": "responses.csv: Qualtrics, 2 header rows, UTF-8 by its byte order mark, comma, 6 records",
    "google_forms": "responses.csv: Google Forms, 1 header row, UTF-8, comma, 6 records",
    "microsoft_forms": "responses.csv: Microsoft Forms, 1 header row, cp1252 as stated, comma, 6 records",
    "typeform": "responses.csv: Typeform, 1 header row, UTF-8, comma, 6 records",
    "limesurvey": "responses.csv: LimeSurvey, 1 header row, UTF-8 by its byte order mark, semicolon, 6 records",
    "kobo": "responses.csv: Kobo/ODK, 1 header row, UTF-8, semicolon, 6 records",
    "tidy": "responses.tsv: plain table, 1 header row, UTF-16 by its byte order mark, tab, 6 records",
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


@pytest.mark.parametrize("kind", [kind for kind in LAYOUTS if kind not in ("tidy", "google_forms")])
def test_a_wrong_statement_ends_in_a_sentence(tidy, kind):
    """A plain table that is said to be another tool's export lacks what that tool writes."""
    edition = tidy("questions: [{id: q, type: text, text: Q}]\n", "a,b\n1,2\n", source=f"kind: {kind}")
    codebook = edition.folder / "codebook.yaml"
    codebook.write_text(codebook.read_text().replace("kind: tidy, ", ""))

    with pytest.raises(InputError, match=r"no column|begins with 3 header rows"):
        edition.read()


def test_the_statement_decides_over_what_is_found(layout, answers_of, expected):
    """`source.kind` overrides: Google's column of times is then one that nobody asked for."""
    edition = layout("google_forms")
    codebook = edition / "codebook.yaml"
    codebook.write_text(codebook.read_text().replace("source:\n", "source:\n  kind: tidy\n  id: none\n"))
    survey = read_survey(edition)

    assert survey.sources[0].described.startswith("responses.csv: plain table, 1 header row")
    assert answers_of(survey) == expected
    assert survey.undecided["rule"].tolist() == ["unmatched_column"]


def test_stacked_header_rows_of_a_plain_table(tidy):
    """Two or three rows: blanks to the right mean the same question, the last row is the choice or the row."""
    edition = tidy(
        """
        questions:
          - {id: arr, type: number, text: ARR}
          - {id: staff, type: count, text: Staff - now, items: [{code: cs, label: CS}, {code: sales, label: Sales}]}
        """,
        "respondent_id,ARR,Staff,,\n,,now,,\n,,CS,Sales,Ops\nr1,5,1,2,9\n",
        source="header_rows: 3",
    )
    survey = edition.read()

    assert survey.answers.loc["r1"].tolist() == [5, 1, 2]
    assert survey.findings["raw"].tolist() == ["responses.csv; Staff - now [Ops]"]
    assert survey.cell_of("r1", "staff.sales").column == "Staff - now [Sales]"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<p>What is <strong>your</strong> ARR?</p>", "What is your ARR?"),
        ("R&amp;D spend<br/>in USD", "R&D spend in USD"),
        ("Is 3 < 5 and 5 > 3?", "Is 3 < 5 and 5 > 3?"),
        ("AT&T", "AT&T"),
    ],
)
def test_markup_in_headers_is_no_part_of_the_question(tidy, written, text):
    """Tools leave HTML in header cells; the codebook names the question as it reads."""
    edition = tidy(
        f"questions: [{{id: q, type: text, text: '{text}'}}]\n",
        f'Respondent ID,Collector ID,"{written}"\n,,Response\n1,9,a\n',
    )
    codebook = edition.folder / "codebook.yaml"
    codebook.write_text(codebook.read_text().replace("kind: tidy, ", ""))

    assert edition.read().answers["q"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("heading", "header"),
    [
        ("tools[chat]", ("tools[chat]", "tools", "chat")),
        ("tools[chat]. Which tools? [Live chat]", ("tools[chat]", "tools", "chat")),
        ("Which tools? [Live chat]", ("Which tools? [Live chat]", "Which tools?", "Live chat")),
        ("company. Your company", ("company", "", "")),
        ("Which? E.g. this", ("Which? E.g. this", "", "")),
    ],
)
def test_limesurveys_headings(heading, header):
    """Codes, texts or both: the code is the tag, and either way the choice is known by its question."""
    found = LAYOUTS["limesurvey"].headers(pd.DataFrame([[heading]]), 1, None)[0]

    assert (found.tag, found.question, found.option) == header


def test_how_a_file_was_read_is_the_first_line_of_validation(layout):
    """The analyst confirms it, or states otherwise in the codebook."""
    assert findings_tables(read_survey(layout("kobo")))[0] == LINES["kobo"]

"""Columns find their questions by the tool's id, the tag or the text; what is left over is said."""

import pytest

from pipeline.errors import InputError

ONE = "questions: [{id: q, type: text, text: What is it?, aliases: [What was it?]}]\n"


@pytest.mark.parametrize("header", ["q", "What is it?", "WHAT  is it?", "What was it?"])
def test_a_column_is_found_by_tag_or_text(tidy, header):
    """The id, the question's text and its aliases all lead to the question."""
    assert tidy(ONE, f"respondent_id,{header}\nr1,a\n").read().answers["q"].tolist() == ["a"]


def test_the_import_id_comes_before_the_tag(edition):
    """ImportIds survive renaming: a column that took over another one's tag is not mistaken for it."""
    edition.replace("responses.csv", ",Q7,Q8,", ",QID8_TEXT,QID7_TEXT,")

    assert edition.read().answers.loc["R01", ["grr", "nrr"]].tolist() == [90, 100]


@pytest.mark.parametrize(("old", "new"), [('ImportId"":""QID4""', 'ImportId"":""QID2""'), ("Q1,Q2,Q3", "Q1,QID4,QID4")])
def test_two_columns_for_one_question_are_refused(edition, old, new):
    """Which of two equal columns holds the answer is for the analyst to say."""
    edition.replace("responses.csv", old, new)
    if "QID4,QID4" in new:
        edition.replace("responses.csv", 'ImportId"":""QID4""', 'ImportId"":""""')

    with pytest.raises(InputError, match="both answer to 'QID"):
        edition.read()


def test_columns_alike_are_told_apart_by_number(tidy):
    """Where a file repeats a header, its place among those alike names the column."""
    two = """
    questions:
      - {id: a, type: text, text: A, column: Other (1)}
      - {id: b, type: text, text: B, column: Other (2)}
    """
    answers = tidy(two, "respondent_id,Other,Other\nr1,x,y\n").read().answers

    assert answers.loc["r1"].tolist() == ["x", "y"]


@pytest.mark.parametrize("header", ["Uses [Chat]", "Uses - Chat", "Uses - Selected Choice - Chat", "uses__chat"])
def test_a_spread_question_has_a_column_per_choice(tidy, header):
    """The question's text and the choice's label are found in whatever way the export writes the two."""
    one = """
    questions:
      - {id: uses, type: multiple, spread: true, text: Uses, choices: [
          {code: chat, label: Chat}, {code: mail, label: Mail, aliases: [E-mail]}]}
    """
    if header == "uses__chat":
        one = one.replace("text: Uses", 'text: Uses, column: "uses__{item}"')
    other = header.replace("Chat", "Mail").replace("chat", "mail")
    survey = tidy(one, f"respondent_id,{header},{other}\nr1,Chat,\nr2,,1\nr3,,\n").read()

    ticks = survey.answers[["uses.chat", "uses.mail"]].astype("object").values.tolist()
    assert ticks[:2] == [[True, False], [False, True]]
    assert survey.reasons["uses"].tolist() == ["answered", "answered", "not_answered"]


def test_two_questions_for_one_column_are_refused(edition):
    """One column cannot answer two questions."""
    edition.replace("codebook.yaml", "column: QID8_TEXT", "column: QID7_TEXT")

    with pytest.raises(InputError, match="'grr' and 'nrr' both claim this column"):
        edition.read()


def test_an_export_without_the_respondents_id_is_refused(tidy):
    """The sentence says which column is missing and what the file begins with."""
    with pytest.raises(InputError, match=r"no column 'respondent_id'.*begins with id, q"):
        tidy(ONE, "id,q\nr1,a\n").read()


def test_what_is_left_over_on_either_side_is_a_finding(tidy):
    """A column that nobody asked for and a question without a column are listed; the question counts as not asked."""
    survey = tidy(ONE + "  # one more\n", "respondent_id,q,extra\nr1,a,b\n").read()

    assert survey.findings[["rule", "respondent_id", "raw", "state"]].values.tolist() == [
        ["unmatched_column", "", "responses.csv; extra", "open"]
    ]

    survey = tidy(
        "questions: [{id: q, type: text, text: Q}, {id: n, type: count, text: N}]\n", "respondent_id,q\nr1,a\n"
    ).read()
    assert survey.findings["rule"].tolist() == ["unmatched_question"]
    assert survey.reasons["n"].tolist() == ["not_asked"]
    assert survey.answers["n"].isna().all()


def test_an_edition_can_have_several_files(tidy):
    """Files may order their columns differently; each record keeps its own file and row."""
    edition = tidy(ONE, "respondent_id,q\nr1,a\n", source="files: [responses.csv, late.csv]")
    edition.write("late.csv", "q,respondent_id\nb,r2\n")
    survey = edition.read()

    assert survey.answers["q"].tolist() == ["a", "b"]
    cell = survey.cell_of("r2", "q")
    assert (cell.file, cell.row, cell.column, cell.text) == ("late.csv", 2, "q", "b")


def test_a_question_that_one_file_lacks_was_not_asked_there(tidy):
    """Blank and not asked stay apart when only one of two files has the column."""
    questions = "questions: [{id: q, type: text, text: Q}, {id: n, type: count, text: N, required: true}]\n"
    edition = tidy(questions, "respondent_id,q,n\nr1,a,\n", source="files: [responses.csv, late.csv]")
    edition.write("late.csv", "respondent_id,q\nr2,b\n")
    survey = edition.read()

    assert survey.reasons["n"].tolist() == ["not_answered", "not_asked"]
    assert survey.findings[["rule", "respondent_id"]].values.tolist() == [
        ["unmatched_question", ""],
        ["required", "r1"],
    ]
    with pytest.raises(InputError, match=r"no column of late\.csv holds 'n'"):
        survey.cell_of("r2", "n")


def test_signs_of_a_wrong_encoding_are_a_finding(tidy):
    """Text that was decoded wrongly before it reached us is said."""
    survey = tidy(ONE, "respondent_id,q\nr1,weâ€™re\n").read()

    assert survey.findings["rule"].tolist() == ["encoding"]

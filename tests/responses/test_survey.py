"""read_survey on the small survey: what other rooms rely on."""

import shutil

import pytest

from pipeline.errors import InputError
from pipeline.responses import read_survey


def test_every_record_received_is_accounted_for(small):
    """Fifteen records came: twelve count, and each of the others has its rule and reason."""
    records = small.records.set_index("record_id")

    assert len(records) == 15
    assert records["status"].value_counts().to_dict() == {"counted": 12, "excluded": 3}
    assert records.loc[["P01", "D04", "U01"], "rule"].tolist() == ["preview", "resubmission", "unfinished"]
    assert records.loc["D04", "reason"] == "a later response of the same company counts"
    assert small.answers.index.tolist() == records.index[records["status"] == "counted"].tolist()


def test_bands_keep_those_without_anyone(small):
    """Three, five, nobody and four companies by ARR; four, nobody and eight by motion."""
    assert small.bands("arr").value_counts(sort=False).to_dict() == {
        "lt_10m": 3,
        "10_50m": 5,
        "50_100m": 0,
        "gt_100m": 4,
    }
    assert small.bands("motion").value_counts(sort=False).to_dict() == {"product_led": 4, "hybrid": 0, "sales_led": 8}


def test_a_dimension_can_cut_by_another_number(small):
    """The edges of one dimension applied to another variable."""
    assert small.bands("arr", "total_people").dropna().unique().tolist() == ["lt_10m"]


@pytest.mark.parametrize(
    ("dimension", "variable", "words"),
    [
        ("ar", None, "unknown dimension 'ar'; did you mean 'arr'?"),
        ("arr", "nrrr", "unknown variable 'nrrr'; did you mean 'nrr'?"),
        ("arr", "motion", "is no band of dimension 'arr'"),
        ("motion", "arr", "has no edges"),
    ],
)
def test_a_cut_that_does_not_fit_is_refused(small, dimension, variable, words):
    """Unknown names come with the nearest known one."""
    with pytest.raises(InputError, match="ar"):
        small.bands(dimension, variable)
    with pytest.raises(InputError) as caught:
        small.bands(dimension, variable)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("respondent", "variable", "row", "column", "text"),
    [
        ("R01", "arr", 6, "Q3", "2,000,000"),
        ("R05", "nrr", 10, "Q8", "90"),
        ("R01", "channels.chat", 6, "Q6", "Chat, live,E-mail"),
        ("R04", "company_id", 9, "ExternalReference", "C04"),
        ("P01", "arr", 4, "Q3", "1"),
    ],
)
def test_an_answer_leads_back_to_its_cell(small, respondent, variable, row, column, text):
    """File, spreadsheet row, export tag and the text as it was received, also of corrected and excluded answers."""
    cell = small.cell_of(respondent, variable)

    assert (cell.file, cell.row, cell.column, cell.text) == ("responses.csv", row, column, text)


def test_a_derived_number_has_no_cell(small):
    """What was computed was not received."""
    with pytest.raises(InputError, match=r"no column of responses\.csv holds 'total_people'"):
        small.cell_of("R01", "total_people")


def test_the_source_is_named_with_its_digest(small):
    """File, records, encoding and kind."""
    source = small.sources[0]

    assert (source.path, source.rows, source.encoding, source.kind) == ("responses.csv", 15, "utf-8", "qualtrics")
    assert len(source.sha256) == 64


def test_reading_twice_gives_the_same(small, edition):
    """Same files, same frames, same finding ids."""
    again = edition.read()

    for name in ("answers", "reasons", "raw", "records", "rules", "findings", "changes"):
        assert getattr(again, name).equals(getattr(small, name)), name


def test_a_further_survey_in_the_folder_is_read_by_its_own_path(edition):
    """A sub-folder with its own codebook and responses is an edition of its own."""
    shutil.copytree(edition.folder, edition.folder / "cfo")

    assert len(read_survey(edition.folder / "cfo").answers) == 12


def test_codes_of_the_tool_are_understood_as_its_words(edition):
    """An export of values instead of labels excludes the same records, and the raw cells stay as they are."""
    text = (edition.folder / "responses.csv").read_text(encoding="utf-8")
    for word, code in (
        ("IP Address,600", "0,600"),
        ("Survey Preview", "1"),
        ("600,True", "600,1"),
        ("600,False", "600,0"),
    ):
        text = text.replace(word, code)
    edition.write("responses.csv", text)
    (edition.folder / "decisions.csv").unlink()
    survey = edition.read()

    assert survey.records["rule"].tolist().count("preview") == 1
    assert len(survey.answers) == 12
    assert set(survey.raw["Status"]) == {"0", "1"}


def test_a_record_without_id_and_a_repeated_one_do_not_count(tidy):
    """The first of two records with one id is kept; if they differ, that is an error and its answers are withheld."""
    survey = tidy(
        "questions: [{id: q, type: count, text: Q}]\n", "respondent_id,q\nr1,1\nr1,2\n,3\nr2,4\nr2,4\n"
    ).read()

    assert survey.records[["record_id", "status", "rule"]].values.tolist() == [
        ["r1", "counted", ""],
        ["r1", "excluded", "dup_id"],
        ["row 4", "excluded", "no_id"],
        ["r2", "counted", ""],
        ["r2", "excluded", "dup_id"],
    ]
    assert survey.findings[["rule", "respondent_id"]].values.tolist() == [["dup_id", "r1"]]
    assert survey.reasons["q"].tolist() == ["withheld", "answered"]


def test_a_record_rule_without_its_column_is_refused(edition):
    """Otherwise previews and unfinished records would count without a word."""
    edition.replace("responses.csv", ",Finished,RecordedDate,", ",Done,RecordedDate,")
    edition.replace("responses.csv", '""finished""', '""done""')

    with pytest.raises(InputError, match="record rule 'unfinished' needs 'Finished', and the file has no such column"):
        edition.read()


def test_an_edition_that_is_not_there_is_named(tmp_path):
    """The sentence names the folder."""
    with pytest.raises(InputError, match="nowhere: this folder does not exist"):
        read_survey(tmp_path / "nowhere")

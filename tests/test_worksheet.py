"""Findings go out as a worksheet and come back as decisions: what is chosen there, and nothing else, is decided."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.responses import read_survey
from pipeline.responses.decisions import COLUMNS, append_decisions, decision, read_decisions
from pipeline.worksheet import SHEET, decide, write_worksheet

SMALL = Path(__file__).parent / "small"
RETENTION, OWNER = "020e5d910b59", "385654cea06b"  # findings of the small survey: R05's retention, R10's owner


@pytest.fixture
def edition(tmp_path):
    """The small survey before anyone has decided anything."""
    folder = shutil.copytree(SMALL, tmp_path / "edition")
    (folder / "decisions.csv").unlink()
    return folder


@pytest.fixture
def worksheet(edition, tmp_path):
    return write_worksheet(edition, read_survey(edition), tmp_path / "findings.xlsx")


def fill(path, *rows):
    """Fill rows in as an analyst would: each names the finding, the variable, and what is entered."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    heads = [cell.value for cell in sheet[1]]
    for finding, variable, entries in rows:
        for row in sheet.iter_rows(min_row=2):
            shown = dict(zip(heads, row, strict=True))
            if (shown["finding"].value, shown["variable"].value) == (finding, variable):
                for name, value in ({"reason": "they said so", "author": "A. Analyst"} | entries).items():
                    shown[name].value = value
                break
        else:
            raise AssertionError(f"no row for {finding} {variable}")
    book.save(path)


def open_rules(edition):
    survey = read_survey(edition)
    return set(survey.undecided["rule"])


def test_it_shows_each_answer_in_doubt_and_offers_the_decisions(worksheet):
    """Raw text, rule in a sentence, and drop-downs over the rows that can be filled in."""
    sheet = openpyxl.load_workbook(worksheet)[SHEET]
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=2)]
    shown = {(row[0], row[6]): row for row in rows}

    assert set(shown) == {(RETENTION, "grr"), (RETENTION, "nrr"), (OWNER, "owner"), (OWNER, "people.support")}
    assert shown[RETENTION, "nrr"][2:9] == [
        "Gross retention 95 is above net retention 90", "Gross retention is not above net retention", "R05", "Elm",
        "nrr", "What was your net revenue retention?", "90",
    ]  # fmt: skip
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists["K2:K5"] == '"accept,correct,exclude answer,exclude record"'
    assert "confirmed_by_respondent" in lists["M2:M5"]


def test_what_comes_back_is_decided_and_nothing_else(edition, worksheet):
    """A correction and an acceptance become two lines, numbered, dated and guarded by the old value."""
    fill(
        worksheet,
        (RETENTION, "nrr", {"decision": "correct", "new value": "99", "reason code": "typo"}),
        (OWNER, "owner", {"decision": "accept"}),
        (OWNER, "people.support", {"decision": "accept"}),
    )
    decide(edition, worksheet)

    first, second = read_decisions(edition / "decisions.csv")
    assert (first.seq, first.action, first.question_id) == (1, "correct", "nrr")
    assert (first.old_value, first.new_value, first.reason_code) == ("90", "99", "typo")
    assert (second.seq, second.action, second.finding_id, second.question_id) == (2, "accept", OWNER, "")
    assert read_survey(edition).answers.at["R05", "nrr"] == 99
    assert open_rules(edition) == set()


def test_a_worksheet_that_was_taken_in_is_not_taken_in_twice(edition, worksheet):
    """Its findings are no longer open; decisions.csv stays as it is."""
    fill(worksheet, (RETENTION, "nrr", {"decision": "correct", "new value": "99"}))
    decide(edition, worksheet)
    before = (edition / "decisions.csv").read_bytes()

    with pytest.raises(InputError, match="row 3, column finding: this finding is not open"):
        decide(edition, worksheet)
    assert (edition / "decisions.csv").read_bytes() == before


def test_a_worksheet_does_not_outlive_the_answers_that_it_showed(edition, worksheet):
    """A new export with another answer has another finding."""
    fill(worksheet, (RETENTION, "nrr", {"decision": "accept"}))
    export = edition / "responses.csv"
    export.write_text(export.read_text(encoding="utf-8").replace(",95,90,", ",95,91,"), encoding="utf-8")

    with pytest.raises(InputError, match="not open"):
        decide(edition, worksheet)


def test_rows_without_a_decision_stay_open(edition, worksheet):
    """Only what is chosen is decided."""
    fill(worksheet, (OWNER, "owner", {"decision": "exclude record"}))
    decide(edition, worksheet)

    assert open_rules(edition) == {"grr_le_nrr"}
    assert "R10" not in read_survey(edition).answers.index


def test_a_name_alone_decides_nothing_and_a_record_is_excluded_once(edition, worksheet):
    """Names are drawn down the whole column, and so is "exclude record" over the rows of one finding."""
    out = {"decision": "exclude record"}
    fill(worksheet, (RETENTION, "grr", out), (RETENTION, "nrr", out), (OWNER, "owner", {"reason": " "}))
    lines, _ = decide(edition, worksheet)

    assert [(line.respondent_id, line.question_id, line.action) for line in lines] == [("R05", "", "exclude")]
    assert open_rules(edition) == {"owner_support"}


def test_a_sheet_without_rows_is_one_sentence(edition, worksheet):
    """The sheet is there, and nothing in it."""
    book = openpyxl.load_workbook(worksheet)
    book[SHEET].delete_rows(1, book[SHEET].max_row)
    book.save(worksheet)

    with pytest.raises(InputError, match="the heading 'finding' is missing"):
        decide(edition, worksheet)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"decision": "agree"}, "column decision: 'agree' is no decision"),
        ({"decision": "correct", "new value": "high"}, "row 3, column new_value: 'high' cannot be read"),
        ({"decision": "correct", "new value": "90"}, "the new value is the old one"),
        ({"decision": "accept", "reason": None}, "column reason: a decision needs its reason"),
        ({"decision": "accept", "author": None}, "column author: a decision needs its author"),
        ({"decision": "accept", "new value": "99"}, "an acceptance changes nothing"),
        ({"decision": "exclude answer", "new value": "99"}, "an exclusion has no new value"),
        ({"decision": "correct", "new value": "=1+1"}, "column L: '=1.1' is a date, a formula"),
        ({"reason": "no decision chosen"}, "column decision: '' is no decision"),
    ],
)
def test_one_bad_row_and_nothing_is_taken_in(edition, worksheet, entries, sentence):
    """The sentence names the row and column of the worksheet."""
    fill(worksheet, (RETENTION, "nrr", entries), (OWNER, "owner", {"decision": "accept"}))

    with pytest.raises(InputError, match=sentence.replace("(", r"\(")):
        decide(edition, worksheet)
    assert not (edition / "decisions.csv").exists()


def test_a_number_that_a_spreadsheet_made_of_a_text_is_read_as_it_was_seen(edition, worksheet):
    """99% may be stored as 0.99 with a percent format."""
    fill(worksheet, (RETENTION, "nrr", {"decision": "correct", "new value": 0.99}))
    book = openpyxl.load_workbook(worksheet)
    next(c for row in book[SHEET].iter_rows() for c in row if c.value == 0.99).number_format = "0%"
    book.save(worksheet)
    decide(edition, worksheet)

    assert read_survey(edition).answers.at["R05", "nrr"] == 99


def test_hostile_text_stays_text(edition, tmp_path):
    """An answer that looks like a formula is shown, never run."""
    export = edition / "responses.csv"
    export.write_text(export.read_text(encoding="utf-8").replace(",95,90,", ",95,=1+1,"), encoding="utf-8")
    path = write_worksheet(edition, read_survey(edition), tmp_path / "w.xlsx")
    cells = [cell for row in openpyxl.load_workbook(path)[SHEET].iter_rows() for cell in row if cell.value == "=1+1"]

    assert [cell.data_type for cell in cells] == ["s"]


def test_more_rows_than_anybody_decides_by_hand_are_no_worksheet(edition, tmp_path, monkeypatch):
    """Nothing is cut off without a word."""
    monkeypatch.setattr("pipeline.worksheet.MOST_ROWS", 1)

    with pytest.raises(InputError, match="answers are in doubt, more than the 1 rows of a worksheet"):
        write_worksheet(edition, read_survey(edition), tmp_path / "w.xlsx")
    assert not (tmp_path / "w.xlsx").exists()


def test_nothing_open_is_no_worksheet(tmp_path):
    """The small survey as it ships has no open finding."""
    with pytest.raises(InputError, match="no finding is open"):
        write_worksheet(SMALL, read_survey(SMALL), tmp_path / "w.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_one_sentence(edition, tmp_path, content):
    """Neither a traceback nor a half-read file."""
    path = tmp_path / "w.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match="this is no XLSX workbook"):
        decide(edition, path)


def test_lines_are_added_at_the_end_and_nothing_before_them_changes(tmp_path):
    """Also where the last line had no line end and the columns stand in another order."""
    path = tmp_path / "decisions.csv"
    lines = (SMALL / "decisions.csv").read_text(encoding="utf-8").rstrip("\n")
    path.write_text(lines, encoding="utf-8")
    added = decision(
        dict.fromkeys(COLUMNS, "")
        | {"seq": "3", "finding_id": "x", "action": "accept", "reason": "so, it is", "author": "A"},
        path, 4,
    )  # fmt: skip
    append_decisions(path, [added])

    assert path.read_text(encoding="utf-8").startswith(lines + "\n3,x,")
    assert read_decisions(path)[-1].reason == "so, it is"

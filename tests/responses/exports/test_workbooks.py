"""XLSX is read cell by cell: what a cell shows and what it holds are two things, and a spreadsheet's damage is said."""

import csv
import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.errors import InputError
from pipeline.responses import read_survey
from pipeline.responses.exports import read_export

HERE = Path(__file__).parent


def workbook(path, rows, formats=None, title="Sheet"):
    """An XLSX file; `formats` gives the number format of cells by (row, column) from 1."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for (row, column), form in (formats or {}).items():
        book.active.cell(row, column).number_format = form
    book.save(path)


def cells(tmp_path, *values, formats=None, **kwargs):
    """The texts of one record's cells."""
    header = ["respondent_id", *(f"q{place}" for place in range(len(values)))]
    workbook(tmp_path / "r.xlsx", [header, ["r1", *values]], formats)
    return read_export(tmp_path, "r.xlsx", **kwargs).cells.iloc[0].tolist()[1:]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.92, "0%", "92%"),
        (0.575, "0.0%", "57.5%"),
        (0.57, "0.00%;[Red]-0.00%", "57%"),
        (0.92, "General", "0.92"),
        (1200000, "#,##0", "1200000"),
        (1200000, '0.0,,"M"', "1200000"),
        (1200000, '"$"#,##0', "$1200000"),
        (5, "[$€-407] #,##0.00", "€5"),
        (1e20, "General", "100000000000000000000"),
        (3.0, "0.00", "3"),
        (-2.5, "General", "-2.5"),
        (True, "General", "TRUE"),
        ("  007 ", "General", "  007 "),
        (datetime.datetime(2049, 10, 1), "mmm-yy", "Oct-49"),
        (datetime.datetime(2026, 1, 2), "d-mmm", "2-Jan"),
        (datetime.datetime(2026, 1, 2), "yyyy-mm-dd", "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 9, 30), "m/d/yy h:mm", "2026-01-02 09:30:00"),
    ],
)
def test_a_cell_is_read_with_its_number_format(tmp_path, value, form, text):
    """A percent cell is what it shows; scale and colour of a format are for the eye only."""
    assert cells(tmp_path, value, formats={(2, 2): form}) == [text]


def test_numbers_are_written_with_the_surveys_own_decimal_sign(tmp_path):
    """A number in a cell has no decimal sign; it is given the one that the survey's typed numbers have."""
    assert cells(tmp_path, 1.5, "1,5", decimal=",") == ["1,5", "1,5"]


def test_the_same_survey_as_workbook_gives_the_same_answers(layout, answers_of, expected):
    """Text cells or number cells, with a blank row and a blank column: the answers stay the same."""
    edition = layout("surveymonkey")
    with (edition / "responses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    typed = [[int(cell) if cell.isdigit() else 0.3 if cell == "30%" else cell or None for cell in row] for row in rows]
    typed = [[*row[:9], None, *row[9:]] for row in [*typed[:4], [], *typed[4:]]]
    place = rows[2].index("30%") + 2
    workbook(edition / "responses.xlsx", typed, {(3, place): "0%"})
    (edition / "responses.csv").unlink()
    codebook = edition / "codebook.yaml"
    codebook.write_text(codebook.read_text().replace("source:\n", "source:\n  files: [responses.xlsx]\n"))

    survey = read_survey(edition)

    assert answers_of(survey) == expected
    assert survey.sources[0].described == (
        "responses.xlsx: SurveyMonkey, 2 header rows, expanded, sheet 'Sheet', 6 records"
    )
    assert survey.undecided.empty


def test_what_a_spreadsheet_changed_is_a_finding(tidy):
    """Lost digits, a date in a text, an error value; a date among choices names the choice it was made of."""
    edition = tidy(
        """
        questions:
          - {id: account, type: identifier, text: Account}
          - {id: note, type: text, text: Note}
          - {id: size, type: single, text: Size, choices: [{code: small, label: 1-9}, {code: large, label: 10–49}]}
        """,
        "",
        source="files: [responses.xlsx]",
    )
    rows = [
        ["respondent_id", "account", "note", "size"],
        ["r1", 123456789012345678, datetime.datetime(2026, 3, 4), datetime.datetime(2049, 10, 1)],
        ["r2", 17, "=A1", "1-9"],
    ]
    workbook(edition.folder / "responses.xlsx", rows, {(2, 4): "mmm-yy"})
    book = openpyxl.load_workbook(edition.folder / "responses.xlsx")
    book.active["C3"].value, book.active["C3"].data_type = "#REF!", "e"
    book.save(edition.folder / "responses.xlsx")

    survey = edition.read()

    found = survey.findings[["rule", "severity", "respondent_id", "variables", "proposed"]].values.tolist()
    assert found == [
        ["spreadsheet", "warning", "r1", "account", ""],
        ["spreadsheet", "warning", "r1", "note", ""],
        ["spreadsheet", "warning", "r2", "note", ""],
        ["choice", "error", "r1", "size", "large"],
    ]
    assert "a spreadsheet may have made it of '10-49'" in survey.findings["message"].iloc[3]


def test_an_alias_takes_a_damaged_choice_back(tidy):
    """Where a spreadsheet turned every "10-49" into a date, the codebook says so once."""
    edition = tidy(
        """
        questions:
          - {id: size, type: single, text: Size, choices: [{code: large, label: 10–49, aliases: [Oct-49]}]}
        """,
        "respondent_id,size\nr1,Oct-49\n",
    )

    assert edition.read().answers["size"].tolist() == ["large"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda book: book.active.append(["r1", "=1+1"]), "row 2, column B: this cell holds a formula"),
        (lambda book: book.create_sheet("More").append(["a"]), "several sheets have content, 'Sheet', 'More'"),
        (lambda book: book.active.delete_rows(1), "the workbook is empty"),
    ],
)
def test_a_workbook_that_is_no_raw_export_is_refused(tmp_path, make, words):
    """One sentence names the place."""
    book = openpyxl.Workbook()
    book.active.append(["respondent_id", "q"])
    make(book)
    book.save(tmp_path / "r.xlsx")

    with pytest.raises(InputError, match=words):
        read_export(tmp_path, "r.xlsx")


def test_a_sheet_can_be_named(tmp_path):
    """The named sheet is read whatever else is there; a wrong name is answered with the right ones."""
    book = openpyxl.Workbook()
    book.active.append(["notes"])
    sheet = book.create_sheet("Données")
    sheet.append(["respondent_id", "q"])
    sheet.append(["r1", "a"])
    book.save(tmp_path / "r.xlsx")

    assert read_export(tmp_path, "r.xlsx", sheet="Données").cells.values.tolist() == [["r1", "a"]]
    with pytest.raises(InputError, match="there is no sheet 'Data'; sheets are 'Sheet', 'Données'"):
        read_export(tmp_path, "r.xlsx", sheet="Data")


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 old"])
def test_a_file_that_is_no_xlsx_is_refused(tmp_path, content):
    """A damaged archive and an old Excel file end in a sentence."""
    (tmp_path / "r.xlsx").write_bytes(content)

    with pytest.raises(InputError, match=r"no XLSX workbook that can be read|an Excel file of before 2007"):
        read_export(tmp_path, "r.xlsx")


@pytest.mark.parametrize(("typed", "value"), [("about 3", 1.5), ("1,5", None), ("1.500", None)])
def test_numbers_in_cells_need_no_decimal_sign_unless_somebody_typed_one(tidy, typed, value):
    """A number cell is no text that could be read two ways; a typed "1,5" beside it is, so the sign must be stated."""
    edition = tidy("questions: [{id: q, type: number, text: Q}]\n", "", source="files: [responses.xlsx], currency: USD")
    workbook(edition.folder / "responses.xlsx", [["respondent_id", "q"], ["r1", 1.5], ["r2", typed]])
    answers = edition.read().answers["q"]

    assert (None if pd.isna(answers["r1"]) else answers["r1"]) == value


def test_a_changed_cell_is_told_of_its_respondent_also_where_ids_are_made_or_of_a_wave(tidy):
    """Google's workbooks have no ids, and ids of waves begin with the wave."""
    note = "questions: [{id: note, type: text, text: Note}]\n"
    edition = tidy(note, "", source="waves: {w1: [responses.xlsx]}, id: none")
    when = datetime.datetime(2026, 3, 4)
    workbook(edition.folder / "responses.xlsx", [["Timestamp", "Note"], [when, when], [when, "plain"]])
    codebook = edition.folder / "codebook.yaml"
    codebook.write_text(codebook.read_text().replace("kind: tidy, ", ""))

    survey = edition.read()

    first = survey.answers.index[0]
    assert first.startswith("w1:")
    assert survey.findings[["rule", "respondent_id", "variables"]].values.tolist() == [["spreadsheet", first, "note"]]


def test_ids_that_a_spreadsheet_shortened_in_a_csv_are_a_finding(tidy):
    """1.23457E+17 stands for many ids, as the respondent's own or as an answer; a code with letters is none."""
    edition = tidy(
        "questions: [{id: account, type: identifier, text: Account}]\n",
        "respondent_id,account\n1.23457E+17,C1\nr2,9.87E+15\nr3,E+12\n",
    )
    survey = edition.read()

    assert survey.findings[["rule", "respondent_id", "variables"]].values.tolist() == [
        ["spreadsheet", "1.23457E+17", ""],
        ["spreadsheet", "r2", "account"],
    ]

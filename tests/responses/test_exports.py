"""Exports: every cell as it was written, with its place; one sentence for a file that is not what the codebook says."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.responses.exports import read_export

SMALL = Path(__file__).parents[1] / "small"


def export(tmp_path, content, kind="tidy", encoding="utf-8", name="responses.csv"):
    content = content if isinstance(content, bytes) else content.encode(encoding)
    (tmp_path / name).write_bytes(content)
    return read_export(tmp_path, name, kind, encoding)


@pytest.mark.parametrize("text", ["NA", "None", "n/a", "007", "1,2,3", "", " x ", "nan", "true", "x\ny", 'say "x"'])
def test_a_cell_is_the_text_that_stands_there(tmp_path, text):
    """Nothing is guessed: no missing values, no numbers, no trimming."""
    quoted = '"' + text.replace('"', '""') + '"'

    read = export(tmp_path, f"respondent_id,q\nr1,{quoted}\n")

    assert read.cells.iloc[0].tolist() == ["r1", text]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_line_breaks_in_cells(tmp_path, end):
    """Files of any system are read alike; a cell with a line break is one row of a spreadsheet."""
    read = export(tmp_path, f'respondent_id,q{end}r1,"a{end}b"{end}r2,c{end}')

    assert read.cells[1].tolist() == [f"a{end}b", "c"]
    assert read.cells.index.tolist() == [2, 3]


def test_blank_lines_are_no_records_but_count_as_rows(tmp_path):
    """Row numbers are those that a spreadsheet shows."""
    assert export(tmp_path, "respondent_id,q\nr1,a\n\nr2,b\n\n").cells.index.tolist() == [2, 4]


def test_repeated_headers_keep_their_places(tmp_path):
    """Two columns of one name stay two columns."""
    read = export(tmp_path, "respondent_id,Other,Other\nr1,a,b\n")

    assert [header.tag for header in read.headers] == ["respondent_id", "Other", "Other"]
    assert read.cells.iloc[0].tolist() == ["r1", "a", "b"]


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "r.csv"), ("cp1252", "r.csv"), ("utf-16", "r.tsv")])
def test_the_encoding_is_as_stated(tmp_path, encoding, name):
    """Accents and dashes survive in each usual encoding; a .tsv file is separated by tabs."""
    sign = "\t" if name.endswith("tsv") else ","

    read = export(tmp_path, f"respondent_id{sign}q\nr1{sign}Zoë – 5€\n", encoding=encoding, name=name)

    assert read.cells.iloc[0].tolist() == ["r1", "Zoë – 5€"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    """Files saved by spreadsheets begin with a mark that is not text."""
    assert export(tmp_path, b"\xef\xbb\xbfrespondent_id,q\nr1,a\n").headers[0].tag == "respondent_id"


def test_qualtrics_has_three_header_rows():
    """Tag, text and ImportId are kept for each column; records begin in row 4."""
    read = read_export(SMALL, "responses.csv", "qualtrics", "utf-8")

    assert (read.headers[8].tag, read.headers[8].import_id) == ("Q2", "QID2")
    assert read.headers[8].text == "Which go-to-market model do you use?"
    assert read.cells.index[0] == 4


@pytest.mark.parametrize(
    ("content", "kind", "row", "words"),
    [
        ("", "tidy", None, "the file is empty"),
        ("respondent_id,q\n", "tidy", None, "no records"),
        ("respondent_id,q\n,\n", "tidy", None, "no records"),
        ("a,b\nA,B\n", "qualtrics", None, "begins with 3 header rows"),
        ("a,b\nA,B\nr1,x\n", "qualtrics", 3, "ImportId in each cell of row 3, not 'r1'"),
        ('a\nA\n"{""ImportId"":""a""}"\n1\n', "tidy", 3, "kind qualtrics"),
        ("respondent_id,q\nr1\n", "tidy", 2, "this row has 1 cells, the header has 2"),
        ("respondent_id,q\nr1,a,b\n", "tidy", 2, "this row has 3 cells, the header has 2"),
        ('respondent_id,q\nr1,"a\n', "tidy", 2, "quotation marks do not match"),
        ("respondent_id,q\nr1,é\n".encode("cp1252"), "tidy", 2, "the file is not utf-8; say its encoding"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path, content, kind, row, words):
    """Empty, cut off, misdeclared and wrongly encoded files end in one sentence with the row."""
    with pytest.raises(InputError, match=words) as caught:
        export(tmp_path, content, kind)

    assert caught.value.row == row


def test_a_trailing_comma_is_forgiven(tmp_path):
    """Empty cells beyond the header carry nothing."""
    assert export(tmp_path, "respondent_id,q\nr1,a,\n").cells.iloc[0].tolist() == ["r1", "a"]


def test_a_missing_file_and_an_unknown_encoding_are_named(tmp_path):
    """The sentence says which file, and which encodings are usual."""
    with pytest.raises(InputError, match=r"other\.csv: the file is missing"):
        read_export(tmp_path, "other.csv", "tidy", "utf-8")
    (tmp_path / "responses.csv").write_text("a")
    with pytest.raises(InputError, match="unknown encoding 'utf-9'"):
        read_export(tmp_path, "responses.csv", "tidy", "utf-9")

"""Delimited text: the delimiter and the encoding are proved or stated, and a damaged file is refused with its row."""

import csv
import io
import re
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.responses.exports import delimited, read_export

ROWS = [
    ["respondent_id", "名前", "Größe"],
    ["r1", "Zoë; Müller, „GmbH“", "a\nb"],
    ["r2", "", 'say "x"'],
    ["r3", "Привет", "–"],
]


def text(rows, sign=",", end="\n"):
    return end.join(sign.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows) + end


def export(tmp_path, content, **kwargs):
    (tmp_path / "r.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_export(tmp_path, "r.csv", **kwargs)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_the_cells_are_the_same_however_they_are_written(tmp_path, encoding, sign, end):
    """Delimiter, line ends and Unicode encodings are found from the file."""
    content = text(ROWS, sign, end).encode(encoding)
    content = b"\xfe\xff" + content if encoding == "utf-16-be" else content

    read = export(tmp_path, content)

    assert [header.tag for header in read.headers] == ROWS[0]
    assert read.cells.values.tolist() == ROWS[1:]


def test_mixed_line_ends_and_blank_rows_and_columns(tmp_path):
    """Files that were pasted together are read as they stand; rows keep their numbers."""
    read = export(tmp_path, "\n,,,\nrespondent_id,,q,\r\nr1,,a,\r\r\n,,,\nr2,,b,\n")

    assert [row[:3] for row in read.cells.values.tolist()] == [["r1", "", "a"], ["r2", "", "b"]]
    assert read.cells.index.tolist() == [4, 7]


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp1252", "Müller – 5€"), ("cp1251", "Привет"), ("mac_roman", "Zürich • ∞")]
)
def test_a_single_byte_encoding_must_be_stated(tmp_path, encoding, word):
    """Almost any bytes fit such an encoding, so none is guessed; the sentence shows how the word would read in each."""
    content = f"respondent_id,q\nr1,{word}\n".encode(encoding)

    with pytest.raises(InputError, match="the file is not utf-8; say its encoding in the codebook") as caught:
        export(tmp_path, content)
    assert caught.value.row == 2
    assert f"{word.split()[0]!r} in {encoding}" in str(caught.value)

    read = export(tmp_path, content, encoding=encoding)
    assert read.cells.iloc[0, 1] == word
    assert f"{encoding} as stated" in read.described


@pytest.mark.parametrize("wrong", ["cp1252", "cp1251", "mac_roman"])
def test_utf_8_read_as_something_else_is_noticed(tmp_path, wrong):
    """What was UTF-8 once shows in runs of letters that decode again."""
    assert export(tmp_path, text(ROWS).replace("名前", "name"), encoding=wrong).suspicious


@pytest.mark.parametrize(
    "word", ["Zoë – 5€", "naïve café", "Größe", "Привет мир", "Ці дні", "日本語", "l’été", "Ünïcödé"]
)
def test_sound_text_is_not_suspected(tmp_path, word):
    """Accents, dashes and other scripts are no sign of damage."""
    assert export(tmp_path, f"respondent_id,q\nr1,{word}\n").suspicious == ""


@pytest.mark.parametrize(
    ("content", "row", "words"),
    [
        ("respondent_id,q\nr1,a\0b\n", 2, "there is a NUL byte"),
        ("respondent_id,q\nr1,a\n".encode("utf-16-le"), 1, "its encoding is utf-16"),
        ("respondent_id,q;r,s\nr1,a;b,c\n", None, "comma and semicolon both split every row evenly; say which"),
        ("respondent_id;q\nr1;a\nr2;a;b\n", 3, "this row has 3 cells, the header has 2"),
        ('respondent_id;q\nr1;"a\nr2;b\n', 2, "quotation marks do not match"),
    ],
)
def test_a_damaged_or_doubtful_file_is_refused(tmp_path, content, row, words):
    """One sentence, with the row."""
    with pytest.raises(InputError, match=words) as caught:
        export(tmp_path, content)

    assert caught.value.row == row


def test_the_delimiter_can_be_stated(tmp_path):
    """The statement decides where two would do; a first line sep= for spreadsheets is one too."""
    doubtful = "respondent_id,q;r,s\nr1,a;b,c\n"

    assert export(tmp_path, doubtful, delimiter="comma").cells.values.tolist() == [["r1", "a;b", "c"]]
    told = export(tmp_path, "sep=;\n" + "respondent_id;q\nr1;a\n")
    assert (told.cells.values.tolist(), told.cells.index.tolist()) == ([["r1", "a"]], [3])


PIECES = st.sampled_from(
    ["a", "é", "名", ",", ";", "\t", "|", '"', "\n", "\r", "\r\n", " ", "respondent_id", "1", "\ufeff", "sep=;"]
)


@pytest.mark.parametrize("at_once", [1, delimited.AT_ONCE])
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(tmp_path, monkeypatch, at_once, text):
    """Whatever a file holds, the cells are those that the csv module reads, or one sentence says why there are none.

    It makes no difference whether one row is taken at a time or all.
    """
    monkeypatch.setattr(delimited, "AT_ONCE", at_once)
    try:
        read = export(tmp_path, text.encode("utf-8", "surrogatepass"))
    except InputError:
        return
    signs = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
    sign = next(sign for name, sign in signs.items() if f", {name}, " in read.described)
    text = text.lstrip("\ufeff")
    body = re.sub(r"\A(?i:sep=)[^\r\n](?:\r\n|\r|\n|\Z)", "", text)
    rows = [row for row in csv.reader(io.StringIO(body, newline=""), delimiter=sign) if any(row)]

    width = len(read.headers)
    assert read.cells.values.tolist() == [row[:width] for row in rows[1:]]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.sampled_from(["auto", "utf-8", "utf-16", "cp1252", "cp1251", "mac_roman", "no-such"]))
def test_any_bytes_are_read_or_refused_in_a_sentence(tmp_path, content, encoding):
    """Never a traceback, whatever the encoding is said to be."""
    with suppress(InputError):
        export(tmp_path, content, encoding=encoding)

"""Plain tables as archives and analysts keep them: codes above questions, a title above the header."""

import pytest

from pipeline.errors import InputError
from pipeline.responses.exports import read_export

CODES = ("Time (seconds)", "Q1", "Q2_Part_1", "Q2_Part_2", "Q3")
ASKED = ("Duration (in seconds)", "What is your role?", "Which tools? - Chat", "Which tools? - Mail", "And your pay?")


def write(tmp_path, rows):
    (tmp_path / "e.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    return read_export(tmp_path, "e.csv")


def test_questions_below_codes_are_no_record(tmp_path):
    """The first header may be words itself; what is below it is what was asked."""
    export = write(tmp_path, [CODES, ASKED, ("51", "Analyst", "Chat", "", "9"), ("9", "Lead", "", "", "")])

    assert export.described == "e.csv: plain table, 2 header rows, UTF-8, comma, 2 records"
    assert [header.text for header in export.headers] == list(ASKED)
    assert export.headers[1].tag == "Q1"


@pytest.mark.parametrize(
    "rows",
    [
        [("Q1", "Q2"), ("a long answer of many words", "another long answer"), ("a long answer of many words", "b")],
        [("Q1", "Q2"), ("yes", "no"), ("no", "yes")],
        [("What is it?", "And that?"), ("a long answer of many words", "another long answer"), ("c", "b")],
        [("name", "comment"), ("Anna Example", "a long answer of many words"), ("Ben", "short")],
    ],
)
def test_long_answers_below_codes_are_records(tmp_path, rows):
    """Where an answer comes again, few are words, the header is no row of codes, or the table is narrow."""
    assert len(write(tmp_path, rows).cells) == 2


@pytest.mark.parametrize("rows", [[("All responses",), ("Company", "ARR", "NRR"), ("A", "1", "2")],
                                  [("All responses", "", ""), ("Company", "ARR", "NRR"), ("A", "1", "2")]])  # fmt: skip
def test_a_title_above_the_header_is_refused(tmp_path, rows):
    """Else it would be the header, and the header a record."""
    with pytest.raises(InputError, match="what stands above the header"):
        write(tmp_path, rows)

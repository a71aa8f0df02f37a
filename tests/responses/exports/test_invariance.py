"""What does not change an answer does not change a figure: order of rows and columns, encoding, line ends, blanks."""

import csv
import io
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.responses import read_survey

HEADER_ROWS = {"qualtrics": 3, "surveymonkey": 2, "google_forms": 1, "kobo": 1, "limesurvey": 1}


def rewrite(edition, change, encoding="utf-8", sign=",", end="\n"):
    """The edition with its export written anew after `change` has had its way with the rows."""
    path = edition / "responses.csv"
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    if len(rows[0]) == 1:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(change(rows))
    path.write_bytes(out.getvalue().encode(encoding))


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    def copy(name):
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(Path(__file__).parent / name, folder, dirs_exist_ok=True)
        return folder

    return copy


def blocks_of(rows, header_rows):
    """Columns that belong together: a question over several of them is moved as one."""
    starts = [place for place, text in enumerate(rows[0]) if text or header_rows == 1]
    return [list(range(a, b)) for a, b in zip(starts, [*starts[1:], len(rows[0])], strict=True)]


@pytest.mark.parametrize("name", HEADER_ROWS)
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10**6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    sign=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    blanks=st.integers(0, 3),
)
def test_the_answers_do_not_depend_on_how_the_file_is_written(
    copies, answers_of, expected, name, seed, encoding, sign, end, blanks
):
    """Shuffled rows, permuted columns, another encoding, delimiter or line end, blank rows and columns: the same."""
    dice, header_rows, edition = random.Random(seed), HEADER_ROWS[name], copies(name)

    def change(rows):
        blocks = blocks_of(rows, header_rows)
        if name != "google_forms":  # its mark is that the time stands first
            dice.shuffle(blocks)
        order = [place for block in blocks for place in block]
        records = rows[header_rows:]
        dice.shuffle(records)
        table = [[row[place] for place in order] for row in [*rows[:header_rows], *records]]
        for _ in range(blanks):
            table.insert(dice.randrange(len(table) + 1), [""] * len(order))
        return [[*row, "", ""][: len(order) + blanks % 3] for row in table]

    rewrite(edition, change, encoding, sign, end)
    survey = read_survey(edition)

    assert answers_of(survey) == expected
    assert survey.undecided.empty


def test_made_ids_are_the_same_in_any_order(copies):
    """Without ids of the tool, a record's id comes from its content; two alike stay two."""
    first, second = copies("google_forms"), copies("google_forms")
    rewrite(first, lambda rows: [*rows, rows[1]])
    rewrite(second, lambda rows: [[*row[:1], *row[:0:-1]] for row in [rows[0], rows[1], *rows[:0:-1]]])

    assert sorted(read_survey(first).answers.index) == sorted(read_survey(second).answers.index)
    assert len(set(read_survey(first).answers.index)) == 7


def test_waves_are_files_of_one_survey(tidy):
    """Ids are unique within a wave, and the wave can be asked like a question."""
    edition = tidy(
        "questions: [{id: arr, type: number, text: ARR}, {id: year, type: single, text: Year, column: wave, "
        "choices: [{code: '2015', label: '2015'}, {code: '2016', label: '2016'}]}]\n",
        "respondent_id,arr\nr1,1\n",
        source="waves: {'2015': [responses.csv], '2016': [new.csv]}",
    )
    edition.write("new.csv", "arr,respondent_id\n2,r1\n3,r2\n")
    survey = edition.read()

    assert survey.answers["arr"].to_dict() == {"2015:r1": 1, "2016:r1": 2, "2016:r2": 3}
    assert survey.answers["year"].tolist() == ["2015", "2016", "2016"]
    assert survey.findings.empty


def test_a_stand_in_fills_what_is_blank(tidy):
    """Where one question was asked twice, the second column answers for those whose first is blank; both are told."""
    edition = tidy(
        "questions: [{id: arr, type: number, text: ARR, column: now, coalesce: [before]}]\n",
        "respondent_id,now,before\nr1,1,5\nr2,,6\nr3,,\n",
    )
    survey = edition.read()

    assert survey.answers["arr"].astype("object").where(survey.answers["arr"].notna(), None).tolist() == [1, 6, None]
    assert survey.cell_of("r2", "arr").column == "now or before"
    assert survey.findings.empty

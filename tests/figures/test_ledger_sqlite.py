import sqlite3
from contextlib import closing

import pytest

from pipeline.errors import InputError


@pytest.fixture(scope="module")
def database(ledger, tmp_path_factory):
    path = ledger.write_sqlite(tmp_path_factory.mktemp("sqlite") / "ledger.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def rows(database, query, *parameters):
    return database.execute(query, parameters).fetchall()


def test_every_reference_leads_somewhere(database):
    """Foreign keys are declared and hold."""
    assert rows(database, "PRAGMA foreign_key_check") == []
    targets = {row[2] for row in rows(database, "PRAGMA foreign_key_list(cell_member)")}
    assert targets == {"cell", "source_row"}
    assert {row[2] for row in rows(database, "PRAGMA foreign_key_list(cell)")} == {"exhibit", "measure"}


def test_what_is_pointed_at_has_a_label(database):
    """Datasette shows a foreign key by the title of its row, and the views can be read without clicks."""
    tables = [name for name, in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    targets = {row[2] for table in tables for row in rows(database, f"PRAGMA foreign_key_list({table})")}
    for table in targets:
        assert "title" in {row[1] for row in rows(database, f"PRAGMA table_info({table})")}
    assert rows(database, "SELECT figure, source_row FROM member_labelled WHERE role = 'NUMERATOR' LIMIT 1")
    for view, in rows(database, "SELECT name FROM sqlite_master WHERE type = 'view'"):
        rows(database, f"SELECT * FROM {view} LIMIT 1")


def test_a_figure_can_be_followed_back_to_the_rows_of_the_export(database):
    """The 33 percent below $10M is R03, in row 8 of responses.csv, who wrote Onboarding."""
    query = """
        SELECT m.respondent_id, r.title, m.value_raw FROM cell_member m JOIN source_row r USING (source_row_id)
        WHERE m.cell_id = ? AND m.role = 'NUMERATOR'
    """

    assert rows(database, query, "support_owner.arr.lt_10m.onboarding") == [
        ("R03", "responses.csv row 8", "Onboarding")
    ]


def test_members_count_what_the_cell_says(database):
    """In SQL as in the ledger: numerators and denominators of every share that is shown."""
    query = """
        SELECT c.cell_id FROM cell c WHERE c.stat_name = 'share' AND c.status = 'shown' AND c.exhibit != 'survey' AND (
            c.numerator != (SELECT count(*) FROM cell_member m WHERE m.cell_id = c.cell_id AND role = 'NUMERATOR') OR
            c.denominator != (SELECT count(*) FROM cell_member m WHERE m.cell_id = c.cell_id AND role = 'DENOMINATOR'))
    """

    assert rows(database, query) == []


def test_the_pivots_of_a_median_are_marked(database):
    """The 4.5 of the second band are the 4 and the 5 of 2, 4, 5 and 10."""
    query = "SELECT value_used FROM cell_member WHERE cell_id = ? AND is_pivot ORDER BY order_rank"

    assert rows(database, query, "support_people.arr.10_50m.median_people") == [(4.0,), (5.0,)]


def test_corrections_records_and_findings_are_there(database):
    """One corrected answer, fifteen records, the findings with what was decided."""
    assert rows(database, "SELECT respondent_id, variable, old, new FROM correction") == [("R05", "nrr", "90", "99")]
    assert rows(database, "SELECT status, count(*) FROM record GROUP BY 1") == [("counted", 12), ("excluded", 3)]
    assert ("corrected",) in rows(database, "SELECT DISTINCT state FROM finding")


def test_figures_and_files_say_which_survey_they_belong_to(database):
    """The small edition has no sub-survey, so its own folder, which is empty."""
    assert rows(database, "SELECT DISTINCT survey FROM cell") == [("",)]
    assert rows(database, "SELECT title, survey FROM source_file") == [("responses.csv", "")]


def test_two_runs_write_the_same_bytes(ledger, tmp_path):
    """No clock and no chance in the database either."""
    first = ledger.write_sqlite(tmp_path / "a.sqlite").read_bytes()
    second = ledger.write_sqlite(tmp_path / "b.sqlite").read_bytes()

    assert first == second
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.sqlite", "b.sqlite"]


def test_a_ledger_without_respondents_writes_no_database(external, tmp_path):
    """The external edition has nothing to trace, and says so."""
    with pytest.raises(InputError, match="holds no respondents"):
        external.write_sqlite(tmp_path / "ledger.sqlite")
    assert not list(tmp_path.iterdir())

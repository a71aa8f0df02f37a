"""The second engine beside a build: on the command line, in the database, and as the computations of one figure."""

import sqlite3
from dataclasses import replace

import pytest
from click.testing import CliRunner
from made import SMALL, tabulated

from pipeline.audit.computations import computations_table
from pipeline.audit.recomputed import open_errors, recompute_build, write_recomputation
from pipeline.audit.trace import trace
from pipeline.cli import bandwise

CELL = "retention.overall.all.grr"


@pytest.fixture
def built(tmp_path):
    """What a build leaves that the second engine reads; the ledger as a function makes it of the right one."""

    def build(change=lambda ledger: ledger, audience="internal"):
        ledger = change(tabulated(SMALL, audience))
        ledger.write_csv(tmp_path / "ledger.csv")
        (tmp_path / "run.json").write_text(f'{{"audience": "{audience}"}}', encoding="utf-8")
        if audience == "internal":
            ledger.write_sqlite(tmp_path / "ledger.sqlite")
        return tmp_path

    return build


def wrong(ledger):
    """The same ledger with one figure a point higher."""
    cells = tuple(replace(c, stat=c.stat + 1, printed="92%") if c.cell_id == CELL else c for c in ledger.cells)
    return replace(ledger, cells=cells)


def audit(*arguments):
    return CliRunner().invoke(bandwise, ["audit", str(SMALL), *map(str, arguments)], standalone_mode=False)


def test_the_command_says_that_all_is_equal(built):
    """Status 0; how many cells of each statistic, and what was not computed and why."""
    result = audit("--recompute", "--output", built())

    assert result.return_value == 0, result.output
    assert "184 of 371 cells are equal" in result.output
    assert "what built-in checks found" in result.output


def test_the_command_names_what_differs_and_ends_in_1(built):
    """The cell, the ledger's value and ours."""
    result = audit("--recompute", "--output", built(wrong))

    assert result.return_value == 1
    assert f"needs a person: second engine differs at {CELL}: value: ledger 92.0, second engine 91.0" in result.output


def test_a_build_for_readers_outside_is_computed_again_too(built):
    """It names no respondent and no finding: what is open is asked of the edition."""
    folder = built(audience="external")

    assert audit("--recompute", "--output", folder).return_value == 0
    assert open_errors(SMALL, folder) == {"": []}


def test_a_folder_without_a_build_is_one_sentence(tmp_path):
    """As for every audit: run the build first."""
    assert "has not been built here" in str(audit("--recompute", "--output", tmp_path).exception)


def test_the_database_has_a_verdict_for_every_cell(built):
    """With engine, query over the answers, value, n and text; and the figure's trace shows it beside our own."""
    folder = built(wrong)
    write_recomputation(folder / "ledger.sqlite", recompute_build(SMALL, folder))

    database = sqlite3.connect(folder / "ledger.sqlite")
    cells, verdicts = (database.execute(f"SELECT count(DISTINCT cell_id) FROM {table}").fetchone()[0]
                       for table in ("cell", "recomputation"))  # fmt: skip
    query = "SELECT engine, value, n, printed, verdict FROM recomputation WHERE cell_id = ?"
    found = database.execute(query, (CELL,)).fetchall()
    database.close()
    ours, second = trace(SMALL, folder, CELL).computations

    assert cells == verdicts
    assert found == [("DuckDB", 91.0, 11, "91%", "different")]
    assert (ours.printed, second.printed) == ("92%", "91%")
    assert second.verdict.startswith("different: value: ledger 92.0")
    assert second.formula.startswith("SELECT count(value) AS n, median(value) AS figure FROM")


def test_the_query_is_offered_only_where_there_is_one(built):
    """Of a figure over answers once it was computed again; not of a count of records, nor before."""
    folder, counted = built(), "survey.overall.all.received"
    before = trace(SMALL, folder, CELL).computations
    write_recomputation(folder / "ledger.sqlite", recompute_build(SMALL, folder))

    after, record = (trace(SMALL, folder, cell_id).computations for cell_id in (CELL, counted))

    assert "--sql" in computations_table(after, CELL).caption
    assert len(record) == 2
    assert computations_table(before, CELL).caption is computations_table(record, counted).caption is None

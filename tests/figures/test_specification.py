"""The rules that the database gives for a figure pick the very respondents that the figure was computed from."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.figures import tabulate
from pipeline.figures.exhibits import read_exhibits
from pipeline.figures.ledger import DENOMINATOR, NUMERATOR
from pipeline.responses.expressions import evaluate

KINDS = Path(__file__).parent / "kinds"
BASE = ("outside_base", "base_unknown")


@pytest.fixture(scope="module")
def database(ledger, tmp_path_factory):
    path = ledger.write_sqlite(tmp_path_factory.mktemp("sqlite") / "ledger.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.fixture(scope="module")
def kinds(survey):
    return tabulate(survey, read_exhibits(KINDS / "exhibits.yaml", survey.codebook))


def of(database, cell_id):
    return database.execute("SELECT subset FROM cell WHERE cell_id = ?", (cell_id,)).fetchone()[0]


def test_a_figure_says_of_whom_it_is(database):
    """All companies, a band, the base of the exhibit and a band of it."""
    assert of(database, "support_owner.overall.all.support") == ""
    assert of(database, "support_owner.arr.lt_10m.support") == "band(arr, 'arr') == 'lt_10m'"
    assert of(database, "outsourced.overall.all.mean_outsourced") == "outsources == 'yes'"


def test_a_column_says_what_counts(database):
    """A single choice, ticks, places of a ranking, a number that is not zero; a median counts nothing."""
    counts = dict(database.execute("SELECT measure_id, counts FROM measure"))

    assert counts["support_owner.support"] == "owner in ('support',)"
    assert counts["support_people.has_people"] == "people.support != 0"
    assert counts["channels.email"] == "selected(channels, 'email')"
    assert counts["support_people.median_people"] == ""


@pytest.mark.parametrize("edition", ["ledger", "kinds"])
def test_the_rules_pick_the_members(edition, request, tmp_path):
    """Evaluated over the answers, `subset` gives the members of each figure and `counts` its numerator."""
    ledger = request.getfixturevalue(edition)
    query = """
        SELECT cell_id, band, survey, subset, coalesce(counts, '') FROM cell LEFT JOIN measure USING (measure_id)
        WHERE measure_id IS NOT NULL AND cell.dimension != 'company'
    """
    compared = 0
    with closing(sqlite3.connect(ledger.write_sqlite(tmp_path / "ledger.sqlite"))) as database:
        cells = database.execute(query).fetchall()
    for cell_id, band, folder, subset, counts in cells:
        if cell_id not in ledger.members:
            continue
        survey, members = ledger.surveys[folder], ledger.members[cell_id]
        inside = _holding(subset, band, survey) if subset else set(map(str, survey.answers.index))
        of_the_base = {m.respondent_id for m in members if m.role != NUMERATOR and m.reason not in BASE}
        assert inside == of_the_base, cell_id
        if counts:
            used = {m.respondent_id for m in members if m.role == DENOMINATOR}
            numerator = {m.respondent_id for m in members if m.role == NUMERATOR}
            assert _holding(counts, band, survey) & used == numerator, cell_id
        compared += 1
    assert compared > 50


def _holding(rule, band, survey):
    holds = evaluate(rule.replace("{item}", band), survey.answers, survey.codebook, survey.reasons)
    return set(map(str, survey.answers.index[holds.fillna(False).to_numpy(bool)]))


def test_a_change_names_both_figures_and_a_quartile_its_median(kinds, tmp_path):
    """Operands lead from a figure to those it is made from."""
    changes = [cell for cell in kinds.cells if cell.stat_name == "change"]
    with closing(sqlite3.connect(kinds.write_sqlite(tmp_path / "k.sqlite"))) as database:
        operands = set(database.execute("SELECT cell_id, role, operand_cell_id FROM operand"))
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []

    assert changes
    for cell in changes:
        assert {role for cell_id, role, _ in operands if cell_id == cell.cell_id} == {"FIGURE", "REFERENCE"}
        assert (cell.cell_id, "FIGURE", cell.cell_id.removesuffix(".change")) in operands

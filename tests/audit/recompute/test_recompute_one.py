"""One figure by itself: without a correction it is that of an edition which never had it; its SQL runs as it stands."""

import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from made import SMALL, tabulated

from pipeline.audit.recompute import NotRecomputed, figure_without, script
from pipeline.cli import bandwise

TESTS = Path(__file__).parents[2]
KINDS = TESTS / "figures" / "kinds"
LINES = (
    ("R06", "owner", "correct", "Customer Success", "Customer Support"),
    ("R03", "arr", "correct", "6000000", "60000000"),
    ("R08", "outsourced_share", "exclude", "25", ""),
    ("R01", "", "exclude", "", ""),
    ("R06", "owner", "correct", "Customer Support", "Onboarding"),
)


def edition_with(folder, lines):
    """The small survey with its first decision and further ones, numbered from 3."""
    edition = Path(shutil.copytree(SMALL, folder))
    with (edition / "decisions.csv").open("a", encoding="utf-8") as file:
        for seq, (respondent, question, action, old, new) in lines:
            file.write(f"{seq},,{respondent},{question},{action},{old},{new},typo,A slip,,A. Analyst,,,,\n")
    return edition


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    return edition_with(tmp_path_factory.mktemp("decided") / "small", enumerate(LINES, start=3))


@pytest.fixture(scope="module")
def never(tmp_path_factory):
    """The ledgers of editions in which one of the decisions was never made, by its line."""
    numbered = list(enumerate(LINES, start=3))
    found = {}
    for seq, (respondent, question, *_) in numbered:
        # what starts from a correction is not there without it
        kept = [(n, line) for n, line in numbered if n < seq or line[:2] != (respondent, question)]
        found[str(seq)] = tabulated(edition_with(tmp_path_factory.mktemp("never") / "small", kept))
    return found


@pytest.mark.parametrize(
    "cell_id",
    [
        "support_owner.overall.all.support", "support_owner.arr.lt_10m.success", "support_owner.arr.50_100m.success",
        "support_owner.arr.lt_10m.n", "support_people.overall.all.has_people", "support_people.arr.lt_10m.n",
        "people_mix.arr.lt_10m.support", "people_by_role.role.support.people", "outsourced.overall.all.mean_outsourced",
        "retention.motion.product_led.nrr",
    ],
)  # fmt: skip
def test_without_a_decision_a_figure_is_that_of_an_edition_which_never_had_it(decided, never, cell_id):
    """Corrections of the answer, of the base and of the band, exclusions of an answer and of a company, a chain."""
    found = figure_without(decided, "internal", cell_id, {})
    now = tabulated(decided).cell(cell_id)

    assert found
    for w in found:
        if w.source not in never:
            continue
        cell = never[w.source].cell(cell_id)
        said = (w.figure.printed, w.figure.n, w.figure.status) if w.figure else None
        assert said == (cell.printed, cell.n, cell.status), w.source
        assert w.figure.value is None or float(w.figure.value) == pytest.approx(cell.stat, rel=1e-9)
        assert w.moves == ((cell.stat, cell.printed, cell.n) != (now.stat, now.printed, now.n))


def test_only_what_a_figure_rests_on_is_left_out(decided):
    """Net retention of the hybrid nobody: the owner of support and the headcount are not asked."""
    found = figure_without(decided, "internal", "retention.overall.all.nrr", {})

    assert {(w.source, w.slot) for w in found} == {("1", "nrr"), ("6", "")}


def test_without_a_fix_one_answer_is_as_it_was_given(tmp_path):
    """Five is added to R03's 85 alone: without it the median of the product-led is that of the small survey."""
    edition = Path(shutil.copytree(SMALL, tmp_path / "small"))
    with (edition / "codebook.yaml").open("a", encoding="utf-8") as file:
        file.write("fixes: [{id: low, question: nrr, when: nrr < 88, to: nrr + 30, reason: thirty too few}]\n")
    cell_id = "retention.motion.product_led.nrr"

    (found,) = (w for w in figure_without(edition, "internal", cell_id, {}) if w.source == "fix")

    assert (found.respondent_id, found.slot, found.moves) == ("R03", "nrr", True)
    assert found.now.printed == tabulated(edition).cell(cell_id).printed
    assert found.figure.printed == tabulated(SMALL).cell(cell_id).printed


def figures_of(edition):
    """The cells that exhibits define over respondents."""
    ledger = tabulated(edition)
    return [c for c in ledger.cells if c.exhibit in ledger.exhibits and c.dimension != "company"]


@pytest.mark.parametrize(
    ("kinds", "some"),
    [(False, 19), (True, 13), *(pytest.param(kinds, 1, marks=pytest.mark.slow) for kinds in (False, True))],
)
def test_the_query_of_a_figure_runs_in_the_folder_of_its_survey(tmp_path, monkeypatch, kinds, some):
    """n and the unrounded value of one in `some` cells, from nothing but the files that lie there."""
    edition = Path(shutil.copytree(SMALL, tmp_path / "small"))
    if kinds:
        shutil.copytree(KINDS, edition, dirs_exist_ok=True)
    cells = figures_of(edition)
    for cell in cells[::some]:
        query = script(edition, cell.cell_id, {})
        monkeypatch.chdir(edition / ("panel" if cell.exhibit.startswith("panel") else ""))
        row = duckdb.connect().execute(query).fetchone()
        assert row[0] == cell.n
        if cell.stat_name not in ("n", "change") and cell.status == "shown":
            assert row[1] == pytest.approx(cell.stat, rel=1e-9), cell.cell_id


def test_facts_and_points_have_no_query_of_their_own(tmp_path):
    """They are no statistic over a band; which one it is, is said."""
    edition = Path(shutil.copytree(SMALL, tmp_path / "small"))
    shutil.copytree(KINDS, edition, dirs_exist_ok=True)

    for cell_id in ("survey.overall.all.answers", "panel_payback.company.p001.grr"):
        with pytest.raises(NotRecomputed, match="no exhibit defines this figure over respondents"):
            script(edition, cell_id, {})


def test_the_command_prints_the_query_alone(tmp_path):
    """So that it can be piped into duckdb; a cell without one is one sentence and status 2."""
    ledger = tabulated(SMALL)
    ledger.write_csv(tmp_path / "ledger.csv")
    ledger.write_sqlite(tmp_path / "ledger.sqlite")
    cell_id = "retention.motion.sales_led.nrr"

    result = CliRunner().invoke(bandwise, ["audit", str(SMALL), cell_id, "--sql", "--output", str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert result.stdout == script(SMALL, cell_id, {})

"""Every figure computed again by other means: equal where nothing is wrong, different exactly where something is."""

import ast
import shutil
from dataclasses import replace as changed
from pathlib import Path

import pytest
from made import SMALL, tabulated

from pipeline.audit import recompute as package
from pipeline.audit.recompute import DIFFERENT, EQUAL, NOT_RECOMPUTED, recompute
from pipeline.audit.recomputed import open_errors_of
from pipeline.errors import InputError
from pipeline.responses.codebook import read_codebook

TESTS = Path(__file__).parents[2]
KINDS = TESTS / "figures" / "kinds"
EDITION_2023 = TESTS.parent / "survey_raw" / "2023"
SHARED = {
    "pipeline.errors", "pipeline.figures.ledger", "pipeline.responses.strict_yaml", "pipeline.audit.recompute",
}  # fmt: skip


def again(edition, ledger):
    """The cells of a ledger beside what the second engine makes of an edition."""
    return recompute(edition, ledger.cells, ledger.audience, open_errors_of(ledger.surveys))


def different(found):
    return {v.cell_id for v in found.of(DIFFERENT)}


def moved(before, after):
    """The cells that two ledgers do not have alike, by what is compared: a label may differ."""
    parts = ("stat", "printed", "n", "status", "numerator", "denominator")
    old, new = ({c.cell_id: tuple(getattr(c, p) for p in parts) for c in ledger.cells} for ledger in (before, after))
    return {cell_id for cell_id in old.keys() | new.keys() if old.get(cell_id) != new.get(cell_id)}


def told(cells, edition=SMALL):
    """Those that the second engine speaks of: of what the checks found, only the cases of those that are declared."""
    by_checks = ("checks", "findings", "accepted", "corrected", "findings_excluded", "open", "undecided")
    checks = {f"survey.overall.all.{column}" for column in by_checks}
    declared = [check.id for check in read_codebook(edition / "codebook.yaml").checks]
    cases = {f"findings.check.{id_}.{what}" for id_ in declared for what in ("holds", "violated", "not_evaluable")}
    return {cell_id for cell_id in cells if (not cell_id.startswith("findings.") or cell_id in cases)} - checks


@pytest.fixture
def edition(tmp_path):
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def kinds(edition):
    return Path(shutil.copytree(KINDS, edition, dirs_exist_ok=True))


@pytest.fixture(scope="module")
def ledger():
    return tabulated(SMALL)


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_all_figures_of_the_small_survey_are_equal(ledger):
    """Shares, medians, means, quartiles, bases, facts; what the checks found is said not to be computed."""
    found = again(SMALL, ledger)

    assert not different(found)
    assert {v.cell_id for v in found.of(EQUAL)} == told(cell.cell_id for cell in ledger.cells)
    assert all("checks" in v.reason for v in found.of(NOT_RECOMPUTED))


@pytest.mark.parametrize("audience", ["internal", "reviewer"])
def test_all_kinds_of_exhibit_are_equal(kinds, audience):
    """Bins, conditions, ratios, changes, points, counts, items as rows, a sub-survey."""
    ledger = tabulated(kinds, audience)
    found = again(kinds, ledger)

    assert not different(found)
    assert {v.cell_id for v in found.of(EQUAL)} == told(cell.cell_id for cell in ledger.cells)


@pytest.mark.parametrize(
    ("cell_id", "part", "wrong"),
    [
        ("retention.overall.all.grr", "stat", 91.000001),
        ("retention.overall.all.grr", "printed", "92%"),
        ("retention.overall.all.grr", "n", 10),
        ("support_owner.overall.all.support", "numerator", 9),
        ("support_owner.arr.lt_10m.support", "status", "suppressed"),
        ("people_mix.overall.all.support", "printed", "40%"),
        ("survey.overall.all.answers", "printed", "1"),
        ("reference.overall.all.nrr_last_year", "stat", 99.4),
    ],
)
def test_a_wrong_cell_is_named_and_no_other(ledger, cell_id, part, wrong):
    """A planted value, text, base, count or status is seen, each by itself."""
    cells = tuple(changed(c, **{part: wrong}) if c.cell_id == cell_id else c for c in ledger.cells)
    found = again(SMALL, changed(ledger, cells=cells))

    assert different(found) == {cell_id}
    assert part in found.of(DIFFERENT)[0].reason or part == "stat"


def test_a_cell_too_many_and_one_too_few_are_named(ledger):
    """The specification says which cells there are."""
    gone, *rest = [c for c in ledger.cells if c.exhibit == "retention"]
    others = [c for c in ledger.cells if c.exhibit != "retention"]
    extra = changed(rest[0], cell_id="retention.overall.all.made_up", column="made_up")
    found = again(SMALL, changed(ledger, cells=(*rest, *others, extra)))

    assert different(found) == {gone.cell_id, "retention.overall.all.made_up"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("responses.csv", "USD 40mm,Customer Support,2,2,0", "USD 40mm,Customer Support,3,2,0"),
        ("responses.csv", "Sales-led,20M,", "Sales-led,5M,"),
        ("responses.csv", "C12,Larch,Sales-led", "C12,Larch,Product-led"),
        ("responses.csv", "2026-03-06 09:10:00", "2026-03-01 08:00:00"),
        ("decisions.csv", "correct,90,99", "correct,90,98"),
        ("exhibits.yaml", "internal: {withhold: 1, mark: 10, quart", "internal: {withhold: 4, mark: 10, quart"),
        ("exhibits.yaml", "internal: {withhold: 1, mark: 10, quartiles: 8", "internal: {withhold: 1, quartiles: 9"),
        ("exhibits.yaml", "quartiles: 8, tails: 10", "quartiles: 8, tails: 12"),
        ("exhibits.yaml", "decimals: 1\n", "decimals: 2\n"),
        ("codebook.yaml", "below: 10_000_000}", "below: 10_000_001}"),
        ("references.csv", "99.5", "99.6"),
    ],
)  # fmt: skip
def test_what_changes_in_a_file_moves_exactly_the_cells_that_rest_on_it(edition, ledger, name, old, new):
    """A raw answer, a band variable, a date, a decision, a threshold, an edge, a quotation: the very cells differ."""
    if (name, old) == ("codebook.yaml", "below: 10_000_000}"):
        replace(edition / name, "from: 10_000_000, below: 50_000_000", "from: 10_000_001, below: 50_000_000")
    replace(edition / name, old, new)
    found = again(edition, ledger)

    assert different(found) == told(moved(ledger, tabulated(edition)))
    assert different(found)


def test_an_open_error_withholds_its_answers_here_too(edition):
    """Without its correction the finding is open; the build says so and both engines leave the answers out."""
    (edition / "decisions.csv").unlink()
    ledger = tabulated(edition)

    assert ledger.cell("retention.overall.all.nrr").n == 10
    assert not different(again(edition, ledger))
    assert "retention.overall.all.nrr" in different(recompute(edition, ledger.cells, "internal", {}))


def test_a_fix_of_the_codebook_is_made_here_too(edition):
    """Numbers and choices, but where a decision was made."""
    text = (edition / "codebook.yaml").read_text(encoding="utf-8")
    fixes = """
fixes:
  - {id: low, question: nrr, when: "nrr < 96", to: "nrr + 5", reason: five too few}
  - {id: who, question: owner, when: "people.support == 0", to: "'onboarding'", reason: nobody there}
"""
    (edition / "codebook.yaml").write_text(text + fixes, encoding="utf-8")
    ledger = tabulated(edition)

    assert not different(again(edition, ledger))
    assert ledger.cell("support_owner.overall.all.onboarding").numerator == 3


def test_companies_that_decisions_exclude_for_different_reasons_are_counted_together(edition):
    """One figure says how many records decisions left out; its label has every reason."""
    with (edition / "decisions.csv").open("a", encoding="utf-8") as file:
        for seq, (respondent, reason) in enumerate((("R01", "A test"), ("R02", "Sold"), ("R03", "A test")), start=3):
            file.write(f"{seq},,{respondent},,exclude,,,implausible,{reason},,A. Analyst,,,,\n")
    ledger = tabulated(edition)
    cell = ledger.cell("records.reason.decision.records")

    assert (cell.printed, cell.label) == ("3", "A test; Sold")
    assert not different(again(edition, ledger))


def test_a_formula_is_the_decimal_that_it_is_on_paper(edition):
    """57 / 200 * 100 is 28.5, not below 28.5 and printed 29%, though binary arithmetic makes a little less of it."""
    replace(edition / "responses.csv", "$200M,Customer Support,8,,4", "$200M,Customer Support,57,,4")
    replace(edition / "codebook.yaml", "derived:\n", """derived:
  - {id: part, label: Part, formula: people.support / 200 * 100, unit: percent}
""")
    with (edition / "exhibits.yaml").open("a", encoding="utf-8") as file:
        file.write("""
  - {id: part, chapter: results, title: Part, measure: Part, statistic: median, question: part, dimensions: [],
     where: people.support > 50,
     callouts: [{column: at_least, statistic: share, when: part >= 28.5, label: At least 28.5}]}
""")
    ledger = tabulated(edition)

    assert (57 / 200 * 100, ledger.cell("part.overall.all.median").stat) == (28.499999999999996, 28.5)
    assert ledger.cell("part.overall.all.median").printed == "29%"
    assert ledger.cell("part.overall.all.at_least").printed == "100%"
    assert not different(again(edition, ledger))


def test_a_decision_whose_old_value_is_not_so_is_refused(edition, ledger):
    """One sentence with the line, as in a build."""
    replace(edition / "decisions.csv", "correct,90,99", "correct,91,99")

    with pytest.raises(InputError, match="decision 1 says that the old value is '91', but it is '90'"):
        again(edition, ledger)


def test_what_cannot_be_read_is_not_called_equal(edition, ledger):
    """An encoding that DuckDB does not read: every figure of the survey says why."""
    replace(edition / "codebook.yaml", "encoding: utf-8", "encoding: cp1252")
    found = again(edition, ledger)

    assert all(v.statistic == "reference" for v in found.of(EQUAL))
    assert not different(found)
    assert {v.reason for v in found.of(NOT_RECOMPUTED) if v.cell_id.startswith("retention.")} == {
        "the second engine reads CSV and TSV in UTF-8, not responses.csv in cp1252"
    }


def test_what_it_has_not_heard_of_is_not_called_equal(edition, ledger):
    """A key of a question: nothing of the survey is computed. A statistic of one exhibit: the others are."""
    replace(edition / "exhibits.yaml", "statistic: median_nonzero", "statistic: mode")
    found = again(edition, ledger)
    untold = {v.cell_id.partition(".")[0]: v.reason for v in found.of(NOT_RECOMPUTED)}
    assert untold["support_people"] == "the second engine does not know the statistic 'mode'"
    assert not different(found) and "retention" not in untold

    replace(edition / "codebook.yaml", "{id: owner, type: single,", "{id: owner, type: single, weighted_by: arr,")
    found = again(edition, ledger)
    assert not different(found)
    assert {v.reason for v in found.of(NOT_RECOMPUTED) if v.cell_id.startswith("retention.")} == {
        "the second engine does not know the key 'weighted_by' of owner"
    }


def test_outside_the_house_what_is_shown_is_equal():
    """Values and texts that are printed; what is withheld has nothing to compare."""
    ledger = tabulated(SMALL, "external")
    found = recompute(SMALL, ledger.cells, "external", {})
    shown = {c.cell_id for c in ledger.cells if c.status == "shown"}

    assert not different(found)
    assert told(shown) <= {v.cell_id for v in found.of(EQUAL)}


def test_it_shares_no_code_with_what_made_the_figures():
    """Walk its imports: of the pipeline only the bare reader of YAML, the ledger that is checked, and errors."""
    folder = Path(package.__file__).parent
    imported = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    own = {name for name in imported if name.startswith("pipeline")}

    assert {name for name in own if not name.startswith("pipeline.audit.recompute.")} <= SHARED


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["internal", "external"])
def test_all_figures_of_2023_are_equal(audience):
    """N of N, but what the checks found."""
    ledger = tabulated(EDITION_2023, audience)
    found = again(EDITION_2023, ledger)
    shown = {cell.cell_id for cell in ledger.cells if cell.status != "suppressed"}

    assert not different(found)
    assert {v.cell_id for v in found.of(EQUAL)} == told(shown, EDITION_2023)

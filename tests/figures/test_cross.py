"""A dimension that crosses others: one row per combination, the same members as the rules of its parts."""

import pytest

from pipeline.audit.recompute import DIFFERENT, EQUAL, recompute
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.figures.specification import subset
from pipeline.responses import read_survey
from pipeline.responses.expressions import evaluate

CODEBOOK = """
survey: {id: x, title: Crossed, year: 2026}
source: {kind: tidy, decimal: "."}
dimensions:
  size: {title: Size, variable: arr, bands: [{id: small, label: Small, below: 10}, {id: large, label: Large, from: 10}]}
  region: {title: Region, variable: region, bands: [{id: north, label: North}, {id: south, label: South}]}
  both: {title: Size and region, %s}
questions:
  - {id: region, type: single, text: Region, choices: [{code: north, label: North}, {code: south, label: South}]}
  - {id: owner, type: single, text: Owner, choices: [{code: cs, label: CS}, {code: sales, label: Sales}]}
  - {id: arr, type: number, text: ARR}
"""
RESPONSES = """\
respondent_id,region,owner,arr
r1,north,cs,1
r2,north,sales,20
r3,south,cs,30
r4,south,cs,40
r5,south,sales,
"""
EXHIBITS = """
report: {title: T, notebooks: notebooks, dimensions: [size]}
disclosure:
  internal: {withhold: 1, mark: 2, quartiles: 4}
  reviewer: {withhold: 1, mark: 2, quartiles: 4}
  external: {withhold: 2, mark: 3, quartiles: 20}
chapters: [{id: all, title: All, notebook: all.ipynb}]
exhibits:
  - {id: owner, chapter: all, title: Owner, measure: Share, statistic: share, question: owner, dimensions: [both]}
"""


@pytest.fixture
def edition(tmp_path):
    def make(cross="cross: [size, region]"):
        (tmp_path / "codebook.yaml").write_text(CODEBOOK % cross)
        (tmp_path / "responses.csv").write_text(RESPONSES)
        (tmp_path / "exhibits.yaml").write_text(EXHIBITS)
        return tmp_path

    return make


def test_a_cross_has_a_row_for_each_combination(edition):
    """Small in the north: r1. Large in the south: r3 and r4. Without a size r5 stands nowhere but in the whole."""
    survey = read_survey(edition())
    ledger = tabulate(survey, read_report(survey.codebook.file.parent, survey.codebook))

    bands = {c.band: (c.printed, c.label) for c in ledger.cells if c.exhibit == "owner" and c.column == "n"}
    assert bands == {
        "all": ("5", "n, All respondents"),
        "small__north": ("1", "n, Small, North"),
        "small__south": ("0", "n, Small, South"),
        "large__north": ("1", "n, Large, North"),
        "large__south": ("2", "n, Large, South"),
    }
    assert [m.respondent_id for m in ledger.members_of("owner.both.large__south.n")] == ["r3", "r4"]
    assert survey.bands("both").isna().tolist() == [False, False, False, False, True]


def test_the_specification_says_the_cross_as_a_rule(edition):
    """Whoever meets the rule stands in the row, by the language that rules are evaluated in."""
    survey = read_survey(edition())
    report = read_report(survey.codebook.file.parent, survey.codebook)
    for row in report.exhibits[0].rows[1:]:
        rule = subset(report.exhibits[0], row, survey.codebook)
        meets = evaluate(rule, survey.answers, survey.codebook, survey.reasons).fillna(False)
        assert meets.tolist() == (survey.bands("both") == row.band).tolist()
    assert rule == "(band(arr, 'size') == 'large') and (region == 'south')"


def test_outside_what_a_cross_would_tell_is_withheld(edition):
    """One company alone in a combination is not told, nor to be had from the rest."""
    survey = read_survey(edition())
    ledger = tabulate(survey, read_report(survey.codebook.file.parent, survey.codebook), "external")

    shown = {c.band for c in ledger.cells if c.exhibit == "owner" and c.column == "cs" and c.status == "shown"}
    assert not shown & {"small__north", "large__north"}


@pytest.mark.parametrize(
    ("cross", "words"),
    [
        ("cross: [size]", "a 'cross' needs two or more different dimensions"),
        ("cross: [size, size]", "a 'cross' needs two or more different dimensions"),
        ("cross: [size, motion]", "'motion' is no dimension with a variable that stands above"),
        ("cross: [size, both]", "'both' is no dimension with a variable that stands above"),
        ("cross: [size, region], variable: arr", "a dimension has a 'variable' with its 'bands', or a 'cross'"),
        ("variable: arr", "a dimension needs a 'variable' and its 'bands', or a 'cross'"),
    ],
)
def test_a_cross_that_cannot_be_is_refused(edition, cross, words):
    """One sentence names what is there."""
    with pytest.raises(InputError, match=words):
        read_survey(edition(cross))


def test_a_cross_is_not_cut_by_another_variable(edition):
    """Its bands are those of the dimensions that it crosses."""
    folder = edition()
    cut = EXHIBITS.replace("dimensions: [both]}", "dimensions: [both], cut_by: {both: arr}}")
    (folder / "exhibits.yaml").write_text(cut)
    with pytest.raises(InputError, match="'both' crosses other dimensions"):
        read_report(folder, read_survey(folder).codebook)


def test_the_second_engine_comes_to_the_same(edition):
    """Every figure of a cross is computed again by other means, and none differs."""
    folder = edition()
    survey = read_survey(folder)
    ledger = tabulate(survey, read_report(folder, survey.codebook))
    found = recompute(folder, ledger.cells, "internal", {})

    assert not found.of(DIFFERENT)
    assert {v.cell_id for v in found.of(EQUAL)} >= {c.cell_id for c in ledger.cells if c.exhibit == "owner"}

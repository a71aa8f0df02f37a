"""The second edition that ships: another survey, another tool, the same pipeline."""

import importlib.util
from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

ROOT = Path(__file__).parents[2]
EDITION = ROOT / "survey_raw" / "expansion_2016"


@pytest.fixture(scope="module")
def survey():
    return read_survey(EDITION)


@pytest.fixture(scope="module")
def ledger(survey):
    return tabulate(survey, read_report(EDITION, survey.codebook))


def test_the_responses_are_those_that_the_script_draws():
    """Byte for byte, so that anyone can see where each synthetic answer comes from."""
    path = Path(__file__).with_name("draw_expansion_2016.py")
    spec = importlib.util.spec_from_file_location("draw_expansion_2016", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert script.export(script.companies()).encode() == (EDITION / "responses.csv").read_bytes()


@pytest.mark.parametrize(
    ("figure", "reference"),
    [
        ("pay.overall.all.pay", "pay"),
        ("expansion_share.arr.gt_50m.share", "expansion_share"),
        ("retention.overall.all.accounts_lost", "churn"),
        ("renewal_cost.overall.all.cost", "renewal_cost"),
    ],
)
def test_a_published_median_is_found_again(ledger, figure, reference):
    """The figure that the ledger computes is the one that references.csv quotes."""
    assert ledger.cell(figure).stat == ledger.cell(f"reference.overall.all.{reference}").stat


def test_what_was_published_in_words_holds(ledger):
    """Implementation time, hiring of leaders, net negative churn, the dip at $3-5M, expansion with size."""
    value = {cell.cell_id: cell.stat for cell in ledger.cells}

    ratio = value["weeks_to_live.model.enterprise.weeks"] / value["weeks_to_live.model.transactional.weeks"]
    assert ratio == value["reference.overall.all.implementation_ratio"]
    assert value["first_leader.overall.all.gt_10m"] < 10
    assert value["above_100.overall.all.above_100"] > 50
    dip = [value[f"retention.arr.{band}.nrr"] for band in ("1_3m", "3_5m", "6_20m")]
    assert min(dip) == dip[1]
    shares = [value[f"expansion_share.arr.{band}.share"] for band in ledger.bands("expansion_share", "arr")]
    assert max(shares) == shares[-1]


def test_nps_goes_neither_with_growth_nor_with_retention(survey):
    """No correlation, as published."""
    answers = survey.answers[["nps", "growth", "nrr", "accounts_kept"]].astype(float)
    assert answers.corr()["nps"].drop("nps").abs().max() < 0.05


def test_everything_found_is_decided_and_every_headline_holds(survey, ledger):
    """The edition ships without anything that needs a person."""
    assert survey.undecided.empty
    assert ledger.failed_headlines == []


def test_no_line_of_the_pipeline_knows_an_edition():
    """Neither its name nor its exhibits or questions stand in the code."""
    names = {"expansion_2016", "customers_per_csm", "weeks_to_live", "ownership_support", "post_sales_2023"}
    for path in (ROOT / "pipeline").rglob("*.py"):
        if "reconstruct" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert not [name for name in names if name in text], path


@pytest.mark.slow
def test_it_builds(tmp_path):
    """HTML and PDF, every figure computed again by the second engine, nothing open."""
    run = build(EDITION, tmp_path / "output", jobs=2)

    assert run.problems == []
    assert run.record["pages"] == 25

"""The rules that ship with 2023: what they say at each side of each edge, and to every company of the edition."""

import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.figures import read_report
from pipeline.figures.guidance.advice import BINDING, Status
from pipeline.figures.guidance.advise import advise
from pipeline.figures.guidance.file import GuidanceFile
from pipeline.figures.guidance.reading import FILE, read_guidance
from pipeline.responses import read_survey
from pipeline.responses.strict_yaml import load_as

EDITION = Path(__file__).parents[3] / "survey_raw" / "2023"
CSM, MANAGER = "ic.customer_success", "mgr.customer_success"


@pytest.fixture(scope="module")
def survey():
    return read_survey(EDITION)


@pytest.fixture(scope="module")
def sales(survey):
    return read_survey(EDITION / "sales_kpi")


@pytest.fixture(scope="module")
def guidance(survey):
    return read_guidance(EDITION, survey.codebook)


@pytest.fixture
def said(guidance, survey, sales):
    """What one rule says to a company that answers like this (all else as the first company did)."""
    first = survey.answers.index[0]

    def say(rule, answers, movements=None):
        mine = _changed(survey, first, answers)
        same = sales.answers["company_id"] == survey.answers.at[first, "company_id"]
        further = {} if movements is None else {"sales_kpi": _changed(sales, sales.answers.index[same][0], movements)}
        return next(found for found in advise(guidance, mine, first, further) if found.id == rule)

    return say


def _changed(survey, respondent, answers):
    frame = survey.answers.loc[[respondent]].copy()
    for name, value in answers.items():
        frame[name] = pd.array([value], dtype=frame[name].dtype)
    return type(survey)(**{**vars(survey), "answers": frame})


def words(advice):
    return " ".join(advice.plain(text) for text in advice.words)


def test_no_rule_has_the_id_of_an_exhibit(guidance, survey):
    exhibits = {exhibit.id for exhibit in read_report(EDITION, survey.codebook).exhibits}

    assert not exhibits & {rule.id for rule in guidance.rules}


@pytest.mark.parametrize(
    ("arr", "csms", "needed", "says"),
    [
        (30_000_000, 15, "15", "holds $2.0M"),
        (30_000_001, 15, "16", "holds $2.0M"),
        (29_999_999, 12, "15", "holds $2.5M"),
        (2_000_000, 1, "1", "holds $2.0M"),
    ],
)
def test_capacity_is_two_million_for_each_csm(said, arr, csms, needed, says):
    found = said("capacity", {"arr": arr, CSM: csms})

    assert says in words(found)
    assert found.cell("capacity.company.you.needed").printed == needed
    assert "Your growth is not known here" in words(found)


@pytest.mark.parametrize(("end", "needed"), [(19_900_000, "15"), (20_000_000, "60"), (21_000_000, "60")])
def test_half_a_million_from_a_growth_of_100_percent_on(said, end, needed):
    found = said("capacity", {"arr": 30_000_000, CSM: 15}, {"opening_arr": 10_000_000, "closing_arr": end})

    assert found.cell("capacity.company.you.needed").printed == needed
    assert ("the lower figure" in words(found)) == (needed == "60")


@pytest.mark.parametrize(
    ("customers", "says"),
    [
        (249, "below the ideal of 25 to 35"), (250, "within the ideal"), (350, "within the ideal"),
        (351, "above the ideal"), (499, "above the ideal"), (500, "suffers badly"), (501, "suffers badly"),
    ],
)  # fmt: skip
def test_accounts_of_a_csm_at_below_and_above_each_published_edge(said, customers, says):
    found = said("capacity", {"customers": customers, CSM: 10})

    assert says in words(found)
    assert sum(text in words(found) for text in ("below the ideal", "within the", "above the", "suffers badly")) == 1


def test_who_has_no_csm_is_told_nothing_about_capacity(said):
    assert said("capacity", {CSM: 0}).status is Status.DOES_NOT_APPLY


@pytest.mark.parametrize(
    ("rule", "arr", "step"),
    [
        ("leadership", 4_999_999, 0), ("leadership", 5_000_000, 1), ("leadership", 24_999_999, 1),
        ("leadership", 25_000_000, 2), ("leadership", 49_999_999, 2), ("leadership", 50_000_000, 3),
        ("leadership", 100_000_000, 3), ("leadership", 100_000_001, None),
        ("hiring", 2_999_999, 0), ("hiring", 3_000_000, 1), ("hiring", 5_999_999, 1), ("hiring", 6_000_000, 2),
        ("hiring", 20_999_999, 2), ("hiring", 21_000_000, 3), ("hiring", 50_000_000, 3), ("hiring", 50_000_001, 4),
        ("organisation", 999_999, None), ("organisation", 1_000_000, 0), ("organisation", 4_999_999, 0),
        ("organisation", 5_000_000, 1), ("organisation", 19_999_999, 1), ("organisation", 20_000_000, 2),
        ("organisation", 50_000_000, 2), ("organisation", 50_000_001, None),
    ],
)  # fmt: skip
def test_stages_by_arr_at_below_and_above_each_edge(said, rule, arr, step):
    found = said(rule, {"arr": arr})

    assert (found.table.marked if found.table else None) == step
    assert found.status is (Status.DOES_NOT_APPLY if step is None else Status.APPLIES)


@pytest.mark.parametrize(
    ("segment", "contract", "says"),
    [
        ("enterprise", 12, "reach out 90 days before its end: 9 months after signing"),
        ("smb", 12, "reach out 45 days before its end: 10 months after signing"),
        ("mid_market", 24, "21 months after signing"),
        ("enterprise", 4, "1 month after signing"),
        ("enterprise", 3, "about as long as the window"),
        ("smb", 1, "about as long as the window"),
    ],
)
def test_the_window_before_a_renewal(said, segment, contract, says):
    assert says in words(said("renewal_window", {"primary_segment": segment, "contract_length": contract})).replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    ("kind", "nrr", "grr", "payback", "says"),
    [
        ("consultative", 120, 95, 17.9, "over both lines of retention. At 18"),
        ("consultative", 119.9, 95, 18, "over the line of gross retention, under that of net"),
        ("consultative", 120, 94.9, 18, "over the line of net retention, under that of gross"),
        ("transactional", 105, 85, 11.9, "over both lines"),
        ("solution", 104.9, 84.9, 12, "under both lines"),
    ],
)
def test_the_best_in_class_lines_of_each_kind_of_sale(said, kind, nrr, grr, payback, says):
    found = said("best_in_class", {}, {"sales_type": kind, "nrr": nrr, "grr": grr, "cac_payback": payback})

    line = {"consultative": 18}.get(kind, 12)
    assert says in words(found).replace("\u00a0", " ")
    assert ("earned back in time" in words(found)) == (payback < line)


@pytest.mark.parametrize(
    ("people", "stage"),
    [(3, "Beginner"), (4, "Emerging"), (6, "Emerging"), (7, "Scaling"), (10, "Scaling"), (11, "Mature")],
)
def test_the_size_of_the_team_tells_a_stage(said, people, stage):
    found = said("maturity", {"headcount.customer_success": people, CSM: people, MANAGER: 0})

    assert found.table.rows[0][:2] == ("Size of the Customer Success team", stage)


@pytest.mark.parametrize(("share", "uplift", "added"), [(30, 20, "6.0%"), (40, 20, "8.0%"), (0, 20, "0.0%")])
def test_what_paid_tiers_add(said, share, uplift, added):
    found = said("paid_tiers", {"premium_support": share, "premium_uplift": uplift})

    assert found.cell("paid_tiers.company.you.added").printed == added


def test_the_worked_examples_of_the_guide_are_printed(guidance):
    examples = {rule.id: rule.example for rule in guidance.rules if rule.example}
    printed = {name: {cell.column: cell.printed for cell in found.cells} for name, found in examples.items()}

    assert [printed["retention"][name] for name in ("gross", "net", "logos")] == ["91%", "102%", "88%"]
    assert printed["retention_value"]["as_is"] == "$45M"
    assert (printed["gross_value"]["value_low"], printed["gross_value"]["value_high"]) == ("$279M", "$557M")


@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.slow)], ids=["every tenth", "all"])
def test_no_company_is_told_an_empty_figure_or_a_rule_without_source(guidance, survey, sales, step):
    for respondent in survey.answers.index[::step]:
        found = advise(guidance, survey, respondent, {"sales_kpi": sales})
        assert len({cell.cell_id for each in found for cell in each.cells}) == sum(len(each.cells) for each in found)
        for each in found:
            entries = [entry for row in each.table.rows for entry in row] if each.table else []
            for text in (each.title, each.formula, *each.words, *each.actions, *entries):
                assert not re.search(r"[{}]", each.plain(text))
            assert not any(each.cell(name).status == "empty" for text in each.words for name in BINDING.findall(text))
            assert each.formula and each.source
            assert bool(each.words or each.table) == (each.status is Status.APPLIES)
            assert bool(each.needs) == (each.status in (Status.MISSING, Status.NOT_ASKED))


def test_a_company_without_a_single_answer_is_told_what_is_missing(guidance, survey):
    first = survey.answers.index[0]
    silent = _changed(survey, first, {name: None for name in survey.answers.columns if name != "company_id"})

    found = advise(guidance, silent, first)

    assert {each.status for each in found} <= {Status.MISSING, Status.NOT_ASKED, Status.DOES_NOT_APPLY}
    assert all(each.needs for each in found if each.status is not Status.DOES_NOT_APPLY)
    assert not [cell for each in found for cell in each.cells if cell.band == "you"]


def test_every_number_of_a_guide_names_its_fact():
    keys, _ = load_as(EDITION / FILE, GuidanceFile)

    for rule in keys.rules:
        for name, number in rule.numbers.items():
            assert bool(number.source) == bool(number.fact), f"{rule.id}.{name}"

"""Numbers counted on fingers over the twelve companies of tests/small."""

import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.figures.exhibits import read_exhibits
from pipeline.figures.ledger import DENOMINATOR, EXCLUDED, NUMERATOR
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"


def shown(ledger, exhibit, dimension, band):
    """What a row prints, its n first, quartiles left out."""
    cells = [c for c in ledger.exhibit(exhibit) if (c.dimension, c.band) == (dimension, band)]
    return [c.printed for c in cells if c.stat_name not in ("p25", "p75")]


@pytest.mark.parametrize(
    ("dimension", "band", "printed"),
    [
        ("overall", "all", ["12", "67%", "25%", "8%"]),  # 8, 3 and 1 of 12
        ("arr", "lt_10m", ["3", "0%", "67%", "33%"]),
        ("arr", "10_50m", ["5", "80%", "20%", "0%"]),
        ("arr", "50_100m", ["0", "–", "–", "–"]),  # nobody, and still a row
        ("arr", "gt_100m", ["4", "100%", "0%", "0%"]),
        ("motion", "sales_led", ["8", "88%", "12%", "0%"]),  # 7 and 1 of 8: 87.5 and 12.5, brought to 100
    ],
)
def test_shares_of_a_single_choice_are_of_those_who_answered(ledger, dimension, band, printed):
    """Denominator of every share: the companies of the band that answered the question."""
    assert shown(ledger, "support_owner", dimension, band) == printed


def test_a_cell_carries_its_whole_numbers_its_unrounded_value_and_whether_it_was_moved(ledger):
    """8 of 12 is 66.66 percent; 1 of 8 is 12.5, printed 12 so that its row adds to 100."""
    support = ledger.cell("support_owner.overall.all.support")
    moved = ledger.cell("support_owner.motion.sales_led.success")

    assert (support.numerator, support.denominator, support.n, support.stat) == (8, 12, 12, 100 * 8 / 12)
    assert not support.adjusted
    assert (moved.stat, moved.printed, moved.adjusted) == (12.5, "12%", True)


def test_several_answers_are_shares_of_those_who_ticked_one_or_none(ledger):
    """Of twelve companies one ticked nothing, not even none: it is not in the base of 11."""
    assert shown(ledger, "channels", "overall", "all") == ["11", "64%", "55%", "36%", "9%"]
    assert ledger.columns("channels") == ("email", "phone", "chat", "none")  # by share, none last


def test_a_ranking_counts_the_companies_that_name_an_answer_at_any_place(ledger):
    """Speed is named by 9 of 11, quality by 8, cost by 4."""
    cells = [ledger.cell(f"aims.overall.all.{code}") for code in ("speed", "quality", "cost")]

    assert [(c.numerator, c.denominator) for c in cells] == [(9, 11), (8, 11), (4, 11)]


def test_medians_of_nonzero_answers_say_how_many_they_rest_on(ledger):
    """Support people: 3, 5, 4, 2, 10, 20, 8, 12; three zeros and a blank stand aside."""
    cell = ledger.cell("support_people.overall.all.median_people")

    assert (cell.stat, cell.printed, cell.n) == (6.5, "7", 8)
    assert ledger.cell("support_people.arr.gt_100m.median_people").stat == 12
    assert shown(ledger, "support_people", "arr", "lt_10m") == ["1", "3", "33%"]
    assert ledger.cell("support_people.overall.all.has_people").denominator == 11


def test_quartiles_are_there_from_the_base_that_the_edition_asks_for(ledger):
    """8 answers are enough here: p25 of 2, 3, 4, 5, 8, 10, 12, 20 is 3.75; 4 are not."""
    assert ledger.cell("support_people.overall.all.median_people.p25").stat == 3.75
    assert ledger.cell("support_people.overall.all.median_people.p75").stat == 10.5
    assert "support_people.arr.10_50m.median_people.p25" not in ledger


def test_tails_are_there_from_the_base_that_the_edition_asks_for(survey, report):
    """85 95 99 99 100 101 103 104 108 112 115: P10 is the second from below and P90 the second from above."""
    for tails, found in ((11, [95, 112]), (12, [])):
        internal = report.disclosure.internal.model_copy(update={"tails": tails})
        disclosure = report.disclosure.model_copy(update={"internal": internal})
        ledger = tabulate(survey, replace(report, disclosure=disclosure))

        assert [c.stat for c in ledger.exhibit("retention") if c.cell_id.endswith(("nrr.p10", "nrr.p90"))] == found


def test_mean_shares_count_each_company_once_and_leave_out_those_without_a_total(ledger):
    """Support is 75, 0, 0, 62.5, 33.3, 50, 40, 40, 0 and 33.3 percent of ten companies' people; two left a blank."""
    cell = ledger.cell("people_mix.overall.all.support")

    assert cell.n == 10
    assert cell.numerator == pytest.approx(1002.5 / 3)
    assert cell.stat == pytest.approx(1002.5 / 30)
    mix = [c for c in ledger.exhibit("people_mix") if c.band == "all" and c.unit == "share"]
    assert sum(int(c.printed.rstrip("%")) for c in mix) == 100


def test_rows_can_be_items_of_a_question(ledger):
    """Median people in each role, zeros included: 4, 4 and 0.5."""
    roles = ("support", "success", "onboarding")

    assert [ledger.cell(f"people_by_role.role.{role}.people").stat for role in roles] == [4.0, 4.0, 0.5]


def test_a_base_can_be_filtered(ledger):
    """Only the two companies that outsource are asked how much; 25 and 40 make 32.5."""
    cell = ledger.cell("outsourced.overall.all.mean_outsourced")

    assert (cell.printed, cell.n, cell.mark) == ("32.5%", 2, "very_few")


def test_a_share_is_found_with_its_members(ledger):
    """One company below $10M has its support owned by onboarding: R03, one of R01, R02, R03."""
    members = ledger.members_of("support_owner.arr.lt_10m.onboarding")

    assert [m.respondent_id for m in members if m.role == NUMERATOR] == ["R03"]
    assert [m.respondent_id for m in members if m.role == DENOMINATOR] == ["R01", "R02", "R03"]
    assert {m.value_raw for m in members if m.role == NUMERATOR} == {"Onboarding"}


def test_a_median_is_found_with_its_order_and_its_pivots(ledger):
    """The median of 6.5 lies between the 5 of Dogwood and the 8 of Kapok, fourth and fifth of eight."""
    members = ledger.members_of("support_people.overall.all.median_people")
    used = sorted((m for m in members if m.role == DENOMINATOR), key=lambda m: m.order_rank)

    assert [m.value for m in used] == [2, 3, 4, 5, 8, 10, 12, 20]
    assert [(m.respondent_id, m.order_rank) for m in used if m.is_pivot] == [("R04", 4), ("R11", 5)]
    left_out = {m.respondent_id: m.reason for m in members if m.role == EXCLUDED}
    assert left_out == {"R02": "zero", "R03": "zero", "R10": "zero", "R06": "not_answered"}


def test_every_cell_agrees_with_its_members(ledger):
    """Members in the roles of a cell are as many as its numerator, denominator and n say."""
    for cell in ledger.cells:
        if cell.cell_id not in ledger.members:
            continue
        roles = [m.role for m in ledger.members[cell.cell_id]]
        assert roles.count(DENOMINATOR) == cell.n, cell.cell_id
        if cell.stat_name in ("share", "share_nonzero") and cell.status == "shown":
            assert (roles.count(NUMERATOR), roles.count(DENOMINATOR)) == (cell.numerator, cell.denominator)


def test_the_external_ledger_names_no_respondent(external):
    """No members and nothing to trace to; the figures are there."""
    assert not external.members and not external.surveys
    assert external.cell("support_owner.overall.all.support").printed == "67%"


def test_the_order_of_respondents_changes_no_figure(survey, report, ledger):
    """The same answers in reverse order give the same cells."""
    backwards = replace(survey, answers=survey.answers.iloc[::-1], reasons=survey.reasons.iloc[::-1])

    assert tabulate(backwards, report).cells == ledger.cells


def test_a_row_whose_columns_leave_answers_out_cannot_be_made_to_add_to_100(survey, report, tmp_path):
    """Without its column, the answer onboarding would be invented into the others."""
    text = report.path.read_text(encoding="utf-8")
    text = text.replace("    question: owner\n", "    question: owner\n    columns: [support, success]\n")
    path = tmp_path / "exhibits.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=r"add to 91\.7%, so add_to_100 would invent the rest") as caught:
        tabulate(survey, read_exhibits(path, survey.codebook))

    assert caught.value.key == "support_owner" and caught.value.line


def test_whole_run_facts_are_figures_too(ledger):
    """Fifteen records, three that do not count, twelve companies; one answer was corrected."""
    facts = {
        name: ledger.cell(f"survey.overall.all.{name}").stat
        for name in ("received", "excluded", "respondents", "changed")
    }

    assert facts == {"received": 15, "excluded": 3, "respondents": 12, "changed": 1}
    assert ledger.cell("survey.arr.50_100m.respondents").stat == 0
    assert ledger.cell("records.reason.preview.records").label == "a preview of the survey"
    assert ledger.cell("findings.check.grr_le_nrr.corrected").stat == 1


def test_quoted_figures_are_marked_as_references(ledger):
    """They come from references.csv with their source, and rest on no respondent here."""
    cell = ledger.cell("reference.overall.all.nrr_last_year")

    assert (cell.printed, cell.status, cell.n) == ("99.5%", "reference", None)
    assert "A small benchmark, 2025" in cell.label


def test_numbers_stay_exact_until_they_are_printed(ledger):
    """A share is the float nearest to 100*k/n, not a rounded quotient times 100."""
    for cell in ledger.cells:
        if cell.stat_name == "share" and cell.status == "shown":
            assert cell.stat == float(Fraction(100 * cell.numerator, cell.denominator))


@pytest.mark.slow
def test_the_whole_report_is_tabulated_within_four_seconds():
    """The real edition of some 150 exhibits, members and sub-surveys included; about one second on an idle machine."""
    edition = SMALL.parents[1] / "survey_raw" / "2023"
    survey = read_survey(edition)
    report = read_report(edition, survey.codebook)
    begun = time.perf_counter()

    ledger = tabulate(survey, report)

    assert time.perf_counter() - begun < 4
    assert len(ledger.cells) > 5000


def test_progress_is_told_after_every_exhibit(survey, report):
    """How many are computed, out of how many."""
    told = []
    tabulate(survey, report, progress=lambda done, total: told.append((done, total)))

    assert told == [(i, len(report.exhibits)) for i in range(1, len(report.exhibits) + 1)]

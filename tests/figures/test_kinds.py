"""Text, conditions, bins, ratios, sub-surveys, changes and points, counted on fingers over twelve and six companies."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.figures import read_ledger, tabulate
from pipeline.figures.exhibits import Place, read_exhibits
from pipeline.figures.exhibits_file import HeadlineKeys
from pipeline.figures.headlines import headline_of
from pipeline.figures.ledger import COMPANY, DENOMINATOR, EXCLUDED, NUMERATOR

KINDS = Path(__file__).parent / "kinds"


@pytest.fixture(scope="module")
def kinds(survey):
    return read_exhibits(KINDS / "exhibits.yaml", survey.codebook)


@pytest.fixture(scope="module")
def inside(survey, kinds):
    return tabulate(survey, kinds)


@pytest.fixture(scope="module")
def outside(survey, kinds):
    return tabulate(survey, kinds, "external")


def printed(ledger, row):
    """What a row prints under each column, its n first: nrr_histogram.overall.all."""
    return {c.cell_id.removeprefix(f"{row}."): c.printed for c in ledger.cells if c.cell_id.startswith(f"{row}.")}


def excluded(ledger, cell_id):
    """Who is left out of a figure, and why."""
    return {m.respondent_id: m.reason for m in ledger.members_of(cell_id) if m.role == EXCLUDED}


def test_a_text_has_no_figures_and_a_headline_over_those_of_others(kinds, inside):
    """Its rules name rows, dimensions and addresses of other exhibits; the one on a small base fails."""
    text, results = headline_of(kinds.exhibit("intro"), inside)

    assert inside.exhibit("intro") == () and kinds.exhibit("intro").rows == ()
    assert text == "Support owns support at 67% of 12 companies"
    assert results[0].reason == "owners.arr.lt_10m.support rests on n = 3, under 10"


@pytest.mark.parametrize("audience", ["internal", "external"])
def test_headlines_are_the_same_once_the_ledger_is_read_back(survey, kinds, tmp_path, audience):
    """A page has the definition and ledger.csv, and needs no more."""
    ledger = tabulate(survey, kinds, audience)
    read = read_ledger(ledger.write_csv(tmp_path / "ledger.csv"), audience)

    assert [r for e in kinds.exhibits for r in headline_of(e, read)[1]] == list(ledger.headlines)


def test_a_count_is_the_numerator_of_its_share(inside):
    """8, 3 and 1 of twelve own support; a whole number of companies, in unit count."""
    assert printed(inside, "n_of.overall.all") == {"n": "12", "support": "8", "success": "3", "onboarding": "1"}
    cell = inside.cell("n_of.arr.10_50m.support")
    assert (cell.stat, cell.numerator, cell.denominator, cell.unit) == (4, 4, 5, "count")


def test_bins_cut_a_number_at_their_edges(inside):
    """85 95 99 99, 100 101 103 104, 108 112 115: 100 belongs to the bin from 100."""
    row = printed(inside, "nrr_histogram.overall.all")

    assert [row[bin_] for bin_ in ("n", "lt_100", "100_105", "gte_105")] == ["11", "4", "4", "3"]
    in_first = [m for m in inside.members_of("nrr_histogram.overall.all.lt_100") if m.role == NUMERATOR]
    assert sorted(m.value_raw for m in in_first) == ["85", "90", "95", "99"]  # 90 was corrected to 99
    assert excluded(inside, "nrr_histogram.overall.all.lt_100") == {"R07": "refused"}


def test_a_number_in_no_bin_is_not_in_the_base_and_says_so(inside):
    """85 is under the bins, 112 and 115 are above; the shares of the eight others are brought to 100."""
    assert printed(inside, "nrr_bins.overall.all") == {"n": "8", "lt_100": "37%", "gte_100": "63%"}
    assert excluded(inside, "nrr_bins.overall.all.lt_100") == {
        "R03": "outside_bins", "R09": "outside_bins", "R10": "outside_bins", "R07": "refused",
    }  # fmt: skip


def test_bins_can_count_together_as_answers_can(inside):
    """The first two bins hold eight of eleven."""
    cell = inside.cell("nrr_histogram.overall.all.under_105")

    assert (cell.numerator, cell.denominator, cell.printed) == (8, 11, "73%")


def test_a_callout_needs_no_question_of_its_own(inside):
    """The median of the histogram's number: the sixth of eleven, with its quartiles."""
    row = printed(inside, "nrr_histogram.overall.all")

    assert [row[name] for name in ("nrr", "nrr.p25", "nrr.p75")] == ["101%", "99%", "106%"]


def test_a_condition_is_a_share_of_those_for_whom_it_can_be_told(inside):
    """7 of 11 are at 100 or more; 5 keep 90 and grow, of the eleven that gave both numbers."""
    simple = inside.cell("nrr_histogram.overall.all.at_least_100")
    both = inside.cell("nrr_histogram.overall.all.keeps_and_grows")

    assert (simple.numerator, simple.denominator, simple.printed) == (7, 11, "64%")
    assert (both.numerator, both.denominator) == (5, 11)
    assert excluded(inside, both.cell_id) == {"R07": "not_applicable"}  # the first answer at fault


def test_the_members_of_a_condition_show_every_answer_that_it_names(inside):
    """Both answers of Ivy, each with its name."""
    member = next(
        m
        for m in inside.members_of("nrr_histogram.overall.all.keeps_and_grows")
        if (m.respondent_id, m.role) == ("R09", NUMERATOR)
    )

    assert (member.variable, member.value_raw) == ("grr, nrr", "grr: 93; nrr: 115")


def test_three_ratios_of_the_same_two_numbers(inside):
    """3/1 5/3 4/6 2/2 10/10 20/30 12/18: 56 by 70, the mean of seven ratios 26/21, their median 1."""
    cell = {name: inside.cell(f"support_per_success.overall.all.{name}") for name in ("weighted", "mean", "ratio")}

    assert [c.stat for c in cell.values()] == [0.8, 26 / 21, 1.0]
    assert [c.printed for c in cell.values()] == ["0.8", "1.2", "1.0"]
    assert (cell["weighted"].numerator, cell["weighted"].denominator, cell["weighted"].n) == (56, 70, 7)
    assert {c.unit for c in cell.values()} == {"ratio"}


def test_a_ratio_leaves_out_who_has_none_of_either(inside):
    """No support people (R02, R10), neither (R03), a blank (R06, R11); its base says so in words."""
    assert excluded(inside, "support_per_success.overall.all.ratio") == {
        "R02": "zero", "R03": "zero", "R10": "zero", "R06": "not_answered", "R11": "not_answered",
    }  # fmt: skip
    pivots = [m for m in inside.members_of("support_per_success.overall.all.ratio") if m.is_pivot]
    assert [(m.value, m.order_rank) for m in pivots] == [(1.0, 4)]


def test_ratios_say_who_is_counted_and_take_quartiles_as_medians_do(survey, kinds):
    """Seven companies are enough where the edition asks for seven."""
    disclosure = kinds.disclosure.model_copy(
        update={"internal": kinds.disclosure.internal.model_copy(update={"quartiles": 7})}
    )
    ledger = tabulate(survey, replace(kinds, disclosure=disclosure))

    assert kinds.exhibit("support_per_success").base == "Companies with both numbers above zero"
    assert ledger.cell("support_per_success.overall.all.ratio.p75").stat == pytest.approx(4 / 3)  # (1 + 5/3) / 2
    assert "support_per_success.overall.all.mean.p25" not in ledger


def test_a_ratio_of_items_reads_both_numbers_by_item(inside):
    """Each role by itself is 1, for the eight and ten companies that have it."""
    cells = [inside.cell(f"people_per_ten.role.{role}.ratio") for role in ("support", "success")]

    assert [(c.stat, c.n) for c in cells] == [(1, 8), (1, 10)]


def test_a_sub_survey_has_its_own_respondents_questions_and_bands(kinds, inside):
    """Six firms keep 90 95 80 95 100 75 percent; by the panel's own ARR, and not by a motion that it does not ask."""
    rows = [(row.dimension, row.band, row.label) for row in kinds.exhibit("panel_grr").rows]

    assert rows == [
        ("overall", "all", "All firms"), ("arr", "lt_150", "Under 150"), ("arr", "gte_150", "150 and more"),
    ]  # fmt: skip
    assert inside.cell("panel_grr.overall.all.grr").stat == 92.5
    assert (inside.cell("panel_grr.arr.gte_150.grr").stat, inside.cell("panel_grr.arr.gte_150.n").n) == (85, 2)
    assert kinds.surveys["panel"].survey.title == "A small panel"
    assert inside.cell("survey.overall.all.respondents").stat == 12  # facts stay those of the edition


def test_figures_of_a_sub_survey_lead_back_to_its_own_rows(inside, tmp_path):
    """Both surveys have an R01; the panel's is in row 2 of its own file."""
    query = """
        SELECT r.title, m.value_raw FROM cell_member m JOIN source_row r USING (source_row_id)
        WHERE m.cell_id = ? AND m.respondent_id = 'R01'
    """
    with closing(sqlite3.connect(inside.write_sqlite(tmp_path / "ledger.sqlite"))) as database:
        found = {
            cell: database.execute(query, (cell,)).fetchall()
            for cell in ("panel_grr.overall.all.grr", "nrr_histogram.overall.all.nrr")
        }
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT count(*) FROM record").fetchone() == (15 + 6,)

    assert found == {
        "panel_grr.overall.all.grr": [("panel/responses.csv row 2", "start: 100; lost: 10")],
        "nrr_histogram.overall.all.nrr": [("responses.csv row 6", "100")],
    }


@pytest.mark.parametrize(
    ("cell_id", "stat", "text", "unit"),
    [
        ("nrr_histogram.overall.all.nrr.change", 1.5, "+2\u00a0pts", "pts"),  # 101 after 99.5
        ("nrr_histogram.overall.all.at_least_100.change", 300 / 11, "+27%", "change"),  # 700/11 after 50
        ("nrr_histogram.motion.product_led.nrr.change", -400 / 199, "−2%", "change"),  # 97.5 after 99.5
    ],
)
def test_a_change_is_the_exact_distance_to_a_quoted_figure(inside, cell_id, stat, text, unit):
    """In points of percent or in percent of the older figure, signed; it has the base of its figure."""
    cell = inside.cell(cell_id)
    figure = inside.cell(cell_id.removesuffix(".change"))

    assert (cell.stat, cell.printed, cell.unit, cell.stat_name) == (stat, text, unit, "change")
    assert (cell.n, cell.mark, cell.column) == (figure.n, figure.mark, figure.column)
    assert inside.members_of(cell_id) == inside.members_of(figure.cell_id)


def test_the_older_figure_is_the_reference_and_can_carry_a_headline(kinds, inside):
    """The definition names it; a rule may compare the change."""
    change = kinds.exhibit("nrr_histogram").changes[0]
    rule = HeadlineKeys(
        says="Up {overall.all.nrr.change} from {reference.overall.all.nrr_last_year}",
        when="value('overall.all.nrr.change') > 0",
    )
    text, _ = headline_of(replace(kinds.exhibit("nrr_histogram"), headlines=(rule,)), inside)

    assert (change.reference, change.label) == ("nrr_last_year", "Since 2025")
    assert text == "Up +2\u00a0pts from 99.5%"


def test_a_change_is_withheld_with_its_figure(outside):
    """Four product-led companies are too few outside, and 99.5 less 2 percent would tell their median."""
    cell = outside.cell("nrr_histogram.motion.product_led.nrr.change")

    assert (cell.status, cell.stat, cell.printed, cell.n) == ("suppressed", None, "–", 4)


def test_points_stand_from_left_to_right_and_name_nobody(inside):
    """Payback and retention of the five that gave both: 6/80 12/90 12/95 18/95 30/75."""
    points = [c for c in inside.exhibit("panel_payback") if c.dimension == COMPANY]

    assert [(c.band, c.column, c.stat) for c in points[:4]] == [
        ("p001", "payback", 6), ("p001", "grr", 80), ("p002", "payback", 12), ("p002", "grr", 90),
    ]  # fmt: skip
    assert [c.stat for c in points if c.column == "grr"] == [80, 90, 95, 95, 75]
    assert points[0].printed == "6\u00a0months" and points[0].n == 1
    assert not any("R0" in str(value) for c in points for value in (c.cell_id, c.label, c.printed))


def test_inside_the_house_a_point_leads_back_to_its_answer(inside):
    """The first point is the third firm."""
    (member,) = inside.members_of("panel_payback.company.p001.grr")

    assert (member.role, member.respondent_id, member.value_raw) == (DENOMINATOR, "R03", "start: 50; lost: 10")


def test_quadrant_shares_count_those_who_have_a_point(kinds, inside):
    """R05 keeps 100 percent but gave no payback: it is in none of the quadrants, though one could be ruled out."""
    assert printed(inside, "panel_payback.overall.all") == {"n": "5", "best": "40%", "rest": "20%"}
    assert [m.id for m in kinds.exhibit("panel_payback").axes] == ["payback", "grr"]
    assert {m.place for m in kinds.exhibit("panel_payback").measures} == {Place.AXIS, Place.CALLOUT}


def test_points_never_leave_the_house(outside, inside):
    """Outside there is the base and what rests on it, and no single company."""
    assert {c.dimension for c in outside.exhibit("panel_payback")} == {"overall"}
    assert outside.cell("panel_payback.overall.all.best").printed == "40%"
    assert not outside.members and not outside.surveys


def test_points_are_not_shown_either_where_a_base_of_one_is_withheld(survey, kinds):
    """An edition that withholds bases under 2 inside as well has no points."""
    disclosure = kinds.disclosure.model_copy(
        update={"internal": kinds.disclosure.internal.model_copy(update={"withhold": 2})}
    )

    ledger = tabulate(survey, replace(kinds, disclosure=disclosure))

    assert {c.dimension for c in ledger.exhibit("panel_payback")} == {"overall"}


@pytest.mark.parametrize(
    ("cell_id", "status"),
    [
        ("nrr_histogram.motion.product_led.lt_100", "suppressed"),  # a count
        ("nrr_histogram.motion.product_led.at_least_100", "suppressed"),  # a condition
        ("support_per_success.motion.product_led.weighted", "suppressed"),  # a ratio, n = 2
        ("support_per_success.motion.sales_led.weighted", "suppressed"),  # the other part of the seven
        ("support_per_success.overall.all.weighted", "suppressed"),  # one of seven is over a quarter of the sum
        ("support_per_success.overall.all.mean", "shown"),
        ("panel_grr.arr.lt_150.grr", "suppressed"),  # a sub-survey, n = 4
    ],
)
def test_thresholds_hold_for_every_statistic(outside, cell_id, status):
    """Withheld figures keep their base and nothing else."""
    cell = outside.cell(cell_id)

    assert cell.status == status
    assert (cell.stat is None) is (status == "suppressed")


def test_every_figure_agrees_with_its_members(inside):
    """As many members in each role as numerator, denominator and n say."""
    for cell in inside.cells:
        if cell.cell_id not in inside.members:
            continue
        roles = [m.role for m in inside.members[cell.cell_id]]
        assert roles.count(DENOMINATOR) == cell.n, cell.cell_id
        if cell.stat_name in ("share", "count") and cell.status == "shown" and cell.exhibit != "survey":
            assert (roles.count(NUMERATOR), roles.count(DENOMINATOR)) == (cell.numerator, cell.denominator)


def test_the_order_of_respondents_changes_no_figure_of_any_kind(survey, kinds, inside):
    """Backwards the edition's own answers give the same cells."""
    backwards = replace(survey, answers=survey.answers.iloc[::-1], reasons=survey.reasons.iloc[::-1])

    assert tabulate(backwards, kinds).cells == inside.cells

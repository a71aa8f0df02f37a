"""Figures of the small survey back to its rows, each answer counted on fingers."""

import io
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from made import SMALL, build, tabulated
from rich.console import Console

from pipeline.audit.anew import NOTE
from pipeline.audit.boundaries import decimals_of, nearest_boundary
from pipeline.audit.company import company_tables, trace_company
from pipeline.audit.path import Loss, Step
from pipeline.audit.trace import trace
from pipeline.audit.trace_tables import trace_tables
from pipeline.cli import bandwise
from pipeline.errors import InputError
from pipeline.figures import members
from pipeline.figures.fingerprint import Fingerprints

NOT_COUNTED = (
    Loss("a preview of the survey", ("P01",)),
    Loss("a later response of the same company counts", ("D04",)),
    Loss("survey not finished", ("U01",)),
)


@pytest.fixture(scope="module")
def ledger():
    return tabulated(SMALL)


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(SMALL, tmp_path_factory.mktemp("build") / "out")


@pytest.fixture
def decided(tmp_path):
    """Builds the small survey with further lines of decisions: respondent, question, action, old and new value."""

    def with_lines(*lines):
        edition = Path(shutil.copytree(SMALL, tmp_path / "small"))
        with (edition / "decisions.csv").open("a", encoding="utf-8") as file:
            for seq, (respondent, question, action, old, new) in enumerate(lines, start=3):
                file.write(f"{seq},,{respondent},{question},{action},{old},{new},typo,A slip,,A. Analyst,"
                           "2026-04-04T09:00:00Z,R. Reviewer,,\n")  # fmt: skip
        return edition, build(edition, tmp_path / "out")

    return with_lines


def printed(tables, width=200):
    console = Console(width=width, record=True, file=io.StringIO())
    for table in tables:
        console.print(table)
    return console.export_text()


def test_a_share_goes_back_to_the_rows_of_the_export(output):
    """Of R01, R02 and R03 below $10M one owns support with Onboarding: R03, in row 8, column Q4."""
    found = trace(SMALL, output, "support_owner.arr.lt_10m.onboarding")

    assert (found.printed, found.numerator, found.denominator, found.n) == ("33%", 1, 3, 3)
    assert "100 ×" in found.formula
    assert [(m.respondent_id, m.place, m.columns, m.raw, m.counts) for m in found.members] == [
        ("R01", "responses.csv row 6", "Q4", "Customer Success", False),
        ("R02", "responses.csv row 7", "Q4", "Customer Success", False),
        ("R03", "responses.csv row 8", "Q4", "Onboarding", True),
    ]
    assert (found.boundary.beyond, found.boundary.at, found.boundary.distance) == (
        "34%",
        Fraction(67, 2),
        Fraction(1, 6),
    )


def test_the_path_says_who_is_lost_where_and_why(output):
    """Of $10–50M there are R04 to R08: R06 did not say how many support people it has, the other four did."""
    found = trace(SMALL, output, "support_people.arr.10_50m.median_people")

    assert found.path == (
        Step("received", 15),
        Step("counted", 12, NOT_COUNTED),
        Step("in the band", 5, (
            Loss("in band lt_10m", ("R01", "R02", "R03")),
            Loss("in band gt_100m", ("R09", "R10", "R11", "R12")),
        )),
        Step("in the base", 5),
        Step("asked", 5),
        Step("answered", 4, (Loss("no answer", ("R06",)),)),
        Step("used", 4),
    )  # fmt: skip


def test_a_zero_is_answered_and_not_used(output):
    """Below $10M R02 and R03 have no support people, so the median of those who have some is R01's 3."""
    found = trace(SMALL, output, "support_people.arr.lt_10m.median_people")

    assert found.path[-2] == Step("answered", 3)
    assert found.path[-1] == Step("used", 1, (Loss("zero, and the statistic leaves zeros out", ("R02", "R03")),))


def test_who_is_outside_the_base_is_lost_before_being_asked(output):
    """R08 and R09 outsource; R12 did not say, so nobody can tell; the nine others do not."""
    found = trace(SMALL, output, "outsourced.overall.all.mean_outsourced")

    base = found.path[3]
    assert (base.name, base.count, [(loss.reason, len(loss.ids)) for loss in base.losses]) == (
        "in the base", 2, [("outside the base of the exhibit", 9), ("it cannot be told whether in the base", 1)]
    )  # fmt: skip
    assert (found.numerator, found.denominator, found.printed) == (65, 2, "32.5%")


def test_an_even_median_names_its_two_answers(output):
    """2, 4, 5 and 10: R05's 4 and R04's 5 are the median 4.5, which is printed 5 and is on the edge of 4."""
    found = trace(SMALL, output, "support_people.arr.10_50m.median_people")

    assert [(m.rank, m.respondent_id, m.value, m.sets) for m in found.members] == [
        (1, "R07", 2, False), (2, "R05", 4, True), (3, "R04", 5, True), (4, "R08", 10, False)
    ]  # fmt: skip
    assert (found.stat, found.printed) == (4.5, "5")
    assert (found.boundary.beyond, found.boundary.distance) == ("4", 0)


def test_a_corrected_answer_is_told_with_the_figure_without_it(output):
    """99, 99, 101, 103, 104, 108, 112 with R05's 99 for 90: the middle one is 103 either way."""
    (correction,) = trace(SMALL, output, "retention.motion.sales_led.nrr").corrections

    assert (correction.respondent_id, correction.old, correction.new) == ("R05", "90", "99")
    assert (correction.author, correction.line) == ("A. Analyst", "1")
    assert (correction.without.stat, correction.without.printed, correction.without.n) == (103, "103%", 7)


def test_without_a_correction_a_mean_and_a_share_are_what_they_were(decided):
    """R08's 25 became 35, so 37.5 was 32.5; R06 became Customer Support, so 9 of 12 was 8 of 12."""
    edition, output = decided(
        ("R08", "outsourced_share", "correct", "25", "35"),
        ("R06", "owner", "correct", "Customer Success", "Customer Support"),
    )

    mean = trace(edition, output, "outsourced.overall.all.mean_outsourced")
    share = trace(edition, output, "support_owner.overall.all.support")

    assert (mean.printed, mean.corrections[0].without.printed) == ("37.5%", "32.5%")
    was = share.corrections[0].without
    assert (share.numerator, share.n) == (9, 12)
    assert (was.stat, was.printed, was.n) == (pytest.approx(100 * 8 / 12), "67%", 12)


def test_an_answer_that_nobody_else_gave_is_put_back_too(decided):
    """Only R03 answered Onboarding, so without the correction 3 of 12 answered Customer Success and not 4."""
    edition, output = decided(("R03", "owner", "correct", "Onboarding", "Customer Success"))

    found = trace(edition, output, "support_owner.overall.all.success")

    assert (found.numerator, found.n) == (4, 12)
    assert [(c.without.stat, c.without.printed, c.without.n) for c in found.corrections] == [(25, "25%", 12)]


def test_a_correction_that_moved_a_company_into_another_band_is_told_in_both(decided):
    """R03's ARR of 6,000,000 became 60 million: of three below $10M one answered Onboarding; now nobody does."""
    edition, output = decided(("R03", "arr", "correct", "6000000", "60000000"))

    left, joined, other = (
        trace(edition, output, f"support_owner.arr.{band}.onboarding").corrections
        for band in ("lt_10m", "50_100m", "gt_100m")
    )

    assert [(c.without.printed, c.without.n) for c in left] == [("33%", 3)]
    assert [(c.without, c.note) for c in joined] == [(None, "without it there would be no figure")]
    assert other == ()


def test_quartiles_and_ratios_of_several_answers_are_told_without_a_correction_too(decided):
    """R04 has 3 people in Customer Success before 30 was made of it: its own share is 3 of 8, the mean of four 44%."""
    edition, output = decided(("R04", "people.success", "correct", "3", "30"))

    share = trace(edition, output, "people_mix.arr.10_50m.success").corrections
    total = trace(edition, output, "people_mix.overall.all.median_total").corrections

    assert [(c.respondent_id, c.without.printed) for c in share] == [("R04", "44%")]
    assert [c.without.n for c in total] == [10]


def test_a_company_that_a_decision_excludes_is_put_back(decided):
    """Without the exclusion of R01 there are three below $10M, two of whom answered Success."""
    edition, output = decided(("R01", "", "exclude", "", ""))

    (correction,) = trace(edition, output, "support_owner.arr.lt_10m.success").corrections

    assert (correction.variable, correction.without.n, correction.line) == ("the whole record", 3, "3")


def test_a_company_that_a_decision_excludes_is_lost_with_its_reason(decided):
    """R01 is received and does not count; the reason is that of the decision."""
    edition, output = decided(("R01", "", "exclude", "", ""))

    found = trace(edition, output, "support_owner.arr.lt_10m.onboarding")

    assert found.path[1].count == 11
    assert Loss("A slip", ("R01",)) in found.path[1].losses
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_quartile_names_the_answers_that_it_lies_between(output):
    """Of 2, 3, 4, 5, 8, 10, 12 and 20 a quarter of the way up is place 2.75: between R01's 3 and R05's 4."""
    found = trace(SMALL, output, "support_people.overall.all.median_people.p25")

    assert [(m.rank, m.respondent_id) for m in found.members if m.sets] == [(2, "R01"), (3, "R05")]
    assert (found.stat, found.n) == (3.75, 8)
    assert any("the figure that it belongs to" in note for note in found.notes)


def test_a_computed_answer_tells_its_formula_and_all_columns_that_it_rests_on(output):
    """The median of all people reads three columns and is their sum: 4 + 6 + 2 are R05's 12."""
    found = trace(SMALL, output, "people_mix.overall.all.median_total")

    member = next(m for m in found.members if m.respondent_id == "R05")
    assert (member.value, member.columns) == (12, "Q5_1, Q5_2, Q5_3")
    assert member.raw == "people.support: 4; people.success: 6; people.onboarding: 2"
    assert "total_people is computed from the answers of each one: sum(people)" in found.notes


@pytest.mark.parametrize("cell_id", ["survey.overall.all.respondents", "reference.overall.all.nrr_last_year"])
def test_what_no_exhibit_defines_says_that_it_is_not_traced(output, cell_id):
    """Counts of the run and quoted figures have no members, and say so."""
    found = trace(SMALL, output, cell_id)

    assert found.path == found.members == ()
    assert any("not traced" in note for note in found.notes)


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.slow)], ids=["every twelfth", "all"])
def test_every_figure_is_traced_and_its_path_ends_at_its_n(output, ledger, step):
    """For each cell of the ledger: nobody is lost twice or silently, and the tables can be drawn."""
    for cell in ledger.cells[::step]:
        found = trace(SMALL, output, cell.cell_id)

        for before, after in zip(found.path, found.path[1:], strict=False):
            assert before.count - after.count == sum(len(loss.ids) for loss in after.losses), cell.cell_id
        if found.path:
            assert found.path[-1].count == len(found.members) == cell.n, cell.cell_id
        assert cell.cell_id in printed(trace_tables(found))


def test_many_who_are_lost_for_one_reason_are_named_on_demand(output):
    """Of ten names nine are printed and the tenth is counted; --all prints all ten."""
    found = replace(trace(SMALL, output, "outsourced.overall.all.mean_outsourced"), path=(
        Step("received", 11), Step("counted", 1, (Loss("elsewhere", tuple(f"R{i:02}" for i in range(10))),))
    ))  # fmt: skip

    assert "R08 and 1 more (--all names them)" in printed(trace_tables(found))
    assert "R08, R09" in printed(trace_tables(found, every=True))


def test_one_company_and_every_number_that_it_is_in(output, ledger):
    """R05 is in 12 numbers of support_owner: a base and three shares in three rows; in one share of each it counts."""
    found = trace_company(SMALL, output, "R05")

    numbers = found.by_exhibit()["support_owner"]
    assert (len(numbers), sum(n.counts for n in numbers)) == (12, 3)
    medians = [n.cell_id for n in found.by_exhibit()["support_people"] if n.sets]
    assert medians == ["support_people.arr.10_50m.median_people"]
    behind = {m for members in ledger.members.values() for m in members if m.role != "EXCLUDED"}
    primary = {n.cell_id for n in found.numbers if not n.cell_id.endswith((".p10", ".p25", ".p75", ".p90"))}
    assert primary == {m.cell_id for m in behind if m.respondent_id == "R05"}
    (row,) = found.rows
    assert (row.place, row.status) == ("responses.csv row 10", "counted")
    assert ("Q8", "nrr", "90") in row.cells


def test_a_record_that_does_not_count_moves_nothing_and_shows_its_row(output):
    """D04 was resubmitted: its row and the reason are there, and no number."""
    found = trace_company(SMALL, output, "D04")

    assert found.numbers == ()
    assert (found.rows[0].status, found.rows[0].reason) == ("excluded", "a later response of the same company counts")
    assert "9,000,000" in printed(company_tables(found))


@pytest.mark.parametrize(
    ("value", "unit", "text", "beyond", "at"),
    [
        (Fraction(57, 2), "share", "29%", "28%", Fraction(57, 2)),
        (Fraction(3, 10), "share", "<1%", "1%", Fraction(1, 2)),
        (Fraction(1, 10), "share", "<1%", "0%", Fraction(0)),
        (Fraction(102, 10), "ratio", "10", "9.9", Fraction(995, 100)),
        (Fraction(10_260_000), "usd", "$10M", "$11M", Fraction(10_500_000)),
        (Fraction(999_900), "usd", "$1.0M", "$999K", Fraction(999_500)),
        (Fraction(-4, 10), "pts", "0\u00a0pts", "−1\u00a0pts", Fraction(-1, 2)),
    ],
)
def test_the_next_printed_value_is_the_nearest_one(value, unit, text, beyond, at):
    """Rounding halves, <1%, decimals that end at 10, thousands that become millions, numbers below zero."""
    found = nearest_boundary(value, unit, decimals_of(value, unit, text))

    assert (found.beyond, found.at) == (beyond, at)
    assert found.distance == abs(value - at)


@pytest.fixture
def audit():
    return lambda *arguments: CliRunner().invoke(bandwise, ["audit", *map(str, arguments)])


def test_the_command_prints_plain_tables_and_both_ways_together(output):
    """A figure and a company in one call; no colour codes where there is no terminal; status 0."""
    call = [sys.executable, "-m", "pipeline.cli", "audit", str(SMALL), "support_owner.arr.lt_10m.onboarding",
            "--respondent", "R03", "--all", "--output", str(output)]  # fmt: skip
    result = subprocess.run(call, capture_output=True, text=True, timeout=120)

    assert result.returncode == 0, result.stderr
    assert "responses.csv row 8" in result.stdout and "Printed numbers that R03 is in" in result.stdout
    assert "\x1b" not in result.stdout


def test_unknown_addresses_and_companies_name_the_nearest(output, audit):
    """One sentence, status 2, and what may have been meant."""
    cell = audit(SMALL, "support_owner.overall.all.supprt", "--output", output).exception
    company = audit(SMALL, "--respondent", "R5", "--output", output).exception

    assert isinstance(cell, InputError) and "support_owner.overall.all.support" in str(cell) and cell.exit_status == 2
    assert isinstance(company, InputError) and "R05" in str(company)


def test_what_is_not_built_or_built_for_outside_says_so(tmp_path, audit):
    """No ledger, and a ledger that names nobody."""
    nothing = audit(SMALL, "a.b.c.d", "--output", tmp_path / "none").exception
    external = audit(SMALL, "a.b.c.d", "--output", build(SMALL, tmp_path / "out", "external")).exception

    assert isinstance(nothing, InputError) and "has not been built" in str(nothing)
    assert isinstance(external, InputError) and "names nobody" in str(external)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("responses.csv", "Thank you", "Thanks"),
        ("codebook.yaml", "A small survey", "A survey"),
        ("decisions.csv", "90,99", "90,98"),
    ],
)
def test_a_file_that_changed_since_the_build_is_not_shown_as_proof(decided, file, old, new):
    """Rows, texts and what was decided must be those that were built."""
    edition, output = decided()
    path = edition / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(InputError, match=f"{file}: .*has changed since the build"):
        trace(edition, output, "support_owner.arr.lt_10m.onboarding")


def test_a_call_without_a_figure_or_a_company_is_refused(audit):
    """Status 2 and what is missing."""
    result = audit(SMALL)

    assert result.exit_code == 2
    assert "--respondent ID" in result.output


@pytest.fixture(scope="module")
def without_members(tmp_path_factory):
    """A build of the small survey as if its members were too many to be kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "KEPT", 10)
        return build(SMALL, tmp_path_factory.mktemp("large") / "out")


def test_members_that_the_ledger_does_not_keep_are_drawn_anew(output, without_members, ledger):
    """One figure of each statistic: its trace is the same, and says so; the file is as it was."""
    before = (without_members / "ledger.sqlite").read_bytes()
    for cell in {cell.stat_name: cell for cell in ledger.cells}.values():
        kept, anew = (trace(SMALL, folder, cell.cell_id) for folder in (output, without_members))
        assert anew.notes == (*kept.notes, *([NOTE] if kept.path else ()))
        assert replace(anew, notes=()) == replace(kept, notes=())

    assert (without_members / "ledger.sqlite").read_bytes() == before


@pytest.mark.parametrize("asked", [["--respondent", "R01"], ["--page"], ["--workbook"], ["--attack"]])
def test_what_needs_all_members_says_that_they_are_not_kept(without_members, asked):
    """In one sentence, with what can be asked for instead."""
    result = CliRunner().invoke(bandwise, ["audit", str(SMALL), *asked, "--output", str(without_members)])

    assert isinstance(result.exception, InputError)
    assert "ask for one figure: bandwise audit" in str(result.exception)


def test_a_figure_that_no_members_are_kept_of_is_signed_with_all_that_its_survey_was_made_of(ledger, monkeypatch):
    """Its fingerprint is another one, and changes with any answer that is changed."""
    monkeypatch.setattr(members, "KEPT", 10)
    large = tabulated(SMALL)
    changed = replace(large.surveys[""], changes=large.surveys[""].changes.iloc[:-1])

    cell = ledger.cells[0]
    prints = [Fingerprints(each).of(cell) for each in (ledger, large, replace(large, surveys={"": changed}))]
    assert len(set(prints)) == 3 and large.cells == ledger.cells

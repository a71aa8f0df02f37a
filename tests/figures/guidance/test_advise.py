"""What a rule says to a company of the small survey, counted on fingers."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.figures.guidance.advice import Status, from_json, to_json
from pipeline.figures.guidance.advise import advise
from pipeline.figures.guidance.reading import read_guidance
from pipeline.figures.ledger import Ledger
from pipeline.responses import read_survey

WORTH = """
  - id: worth
    title: What {points} points are worth
    page: retention
    priority: 1
    source: [guide, panel]
    numbers:
      points: {value: 5, unit: count, label: Points, source: guide}
      new_arr: {value: 1_000_000, unit: usd, label: New ARR each year}
    figures:
      - {id: end, label: ARR at the end, block: arr_after, unit: usd, decimals: 2,
         with: {start: arr, rate: nrr, new: new_arr, years: 2}}
      - {id: more, label: ARR added, block: worth_of_points, unit: usd, decimals: 3,
         with: {start: arr, rate: nrr, points: points, new: new_arr, years: 2, multiple: 1}}
    curve:
      {title: ARR, unit: usd, decimals: 2, years: 2, lines: [{id: a, label: You, start: arr, rate: nrr, new: new_arr}]}
    says:
      - "Your {arr} become {end}."
      - {when: nrr > 110, says: "You are over the line."}
      - {when: grr > 95, says: "And gross retention is {grr}."}
    table: {heads: [Measure, You], rows: [[Net, "{nrr}"], [Gross, "{grr}"]]}
"""


def test_figures_words_table_and_curve_are_bound_to_addresses(advice):
    """Ivy: 120 million at 115%: 120 × 1.15 + 1 = 139, 139 × 1.15 + 1 = 160.85."""
    found = advice(WORTH, "R09")

    assert found.status is Status.APPLIES
    assert found.plain(found.title) == "What 5 points are worth"
    assert found.words == (
        "Your {{ worth.company.you.arr }} become {{ worth.company.you.end }}.", "You are over the line.",
    )  # fmt: skip
    assert found.plain(found.words[0]) == "Your $120M become $160.85M."
    assert [found.plain(entry) for row in found.table.rows for entry in row] == ["Net", "115%", "Gross", "93%"]
    assert [cell.printed for cell in found.series[0].cells] == ["$120.00M", "$139.00M", "$160.85M"]
    assert found.cell("worth.company.you.end").stat == 160_850_000
    assert found.cell("worth.company.you.more").stat == pytest.approx(((120 * 1.2 + 1) * 1.2 + 1 - 160.85) * 1e6)
    assert found.source == "A guide; A panel"


def test_quoted_and_assumed_numbers_are_told_apart(advice):
    found = advice(WORTH, "R09")

    assert found.cell("worth.company.guide.points").label == "Points (A guide)"
    assert found.cell("worth.company.assumption.new_arr").label == "New ARR each year (assumed, not a survey result)"
    assert {cell.status for cell in found.cells if cell.band in ("guide", "assumption")} == {"reference"}


def test_all_figures_fit_into_one_ledger(advice):
    found = advice(WORTH, "R09")

    ledger = Ledger(found.cells)
    assert all(cell.cell_id in ledger for cell in found.cells)


def test_a_missing_answer_is_named_in_the_words_of_its_question(advice):
    """Ginkgo would rather not say."""
    found = advice(WORTH, "R07")

    assert found.status is Status.MISSING
    assert [(need.variable, need.text) for need in found.needs] == [("nrr", "What was your net revenue retention?")]
    assert found.words == ()


def test_a_sentence_about_a_missing_figure_is_left_out_and_a_table_shows_a_dash(advice):
    rule = """
      - id: optional
        title: T
        page: p
        priority: 1
        source: [guide]
        figures:
          - {id: half, label: Half of it, is: arr / 2, unit: usd}
          - {id: lost, label: Lost, is: 100 - grr, unit: percent, optional: true}
        says: ["Half is {half}.", "You lose {lost}."]
        table: {heads: [You], rows: [["{lost}"]]}
        formula: half
    """

    found = advice(rule, "R07")

    assert [found.plain(text) for text in found.words] == ["Half is $20M."]
    assert found.plain(found.table.rows[0][0]) == "–"


def test_a_rule_for_other_companies_and_a_formula_without_a_result_do_not_apply(advice):
    rule = """
      - id: each
        title: T
        page: p
        priority: 1
        source: [guide]
        {when}
        figures: [{{id: held, label: Held, is: arr / people.success, unit: usd}}]
        says: ["{{held}} each."]
        formula: ARR for each
    """

    assert advice(rule.format(when="when: people.success > 0"), "R03").status is Status.DOES_NOT_APPLY
    assert advice(rule.format(when=""), "R03").status is Status.DOES_NOT_APPLY
    assert advice(rule.format(when="when: people.success > 0"), "R01").status is Status.APPLIES
    assert advice(rule.format(when="when: people.success > 0"), "R11").status is Status.MISSING


NOT_ASKED = """
  - id: cost
    title: T
    page: p
    priority: 1
    source: [guide]
    not_asked:
      cost: {label: Yearly cost, unit: usd}
      cases: {label: Cases in a year, unit: count}
    figures: [{id: case, label: Cost per case, block: cost_per_case, unit: usd, with: {cost: cost, cases: cases}}]
    example:
      {source: guide, says: "{cost} for {cases} is {case}.", answers: {cost: 1000, cases: 20}, gives: {case: $50}}
"""


def test_what_the_survey_does_not_ask_is_named_with_the_formula_and_the_example(advice):
    found = advice(NOT_ASKED, "R01")

    assert found.status is Status.NOT_ASKED
    assert [need.text for need in found.needs] == ["Yearly cost", "Cases in a year"]
    assert found.formula == "Cost per case = yearly cost of support ÷ cases in a year"
    assert found.plain(found.example.words) == "$1.0K for 20 is $50."
    assert found.example.source == "A guide"
    assert {cell.band for cell in found.example.cells} == {"example"}


LADDER = """
  - id: stage
    title: T
    page: p
    priority: 1
    source: [guide]
    numbers:
      few: {value: 2, unit: people, label: Few, source: guide}
      many: {value: 9, unit: people, label: Many, source: guide}
    ladder:
      title: ARR
      by: arr
      outside: "Above all stages."
      steps:
        - {id: s1, label: Under $4M, below: 4_000_000, says: "First.", sets: {norm: few}}
        - {id: s2, label: $4–10M, from: 4_000_000, to: 10_000_000, says: "Second.", sets: {norm: few}}
        - {id: s3, label: to $40M, above: 10_000_000, below: 40_000_000, says: "Third.", sets: {norm: many}}
    figures: [{id: ratio, label: Against the norm, is: people.success / norm, unit: ratio, optional: true}]
    says: ["Stage {step}, {norm} people, {ratio} of it."]
    formula: ARR and its stage
"""


@pytest.mark.parametrize(
    ("respondent", "says"),
    [
        ("R01", ["First.", "Stage Under $4M, 2 people, 0.5 of it."]),  # 2 million
        ("R02", ["Second.", "Stage $4–10M, 2 people, 1.0 of it."]),  # 4 million, at the lower edge
        ("R04", ["Second.", "Stage $4–10M, 2 people, 1.5 of it."]),  # 10 million, at the upper edge
        ("R05", ["Third.", "Stage to $40M, 9 people, 0.7 of it."]),  # 20 million, 6 people
        ("R07", ["Above all stages."]),  # 40 million, just outside
    ],
)
def test_a_ladder_puts_a_company_on_its_step_at_below_and_above_each_edge(advice, respondent, says):
    found = advice(LADDER, respondent)

    assert found.status is Status.APPLIES
    assert [found.plain(text) for text in found.words] == says


def test_a_ladder_by_an_answer_and_a_step_for_those_who_did_not_give_it(advice):
    rule = """
      - id: owner
        title: T
        page: p
        priority: 1
        source: [guide]
        ladder:
          title: Owner
          by: outsources
          listed: true
          unknown: other
          steps:
            - {id: out, label: Outsourced, choices: ["yes"], says: "Watch them."}
            - {id: other, label: In house, choices: ["no"], says: "Train them."}
        formula: Your answer
    """

    assert advice(rule, "R09").table.marked == 0
    assert advice(rule, "R01").table.marked == 1
    assert advice(rule, "R12").table.marked == 1  # did not answer
    assert advice(rule, "R09").table.rows[0] == ("Outsourced", "Watch them.")


MATURITY = """
  - id: maturity
    title: T
    page: p
    priority: 1
    source: [guide]
    maturity:
      stages:
        - {id: low, label: Low, initiatives: [Begin.]}
        - {id: middle, label: Middle, initiatives: [Go on., Write it down.]}
        - {id: high, label: High}
      criteria:
        - id: size
          label: Size
          stages:
            low: {looks: small}
            middle: {when: people.success >= 3, looks: some}
            high: {when: people.success >= 10, looks: many}
        - id: support
          label: Support
          stages: {low: {looks: none}, middle: {when: people.support > 0, looks: a team}}
        - id: owner
          label: Owner
          stages: {low: {looks: anyone}, high: {when: owner == 'support', looks: Support}}
    says: ["{stage}: {reached} of {told}.", "Next: {next_stage}."]
    formula: More than half
"""


@pytest.mark.parametrize(
    ("respondent", "words", "actions"),
    [
        ("R01", ["Low: 3 of 3.", "Next: Middle."], ["Begin."]),  # 1 in success, support staffed, owned by success
        ("R02", ["Low: 3 of 3.", "Next: Middle."], ["Begin."]),
        ("R04", ["Middle: 3 of 3.", "Next: High."], ["Go on.", "Write it down."]),  # 3, staffed, owner support
        ("R09", ["High: 2 of 3."], []),  # 30, staffed, owner support
        ("R06", ["Low: 2 of 2.", "Next: Middle."], ["Begin."]),  # support people unknown: 4 in success, owner success
    ],
)
def test_the_stage_is_the_highest_that_more_than_half_of_the_criteria_reach(advice, respondent, words, actions):
    found = advice(MATURITY, respondent)

    assert [found.plain(text) for text in found.words] == words
    assert list(found.actions) == actions


def test_a_criterion_that_cannot_be_told_says_so(advice):
    assert ("Support", "–", "You did not answer") in advice(MATURITY, "R06").table.rows


SCORE = """
  - id: score
    title: T
    page: p
    priority: 1
    source: [guide]
    score:
      {question}
      metrics:
        - {{id: a, label: Speed, weight: 50, low: slow, high: fast, {a}}}
        - {{id: b, label: Quality, weight: 30.5, low: poor, high: good, {b}}}
        - {{id: c, label: Cost, weight: 19.5, low: dear, high: cheap, {c}}}
      bands:
        - {{id: red, label: Red, below: 50, says: "Red."}}
        - {{id: green, label: Green, from: 50, says: "Green."}}
    says: ["Covered {{covered}}.", "Score {{score}}."]
    formula: Weighted
"""


def test_a_score_weighs_ratings_and_falls_into_a_band(advice):
    rule = SCORE.format(question="", a="rating: grr", b="rating: grr", c="rating: people.success")

    low, high = advice(rule, "R03"), advice(rule, "R09")

    # Cedar: 80.5% of 85, nobody in success. Ivy: 80.5% of 93 and 19.5% of 30.
    assert low.cell("score.company.you.score").stat == pytest.approx(0.805 * 85)
    assert high.cell("score.company.you.score").stat == pytest.approx(0.805 * 93 + 0.195 * 30)
    assert [high.plain(text) for text in high.words] == ["Green.", "Score 81."]


def test_the_metrics_that_a_company_names_carry_their_weight(advice):
    rule = SCORE.format(question="question: aims", a="answers: [speed]", b="answers: [quality]", c="answers: [cost]")

    assert [advice(rule, "R01").plain(text) for text in advice(rule, "R01").words] == ["Covered 81."]  # speed, quality
    assert advice(rule, "R03").cell("score.company.you.covered").stat == 30.5  # quality alone
    assert advice(rule, "R07").status is Status.MISSING


def test_a_further_survey_is_read_for_the_same_company(tmp_path):
    """The second survey knows Alder (C01) alone, under another response id and with another ARR."""
    folder = _two_surveys(tmp_path)
    survey, panel = read_survey(folder), read_survey(folder / "panel")
    guidance = read_guidance(folder, survey.codebook)
    assert guidance.surveys == ("panel",)

    alder, birch = (advise(guidance, survey, each, {"panel": panel}) for each in ("R01", "R02"))

    assert [found.status for found in alder] == [Status.APPLIES, Status.APPLIES]
    assert [alder[0].plain(text) for text in alder[0].words] == ["Now $2.0M.", "Then $1.0M."]
    assert [found.status for found in birch] == [Status.APPLIES, Status.MISSING]
    assert birch[1].needs[0].text == "A panel survey"
    assert [birch[0].plain(text) for text in birch[0].words] == ["Now $4.0M."]


def _two_surveys(tmp_path) -> Path:
    folder = tmp_path / "edition"
    shutil.copytree(Path(__file__).parents[2] / "small", folder)
    panel = folder / "panel"
    panel.mkdir()
    (panel / "codebook.yaml").write_text(
        "survey: {id: panel, title: A panel survey, year: 2026}\n"
        "source: {id: record, decimal: '.'}\n"
        "questions:\n"
        "  - {id: company_id, type: identifier, text: Id}\n"
        "  - {id: early_arr, type: money, text: ARR a year ago, unit: usd}\n",
        encoding="utf-8",
    )
    (panel / "responses.csv").write_text("record,company_id,early_arr\nX9,C01,1000000\n", encoding="utf-8")
    (folder / "guidance.yaml").write_text(
        """
sources: {guide: {title: A guide}}
rules:
  - id: both
    title: T
    page: p
    priority: 1
    source: [guide]
    figures:
      - {id: now, label: Now, is: arr, unit: usd}
      - {id: before, label: Before, is: early_arr, survey: panel, optional: true, unit: usd}
    says: ["Now {now}.", "Then {before}."]
    formula: Both
  - id: there
    title: T
    page: p
    priority: 2
    source: [guide]
    survey: panel
    figures: [{id: twice, label: Twice, is: 2 * early_arr, unit: usd}]
    says: ["Twice is {twice}."]
    formula: Twice
""",
        encoding="utf-8",
    )
    return folder


def test_advice_is_written_and_read_back_equal(advice):
    found = (advice(WORTH, "R09"),)

    text = to_json(found)

    assert from_json(text) == found
    assert json.loads(text)[0]["id"] == "worth"


def test_no_other_company_enters(edition, survey):
    """A company's advice is the same whether or not the others are in the survey."""
    guidance = read_guidance(edition(WORTH + LADDER + MATURITY), survey.codebook)

    alone = replace(survey, answers=survey.answers.loc[["R09"]])
    assert advise(guidance, alone, "R09") == advise(guidance, survey, "R09")


def test_an_id_that_nobody_has_is_refused(edition, survey):
    guidance = read_guidance(edition(WORTH), survey.codebook)

    with pytest.raises(InputError, match="no respondent has the id 'R99'"):
        advise(guidance, survey, "R99")


def test_an_edition_without_the_file_has_no_rules(survey):
    guidance = read_guidance(Path(__file__).parents[2] / "small", survey.codebook)

    assert guidance.rules == ()
    assert advise(guidance, survey, "R01") == ()

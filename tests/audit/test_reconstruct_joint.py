"""Twelve companies in two dimensions and four small printed exhibits, which can be solved on fingers."""

from __future__ import annotations

import csv
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.audit.reconstruct.check import Agreement, misfits
from pipeline.audit.reconstruct.plan import Plan, read_plan
from pipeline.audit.reconstruct.proofs import Reason, unexplained
from pipeline.audit.reconstruct.targets import half_up, largest_remainder, read_targets
from pipeline.errors import InputError

PLAN = """\
population:
  dimensions:
    size: {small: 6, large: 6}
    size_ticked: {small: 7, large: 5}
    region: {north: 5, south: 7}
  follows:
    size_ticked: {dimension: size, moved: [{companies: 1, from: large, to: small}]}
  holders: {has_shop: 4}
  any_of: [{questions: [has_shop, has_support], respondents: 9}]
  effort: {workers: 1, positions: 5, preferences: 5, room: 5}
tables:
  owner: {kind: choice, question: own, add_to_100: true}
  mood: {kind: choice, question: mood, cut: {size: size_ticked}}
  documented: {kind: multiple, question: documented}
  coverage: {kind: holders, question: has_support}
preferences:
  - {name: owner_exists, questions: [own], answers: [support], expect: {has_support: ["1"]}, weight: 2}
  - {name: none_alone, questions: [documented], answers: [none], exclusive: true}
"""

# exhibit, dimension, band, n, then column and printed share; for holders n counts them and the value is their median
PRINTED = [
    ("owner", "size", "small", 6, {"support": "33", "sales": "50", "other": "17"}),
    ("owner", "size", "large", 6, {"support": "50", "sales": "17", "other": "33"}),
    ("owner", "region", "north", 5, {"support": "40", "sales": "20", "other": "40"}),
    ("owner", "region", "south", 7, {"support": "43", "sales": "43", "other": "14"}),
    ("mood", "size", "small", 7, {"good": "57", "bad": "43"}),
    ("mood", "size", "large", 5, {"good": "60", "bad": "40"}),
    ("mood", "region", "north", 5, {"good": "40", "bad": "60"}),
    ("mood", "region", "south", 7, {"good": "71", "bad": "29"}),
    ("documented", "size", "small", 6, {"renewals": "83", "none": "17"}),
    ("documented", "size", "large", 6, {"renewals": "50", "none": "33"}),
    ("documented", "overall", "all", 12, {"renewals": "67", "none": "25"}),
    ("coverage", "size", "small", 3, {"people": "1"}),
    ("coverage", "size", "large", 5, {"people": "9"}),
    ("coverage", "region", "north", 4, {"people": "9"}),
    ("coverage", "region", "south", 4, {"people": "1"}),
]


@pytest.fixture
def solver():
    pytest.importorskip("ortools", reason="the exact model needs the optional extra: pip install bandwise[reconstruct]")
    from pipeline.audit.reconstruct.joint import find_joint

    return find_joint


@pytest.fixture
def plan(tmp_path) -> Plan:
    return write_plan(tmp_path, PLAN)


def write_plan(folder: Path, text: str) -> Plan:
    path = folder / "reconstruction.yaml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def write_tables(folder: Path, *, changes: dict[tuple[str, ...], str] | None = None, more=(),
                 printed=PRINTED) -> Path:
    """tables.csv as published folders hold it; `changes` replaces printed shares, or the n of holders."""
    changes = changes or {}
    path = folder / "tables.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["exhibit", "dimension", "band", "column", "value", "unit", "n", "printed"])
        for exhibit, dimension, band, n, cells in [*printed, *more]:
            for column, share in cells.items():
                new = changes.get((exhibit, dimension, band, column))
                value, n_printed = (share, new or n) if exhibit == "coverage" else (new or share, n)
                unit = "median_headcount" if exhibit == "coverage" else "percent"
                writer.writerow([exhibit, dimension, band, column, value, unit, n_printed, value])
    return path


def test_every_printed_cell_is_given(plan, tmp_path, solver):
    """Two exhibits by two dimensions, a multiple-choice question and holders are all met, to the cell."""
    joint = solver(plan, read_targets(write_tables(tmp_path), plan))

    assert len(joint.respondents) == 12
    assert {outcome.agreement for outcome in joint.outcomes} == {Agreement.EQUAL}
    assert joint.proofs == ()
    assert joint.problems == []


def test_the_second_cut_moves_exactly_the_companies_that_the_plan_names(plan, tmp_path, solver):
    """One company is large on file and ticked small; all others stand in the same band of both."""
    joint = solver(plan, read_targets(write_tables(tmp_path), plan))

    moved = [(r["size"], r["size_ticked"]) for r in joint.respondents if r["size"] != r["size_ticked"]]
    assert moved == [("large", "small")]


def test_preferences_are_kept_where_print_leaves_a_choice(plan, tmp_path, solver):
    """Five companies name support as owner and eight have support people: nobody needs to contradict themselves."""
    joint = solver(plan, read_targets(write_tables(tmp_path), plan))

    assert joint.breaches == ()
    assert sum(r["has_shop"] == "1" for r in joint.respondents) == 4
    assert sum("1" in (r["has_shop"], r["has_support"]) for r in joint.respondents) == 9


def test_printed_mean_shares_decide_who_holds_a_role(tmp_path, solver):
    """56 percent on average over the south's 7 companies: three shops are not enough, so all four are there."""
    plan = write_plan(tmp_path, PLAN.replace(
        "\npreferences:", '\n  mix: {kind: mean_share, question: "has_{column}"}\npreferences:'))
    path = write_tables(tmp_path, more=[
        ("mix", "region", "north", "", {"support": "80", "shop": "0"}),
        ("mix", "region", "south", "", {"support": "15", "shop": "56"})])

    joint = solver(plan, read_targets(path, plan))

    assert joint.problems == []
    assert {r["region"] for r in joint.respondents if r["has_shop"] == "1"} == {"south"}


def test_printed_medians_decide_who_holds_a_role(tmp_path, solver):
    """One small and one large holder, one in each region: medians of 1 and 9 put the small one north."""
    from pipeline.audit.reconstruct.answers import find_answers
    from pipeline.audit.reconstruct.margins import margins

    plan = write_plan(tmp_path, """\
population:
  dimensions: {size: {small: 2, large: 2}, region: {north: 2, south: 2}}
  effort: {workers: 1, positions: 5, preferences: 5, room: 5}
tables:
  coverage: {kind: holders, question: has_support, medians: true}
""")
    path = write_tables(tmp_path, printed=[
        ("coverage", "size", "small", 1, {"people": "1"}), ("coverage", "size", "large", 1, {"people": "9"}),
        ("coverage", "region", "north", 1, {"people": "1"}), ("coverage", "region", "south", 1, {"people": "9"})])
    targets = read_targets(path, plan)
    places = [("small", "north"), ("small", "south"), ("large", "north"), ("large", "south")]

    respondents = find_answers(plan, targets, {"coverage": margins(targets.tables[0])},
                               [{"size": size, "region": region} for size, region in places])

    assert [r["has_support"] for r in respondents] == ["1", "0", "0", "1"]


def test_a_share_that_no_count_gives_is_proved_and_met_as_nearly_as_can_be(plan, tmp_path, solver):
    """Of 5 companies none are 45 percent; the rest of the exhibit says that it is 2, and that is what the data give."""
    path = write_tables(tmp_path, changes={("mood", "size", "large", "bad"): "45"})

    joint = solver(plan, read_targets(path, plan))

    (proof,) = joint.proofs
    assert proof.reason is Reason.COUNT
    assert proof.given_up == ("mood/size/large/bad",)
    assert proof.says == "no count of 5 prints 45: the nearest are 2/5 = 40.0 and 3/5 = 60.0"
    missed = [o for o in joint.outcomes if o.agreement is not Agreement.EQUAL]
    assert [(o.cell.place, o.count, o.value) for o in missed] == [("mood/size/large/bad", 2, Fraction(40))]
    assert unexplained(joint.outcomes, joint.proofs) == []


def test_holders_that_sum_differently_by_another_cut_name_a_smallest_contradiction(plan, tmp_path, solver):
    """Two small and five large holders cannot be eight by region; each of the named cells is needed for the proof."""
    path = write_tables(tmp_path, changes={("coverage", "size", "small", "people"): "2"})

    joint = solver(plan, read_targets(path, plan))

    (proof,) = joint.proofs
    assert proof.reason is Reason.COLUMN
    assert proof.says == "the printed cells add up to 7 by size but 8 by region"
    assert len(proof.places) == 4
    assert len(proof.given_up) == 1


def test_a_row_that_no_counts_bring_to_100_is_proved(plan, tmp_path, solver):
    """34, 49 and 17 are each within a point of a sixth, but no rule that adds to 100 prints them from six companies."""
    path = write_tables(
        tmp_path,
        changes={
            ("owner", "size", "small", "support"): "34",
            ("owner", "size", "small", "sales"): "50",
            ("owner", "size", "small", "other"): "16",
        },
    )

    joint = solver(plan, read_targets(path, plan))

    assert [proof.reason for proof in joint.proofs] == [Reason.ROW]
    assert unexplained(joint.outcomes, joint.proofs) == []


def test_the_same_plan_gives_the_same_respondents(plan, tmp_path, solver):
    """Nothing depends on the clock, on the machine's load or on what ran before."""
    targets = read_targets(write_tables(tmp_path), plan)

    assert solver(plan, targets).respondents == solver(plan, targets).respondents


def test_a_start_that_holds_comes_back_unchanged(plan, tmp_path, solver):
    """A start is checked in full and kept unless better answers are found."""
    targets = read_targets(write_tables(tmp_path), plan)
    first = solver(plan, targets)

    again = solver(plan, targets, first.respondents)

    assert again == first


def test_a_start_that_fails_is_left_aside(plan, tmp_path, solver):
    """One wrong answer is enough; the search then begins from nothing and says why."""
    targets = read_targets(write_tables(tmp_path), plan)
    first = solver(plan, targets)
    spoiled = [{**first.respondents[0], "mood": "indifferent"}, *first.respondents[1:]]
    said = []

    again = solver(plan, targets, spoiled, said.append)

    assert again == first
    assert said[0].startswith("the start is no solution and is left aside: respondent 1: mood 'indifferent'")


def test_the_check_sees_a_company_in_the_wrong_band(plan, tmp_path, solver):
    """Bands are counted as well as answers, and so is who was moved between two cuts."""
    from pipeline.audit.reconstruct.margins import margins

    targets = read_targets(write_tables(tmp_path), plan)
    counts = {table.exhibit: margins(table) for table in targets.tables}
    respondents = [dict(r) for r in solver(plan, targets).respondents]
    assert misfits(respondents, plan, targets.tables, counts) == []

    stray = next(r for r in respondents if r["size"] == r["size_ticked"] == "small")
    stray["size"] = "large"

    assert any(line.startswith("size:") for line in misfits(respondents, plan, targets.tables, counts))
    assert any(line.startswith("size_ticked: moved") for line in misfits(respondents, plan, targets.tables, counts))


def test_without_the_solver_one_sentence_says_what_to_install(monkeypatch):
    """OR-tools is an optional extra: few people rebuild data, so the report does not need it."""
    from pipeline.audit.reconstruct.solver import SolverMissing, cp_model

    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)

    with pytest.raises(SolverMissing, match=r'OR-tools is needed: pip install "bandwise\[reconstruct\]"'):
        cp_model()


def test_dimensions_must_count_the_same_companies(tmp_path):
    """A plan whose bands do not add up is refused before anything is searched, with the line."""
    with pytest.raises(InputError, match="every dimension must count the same respondents"):
        write_plan(tmp_path, PLAN.replace("north: 5", "north: 6"))


@pytest.mark.parametrize(
    ("count", "n", "decimals", "share"),
    [
        (1, 6, 0, "17"),
        (1, 8, 0, "13"),
        (1, 3, 1, "33.3"),
        (0, 5, 0, "0"),
        (1, 200, 0, "1"),
    ],
)
def test_shares_round_half_up_from_the_integers(count, n, decimals, share):
    """12.5 prints 13 and 0.5 prints 1, whatever binary fractions would say."""
    assert half_up(count, n, decimals) == Fraction(share)


def test_largest_remainder_gives_missing_points_to_the_largest_fractions():
    """3, 2 and 2 of 7 are 42.86, 28.57 and 28.57: of two equal fractions the first column gets the point."""
    assert largest_remainder([3, 2, 2]) == (43, 29, 28)

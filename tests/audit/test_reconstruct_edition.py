"""A whole edition of a dozen companies and one further survey, rebuilt from what their answers once printed."""

import csv
from statistics import median

import pytest

from pipeline.audit.reconstruct import reconstruct
from pipeline.audit.reconstruct.amounts import Problem
from pipeline.audit.reconstruct.conflicts import lone_team_conflicts, median_conflicts
from pipeline.responses import read_survey

SYSTEM = """[StartDate, EndDate, Status, IPAddress, Progress, Duration (in seconds), Finished, RecordedDate, ResponseId,
    ExternalReference, DistributionChannel, UserLanguage]"""
CODEBOOK = f"""
survey: {{id: tiny, title: Tiny, year: 2023}}
source: {{files: [responses.csv], kind: qualtrics, id: ResponseId, name: company, decimal: ".", system: {SYSTEM}}}
records:
  - {{id: preview, where: "Status != 'IP Address'", reason: preview}}
dimensions:
  size:
    title: Size
    variable: arr
    bands: [{{id: small, label: Small, below: 10_000_000}}, {{id: large, label: Large, from: 10_000_000}}]
lists:
  roles: [{{code: support, label: Support}}, {{code: success, label: Success}}]
  mixed: {{from: roles, only: [support, success]}}
questions:
  - {{id: company, type: text, text: Company?, column: QID1_TEXT}}
  - {{id: company_id, type: identifier, text: Id, column: ExternalReference}}
  - id: region
    type: single
    text: Region?
    column: QID2
    choices: [{{code: north, label: North}}, {{code: south, label: South}}]
  - {{id: arr, type: money, text: ARR?, column: QID3_TEXT, unit: usd}}
  - {{id: price, type: money, text: Price?, column: QID4_TEXT, unit: usd}}
  - {{id: own, type: single, text: Owner?, column: QID5, choices: roles}}
  - {{id: ic, type: count, text: ICs?, items: roles, column: "QID6_{{position}}"}}
  - {{id: mgr, type: count, text: Managers?, items: roles, column: "QID7_{{position}}"}}
  - {{id: nps, type: number, text: NPS?, column: QID8_TEXT, hard: [-100, 100]}}
derived:
  - {{id: headcount, label: People, items: roles, formula: "ic.{{item}} + mgr.{{item}}"}}
builtin: {{outlier: "off", speeder: "off", round_numbers: "off", straightline: "off"}}
"""
PLAN = """
population:
  dimensions: {size: {small: 6, large: 6}, region: {north: 5, south: 7}}
  coherence:
    size: size
    product: [region]
    edges:
      size: {small: [1_000_000, 10_000_000], large: [10_000_000, 90_000_000]}
      region: {north: [100, 900], south: [100, 900]}
    limit: 9
  effort: {workers: 1}
tables:
  owner: {kind: choice, question: own}
  coverage_support: {kind: holders, question: has_support, medians: true}
  coverage_success: {kind: holders, question: has_success, medians: true}
amounts:
  seed: 1
  headcounts:
    roles: roles
    individual_contributors: ic
    managers: mgr
    holds: has_{role}
    medians: {exhibit: "coverage_{role}", column: people}
    shares: {exhibit: mix, roles: mixed, total: total}
    size_from: {size: 0.8, region: 0.2}
    spans: {support: 4}
    usual_span: 5
    search: {moves: 30_000, rounds: 3, from_start: 100}
  values: {spread: 9, sizes: {arr: {dimension: size, digits: 3}, price: {dimension: region, digits: 2}}}
fill:
  seed: 2
  steps:
    - {question: nps, draw: quantiles, answered: 9, points: {0: 10, 50: 44, 100: 80}, round_to: 1}
export:
  seed: 3
  name: company
  id: company_id
  id_pattern: "T{number:02d}"
  fieldwork: {from: 2023-03-06, to: 2023-03-31, median_seconds: 600, interrupted: 0}
  mess: {share: 0.3, words: 0}
  not_counted: [{n: 1, on: 2023-03-01, seconds: [60, 90], keeps: 1, system: {Status: Survey Preview}}]
  errors:
    - variables: [nps]
      n: 1
      times: 10
      where: {nps: {from: 20}}
      action: correct
      reason_code: typo
      reason: One digit too many
      evidence: call
  decided: {from: 2023-04-03 09:00:00, author: A. Nalyst, reviewer: R. Eviewer}
  names: [Ambrel, Borwick, Caldon, Dunvale, Élmont, Fenn & Sons, Garrow, Hollin, Istred, Jorvane, Kelmar, Lunsford]
"""
SISTER_CODEBOOK = f"""
survey: {{id: again, title: Again, year: 2023}}
source: {{files: [responses.csv], kind: qualtrics, id: ResponseId, decimal: ".", system: {SYSTEM}}}
questions:
  - {{id: company_id, type: identifier, text: Id, column: ExternalReference}}
  - {{id: months, type: number, text: Months?, column: QID1_TEXT, unit: months}}
builtin: {{outlier: "off", speeder: "off", round_numbers: "off"}}
"""
SISTER_PLAN = """
respondents: {from_parent: {n: 7, seed: 1, copy: [company_id]}}
fill:
  seed: 4
  steps:
    - {question: months, draw: lognormal, median: 12, spread: 0.2, round_to: 1, where: {parent.nps: answered}}
export:
  seed: 5
  id: company_id
  fieldwork: {from: 2023-01-09, to: 2023-01-27, median_seconds: 300, interrupted: 0}
  mess: {share: 0.3, words: 0}
  decided: {from: 2023-02-01 09:00:00, author: A. Nalyst, reviewer: R. Eviewer}
"""
# size, region, owner, people in support and in success
COMPANIES = [
    ("small", "north", "support", 3, 2), ("small", "south", "success", 0, 4), ("small", "south", "support", 2, 2),
    ("small", "south", "support", 5, 1), ("small", "north", "success", 0, 3), ("small", "south", "support", 4, 4),
    ("large", "north", "support", 20, 9), ("large", "south", "success", 12, 6), ("large", "north", "support", 31, 0),
    ("large", "south", "support", 9, 11), ("large", "south", "success", 16, 7), ("large", "north", "support", 8, 8),
]  # fmt: skip


def half_up(value):
    return int(value + 0.5)


def print_tables(path):
    rows = []
    for dimension, place, bands in (("size", 0, ("small", "large")), ("region", 1, ("north", "south"))):
        for band in bands:
            some = [company for company in COMPANIES if company[place] == band]
            n = len(some)
            for column in ("support", "success"):
                share = half_up(100 * sum(c[2] == column for c in some) / n)
                rows.append(("owner", dimension, band, column, share, "percent", n))
            for k, role in ((3, "support"), (4, "success")):
                held = [c[k] for c in some if c[k]]
                rows.append((f"coverage_{role}", dimension, band, "people", half_up(median(held)), "people", len(held)))
                share = half_up(100 * sum(c[k] / (c[3] + c[4]) for c in some) / n)
                rows.append(("mix", dimension, band, role, share, "percent", ""))
            rows.append(("mix", dimension, band, "total", half_up(median(c[3] + c[4] for c in some)), "people", ""))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["exhibit", "dimension", "band", "column", "value", "unit", "n", "printed"])
        writer.writerows([*row, row[4]] for row in rows)


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    pytest.importorskip("ortools")
    folder = tmp_path_factory.mktemp("editions") / "tiny"
    for path, text in (
        ("codebook.yaml", CODEBOOK), ("reconstruction.yaml", PLAN),
        ("again/codebook.yaml", SISTER_CODEBOOK), ("again/reconstruction.yaml", SISTER_PLAN),
    ):  # fmt: skip
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "published").mkdir()
    print_tables(folder / "published" / "tables.csv")
    return folder


def test_the_rebuilt_answers_print_the_same_tables(edition):
    """Other companies than those that were printed, and the same medians and shares."""
    result = reconstruct(edition / "published", edition)

    answers, bands = read_survey(edition).answers, read_survey(edition).bands("size")
    small = answers[bands == "small"]
    held = small["headcount.support"][small["headcount.support"] > 0]
    shares = small["headcount.support"] / (small["headcount.support"] + small["headcount.success"])
    assert result.problems == []
    assert (len(small), (small.own == "support").sum(), len(held), half_up(held.median())) == (6, 4, 4, 4)
    assert half_up(100 * shares.mean()) == half_up(100 * (3 / 5 + 2 / 4 + 5 / 6 + 4 / 8) / 6)


def test_twice_gives_the_same_files(edition):
    first = [path.read_bytes() for path in reconstruct(edition / "published", edition).paths]
    second = [path.read_bytes() for path in reconstruct(edition / "published", edition).paths]

    assert first == second
    assert len(first) == 4


def test_the_further_survey_asks_companies_of_the_first(edition):
    reconstruct(edition / "published", edition)

    first, further = read_survey(edition), read_survey(edition / "again")
    assert set(further.answers.company_id) < set(first.answers.company_id)
    assert len(further.answers) == 7


def problem_of(shares, total):
    """Three companies of which one each has people in two roles, two and ten of them."""
    return Problem(
        bands=[("motion", "self")], roles=["renewals", "partners"], bands_of=[(0,)] * 3,
        holds=[[True, True], [False, False], [False, False]], in_mix=[True, True], medians=[[2, 10]],
        shares=[shares], totals=[total], fixed_counts=[True, True], dislikes=[[(0, 0)] * 2] * 3,
        dimension_weights={"motion": 1},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "total", "conflicts"),
    [
        ([2, 10], 33, 0),  # two of 33 people are 6 percent of one company and 2 of three, ten are 10
        ([2, 10], 50, 0),  # the median company has neither
        (
            [8, 30],
            50,
            1,
        ),  # two people are 8 percent of three companies only in one of 8 or 9; ten cannot stand beside them
    ],
)
def test_lone_teams_and_the_median_company(shares, total, conflicts):
    """A conflict is found only where no totals at all print the figures."""
    assert len(lone_team_conflicts(problem_of(shares, total), "mix", "total")) == conflicts


def test_medians_of_two_splits_that_leave_no_room_for_each_other(tmp_path):
    """Half of the ten are at 8 or under by one split, six at 12 or over by another."""
    rows = [("size", "small", 8, 5), ("size", "large", 8, 5), ("region", "north", 12, 5), ("region", "south", 12, 5)]
    text = "".join(f"coverage,{d},{b},people,{value},people,{n},{value}\n" for d, b, value, n in rows)
    (tmp_path / "tables.csv").write_text(
        f"exhibit,dimension,band,column,value,unit,n,printed\n{text}", encoding="utf-8"
    )

    found = median_conflicts(tmp_path / "tables.csv", {("coverage", "people")})

    assert len(found) >= 1 and "so one is wrong" in found[0].says

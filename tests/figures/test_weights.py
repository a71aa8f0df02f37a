"""Weights: shares, means and medians by weight, the unweighted n beside them, everything in the ledger."""

import sqlite3
from contextlib import closing
from fractions import Fraction

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tallies import tally, whole

from pipeline.audit.recompute import DIFFERENT, EQUAL, recompute, script
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.figures.statistics import mean, median, middle, ratio_of_sums, share, weighted_middle
from pipeline.responses import read_survey

VALUES = st.lists(st.fractions(-50, 50, max_denominator=20), min_size=1, max_size=12)
WEIGHT = st.fractions(Fraction(1, 20), 30, max_denominator=20)

CODEBOOK = """
survey: {id: w, title: Weighted, year: 2026, weight: weight%s}
source: {decimal: "."}
dimensions:
  region: {title: Region, variable: region, bands: [{id: north, label: North}, {id: south, label: South}]}
questions:
  - {id: weight, type: number, text: Weight}
  - {id: region, type: single, text: Region, choices: [{code: north, label: North}, {code: south, label: South}]}
  - {id: owner, type: single, text: Owner, choices: [{code: cs, label: CS}, {code: sales, label: Sales}]}
  - {id: arr, type: number, text: ARR}
  - {id: staff, type: count, text: Staff}
"""
RESPONSES = """\
respondent_id,weight,region,owner,arr,staff
r1,1,north,cs,10,1
r2,2.5,north,sales,20,2
r3,0.5,south,cs,30,3
r4,4,south,cs,40,4
r5,2,south,,,0
"""
EXHIBITS = """
report: {title: T, notebooks: notebooks, dimensions: [region]}
disclosure:
  internal: {withhold: 1, mark: 2, quartiles: 4}
  reviewer: {withhold: 1, mark: 2, quartiles: 4}
  external: {withhold: 10, mark: 20, quartiles: 20}
chapters: [{id: all, title: All, notebook: all.ipynb}]
exhibits:
  - {id: owner, chapter: all, title: Owner, measure: Share, statistic: share, question: owner, add_to_100: all}
  - {id: arr, chapter: all, title: ARR, measure: Median, statistic: median, columns: [{id: arr, question: arr}]}
  - {id: mean_arr, chapter: all, title: ARR, measure: Mean, statistic: mean, columns: [{id: arr, question: arr}]}
  - {id: per, chapter: all, title: Per, measure: Per, statistic: ratio_of_sums, columns: [
      {id: per, question: arr, per: staff}]}
  - {id: number, chapter: all, title: Number, measure: Number, statistic: count, question: owner}
"""


@pytest.fixture
def weighted(tmp_path):
    """An edition of five respondents, tabulated; what is said about the weight can be changed."""

    def make(kind="", responses=RESPONSES):
        (tmp_path / "codebook.yaml").write_text(CODEBOOK % kind)
        (tmp_path / "responses.csv").write_text(responses)
        (tmp_path / "exhibits.yaml").write_text(EXHIBITS)
        survey = read_survey(tmp_path)
        return survey, tabulate(survey, read_report(tmp_path, survey.codebook))

    return make


def one(ledger, cell_id):
    return next(c for c in ledger.cells if c.cell_id == cell_id)


def cell(ledger, cell_id):
    found = one(ledger, cell_id)
    return found.stat, found.numerator, found.denominator, found.n


def test_a_weighted_share_keeps_its_unweighted_n(weighted):
    """CS has 1 + 0.5 + 4 of 8 weight, from three of four respondents; the fifth gave no answer."""
    _, ledger = weighted()

    assert cell(ledger, "owner.overall.all.cs") == (68.75, 5.5, 8, 4)
    assert one(ledger, "owner.overall.all.n").printed == "4"
    assert cell(ledger, "owner.region.north.cs")[0] == pytest.approx(100 / 3.5)


def test_a_weighted_median_mean_and_ratio(weighted):
    """Half of 8 is reached exactly between 30 and 40; the mean is 235 over 8; all have 10 per head."""
    _, ledger = weighted()

    assert cell(ledger, "arr.overall.all.arr") == (35, None, None, 4)
    assert cell(ledger, "mean_arr.overall.all.arr") == (235 / 8, 235.0, 8, 4)
    assert one(ledger, "per.overall.all.per").stat == 10
    assert cell(ledger, "arr.region.north.arr")[0] == 20
    assert "arr.overall.all.arr.p25" not in {c.cell_id for c in ledger.cells}


def test_counts_are_of_respondents(weighted):
    """How many answered is no estimate: nobody is counted twice."""
    _, ledger = weighted()

    assert cell(ledger, "number.overall.all.cs") == (3, 3, 4, 4)


def test_the_ledger_has_the_weight_of_each_member(weighted, tmp_path):
    """A figure can be computed again from its members alone, and the page says that it is weighted."""
    survey, ledger = weighted()
    path = tmp_path / "ledger.sqlite"
    ledger.write_sqlite(path)
    query = """SELECT 100 * SUM(CASE role WHEN 'NUMERATOR' THEN weight END) / SUM(CASE role WHEN 'DENOMINATOR' THEN
        weight END) FROM cell_member WHERE cell_id = 'owner.overall.all.cs'"""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(query).fetchone() == (68.75,)

    assert read_report(tmp_path, survey.codebook).exhibits[0].cut_notes == ("Weighted by Weight; n counts respondents",)


def test_without_a_weight_nobody_is_in_a_weighted_figure(weighted):
    """Blank, zero and negative weights are errors; the respondent is left out with the reason."""
    survey, ledger = weighted(responses=RESPONSES.replace("r2,2.5", "r2,").replace("r3,0.5", "r3,0"))

    found = survey.findings[survey.findings["rule"] == "weight"]
    assert found[["respondent_id", "severity"]].values.tolist() == [["r2", "error"], ["r3", "error"]]
    assert cell(ledger, "owner.overall.all.cs") == (100, 5.0, 5, 2)
    assert {m.respondent_id: m.reason for m in ledger.members_of("owner.overall.all.cs") if m.role == "EXCLUDED"} == {
        "r2": "no_weight", "r3": "no_weight", "r5": "not_answered",
    }  # fmt: skip


def test_a_frequency_is_a_whole_number(weighted):
    """A record stands for so many respondents alike: 2.5 of them is an error."""
    survey, _ = weighted(", weight_kind: frequency")

    assert survey.findings["respondent_id"].tolist() == ["r2", "r3"]


def test_a_weight_must_be_a_number_of_the_codebook(tmp_path, weighted):
    """A name that is not there, or no number, is refused with the nearest."""
    weighted()
    (tmp_path / "codebook.yaml").write_text((CODEBOOK % "").replace("weight: weight", "weight: owner"))

    with pytest.raises(InputError, match=r"'owner' is no number"):
        read_survey(tmp_path)


@given(VALUES, WEIGHT)
def test_equal_weights_are_no_weights(values, weight):
    """Whatever the weight, shares, means, medians and ratios are the plain ones."""
    weights, divisors = [weight] * len(values), whole([abs(v) + 1 for v in values])
    plain, weighted = tally(values), tally(values, weights)
    counts = [v > 0 for v in values]

    assert median(weighted).stat == median(plain).stat
    assert weighted_middle(whole(weights).over) == middle(len(values))
    assert mean(weighted).stat == mean(plain).stat
    assert share(tally(counts, weights)).stat == share(tally(counts)).stat
    assert ratio_of_sums(whole(values), divisors, whole(weights)).stat == ratio_of_sums(whole(values), divisors).stat


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 9)), min_size=1, max_size=12))
def test_whole_weights_repeat_the_answers(pairs):
    """A frequency of three is the same answer three times, as numpy repeats it."""
    values, weights = zip(*pairs, strict=True)
    repeated = np.repeat([v for v, _ in pairs], [w for _, w in pairs])

    assert float(median(tally(values, weights)).stat) == np.median(repeated)
    assert mean(tally(values, weights)).stat == Fraction(int(repeated.sum()), len(repeated))
    counted = share(tally([v > 0 for v in values], weights))
    assert counted.stat == Fraction(100 * int((repeated > 0).sum()), len(repeated))


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 9)), min_size=1, max_size=12), st.floats(0.01, 3))
def test_what_binary_arithmetic_leaves_of_weights_moves_no_median(pairs, times):
    """Weights as a survey tool exports them, with 15 digits of a product, have the median of the exact ones."""
    values, weights = zip(*pairs, strict=True)
    exported = [Fraction(repr(weight * times)) for weight in weights]

    assert median(tally(values, exported)).stat == median(tally(values, weights)).stat


@given(st.lists(st.tuples(st.integers(-20, 20), WEIGHT), min_size=1, max_size=12), WEIGHT)
def test_only_the_proportion_of_weights_counts(pairs, times):
    """Weights that are all multiplied by one number change nothing, and the order of answers does not either."""
    values, weights = zip(*pairs, strict=True)
    once, scaled = tally(values, weights), tally(values, [w * times for w in weights])

    assert median(once).stat == median(scaled).stat == median(tally(values[::-1], weights[::-1])).stat
    assert mean(once).stat == mean(scaled).stat


@pytest.mark.parametrize("audience", ["internal", "external"])
def test_the_second_engine_weighs_too(weighted, tmp_path, audience):
    """Every weighted figure comes out again, in both kinds of query; another weight for one respondent shows."""
    survey, ledger = weighted(responses=RESPONSES.replace("r4,4", "r4,4.4"))
    report = read_report(tmp_path, survey.codebook)
    cells = tabulate(survey, report, audience).cells
    found = recompute(tmp_path, cells, audience, {})
    figures = [v for v in found.verdicts if v.cell_id.partition(".")[0] in {e.id for e in report.exhibits}]

    assert not found.of(DIFFERENT)
    if audience == "internal":
        assert {v.verdict for v in figures} == {EQUAL}
        for cell_id in ("arr.overall.all.arr", "per.region.south.per", "owner.overall.all.cs", "owner.overall.all.n"):
            database = duckdb.connect(config={"autoinstall_known_extensions": False})
            database.execute(f"SET file_search_path = '{tmp_path}'")
            *_, row = [database.execute(line).fetchone() for line in script(tmp_path, cell_id, {}).split(";\n") if line]
            assert row[-1] == pytest.approx(ledger.cell(cell_id).stat)
        weighted()
        moved = {v.cell_id for v in recompute(tmp_path, cells, audience, {}).of(DIFFERENT)}
        assert {"owner.overall.all.cs", "arr.overall.all.arr", "mean_arr.region.south.arr"} <= moved
        assert not any(".n" in cell_id or "north" in cell_id for cell_id in moved)

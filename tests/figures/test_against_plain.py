"""Every statistic over arrays is what it is one respondent after the other, to the last digit."""

import tempfile
from fractions import Fraction
from pathlib import Path

import plain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.figures import read_report, tabulate
from pipeline.figures.contributions import Contributions
from pipeline.figures.draw import QUANTILES, Rows, draw
from pipeline.figures.ledger import DENOMINATOR, EXCLUDED, NUMERATOR
from pipeline.figures.vocabulary import MEDIANS, SHARES
from pipeline.responses import read_survey

CODEBOOK = """
survey: {id: p, title: Plain, year: 2026%s}
source: {decimal: "."}
dimensions:
  region: {title: Region, variable: region, bands: [{id: north, label: North}, {id: south, label: South}]}
  size: {title: Size, variable: money, bands: [{id: low, label: Low, below: 10}, {id: high, label: High, from: 10}]}
  both: {title: Both, cross: [region, size]}
lists:
  parts_list: [{code: a, label: A}, {code: b, label: B}]
questions:
  - {id: weight, type: number, text: Weight}
  - {id: region, type: single, text: Region, choices: [{code: north, label: North}, {code: south, label: South}]}
  - {id: money, type: number, text: Money}
  - {id: staff, type: number, text: Staff, missing: {not_known: [dunno]}}
  - {id: parts, type: number, text: Parts, column: "parts_{item}", items: parts_list}
  - {id: ticks, type: multiple, text: Ticks, choices: [{code: x, label: X}, {code: y, label: Y}, {code: z, label: Z}]}
  - {id: aims, type: ranking, text: Aims, ranked: by_place, column: "aims_{position}", places: 2,
     choices: [{code: k, label: K}, {code: l, label: L}, {code: m, label: M}]}
derived:
  - {id: each, label: Money each, unit: usd, formula: money / staff}
"""
EXHIBITS = """
report: {title: T, notebooks: notebooks, dimensions: [region, size, both]}
disclosure: {internal: {withhold: 1, mark: 2, quartiles: 4, tails: 10}}
chapters: [{id: all, title: All, notebook: all.ipynb}]
exhibits:
  - {id: single, chapter: all, title: T, measure: M, statistic: share, question: region, callouts: [
      {column: how_many, label: North, statistic: count, question: region, answers: [north]}]}
  - {id: several, chapter: all, title: T, measure: M, statistic: share, question: ticks, where: staff > 1}
  - {id: ranked, chapter: all, title: T, measure: M, statistic: share, question: aims}
  - {id: number, chapter: all, title: T, measure: M, statistic: count, question: staff, bins: [
      {id: low, label: Low, from: 0, below: 3}, {id: high, label: High, from: 3, to: 8}]}
  - {id: condition, chapter: all, title: T, measure: M, statistic: share, columns: [
      {id: rich, label: Rich, when: "money > 5 or selected(ticks, 'x')"}]}
  - {id: some, chapter: all, title: T, measure: M, statistic: share_nonzero, columns: [{id: staff, question: staff}]}
  - {id: middle, chapter: all, title: T, measure: M, statistic: median, where: "money > 0 or staff > 2", columns: [
      {id: money, question: money}, {id: each, question: each},
      {id: staff, question: staff, statistic: median_nonzero}, {id: mean, question: each, statistic: mean}]}
  - {id: cut, chapter: all, title: T, measure: M, statistic: mean, question: money, column: mean, cut_by: {size: staff}}
  - {id: ratios, chapter: all, title: T, measure: M, statistic: ratio_of_sums, question: money, per: staff, columns: [
      {id: sums, label: Sums}, {id: means, label: Means, statistic: mean_of_ratios},
      {id: middles, label: Middles, statistic: median_of_ratios}]}
  - {id: mix, chapter: all, title: T, measure: M, statistic: mean_share, question: parts}
  - {id: bare, chapter: all, title: T, measure: M, statistic: mean_share, question: parts, columns: [], callouts: [
      {column: a, label: A, statistic: mean_share, question: parts},
      {column: north, label: North, statistic: share, question: region, answers: [north]}]}
  - {id: items, chapter: all, title: T, measure: M, statistic: median, rows: {items: parts_list, dimension: part,
      title: Part}, columns: [{id: middle, question: parts}]}
"""
HEADER = "respondent_id,weight,region,money,staff,parts_a,parts_b,ticks,aims_1,aims_2"

NUMBER = st.one_of(
    st.integers(-3, 12).map(str),
    st.sampled_from(["", "", "0.1", "0.2", "0.3", "2.5", "9.99", "10", "123456789.12", "0.333333333333333314", "1e15"]),
    st.decimals(-5, 50, places=3).map(str),
    st.floats(0.001, 1e6).map(repr),
)
ROW = st.tuples(
    st.sampled_from(["1", "2", "0.5", "0.1", "3.75", "0", ""]),
    st.sampled_from(["North", "South", ""]),
    NUMBER,
    st.one_of(NUMBER, st.integers(0, 9).map(str), st.just("dunno")),
    NUMBER,
    st.one_of(NUMBER, st.just("0")),
    st.sampled_from(["", "X", "X;Y", "Z", "Y;Z"]),
    st.sampled_from(["", "K", "L"]),
    st.sampled_from(["", "M"]),
)


def edition(folder, rows, weight):
    """A survey and its report, from rows that are as they were typed."""
    lines = [",".join((f"r{i}", *row)) for i, row in enumerate(rows)]
    (folder / "responses.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    (folder / "codebook.yaml").write_text(CODEBOOK % (", weight: weight" if weight else ""))
    (folder / "exhibits.yaml").write_text(EXHIBITS)
    survey = read_survey(folder)
    return survey, read_report(folder, survey.codebook)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=14), st.booleans())
def test_every_figure_is_what_it_is_the_plain_way(rows, weight):
    """Value, both parts of it, n, quantiles, and of each respondent the value, the weight or the reason."""
    with tempfile.TemporaryDirectory() as folder:
        survey, report = edition(Path(folder), rows, weight)
        thresholds = report.thresholds("internal")
        positions, contributions = Rows(survey), Contributions(survey)
        for exhibit in report.exhibits:
            for (row, measure), drawn in draw(exhibit, positions, contributions, thresholds).items():
                expected = plain.contributions(survey, exhibit, measure, row)
                used = [c for c in expected.values() if c[0] is not None]
                shown = [drawn.column[position] for position in (*drawn.used, *drawn.left_out)]
                assert {c.respondent: (c.value, c.reason, c.weight) for c in shown} == {
                    who: (value, reason, weighs) for who, (value, reason, _, _, weighs) in expected.items()
                }
                assert drawn.figure.n == len(used)
                if not used:
                    assert drawn.figure.stat is None
                    continue
                figure, (stat, *parts) = drawn.figure, plain.figure(measure.statistic, used)
                assert figure.stat == (stat if stat is None or measure.statistic in SHARES else plain.on_paper(stat))
                assert [figure.numerator, figure.denominator] == parts
                for name, value in drawn.quantiles.items():
                    assert value == plain.on_paper(plain.quantile([c[0] for c in used], QUANTILES[name][0]))
                wide = measure.statistic in MEDIANS and used[0][4] is None
                assert bool(drawn.quantiles) == (wide and len(used) >= thresholds.quartiles)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=14), st.booleans())
def test_the_members_of_every_figure_are_those_of_the_plain_way(rows, weight):
    """Ranks are the order of the answers, equal ones as in the export; the answers that decide give the median."""
    with tempfile.TemporaryDirectory() as folder:
        survey, report = edition(Path(folder), rows, weight)
        ledger = tabulate(survey, report)
        for exhibit in report.exhibits:
            for row in exhibit.rows:
                for measure in exhibit.measures:
                    expected = plain.contributions(survey, exhibit, measure, row)
                    cell = ledger.cell(f"{exhibit.id}.{row.dimension}.{row.band}.{measure.id}")
                    members = ledger.members_of(cell.cell_id)
                    used = {m.respondent_id: m for m in members if m.role == DENOMINATOR}
                    values = {who: c[0] for who, c in expected.items() if c[0] is not None}
                    assert {who: m.value for who, m in used.items()} == {w: float(v) for w, v in values.items()}
                    assert {m.respondent_id for m in members if m.role == EXCLUDED} == expected.keys() - values.keys()
                    if measure.statistic in MEDIANS and values:
                        ranked = sorted(values, key=values.get)
                        assert [who for who, m in sorted(used.items(), key=lambda i: i[1].order_rank)] == ranked
                        pivots = [values[who] for who, m in used.items() if m.is_pivot]
                        assert cell.stat == float(plain.on_paper(sum(pivots) / len(pivots)))
                    elif any(m.role == NUMERATOR for m in members):
                        assert {m.respondent_id for m in members if m.role == NUMERATOR} == {
                            who for who, value in values.items() if value
                        }


def test_the_plain_way_finds_a_wrong_figure(monkeypatch, tmp_path):
    """Were a median taken one place too high, it would not agree."""
    survey, report = edition(tmp_path, [("1", "North", str(i), "1", "1", "1", "X", "K", "M") for i in range(5)], False)
    monkeypatch.setattr("pipeline.figures.statistics.middle", lambda n: (n // 2 + 1,))
    exhibit = report.exhibit("middle")
    row, measure = exhibit.rows[0], exhibit.measures[0]
    drawn = draw(exhibit, Rows(survey), Contributions(survey), report.thresholds("internal"))[row, measure]
    used = [c for c in plain.contributions(survey, exhibit, measure, row).values() if c[0] is not None]

    assert drawn.figure.stat != plain.figure(measure.statistic, used)[0] == Fraction(5, 2)


def test_five_hundred_for_each_respondent_change_no_value(tmp_path):
    """Shares, means, ratios and medians are the same when everybody stands there so often; n and counts grow."""
    rows = [
        ("2", "North", "0.1", "3", "1", "2", "X;Y", "K", "M"),
        ("0.5", "South", "10", "dunno", "0", "0", "Z", "L", ""),
        ("1", "North", "7.25", "2", "5", "1", "X", "", "M"),
        ("3.75", "South", "9.99", "7", "2", "2", "X", "K", ""),
    ]
    ledgers = []
    for name, times in (("one", 1), ("many", 500)):
        (tmp_path / name).mkdir()
        ledgers.append(tabulate(*edition(tmp_path / name, rows * times, True)))
    one, many = ({c.cell_id: c for c in ledger.cells if c.exhibit in ledger.exhibits} for ledger in ledgers)

    assert set(one) <= set(many)
    for cell_id, cell in one.items():
        times = 500 if cell.stat_name in ("n", "count") and cell.stat else 1
        assert many[cell_id].stat == (cell.stat and cell.stat * times)
        assert many[cell_id].n == 500 * cell.n


def test_shares_beside_a_short_decimal_still_add_to_100(tmp_path):
    """One of the two is taken for a decimal of twelve digits and the other is not; the row is whole all the same."""
    survey, _ = edition(tmp_path, [("1", "North", "0", "0", "1", "123456789.12", "", "", "")], False)
    adding = EXHIBITS.replace("{id: mix, chapter: all,", "{id: mix, chapter: all, add_to_100: all,")
    (tmp_path / "exhibits.yaml").write_text(adding)
    ledger = tabulate(survey, read_report(tmp_path, survey.codebook))

    assert [ledger.cell(f"mix.overall.all.{item}").printed for item in "ab"] == ["<1%", "100%"]

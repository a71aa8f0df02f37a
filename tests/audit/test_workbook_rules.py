"""The workbook over answers of every kind and rules of every function: the figures of the pipeline are what it must
come to, cell by cell."""

import textwrap

import pytest

from pipeline.audit.workbook import FILE, unlisted_of, verdicts_of
from pipeline.audit.workbook.facts import QUOTED
from pipeline.audit.workbook.plan import read_plan
from pipeline.audit.workbook.recalculate import read_values, recalculate, spreadsheet
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

pytestmark = pytest.mark.skipif(spreadsheet() is None, reason="no LibreOffice (Debian: libreoffice-calc-nogui)")

CODEBOOK = """
survey: {id: odd, title: Odd answers, year: 2026, respondent: firm, respondents: firms{weight}}
source:
  kind: tidy
  id: id
  decimal: ","
  currency: EUR
  ranges: midpoint
  system: [state, sent]
  missing: {not_applicable: [n/a], refused: [no comment]}
records:
  - {id: test, where: "state == 'test' or matches(name, '^x+$')", reason: a test}
  - {id: tiny, where: "size < 2 and not answered(name)", reason: too small}
  - {id: twice, duplicate_of: [name], keep: first, reason: an earlier response counts}
  - {id: later, duplicate_of: [colour, since], keep: latest, by: sent, reason: a later response counts}
  - {id: secret, where: "missing_reason(size) == 'refused'", reason: would not say}
dimensions:
  size: {title: Size, variable: size, bands: [
    {id: small, label: Small, to: 10}, {id: middle, label: Middle, above: 10, to: 50}, {id: large, label: Large, above: 50}]}
  colour: {title: Colour, variable: colour, bands: [{id: red, label: Red}, {id: Teal, label: Teal}, {id: blue, label: Bleu}]}
  both: {title: Both, cross: [size, colour]}
questions:
  - {id: name, type: text, text: Name}
  - {id: size, type: number, text: Size}
  - {id: colour, type: single, text: Colour, accepts_other: false, choices: [
      {code: red, label: "Red?"}, {code: Teal, label: "<Teal>"}, {code: blue, label: "b*", aliases: ["=bleu"]}]}
  - {id: tools, type: multiple, spread: true, text: Tools, choices: [{code: saw, label: Saw}, {code: axe, label: Axe}, {code: none, label: None}], exclusive: [none]}
  - {id: pets, type: multiple, text: Pets, choices: [{code: dog, label: "Dog, big"}, {code: cat, label: Cat}, {code: other, label: Other}]}
  - {id: aims, type: ranking, places: 2, text: Aims, column: "aims_{position}", choices: [{code: a, label: Aim A}, {code: b, label: Aim B}, {code: c, label: Aim C}]}
  - {id: share, type: percent, text: Share, unit: percent, asked_if: "size > 5", hard: [0, 100]}
  - {id: paid, type: money, text: Paid, unit: eur}
  - {id: since, type: date, text: Since}
  - {id: weight, type: number, text: Weight}
derived:
  - {id: ratio, label: Paid per head, formula: "paid / (size - 3)", unit: eur}
  - {id: twice_size, label: Twice the size, formula: "-(-2 * size) + 0", unit: people}
checks:
  - {id: share_fits, assert: "share <= 99", severity: error, message: "{share} is too much"}
"""  # noqa: E501

RESPONSES = """
id;state;sent;name;size;colour;tools [Saw];tools [Axe];tools [None];pets;aims_1;aims_2;share;paid;since;weight
r01;live;2026-01-01 10:00;Ash;3;red;1;;;Dog, big, Cat;Aim A;Aim B;;1.000,50;2020-01-31;1
r02;live;2026-01-01 11:00;Bay;12,5;<Teal>;;1;;Cat;Aim B;;15%;2mm;2021-05-06;2
r03;live;2026-01-02 10:00;Cob;60;=bleu;;;1;Dog, big;;Aim C;40;€ 3,4k;2019-12-01;0,5
r04;test;2026-01-02 11:00;Dot;4;red;1;1;;Cat;Aim A;Aim C;;500;;1
r05;live;2026-01-03 10:00;xxx;9;red;1;;;;Aim A;Aim B;10;500;;1
r06;live;2026-01-03 11:00;Elm;10;TEAL?;;;;n/a;Aim C;Aim A;n/a;10-20;2022-02-02;1,5
r07;live;2026-01-04 10:00;ash;44;b*;1;1;;Cat, ants;Aim C;Aim B;5;800;2020-01-31;0
r08;live;2026-01-04 11:00;;1;red;;;;Cat;;;;;;1
r09;live;2026-01-05 10:00;Fir;-5;Red?;0;0;0;Dog, big;Aim B;Aim A;;-700,25;2018-03-04;3
r10;live;2026-01-05 11:00;no comment;50;blue;1;;1;Cat;Aim A;;100;none;2020-01-31;
;live;2026-01-06 10:00;Gum;20;red;1;;;Cat;Aim A;;20;100;;1
r02;live;2026-01-06 11:00;Hay;20;red;1;;;Cat;Aim A;;20;100;;1
r11;live;2026-01-06 12:00;Ivy;7;<teal>;;1;;Dog, big;Aim A;Aim C;33,3;~30;2020-06-07;2,5
r13;live;2026-01-07;Kay;14;Red?;1;;;Cat;Aim B;;12;90;2018-03-04;1
r14;live;2026-01-07;Lea;no comment;red;1;;;Cat;Aim B;;12;91;2018-03-09;1
r12;live;2026-01-06 13:00;Jay;0,5;red;;1;;;;;7;12;2021-01-01;1
"""

RULES = {
    "answered": "answered(size, pets)",
    "selected": "selected(tools, 'saw') and not tools.axe",
    "exclusive": "exclusive(tools)",
    "distinct": "distinct(aims)",
    "sums": "sum(size, paid) > 100",
    "counts": "count(tools) >= 1 or count(size, paid, share) == 3",
    "between": "between(share, 10, 40)",
    "within": "within_factor(size, share, 3)",
    "logs": "log10(size) >= 1",
    "bands": "band(size * 2, 'size') == 'large'",
    "band_of": "band(size, 'size') != 'small' or colour == 'red'",
    "matches": "matches(name, '(?i)^[a-c]')",
    "chained": "0 < size <= 10",
    "chosen": "colour in ('red', 'Teal') and size not in (3, 60)",
    "places": "aims.1 == 'a' or aims.2 == 'c'",
    "dates": "since >= 18000",
    "divided": "paid / (size - 3) > 10",
    "negative": "-size > 1 or +size > 40",
    "means": "mean(size, share) > 10",
    "negated": "not (size > 10 and share < 50)",
    "system": "ratio > 0 or twice_size > 20",
}

EXHIBITS = """
report: {{title: Odd, notebooks: notebooks, dimensions: [size, colour]}}
chapters: [{{id: all, title: All, notebook: all.ipynb}}]
exhibits:
  - {{id: rules, chapter: all, title: Rules, measure: m, statistic: share, columns: [{rules}]}}
  - {{id: colours, chapter: all, title: Colours, measure: m, statistic: share, question: colour, add_to_100: all, decimals: 1}}
  - {{id: tools, chapter: all, title: Tools, measure: m, statistic: share, question: tools}}
  - {{id: pets, chapter: all, title: Pets, measure: m, statistic: count, question: pets, where: "size > 2"}}
  - {{id: aims, chapter: all, title: Aims, measure: m, statistic: share, question: aims,
      columns: [{{id: a}}, {{id: b_or_c, label: B or C, answers: [b, c]}}]}}
  - {{id: numbers, chapter: all, title: Numbers, measure: m, statistic: median, columns: [
      {{id: size, question: size}}, {{id: share, question: share}}, {{id: paid, question: paid, decimals: 2}}, {{id: ratio, question: ratio}},
      {{id: mean_size, question: size, statistic: mean, decimals: 3, label: Mean}}, {{id: paid_mean, question: paid, statistic: mean, unit: eur}},
      {{id: sum_by_sum, question: paid, per: size, statistic: ratio_of_sums}}, {{id: nonzero, question: share, statistic: share_nonzero}},
      {{id: of_ratios, question: paid, per: size, statistic: mean_of_ratios, unit: times}}]}}
  - {{id: cut, chapter: all, title: Cut, measure: m, statistic: median, question: paid, column: paid, dimensions: [size, both], cut_by: {{size: share}}}}
  - {{id: bins, chapter: all, title: Bins, measure: m, statistic: count, question: share, dimensions: [colour], bins: [
      {{id: low, label: Low, from: 5, below: 15}}, {{id: high, label: High, from: 15, to: 40}}]}}
"""  # noqa: E501

DECISIONS = """
seq,finding_id,respondent_id,question_id,action,old_value,new_value,reason_code,reason,evidence,author,at_utc,reviewer,codebook_version,source_sha256
1,,r01,size,correct,3,"1.250,5",typo,a digit was lost,,A,,,,
2,,r03,share,exclude,40,,implausible,no share,,A,,,,
3,,r07,tools.axe,correct,1,,typo,not ticked,,A,,,,
4,,r11,colour,correct,<teal>,b*,typo,another blue,,A,,,,
5,,r01,size,correct,"1.250,5",25,typo,again,,A,,,,
6,,r12,,exclude,,,test,not a firm,,A,,,,
7,,r02,aims.2,correct,,Aim C,typo,told later,,A,,,,
"""


@pytest.fixture(scope="module", params=["plain", "weighted"])
def plan(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("odd")
    edition, output = folder / "edition", folder / "out"
    edition.mkdir()
    output.mkdir()
    columns = ", ".join(f'{{id: {name}, label: {name}, when: "{rule}"}}' for name, rule in RULES.items())
    weight = ", weight: weight" if request.param == "weighted" else ""
    texts = {
        "codebook.yaml": CODEBOOK.replace("{weight}", weight),
        "responses.csv": RESPONSES,
        "exhibits.yaml": EXHIBITS.format(rules=columns),
        "decisions.csv": DECISIONS,
    }
    for name, text in texts.items():
        (edition / name).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    survey = read_survey(edition)
    ledger = tabulate(survey, read_report(edition, survey.codebook))
    ledger.write_csv(output / "ledger.csv")
    ledger.write_sqlite(output / "ledger.sqlite")
    return read_plan(edition, output)


def test_every_figure_ties_out(plan, tmp_path):
    """Also what counts: records of a test, too small, sent twice; an answer withheld, one in doubt, one corrected."""
    values = read_values(recalculate(plan.write(tmp_path / FILE), tmp_path / "computed.xlsx"))
    verdicts = verdicts_of(plan, values)

    assert {cell_id for cell_id, verdict in verdicts.items() if verdict not in ("OK", "QUOTED")} == set()
    assert unlisted_of(plan, values) == []
    quoted = {cell_id for cell_id, verdict in verdicts.items() if verdict == "QUOTED"}
    assert all(c.startswith("findings.") or c.split(".")[-1] in QUOTED for c in quoted)
    in_doubt = [c for c in plan.surveys[0].received.corrections if c.action == "withhold"]
    assert [(c.respondent_id, c.slot) for c in in_doubt] and len(verdicts) - len(quoted) > 150

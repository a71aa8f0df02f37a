"""The second engine reads every kind of export by itself: one survey in each layout, waves, ids that it makes."""

import shutil
from pathlib import Path

import pytest

from pipeline.audit.recompute import DIFFERENT, EQUAL, recompute
from pipeline.audit.recomputed import open_errors_of
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey
from pipeline.responses.schema import NUMERIC

TESTS = Path(__file__).parents[2]
LAYOUTS = sorted(path.parent for path in (TESTS / "responses" / "exports").glob("*/codebook.yaml"))
HEAD = """
report: {title: T, notebooks: notebooks, dimensions: []}
disclosure: {internal: {withhold: 1, mark: 2, quartiles: 4}}
chapters: [{id: all, title: All, notebook: all.ipynb}]
exhibits:
"""
DECISIONS = (
    "seq,finding_id,respondent_id,question_id,action,old_value,new_value,reason_code,reason,evidence,author,at_utc,"
    "reviewer,codebook_version,source_sha256\n1,,{},{},correct,{},{},typo,A slip,,A. Analyst,,,,\n"
)


def exhibits_for(codebook):
    """An exhibit of each question that can have one: shares of choices, medians of numbers."""
    lines = []
    for variable in codebook.variables().values():
        kind, name = codebook.questions[variable.question].type, variable.name
        if kind in ("multiple", "ranking"):
            name = variable.question
        if kind in ("single", "multiple", "ranking") or kind in NUMERIC:
            statistic = "median" if kind in NUMERIC else "share"
            id_ = name.replace(".", "_")
            line = f"  - {{id: {id_}, chapter: all, title: T, measure: M, statistic: {statistic}, question: {name}}}\n"
            lines += [line] if line not in lines else []
    return HEAD + "".join(lines)


def both(edition):
    """The ledger, and what the second engine makes of its exhibits: (equal, different, without a verdict)."""
    survey = read_survey(edition)
    (edition / "exhibits.yaml").write_text(exhibits_for(survey.codebook), encoding="utf-8")
    report = read_report(edition, survey.codebook)
    ledger = tabulate(survey, report)
    found = recompute(edition, ledger.cells, "internal", open_errors_of(ledger.surveys))
    names = {exhibit.id for exhibit in report.exhibits}
    counts = [sum(v.cell_id.partition(".")[0] in names for v in found.of(kind)) for kind in (EQUAL, DIFFERENT)]
    return ledger, counts, found.of(DIFFERENT), sum(c.exhibit in names for c in ledger.cells)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.name)
def test_figures_of_every_export_kind_are_equal(tmp_path, layout):
    """Header rows, columns per choice and per row, joined choices, ranks, made ids: each figure comes out again."""
    edition = Path(shutil.copytree(layout, tmp_path / layout.name))
    export = next(path for path in edition.iterdir() if path.name.startswith("responses."))
    stated = (edition / "codebook.yaml").read_text(encoding="utf-8")
    content = export.read_bytes()  # read here in UTF-8 alone
    encoding = "cp1252" if "cp1252" in stated else "utf-16" if content.startswith(b"\xff\xfe") else "utf-8"
    export.write_bytes(content.decode(encoding).encode())
    (edition / "codebook.yaml").write_text(stated.replace("encoding: cp1252", "encoding: utf-8"), "utf-8")
    _, (equal, other), different, cells = both(edition)

    assert not different
    assert (equal, other) == (cells, 0)
    assert cells > 20


def test_a_correction_finds_the_id_that_both_engines_make(tmp_path):
    """Google Forms names nobody; a decision about a made id moves the figure in both engines alike."""
    edition = Path(shutil.copytree(TESTS / "responses" / "exports" / "google_forms", tmp_path / "google_forms"))
    survey = read_survey(edition)
    who = next(r for r in survey.answers.index if survey.answers.at[r, "cs_people"] > 0)
    line = DECISIONS.format(who, "cs_people", survey.cell_of(who, "cs_people").text, 4321)
    (edition / "decisions.csv").write_text(line, encoding="utf-8")
    ledger, (equal, _), different, cells = both(edition)

    assert not different and equal == cells
    assert 4321 in {m.value for m in ledger.members_of("cs_people.overall.all.median")}


def test_waves_stand_ins_and_orders(tmp_path):
    """Ids within a wave, the wave as an answer, a column that stands in, ranks and an order in one cell."""
    (tmp_path / "codebook.yaml").write_text("""
survey: {id: w, title: W, year: 2026}
source: {kind: tidy, decimal: ".", waves: {"2015": [old.csv], "2016": [new.csv]}}
questions:
  - {id: arr, type: number, text: ARR, coalesce: [revenue]}
  - {id: year, type: single, text: Year, column: wave, choices: [
      {code: "2015", label: "2015"}, {code: "2016", label: "2016"}]}
  - {id: aims, type: ranking, ranked: in_order, places: 2, text: Aims, choices: [
      {code: a, label: "A, first"}, {code: b, label: B}]}
  - {id: rank, type: ranking, ranked: by_choice, places: 3, text: Rank, column: "rank__{item}", choices: [
      {code: x, label: X}, {code: y, label: Y}, {code: z, label: Z}]}
""", encoding="utf-8")  # fmt: skip
    head = "respondent_id,arr,revenue,aims,rank__x,rank__y,rank__z\n"
    (tmp_path / "old.csv").write_text(head + 'r1,1,,"B, A, first",2,1,\nr2, ,7,B,1,1,2\n', encoding="utf-8")
    (tmp_path / "new.csv").write_text(head + "r1,3,9,what,,,1\nr2,,,,3,2,1\n", encoding="utf-8")
    ledger, (equal, _), different, cells = both(tmp_path)

    assert not different and equal == cells
    assert ledger.cell("arr.overall.all.median").stat == 3
    assert ledger.cell("rank.overall.all.x").printed == "67%"  # withheld: two are first

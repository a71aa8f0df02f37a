"""Which figures the decisions moved, from what, and because of which."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.figures import read_report, tabulate
from pipeline.figures.moved import Moved, moved_figures
from pipeline.responses import read_survey
from pipeline.responses.decisions import COLUMNS

SMALL = Path(__file__).parents[1] / "small"


def moved(edition):
    survey = read_survey(edition)
    report = read_report(edition, survey.codebook)
    return {m.cell_id: m for m in moved_figures(tabulate(survey, report), report)}


@pytest.fixture(scope="module")
def small():
    return moved(SMALL)


def test_a_correction_frees_what_an_error_had_withheld(small):
    """R05's two retention answers contradict each other: without decision 1 neither counts, with it both do."""
    retention = {cell_id: m for cell_id, m in small.items() if cell_id.startswith("retention.overall")}

    assert str(retention["retention.overall.all.n"]) == "moved from 10 to 11 because of decision 1"
    assert {m.because for m in small.values()} == {("1",)}


def test_an_acceptance_of_a_warning_moves_nothing(small):
    """Decision 2 leaves R10's answers as they are."""
    assert not any("2" in m.because for m in small.values())


def test_without_decisions_nothing_is_moved(tmp_path, monkeypatch):
    """The same survey before anyone decided; it is not read again to find that out."""
    edition = shutil.copytree(SMALL, tmp_path / "small")
    (edition / "decisions.csv").unlink()
    monkeypatch.delattr("pipeline.figures.moved.read_undecided")
    assert moved(edition) == {}


def test_a_correction_of_a_band_moves_both_bands(tmp_path):
    """R01 in another band: one figure loses a company, the other gains it, both for the same reason."""
    edition = shutil.copytree(SMALL, tmp_path / "small")
    with (edition / "decisions.csv").open("a", encoding="utf-8") as file:
        file.write('3,,R01,arr,correct,"2,000,000",20000000,unit,a zero was missing,,A. Analyst,,,,\n')
    found = moved(edition)

    bases = {m.cell_id: (m.before, m.after, m.because) for m in found.values() if m.cell_id.endswith("m.n")}
    assert bases["support_owner.arr.lt_10m.n"] == ("3", "2", ("3",))
    assert bases["support_owner.arr.10_50m.n"] == ("5", "6", ("3",))


def test_a_fix_is_named_like_a_decision(tmp_path):
    """By its id in the codebook."""
    edition = shutil.copytree(SMALL, tmp_path / "small")
    fix = "fixes:\n  - {id: zero, question: arr, when: arr < 3_000_000, to: arr * 10, reason: a zero was missing}\n"
    with (edition / "codebook.yaml").open("a", encoding="utf-8") as file:
        file.write(fix)
    assert moved(edition)["support_owner.arr.lt_10m.n"].because == ("fix zero",)


def test_it_reads_as_a_sentence():
    """As a reviewer says it."""
    figure = Moved("a", "4", "5", ("4", "9"))
    assert str(figure) == "moved from 4 to 5 because of decisions 4 and 9"
    assert replace(figure, because=("4", "9", "12", "fix zero")).reason == "decisions 4, 9 and 12 and fix zero"


def test_who_lost_an_answer_to_a_correction_of_another_one_is_named_too(tmp_path):
    """R01's first part no longer adds up with the second, which is withheld; R02 is excluded: both moved the second."""
    (tmp_path / "codebook.yaml").write_text("""
survey: {id: m, title: M, year: 2026}
source: {decimal: "."}
questions:
  - {id: mix, type: allocation, total: 100, text: Mix, items: [{code: a, label: A}, {code: b, label: B}]}
""")
    (tmp_path / "responses.csv").write_text("respondent_id,mix__a,mix__b\nR01,60,40\nR02,50,50\nR03,90,10\n")
    (tmp_path / "exhibits.yaml").write_text("""
report: {title: T, notebooks: notebooks, dimensions: []}
chapters: [{id: all, title: All, notebook: all.ipynb}]
exhibits: [{id: b, chapter: all, title: B, measure: B, statistic: mean, question: mix.b}]
""")
    lines = ("1,,R01,mix.a,correct,60,70,typo,x,,me,,,,", "2,,R02,,exclude,,,test,x,,me,,,,")
    (tmp_path / "decisions.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")

    assert moved(tmp_path)["b.overall.all.mean"].because == ("1", "2")

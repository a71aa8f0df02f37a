"""Definitions of the further kinds that cannot be computed, each beside the same file without the fault."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.figures.exhibits import read_exhibits

KINDS = Path(__file__).parent / "kinds"
TEXT = (KINDS / "exhibits.yaml").read_text(encoding="utf-8")
TWO = "{id: lt_100, label: Under 100%, from: 90, below: 100}"  # the bins of nrr_bins
POINTS = "points: {x: payback, y: grr}"


@pytest.mark.parametrize(
    ("was", "becomes", "line_of", "says"),
    [
        # text
        ("layout: cards\n", "layout: crads\n", "layout: crads", "'crads' is not known here; did you mean 'cards'?"),
        ("    layout: cards\n", "", "- id: intro", "a text exhibit needs a layout"),
        ("layout: cards\n", "layout: cards\n    question: nrr\n", "- id: intro", "it has no key 'question'"),
        ("chart: ranked\n", "layout: prose\n", "- id: owners", "only a text exhibit has a layout"),
        ("    measure: Owner of support\n", "", "- id: owners", "key 'measure' is missing"),
        ("chart: tiles\n", "chart: tile\n", "chart: tile", "'tile' is not known here; did you mean 'tiles'?"),
        # headlines over other exhibits
        ("largest('owners.", "largest('owner.", "says: \"Support owns", "unknown exhibit 'owner'"),
        ("largest('owners.overall.all')", "largest('owners.arr.big')", "says: \"Support owns", "unknown row 'arr.big'"),
        ("falls('owners.arr'", "falls('owners.motion'", "says: \"Net", "unknown dimension 'motion'"),
        ("'support')\"", "'suport')\"", "says: \"Net", "unknown column 'suport'; did you mean 'support'?"),
        ("{n_of.overall.all.n}", "{n_of.overall.all.m}", "says: \"Support owns",
         "unknown address 'n_of.overall.all.m'"),
        ("n('owners.overall.all')", "n('owners.overall')", "says: \"Support owns", "unknown address 'owners.overall'"),
        # bins
        (TWO, TWO.replace("below: 100", "to: 100"), "{id: gte_100", "bands 'lt_100' and 'gte_100' overlap at 100"),
        (TWO, TWO.replace("below: 100", "below: 99"), "{id: gte_100", "there is a gap at 99"),
        (TWO, TWO.replace("from: 90", "from: 100"), "{id: lt_100, label: Under 100%, from: 100",
         "band 'lt_100' ends before it begins"),
        (TWO, TWO.replace("id: lt_100", "id: gte_100"), "{id: gte_100, label: 100%",
         "the bin 'gte_100' is defined twice"),
        (TWO, TWO.replace("from: 90", "form: 90"), "form: 90", "unknown key 'form'; did you mean 'from'?"),
        ("    question: nrr\n    bins:\n      - {id: lt_100, label: Under 100%, from",
         "    question: owner\n    bins:\n      - {id: lt_100, label: Under 100%, from",
         "bins:\n      - {id: lt_100, label: Under 100%, from", "bins cut a number, and no column here"),
        ("question: nrr\n    bins", "question: people\n    bins", "question: people\n", "unknown question 'people'"),
        ("    dimensions: []\n", "    columns: [lt_100, gt_100]\n", "columns: [lt", "answer of nrr 'gt_100'; did you"),
        # conditions
        ('when: "nrr >= 100"', 'when: "nrr >="', "{column: at_least", "'nrr >=' is not an expression"),
        ('when: "nrr >= 100"', 'when: "nr >= 100"', "{column: at_least", "unknown name 'nr'; did you mean 'nrr'?"),
        ('when: "nrr >= 100"', 'when: "nrr"', "{column: at_least", "'nrr' does not say yes or no"),
        ('when: "nrr >= 100"', 'when: "1 < 2"', "{column: at_least", "'1 < 2' asks for no answer"),
        ("question: grr, when", "question: gr, when", "{column: keeps", "unknown question 'gr'; did you mean 'grr'?"),
        ("statistic: share, when", "statistic: median, when", "{column: at_least", "has a share or a count, not a med"),
        ("question: people, per: people", "when: people.support > 1, statistic: share", "columns: [{id: ratio",
         "cannot be cut into items"),
        # ratios
        ("label: Median}\n    dim", "label: Median, statistic: median, per: grr}\n    dim",
         "{id: ratio, label: Median, st",
         "only a ratio is per something, not a median"),
        ("statistic: median_of_ratios", "statistic: median", "per: people.success", "only a ratio is per something"),
        ("    per: people.success\n", "", "{id: weighted", "a ratio_of_sums needs per, the number that is divided by"),
        ("per: people.success\n", "per: people.sucess\n", "per: people.sucess",
         "unknown question 'people.sucess'; did"),
        ("per: people.success\n", "per: owner\n", "per: owner", "'owner' is single, not a number"),
        ("question: people, per: people", "question: people, per: grr", "columns: [{id: ratio",
         "unknown question 'grr.s"),
        # sub-surveys
        ("survey: panel\n    question", "survey: pannel\n    question", "survey: pannel",
         "sub-survey 'pannel'; did you"),
        ("survey: panel\n    question: grr", "survey: panel\n    question: nrr", "question: nrr\n    column: grr",
         "unknown question 'nrr'"),
        ("column: grr\n", "column: grr\n    dimensions: [motion]\n", "dimensions: [motion]\n\n  - id: panel_payback",
         "unknown dimension 'motion'"),
        # changes
        ("column: nrr, reference", "column: nr, reference", "{column: nr, ref", "unknown column 'nr'; did you mean"),
        ("reference: grew_last_year", "reference: grew_lastyear", "{column: at_least_100, ref", "reference 'grew_last"),
        ("band: motion.product_led", "band: motion.product", "{column: nrr, band", "unknown row 'motion.product'"),
        ("reference: grew_last_year", "reference: support_people_last_year", "{column: at_least_100, ref",
         "'support_people_last_year' is a figure in people, not in share"),
        ("reference: grew_last_year", "reference: none_last_year", "{column: at_least_100, ref",
         "is 0, so there is no"),
        ("as: points", "as: point", "{column: nrr, ref", "'point' is not known here; did you mean 'points'?"),
        ("{column: nrr, band: motion.product_led,", "{column: nrr,", "{column: nrr, reference: nrr_last_year, as: per",
         "the change of 'nrr' in overall.all is defined twice"),
        # points
        (POINTS, "points: {x: payback, y: grrr}", "points:", "unknown question 'grrr'; did you mean 'grr'?"),
        (POINTS, "points: {x: payback, y: payback}", "points:", "'payback' cannot be set against itself"),
        (POINTS, "points: {x: payback}", "points:", "key 'y' is missing"),
        (f"    {POINTS}\n", "", "- id: panel_payback", "a scatter needs the statistic points and the key points"),
        ("statistic: points\n", "statistic: median\n", "- id: panel_payback", "a scatter needs the statistic points"),
        (POINTS, f"{POINTS}\n    columns: [grr]", "- id: panel_payback",
         "a scatter has two axes, and no key 'columns'"),
        ("{id: mean, label: Mean, statistic: mean_of", "{id: mean, label: Mean, statistic: points} #", "{id: mean,",
         "a column needs a statistic of its own, not points"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_computed_is_refused_with_its_line(tmp_path, survey, was, becomes, line_of, says):
    """One sentence that names the file, the line and what is wrong; the same file without the fault is read."""
    shutil.copytree(KINDS, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "exhibits.yaml"
    assert was in TEXT
    text = TEXT.replace(was, becomes, 1)
    assert read_exhibits(path, survey.codebook).title == "Kinds of exhibit"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        read_exhibits(path, survey.codebook)

    assert says in caught.value.message
    assert caught.value.file == path and caught.value.key
    assert caught.value.line == text[: text.index(line_of)].count("\n") + 1


def test_an_edition_without_sub_surveys_says_that_there_is_none(tmp_path, survey):
    """The folder is gone: its exhibits are refused before anything is computed."""
    (tmp_path / "exhibits.yaml").write_text(TEXT, encoding="utf-8")
    shutil.copy(KINDS / "references.csv", tmp_path)

    with pytest.raises(InputError, match="unknown sub-survey 'panel'"):
        read_exhibits(tmp_path / "exhibits.yaml", survey.codebook)


def test_a_fault_in_a_sub_survey_names_the_file_of_the_sub_survey(tmp_path, survey):
    """Its codebook is read as strictly as the edition's own."""
    shutil.copytree(KINDS, tmp_path, dirs_exist_ok=True)
    codebook = tmp_path / "panel" / "codebook.yaml"
    codebook.write_text(codebook.read_text(encoding="utf-8").replace("title: ARR\n", "titel: ARR\n"), encoding="utf-8")

    with pytest.raises(InputError, match="unknown key 'titel'") as caught:
        read_exhibits(tmp_path / "exhibits.yaml", survey.codebook)

    assert caught.value.file == codebook and caught.value.line

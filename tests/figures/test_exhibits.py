from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.figures import read_report
from pipeline.figures.exhibits import Place, Source, Statistic, read_exhibits
from pipeline.responses.codebook import read_codebook

SMALL = Path(__file__).parents[1] / "small"
TEXT = (SMALL / "exhibits.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def codebook():
    return read_codebook(SMALL / "codebook.yaml")


def test_rows_are_the_whole_sample_then_every_band_of_every_dimension(report):
    """Bands without companies have their row too, in the order of the codebook."""
    rows = [(row.dimension, row.band) for row in report.exhibit("support_owner").rows]

    assert rows == [
        ("overall", "all"),
        ("arr", "lt_10m"), ("arr", "10_50m"), ("arr", "50_100m"), ("arr", "gt_100m"),
        ("motion", "product_led"), ("motion", "hybrid"), ("motion", "sales_led"),
    ]  # fmt: skip


def test_columns_default_to_the_choices_with_their_labels(report):
    """A share that lists no columns has one for each choice."""
    columns = report.exhibit("support_owner").columns

    assert [(c.id, c.label, c.short, c.source) for c in columns] == [
        ("support", "Customer Support", "Support", Source.SINGLE),
        ("success", "Customer Success", "CS", Source.SINGLE),
        ("onboarding", "Onboarding", "Onboarding", Source.SINGLE),
    ]


def test_totals_and_callouts_stand_beside_the_columns(report):
    """They are measures of their own, with their own statistic and unit."""
    mix, coverage = report.exhibit("people_mix"), report.exhibit("support_people")

    assert (mix.total.id, mix.total.statistic, mix.total.place) == ("median_total", Statistic.MEDIAN, Place.TOTAL)
    assert mix.columns[0].whole == ("people.support", "people.success", "people.onboarding")
    assert [c.statistic for c in coverage.callouts] == [Statistic.SHARE_NONZERO]
    assert coverage.question_text == "How many people work in each role?: Customer Support"


def test_answers_can_count_together_in_one_column(tmp_path, codebook):
    """A column names the answers that it adds, such as yes and certain tiers."""
    columns = "    columns: [{id: staffed, label: Has a team, answers: [support, success]}, onboarding]\n"
    text = TEXT.replace("    question: owner\n", "    question: owner\n" + columns, 1).replace(
        "largest('overall.all') == 'support' and", "", 2
    )
    text = text[: text.index("    headlines:")] + text[text.index("  - id: channels") :]

    exhibit = read(text, tmp_path, codebook).exhibit("support_owner")

    assert [(c.id, c.answers) for c in exhibit.columns] == [
        ("staffed", ("support", "success")), ("onboarding", ("onboarding",)),
    ]  # fmt: skip


MERGED = """\
  merged:
    wide: {of: arr, title: Wide, bands: [{id: small, label: Small, of: [lt_10m, 10_50m]}]}
"""


@pytest.mark.parametrize(
    ("was", "becomes", "line_of", "says"),
    [
        ("question: owner\n", "question: ownr\n", "question: ownr", "unknown question 'ownr'; did you mean 'owner'?"),
        ("question: owner\n", "question: arr\n", "question: arr", "'arr' is not a choice or a ranking"),
        ("question: owner\n", "\n", "- id: support_owner", "the exhibit names no question"),
        ("chapter: service\n", "chapter: servce\n", "chapter: servce", "unknown chapter 'servce'; did you mean"),
        ("dimensions: [motion]\n", "dimensions: [motin]\n", "dimensions: [motin]", "unknown dimension 'motin'; did"),
        ("dimensions: [arr, motion]", "dimensions: [arr, size]", "dimensions: [arr, size]", "unknown dimension 'size'"),
        ("- id: aims\n", "- id: channels\n", "- id: channels\n    chapter: service\n    title: What", "defined twice"),
        ("{id: results, ", "{id: service, ", "{id: service, title: Results", "the chapter 'service' is defined twice"),
        ("    title: Retention\n", "    titel: Retention\n", "titel: Retention", "unknown key 'titel'; did you mean"),
        ("statistic: mean_share", "statistic: mean_shares", "statistic: mean_shares", "'mean_shares' is not known"),
        ("last: [none]", "last: [nothing]", "last: [nothing]", "unknown column 'nothing'"),
        ("columns: roles", "columns: role", "columns: role", "unknown list 'role'; did you mean 'roles'?"),
        ("items: roles}", "items: yes_no}", "question: people, label: People", "unknown question 'people.yes'"),
        ("question: grr,", "question: owner,", "question: owner,", "'owner' is single, not a number"),
        ("question: outsourced_share", "question: people", "question: people\n    column: mean", "unknown question"),
        ("unit: percent\n", "unit: percnt\n", "unit: percnt", "unit 'percnt' is not known; allowed: share"),
        ("    order: by_share\n", "    add_to_100: all\n", "add_to_100: all\n    last", "can add to 100"),
        ("'support' and value", "'support' ad value", "says: \"Support owns", "this is not a rule"),
        ("rank('overall.all', 2)", "second('overall.all')", "says: \"A support", "there is no function second"),
        ("largest('overall.all')", "largest('arr.big')", "says: \"Support owns", "unknown row 'arr.big'"),
        ("{overall.all.support}", "{overall.all.suport}", "says: \"Support owns", "address 'overall.all.suport'"),
        ("rises('arr', ", "rises('size', ", "says: \"Support teams", "unknown dimension 'size'"),
        ("where: outsources == 'yes'", "where: outsourcs == 'yes'", "where: outsourcs", "outsourcs"),
        ("where: outsources == 'yes'", "where: outsourced_share", "where: outsourced", "does not say yes or no"),
        ("    order: by_share\n", "    cut_by: {motion: owner}\n", "cut_by: {mo", "unknown band of motion"),
        ("    order: by_share\n", "    cut_by: {arr: arr}\n", "cut_by: {arr", "unknown dimension of this"),
        ("    column: median_people\n", "    order: by_share\n", "order: by_share\n    unit", "can be ordered"),
        ("question: channels\n", "question: channels.chat\n", "question: channels.chat", "as a whole, not of its"),
        ("question: channels\n", "question: chanels\n", "question: chanels", "unknown question 'chanels'; did"),
        ("question: people\n", "question: owner\n", "question: owner\n    columns: roles", "'owner' has no items"),
        ("{id: grr,", "{id: n,", "columns:\n      - {id: n,", "'n' is the base of each row"),
        ("{id: nrr, question: nrr,", "{id: grr, question: nrr,", "{id: grr, question: nrr", "'grr' is defined twice"),
        ("{column: has_people,", "{column: median_people,", "{column: median", "'median_people' is defined twice"),
        ("- id: aims\n", "- id: survey\n", "id: survey", "'survey' is an exhibit of every ledger"),
        ("column: median_people", "column: median.people", "column: median.people", "should match pattern"),
        ("mark: 10, quartiles: 10}", "mark: 10, quartile: 9}", "external:", "unknown key 'quartile'; did you mean"),
        ("quartiles: 10}", "quartiles: 10, dominance: {q: 1}}", "external:", "unknown key 'q'"),
        ("quartiles: 10}\n", f"quartiles: 10}}\n{MERGED}".replace("of: arr", "of: arrr"), "wide: {", "'arrr'"),
        ("quartiles: 10}\n", f"quartiles: 10}}\n{MERGED}".replace("10_50m", "mid"), "wide: {", "arr 'mid'"),
        ("quartiles: 10}\n", f"quartiles: 10}}\n{MERGED}".replace("wide:", "arr:"), "arr: {", "already"),
        ("  kicker:", "  title: Again\n  kicker:", "title: Again", "given twice"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_computed_is_refused_with_its_line(tmp_path, codebook, was, becomes, line_of, says):
    """One sentence that names the file, the line and what is wrong; the same file without the fault is read."""
    assert was in TEXT
    text = TEXT.replace(was, becomes, 1)
    assert read(TEXT, tmp_path, codebook).title == "A small benchmark"

    with pytest.raises(InputError) as caught:
        read(text, tmp_path, codebook)

    assert says in caught.value.message
    assert caught.value.file == tmp_path / "exhibits.yaml"
    assert caught.value.line == text[: text.index(line_of)].count("\n") + 1


def test_an_unknown_exhibit_or_audience_is_answered_with_what_there_is(report):
    """A misspelt id names the nearest one."""
    with pytest.raises(InputError, match="no exhibit 'chanels'; did you mean 'channels'"):
        report.exhibit("chanels")
    with pytest.raises(InputError, match="allowed: internal, reviewer, external"):
        report.thresholds("public")


def test_a_missing_file_is_one_clear_error(tmp_path, codebook):
    """An edition without exhibits.yaml says so."""
    with pytest.raises(InputError, match="missing"):
        read_report(tmp_path, codebook)


def read(text, folder, codebook):
    path = folder / "exhibits.yaml"
    path.write_text(text, encoding="utf-8")
    return read_exhibits(path, codebook)

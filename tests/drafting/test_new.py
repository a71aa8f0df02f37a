"""From an export that nobody has described to an edition that reads, counts right and says what it could not tell."""

import pytest

from pipeline.build import build
from pipeline.drafting import draft_edition
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey


@pytest.fixture
def draft(export, tmp_path):
    """Drafts an edition from the export of one tool, and reads it."""

    def make(kind, **stated):
        edition = tmp_path / "first"
        drafted = draft_edition(export(kind), edition, **stated)
        survey = read_survey(edition)
        return drafted, survey, read_report(edition, survey.codebook)

    return make


def kinds(survey):
    return {name: str(question.type) for name, question in survey.codebook.questions.items()}


def test_surveymonkey(draft):
    """Each kind of question is told from its columns and answers."""
    drafted, survey, _ = draft("surveymonkey")

    assert drafted.described == "monkey.csv: SurveyMonkey, 2 header rows, expanded, UTF-8, comma, 40 records"
    assert list(kinds(survey).values()) == [
        "text", "money", "single", "multiple", "count", "ranking", "single", "percent", "date", "text",
    ]  # fmt: skip
    assert [choice.label for choice in survey.codebook.choices("channels_use")] == ["Chat, live", "E-mail", "Phone"]
    assert survey.codebook.source.name == "company_name"
    assert "unmatched_column" not in set(survey.findings["rule"])


@pytest.mark.parametrize("kind", ["surveymonkey", "qualtrics", "tidy", "google", "non_latin"])
def test_every_column_is_accounted_for(draft, kind):
    """No column is left over, no question is without one, and nothing is found wrong with good answers."""
    _, survey, report = draft(kind)

    assert survey.findings[survey.findings["severity"] == "error"].empty
    assert not set(survey.findings["rule"]) & {"unmatched_column", "unmatched_question", "type", "choice"}
    assert len(survey.answers) == 40
    assert report.exhibits


def test_the_figures_are_those_of_the_answers(draft):
    """Of forty companies fourteen say Sales; five tick no channel, and twenty of the others use chat."""
    _, survey, report = draft("surveymonkey")
    ledger = tabulate(survey, report)

    (cut,) = [name for name in survey.codebook.dimensions if "arr" in name]
    assert ledger.cell("channels_use.overall.all.chat_live").printed == "57%"
    assert ledger.cell("team_owns_renewals.overall.all.sales").numerator == 14
    assert ledger.cell("share_customers_renews.overall.all.median").stat == 79.5
    assert sum(ledger.cell(f"channels_use.{cut}.{band}.n").n for band in ledger.bands("channels_use", cut)) == 35


def test_sizes_are_cut_at_round_numbers_with_some_in_each_class(draft):
    """Near the quarters of 1.25 to 50 million."""
    _, survey, _ = draft("surveymonkey")
    bands = survey.codebook.dimensions["arr_us_dollars"].bands

    assert [band.below for band in bands] == [10_000_000, 30_000_000, None]
    assert survey.bands("arr_us_dollars").value_counts(sort=False).to_list() == [7, 16, 17]


def test_previews_do_not_count_where_the_tool_marks_them(draft):
    """Qualtrics says so in Status."""
    _, survey, _ = draft("qualtrics")

    assert list(survey.records.loc[survey.records["status"] == "excluded", "record_id"]) == ["P1"]
    assert kinds(survey)["two_aims_matter_most_order"] == "ranking"
    assert kinds(survey)["people_work_each_team"] == "count"


def test_what_could_not_be_told_is_said_and_marked(draft):
    """Joined choices were told apart by a comma, which is in one of them."""
    drafted, survey, _ = draft("google")

    assert any("channels_use" in doubt for doubt in drafted.doubts)
    codebook = (survey.codebook.file).read_text(encoding="utf-8")
    marked = codebook[codebook.index("CHECK choices were told apart") :].splitlines()[1]
    assert "id: channels_use" in marked


def test_the_export_is_kept_as_it_is(draft, tmp_path):
    """Byte for byte."""
    draft("tidy")
    assert (tmp_path / "first" / "tidy.txt").read_bytes() == (tmp_path / "tidy.txt").read_bytes()


def test_beside_other_editions_the_notebooks_lie_with_theirs(export, tmp_path):
    """survey_raw/NAME has its chapters in notebooks/NAME."""
    edition = tmp_path / "survey_raw" / "next_year"
    edition.parent.mkdir()
    drafted = draft_edition(export("tidy"), edition)

    report = read_report(edition, read_survey(edition).codebook)
    assert all(report.notebook(chapter).is_file() for chapter in report.chapters)
    assert {path.parent.name for path in drafted.paths if path.suffix == ".ipynb"} == {"next_year"}


def test_what_is_there_is_never_overwritten(export, tmp_path):
    """Neither an edition nor notebooks."""
    edition = tmp_path / "first"
    draft_edition(export("tidy"), edition)
    before = {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()}

    with pytest.raises(InputError, match="holds an edition already"):
        draft_edition(export("tidy"), edition)
    assert {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty|header rows"), (b"respondent_id\n1\n2\n", "no column holds answers"), (b"a,b\n1,2,3\n", "row 2")],
)
def test_an_export_that_cannot_be_drafted_leaves_nothing_behind(tmp_path, content, sentence):
    """One sentence, and no folder."""
    path = tmp_path / "e.csv"
    path.write_bytes(content)

    with pytest.raises(InputError, match=sentence):
        draft_edition(path, tmp_path / "first")
    assert [entry.name for entry in tmp_path.iterdir()] == ["e.csv"]


def test_the_same_export_gives_the_same_draft(export, tmp_path):
    """Nothing in it comes from a clock or from the order of a set."""
    texts = []
    for name in ("one/first", "two/first"):
        (tmp_path / name).parent.mkdir()
        drafted = draft_edition(export("surveymonkey"), tmp_path / name)
        texts.append([path.read_bytes() for path in drafted.paths])
    assert texts[0] == texts[1]


def test_hostile_text_in_headers_and_choices_stays_text(tmp_path):
    """Quotes, braces, colons, YAML and HTML."""
    answers = (f"{i},{'- {y}: *z' if i % 2 else '!!q'},{i}" for i in range(20))
    rows = ['respondent_id,"a: {b} ""c"" # <b>",x', *answers]
    (tmp_path / "e.csv").write_text("\n".join(rows), encoding="utf-8")
    draft_edition(tmp_path / "e.csv", tmp_path / "first")

    survey = read_survey(tmp_path / "first")
    question = next(q for q in survey.codebook.questions.values() if "<b>" in q.text)
    assert {choice.label for choice in survey.codebook.choices(question.id)} == {"- {y}: *z", "!!q"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["surveymonkey", "qualtrics", "tidy", "google", "non_latin"])
def test_the_draft_builds_a_report_as_it_is(export, tmp_path, kind):
    """HTML and PDF, without an edit."""
    draft_edition(export(kind), tmp_path / "first")
    run = build(tmp_path / "first", tmp_path / "output", jobs=2)

    assert {"report.html", "report.pdf"} <= {path.name for path in run.paths}
    assert run.record["pages"] > 8

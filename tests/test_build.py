"""The main path on the small survey: what is written, what is reused, what a failure leaves behind."""

import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.audit.census import census_of_edition
from pipeline.audit.sign import sign
from pipeline.build import build
from pipeline.errors import ChapterError, InputError
from pipeline.figures import read_ledger
from pipeline.pages.html import report_html

SMALL = Path(__file__).parent / "small"


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """A copy of the small survey that tests may change and put back."""
    return Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("editions") / "small"))


@pytest.fixture(scope="module")
def built(edition, small_report):
    """The small report in a folder that tests may build into again, and what its run said."""
    folder, run = small_report
    return Path(shutil.copytree(folder, edition.parent / "output")), run


@pytest.fixture(scope="module")
def chapter(edition, built):
    """The folder of one chapter that was built beside the full report, and what its run said."""
    output, _ = built
    return output / "results", build(edition, output, only="results")


@pytest.fixture(scope="module")
def outside(edition, tmp_path_factory):
    """The report for readers outside, built over what a build for readers inside has left."""
    output = tmp_path_factory.mktemp("outside")
    (output / "ledger.sqlite").write_bytes(b"members")
    (output / "run.json").write_text("{}")
    (output / "companies").mkdir()
    build(edition, output, audience="external")
    return output


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_build_writes_all_that_the_contract_names(small_report):
    """Report, ledger, findings and the record of the run lie in the output folder and nowhere else."""
    output, run = small_report

    names = {path.name for path in run.paths}

    assert names == {
        "report.html", "report.pdf", "ledger.csv", "ledger.sqlite", "findings.csv", "validation.html", "run.json",
        "notebooks",
    }
    assert {path.name for path in output.iterdir()} == names
    assert [path.name for path in output.parent.iterdir() if path.name.startswith(".")] == []


def test_the_census_of_a_finished_build_can_be_taken_again(edition, built):
    """Nothing needs a person; once the edition has changed, the build is no longer what it is held against."""
    output, _ = built
    assert census_of_edition(edition, output).problems == []
    replace(edition / "exhibits.yaml", "title: Who owns support", "title: Who owns it")
    with pytest.raises(InputError, match="has changed since this build"):
        census_of_edition(edition, output)
    replace(edition / "exhibits.yaml", "title: Who owns it", "title: Who owns support")


def test_every_printed_number_of_a_table_is_in_the_page_under_its_address(built):
    """Each shown figure of an exhibit stands in the HTML with its cell id."""
    output, _ = built
    page = (output / "report.html").read_text(encoding="utf-8")

    shown = [cell for cell in read_ledger(output / "ledger.csv").cells if cell.exhibit == "support_owner"]

    assert shown
    assert [cell.cell_id for cell in shown if cell.status == "shown" and f'"{cell.cell_id}"' not in page] == []


def test_the_pdf_has_the_title_bookmarks_and_the_pages_that_the_run_counted(built):
    """What run.json says of the PDF is what the file holds."""
    output, run = built

    pdf = PdfReader(output / "report.pdf")

    assert len(pdf.pages) == run.record["pages"]
    assert pdf.metadata.title == "A small benchmark"
    assert [entry.title for entry in pdf.outline if not isinstance(entry, list)]


def test_a_second_build_reuses_the_chapters_and_changes_no_byte(edition, built):
    """Nothing changed: every chapter is reused and report, PDF and ledger are the same bytes."""
    output, _ = built
    names = ("report.html", "report.pdf", "ledger.csv", "ledger.sqlite")
    before = {name: (output / name).read_bytes() for name in names}

    again = build(edition, output)

    assert all(chapter["reused"] for chapter in again.record["chapters"].values())
    assert {name: (output / name).read_bytes() for name in before} == before


def test_one_chapter_is_built_beside_the_full_report(small_report, chapter):
    """`only` leaves the full report as it is."""
    whole, (folder, run) = small_report[0], chapter

    assert folder / "report.pdf" in run.paths
    assert (folder.parent / "report.pdf").read_bytes() == (whole / "report.pdf").read_bytes()


def test_a_changed_title_runs_the_chapters_again_and_says_why(edition, chapter):
    """exhibits.yaml changed: run.json names it as the reason."""
    folder, _ = chapter
    replace(edition / "exhibits.yaml", "title: Retention", "title: Whoever stays")
    try:
        build(edition, folder.parent, only="results")
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))

        assert "exhibits.yaml" in record["chapters"]["results"]["because"]
        assert "Whoever stays" in (folder / "report.html").read_text(encoding="utf-8")
    finally:
        replace(edition / "exhibits.yaml", "title: Whoever stays", "title: Retention")


def test_a_chapter_that_does_not_exist_is_named_with_those_that_do(edition, tmp_path):
    """The error lists the chapters."""
    with pytest.raises(InputError, match=r"no chapter 'pricing'; chapters are service, results"):
        build(edition, tmp_path / "out", only="pricing")


def test_the_external_edition_names_no_respondent(edition, outside):
    """No members, no findings, no respondent id or company name in any file that is written."""
    assert not (outside / "ledger.sqlite").exists() and not (outside / "findings.csv").exists()
    files = [path for path in outside.rglob("*") if path.suffix in {".html", ".csv", ".json", ".ipynb"}]
    texts = [re.sub(r"base64,[\w+/=]+", "", path.read_text(encoding="utf-8")) for path in files]
    texts += [page.extract_text() for page in PdfReader(outside / "report.pdf").pages]
    words = set(re.findall(r"\w+", " ".join(texts)))
    with (edition / "responses.csv").open(encoding="utf-8", newline="") as export:
        rows = list(csv.DictReader(export))[2:]
    assert len(rows) > 10
    assert {row[column] for row in rows for column in ("Q1", "ResponseId")} & words == set()


@pytest.mark.slow
def test_the_reviewers_edition_leads_from_each_number_to_the_audit_page_and_counts_signatures(edition, tmp_path):
    """Signed figures stand on the cover and in the record; one that changes needs a person; paper has no such links."""
    reviewed, output = Path(shutil.copytree(edition.parent, tmp_path / "editions")) / edition.name, tmp_path / "out"
    build(reviewed, output, audience="reviewer", only="results")
    signed = ["retention.overall.all.nrr", "retention.overall.all.grr"]
    sign(reviewed, output / "results", signed, "accepted", "R. Reviewer")
    replace(reviewed / "responses.csv", ",97,112,", ",97,113,")  # R10's net retention

    run = build(reviewed, output, audience="reviewer", only="results")

    page, report = ((output / "results" / name).read_text(encoding="utf-8") for name in ("audit.html", "report.html"))
    assert run.record["signoffs"] == {"accepted": 1, "queried": 0, "rejected": 0, "reopened": 1, "gone": 0}
    assert "figures that changed after they were signed: 1" in run.problems
    assert 'href="audit.html#retention.overall.all.nrr"' in report and "figures signed" in report
    assert "<b>1</b> accepted" in page and "<b>1</b> reopened" in page
    links = [annotation.get_object() for page in PdfReader(output / "results" / "report.pdf").pages
             for annotation in page.get("/Annots", ())]  # fmt: skip
    assert links and not any("audit" in str(link.get("/A", "")) for link in links)


def test_an_external_build_over_an_internal_one_takes_its_members_away(outside):
    """What only the house may see does not survive in the folder; the companies' own files do."""
    assert not (outside / "ledger.sqlite").exists()
    assert (outside / "companies").is_dir()


def test_every_numeral_of_the_report_is_bound(built):
    """The census of both files stands in the record, and every place of a figure in the database."""
    output, run = built
    for medium in ("html", "pdf"):
        counted = run.record["census"][medium]
        assert counted["bound"] == counted["numerals"] == counted["figures"] + sum(counted["allowed"].values())
    with closing(sqlite3.connect(output / "ledger.sqlite")) as database:
        printed = "SELECT count(DISTINCT medium) FROM appearance WHERE cell_id = 'support_owner.overall.all.support'"
        assert database.execute(printed).fetchone() == (2,)


def test_a_numeral_that_is_not_bound_stops_the_build(edition, built, monkeypatch):
    """A page that prints another number than the ledger has is not published; the report before it stays."""
    output, _ = built
    before = (output / "report.html").read_bytes()

    def slipped(*arguments):
        html = report_html(*arguments)
        return re.sub(r'(<td[^>]* id="support_owner.overall.all.support">)67%', r"\g<1>68%", html)

    monkeypatch.setattr("pipeline.build.report_html", slipped)
    with pytest.raises(InputError, match=r"'68%' stands where support_owner\.overall\.all\.support is '67%'"):
        build(edition, output)
    assert (output / "report.html").read_bytes() == before


def test_a_chapter_that_raises_leaves_the_previous_output_whole(edition, built):
    """One message with notebook, cell and last lines; every byte of the old output is there."""
    output, _ = built
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    notebook = edition / "notebooks" / "results.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace('report.show(\\"retention\\")', "1 / 0"), encoding="utf-8")
    try:
        with pytest.raises(ChapterError) as error:
            build(edition, output)

        assert "results.ipynb" in str(error.value) and "ZeroDivisionError" in str(error.value)
        assert error.value.partial is not None and error.value.partial.exists()
        kept = {path: path.read_bytes() for path in before}
        assert kept == before
    finally:
        notebook.write_text(text, encoding="utf-8")


def test_a_finding_about_an_exhibit_that_no_notebook_shows_stands_without_a_page(edition, small_report, tmp_path):
    """The opener quotes the figure and points nowhere; the book is whole."""
    notebook = edition / "notebooks" / "service.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace('report.show(\\"support_owner\\")', "pass"), encoding="utf-8")
    shutil.copytree(small_report[0], tmp_path / "out")  # the other chapter has been run
    try:
        build(edition, tmp_path / "out")
    finally:
        notebook.write_text(text, encoding="utf-8")

    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'data-cell="support_owner.overall.all.support"' in page
    assert 'href="#support_owner"' not in page


def test_an_executed_notebook_names_no_folder_of_the_machine_and_no_time(small_report):
    """What a run leaves can be handed out and compared: paths are as seen from the notebook."""
    output, _ = small_report

    for notebook in (output / "notebooks").iterdir():
        text = notebook.read_text(encoding="utf-8")
        assert str(output.parent) not in text
        assert "start_time" not in text and "duration" not in text


@pytest.mark.parametrize("place", ["small", "small/notebooks", "small/output", "."])
def test_output_never_lands_on_sources(edition, place):
    """In, on or around the edition or its notebooks: refused, and every source is as it was."""
    before = {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()}

    with pytest.raises(InputError, match="holds sources"):
        build(edition, edition.parent / place)

    assert {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()} == before


def test_after_a_first_build_that_failed_the_next_one_is_not_refused(edition, tmp_path):
    """The partial notebook that lies there is ours, and goes when all is well."""
    failed = tmp_path / "out" / "results" / "failed"
    failed.mkdir(parents=True)
    (failed / "results.partial.ipynb").write_text("{}")

    build(edition, tmp_path / "out", only="results")

    assert (tmp_path / "out" / "results" / "report.pdf").exists() and not failed.exists()


def test_a_folder_with_files_of_somebody_else_is_refused(edition, tmp_path):
    """Notebooks that no run wrote are not replaced."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "mine.ipynb").write_text("mine")

    with pytest.raises(InputError, match="notebooks that no run of ours wrote"):
        build(edition, tmp_path)

    assert (tmp_path / "notebooks" / "mine.ipynb").read_text() == "mine"

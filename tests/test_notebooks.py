"""What a chapter's notebook may hold: prose whose numbers are bound, calls that show exhibits, no trace of a run."""

import ast
import json
from functools import cache
from pathlib import Path

import nbformat
import pytest

from pipeline.errors import InputError
from pipeline.figures import Ledger, read_report
from pipeline.figures.tailored.tailoring import read_tailoring
from pipeline.pages.book import Book
from pipeline.pages.facts import TITLES
from pipeline.pages.prose import refuse_unbound
from pipeline.responses.codebook import read_codebook

ROOT = Path(__file__).parents[1]
EDITIONS = [*sorted(path.parent for path in ROOT.glob("survey_raw/*/exhibits.yaml")), ROOT / "tests" / "small"]
PARAMETERS = ({"edition", "output", "audience"}, {"package"})  # of a chapter, of the notebook of each company
CALLS = ("report.show('", "company.show('")
OPENING = (
    "from pipeline.notebook import open_report", "report = open_report(edition, output, audience)",
    "from pipeline.notebook import open_company", "company = open_company(package)",
)  # fmt: skip
LONGEST = 4  # lines of code in one cell, empty lines and comments left out


@cache
def book_of(edition):
    """The words of an edition; its figures are not needed to tell whether a numeral is typed."""
    codebook = read_codebook(edition / "codebook.yaml")
    return Book(read_report(edition, codebook), Ledger(()), codebook)


def notebooks_of(edition):
    beside = edition / "notebooks"
    return sorted((beside if beside.is_dir() else ROOT / "notebooks" / edition.name).glob("*.ipynb"))


NOTEBOOKS = [(edition, path) for edition in EDITIONS for path in notebooks_of(edition)]
every_notebook = pytest.mark.parametrize(
    ("edition", "path"), NOTEBOOKS, ids=[f"{edition.name}-{path.stem}" for edition, path in NOTEBOOKS]
)
every_edition = pytest.mark.parametrize("edition", EDITIONS, ids=[edition.name for edition in EDITIONS])


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def calls_of(path):
    """The exhibits that a notebook shows, in order."""
    found = []
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "show":
                found.append(ast.literal_eval(node.args[0]))
    return found


def traces(notebook):
    """What is left in a notebook of a run of it: outputs, counts, papermill's metadata."""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield f"cell {number} has been run"
        if set(cell["metadata"]) & {"papermill", "execution", "ExecuteTime"}:
            yield f"cell {number} has metadata of a run"
        if not cell.get("id"):
            yield f"cell {number} has no id"
    if "papermill" in notebook["metadata"]:
        yield "the notebook has papermill's metadata"
    if (notebook["nbformat"], notebook["nbformat_minor"]) < (4, 5):
        yield "the notebook's format is older than 4.5"


def foreign(cell):
    """Why a cell of code is more than parameters, opening the report or showing an exhibit; empty when it is not."""
    lines = [line for line in cell.source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) > LONGEST:
        return f"{len(lines)} lines"
    statements = ast.parse(cell.source).body
    if "parameters" in cell.metadata.get("tags", []):
        named = {ast.unparse(s.targets[0]) for s in statements if isinstance(s, ast.Assign)}
        plain = all(isinstance(s, ast.Assign) and isinstance(s.value, ast.Constant) for s in statements)
        return "" if plain and named in PARAMETERS else "other parameters than edition, output, audience"
    for statement in statements:
        written = ast.unparse(statement)
        is_show = isinstance(statement, ast.Expr) and written.startswith(CALLS) and written.count("(") == 1
        if not is_show and written not in OPENING:
            return written
    return ""


@every_notebook
def test_a_committed_notebook_has_never_been_run(edition, path):
    """No outputs, no counts, no metadata of a run; every cell has an id, so that a diff shows what was changed."""
    assert list(traces(json.loads(path.read_text(encoding="utf-8")))) == []


def test_a_notebook_that_was_run_is_noticed():
    """An output, a count and what papermill leaves are each named."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", execution_count=3)])
    notebook.cells[0].metadata["papermill"] = {"duration": 1}
    notebook.metadata["papermill"] = {}

    assert list(traces(notebook)) == [
        "cell 1 has been run", "cell 1 has metadata of a run", "the notebook has papermill's metadata",
    ]  # fmt: skip


@every_notebook
def test_code_in_a_notebook_is_short_and_only_calls_the_package(edition, path):
    """Parameters, one import, one open_…, and show: an analyst's notebook computes nothing."""
    assert [why for why in map(foreign, code_cells(path)) if why] == []
    assert [cell.metadata.get("tags") for cell in code_cells(path)].count(["parameters"]) == 1


@pytest.mark.parametrize("code", ["x = 1", "import pandas", "report.show('a')\nprint(2)", "report.show(name())"])
def test_code_that_does_more_is_noticed(code):
    """A computation in a notebook has no address in the ledger."""
    assert foreign(nbformat.v4.new_code_cell(code))
    assert not foreign(nbformat.v4.new_code_cell("report.show('a')"))


@every_notebook
def test_no_number_is_typed_in_prose(edition, path):
    """Every numeral in Markdown is bound to a cell, or is a band, a year or a name of the edition."""
    typed = []
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
        if cell.cell_type == "markdown":
            try:
                refuse_unbound(cell.source, book_of(edition), (path.name, f"cell {number}"))
            except InputError as error:
                typed.append(str(error))

    assert typed == []


def test_a_typed_number_is_noticed():
    """The same words with the number bound pass."""
    book = book_of(ROOT / "tests" / "small")

    with pytest.raises(InputError, match="'67%'"):
        refuse_unbound("Support owns itself at 67% of companies.", book, ("service.ipynb", "cell 1"))
    refuse_unbound("… at {{ support_owner.overall.all.support }} of companies.", book, ("service.ipynb", "cell 1"))


@every_edition
def test_each_exhibit_is_shown_once_in_its_chapter(edition):
    """exhibits.yaml and the notebooks name the same exhibits in the same chapters and order, none twice or unknown."""
    report = book_of(edition).report
    for chapter in report.chapters:
        shown = [name for name in calls_of(report.notebook(chapter)) if name not in TITLES]

        assert shown == [exhibit.id for exhibit in report.of_chapter(chapter.id)], chapter.notebook


def tailoring_of(edition):
    """What the edition's tailored.yaml says; None for an edition that makes no PDFs of companies."""
    if not (edition / "tailored.yaml").is_file():
        return None
    return read_tailoring(edition, book_of(edition).report, book_of(edition).codebook)


@pytest.mark.parametrize(
    "edition", [each for each in EDITIONS if (each / "tailored.yaml").is_file()], ids=lambda each: each.name
)
def test_each_page_of_a_company_is_shown_once(edition):
    """tailored.yaml and the companies' notebook name the same pages in the same order."""
    tailoring = tailoring_of(edition)

    assert calls_of(tailoring.notebook) == [page.id for page in tailoring.pages]


@every_edition
def test_every_notebook_is_a_chapter(edition):
    """Beside the chapters lies the companies' notebook and no other; no chapter is without its own."""
    report = book_of(edition).report
    chapters = [report.notebook(chapter).resolve() for chapter in report.chapters]
    tailoring = tailoring_of(edition)
    companies = [tailoring.notebook.resolve()] if tailoring else []

    assert sorted(chapters + companies) == notebooks_of(edition)
    assert len(set(chapters)) == len(chapters)

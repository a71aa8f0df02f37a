import nbformat
import pytest

from pipeline.errors import ChapterError, InputError
from pipeline.pages.chapters import chapter_sections
from pipeline.pages.exhibit import exhibit_html

OPENER = """# Service

What happens after the sale.

- Support at {{ support_owner.overall.all.support }}
- No figure here"""


@pytest.fixture
def executed(tmp_path, report, ledger):
    """Writes an executed notebook: text is Markdown, ("show", id) an exhibit, ("output", …) any other output."""

    def write(*cells):
        notebook = nbformat.v4.new_notebook()
        for cell in cells:
            if isinstance(cell, str):
                notebook.cells.append(nbformat.v4.new_markdown_cell(cell))
                continue
            kind, value = cell
            if kind == "show":
                data = {"text/html": exhibit_html(report.exhibit(value), report, ledger, "internal")}
                value = nbformat.v4.new_output("execute_result", data=data)
            notebook.cells.append(nbformat.v4.new_code_cell("report.show(...)", outputs=[value]))
        path = tmp_path / "service.ipynb"
        nbformat.write(notebook, path)
        return path

    return write


def test_prose_joins_the_exhibit_that_follows(executed, ledger, report):
    """Opener, exhibits with their commentary and text pages come out in the notebook's order, without code."""
    path = executed(
        OPENER,
        "Support stands **first**.",
        ("show", "support_owner"),
        "## A word on method\n\nIt is plain.",
        ("show", "aims"),
    )

    opener, owner, method, aims = chapter_sections(path, ledger, report)

    assert [s.kind for s in (opener, owner, method, aims)] == ["opener", "exhibit", "text", "exhibit"]
    assert "Support stands <strong>first</strong>." in owner.html
    assert (owner.id, owner.title, owner.chapter) == ("support_owner", "Who owns support", "service")
    assert "A word on method" in method.title and "<p>It is plain.</p>" in method.html
    assert '<div class="commentary"></div>' in aims.html
    assert not any("report.show" in s.html or "<style" in s.html for s in (opener, owner, method, aims))


def test_a_finding_points_to_the_exhibit_that_it_quotes(executed, ledger, report):
    """The first bound figure of a finding says which page its link names; a finding without a figure has no link."""
    opener = chapter_sections(executed(OPENER, ("show", "support_owner")), ledger, report)[0]

    assert opener.html.count('href="#support_owner"') == 1
    assert opener.html.count("<li") == 2


STDERR = nbformat.v4.new_output("stream", name="stderr", text="FutureWarning: soon gone\n")
TABLE = nbformat.v4.new_output("display_data", data={"text/html": "<table><td>67%</td></table>"})
PICTURE = nbformat.v4.new_output("display_data", data={"image/png": "aGVsbG8="})


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ((OPENER, "Left over."), "belongs to no exhibit"),
        (("No heading", ("show", "aims")), "must begin with `# `"),
        ((OPENER, ("output", STDERR)), "wrote to stderr"),
        ((OPENER, ("output", TABLE)), "shows something that is no exhibit"),
        ((OPENER, ("output", PICTURE)), "shows something that is no exhibit"),
    ],
)
def test_what_a_reader_must_not_meet_is_refused(executed, ledger, report, cells, message):
    """Text without an exhibit, warnings, and anything shown that does not come from the ledger name their cell."""
    with pytest.raises(ChapterError) as caught:
        chapter_sections(executed(*cells), ledger, report)

    assert message in str(caught.value)
    assert "service.ipynb" in str(caught.value)


def test_an_unbound_numeral_names_its_cell(executed, ledger, report):
    """The analyst finds the cell by its number and first line."""
    with pytest.raises(InputError, match=r"cell 2 \(At 67% of companies\)"):
        chapter_sections(executed(OPENER, "At 67% of companies", ("show", "aims")), ledger, report)


def test_what_a_cell_prints_stays_in_the_notebook(executed, ledger, report):
    """Printed text is for the analyst; it does not reach the report."""
    printed = nbformat.v4.new_output("stream", name="stdout", text="a note to myself\n")

    sections = chapter_sections(executed(OPENER, ("output", printed)), ledger, report)

    assert "a note to myself" not in "".join(s.html for s in sections)

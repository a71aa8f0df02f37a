"""From an edition to a PDF for each company: what is delivered, what is not, and what one failure does to the rest."""

import csv
import shutil
from pathlib import Path

import nbformat
import pytest
from pypdf import PdfReader

from pipeline.errors import InputError
from pipeline.tailor import FAILED, Entry, read_index, tailor

SMALL = Path(__file__).parent / "small"
HOSTILE = '"><script>alert(1)</script>/../=1+1 \u202e\u682a ' + "Long Name " * 30
SHOWN = HOSTILE.replace("\u202e", "[U+202E]")
ONE_PAGE = "  - {id: peers, kind: peers, title: Your peers}\n"


@pytest.fixture
def edition(tmp_path):
    """The small edition, its companies' files of one page each, which is quicker."""
    folder = tmp_path / "edition"
    shutil.copytree(SMALL, folder)
    text = (folder / "tailored.yaml").read_text(encoding="utf-8")
    (folder / "tailored.yaml").write_text(text[: text.index("pages:")] + "pages:\n" + ONE_PAGE, encoding="utf-8")
    rewrite(folder, 'company.show("peers")')
    return folder


def rewrite(edition, code):
    """Gives the companies' notebook this code in place of what it shows."""
    path = edition / "notebooks" / "company.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = nbformat.v4.new_code_cell(code, id="show")
    notebook.cells = [*notebook.cells[:2], cell]
    nbformat.write(notebook, path)


def text_of(path):
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def lines(folder):
    with (folder / "companies" / "index.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_a_company_gets_a_file_of_its_own_pages(tmp_path):
    """Every kind of page once, each with the company's id and name; the index says how many and how long."""
    result = tailor(SMALL, tmp_path, companies=["C05"])

    pages = text_of(tmp_path / "companies" / "C05.pdf")
    assert result.problems == []
    assert len(pages) == 7 == int(lines(tmp_path)["C05"]["pages"])
    assert all("Results of Elm (C05)" in page for page in pages)
    assert "Higher than 2 of 10 others" in pages[0]
    assert "Corrected: Net retention was 99 percent" in pages[6]
    assert lines(tmp_path)["C05"]["status"] == "done"


def test_one_failure_stops_nobody_and_can_be_run_again(edition, tmp_path):
    """The notebook breaks for C02 alone; repaired, --failed runs C02 alone and keeps the other lines."""
    rewrite(edition, "assert company.package.company.id != 'C02', 'broken'\ncompany.show(\"peers\")")
    first = tailor(edition, tmp_path / "out", companies=["C01", "C02"], jobs=2)
    kept = (tmp_path / "out" / "companies" / "C01.pdf").read_bytes()
    rewrite(edition, 'company.show("peers")')
    again = tailor(edition, tmp_path / "out", failed=True)

    assert len(first.problems) == 1 and "C02" in first.problems[0] and "broken" in first.problems[0]
    assert again.problems == []
    assert {ident: row["status"] for ident, row in lines(tmp_path / "out").items()} == {"C01": "done", "C02": "done"}
    assert (tmp_path / "out" / "companies" / "C01.pdf").read_bytes() == kept
    assert (tmp_path / "out" / "companies" / "C02" / "ledger.csv").exists()


def test_a_leaking_notebook_delivers_nothing(edition, tmp_path):
    """A page that names another company is not handed out; the index says that it does, and not whom."""
    rewrite(edition, 'page = company.show("peers")\npage.html = page.html.replace("Your peers", "As at Ginkgo")\npage')
    result = tailor(edition, tmp_path / "out", companies=["C01"])

    line = lines(tmp_path / "out")["C01"]
    assert (line["status"], line["file"]) == ("failed", "")
    assert "names another company" in line["reason"] and "Ginkgo" not in line["reason"]
    assert not (tmp_path / "out" / "companies" / "C01.pdf").exists()
    assert len(result.problems) == 1


def test_a_hostile_name_prints_as_it_is_and_harms_nothing(edition, tmp_path):
    """Quotes, markup, slashes, a formula, three hundred letters: all of it is text on the page.

    What would turn the line round is shown as its code point, and so is a letter that no font here has.
    """
    export = edition / "responses.csv"
    with export.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    row = next(row for row in rows if "R03" in row)
    row[rows[0].index("Q1")] = HOSTILE
    with export.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    (edition / "decisions.csv").unlink()
    result = tailor(edition, tmp_path / "out", companies=["C03"])

    assert result.problems == []
    assert [path.name for path in (tmp_path / "out" / "companies").glob("*.pdf")] == ["C03.pdf"]
    page = "".join(text_of(tmp_path / "out" / "companies" / "C03.pdf")[0].split())
    assert any("".join(name.split()) in page for name in (SHOWN, SHOWN.replace("\u682a", "[U+682A]")))


def test_an_unknown_company_is_named_with_the_nearest(edition, tmp_path):
    """Nothing is written."""
    with pytest.raises(InputError, match="no company 'C1O'; did you mean 'C1"):
        tailor(edition, tmp_path / "out", companies=["C1O"])

    assert not (tmp_path / "out").exists()


def test_failed_needs_a_run_before(edition, tmp_path):
    """Without an index nobody knows who failed."""
    with pytest.raises(InputError, match="run without --failed first"):
        tailor(edition, tmp_path / "out", failed=True)


def test_an_edition_without_tailored_yaml_is_refused(edition, tmp_path):
    """It says what is missing."""
    (edition / "tailored.yaml").unlink()

    with pytest.raises(InputError, match=r"has no tailored\.yaml"):
        tailor(edition, tmp_path / "out")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "id,status,pages,seconds,reason,file\nC01,failed,many,1,,\n"])
def test_an_index_of_somebody_else_is_refused(tmp_path, text):
    """A file that no run wrote is not read as if one had."""
    (tmp_path / "index.csv").write_text(text, encoding="utf-8")

    with pytest.raises(InputError):
        read_index(tmp_path)


def test_the_index_reads_back(tmp_path):
    """Reasons may hold commas and quotes."""
    (tmp_path / "index.csv").write_text(
        'id,status,pages,seconds,reason,file\nC01,failed,0,1.5,"a ""b"", c",\n', encoding="utf-8"
    )

    assert read_index(tmp_path) == [Entry("C01", FAILED, 0, 1.5, 'a "b", c')]

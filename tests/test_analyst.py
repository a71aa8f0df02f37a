"""What an analyst may change without code: each test edits YAML or a notebook's prose, builds, and reads the page."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from ruamel.yaml import YAML

from pipeline.audit.census.result import Count
from pipeline.build import build
from pipeline.errors import BandwiseError
from pipeline.figures import read_ledger, read_report
from pipeline.figures.guidance.reading import read_guidance
from pipeline.responses.codebook import read_codebook

ROOT = Path(__file__).parents[1]
FILES = ("exhibits.yaml", "codebook.yaml")
BAND_KEYS = {"id", "label", "from", "above", "to", "below"}


class Desk:
    """A copy of the small edition, ways to edit it, and its report before and after a build (the PDF left out)."""

    def __init__(self, folder, before, monkeypatch):
        self.edition = Path(shutil.copytree(ROOT / "tests" / "small", folder / "small"))
        self.output, self.folder = folder / "output", before
        monkeypatch.setattr("pipeline.build.write_pdf", self._no_pdf)
        monkeypatch.setattr("pipeline.audit.census.read_pdf", lambda path: None)
        monkeypatch.setattr("pipeline.audit.census.of_pdf", lambda *arguments: (Count(), []))

    @staticmethod
    def _no_pdf(report, destination):
        destination.write_bytes(b"")
        return report.count("<section data-page=")

    def replace(self, name, old, new):
        path = self.edition / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def edit(self, name, old, cells):
        """Put other cells in the place of the one cell of a notebook that holds `old`."""
        path = self.edition / "notebooks" / name
        notebook = nbformat.read(path, as_version=4)
        (place,) = [i for i, cell in enumerate(notebook.cells) if old in cell.source]
        notebook.cells[place : place + 1] = cells
        nbformat.write(notebook, path)

    def show(self, name, old, *exhibits):
        """Show these exhibits in a notebook in the place of `old`."""
        self.edit(name, f'show("{old}")', [nbformat.v4.new_code_cell(f'report.show("{e}")') for e in exhibits])

    def write(self, name, old, text):
        """Write another text in the place of the Markdown cell that holds `old`."""
        self.edit(name, old, [nbformat.v4.new_markdown_cell(text)])

    def build(self, only=None):
        """The report's HTML; problems that need a person are kept in `problems`."""
        run = build(self.edition, self.output, only=only)
        self.folder = self.output / only if only else self.output
        self.problems = run.problems
        return self.page()

    def page(self):
        return (self.folder / "report.html").read_text(encoding="utf-8")

    def cell(self, address):
        return read_ledger(self.folder / "ledger.csv").cell(address)


@pytest.fixture
def desk(tmp_path, small_report, monkeypatch):
    return Desk(tmp_path, small_report[0], monkeypatch)


def section(page, ident):
    """The page of one exhibit or chapter, as text with its tags."""
    found = re.search(rf'<section\b[^>]* id="{ident}".*?</section>', page, re.DOTALL)
    assert found, f"{ident} is not in the report"
    return found[0]


def test_an_exhibit_is_added_in_yaml_and_shown_in_a_notebook(desk):
    """Seven lines of YAML and one call: a page with its title, measure and figures, listed in the contents."""
    with (desk.edition / "exhibits.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "\n  - id: who_outsources\n    chapter: results\n    title: Who outsources support\n"
            "    measure: Share of companies that outsource support\n    statistic: share\n"
            "    question: outsources\n    dimensions: [motion]\n"
        )
    desk.show("results.ipynb", "outsourced", "outsourced", "who_outsources")

    page = desk.build(only="results")

    assert "Who outsources support" in section(page, "who_outsources")
    assert desk.cell("who_outsources.overall.all.yes").printed in section(page, "who_outsources")
    assert '<a href="#who_outsources">' in page


def test_an_exhibit_that_no_notebook_shows_is_on_no_page(desk):
    """The definition alone computes figures, and the notebook decides what is shown; the book stays whole."""
    desk.show("results.ipynb", "outsourced")

    page = desk.build(only="results")

    assert 'id="outsourced"' not in page
    assert desk.cell("outsourced.overall.all.mean_outsourced").status == "shown"


def test_a_title_is_changed_in_yaml(desk):
    """The new title stands on the page and in the contents, the old one nowhere."""
    desk.replace("exhibits.yaml", "title: What support aims for", "title: Speed or quality")

    page = desk.build(only="service")

    assert "Speed or quality" in section(page, "aims")
    assert page.count("What support aims for") == 0


def test_a_headline_is_changed_in_yaml_and_falls_away_when_it_is_not_true(desk):
    """With a rule that holds it heads the page; with one that does not, the title does, and someone is told."""
    says = "A support team owns support at"
    assert says in section(desk.page(), "support_owner")

    desk.replace("exhibits.yaml", "rank('overall.all', 2) == 'success'", "rank('overall.all', 2) == 'onboarding'")
    page = desk.build(only="service")

    assert says not in section(page, "support_owner")
    assert any("support_owner" in problem for problem in desk.problems)


def test_a_band_edge_is_moved_in_the_codebook(desk):
    """Up to $30M in place of $50M: two companies change their band, and label, bases and medians follow."""
    before = [desk.cell(f"support_owner.arr.{band}.n").n for band in ("10_50m", "50_100m")]

    desk.replace("codebook.yaml", "$10–50M, from: 10_000_000, below: 50_", "$10–30M, from: 10_000_000, to: 30_")
    desk.replace("codebook.yaml", "label: $50–100M, from: 50_000_000", "label: $30–100M, above: 30_000_000")
    desk.replace("notebooks/service.ipynb", "How twelve companies", "Above $30M and below, how twelve companies")
    page = desk.build(only="service")

    after = [desk.cell(f"support_owner.arr.{band}.n").n for band in ("10_50m", "50_100m")]
    assert before == [5, 0] and after == [3, 2]
    assert "$30–100M" in section(page, "support_owner") and "$10–50M" not in page


def test_the_smallest_base_is_changed_in_yaml(desk):
    """From 1 to 5 for the house: bands of four companies are withheld, and their number is nowhere on the page."""
    address = "support_people.arr.gt_100m.median_people"
    shown = f'data-cell="{address}"'
    assert desk.cell(address).status == "shown"

    desk.replace("exhibits.yaml", "internal: {withhold: 1,", "internal: {withhold: 5,")
    page = desk.build(only="service")

    assert desk.cell(address).status == "suppressed" and desk.cell(address).stat is None
    assert "‡" in section(page, "support_people")
    assert shown not in page or re.search(rf"{shown}[^>]*>\s*‡", page)


def test_chapters_are_moved_in_yaml(desk):
    """The other chapter comes first: openers, numbers of exhibits and contents follow."""
    desk.replace("exhibits.yaml", "  - {id: service, title: Service, notebook: service.ipynb}\n", "")
    desk.replace(
        "exhibits.yaml",
        "  - {id: results, title: Results, notebook: results.ipynb}\n",
        "  - {id: results, title: Results, notebook: results.ipynb}\n"
        "  - {id: service, title: Customer service, notebook: service.ipynb}\n",
    )

    page = desk.build()

    places = [page.index(f'id="{ident}"') for ident in ("results", "retention", "service", "support_owner")]
    assert places == sorted(places)
    assert "Customer service" in section(page, "service")
    assert "1.1" in section(page, "retention") and "2.1" in section(page, "support_owner")


def test_an_exhibit_moves_to_another_chapter(desk):
    """Its chapter in YAML and its call in the other notebook."""
    desk.replace("exhibits.yaml", "id: aims\n    chapter: service", "id: aims\n    chapter: results")
    desk.show("service.ipynb", "aims")
    desk.show("results.ipynb", "retention", "aims", "retention")

    page = desk.build(only="results")

    assert "What support aims for" in section(page, "aims")


def test_prose_is_changed_in_the_notebook(desk):
    """A bound figure stands in the page with the printed number; an address that is not there stops the build."""
    desk.write("service.ipynb", "Of {{ survey", "Only {{ support_owner.overall.all.success }} let CS own it.")

    page = section(desk.build(only="service"), "support_owner")

    printed = desk.cell("support_owner.overall.all.success").printed
    assert re.search(rf'Only <span [^>]*data-cell="support_owner.overall.all.success"[^>]*>{printed}</span> let', page)
    desk.write("service.ipynb", "let CS own it", "Only {{ support_owner.overall.all.sucess }} of them.")
    with pytest.raises(BandwiseError, match=r"nearest: support_owner\.overall\.all\.success"):
        desk.build(only="service")


# The examples of the README ----------------------------------------------------------------------------------------


def readme_examples():
    """The YAML blocks of the README's section for analysts."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    part = re.search(r"^## For analysts.*?(?=^## )", readme, re.DOTALL | re.MULTILINE)[0]
    return re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)


def plain(text):
    yaml = YAML(typ="safe")
    yaml.version = (1, 2)
    return yaml.load(text)


def kind_of(example):
    """What an example changes: exhibit, band, headline, rule, or the keys that it sets."""
    changes = plain(example)
    if isinstance(changes, dict):
        return "headline" if "headlines" in changes else ", ".join(changes)
    if all("label" in entry and set(entry) <= BAND_KEYS for entry in changes):
        return "band"
    return "rule" if all("priority" in entry for entry in changes) else "exhibit"


def apply(example, edition):
    """Put one example into the edition's files."""
    kind, changes = kind_of(example), plain(example)
    if kind == "rule":
        path = edition / "guidance.yaml"
        rules = plain(path.read_text(encoding="utf-8"))
        rules["rules"] = [rule for rule in rules["rules"] if rule["id"] not in {e["id"] for e in changes}] + changes
        with path.open("w", encoding="utf-8") as file:
            YAML().dump(rules, file)
        return
    exhibits, codebook = (plain((edition / name).read_text(encoding="utf-8")) for name in FILES)
    if kind == "headline":
        (owner,) = {said.split(".")[0] for said in re.findall(r"largest\('overall.all'\) == '(\w+)'", example)} or {""}
        found = next(e for e in exhibits["exhibits"] if e["id"] == "ownership_support" and owner in e["columns"])
        found["headlines"] = changes["headlines"]
    elif kind == "band":
        for entry in changes:
            bands = [band for d in codebook["dimensions"].values() for band in d["bands"] if band["id"] == entry["id"]]
            assert bands, f"no band {entry['id']}"
            bands[0].clear()
            bands[0].update(entry)
    elif kind == "exhibit":
        for entry in changes:
            known = [exhibit for exhibit in exhibits["exhibits"] if exhibit["id"] == entry["id"]]
            known[0].update(entry) if known else exhibits["exhibits"].append(entry)
    else:
        for key, value in changes.items():
            (exhibits if key in exhibits else codebook)[key] = value
    writer = YAML()
    writer.representer.ignore_aliases = lambda data: True
    for name, content in zip(FILES, (exhibits, codebook), strict=True):
        with (edition / name).open("w", encoding="utf-8") as file:
            writer.dump(content, file)


@pytest.mark.parametrize("example", readme_examples())
def test_an_example_of_the_readme_is_good_for_the_2023_edition(example, tmp_path):
    """Put where the README says, the edition still reads: no key, question, column, band or rule is unknown."""
    edition = Path(shutil.copytree(ROOT / "survey_raw" / "2023", tmp_path / "survey_raw" / "2023"))

    apply(example, edition)

    codebook = read_codebook(edition / "codebook.yaml")
    assert read_report(edition, codebook).exhibits
    assert read_guidance(edition, codebook).rules


def test_the_readme_shows_each_kind_of_change():
    """Exhibits, a band, a headline and a rule are among the examples."""
    assert {"exhibit", "band", "headline", "rule"} <= set(map(kind_of, readme_examples()))

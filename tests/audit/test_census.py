"""The census of finished files: what is printed is found, and one changed digit is the one thing that is reported."""

import base64
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from pipeline.audit.appearances import appearance_tables, page_tables
from pipeline.audit.census import refuse_unbound, take_census, write_appearances
from pipeline.audit.census.downloads import of_downloads
from pipeline.audit.census.drawings import of_drawings
from pipeline.audit.census.html_text import read_html
from pipeline.audit.census.numerals import align, numerals
from pipeline.audit.census.pdf_text import read_pdf
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.pages.book import Book
from pipeline.pages.chapters import Section
from pipeline.pages.exhibit import COMMENTARY, exhibit_section
from pipeline.pages.html import book_html
from pipeline.pages.pdf import write_pdf
from pipeline.pages.prose import bind
from pipeline.pdf_runs import runs_in_general
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"
SUPPORT = "support_owner.overall.all.support"
PROSE = f"At {{{{ {SUPPORT} }}}} of companies a support team owns it, since 2021, also under $10M."


class Edition:
    """The small edition laid out without its notebooks: every exhibit with the same two lines of prose."""

    def __init__(self, audience="internal", folder=SMALL):
        survey = read_survey(folder)
        self.report, self.codebook = read_report(folder, survey.codebook), survey.codebook
        self.ledger = tabulate(survey, self.report, audience)
        book = Book(self.report, self.ledger, self.codebook)
        words = f"<p>{bind(PROSE, book, ('service.ipynb', 'cell 1'))}</p>"
        self.html = book_html(book, [
            Section(e.id, "exhibit", e.title, exhibit_section(e, book).replace(COMMENTARY, words), e.chapter)
            for e in self.report.exhibits
        ])  # fmt: skip

    def census(self, folder):
        return take_census(folder, self.report, self.codebook, self.ledger)


@pytest.fixture(scope="module")
def edition():
    return Edition()


@pytest.fixture(scope="module")
def finished(edition, tmp_path_factory):
    """A folder with the finished files."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "report.html").write_text(edition.html, encoding="utf-8")
    write_pdf(edition.html, folder / "report.pdf")
    return folder


@pytest.fixture(scope="module")
def paper(finished):
    """What is read from the finished PDF."""
    return read_pdf(finished / "report.pdf")


@pytest.fixture(scope="module")
def census(edition, finished):
    return edition.census(finished)


@pytest.fixture
def changed(edition, paper, tmp_path, monkeypatch):
    """The census of the files with one piece of the HTML changed, the first one that matches; the PDF as it was."""
    monkeypatch.setattr("pipeline.audit.census.read_pdf", lambda path: paper)

    def after(pattern, new):
        html, times = re.subn(pattern, new, edition.html, count=1, flags=re.DOTALL)
        assert times == 1
        (tmp_path / "report.html").write_text(html, encoding="utf-8")
        return edition.census(tmp_path)

    return after


# What is a numeral


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("54% of 1,240 companies", ["54%", "1,240"]),
        ("$2.5M to $10–30M", ["$2.5M", "$10", "30M"]),
        ("<1%, −3 pts, +10 pts, 3.2×", ["<1%", "−3", "+10", "3.2×"]),
        ("the pre-2020 10-15, -5 and (-7)", ["2020", "10", "15", "-5", "-7"]),
        ("P25 at n = 12.", ["P25", "12"]),
        ("½ and x² and ①", ["½", "²", "①"]),
        ("no figure at all", []),
    ],
)
def test_numerals_with_their_signs_scales_and_separators(text, found):
    """A numeral is taken with all that changes its value; ranges are two."""
    assert [token.text for token in numerals(text)] == found


def test_figures_are_found_in_their_order():
    """Two figures that changed places are not both found; a number in allowed words is passed over."""
    assert align(["12", "54%", "8%"], [True, False, False], ["54%", "8%"]) == [None, 0, 1]
    assert align(["8%", "54%"], [False, False], ["54%", "8%"]).count(None) == 1
    assert align(["5", "5"], [True, False], ["5"]) == [None, 0]


def test_a_figure_in_a_sentence_is_a_text_of_its_own():
    """The span has the address, the paragraph a placeholder; what a screen alone shows is not on paper."""
    html = """
        <section data-page="3" id="a" data-run="Chapter"><p>So <span data-cell="a.b.c.d">5%</span> do.</p>
        <details class="data"><table><tr><td id="a.b.c.e">6%<sup>†</sup></td></tr></table></details></section>
    """
    pieces, sections = read_html(html)

    assert [(p.text, p.references, p.on_paper) for p in pieces if p.text] == [
        ("5%", ("a.b.c.d",), True), ("So \ufffc do.", (), True), ("6%†", ("a.b.c.e",), False),
    ]  # fmt: skip
    assert [(s.id, s.page, s.run) for s in sections] == [("a", 3, "Chapter")]


# The finished files


def test_every_numeral_of_the_finished_files_is_bound(census):
    """HTML and PDF: as many bound as there are, most of them figures."""
    assert census.unbound == []
    for count in (census.html, census.pdf):
        assert count.bound == count.numerals > 400
        assert count.figures > sum(count.allowed.values())


def test_appearances_say_where_a_figure_is_printed(census):
    """The 67% of all companies: in headline, table, chart, alternative text and prose, with the page."""
    own = [a for a in census.appearances if a.exhibit == "support_owner"]
    places = {(a.medium, a.element) for a in own if a.cell_id == SUPPORT}
    pages = {a.page for a in own if a.medium == "pdf"}

    for element in ("headline", "table_cell", "label", "alt_text", "prose"):
        assert {("html", element), ("pdf", element)} <= places
    assert len(pages) == 1 and None not in pages


def test_every_figure_that_a_table_shows_appears(edition, census):
    """Of each exhibit laid out, every cell whose address is in the page has an appearance."""
    shown = set(re.findall(r'<td[^>]* id="([^"]+)"', edition.html))
    with_numerals = {cell_id for cell_id in shown if numerals(edition.ledger.cell(cell_id).printed)}

    assert with_numerals <= {a.cell_id for a in census.appearances}


def test_appearances_go_into_the_database(edition, census, tmp_path):
    """Each with a figure that exists."""
    path = edition.ledger.write_sqlite(tmp_path / "ledger.sqlite")
    write_appearances(census, path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM appearance").fetchone() == (len(census.appearances),)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_figure_lists_its_places(edition, census, tmp_path):
    """Headline, chart, alternative text, table and sentence of its own page, each in both files."""
    path = edition.ledger.write_sqlite(tmp_path / "ledger.sqlite")
    write_appearances(census, path)
    (table,) = appearance_tables(SMALL, tmp_path, SUPPORT)
    columns = {column.header: [str(cell) for cell in column.cells] for column in table.columns}
    own = [i for i, exhibit in enumerate(columns["Exhibit"]) if exhibit == "support_owner"]

    assert {columns["As"][i] for i in own} >= {"headline", "table", "alternative text", "sentence"}
    assert {columns["In"][i] for i in own} == {"HTML, PDF"} and len({columns["Page"][i] for i in own}) == 1
    assert appearance_tables(SMALL, tmp_path, "records.reason.no_such.records") == []


def test_a_page_of_the_paper_lists_its_figures(edition, census, tmp_path):
    """From a number on paper to its address: the page of the exhibit names it; a page without figures says so."""
    write_appearances(census, edition.ledger.write_sqlite(tmp_path / "ledger.sqlite"))
    page = next(a.page for a in census.appearances if a.medium == "pdf" and a.exhibit == "support_owner")
    (table,) = page_tables(SMALL, tmp_path, page)
    texts, _, _, addresses = ([str(cell) for cell in column.cells] for column in table.columns)

    assert (SUPPORT, "67%") in zip(addresses, texts, strict=True)
    with pytest.raises(InputError, match="page 99 prints no figure"):
        page_tables(SMALL, tmp_path, 99)


def test_numbers_in_words_are_listed(changed):
    """They stop nothing."""
    census = changed(r"At <span", "At two thirds, or <span")

    assert [word.partition(": ")[2] for word in census.in_words] == ["two", "thirds"]
    assert census.unbound == []


# One thing changed


@pytest.mark.parametrize(
    ("pattern", "new", "says"),
    [
        (rf'(<td[^>]* id="{SUPPORT}">)67%', r"\g<1>66%", f"'66%' stands where {SUPPORT} is '67%'"),
        (rf'(<g data-cell="{SUPPORT}"><text[^>]*>)67%', r"\g<1>68%", f"'68%' stands where {SUPPORT} is '67%'"),
        (r"(<title id=\"support_owner-chart-title\"[^>]*>[^<]*Support )67%", r"\g<1>76%", "'76%' stands where"),
        (rf'(<span class="bound" data-cell="{SUPPORT}">)67%', r"\g<1>6.7%", f"'6.7%' stands where {SUPPORT} is '67%'"),
        (r"(<h2[^>]*>A support team owns support at )67% (.*?)25%", r"\g<1>25% \g<2>67%", "stands where"),
        (r"of companies a support team", "of 12 companies a support team", "'12' is neither a figure"),
        (r'(aria-label="Table: )Who owns support', r"\g<1>3 who own support", "'3' is neither a figure"),
        (rf'(<span class="bound" data-cell="{SUPPORT}">)67%', r"\g<1>most", f"{SUPPORT} is 67%, and the text"),
    ],
    ids=["table", "chart", "alternative text", "sentence", "headline swapped", "planted", "aria-label", "in words"],
)  # fmt: skip
def test_a_changed_figure_is_the_one_thing_reported(changed, pattern, new, says):
    """One figure of the finished HTML: the census says which, where, and what it should be; the PDF is not blamed."""
    census = changed(pattern, new)

    assert len(census.html.unbound) == 1 and census.pdf.unbound == []
    assert says in str(census.html.unbound[0])
    with pytest.raises(InputError, match=re.escape(census.html.unbound[0].message[:30])):
        refuse_unbound(census)


@pytest.mark.parametrize(
    ("pattern", "new", "says"),
    [
        (r"since 2021", "since 2004", "'2004' is neither a figure"),
        (r"under &#36;10M\.", "under $11M.", "'$11M' is neither a figure"),
        (r"Fewer than 10 answers", "Fewer than 20 answers", "'20' is neither a figure"),
        (r'(<span class="folio">)\d+', r"\g<1>99", "'99' is neither a figure"),
        (r'(<p class="kicker"><span class="number">)1\.1', r"\g<1>1.2", "'1.2' is neither a figure"),
        (rf'(<p>At <span class="bound" data-cell="{SUPPORT})"', r'\g<1>x"', "names support_owner.overall.all.supportx"),
    ],
    ids=["year", "edge", "threshold", "page number", "exhibit number", "unknown address"],
)
def test_words_are_allowed_only_as_they_are_defined(changed, pattern, new, says):
    """A year too far back, an edge that no band has, another threshold, a wrong page: reported, and paper differs."""
    census = changed(pattern, new)
    places = {each.place for each in census.pdf.unbound}

    assert says in str(census.html.unbound[0]) and len(census.html.unbound) <= 2
    assert len(places) == 1


def test_a_value_that_a_drawing_lost_is_missed(changed):
    """The alternative text tells it, and no other text of the drawing prints it."""
    census = changed(rf'<g data-cell="{SUPPORT}"><text[^>]*>67%</text></g>', "")

    (found,) = census.html.unbound
    assert f"it tells {SUPPORT}, which is missing in the drawing" in str(found)


@pytest.mark.parametrize("lost", ["channels.motion.sales_led.phone", "channels.overall.all.none"])
def test_a_value_that_small_panels_lost_is_missed(changed, lost):
    """Their alternative text tells no figure; the row and the column have others."""
    census = changed(
        rf'(<title id="channels-panels-title".*?)<g data-cell="{re.escape(lost)}"><text[^>]*>[^<]*</text></g>', r"\g<1>"
    )

    (found,) = census.html.unbound
    assert f"{lost} is missing in the drawing" in str(found)


@pytest.mark.parametrize(
    ("drawing", "one", "other", "says"),
    [
        ("channels-chart", "E-mail", "Phone", "'Phone' stands beside channels.overall.all.email"),
        ("channels-panels", "Product-led", "Sales-led", "stands beside channels.motion."),
        ("channels-panels", "E-mail", "Phone", "the figures in the order email, phone, chat, none"),
        ("support_owner-stack", "All companies", "Sales-led†", "'Sales-led†' stands beside support_owner.overall"),
        ("support_owner-stack", "Support", "Onboarding", "the names stand in the order"),
    ],
)
def test_names_that_changed_places_are_at_the_wrong_figures(edition, drawing, one, other, says):
    """Names of bars, of a table's rows and of its columns; the figures stand where they stood."""
    before, drawn, after = re.split(rf"(<svg[^>]*{drawing}-title.*?</svg>)", edition.html, maxsplit=1, flags=re.DOTALL)
    assert drawn.count(f">{one}<") == drawn.count(f">{other}<") == 1
    swapped = drawn.replace(f">{one}<", ">?<").replace(f">{other}<", f">{one}<").replace(">?<", f">{other}<")

    found = [list(of_drawings(read_html(html)[0], edition.report, edition.ledger))
             for html in (edition.html, before + swapped + after)]  # fmt: skip

    assert found[0] == [] and found[1]
    assert says in " ".join(map(str, found[1]))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("support at {overall.all.support} of", "support at 58% of", "the numeral '58%' is neither a figure"),
        ("of companies, ahead", "of 12 companies, ahead", "the numeral '12' is neither a figure"),
        ("of companies, ahead", "of companies under $10M since 2021, ahead", ""),
        ("of companies, ahead", "for the 2 answers, ahead", ""),
    ],
)
def test_a_headline_may_say_what_its_exhibit_says_and_edges_and_years(edition, paper, tmp_path, monkeypatch, old, new,
                                                                     says):  # fmt: skip
    """A number that is typed into a headline is last year's before long; of the exhibit's words it may repeat one."""
    monkeypatch.setattr("pipeline.audit.census.read_pdf", lambda path: paper)
    shutil.copytree(SMALL, tmp_path / "small")
    file = tmp_path / "small" / "exhibits.yaml"
    text = file.read_text(encoding="utf-8").replace("Owner of support,", "Owner of support, 2 answers,")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    changed = Edition(folder=tmp_path / "small")
    (tmp_path / "report.html").write_text(changed.html, encoding="utf-8")
    unbound = [str(each) for each in changed.census(tmp_path).html.unbound]

    assert bool(unbound) == bool(says) and all(says in each for each in unbound)


def test_paper_is_read_as_well(edition, finished, tmp_path):
    """A PDF with another number, another alternative text and a numeral more: all three, each with its page."""
    html = re.sub(rf'(<td[^>]* id="{SUPPORT}">)67%', r"\g<1>61%", edition.html, count=1)
    html = re.sub(r"(<title id=\"support_owner-chart-title\"[^>]*>[^<]*Support )67%", r"\g<1>62%", html, count=1)
    html = html.replace("Some companies", "Some 4711 companies").replace("since 2021", "since 2021 at 4711", 1)
    shutil.copy(finished / "report.html", tmp_path)
    write_pdf(html, tmp_path / "report.pdf")
    census = edition.census(tmp_path)
    said = [str(each) for each in census.pdf.unbound]

    assert census.html.unbound == []
    assert [re.search(r"the numeral '([^']+)'", line)[1] for line in said] == ["61%", "4711", "67%", "62%", "67%"]
    assert all(re.match(r"pdf, page \d+", line) for line in said)
    assert "alternative text" in said[-1]


def test_a_file_in_the_page_has_the_figures_of_the_ledger(edition, census):
    """Each row of each CSV file; another value in one of them is reported with the right one."""
    rows = sum(len(edition.ledger.exhibit(exhibit.id)) for exhibit in edition.report.exhibits)
    data = re.search(r'download="support_owner.csv" href="data:text/csv;charset=utf-8;base64,([^"]*)"', edition.html)[1]
    text = base64.b64decode(data).decode("utf-8-sig").replace("66.66666666666667,67%", "66.66666666666667,68%", 1)
    wrong = edition.html.replace(data, base64.b64encode(text.encode("utf-8-sig")).decode())
    (found,) = of_downloads(wrong, edition.ledger).unbound

    assert census.downloads.figures == census.downloads.numerals == rows
    assert found.place == "support_owner.csv" and "68%" in found.message and "67%" in found.message


def test_pages_are_read_as_a_general_reader_reads_them(finished, paper):
    """The numerals of each page are those that pypdf finds, charts with letters placed one by one included."""
    for page, runs in zip(PdfReader(finished / "report.pdf").pages, paper.pages, strict=True):
        read = (runs, runs_in_general(page))
        ours, theirs = (Counter(token.text for run in each for token in numerals(run)) for each in read)
        assert ours == theirs


def test_text_in_another_form_is_read_too(edition, finished, tmp_path):
    """A numeral drawn with a font of the reader's own, as a plain string, is found by the general reader."""
    writer = PdfWriter(clone_from=finished / "report.pdf")
    page = writer.pages[5]
    plain = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in plain.items()})
    page["/Resources"]["/Font"][NameObject("/Planted")] = font
    content = DecodedStreamObject()
    content.set_data(page.get_contents().get_data() + b"\nBT /Planted 9 Tf 1 0 0 1 50 50 Tm (4711 more) Tj ET\n")
    page[NameObject("/Contents")] = writer._add_object(content)
    writer.write(tmp_path / "report.pdf")
    shutil.copy(finished / "report.html", tmp_path)
    (found,) = edition.census(tmp_path).unbound

    assert found.place == "page 6" and "'4711'" in found.message


def test_the_external_edition_is_bound_too(tmp_path):
    """What is withheld prints no numeral, and thresholds are those of its audience."""
    edition = Edition("external")
    (tmp_path / "report.html").write_text(edition.html, encoding="utf-8")
    write_pdf(edition.html, tmp_path / "report.pdf")

    assert edition.census(tmp_path).unbound == []

"""Gates on the finished 2023 report: the PDF's structure with pikepdf, and the HTML's with the standard parser."""

import json
import os
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from pipeline.build import build
from pipeline.figures import read_ledger, read_report
from pipeline.responses.codebook import read_codebook

EDITION = Path(__file__).parents[1] / "survey_raw" / "2023"
PAGE = (960, 540)
FAMILIES = ("Inter", "Source-Serif-4")
PLACEHOLDER = re.compile(r"(image|figure|chart|graph|picture|diagram|drawing|alt|n/?a|none|tbd)\W*\d*", re.IGNORECASE)

ADDRESSES = ("href", "src", "srcset", "action", "poster", "xlink:href", "data")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the whole report, built once for all gates; BANDWISE_BUILT names one that was built just now."""
    if "BANDWISE_BUILT" in os.environ:
        return Path(os.environ["BANDWISE_BUILT"])
    output = tmp_path_factory.mktemp("whole") / "2023"
    build(EDITION, output)
    return output


@pytest.fixture(scope="module")
def record(built):
    """What the run said of itself."""
    return json.loads((built / "run.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report():
    return read_report(EDITION, read_codebook(EDITION / "codebook.yaml"))


@pytest.fixture(scope="module")
def pdf(built):
    with pikepdf.open(built / "report.pdf") as opened:
        yield opened


@pytest.fixture(scope="module")
def texts(built):
    """The text of each page of the PDF."""
    return [page.extract_text() for page in PdfReader(built / "report.pdf").pages]


@pytest.fixture(scope="module")
def html(built):
    return (built / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tags(html):
    parser = Tags()
    parser.feed(html)
    return parser


# The run -----------------------------------------------------------------------------------------------------------


def test_the_build_needs_no_person(record):
    """No finding is open, no headline has lost its condition."""
    assert record["problems"] == []


def test_every_exhibit_has_its_page(html, report):
    """All exhibits of exhibits.yaml, each once, under its id."""
    pages = Counter(re.findall(r'<section\b[^>]*? id="([^"]+)"', html))

    assert [exhibit.id for exhibit in report.exhibits if pages[exhibit.id] != 1] == []
    assert [name for name, times in pages.items() if times > 1] == []


# The PDF -----------------------------------------------------------------------------------------------------------


def elements(pdf):
    """Every element of the structure tree, parents first."""
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if "/S" in node:
            yield node
        kids = node.get("/K", [])
        kids = [kids] if isinstance(kids, pikepdf.Dictionary) else kids if isinstance(kids, pikepdf.Array) else []
        waiting += [kid for kid in reversed(list(kids)) if isinstance(kid, pikepdf.Dictionary)]


def inside(element):
    """The elements under one, in order."""
    kids = element.get("/K", [])
    kids = [kids] if isinstance(kids, pikepdf.Dictionary) else kids if isinstance(kids, pikepdf.Array) else []
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from inside(kid)


def test_every_page_of_the_pdf_is_a_slide(pdf, html, record):
    """960 by 540 points each, as many as the report has sections."""
    assert {tuple(float(x) for x in page.mediabox) for page in pdf.pages} == {(0.0, 0.0, *map(float, PAGE))}
    assert len(pdf.pages) == html.count("<section data-page=") == record["pages"]


def test_the_pdf_says_what_it_is(pdf, report):
    """Tagged, its language and title known and shown, marked as PDF/UA-1."""
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == report.title
    assert bool(pdf.Root.MarkInfo.Marked) is True
    assert str(pdf.Root.Lang) == "en"
    assert str(pdf.docinfo["/Title"]) == report.title
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True


def test_bookmarks_are_nested_by_chapter(pdf, report, html):
    """Each chapter is a bookmark with its exhibits below it, in order; each leads to the section's own page."""
    planned = {ident: int(page) for page, ident in re.findall(r'<section data-page="(\d+)"[^>]*? id="([^"]+)"', html)}
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    with pdf.open_outline() as outline:
        found = {page_of(item, pdf, pages): item for item in outline.root}
        for chapter in report.chapters:
            opener = found[planned[chapter.id]]
            below = [page_of(item, pdf, pages) for item in opener.children]
            wanted = [planned[exhibit.id] for exhibit in report.of_chapter(chapter.id)]
            assert [page for page in wanted if page not in below] == [], chapter.id
            assert below == sorted(below)


def page_of(item, pdf, pages):
    """The page that a bookmark leads to, from 1."""
    target = item.destination if item.destination is not None else item.action.D
    if isinstance(target, (pikepdf.String, str)):
        target = pikepdf.NameTree(pdf.Root.Names.Dests)[str(target)]
        target = target.D if isinstance(target, pikepdf.Dictionary) else target
    return pages[target[0].objgen]


def test_every_drawing_has_words(pdf):
    """Each Figure has an alternative text of its own that says something: no placeholder, none left empty."""
    words = [str(element.get("/Alt", "")) for element in elements(pdf) if element.S == "/Figure"]

    assert words
    assert [text for text in words if len(text) < 20 or PLACEHOLDER.fullmatch(text.strip())] == []


def test_every_table_has_a_row_of_headers(pdf):
    """The first row of each table holds header cells only, and every header says whether it heads row or column."""
    tables = [element for element in elements(pdf) if element.S == "/Table"]
    faulty = []
    for number, table in enumerate(tables):
        rows = [element for element in inside(table) if element.S == "/TR"]
        cells = [cell for cell in inside(rows[0]) if cell.S in ("/TH", "/TD")]
        headers = [cell for row in rows for cell in inside(row) if cell.S == "/TH"]
        if not cells or any(cell.S != "/TH" for cell in cells) or not all(map(scope, headers)):
            faulty.append(number)

    assert len(tables) > 50
    assert faulty == []


def scope(header):
    attributes = header.get("/A", [])
    attributes = [attributes] if isinstance(attributes, pikepdf.Dictionary) else attributes
    return next((str(a.Scope) for a in attributes if isinstance(a, pikepdf.Dictionary) and "/Scope" in a), "")


def test_only_our_fonts_are_in_the_pdf_and_all_of_them_are_embedded(pdf):
    """Inter and Source Serif; nothing that the reader's machine has to bring."""
    fonts = {}
    for page in pdf.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            fonts[str(font.BaseFont).lstrip("/").split("+")[-1]] = font
    files = {name: described(font) for name, font in fonts.items()}

    assert fonts
    assert [name for name in fonts if not name.startswith(FAMILIES) or "Bold-Italic" in name] == []
    assert [name for name, there in files.items() if not there] == []


def described(font):
    """Whether the file of a font, or of the font below it, is in the PDF."""
    below = font.get("/DescendantFonts", [font])[0]
    return any(key in below.FontDescriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_no_page_is_without_text(texts):
    """Every page can be searched."""
    assert [number for number, text in enumerate(texts, start=1) if len(text.strip()) < 40] == []


def test_every_page_prints_its_own_number(texts, html):
    """What contents and index count with is what is printed at the foot of the page."""
    deep = {int(page) for page in re.findall(r'<section data-page="(\d+)" class="[^"]*\bdeep\b', html)}
    unnumbered = [number for number, text in enumerate(texts, start=1) if not text.rstrip().endswith(str(number))]

    assert [number for number in unnumbered if number not in deep] == []


def test_contents_and_index_name_real_pages(html, texts):
    """Each line of the contents and of the index carries the number of the page on which its section begins."""
    planned = {ident: page for page, ident in re.findall(r'<section data-page="(\d+)"[^>]*? id="([^"]+)"', html)}
    lists = "".join(re.findall(r'<section [^>]*class="page (?:contents|front index)".*?</section>', html, re.DOTALL))
    listed = re.findall(r'<a href="#([^"]+)"[^>]*>(.*?)</a>', lists, re.DOTALL)
    wrong = [(ident, text) for ident, text in listed if re.sub(r"<[^>]+>", " ", text).split()[-1] != planned[ident]]

    assert len(listed) > len(planned)
    assert wrong == []
    for ident, title in re.findall(r'<a href="#([^"]+)"[^>]*>[^\n]*?<span class="name">(.*?)</span>', lists):
        words = re.sub(r"\W+", "", re.sub(r"&#?\w+;", "", title))[:20].lower()
        page = re.sub(r"\W+", "", texts[int(planned[ident]) - 1]).lower()
        assert words in page or f'id="{ident}" data-title="' in html, ident


# The HTML ----------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Headings, ids, addresses and styles of a page."""

    def __init__(self):
        super().__init__()
        self.headings, self.ids, self.addresses, self.styles, self.unnamed = [], [], [], [], []
        self.language, self._style = "", False

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "html":
            self.language = values.get("lang", "")
        named = {"img": ("alt",), "svg": ("aria-labelledby", "aria-label", "aria-hidden")}.get(tag)
        if named and not any(values.get(name) for name in named):
            self.unnamed.append(self.getpos())
        self.addresses += [values[name] for name in ADDRESSES if values.get(name)]
        self.styles.append(values.get("style") or "")
        self._style = tag == "style"

    def handle_data(self, data):
        if self._style:
            self.styles.append(data)

    def handle_endtag(self, tag):
        self._style = False


def test_the_html_asks_for_nothing_from_elsewhere(tags):
    """Every address is inside the file: a section, a cell, or data of its own; no style sheet imports anything."""
    styles = "".join(tags.styles)

    assert {address for address in tags.addresses if not address.startswith(("#", "data:"))} == set()
    asked = re.findall(r"url\(\s*['\"]?([^'\")]{0,60})", styles)
    assert [url for url in asked if not url.startswith(("data:", "#"))] == []
    assert "@import" not in styles


def test_the_html_is_one_document_with_one_heading_tree(tags):
    """A language, one h1, and no level skipped on the way down."""
    assert tags.language == "en"
    assert tags.headings.count(1) == 1 and tags.headings[0] == 1
    assert [(above, below) for above, below in pairwise(tags.headings) if below > above + 1] == []


def test_ids_are_unique_and_every_link_arrives(tags):
    """No id stands twice; each address within the page has its target."""
    known = Counter(tags.ids)

    assert [ident for ident, times in known.items() if times > 1] == []
    assert {address for address in tags.addresses if address.startswith("#") and address[1:] not in known} == set()


def test_every_drawing_of_the_html_has_a_name(tags):
    """Images have an alternative text, drawings a title that they are labelled by, decoration is hidden."""
    assert tags.unnamed == []


def test_no_figure_of_the_page_is_another_than_the_ledgers(built, html):
    """A table cell shows the printed text of the figure that it names, or its count of companies, or its base."""
    ledger = read_ledger(built / "ledger.csv")
    shown = re.findall(r'<t[dh][^>]* (?:id|data-cell)="([^"]+)"[^>]*>(.*?)</t[dh]>', html, re.DOTALL)
    wrong = []
    for address, inner in shown:
        if address in ledger:
            text = unescape(re.sub(r"<sup.*?</sup>|<[^>]+>", "", inner, flags=re.DOTALL).strip())
            cell = ledger.cell(address)
            counts = [f"{count:,}" for count in (cell.numerator, cell.n) if count is not None]
            if text not in (cell.printed, *counts) and not (cell.status == "empty" and text == "none"):
                wrong.append((address, text, cell.printed))

    assert len(shown) > 3000
    assert wrong == []


BAD = """<html lang="en"><h1 id="a">A</h1><h3 id="a">B</h3><img src="https://example.org/x.png"><svg></svg>
<a href="#gone">C</a><style>@import url("//example.org/a.css");</style></html>"""


def test_the_gates_see_what_they_are_there_for():
    """On a page with one of each fault, each is noticed."""
    tags = Tags()
    tags.feed(BAD)

    for gate in (
        test_the_html_asks_for_nothing_from_elsewhere, test_the_html_is_one_document_with_one_heading_tree,
        test_ids_are_unique_and_every_link_arrives, test_every_drawing_of_the_html_has_a_name,
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            gate(tags)
    assert len(tags.unnamed) == 2
    assert PLACEHOLDER.fullmatch("Figure 3") and not PLACEHOLDER.fullmatch("Donut: same or more people 53%")


# The report in a browser ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_is_wider_than_the_window(built, chromium, width):
    """What is too wide scrolls in a box of its own; nothing else reaches beyond the right edge."""
    tab = chromium.new_page(viewport={"width": width, "height": 900})
    tab.goto((built / "report.html").as_uri())
    wide = tab.evaluate(BEYOND, width)
    scroll = tab.evaluate("document.documentElement.scrollWidth")
    tab.close()

    assert wide == []
    assert scroll <= width


# The sections with something beyond the right edge that no scrolling box holds.
BEYOND = """width => [...new Set([...document.querySelectorAll("main *")].filter(element => {
  const box = element.getBoundingClientRect();
  for (let above = element.parentElement; above; above = above.parentElement)
    if (getComputedStyle(above).overflowX !== "visible") return false;
  return box.width > 0 && box.right > width + 0.5;
}).map(element => element.closest("section").id))]"""


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_the_whole_report(built, violations, width):
    """No rule of axe-core is broken on any page, on a desk and on a phone."""
    assert violations((built / "report.html").as_uri(), width) == []

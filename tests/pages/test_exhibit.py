import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.errors import InputError
from pipeline.pages.exhibit import Layout, exhibit_section, layout_of
from pipeline.pages.text_size import text_width
from pipeline.pages.view import table_of

SVG = "{http://www.w3.org/2000/svg}"


def test_a_crosstab_is_as_kept(book, golden):
    """The table: row heads, n, shades, bold for the most common answer, marks, an address for each number."""
    table = re.search(r"<table.*?</table>", exhibit_section("support_owner", book), re.DOTALL)[0]

    golden("crosstab.html", table + "\n")


def test_a_heading_is_as_kept(book, golden):
    """Kicker with number and topic, the headline that the figures bear out, the line that says what was measured."""
    golden(
        "heading.html", re.search(r"<header.*?</header>", exhibit_section("support_owner", book), re.DOTALL)[0] + "\n"
    )


def test_a_source_line_is_as_kept(book, golden):
    """Question, base, the marks that appear and the notes that are true, source."""
    golden("source.html", re.search(r'<p class="source".*?</p>', exhibit_section("support_owner", book))[0] + "\n")


def test_every_number_has_its_address_once(book):
    """Each figure of an exhibit's table is on its page as an element whose id is the figure's address."""
    for exhibit in book.report.exhibits:
        html = exhibit_section(exhibit, book)
        ids = Counter(re.findall(r' id="([^"]+)"', html))
        table = table_of(book, exhibit)
        shown = {cell.cell_id for cell in table.cells()}
        if layout_of(exhibit, table) is not Layout.CARDS:
            shown |= {line.n.cell_id for line in table.lines}

        assert shown <= set(ids)
        assert not [name for name, count in ids.items() if count > 1]


def test_what_is_withheld_is_nowhere_on_the_page(external_book):
    """Outside the house a withheld figure is a dash in the table, a word in the chart, and empty in the download."""
    html = exhibit_section("support_people", external_book)
    cells = [c for c in external_book.ledger.exhibit("support_people") if c.column == "median_people"]
    withheld = [cell for cell in cells if cell.status == "suppressed"]

    assert withheld
    assert all(f'id="{cell.cell_id}">–<' in html for cell in withheld)
    assert ">withheld</text>" in html


def test_bold_is_what_no_withheld_share_can_exceed(book):
    """Of 67, 25 and 8 percent the 67 stays bold without the 25; without the 67 nothing is bold."""
    exhibit = book.report.exhibit("support_owner")
    shares = sorted((figure.cell for figure in table_of(book, exhibit).lines[0].figures), key=lambda cell: -cell.stat)

    def bold_without(cell):
        cells = [replace(c, status="suppressed", stat=None) if c is cell else c for c in book.ledger.cells]
        row = table_of(replace(book, ledger=replace(book.ledger, cells=cells)), exhibit).lines[0]
        return [figure.cell.column for figure in row.figures if "top" in figure.classes]

    assert bold_without(shares[1]) == [shares[0].column]
    assert bold_without(shares[0]) == []


def test_a_headline_whose_rule_fails_leaves_the_title(book):
    """The page then names its subject, and the kicker names the chapter instead of the subject twice."""
    html = exhibit_section("support_people", book)

    if book.headline(book.report.exhibit("support_people")) is None:
        assert "<h2>Support coverage</h2>" in html
        assert "</span> Service</p>" in html


@pytest.mark.parametrize(
    ("exhibit", "layout"),
    [
        ("support_owner", Layout.CROSSTAB),
        ("support_people", Layout.COVERAGE),
        ("people_mix", Layout.WIDE),
        ("aims", Layout.CARDS),
        ("people_by_role", Layout.WIDE),
    ],
)
def test_the_kind_of_exhibit_chooses_the_layout(book, exhibit, layout):
    """Shares are a crosstab, medians of a role ranges, single rows large numbers, mixed units the full width."""
    definition = book.report.exhibit(exhibit)

    assert layout_of(definition, table_of(book, definition)) is layout


def test_an_unknown_exhibit_is_named(book):
    """A misspelt id is refused with the nearest one."""
    with pytest.raises(InputError, match="support_owner"):
        exhibit_section("suport_owner", book)


def test_text_in_drawings_lies_inside_them(book):
    """No label is clipped: each text of each drawing, with the width it needs, is inside the viewBox."""
    drawings = [
        d for e in book.report.exhibits for d in re.findall(r"<svg.*?</svg>", exhibit_section(e, book), re.DOTALL)
    ]
    assert drawings
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        _, _, width, height = map(float, root.get("viewBox").split())
        for text in root.iter(f"{SVG}text"):
            size = float(text.get("font-size").removesuffix("px"))
            needed = text_width(text.text, size, int(text.get("font-weight", 400)))
            start = float(text.get("x")) - needed * {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor"), 0.0)

            assert start >= -1 and start + needed <= width + 1, text.text
            assert size >= 8
            assert size * 0.6 <= float(text.get("y")) <= height, text.text


def test_drawings_are_the_same_on_every_run(book):
    """Ids, order and numbers of a drawing depend on nothing but the figures."""
    assert exhibit_section("support_people", book) == exhibit_section("support_people", book)


def test_drawings_say_what_they_show(book):
    """The title comes first, names the base, and is short enough to be read out."""
    drawings = re.findall(r"<svg.*?</svg>", exhibit_section("support_owner", book), re.DOTALL)
    title = ElementTree.fromstring(drawings[-1])[0]

    assert title.tag == f"{SVG}title"
    assert "n\u00a0=\u00a012" in title.text
    assert "67%" in title.text
    assert len(title.text) <= 250

"""The structure that a screen reader of the PDF meets: scopes, boxes and links."""

import pytest
from pypdf import PdfReader


@pytest.fixture(scope="module")
def reader(paper):
    return PdfReader(paper[0])


@pytest.fixture(scope="module")
def elements(reader):
    """All elements of the structure, as (element, parent)."""
    found = []

    def walk(node, parent):
        node = node.get_object()
        if isinstance(node, dict) and "/S" in node:
            found.append((node, parent))
        kids = node.get("/K", []) if isinstance(node, dict) else []
        for kid in kids if isinstance(kids, list) else [kids]:
            if isinstance(kid.get_object(), dict):
                walk(kid, node)

    walk(reader.trailer["/Root"]["/StructTreeRoot"], None)
    return found


def test_every_header_says_what_it_heads(elements):
    """Headers in a row of headers head columns, a header beside data heads its row; both are there."""
    scopes = {"/Column": 0, "/Row": 0}
    for element, row in elements:
        if element["/S"] == "/TH":
            alone = all(kid.get_object()["/S"] == "/TH" for kid in row["/K"])
            assert element["/A"]["/Scope"] == ("/Column" if alone else "/Row")
            scopes[element["/A"]["/Scope"]] += 1

    assert all(scopes.values())


def test_every_figure_lies_on_its_page(elements):
    """Boxes are in points from the lower left corner, which is where a reader that highlights them looks."""
    boxes = [[float(x) for x in element["/A"]["/BBox"]] for element, _ in elements if element["/S"] == "/Figure"]

    assert boxes
    assert [box for box in boxes if not (0 <= box[0] < box[2] <= 960 and 0 <= box[1] < box[3] <= 540)] == []
    assert min(box[0] for box in boxes) >= 48  # the margin of a page


def test_links_are_printed(reader):
    """Every link carries the print flag, which PDF/UA asks of annotations."""
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]

    assert links
    assert [link for link in links if not link["/F"] & 4] == []

"""A finished file is delivered only when it is the company's own and nobody else's."""

import pytest
from weasyprint import HTML

from pipeline.pages.gates import Expected, Foreign, faults

EXPECTED = Expected("C01", "Alder & Sons", 2, 1)
FILLER = "Words enough to be a page of a report, in which nothing stands of anybody but the company itself."
SVG = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
DRAWING = f'<img alt="A drawing" src="{SVG}">'
FOREIGN = Foreign(
    names=frozenset({"birch", "oak & elm", "alder & sons north"}),
    ids=frozenset({"c02", "r_x7"}),
    texts=frozenset({"we lost our largest customer in may"}),
    numbers=frozenset({"1234567", "40321.5"}),
    mine="Alder & Sons\n987654\nboss@alder.example",
    printed=frozenset({"98765"}),
)


def made(path, *pages, title="Report: Alder & Sons (C01)", lang="en", tagged=True, drawing=DRAWING):
    """A file of two pages, each with the line that says whose it is."""
    whose = f'<section style="break-before:page"><p>Alder &amp; Sons (C01)</p><p>{FILLER}</p>'
    bodies = "".join(f"{whose}{page}</section>" for page in pages)
    bodies = bodies.replace("</section>", f"{drawing}</section>", 1)
    html = f'<html lang="{lang}"><head><title>{title}</title></head><body>{bodies}</body></html>'
    HTML(string=html).write_pdf(path, **({"pdf_variant": "pdf/ua-1"} if tagged else {}))
    return path


def test_a_file_of_the_company_alone_passes(tmp_path):
    """Its own numbers, its own address and printed figures of the peers are no leak."""
    path = made(tmp_path / "C01.pdf", "<p>987,654 and 98,765, boss@alder.example</p>", "<p>Birchwood, C021</p>")

    assert faults(path, EXPECTED, FOREIGN) == []


@pytest.mark.parametrize(
    ("leak", "fault"),
    [
        ("as at Birch last year", "page 2 names another company"),
        ("as at BIRCH last year", "page 2 names another company"),
        ("as at Oak &amp;<br>Elm", "page 2 names another company"),
        ("as at Alder &amp; Sons North", "page 2 names another company"),
        ("see C02", "page 2 carries the id of another company"),
        ("see R_X7", "page 2 carries the id of another company"),
        ("ask jo@birch.example", "page 2 carries an e-mail address that the company did not give"),
        ("We lost our largest<br>customer in May", "page 2 carries the words of another company's answer"),
        ("ARR of $1,234,567", "page 2 carries the exact number of another company's answer"),
        ("40321.50 tickets", "page 2 carries the exact number of another company's answer"),
    ],
)
def test_a_trace_of_another_company_is_found(tmp_path, leak, fault):
    """A name in other capitals or across a line, an id, an address, an answer, a number in another notation."""
    path = made(tmp_path / "C01.pdf", "", f"<p>{leak}</p>")

    assert fault in faults(path, EXPECTED, FOREIGN)


def test_the_metadata_are_read_as_well(tmp_path):
    """What no page shows can still be in the file."""
    path = made(tmp_path / "C01.pdf", "", "", title="C01, once Birch")

    assert "the metadata names another company" in faults(path, EXPECTED, FOREIGN)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (dict(title="A report"), "the file's title does not name the company"),
        (dict(tagged=False), "the file is not tagged"),
        (dict(lang=""), "the file does not say its language"),
        (dict(drawing=""), "the file has 0 drawings, 1 were planned"),
    ],
)
def test_what_is_lacking_is_found(tmp_path, change, fault):
    """Title, tags, language and drawings are part of what was promised."""
    if change.get("lang") == "":
        change |= {"tagged": False}

    assert fault in faults(made(tmp_path / "C01.pdf", "", "", **change), EXPECTED, FOREIGN)


def test_pages_are_counted_and_each_says_whose_it_is(tmp_path):
    """A page too many, and one without the company's line."""
    path = tmp_path / "C01.pdf"
    made(path, "", "", '<p style="break-before:page">' + FILLER + "</p>")

    found = faults(path, EXPECTED, FOREIGN)

    assert "the file has 4 pages, 2 were planned" in found
    assert "page 4 does not carry the company's id" in found
    assert "page 4 does not carry the company's name" in found

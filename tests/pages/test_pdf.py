import logging
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from weasyprint import HTML

from pipeline.errors import InputError
from pipeline.pages.html import book_html
from pipeline.pages.pdf import for_paper, write_pdf


@pytest.fixture(scope="module")
def printed(paper):
    path, count = paper
    return count, PdfReader(path)


def outline(reader, items=None, level=1):
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            yield from outline(reader, item, level + 1)
        else:
            yield level, item.title, reader.get_destination_page_number(item) + 1


def test_every_section_is_one_page(printed, page):
    """Pages are 960 by 540 points, and there are as many as the report has sections."""
    count, reader = printed

    assert count == len(reader.pages) == page.count("<section data-page=")
    assert {tuple(map(float, p.mediabox[2:])) for p in reader.pages} == {(960.0, 540.0)}


def test_bookmarks_follow_the_sections(printed, book):
    """Front matter at the first level, each exhibit's headline on its page."""
    _, reader = printed
    marks = list(outline(reader))
    headline = book.headline(book.report.exhibit("support_owner"))

    assert [title for level, title, _ in marks if level == 1][:4] == [
        "Cover",
        "Contents",
        "How to read this report",
        "Who answered",
    ]
    assert (headline, 5) in [(title, number) for _, title, number in marks]


def test_text_and_metadata_are_there(printed):
    """Text of tables and of drawings can be selected, running heads and folios are printed, the language is known."""
    _, reader = printed
    text = reader.pages[4].extract_text()

    assert "67%" in text and "All companies" in text and "Customer Success" in text
    assert "A small benchmark" in text and "Synthetic data" in text
    assert text.rstrip().endswith("5")
    assert reader.metadata.title == "A small benchmark"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_only_our_fonts_are_embedded(printed):
    """Inter and Source Serif, whole words of them in the file, no other family and no invented style."""
    _, reader = printed
    names = set()
    for sheet in reader.pages:
        for font in sheet["/Resources"].get("/Font", {}).values():
            names.add(font.get_object()["/BaseFont"].split("+")[-1])

    assert names
    assert all(name.startswith(("/Inter", "Inter", "Source-Serif-4", "/Source-Serif-4")) for name in names)
    assert not [name for name in names if "Bold-Italic" in name]


def test_the_same_report_gives_the_same_bytes_without_a_complaint(paper, page, tmp_path, caplog):
    """Two prints of one page differ in nothing, and WeasyPrint has nothing to complain about."""
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        write_pdf(page, tmp_path / "again.pdf")

    assert (tmp_path / "again.pdf").read_bytes() == paper[0].read_bytes()
    assert not caplog.records


@pytest.mark.parametrize(
    ("words", "message"),
    [('<p style="height:152pt">word</p>', "runs into the source line"), ("<p>word</p>" * 200, "it has room for one")],
    ids=["a little too long", "far too long"],
)
def test_a_page_that_overflows_is_named(book, sections, tmp_path, words, message):
    """Too much commentary stops the build with the section's id, and no file is left."""
    section = sections[0]
    long = replace(section, html=section.html.replace("<p>Some words.</p>", words))

    with pytest.raises(InputError, match=message) as caught:
        write_pdf(book_html(book, [long, *sections[1:]]), tmp_path / "report.pdf")

    assert caught.value.key == "support_owner"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("addition", "message"),
    [
        ('<p style="colour:red">x</p>', "cannot be printed cleanly"),
        ("<p>\U0010FFFD</p>", "no font on this machine has .*U\\+10FFFD.*install one"),
        ('<p style="font-family:serif">abc</p>', "'abc' is set in .* not a font of the report"),
        ('<p><img src="https://example.org/x.png" alt="x"></p>', "from elsewhere|cannot be printed cleanly"),
        ('<p><img src="file:///etc/hostname" alt="x"></p>', "from elsewhere|cannot be printed cleanly"),
    ],
    ids=["unknown style", "missing character", "another font", "network", "file"],
)
def test_warnings_and_foreign_files_stop_the_build(book, sections, tmp_path, addition, message):
    """A style that WeasyPrint does not know and an address outside the report are errors."""
    section = replace(sections[0], html=sections[0].html.replace("<p>Some words.</p>", addition))

    with pytest.raises(InputError, match=message):
        write_pdf(book_html(book, [section, *sections[1:]]), tmp_path / "report.pdf")


def test_paper_has_no_screen_parts(page):
    """No script, no controls, no second copy of a chart's data; drawings became images with their words."""
    paper = for_paper(page)

    assert not [
        part for part in ("<script", 'class="tools"', "<nav", "<details", "<svg", 'media="screen"') if part in paper
    ]
    assert paper.count("data:image/svg+xml") == page.count("<svg")
    assert 'alt=""' not in paper


def test_a_label_of_a_drawing_is_one_text():
    """Letters that join, or run from the right, are laid out together: lam and alef are one glyph, drawn at once."""
    label = '<text x="5" y="20">\u0644\u0627</text>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30">{label}</svg>'
    page = PdfReader(BytesIO(HTML(string=drawing).write_pdf())).pages[0]
    shown = [operands for operands, operator in page.get_contents().operations if operator in (b"Tj", b"TJ")]

    assert len(shown) == 1

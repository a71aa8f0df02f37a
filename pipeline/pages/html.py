"""The report as one HTML page: all sections in order, their page numbers, and what a reader on a screen needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from pipeline.figures.definitions import Report
from pipeline.figures.ledger import Ledger
from pipeline.pages import front
from pipeline.pages.book import Book, open_book
from pipeline.pages.chapters import Section, checked_ids
from pipeline.pages.templating import render
from pipeline.pages.theme import FOLDER, css, css_fonts, css_tokens

PAGE_SLOT = re.compile(r'<a href="#[^"]+"><!--page ([^>]+?)--></a>')


def report_html(report: Report, ledger: Ledger, chapters: Mapping[str, Sequence[Section]], audience: str) -> str:
    """The whole report as one self-contained HTML page that needs no network and no script to be read.

    `chapters` holds the sections of each chapter by its id, in report order. Every section knows its page in the PDF
    (`data-page`), since each takes one page; `pdf.write_pdf` checks that the printed pages agree.
    """
    book = open_book(report, replace(ledger, audience=audience))
    return book_html(book, [section for sections in chapters.values() for section in sections])


def book_html(book: Book, sections: Sequence[Section]) -> str:
    """The same from an opened book and the sections of its chapters."""
    planned = plan(book, checked_ids(list(sections)))
    pages = {section.id: page for section, page in planned}
    body = [_numbered(section, page, pages) for section, page in planned]
    return render(
        "report.html",
        report=book.report,
        survey=book.survey,
        file=re.sub(r"[^a-z0-9]+", "-", book.report.title.lower()).strip("-"),
        dimensions=json.dumps([[name, book.codebook.dimensions[name].title] for name in book.report.dimensions]),
        origin="Synthetic data" if book.survey.synthetic else "",
        entries=[
            (section, book.number_of(section.id))
            for section, _ in planned
            if section.kind != "contents" and not section.is_continued
        ],
        sections=[Markup(html) for html in body],
        fonts=Markup(css_fonts(embedded=True)),
        shared=Markup(css_tokens() + css("page")),
        screen=Markup(css("screen")),
        paper=Markup(css("paper")),
        script=Markup((FOLDER / "templates" / "report.js").read_text(encoding="utf-8")),
    )


def plan(book: Book, sections: Sequence[Section]) -> list[tuple[Section, int]]:
    """All sections of the report with their page numbers, front and back matter included."""
    opening = [front.cover(book, book.ledger.audience)]
    reading = [front.how_to_read(book), front.profile(book)]
    inside = [*reading, *sections]
    # The contents list themselves not, so their length is known before their page numbers are.
    backs = front.index(_from(inside, 1), book)
    length = len(front.contents(_from([*inside, *backs], 1), book))
    first = len(opening) + length + 1
    backs = front.index(_from(inside, first), book)
    entries = _from([*inside, *backs], first)
    listed = front.contents(entries, book)
    return [*_from([*opening, *listed], 1), *entries]


def _from(sections: Sequence[Section], first: int) -> list[tuple[Section, int]]:
    return [(section, first + place) for place, section in enumerate(sections)]


def _numbered(section: Section, page: int, pages: Mapping[str, int]) -> str:
    html = section.html.replace("<section ", f'<section data-page="{page}" ', 1)

    def link(found: re.Match) -> str:
        """The way to a page; nothing where no notebook shows that exhibit."""
        return f'<a href="#{found[1]}">Page {pages[found[1]]}</a>' if found[1] in pages else ""

    return PAGE_SLOT.sub(link, html)

"""From an executed notebook and its package to the PDF's HTML: the pages that it shows, with its words."""

from __future__ import annotations

from pathlib import Path

import nbformat
from markupsafe import Markup

from pipeline.errors import ChapterError
from pipeline.figures.definitions import Report
from pipeline.figures.tailored.package import Package
from pipeline.pages.book import Book
from pipeline.pages.chapters import (
    Section,
    checked_ids,
    converted,
    describe,
    exhibit_sections,
    refuse_stray_output,
    shown_by,
)
from pipeline.pages.tailored.sections import STYLES
from pipeline.pages.templating import render
from pipeline.pages.theme import css, css_fonts, css_tokens
from pipeline.responses.codebook import Codebook


def company_sections(executed: Path, package: Package, report: Report, codebook: Codebook) -> list[Section]:
    """The pages that a company's executed notebook shows, in its order.

    Words go to the page after them; their numbers are bound to the package's figures. Raises InputError for a number
    that is not bound, ChapterError for words without a page, for output that is no page, and for a page shown twice.
    """
    notebook = nbformat.read(executed, as_version=4)
    book = Book(report, package.ledger, codebook)
    refuse_stray_output(notebook, executed.name)
    sections: list[Section] = []
    words: list[str] = []
    place = 0
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and cell.source.strip():
            words.append(converted(cell.source, book, (executed.name, describe(notebook, place))))
        elif cell.cell_type == "code" and shown_by(cell):
            sections += exhibit_sections("", shown_by(cell), "\n".join(words))
            words.clear()
    if words or not sections:
        message = "this text belongs to no page: none is shown after it" if words else "the notebook shows no page"
        raise ChapterError(message, executed.name, describe(notebook, place))
    return checked_ids(sections)


def company_html(package: Package, sections: list[Section]) -> str:
    """The whole PDF as one HTML page, each section on a page of its own."""
    company = package.company
    numbered = [
        Markup(section.html.replace("<section ", f'<section data-page="{number}" ', 1))
        for number, section in enumerate(sections, start=1)
    ]
    confidential = f"Confidential, for {company.id} alone"
    return render(
        "company/document.html",
        company=company,
        origin=f"Synthetic data. {confidential}" if company.synthetic else confidential,
        sections=numbered,
        fonts=Markup(css_fonts(embedded=False)),
        shared=Markup(css_tokens() + "".join(map(css, STYLES))),
        paper=Markup(css("paper")),
    )

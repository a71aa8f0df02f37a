"""The small hand-made survey as a book, and the pages of its report without the notebooks in between."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline.pages.book import Book
from pipeline.pages.chapters import Section
from pipeline.pages.exhibit import COMMENTARY, exhibit_section
from pipeline.pages.html import book_html
from pipeline.pages.pdf import write_pdf

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def book(survey, report, ledger):
    return Book(report, ledger, survey.codebook)


@pytest.fixture(scope="session")
def external_book(survey, report, external):
    return Book(report, external, survey.codebook)


@pytest.fixture(scope="session")
def sections(book):
    return sections_of(book)


@pytest.fixture(scope="session")
def page(book, sections):
    """The whole report as HTML."""
    return book_html(book, sections)


@pytest.fixture(scope="session")
def paper(page, tmp_path_factory):
    """The same report as a PDF: its path, and the number of pages that the printer counted."""
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    return path, write_pdf(page, path)


def sections_of(book, words="<p>Some words.</p>"):
    return [
        Section(e.id, "exhibit", e.title, exhibit_section(e, book).replace(COMMENTARY, words), e.chapter)
        for e in book.report.exhibits
    ]


@pytest.fixture
def golden(tmp_path):
    """Compares a text with a file in golden/; UPDATE_GOLDEN=1 writes the file instead."""

    def compare(name, text):
        kept = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            kept.write_text(text, encoding="utf-8")
        fresh = tmp_path / name
        fresh.write_text(text, encoding="utf-8")
        if not kept.exists() or kept.read_text(encoding="utf-8") != text:
            beside = GOLDEN / f"{name}.new"
            shutil.copy(fresh, beside)
            pytest.fail(f"{name} differs from what is kept; the new text is in {beside}")

    return compare

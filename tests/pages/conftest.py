"""The small hand-made survey as a book, and the pages of its report without the notebooks in between."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline.figures import read_report, tabulate
from pipeline.pages.book import Book
from pipeline.pages.chapters import Section
from pipeline.pages.exhibit import COMMENTARY, exhibit_section
from pipeline.pages.html import book_html
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def survey():
    return read_survey(SMALL)


@pytest.fixture(scope="session")
def report(survey):
    return read_report(SMALL, survey.codebook)


@pytest.fixture(scope="session")
def ledger(survey, report):
    return tabulate(survey, report)


@pytest.fixture(scope="session")
def book(survey, report, ledger):
    return Book(report, ledger, survey.codebook)


@pytest.fixture(scope="session")
def external_book(survey, report):
    return Book(report, tabulate(survey, report, "external"), survey.codebook)


@pytest.fixture(scope="session")
def sections(book):
    return sections_of(book)


@pytest.fixture(scope="session")
def page(book, sections):
    """The whole report as HTML."""
    return book_html(book, sections)


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

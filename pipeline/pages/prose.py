"""Numbers in prose are bound: `{{ address }}` in Markdown becomes the printed figure, and no numeral stands alone.

The rule for a digit that is not bound: it must be part of
- a name that the edition defines: title, survey, fieldwork, a band's or an answer's label ("$10–30M", "under 100"),
- an amount that is the edge of a band ("above $100M"),
- the year of the survey or one of the ten years before it, standing alone ("since 2021"),
- a numbered list's marker or the target of a link, which is no statement about the data.
Anything else stops the build. Numbers written as words are the author's own responsibility.
"""

from __future__ import annotations

import html
import re
import unicodedata
from pathlib import Path

from pipeline.errors import InputError
from pipeline.figures.ledger import REFERENCE, SHOWN, Cell
from pipeline.pages.book import Book

BINDING = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
LINK_TARGET = re.compile(r"\]\([^)]*\)|<https?://[^>]*>")
LIST_MARKER = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)
AMOUNT = re.compile(r"([$€£]?)(\d[\d.,]*)(?:–(\d[\d.,]*))?([KMB]?)")
NUMERAL = re.compile(r"[$€£+−-]?\d[\d.,]*\w*%?")
YEARS_BACK = 10
UNCLOSED = re.compile(r"\{\{|\}\}")
TAG = re.compile(r"<[A-Za-z/!?]")


def bind(source: str, book: Book, place: tuple[Path | str, str]) -> str:
    """Markdown with each `{{ address }}` replaced by its printed figure, ready for conversion to HTML.

    `place` is (notebook, cell) for messages. Raises InputError for an address that the ledger does not have, a figure
    that this audience may not see, and a numeral that is not bound.
    """
    refuse_markup(source, place)
    refuse_unbound(source, book, place)
    text = source.replace("\\$", "$").replace("$", "&#36;")  # a dollar sign would begin a formula in Markdown
    return BINDING.sub(lambda found: _span(_bound_cell(found[1], book, place)), text)


def refuse_markup(source: str, place: tuple[Path | str, str]) -> None:
    """Raise InputError for a binding that does not begin and end, and for HTML, which would reach the page as it is."""
    rest = BINDING.sub(" ", source)
    for found, message in (
        (UNCLOSED.search(rest), "a binding begins with {{ and ends with }}"),
        (TAG.search(rest), "HTML is not allowed in prose; write Markdown"),
    ):
        if found:
            where = rest[found.start() : found.start() + 40].splitlines()[0]
            raise InputError(f"{message}; found {where!r}", place[0], None, None, None, place[1])


def first_bound_exhibit(source: str) -> str | None:
    """The exhibit of the first figure that a piece of Markdown quotes."""
    found = BINDING.search(source)
    return found[1].partition(".")[0] if found else None


def refuse_unbound(source: str, book: Book, place: tuple[Path | str, str]) -> None:
    """Raise InputError when a digit stands in the prose that is neither bound nor allowed by the rule above."""
    text = BINDING.sub(" ", source.replace("\\$", "$"))
    text = LIST_MARKER.sub(" ", LINK_TARGET.sub("]", text))
    for phrase in book.known_phrases:
        text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", text, flags=re.IGNORECASE)
    for amount in band_edges(book):
        text = re.sub(rf"(?<![\w.,]){re.escape(amount)}(?![\w%]|[.,]\d)", " ", text)
    year = int(book.survey.year)
    for number in range(year - YEARS_BACK, year + 1):
        text = re.sub(rf"(?<![\w$€£.,]){number}(?![\w%]|[.,]\d)", " ", text)
    digit = next((letter for letter in text if unicodedata.category(letter).startswith("N")), None)
    if digit is not None:
        found = NUMERAL.search(text)
        numeral = found[0].rstrip(".,") if found else digit
        message = f"the numeral {numeral!r} is typed, not bound; write {{{{ exhibit.dimension.band.column }}}} instead"
        raise InputError(message, place[0], None, None, None, place[1])


def band_edges(book: Book) -> set[str]:
    """Amounts at the edge of a band that can be told from a plain count: $10M, $500K, not 100."""
    edges = set()
    for dimension in book.codebook.dimensions.values():
        for band in dimension.bands:
            for sign, low, high, suffix in AMOUNT.findall(band.label):
                if sign or suffix:
                    edges |= {f"{sign}{number}{suffix}" for number in (low, high) if number}
    return edges


def _bound_cell(written: str, book: Book, place: tuple[Path | str, str]) -> Cell:
    try:
        cell = book.ledger.cell(written)
    except InputError as error:
        raise InputError(error.message, place[0], None, None, None, place[1]) from None
    if cell.status not in (SHOWN, REFERENCE):
        message = f"{written} is {cell.status} for the {book.ledger.audience} audience, so the sentence cannot quote it"
        raise InputError(message, place[0], None, None, None, place[1])
    return cell


def _span(cell: Cell) -> str:
    printed = html.escape(cell.printed).replace("$", "&#36;")
    return f'<span class="bound" data-cell="{html.escape(cell.cell_id)}">{printed}</span>'

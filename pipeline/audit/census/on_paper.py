"""The numerals of the PDF: on each page stand those that the HTML has there, none more and none less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.audit.census.allowed import PAGE, TITLE
from pipeline.audit.census.html_text import Section
from pipeline.audit.census.numerals import numerals
from pipeline.audit.census.on_screen import AROUND, Explained
from pipeline.audit.census.pdf_text import Printed
from pipeline.audit.census.result import Appearance, Count, Unbound
from pipeline.figures.definitions import Report

RUNNING = "running heads"


def of_pdf(
    printed: Printed,
    explained: Sequence[Explained],
    sections: Sequence[Section],
    report: Report,
) -> tuple[Count, list[Appearance]]:
    """Numerals of the PDF against those of the HTML: page by page, then alternative texts, bookmarks, properties."""
    count, found = Count(), []
    by_page: dict[int, list[Explained]] = {}
    spoken: dict[int, list[Explained]] = {}
    headings: list[Explained] = []
    for each in explained:
        if each.piece.element == "title" and "svg" in each.piece.within:
            spoken.setdefault(each.piece.page or 0, []).append(each)
        elif each.piece.on_paper and each.piece.page is not None:
            by_page.setdefault(each.piece.page, []).append(each)
        if each.piece.element in ("h1", "h2", "h3"):
            headings.append(each)
    run = {section.page: section.run for section in sections}
    for page, runs in enumerate(printed.pages, start=1):
        furniture = _furniture(report.title, run.get(page, ""), page)
        found += _compare(count, f"page {page}", runs, by_page.get(page, ()), furniture)
    for page in sorted({page for page, _ in printed.alternatives} | spoken.keys()):
        texts = [text for on, text in printed.alternatives if on == page]
        found += _compare(count, f"page {page}, alternative text", texts, spoken.get(page, ()), {})
    titles = Counter(token.text for words in (report.title, report.subtitle) for token in numerals(words))
    _known(count, "bookmarks", printed.bookmarks, headings, {})
    _known(count, "document properties", printed.properties, (), dict.fromkeys(titles, TITLE))
    return count, found


def _furniture(title: str, run: str, page: int) -> list[tuple[str, str]]:
    """Numerals of the running heads and the folio of a page, and why they are allowed."""
    heads = [(token.text, RUNNING) for words in (title, run) for token in numerals(words)]
    return [*heads, (str(page), PAGE)]


def _compare(
    count: Count, place: str, texts: Iterable[str], expected: Sequence[Explained], furniture
) -> Iterator[Appearance]:
    """Counts the numerals of a page; what it has more or less than the HTML says is not bound."""
    left: dict[str, list[Explained]] = {}
    for each in expected:
        left.setdefault(each.text, []).append(each)
    beside = list(furniture)
    for text in (text.replace("\u00a0", " ") for text in texts):
        for token in numerals(text):
            count.numerals += 1
            if left.get(token.text):
                each = left[token.text].pop(0)
                if each.appearance is not None:
                    count.figures += 1
                    yield replace(each.appearance, medium="pdf")
                else:
                    count.allowed[each.reason] += 1
                continue
            reason = next((reason for words, reason in beside if words == token.text), None)
            if reason is not None:
                beside.remove((token.text, reason))
                count.allowed[reason] += 1
            else:
                around = text[max(0, token.start - AROUND) : token.end + AROUND]
                message = f"the numeral {token.text!r} is not in the HTML of this page: {around!r}"
                count.unbound.append(Unbound("pdf", place, message))
    for each in (each for waiting in left.values() for each in waiting):
        message = f"the numeral {each.text!r} of the HTML is not on paper: {each.piece.text[:90]!r}"
        count.unbound.append(Unbound("pdf", place, message))


def _known(
    count: Count, place: str, texts: Iterable[str], headings: Iterable[Explained], also: Mapping[str, str]
) -> None:
    """Texts beside the pages may repeat the numerals of the report's headings, and no others."""
    known = {each.text: each for each in headings}
    for text in (text.replace("\u00a0", " ") for text in texts):
        for token in numerals(text):
            count.numerals += 1
            each = known.get(token.text)
            if each is not None and each.appearance is not None:
                count.figures += 1
            elif each is not None or token.text in also:
                count.allowed[also.get(token.text) or each.reason] += 1
            else:
                message = f"the numeral {token.text!r} stands in no heading of the report: {text[:90]!r}"
                count.unbound.append(Unbound("pdf", place, message))

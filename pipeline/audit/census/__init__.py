"""The census: every numeral of the finished HTML and PDF is a figure of the ledger, or allowed where it stands.

It reads the files that are delivered. In the HTML each text says which figures it prints, and what it prints must be
their printed texts, in order; what is left over must be words of the definition or of the pages' furniture. On each page
of the PDF stands what the HTML has on that page, no numeral more and none less, beside running heads and folio.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.audit.census.allowed import PAGE, PROSE, TITLE, Allowed, covered
from pipeline.audit.census.html_text import PLACEHOLDER, Piece, Section, read_html
from pipeline.audit.census.numerals import NUMBER_WORDS, align, numerals
from pipeline.audit.census.pdf_text import Printed, read_pdf
from pipeline.errors import InputError
from pipeline.figures.definitions import Report
from pipeline.figures.ledger import Ledger, N
from pipeline.responses.codebook import Codebook

AROUND = 36  # letters shown on both sides of a numeral that is not bound
RUNNING = "running heads"


@dataclass(frozen=True)
class Appearance:
    """One place where a figure is printed: `page` is that of the PDF, `anchor` the id to go to in the HTML."""

    cell_id: str
    medium: str
    element: str
    exhibit: str
    anchor: str
    page: int | None
    printed_text: str


@dataclass(frozen=True)
class Unbound:
    """A numeral that no figure and no allowed word explains, or a figure that is named and not printed."""

    medium: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.medium}, {self.place}: {self.message}"


@dataclass
class Count:
    """The numerals of one medium: how many print a figure, how many are allowed and why, which are neither."""

    figures: int = 0
    allowed: Counter = field(default_factory=Counter)
    unbound: list[Unbound] = field(default_factory=list)
    numerals: int = 0

    @property
    def bound(self) -> int:
        return self.figures + sum(self.allowed.values())


@dataclass
class Census:
    """What the census of one finished report found."""

    html: Count
    pdf: Count
    appearances: list[Appearance]
    in_words: list[str]

    @property
    def unbound(self) -> list[Unbound]:
        return self.html.unbound + self.pdf.unbound

    def record(self) -> dict:
        """The counts, for run.json."""
        return {
            medium: {"numerals": c.numerals, "bound": c.bound, "figures": c.figures}
            | {"allowed": dict(sorted(c.allowed.items()))}
            for medium, c in (("html", self.html), ("pdf", self.pdf))
        } | {"in words": len(self.in_words)}


def take_census(folder: Path, report: Report, codebook: Codebook, ledger: Ledger, jobs: int | None = None) -> Census:
    """The census of report.html and report.pdf in a folder, against the definition and the ledger they were made from."""
    pieces, sections = read_html((folder / "report.html").read_text(encoding="utf-8"))
    allowed = Allowed(report, codebook, ledger, {section.id: section.page for section in sections})
    html, appearances, explained = _of_html(pieces, allowed, ledger)
    printed = read_pdf(folder / "report.pdf", jobs or os.cpu_count() or 1)
    pdf, on_paper = _of_pdf(printed, explained, appearances, sections, report)
    words = [f"{p.section}: {found[0]}" for p in pieces if PROSE & p.within for found in NUMBER_WORDS.finditer(p.text)]
    return Census(html, pdf, appearances + on_paper, words)


def refuse_unbound(census: Census, folder: Path) -> None:
    """Raise InputError for the first numeral that is not bound, saying how many more there are."""
    if census.unbound:
        more = f" (and {len(census.unbound) - 1} more)" if len(census.unbound) > 1 else ""
        first = census.unbound[0]
        raise InputError(f"{first.place}: {first.message}{more}", file=folder / f"report.{first.medium}")


# HTML


@dataclass(frozen=True)
class Explained:
    """One numeral of the HTML and what explains it: an appearance, or the reason why it is allowed, or nothing."""

    text: str
    piece: Piece
    appearance: Appearance | None
    reason: str | None


def _of_html(
    pieces: Sequence[Piece], allowed: Allowed, ledger: Ledger
) -> tuple[Count, list[Appearance], list[Explained]]:
    count, appearances, explained = Count(), [], []
    for piece in pieces:
        text = piece.text.replace("\u00a0", " ")
        tokens = numerals(text)
        if not tokens and not piece.references:
            continue
        figures = [(reference, token) for reference in piece.references for token in _printed(reference, ledger)]
        reasons: list[str | None] = [None] * len(tokens)
        if len(figures) < len(tokens) or len(tokens) > 1:
            spans = allowed.spans(piece)
            reasons = [covered(t.start, t.end, spans) for t in tokens]
        places = align([t.text for t in tokens], [r is not None for r in reasons], [token for _, token in figures])
        for token, place, reason in zip(tokens, places, reasons, strict=True):
            appearance = None
            if place is not None:
                appearance = _appearance(piece, figures[place][0], token.text)
                appearances.append(appearance)
                count.figures += 1
            elif reason is not None:
                count.allowed[reason] += 1
            else:
                count.unbound.append(Unbound("html", _place(piece), _says(token.text, text, token.start, token.end)))
            explained.append(Explained(token.text, piece, appearance, reason))
        for place in sorted(set(range(len(figures))) - set(places)):
            reference, token = figures[place]
            message = f"{reference} is {token}, and the text that names it does not print that: {text[:90]!r}"
            count.unbound.append(Unbound("html", _place(piece), message))
        count.numerals += len(tokens)
    return count, appearances, explained


def _printed(reference: str, ledger: Ledger) -> list[str]:
    """The numerals that a text must print which names a figure or a part of it; an unknown one can never be printed."""
    cell_id, _, part = reference.partition(":")
    if cell_id not in ledger:
        return [f"an unknown figure {reference}"]
    cell = ledger.cell(cell_id)
    match part:
        case "n":
            text = f"{cell.n:,}"
        case "numerator":
            text = f"{cell.numerator:,}"
        case "bare":
            text = cell.printed.removesuffix("%")
        case _:
            text = cell.printed
    return [token.text for token in numerals(text.replace("\u00a0", " "))]


def _appearance(piece: Piece, reference: str, text: str) -> Appearance:
    cell_id, _, part = reference.partition(":")
    base = part == N or cell_id.endswith(f".{N}")
    page = piece.page if piece.on_paper or piece.element == "title" else None
    return Appearance(cell_id, "html", _element(piece, base), piece.section, piece.anchor, page, text)


def _element(piece: Piece, base: bool) -> str:
    """What kind of place a text is, in the words of table `appearance`."""
    if piece.element in ("td", "th"):
        return "table_cell"
    if piece.element in ("h1", "h2"):
        return "headline"
    if piece.element == "title" and "svg" in piece.within:
        return "alt_text"
    if base:
        return "base"
    if {".source", ".changes"} & piece.within:
        return "note"
    return "prose" if PROSE & piece.within else "label"


def _place(piece: Piece) -> str:
    page = f" (page {piece.page})" if piece.page is not None else ""
    kind = {"title": "alternative text"}.get(piece.element, piece.element) if "svg" in piece.within else piece.element
    return f"{piece.section or 'outside the pages'}{page}, {kind}"


def _says(numeral: str, text: str, start: int, end: int) -> str:
    around = text[max(0, start - AROUND) : end + AROUND].replace(PLACEHOLDER, "…")
    return f"the numeral {numeral!r} is neither a figure that the text names nor allowed there: {around!r}"


# PDF


def _of_pdf(
    printed: Printed,
    explained: Sequence[Explained],
    appearances: Sequence[Appearance],
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
                    yield _on_paper(each.appearance)
                else:
                    count.allowed[each.reason or "as in the HTML"] += 1
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


def _known(count: Count, place: str, texts: Iterable[str], headings: Iterable[Explained], also: Mapping[str, str]) -> None:
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


def _on_paper(appearance: Appearance) -> Appearance:
    return Appearance(appearance.cell_id, "pdf", appearance.element, appearance.exhibit, appearance.anchor,
                      appearance.page, appearance.printed_text)  # fmt: skip


# The database


def write_appearances(census: Census, database: Path) -> None:
    """Fill table `appearance` of a ledger.sqlite that is not published yet."""
    connection = sqlite3.connect(database)
    try:
        with connection:
            connection.executemany(
                "INSERT INTO appearance VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((i, a.cell_id, a.medium, a.element, a.exhibit, a.anchor, a.page, a.printed_text)
                 for i, a in enumerate(census.appearances, start=1)),
            )  # fmt: skip
    finally:
        connection.close()

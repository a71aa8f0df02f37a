"""The pages around the chapters: cover, contents, how to read, who answered, index of exhibits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from pipeline.figures.bound import fill, printed
from pipeline.pages import charts
from pipeline.pages.book import Book
from pipeline.pages.chapters import CONTINUED, Section
from pipeline.pages.drawings import alt_text
from pipeline.pages.exhibit import RAMP
from pipeline.pages.templating import render

WIDTH = 864.0
DOTS_ACROSS = 5  # columns of dots per band on the cover
GAP, RADIUS = 1.6, 0.29  # between blocks and of a dot, in columns
DOT_SHADES = ("#2F8A99", "#5FAEBB", "#8FCAD7", "#3D97A6", "#246C7B")
INDEX_ROWS = 24
CONTENTS_LINES = 23  # in one column


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    shade: str


def cover(book: Book, audience: str) -> Section:
    """Title, subtitle and one dot per company, heaped by band; the heights come from the ledger's band counts."""
    dimension, bands = next(iter(book.profile.items()), (None, [("All", book.respondents, None)]))
    by = book.codebook.dimensions[dimension].title if dimension else ""
    who = book.survey.respondents
    dots, labels, pitch = _dot_field([int(count.stat or 0) for _, count, _ in bands])
    title, year = re.fullmatch(r"(.*?)\s*(\d{4})?", book.report.title).groups()
    html = render(
        "cover.html",
        report=book.report,
        title=title,
        year=year or "",
        dots=dots,
        radius=round(pitch * RADIUS, 2),
        pitch=pitch,
        labels=[(x, label, count) for x, (label, count, _) in zip(labels, bands, strict=True)],
        dimension=by,
        respondents=book.respondents,
        signed=book.signed,
        survey=book.survey,
        audience=audience,
        alt=alt_text(
            fill("One dot for each of {} {}{}", printed(book.respondents), who, by and f", by {by}"),
            [fill("{} {}", label, printed(count)) for label, count, _ in bands],
        ),
    )
    return Section("cover", "cover", "Cover", html)


def _dot_field(counts: Sequence[int]) -> tuple[list[Dot], list[float], float]:
    """Dots heaped in blocks of five columns, one block per band, on a field 864 wide and 190 high."""
    across = max(DOTS_ACROSS, ceil(max(counts, default=1) / 7))
    pitch = min(WIDTH / (len(counts) * (across + GAP) - GAP), 27.0)
    dots, labels = [], []
    for block, count in enumerate(counts):
        left = block * (WIDTH - across * pitch) / max(len(counts) - 1, 1)
        labels.append(round(left, 2))
        for i in range(count):
            x, y = left + (i % across + RADIUS) * pitch, 190 - (i // across + 0.5) * pitch
            dots.append(Dot(round(x, 2), round(y, 2), DOT_SHADES[(i * 3 + i // across + block) % len(DOT_SHADES)]))
    return dots, labels, pitch


def how_to_read(book: Book) -> Section:
    limits = book.report.thresholds(book.ledger.audience)
    html = render(
        "reading.html", limits=limits, ramp=RAMP, survey=book.survey, dimensions=[
            book.codebook.dimensions[name] for name in book.report.dimensions
        ], internal=book.ledger.audience != "external",
    )  # fmt: skip
    return Section("how-to-read", "front", "How to read this report", html)


def profile(book: Book) -> Section:
    """Who answered: one small bar chart for each dimension of the report."""
    parts = []
    for name, bands in book.profile.items():
        dimension = book.codebook.dimensions[name]
        bars = [
            charts.Bar(label, share.stat, fill("{}  ({})", printed(share), printed(count)))
            for label, count, share in bands
        ]
        items = [fill("{} {}", bar.label, bar.printed) for bar in bars]
        alt = alt_text(f"Share of {book.survey.respondents} by {dimension.long_title}", items)
        svg = charts.bar_chart(
            bars, width=417.0, height=len(bars) * 18.0 + 6, ident=f"profile-{name}", alt=alt, accent=None
        )
        parts.append((dimension.long_title, Markup(svg), bands))
    html = render(
        "profile.html", parts=parts, respondents=book.respondents, survey=book.survey, source=f"{book.source}."
    )
    return Section("who-answered", "front", "Who answered", html)


def contents(entries: Sequence[tuple[Section, int]], book: Book) -> list[Section]:
    """The contents with page numbers, on as many pages as they need."""
    lines = [(section, page) for section, page in entries if not section.is_continued]
    columns = _columns(lines)
    pages = [columns[i : i + 2] for i in range(0, len(columns), 2)]
    return [
        Section(
            "table-of-contents" if number == 0 else f"table-of-contents-{number + 1}",
            "contents",
            "Contents",
            render(
                "contents.html",
                id="table-of-contents" if number == 0 else f"table-of-contents-{number + 1}",
                columns=part,
                numbers=book.number_of,
            ),
        )
        for number, part in enumerate(pages)
    ]


def _columns(lines: Sequence[tuple[Section, int]]) -> list[list[tuple[Section, int]]]:
    """The lines of the contents in columns; a chapter's line is never the last one of a column."""
    columns: list[list[tuple[Section, int]]] = [[]]
    for line in lines:
        if len(columns[-1]) == CONTENTS_LINES:
            carried = [columns[-1].pop()] if columns[-1][-1][0].kind == "opener" else []
            columns.append(carried)
        columns[-1].append(line)
    if len(columns) % 2 and len(columns[-1]) > 1:
        last = columns.pop()
        half = ceil(len(last) / 2)
        columns += [last[:half], last[half:]]
    return columns


def _first_address(exhibit: str, book: Book) -> str:
    cells = book.ledger.exhibit(exhibit)
    return cells[0].cell_id if cells else ""


def index(entries: Sequence[tuple[Section, int]], book: Book) -> list[Section]:
    """Exhibits by number with title, page and the id of their first figure."""
    exhibits = {exhibit.id for exhibit in book.report.exhibits}
    rows = [
        (book.number_of(section.id), section, page, _first_address(section.id, book))
        for section, page in entries
        if section.id in exhibits
    ]
    each = ceil(len(rows) / ceil(len(rows) / INDEX_ROWS)) if rows else 1
    pages = [rows[i : i + each] for i in range(0, len(rows), each)]
    return [
        Section(
            "index" if number == 0 else f"index-{number + 1}",
            "front",
            "Index of exhibits" + (CONTINUED if number else ""),
            render(
                "index.html",
                id="index" if number == 0 else f"index-{number + 1}",
                continued=number > 0,
                rows=part,
            ),
        )
        for number, part in enumerate(pages)
    ]

"""One chapter: what its executed notebook shows, paired with its prose, as the pages of the report.

The first Markdown cell, which begins with `# `, becomes the section opener: heading, introduction, list of findings.
A Markdown cell that begins with `## ` is a page of text. Any other belongs to the exhibit that is shown after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from pipeline.errors import ChapterError, InputError
from pipeline.figures.definitions import Report
from pipeline.figures.ledger import Ledger
from pipeline.pages.book import Book, open_book
from pipeline.pages.exhibit import COMMENTARY
from pipeline.pages.prose import bind, first_bound_exhibit
from pipeline.pages.running import run_chapter
from pipeline.pages.templating import render
from pipeline.pages.words import fill

__all__ = ["Section", "chapter_sections", "run_chapter"]

SECTION = re.compile(r"<section\b.*?</section>", re.DOTALL)
SECTION_ID = re.compile(r'<section[^>]* id="([^"]+)"')
CONTINUED = " (continued)"
HEADING = re.compile(r"^(#{1,2})\s+(.+?)\s*$", re.MULTILINE)
DISPLAYED = ("display_data", "execute_result")


@dataclass(frozen=True)
class Section:
    """One page of the report, or the pages of one table of facts. `kind` is opener, text or exhibit."""

    id: str
    kind: str
    title: str
    html: str
    chapter: str = ""

    @property
    def is_continued(self) -> bool:
        """Whether this page goes on with the one before it, so that contents do not name it again."""
        return self.title.endswith(CONTINUED)


def chapter_sections(executed: Path, ledger: Ledger, report: Report) -> list[Section]:
    """The pages of a chapter, in order, from its executed notebook.

    Raises InputError for prose whose numbers are not bound, ChapterError for a notebook that shows something that is
    not an exhibit, shows nothing for a piece of commentary, or wrote to stderr.
    """
    book = open_book(report, ledger)
    return _sections(executed, book)


def _sections(executed: Path, book: Book) -> list[Section]:
    notebook = nbformat.read(executed, as_version=4)
    chapter = next((c.id for c in book.report.chapters if c.notebook == executed.name), None)
    if chapter is None:
        raise ChapterError("no chapter of exhibits.yaml names this notebook", executed.name)
    refuse_stray_output(notebook, executed.name)
    sections: list[Section] = []
    commentary: list[tuple[int, str]] = []
    for place, cell in enumerate(notebook.cells):
        where = describe(notebook, place)
        if cell.cell_type == "markdown" and cell.source.strip():
            shown = converted(cell.source, book, (executed.name, where))
            heading = HEADING.match(cell.source.strip())
            if heading is None:
                commentary.append((place, shown))
            elif heading[1] == "#":
                sections.append(_opener(chapter, cell, shown, book))
            else:
                sections.append(_text_page(chapter, heading[2], shown, len(sections), book))
        elif cell.cell_type == "code" and shown_by(cell):
            words = "\n".join(text for _, text in commentary)
            commentary.clear()
            sections += exhibit_sections(chapter, shown_by(cell), words)
    if commentary:
        message = "this text belongs to no exhibit: none is shown after it (begin it with `## ` to make it a page)"
        raise ChapterError(message, executed.name, describe(notebook, commentary[0][0]))
    if not sections or sections[0].kind != "opener":
        raise ChapterError("the first Markdown cell must begin with `# ` and the chapter's heading", executed.name)
    return sections


def converted(source: str, book: Book, place: tuple[str, str]) -> str:
    """A piece of prose as HTML, its numbers filled in.

    nbconvert's Markdown, but not its HTML exporter: that one parses the finished page once more and writes every
    attribute in small letters, after which no drawing has a viewBox.
    """
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(bind(source, book, place))).strip()


def shown_by(cell: NotebookNode) -> str:
    """What a code cell displays: the pages in its outputs, without its code and without what it printed."""
    outputs = [output for output in cell.get("outputs", []) if output.output_type in DISPLAYED]
    return "".join(output.data["text/html"] for output in outputs)


def refuse_stray_output(notebook: NotebookNode, name: str) -> None:
    """What a cell prints stays in the executed notebook; a warning, or a number shown unbound, is an error."""
    for place, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                lines = output.text.strip().splitlines()
                raise ChapterError("the cell wrote to stderr", name, describe(notebook, place), "\n".join(lines[-20:]))
            if output.output_type in DISPLAYED and not SECTION_ID.search(output.data.get("text/html", "")):
                message = "the cell shows something that is no exhibit; show exhibits with report.show"
                raise ChapterError(message, name, describe(notebook, place))


def exhibit_sections(chapter: str, shown: str, commentary: str) -> list[Section]:
    sections = []
    for number, html in enumerate(SECTION.findall(shown)):
        title = Markup(re.search(r"<h2\b[^>]*>(.*?)</h2>", html, re.DOTALL)[1]).striptags()
        topic = re.search(r'data-title="([^"]*)"', html)
        filled = _filled(html, commentary) if number == 0 else html.replace(COMMENTARY, "")
        name_of = Markup(topic[1]).unescape() if topic else title
        sections.append(Section(SECTION_ID.search(html)[1], "exhibit", name_of, filled, chapter))
    return sections


def _filled(html: str, commentary: str) -> str:
    """A page with its words: the body of a text exhibit, the commentary of any other."""
    try:
        return fill(html, commentary).replace(COMMENTARY, commentary)
    except InputError as error:
        raise InputError(error.message, key=SECTION_ID.search(html)[1]) from None


def _opener(chapter: str, cell: NotebookNode, shown: str, book: Book) -> Section:
    """The deep page that opens a chapter; each finding points to the page of the first exhibit that it quotes."""
    items = re.findall(r"<li>(.*?)</li>", shown, re.DOTALL)
    sources = re.findall(r"^[-*]\s+(.+)$", cell.source, re.MULTILINE)
    exhibits = {exhibit.id for exhibit in book.report.exhibits}
    findings = []
    for item, source in zip(items, sources, strict=False):
        exhibit = first_bound_exhibit(source)
        findings.append((Markup(item.strip()), exhibit if exhibit in exhibits else ""))
    intro = re.sub(r"<h1\b.*?</h1>|<ul>.*?</ul>", "", shown, flags=re.DOTALL).strip()
    title = book.chapter_title(chapter)
    html = render(
        "opener.html",
        id=chapter,
        number=book.chapter_number(chapter),
        title=title,
        intro=Markup(intro),
        findings=findings,
        width=round((864 - 24 * (min(len(findings), 4) - 1)) / max(min(len(findings), 4), 1), 1),
    )
    return Section(chapter, "opener", title, html, chapter)


def _text_page(chapter: str, heading: str, shown: str, place: int, book: Book) -> Section:
    ident = f"{chapter}-{re.sub(r'[^a-z0-9]+', '-', heading.lower()).strip('-') or place}"
    body = re.sub(r"<h2\b.*?</h2>", "", shown, count=1, flags=re.DOTALL)
    body = re.sub(r'(<h[3-6]) id="[^"]*"', r"\1", body).strip()
    html = render(
        "text.html", id=ident, run=book.chapter_title(chapter), kicker=book.chapter_title(chapter), title=heading,
        body=Markup(body),
    )  # fmt: skip
    return Section(ident, "text", heading, html, chapter)


def describe(notebook: NotebookNode, place: int) -> str:
    lines = notebook.cells[place].source.strip().splitlines() or [""]
    return f"cell {place + 1} ({lines[0][:80]})"


def checked_ids(sections: list[Section]) -> list[Section]:
    """The same sections; InputError when two pages have one id, as when an exhibit is shown twice."""
    seen: set[str] = set()
    for section in sections:
        if section.id in seen:
            raise InputError(f"{section.id!r} is on two pages; an exhibit can be shown once in a report")
        seen.add(section.id)
    return sections

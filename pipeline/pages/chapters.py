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
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from pipeline.errors import ChapterError, InputError
from pipeline.figures.definitions import Report
from pipeline.figures.ledger import Ledger
from pipeline.pages.book import Book, open_book
from pipeline.pages.exhibit import COMMENTARY
from pipeline.pages.prose import bind, first_bound_exhibit
from pipeline.pages.running import run_chapter
from pipeline.pages.templating import render
from pipeline.pages.theme import FOLDER

__all__ = ["Section", "chapter_sections", "run_chapter"]

SECTION = re.compile(r"<section\b.*?</section>", re.DOTALL)
SECTION_ID = re.compile(r'<section[^>]* id="([^"]+)"')
HEADING = re.compile(r"^(#{1,2})\s+(.+?)\s*$", re.MULTILINE)
CELL = re.compile(r"<!--cell (\S+)-->\n?")


@dataclass(frozen=True)
class Section:
    """One page of the report, or the pages of one table of facts. `kind` is opener, text or exhibit."""

    id: str
    kind: str
    title: str
    html: str
    chapter: str = ""


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
    _refuse_stray_output(notebook, executed.name)
    parts = _exported(notebook, book, executed.name)
    sections: list[Section] = []
    commentary: list[tuple[int, str]] = []
    for place, cell in enumerate(notebook.cells):
        where = _describe(notebook, place)
        shown = parts.get(cell.id, "").strip()
        if cell.cell_type == "markdown" and cell.source.strip():
            heading = HEADING.match(cell.source.strip())
            if heading is None:
                commentary.append((place, shown))
            elif heading[1] == "#":
                sections.append(_opener(chapter, cell, shown, book))
            else:
                sections.append(_text_page(chapter, heading[2], shown, len(sections), book))
        elif cell.cell_type == "code" and shown:
            words = "\n".join(text for _, text in commentary)
            commentary.clear()
            sections += _exhibits(chapter, shown, words, executed.name, where)
    if commentary:
        message = "this text belongs to no exhibit: none is shown after it (begin it with `## ` to make it a page)"
        raise ChapterError(message, executed.name, _describe(notebook, commentary[0][0]))
    if not sections or sections[0].kind != "opener":
        raise ChapterError("the first Markdown cell must begin with `# ` and the chapter's heading", executed.name)
    return sections


def _exported(notebook: NotebookNode, book: Book, name: str) -> dict[str, str]:
    """HTML of each cell by cell id: prose with its numbers filled in, outputs without code."""
    bound = nbformat.from_dict(notebook)
    for place, cell in enumerate(bound.cells):
        if cell.cell_type == "markdown":
            cell.source = bind(cell.source, book, (name, _describe(notebook, place)))
    exporter = HTMLExporter(
        template_name="chapter", extra_template_basedirs=[str(FOLDER / "templates")], exclude_anchor_links=True
    )
    text, _ = exporter.from_notebook_node(bound)
    pieces = CELL.split(text)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def _refuse_stray_output(notebook: NotebookNode, name: str) -> None:
    """What a cell prints stays in the executed notebook; what would reach a reader unbound, or a warning, is an error."""
    for place, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                lines = output.text.strip().splitlines()
                raise ChapterError("the cell wrote to stderr", name, _describe(notebook, place), "\n".join(lines[-20:]))
            if output.output_type in ("display_data", "execute_result"):
                if not SECTION_ID.search(output.data.get("text/html", "")):
                    message = "the cell shows something that is no exhibit; show exhibits with report.show"
                    raise ChapterError(message, name, _describe(notebook, place))


def _exhibits(chapter: str, shown: str, commentary: str, name: str, where: str) -> list[Section]:
    found = SECTION.findall(shown)
    if not found:
        raise ChapterError("the cell shows something that is no exhibit; show exhibits with report.show", name, where)
    sections = []
    for number, html in enumerate(found):
        title = Markup(re.search(r"<h2>(.*?)</h2>", html, re.DOTALL)[1]).striptags()
        topic = re.search(r'data-title="([^"]*)"', html)
        filled = html.replace(COMMENTARY, commentary if number == 0 else "")
        name_of = Markup(topic[1]).unescape() if topic else title
        sections.append(Section(SECTION_ID.search(html)[1], "exhibit", name_of, filled, chapter))
    return sections


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


def _describe(notebook: NotebookNode, place: int) -> str:
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

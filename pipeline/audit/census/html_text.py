"""The texts of a finished report.html: each with its place, the figures that it says it prints, and whether on paper.

A text is what a reader takes in at once: a cell of a table, a paragraph, a label of a drawing, an alternative text.
A figure inside a paragraph is a text of its own; in the paragraph a placeholder stands for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

PLACEHOLDER = "\ufffc"
CELL_ID = re.compile(r"[a-z]\w*(?:\.\w+){3,4}")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
INLINE = {"a", "b", "br", "code", "em", "i", "strong", "sub", "sup", "text", "tspan"}
SPOKEN = ("aria-label", "title", "alt", "placeholder")  # attributes that are read out
SCREEN = {".data", ".tools", ".masthead", ".contents-side", ".skip", ".status"}  # what paper leaves out
SILENT = {"script", "style"}
SHIFT = re.compile(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)")


@dataclass(frozen=True)
class Piece:
    """One text. `within` are the tags and the classes (with a dot) of its element and of all around it.

    `references` are the figures that it says it prints, in order; `anchor` is the nearest id, `target` the id that a
    link in or around it leads to, `page` the page of its section (None outside sections). `at` is where a text of a
    drawing stands, the middle of its lines' beginnings, in points from the left and the top.
    """

    text: str
    element: str
    within: frozenset[str]
    references: tuple[str, ...] = ()
    section: str = ""
    page: int | None = None
    anchor: str = ""
    target: str = ""
    on_paper: bool = True
    at: tuple[float, float] | None = None


@dataclass
class _Open:
    tag: str
    within: frozenset[str]
    references: tuple[str, ...]
    section: str
    page: int | None
    anchor: str
    target: str
    on_paper: bool
    apart: bool  # whether it is a text of its own
    leads_to: str = ""  # where a link inside it leads
    words: list[str] = field(default_factory=list)
    lines: list[tuple[float, float]] = field(default_factory=list)  # where the lines of a drawing's text begin


@dataclass(frozen=True)
class Section:
    """One page of the report as the HTML announces it: its id, its page, and the words in the running head."""

    id: str
    page: int
    run: str


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.sections: list[Section] = []
        self.stack = [_Open("", frozenset(), (), "", None, "", "", True, True)]

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self._speak(tag, given)
        if tag == "text":
            self._innermost().lines.append(_begins(given))
        if tag not in VOID:
            self.stack.append(self._opened(tag, given))
        elif tag == "br":
            self._innermost().words.append(" ")

    def handle_startendtag(self, tag, attrs):
        self._speak(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag):
        if not any(each.tag == tag for each in self.stack):
            return
        while True:
            closed = self.stack.pop()
            self._close(closed)
            if closed.tag == tag:
                return

    def handle_data(self, data):
        if self.stack[-1].tag not in SILENT:
            self._innermost().words.append(data)

    def _innermost(self) -> _Open:
        return next(each for each in reversed(self.stack) if each.apart)

    def _opened(self, tag: str, given: dict[str, str]) -> _Open:
        around = self.stack[-1]
        classes = given.get("class", "").split()
        within = around.within | {tag, *(f".{name}" for name in classes)}
        ident = given.get("id", "")
        section, page = around.section, around.page
        if tag == "section" and "data-page" in given:
            section, page = ident, int(given["data-page"])
            self.sections.append(Section(ident, page, given.get("data-run", "")))
        names = given["data-cell"] if "data-cell" in given else ident if CELL_ID.fullmatch(ident) else None
        target = given["href"][1:] if given.get("href", "").startswith("#") else around.target
        if tag == "a" and target:
            self._innermost().leads_to = target
        return _Open(
            tag=tag,
            within=within,
            references=tuple((names or "").split()),
            section=section,
            page=page,
            anchor=ident or around.anchor,
            target=target,
            on_paper=around.on_paper and not SCREEN & within,
            apart=tag not in INLINE or names is not None,
        )

    def _close(self, closed: _Open) -> None:
        if not closed.apart:
            if closed.tag in ("text", "tspan"):
                self._innermost().words.append(" ")
            return
        text = " ".join("".join(closed.words).split())
        if text.strip(PLACEHOLDER + " "):
            self.pieces.append(self._piece(closed, closed.tag, text))
        elif closed.references:
            self.pieces.append(self._piece(closed, closed.tag, ""))
        if len(self.stack) > 0:
            self._innermost().words.append(PLACEHOLDER)

    def _speak(self, tag: str, given: dict[str, str]) -> None:
        """Attributes that are read out, and the words about the page in its head, are texts too."""
        around = self._opened_quietly(tag, given)
        for name in SPOKEN:
            if given.get(name):
                self.pieces.append(self._piece(around, f"@{name}", given[name]))
        if tag == "meta" and given.get("name") not in (None, "viewport"):
            self.pieces.append(self._piece(around, "@content", given.get("content", "")))

    def _opened_quietly(self, tag: str, given: dict[str, str]) -> _Open:
        around = self.stack[-1]
        target = given["href"][1:] if given.get("href", "").startswith("#") else around.target
        within = around.within | {tag, *(f".{name}" for name in given.get("class", "").split())}
        return _Open(tag, within, (), around.section, around.page, given.get("id", "") or around.anchor, target,
                     False, True)  # fmt: skip

    @staticmethod
    def _piece(opened: _Open, element: str, text: str) -> Piece:
        middle = tuple(sum(edge) / len(opened.lines) for edge in zip(*opened.lines, strict=True)) or None
        return Piece(text, element, opened.within, opened.references, opened.section, opened.page, opened.anchor,
                     opened.target or opened.leads_to, opened.on_paper, middle)  # fmt: skip


def _begins(given: dict[str, str]) -> tuple[float, float]:
    """Where a line of a drawing's text begins: at x and y, from where it is shifted to."""
    shift = SHIFT.search(given.get("transform", ""))
    x, y = (float(given.get(edge) or 0) for edge in ("x", "y"))
    return (x + float(shift[1]), y + float(shift[2])) if shift else (x, y)


def read_html(html: str) -> tuple[list[Piece], list[Section]]:
    """All texts of a page in the order in which they end, and its sections in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.pieces, reader.sections


def place_of(piece: Piece) -> str:
    """Where a text stands, for a person: section, page, kind of element."""
    page = f" (page {piece.page})" if piece.page is not None else ""
    kind = {"title": "alternative text"}.get(piece.element, piece.element) if "svg" in piece.within else piece.element
    return f"{piece.section or 'outside the pages'}{page}, {kind}"

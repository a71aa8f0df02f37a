"""The pieces that a text page is made of, and how much room they take when set in the report's own fonts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

from pipeline.pages.text_size import wrap

WIDTH, ROOM = 864.0, 318.0  # of a page's body, in points
MEASURE = 594.0  # widest single column of prose
GAP = 30.0
SIZES = ((12.0, 18.0), (11.0, 16.5), (10.0, 15.0), (9.5, 13.5), (9.0, 12.5))  # size and line of text, in points

BLOCK = re.compile(r"<(p|ul|ol|table|h[3-6]|blockquote|pre)\b.*?</\1>", re.DOTALL)
ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
LABEL = re.compile(r"^\s*(?:<p>)?\s*<strong>(.*?)</strong>\s*", re.DOTALL)


@dataclass(frozen=True)
class Atom:
    """A piece of prose that no column break divides: a paragraph, or one item of a list with its number."""

    html: str
    tag: str = "p"
    number: int | None = None

    @property
    def text(self) -> str:
        return plain(self.html)

    @property
    def leads(self) -> bool:
        """Whether it announces what comes next and so stays with it."""
        return self.text.endswith(":") or self.tag.startswith("h")


@dataclass(frozen=True)
class Card:
    """One item of a list as a card: its number if the list is numbered, label, words, and a figure set large."""

    number: str
    label: Markup
    body: Markup
    lead: Markup | str = ""

    @property
    def text(self) -> str:
        return plain(self.body)


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def atoms_of(written: str) -> list[Atom]:
    """Markdown's HTML as pieces that no column break divides."""
    atoms = []
    for block in BLOCK.finditer(written):
        html, tag = block[0], block[1]
        if tag not in ("ul", "ol"):
            atoms.append(Atom(html, tag))
            continue
        start = re.match(r'<ol start="(\d+)"', html)
        first = int(start[1]) if start else 1
        atoms += [Atom(item, tag, first + i if tag == "ol" else None) for i, item in enumerate(ITEM.findall(html))]
    return atoms


def lines_of(text: str, width: float, size: float, weight: int = 400) -> int:
    """Lines that a text needs at a width, in points; a little less than all of it is used, to be on the safe side."""
    return wrap(text, width * 0.985, size, weight).count("\n") + 1 if text else 0


def capitalised(html: str) -> str:
    """The sentence with a capital letter, now that it stands alone; what begins with a tag stays as it is."""
    return html[:1].upper() + html[1:]

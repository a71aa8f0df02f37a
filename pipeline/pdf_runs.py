"""The runs of text of a PDF page, from its drawing operators: numbers of glyphs, whose letters each font tells.

That takes a tenth of the time of a general reader, which is asked where a page has text in any other form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf import PageObject
from pypdf.generic import DictionaryObject, IndirectObject

OPERATOR = re.compile(
    rb"/(?P<font>\S+) (?P<size>[\d.]+) Tf\b"
    rb"|(?P<place>(?:[-\d.]+ ){6})Tm\b"
    rb"|\[(?P<shown>(?:<[0-9A-Fa-f]*>|[-\d.\s])*)\] ?TJ\b"
    rb"|/(?P<inner>\S+) Do\b"
    rb"|\b(?P<end>ET)\b"
)
OTHER_TEXT = re.compile(rb"\(|\bTj\b|\s['\"]\s")  # text that is not a list of glyph numbers
GLYPHS = re.compile(rb"<([0-9A-Fa-f]*)>|(-?[\d.]+)")
LETTERS = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*$", re.MULTILINE)
SPACE = 0.12  # of the size of type: a wider gap between two letters that are placed one by one is a space


class NotPlain(Exception):
    """A page has text that is not drawn as a list of glyph numbers in a font that says its letters."""


def runs_of(page: PageObject, fonts: Fonts) -> tuple[str, ...]:
    """The runs of text of a page in the order in which they are drawn."""
    try:
        runs = list(_drawn(page.get_contents().get_data(), page["/Resources"], fonts))
    except NotPlain:
        runs = runs_in_general(page)
    return tuple(run for run in runs if run.strip())


def runs_in_general(page: PageObject) -> list[str]:
    """The same by pypdf, whatever form the text has."""
    runs: list[str] = []
    page.extract_text(visitor_text=lambda text, *_: runs.append(text.replace("\n", " ")))
    return runs


def _drawn(content: bytes, resources: DictionaryObject, fonts: Fonts) -> Iterator[str]:
    """Runs of one drawing and of those inside it; a run ends with its text object."""
    if OTHER_TEXT.search(content):
        raise NotPlain
    run, shown = _Run(), 0
    for found in OPERATOR.finditer(content):
        match found.lastgroup:
            case "size":
                run.font = fonts.read(resources["/Font"].raw_get(f"/{found['font'].decode()}"))
                run.size = float(found["size"])
            case "place":
                run.move(*map(float, found["place"].split()))
            case "shown":
                shown += 1
                run.show(found["shown"])
            case "inner":
                drawing = resources["/XObject"][f"/{found['inner'].decode()}"]
                if drawing["/Subtype"] == "/Form":
                    inside = drawing.get("/Resources", resources).get_object()
                    yield from _drawn(drawing.get_data(), inside, fonts)
            case _:
                yield "".join(run.letters)
                run = _Run(run.font, run.size)
    if shown != content.count(b"TJ"):
        raise NotPlain


@dataclass
class _Font:
    """The letters of a font's glyphs and their widths, in thousandths of the size of type."""

    letters: dict[bytes, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)


@dataclass
class _Run:
    """A run of text while it is read: its letters, and where the next one would stand if nothing is between."""

    font: _Font = field(default_factory=_Font)
    size: float = 0.0
    letters: list[str] = field(default_factory=list)
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def move(self, across: float, slant: float, lean: float, _: float, x: float, y: float) -> None:
        """A new place; letters that are placed one by one leave spaces out, so a gap is one."""
        if slant or lean or not across:
            raise NotPlain
        apart = abs(x - self.x) > SPACE * self.size * abs(across) or y != self.y
        if self.letters and apart:
            self.letters.append(" ")
        self.scale, self.x, self.y = across, x, y

    def show(self, glyphs: bytes) -> None:
        for text, gap in GLYPHS.findall(glyphs):
            moved = -float(gap) if gap else 0.0
            for i in range(0, len(text), 4):
                code = text[i : i + 4].lower()
                self.letters.append(self.font.letters.get(code, "\ufffd"))
                moved += self.font.widths.get(int(code, 16), 0.0)
            self.x += moved / 1000 * self.size * self.scale


@dataclass
class Fonts:
    """Each font of the file, read once."""

    known: dict[int, _Font] = field(default_factory=dict)

    def read(self, reference: IndirectObject | DictionaryObject) -> _Font:
        key = reference.idnum if isinstance(reference, IndirectObject) else id(reference)
        if key not in self.known:
            self.known[key] = _font(reference.get_object())
        return self.known[key]


def _font(given: DictionaryObject) -> _Font:
    """The font's own map from glyphs to letters, and its widths; NotPlain where it has them in another form."""
    if "/ToUnicode" not in given or "/DescendantFonts" not in given:
        raise NotPlain
    letters = given["/ToUnicode"].get_data()
    if b"beginbfrange" in letters:
        raise NotPlain
    listed = list(given["/DescendantFonts"][0].get_object()["/W"])
    widths = {}
    for first, row in zip(listed[::2], listed[1::2], strict=True):
        if not isinstance(row.get_object(), list):
            raise NotPlain
        widths |= {int(first) + i: float(width) for i, width in enumerate(row.get_object())}
    pairs = LETTERS.findall(letters)
    return _Font({code.lower(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}, widths)

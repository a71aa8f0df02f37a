"""What a finished company PDF must show before it is delivered, and what of other companies it must not hold.

Everything is read from the file itself: the text of its pages, its metadata, its structure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from pipeline.pdf_runs import Fonts, runs_of

E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]*\w")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(frozen=True)
class Expected:
    """What the file of one company must be: whose, how many pages and drawings, under which title."""

    id: str
    name: str
    pages: int
    figures: int


@dataclass(frozen=True)
class Foreign:
    """What must not be in the file: names, ids and texts of other companies, and their distinctive numbers.

    `mine` is everything that the company itself submitted and `printed` all figures that its pages may show: what is
    found there too is no leak.
    """

    names: frozenset[str]
    ids: frozenset[str]
    texts: frozenset[str]
    numbers: frozenset[str]
    mine: str = ""
    printed: frozenset[str] = field(default_factory=frozenset)


def faults(path: Path, expected: Expected, foreign: Foreign) -> list[str]:
    """Why a file must not be delivered, one sentence each; empty when it may be.

    Sentences name no other company: they are written into index.csv.
    """
    reader = PdfReader(path)
    fonts = Fonts()
    pages = [plain(" ".join(runs_of(page, fonts))) for page in reader.pages]
    return [*_identity(reader, pages, expected), *_shape(reader, pages, expected), *_leaks(reader, pages, foreign)]


def plain(text: str) -> str:
    """A text in one spelling of each letter, with single spaces, so that a line break hides nothing."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def digits_of(text: str) -> str:
    """The digits of a number as written anywhere: 26,700,000 and 26700000.0 are one."""
    whole = text.replace(",", "").strip(".")
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def _identity(reader: PdfReader, pages: list[str], expected: Expected) -> Iterable[str]:
    squeezed = {"id": _squeezed(expected.id), "name": _squeezed(expected.name)}
    for number, page in enumerate(map(_squeezed, pages), start=1):
        for what, text in squeezed.items():
            if text not in page:
                yield f"page {number} does not carry the company's {what}"
    title = str((reader.metadata or {}).get("/Title", ""))
    if expected.id not in title:
        yield "the file's title does not name the company"


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", plain(text))


def _shape(reader: PdfReader, pages: list[str], expected: Expected) -> Iterable[str]:
    root = reader.trailer["/Root"]
    if len(pages) != expected.pages:
        yield f"the file has {len(pages)} pages, {expected.pages} were planned"
    for number, page in enumerate(pages, start=1):
        if len(page) < 80:
            yield f"page {number} is all but empty"
    marked = root.get("/MarkInfo", {}).get("/Marked", False)
    if not marked or "/StructTreeRoot" not in root:
        yield "the file is not tagged"
    if not root.get("/Lang"):
        yield "the file does not say its language"
    figures = sum(1 for each in _objects(reader) if each.get("/S") == "/Figure")
    if figures != expected.figures:
        yield f"the file has {figures} drawings, {expected.figures} were planned"
    loose = sorted(
        str(each.get("/FontName")) for each in _objects(reader)
        if each.get("/Type") == "/FontDescriptor" and not any(name in each for name in EMBEDDED)
    )  # fmt: skip
    if loose:
        yield f"the font {loose[0]} is not embedded"


def _objects(reader: PdfReader) -> Iterable[DictionaryObject]:
    for number in range(1, int(reader.trailer["/Size"])):
        found = reader.get_object(IndirectObject(number, 0, reader))
        if isinstance(found, DictionaryObject):
            yield found


def _leaks(reader: PdfReader, pages: list[str], foreign: Foreign) -> Iterable[str]:
    metadata = plain(" ".join(str(value) for value in (reader.metadata or {}).values()))
    places = [(f"page {number}", page) for number, page in enumerate(pages, start=1)] + [("the metadata", metadata)]
    mine = plain(foreign.mine).casefold()
    my_numbers = {digits_of(n) for n in NUMBER.findall(foreign.mine)} | foreign.printed
    named, known = _words(foreign.names), _words(foreign.ids)
    for where, text in places:
        folded = text.casefold()
        if named and any(found not in mine for found in named.findall(folded)):
            yield f"{where} names another company"
        if known and known.search(folded):
            yield f"{where} carries the id of another company"
        if any(address.casefold() not in mine for address in E_MAIL.findall(text)):
            yield f"{where} carries an e-mail address that the company did not give"
        if any(answer in folded and answer not in mine for answer in foreign.texts):
            yield f"{where} carries the words of another company's answer"
        if {digits_of(n) for n in NUMBER.findall(text)} & foreign.numbers - my_numbers:
            yield f"{where} carries the exact number of another company's answer"


def _words(names: frozenset[str]) -> re.Pattern | None:
    """Finds any of the names as whole words, the longest first."""
    if not names:
        return None
    longest = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

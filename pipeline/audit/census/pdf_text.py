"""The texts of a finished report.pdf: pages, alternative texts, bookmarks, the document's properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from pipeline.pdf_runs import Fonts, runs_of

PROPERTIES = ("/Title", "/Subject", "/Author", "/Keywords")


@dataclass(frozen=True)
class Printed:
    """A PDF's texts: the runs of each page, the alternative text of each drawing with its page, and what is beside."""

    pages: tuple[tuple[str, ...], ...]
    alternatives: tuple[tuple[int, str], ...]
    bookmarks: tuple[str, ...]
    properties: tuple[str, ...]


def read_pdf(path: Path) -> Printed:
    """Reads the finished file."""
    reader, fonts = PdfReader(path), Fonts()
    number = {page.indirect_reference.idnum: i for i, page in enumerate(reader.pages, start=1)}
    return Printed(
        pages=tuple(runs_of(page, fonts) for page in reader.pages),
        alternatives=tuple(_alternatives(reader, number)),
        bookmarks=tuple(_titles(reader.outline)),
        properties=tuple(str(reader.metadata[name]) for name in PROPERTIES if name in (reader.metadata or {})),
    )


def _alternatives(reader: PdfReader, number: dict[int, int]) -> Iterator[tuple[int, str]]:
    """Every element of the structure that has an alternative text, with the page that it is on."""
    waiting = [reader.trailer["/Root"].get("/StructTreeRoot", DictionaryObject()).get("/K", [])]
    while waiting:
        each = waiting.pop()
        each = each.get_object() if isinstance(each, IndirectObject) else each
        if isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, dict):
            if "/Alt" in each:
                page = each.raw_get("/Pg") if "/Pg" in each else None
                yield number.get(page.idnum if page is not None else -1, 0), str(each["/Alt"])
            if "/K" in each:
                waiting.append(each["/K"])


def _titles(outline: list) -> Iterator[str]:
    for each in outline:
        if isinstance(each, list):
            yield from _titles(each)
        else:
            yield str(each.title)

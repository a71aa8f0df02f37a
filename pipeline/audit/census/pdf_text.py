"""The texts of a finished report.pdf: pages, alternative texts, bookmarks, the document's properties."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

PAGES_AT_ONCE = 8
PROPERTIES = ("/Title", "/Subject", "/Author", "/Keywords")
_open: PdfReader | None = None  # of this process, shared with those that it forks


@dataclass(frozen=True)
class Printed:
    """A PDF's texts: the runs of each page, the alternative text of each drawing with its page, and what is beside."""

    pages: tuple[tuple[str, ...], ...]
    alternatives: tuple[tuple[int, str], ...]
    bookmarks: tuple[str, ...]
    properties: tuple[str, ...]


def read_pdf(path: Path, jobs: int) -> Printed:
    """Reads the finished file; pages are read by `jobs` processes, which share the opened file where they can."""
    global _open
    _open = PdfReader(path)
    try:
        number = {page.indirect_reference.idnum: i for i, page in enumerate(_open.pages, start=1)}
        return Printed(
            pages=_pages(len(number), jobs),
            alternatives=tuple(_alternatives(_open, number)),
            bookmarks=tuple(_titles(_open.outline)),
            properties=tuple(str(_open.metadata[name]) for name in PROPERTIES if name in (_open.metadata or {})),
        )
    finally:
        _open = None


def _pages(count: int, jobs: int) -> tuple[tuple[str, ...], ...]:
    forks = "fork" in multiprocessing.get_all_start_methods()
    if jobs < 2 or count <= PAGES_AT_ONCE or not forks:
        return tuple(_page(i) for i in range(count))
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        return tuple(pool.map(_page, range(count), chunksize=PAGES_AT_ONCE))


def _page(index: int) -> tuple[str, ...]:
    """The runs of text of a page in the order in which they are drawn."""
    runs: list[str] = []
    _open.pages[index].extract_text(visitor_text=lambda text, *_: runs.append(text))
    return tuple(run.replace("\n", " ") for run in runs if run.strip())


def _alternatives(reader: PdfReader, number: dict[int, int]):
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


def _titles(outline: list):
    for each in outline:
        if isinstance(each, list):
            yield from _titles(each)
        else:
            yield str(each.title)

"""The PDF from the same HTML: WeasyPrint with the paper's style sheet, and gates that no bad page passes.

A page that needs more room than it has, a page number that is not the real one, a warning of WeasyPrint, a font that is
not ours: each stops the build with the name of the section.
"""

from __future__ import annotations

import base64
import html
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fontTools.ttLib import TTFont
from weasyprint import HTML, Document
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from pipeline.errors import InputError
from pipeline.pages.labels import lay_out_whole
from pipeline.pages.tagging import repair
from pipeline.pages.theme import FACES, FONTS, css_fonts

SCREEN_ONLY = re.compile(
    r'<script\b.*?</script>|<style media="screen">.*?</style>|<details class="data">.*?</details>'
    r'|<div class="tools">.*?</div>|<header class="masthead">.*?</header>|<nav class="contents-side".*?</nav>'
    r'|<a class="skip".*?</a>|<p class="status".*?</p>',
    re.DOTALL,
)
FONT_RULES = re.compile(r'<style id="fonts">.*?</style>', re.DOTALL)
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
# WeasyPrint 70 breaks a line far too early where it could end at a space before an inline element; inside is safe.
SPACE_BEFORE = re.compile(r' (<(?:b|strong|em|i|span class="bound"|span data-cell)(?=[ =>])[^>]*>)')
NO_GLYPH = re.compile(r"notdef glyph rendered .*?(\".*?\" \(U\+[0-9A-F]+\))")
SECTION = re.compile(r'<section data-page="(\d+)"[^>]*? id="([^"]+)"')

lay_out_whole()


class NoFont(InputError):
    """A character that neither the report's own fonts nor any font of the machine has."""


class OwnFiles(URLFetcher):
    """Opens what is inside the document (data:) and the report's own fonts, and nothing else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data", "file"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "file" and not Path(unquote(parts.path)).resolve().is_relative_to(FONTS.resolve()):
            raise FatalURLFetchingError(f"{url} is outside the report's own files")
        return super().fetch(url, headers)


def write_pdf(report: str, destination: Path) -> int:
    """Print the report's HTML to `destination` and return the number of pages.

    Raises InputError with the section's id when a section needs more than its page or its parts overlap, and with the
    log line when WeasyPrint had anything to complain about. The file is replaced in one step.
    """
    planned = [(ident, int(page)) for page, ident in SECTION.findall(report)]
    with _no_complaints():
        try:
            document = HTML(string=for_paper(report), url_fetcher=OwnFiles()).render()
            check_pages(document, planned)
            data = document.write_pdf(pdf_variant="pdf/ua-1", finisher=repair)
            check_fonts(document)
        except FatalURLFetchingError as error:
            raise InputError(f"the report asks for a file from elsewhere: {error}") from None
    partial = destination.with_name(destination.name + ".part")
    partial.write_bytes(data)
    os.replace(partial, destination)
    return len(document.pages)


def for_paper(report: str) -> str:
    """The report without what only a screen needs, with full fonts, and drawings as images (quicker to print)."""
    paper = SCREEN_ONLY.sub("", report)
    paper = FONT_RULES.sub(lambda _: f"<style>{css_fonts(embedded=False)}</style>", paper)
    paper = SPACE_BEFORE.sub(r"\1 ", paper)
    return DRAWING.sub(lambda found: _as_image(found[0]), paper)


def _as_image(svg: str) -> str:
    opening = svg[: svg.index(">")]
    alt = html.unescape(re.search(r"<title[^>]*>(.*?)</title>", svg, re.DOTALL)[1])
    size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', opening)
    name = re.search(r'class="([^"]*)"', opening)
    data = base64.b64encode(svg.encode()).decode()
    classes = f' class="{name[1]}"' if name else ""
    style = f"width:{size[1]}pt;height:{size[2]}pt"
    return f'<img{classes} style="{style}" alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{data}">'


# Gates


@contextmanager
def _no_complaints() -> Iterator[None]:
    """Turns the first warning or error that WeasyPrint logs inside the block into an InputError."""
    logger, said = logging.getLogger("weasyprint"), _Collector(logging.WARNING)
    logger.addHandler(said)
    try:
        yield
    finally:
        logger.removeHandler(said)
    if strange := [glyph[1] for line in said.lines if (glyph := NO_GLYPH.search(line))]:
        raise NoFont(
            f"no font on this machine has {', '.join(strange[:5])}; install one that has"
            " (Debian: fonts-noto-core, for Chinese, Japanese and Korean fonts-noto-cjk)"
        )
    if said.lines:
        more = f" (and {len(said.lines) - 1} more)" if len(said.lines) > 1 else ""
        raise InputError(f"the PDF cannot be printed cleanly: {said.lines[0]}{more}")


class _Collector(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def check_fonts(document: Document) -> None:
    """What the report's own families can say is set in them; other fonts serve only for scripts that they lack."""
    families = tuple({family.replace(" ", "-") for family, *_ in FACES})
    for font in document.fonts.values():
        name = font.name.decode().rpartition("+")[2]
        said = set("".join(font.to_unicode.values()))
        if not name.startswith(families) and (strays := said & own_letters()):
            found = "".join(sorted(strays))[:20]
            raise InputError(f"{found!r} is set in {name}, which is not a font of the report")


@cache
def own_letters() -> frozenset[str]:
    """The letters and digits that all of the report's own fonts have."""
    return frozenset.intersection(*(_letters_of(FONTS / f"{stem}.ttf") for *_, stem in FACES))


def _letters_of(path: Path) -> frozenset[str]:
    """The letters and digits that a font has."""
    with TTFont(path, lazy=True) as font:
        return frozenset(letter for letter in map(chr, font.getBestCmap()) if letter.isalnum())


def check_pages(document: Document, planned: list[tuple[str, int]]) -> None:
    """Each section begins on the page that contents and links name, keeps to it, and covers nothing of its own."""
    real: dict[str, int] = {}
    for number, page in enumerate(document.pages, start=1):
        for name in page.anchors:
            real.setdefault(name, number)
    for (ident, page), (following, _) in zip(planned, [*planned[1:], ("", 0)], strict=True):
        starts = real.get(ident)
        ends = real.get(following, len(document.pages) + 1) if following else len(document.pages) + 1
        if starts is None:
            raise InputError("this section is not in the PDF", key=ident)
        if ends - starts > 1:
            raise InputError(
                f"this section needs {ends - starts} pages; it has room for one: shorten its text", key=ident
            )
        if starts != page:
            raise InputError(f"this section is on page {starts}, but contents and links say {page}", key=ident)
    for (ident, _), page in zip(planned, document.pages, strict=True):
        trouble = _trouble(page)
        if trouble:
            raise InputError(trouble, key=ident)


def _trouble(page: object) -> str:
    """What does not fit on a page: boxes beyond the right edge, or a body that runs into the source line."""
    box = page._page_box  # there is no public way to ask where a box lies; the release is pinned
    right = box.position_x + box.margin_width() + 0.5
    body_end, source_start = 0.0, None
    for inner in box.descendants():
        element = getattr(inner, "element", None)
        if element is None or inner.element_tag.endswith(("::before", "::after")):
            continue
        classes = (element.get("class") or "").split()
        if inner.element_tag in ("table", "td", "th", "img") and inner.position_x + inner.margin_width() > right:
            return f"its {inner.element_tag} is wider than the page"
        if "source" in classes and inner.element_tag == "p":
            source_start = inner.position_y if source_start is None else min(source_start, inner.position_y)
        if (inner.element_tag in ("td", "th", "img", "p", "h3") or "key" in classes) and "source" not in classes:
            body_end = max(body_end, inner.position_y + inner.margin_height())
    if source_start is not None and body_end > source_start + 0.5:
        return "its text or table runs into the source line: shorten the text"
    return ""

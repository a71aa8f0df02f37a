"""The census: every numeral of the finished HTML and PDF is a figure of the ledger, or allowed where it stands.

It reads the files that are delivered. In the HTML each text says which figures it prints, and what it prints must be
their printed texts, in order; what is left over must be words of the definition or of the pages' furniture. On each
page of the PDF stands what the HTML has on that page, no numeral more and none less, beside running heads and folio.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rich.table import Table

from pipeline.audit.census.allowed import PROSE, Allowed
from pipeline.audit.census.downloads import of_downloads
from pipeline.audit.census.html_text import read_html
from pipeline.audit.census.numerals import NUMBER_WORDS
from pipeline.audit.census.on_paper import of_pdf
from pipeline.audit.census.on_screen import of_html
from pipeline.audit.census.pdf_text import read_pdf
from pipeline.audit.census.result import Census, Count
from pipeline.audit.database import built_ledger
from pipeline.audit.result import Audited
from pipeline.errors import InputError
from pipeline.figures import read_report
from pipeline.figures.definitions import Report
from pipeline.figures.ledger import Ledger
from pipeline.responses.codebook import Codebook, read_codebook
from pipeline.run_record import is_fresh

__all__ = ["Census", "census_of_edition", "refuse_unbound", "take_census", "write_appearances"]


def take_census(folder: Path, report: Report, codebook: Codebook, ledger: Ledger) -> Census:
    """The census of report.html and report.pdf in a folder, against the definition and ledger they were made from."""
    finished = (folder / "report.html").read_text(encoding="utf-8")
    pieces, sections = read_html(finished)
    allowed = Allowed(report, codebook, ledger, {section.id: section.page for section in sections})
    html, explained = of_html(pieces, allowed, ledger)
    pdf, on_paper = of_pdf(read_pdf(folder / "report.pdf"), explained, sections, report)
    words = [f"{p.section}: {found[0]}" for p in pieces if PROSE & p.within for found in NUMBER_WORDS.finditer(p.text)]
    on_screen = [each.appearance for each in explained if each.appearance is not None]
    return Census(html, pdf, of_downloads(finished, ledger), on_screen + on_paper, words)


def refuse_unbound(census: Census) -> None:
    """Raise InputError for the first numeral that is not bound, saying how many more there are."""
    if census.unbound:
        more = f" (and {len(census.unbound) - 1} more)" if len(census.unbound) > 1 else ""
        first = census.unbound[0]
        raise InputError(f"{first.place}: {first.message}{more}", file=Path(f"report.{first.medium}"))


def census_of_edition(edition: Path, output: Path, every: bool = False) -> Audited:
    """The census of a finished build as tables; each numeral that is not bound needs a person.

    InputError where there is no build, or the edition has changed since.
    """
    ledger = built_ledger(edition, output)
    if not is_fresh(edition, output, ledger.audience):
        raise InputError(f"the edition has changed since this build; run: bandwise build {edition}", file=output)
    codebook = read_codebook(edition / "codebook.yaml")
    census = take_census(output, read_report(edition, codebook), codebook, ledger)
    return Audited(tables=_tables(census, every), problems=[str(each) for each in census.unbound])


def _tables(census: Census, every: bool) -> list[Table]:
    table = Table(title="Census of the numerals", show_footer=True)
    reasons = sorted(census.html.allowed.keys() | census.pdf.allowed.keys())
    table.add_column("What a numeral is", footer="bound of all", overflow="fold")
    for name, count in (("HTML", census.html), ("PDF", census.pdf)):
        table.add_column(name, justify="right", footer=f"{count.bound:,} of {count.numerals:,}")
    table.add_row("a figure of the ledger", f"{census.html.figures:,}", f"{census.pdf.figures:,}", style="bold")
    for reason in reasons:
        table.add_row(f"allowed: {reason}", *(_times(count, reason) for count in (census.html, census.pdf)))
    words = Table(title=f"Numbers in words, in prose: {len(census.in_words):,}, which their authors answer for")
    words.add_column("Page and word", overflow="fold")
    for each in census.in_words:
        words.add_row(each)
    files = census.downloads
    table.caption = f"{files.figures:,} of {files.numerals:,} rows of the CSV files in the page are as in the ledger"
    if every:
        return [table, words]
    table.caption += f"; {len(census.in_words):,} numbers in words stand in prose (--all lists them)"
    return [table]


def _times(count: Count, reason: str) -> str:
    return f"{count.allowed[reason]:,}" if count.allowed[reason] else ""


def write_appearances(census: Census, database: Path) -> None:
    """Fill table `appearance` of a ledger.sqlite that is not published yet."""
    connection = sqlite3.connect(database)
    try:
        with connection:
            connection.executemany(
                "INSERT INTO appearance VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((i, a.cell_id, a.medium, a.element, a.exhibit, a.anchor, a.page, a.printed_text)
                 for i, a in enumerate(census.appearances, start=1)),
            )  # fmt: skip
    finally:
        connection.close()

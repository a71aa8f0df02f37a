"""The words above and below an exhibit: deck line and source line, each part only where it is true."""

from __future__ import annotations

from pipeline.figures.bound import base_text, fill, join, printed
from pipeline.figures.definitions import Exhibit, Source
from pipeline.figures.exhibits_file import AddTo100
from pipeline.figures.ledger import EMPTY, SUPPRESSED
from pipeline.pages.book import Book
from pipeline.pages.view import MARKS, Table, is_share, rows_add_up

_ADJUSTED = {
    AddTo100.ALL: "rows add",
    AddTo100.BANDS: "the row of each band adds",
    AddTo100.OVERALL: "the row of the whole sample adds",
}
FEW, VERY_FEW = MARKS["few"], MARKS["very_few"]


def deck_line(exhibit: Exhibit, table: Table, *, coverage: bool = False) -> str:
    """Measure, unit and population as defined, then how the rows are to be read."""
    if coverage and len(table.lines) > 1:
        cut = next(line.group for line in table.lines if not line.is_everyone)
        return f"{exhibit.measure}, by {cut}"
    if _is_single_choice(exhibit) and rows_add_up(table):
        return f"{exhibit.measure} (rows add to 100%)"
    return exhibit.measure


def source_line(exhibit: Exhibit, table: Table, book: Book) -> list[tuple[str, str]]:
    """Parts of the source line as (name, text): question, base, marks and notes, source."""
    parts = []
    asked = _asked(exhibit, book)
    if asked:
        parts.append(("Question", asked))
    parts.append(("Base", fill("{}.", join(", ", [exhibit.base, _base_count(exhibit, book)]))))
    notes = [*_marks(table, book), *_notes(exhibit, table)]
    if notes:
        parts.append(("", " ".join(_sentence(note) for note in notes)))
    parts.append(("Source", f"{book.source_of(exhibit)}."))
    return parts


def _asked(exhibit: Exhibit, book: Book) -> str:
    """The wording of the question; where each column has its own, the first one's."""
    if exhibit.question_text:
        return f"“{exhibit.question_text}”"
    questions = [question for question in (_wording(m.question, book) for m in exhibit.columns) if question]
    return f"“{questions[0]}”, and likewise for each column." if questions else ""


def _wording(name: str, book: Book) -> str:
    """What was asked for a variable: its question's text, or what a derived number is called."""
    base = name.partition(".")[0]
    if base in book.codebook.questions:
        return book.codebook.questions[base].text
    return book.codebook.derived[base].label if base in book.codebook.derived else ""


def _base_count(exhibit: Exhibit, book: Book) -> str:
    everyone = book.everyone(exhibit)
    if everyone is None:
        return ""
    total = int(book.respondents.stat or 0)
    part = exhibit.survey is None and everyone.n != total  # how many a sub-survey counts is no figure of the ledger
    return fill("{} of {}", base_text(everyone), printed(book.respondents)) if part else base_text(everyone)


def _marks(table: Table, book: Book) -> list[str]:
    """What the marks on this page mean, for the thresholds of this audience."""
    limits = book.report.thresholds(book.ledger.audience)
    withheld = any(cell.status == SUPPRESSED for cell in table.cells())
    notes = []
    if FEW in table.marks:
        shaded = ", unshaded" if table.is_shaded else ""
        notes.append(f"{FEW} Fewer than {limits.mark} answers{shaded}: indicative")
    if VERY_FEW in table.marks:
        fate = "withheld" if limits.withhold >= 5 else "single companies decide the figure"
        notes.append(f"{VERY_FEW} Fewer than 5 answers: {fate}")
    if withheld:
        notes.append("– Withheld: on its own or beside other figures it would tell of single companies")
    return notes


def _notes(exhibit: Exhibit, table: Table) -> list[str]:
    notes = []
    cells = table.cells()
    if any(cell.status == EMPTY for cell in cells):
        notes.append("Where n = 0, no company of the band is in the base")
    if any(cell.adjusted for cell in cells):
        notes.append(
            f"Printed shares were adjusted by largest remainder so that {_ADJUSTED[exhibit.add_to_100]} to 100%"
        )
    elif _is_single_choice(exhibit) and not rows_add_up(table):
        notes.append("Rows may not add to 100% because of rounding")
    notes += exhibit.cut_notes
    if exhibit.note:
        notes.append(exhibit.note)
    return notes


def _is_single_choice(exhibit: Exhibit) -> bool:
    shares = [m for m in exhibit.columns if is_share(m)]
    return bool(shares) and (exhibit.add_to_100 is not None or all(m.source is Source.SINGLE for m in shares))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "”")) else f"{words}."

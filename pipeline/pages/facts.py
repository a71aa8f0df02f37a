"""The facts of the run as pages: which records were left out, and what each check found."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.figures import facts
from pipeline.figures.ledger import ALL, OVERALL, Cell
from pipeline.pages.book import Book
from pipeline.pages.templating import render

TITLES = {name: facts.TITLES[name] for name in ("records", "findings")}
HEADS = {
    "records": "Reason a record does not count",
    "findings": "Check",
    "holds": "Holds",
    "violated": "Violated",
    "not_evaluable": "Cannot tell",
    "accepted": "Accepted",
    "corrected": "Corrected",
    "excluded": "Excluded",
    "open": "Open",
}
DECKS = {
    "records": "Records received, records left out by rule, records counted",
    "findings": "Each check is evaluated for each record; a violation is a finding, and each finding is decided",
}
ROWS_PER_PAGE = 21


@dataclass(frozen=True)
class FactLine:
    """One row: its words and its numbers."""

    label: str
    cells: tuple[Cell, ...]


def facts_section(exhibit: str, book: Book) -> str:
    """The page (or pages, one section each) of a table of facts, from the labels and numbers of the ledger."""
    cells = book.ledger.exhibit(exhibit)
    columns = list(dict.fromkeys(cell.column for cell in cells))
    rows: dict[str, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.band, []).append(cell)
    lines = [FactLine(found[0].label, tuple(found)) for found in rows.values()]
    parts = [lines[i : i + ROWS_PER_PAGE] for i in range(0, len(lines), ROWS_PER_PAGE)] or [[]]
    heads = [HEADS.get(column, column.capitalize()) for column in columns]
    callouts = [book.find("survey", OVERALL, ALL, name) for name in _CALLOUTS[exhibit]]
    return "".join(
        render(
            "facts.html",
            id=exhibit if number == 0 else f"{exhibit}-{number + 1}",
            title=TITLES[exhibit] + (" (continued)" if number else ""),
            deck=DECKS[exhibit],
            row_head=HEADS[exhibit],
            heads=heads if exhibit == "findings" else ["Records"],
            lines=part,
            callouts=[cell for cell in callouts if cell is not None] if number == 0 else [],
            source=f"{book.source}.",
        )
        for number, part in enumerate(parts)
    )


_CALLOUTS = {
    "records": ("received", "excluded", "respondents", "answers"),
    "findings": (),
}

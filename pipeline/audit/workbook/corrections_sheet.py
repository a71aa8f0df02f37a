"""Corrections: what decisions and open findings make of single answers, and lines to try others."""

from __future__ import annotations

from pipeline.audit.workbook.book import Book, Sheet
from pipeline.audit.workbook.received import Correction
from pipeline.audit.workbook.survey_sheets import SurveySheets

SPARE = 10  # empty lines for corrections that a reviewer wants to try
HEAD = ("Survey", "No.", "Respondent", "Variable", "Key", "Old", "New", "Action", "Reason", "Author", "Source")


def write_corrections(book: Book, sheet: Sheet, surveys: list[SurveySheets]) -> None:
    """All corrections, survey by survey, each with empty lines in which a reviewer can try others."""
    sheet.title("Corrections: what decisions made of single answers",
                "The last line for a respondent and variable counts. Empty lines take further ones: the figures "
                "follow.")  # fmt: skip
    sheet.head(2, HEAD)
    sheet.shape((12, 6, 24, 26, 40, 24, 24, 10, 60, 18, 24), (3, 3))
    row = 3
    for survey in surveys:
        first, received = row, survey.received
        lines: list[Correction | None] = [*received.corrections, *(None,) * SPARE]
        for number, line in enumerate(lines, start=1):
            sheet.put(row, 0, received.folder, "note")
            sheet.put(row, 1, number, "note")
            at = row + 1
            sheet.formula(row, 4, f'IF(C{at}="","",C{at}&"|"&D{at})', "note")
            if line is not None:
                sheet.put(row, 2, line.respondent_id, "text")
                sheet.put(row, 3, line.slot, "text")
                sheet.put(row, 5, line.old, "text")
                known = bool(line.new) and line.slot in received.codebook.slots
                is_number = known and received.is_number(line.slot, line.new)
                if line.new:
                    sheet.put(row, 6, float(line.new) if is_number else line.new, "given" if is_number else "text")
                else:
                    sheet.formula(row, 6, '""')
                for column, value in enumerate((line.action, line.reason, line.author, line.source), start=7):
                    sheet.put(row, column, value)
            else:
                for column in (2, 3, 6):
                    sheet.put(row, column, None, "choose")
            row += 1
        columns = ((survey.numbers, 1), (survey.ids, 2), (survey.decided, 3), (survey.keys, 4), (survey.new, 6))
        for name, column in columns:
            book.name(name, sheet.name, (first, column), (row - 1, column))
        row += 1

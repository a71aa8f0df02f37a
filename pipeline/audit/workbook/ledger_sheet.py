"""Ledger: each figure as the pipeline has it beside the one that the workbook computes, and whether the two agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.audit.workbook.book import Book, Sheet, quoted
from pipeline.audit.workbook.lines import FIRST_LINE, Line
from pipeline.audit.workbook.survey_sheets import SurveySheets

HEAD = ("Cell", "Exhibit", "What it is", "Statistic", "Unit", "Status",
        "Value", "Numerator", "Denominator", "n", "Printed",
        "Value, live", "Numerator, live", "Denominator, live", "n, live", "Printed, live", "Tie-out", "Why not "
         "computed",
        "Formula",
        "Survey no.", "Band column", "Band", "Base column", "Kind", "First column", "Second column", "Codes",
        "Raw column")  # fmt: skip
FIRST = 5
TIE_OUT = 16
GIVEN = ("stat", "numerator", "denominator", "n", "printed")
LIVE = "HEFGN"  # columns of a sheet of figures, in the order of GIVEN


@dataclass(frozen=True)
class Live:
    """Where a figure is computed: the sheet, its line there, and the survey that it is computed from."""

    sheet: str
    row: int
    line: Line
    survey: int


def ledger_rows(cells: list[sqlite3.Row]) -> dict[str, int]:
    """The row of each figure in the sheet, counted from 0."""
    return {cell["cell_id"]: i for i, cell in enumerate(cells, start=FIRST)}


def write_ledger(
    book: Book, sheet: Sheet, cells: list[sqlite3.Row], live: Mapping[str, Live], quoted_because: Mapping[str, str],
    surveys: list[SurveySheets],
) -> None:  # fmt: skip
    """Write every figure of the pipeline's ledger, tied to its line where it is computed."""
    sheet.title("Ledger: every figure of the report, and whether this workbook comes to the same",
                "Grey: as the pipeline has it. White: computed here, by reference into the sheet of the "
                "exhibit. OK: value "
                "within a part in 10⁹, and n, numerator, denominator, status and printed text the same.",
                "QUOTED: not computed in this workbook; the column beside it says why.")  # fmt: skip
    sheet.head(FIRST - 1, HEAD)
    sheet.shape((44, 22, 40, 13, 8, 10, 12, 10, 10, 7, 11, 12, 10, 10, 7, 11, 9, 18, 60, *(9,) * 9), (FIRST, 1))
    sheet.raw.set_column(19, 27, 9, None, {"level": 1, "hidden": True})
    for i, cell in enumerate(cells, start=FIRST):
        found = live.get(cell["cell_id"])
        if found:
            sheet.link(i, 0, cell["cell_id"], found.sheet, f"A{found.row + 1}")
        else:
            sheet.put(i, 0, cell["cell_id"])
        for column, value in enumerate((cell["exhibit"], cell["label"], cell["stat_name"], cell["unit"]), start=1):
            sheet.put(i, column, value)
        sheet.put(i, 5, cell["status"], "given")
        for column, name in enumerate(GIVEN, start=6):
            value = cell[name]
            sheet.put(i, column, value, "given")
        if found:
            _write_live(sheet, i, found, surveys[found.survey])
        elif cell["cell_id"] in quoted_because:
            sheet.put(i, TIE_OUT, "QUOTED")
            sheet.put(i, 17, quoted_because[cell["cell_id"]], "note")
        else:
            sheet.put(i, TIE_OUT, "DIFF")
            sheet.put(i, 17, "no definition gives this figure", "note")
    last = FIRST + len(cells) - 1
    for name, column in (("ledger_cell", 0), ("ledger_exhibit", 1), ("tie_out", TIE_OUT)):
        book.name(name, sheet.name, (FIRST, column), (last, column))
    book.name("ledger_all", sheet.name, (FIRST, 0), (last, len(HEAD) - 1))
    sheet.verdict((FIRST, TIE_OUT), (last, TIE_OUT))
    sheet.raw.autofilter(FIRST - 1, 0, last, 18)


def _write_live(sheet: Sheet, i: int, found: Live, survey: SurveySheets) -> None:
    at, there = i + 1, f"{quoted(found.sheet)}!{{}}{found.row + 1}".format
    for column, letter in enumerate(LIVE, start=11):
        cell = there(letter)
        sheet.formula(i, column, cell if letter in "HN" else f'IF({cell}="","",{cell})')
    same = [_close(f"{a}{at}", f"{b}{at}") for a, b in ("GL", "HM", "IN", "JO")]
    same += [f"EXACT(K{at},P{at})", f"EXACT(F{at},{there('I')})"]
    sheet.formula(i, TIE_OUT, f'IF(IFERROR(AND({",".join(same)}),FALSE),"OK","DIFF")', "strong")
    line = found.line
    sheet.put(i, 18, line.formula(), "note")
    members = line.members
    if members is not None:
        columns = [survey.number_of(name) for name in (line.band, line.where, members.first, members.second)]
        codes = f"|{'|'.join(members.codes)}|" if members.codes else ""
        values = (found.survey + 1, columns[0], line.band_id, columns[1], members.kind, columns[2], columns[3], codes,
                  survey.raw_number(members.slot))  # fmt: skip
        for column, value in enumerate(values, start=19):
            sheet.put(i, column, value)


def _close(given: str, live: str) -> str:
    near = f"ABS({given}-{live})<=0.000000001*MAX(1,ABS({given}))"
    return f'IF(ISNUMBER({given}),IF(ISNUMBER({live}),{near},FALSE),{live}="")'


def live_lines(sheet: str, lines: list[Line], survey: int) -> dict[str, Live]:
    """Where each of a sheet's lines stands."""
    return {line.cell_id: Live(sheet, i, line, survey) for i, line in enumerate(lines, start=FIRST_LINE)}

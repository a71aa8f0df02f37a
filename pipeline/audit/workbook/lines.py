"""A sheet of figures, one line each: numerator, denominator, n, value, status, digits and printed text as formulas."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audit.workbook.book import Sheet, quoted
from pipeline.audit.workbook.figures import Formula, Members
from pipeline.audit.workbook.printing import printed

HEAD = ("Cell", "Row", "Column", "Statistic", "Numerator", "Denominator", "n", "Value", "Status", "Scale", "Decimals",
        "Digits", "Brought to 100", "Printed", "Tie-out")  # fmt: skip
NUMERATOR, DENOMINATOR, N, VALUE, STATUS, SCALE, PLACES, DIGITS, FORCED, PRINTED, TIE_OUT = "EFGHIJKLMNO"
COUNTED = ("n", "share", "share_nonzero", "count")  # statistics whose numerators are respondents
FIRST_LINE = 12  # the first figure's row, counted from 0


@dataclass(frozen=True)
class Line:
    """One figure. Formulas stand without their guard; `status` says when there is nothing to compute.

    `n` and `status` are formulas too; `decimals` a number, a formula or None for the unit's own. `band` and `where` are
    the columns of Clean that say who stands in its row.
    """

    cell_id: str
    row: str
    column: str
    statistic: str
    unit: str
    status: str
    value: Formula
    n: Formula | None = None
    numerator: Formula | None = None
    denominator: Formula | None = None
    decimals: str | None = None
    exact: bool = False
    forced: str = ""
    first_status: str = ""
    band: str = ""
    band_id: str = ""
    where: str = ""
    members: Members | None = None

    def formula(self) -> str:
        """The formula of the figure as a reviewer can copy it, numerator and denominator put in."""
        text = self.value.text
        parts = (("E§", self.numerator), ("F§", self.denominator), ("G§", self.n))
        for mark, part in parts:
            text = text.replace(mark, part.text if part else mark)
        is_array = self.value.is_array or any(part and part.is_array for mark, part in parts if mark in self.value.text)
        return f"{{={text}}}" if is_array else f"={text}"


def write_lines(sheet: Sheet, lines: list[Line], ledger: str, ledger_rows: dict[str, int]) -> None:
    """Write the head and every line; one that the ledger has is tied to its row there, another must have no value."""
    sheet.head(FIRST_LINE - 1, HEAD)
    sheet.shape((44, 24, 28, 14, 12, 12, 8, 14, 11, 7, 8, 10, 9, 14, 9), (FIRST_LINE, 1))
    for i, line in enumerate(lines, start=FIRST_LINE):
        at = i + 1
        if line.cell_id in ledger_rows:
            sheet.link(i, 0, line.cell_id, ledger, f"A{ledger_rows[line.cell_id] + 1}")
            sheet.formula(i, 14, f"{quoted(ledger)}!Q{ledger_rows[line.cell_id] + 1}", "middle")
        else:
            sheet.put(i, 0, line.cell_id, "note")
            sheet.formula(i, 14, f'IF({VALUE}{at}="","absent","EXTRA")', "note")
        for column, text in enumerate((line.row, line.column, line.statistic), start=1):
            sheet.put(i, column, text)
        shown = f'OR({STATUS}{at}="shown",{STATUS}{at}="reference")'
        parts = ((4, line.numerator), (5, line.denominator), (7, line.value))
        for column, part in parts:
            if part is not None:
                # an empty row still has a base, which is 0
                text = part.text if line.statistic == "n" else f'IF({shown},{part.text},"")'
                whole = line.statistic in COUNTED and (line.exact or line.unit == "count") and (
                    column != 7 or line.unit == "count"
                )
                sheet.formula(i, column, _here(text, at), "count" if whole else "value", part.is_array)
        if line.n is not None:
            sheet.formula(i, 6, _here(line.n.text, at), "count", line.n.is_array)
        sheet.formula(i, 8, _here(line.status, at), "middle")
        if line.first_status:
            sheet.formula(i, 15, _here(line.first_status, at), "note")
        cells = {name: f"{letter}{at}" for name, letter in
                 (("value", VALUE), ("scale", SCALE), ("places", PLACES), ("digits", DIGITS))}  # fmt: skip
        exact = f"{NUMERATOR}{at}/{DENOMINATOR}{at}" if line.exact else ""
        if line.forced:
            sheet.formula(i, 12, line.forced)
        decimals = _here(line.decimals, at) if line.decimals is not None else None
        text = printed(line.unit, decimals, exact=exact, rounded=f"{FORCED}{at}" if line.forced else "", **cells)
        blank = f'IF({VALUE}{at}="","",{{}})'.format
        for column, part in ((9, text.scale), (10, text.places), (11, text.digits)):
            sheet.formula(i, column, blank(part), "note")
        sheet.formula(i, 13, text.text, "right")
    last = FIRST_LINE + max(len(lines) - 1, 0)
    sheet.verdict((FIRST_LINE, 14), (last, 14))
    sheet.raw.autofilter(FIRST_LINE - 1, 0, last, 14)


def _here(text: str, row: int) -> str:
    """A formula with `§` in place of its own row."""
    return text.replace("§", str(row))

"""The audit workbook: every figure computed a second time by spreadsheet formulas, from the raw rows.

The formulas are made from codebook.yaml and exhibits.yaml. Of the pipeline's numbers the workbook holds only the column
of the sheet Ledger that is compared. Start at `plan.py`: which sheets there are, and what stands in them.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import openpyxl
from rich.table import Table

from pipeline.audit.result import Audited
from pipeline.audit.workbook.ledger_sheet import FIRST, HEAD, TIE_OUT
from pipeline.audit.workbook.plan import Plan, read_plan
from pipeline.audit.workbook.recalculate import Values, read_values, recalculate, spreadsheet
from pipeline.staging import write_whole

FILE = "audit.xlsx"
NO_VALUES = "There is no LibreOffice on this machine, so the audit workbook carries no values until it is recalculated."
TITLE = "Audit workbook, recalculated by LibreOffice"
VERDICTS = {"OK": "equal", "DIFF": "different"}  # in the words of the other engines
NAMED = 20  # differences that are named one by one


def write_workbook(edition: Path, folder: Path) -> Audited:
    """Write `audit.xlsx` beside the ledger of a finished build; where there is LibreOffice, say what ties out.

    The file holds every respondent's answers. Its stored values are LibreOffice's, never the pipeline's; without
    LibreOffice it has none. Raises InputError when nothing was built here for readers inside the house, or when a file
    of the edition has changed since.
    """
    plan = read_plan(edition, folder)
    with tempfile.TemporaryDirectory() as place:
        blank = plan.write(Path(place) / "blank.xlsx")
        if spreadsheet() is None:
            path = write_whole(folder / FILE, blank.read_bytes())
            return Audited([NO_VALUES], [path])
        values = read_values(recalculate(blank, Path(place) / "computed.xlsx"))
        filled = plan.write(Path(place) / FILE, values)
        path = write_whole(folder / FILE, filled.read_bytes())
    verdicts = verdicts_of(plan, values)
    return Audited([_table(verdicts, plan)], [path], _problems(plan, verdicts, values))


class InWorkbook(NamedTuple):
    """One figure as the workbook has it: its formula over the names of Clean, and what LibreOffice came to."""

    formula: str
    value: float | None
    n: int | None
    printed: str
    verdict: str


def read_from(workbook: Path, cell_id: str) -> InWorkbook | None:
    """A figure of a written workbook; None where it is only quoted there."""
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    try:
        for row in book["Ledger"].iter_rows(min_row=FIRST + 1, values_only=True):
            if row[0] == cell_id:
                found = dict(zip(HEAD, row, strict=False))
                if not found["Formula"]:
                    return None
                numbers = (found[name] for name in ("Value, live", "n, live"))
                value, n = (number if isinstance(number, int | float) else None for number in numbers)
                verdict = VERDICTS.get(found["Tie-out"], "")
                return InWorkbook(found["Formula"], value, n, found["Printed, live"] or "", verdict)
    finally:
        book.close()
    return None


def verdicts_of(plan: Plan, values: Values) -> dict[str, str]:
    """OK, DIFF or QUOTED for each figure, as a recalculation of the workbook came to it."""
    ledger = values.get("Ledger", {})
    return {cell["cell_id"]: str(ledger.get((i, TIE_OUT), "")) for i, cell in enumerate(plan.cells, start=FIRST)}


def unlisted_of(plan: Plan, values: Values) -> list[str]:
    """Figures that the workbook computes and the ledger does not have."""
    return [
        live.line.cell_id
        for live in plan.live.values()
        if live.line.cell_id not in plan.rows and values[live.sheet].get((live.row, 14)) == "EXTRA"
    ]


def _problems(plan: Plan, verdicts: dict[str, str], values: Values) -> list[str]:
    differ = [cell_id for cell_id, verdict in verdicts.items() if verdict not in ("OK", "QUOTED")]
    named = [f"{cell_id} does not tie out in the audit workbook" for cell_id in differ[:NAMED]]
    more = [f"{len(differ) - NAMED} further figures do not tie out"] if len(differ) > NAMED else []
    unlisted = unlisted_of(plan, values)
    missing = [f"{cell_id} is computed in the audit workbook and missing in the ledger" for cell_id in unlisted]
    return named + more + missing


def _table(verdicts: dict[str, str], plan: Plan) -> Table:
    table = Table("Statistic", "Figures", "tie out", "differ", "quoted", title=TITLE)
    counts = Counter((cell["stat_name"], verdicts[cell["cell_id"]]) for cell in plan.cells)
    for statistic in dict.fromkeys(cell["stat_name"] for cell in plan.cells):
        mine = {verdict: n for (name, verdict), n in counts.items() if name == statistic}
        ok, quoted = mine.get("OK", 0), mine.get("QUOTED", 0)
        row = (sum(mine.values()), ok, sum(mine.values()) - ok - quoted, quoted)
        table.add_row(statistic, *(str(number) for number in row))
    total = Counter(verdicts.values())
    ok, quoted = total["OK"], total["QUOTED"]
    table.add_row("all", str(len(verdicts)), str(ok), str(len(verdicts) - ok - quoted), str(quoted), style="bold")
    return table

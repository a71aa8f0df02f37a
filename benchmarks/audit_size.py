"""How large the audit workbook and the ledger database become, and how long they take.

    python benchmarks/audit_size.py 110 2000

For each number of companies the responses of the 2023 edition are repeated, with ids of their own, in a temporary
edition; corrections are repeated with them.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

from pipeline.audit.workbook import plan, verdicts_of
from pipeline.audit.workbook.recalculate import read_values, recalculate, spreadsheet
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

EDITION = Path(__file__).parents[1] / "survey_raw" / "2023"
HEADER_ROWS, COMPANIES = 3, 110
ID_COLUMNS = ("ResponseId", "ExternalReference")


def main() -> None:
    for companies in map(int, sys.argv[1:] or ("110", "2000")):
        with tempfile.TemporaryDirectory() as folder:
            measure(companies, Path(folder))


def measure(companies: int, folder: Path) -> None:
    edition, output = repeated(folder / "edition", companies), folder / "out"
    output.mkdir()
    survey = timed("read", lambda: read_survey(edition))
    report = read_report(edition, survey.codebook)
    ledger = timed("tabulate", lambda: tabulate(survey, report))
    print(f"{len(survey.answers)} companies, {len(ledger.cells)} figures")
    database = timed("database", lambda: ledger.write_sqlite(output / "ledger.sqlite"))
    book = timed("work out the workbook", lambda: plan.read_plan(edition, output))
    blank = timed("write the workbook", lambda: book.write(output / "blank.xlsx"))
    print(f"database {size(database)}, workbook {size(blank)}")
    if spreadsheet() is None:
        return
    computed = timed("LibreOffice", lambda: recalculate(blank, output / "computed.xlsx"))
    values = timed("read the values", lambda: read_values(computed))
    filled = timed("write the workbook with values", lambda: book.write(output / "audit.xlsx", values))
    verdicts = list(verdicts_of(book, values).values())
    counts = ", ".join(f"{verdict} {verdicts.count(verdict)}" for verdict in sorted(set(verdicts)))
    print(f"workbook with values {size(filled)}; {counts}")


def repeated(edition: Path, companies: int) -> Path:
    """The edition with each response as often as it takes to have so many companies."""
    copytree(EDITION, edition)
    copies = -(-companies // COMPANIES)
    for folder in (edition, edition / "cfo", edition / "sales_kpi"):
        head, *rows = read(folder / "responses.csv", HEADER_ROWS)
        places = [head[0].index(name) for name in ID_COLUMNS]
        write(folder / "responses.csv", [*head, *again(rows, copies, places)])
        head, *rows = read(folder / "decisions.csv", 1)
        place = head[0].index("respondent_id")
        finding, seq = head[0].index("finding_id"), head[0].index("seq")
        lines = again([row for row in rows if row[head[0].index("action")] != "accept"], copies, [place])
        for number, line in enumerate(lines, start=1):
            line[finding], line[seq] = "", str(number)
        write(folder / "decisions.csv", [*head, *lines])
    return edition


def again(rows: list[list[str]], copies: int, places: list[int]) -> list[list[str]]:
    """The rows so many times, with the number of the copy behind what stands in some places."""
    found = []
    for copy in range(copies):
        for row in rows:
            found.append([f"{text}{copy or ''}" if i in places else text for i, text in enumerate(row)])
    return found


def read(path: Path, head: int) -> tuple[list[list[str]], *tuple[list[str], ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[:head], *rows[head:]


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def timed(what: str, step: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = step()
    print(f"{what}: {time.perf_counter() - began:.1f} s", flush=True)
    return result


def size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"


if __name__ == "__main__":
    main()

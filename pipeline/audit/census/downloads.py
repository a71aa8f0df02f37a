"""The CSV files inside the HTML: each row is a figure of the ledger, with its value, base and printed text."""

from __future__ import annotations

import base64
import csv
import io
import re

from pipeline.audit.census.result import Count, Unbound
from pipeline.figures.ledger import Ledger

FILE = re.compile(r'download="([^"]*)" href="data:text/csv;charset=utf-8;base64,([^"]*)"')
ANY = "data:text/csv"


def of_downloads(html: str, ledger: Ledger) -> Count:
    """Counts the rows of all files; a row that is not as in the ledger is not bound."""
    count, files = Count(), FILE.findall(html)
    if len(files) != html.count(ANY):
        count.unbound.append(Unbound("html", "downloads", "a CSV file of the page is not in the form that can be read"))
    for name, data in files:
        for row in csv.DictReader(io.StringIO(base64.b64decode(data).decode("utf-8-sig"), newline="")):
            count.numerals += 1
            given = {key: row.get(key) for key in ("value", "printed", "n")}
            cell = ledger.cell(row["cell"]) if row.get("cell") in ledger else None
            value = "" if cell is None or cell.stat is None else repr(cell.stat)
            n = "" if cell is None or cell.n is None else str(cell.n)
            if cell is not None and given == {"value": value, "printed": cell.printed, "n": n}:
                count.figures += 1
            else:
                right = f"{value or 'nothing'}, {cell.printed}, {n}" if cell is not None else "no figure of the ledger"
                message = f"the row of {row.get('cell')!r} says {', '.join(map(str, given.values()))}; it is {right}"
                count.unbound.append(Unbound("html", name, message))
    return count

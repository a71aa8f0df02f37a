"""Where one figure is printed in the finished report: as what, on which page, at which address of the HTML."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.audit.database import open_database

PLACES = {
    "table_cell": "table",
    "label": "number or label in a chart",
    "axis": "axis",
    "headline": "headline",
    "prose": "sentence",
    "alt_text": "alternative text",
    "note": "note",
    "base": "base",
}


def appearance_tables(edition: Path, output: Path, cell_id: str) -> list[Table]:
    """One table with a line for each place; none for a figure that no page prints. InputError without a build."""
    query = """
        SELECT exhibit, element, printed_text, anchor, max(page) AS page,
            group_concat(DISTINCT CASE medium WHEN 'html' THEN 'HTML' ELSE 'PDF' END) AS media, count(*) AS times
        FROM (SELECT *, row_number() OVER (PARTITION BY medium, exhibit, element, anchor, printed_text) AS place
              FROM appearance WHERE cell_id = ?)
        GROUP BY exhibit, element, anchor, printed_text, place ORDER BY min(appearance_id)
    """
    with open_database(edition, output) as database:
        rows = database.execute(query, (cell_id,)).fetchall()
    if not rows:
        return []
    table = Table(title=f"Printed: {len(rows):,} {'place' if len(rows) == 1 else 'places'}")
    for name, right in (("Page", True), ("Exhibit", False), ("As", False), ("Text", True), ("In", False)):
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    table.add_column("Address in report.html", overflow="fold")
    for row in rows:
        page = f"{row['page']}" if row["page"] is not None else "screen only"
        media = ", ".join(sorted(row["media"].split(",")))
        table.add_row(*map(Text, (page, row["exhibit"], PLACES[row["element"]], row["printed_text"], media,
                                  f"#{row['anchor']}")))  # fmt: skip
    return [table]

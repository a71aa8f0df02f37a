"""Where a figure is printed in the finished report, and which figures a page of it prints."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.audit.database import open_database
from pipeline.errors import InputError

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


def page_tables(edition: Path, output: Path, page: int) -> list[Table]:
    """The figures that a page of the PDF prints, each with its address, in the order of the page.

    InputError without a build, and for a page that prints no figure.
    """
    query = """
        SELECT a.cell_id, a.printed_text, c.label, group_concat(DISTINCT a.element) AS elements
        FROM appearance a JOIN cell c USING (cell_id) WHERE a.page = ? AND a.medium = 'pdf'
        GROUP BY a.cell_id, a.printed_text ORDER BY c.exhibit, c.display_order
    """
    with open_database(edition, output) as database:
        rows = database.execute(query, (page,)).fetchall()
        last = database.execute("SELECT max(page) FROM appearance").fetchone()[0]
    if not rows:
        raise InputError(f"page {page} prints no figure; figures stand on pages up to {last}", file=output)
    table = Table(title=f"Figures on page {page}: {len(rows):,}")
    table.add_column("Text", justify="right", no_wrap=True)
    for name in ("Figure", "As", "Address"):
        table.add_column(name, overflow="fold", no_wrap=name == "Address")
    for row in rows:
        places = ", ".join(PLACES[each] for each in row["elements"].split(","))
        table.add_row(*map(Text, (row["printed_text"], row["label"], places, row["cell_id"])))
    return [table]

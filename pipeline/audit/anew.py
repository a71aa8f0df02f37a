"""The members of one figure of a survey with so many respondents that its database holds none: drawn anew.

They come from the code that computed the figure, out of the raw files, and the trace says so; what they amount to is
still told by the second engine's recomputation, which shares nothing with it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipeline.figures import read_report
from pipeline.figures.contributions import Contributions
from pipeline.figures.draw import Rows, draw
from pipeline.figures.ledger import COMPANY, FACTS, N
from pipeline.figures.members import Members, Texts
from pipeline.figures.points import points_of
from pipeline.responses import read_survey
from pipeline.responses.survey import Survey

NOTE = "the ledger of so large a survey keeps no members; these were drawn anew by the code that computed the figure"


def draw_members(edition: Path, database: sqlite3.Connection, cell: sqlite3.Row, survey: Survey) -> None:
    """Put the members of a figure, and of those beside it in its dimension, where those of other surveys stand.

    They are in a table of the connection, not of the file. `survey` is the one that the figure is computed from.
    """
    if cell["exhibit"] in FACTS:
        return
    own = read_survey(edition) if cell["survey"] else survey
    report = read_report(edition, own.codebook)
    audience = database.execute("SELECT value FROM run WHERE name = 'audience'").fetchone()[0]
    exhibit, thresholds = report.exhibit(cell["exhibit"]), report.thresholds(audience)
    drawn = draw(exhibit, Rows(survey), Contributions(survey), thresholds)
    points = points_of(exhibit, drawn, thresholds, audience) if cell["dimension"] == COMPANY else []
    members = Members()
    members.add(exhibit, drawn, points, Texts(survey))
    query = """
        SELECT r.record_id, r.source_row_id FROM record r JOIN source_row USING (source_row_id)
        JOIN source_file f USING (source_file_id) WHERE f.survey = ? AND r.status = 'counted'
    """
    row_of = dict(database.execute(query, (cell["survey"],)).fetchall())
    query = """
        SELECT cell_id FROM cell WHERE exhibit = ? AND dimension = ? AND ("column" = ? OR ? = ?) ORDER BY display_order
    """
    key = (cell["exhibit"], cell["dimension"], cell["column"], cell["column"], N)
    beside = [name for (name,) in database.execute(query, key) if name in members]
    database.execute("CREATE TEMP TABLE cell_member AS SELECT * FROM main.cell_member WHERE 0")
    database.executemany(
        "INSERT INTO temp.cell_member VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((m.cell_id, m.role, m.respondent_id, row_of.get(m.respondent_id), *m[3:])
         for name in beside for m in members[name]),
    )  # fmt: skip
    database.execute("UPDATE temp.cell_member SET cell_member_id = rowid")
    database.execute("CREATE INDEX temp.cell_member_drawn ON cell_member (cell_id)")

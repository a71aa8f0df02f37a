"""The corrections behind a figure, and what it would be without each: the second engine's answer to that question."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline.audit.recompute import FIX, NotRecomputed, figure_without
from pipeline.audit.recompute import Without as Recomputed
from pipeline.audit.recomputed import open_errors
from pipeline.responses.survey import Survey

CORRECTIONS = """
    SELECT c.* FROM correction c JOIN source_row USING (source_row_id) JOIN source_file f USING (source_file_id)
    JOIN record r USING (source_row_id) WHERE f.survey = ? AND r.status = 'counted' ORDER BY correction_id
"""
EXCLUSIONS = """
    SELECT r.record_id, r.reason FROM record r JOIN source_row USING (source_row_id)
    JOIN source_file f USING (source_file_id) WHERE f.survey = ? AND r.rule = 'decision' ORDER BY source_row_id
"""
RECORD = "the whole record"


@dataclass(frozen=True)
class Without:
    """The figure with the old answer: unrounded, as it would be printed, and its base."""

    stat: float
    printed: str
    n: int


@dataclass(frozen=True)
class Correction:
    """An answer behind the figure that a decision or a fix changed. `without` is None, with the reason, where there
    would be no figure."""

    respondent_id: str
    variable: str
    old: str
    new: str
    reason: str
    author: str
    line: str
    without: Without | None
    note: str


def corrections_of(
    edition: Path,
    output: Path,
    database: sqlite3.Connection,
    cell: sqlite3.Row,
    survey: Survey,
    inside: Collection[str],
) -> tuple[Correction, ...]:
    """Corrections of what a figure rests on: of those in its row, and whatever moves it, as by moving someone in.

    The old answers are put back and the checks are not run again. `inside` are the respondents of the figure's row.
    """
    changes = database.execute(CORRECTIONS, (cell["survey"],)).fetchall()
    excluded = dict(database.execute(EXCLUSIONS, (cell["survey"],)).fetchall())
    changed = {_slot(c["variable"], survey) for c in changes} | ({""} if excluded else set())
    if not changed:
        return ()
    audience = database.execute("SELECT value FROM run WHERE name = 'audience'").fetchone()[0]
    try:
        found = figure_without(edition, audience, cell["cell_id"], open_errors(edition, output), changed)
    except NotRecomputed:
        return ()
    without = {(w.source if w.source != FIX else "", w.respondent_id, w.slot): w for w in found}
    corrections = []
    for c in changes:
        line = c["source"] if c["source"].isdecimal() else ""
        w = without.get((line, c["respondent_id"], _slot(c["variable"], survey)))
        if w is not None and (w.moves or c["respondent_id"] in inside):
            corrections.append(Correction(c["respondent_id"], c["variable"], c["old"] or "", c["new"] or "",
                                          c["reason"], c["author"], c["source"], *_told(w)))  # fmt: skip
    for w in found:
        if not w.slot and w.moves and w.respondent_id in excluded:
            reason = excluded[w.respondent_id]
            corrections.append(Correction(w.respondent_id, RECORD, "counts", "does not count", reason, "", w.source,
                                          *_told(w)))  # fmt: skip
    return tuple(corrections)


def _slot(variable: str, survey: Survey) -> str:
    """The column of the export that a variable is read from, or is one of the choices of."""
    return variable if variable in survey.codebook.slots else survey.codebook.variables()[variable].question


def _told(w: Recomputed) -> tuple[Without | None, str]:
    figure = w.figure
    if figure is None or figure.value is None:
        return None, "without it there would be no figure"
    return Without(float(figure.value), figure.printed, figure.n), ""

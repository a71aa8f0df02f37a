"""One hash for a figure and all that it rests on: equal as long as value, print, members and method are the same."""

from __future__ import annotations

import hashlib
from functools import cache

from pipeline.figures.ledger import Cell, Ledger
from pipeline.figures.specification import Subsets, measure_rows

TITLE = 1  # of a row of `measure`: words, not method


class Fingerprints:
    """Fingerprints of the figures of one ledger that knows its respondents."""

    def __init__(self, ledger: Ledger):
        self._ledger = ledger
        self._subsets = Subsets(ledger)
        self._measures = {row[0]: row[:TITLE] + row[TITLE + 1 :] for row in measure_rows(ledger)}
        self._made_of = cache(self._digest)

    def of(self, cell: Cell) -> str:
        """SHA-256 over the unrounded value, the printed text, the members with what they wrote, and the method.

        Where the database keeps no members, all that the survey's answers were made of stands for them.
        The method is the statistic, what the column counts and reads, whom the figure is about, unit and decimals. A
        title or a label can change without changing it.
        """
        measure, subset = self._subsets.of(cell)
        value = (cell.stat, cell.printed, cell.numerator, cell.denominator, cell.n, cell.status)
        method = (cell.stat_name, cell.unit, subset, self._measures.get(measure))
        if self._ledger.keeps_members:
            members = [tuple(member) for member in self._ledger.members_of(cell.cell_id)]
        else:
            members = self._made_of(self._ledger.folder_of(cell.exhibit))
        return hashlib.sha256(repr((cell.cell_id, value, method, members)).encode()).hexdigest()

    def _digest(self, folder: str) -> str:
        """SHA-256 over a survey's files, its codebook, what was changed and which records count."""
        survey = self._ledger.surveys[folder]
        parts = hashlib.sha256(repr([(s.path, s.sha256) for s in survey.sources] + [survey.codebook.version]).encode())
        for frame in (survey.changes[["respondent_id", "variable", "new"]], survey.records[["record_id", "status"]]):
            parts.update(frame.to_csv(index=False).encode())
        return parts.hexdigest()

"""One hash for a figure and all that it rests on: equal as long as value, print, members and method are the same."""

from __future__ import annotations

import hashlib

from pipeline.figures.ledger import Cell, Ledger
from pipeline.figures.specification import Subsets, measure_rows

TITLE = 1  # of a row of `measure`: words, not method


class Fingerprints:
    """Fingerprints of the figures of one ledger that knows its respondents."""

    def __init__(self, ledger: Ledger):
        self._ledger = ledger
        self._subsets = Subsets(ledger)
        self._measures = {row[0]: row[:TITLE] + row[TITLE + 1 :] for row in measure_rows(ledger)}

    def of(self, cell: Cell) -> str:
        """SHA-256 over the unrounded value, the printed text, the members with what they wrote, and the method.

        The method is the statistic, what the column counts and reads, whom the figure is about, unit and decimals. A
        title or a label can change without changing it.
        """
        measure, subset = self._subsets.of(cell)
        value = (cell.stat, cell.printed, cell.numerator, cell.denominator, cell.n, cell.status)
        method = (cell.stat_name, cell.unit, subset, self._measures.get(measure))
        members = [tuple(member) for member in self._ledger.members_of(cell.cell_id)]
        return hashlib.sha256(repr((cell.cell_id, value, method, members)).encode()).hexdigest()

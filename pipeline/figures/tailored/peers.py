"""Which cell of the outside ledger stands for a company's peers, widened in a fixed order where it is withheld."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.figures.definitions import Exhibit, Row
from pipeline.figures.ledger import OVERALL, SHOWN, Cell, Ledger, address
from pipeline.figures.tailored.gathered import Gathered, Respondent
from pipeline.figures.tailored.package import Reading

SECONDARY = ("p10", "p25", "p75", "p90")


class Peers:
    """The peers of each company, as the outside ledger shows them: its very cells, the company itself included."""

    def __init__(self, gathered: Gathered, outside: Ledger):
        self._gathered, self._outside = gathered, outside

    def rows(self, respondent: Respondent, exhibit: Exhibit, dimension: str) -> Iterator[Row]:
        """The company's row in a dimension that the exhibit is cut by, then in the coarser ones, narrow to wide."""
        for name in (dimension, *self._gathered.wider(dimension)):
            row = self._gathered.row_of(respondent, exhibit, name)
            if row is not None:
                yield row

    def reading(self, respondent: Respondent, exhibit: Exhibit, column: str, dimension: str) -> Reading | None:
        """The column's figure in the narrowest of these rows that is not withheld; None when the exhibit has none."""
        for row in self.rows(respondent, exhibit, dimension):
            found = self.at(exhibit, row, column)
            if found is not None:
                return found.model_copy(update={"widened": row.dimension != dimension})
        return None

    def withheld(self, respondent: Respondent, exhibit: Exhibit, column: str, dimension: str) -> Reading | None:
        """The column's figure in the company's own band where it is in the report but not to be seen outside."""
        for row in self.rows(respondent, exhibit, dimension):
            cell = self.cell(exhibit, row, column)
            if cell is not None:
                return Reading(cell=cell.cell_id, who=row.label, row=f"{row.dimension}.{row.band}")
        return None

    def everyone(self, exhibit: Exhibit, column: str) -> Reading | None:
        """The column's figure over all companies, or None where it is withheld."""
        whole = next((row for row in exhibit.rows if row.dimension == OVERALL), None)
        return self.at(exhibit, whole, column) if whole else None

    def at(self, exhibit: Exhibit, row: Row, column: str) -> Reading | None:
        """The figure of a row, with its quartiles and tails as far as they are there; None where it is withheld."""
        cell = self.cell(exhibit, row, column)
        if cell is None or cell.status != SHOWN:
            return None
        beside = {}
        for part in SECONDARY:
            found = self.cell(exhibit, row, column, part)
            if found is not None and found.status == SHOWN:
                beside[part] = found.cell_id
        who = f"{row.dimension_title}: {row.label}" if row.is_item else row.label
        return Reading(cell=cell.cell_id, who=who, row=f"{row.dimension}.{row.band}", **beside)

    def cell(self, exhibit: Exhibit, row: Row, column: str, secondary: str = "") -> Cell | None:
        """The outside cell at an address, or None where there is none."""
        cell_id = address(exhibit.id, row.dimension, row.band, column, secondary)
        return self._outside.cell(cell_id) if cell_id in self._outside else None

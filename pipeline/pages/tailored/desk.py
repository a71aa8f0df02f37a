"""What every page of a company's PDF looks up: a figure by its address, and how it is set."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.figures.formats import EN_DASH, format_n
from pipeline.figures.ledger import FEW, SHOWN, SUPPRESSED, VERY_FEW, Cell
from pipeline.figures.tailored.package import Company, Package, Reading

MARKS = {FEW: "†", VERY_FEW: "‡", "": ""}
WITHHELD, WIDENED = "‡", "*"


@dataclass(frozen=True)
class Shown:
    """One printed figure: its cell, its text, its mark and the names of how it is set."""

    cell: Cell | None
    text: str
    mark: str = ""
    classes: str = ""


class Desk:
    """A package laid open: facts about the company, and its figures as they are printed."""

    def __init__(self, package: Package):
        self.package = package
        self.company: Company = package.company
        self.ledger = package.ledger
        self.advice = package.advice
        self.marks: set[str] = set()

    def cell(self, cell_id: str) -> Cell | None:
        """The figure at an address; None for an empty address."""
        return self.ledger.cell(cell_id) if cell_id else None

    def shown(self, cell_id: str) -> Shown:
        """A figure of the peers as it stands in a table; withheld ones keep their place as a dash with a mark."""
        cell = self.cell(cell_id)
        if cell is None:
            return Shown(None, "")
        if cell.status == SUPPRESSED:
            return self.withheld(cell)
        if cell.status != SHOWN:
            return Shown(cell, EN_DASH, "", "empty")
        mark = MARKS[cell.mark]
        if mark:
            self.marks.add(mark)
        return Shown(cell, cell.printed, mark, "few" if mark else "")

    def withheld(self, cell: Cell | None = None) -> Shown:
        """A dash with the mark of a figure that is not to be seen."""
        self.marks.add(WITHHELD)
        return Shown(cell, EN_DASH, WITHHELD, "withheld")

    def widened(self) -> str:
        """The mark of a figure of wider peers than the column's."""
        self.marks.add(WIDENED)
        return WIDENED

    def unanswered(self) -> str:
        """The dash of a number that the company did not give, where there is no room for the reason."""
        self.marks.add(EN_DASH)
        return EN_DASH

    def base(self, reading: Reading) -> str:
        """How many companies a figure of the peers rests on; empty where that is not to be seen."""
        n = self.ledger.cell(reading.cell).n
        return "" if n is None else format_n(n)

    def middle_half(self, reading: Reading | None) -> tuple[Cell, Cell] | None:
        """P25 and P75 of the peers, where there are enough of them."""
        if reading is None or not reading.p25 or not reading.p75:
            return None
        return self.ledger.cell(reading.p25), self.ledger.cell(reading.p75)

    def tails(self, reading: Reading | None) -> tuple[Cell, Cell] | None:
        """P10 and P90 of the peers, where there are enough of them."""
        if reading is None or not reading.p10 or not reading.p90:
            return None
        return self.ledger.cell(reading.p10), self.ledger.cell(reading.p90)

    def notes(self) -> list[str]:
        """What the marks that were used so far mean."""
        found = []
        if "†" in self.marks:
            found.append("† Few companies: indicative.")
        if WITHHELD in self.marks:
            found.append(f"{WITHHELD} Withheld: it would tell of single {self.company.respondents}.")
        if WIDENED in self.marks:
            found.append(f"{WIDENED} Too few in your band: a wider one, or everyone.")
        if EN_DASH in self.marks:
            found.append(f"{EN_DASH} You gave no number.")
        return found

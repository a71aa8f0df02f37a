"""The figures of one company's package: its own numbers, made here, and the outside cells that its pages name."""

from __future__ import annotations

from fractions import Fraction

from pipeline.figures.contributions import ZERO
from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.formats import EN_DASH, format_value
from pipeline.figures.ledger import COMPANY, EMPTY, SHOWN, Cell, Ledger, address
from pipeline.figures.tailored.gathered import HOME, Gathered, Respondent
from pipeline.figures.tailored.package import Own, Reading
from pipeline.figures.tailored.tailoring import SLOT, split_figure
from pipeline.figures.tailored.words import missing_words
from pipeline.figures.vocabulary import Statistic

YOU = "you"  # the one band of a company's own figures


class Collected:
    """Collects the cells of one company's package while its pages are put together."""

    def __init__(self, gathered: Gathered, outside: Ledger, who: Respondent):
        self.gathered, self.who, self._ledger = gathered, who, outside
        self.cells: dict[str, Cell] = {}

    def outside(self, cell_id: str) -> str:
        """The address of a cell of the outside ledger, which goes into the package as it is."""
        if cell_id and cell_id not in self.cells:
            self.cells[cell_id] = self._ledger.cell(cell_id)
        return cell_id

    def reading(self, reading: Reading | None) -> Reading | None:
        """A figure of the peers, whose cells go into the package."""
        if reading is not None:
            for name in (reading.cell, reading.p10, reading.p25, reading.p75, reading.p90):
                self.outside(name)
        return reading

    def own(self, exhibit: Exhibit, measure: Measure, row: Row) -> Own:
        """The company's own number for a measure, or why there is none; no people in a role is the number zero."""
        given = self.gathered.contribution(self.who, exhibit, measure, row)
        if given is None:
            return Own(missing=self.absent(exhibit))
        value = given.value
        if value is None and given.reason == ZERO and measure.statistic is Statistic.MEDIAN_NONZERO:
            value = Fraction(0)
        cell_id = self.own_address(exhibit, measure, row)
        label = f"{measure.label}, you"
        if value is None:
            self.keep(exhibit, measure, cell_id, None, EN_DASH, label)
            return Own(missing=missing_words(given.reason))
        printed = format_value(value, measure.unit, self.gathered.decimals(exhibit, measure))
        self.keep(exhibit, measure, cell_id, float(value), printed, label)
        return Own(cell=cell_id)

    @staticmethod
    def own_address(exhibit: Exhibit, measure: Measure, row: Row, secondary: str = "") -> str:
        """The address of a company's own number, or of what goes with it; items have one each."""
        parts = ([row.band] if row.is_item else []) + ([secondary] if secondary else [])
        return address(exhibit.id, COMPANY, YOU, measure.id, ".".join(parts))

    def keep(
        self, exhibit: Exhibit, measure: Measure, cell_id: str, stat: float | None, printed: str, label: str,
        *, name: str = "answer", unit: str = "", n: int | None = None,
    ) -> str:  # fmt: skip
        """Put a figure of the company itself into the package; returns its address."""
        self.cells[cell_id] = Cell(
            cell_id, exhibit.id, COMPANY, YOU, measure.id, name, stat, printed, unit or measure.unit, n=n,
            status=EMPTY if stat is None else SHOWN, label=label,
        )  # fmt: skip
        return cell_id

    def absent(self, exhibit: Exhibit) -> str:
        """That the company took no part in the survey that an exhibit is computed from."""
        survey = self.gathered.codebook(exhibit).survey
        return f"You did not take part in the {survey.short_title or survey.title}"

    def source(self, figure: str) -> tuple[Exhibit, Measure, Row] | None:
        """Exhibit, measure and row that a figure is read from: the whole sample's, or the fixed one.

        None where the row rests on an answer that the company did not give.
        """
        name, column, fixed = split_figure(figure)
        exhibit = self.gathered.exhibit(name)
        measure = exhibit.get(column)
        if fixed is None:
            return exhibit, measure, exhibit.rows[0]
        answers = self.gathered.home.survey.answers.loc[self.who.responses[HOME]]
        for slot in SLOT.findall(fixed):
            fixed = fixed.replace(f"{{{slot}}}", str(answers[slot]))
        row = next((row for row in exhibit.rows if f"{row.dimension}.{row.band}" == fixed), None)
        return (exhibit, measure, row) if row is not None else None

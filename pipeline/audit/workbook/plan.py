"""Which sheets the workbook has and what stands in each, worked out once and written as often as needed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.audit.database import open_database, read_built_survey
from pipeline.audit.workbook import front_sheets
from pipeline.audit.workbook.book import Book, Cached, Names, SheetNames
from pipeline.audit.workbook.coding import write_blocks
from pipeline.audit.workbook.columns import Lists
from pipeline.audit.workbook.corrections_sheet import write_corrections
from pipeline.audit.workbook.exhibit_sheets import ExhibitLines
from pipeline.audit.workbook.facts import References, run_lines, why_quoted
from pipeline.audit.workbook.inspect_sheet import write_inspect
from pipeline.audit.workbook.ledger_sheet import Live, ledger_rows, live_lines, write_ledger
from pipeline.audit.workbook.lines import Line, write_lines
from pipeline.audit.workbook.received import read_received
from pipeline.audit.workbook.rounding_sheet import Rounding
from pipeline.audit.workbook.rules import NotPortable
from pipeline.audit.workbook.survey_sheets import SurveySheets
from pipeline.figures import Report, read_report
from pipeline.figures.definitions import Exhibit
from pipeline.figures.ledger import ALL, COMPANY, OVERALL, address

FRONT = ("README", "Checks", "Ledger", "Inspect", "Run facts")
BACK = ("Corrections", "Choices", "Reading", "Bands", "Methods", "References", "Rounding", "Subsets")
CHOICES = "Every text that stands for a choice: the codebook's, and each spelling in the export"
READING = "Texts that are more than a plain number, read once by the grammar of the codebook: no portable formula can"


@dataclass
class Plan:
    """The workbook before it is written. `live` says where each figure is computed, `quoted` why one is not."""

    report: Report
    audience: str
    cells: list[sqlite3.Row]
    surveys: list[SurveySheets]
    lists: Lists
    references: References
    rounding: Rounding
    run: list[tuple[str, str]]
    sheets: list[tuple[Exhibit | None, str, list[Line], int]] = field(default_factory=list)
    live: dict[str, Live] = field(default_factory=dict)
    quoted: dict[str, str] = field(default_factory=dict)
    not_portable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def rows(self) -> dict[str, int]:
        """The row of each figure in the sheet Ledger."""
        return ledger_rows(self.cells)

    def write(self, path: Path, computed: Cached | None = None) -> Path:
        """Write the workbook; `computed` are the values that a spreadsheet gave its formulas."""
        book = Book(path, computed)
        sheets = {name: book.sheet(name) for name in FRONT}
        sheets |= {name: book.sheet(name) for _, name, _, _ in self.sheets if name not in sheets}
        for survey in self.surveys:
            for name in (survey.raw, survey.records, survey.answers, survey.clean):
                sheets[name] = book.sheet(name)
        sheets |= {name: book.sheet(name) for name in BACK}

        rows = self.rows
        write_ledger(book, sheets["Ledger"], self.cells, self.live, self.quoted, self.surveys)
        chosen = next((cell["cell_id"] for cell in self.cells if cell["stat_name"] != "n"), self.cells[0]["cell_id"])
        write_inspect(sheets["Inspect"], self.surveys, len(self.cells), "Ledger", chosen)
        for exhibit, name, lines, survey in self.sheets:
            if exhibit is None:
                sheets[name].title("Run facts: what came in, who answered, what is quoted")
            else:
                folder = self.surveys[survey].received.folder
                front_sheets.write_exhibit_head(sheets[name], exhibit, folder)
            write_lines(sheets[name], lines, "Ledger", rows)
        for survey in self.surveys:
            survey.write(book, *(sheets[name] for name in (survey.raw, survey.records, survey.answers, survey.clean)))
        write_corrections(book, sheets["Corrections"], self.surveys)
        blocks = self.lists.blocks
        write_blocks(book, sheets["Choices"], [b for b in blocks if not b[1].is_number], CHOICES)
        write_blocks(book, sheets["Reading"], [b for b in blocks if b[1].is_number], READING)
        front_sheets.write_bands(sheets["Bands"], self.lists)
        front_sheets.write_methods(sheets["Methods"])
        self.references.write(sheets["References"])
        self.rounding.write(book, sheets["Rounding"], sheets["Subsets"])
        front_sheets.write_readme(sheets["README"], self.run, computed is not None)
        front_sheets.write_missing(sheets["README"], self.not_portable)
        figures = [(exhibit.id if exhibit else name, name, len(lines)) for exhibit, name, lines, _ in self.sheets]
        front_sheets.write_checks(sheets["Checks"], figures, book.formulas)
        book.close()
        return path


def read_plan(edition: Path, folder: Path) -> Plan:
    """The workbook of a finished build, worked out from the edition's files.

    Raises InputError when nothing was built in `folder` for readers inside the house, or a file has changed since.
    """
    with open_database(edition, folder, members=True) as database:
        cells = database.execute("SELECT * FROM cell ORDER BY display_order").fetchall()
        audience = database.execute("SELECT value FROM run WHERE name = 'audience'").fetchone()[0]
        surveys = [read_built_survey(edition, "", database)]
        report = read_report(edition, surveys[0].codebook)
        surveys += [read_built_survey(edition, name, database) for name in report.surveys]
    names, sheets = Names(), SheetNames()
    for name in (*FRONT, *BACK):
        sheets.new("", name)
    lists = Lists(names)
    places = [(edition / name if name else edition, name) for name in ("", *report.surveys)]
    of_surveys = [
        SurveySheets(read_received(place, name, survey), lists, sheets)
        for (place, name), survey in zip(places, surveys, strict=True)
    ]
    run = [("Edition", surveys[0].codebook.survey.title), ("Audience", audience), ("Figures", f"{len(cells):,}")]
    for survey in of_surveys:
        received = survey.received
        run += [(f"{received.folder} {name}".strip(), f"SHA-256 {sha}") for name, sha in received.hashes.items()]
        run.append((f"{received.folder} codebook".strip(), f"version {received.codebook.version}"))
    plan = Plan(report, audience, cells, of_surveys, lists, References(edition, "References"),
                Rounding("Rounding", "Subsets"), run)  # fmt: skip
    _add_figures(plan, sheets)
    return plan


def _add_figures(plan: Plan, sheets: SheetNames) -> None:
    """Lines of the run's facts and of each exhibit; an exhibit that formulas cannot say is quoted whole."""
    known = {survey.received.folder: i for i, survey in enumerate(plan.surveys)}
    thresholds = plan.report.thresholds(plan.audience)
    facts = [*run_lines(plan.report, plan.surveys[0]), *plan.references.lines()]
    _add(plan, None, "Run facts", facts, 0)
    if untyped := plan.surveys[0].untyped:
        plan.quoted[address("survey", OVERALL, ALL, "answers")] = untyped[0]
    for exhibit in plan.report.exhibits:
        if not exhibit.rows:
            continue
        number = known[exhibit.survey or ""]
        name = sheets.new(f"{len(plan.sheets):03d} ", exhibit.id)
        mine = [cell for cell in plan.cells if cell["exhibit"] == exhibit.id]
        points = len({cell["band"] for cell in mine if cell["dimension"] == COMPANY})
        try:
            made = ExhibitLines(exhibit, plan.surveys[number], thresholds, points, name, plan.rounding.add,
                                plan.references.cell)  # fmt: skip
        except NotPortable as error:
            plan.not_portable.append((exhibit.id, str(error)))
            plan.quoted |= {cell["cell_id"]: str(error) for cell in mine}
            continue
        _add(plan, exhibit, name, made.lines, number)
    for cell in plan.cells:
        why = why_quoted(cell["exhibit"], cell["column"])
        if why:
            plan.quoted[cell["cell_id"]] = why


def _add(plan: Plan, exhibit: Exhibit | None, name: str, lines: list[Line], survey: int) -> None:
    plan.sheets.append((exhibit, name, lines, survey))
    plan.live |= live_lines(name, lines, survey)

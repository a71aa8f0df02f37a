"""The figures of the run itself: what came in, who answered, what is quoted; and those that are not computed here."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pipeline.audit.workbook.book import Sheet, column_of, quoted
from pipeline.audit.workbook.columns import FIRST
from pipeline.audit.workbook.figures import Formula, Members
from pipeline.audit.workbook.lines import Line
from pipeline.audit.workbook.survey_sheets import SurveySheets
from pipeline.figures.definitions import Report
from pipeline.figures.ledger import ALL, OVERALL, address

NOT_COMPUTED = "a tally of what the checks found: the checks are rules about answers and are not repeated in a workbook"
SIGNED = "what reviewers signed is no figure over answers"
CHANGED = "answers before the decisions are not typed a second time here; Corrections lists each of them"
QUOTED = {
    "changed": CHANGED, "changed_share": CHANGED, "checks": NOT_COMPUTED, "findings": NOT_COMPUTED,
    "accepted": NOT_COMPUTED, "corrected": NOT_COMPUTED, "findings_excluded": NOT_COMPUTED, "open": NOT_COMPUTED,
    "undecided": NOT_COMPUTED,
}  # fmt: skip
SHOWN = '"shown"'
HEAD = ("Id", "Value", "Unit", "Decimals", "Label", "Source", "Year")


def why_quoted(exhibit: str, column: str) -> str:
    """Why a figure of the run is only quoted here; empty where it is computed."""
    if exhibit == "survey":
        return QUOTED.get(column, "")
    return {"findings": NOT_COMPUTED, "signoffs": SIGNED}.get(exhibit, "")


class References:
    """references.csv as it stands, and the cells of its values."""

    def __init__(self, edition: Path, sheet: str):
        self.sheet, path = sheet, edition / "references.csv"
        self.rows: list[dict[str, str]] = []
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as file:
                self.rows = list(csv.DictReader(file))
        self._at = {row["id"]: i for i, row in enumerate(self.rows, start=4)}

    def cell(self, reference: str) -> str:
        return f"{quoted(self.sheet)}!$B${self._at[reference]}"

    def lines(self) -> Iterator[Line]:
        for row in self.rows:
            yield Line(
                address("reference", OVERALL, ALL, row["id"]), row["source"], row["label"], "reference", row["unit"],
                '"reference"', Formula(self.cell(row["id"])), decimals=row["decimals"] or None,
            )  # fmt: skip

    def write(self, sheet: Sheet) -> None:
        sheet.title("References: figures quoted from elsewhere", "As references.csv has them")
        sheet.head(2, HEAD)
        sheet.shape((34, 14, 10, 9, 60, 40, 8), (3, 1))
        for i, row in enumerate(self.rows, start=3):
            for j, name in enumerate(("id", "value", "unit", "decimals", "label", "source", "year")):
                sheet.put(i, j, float(row[name]) if name == "value" else row[name], "given")


def run_lines(report: Report, survey: SurveySheets) -> Iterator[Line]:
    """What came in and who answered, for the edition's own survey."""
    counted = f"SUM({survey.include})"
    last = column_of(2 + len(survey.typed.columns))
    totals = {
        "received": f"ROWS({survey.include})",
        "excluded": f"ROWS({survey.include})-{counted}",
        "respondents": counted,
        "answers": f"SUM({quoted(survey.clean)}!D{FIRST - 2}:{last}{FIRST - 2})",
    }
    if survey.untyped:  # their answers cannot be counted
        del totals["answers"]
    for column, formula in totals.items():
        yield Line(address("survey", OVERALL, ALL, column), "The survey", column, "count", "count", SHOWN,
                   Formula(formula), members=Members("row"))  # fmt: skip
    for name in report.dimensions:
        for band in survey.received.codebook.dimensions[name].bands:
            column = survey.band_column(name).name
            count = Formula(f'SUMPRODUCT(--EXACT({column},"{band.id}"))')
            place = dict(row=band.label, band=column, band_id=band.id, members=Members("row"))
            yield Line(address("survey", name, band.id, "respondents"), column="Respondents", statistic="count",
                       unit="count", status=SHOWN, value=count, **place)  # fmt: skip
            yield Line(address("survey", name, band.id, "share"), column="Share of respondents", statistic="share",
                       unit="share", status='IF(G§=0,"empty","shown")', value=Formula("100*E§/F§"), n=Formula(counted),
                       numerator=count, denominator=Formula("G§"), decimals="0", exact=True, **place)  # fmt: skip
    for rule, formula in survey.counting.left_out_by().items():
        yield Line(address("records", "reason", rule, "records"), "Records left out", rule, "count", "count",
                   f'IF({formula}=0,"none","shown")', Formula(formula))  # fmt: skip

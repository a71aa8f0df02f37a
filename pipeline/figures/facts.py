"""Figures that no exhibit defines: what was received, checked and decided, who answered, what is quoted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipeline.errors import InputError
from pipeline.figures.contributions import ANSWERED
from pipeline.figures.definitions import Report
from pipeline.figures.formats import UNITS, format_share, format_value
from pipeline.figures.ledger import ALL, OVERALL, REFERENCE, SHOWN, Cell, address
from pipeline.responses.survey import Survey

REFERENCE_COLUMNS = ("id", "value", "unit", "decimals", "label", "source", "year")
TITLES = {
    "survey": "What came in and who answered",
    "records": "What was received and what counts",
    "findings": "What the checks found and what was decided",
    "reference": "Figures quoted from elsewhere",
    "signoffs": "What reviewers signed",
}
STATES = ("accepted", "corrected", "excluded", "open")


def facts(survey: Survey, report: Report) -> list[Cell]:
    """The whole-run figures: exhibits `survey`, `records`, `findings` and `reference`, in this order."""
    return [
        *_survey(survey),
        *_profile(survey, report),
        *_records(survey),
        *_findings(survey),
        *read_references(report.path.parent / "references.csv"),
    ]


def count_cell(exhibit: str, dimension: str, band: str, column: str, value: int, label: str) -> Cell:
    """A whole number of the run as a figure."""
    return Cell(address(exhibit, dimension, band, column), exhibit, dimension, band, column, "count", float(value),
                format_value(value, "count"), "count", status=SHOWN, label=label)  # fmt: skip


def _share(exhibit: str, dimension: str, band: str, column: str, k: int, n: int, label: str, decimals: int = 0) -> Cell:
    return Cell(address(exhibit, dimension, band, column), exhibit, dimension, band, column, "share",
                100 * k / n if n else None, format_share(k, n, decimals) if n else "–", "share", k, n, n,
                SHOWN if n else "empty", label=label)  # fmt: skip


def _survey(survey: Survey) -> Iterator[Cell]:
    """What came in, what counts and what was changed, as whole numbers of the run."""
    records, findings, changes = survey.records, survey.findings, survey.changes
    answers = int((survey.reasons == ANSWERED).to_numpy().sum())
    excluded = int((records["status"] != "counted").sum())
    state = findings["state"].astype(str)
    counts = {
        "received": (len(records), "Records received"),
        "excluded": (excluded, "Records that do not count"),
        "respondents": (len(survey.answers), f"{survey.codebook.survey.respondents.capitalize()} counted"),
        "answers": (answers, "Answers"),
        "changed": (len(changes), "Answers changed"),
        "checks": (len(survey.rules), "Checks"),
        "findings": (len(findings), "Findings"),
        "accepted": (int((state == "accepted").sum()), "Findings accepted"),
        "corrected": (int((state == "corrected").sum()), "Findings corrected"),
        "findings_excluded": (int((state == "excluded").sum()), "Findings whose answers were excluded"),
        "open": (int((state == "open").sum()), "Findings open"),
        "undecided": (len(survey.undecided), "Findings that need a decision"),
    }
    for column, (value, label) in counts.items():
        yield count_cell("survey", OVERALL, ALL, column, value, label)
    yield _share("survey", OVERALL, ALL, "changed_share", len(changes), answers, "Answers changed, share of all", 1)


def _profile(survey: Survey, report: Report) -> Iterator[Cell]:
    """How many respondents stand in each band of the report's dimensions."""
    n = len(survey.answers)
    for name in report.dimensions:
        bands = survey.bands(name)
        for band in survey.codebook.dimensions[name].bands:
            k = int((bands == band.id).sum())
            yield count_cell("survey", name, band.id, "respondents", k, f"Respondents, {band.label}")
            yield _share("survey", name, band.id, "share", k, n, f"Share of respondents, {band.label}")


def _records(survey: Survey) -> Iterator[Cell]:
    """How many records each rule left out; decisions, each with a reason of its own, are one rule."""
    excluded = survey.records[survey.records["status"] != "counted"]
    for rule, group in excluded.groupby("rule", sort=False, observed=True):
        reasons = "; ".join(dict.fromkeys(map(str, group["reason"])))
        yield count_cell("records", "reason", str(rule), "records", len(group), reasons)


def _findings(survey: Survey) -> Iterator[Cell]:
    """Outcome of each check, and what was decided about its findings."""
    decided = survey.findings.groupby(["rule", "state"], observed=True).size().to_dict()
    for rule in survey.rules.itertuples(index=False):
        outcomes = {name: int(getattr(rule, name)) for name in ("holds", "violated", "not_evaluable")}
        outcomes |= {state: int(decided.get((rule.rule, state), 0)) for state in STATES}
        for column, value in outcomes.items():
            yield count_cell("findings", "check", str(rule.rule), column, value, str(rule.text))


def read_references(path: Path) -> list[Cell]:
    """Figures quoted from elsewhere, none without references.csv; InputError names the row and column."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != REFERENCE_COLUMNS:
            raise InputError(f"the columns must be {', '.join(REFERENCE_COLUMNS)}", file=path, row=1)
        return [_reference(row, path, number) for number, row in enumerate(reader, start=2)]


def _reference(row: dict[str, str], path: Path, number: int) -> Cell:
    def refuse(column: str, message: str) -> InputError:
        return InputError(message, file=path, row=number, column=column)

    for column in ("id", "label", "source"):
        if not (row[column] or "").strip():
            raise refuse(column, "a quoted figure needs an id, a label and a source")
    if row["unit"] not in UNITS:
        raise refuse("unit", f"unit {row['unit']!r} is not known; allowed: {', '.join(UNITS)}")
    try:
        value = Decimal(row["value"])
        decimals = int(row["decimals"]) if row["decimals"] else None
    except (InvalidOperation, ValueError):
        raise refuse("value", f"{row['value']!r} with {row['decimals']!r} decimals is not a number") from None
    if not value.is_finite():
        raise refuse("value", f"{row['value']!r} is not a number")
    label = f"{row['label']} ({row['source']}, {row['year']})" if row["year"] else f"{row['label']} ({row['source']})"
    return Cell(address("reference", OVERALL, ALL, row["id"]), "reference", OVERALL, ALL, row["id"], "reference",
                float(value), format_value(value, row["unit"], decimals), row["unit"],
                status=REFERENCE, label=label)  # fmt: skip

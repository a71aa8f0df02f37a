"""The ledger of decisions for a rebuilt survey: spoiled answers are set right, answers that are odd by nature accepted.

The findings are those of the checks themselves, run over the export as it was written. Reading the export with the
ledger must then give exactly the answers that were meant; anything else is an error of the reconstruction.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.audit.reconstruct.export import Export, Planted, plain_number
from pipeline.errors import BandwiseError
from pipeline.responses import read_survey
from pipeline.responses.codebook import Codebook
from pipeline.responses.decisions import ACCEPT, COLUMNS, CORRECT
from pipeline.responses.schema import NUMERIC, Kind
from pipeline.responses.survey import Survey


def settle(folder: Path, export: Export, plan: Mapping[str, Any]) -> Survey:
    """Writes decisions.csv beside the codebook and the export in `folder`; the survey as it reads with them.

    Findings that no planted answer explains and for which the plan has no reason stay open.
    """
    lines = _Lines(plan, export.codebook)
    path = folder / "decisions.csv"
    path.unlink(missing_ok=True)
    survey = read_survey(folder)
    by_respondent = {(export.response_ids[p.company], p.variable): p for p in export.planted}
    for (respondent, variable), planted in by_respondent.items():
        finding = _finding_about(survey.findings, respondent, variable)
        lines.add(
            survey,
            finding,
            respondent,
            variable,
            planted.action,
            _text(planted, export.codebook),
            planted.reason_code,
            planted.reason,
            planted.evidence,
        )
    path.write_text(lines.text(), encoding="utf-8")

    survey = read_survey(folder)
    for _, finding in survey.undecided.iterrows():
        accepted = _acceptance(finding, plan.get("accept", []))
        if accepted is not None:
            lines.add(
                survey,
                finding,
                finding.respondent_id,
                "",
                ACCEPT,
                "",
                accepted.get("reason_code", ""),
                accepted["reason"],
                accepted.get("evidence", ""),
            )
    path.write_text(lines.text(), encoding="utf-8")
    return read_survey(folder)


class _Lines:
    """The ledger as it grows: each line a little later than the one before, by the author whom the plan names."""

    def __init__(self, plan: Mapping[str, Any], codebook: Codebook):
        self.plan = plan
        self.codebook = codebook
        self.rows: list[dict[str, str]] = []
        self.at = datetime.fromisoformat(str(plan["decided"]["from"]))

    def add(
        self,
        survey: Survey,
        finding: pd.Series,
        respondent: str,
        variable: str,
        action: str,
        new: str,
        reason_code: str,
        reason: str,
        evidence: str,
    ) -> None:
        self.at += timedelta(minutes=7 if action == ACCEPT else 23)
        if self.at.hour >= 17:
            self.at = (self.at + timedelta(days=1)).replace(hour=9, minute=4)
        old = survey.raw.at[respondent, self.codebook.slots[variable].column] if variable else ""
        self.rows.append(
            dict(
                zip(
                    COLUMNS,
                    (
                        str(len(self.rows) + 1),
                        finding.finding_id,
                        respondent,
                        variable,
                        action,
                        old,
                        new,
                        reason_code,
                        reason,
                        evidence,
                        self.plan["decided"]["author"],
                        f"{self.at.isoformat(timespec='seconds')}Z",
                        self.plan["decided"]["reviewer"],
                        self.codebook.version,
                        survey.sources[0].sha256,
                    ),
                    strict=True,
                )
            )
        )

    def text(self) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


def _finding_about(findings: pd.DataFrame, respondent: str, variable: str) -> pd.Series:
    """The gravest finding about an answer; a spoiled answer that no check finds would be a hole in the checks."""
    about = findings[
        (findings.respondent_id == respondent) & findings.variables.str.split(", ").map(lambda names: variable in names)
    ]
    if about.empty:
        raise BandwiseError(f"no check finds the wrong answer of {respondent} to {variable}")
    return about.iloc[0]


def _text(planted: Planted, codebook: Codebook) -> str:
    if planted.action != CORRECT:
        return ""
    question = codebook.slots[planted.variable].question
    for choice in codebook.choices(question):
        if choice.code == planted.truth:
            return choice.label
    return plain_number(planted.truth)


def _acceptance(finding: pd.Series, entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The plan's first entry for the rule whose `variables`, if it names some, begin one of the finding's."""
    for entry in entries:
        if finding.rule in entry["rules"] and (
            "variables" not in entry
            or any(name.startswith(tuple(entry["variables"])) for name in finding.variables.split(", "))
        ):
            return entry
    return None


def differences(survey: Survey, answers: pd.DataFrame, response_ids: Mapping[Any, str]) -> list[str]:
    """Where the survey as read is not what was meant, one sentence per cell; empty if they are the same."""
    meant = answers.rename(index=dict(response_ids))
    found = []
    if set(meant.index) != set(survey.answers.index):
        found.append(f"{len(survey.answers)} respondents count, {len(meant)} were meant")
    for name, facts in survey.codebook.variables().items():
        if facts.question not in survey.codebook.questions:
            continue
        kind = survey.codebook.questions[facts.question].type
        for respondent in survey.answers.index.intersection(meant.index):
            read, written = survey.answers.at[respondent, name], meant.at[respondent, name]
            if pd.isna(read) and pd.isna(written):
                continue
            numeric = kind in NUMERIC or kind is Kind.multiple
            if (
                pd.isna(read)
                or pd.isna(written)
                or (float(read) != float(written) if numeric else str(read) != str(written))
            ):
                found.append(f"{respondent}, {name}: read {read!r}, meant {written!r}")
    return found

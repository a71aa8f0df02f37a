"""What validation found, decided and left open: as tables for the terminal, as CSV, and as the data-quality page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.table import Table

from pipeline.figures.formats import format_value
from pipeline.figures.moved import Moved
from pipeline.pages.validation import validation_html
from pipeline.responses import Survey
from pipeline.responses.settling import OBSOLETE
from pipeline.staging import write_whole

ON_PAGE = 100  # findings of one rule and state that the page lists
IN_ALL = 5_000
ON_TERMINAL = 100  # findings that the terminal lists; where there are more, a few of each rule
OF_EACH = 5
STATES = ("open", "accepted", "corrected", "excluded", "obsolete")


def open_findings(survey: Survey) -> list[str]:
    """What still needs a person, one sentence each; findings that are only for information do not."""
    obsolete = int((survey.undecided["state"] == OBSOLETE).sum())
    open_ = len(survey.undecided) - obsolete
    sentences = [f"{open_} errors or warnings have no decision"] if open_ else []
    return sentences + ([f"{obsolete} decisions no longer apply to any finding"] if obsolete else [])


def by_rule(survey: Survey) -> pd.DataFrame:
    """One row per rule: severity, text, holds, violated, not_evaluable, and the number of findings in each state."""
    counted = pd.crosstab(survey.findings["rule"], survey.findings["state"]).reindex(columns=STATES, fill_value=0)
    table = survey.rules.merge(counted, left_on="rule", right_index=True, how="left")
    table[list(STATES)] = table[list(STATES)].fillna(0).astype(int)
    return table


def write_findings(survey: Survey, folder: Path, moved: Sequence[Moved] = ()) -> list[Path]:
    """Writes findings.csv and validation.html into `folder`; returns their paths. Raises InputError if it cannot.

    `moved` are the figures that decisions moved, which a build knows.
    """
    findings = survey.findings.to_csv(index=False, lineterminator="\n")
    every = {"records": _excluded(survey), "findings": survey.findings, "changes": survey.changes}
    kinds = {"records": ["rule"], "findings": ["rule", "state"], "changes": ["source"]}
    listed = {name: frame.groupby(kinds[name], sort=False).head(ON_PAGE).head(IN_ALL) for name, frame in every.items()}
    page = validation_html(
        survey.codebook.survey.title,
        synthetic=survey.codebook.survey.synthetic,
        facts={name: format_value(count, "count") for name, count in _facts(survey).items()},
        rules=by_rule(survey).to_dict("records"),
        left={name: format_value(len(every[name]) - len(frame), "count") for name, frame in listed.items()},
        sources=survey.sources,
        moved=moved,
        **{name: frame.fillna("").to_dict("records") for name, frame in listed.items()},
    )
    return [write_whole(folder / "findings.csv", findings), write_whole(folder / "validation.html", page)]


def findings_tables(survey: Survey) -> list[Table | str]:
    """The findings as the terminal shows them: records, then one line per rule that fired, then what is open."""
    facts = _facts(survey)
    tables: list[Table | str] = [source.described for source in survey.sources]
    tables += [
        f"{facts['received']:,} records received, {facts['counted']:,} count, "
        f"{facts['received'] - facts['counted']:,} do not"
    ]
    excluded = _excluded(survey)
    if len(excluded):
        tables.append(_table("Records that do not count", excluded.groupby(["rule", "reason"]).size().reset_index()))
    fired = by_rule(survey).query("violated > 0")
    if len(fired):
        seen = [state for state in STATES if fired[state].any()]
        columns = ["rule", "severity", "holds", "violated", "not_evaluable", *seen]
        tables.append(_table("Checks that fired", fired[columns]))
    if len(survey.undecided):
        columns = ["finding_id", "severity", "respondent_id", "variables", "raw", "message", "state"]
        shown = survey.undecided
        if len(shown) > ON_TERMINAL:
            shown = shown.groupby("rule", sort=False).head(OF_EACH)
        tables.append(_table("Findings that need a decision", shown[columns]))
        if left := len(survey.undecided) - len(shown):
            tables.append(f"and {left:,} more; findings.csv has them all")
    tables.append(f"{facts['changed']:,} of {facts['answers']:,} answers were changed by decisions")
    return tables


def _facts(survey: Survey) -> dict[str, int]:
    return {
        "received": len(survey.records),
        "counted": int((survey.records["status"] == "counted").sum()),
        "answers": sum(int((reasons == "answered").sum()) for _, reasons in survey.reasons.items()),
        "changed": len(survey.changes),
    } | {state: int((survey.findings["state"] == state).sum()) for state in STATES}


def _excluded(survey: Survey) -> pd.DataFrame:
    return survey.records[survey.records["status"] == "excluded"]


def _table(title: str, frame: pd.DataFrame) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for name, kind in frame.dtypes.items():
        number = pd.api.types.is_numeric_dtype(kind)
        table.add_column(
            "records" if name == 0 else str(name).replace("_", " "),
            justify="right" if number else "left",
            no_wrap=name in ("rule", "finding_id", "respondent_id"),
        )
    for row in frame.itertuples(index=False):
        table.add_row(*(str(value) for value in row))
    return table

"""The causes that a changed number can have, and which inputs of two builds differ."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pipeline.audit.against.builds import Build

CODEBOOK, DECISIONS, EXHIBITS, REFERENCES = "codebook.yaml", "decisions.csv", "exhibits.yaml", "references.csv"


class Cause(StrEnum):
    """What made a printed number another one."""

    DATA = "data"  # the raw files, or a figure that references.csv quotes
    CORRECTION = "correction"  # decisions
    RULE = "rule"  # the codebook: checks, records, bands, choices, formulas
    METHOD = "method"  # exhibits.yaml: statistic, base, columns, cuts
    ROUNDING = "rounding"  # decimals, rows that are brought to 100, thresholds of what is printed
    SIGNATURE = "signature"  # what reviewers signed
    CODE = "code"  # Bandwise itself or a package
    UNEXPLAINED = "unexplained"


class Reason(NamedTuple):
    """A cause and the sentence that proves it."""

    cause: Cause
    evidence: str


def changed_inputs(before: Build, after: Build) -> list[str]:
    """Files of the edition, the code and the packages that are not as they were, by name."""
    old, new = before.record.get("inputs", {}), after.record.get("inputs", {})
    files = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    others = {"code": "code", "versions": "packages", "audience": "audience"}
    return files + [word for name, word in others.items() if before.record.get(name) != after.record.get(name)]


def differs(name: str, before: Build, after: Build) -> bool:
    """Whether a file of the edition is another one."""
    return before.record.get("inputs", {}).get(name) != after.record.get("inputs", {}).get(name)


def file_of(survey: str, name: str) -> str:
    """A file of a sub-survey as run.json names it."""
    return f"{survey}/{name}" if survey else name


def of_code(before: Build, after: Build) -> Reason:
    """What is left where no file, member or definition explains a difference."""
    changed = [name for name in changed_inputs(before, after) if name in ("code", "packages", "audience")]
    if changed:
        return Reason(Cause.CODE, f"nothing else explains it; changed: {', '.join(changed)}")
    return Reason(Cause.UNEXPLAINED, "no input, member or definition differs")

"""What the checks found: one rule, one respondent, the answers it is about, a fingerprint that changes with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.responses.rules import Rule

FINDING = ("finding_id", "rule", "severity", "respondent_id", "variables", "raw", "message", "proposed")
BETWEEN = ", "  # the names in `variables`

# respondent, variables, operands (the texts that the rule looked at), message, proposal
Told = tuple[str, Sequence[str], Sequence[str], str, str]


@dataclass(frozen=True)
class Outcome:
    """What one rule came to: in how many cases it holds, is violated or cannot be evaluated; `findings` are rows of
    FINDING."""

    rule: str
    severity: str
    text: str
    holds: int
    not_evaluable: int
    findings: Sequence[tuple[str, ...]]


def finding_rows(rule: Rule, told: Iterable[Told]) -> list[tuple[str, ...]]:
    """One row per violation of a rule, in the order of FINDING.

    `respondent_id` is empty for a finding about a file; `variables` is empty if it is about the whole record; `raw` is
    the operands as a reader sees them; `proposed` is a suggestion, never applied by itself.
    """
    return [
        (
            _fingerprint(rule, respondent, variables, operands),
            rule.id,
            rule.severity,
            respondent,
            BETWEEN.join(variables),
            _raw(variables, operands),
            message,
            proposed,
        )
        for respondent, variables, operands, message, proposed in told
    ]


def _fingerprint(rule: Rule, respondent: str, variables: Sequence[str], operands: Sequence[str]) -> str:
    """A digest of rule, its text, respondent and operands; an acceptance holds for this and nothing else."""
    parts = (rule.id, rule.text, respondent, *variables, *operands)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _raw(variables: Sequence[str], operands: Sequence[str]) -> str:
    """The text alone, or `variable: text` for several."""
    if len(variables) < 2:
        return "; ".join(operands)
    return "; ".join(f"{name}: {text}" for name, text in zip(variables, operands, strict=True))


def rules_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row per rule: rule, severity, text, holds, violated, not_evaluable."""
    rows = [(o.rule, o.severity, o.text, o.holds, len(o.findings), o.not_evaluable) for o in outcomes]
    return pd.DataFrame(rows, columns=["rule", "severity", "text", "holds", "violated", "not_evaluable"])


def all_findings(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """The findings of all rules, in the rules' order; columns FINDING."""
    rows = [row for outcome in outcomes for row in outcome.findings]
    return pd.DataFrame(rows, columns=FINDING, dtype="object")

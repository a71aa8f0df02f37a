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
    """What one rule came to: in how many cases it holds or cannot be evaluated, and the findings where it is violated,
    in one or several frames with the columns FINDING."""

    rule: str
    severity: str
    text: str
    holds: int
    not_evaluable: int
    findings: tuple[pd.DataFrame, ...]

    @property
    def violated(self) -> int:
        """The number of its findings."""
        return sum(map(len, self.findings))


def findings_frame(rule: Rule, told: Iterable[Told]) -> pd.DataFrame:
    """One row per violation of a rule, columns FINDING.

    `respondent_id` is empty for a finding about a file; `variables` is empty if it is about the whole record; `raw` is
    the operands as a reader sees them; `proposed` is a suggestion, never applied by itself.
    """
    rows = [
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
    return pd.DataFrame(rows, columns=FINDING, dtype="object")


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
    rows = [(o.rule, o.severity, o.text, o.holds, o.violated, o.not_evaluable) for o in outcomes]
    return pd.DataFrame(rows, columns=["rule", "severity", "text", "holds", "violated", "not_evaluable"])


def all_findings(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """The findings of all rules, in the rules' order; columns FINDING."""
    frames = [frame for outcome in outcomes for frame in outcome.findings]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=FINDING, dtype="object")

"""What a check found: one rule, one respondent, the answers it is about, and a fingerprint that changes with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Finding:
    """One violation. `respondent_id` is empty for a finding about a file; `variables` is empty if it is about the whole
    record; `operands` are the texts that the rule looked at; `proposed` is a suggestion, never applied by itself."""

    rule: str
    rule_text: str
    severity: str
    respondent_id: str
    variables: tuple[str, ...]
    operands: tuple[str, ...]
    message: str
    proposed: str = ""

    @property
    def finding_id(self) -> str:
        """The fingerprint: rule, its text, respondent and operands; an acceptance holds for this and nothing else."""
        parts = (self.rule, self.rule_text, self.respondent_id, *self.variables, *self.operands)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]

    @property
    def raw(self) -> str:
        """The operands as a reader sees them: the text alone, or `variable: text` for several."""
        if len(self.variables) < 2:
            return "; ".join(self.operands)
        return "; ".join(f"{name}: {text}" for name, text in zip(self.variables, self.operands, strict=True))


@dataclass(frozen=True)
class Outcome:
    """What one rule came to: in how many cases it holds, is violated or cannot be evaluated."""

    rule: str
    severity: str
    text: str
    holds: int
    not_evaluable: int
    findings: tuple[Finding, ...]


def rules_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row per rule: rule, severity, text, holds, violated, not_evaluable."""
    rows = [(o.rule, o.severity, o.text, o.holds, len(o.findings), o.not_evaluable) for o in outcomes]
    return pd.DataFrame(rows, columns=["rule", "severity", "text", "holds", "violated", "not_evaluable"])


def all_findings(outcomes: Iterable[Outcome]) -> list[Finding]:
    """The findings of all rules, in the rules' order."""
    return [finding for outcome in outcomes for finding in outcome.findings]

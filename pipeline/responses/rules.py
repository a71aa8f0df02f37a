"""Declared rules over variables: their three outcomes, and the sentence a violation says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.responses.schema import Severity

PLACEHOLDER = re.compile(r"\{([a-z][\w.]*)\}")


@dataclass(frozen=True)
class Rule:
    """One check ready to evaluate: `when` it applies, what it asserts, what it says; `{name}` in `message` is a value."""

    id: str
    severity: Severity
    when: str | None
    assert_: str
    message: str
    involves: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The rule as one line; part of the fingerprint of its findings."""
        return f"when {self.when}: {self.assert_}" if self.when else self.assert_


def placeholders(message: str) -> list[str]:
    """The variables whose values a message shows."""
    return PLACEHOLDER.findall(message)

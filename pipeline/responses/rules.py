"""Declared rules over variables: their three outcomes, and the sentence a violation says."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([a-z][\w.]*)\}")


@dataclass(frozen=True)
class Rule:
    """One check ready to evaluate: `when` it applies and what it asserts, the same as a `sentence`, and the message of
    a violation, in which `{name}` is the value of a variable."""

    id: str
    severity: str
    when: str | None
    assert_: str
    message: str
    sentence: str
    involves: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The rule as one line; part of the fingerprint of its findings."""
        return f"when {self.when}: {self.assert_}" if self.when else self.assert_


def placeholders(message: str) -> list[str]:
    """The variables whose values a message shows."""
    return PLACEHOLDER.findall(message)


def for_item(text: str, code: str | None, label: str | None = None) -> str:
    """A rule or message for one item: `{item}` becomes its code, or its label, if given, where it stands alone.

    In "{mgr.{item}} managers in {item}" the first is part of a variable's name, the second is for the reader.
    """
    if code is None:
        return text
    inside = re.sub(r"(\{[^{}]*)\{item\}([^{}]*\})", rf"\g<1>{code}\2", text)
    return inside.replace("{item}", code if label is None else label)

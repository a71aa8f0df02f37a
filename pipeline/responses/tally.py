"""Collects what rules came to, case by case, and turns each violation into a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from pipeline.responses.answers import Answers
from pipeline.responses.builtin import BUILTIN, severity_of
from pipeline.responses.findings import Finding, Outcome


class Tally:
    """The outcomes of the rules run so far on one state of the answers."""

    def __init__(self, answers: Answers):
        self.answers = answers
        self._outcomes: dict[str, Outcome] = {}

    def builtin(self, rule: str, held, slots: Sequence[str], say: Callable[[int], str], propose=None) -> None:
        """Record a built-in check, with the codebook's severity for it if it gives one, unless it is switched off."""
        severity, sentence = severity_of(rule, self.answers.codebook.builtin), BUILTIN[rule][1]
        if severity != "off":
            self.declared(rule, severity, sentence, sentence, held, slots, say, propose)

    def declared(
        self,
        rule: str,
        severity: str,
        sentence: str,
        fingerprint: str,
        held: pd.Series | np.ndarray,
        slots: Sequence[str],
        say: Callable[[int], str],
        propose: Callable[[int], str] | None = None,
    ) -> None:
        """Record one rule for all respondents; several calls for one rule add up.

        `held` is true, false or missing (cannot be evaluated) per respondent; `slots` are the cells that a violation
        puts in doubt; `say` and `propose` give the sentence and a suggested value for the respondent at a place.
        """
        held = pd.array(held, dtype="boolean")
        violated = ~held.to_numpy(dtype=bool, na_value=True)
        unknown = int(held.isna().sum())
        columns = [self.answers.text[slot].to_numpy() if slot in self.answers.text else None for slot in slots]
        found = tuple(
            Finding(
                rule=rule,
                rule_text=fingerprint,
                severity=severity,
                respondent_id=self.answers.text.index[place],
                variables=tuple(slots),
                operands=tuple("" if column is None else column[place] for column in columns),
                message=say(place),
                proposed=propose(place) if propose else "",
            )
            for place in np.flatnonzero(violated)
        )
        before = self._outcomes.get(rule) or Outcome(rule, severity, sentence, 0, 0, ())
        holds = before.holds + len(held) - unknown - len(found)
        self._outcomes[rule] = Outcome(
            rule, severity, sentence, holds, before.not_evaluable + unknown, before.findings + found
        )

    def outcomes(self) -> list[Outcome]:
        """One outcome per rule, in the order in which rules were first recorded."""
        return list(self._outcomes.values())

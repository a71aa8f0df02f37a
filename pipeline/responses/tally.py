"""Collects what rules came to, case by case, and turns each violation into a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.responses.answers import Answers
from pipeline.responses.builtin import BUILTIN, severity_of
from pipeline.responses.findings import Outcome, finding_rows
from pipeline.responses.rules import Rule
from pipeline.responses.schema import Kind, Question


class Tally:
    """The outcomes of the rules run so far on one state of the answers."""

    def __init__(self, answers: Answers):
        self.answers = answers
        self._outcomes: dict[str, Outcome] = {}

    def builtin(
        self,
        rule: str,
        held: pd.Series | np.ndarray,
        slots: Sequence[str],
        say: Callable[[int], str],
        propose: Callable[[int], str] = lambda place: "",
    ) -> None:
        """Record a built-in check, with the codebook's severity for it if it gives one, unless it is switched off.

        `propose` suggests a value to put instead; the rest is as for `declared`.
        """
        severity, sentence = severity_of(rule, self.answers.codebook.builtin), BUILTIN[rule][1]
        if severity != "off":
            facts = Rule(rule, severity, when=None, assert_=sentence, message="", sentence=sentence)
            self.declared(facts, held, slots, say, propose)

    def declared(
        self,
        rule: Rule,
        held: pd.Series | np.ndarray,
        slots: Sequence[str],
        say: Callable[[int], str],
        propose: Callable[[int], str] = lambda place: "",
    ) -> None:
        """Record one rule for all respondents; several calls for one rule add up.

        `held` is true, false or missing (cannot be evaluated) per respondent; `slots` are the cells that a violation
        puts in doubt; `say` gives the sentence for the respondent at a place.
        """
        held = pd.array(held, dtype="boolean")
        places = np.flatnonzero(~held.to_numpy(dtype=bool, na_value=True)).tolist()
        unknown = int(held.isna().sum())
        before = self._outcomes.get(rule.id) or Outcome(rule.id, rule.severity, rule.sentence, 0, 0, ())
        self._outcomes[rule.id] = replace(
            before,
            holds=before.holds + len(held) - unknown - len(places),
            not_evaluable=before.not_evaluable + unknown,
            findings=[*before.findings, *self._findings(rule, places, slots, say, propose)],
        )

    def _findings(self, rule: Rule, places: list[int], slots: Sequence[str], say, propose) -> list[tuple[str, ...]]:
        if not places:
            return []
        operands = zip(*(self._texts(slot, places) for slot in slots), strict=True) if slots else ((),) * len(places)
        told = (
            (respondent, slots, texts, say(place), propose(place))
            for respondent, texts, place in zip(self.answers.text.index[places], operands, places, strict=True)
        )
        return finding_rows(rule, told)

    def _texts(self, slot: str, places: list[int]) -> list[str]:
        if slot not in self.answers.text:
            return [""] * len(places)
        text = self.answers.text[slot].array
        known = text.categories.to_numpy()
        return [known[code] if code >= 0 else "" for code in text.codes[places]]

    def variables(self, kinds: tuple[Kind, ...]) -> list[tuple[Question, str]]:
        """The asked variables of these kinds that the export has a column for, each with its question."""
        codebook = self.answers.codebook
        return [
            (question, name)
            for question in codebook.questions.values()
            if question.type in kinds
            for name in codebook.group(question.id)
            if name in self.answers.text
        ]

    def slots(self, question: str) -> tuple[str, ...]:
        """The slots of a question that the export has a column for."""
        slots = self.answers.codebook.slots
        return tuple(name for name, slot in slots.items() if slot.question == question and name in self.answers.text)

    def outcomes(self) -> list[Outcome]:
        """One outcome per rule, in the order in which rules were first recorded."""
        return list(self._outcomes.values())

"""Runs the built-in and the declared checks over one state of the answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from pipeline.responses import builtin_checks, expressions, language
from pipeline.responses.answers import Answers
from pipeline.responses.codebook import Codebook
from pipeline.responses.findings import Outcome
from pipeline.responses.rules import PLACEHOLDER, Rule, placeholders
from pipeline.responses.schema import Kind
from pipeline.responses.tally import Tally


def run_checks(answers: Answers, progress: Callable[[int, int], None] = lambda done, total: None) -> list[Outcome]:
    """Every check's outcome for these answers: built-in ones first, then those of the codebook in their order.

    `progress` is told how many checks of how many are done.
    """
    tally = Tally(answers)
    checks = [*builtin_checks.checks(), *(partial(_run_rule, rule=rule) for rule in answers.codebook.rules)]
    for done, check in enumerate(checks):
        progress(done, len(checks))
        check(tally)
    progress(len(checks), len(checks))
    return tally.outcomes()


def plain(value: object, variable: str, codebook: Codebook) -> str:
    """A typed value as words: a choice's label, a number with thousands separators, yes or no, or "no answer"."""
    if value is None or pd.isna(value):
        return "no answer"
    facts = codebook.variables()[variable]
    if facts.kind in (Kind.single, Kind.ranking):
        return next(choice.label for choice in codebook.choices(facts.question) if choice.code == value)
    if facts.kind is Kind.multiple:
        return "yes" if value else "no"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def slots_of(variables: tuple[str, ...], codebook: Codebook) -> tuple[str, ...]:
    """The export cells that variables rest on, by slot, each once."""
    asked = (source for name in variables for source in codebook.sources_of(name))
    return tuple(
        dict.fromkeys(name if name in codebook.slots else codebook.variables()[name].question for name in asked)
    )


def _run_rule(tally: Tally, rule: Rule) -> None:
    answers, codebook = tally.answers, tally.answers.codebook
    held = expressions.evaluate(rule.assert_, answers.values, codebook, answers.reasons)
    used = language.check(rule.assert_, codebook).variables
    if rule.when:
        held = ~expressions.evaluate(rule.when, answers.values, codebook, answers.reasons) | held
        used = (*language.check(rule.when, codebook).variables, *used)
    shown = {name: answers.values[name].array for name in placeholders(rule.message)}

    def say(place: int) -> str:
        return PLACEHOLDER.sub(lambda found: plain(shown[found[1]][place], found[1], codebook), rule.message)

    tally.declared(rule, held, slots_of(rule.involves or used, codebook), say)

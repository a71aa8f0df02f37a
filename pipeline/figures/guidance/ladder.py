"""A ladder: which range or choice a company stands in, what that step says and which numbers hold on it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.figures.guidance.advice import Table
from pipeline.figures.guidance.part_keys import LadderKeys, StepKeys
from pipeline.responses import language
from pipeline.responses.bands import band_of, edge_problem, has_edges
from pipeline.responses.schema import NUMERIC, Dimension

if TYPE_CHECKING:
    from pipeline.figures.guidance.company import Company
    from pipeline.figures.guidance.reader import Reader


def check_ladder(reader: Reader) -> None:
    """Check that steps have edges for a number and choices for an answer, and that all set the same names."""
    ladder, at = reader.keys.ladder, (*reader.at, "ladder")
    refuse = reader.definition.refuse
    reader.definition.once([step.id for step in ladder.steps], "step", (*at, "steps"))
    meaning = reader.meaning(ladder.by, (*at, "by"))
    reader.note(meaning, (*at, "by"), required=ladder.unknown is None)
    by_choice = meaning.codes is not None
    if not by_choice and meaning.type != language.NUMBER:
        refuse(f"{ladder.by!r} is neither a number nor a choice", (*at, "by"))
    seen: list[str] = []
    for i, step in enumerate(ladder.steps):
        place = (*at, "steps", i)
        if by_choice != bool(step.choices):
            refuse("a step by an answer needs 'choices', one by a number needs edges", place)
        for code in step.choices:
            reader.definition.known(code, meaning.codes, "choice", (*place, "choices"))
        seen += step.choices
        if set(step.sets) != set(ladder.steps[0].sets):
            refuse("all steps must set the same names", place)
        answers = reader.plain[reader.home].variables()
        for given, number in step.sets.items():
            known = [*reader.numbers, *(name for name in answers if answers[name].kind in NUMERIC)]
            reader.definition.known(number, known, "number or numeric answer", (*place, "sets", given))
            reader.use(number, language.NUMBER, (*place, "sets", given), required=False)
    reader.definition.once(seen, "choice", (*at, "steps"))
    check_edges(reader, ladder.steps, (*at, "steps"))
    if ladder.unknown is not None:
        reader.definition.known(ladder.unknown, [step.id for step in ladder.steps], "step", (*at, "unknown"))


def check_edges(reader: Reader, steps: tuple[StepKeys, ...], at: tuple) -> None:
    """Refuse steps with edges that overlap or leave a gap."""
    problem = None if any(step.choices for step in steps) else edge_problem(steps)
    if problem:
        reader.definition.refuse(problem[1], (*at, problem[0]))


def step_of(ladder: LadderKeys, company: Company) -> StepKeys | None:
    """The step that a company stands on; None outside of all steps, or where it cannot be told."""
    value = company.value(ladder.by)
    if value is None:
        return next((step for step in ladder.steps if step.id == ladder.unknown), None)
    return containing(ladder.steps, value)


def containing(steps: tuple[StepKeys, ...], value: Fraction | str) -> StepKeys | None:
    """The step that a number or a choice belongs to, None outside of all."""
    if isinstance(value, str):
        return next((step for step in steps if value in step.choices), None)
    bands = Dimension(title="", variable="value", bands=steps)
    if len(steps) == 1 and not has_edges(bands):
        return steps[0]
    found = band_of(pd.Series([float(value)], dtype="Float64"), bands).iloc[0]
    return next((step for step in steps if step.id == found), None)


def ladder_table(ladder: LadderKeys, step: StepKeys) -> Table:
    """All steps of a ladder, the company's marked."""
    rows = tuple((each.label, each.says) for each in ladder.steps)
    return Table((ladder.title, "What its source says"), rows, ladder.steps.index(step))

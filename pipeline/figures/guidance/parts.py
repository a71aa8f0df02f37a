"""The parts of a rule beside its figures: a ladder, a curve, a maturity model, a weighted score.

For each: the names it brings, what must hold for it to load, and what it comes to for one company.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.figures.formats import exact, format_value
from pipeline.figures.guidance.advice import Series, Table
from pipeline.figures.guidance.blocks import arr_by_year, weighted_score
from pipeline.figures.guidance.file import CriterionKeys, LadderKeys, RuleKeys, StageKeys, StepKeys
from pipeline.figures.guidance.rule import COVERED, LEVEL, REACHED, SCORE, TOLD
from pipeline.responses import language
from pipeline.responses.bands import band_of, edge_problem, has_edges
from pipeline.responses.schema import NUMERIC, Dimension, Kind

if TYPE_CHECKING:
    from pipeline.figures.guidance.company import Company
    from pipeline.figures.guidance.reading import _Reader


def names(keys: RuleKeys) -> Iterator[tuple[str, str]]:
    """The numbers that the parts make, each with the key of its part."""
    if keys.maturity:
        yield from (("maturity", REACHED), ("maturity", TOLD), ("maturity", LEVEL))
    if keys.score:
        yield from (("score", SCORE), ("score", COVERED))


def sentences(keys: RuleKeys, at: tuple) -> Iterator[tuple[str, tuple]]:
    """The sentences of the parts, and where they stand."""
    if keys.ladder:
        yield keys.ladder.outside, (*at, "ladder", "outside")
        for i, step in enumerate(keys.ladder.steps):
            yield step.says, (*at, "ladder", "steps", i, "says")
    for i, stage in enumerate(keys.maturity.stages if keys.maturity else ()):
        for j, text in enumerate(stage.initiatives):
            yield text, (*at, "maturity", "stages", i, "initiatives", j)
    for i, criterion in enumerate(keys.maturity.criteria if keys.maturity else ()):
        for stage, reached in criterion.stages.items():
            yield reached.looks, (*at, "maturity", "criteria", i, "stages", stage, "looks")
    for i, band in enumerate(keys.score.bands if keys.score else ()):
        yield band.says, (*at, "score", "bands", i, "says")
    if keys.curve:
        yield keys.curve.title, (*at, "curve", "title")


def check(reader: _Reader) -> None:
    """Check the curve, the maturity model and the score of a rule; InputError with the place of what does not fit."""
    if reader.keys.curve:
        _check_curve(reader)
    if reader.keys.maturity:
        _check_maturity(reader)
    if reader.keys.score:
        _check_score(reader)


# Ladder --------------------------------------------------------------------------------------------------------------


def check_ladder(reader: _Reader) -> None:
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
    _check_edges(reader, ladder.steps, (*at, "steps"))
    if ladder.unknown is not None:
        reader.definition.known(ladder.unknown, [step.id for step in ladder.steps], "step", (*at, "unknown"))


def _check_edges(reader: _Reader, steps: tuple[StepKeys, ...], at: tuple) -> None:
    problem = None if any(step.choices for step in steps) else edge_problem(steps)
    if problem:
        reader.definition.refuse(problem[1], (*at, problem[0]))


def step_of(ladder: LadderKeys, company: Company) -> StepKeys | None:
    """The step that a company stands on; None outside of all steps, or where it cannot be told."""
    value = company.value(ladder.by)
    if value is None:
        return next((step for step in ladder.steps if step.id == ladder.unknown), None)
    return _containing(ladder.steps, value)


def _containing(steps: tuple[StepKeys, ...], value: Fraction | str) -> StepKeys | None:
    if isinstance(value, str):
        return next((step for step in steps if value in step.choices), None)
    bands = Dimension(title="", variable="", long_title="", bands=steps)
    if len(steps) == 1 and not has_edges(bands):
        return steps[0]
    found = band_of(pd.Series([float(value)], dtype="Float64"), bands).iloc[0]
    return next((step for step in steps if step.id == found), None)


def ladder_table(ladder: LadderKeys, step: StepKeys) -> Table:
    """All steps of a ladder, the company's marked."""
    rows = tuple((each.label, each.says) for each in ladder.steps)
    return Table((ladder.title, "What its source says"), rows, ladder.steps.index(step))


# Curve ---------------------------------------------------------------------------------------------------------------


def _check_curve(reader: _Reader) -> None:
    curve, at = reader.keys.curve, (*reader.at, "curve")
    reader.use(curve.years, language.NUMBER, (*at, "years"))
    reader.definition.once([line.id for line in curve.lines], "line", (*at, "lines"))
    for i, line in enumerate(curve.lines):
        for key in ("start", "rate", "new"):
            reader.use(getattr(line, key), language.NUMBER, (*at, "lines", i, key))


def series_of(company: Company) -> tuple[Series, ...]:
    """The lines of the curve, a figure for each year; none when an input is missing."""
    curve = company.rule.keys.curve
    years = company.value(curve.years)
    found = []
    for line in curve.lines:
        inputs = [company.value(text) for text in (line.start, line.rate, line.new)]
        if years is None or None in inputs:
            return ()
        amounts = arr_by_year(*inputs, years=int(years))
        cells = [
            company.figure(f"{line.id}_{year}", amount, curve.unit, f"{line.label}, year {year}", curve.decimals)
            for year, amount in enumerate(amounts)
        ]
        found.append(Series(line.id, line.label, tuple(cells)))
    return tuple(found)


# Maturity ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Maturity:
    """The company's stage and the next one (None at the top), and the criteria as a table."""

    stage: StageKeys
    next: StageKeys | None
    table: Table


def _check_maturity(reader: _Reader) -> None:
    model, at = reader.keys.maturity, (*reader.at, "maturity")
    stages = [stage.id for stage in model.stages]
    reader.definition.once(stages, "stage", (*at, "stages"))
    reader.definition.once([criterion.id for criterion in model.criteria], "criterion", (*at, "criteria"))
    for i, criterion in enumerate(model.criteria):
        for stage, reached in criterion.stages.items():
            place = (*at, "criteria", i, "stages", stage)
            reader.definition.known(stage, stages, "stage", place)
            if (reached.when is None) != (stage == stages[0]):
                reader.definition.refuse("every stage but the first needs the condition 'when'", place)
            if reached.when is not None:
                reader.use(reached.when, language.BOOLEAN, (*place, "when"), required=False)


def maturity_of(company: Company) -> Maturity | None:
    """The highest stage that more than half of the criteria have reached; None when no criterion can be told.

    How criteria are put together is a choice of this project: the guide gives the stages of each alone.
    """
    model = company.rule.keys.maturity
    places = {criterion.id: _place(criterion, model.stages, company) for criterion in model.criteria}
    told = sorted((place for place in places.values() if place is not None), reverse=True)
    if not told:
        return None
    stage = told[len(told) // 2]  # more than half of them stand here or higher
    reached = sum(place >= stage for place in told)
    for name, number, label in (
        (TOLD, len(told), "Criteria that can be told"),
        (REACHED, reached, f"Criteria that have reached the stage {model.stages[stage].label}"),
        (LEVEL, stage + 1, "Number of the stage, from 1"),
    ):
        company.give(name, Fraction(number))
        company.figure(name, Fraction(number), "count", label)
    rows = tuple(_criterion_row(criterion, model.stages, places[criterion.id]) for criterion in model.criteria)
    after = model.stages[stage + 1] if stage + 1 < len(model.stages) else None
    return Maturity(model.stages[stage], after, Table(("Criterion", "You", "What the stage looks like"), rows))


def _place(criterion: CriterionKeys, stages: tuple[StageKeys, ...], company: Company) -> int | None:
    place = 0
    for i, stage in enumerate(stages):
        reached = criterion.stages.get(stage.id)
        if reached is None or reached.when is None:
            continue
        holds = company.value(reached.when)
        if holds is None:
            return None
        if not holds:
            break
        place = i
    return place


def _criterion_row(criterion: CriterionKeys, stages: tuple[StageKeys, ...], place: int | None) -> tuple[str, str, str]:
    if place is None:
        return criterion.label, "–", "You did not answer"
    return criterion.label, stages[place].label, criterion.stages[stages[place].id].looks


# Score ---------------------------------------------------------------------------------------------------------------


def _check_score(reader: _Reader) -> None:
    score, at = reader.keys.score, (*reader.at, "score")
    definition = reader.definition
    definition.once([metric.id for metric in score.metrics], "metric", (*at, "metrics"))
    codebook = reader.plain[reader.home]
    codes: list[str] = []
    if score.question is not None:
        several = [q for q, each in codebook.questions.items() if each.type in (Kind.multiple, Kind.ranking)]
        definition.known(score.question, several, "question with several answers", (*at, "question"))
        codes = [choice.code for choice in codebook.choices(score.question)]
        for name in codebook.group(score.question):
            reader.variables[reader.home][name] = None
        reader.required[reader.home][codebook.group(score.question)[0]] = None
    rated = [metric.rating is not None for metric in score.metrics]
    if any(rated) and not all(rated):
        definition.refuse("either every metric has a 'rating' or none", (*at, "metrics", rated.index(False)))
    if not any(rated) and score.question is None:
        definition.refuse("a score needs a 'rating' for each metric, or the 'question' that asks which are used", at)
    for i, metric in enumerate(score.metrics):
        for code in metric.answers:
            definition.known(code, codes, "choice", (*at, "metrics", i, "answers"))
        if metric.rating is not None:
            place = (*at, "metrics", i, "rating")
            reader.use(metric.rating, language.NUMBER, place, required=score.question is None)
    _check_edges(reader, score.bands, (*at, "bands"))


def score_of(company: Company) -> tuple[StepKeys | None, Table]:
    """The band of the score, if every metric is rated, and the table of metrics; both numbers become figures."""
    keys = company.rule.keys.score
    used = _used(company)
    ratings = [company.value(metric.rating) if metric.rating else None for metric in keys.metrics]
    weights = [exact(metric.weight) for metric in keys.metrics]
    total = None if None in ratings else weighted_score(weights, ratings)
    company.give(SCORE, total)
    company.figure(SCORE, total, "score", "Health score, 0 to 100")
    mine = [w for w, metric in zip(weights, keys.metrics, strict=True) if used & set(metric.answers)]
    covered = sum(mine, Fraction(0)) if used else None
    company.give(COVERED, covered)
    company.figure(COVERED, covered, "score", "Weight of the metrics that the company uses, of 100")
    rows = tuple(
        (metric.label, metric.low, metric.high, format_value(weight, "score"),
         "yes" if used & set(metric.answers) else "")
        for metric, weight in zip(keys.metrics, weights, strict=True)
    )  # fmt: skip
    band = None if total is None or not keys.bands else _containing(keys.bands, total)
    return band, Table(("Metric", "Low end", "High end", "Weight", "You named it"), rows)


def _used(company: Company) -> set[str]:
    """The choices of the score's question that the company gave."""
    keys, rule = company.rule.keys.score, company.rule
    if keys.question is None:
        return set()
    row = company.rows[rule.survey].iloc[0]
    group = rule.codebooks[rule.survey].group(keys.question)
    if rule.codebooks[rule.survey].questions[keys.question].type is Kind.multiple:
        return {name.rpartition(".")[2] for name in group if not pd.isna(row[name]) and row[name]}
    return {str(row[name]) for name in group if not pd.isna(row[name])}

"""A maturity model: the stage that each criterion has reached, and the company's among them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.figures.guidance.advice import Table
from pipeline.figures.guidance.part_keys import CriterionKeys, StageKeys
from pipeline.figures.guidance.rule import LEVEL, REACHED, TOLD
from pipeline.responses import language

if TYPE_CHECKING:
    from pipeline.figures.guidance.company import Company
    from pipeline.figures.guidance.reader import Reader


@dataclass(frozen=True)
class Maturity:
    """The company's stage and the next one (None at the top), and the criteria as a table."""

    stage: StageKeys
    next: StageKeys | None
    table: Table


def check_maturity(reader: Reader) -> None:
    """Check that stages are known and that every one but the first has its condition."""
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

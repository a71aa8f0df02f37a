"""The keys of a rule's parts: ladder, curve, maturity model, weighted score, table.

Sentences name their numbers in braces; a numeral that is typed would stay when the number that it tells is changed.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from pipeline.figures.formats import exact
from pipeline.figures.vocabulary import Unit
from pipeline.responses.schema import Band, Code, Id
from pipeline.responses.strict_yaml import Entry

NAME_IN_BRACES = re.compile(r"\{([^{}]*)\}")


def _bound(text: str) -> str:
    """Refuse a numeral that is typed: it would stay when the number that it tells is changed."""
    rest = NAME_IN_BRACES.sub("", text)
    digit = re.search(r"\d[\d.,]*", rest)
    if digit:
        raise ValueError(f"the numeral {digit[0]!r} is typed, not bound; write the name of a number in braces")
    if "{" in rest or "}" in rest:
        raise ValueError("a name in braces begins with { and ends with }")
    return text


Sentence = Annotated[str, AfterValidator(_bound)]


class StepKeys(Band):
    """One step of a ladder: a band with edges, or some `choices` of the answer that the ladder goes by.

    `sets` says which number of the rule, or which answer, a name stands for on this step.
    """

    choices: tuple[Code, ...] = ()
    sets: dict[Id, str] = Field(default_factory=dict)
    says: Sentence = ""


class LadderKeys(Entry):
    """Which step a company stands on, by a number or by an answer; `unknown` is the step where that cannot be told."""

    title: str
    by: str
    steps: tuple[StepKeys, ...] = Field(min_length=1)
    unknown: Code | None = None
    outside: Sentence = ""
    listed: bool = False  # whether the page shows all steps as a table


class LineKeys(Entry):
    """One line of a curve: ARR by year, each year times `rate` plus `new`."""

    id: Id
    label: str
    start: str
    rate: str
    new: str


class CurveKeys(Entry):
    """Lines over so many years from today."""

    title: Sentence
    unit: Unit
    decimals: int | None = Field(None, ge=0, le=6)
    years: str
    lines: tuple[LineKeys, ...] = Field(min_length=1)


class StageKeys(Entry):
    """A stage of a maturity model, and what its source advises companies in it to do next."""

    id: Code
    label: str
    initiatives: tuple[Sentence, ...] = ()


class ReachedKeys(Entry):
    """When a criterion has reached a stage, and how the stage looks; the first stage needs no condition."""

    when: str | None = None
    looks: Sentence


class CriterionKeys(Entry):
    """One thing by which maturity is told; stages are climbed in order until the first whose condition fails."""

    id: Id
    label: str
    stages: dict[str, ReachedKeys] = Field(min_length=1)


class MaturityKeys(Entry):
    """Stages from low to high, and the criteria that tell them. The company's stage is the highest that more than
    half of its criteria have reached."""

    stages: tuple[StageKeys, ...] = Field(min_length=2)
    criteria: tuple[CriterionKeys, ...] = Field(min_length=1)


class MetricKeys(Entry):
    """One metric of a score: its weight, the ends of its scale, the `rating` from 0 to 100, and the `answers` to the
    score's question that stand for it."""

    id: Id
    label: str
    weight: float = Field(gt=0)
    low: str
    high: str
    rating: str | None = None
    answers: tuple[Code, ...] = ()


class ScoreKeys(Entry):
    """Weights that add to 100, and the bands of the score. `question` asks which metrics the company uses."""

    question: str | None = None
    source: str | None = None  # of the weights; none: they are assumed
    metrics: tuple[MetricKeys, ...] = Field(min_length=1)
    bands: tuple[StepKeys, ...] = ()

    @model_validator(mode="after")
    def add_to_100(self):
        total = sum((exact(metric.weight) for metric in self.metrics), Fraction(0))
        if total != 100:
            raise ValueError(f"the weights add to {float(total):g}, not 100")
        return self


class TableKeys(Entry):
    """A small table of sentences."""

    heads: tuple[Sentence, ...]
    rows: tuple[tuple[Sentence, ...], ...]

    @model_validator(mode="after")
    def full_rows(self):
        for row in self.rows:
            if len(row) != len(self.heads):
                raise ValueError(f"a row has {len(row)} entries, the table {len(self.heads)} columns")
        return self

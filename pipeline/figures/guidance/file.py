"""The keys of guidance.yaml as strict models: a key that is not here is refused, with its line.

A rule is put together from parts: `numbers` that are quoted or assumed, `figures` computed from answers, a `ladder`
(which range or choice the company stands in), a `curve`, a `maturity` model, a weighted `score`, a `table`, and what it
`says`. Sentences name their numbers in braces.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from pipeline.figures.formats import UNITS, exact
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


def _known_unit(unit: str | None) -> str | None:
    if unit is not None and unit not in UNITS:
        raise ValueError(f"unit {unit!r} is not known; allowed: {', '.join(UNITS)}")
    return unit


class SourceKeys(Entry):
    """A document that rules are taken from, as it is cited on the page."""

    title: str


class NumberKeys(Entry):
    """A number that is not the company's: quoted from a source, taken from references.csv, or, with neither, assumed.

    `fact` is the id of the statement in the list of facts that the number was taken from.
    """

    value: float | None = None
    reference: str | None = None
    unit: str | None = None
    decimals: int | None = Field(None, ge=0, le=6)
    label: str | None = None
    source: str | None = None
    fact: str | None = None

    _unit_is_known = field_validator("unit")(_known_unit)

    @model_validator(mode="after")
    def one_way(self):
        if (self.value is None) == (self.reference is None):
            raise ValueError("give either 'value' or 'reference', the id of a row of references.csv")
        if self.value is not None and not (self.unit and self.label):
            raise ValueError("a number needs 'unit' and 'label'")
        if self.reference is not None and self.model_fields_set - {"reference"}:
            raise ValueError("a number of references.csv has its value, unit, label and source there")
        return self


class NotAskedKeys(Entry):
    """An input that the survey does not ask for: the rule shows its formula and what to enter."""

    label: str
    unit: str

    _unit_is_known = field_validator("unit")(_known_unit)


class FigureKeys(Entry):
    """A number computed from the company's answers: an expression (`is`), or a building block (`block`) and its inputs.

    `survey` takes the answers from a further survey of the edition. Where an `optional` figure is missing the rule
    applies all the same.
    """

    id: Id
    label: str
    unit: str
    decimals: int | None = Field(None, ge=0, le=6)
    is_: str | None = Field(None, alias="is")
    block: str | None = None
    with_: dict[str, str] = Field(default_factory=dict, alias="with")
    survey: str | None = None
    optional: bool = False

    _unit_is_known = field_validator("unit")(_known_unit)

    @model_validator(mode="after")
    def one_way(self):
        if (self.is_ is None) == (self.block is None):
            raise ValueError("give either 'is', an expression, or 'block', a building block")
        if self.is_ is not None and self.with_:
            raise ValueError("'with' names the inputs of a block")
        return self


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
    unit: str
    decimals: int | None = Field(None, ge=0, le=6)
    years: str
    lines: tuple[LineKeys, ...] = Field(min_length=1)

    _unit_is_known = field_validator("unit")(_known_unit)


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


class SaysKeys(Entry):
    """A sentence that is printed while its condition holds."""

    when: str
    says: Sentence


Said = Annotated[
    Annotated[SaysKeys, Tag("on condition")] | Annotated[Sentence, Tag("always")],
    Discriminator(lambda value: "on condition" if isinstance(value, dict | SaysKeys) else "always"),
]


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


class ExampleKeys(Entry):
    """A worked example: answers that are not the company's, and what the rule must print for them."""

    says: Sentence
    source: str | None = None  # none: the example is this edition's
    answers: dict[str, float | str]
    gives: dict[str, str] = Field(min_length=1)


class RuleKeys(Entry):
    """One rule: for whom (`when`), where it stands (`page`, and `priority` there, 1 first), and its parts."""

    id: Id
    title: Sentence
    page: Id
    priority: int = Field(ge=1)
    source: tuple[str, ...] = Field(min_length=1)
    survey: str | None = None
    when: str | None = None
    not_asked: dict[Id, NotAskedKeys] = Field(default_factory=dict)
    numbers: dict[Id, NumberKeys] = Field(default_factory=dict)
    figures: tuple[FigureKeys, ...] = ()
    ladder: LadderKeys | None = None
    curve: CurveKeys | None = None
    maturity: MaturityKeys | None = None
    score: ScoreKeys | None = None
    says: tuple[Said, ...] = ()
    table: TableKeys | None = None
    formula: Sentence = ""
    example: ExampleKeys | None = None

    @model_validator(mode="after")
    def says_something(self):
        if not (self.figures or self.ladder or self.maturity or self.score):
            raise ValueError("the rule computes nothing: give it figures, a ladder, a maturity model or a score")
        return self


class GuidanceFile(Entry):
    """The whole of guidance.yaml."""

    sources: dict[Id, SourceKeys] = Field(min_length=1)
    rules: tuple[RuleKeys, ...] = ()

"""The keys of guidance.yaml as strict models: a key that is not here is refused, with its line.

A rule is put together from parts: `numbers` that are quoted or assumed, `figures` computed from answers, a `ladder`
(which range or choice the company stands in), a `curve`, a `maturity` model, a weighted `score`, a `table`, and what it
`says`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag, model_validator

from pipeline.figures.guidance.part_keys import (
    CurveKeys,
    LadderKeys,
    MaturityKeys,
    ScoreKeys,
    Sentence,
    TableKeys,
)
from pipeline.figures.vocabulary import Unit
from pipeline.responses.schema import Id
from pipeline.responses.strict_yaml import Entry


class SourceKeys(Entry):
    """A document that rules are taken from, as it is cited on the page."""

    title: str


class NumberKeys(Entry):
    """A number that is not the company's: quoted from a source, taken from references.csv, or, with neither, assumed.

    `fact` is the id of the statement in the list of facts that the number was taken from.
    """

    value: float | None = None
    reference: str | None = None
    unit: Unit | None = None
    decimals: int | None = Field(None, ge=0, le=6)
    label: str | None = None
    source: str | None = None
    fact: str | None = None

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
    unit: Unit


class FigureKeys(Entry):
    """A number computed from the company's answers: an expression (`is`), or a building block (`block`) and its inputs.

    `survey` takes the answers from a further survey of the edition. Where an `optional` figure is missing the rule
    applies all the same.
    """

    id: Id
    label: str
    unit: Unit
    decimals: int | None = Field(None, ge=0, le=6)
    is_: str | None = Field(None, alias="is")
    block: str | None = None
    with_: dict[str, str] = Field(default_factory=dict, alias="with")
    survey: str | None = None
    optional: bool = False

    @model_validator(mode="after")
    def one_way(self):
        if (self.is_ is None) == (self.block is None):
            raise ValueError("give either 'is', an expression, or 'block', a building block")
        if self.is_ is not None and self.with_:
            raise ValueError("'with' names the inputs of a block")
        return self


class SaysKeys(Entry):
    """A sentence that is printed while its condition holds."""

    when: str
    says: Sentence


Said = Annotated[
    Annotated[SaysKeys, Tag("on condition")] | Annotated[Sentence, Tag("always")],
    Discriminator(lambda value: "on condition" if isinstance(value, dict | SaysKeys) else "always"),
]


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

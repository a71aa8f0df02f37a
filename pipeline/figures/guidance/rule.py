"""A rule of guidance.yaml, checked and worked out, with the names that its expressions and sentences may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline.figures.guidance.advice import Example
from pipeline.figures.guidance.file import RuleKeys
from pipeline.figures.ledger import REFERENCE, Cell, address
from pipeline.responses.codebook import Codebook

COMPANY_DIMENSION, YOU, GUIDE, ASSUMPTION, EXAMPLE = "company", "you", "guide", "assumption", "example"
LADDER = "ladder"  # its place in the order of computing
STEP, STAGE, NEXT_STAGE = "step", "stage", "next_stage"  # words that a sentence may name
REACHED, TOLD, LEVEL, SCORE, COVERED = "reached", "told", "level", "score", "covered"  # numbers of the parts


@dataclass(frozen=True)
class Number:
    """A number that is not the company's: quoted from a source, or assumed by the edition where `source` is empty."""

    value: Fraction
    printed: str
    unit: str
    label: str
    source: str

    def cell(self, rule: str, name: str) -> Cell:
        """The number as a figure of the ledger."""
        band = GUIDE if self.source else ASSUMPTION
        label = f"{self.label} ({self.source or 'assumed, not a survey result'})"
        return Cell(address(rule, COMPANY_DIMENSION, band, name), rule, COMPANY_DIMENSION, band, name, band,
                    float(self.value), self.printed, self.unit, status=REFERENCE, label=label)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule.

    `codebooks` are those of the surveys that it reads, by folder ("" is the edition's own), each with the rule's own
    `names` added as derived numbers; `order` is that of computing: ids of figures, and LADDER. `variables` are the
    answers it reads, by folder; `required` those without which it says nothing; `missing` the inputs that nobody was
    asked for and without which it says nothing.
    """

    keys: RuleKeys
    codebooks: Mapping[str, Codebook]
    names: tuple[str, ...]
    numbers: Mapping[str, Number]
    order: tuple[str, ...]
    variables: Mapping[str, tuple[str, ...]]
    required: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]
    formula: str
    source: str
    example_source: str
    example: Example | None = None

    @property
    def id(self) -> str:
        """The id, the first part of the addresses of its figures."""
        return self.keys.id

    @property
    def survey(self) -> str:
        """The folder of the survey whose answers it reads unless a figure says otherwise."""
        return self.keys.survey or ""

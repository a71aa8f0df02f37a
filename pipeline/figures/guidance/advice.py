"""What a rule comes to for one company: words and a small table or curve, bound to figures with addresses.

Words are templates as in the notebooks: `{{ capacity.company.you.arr_per_csm }}` stands for the printed figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from pydantic import TypeAdapter

from pipeline.figures.ledger import Cell

BINDING = re.compile(r"\{\{ ([^{}]+) \}\}")


class Status(StrEnum):
    """Whether a rule can say something to a company, and if not, why."""

    APPLIES = "applies"
    MISSING = "missing"  # the company did not answer, or its answer is withheld
    NOT_ASKED = "not_asked"  # the survey has no question for it
    DOES_NOT_APPLY = "does_not_apply"  # the rule is for other companies, or its formula has no result here


@dataclass(frozen=True)
class Need:
    """An input that is missing: the variable and the question's words, or the input that the survey does not ask."""

    variable: str
    text: str


@dataclass(frozen=True)
class Table:
    """A small table of words; `marked` is the row that the company stands in, None for none."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: int | None = None


@dataclass(frozen=True)
class Series:
    """One line of a curve: a figure for each year, today's first."""

    id: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Example:
    """A worked example with numbers that are not the company's, and whose example it is."""

    words: str
    source: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Advice:
    """One rule and one company.

    `cells` are all figures that words, table and series name: the company's (`<id>.company.you.…`), and those quoted
    (`….guide.…`) or assumed (`….assumption.…`). `actions` are what the source advises next. `page` and `priority` (1
    first) say where it belongs. Nothing in it rests on another company's answers.
    """

    id: str
    title: str
    page: str
    priority: int
    status: Status
    formula: str
    source: str
    needs: tuple[Need, ...] = ()
    cells: tuple[Cell, ...] = ()
    words: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    table: Table | None = None
    curve: str = ""
    series: tuple[Series, ...] = ()
    example: Example | None = None

    @cached_property
    def _by_address(self) -> dict[str, Cell]:
        return {cell.cell_id: cell for cell in (*self.cells, *(self.example.cells if self.example else ()))}

    def cell(self, cell_id: str) -> Cell:
        """The figure of this advice at an address; KeyError when it has none."""
        return self._by_address[cell_id]

    def plain(self, template: str) -> str:
        """The words with the printed figures in place of their addresses."""
        return BINDING.sub(lambda found: self.cell(found[1]).printed, template)


def to_json(advice: tuple[Advice, ...]) -> str:
    """What the rules say to one company as text, for a page that may see nothing else."""
    return TypeAdapter(tuple[Advice, ...]).dump_json(advice, indent=1).decode() + "\n"


def from_json(text: str) -> tuple[Advice, ...]:
    """Read `to_json` back, equal to what was written."""
    return TypeAdapter(tuple[Advice, ...]).validate_json(text)

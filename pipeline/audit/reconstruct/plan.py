"""The plan of a reconstruction: which printed table is which question, who is cut how, what is preferred among equals.

Everything particular to one survey stands in `reconstruction.yaml`; the code knows tables, bands and counts only. This
module reads the sections `population`, `tables` and `preferences`; the others belong to later steps.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from pipeline.responses.strict_yaml import Entry, load_as

YES, NO = "1", "0"  # the answers of a question that is only held or not, such as "has people in this role"


class Kind(StrEnum):
    """What a printed table counts: one answer each, several answers each, or the companies that have something."""

    CHOICE = "choice"
    MULTIPLE = "multiple"
    HOLDERS = "holders"
    MEAN_SHARE = "mean_share"


class Moved(Entry):
    """Companies that stand in another band in the second cut than in the one it follows."""

    companies: int = Field(ge=1)
    from_: str = Field(alias="from")
    to: str


class Follows(Entry):
    """A second cut of the same companies: every company has the band of `dimension`, but for those `moved`."""

    dimension: str
    moved: tuple[Moved, ...] = ()


class Coherence(Entry):
    """One size is about the product of others (annual revenue about price times customers).

    `edges` gives the lower and upper end of every band, also of the open ones. `spread` is the standard deviation of
    the true ratio, in decades; bands that stay further than `limit` decades apart, whatever the values inside them,
    are never combined.
    """

    size: str
    product: tuple[str, ...]
    edges: dict[str, dict[str, tuple[float, float]]]
    spread: float = 0.3
    limit: float = 0.3


class AnyOf(Entry):
    """How many respondents hold at least one of these."""

    questions: tuple[str, ...]
    respondents: int


class Effort(Entry):
    """Bounds on each step of the search, in the solver's own deterministic time, never in seconds of a clock."""

    workers: int = 3
    positions: float = 60
    preferences: float = 60
    room: float = 300


class Population(Entry):
    """Who the respondents are: how many stand in each band of each dimension, and what is known beside the tables."""

    dimensions: dict[str, dict[str, int]]
    follows: dict[str, Follows] = Field(default_factory=dict)
    coherence: Coherence | None = None
    holders: dict[str, int] = Field(default_factory=dict)
    any_of: tuple[AnyOf, ...] = ()
    seed: int = 1
    start: str | None = None
    effort: Effort = Effort()

    @property
    def size(self) -> int:
        return sum(next(iter(self.dimensions.values())).values())

    @property
    def free_dimensions(self) -> tuple[str, ...]:
        """The dimensions that are not a second cut of another one."""
        return tuple(name for name in self.dimensions if name not in self.follows)

    def positions(self) -> list[dict[str, str]]:
        """Every combination of bands that a company may stand in, the moved ones of second cuts included."""
        plain = [dict(zip(self.free_dimensions, bands, strict=True))
                 for bands in product(*(self.dimensions[name] for name in self.free_dimensions))]
        for second, follows in self.follows.items():
            moved = [{**p, second: m.to} for p in plain for m in follows.moved if p[follows.dimension] == m.from_]
            plain = [{**p, second: p[follows.dimension]} for p in plain] + moved
        return plain

    @model_validator(mode="after")
    def _bands_add_up(self):
        sizes = {name: sum(bands.values()) for name, bands in self.dimensions.items()}
        if len(set(sizes.values())) > 1:
            found = ", ".join(f"{name} {n}" for name, n in sizes.items())
            raise ValueError(f"every dimension must count the same respondents, found {found}")
        for second, follows in self.follows.items():
            if second not in self.dimensions or follows.dimension not in self.dimensions:
                raise ValueError(f"'{second}' and '{follows.dimension}' must both be dimensions")
            expected = dict(self.dimensions[follows.dimension])
            for moved in follows.moved:
                expected[moved.from_] -= moved.companies
                expected[moved.to] += moved.companies
            if expected != self.dimensions[second]:
                raise ValueError(f"'{second}' does not follow from '{follows.dimension}' and the moved companies")
        return self


class TablePlan(Entry):
    """How one printed exhibit is to be read.

    `question` is the column of the result; with `{column}` in it, each printed column is a question of its own.
    `cut` says which dimension of the population a printed dimension stands for where that is another one.
    `add_to_100`: printed rows were brought to 100; `medians`: the printed values are medians over the holders.
    """

    kind: Kind
    question: str
    cut: dict[str, str] = Field(default_factory=dict)
    add_to_100: bool = False
    totals: dict[str, int] = Field(default_factory=dict)
    medians: bool = False
    leave_out: tuple[str, ...] = ()


class Preference(Entry):
    """What an honest answer would also say; kept as far as the printed tables allow. `weight` is the price of a breach.

    `expect`: who gave one of `answers` to one of `questions` also gave one of the expected answers.
    `exclusive`: who gave one of `answers` gave no other answer to the same question.
    `complete`: nobody leaves the question without an answer.
    """

    name: str
    questions: tuple[str, ...]
    answers: tuple[str, ...] = ()
    expect: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    exclusive: bool = False
    complete: bool = False
    weight: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _one_rule(self):
        if bool(self.expect) + self.exclusive + self.complete != 1:
            raise ValueError(f"preference '{self.name}' needs exactly one of expect, exclusive, complete")
        return self


class Plan(Entry):
    """The sections of `reconstruction.yaml` that fix who answers what; later sections are read by later steps."""

    population: Population
    tables: dict[str, TablePlan]
    preferences: tuple[Preference, ...] = ()
    amounts: Any = None
    fill: Any = None
    export: Any = None


def read_plan(path: Path) -> Plan:
    """The plan, or an InputError with the line of the first thing that does not fit."""
    plan, _ = load_as(path, Plan)
    return plan

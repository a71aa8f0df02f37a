"""Where each respondent stands: one joint table of all dimensions under which every printed table has a solution.

Two respondents in the same joint cell are alike to every printed table, so the unknowns are counts of joint cells. A
joint table of a few crowded cells leaves a rare answer nowhere to go; one drawn at random from a natural distribution
is spread widely enough for nearly all tables at once. So the joint table nearest to a random draw is sought, with the
rare answers in the model; a table that still has no solution joins the model whole, and the search repeats.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from pipeline.audit.reconstruct.margins import Margins
from pipeline.audit.reconstruct.plan import Coherence, Kind, Population
from pipeline.audit.reconstruct.solver import cp_model, solve
from pipeline.audit.reconstruct.targets import Table
from pipeline.errors import BandwiseError

RARE = 20  # an answer of so few respondents takes part in the choice of the joint table from the start
FITTING_ROUNDS = 300
GRID = 24  # points on which a band is integrated
SCALE = 100  # the solver wants whole numbers

Position = Mapping[str, str]  # dimension -> band


class NoJointTable(BandwiseError):
    """No joint table was found under which all printed tables hold; the message names those that do not."""

    exit_status = 1


@dataclass(frozen=True)
class Question:
    """One table's margins: of each joint cell, how many give which answer. `one_each`: everybody gives exactly one."""

    exhibit: str
    answers: tuple[str, ...]
    one_each: bool
    margins: Margins

    @classmethod
    def of(cls, table: Table, margins: Margins) -> Question:
        return cls(table.exhibit, table.columns, table.kind is Kind.CHOICE, margins)

    @property
    def cuts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cut for cut, _, _ in self.margins))

    def total(self, answer: str) -> int:
        return sum(n for (cut, _, column), n in self.margins.items() if (cut, column) == (self.cuts[0], answer))

    def most(self, position: Position, answer: str) -> int:
        """No more than so many respondents of one joint cell can give the answer."""
        return min(self.margins[cut, position[cut], answer] for cut in self.cuts)


def find_positions(population: Population, questions: Sequence[Question],
                   progress: Callable[[str], None] = lambda line: None) -> list[dict[str, str]]:
    """One position per respondent, in the order of the plan's bands; the same plan and tables give the same list."""
    chances = expected_counts(population)
    cells = [cell for cell, chance in zip(population.positions(), chances, strict=True) if chance > 0]
    chances = [chance for chance in chances if chance > 0]
    questions = [question for question in questions if len(question.cuts) > 1]  # a single cut fits any joint table
    whole: set[str] = set()
    while True:
        counts = _joint_table(population, cells, chances, questions, whole)
        if counts is None:
            raise NoJointTable(f"no joint table was found with {', '.join(sorted(whole)) or 'the rare answers'} in it")
        unsolved = [question.exhibit for question in questions if not solvable(question, cells, counts)]
        progress(f"joint table: {sum(n > 0 for n in counts)} cells in use, {len(unsolved)} tables do not fit it")
        if not unsolved:
            return [dict(cell) for cell, n in zip(cells, counts, strict=True) for _ in range(n)]
        if whole.issuperset(unsolved):
            raise NoJointTable(f"no joint table fits {', '.join(unsolved)}")
        whole.update(unsolved)


def expected_counts(population: Population) -> list[float]:
    """For each of the population's positions, how many respondents a natural population would have there.

    Iterative proportional fitting of the sizes' coherence (or of independence) to the bands; 0 where the bands
    contradict each other by more than the plan's limit.
    """
    cells = population.positions()
    coherence = population.coherence
    weights = [_agreement(coherence, cell) if coherence else 1.0 for cell in cells]
    for _ in range(FITTING_ROUNDS):
        for dimension in population.free_dimensions:
            found = dict.fromkeys(population.dimensions[dimension], 0.0)
            for cell, weight in zip(cells, weights, strict=True):
                found[cell[dimension]] += weight
            factor = {band: n / found[band] if found[band] else 0.0
                      for band, n in population.dimensions[dimension].items()}
            weights = [weight * factor[cell[dimension]] for cell, weight in zip(cells, weights, strict=True)]
    return weights


def _agreement(coherence: Coherence, cell: Position) -> float:
    """The chance that a product of values within the bands, times a log-normal error, falls in the band of the size."""
    low, high = _edges(coherence, coherence.size, cell)
    parts = [_edges(coherence, name, cell) for name in coherence.product]
    gap = max(sum(a for a, _ in parts) - high, low - sum(b for _, b in parts))
    if gap > coherence.limit:
        return 0.0
    grids = [[a + (i + 0.5) / GRID * (b - a) for i in range(GRID)] for a, b in parts]
    inside = [_normal((high - sum(point)) / coherence.spread) - _normal((low - sum(point)) / coherence.spread)
              for point in product(*grids)]
    return max(sum(inside) / len(inside), 1e-9)


def _edges(coherence: Coherence, dimension: str, cell: Position) -> tuple[float, float]:
    low, high = coherence.edges[dimension][cell[dimension]]
    return math.log10(low), math.log10(high)


def _normal(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def _joint_table(population: Population, cells: Sequence[Position], chances: Sequence[float],
                 questions: Sequence[Question], whole: set[str]) -> list[int] | None:
    """Counts per cell nearest to a random draw: each further respondent of a cell has a price of its own.

    The price is minus the log chance, less a Gumbel number; the cheapest set of units is then a random sample.
    """
    model = cp_model().CpModel()
    rng = random.Random(population.seed)
    counts, price = [], []
    for cell, chance in zip(cells, chances, strict=True):
        smallest = min(population.dimensions[dimension][band] for dimension, band in cell.items())
        most = min(smallest, 6 + round(3 * chance))
        luck = sorted((-math.log(-math.log(rng.random())) for _ in range(most)), reverse=True)
        units = [model.new_bool_var("") for _ in range(most)]
        for unit, next_unit in pairwise(units):
            model.add_implication(next_unit, unit)
        price += [round(SCALE * (-math.log(chance / population.size) - lucky)) * unit
                  for unit, lucky in zip(units, luck, strict=True)]
        counts.append(sum(units))
    for dimension, bands in population.dimensions.items():
        for band, n in bands.items():
            model.add(sum(count for cell, count in zip(cells, counts, strict=True) if cell[dimension] == band) == n)
    for question in questions:
        answers = [answer for answer in question.answers
                   if question.exhibit in whole or question.total(answer) <= RARE]
        _ask(model, question, answers, cells, counts, most=max(6, round(3 * max(chances))))
    model.minimize(sum(price))
    effort = population.effort
    solver = solve(model, effort=effort.positions, seed=population.seed, workers=effort.workers)
    return None if solver is None else [solver.value(count) for count in counts]


def solvable(question: Question, cells: Sequence[Position], counts: Sequence[int]) -> bool:
    """Whether the margins can be had exactly when so many respondents stand in these cells."""
    model = cp_model().CpModel()
    used = [(cell, n) for cell, n in zip(cells, counts, strict=True) if n]
    _ask(model, question, question.answers, [cell for cell, _ in used], [n for _, n in used],
         most=max(n for _, n in used))
    return solve(model, effort=30) is not None


def _ask(model, question: Question, answers: Sequence[str], cells: Sequence[Position], counts: Sequence,
         most: int) -> None:
    """Adds to the model how many of each cell give each of these answers; `counts` may be numbers or unknowns."""
    given: dict[str, list[tuple[Position, object]]] = {answer: [] for answer in answers}
    for cell, count in zip(cells, counts, strict=True):
        here = []
        for answer in answers:
            limit = min(most, question.most(cell, answer))
            if limit:
                here.append(model.new_int_var(0, limit, ""))
                given[answer].append((cell, here[-1]))
        if question.one_each and len(answers) == len(question.answers):
            model.add(sum(here) == count)
        elif question.one_each:
            model.add(sum(here) <= count)
        else:
            for number in here:
                model.add(number <= count)
    for (cut, band, column), n in question.margins.items():
        if column in given:
            model.add(sum(number for cell, number in given[column] if cell[cut] == band) == n)

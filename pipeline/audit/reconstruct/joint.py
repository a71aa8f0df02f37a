"""One set of respondents that agrees with all printed tables at once: from plan and print to everybody's answers.

Three steps, each an exact integer model: the counts behind every printed share (`margins`), the joint table of bands
under which all of them can hold (`positions`), the answers of each respondent (`answers`). The same plan, print and
start give the same respondents on any machine, because effort is measured in the solver's own time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.audit.reconstruct.answers import find_answers
from pipeline.audit.reconstruct.check import Breach, Outcome, Respondent, breaches, misfits, outcomes
from pipeline.audit.reconstruct.margins import margins
from pipeline.audit.reconstruct.plan import Plan, read_plan
from pipeline.audit.reconstruct.positions import Question, find_positions
from pipeline.audit.reconstruct.proofs import Proof, proofs, unexplained
from pipeline.audit.reconstruct.start import read_respondents
from pipeline.audit.reconstruct.targets import Targets, read_targets

TABLES, PLAN = "tables.csv", "reconstruction.yaml"


@dataclass(frozen=True)
class Joint:
    """The respondents, every printed cell beside what they print, the preferences they break, and the proofs.

    A respondent has an id, a band per dimension of the population, and an answer per question of the plan (codes
    joined by | where several were given, 1 or 0 where it is only held or not).
    """

    respondents: tuple[Respondent, ...]
    outcomes: tuple[Outcome, ...]
    breaches: tuple[Breach, ...]
    proofs: tuple[Proof, ...]

    @property
    def companies(self) -> pd.DataFrame:
        """One row per respondent, every value as text."""
        return pd.DataFrame(self.respondents, dtype=object)

    @property
    def problems(self) -> list[str]:
        """One sentence per printed contradiction, with what the data give instead; then what nothing explains."""
        nearest = {outcome.cell.place: f"{outcome.cell.place} is printed {float(outcome.cell.value):g}, "
                                       f"the data give {float(outcome.value):g}" for outcome in self.outcomes}
        proved = [f"{proof.says}; {', '.join(nearest[place] for place in proof.given_up)}"
                  for proof in self.proofs if proof.given_up]
        open_cells = unexplained(self.outcomes, self.proofs)
        return proved + [f"{nearest[outcome.cell.place]}, and no proof says that it must" for outcome in open_cells]


def solve_joint(published: Path, edition: Path, progress: Callable[[str], None] = lambda line: None) -> Joint:
    """The joint table of an edition, from its plan, the printed tables and the start that the plan may name."""
    plan = read_plan(edition / PLAN)
    targets = read_targets(published / TABLES, plan)
    start = plan.population.start
    return find_joint(plan, targets, start and read_respondents(edition / start, _columns(plan, targets)), progress)


def _columns(plan: Plan, targets: Targets) -> list[str]:
    return ["id", *plan.population.dimensions, *(table.question for table in targets.tables), *plan.population.holders]


def find_joint(plan: Plan, targets: Targets, start: Sequence[Respondent] | None = None,
               progress: Callable[[str], None] = lambda line: None) -> Joint:
    """The respondents for a plan and its printed tables.

    `start` is used only if it holds the population and every margin; it comes back unchanged unless better answers
    are found. Without one, or with one that fails, the search begins from nothing.
    """
    counts = {table.exhibit: margins(table) for table in targets.tables}
    if start is not None:
        problems = misfits(start, plan, targets.tables, counts)
        if problems:
            progress(f"the start is no solution and is left aside: {problems[0]} (and {len(problems) - 1} more)")
            start = None
    if start is None:
        questions = [Question.of(table, counts[table.exhibit]) for table in targets.tables]
        positions = find_positions(plan.population, questions, progress)
    else:
        positions = [{dimension: respondent[dimension] for dimension in plan.population.dimensions}
                     for respondent in start]
    respondents = find_answers(plan, targets, counts, positions, start, progress)
    found = outcomes(respondents, targets.tables)
    return Joint(tuple(respondents), tuple(found), tuple(breaches(respondents, plan)),
                 tuple(proofs(targets.tables, found)))

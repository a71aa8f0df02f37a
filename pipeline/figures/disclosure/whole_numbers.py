"""How much the shown counts leave open of a withheld one, given that answers come in whole companies.

How many of each group of companies gave each answer is an unknown of an integer program whose equations are the shown
counts; the least and the most that a withheld count can be are found exactly (HiGHS, by scipy.optimize.milp).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.figures.disclosure.facts import Fact, Family
from pipeline.figures.ledger import OVERALL

ENOUGH = 3  # how far apart the least and the most of a withheld count should be; of a base of three, two


class Answers:
    """The integer program of one family; a column is one code of all who stand in the same facts, shown or not."""

    def __init__(self, family: Family, many: int):
        self._many, self._exclusive = many, family.exclusive
        self._codes = family.codes if family.exclusive else family.codes[:1]
        facts = list(family.facts.values())
        atoms: dict[tuple[int, ...], list[str]] = {}
        for respondent in sorted({r for fact in facts for r in fact.members}):
            places = tuple(i for i, fact in enumerate(facts) if respondent in fact.members)
            atoms.setdefault(places, []).append(respondent)
        self._sizes = np.array([len(atom) for atom in atoms.values()])
        first = [atom[0] for atom in atoms.values()]
        self._rows = {
            fact: np.array([float(r in fact.members and code in fact.codes) for code in self._codes for r in first])
            for fact in facts
        }
        self._each = [np.tile(row, len(self._codes)) for row in np.eye(len(first))] if self._exclusive else []
        self._bounds = Bounds(0, np.tile(self._sizes, len(self._codes)))

    def is_open(self, target: Fact, shown: Sequence[Fact]) -> bool:
        """Whether a withheld count can still be one of enough, or of as many as its own table leaves by itself.

        Its own table is the rows beside it, those of the whole sample, and what single counts on many companies say of
        everyone in them: nobody of 25 chose an answer, which is what the report is for.
        """
        enough = min(ENOUGH, len(target.members) - 1)
        most = self._end(target, shown, up=True)
        if most - target.count >= enough:
            return True
        width = most - self._end(target, shown, up=False)
        if width >= enough:
            return True
        beside = target.places | {place for fact in shown for place in fact.places if place[1] == OVERALL}
        near = [fact for fact in shown if fact.places & beside or self._says_of_all(fact)]
        return width >= self.width(target, near)

    def width(self, target: Fact, shown: Sequence[Fact]) -> int:
        """How far apart the least and the most of a count are, given the shown ones."""
        return self._end(target, shown, up=True) - self._end(target, shown, up=False)

    def _end(self, target: Fact, shown: Sequence[Fact], *, up: bool) -> int:
        """The most or the least that a count can be."""
        rows = [*(self._rows[fact] for fact in shown), *self._each]
        values = [*(fact.count for fact in shown), *(self._sizes if self._each else ())]
        limits = LinearConstraint(np.array(rows), values, values) if rows else ()
        sign, whole = -1 if up else 1, np.ones(len(self._rows[target]))
        found = milp(sign * self._rows[target], constraints=limits, bounds=self._bounds, integrality=whole)
        return sign * round(found.fun)

    def _says_of_all(self, fact: Fact) -> bool:
        return len(fact.members) >= self._many and fact.count in (0, len(fact.members))

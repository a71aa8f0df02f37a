"""The attack by whole numbers: what the shown counts leave open of a withheld one, and of one company's answer.

Every company gives one answer or none, so the shown counts leave only some whole numbers for a withheld one: the least
and the most are found exactly (HiGHS, by scipy.optimize.milp). A company's answer is pinned down when no other answers
of everyone agree with all counts. What a single figure on many companies says of all of them (nobody chose it) is a
finding of the report and no attack; what follows from two of them together is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.audit.attack.knowledge import Told
from pipeline.audit.attack.sums import codes_of

EXACT = 1e-6  # a solution so near to whole numbers is one
ENOUGH = 3  # whole numbers beside the true one that a withheld count should leave open, of a base of three two


@dataclass(frozen=True)
class Interval:
    """The least and the most that a withheld count can be, given the shown figures."""

    least: int
    most: int

    @property
    def width(self) -> int:
        return self.most - self.least


class Counts:
    """The counts about one subject as an integer program: how many of each atom gave each code.

    An atom is the companies that stand in the same figures. `many` is the base from which a figure may say of everyone
    in it what they did not answer.
    """

    def __init__(self, group: Sequence[Told], many: int):
        self._group, self._many = group, many
        self._exclusive = any(t.exclusive for t in group)
        self._codes = codes_of(list(group))
        atoms: dict[tuple[bool, ...], list[str]] = {}
        for respondent in sorted({r for t in group for r in t.members}):
            atoms.setdefault(tuple(respondent in t.members for t in group), []).append(respondent)
        self._atoms = list(atoms.values())
        self._sizes = np.array([len(atom) for atom in self._atoms])
        self._at = {r: i for i, atom in enumerate(self._atoms) for r in atom}
        self._bounds = Bounds(0, np.tile(self._sizes, len(self._codes)))
        self._shown = [t for t in group if t.shown and t.count is not None]

    def withheld(self) -> list[tuple[Told, Interval, int]]:
        """The withheld counts, each with what the figures leave open and how wide that should be.

        Of a small base as wide as may be, but no wider than its own table alone leaves; of any other not just one.
        """
        found = []
        for target in self._group:
            if target.shown or target.count is None:
                continue
            open_, wanted = self._interval(target, self._shown), 0 if self._may_follow(target) else 1
            if len(target.members) < self._many and open_.width < min(ENOUGH, len(target.members) - 1):
                whole = {place for t in self._shown for place in t.places if place[1] == "overall"}
                near = [t for t in self._shown if t.places & (target.places | whole) or self._says_of_all(t)]
                alone = self._interval(target, near).width
                wanted = max(wanted, min(ENOUGH, len(target.members) - 1, alone))
            found.append((target, open_, wanted))
        return found

    def pinned(self) -> tuple[int, list[tuple[tuple[str, ...], str]]]:
        """How many answers were tried, and the companies whose answer the counts leave no doubt about.

        One program looks for answers that differ from the true ones in as many places as can be; what it cannot change
        is tried again by itself, until nothing more gives way.
        """
        open_ = self._true_answers()
        tried, limits = len(open_), self._limits(self._shown)
        while open_ and self._shown:
            weights = np.zeros(len(self._codes) * len(self._atoms))
            for column, true in open_.items():
                weights[column] = (1 if true else -1) / self._sizes[column % len(self._atoms)]
            answers = np.round(self._solve(weights, limits).x)
            kept = {column: true for column, true in open_.items() if answers[column] == true}
            if len(kept) == len(open_):
                break
            open_ = kept
        width = len(self._atoms)
        return tried, [(tuple(self._atoms[column % width]), self._codes[column // width]) for column in open_]

    def _true_answers(self) -> dict[int, int]:
        """What all companies of an atom answered alike, by column, left out what a single figure on many says."""
        found: dict[int, int] = {}
        for i, atom in enumerate(self._atoms):
            if len(atom) >= self._many:
                continue
            for j, code in enumerate(self._codes):
                gave = {r for t in self._group if t.codes == (code,) for r in t.inside if r in atom}
                if self._is_said(atom, code) or (gave and len(gave) < len(atom)):
                    continue
                if gave or not self._exclusive:
                    found[j * len(self._atoms) + i] = len(gave)
        return found

    def _is_said(self, atom: list[str], code: str) -> bool:
        """Whether a single figure on many says whether these companies gave a code."""
        return any(
            told.members.issuperset(atom) and (not self._exclusive or (told.count and told.codes == (code,)))
            for told in filter(self._says_of_all, self._shown)
        )

    def _may_follow(self, target: Told) -> bool:
        """Whether a withheld count tells no more than a single figure on many does of everyone in it.

        Where each company has one answer, that nobody chose one of them leaves open which they chose.
        """
        if self._exclusive and not target.count:
            return True
        said = (t for t in self._shown if target.members <= t.members and self._says_of_all(t))
        return any(not self._exclusive or (t.count and set(target.codes) >= set(t.codes)) for t in said)

    def _says_of_all(self, told: Told) -> bool:
        return len(told.members) >= self._many and told.count in (0, len(told.members))

    def _interval(self, target: Told, shown: Sequence[Told]) -> Interval:
        limits, vector = self._limits(shown), self._vector(target)
        return Interval(round(self._solve(vector, limits).fun), -round(self._solve(-vector, limits).fun))

    def _limits(self, shown: Sequence[Told]) -> LinearConstraint:
        rows, values = [self._vector(t) for t in shown], [t.count for t in shown]
        if self._exclusive:
            rows += [np.tile(row, len(self._codes)) for row in np.eye(len(self._atoms))]
            values += self._sizes.tolist()
        return LinearConstraint(np.array(rows), values, values)

    def _vector(self, told: Told) -> np.ndarray:
        grid = np.zeros((len(self._codes), len(self._atoms)))
        atoms = sorted({self._at[r] for r in told.members})
        for code in told.codes:
            grid[self._codes.index(code), atoms] = 1
        return grid.ravel()

    def _solve(self, weights: np.ndarray, limits: LinearConstraint):
        """The best whole numbers; where the best fractions are whole they are those."""
        for whole in (0, 1):
            found = milp(weights, constraints=limits, bounds=self._bounds, integrality=np.full(len(weights), whole))
            if found.x is None:
                raise ArithmeticError(f"no answers agree with the shown counts: {found.message}")
            if np.abs(found.x - found.x.round()).max() < EXACT:
                break
        return found

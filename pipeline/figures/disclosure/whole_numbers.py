"""What the shown counts leave open, given that answers come in whole companies, and what to withhold to open more.

How many of each group of companies gave each answer are the unknowns of an integer program whose equations are the
shown counts (HiGHS, by scipy.optimize.milp). A solution is a world: answers of everyone that agree with all that is
shown, as the true ones do. A sum is open as far as worlds differ in it. Where they do not, the cheapest other answers
are looked for, whatever is shown; the counts that they change are withheld, so each of those is open from then on. (The
cell suppression problem; Fischetti and Salazar, Management Science 47, 2001, protect by an attacker's program as well.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array

from pipeline.figures.disclosure.facts import Fact, Family
from pipeline.figures.ledger import OVERALL

ENOUGH = 3  # how far apart the least and the most of a withheld count should be; of a base of three, two
EXACT = 1e-6  # a solution so near to whole numbers is one
TIE = 2  # what opening a company's answer is worth, where a cell costs ten: of two cheap worlds the one that opens more


class Closed(NamedTuple):
    """A sum over columns, about `size` companies, of which too little is open, and how far its ends should be apart."""

    vector: np.ndarray
    size: int
    least: int
    most: int
    wanted: int


class Worlds:
    """The worlds of one family; a column is one code of all who stand in the same facts, shown or not.

    `many` is the base from which a single count may say of everyone in it what they answered: nobody of 25 chose an
    answer, which is what the report is for. A world that was found stays one when more is withheld.
    """

    def __init__(self, family: Family, shown: Sequence[Fact], many: int):
        self.shown, self._facts, self._many = list(shown), list(family.facts.values()), many
        self._exclusive = family.exclusive
        codes = family.codes if family.exclusive else family.codes[:1]
        atoms: dict[tuple[int, ...], list[str]] = {}
        for respondent in sorted({r for fact in self._facts for r in fact.members}):
            places = tuple(i for i, fact in enumerate(self._facts) if respondent in fact.members)
            atoms.setdefault(places, []).append(respondent)
        first = [atom[0] for atom in atoms.values()]
        self._rows = {
            fact: np.array([float(r in fact.members and code in fact.codes) for code in codes for r in first])
            for fact in self._facts
        }
        self._sizes = np.array([family.size(atom) for atom in atoms.values()])
        self._most = np.tile(self._sizes, len(codes))
        self._each = csr_array(np.tile(np.eye(len(first)), len(codes)))
        self._worlds = np.zeros((0, len(self._most)), dtype=int)
        self._alone: dict[tuple[Fact, ...], int] = {}

    def open_up(self, targets: Sequence[Fact], price: Callable[[Fact], float]) -> None:
        """Withhold the cheapest counts until withheld ones and the answer of every company are open.

        Of the targets enough must be open, of what is withheld because of them something.
        """
        taken: list[list[Fact]] = []
        while self.shown and (closed := self._closed(targets)):
            taken.append(self._withhold(closed, price))
        for facts in reversed(taken):
            self._show_again(facts, targets)

    # What is open

    def _closed(self, targets: Sequence[Fact]) -> Closed | None:
        """The first sum that should be more open than it is."""
        if not len(self._worlds):
            self._find(np.zeros(len(self._most)), self.shown)
        for fact in self._withheld():
            wanted = self._wanted(fact, targets, self._worlds)
            least, most = self._ends(fact, self.shown) if self._width(fact, self._worlds) < wanted else (0, wanted)
            if most - least < wanted:
                return Closed(self._rows[fact], fact.size, least, most, wanted)
        settled = self._settled(self._worlds)
        while settled.any():
            self._find(np.where(settled, np.where(self._worlds[0] > 0, 1, -1) / self._most, 0), self.shown)
            still = self._settled(self._worlds)
            if still.sum() == settled.sum():
                at = int(np.flatnonzero(still)[0])
                value = int(self._worlds[0, at])
                return Closed(np.eye(1, len(self._most), at)[0], int(self._most[at]), value, value, 1)
            settled = still
        return None

    def _withheld(self) -> list[Fact]:
        return [fact for fact in self._facts if fact not in self.shown]

    def _wanted(self, fact: Fact, targets: Sequence[Fact], worlds: np.ndarray) -> int:
        """How far apart the least and the most of a withheld count should be.

        Of targets and small bases enough, but no more than its own table leaves: the rows beside it, those of the whole
        sample, and what single counts on many companies say of everyone in them. Of others something.
        """
        something = 0 if self._may_follow(fact) else 1
        small = fact in targets or fact.size < self._many
        enough = max(something, min(ENOUGH, fact.size - 1)) if small else something
        if enough == something or self._width(fact, worlds) >= enough:
            return enough
        beside = fact.places | {place for f in self.shown for place in f.places if place[1] == OVERALL}
        near = tuple(f for f in self.shown if f.places & beside or self._says_of_all(f))
        if (fact, *near) not in self._alone:
            least, most = self._ends(fact, near)
            self._alone[fact, *near] = most - least
        return max(something, min(enough, self._alone[fact, *near]))

    def _may_follow(self, fact: Fact) -> bool:
        """Whether a withheld count tells nothing new: a single one on many says it of everyone in it.

        Of a question with one answer that nobody chose one of them may follow as well: it leaves open which they chose.
        """
        if self._exclusive and not fact.count:
            return True
        said = (f for f in self.shown if fact.members <= f.members and self._says_of_all(f))
        return any(not self._exclusive or (f.count and fact.codes >= f.codes) for f in said)

    def _settled(self, worlds: np.ndarray) -> np.ndarray:
        """The columns of which all worlds say that its companies gave that answer, or, of two ways, did not.

        Left out what a single count on many says of all: that everyone gave one answer, or of two ways went one.
        """
        alike = (worlds[0] == self._most) | (not self._exclusive and worlds[0] == 0)
        same = (worlds == worlds[0]).all(axis=0) & alike & (self._most < self._many)
        for fact in self.shown:
            if self._says_of_all(fact) and (not self._exclusive or (fact.count and len(fact.codes) == 1)):
                same &= self._rows[fact] == 0
        return same

    def _says_of_all(self, fact: Fact) -> bool:
        return fact.size >= self._many and fact.count in (0, fact.size)

    def _width(self, fact: Fact, worlds: np.ndarray) -> int:
        return round(float(np.ptp(worlds @ self._rows[fact])))

    # What to withhold

    def _withhold(self, closed: Closed, price: Callable[[Fact], float]) -> list[Fact]:
        """Withhold the counts that the cheapest world changes in which a sum is as far away as it should be."""
        prices = np.array([price(fact) for fact in self.shown])
        up, down = closed.least + closed.wanted, closed.most - closed.wanted
        ends = [(min(up, closed.size), closed.size)] if closed.most < closed.size else []
        ends += [(0, max(down, 0))] if closed.least > 0 else []
        found = []
        for low, high in ends:
            world = self._cheapest(LinearConstraint(closed.vector[None], low, high), closed.wanted, prices)
            changed = [fact for fact in self.shown if round(float(self._rows[fact] @ world)) != fact.count]
            found.append((sum(price(fact) for fact in changed), len(found), changed, world))
        _, _, changed, world = min(found)[:4]
        self._worlds = np.vstack([self._worlds, world])
        self.shown = [fact for fact in self.shown if fact not in changed]
        return changed

    def _cheapest(self, must: LinearConstraint, step: int, prices: np.ndarray) -> np.ndarray:
        """Answers of everyone, as near as can be to what is shown: each count that they change, by `step`, is paid."""
        rows = csr_array(np.array([self._rows[fact] for fact in self.shown]))
        counts = np.array([fact.count for fact in self.shown], dtype=float)
        paid = step * eye_array(len(prices))
        zero = csr_array((must.A.shape[0], len(prices)))
        limits = [
            LinearConstraint(block_array([[rows, -paid]]), -np.inf, counts),
            LinearConstraint(block_array([[rows, paid]]), counts, np.inf),
            LinearConstraint(block_array([[csr_array(must.A), zero]]), must.lb, must.ub),
        ]
        if self._exclusive:
            none = csr_array((len(self._sizes), len(prices)))
            limits.append(LinearConstraint(block_array([[self._each, none]]), self._sizes, self._sizes))
        settled = self._settled(self._worlds)
        opens = np.where(settled, np.where(self._worlds[0] > 0, TIE, -TIE) / self._most, 0)
        return self._run(np.concatenate([opens, prices]), limits, np.concatenate([self._most, np.ones(len(prices))]))

    def _show_again(self, facts: list[Fact], targets: Sequence[Fact]) -> None:
        """Show what was withheld where the worlds that agree with it leave everything open that should be."""
        shown = [fact for fact in self._facts if fact in self.shown or fact in facts]
        agree = (self._worlds @ np.array([self._rows[f] for f in facts]).T == [f.count for f in facts]).all(axis=1)
        worlds = self._worlds[agree]
        before, self.shown = self.shown, shown
        open_ = all(self._width(f, worlds) >= self._wanted(f, targets, worlds) for f in self._withheld())
        if open_ and not self._settled(worlds).any():
            self._worlds = worlds
        else:
            self.shown = before

    # The program

    def _ends(self, fact: Fact, shown: Sequence[Fact]) -> tuple[int, int]:
        """The least and the most that a count can be."""
        vector = self._rows[fact]
        low, high = (self._find(sign * vector, shown) for sign in (1, -1))
        return round(float(vector @ low)), round(float(vector @ high))

    def _find(self, weights: np.ndarray, shown: Sequence[Fact]) -> np.ndarray:
        """A world of the counts in which a sum is least; one of all that is shown is kept."""
        limits = []
        if shown:
            counts = [fact.count for fact in shown]
            limits.append(LinearConstraint(csr_array(np.array([self._rows[fact] for fact in shown])), counts, counts))
        if self._exclusive:
            limits.append(LinearConstraint(self._each, self._sizes, self._sizes))
        world = self._run(weights, limits, self._most)
        if shown is self.shown:
            self._worlds = np.vstack([self._worlds, world])
        return world

    def _run(self, weights: np.ndarray, limits: list[LinearConstraint], most: np.ndarray) -> np.ndarray:
        """The columns of the best solution; most programs are whole in fractions already, which is much quicker."""
        for whole in (0, 1):
            found = milp(weights, constraints=limits, bounds=Bounds(0, most), integrality=np.full(len(weights), whole))
            if found.x is None:
                raise ArithmeticError(f"no answers agree with the shown counts: {found.message}")
            if np.abs(found.x - found.x.round()).max() < EXACT:
                break
        return found.x[: len(self._most)].round().astype(int)

"""Complementary suppression: which further figures go, so that none that is withheld can be had from what is shown.

Shown figures about the same answers are equations. Three things must not follow from them: a withheld figure, a sum
over fewer contributors than a figure may rest on, and a small group that answered alike. As long as one does, the
cheapest figure of those that give it away is withheld too: the smallest base first, then the first address. Whatever
turns out to be safe is shown again. In the end counts that only whole numbers give away go the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.figures.disclosure.facts import Fact, Family
from pipeline.figures.disclosure.primary import ruling
from pipeline.figures.disclosure.span import Span
from pipeline.figures.disclosure.whole_numbers import ENOUGH, Worlds
from pipeline.figures.exhibits_file import Outside
from pipeline.figures.ledger import OVERALL

COMMON = 4  # times as dear again is an answer that all gave as one that nobody gave
LATER = 10  # times as dear is a cell of the whole sample, or one that the edition has go later


def protect(family: Family, shown: list[Fact], targets: list[Fact], limits: Outside) -> list[Fact]:
    """Which of the shown facts to withhold as well, so that no target can be had and no small group stands out."""
    kept, taken = list(shown), []
    while leak := _leak(family, kept, targets, limits):
        taken.append(_cheapest(family, kept, leak, limits))
        kept = [fact for fact in kept if fact not in taken[-1]]
    for unit in reversed(taken[:-1]):
        again = [fact for fact in shown if fact in kept or fact in unit]
        if not _leak(family, again, targets, limits):
            kept = again
    if not family.amounts:
        worlds = Worlds(family, kept, limits.unanimous)
        worlds.open_up(targets, lambda fact: _price(fact, limits))
        kept = worlds.shown
    return [fact for fact in shown if fact not in kept]


def _rows(family: Family, shown: list[Fact], facts: Sequence[Fact]) -> list[Fact]:
    """The facts with all other counts of their rows, where a question has one answer."""
    if not family.exclusive or family.amounts:
        return list(facts)
    members = {fact.members for fact in facts}
    return [fact for fact in shown if fact.members in members]


def _cost(family: Family, fact: Fact, limits: Outside) -> tuple[int, int, str]:
    """What withholding a fact costs: nothing is dearer than the edition's word, then a large base."""
    return _turn(fact, limits), family.contributors(fact.members), min(fact.cells)


def _turn(fact: Fact, limits: Outside) -> int:
    """Whether the edition lists every figure that tells a fact as one to go first (0), or any as one to go last (2)."""
    if any(_listed(cell, limits.withhold_last) for cell in fact.cells):
        return 2
    return int(not all(_listed(cell, limits.withhold_first) for cell in fact.cells))


def _listed(cell: str, parts: Sequence[str]) -> bool:
    return any(f"{cell}.".startswith(f"{part}.") for part in parts)


def _price(fact: Fact, limits: Outside) -> float:
    """What withholding a count costs in whole numbers: its cells, and more the more companies gave the answer."""
    wide = ENOUGH if fact.size < limits.unanimous else 1  # so much of a small base has to be left open
    whole = LATER if any(dimension == OVERALL for _, dimension in fact.places) else 1
    return len(fact.cells) * (1 + COMMON * fact.count / fact.size) * wide * whole * LATER ** _turn(fact, limits)


@dataclass(frozen=True)
class Leak:
    """What could be learnt, as a vector over the columns of a system, and the shown facts that give it."""

    system: System
    vector: np.ndarray
    facts: list[Fact]


class System:
    """The shown facts about some codes as equations; a column is one code of all who stand in the same facts."""

    def __init__(self, family: Family, shown: list[Fact], codes: tuple[str, ...], targets: list[Fact]):
        self._family, self._codes, self.shown = family, codes, shown
        signature: dict[str, list[int]] = {}
        for place, fact in enumerate([*shown, *targets]):
            for respondent in fact.members:
                signature.setdefault(respondent, []).append(place)
        atoms: dict[tuple[int, ...], list[str]] = {}
        for respondent, places in signature.items():
            atoms.setdefault(tuple(places), []).append(respondent)
        self._atoms = sorted(sorted(atom) for atom in atoms.values())
        self._place = {respondent: i for i, atom in enumerate(self._atoms) for respondent in atom}
        self.span = Span(np.array([self.vector(fact) for fact in shown]))

    def vector(self, fact: Fact) -> np.ndarray:
        """A fact in the columns; what all codes add up to is known, so a code outside them is one less the others."""
        grid = np.zeros((len(self._codes), len(self._atoms)), dtype=np.int64)
        atoms = sorted({self._place[respondent] for respondent in fact.members})
        inside = fact.codes <= set(self._codes)
        for i, code in enumerate(self._codes):
            if (code in fact.codes) is inside:
                grid[i, atoms] = 1 if inside else -1
        return grid.ravel()

    def contributors(self, vector: np.ndarray) -> int:
        """How many owners a sum is about."""
        atoms = {column % len(self._atoms) for column in np.flatnonzero(vector).tolist()}
        return self._family.contributors([respondent for atom in atoms for respondent in self._atoms[atom]])

    def small(self, below: int) -> list[int]:
        """The columns with fewer owners than that."""
        atoms = [i for i, atom in enumerate(self._atoms) if self._family.contributors(atom) < below]
        return [i + code * len(self._atoms) for code in range(len(self._codes)) for i in atoms]


def _leak(family: Family, shown: list[Fact], targets: list[Fact], limits: Outside) -> Leak | None:
    """The first thing that could be learnt from the shown facts."""
    for codes, facts in _systems(family, shown):
        about = [t for t in targets if not t.codes.isdisjoint(codes) or not t.codes <= set(family.codes[:-1])]
        system = System(family, facts, codes, about)
        for vector in _learnt(family, system, about, codes, limits):
            reached = system.span.reach(vector)
            if reached:
                return Leak(system, vector, [facts[i] for i in reached])
    return None


def _learnt(
    family: Family, system: System, targets: list[Fact], codes: tuple[str, ...], limits: Outside
) -> Iterator[np.ndarray]:
    """What must not be had: withheld figures, remainders of few contributors or alike, small combinations."""
    for target in targets:
        yield system.vector(target)
    for members, count, vector in _remainders(system):
        left = Fact(members, frozenset(), count, family.size(members))
        if members and ruling(left, family, limits):
            yield vector
    for vector in system.span.few(system.small(limits.withhold)):
        if system.contributors(vector) < limits.withhold:
            yield vector


def _remainders(system: System) -> Iterator[tuple[frozenset[str], int | None, np.ndarray]]:
    """What is left of a figure when one inside it, or all those of a dimension, are taken away: who, how many, sum."""
    for whole in system.shown:
        inside = [f for f in system.shown if f.codes == whole.codes and f.members < whole.members]
        bands = ([f for f in inside if place in f.places] for place in sorted({p for f in inside for p in f.places}))
        for parts in [*([fact] for fact in inside), *(band for band in bands if len(band) > 1)]:
            together = frozenset().union(*(f.members for f in parts))
            if len(together) < sum(len(f.members) for f in parts):
                continue  # bands of two cuts that overlap
            vector = system.vector(whole) - sum(system.vector(f) for f in parts)
            counts = [f.count for f in parts]
            count = None if whole.count is None or None in counts else whole.count - sum(counts)
            yield whole.members - together, count, vector


def _systems(family: Family, shown: list[Fact]) -> list[tuple[tuple[str, ...], list[Fact]]]:
    """The shown facts in groups that share no code, so that nothing follows from two of them together.

    Where the codes of a base add up, the last code is what the others leave: a fact that says it again is dropped.
    """
    known = list(family.codes[:-1]) if family.exclusive else [*family.codes[:1]]
    complete = _complete(family, shown)
    facts = [f for f in shown if not (f.codes == {family.codes[-1]} and f.members in complete)]
    group = {code: {code} for code in known}
    for fact in facts:
        joined = set().union(*(group[c] for c in (fact.codes if fact.codes <= set(known) else set(known) - fact.codes)))
        group |= {code: joined for code in joined}
    found = []
    for code in known:
        if code == next(c for c in known if c in group[code]):
            inside = tuple(c for c in known if c in group[code])
            own = [f for f in facts if (f.codes if f.codes <= set(known) else set(known) - f.codes) & group[code]]
            if own:
                found.append((inside, own))
    return found


def _complete(family: Family, shown: list[Fact]) -> set[frozenset[str]]:
    """The bases of which every code is shown by itself."""
    if not family.exclusive:
        return set()
    single: dict[frozenset[str], int] = {}
    for fact in shown:
        single[fact.members] = single.get(fact.members, 0) + (len(fact.codes) == 1)
    return {members for members, count in single.items() if count == len(family.codes)}


def _cheapest(family: Family, shown: list[Fact], leak: Leak, limits: Outside) -> list[Fact]:
    """The facts to withhold against a leak: of those that give it, the cheapest whose absence stops it, else the first.

    Cheap is what the edition lists, then a small base, then the first address. Counts of a question with one answer go
    by the row, for one hole in it could be filled.
    """
    units = []
    for fact in sorted(leak.facts, key=lambda f: _cost(family, f, limits)):
        unit = _rows(family, shown, [fact])
        if unit not in units:
            units.append(unit)
    for unit in units:
        rest = [fact for fact in leak.system.shown if fact not in unit]
        if not rest or Span(np.array([leak.system.vector(f) for f in rest])).reach(leak.vector) is None:
            return unit
    return units[0]

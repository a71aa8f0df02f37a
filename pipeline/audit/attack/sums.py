"""Attacks by adding and subtracting: nested figures, and the row space of all figures about the same answers.

The row space is held as its orthogonal projector P. Some combination of a few columns can be had from the figures
exactly when their principal minor of 1 - P is zero, so every one, two and three of them are tried, with any weights:
one tells an outsider about one company, two a recipient about another, three two recipients about a third.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np

from pipeline.audit.attack.knowledge import Told

ZERO = 1e-9  # of a minor of 1 - P; those of small whole matrices are either 0 or far above


def nested(group: list[Told]) -> Iterator[tuple[Told, Told]]:
    """Pairs of shown figures about the same answers of which one holds all companies of the other, the larger first."""
    shown = [t for t in group if t.shown]
    for a, b in combinations(shown, 2):
        if a.codes == b.codes and a.members != b.members and (a.members <= b.members or b.members <= a.members):
            yield (a, b) if b.members < a.members else (b, a)


class Sums:
    """All shown figures about one subject: columns are companies that stand in the same figures, one for each code."""

    def __init__(self, group: list[Told], owners: dict[str, str]):
        shown = [t for t in group if t.shown]
        self._codes = codes_of(group)
        everyone = sorted({r for t in group for r in t.members})
        key = {r: tuple(r in t.members for t in group) for r in everyone}
        atoms: dict[tuple, list[str]] = {}
        for respondent in everyone:
            atoms.setdefault(key[respondent], []).append(respondent)
        self.atoms = list(atoms.values())
        self.sizes = np.array([len({owners[r] for r in atom}) for atom in self.atoms])
        self._at = {r: i for i, atom in enumerate(self.atoms) for r in atom}
        rows = [self.vector(t) for t in shown]
        if any(t.exclusive for t in group):
            rows += [np.tile(np.eye(len(self.atoms))[i], len(self._codes)) for i in range(len(self.atoms))]
        _, sizes, basis = np.linalg.svd(np.array(rows), full_matrices=False)
        self._basis = basis[sizes > sizes[0] * 1e-9]

    def vector(self, told: Told) -> np.ndarray:
        """A figure over the columns."""
        grid = np.zeros((len(self._codes), len(self.atoms)))
        atoms = sorted({self._at[r] for r in told.members})
        for code in told.codes:
            grid[self._codes.index(code), atoms] = 1
        return grid.ravel()

    def gives(self, vector: np.ndarray) -> bool:
        """Whether a sum can be had from the shown figures."""
        rest = vector - self._basis.T @ (self._basis @ vector)
        return float(rest @ rest) < ZERO * max(1.0, float(vector @ vector))

    def few(self, most: int = 3) -> tuple[int, list[tuple[str, ...]]]:
        """How many groups of so few companies were tried, and those of which something could be learnt.

        A group of columns counts by the companies in it; the figures never tell companies of one column apart.
        """
        tried, found = 0, []
        small = np.flatnonzero(self.sizes <= most)
        for code in range(len(self._codes)):
            basis = self._basis[:, code * len(self.atoms) + small]
            gap = np.eye(len(small)) - basis.T @ basis
            count, groups = _dependent(gap.round(12).tobytes(), tuple(self.sizes[small]), most)
            tried += count
            found += [tuple(r for i in group for r in self.atoms[small[i]]) for group in groups]
        return tried, found


@cache  # many questions were answered by everyone and are cut alike
def _dependent(gap: bytes, sizes: tuple[int, ...], most: int) -> tuple[int, list[tuple[int, ...]]]:
    """How many groups of columns have so few companies, and those whose minor of 1 - P is zero."""
    g, width = np.frombuffer(gap).reshape(len(sizes), len(sizes)), np.array(sizes)
    tried, found = 0, []
    for count in range(1, most + 1):
        groups = np.array(list(combinations(range(len(sizes)), count)), dtype=int).reshape(-1, count)
        groups = groups[width[groups].sum(axis=1) <= most]
        tried += len(groups)
        found += [tuple(map(int, group)) for group in groups[np.abs(_minors(g, groups)) < ZERO]]
    return tried, found


def _minors(g: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The principal minors of a symmetric matrix of one, two or three rows each, written out."""
    match [groups[:, i] for i in range(groups.shape[1])]:
        case [i]:
            return g[i, i]
        case [i, j]:
            return g[i, i] * g[j, j] - g[i, j] ** 2
        case [i, j, k]:
            a, b, c, d, e, f = g[i, i], g[j, j], g[k, k], g[i, j], g[i, k], g[j, k]
            return a * b * c + 2 * d * e * f - a * f**2 - b * e**2 - c * d**2
    raise AssertionError("groups of up to three are tried")


def codes_of(group: list[Told]) -> list[str]:
    """The codes of a subject; where each company has one and not all are told, one more stands for the rest."""
    codes = sorted({code for t in group for code in t.codes})
    whole = max((t.members for t in group), key=len)
    counts = [t.count for t in group if t.members == whole and len(t.codes) == 1]
    complete = None in counts or sum(counts) == len(whole)
    return codes if complete or not any(t.exclusive for t in group) else [*codes, ""]

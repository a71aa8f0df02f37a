"""Which sums can be had by adding and subtracting others: exact linear algebra over a prime field.

Figures are rows, companies are columns, entries are 0, 1 and -1. Elimination runs modulo a prime, so nothing is
rounded; what can be had in fractions is found, unless the prime divides a minor of so small a matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

PRIME = 2**31 - 1  # products of two residues fit into 64 bits


class Span:
    """The row space of a matrix of small whole numbers, with how each row of it is reached."""

    def __init__(self, rows: np.ndarray):
        count, self._width = rows.shape
        table = np.hstack([rows.astype(np.int64) % PRIME, np.eye(count, dtype=np.int64)])
        self._pivots: list[int] = []
        done = 0
        for column in range(self._width):
            found = np.flatnonzero(table[done:, column])
            if not found.size:
                continue
            table[[done, done + found[0]]] = table[[done + found[0], done]]
            table[done] = table[done] * pow(int(table[done, column]), -1, PRIME) % PRIME
            others = np.flatnonzero(table[:, column])
            others = others[others != done]
            table[others] = (table[others] - table[others, column][:, None] * table[done]) % PRIME
            self._pivots.append(column)
            done += 1
            if done == count:
                break
        self._reduced = table[:done]

    def reach(self, vector: np.ndarray) -> list[int] | None:
        """The rows that together give the vector, by place; None when it cannot be had."""
        rest = np.concatenate([vector.astype(np.int64) % PRIME, np.zeros(self._reduced.shape[1] - self._width, int)])
        for place, column in enumerate(self._pivots):
            if rest[column]:
                rest = (rest - rest[column] * self._reduced[place]) % PRIME
        return np.flatnonzero(rest[self._width :]).tolist() if not rest[: self._width].any() else None

    def few(self, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """Vectors with up to four entries, 1 or -1, all on these columns, that can be had; not sums of smaller ones.

        A vector can be had when it is orthogonal to the null space; a fingerprint of the columns of the null space
        makes that a search for sums of zero, and each hit is confirmed.
        """
        prints = self._fingerprints()
        for signs, places in _sums_of_zero(prints[list(columns)]):
            vector = np.zeros(self._width, dtype=np.int64)
            vector[[columns[p] for p in places]] = signs
            if self.reach(vector) is not None:
                yield vector

    def _fingerprints(self) -> np.ndarray:
        """One residue a column: a fixed combination of the null space's vectors."""
        free = np.setdiff1d(np.arange(self._width), self._pivots)
        weights = np.random.default_rng(0).integers(1, PRIME, size=len(free))
        prints = np.zeros(self._width, dtype=np.int64)
        prints[free] = weights
        for place, column in enumerate(self._pivots):
            prints[column] = -(self._reduced[place, free] * weights % PRIME).sum() % PRIME
        return prints


def _sums_of_zero(values: np.ndarray) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Signs and places of up to four values that cancel modulo the prime, each once, fewest first.

    Three cancel where a sum of two is a third, four where two sums of two are alike or opposite.
    """
    first, second = np.triu_indices(len(values), 1)
    first, second = np.tile(first, 2), np.tile(second, 2)
    sign = np.repeat([1, -1], len(first) // 2)
    pairs = (values[first] + sign * values[second]) % PRIME
    for i in np.flatnonzero(values == 0):
        yield (1,), (int(i),)
    for i in np.flatnonzero(pairs == 0):
        yield (1, int(sign[i])), (int(first[i]), int(second[i]))
    folded = np.minimum(pairs, (PRIME - pairs) % PRIME)  # a sum and its opposite are alike here
    order = np.argsort(folded, kind="stable")
    ordered, single = folded[order], np.minimum(values, (PRIME - values) % PRIME)
    starts, ends = (np.searchsorted(ordered, single, side) for side in ("left", "right"))
    for k in np.flatnonzero(ends > starts):
        for i in order[starts[k] : ends[k]]:
            if k > second[i]:
                opposite = -1 if pairs[i] == values[k] else 1
                yield (1, int(sign[i]), opposite), (int(first[i]), int(second[i]), int(k))
    ends = np.searchsorted(ordered, ordered, "right")
    for at in np.flatnonzero(ends - np.arange(len(ordered)) > 1):
        i = order[at]
        for j in order[at + 1 : ends[at]]:
            a, b = (i, j) if second[i] < first[j] else (j, i)
            if second[a] < first[b]:
                opposite = -1 if pairs[a] == pairs[b] else 1
                signs = (1, int(sign[a]), opposite, opposite * int(sign[b]))
                yield signs, (int(first[a]), int(second[a]), int(first[b]), int(second[b]))

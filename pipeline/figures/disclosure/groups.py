"""Respondents taken together who stand in the same facts: what can be told of one of them can be told of all.

Cut by a few dimensions, a hundred thousand respondents are some thousand groups; a small survey's are mostly of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

BITS = 40  # of a fact each, before the groups are numbered anew


class Owners:
    """The owner of each respondent of a survey, by id and in the survey's order: who contributes to a figure."""

    def __init__(self, of: Mapping[str, str]):
        self.respondents = np.array(list(of), dtype=object)
        self.codes, self.names = pd.factorize(np.array(list(of.values()), dtype=object))
        self.shared = np.bincount(self.codes)[self.codes] > 1 if len(self.codes) else np.zeros(0, dtype=bool)

    def count(self, positions: np.ndarray) -> int:
        """How many owners the respondents at these positions have."""
        shared = self.shared[positions]
        return int((~shared).sum()) + len(np.unique(self.codes[positions][shared]))

    @cached_property
    def alphabetical(self) -> np.ndarray:
        """The positions of the respondents in the order of their ids."""
        return np.argsort(self.respondents, kind="stable")


@dataclass(frozen=True)
class Group:
    """How many respondents a group has, how many of them have an owner of their own, and the owners of the others."""

    size: int = 1
    alone: int = 1
    owners: frozenset[str] = frozenset()


def grouped(sets: Sequence[np.ndarray], owners: Owners) -> tuple[dict[str, Group], list[frozenset[str]]]:
    """The groups of those who stand in the same of these sets, and the groups that each set is made of.

    A set says of each respondent whether it is inside. A group goes by the first id in it, and groups by these ids.
    """
    order = owners.alphabetical
    codes = np.zeros(len(order), dtype="int64")
    for i, inside in enumerate(sets):
        if i % BITS == 0:
            codes, _ = pd.factorize(codes)
        codes = 2 * codes + inside[order]
    codes, found = pd.factorize(codes)  # numbers in the order of appearance, which is that of the first ids
    first = np.full(len(found), len(codes))
    np.minimum.at(first, codes, np.arange(len(codes)))
    names = owners.respondents[order[first]]
    sizes, shared = np.bincount(codes, minlength=len(names)), owners.shared[order]
    alone = np.bincount(codes[~shared], minlength=len(names))
    by_others: dict[int, set[str]] = {}
    for code, owner in zip(codes[shared].tolist(), owners.codes[order][shared].tolist(), strict=True):
        by_others.setdefault(code, set()).add(owners.names[owner])
    groups = {
        name: Group(int(sizes[i]), int(alone[i]), frozenset(by_others.get(i, ()))) for i, name in enumerate(names)
    }
    present = [np.bincount(codes[inside[order]], minlength=len(names)) > 0 for inside in sets]
    return groups, [frozenset(names[which]) for which in present]

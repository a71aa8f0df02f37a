"""Printed headcounts that cannot all be right: medians of two splits, and single teams in bands of few companies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import floor
from pathlib import Path

from pipeline.audit.printed import Key, read_published
from pipeline.audit.proofs import prove
from pipeline.audit.reconstruct.amounts import Problem

SMALL = 3  # companies in a band up to which every distribution of the lone teams is tried
LARGEST = 1_000  # people; above, a team of a few is no share that could be printed


@dataclass(frozen=True)
class Conflict:
    """Of these printed cells at least one is wrong."""

    cells: frozenset[Key]
    says: str


def median_conflicts(published: Path, medians: set[tuple[str, str]]) -> list[Conflict]:
    """From the printed tables alone: two splits of one role whose medians leave no room for each other."""
    return [Conflict(cells, says) for cells, says in prove(read_published(published), (), medians).joint]


def lone_team_conflicts(problem: Problem, exhibit: str, total: str) -> list[Conflict]:
    """Small bands in which single teams and the median company do not go together.

    A role with one holder has its median as that company's headcount; its printed mean share then bounds that company's
    total. Every way to give the lone teams to the band's companies is tried, with every total inside the bounds: one of
    the totals must be the printed median and all shares must print, plainly rounded or brought to 100.
    """
    found = []
    for b, (dimension, band) in enumerate(problem.bands):
        companies = [i for i, bands in enumerate(problem.bands_of) if b in bands]
        n = len(companies)
        lone = [
            (k, problem.medians[b][k], problem.shares[b][k])
            for k in range(len(problem.roles))
            if problem.in_mix[k]
            and problem.medians[b][k] is not None
            and problem.shares[b][k] is not None
            and sum(problem.holds[i][k] for i in companies) == 1
        ]
        if n > SMALL or n % 2 == 0 or problem.totals[b] is None or len(lone) < 2:
            continue
        if not any(True for _ in _ways(lone, n, problem.totals[b])):
            names = [problem.roles[k] for k, _, _ in lone]
            says = (
                f"of the {n} companies of {dimension} {band} one each has people in {', '.join(names)}, as many as "
                f"their medians say; no totals with the median {problem.totals[b]} give all the shares: one is wrong"
            )
            cells = frozenset((exhibit, dimension, band, column) for column in (*names, total))
            found.append(Conflict(cells, says))
    return found


def _ways(lone: Sequence[tuple[int, int, float]], n: int, median: int) -> Iterator[tuple[int, ...]]:
    """Totals of the companies that print all lone teams' shares and the median."""
    for holders in product(range(n), repeat=len(lone)):
        bounds = []
        for company in range(n):
            teams = [team[1:] for holder, team in zip(holders, lone, strict=True) if holder == company]
            # A company without a lone team may have any total; below, at and above the median stand for all.
            bounds.append(_totals(teams, n) if teams else [1, median, LARGEST])
        for totals in product(*bounds):
            if sorted(totals)[n // 2] == median and _print(lone, holders, totals, n):
                yield totals


def _totals(teams: Sequence[tuple[int, float]], n: int) -> list[int]:
    """The totals of a company at which each of its teams adds what is printed, give or take a point."""
    return [t for t in range(1, LARGEST) if all(abs(100 * people / (t * n) - share) < 1 for people, share in teams)]


def _print(lone: Sequence[tuple[int, int, float]], holders: Sequence[int], totals: Sequence[int], n: int) -> bool:
    """Whether the shares round to the print, or can be brought there: larger remainders go up before smaller ones."""
    exact = [
        (100 * people / (totals[holder] * n), share) for holder, (_, people, share) in zip(holders, lone, strict=True)
    ]
    if all(floor(value + 0.5) == share for value, share in exact):
        return True
    up = [value % 1 for value, share in exact if share == floor(value) + 1]
    down = [value % 1 for value, share in exact if share == floor(value)]
    return len(up) + len(down) == len(exact) and (not up or not down or max(down) <= min(up))

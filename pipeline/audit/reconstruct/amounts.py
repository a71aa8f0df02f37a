"""Headcounts that bear out printed medians, printed shares and printed ratios at once, found by annealing.

The state is one whole number per company and role. A role that a company does not staff is zero; which companies
staff a role may be exchanged as long as every printed count of holders stays. Every move is scored exactly: the sorted
holders of a role in a band give its median, the running sums of companies' own shares give the mix. The walk is
deterministic: a seed and a number of moves, never a clock.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left, insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What a miss costs. A median or a count is either right or wrong, so a step is charged beside the distance.
SHARE_SLACK = 0.46  # points on either side of a printed whole percent, a little under the half that rounding allows
MEDIAN_WEIGHT = 6.0
COUNT_WEIGHT = 5.0
PLAUSIBLE_LOG = 0.9  # a total may lie this far (natural log) from what its bands suggest before it costs
HOTTEST, REHEATED, COLDEST = 2.0, 0.1, 0.012  # temperatures of the first round, of later ones, of the end


@dataclass(frozen=True)
class Ratio:
    """Mean over companies of people in the `over` roles per person in `under`, where both are staffed."""

    over: tuple[int, ...]
    under: int
    mean: float
    slack: float


@dataclass(frozen=True)
class Problem:
    """What is printed, by band index and role index; None where nothing is printed.

    `bands_of[i]` are the bands of company i (one per dimension). `in_mix` marks the roles whose people make the total.
    `dislikes[i][k]` is what it costs that company i does (1) or does not (0) staff role k.
    """

    bands: Sequence[tuple[str, str]]
    roles: Sequence[str]
    bands_of: Sequence[tuple[int, ...]]
    holds: Sequence[Sequence[bool]]
    in_mix: Sequence[bool]
    medians: Sequence[Sequence[int | None]]
    shares: Sequence[Sequence[float | None]]
    totals: Sequence[int | None]
    fixed_counts: Sequence[bool]
    dislikes: Sequence[Sequence[tuple[float, float]]]
    dimension_weights: Mapping[str, float]
    ratios: Sequence[Ratio] = ()
    unions: Sequence[tuple[tuple[int, ...], int]] = ()
    contributors: Callable[[int, int], int] = field(default=lambda role, people: people)


Move = tuple[int, Mapping[int, int]]  # a company, and its new headcount in some roles


class Undo:
    """What a move overwrote, in order; `restore` puts it back and returns the cost from before."""

    __slots__ = ("cost", "kept", "lists")

    def __init__(self, cost: float):
        self.cost = cost
        self.kept: list[tuple[list, int, Any]] = []
        self.lists: list[tuple[list[int], int, int]] = []

    def keep(self, container: list, key: int) -> None:
        self.kept.append((container, key, container[key]))

    def restore(self) -> float:
        for container, key, value in reversed(self.kept):
            container[key] = value
        for values, old, new in reversed(self.lists):
            if new:
                del values[bisect_left(values, new)]
            if old:
                insort(values, old)
        return self.cost


class Walk:
    """One state of the search, with every printed figure's cost kept up to date move by move."""

    def __init__(self, problem: Problem, seed: int):
        self.problem = problem
        self.rng = random.Random(seed)
        self.size = [0] * len(problem.bands)
        for bands in problem.bands_of:
            for band in bands:
                self.size[band] += 1
        self.total_index = len(problem.roles)
        self.dislikes = [[(k, off, on) for k, (off, on) in enumerate(row) if off or on] for row in problem.dislikes]
        self.ratio_roles = [{*ratio.over, ratio.under} for ratio in problem.ratios]
        self.targets = [[*row, total] for row, total in zip(problem.medians, problem.totals, strict=True)]
        self.expected = [self._expected_total(i) for i in range(len(problem.bands_of))]
        self.people = [self._first_guess(i) for i in range(len(problem.bands_of))]
        self.neighbours = self._neighbours()
        self.wanted_counts = [[0] * len(problem.roles) for _ in problem.bands]
        self.refresh()
        self.wanted_counts = [[len(holders) for holders in row[:-1]] for row in self.sorted]
        self.refresh()

    # The first state: what the bands' medians suggest, with some noise.
    def _suggestion(self, i: int, k: int) -> float | None:
        weighted = [
            (self.problem.dimension_weights[self.problem.bands[b][0]], math.log(self.targets[b][k]))
            for b in self.problem.bands_of[i]
            if self.targets[b][k]
        ]
        total = sum(weight for weight, _ in weighted)
        return math.exp(sum(weight * value for weight, value in weighted) / total) if total else None

    def _expected_total(self, i: int) -> float:
        return self._suggestion(i, self.total_index) or 10.0

    def _first_guess(self, i: int) -> list[int]:
        return [
            max(1, round((self._suggestion(i, k) or 3.0) * math.exp(self.rng.gauss(0, 0.3)))) if holds else 0
            for k, holds in enumerate(self.problem.holds[i])
        ]

    def _neighbours(self) -> list[list[int]]:
        bands_of = self.problem.bands_of
        return [
            [
                j
                for j, other in enumerate(bands_of)
                if j != i and sum(a == b for a, b in zip(mine, other, strict=True)) >= len(mine) - 1
            ]
            for i, mine in enumerate(bands_of)
        ]

    def refresh(self) -> None:
        """Everything that is kept per band, from `people` alone (also wipes the drift of running sums)."""
        p = self.problem
        self.total = [sum(n for n, mixed in zip(row, p.in_mix, strict=True) if mixed) for row in self.people]
        self.staffed = [[k for k, n in enumerate(row) if n] for row in self.people]
        self.sums = [[0.0] * len(p.roles) for _ in p.bands]
        self.sorted = [[[] for _ in range(len(p.roles) + 1)] for _ in p.bands]
        for row, total, bands in zip(self.people, self.total, p.bands_of, strict=True):
            for band in bands:
                self.sorted[band][-1].append(total)
                for k, n in enumerate(row):
                    if n:
                        self.sorted[band][k].append(n)
                        if p.in_mix[k]:
                            self.sums[band][k] += n / total
        for row in self.sorted:
            for holders in row:
                holders.sort()
        self.share_cost = [[self._share_cost(b, k) for k in range(len(p.roles))] for b in range(len(p.bands))]
        self.median_cost = [[self._median_cost(b, k) for k in range(len(p.roles) + 1)] for b in range(len(p.bands))]
        self.company_cost = [self._company_cost(i) for i in range(len(self.people))]
        self.ratio_of = [[self._ratio_of(i, ratio) for i in range(len(self.people))] for ratio in p.ratios]
        self.ratio_sum = [
            [sum(v for v in values if v is not None), sum(v is not None for v in values)] for values in self.ratio_of
        ]
        self.ratio_cost = [self._ratio_cost(q) for q in range(len(p.ratios))]
        self.union_count = [sum(any(row[k] for k in roles) for row in self.people) for roles, _ in p.unions]
        self.cost = (
            sum(map(sum, self.share_cost))
            + sum(map(sum, self.median_cost))
            + sum(self.company_cost)
            + sum(self.ratio_cost)
            + self._union_cost()
        )

    # Costs of one figure each.
    def _share_cost(self, band: int, k: int) -> float:
        printed = self.problem.shares[band][k]
        if printed is None:
            return 0.0
        miss = abs(100 * self.sums[band][k] / self.size[band] - printed) - SHARE_SLACK
        return 0.25 + 0.8 * miss + miss * miss * self.size[band] / 20 if miss > 0 else 0.0

    def _median_cost(self, band: int, k: int) -> float:
        values = self.sorted[band][k]
        n = len(values)
        cost = 0.0
        if k < self.total_index and self.problem.fixed_counts[k]:
            cost = COUNT_WEIGHT * abs(n - self.wanted_counts[band][k])
        target = self.targets[band][k]
        if target is None or n == 0:
            return cost
        twice = values[n // 2] + values[(n - 1) // 2]
        # Half-up: a mean of two that ends in .5 is printed one up.
        if twice in (2 * target, 2 * target - 1) and (n % 2 == 0 or twice == 2 * target):
            return cost
        return cost + MEDIAN_WEIGHT * (0.35 + 1.5 * abs(math.log(twice / (2 * target))))

    def _company_cost(self, i: int) -> float:
        far = abs(math.log(max(self.total[i], 0.5) / self.expected[i])) - PLAUSIBLE_LOG
        row = self.people[i]
        cost = 2 * far * far if far > 0 else 0.0
        for k, off, on in self.dislikes[i]:
            cost += on if row[k] else off
        return cost

    def _ratio_of(self, i: int, ratio: Ratio) -> float | None:
        row, people = self.people[i], self.problem.contributors
        over, under = sum(people(k, row[k]) for k in ratio.over), people(ratio.under, row[ratio.under])
        return over / under if over and under else None

    def _ratio_cost(self, q: int) -> float:
        total, n = self.ratio_sum[q]
        ratio = self.problem.ratios[q]
        miss = abs(total / n - ratio.mean) - ratio.slack if n else 0.0
        return 0.1 + 4 * miss / ratio.mean + 4 * miss * miss / ratio.mean if miss > 0 else 0.0

    def _union_cost(self) -> float:
        return COUNT_WEIGHT * sum(
            abs(n - wanted) for n, (_, wanted) in zip(self.union_count, self.problem.unions, strict=True)
        )

    def set_row(self, i: int, changes: Mapping[int, int]) -> Undo | None:
        """Gives company i new headcounts in some roles and updates every cost; None if it would staff no one."""
        p, row = self.problem, self.people[i]
        old_total = self.total[i]
        new_total = old_total
        for k, new in changes.items():
            if p.in_mix[k]:
                new_total += new - row[k]
        if new_total <= 0:
            return None
        undo = Undo(self.cost)
        gain = 0.0
        shifts = [
            (k, changes.get(k, row[k]) / new_total - row[k] / old_total)
            for k in (changes if new_total == old_total else {*self.staffed[i], *changes})
            if p.in_mix[k]
        ]
        exchanged = [(k, row[k], new) for k, new in changes.items()]
        hands_over = any((old > 0) != (new > 0) for _, old, new in exchanged)
        if hands_over:
            gain -= self._union_cost()
            for q, (roles, _) in enumerate(p.unions):
                undo.keep(self.union_count, q)
                self.union_count[q] -= any(row[k] for k in roles)
        for k, new in changes.items():
            undo.keep(row, k)
            row[k] = new
        undo.keep(self.total, i)
        self.total[i] = new_total
        if new_total != old_total:
            exchanged.append((self.total_index, old_total, new_total))
        for band in p.bands_of[i]:
            holders, costs = self.sorted[band], self.median_cost[band]
            for k, old, new in exchanged:
                values = holders[k]
                if old:
                    del values[bisect_left(values, old)]
                if new:
                    insort(values, new)
                undo.lists.append((values, old, new))
                undo.keep(costs, k)
                cost = self._median_cost(band, k)
                gain += cost - costs[k]
                costs[k] = cost
            sums, costs = self.sums[band], self.share_cost[band]
            for k, shift in shifts:
                undo.keep(sums, k)
                undo.keep(costs, k)
                sums[k] += shift
                cost = self._share_cost(band, k)
                gain += cost - costs[k]
                costs[k] = cost
        for q, roles in enumerate(self.ratio_roles):
            if not roles.isdisjoint(changes):
                gain += self._move_ratio(q, i, undo)
        if hands_over:
            undo.keep(self.staffed, i)
            self.staffed[i] = [k for k, n in enumerate(row) if n]
            for q, (roles, _) in enumerate(p.unions):
                self.union_count[q] += any(row[k] for k in roles)
            gain += self._union_cost()
        undo.keep(self.company_cost, i)
        cost = self._company_cost(i)
        gain += cost - self.company_cost[i]
        self.company_cost[i] = cost
        self.cost += gain
        return undo

    def _move_ratio(self, q: int, i: int, undo: Undo) -> float:
        undo.keep(self.ratio_of[q], i)
        undo.keep(self.ratio_sum[q], 0)
        undo.keep(self.ratio_sum[q], 1)
        undo.keep(self.ratio_cost, q)
        old, new = self.ratio_of[q][i], self._ratio_of(i, self.problem.ratios[q])
        self.ratio_of[q][i] = new
        self.ratio_sum[q][0] += (new or 0.0) - (old or 0.0)
        self.ratio_sum[q][1] += (new is not None) - (old is not None)
        before = self.ratio_cost[q]
        self.ratio_cost[q] = self._ratio_cost(q)
        return self.ratio_cost[q] - before

    def attempt(self, moves: Sequence[Move], heat: float) -> None:
        """Makes the moves and takes them back unless the result is better, or worse by an amount that heat allows."""
        before, done = self.cost, []
        for i, changes in moves:
            undo = self.set_row(i, changes)
            if undo is None:
                break
            done.append(undo)
        else:
            if self.cost <= before or self.rng.random() < math.exp((before - self.cost) / heat):
                return
        for undo in reversed(done):
            self.cost = undo.restore()

    # Moves.
    def propose(self) -> Sequence[Move]:
        draw = self.rng.random()
        i = self.rng.randrange(len(self.people))
        if draw < 0.40:
            return self._shift_between_roles(i)
        if draw < 0.78:
            return self._change_one(i)
        if draw < 0.90:
            return self._scale(i)
        return self._exchange(i)

    def _step(self, people: int) -> int:
        return self.rng.choice((1, 1, 1, 2, max(1, people // 8), max(1, people // 3)))

    def _shift_between_roles(self, i: int) -> Sequence[Move]:
        if len(self.staffed[i]) < 2:
            return ()
        a, b = self.rng.sample(self.staffed[i], 2)
        row = self.people[i]
        step = min(self._step(row[a]), row[a] - 1)
        return ((i, {a: row[a] - step, b: row[b] + step}),) if step else ()

    def _change_one(self, i: int) -> Sequence[Move]:
        k = self.rng.choice(self.staffed[i])
        people = self.people[i][k]
        if self.rng.random() < 0.1:
            aim = self.targets[self.rng.choice(self.problem.bands_of[i])][k] or people
            new = aim + self.rng.choice((-1, 0, 0, 1))
        else:
            new = people + self.rng.choice((-1, 1)) * self._step(people)
        return ((i, {k: new}),) if new >= 1 and new != people else ()

    def _scale(self, i: int) -> Sequence[Move]:
        factor = math.exp(self.rng.gauss(0, 0.25))
        row = self.people[i]
        new = {k: max(1, int(row[k] * factor + self.rng.random())) for k in self.staffed[i] if self.problem.in_mix[k]}
        return ((i, {k: n for k, n in new.items() if n != row[k]}),)

    def _exchange(self, i: int) -> Sequence[Move]:
        """Company i hands a role to one in nearly the same bands; a second pair undoes what that does to the counts."""
        j = self.rng.choice(self.neighbours[i]) if self.neighbours[i] else i
        roles = [k for k in self.staffed[i] if not self.people[j][k]]
        if i == j or not roles:
            return ()
        k = self.rng.choice(roles)
        moves = [self._hand_over(i, j, k)]
        bands_of = self.problem.bands_of
        if bands_of[i] != bands_of[j] and self.problem.fixed_counts[k]:
            given, taken = next((a, b) for a, b in zip(bands_of[i], bands_of[j], strict=True) if a != b)
            back = [
                (m, n)
                for m in range(len(self.people))
                if taken in bands_of[m] and self.people[m][k] and m != i
                for n in self.neighbours[m]
                if given in bands_of[n] and not self.people[n][k] and n != j
            ]
            if not back:
                return ()
            moves.append(self._hand_over(*self.rng.choice(back), k))
        return [move for pair in moves for move in pair]

    def _hand_over(self, i: int, j: int, k: int) -> tuple[Move, Move]:
        people = max(1, round(self.people[i][k] * (self.total[j] / self.total[i]) ** self.rng.random()))
        return (i, {k: 0}), (j, {k: people})

    def misses(self) -> tuple[int, int]:
        """How many printed shares, and how many printed medians (or counts), the state does not give."""
        return (
            sum(cost > 0 for row in self.share_cost for cost in row),
            sum(cost > 0 for row in self.median_cost for cost in row),
        )


def anneal(
    problem: Problem,
    *,
    seed: int,
    moves: int,
    rounds: int,
    start: Sequence[Sequence[int]] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Walk:
    """The best state found in `rounds` coolings of `moves` moves each; later rounds start cooler, from the best.

    `start` is a state to improve; it is scored like any other. The search ends early when every printed figure holds.
    """
    walk = Walk(problem, seed)
    if start is not None:
        walk.people = [list(row) for row in start]
        walk.refresh()
    best, best_cost = [row[:] for row in walk.people], walk.cost
    for number in range(rounds):
        if number and not any(walk.misses()):
            break
        hottest = HOTTEST if number == 0 and start is None else REHEATED
        for move in range(moves):
            if move % 5_000 == 0:
                heat = hottest * (COLDEST / hottest) ** (move / moves)
                if move % 50_000 == 0:
                    progress(number * moves + move, rounds * moves)
                    walk.refresh()
                    if walk.cost < best_cost - 1e-9:
                        best, best_cost = [row[:] for row in walk.people], walk.cost
            proposed = walk.propose()
            if proposed:
                walk.attempt(proposed, heat)
        walk.refresh()
        if walk.cost < best_cost:
            best, best_cost = [row[:] for row in walk.people], walk.cost
        walk.people = [row[:] for row in best]
        walk.refresh()
    progress(rounds * moves, rounds * moves)
    return walk

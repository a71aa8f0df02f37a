"""From printed tables and a plan to people: headcounts of every role, and how many of them are managers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.reconstruct.amounts import Problem, Ratio, Walk, anneal
from pipeline.audit.reconstruct.choose import refuse_unknown
from pipeline.audit.reconstruct.conflicts import Conflict, lone_team_conflicts

RATIO_SLACK = 0.3  # the search aims closer than the rounding of a printed ratio, as managers are only known later
DISLIKE_UNIT = 0.08  # of a preference's weight, beside the cost of printed figures
SPAN_SPREAD = 0.2  # standard deviation of the natural log of a team's span
AVERAGE_SLACK = 0.4  # on either side of a printed whole number, less than the half that rounding allows
MANAGER_MOVES = 20_000
WIDEST_SPAN = 10  # people per manager; beyond, a team would stand out
HEADCOUNT_KEYS = {
    "roles",
    "individual_contributors",
    "managers",
    "holds",
    "medians",
    "shares",
    "size_from",
    "ratios",
    "spans",
    "usual_span",
    "start",
    "search",
}
SMALLEST_MANAGED = 4  # a team of fewer people is taken to have no manager of its own


@dataclass(frozen=True)
class Miss:
    """A printed figure that the headcounts do not give."""

    exhibit: str
    dimension: str
    band: str
    column: str
    printed: float
    ours: float

    def sentence(self, conflicts: Sequence[Conflict] = ()) -> str:
        """The print and what the data give instead, with the proof that print cannot be right where there is one."""
        proof = next(
            (c.says for c in conflicts if (self.exhibit, self.dimension, self.band, self.column) in c.cells), ""
        )
        place = f"{self.exhibit}/{self.dimension}/{self.band}/{self.column}"
        return f"{place} is printed {self.printed:g}, the data give {self.ours:.4g}" + (f"; {proof}" if proof else "")


@dataclass(frozen=True)
class Staffing:
    """People, individual contributors and managers by company and role, and what was missed."""

    headcount: pd.DataFrame
    contributors: pd.DataFrame
    managers: pd.DataFrame
    misses: Sequence[Miss]
    conflicts: Sequence[Conflict]


def staff(
    companies: pd.DataFrame,
    printed: pd.DataFrame,
    plan: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    *,
    start: pd.DataFrame | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Staffing:
    """`companies` holds one column per dimension with band ids, one per role that says whether it is staffed, and the
    answers that the plan's preferences look at. `printed` has exhibit, dimension, band, column, value. `start` are
    headcounts found before, in the order of the companies."""
    amounts = plan["amounts"]["headcounts"]
    refuse_unknown(amounts, HEADCOUNT_KEYS, "amounts.headcounts")
    seed = plan["amounts"]["seed"]
    problem = state_problem(companies, printed, plan, lists)
    known = None if start is None else start[list(problem.roles)].to_numpy().tolist()
    search = amounts["search"]
    effort = {"moves": search["from_start"], "rounds": 1} if known else {n: search[n] for n in ("moves", "rounds")}
    walk = anneal(problem, seed=seed, start=known, progress=progress, **effort)
    headcount = pd.DataFrame(walk.people, columns=list(problem.roles), index=companies.index)
    averages = _averages(problem, amounts)
    managers = _managers(headcount, averages, amounts, np.random.default_rng(seed))
    shares = amounts["shares"]
    conflicts = lone_team_conflicts(problem, shares["exhibit"], shares["total"])
    missed = [
        Miss("average", "overall", "all", average.name, average.printed, ours)
        for average in averages
        if np.floor((ours := average.value(headcount.to_numpy(), managers.to_numpy())) + 0.5) != average.printed
    ]
    return Staffing(headcount, headcount - managers, managers, [*_misses(walk, amounts), *missed], conflicts)


def state_problem(
    companies: pd.DataFrame, printed: pd.DataFrame, plan: Mapping[str, Any], lists: Mapping[str, Sequence[str]]
) -> Problem:
    amounts, population = plan["amounts"]["headcounts"], plan["population"]
    roles = list(lists[amounts["roles"]])
    mixed = set(lists[amounts["shares"]["roles"]])
    dimensions = list(amounts["size_from"])
    cells = {
        (row.exhibit, row.dimension, row.band, row.column): float(row.value)
        for row in printed.dropna(subset=["value"]).itertuples()
    }
    bands = [(d, str(band)) for d in dimensions for band in population["dimensions"][d]]
    index = {band: number for number, band in enumerate(bands)}
    shares = amounts["shares"]

    def whole(exhibit: str, d: str, band: str, column: str) -> int | None:
        value = cells.get((exhibit, d, band, column))
        return None if value is None else round(value)

    span = {role: amounts["spans"].get(role, amounts["usual_span"]) for role in roles}
    number = {role: k for k, role in enumerate(roles)}
    held = {amounts["holds"].format(role=role): k for role, k in number.items()}
    return Problem(
        bands=bands,
        roles=roles,
        bands_of=[tuple(index[d, row[d]] for d in dimensions) for _, row in companies.iterrows()],
        holds=[[bool(row[name]) for name in held] for _, row in companies.iterrows()],
        in_mix=[role in mixed for role in roles],
        medians=[
            [
                whole(amounts["medians"]["exhibit"].format(role=role), d, band, amounts["medians"]["column"])
                for role in roles
            ]
            for d, band in bands
        ],
        shares=[[cells.get((shares["exhibit"], d, band, role)) for role in roles] for d, band in bands],
        totals=[whole(shares["exhibit"], d, band, shares["total"]) for d, band in bands],
        # A role whose table is lost may be staffed anywhere, as long as the number of companies stays.
        fixed_counts=[name not in population.get("holders", {}) for name in held],
        dislikes=_dislikes(companies, held, plan.get("preferences", ())),
        dimension_weights=amounts["size_from"],
        ratios=[
            Ratio(tuple(number[role] for role in r["over"]), number[r["under"]], r["mean"], RATIO_SLACK)
            for r in amounts.get("ratios", ())
        ],
        unions=[
            (tuple(held[name] for name in union["questions"]), union["respondents"])
            for union in population.get("any_of", ())
        ],
        contributors=lambda k, people: people - usual_managers(people, span[roles[k]]),
    )


def _dislikes(
    companies: pd.DataFrame, held: Mapping[str, int], preferences: Sequence[Mapping[str, Any]]
) -> list[list[tuple[float, float]]]:
    """What it costs a company to staff a role, or not to, from the preferences that expect one or the other."""
    costs = np.zeros((len(companies), len(held), 2))
    for preference in preferences:
        for name, expected in preference.get("expect", {}).items():
            if name in held:
                rows = np.any([companies[q].isin(preference["answers"]) for q in preference["questions"]], axis=0)
                for staffed in {"0", "1"} - set(expected):
                    costs[rows, held[name], int(staffed)] += DISLIKE_UNIT * preference["weight"]
    return [[(float(off), float(on)) for off, on in row] for row in costs]


def usual_managers(people: int, span: float) -> int:
    """One manager for about `span` people; none in a team of three or fewer."""
    return max(1, int(people / (span + 1) + 0.5)) if people >= SMALLEST_MANAGED else 0


@dataclass(frozen=True)
class _Average:
    """A printed mean of companies' own ratios: of contributors of some roles to those of one, or to its managers."""

    name: str
    over: tuple[int, ...]
    under: int
    managers: bool
    printed: float

    def value(self, people: np.ndarray, managers: np.ndarray) -> float:
        """The mean over the companies with people on both sides; NaN if there are none."""
        contributors = people - managers
        over = contributors[:, list(self.over)].sum(axis=1)
        under = (managers if self.managers else contributors)[:, self.under]
        both = (over > 0) & (under > 0)
        return float((over[both] / under[both]).mean()) if both.any() else float("nan")


def _averages(problem: Problem, plan: Mapping[str, Any]) -> list[_Average]:
    roles = list(problem.roles)
    spans = [
        _Average(f"{role} per manager", (roles.index(role),), roles.index(role), True, printed)
        for role, printed in plan["spans"].items()
    ]
    ratios = [
        _Average(f"{' and '.join(roles[k] for k in r.over)} per {roles[r.under]}", r.over, r.under, False, r.mean)
        for r in problem.ratios
    ]
    return [*spans, *ratios]


def _managers(
    headcount: pd.DataFrame, averages: Sequence[_Average], plan: Mapping[str, Any], rng: np.random.Generator
) -> pd.DataFrame:
    """Usual numbers with some variety, then single managers more or fewer until every printed average holds."""
    people = headcount.to_numpy()
    span = np.array([plan["spans"].get(role, plan["usual_span"]) for role in headcount.columns], dtype=float)
    drawn = span * np.exp(rng.normal(0, SPAN_SPREAD, people.shape))
    managed = people >= SMALLEST_MANAGED
    # A team that one person could lead may also be led from outside.
    least = np.where(people > WIDEST_SPAN, np.ceil(people / (WIDEST_SPAN + 1)), 0).astype(int)
    managers = np.where(managed, np.maximum(1, np.round(people / (drawn + 1))), 0).astype(int)
    managers = np.clip(managers, least, people // 2)

    def cost() -> float:
        return sum(max(0.0, abs(a.value(people, managers) - a.printed) - AVERAGE_SLACK) / a.printed for a in averages)

    now = cost()
    able = np.argwhere(managed)
    for _ in range(MANAGER_MOVES if len(able) else 0):
        if now == 0:
            break
        i, k = able[rng.integers(len(able))]
        old = managers[i, k]
        managers[i, k] = np.clip(old + rng.choice((-1, 1)), least[i, k], people[i, k] // 2)
        new = cost()
        if new > now:
            managers[i, k] = old
        else:
            now = new
    return pd.DataFrame(managers, columns=headcount.columns, index=headcount.index)


def _misses(walk: Walk, plan: Mapping[str, Any]) -> list[Miss]:
    problem, misses = walk.problem, []
    shares = plan["shares"]
    for b, (dimension, band) in enumerate(problem.bands):
        for k, role in enumerate(problem.roles):
            share = 100 * walk.sums[b][k] / walk.size[b]
            if walk.share_cost[b][k] and np.floor(share + 0.5) != problem.shares[b][k]:
                misses.append(Miss(shares["exhibit"], dimension, band, role, problem.shares[b][k], share))
        for k, role in enumerate([*problem.roles, None]):
            if walk.median_cost[b][k]:
                values = walk.sorted[b][k]
                exhibit, column = (
                    (shares["exhibit"], shares["total"])
                    if role is None
                    else (plan["medians"]["exhibit"].format(role=role), plan["medians"]["column"])
                )
                ours = (values[len(values) // 2] + values[(len(values) - 1) // 2]) / 2 if values else float("nan")
                misses.append(Miss(exhibit, dimension, band, column, walk.targets[b][k], ours))
    return misses

"""The building blocks of rules: what is computed from a company's own answers, each with its formula in words.

All numbers are exact. Money may be in any one currency, rates and shares are percents (102 means 102%), times are as
the parameter says. A block gives None where the formula divides by nothing or asks for a past year.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True)
class Block:
    """A formula that a rule can name: the function, and the formula as it is printed."""

    function: Callable[..., Fraction | None]
    formula: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the inputs, in order."""
        return tuple(inspect.signature(self.function).parameters)


BLOCKS: dict[str, Block] = {}


def _block(formula: str):
    def register(function: Callable[..., Fraction | None]) -> Callable[..., Fraction | None]:
        BLOCKS[function.__name__] = Block(function, formula)
        return function

    return register


@_block("Gross retention = (starting ARR − downsell − churn) ÷ starting ARR, at most 100 percent")
def gross_retention(start: Fraction, downsell: Fraction, churned: Fraction) -> Fraction | None:
    """Percent of starting ARR that is still there without expansion, 100 at most; losses are positive numbers.

    Source: guide to customer success, engagement and health.
    """
    return min(Fraction(100), 100 * (start - downsell - churned) / start) if start > 0 else None


@_block("Net retention = (starting ARR + expansion − downsell − churn) ÷ starting ARR")
def net_retention(start: Fraction, expansion: Fraction, downsell: Fraction, churned: Fraction) -> Fraction | None:
    """Percent of starting ARR that the same customers pay at the end; may pass 100. Losses are positive numbers.

    Source: guide to customer success, engagement and health.
    """
    return 100 * (start + expansion - downsell - churned) / start if start > 0 else None


@_block("Logo retention = (starting customers − customers lost) ÷ starting customers")
def logo_retention(start: Fraction, lost: Fraction) -> Fraction | None:
    """Percent of the starting customers that are still customers.

    Source: guide to customer success, engagement and health.
    """
    return 100 * (start - lost) / start if start > 0 else None


@_block("Growth = (ending ARR − starting ARR) ÷ starting ARR")
def growth(start: Fraction, end: Fraction) -> Fraction | None:
    """Percent by which ARR grew over a period. Source: the usual definition."""
    return 100 * (end - start) / start if start > 0 else None


def arr_by_year(start: Fraction, rate: Fraction, new: Fraction, years: int) -> tuple[Fraction, ...]:
    """ARR at the end of each of so many years, today's first: A(t+1) = A(t) × rate + new.

    The recurrence is not stated in its source: it was found by test, and gives all 33 printed values of the table on
    gross retention and all six ends of the curves on net retention.
    Source: guide to customer success, engagement and health.
    """
    found = [start]
    for _ in range(years):
        found.append(found[-1] * rate / 100 + new)
    return tuple(found)


@_block("ARR of the next year = ARR × retention + ARR of new customers, year after year")
def arr_after(start: Fraction, rate: Fraction, new: Fraction, years: Fraction) -> Fraction | None:
    """ARR after so many whole years at one rate of retention; see `arr_by_year`."""
    whole = _whole(years)
    return None if whole is None else arr_by_year(start, rate, new, whole)[-1]


@_block("Value = multiple × ARR at the end")
def value_after(start: Fraction, rate: Fraction, new: Fraction, years: Fraction, multiple: Fraction) -> Fraction | None:
    """What a company is worth after so many years at a multiple of its unrounded ARR; see `arr_by_year`."""
    end = arr_after(start, rate, new, years)
    return None if end is None else multiple * end


@_block("Worth = multiple × (ARR at the end with the points − ARR at the end without them)")
def worth_of_points(
    start: Fraction, rate: Fraction, points: Fraction, new: Fraction, years: Fraction, multiple: Fraction
) -> Fraction | None:
    """How much more a company is worth after so many years if retention is so many points higher; see `arr_by_year`."""
    more = value_after(start, rate + points, new, years, multiple)
    less = value_after(start, rate, new, years, multiple)
    return None if more is None or less is None else more - less


@_block("CSMs = ARR ÷ ARR that one CSM holds, rounded up")
def people_needed(load: Fraction, per_person: Fraction) -> Fraction | None:
    """The fewest people who together hold a load, at so much for each.

    Source: the rules on ARR per CSM of the panel on CSM capacity and the report on customer success teams.
    """
    return Fraction(ceil(load / per_person)) if per_person > 0 else None


@_block("Break-even = cost ÷ ARR")
def points_to_pay(cost: Fraction, arr: Fraction) -> Fraction | None:
    """Points of ARR that bring in a cost: a hire pays for itself if it moves net retention by at least so much.

    Source: panel on CSM capacity (one more CSM is worth hiring who brings in at least the cost).
    """
    return 100 * cost / arr if arr > 0 else None


@_block("ARR added = share of customers on a paid tier × uplift on their subscription")
def tier_revenue(share: Fraction, uplift: Fraction) -> Fraction:
    """Percent of subscription ARR that paid tiers add if customers on them pay as much as others do.

    Source: Post-sales benchmark 2023, printed edition, ten principles, whose two ranges this product joins.
    """
    return share * uplift / 100


@_block("Cost per case = yearly cost of support ÷ cases in a year")
def cost_per_case(cost: Fraction, cases: Fraction) -> Fraction | None:
    """Money for one case. Source: guide to the post-sales organisation."""
    return cost / cases if cases > 0 else None


@_block("Cost ratio = yearly cost ÷ revenue")
def cost_share(cost: Fraction, revenue: Fraction) -> Fraction | None:
    """Percent of revenue that a team costs. Source: guide to the post-sales organisation."""
    return 100 * cost / revenue if revenue > 0 else None


@_block("Month of contact = months of the contract − days of the window ÷ 30, rounded down")
def contact_month(contract: Fraction, days: Fraction) -> Fraction:
    """Whole months after signing by which the window before renewal opens, in months of thirty days; under 1 if the
    window is about as long as the contract. Source: guide to customer success, engagement and health.
    """
    return Fraction(floor(contract - days / 30))


def weighted_score(weights: Sequence[Fraction], ratings: Sequence[Fraction]) -> Fraction:
    """A score from 0 to 100: each metric's rating (0 to 100) times its weight, over the sum of the weights.

    Source: guide to customer success, engagement and health (metrics weighed by how well they predict retention).
    """
    return sum((w * r for w, r in zip(weights, ratings, strict=True)), Fraction(0)) / sum(weights)


def _whole(years: Fraction) -> int | None:
    return int(years) if years.denominator == 1 and years >= 0 else None

"""Room for later numbers: who holds a role is chosen so that printed medians and printed mean shares stay possible.

Headcounts come after the answers, but they need the right holders: a median over two companies in one band fixes both,
and a mean share of a fifth needs companies that consist of little else. Both are linear while the holders are unknowns:
a median bounds how many holders lie at or below a few thresholds; a mean share is a sum of the companies' own shares.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil

from pipeline.audit.reconstruct.plan import YES
from pipeline.audit.reconstruct.targets import MeanShare, Median, Targets

REACH = 4  # with an even number of holders, how far from the median the two middle ones may lie
WHOLE = 400  # a company's own shares are counted in parts of this
LEAST = 2  # parts of a role that is staffed at all
MEDIAN_PRICE = 20  # of a median that cannot be had; a mean share costs 1 for each part that is missing


def leave_room(model, targets: Targets) -> None:
    """Adds to a model of answers the prices of the medians and mean shares that its holders rule out."""
    for question in dict.fromkeys(median.question for median in targets.medians):
        _medians(model, question, [median for median in targets.medians if median.question == question])
    _mean_shares(model, targets.mean_shares)


def _medians(model, question: str, medians: list[Median]) -> None:
    """Unknowns "holds it, and at most t" per respondent and threshold; each band's middle lies between thresholds."""
    thresholds = sorted({t for median in medians
                         for t in range(median.median - REACH - 1, median.median + REACH + 1) if t >= 1})
    at_most = {}
    for i in range(len(model.positions)):
        if (i, question, YES) not in model.given:
            continue
        for t in thresholds:
            at_most[i, t] = model.cp.new_bool_var("")
        model.cp.add_implication(at_most[i, thresholds[-1]], model.given[i, question, YES])
        for t, above in pairwise(thresholds):
            model.cp.add_implication(at_most[i, t], at_most[i, above])
    for median in medians:
        band = [i for i, position in enumerate(model.positions)
                if position[median.cut] == median.band and (i, question, YES) in model.given]
        _middle(model, median, model.holders(question, median.cut, median.band),
                {t: sum(at_most[i, t] for i in band) for t in thresholds})


def _middle(model, median: Median, n: int, below: dict) -> None:
    """One of the pairs of middle values that print as the median, or the price of missing it.

    Of n holders the h-th from below and the h-th from above are the middle ones, h = (n + 1) // 2; for odd n they are
    the same company, so that only a pair of equal values will do. `below[t]` counts the holders at or below t.
    """
    half = (n + 1) // 2
    pairs = [(median.median, median.median)]
    if n % 2 == 0:
        pairs += [(median.median - d, median.median + d - up) for d in range(1, REACH + 1) for up in (0, 1)]
    chosen = [model.cp.new_bool_var("")]
    model.price.append(MEDIAN_PRICE * chosen[0])
    for low, high in pairs:
        if low < 1:
            continue
        pair = model.cp.new_bool_var("")
        chosen.append(pair)
        model.cp.add(below[low] >= half).only_enforce_if(pair)
        model.cp.add(below[high] >= n - half + 1).only_enforce_if(pair)
        if low > 1:
            model.cp.add(below[low - 1] <= half - 1).only_enforce_if(pair)
        if high > 1:
            model.cp.add(below[high - 1] <= n - half).only_enforce_if(pair)
    model.cp.add_exactly_one(chosen)


def _mean_shares(model, mean_shares: tuple[MeanShare, ...]) -> None:
    """Unknown shares of each company that add up to the whole, zero where a role is not held; all zero if none is."""
    questions = tuple(dict.fromkeys(share.question for share in mean_shares))
    parts = {}
    for i in range(len(model.positions) if questions else 0):
        mine = []
        for question in questions:
            if (i, question, YES) in model.given:
                part = model.cp.new_int_var(0, WHOLE, "")
                model.cp.add(part <= WHOLE * model.given[i, question, YES])
                model.cp.add(part >= LEAST * model.given[i, question, YES])
                parts[i, question] = part
                mine.append(part)
        held = [model.given[i, question, YES] for question in questions if (i, question, YES) in model.given]
        anything = model.cp.new_bool_var("")
        model.cp.add_max_equality(anything, held or [0])
        model.cp.add(sum(mine) == WHOLE * anything)
    for share in mean_shares:
        band = [i for i, position in enumerate(model.positions) if position[share.cut] == share.band]
        whole, half = Fraction(WHOLE * len(band), 100), Fraction(1, 2 * 10**share.decimals)
        low, high = ceil((share.value - half) * whole), ceil((share.value + half) * whole) - 1
        short, over = (model.cp.new_int_var(0, WHOLE * len(band), "") for _ in range(2))
        model.price += [short, over]
        found = sum(parts[i, share.question] for i in band if (i, share.question) in parts)
        model.cp.add(found + short >= low)
        model.cp.add(found - over <= high)

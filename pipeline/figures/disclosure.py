"""What an audience may see: the one place that decides which figures are withheld and which are marked as small.

Thresholds come from exhibits.yaml. A base below `withhold` is not printed; if that leaves exactly one band of a
dimension withheld, it could be recomputed from the total, so the next smallest band is withheld as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.figures.exhibits_file import Thresholds
from pipeline.figures.ledger import EMPTY, FEW, SHOWN, SUPPRESSED, VERY_FEW

BELOW_VERY_FEW = 5
EXTERNAL = "external"  # the audience outside the house


def may_see_respondents(audience: str) -> bool:
    """Whether an audience may see single respondents: members of a figure, points of a scatter."""
    return audience != EXTERNAL


def statuses(bases: Sequence[int], thresholds: Thresholds, *, partition: bool) -> list[str]:
    """Status of one column's figures over the bands of one dimension, given their bases.

    `partition` says that the bands divide the whole sample, so that one of them can be had by subtraction.
    """
    found = [EMPTY if n == 0 else SUPPRESSED if n < thresholds.withhold else SHOWN for n in bases]
    shown = [i for i, status in enumerate(found) if status == SHOWN]
    if partition and found.count(SUPPRESSED) == 1 and shown:
        found[min(shown, key=lambda i: bases[i])] = SUPPRESSED
    return found


def mark(n: int, thresholds: Thresholds) -> str:
    """The mark of a small base: very_few under 5, few under the audience's threshold, else none."""
    if n == 0:
        return ""
    if n < BELOW_VERY_FEW:
        return VERY_FEW
    return FEW if n < thresholds.mark else ""

"""Who may see respondents, and which bases are marked as small."""

from __future__ import annotations

from pipeline.figures.exhibits_file import Thresholds
from pipeline.figures.ledger import FEW, VERY_FEW

BELOW_VERY_FEW = 5
INTERNAL, EXTERNAL = "internal", "external"  # the house itself, and everyone outside it


def may_see_respondents(audience: str) -> bool:
    """Whether an audience may see single respondents: members of a figure, points of a scatter."""
    return audience != EXTERNAL


def mark(n: int, thresholds: Thresholds) -> str:
    """The mark of a small base: very_few under 5, few under the audience's threshold, else none."""
    if n == 0:
        return ""
    if n < BELOW_VERY_FEW:
        return VERY_FEW
    return FEW if n < thresholds.mark else ""

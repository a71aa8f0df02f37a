"""Primary suppression: a figure that by itself tells too much about one company.

Contributors are companies by owner. Counts rest on their base, sums also on how much of them is one contributor's
(SDC Handbook, 2nd edition 2024, chapter 4: minimum frequency and the p% rule); medians only on their base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.figures.disclosure.facts import Fact, Family
from pipeline.figures.exhibits_file import Outside, Thresholds

NONE, PRIMARY, COMPLEMENTARY, DOMINANCE, ROUNDED = "none", "primary", "complementary", "dominance", "rounded"
BOTH_SIDES = 3  # of a sensitive answer so many must have given it, and as many not


@dataclass(frozen=True)
class Ruling:
    """Why a figure is withheld by itself: kind of suppression, reason in words, and the rule with its numbers."""

    suppression: str
    reason: str
    rule: str


def ruling(fact: Fact, family: Family, limits: Thresholds) -> Ruling | None:
    """The first rule that a fact breaks, or None."""
    contributors = family.contributors(fact.members)
    few = few_ruling(contributors, limits)
    if few or not isinstance(limits, Outside):
        return few
    if fact.count is None:
        return dominance_ruling(fact.parts, fact.largest_sum, limits, weighs=family.weighs)
    if family.sensitive and (found := sensitive_ruling(fact.count, fact.size)):
        return found
    return count_ruling(fact.count, fact.size, contributors, limits, two_sided=not family.exclusive)


def few_ruling(contributors: int, limits: Thresholds) -> Ruling | None:
    """Whether a figure rests on too few contributors; one that nobody is in does not."""
    if 0 < contributors < limits.withhold:
        return Ruling(PRIMARY, f"fewer than {limits.withhold} contributors", f"at least {limits.withhold} contributors")
    return None


def count_ruling(inside: int, base: int, contributors: int, limits: Outside, *, two_sided: bool) -> Ruling | None:
    """Whether a count gives away what a small base answered.

    Where all gave one answer it is everyone's; where all but one did, the one knows it of the others (handbook, chapter
    5, group disclosure). Of a question with one answer only the answer given counts (not `two_sided`): that nobody
    chose another one leaves open which.
    """
    apart = min(inside, base - inside) if two_sided else base - inside
    if contributors < limits.unanimous and apart <= 1:
        return Ruling(PRIMARY, "all or all but one answered alike", f"not alike under {limits.unanimous} contributors")
    return None


def sensitive_ruling(inside: int, base: int) -> Ruling | None:
    """Of a sensitive question three must have given an answer and three not, whatever the base."""
    if min(inside, base - inside) < BOTH_SIDES:
        return Ruling(PRIMARY, "a sensitive answer of few", f"{BOTH_SIDES} in and {BOTH_SIDES} out")
    return None


def dominance_ruling(
    parts: Sequence[Fraction], largest_sum: Fraction, limits: Outside, *, weighs: bool
) -> Ruling | None:
    """Whether a sum is one contributor's: it is over `top` percent of it, or another can tell it to within p percent.

    `parts` are what the contributors add to the sum, largest first, and `largest_sum` is the most that the printed
    figure leaves open: the second contributor takes its own part away and knows the first to within the rest. In a mean
    of the companies' own ratios or shares each weighs the same (not `weighs`), so only the p% rule speaks of it.
    """
    if not parts or not parts[0]:
        return None
    if weighs and 100 * parts[0] > limits.dominance.top * sum(parts):
        return Ruling(DOMINANCE, "one contributor is too much of the sum", "dominance")
    second = parts[1] if len(parts) > 1 else 0
    if 100 * (largest_sum - second) < (100 + Fraction(limits.dominance.p)) * parts[0]:
        return Ruling(DOMINANCE, "another contributor can tell the largest", "p% rule")
    return None

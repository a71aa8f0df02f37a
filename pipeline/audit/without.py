"""What a figure would be without one correction: the other members' values, and the old answer in place of the new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from pipeline.figures.formats import format_value


@dataclass(frozen=True)
class Entered:
    """One respondent and the number that entered the statistic."""

    respondent_id: str
    value: float


@dataclass(frozen=True)
class Without:
    """The figure with the old answer: unrounded, as it would be printed, and its base."""

    stat: float
    printed: str
    n: int


def figure_without(
    stat_name: str,
    unit: str,
    decimals: int | None,
    others: list[Entered],
    old: str,
    counted: Callable[[], float | None],
) -> tuple[Without | None, str]:
    """The figure over `others` and the old answer (empty: there was none), or None and why it is not computed.

    `counted` says whether the old answer counts in a share. Rows that are brought to 100 are rounded plainly here.
    """
    values = [Fraction(repr(entered.value)) for entered in others]
    if old:
        value, note = _entering(stat_name, old, counted)
        if note:
            return None, note
        values += [] if value is None else [value]
    if not values:
        return None, "without it there would be no answer"
    match stat_name:
        case "share" | "share_nonzero":
            stat = 100 * sum(values) / len(values)
        case "count":
            stat = sum(values)
        case "mean":
            stat = sum(values) / len(values)
        case "median" | "median_nonzero":
            ranked = sorted(values)
            stat = (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2
        case _:
            return None, f"not computed for {stat_name.replace('_', ' ')}"
    return Without(float(stat), format_value(stat, unit, decimals), len(values)), ""


def _entering(stat_name: str, old: str, counted: Callable[[], float | None]) -> tuple[Fraction | None, str]:
    """The number by which an old answer enters, None for a zero that is left out; or a text why it cannot be told."""
    if stat_name in ("share", "count"):
        value = counted()
        if value is None:
            return None, "nobody else gave the old answer, so whether it counts is not in the ledger: not computed"
        return Fraction(repr(value)), ""
    try:
        number = Fraction(old)
    except ValueError:
        return None, f"the old answer {old!r} is no number: not computed"
    if stat_name == "share_nonzero":
        return Fraction(bool(number)), ""
    return (None if stat_name == "median_nonzero" and not number else number), ""

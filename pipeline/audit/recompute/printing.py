"""How a value is printed, written from section 5 of the visual language and the units of exhibits.yaml.

Half up, once, from the unrounded value. Shares come from whole numbers and are exact; any other value is a double of
DuckDB's, taken at twelve significant digits, so that what stands on the edge of two printed values is seen to.
"""

from __future__ import annotations

import functools
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

DASH, MINUS, NARROW = "–", "−", "\u00a0"
MONEY = {"usd": "$", "eur": "€", "gbp": "£"}
AFTER = {"share": "%", "percent": "%", "change": "%", "pts": f"{NARROW}pts", "times": "×"}
WORDS = {"days": ("day", "days"), "months": ("month", "months")}
SHORT = ("ratio", "times", *MONEY)  # one decimal under 10, none from 10
SIGNED = ("pts", "change")
OF_ABOUT_A_HUNDRED = ("share", "percent", "pts", "change", "score")
DIGITS = Context(prec=12, rounding=ROUND_HALF_UP)


def exact(value: float) -> Fraction:
    """A double as the decimal of twelve significant digits next to it."""
    return Fraction(DIGITS.create_decimal(repr(value)))


def printed(value: Fraction, unit: str, decimals: int | None = None) -> str:
    """The text of a value in its unit; `decimals` are those that the exhibit asks for."""
    if unit == "year":
        return str(int(value))
    size, letter, before = abs(value), "", MONEY.get(unit, "")
    if unit in MONEY:
        size, letter = _thousands(size, decimals)
    digits = _rounded(size, 0 if unit in MONEY and not letter and decimals is None else decimals, unit)
    if unit == "share" and value and not digits:
        return below(decimals)
    after = AFTER.get(unit, "")
    if unit in WORDS:
        after = NARROW + WORDS[unit][digits != 1]
    sign = "" if not digits else MINUS if value < 0 else "+" if unit in SIGNED else ""
    return f"{sign}{before}{digits:,}{letter}{after}"


def below(decimals: int | None) -> str:
    """A share that is there but under the last digit."""
    return f"<{Decimal(1).scaleb(-(decimals or 0))}%"


def half_up(value: Fraction, decimals: int = 0) -> Decimal:
    """Rounded to so many decimals, halves away from zero."""
    steps = abs(value) * 10**decimals
    whole = int(steps + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)


def coarse(value: Fraction, unit: str, decimals: int | None, digits: int | None) -> Fraction:
    """A value as exact as its print, and as so many significant digits where that is coarser.

    What is of about a hundred keeps its whole points: two digits would make 100 of 104.
    """
    size, thousands = abs(value), Fraction(1)
    if unit in MONEY:
        while size >= 1000 * thousands and thousands < 10**9:
            thousands *= 1000
    places = (decimals or 0) if unit in MONEY and thousands == 1 else decimals
    if places is None:
        places = 1 if unit in SHORT and half_up(size / thousands, 1) < 10 else 0
    step = thousands / 10**places
    if digits and size:
        leading = 0  # the place of the first digit: 1 of 42, -1 of 0.42
        while size >= Fraction(10) ** (leading + 1):
            leading += 1
        while size < Fraction(10) ** leading:
            leading -= 1
        cut = Fraction(10) ** (leading + 1 - digits)
        step = max(step, min(cut, Fraction(1)) if unit in OF_ABOUT_A_HUNDRED else cut)
    whole = half_up(value / step)
    return Fraction(whole) * step


def _rounded(size: Fraction, decimals: int | None, unit: str) -> Decimal:
    if decimals is None:
        decimals = 1 if unit in SHORT and half_up(size, 1) < 10 else 0
    return half_up(size, decimals)


def _thousands(size: Fraction, decimals: int | None) -> tuple[Fraction, str]:
    """The amount in thousands, millions or billions; what rounds to a thousand of one is one of the next."""
    for letter in ("", "K", "M"):
        digits = _rounded(size, decimals if letter or decimals is not None else 0, "usd")
        if digits < 1000 and size < 1000:
            return size, letter
        size /= 1000
    return size, "B"


def adding_to_100(shares: list[Fraction], decimals: int) -> list[Decimal]:
    """The printed numbers of a row that adds to 100, by largest remainder.

    Each share is cut, and the steps that are missing go to those that lost most. Equal shares are printed alike as long
    as whole groups of equals can take all missing steps; if none can, the larger share comes first, then the first.
    """
    step = 10**decimals
    cut = [(share * step).__floor__() for share in shares]
    lost = [share * step - whole for share, whole in zip(shares, cut, strict=True)]
    missing = 100 * step - sum(cut)
    groups = sorted({share for share, loss in zip(shares, lost, strict=True) if loss}, reverse=True)

    @functools.cache
    def fill(first: int, left: int) -> tuple[Fraction, tuple[Fraction, ...]] | None:
        """The groups from this one on that take exactly the steps that are left and have lost most together."""
        if first == len(groups):
            return None if left else (Fraction(0), ())
        share, size = groups[first], shares.count(groups[first])
        found = [fill(first + 1, left)]
        if size <= left and (rest := fill(first + 1, left - size)):
            found.append((rest[0] + size * lost[shares.index(share)], (share, *rest[1])))
        return max((one for one in found if one), default=None)

    if best := fill(0, missing):
        raised = {i for i, share in enumerate(shares) if share in best[1]}
    else:
        order = sorted((i for i, loss in enumerate(lost) if loss), key=lambda i: (-lost[i], -shares[i], i))
        raised = set(order[:missing])
    return [Decimal(whole + (i in raised)).scaleb(-decimals) for i, whole in enumerate(cut)]

"""The one formatter: a value and its unit become the printed text, the same in tables, charts, prose and alt text.

Values are rounded once, half away from zero, from the unrounded value (`design.md` section 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.errors import InputError

EN_DASH = "–"
MINUS = "−"
NO_BREAK_SPACE = "\u00a0"

Number = int | float | Decimal | Fraction


@dataclass(frozen=True)
class Style:
    """How one unit is written: what stands before and after the digits, and how many decimals when nobody asks."""

    before: str = ""
    after: str = ""
    after_one: str | None = None  # in place of `after` when exactly 1 is printed
    decimals: int | None = 0  # None: one decimal under 10, none from 10
    scaled: bool = False  # thousands, millions, billions as K, M, B
    signed: bool = False
    at_least: bool = False  # a small value that is not zero is written "<1", never "0"


_SPACE = NO_BREAK_SPACE

UNITS: dict[str, Style] = {
    "share": Style(after="%", at_least=True),
    "percent": Style(after="%"),
    "pts": Style(after=f"{_SPACE}pts", signed=True),
    "change": Style(after="%", signed=True),
    "usd": Style(before="$", decimals=None, scaled=True),
    "eur": Style(before="€", decimals=None, scaled=True),
    "gbp": Style(before="£", decimals=None, scaled=True),
    "ratio": Style(decimals=None),
    "times": Style(after="×", decimals=None),
    "days": Style(after=f"{_SPACE}days", after_one=f"{_SPACE}day"),
    "months": Style(after=f"{_SPACE}months", after_one=f"{_SPACE}month"),
    "people": Style(),
    "accounts": Style(),
    "count": Style(),
    "score": Style(),
    "year": Style(),
}

OF_ABOUT_A_HUNDRED = ("share", "percent", "pts", "change", "score")

_SCALES = ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "K"), (Decimal(1), ""))


def exact(value: Number) -> Fraction:
    """The value as a fraction; a float stands for the shortest decimal that reads back as it."""
    if isinstance(value, float):
        return Fraction(Decimal(repr(value)))
    return Fraction(value)


def half_up(value: Number, decimals: int = 0) -> Decimal:
    """Round half away from zero, exactly: 2.5 is 3, 28.5 is 29, -0.5 is -1; decimals of -2 are whole hundreds."""
    scaled = exact(value) * Fraction(10) ** decimals
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if scaled < 0 else whole).scaleb(-decimals)


def format_value(value: Number | None, unit: str, decimals: int | None = None) -> str:
    """The printed text of a value; None (withheld or nothing to print) is an en dash.

    `decimals` overrides the unit's own; for money it counts the decimals of the scaled number ($10.3M).
    Raises InputError for a unit that is not in UNITS.
    """
    if unit not in UNITS:
        raise InputError(f"unit {unit!r} is not known; allowed: {', '.join(UNITS)}")
    if value is None:
        return EN_DASH
    style = UNITS[unit]
    if unit == "year":
        return str(int(value))
    size = abs(exact(value))
    places = style.decimals if decimals is None else decimals
    suffix = ""
    if style.scaled:
        digits, suffix = _scaled(size, places)
    else:
        digits = _rounded(size, places)
    if style.at_least and size > 0 and digits == 0:
        return format_below(unit, places)
    after = style.after_one if style.after_one is not None and digits == 1 else style.after
    return f"{_sign(value, digits, style)}{style.before}{digits:,f}{suffix}{after}"


def printed_step(value: Number, unit: str, decimals: int | None = None, significant: int | None = None) -> Fraction:
    """How far apart printed values lie around this one: 0.1 for 4.5×, 100,000 for $1.9M.

    `significant` digits are all that is left of a value outside the house. Percents and scores keep their whole points
    even then: their scale is about a hundred, and a net retention of 104% would read as 100%.
    """
    style, size = UNITS[unit], abs(exact(value))
    scale = Decimal(1)
    if style.scaled:
        scale = next(scale for scale, _ in _SCALES if size >= exact(scale) or scale == 1)
        decimals = (decimals or 0) if scale == 1 else decimals
    places = style.decimals if decimals is None else decimals
    if places is None:
        places = 1 if half_up(size / exact(scale), 1) < 10 else 0
    step = exact(scale) / Fraction(10) ** places
    if significant is None or not size:
        return step
    leading = (Decimal(size.numerator) / Decimal(size.denominator)).adjusted()  # 1 of 42, -1 of 0.42
    coarse = Fraction(10) ** (leading + 1 - significant)
    return max(step, min(coarse, Fraction(1)) if unit in OF_ABOUT_A_HUNDRED else coarse)


def rounded(value: Number, unit: str, decimals: int | None = None, significant: int | None = None) -> Fraction:
    """The value as it is printed, as a number; printing it again changes nothing."""
    step = printed_step(value, unit, decimals, significant)
    return int(half_up(exact(value) / step)) * step


def format_share(numerator: int, denominator: int, decimals: int = 0) -> str:
    """A share as printed, from its two whole numbers: 57 of 200 is 29%, 1 of 500 is <1%, 0 of 5 is 0%."""
    return format_value(Fraction(100 * numerator, denominator), "share", decimals)


def format_below(unit: str, decimals: int | None = None) -> str:
    """A value that is there but under the last digit: <1%, or <0.1% with one decimal."""
    return f"<{Decimal(1).scaleb(-(decimals or 0)):f}{UNITS[unit].after}"


def format_n(n: int) -> str:
    """A base with its name, unbreakable: n = 1,240."""
    return f"n{_SPACE}={_SPACE}{n:,}"


def _sign(value: Number, digits: Decimal, style: Style) -> str:
    if digits == 0:
        return ""
    if value < 0:
        return MINUS
    return "+" if style.signed else ""


def _rounded(size: Fraction, places: int | None) -> Decimal:
    if places is not None:
        return half_up(size, places)
    short = half_up(size, 1)
    return short if short < 10 else half_up(size, 0)


def _scaled(size: Fraction, places: int | None) -> tuple[Decimal, str]:
    """Digits and K, M or B. 999,950 is $1.0M: nobody writes $1,000K. Below 1,000 there are no decimals."""
    for i, (scale, suffix) in enumerate(_SCALES):
        if size >= exact(scale) or scale == 1:
            digits = _rounded(size / exact(scale), places if suffix else places or 0)
            if digits >= 1000 and i:
                scale, suffix = _SCALES[i - 1]
                digits = _rounded(size / exact(scale), places)
            return digits, suffix
    raise AssertionError("the last scale takes every value")

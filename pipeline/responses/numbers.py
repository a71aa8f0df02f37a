"""Reads a number from what a person typed, flags what was unusual, and withholds whatever could mean two things.

The README of this folder shows the grammar as a table. A flag in `WITHHELD` means that `value` is None.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

SCALED = "scaled"
PERCENT = "percent"
APPROX = "approx"
CENSORED_LOW = "censored_low"  # only a lower end is given: 30+, >100
CENSORED_HIGH = "censored_high"  # only an upper end is given: <5
ACCOUNTING = "accounting"  # (5) for -5
TRAILING_TEXT = "trailing_text"
RANGE = "range"
AMBIGUOUS_SEPARATOR = "ambiguous_separator"
OTHER_UNIT = "other_unit"
OTHER_CURRENCY = "other_currency"
NONE = "none"  # the word none: zero, or no answer
UNPARSED = "unparsed"
WITHHELD = (AMBIGUOUS_SEPARATOR, OTHER_UNIT, OTHER_CURRENCY, NONE, UNPARSED)

SCALES = {
    1e3: ("thousand", "thousands", "k"),
    1e6: ("million", "millions", "mio", "mln", "mm", "mn", "m"),
    1e9: ("billion", "billions", "bn", "b"),
    1e12: ("trillion", "trillions", "tn"),
}
CURRENCIES = {
    "$": ("$", "dollar", "dollars"),  # some dollar: the question's own if that is one
    "USD": ("us$", "usd"),
    "EUR": ("€", "eur", "euro", "euros"),
    "GBP": ("£", "gbp"),
    "JPY": ("¥", "jpy"),
    "INR": ("₹", "inr"),
    "CHF": ("chf",),
    "SEK": ("sek",),
    "CAD": ("ca$", "cad"),
    "AUD": ("a$", "aud"),
    "PLN": ("zł", "pln"),
    "BRL": ("r$", "brl"),
    "kr": ("kr", "nok", "dkk"),
}
DOLLARS = frozenset({"$", "USD", "CAD", "AUD"})
MONEY = ("usd", "eur", "gbp")  # units
UNITS = {
    "people": ("fte", "ftes", "people", "person", "persons", "employee", "employees", "headcount", "staff", "hc"),
    "days": ("d", "day", "days"),
    "weeks": ("w", "wk", "wks", "week", "weeks"),
    "months": ("m", "mo", "mos", "mth", "mths", "month", "months"),
    "years": ("y", "yr", "yrs", "year", "years"),
    "quarters": ("q", "qtr", "qtrs", "quarter", "quarters"),
    "hours": ("h", "hr", "hrs", "hour", "hours"),
    "minutes": ("min", "mins", "minute", "minutes"),
    "accounts": ("account", "accounts", "customer", "customers", "client", "clients"),
}
# Said without a number. What a codebook lists under `missing` comes before these.
MISSING_WORDS = {
    "n/a": "not_applicable",
    "na": "not_applicable",
    "not applicable": "not_applicable",
    "-": "not_answered",
    "--": "not_answered",
    "unknown": "not_known",
    "don't know": "not_known",
    "dont know": "not_known",
    "not sure": "not_known",
    "tbd": "not_known",
    "prefer not": "refused",
    "prefer not to answer": "refused",
    "prefer not to say": "refused",
    "confidential": "refused",
}

TIMES = ("days", "weeks", "months", "quarters", "years", "hours", "minutes")
# What the word behind a number makes of it cannot be told: mil is a thousand or a million, bps are of a percent.
UNSURE = re.compile(
    r"(?:hundreds?|dozens?|lakhs?|lacs?|crores?|cr|mils?|kk|mrd|mia|mld|md|tsd|t|bps?|basis points?|k(?:eur|usd|gbp)"
    r"|млн|млрд|тыс)(?![^\W\d_])"
)
# Money of another period than a year.
PERIOD = re.compile(
    r"(?:(?:/|(?:per|an?|each|every)(?![a-z])) ?"
    r"(?:d|days?|w|wks?|weeks?|m|mo|mths?|months?|q|qtrs?|quarters?|h|hrs?|hours?)|daily|weekly|monthly|quarterly|hourly|mrr)(?![a-z])"
)

# dashes, quotes and blanks; the signs and digits of East Asia, Arabic, Persian and Hindi; marks that are not seen
LOOKALIKES = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‑": "-", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
    | {chr(0xFF01 + place): chr(0x21 + place) for place in range(94)}
    | {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966) for digit in range(10)}
    | dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff", "")
)
APPROX_WORDS = r"[~≈]|(?:about|around|approximately|approx\.?|circa|ca\.?|roughly)(?![a-z$])"
LOW_WORDS = r">=|[>≥]|(?:more than|over|above|at least)(?![a-z])"
HIGH_WORDS = r"<=|[<≤]|(?:less than|under|below|up to|at most)(?![a-z])"


def _words(table: dict) -> str:
    every = sorted((word for words in table.values() for word in words), key=len, reverse=True)
    return "|".join(re.escape(word) + ("(?![a-z])" if word[-1].isalpha() else "") for word in every)


LEAD = re.compile(rf"(?:(?P<approx>{APPROX_WORDS})|(?P<low>{LOW_WORDS})|(?P<high>{HIGH_WORDS}))\s*(?=\S)")
QUANTITY = re.compile(
    rf"(?P<sign>[-+]\s*)?(?:(?P<currency>{_words(CURRENCIES).replace('(?![a-z])', '')})\s*)?(?P<sign2>[-+]\s*)?"
    r"(?P<digits>(?:[0-9](?:[0-9.,']|[ ](?=[0-9]{3}(?![0-9])))*(?<![.,'])|\.[0-9]+)(?:e[-+]?[0-9]{1,2}(?![0-9]))?)"
    rf"\s*(?P<scale>{_words(SCALES)})?\s*(?P<percent>%|(?:percent|per cent|pct)(?![a-z]))?"
    rf"\s*(?P<currency2>{_words(CURRENCIES)})?"
)
RANGE_SIGN = re.compile(r"\s*(?:-|to(?![a-z])|\.\.\.?)\s*")
WORD = re.compile(r"[^\W\d_]+")
OPEN_END = re.compile(r"\s*(?:\+|plus|or more|and more|and up)\s*")
# by decimal sign
PLAIN = {
    ".": re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?"),
    ",": re.compile(r"-?[0-9]{1,15}(?:,[0-9]{1,15})?"),
    None: re.compile(r"-?[0-9]{1,15}"),
}


@dataclass(frozen=True)
class Parsed:
    """What a text says: a value (None when there is none or it is withheld), flags, and what the flags are about.

    `reason` is why there is no number although the text is understood (a word for "no answer", or blank);
    `low` and `high` are the ends of a range; `rest` is text behind the number.
    """

    value: float | None = None
    flags: frozenset[str] = field(default_factory=frozenset)
    reason: str | None = None
    currency: str | None = None
    low: float | None = None
    high: float | None = None
    rest: str = ""


def parse_number(
    text: str,
    *,
    decimal: str | None = ".",
    unit: str | None = None,
    currency: str = "USD",
    ranges: str = "withhold",
    missing: dict[str, str] | None = None,
) -> Parsed:
    """Read one typed number.

    `decimal` is the source's decimal sign, None if not known (then a number with a dot or comma is withheld);
    `unit` is the question's unit, `currency` its currency; `ranges` "midpoint" gives a range its middle;
    `missing` maps lower-case words to reasons, beside the usual ones. Never raises: what it cannot read is `unparsed`.
    """
    if text not in (missing or ()) and (plain := plain_number(text, decimal)) is not None:
        return Parsed(plain)
    words = " ".join(text.translate(LOOKALIKES).casefold().split())
    if not words:
        return Parsed(reason="not_answered")
    reason = (missing or {}).get(words) or MISSING_WORDS.get(words)
    if reason:
        return Parsed(reason=reason)
    if words == "none":
        return Parsed(flags=frozenset({NONE}))
    flags: set[str] = set()
    lead = LEAD.match(words)
    if lead:
        flags.add({"approx": APPROX, "low": CENSORED_LOW, "high": CENSORED_HIGH}[lead.lastgroup])
        words = words[lead.end() :]
    inside = re.fullmatch(r"\(\s*([^-+()]+)\s*\)(\s*%)?", words)
    if inside:
        flags.add(ACCOUNTING)
        words = f"-{inside.group(1)}{inside.group(2) or ''}"
    return _read_amount(words, flags, decimal, unit, currency, ranges)


def _is_unit(rest: str) -> bool:
    """Whether the letters behind a number are a unit: "40FTE", "12mo", "2.5x"."""
    word = WORD.match(rest).group()
    return word == "x" or any(word in names for names in UNITS.values())


def _is_other_unit(rest: str, unit: str | None) -> bool:
    """Whether the text behind a number names another unit than the question's, or begins with another time."""
    if unit not in UNITS:
        return False
    word = found.group() if (found := WORD.match(rest)) else ""
    times = any(word in UNITS[name] for name in TIMES if name != unit) and word not in UNITS[unit]
    return times or any(rest in names for name, names in UNITS.items() if name != unit)


def plain_number(text: str, decimal: str | None) -> float | None:
    """The number of a text that is nothing else, as most are; None for any other text."""
    return float(text.replace(",", ".")) + 0.0 if PLAIN[decimal].fullmatch(text) else None


def same_unit(rest: str, unit: str | None) -> bool:
    """Whether the text behind a number only names the question's own unit."""
    return rest.strip(" .") in UNITS.get(unit, ())


def _read_amount(
    words: str, flags: set[str], decimal: str | None, unit: str | None, currency: str, ranges: str
) -> Parsed:
    first = _Quantity.match(words, 0, decimal, unit)
    if first is None:
        return Parsed(flags=frozenset({UNPARSED}))
    last, second = first, None
    sign = RANGE_SIGN.match(words, first.end)
    if sign:
        second = _Quantity.match(words, sign.end(), decimal, unit)
        last = second or first
    rest = words[last.end :]
    glued = words[last.end - 1].isdigit() and rest[:1].isalpha()
    open_end = OPEN_END.match(rest)
    if open_end and not second:
        flags.add(CENSORED_LOW)
        rest = rest[open_end.end() :]
    rest = rest.strip(" .,;")
    more = any(letter.isnumeric() or letter in "%$€£¥₹" for letter in rest) or rest.startswith(")")
    ends = flags & {CENSORED_LOW, CENSORED_HIGH}
    if more or (sign and not second) or len(ends) > 1 or (ends and second) or (glued and not _is_unit(rest)):
        return Parsed(flags=frozenset({UNPARSED}))
    parts = (first, second) if second else (first,)
    if any(part.number is None for part in parts):
        known = all(part.number is not None or part.ambiguous for part in parts)
        return Parsed(flags=frozenset({AMBIGUOUS_SEPARATOR if known else UNPARSED}))
    money = _one_currency({code for part in parts for code in part.currencies}, currency)
    flags.update({SCALED} if any(part.scale != 1 for part in parts) else ())
    flags.update({PERCENT} if any(part.percent for part in parts) else ())
    flags.update({TRAILING_TEXT} if rest else ())
    if money not in (None, currency):
        return Parsed(flags=frozenset({*flags, OTHER_CURRENCY}), currency=money, rest=rest)
    if UNSURE.match(rest) or (PERIOD.match(rest) and (money or unit in MONEY)) or _is_other_unit(rest, unit):
        return Parsed(flags=frozenset({*flags, OTHER_UNIT}), rest=rest)
    if not second:
        value = first.number * first.scale
        if not math.isfinite(value):
            return Parsed(flags=frozenset({UNPARSED}))
        return Parsed(value + 0.0, frozenset(flags), currency=money, rest=rest)
    # "5-10M" means 5M to 10M: a scale said once, at the end, is meant for both
    low = first.number * (first.scale if first.scale != 1 else second.scale)
    high = second.number * second.scale
    if not low < high < math.inf:
        return Parsed(flags=frozenset({UNPARSED}))
    middle = (low + high) / 2 if ranges == "midpoint" else None
    return Parsed(middle, frozenset({*flags, RANGE}), currency=money, low=low, high=high, rest=rest)


@dataclass(frozen=True)
class _Quantity:
    """One amount inside a text; `number` is None if its separators could not be read."""

    number: float | None
    ambiguous: bool
    scale: float
    percent: bool
    currencies: frozenset[str]
    end: int

    @classmethod
    def match(cls, words: str, start: int, decimal: str | None, unit: str | None) -> _Quantity | None:
        found = QUANTITY.match(words, start)
        if found is None or (found["sign"] and found["sign2"]):
            return None
        scale, end = 1.0, found.end()
        if found["scale"]:
            if found["scale"] in UNITS.get(unit, ()):  # "12 m" of a question about months
                end = found.start("scale")
            else:
                scale = next(factor for factor, names in SCALES.items() if found["scale"] in names)
        number = _read_digits(found["digits"], decimal)
        ambiguous = number is None and any(_read_digits(found["digits"], sign) is not None for sign in ".,")
        if number is not None and "-" in (found["sign"] or found["sign2"] or ""):
            number = -number
        named = {found["currency"], found["currency2"]}
        money = frozenset(code for code, names in CURRENCIES.items() if named.intersection(names))
        return cls(number, ambiguous, scale, found["percent"] is not None, money, end)


def _one_currency(named: set[str], own: str) -> str | None:
    """The currency that symbols and codes agree on, None for none; two that differ are said as such."""
    if named == {"$"}:
        return own if own in DOLLARS else "USD"
    if len(named) == 2 and named < DOLLARS:  # "$5 CAD"
        named = named - {"$"}
    return "/".join(sorted(named)) or None


def _read_digits(digits: str, decimal: str | None) -> float | None:
    """The number under one convention for the decimal sign; under none, only if both conventions agree."""
    if decimal is None:
        point, comma = _read_digits(digits, "."), _read_digits(digits, ",")
        return point if point == comma else None
    groups = "[,' ]" if decimal == "." else "[.' ]"
    sign = re.escape(decimal)
    pattern = (
        rf"(?:[0-9]*|[1-9][0-9]{{0,2}}(?:({groups})[0-9]{{3}})(?:\1[0-9]{{3}})*)(?:{sign}[0-9]+)?(?:e[-+]?[0-9]+)?"
    )
    if not re.fullmatch(pattern, digits):
        return None
    return float(re.sub(groups, "", digits).replace(decimal, "."))

"""How one text is read, as DuckDB macros: written from the table in `pipeline/responses/README.md`.

RE2, DuckDB's regular expressions, has no look-ahead; where the grammar forbids what may follow, the rest of the text is
looked at instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.audit.recompute.language import word
from pipeline.audit.recompute.spec import REASONS

SCALES = {
    1e3: ("thousands", "thousand", "k"),
    1e6: ("millions", "million", "mio", "mln", "mm", "mn", "m"),
    1e9: ("billions", "billion", "bn", "b"),
    1e12: ("trillions", "trillion", "tn"),
}
CURRENCIES = {
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
    "$": ("$", "dollar", "dollars"),
}
DOLLARS = ("USD", "CAD", "AUD")
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
TIMES = ("days", "weeks", "months", "quarters", "years", "hours", "minutes")
# words behind a number that leave open how much it is, or of money for how long
UNSURE = (
    r"^(?:(?:hundreds?|dozens?|lakhs?|lacs?|crores?|cr|mils?|kk|mrd|mia|mld|md|tsd|t|bps?|basis points?"
    r"|k(?:eur|usd|gbp)|млн|млрд|тыс)(?:[^\p{L}].*|$))"
)
PERIOD = (
    r"^(?:(?:/|(?:per|an?|each|every)\b) ?(?:d|days?|w|wks?|weeks?|m|mo|mths?|months?|q|qtrs?|quarters?|h|hrs?|hours?)"
    r"|daily|weekly|monthly|quarterly|hourly|mrr)(?:[^a-z].*|$)"
)
MISSING_NUMBERS = {
    "not_applicable": ("n/a", "na", "not applicable"),
    "not_answered": ("-", "--"),
    "not_known": ("unknown", "don't know", "dont know", "not sure", "tbd"),
    "refused": ("prefer not", "prefer not to answer", "prefer not to say", "confidential"),
}
TICKED = ("1", "true", "yes", "y", "x", "checked", "selected")
UNTICKED = ("0", "false", "no", "n", "unchecked", "not selected", "not checked")

SPACE = r"[\s\p{Z}\x1c-\x1f\x{85}]"
SYMBOLS = "%$€£¥₹"


def _either(words) -> str:
    """Longest first, a word of letters ending where its letters end."""
    every = sorted(words, key=len, reverse=True)
    return "|".join(word.replace("$", r"\$") + (r"\b" if word[-1].isalpha() else "") for word in every)


_SCALE = _either(word for words in SCALES.values() for word in words)
_MONEY = [word for words in CURRENCIES.values() for word in words]
_CURRENCY, _CURRENCY_BEFORE = _either(_MONEY), _either(_MONEY).replace(r"\b", "")
_GROUPS = {".": ("'", ",", " "), ",": ("'", r"\.", " "), None: ("'", " ")}


def _digits(decimal: str | None) -> str:
    """Digits under one convention for the decimal sign; under none, only what both conventions read alike."""
    end = rf"(?:[{decimal}][0-9]+)?" if decimal else ""
    grouped = "|".join(f"[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+{end}" for sign in _GROUPS[decimal])
    alone = rf"|[{decimal}][0-9]+" if decimal else ""
    return f"(?:{grouped}|[0-9]+{end}{alone})(?:e[-+]?[0-9]{{1,2}})?"


def amount_pattern(decimal: str | None) -> str:
    """sign, currency, sign, digits, scale, percent, currency and the rest of one amount, in SQL quotes."""
    pattern = (
        rf"^([-+])? ?({_CURRENCY_BEFORE})? ?([-+])? ?({_digits(decimal)}) ?({_SCALE})? ?(%|(?:percent|per cent|pct)\b)?"
        rf" ?({_CURRENCY})?(.*)$"
    )
    return "'" + pattern.replace("'", "''") + "'"


_UNSEEN = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
# dashes and quotes, full-width signs, the digits of three scripts; what is not seen has no counterpart and goes
_TYPED = (
    "−–—‑’"
    + "".join(map(chr, range(0xFF01, 0xFF5F)))
    + "".join(chr(zero + digit) for zero in (0x660, 0x6F0, 0x966) for digit in range(10))
    + _UNSEEN,
    "----''" + "".join(map(chr, range(0x21, 0x7F))).replace("'", "''") + 3 * "0123456789",
)
PARTS = "['sign', 'money', 'sign2', 'digits', 'scale', 'percent', 'money2', 'rest']"



def _looked_up(words: Mapping[str | float, Sequence[str]]) -> str:
    """What a word `w` stands for. A look-up names `w` once; cases would have it worked out anew for each of them."""
    entries = [
        f"{word(each)}: {word(meaning) if isinstance(meaning, str) else meaning}"
        for meaning, known in words.items() for each in known
    ]  # fmt: skip
    return f"MAP {{{', '.join(entries)}}}[w]"


MACROS = (
    # the short decimal that a number is but for what binary arithmetic leaves of parts of that size: 28.5 for
    # 28.499999999999996
    """CREATE MACRO digits_for(size) AS
        coalesce(least(22, greatest(0, 11 - floor(log10(nullif(size, 0))))), 0)::INTEGER""",
    """CREATE MACRO on_paper(x, size) AS CASE WHEN abs(round(x, digits_for(size)) - x) <= 1e-15 * size
        THEN round(x, digits_for(size)) ELSE x END""",
    # the four operations on paper; each part is worked out once
    """CREATE MACRO plus(a, b) AS
        list_transform([{'a': a::DOUBLE, 'b': b::DOUBLE}], lambda s: on_paper(s.a + s.b, abs(s.a) + abs(s.b)))[1]""",
    """CREATE MACRO minus(a, b) AS
        list_transform([{'a': a::DOUBLE, 'b': b::DOUBLE}], lambda s: on_paper(s.a - s.b, abs(s.a) + abs(s.b)))[1]""",
    "CREATE MACRO times(a, b) AS list_transform([a::DOUBLE * b::DOUBLE], lambda x: on_paper(x, abs(x)))[1]",
    "CREATE MACRO divided(a, b) AS list_transform([a::DOUBLE / nullif(b, 0)], lambda x: on_paper(x, abs(x)))[1]",
    # a text without the blanks around it
    rf"CREATE MACRO strip(t) AS regexp_replace(t, '^{SPACE}+|{SPACE}+$', '', 'g')",
    # a text for comparing: case, spacing, dashes and quotation marks no longer differ
    rf"""CREATE MACRO plain(t) AS strip(regexp_replace(lower(
        translate(t, '–—‑−’‘“”{_UNSEEN}', '----''''""')), '{SPACE}+', ' ', 'g'))""",
    # a number's text for comparing
    rf"""CREATE MACRO plain_number(t) AS strip(regexp_replace(lower(
        translate(t, '{_TYPED[0]}', '{_TYPED[1]}')), '{SPACE}+', ' ', 'g'))""",
    f"CREATE MACRO scale_of(w) AS coalesce({_looked_up(SCALES)}, 1)::DOUBLE",
    f"CREATE MACRO currency_of(w) AS {_looked_up(CURRENCIES)}",
    f"CREATE MACRO unit_of(w) AS {_looked_up(UNITS)}",
    r"CREATE MACRO first_word(t) AS regexp_extract(t, '^\p{L}+')",
    f"CREATE MACRO is_time(unit) AS coalesce(unit IN {TIMES!r}, FALSE)",
    f"CREATE MACRO known_unit(w) AS w IN ({', '.join(map(repr, UNITS))})",
    "CREATE MACRO place_of(reason) AS CASE reason "
    + " ".join(f"WHEN {reason!r} THEN {place}" for place, reason in enumerate(REASONS))
    + " END",
    f"CREATE MACRO no_number(w) AS {_looked_up(MISSING_NUMBERS)}",
    # every date that can be read without doubt as such; d says whether the day comes first where a text is not ISO
    """CREATE MACRO iso_moment(t) AS TRY_CAST(strip(t) AS TIMESTAMP)""",
    """CREATE MACRO day_first(t) AS try_strptime(strip(t),
        ['%d/%m/%Y', '%d.%m.%Y', '%d-%m-%Y', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S'])""",
    """CREATE MACRO month_first(t) AS try_strptime(strip(t),
        ['%m/%d/%Y', '%m-%d-%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S'])""",
)

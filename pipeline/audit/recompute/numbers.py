"""A number as it was typed, in SQL: what leads it, the amount, what follows; what could mean two things has no value.

Written from the table in `pipeline/responses/README.md`.
"""

from __future__ import annotations

from pipeline.audit.recompute.language import word
from pipeline.audit.recompute.macros import DOLLARS, PARTS, PERIOD, SYMBOLS, UNSURE, amount_pattern
from pipeline.audit.recompute.spec import NUMBERS, Book


def missing_word(plain: str) -> str:
    """The reason that a plain text of a column stands for, if it means "no answer": the question's own word first."""
    return (
        "(SELECT arg_max(m.reason, m.slot) FROM missing m "
        f"WHERE m.text = {plain} AND (m.slot = '' OR m.slot = h.slot))"
    )


# a point of a scale with its label: 4 - Very good
STEP = r"""'(?s)^([-−]?[0-9]{1,3})\s*[-–—:=.)(]\s*[\p{L}_].*$'"""


def number_steps(book: Book) -> dict[str, str]:
    """The steps from `heard` to `number` (slot, text, number); what cannot be read is not in it."""
    source = book.source
    amount = amount_pattern(source.get("decimal"))
    currency, middle = word(source.get("currency", "USD")), source.get("ranges") == "midpoint"
    kinds = ", ".join(map(word, NUMBERS))
    approximate = _led_by("[~≈]", r"about|around|approximately|approx\.?|circa|ca\.?|roughly", "$")
    low = _led_by(">=|[>≥]", "more than|over|above|at least")
    high = _led_by("<=|[<≤]", "less than|under|below|up to|at most")

    def body(pattern: str) -> str:
        return " || ".join(f"regexp_extract(w, {pattern}, {group})" for group in (1, 2, 3))

    own = "CASE WHEN unit = 'months' AND {0}.scale = 'm' THEN 1.0::DOUBLE ELSE scale_of({0}.scale) END"
    rest = "CASE WHEN unit = 'months' AND {0}.scale = 'm' THEN 'm' ELSE '' END || {0}.rest"
    digits = r"""CAST(replace(regexp_replace({0}.digits, '[{1}]', '', 'g'), {2}, '.') AS DOUBLE)"""
    groups = {".": "'', ", ",": "''. ", None: "'' "}[source.get("decimal")]
    number = digits.replace("{1}", groups).replace("{2}", word(source.get("decimal") or "."))
    negative = "CASE WHEN {0}.sign = '-' OR {0}.sign2 = '-' THEN -1 ELSE 1 END"
    glued = (
        "(contains(said, {0}.digits || {0}.rest) AND regexp_matches({0}.rest, '^\\p{{L}}') "
        "AND first_word({0}.rest) != 'x' AND unit_of(first_word({0}.rest)) IS NULL)"
    )
    two_signs = "({0}.sign != '' AND {0}.sign2 != '')"
    dollar = f"CASE WHEN {currency} IN {DOLLARS!r} THEN {currency} ELSE 'USD' END"
    return {
        "typed": (
            "SELECT h.slot, h.text, kind, unit, plain_number(h.text) AS w, "
            f"{missing_word('plain_number(h.text)')} AS listed, CASE WHEN kind = 'scale' THEN coalesce((SELECT "
            "min(c.code) FROM choice c WHERE c.listing = s.listing AND c.text = plain(h.text))::DOUBLE, "
            f"TRY_CAST(replace(regexp_extract(strip(h.text), {STEP}, 1), '−', '-') AS DOUBLE)) END AS step "
            f"FROM heard h JOIN slot s USING (slot) WHERE kind IN ({kinds})"
        ),
        "led": (
            "SELECT *, CASE "
            f"WHEN regexp_matches(w, {approximate}) THEN {body(approximate)} "
            f"WHEN regexp_matches(w, {low}) THEN {body(low)} "
            f"WHEN regexp_matches(w, {high}) THEN {body(high)} ELSE w END AS said, "
            f"NOT regexp_matches(w, {approximate}) AND NOT regexp_matches(w, {low}) "
            f"AND regexp_matches(w, {high}) AS is_most, "
            f"NOT regexp_matches(w, {approximate}) AND regexp_matches(w, {low}) AS is_more FROM typed"
        ),
        "bracketed": (
            r"SELECT * REPLACE (regexp_replace(said, '^\( ?([^-+()]+?) ?\)( ?%)?$', '-\1\2') AS said) FROM led"
        ),
        "amount": f"SELECT *, regexp_extract(said, {amount}, {PARTS}) AS a FROM bracketed",
        "amounts": (
            "SELECT *, regexp_extract(after, '^ ?(?:-|to\\b|\\.\\.\\.?) ?(.*)$', 1) AS further, "
            "regexp_matches(after, '^ ?(?:-|to\\b|\\.\\.\\.?)') AS is_range "
            f"FROM (SELECT *, {rest.format('a')} AS after FROM amount)"
        ),
        "ranged": f"SELECT *, regexp_extract(further, {amount}, {PARTS}) AS b FROM amounts",
        "ended": (
            f"SELECT *, CASE WHEN is_range THEN {rest.format('b')} "
            "ELSE regexp_replace(after, '^ ?(?:\\+|plus|or more|and more|and up) ?', '') END AS tail, "
            "NOT is_range AND regexp_matches(after, '^ ?(?:\\+|plus|or more|and more|and up)') AS is_least FROM ranged"
        ),
        "counted_up": (
            "SELECT *, trim(tail, ' .,;') AS remark, "
            f"{negative.format('a')} * {number.format('a')} AS one, {own.format('a')} AS scale, "
            f"CASE WHEN is_range AND b.digits != '' THEN {negative.format('b')} * {number.format('b')} END AS two, "
            f"{own.format('b')} AS scale2, list_distinct(list_filter([currency_of(a.money), currency_of(a.money2), "
            "CASE WHEN is_range THEN currency_of(b.money) END, CASE WHEN is_range THEN currency_of(b.money2) END], "
            "lambda x: x IS NOT NULL)) AS named FROM ended WHERE a.digits != '' AND (NOT is_range OR b.digits != '')"
        ),
        "told": (
            "SELECT *, CASE WHEN len(named) = 0 THEN NULL "
            f"WHEN len(named) = 1 AND named[1] = '$' THEN {dollar} WHEN len(named) = 1 THEN named[1] "
            f"WHEN len(named) = 2 AND list_contains(named, '$') AND list_has_all(['$', 'USD', 'CAD', 'AUD'], named) "
            "THEN list_filter(named, lambda x: x != '$')[1] ELSE 'several' END AS currency, "
            "(a.percent != '' OR (is_range AND b.percent != '')) AS in_percent FROM counted_up"
        ),
        "number": (
            "SELECT slot, text, CASE WHEN NOT is_range THEN one * scale "
            + (
                "WHEN one * (CASE WHEN scale != 1 THEN scale ELSE scale2 END) < two * scale2 "
                "THEN (one * (CASE WHEN scale != 1 THEN scale ELSE scale2 END) + two * scale2) / 2 "
                if middle
                else ""
            )
            + "END AS number FROM told "
            f"WHERE isfinite(one * scale) AND NOT ({two_signs.format('a')}) "
            f"AND NOT (is_range AND {two_signs.format('b')}) "
            f"AND NOT regexp_matches(remark, '[\\p{{N}}{SYMBOLS}]|^\\)') AND NOT (is_most AND is_least) "
            f"AND NOT (is_range AND (is_most OR is_more)) AND NOT {glued.format('a')} "
            f"AND NOT (is_range AND {glued.format('b')}) AND NOT regexp_matches(remark, '{UNSURE}') "
            f"AND NOT (regexp_matches(remark, '{PERIOD}') AND (currency IS NOT NULL OR unit IN ('usd', 'eur', 'gbp'))) "
            "AND NOT (contains(said, a.digits || a.rest) AND regexp_matches(a.rest, '^[.,''][.,''0-9]')) "
            f"AND coalesce(currency, {currency}) = {currency} AND "
            "(currency IS NULL OR kind = 'money' OR unit IN ('usd', 'eur', 'gbp')) "
            "AND NOT (in_percent AND kind != 'percent' AND unit != 'percent') "
            "AND NOT (known_unit(unit) AND (coalesce(unit_of(remark), unit) != unit "
            "OR (is_time(unit_of(first_word(remark))) AND unit_of(first_word(remark)) != unit)))"
        ),
    }


def _led_by(signs: str, words: str, forbidden: str = "") -> str:
    """What leads a number, a sign or words that end where their letters end, and the number behind it as 1, 2 or 3."""
    return f"'^(?:(?:{signs}) ?(.+)|(?:{words})(?: (.+)|([^a-z{forbidden} ].*)))$'"

"""What each text means, in SQL: one row per different text of a column, with its value or the reason for none."""

from __future__ import annotations

from pipeline.audit.recompute.language import word
from pipeline.audit.recompute.macros import DOLLARS, PARTS, SYMBOLS, TICKED, UNTICKED, amount_pattern
from pipeline.audit.recompute.spec import CHOSEN, NUMBERS, REASONS, Book

ANSWERED, NOT_ASKED, NOT_APPLICABLE, NOT_ANSWERED, _, _, UNREADABLE, WITHHELD = range(len(REASONS))


def slot_rows(book: Book, slots: list[str]) -> str:
    """slot, kind, unit, the list of its choices, and the one choice that a column of its own stands for."""
    rows = []
    for name in slots:
        slot = book.slots[name]
        question = book.questions[slot.question]
        listing = _listing(book, slot.question) if question["type"] in CHOSEN else ""
        alone = slot.item if question["type"] == "multiple" else None
        rows.append(_row(name, question["type"], question.get("unit") or "", listing, alone or ""))
    return f"SELECT * FROM (VALUES {_rows(rows, 5)}) AS t(slot, kind, unit, listing, alone)"


def choice_rows(book: Book, slots: list[str]) -> str:
    """Every text that stands for a choice: its code, label, short label and aliases."""
    rows = {}
    for question in dict.fromkeys(book.slots[name].question for name in slots):
        if book.kind(question) not in CHOSEN:
            continue
        for entry in book.listing(question, "choices"):
            code = str(entry["code"])
            for text in (code, entry["label"], entry.get("short"), *(entry.get("aliases") or ())):
                if text is not None:
                    rows[_row(_listing(book, question), code, str(text))] = None
    values = f"SELECT listing, code, plain(text) AS text FROM (VALUES {_rows(list(rows), 3)}) AS t(listing, code, text)"
    return f"SELECT DISTINCT * FROM ({values})"


def missing_rows(book: Book) -> str:
    """The words that mean "no answer" in this source."""
    listed = (book.source.get("missing") or {}).items()
    rows = [_row(str(text), reason) for reason, texts in listed for text in texts]
    return f"SELECT DISTINCT plain(text) AS text, reason FROM (VALUES {_rows(rows, 2)}) AS t(text, reason)"


def reading_steps(book: Book) -> dict[str, str]:
    """From `heard` (slot, text) to `reading` (slot, text, number, word, ticks, tick, reason)."""
    return {**_number_steps(book), **_word_steps(book), "reading": _TOGETHER}


def _listing(book: Book, question: str) -> str:
    named = book.questions[question].get("choices")
    return named if isinstance(named, str) else f"of {question}"


def _row(*values: str) -> str:
    return f"({', '.join(map(word, values))})"


def _rows(rows: list[str], width: int) -> str:
    return ", ".join(rows) or f"({', '.join(['NULL::VARCHAR'] * width)})"


def _number_steps(book: Book) -> dict[str, str]:
    """A number as it was typed: what leads it, the amount, what follows it; what could mean two things has no value."""
    source = book.source
    amount = amount_pattern(source.get("decimal"))
    currency, middle = word(source.get("currency", "USD")), source.get("ranges") == "midpoint"
    kinds = ", ".join(map(word, NUMBERS))
    approximate = r"""'^(?:[~≈] ?(.+)|(?:about|around|approximately|approx\.?|circa|ca\.?|roughly)(?: (.+)|([^a-z$ ].*)))$'"""
    low = r"""'^(?:(?:>=|[>≥]) ?(.+)|(?:more than|over|above|at least)(?: (.+)|([^a-z ].*)))$'"""
    high = r"""'^(?:(?:<=|[<≤]) ?(.+)|(?:less than|under|below|up to|at most)(?: (.+)|([^a-z ].*)))$'"""

    def body(pattern: str) -> str:
        return " || ".join(f"regexp_extract(w, {pattern}, {group})" for group in (1, 2, 3))

    own = "CASE WHEN unit = 'months' AND {0}.scale = 'm' THEN 1.0::DOUBLE ELSE scale_of({0}.scale) END"
    rest = "CASE WHEN unit = 'months' AND {0}.scale = 'm' THEN 'm' ELSE '' END || {0}.rest"
    digits = r"""CAST(replace(regexp_replace({0}.digits, '[{1}]', '', 'g'), {2}, '.') AS DOUBLE)"""
    groups = {".": "'', ", ",": "''. ", None: "'' "}[source.get("decimal")]
    number = digits.replace("{1}", groups).replace("{2}", word(source.get("decimal") or "."))
    negative = "CASE WHEN {0}.sign = '-' OR {0}.sign2 = '-' THEN -1 ELSE 1 END"
    two_signs = "({0}.sign != '' AND {0}.sign2 != '')"
    dollar = f"CASE WHEN {currency} IN {DOLLARS!r} THEN {currency} ELSE 'USD' END"
    return {
        "typed": (
            "SELECT slot, text, kind, unit, plain_number(text) AS w, (SELECT min(m.reason) FROM missing m WHERE "
            f"m.text = plain_number(h.text)) AS listed FROM heard h JOIN slot s USING (slot) WHERE kind IN ({kinds})"
        ),
        "led": (
            "SELECT *, CASE "
            f"WHEN regexp_matches(w, {approximate}) THEN {body(approximate)} "
            f"WHEN regexp_matches(w, {low}) THEN {body(low)} "
            f"WHEN regexp_matches(w, {high}) THEN {body(high)} ELSE w END AS said, "
            f"NOT regexp_matches(w, {approximate}) AND NOT regexp_matches(w, {low}) "
            f"AND regexp_matches(w, {high}) AS is_most FROM typed"
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
            f"WHERE NOT ({two_signs.format('a')}) AND NOT (is_range AND {two_signs.format('b')}) "
            f"AND NOT regexp_matches(remark, '[\\p{{N}}{SYMBOLS}]') "
            "AND NOT regexp_matches(after, '^[.,''][.,''0-9]') AND NOT (is_most AND is_least) "
            f"AND coalesce(currency, {currency}) = {currency} AND (currency IS NULL OR kind = 'money') "
            "AND NOT (in_percent AND kind != 'percent') "
            "AND NOT (known_unit(unit) AND coalesce(unit_of(remark), unit) != unit)"
        ),
    }


def _word_steps(book: Book) -> dict[str, str]:
    listed = ", ".join(map(word, CHOSEN))
    ticked, unticked = (", ".join(map(word, words)) for words in (TICKED, UNTICKED))
    return {
        "listed": (
            "SELECT h.slot, h.text, s.kind, s.listing, s.alone, plain(h.text) AS w, "
            "(SELECT min(c.code) FROM choice c WHERE c.listing = s.listing AND c.text = plain(h.text)) AS code, "
            "(SELECT min(m.reason) FROM missing m WHERE m.text = plain(h.text)) AS listed "
            f"FROM heard h JOIN slot s USING (slot) WHERE s.kind IN ({listed})"
        ),
        # a list of choices in one cell: at each place the longest choice that is known, else a piece that is not
        "pattern": (
            "SELECT listing, '(?:(' || string_agg(regexp_escape(text), '|' ORDER BY length(text) DESC, text) "
            "|| ') *(?:[,;|][,;| ]*|$))|([^,;|]+)[,;| ]*' AS pattern, bool_or(code = 'other') AS has_other "
            "FROM choice GROUP BY listing"
        ),
        "split": (
            "SELECT l.*, has_other, list_filter(regexp_extract_all(ltrim(w, ',;| '), pattern, 1), "
            "lambda x: coalesce(x, '') != '') AS known, list_filter(regexp_extract_all(ltrim(w, ',;| '), pattern, 2), "
            "lambda x: coalesce(x, '') != '') AS others FROM listed l JOIN pattern p USING (listing) "
            "WHERE kind = 'multiple' AND alone = ''"
        ),
        "several": (
            "SELECT slot, text, CASE WHEN len(known) = 0 AND (w = '' OR listed IS NOT NULL) THEN NULL "
            "WHEN len(others) = 0 AND len(known) > 0 THEN codes WHEN has_other THEN list_append(codes, 'other') END "
            f"AS ticks, CASE WHEN w = '' THEN {NOT_ANSWERED} WHEN len(known) = 0 THEN place_of(listed) END AS missed "
            "FROM (SELECT *, coalesce((SELECT list(DISTINCT c.code) FROM choice c WHERE c.listing = split.listing "
            "AND list_contains(split.known, c.text)), []) AS codes FROM split)"
        ),
        "single_tick": (
            f"SELECT slot, text, CASE WHEN w IN ({ticked}) OR code = alone THEN TRUE "
            f"WHEN w = '' OR w IN ({unticked}) THEN FALSE END AS tick, listed, w FROM listed "
            "WHERE kind = 'multiple' AND alone != ''"
        ),
        # ISO as such; day first or month first only if the column as a whole leaves no doubt
        "moment": (
            "SELECT slot, text, CASE WHEN iso IS NOT NULL THEN iso "
            "WHEN all_day AND (NOT all_month OR all_same) THEN day WHEN all_month AND NOT all_day THEN month END AS instant "
            "FROM (SELECT slot, text, iso, day, month, bool_and(done OR day IS NOT NULL) OVER w AS all_day, "
            "bool_and(done OR month IS NOT NULL) OVER w AS all_month, bool_and(done OR day = month) OVER w AS all_same "
            "FROM (SELECT *, (iso IS NOT NULL OR strip(text) = '') AS done FROM (SELECT slot, text, "
            "iso_moment(text) AS iso, day_first(text) AS day, month_first(text) AS month FROM heard h JOIN slot s "
            "USING (slot) WHERE s.kind = 'date')) WINDOW w AS (PARTITION BY slot))"
        ),
    }


_TOGETHER = f"""
    SELECT t.slot, t.text, n.number, NULL::VARCHAR AS word, NULL::VARCHAR[] AS ticks, NULL::BOOLEAN AS tick,
        CASE WHEN w = '' THEN {NOT_ANSWERED} WHEN listed IS NOT NULL THEN place_of(listed)
            WHEN no_number(w) IS NOT NULL THEN place_of(no_number(w)) WHEN n.number IS NOT NULL THEN {ANSWERED}
            ELSE {UNREADABLE} END AS reason FROM typed t LEFT JOIN number n USING (slot, text)
    UNION ALL SELECT slot, text, NULL, code, NULL, NULL, CASE WHEN code IS NOT NULL THEN {ANSWERED}
        WHEN w = '' THEN {NOT_ANSWERED} ELSE coalesce(place_of(listed), {UNREADABLE}) END
        FROM listed WHERE kind IN ('single', 'ranking')
    UNION ALL SELECT slot, text, NULL, NULL, ticks, NULL,
        CASE WHEN ticks IS NOT NULL THEN {ANSWERED} ELSE coalesce(missed, {UNREADABLE}) END FROM several
    UNION ALL SELECT slot, text, NULL, NULL, NULL, tick, CASE WHEN w = '' THEN {NOT_ANSWERED}
        WHEN tick IS NOT NULL THEN {ANSWERED} ELSE coalesce(place_of(listed), {UNREADABLE}) END FROM single_tick
    UNION ALL SELECT slot, text, epoch(instant), NULL, NULL, NULL,
        CASE WHEN strip(text) = '' THEN {NOT_ANSWERED} WHEN instant IS NULL THEN {UNREADABLE} ELSE {ANSWERED} END FROM moment
    UNION ALL SELECT h.slot, h.text, NULL, CASE WHEN strip(h.text) != '' AND m.reason IS NULL THEN strip(h.text) END,
        NULL, NULL, CASE WHEN strip(h.text) = '' THEN {NOT_ANSWERED} ELSE coalesce(place_of(m.reason), {ANSWERED}) END
        FROM heard h JOIN slot s USING (slot)
        LEFT JOIN missing m ON s.kind = 'text' AND m.text = plain(h.text) WHERE s.kind IN ('text', 'identifier')
"""

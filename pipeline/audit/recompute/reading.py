"""What each text means, in SQL: one row per different text of a column, with its value or the reason for none."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.audit.recompute.language import word
from pipeline.audit.recompute.macros import TICKED, UNTICKED
from pipeline.audit.recompute.numbers import missing_word, number_steps
from pipeline.audit.recompute.spec import CHOSEN, NUMBERS, REASONS, Book

ANSWERED, NOT_ASKED, NOT_APPLICABLE, NOT_ANSWERED, _, _, UNREADABLE, WITHHELD = range(len(REASONS))
IN_ORDER = "order"


def kind_of(book: Book, slot: str) -> str:
    """How a column is read: as its question's type, but a whole ranking in one cell as an order."""
    question = book.slots[slot].question
    kind = book.questions[question]["type"]
    return IN_ORDER if kind == "ranking" and slot == question else kind


def slot_rows(book: Book, slots: list[str]) -> str:
    """slot, kind, unit, the list of its choices, and the one choice that a column, or any other text, stands for."""
    rows = []
    for name in slots:
        slot = book.slots[name]
        question = book.questions[slot.question]
        listing = _listing(book, slot.question) if question.get("choices") else ""
        alone = slot.item if question["type"] == "multiple" else "other" if question.get("accepts_other") else None
        rows.append(_row(name, kind_of(book, name), question.get("unit") or "", listing, alone or ""))
    return f"SELECT * FROM (VALUES {_rows(rows, 5)}) AS t(slot, kind, unit, listing, alone)"


def choice_rows(book: Book, slots: list[str]) -> str:
    """Every text that stands for a choice: its code, label, short label and aliases."""
    rows = {}
    for question in dict.fromkeys(book.slots[name].question for name in slots):
        for entry in book.listing(question, "choices"):
            code = str(entry["code"])
            for text in (code, entry["label"], entry.get("short"), *(entry.get("aliases") or ())):
                if text is not None:
                    rows[_row(_listing(book, question), code, str(text))] = None
    values = f"SELECT listing, code, plain(text) AS text FROM (VALUES {_rows(list(rows), 3)}) AS t(listing, code, text)"
    return f"SELECT DISTINCT * FROM ({values})"


def missing_rows(book: Book, slots: list[str]) -> str:
    """The words that mean "no answer" in this source, and to single questions."""
    listed = [("", book.source.get("missing") or {})]
    listed += [(slot, book.questions[book.slots[slot].question].get("missing") or {}) for slot in slots]
    rows = [
        _row(slot, str(text), reason) for slot, told in listed for reason, texts in told.items() for text in texts
    ]
    return f"SELECT DISTINCT slot, plain(text) AS text, reason FROM (VALUES {_rows(rows, 3)}) AS t(slot, text, reason)"


def reading_steps(book: Book, kinds: Collection[str], separator: str | None = None) -> dict[str, str]:
    """From `heard` (slot, text) to `reading` (slot, text, number, word, ticks, tick, reason), for kinds of question.

    `separator` is the one sign that joins several answers in one cell, else each of the usual ones does.
    """
    steps, parts = {}, []
    for some, made, part in (
        (NUMBERS, number_steps(book), _NUMBER),
        ((*CHOSEN, IN_ORDER), _listed_steps(), ""),
        (("single", "ranking"), {}, _SINGLE),
        (("multiple", IN_ORDER), _several_steps(separator), _SEVERAL),
        ((IN_ORDER,), {}, _ORDER),
        (("date",), {"moment": dated(_DATES, "said", "slot")}, _MOMENT),
        (("text", "identifier"), {}, _TEXT),
    ):
        if set(some) & set(kinds):
            steps |= made
            parts += [part] if part else []
    return {**steps, "reading": " UNION ALL ".join(parts)}


def _listing(book: Book, question: str) -> str:
    named = book.questions[question].get("choices")
    return named if isinstance(named, str) else f"of {question}"


def _row(*values: str) -> str:
    return f"({', '.join(map(word, values))})"


def _rows(rows: list[str], width: int) -> str:
    return ", ".join(rows) or f"({', '.join(['NULL::VARCHAR'] * width)})"


def _listed_steps() -> dict[str, str]:
    listed = ", ".join(map(word, (*CHOSEN, IN_ORDER)))
    return {
        "listed": (
            "SELECT h.slot, h.text, s.kind, s.listing, s.alone, plain(h.text) AS w, "
            "(SELECT min(c.code) FROM choice c WHERE c.listing = s.listing AND c.text = plain(h.text)) AS code, "
            f"{missing_word('plain(h.text)')} AS listed "
            f"FROM heard h JOIN slot s USING (slot) WHERE s.kind IN ({listed})"
        ),
    }


def _several_steps(separator: str | None) -> dict[str, str]:
    sign = re.escape(separator).replace("'", "''") if separator else "[,;|]| / "
    between = f"(?:{sign}| |/ )"
    end = f" *(?:(?:{sign}){between}*|$)"
    ticked, unticked = (", ".join(map(word, words)) for words in (TICKED, UNTICKED))
    return {
        # a list of choices in one cell: at each place the longest choice that is known, else a piece that is not
        "pattern": (
            "SELECT listing, '(?:(' || string_agg(regexp_escape(text), '|' ORDER BY length(text) DESC, text) "
            f"|| '){end})|(.+?){end}' AS pattern, bool_or(code = 'other') AS has_other, "
            "map(list(text), list(code)) AS code_of FROM choice GROUP BY listing"
        ),
        "split": (
            "SELECT * EXCLUDE (said), list_filter(regexp_extract_all(said, pattern, 1), "
            "lambda x: coalesce(x, '') != '') AS known, list_filter(regexp_extract_all(said, pattern, 2), "
            f"lambda x: coalesce(x, '') != '') AS others FROM (SELECT *, regexp_replace(w, '^{between}+', '') AS said "
            "FROM listed JOIN pattern USING (listing) "
            f"WHERE (kind = 'multiple' AND alone = '') OR kind = '{IN_ORDER}')"
        ),
        "several": (
            "SELECT slot, text, CASE WHEN len(known) = 0 AND (w = '' OR listed IS NOT NULL) THEN NULL "
            "WHEN len(others) = 0 AND len(known) > 0 THEN codes WHEN has_other THEN list_append(codes, 'other') END "
            f"AS ticks, CASE WHEN w = '' THEN {NOT_ANSWERED} WHEN len(known) = 0 THEN place_of(listed) END AS missed "
            "FROM (SELECT *, coalesce((SELECT list(DISTINCT c.code) FROM choice c WHERE c.listing = split.listing "
            "AND list_contains(split.known, c.text)), []) AS codes FROM split WHERE kind = 'multiple')"
        ),
        "ordered": (
            "SELECT slot, text, w, listed, CASE WHEN len(others) = 0 AND len(codes) > 0 THEN "
            "list_filter(codes, lambda x, i: list_position(codes, x) = i) END AS ticks FROM (SELECT *, "
            "list_transform(known, lambda k: code_of[k]) "
            f"AS codes FROM split WHERE kind = '{IN_ORDER}')"
        ),
        "single_tick": (
            f"SELECT slot, text, CASE WHEN w IN ({ticked}) OR code = alone THEN TRUE "
            f"WHEN w = '' OR w IN ({unticked}) THEN FALSE "
            "WHEN alone = 'other' AND listed IS NULL THEN TRUE END AS tick, listed, w FROM listed "
            "WHERE kind = 'multiple' AND alone != ''"
        ),
    }


def dated(rows: str, text: str, of: str = "1") -> str:
    """Rows with the `instant` that a text says: ISO as such, day or month first if the column leaves no doubt.

    `of` is what tells one column's rows from another's.
    """
    read = f"SELECT *, iso_moment({text}) AS iso, day_first({text}) AS day, month_first({text}) AS month FROM ({rows})"
    done = f"SELECT *, iso IS NOT NULL OR strip({text}) = '' AS done FROM ({read})"
    return (
        "SELECT * EXCLUDE (iso, day, month, done, all_day, all_month, all_same), CASE WHEN iso IS NOT NULL THEN iso "
        "WHEN all_day AND (NOT all_month OR all_same) THEN day WHEN all_month AND NOT all_day THEN month END "
        "AS instant FROM (SELECT *, bool_and(done OR day IS NOT NULL) OVER w AS all_day, "
        "bool_and(done OR month IS NOT NULL) OVER w AS all_month, "
        f"bool_and(done OR day = month) OVER w AS all_same FROM ({done}) "
        f"WINDOW w AS (PARTITION BY {of}))"
    )


_DATES = (
    "SELECT *, CASE WHEN listed IS NULL THEN text ELSE '' END AS said FROM (SELECT h.slot, h.text, "
    f"{missing_word('plain(h.text)')} AS listed FROM heard h JOIN slot s USING (slot) WHERE kind = 'date')"
)
_NUMBER = f"""SELECT t.slot, t.text, CASE WHEN listed IS NULL THEN coalesce(t.step, n.number) END AS number,
        NULL::VARCHAR AS word, NULL::VARCHAR[] AS ticks, NULL::BOOLEAN AS tick, CASE WHEN w = '' THEN {NOT_ANSWERED}
            WHEN listed IS NOT NULL THEN place_of(listed) WHEN t.step IS NOT NULL THEN {ANSWERED}
            WHEN no_number(w) IS NOT NULL THEN place_of(no_number(w)) WHEN n.number IS NOT NULL THEN {ANSWERED}
            ELSE {UNREADABLE} END AS reason FROM typed t LEFT JOIN number n USING (slot, text)"""
_SINGLE = f"""SELECT slot, text, NULL::DOUBLE AS number, told AS word, NULL::VARCHAR[] AS ticks, NULL::BOOLEAN AS tick,
        CASE WHEN told IS NOT NULL THEN {ANSWERED} WHEN w = '' THEN {NOT_ANSWERED}
            ELSE coalesce(place_of(listed), {UNREADABLE}) END AS reason
        FROM (SELECT *, CASE WHEN code IS NULL AND w != '' AND listed IS NULL AND alone != '' THEN alone ELSE code END
            AS told FROM listed WHERE kind IN ('single', 'ranking'))"""
_SEVERAL = f"""SELECT slot, text, NULL::DOUBLE AS number, NULL::VARCHAR AS word, ticks, NULL::BOOLEAN AS tick,
        CASE WHEN ticks IS NOT NULL THEN {ANSWERED} ELSE coalesce(missed, {UNREADABLE}) END AS reason FROM several
    UNION ALL SELECT slot, text, NULL, NULL, NULL, tick, CASE WHEN w = '' THEN {NOT_ANSWERED}
        WHEN tick IS NOT NULL THEN {ANSWERED} ELSE coalesce(place_of(listed), {UNREADABLE}) END FROM single_tick"""
_ORDER = f"""SELECT slot, text, NULL::DOUBLE AS number, NULL::VARCHAR AS word, ticks, NULL::BOOLEAN AS tick,
        CASE WHEN ticks IS NOT NULL THEN {ANSWERED} WHEN w = '' THEN {NOT_ANSWERED}
            ELSE coalesce(place_of(listed), {UNREADABLE}) END AS reason FROM ordered"""
_MOMENT = f"""SELECT slot, text, epoch(instant) / 86400 AS number, NULL::VARCHAR AS word, NULL::VARCHAR[] AS ticks,
        NULL::BOOLEAN AS tick, CASE WHEN strip(text) = '' THEN {NOT_ANSWERED}
            WHEN listed IS NOT NULL THEN place_of(listed) WHEN instant IS NULL THEN {UNREADABLE}
            ELSE {ANSWERED} END AS reason FROM moment"""
_TEXT = f"""SELECT h.slot, h.text, NULL::DOUBLE AS number,
        CASE WHEN strip(h.text) != '' AND missed IS NULL THEN strip(h.text) END AS word, NULL::VARCHAR[] AS ticks,
        NULL::BOOLEAN AS tick,
        CASE WHEN strip(h.text) = '' THEN {NOT_ANSWERED} ELSE coalesce(place_of(missed), {ANSWERED}) END AS reason
        FROM (SELECT h.*, CASE WHEN kind = 'text' THEN {missing_word("plain(h.text)")} END AS missed
            FROM heard h JOIN slot s USING (slot) WHERE s.kind IN ('text', 'identifier')) h"""

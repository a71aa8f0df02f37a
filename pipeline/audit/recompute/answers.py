"""From the raw export to the answers that count: records, corrections, skips and derived numbers, step by step in SQL.

Each step is one SELECT over those before it, so that they make tables for the whole report, or one query for one cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.audit.recompute.files import ID, File, decisions_sql, raw_sql
from pipeline.audit.recompute.language import name, read_names, sql, why, word
from pipeline.audit.recompute.reading import (
    ANSWERED,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    WITHHELD,
    choice_rows,
    missing_rows,
    reading_steps,
    slot_rows,
)
from pipeline.audit.recompute.records import columns_of_records, read_by_records, record_steps
from pipeline.audit.recompute.spec import NUMBERS, Book

Steps = dict[str, str]
EVERY_SLOT = "*"  # of an open finding that is about the whole record

def needed(book: Book, variables: Iterable[str]) -> list[str]:
    """These variables and all that they rest on, in the codebook's order: operands, conditions, ticks of a question."""
    found: set[str] = set()
    left = [*variables, *read_by_records(book)]
    fixes = book.data.get("fixes") or ()
    while left:
        variable = left.pop()
        if variable in found:
            continue
        found.add(variable)
        facts = book.variables[variable]
        if facts.formula:
            left += read_names(facts.formula, book)
            continue
        left += read_names(book.questions[facts.question].get("asked_if") or "True", book)
        for fix in (fix for fix in fixes if fix["question"] == variable):
            left += [*read_names(fix["when"], book), *read_names(fix["to"], book)]
        if facts.kind in ("multiple", "ranking"):
            left += book.groups[facts.question]
    return [variable for variable in book.variables if variable in found]


def answer_steps(
    book: Book,
    files: list[File],
    variables: Iterable[str],
    *,
    left_out: tuple[int, ...] = (),
    open_errors: Iterable[tuple[str, str]] = (),
) -> Steps:
    """The steps up to `answers`: a row per respondent who counts, a column per variable, and `why …` for its reason.

    `left_out` are decisions by their seq that are not applied; `open_errors` the cells (respondent, slot) that open
    findings put in doubt. `before` are the answers of all records as they were received.
    """
    names = needed(book, variables)
    slots = list(dict.fromkeys(book.variables[v].slot for v in names if book.variables[v].slot))
    columns = list(dict.fromkeys([*slots, *columns_of_records(book)]))
    unpivoted = ", ".join(map(name, slots))
    doubted = ((respondent, slots if slot == EVERY_SLOT else [slot]) for respondent, slot in open_errors)
    errors = [f"({word(who)}, {word(slot)})" for who, named in doubted for slot in named if slot in slots]
    steps = {
        "raw": raw_sql(book, files, columns),
        "received": (
            f"SELECT * EXCLUDE ({name(ID)}), {name(ID)} AS respondent_id FROM raw WHERE {name(ID)} != '' "
            f"QUALIFY row_number() OVER (PARTITION BY {name(ID)} ORDER BY file, row) = 1"
        ),
        "cell": (
            "SELECT respondent_id, slot, text FROM (UNPIVOT (SELECT respondent_id, "
            f"{unpivoted} FROM received) ON {unpivoted} INTO NAME slot VALUE text)"
        ),
        "decision": decisions_sql(book, left_out),
        "correction": (
            "SELECT respondent_id, question_id AS slot, arg_max(new_value, seq) AS text FROM decision "
            "WHERE action = 'correct' GROUP BY ALL"
        ),
        "slot": slot_rows(book, slots),
        "choice": choice_rows(book, slots),
        "missing": missing_rows(book),
        "heard": (
            "SELECT DISTINCT slot, text FROM (SELECT slot, text FROM cell UNION ALL SELECT slot, text FROM correction) "
            "JOIN slot USING (slot)"
        ),
        **reading_steps(book),
        "read": "SELECT c.respondent_id, r.* EXCLUDE (text) FROM cell c JOIN reading r USING (slot, text)",
        **_wide("before", "read", "received", names, book),
        **record_steps(book),
        "withheld": (
            "SELECT DISTINCT respondent_id, question_id AS slot FROM decision WHERE action = 'exclude' "
            "AND question_id != ''"
        ),
        "fixed": _fixed(book, slots),
        "decided": _decided("withheld"),
        **_wide("corrected", "decided", "counted", names, book),
        "excluded": "SELECT respondent_id FROM decision WHERE action = 'exclude' AND question_id = ''",
        "respondent": "SELECT respondent_id FROM counted ANTI JOIN excluded USING (respondent_id)",
    }
    if not errors:
        return steps | {"answers": "SELECT c.* FROM corrected c JOIN respondent USING (respondent_id)"}
    in_doubt = f"SELECT * FROM withheld UNION SELECT * FROM (VALUES {', '.join(errors)})"
    steps |= {"doubted": in_doubt, "certain": _decided("doubted")}
    return steps | _wide("answers", "certain", "respondent", names, book)


def _decided(withheld: str) -> str:
    """Every cell as the decisions leave it, without the answers that are withheld."""
    parts = ", ".join(f"CASE WHEN w.slot IS NULL THEN t.{part} END AS {part}" for part in _PARTS)
    told = ", ".join(f"CASE WHEN f.slot IS NULL THEN r.{part} ELSE f.{part} END AS {part}" for part in _PARTS)
    return (
        f"SELECT t.respondent_id, t.slot, {parts}, "
        f"CASE WHEN w.slot IS NOT NULL AND t.reason = {ANSWERED} THEN {WITHHELD} ELSE t.reason END AS reason "
        f"FROM (SELECT c.respondent_id, c.slot, {told}, "
        f"CASE WHEN f.slot IS NULL THEN r.reason ELSE {ANSWERED} END AS reason FROM (SELECT c.respondent_id, c.slot, "
        "coalesce(k.text, c.text) AS text, k.slot IS NOT NULL AS is_decided FROM cell c "
        "LEFT JOIN correction k USING (respondent_id, slot)) c JOIN reading r USING (slot, text) "
        "LEFT JOIN fixed f ON f.respondent_id = c.respondent_id AND f.slot = c.slot AND NOT is_decided) t "
        f"LEFT JOIN {withheld} w USING (respondent_id, slot)"
    )


def _fixed(book: Book, slots: list[str]) -> str:
    """What the codebook's own corrections make of single answers, from the answers as they were received."""
    parts = []
    for fix in book.data.get("fixes") or ():
        if fix["question"] in slots:
            number = book.variables[fix["question"]].kind in NUMBERS
            to = sql(fix["to"], book)
            values = f"({to})::DOUBLE, NULL::VARCHAR" if number else f"NULL::DOUBLE, {to}"
            parts.append(
                f"SELECT respondent_id, {word(fix['question'])}, {values}, NULL::VARCHAR[], NULL::BOOLEAN FROM before "
                f"WHERE {sql(fix['when'], book)}"
            )
    kinds = ("VARCHAR", "VARCHAR", "DOUBLE", "VARCHAR", "VARCHAR[]", "BOOLEAN")
    none = f"SELECT {', '.join(f'NULL::{kind}' for kind in kinds)} WHERE FALSE"
    return f"SELECT * FROM ({' UNION ALL '.join(parts or [none])}) AS t(respondent_id, slot, {', '.join(_PARTS)})"


_PARTS = ("number", "word", "ticks", "tick")


def _wide(into: str, cells: str, people: str, names: list[str], book: Book) -> Steps:
    """Cells to one row per respondent: asked values and reasons, then derived numbers, then skips."""
    asked = [v for v in names if not book.variables[v].formula]
    derived = [v for v in names if book.variables[v].formula]
    formulas = [f"{sql(book.variables[v].formula, book)} AS {name(v)}" for v in derived]
    return {
        f"{into}_asked": _asked(cells, people, asked, book),
        f"{into}_ticked": _ticked(f"{into}_asked", asked, book),
        f"{into}_derived": _select(f"{into}_ticked", formulas),
        f"{into}_skipped": _skipped(f"{into}_derived", asked, book),
        into: _select(f"{into}_skipped", [f"{_reason_of_derived(v, book)} AS {name(f'why {v}')}" for v in derived]),
    }


def _select(source: str, columns: list[str]) -> str:
    return f"SELECT {', '.join(['*', *columns])} FROM {source}"


def _asked(cells: str, people: str, asked: list[str], book: Book) -> str:
    columns = []
    for variable in asked:
        facts = book.variables[variable]
        only = f"FILTER (WHERE slot = {word(facts.slot)})"
        if facts.kind == "multiple" and facts.slot == facts.question:
            code = word(variable.partition(".")[2])
            value = f"list_contains(any_value(ticks) {only}, {code})"
        elif facts.kind == "multiple":
            value = f"bool_or(tick) {only}"
        else:
            value = f"max({'number' if facts.kind in (*NUMBERS, 'date') else 'word'}) {only}"
        columns.append(f"{value} AS {name(variable)}")
    slots = dict.fromkeys(book.variables[v].slot for v in asked)
    columns += [
        f"coalesce(max(reason) FILTER (WHERE slot = {word(slot)}), {NOT_ASKED}) AS {name(f'why {slot}')}"
        for slot in slots
    ]
    joined = f"{people} p LEFT JOIN {cells} c USING (respondent_id)"
    return f"SELECT {', '.join(['p.respondent_id', *columns])} FROM {joined} GROUP BY ALL"


def _ticked(source: str, asked: list[str], book: Book) -> str:
    """One column per choice: a blank beside a tick means not ticked, blanks throughout mean no answer."""
    replaced, added = [], []
    for question in dict.fromkeys(book.variables[v].question for v in asked):
        if book.kind(question) != "multiple" or question in book.slots:
            continue
        parts = [name(f"why {v}") for v in book.groups[question]]
        worst = f"greatest({', '.join(parts)})"
        ticked = " OR ".join(f"{part} = {ANSWERED}" for part in parts)
        reason = f"CASE WHEN ({ticked}) AND {worst} <= {NOT_ANSWERED} THEN {ANSWERED} ELSE {worst} END"
        added.append(f"{reason} AS {name(f'why {question}')}")
        replaced += [
            f"CASE WHEN {reason} = {ANSWERED} THEN coalesce({name(v)}, FALSE) END AS {name(v)}"
            for v in book.groups[question]
        ]
    star = f"* REPLACE ({', '.join(replaced)})" if replaced else "*"
    return f"SELECT {', '.join([star, *added])} FROM {source}"


def _skipped(source: str, asked: list[str], book: Book) -> str:
    """A blank where the condition of the question does not hold was not asked; an unknown condition is no skip."""
    replaced = {}
    for variable in asked:
        condition = book.questions[book.variables[variable].question].get("asked_if")
        if condition:
            reason = why(variable, book)
            test = f"coalesce(NOT {sql(condition, book)}, FALSE) AND {reason} = {NOT_ANSWERED}"
            replaced[reason] = f"CASE WHEN {test} THEN {NOT_ASKED} ELSE {reason} END AS {reason}"
    star = f"* REPLACE ({', '.join(replaced.values())})" if replaced else "*"
    return f"SELECT {star} FROM {source}"


def _reason_of_derived(variable: str, book: Book) -> str:
    """The worst reason among the operands; where all are known and there is no number, it does not apply."""
    operands = dict.fromkeys(why(v, book) for v in read_names(book.variables[variable].formula, book))
    worst = f"greatest({', '.join(operands)})"
    return (
        f"CASE WHEN {name(variable)} IS NOT NULL THEN {ANSWERED} WHEN {worst} = {ANSWERED} THEN {NOT_APPLICABLE} "
        f"ELSE {worst} END"
    )

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
from pipeline.audit.recompute.spec import NUMBERS, Book

Steps = dict[str, str]
ROWS = "file, row"

# what a tool's codes in its system columns mean
SYSTEM_WORDS = {
    "qualtrics": {
        "Status": {
            "0": "IP Address", "1": "Survey Preview", "2": "Survey Test", "4": "Imported", "8": "Spam",
            "9": "Survey Preview Spam", "12": "Imported Spam", "16": "Offline", "17": "Offline Survey Preview",
            "32": "EX", "40": "EX Spam", "48": "EX Offline",
        },
        "Finished": {"1": "True", "0": "False", "TRUE": "True", "FALSE": "False"},
    }
}  # fmt: skip


def needed(book: Book, variables: Iterable[str]) -> list[str]:
    """These variables and all that they rest on, in the codebook's order: operands, conditions, ticks of a question."""
    found: set[str] = set()
    left = [*variables, *_read_by_records(book)]
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
    columns = list(dict.fromkeys([*slots, *_columns_of_records(book)]))
    unpivoted = ", ".join(map(name, slots))
    errors = [f"({word(respondent)}, {word(slot)})" for respondent, slot in open_errors if slot in slots]
    steps = {
        "raw": raw_sql(book, files, columns),
        "received": (
            f"SELECT * EXCLUDE ({name(ID)}), {name(ID)} AS respondent_id FROM raw WHERE {name(ID)} != '' "
            f"QUALIFY row_number() OVER (PARTITION BY {name(ID)} ORDER BY {ROWS}) = 1"
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
        **_records(book),
        "withheld": (
            "SELECT DISTINCT respondent_id, question_id AS slot FROM decision WHERE action = 'exclude' "
            "AND question_id != ''"
        ),
        "decided": _decided("withheld"),
        **_wide("corrected", "decided", "counted", names, book),
        "excluded": "SELECT respondent_id FROM decision WHERE action = 'exclude' AND question_id = ''",
        "respondent": "SELECT respondent_id FROM counted WHERE respondent_id NOT IN (SELECT respondent_id FROM excluded)",
    }
    if not errors:
        return steps | {"answers": "SELECT c.* FROM corrected c JOIN respondent USING (respondent_id)"}
    doubted = f"SELECT * FROM withheld UNION SELECT * FROM (VALUES {', '.join(errors)})"
    steps |= {"doubted": doubted, "certain": _decided("doubted")}
    return steps | _wide("answers", "certain", "respondent", names, book)


def _decided(withheld: str) -> str:
    """Every cell as the decisions leave it, without the answers that are withheld."""
    parts = ", ".join(f"CASE WHEN w.slot IS NULL THEN r.{part} END AS {part}" for part in _PARTS)
    return (
        f"SELECT c.respondent_id, r.slot, {parts}, "
        f"CASE WHEN w.slot IS NOT NULL AND r.reason = {ANSWERED} THEN {WITHHELD} ELSE r.reason END AS reason "
        "FROM (SELECT c.respondent_id, c.slot, coalesce(k.text, c.text) AS text FROM cell c "
        "LEFT JOIN correction k USING (respondent_id, slot)) c JOIN reading r USING (slot, text) "
        f"LEFT JOIN {withheld} w USING (respondent_id, slot)"
    )


_PARTS = ("number", "word", "ticks", "tick")


def _wide(into: str, cells: str, people: str, names: list[str], book: Book) -> Steps:
    """Cells to one row per respondent: asked values and reasons, then derived numbers, then skips."""
    asked = [v for v in names if not book.variables[v].formula]
    derived = [v for v in names if book.variables[v].formula]
    return {
        f"{into}_asked": _asked(cells, people, asked, book),
        f"{into}_ticked": _ticked(f"{into}_asked", asked, book),
        f"{into}_derived": _select(f"{into}_ticked", [f"{sql(book.variables[v].formula, book)} AS {name(v)}" for v in derived]),
        f"{into}_skipped": _skipped(f"{into}_derived", asked, book),
        into: _select(f"{into}_skipped", [f"{_reason_of_derived(v, book)} AS {name(f'why {v}')}" for v in derived]),
    }  # fmt: skip


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
    return f"SELECT {', '.join(['p.respondent_id', *columns])} FROM {people} p LEFT JOIN {cells} c USING (respondent_id) GROUP BY ALL"


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


def _read_by_records(book: Book) -> list[str]:
    """The variables that record rules read."""
    rules = book.data.get("records") or []
    return [v for rule in rules if rule.get("where") for v in read_names(rule["where"], book)]


def _columns_of_records(book: Book) -> list[str]:
    """The slots and system columns that record rules read as text."""
    found: dict[str, None] = {}
    for rule in book.data.get("records") or []:
        for column in (*(rule.get("duplicate_of") or ()), rule.get("by")):
            found.update({column: None} if column else {})
    system = {column: None for column in book.system if column not in book.variables}
    return list({**found, **system})


def _records(book: Book) -> Steps:
    """The record rules in their order, each over the records that still count; `counted` are those that are left."""
    words = SYSTEM_WORDS.get(book.source.get("kind", "tidy"), {})
    system = [column for column in _columns_of_records(book) if column not in book.slots]
    told = [f"{_told(column, words.get(column, {}))} AS {name(column)}" for column in system]
    steps = {
        "scope": f"SELECT {', '.join(['b.*', *told])} FROM before b JOIN received r USING (respondent_id)",
        "counted_0": "SELECT respondent_id FROM received",
    }
    rules = book.data.get("records") or []
    for number, rule in enumerate(rules, start=1):
        source = f"counted_{number - 1}"
        if rule.get("where"):
            steps[f"counted_{number}"] = (
                f"SELECT respondent_id FROM {source} JOIN scope s USING (respondent_id) "
                f"WHERE NOT coalesce({sql(rule['where'], book)}, FALSE)"
            )
        else:
            steps |= _last_of_alike(rule, number, source)
    return {**steps, "counted": f"SELECT respondent_id FROM counted_{len(rules)}"}


def _last_of_alike(rule: dict, number: int, source: str) -> Steps:
    """Of the records alike in all of `duplicate_of` the latest or first is left; a blank is alike to nothing."""
    keys = [f"lower(strip(coalesce({name(column)}, '')))" for column in rule["duplicate_of"]]
    given = " AND ".join(f"{key} != ''" for key in keys)
    latest = rule.get("keep", "latest") == "latest"
    order = "instant DESC NULLS LAST, file DESC, row DESC" if latest else ROWS
    text = f"coalesce({name(rule['by'])}, '')" if latest else "''"
    return {
        f"dated_{number}": (
            "SELECT *, CASE WHEN iso IS NOT NULL THEN iso WHEN all_day AND (NOT all_month OR all_same) THEN day "
            "WHEN all_month AND NOT all_day THEN month END AS instant FROM (SELECT *, "
            "bool_and(done OR day IS NOT NULL) OVER () AS all_day, "
            "bool_and(done OR month IS NOT NULL) OVER () AS all_month, bool_and(done OR day = month) OVER () AS all_same "
            "FROM (SELECT *, (iso IS NOT NULL OR strip(moment_text) = '') AS done FROM (SELECT *, "
            "iso_moment(moment_text) AS iso, day_first(moment_text) AS day, month_first(moment_text) AS month "
            f"FROM (SELECT r.*, {text} AS moment_text FROM received r JOIN {source} USING (respondent_id)))))"
        ),
        f"counted_{number}": (
            f"SELECT respondent_id FROM dated_{number} QUALIFY NOT ({given}) OR row_number() OVER "
            f"(PARTITION BY {', '.join(keys)}, ({given}) ORDER BY {order}) = 1"
        ),
    }


def _told(column: str, words: dict[str, str]) -> str:
    cases = " ".join(f"WHEN {word(code)} THEN {word(text)}" for code, text in words.items())
    return f"CASE r.{name(column)} {cases} ELSE r.{name(column)} END" if cases else f"r.{name(column)}"

"""From the raw export to the answers that count: records, corrections, skips and derived numbers, step by step in SQL.

Each step is one SELECT over those before it, so that they make tables for the whole report, or one query for one cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.audit.recompute.files import ID, File, decisions_sql, raw_sql, separator_of
from pipeline.audit.recompute.language import name, read_names, sql, why, word
from pipeline.audit.recompute.reading import (
    ANSWERED,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    WITHHELD,
    choice_rows,
    kind_of,
    missing_rows,
    reading_steps,
    slot_rows,
)
from pipeline.audit.recompute.records import columns_of_records, read_by_records, record_steps
from pipeline.audit.recompute.spec import NUMBERS, Book

Steps = dict[str, str]
EVERY_SLOT = "*"  # of an open finding that is about the whole record


@dataclass(frozen=True)
class LeftOut:
    """Corrections that are not made: decisions by their seq, and cells (respondent, slot) that a fix changes."""

    decisions: tuple[int, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()


def needed(book: Book, variables: Iterable[str]) -> list[str]:
    """These variables and all that they rest on, in the codebook's order: operands, conditions, ticks of a question."""
    found: set[str] = set()
    left = list(variables)
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


def slots_of(book: Book, variables: Iterable[str]) -> list[str]:
    """The columns that variables are read from."""
    found = (book.variables[v].slot for v in variables)
    return list(dict.fromkeys(slot for slot in found if slot))


def received_steps(book: Book, files: list[File], names: list[str], before: list[str]) -> Steps:
    """The steps up to `counted`, the records that count, and `reading`, what every text means, corrected ones too.

    `names` are the variables that are wanted, `before` those that are also wanted as they were received.
    """
    slots = slots_of(book, [*names, *before])
    columns = list(dict.fromkeys([*slots, *columns_of_records(book)]))
    unpivoted = ", ".join(map(name, slots))
    kinds = {kind_of(book, slot) for slot in slots}
    return {
        "raw": raw_sql(files, columns),
        "received": (
            f"SELECT * EXCLUDE ({name(ID)}), {name(ID)} AS respondent_id FROM raw WHERE {name(ID)} != '' "
            f"QUALIFY row_number() OVER (PARTITION BY {name(ID)} ORDER BY file, row) = 1"
        ),
        "cell": (
            "SELECT respondent_id, slot, text FROM (UNPIVOT (SELECT respondent_id, "
            f"{unpivoted} FROM received) ON {unpivoted} INTO NAME slot VALUE text)"
        ),
        "decision": decisions_sql(book),
        "slot": slot_rows(book, slots),
        "choice": choice_rows(book, slots),
        "missing": missing_rows(book, slots),
        "heard": (
            "SELECT DISTINCT slot, text FROM (SELECT slot, text FROM cell UNION ALL "
            "SELECT question_id, new_value FROM decision WHERE action = 'correct') JOIN slot USING (slot)"
        ),
        **reading_steps(book, kinds, separator_of(book, files)),
        "read": "SELECT c.respondent_id, r.* EXCLUDE (text) FROM cell c JOIN reading r USING (slot, text)",
        **_wide("before", "read", "received", before, book),
        **record_steps(book, files[0].kind),
    }


def decided_steps(
    book: Book, names: list[str], left_out: LeftOut = LeftOut(), open_errors: Iterable[tuple[str, str]] = ()
) -> Steps:
    """The steps from there to `answers`: a row per respondent who counts, a column per variable, `why …` its reason.

    `open_errors` are the cells (respondent, slot) that open findings put in doubt.
    """
    slots = slots_of(book, names)
    doubted = ((respondent, slots if slot == EVERY_SLOT else [slot]) for respondent, slot in open_errors)
    errors = [f"({word(who)}, {word(slot)})" for who, named in doubted for slot in named if slot in slots]
    without = f" WHERE seq NOT IN ({', '.join(map(str, left_out.decisions))})" if left_out.decisions else ""
    steps = {
        "in_force": f"SELECT * FROM decision{without}",
        "correction": (
            "SELECT respondent_id, question_id AS slot, arg_max(new_value, seq) AS text FROM in_force "
            "WHERE action = 'correct' GROUP BY ALL"
        ),
        "withheld": (
            "SELECT DISTINCT respondent_id, question_id AS slot FROM in_force WHERE action = 'exclude' "
            "AND question_id != ''"
        ),
        "fixed": _fixed(book, slots, left_out),
        "decided": _decided("withheld"),
        **_wide("corrected", "decided", "counted", names, book),
        "excluded": "SELECT respondent_id FROM in_force WHERE action = 'exclude' AND question_id = ''",
        "respondent": "SELECT respondent_id FROM counted ANTI JOIN excluded USING (respondent_id)",
    }
    if not errors:
        return steps | {"answers": "SELECT c.* FROM corrected c JOIN respondent USING (respondent_id)"}
    in_doubt = f"SELECT * FROM withheld UNION SELECT * FROM (VALUES {', '.join(errors)})"
    steps |= {"doubted": in_doubt, "certain": _decided("doubted")}
    return steps | _wide("answers", "certain", "respondent", names, book)


def read_early(book: Book, names: list[str]) -> list[str]:
    """The variables that are wanted as they were received: record rules read them, and the fixes of wanted ones."""
    fixes = [fix for fix in book.data.get("fixes") or () if fix["question"] in names]
    read = [variable for fix in fixes for key in ("when", "to") for variable in read_names(fix[key], book)]
    return needed(book, [*read_by_records(book), *read])


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


def _fixed(book: Book, slots: list[str], left_out: LeftOut) -> str:
    """What the codebook's own corrections make of single answers, from the answers as they were received."""
    parts = []
    without = [f"({word(respondent)}, {word(slot)})" for respondent, slot in left_out.fixed]
    but = f" WHERE (respondent_id, slot) NOT IN ({', '.join(without)})" if without else ""
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
    return f"SELECT * FROM ({' UNION ALL '.join(parts or [none])}) AS t(respondent_id, slot, {', '.join(_PARTS)}){but}"


_PARTS = ("number", "word", "ticks", "tick")


def _wide(into: str, cells: str, people: str, names: list[str], book: Book) -> Steps:
    """Cells to one row per respondent: asked values and reasons, then ticks, derived numbers and skips if any are."""
    asked = [v for v in names if not book.variables[v].formula]
    derived = [v for v in names if book.variables[v].formula]
    formulas = [f"{sql(book.variables[v].formula, book)} AS {name(v)}" for v in derived]
    reasons = [f"{_reason_of_derived(v, book)} AS {name(f'why {v}')}" for v in derived]
    queries = {"asked": _asked(cells, people, asked, book)}
    source = f"{into}_asked"
    for step, columns in (
        ("ticked", _ticked(asked, book)),
        ("derived", ", ".join(["*", *formulas])),
        ("skipped", _skipped(asked, book)),
        ("reasoned", ", ".join(["*", *reasons])),
    ):
        if columns != "*":
            queries[step] = f"SELECT {columns} FROM {source}"
            source = f"{into}_{step}"
    *others, last = queries
    return {f"{into}_{step}": queries[step] for step in others} | {into: queries[last]}


def _asked(cells: str, people: str, asked: list[str], book: Book) -> str:
    columns = []
    for variable in asked:
        facts = book.variables[variable]
        told = f"cells[{word(facts.slot)}]"
        if facts.kind == "multiple" and facts.slot == facts.question:
            value = f"list_contains({told}.ticks, {word(variable.partition('.')[2])})"
        elif facts.kind == "multiple":
            value = f"{told}.tick"
        elif facts.kind == "ranking" and facts.slot == facts.question:
            value = f"{told}.ticks[{variable.rpartition('.')[2]}]"
        else:
            value = f"{told}.{'number' if facts.kind in (*NUMBERS, 'date') else 'word'}"
        columns.append(f"{value} AS {name(variable)}")
    for slot in dict.fromkeys(book.variables[v].slot for v in asked):
        reason = f"coalesce(cells[{word(slot)}].reason, {NOT_ASKED})"
        question = book.slots[slot].question
        if book.kind(question) == "ranking" and slot == question:  # places may be left out
            for place, variable in enumerate(book.groups[question], start=1):
                short = f"{reason} = {ANSWERED} AND len(cells[{word(slot)}].ticks) < {place}"
                columns.append(f"CASE WHEN {short} THEN {NOT_ANSWERED} ELSE {reason} END AS {name(f'why {variable}')}")
            continue
        columns.append(f"{reason} AS {name(f'why {slot}')}")
    gathered = f"SELECT respondent_id, map(list(c.slot), list(c)) AS cells FROM {cells} c GROUP BY respondent_id"
    joined = f"{people} LEFT JOIN ({gathered}) USING (respondent_id)"
    return f"SELECT {', '.join(['respondent_id', *columns])} FROM {joined}"


def _ticked(asked: list[str], book: Book) -> str:
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
    return ", ".join([f"* REPLACE ({', '.join(replaced)})", *added]) if added else "*"


def _skipped(asked: list[str], book: Book) -> str:
    """A blank where the condition of the question does not hold was not asked.

    An unknown condition is no skip, unless a question that it rests on was skipped.
    """
    replaced, skips = {}, {}
    for variable in asked:
        question = book.variables[variable].question
        condition = book.questions[question].get("asked_if")
        if condition:
            reason = why(variable, book)
            behind = [skips[other] for other in _questions_behind(condition, book) if other in skips]
            unknown = f"coalesce({' OR '.join(behind)}, FALSE)" if behind else "FALSE"
            skips[question] = f"coalesce(NOT {sql(condition, book)}, {unknown})"
            test = f"{skips[question]} AND {reason} = {NOT_ANSWERED}"
            replaced[reason] = f"CASE WHEN {test} THEN {NOT_ASKED} ELSE {reason} END AS {reason}"
    return f"* REPLACE ({', '.join(replaced.values())})" if replaced else "*"


def _questions_behind(expression: str, book: Book) -> set[str]:
    """The asked questions that an expression rests on."""
    read = [book.variables[variable] for variable in read_names(expression, book)]
    parts = [_questions_behind(facts.formula, book) if facts.formula else {facts.question} for facts in read]
    return set().union(*parts)


def _reason_of_derived(variable: str, book: Book) -> str:
    """The worst reason among the operands; where all are known and there is no number, it does not apply."""
    operands = dict.fromkeys(why(v, book) for v in read_names(book.variables[variable].formula, book))
    worst = f"greatest({', '.join(operands)})"
    return (
        f"CASE WHEN {name(variable)} IS NOT NULL THEN {ANSWERED} WHEN {worst} = {ANSWERED} THEN {NOT_APPLICABLE} "
        f"ELSE {worst} END"
    )

"""Which records count, in SQL: the record rules of the codebook in their order."""

from __future__ import annotations

from pipeline.audit.recompute.language import name, plain_names, read_names, sql, word
from pipeline.audit.recompute.reading import dated
from pipeline.audit.recompute.spec import Book

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


def read_by_records(book: Book) -> list[str]:
    """The variables that record rules read."""
    rules = book.data.get("records") or []
    return [v for rule in rules if rule.get("where") for v in read_names(rule["where"], book)]


def columns_of_records(book: Book) -> list[str]:
    """The slots and system columns that record rules read as text."""
    found: dict[str, None] = {}
    system = {column for column in book.system if column not in book.variables}
    for rule in book.data.get("records") or []:
        for column in (*(rule.get("duplicate_of") or ()), rule.get("by")):
            found.update({column: None} if column else {})
        found.update(dict.fromkeys(plain_names(rule["where"]) & system) if rule.get("where") else {})
    return list(found)


def record_steps(book: Book, kind: str) -> dict[str, str]:
    """The record rules in their order, each over the records that still count; `counted` are those that are left."""
    words = SYSTEM_WORDS.get(kind, {})
    system = [column for column in columns_of_records(book) if column not in book.slots]
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


def _last_of_alike(rule: dict, number: int, source: str) -> dict[str, str]:
    """Of the records alike in all of `duplicate_of` the latest or first is left; a blank is alike to nothing."""
    keys = [f"lower(strip(coalesce({name(column)}, '')))" for column in rule["duplicate_of"]]
    given = " AND ".join(f"{key} != ''" for key in keys)
    latest = rule.get("keep", "latest") == "latest"
    order = "instant DESC NULLS LAST, file DESC, row DESC" if latest else "file, row"
    text = f"coalesce({name(rule['by'])}, '')" if latest else "''"
    return {
        f"dated_{number}": dated(
            f"SELECT r.*, {text} AS moment_text FROM received r JOIN {source} USING (respondent_id)", "moment_text"
        ),
        f"counted_{number}": (
            f"SELECT respondent_id FROM dated_{number} QUALIFY NOT ({given}) OR row_number() OVER "
            f"(PARTITION BY {', '.join(keys)}, ({given}) ORDER BY {order}) = 1"
        ),
    }


def _told(column: str, words: dict[str, str]) -> str:
    cases = " ".join(f"WHEN {word(code)} THEN {word(text)}" for code, text in words.items())
    return f"CASE r.{name(column)} {cases} ELSE r.{name(column)} END" if cases else f"r.{name(column)}"

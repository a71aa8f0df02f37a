"""The figures of the run itself that can be counted again from the files: records, answers, corrections, quotations."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from pipeline.audit.recompute.cells import REFERENCE, SHOWN, Expected, Reference
from pipeline.audit.recompute.engine import Answered, excluded_by_rule
from pipeline.audit.recompute.exhibits import cut_of
from pipeline.audit.recompute.language import name, sql
from pipeline.audit.recompute.printing import DASH, printed
from pipeline.audit.recompute.reading import ANSWERED
from pipeline.audit.recompute.spec import for_item

COUNTED = "counted from the raw rows, the record rules and the decisions"


def read_references(edition: Path) -> dict[str, Reference]:
    """references.csv by id; none where there is no such file."""
    path = edition / "references.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: _reference(row) for row in csv.DictReader(file)}


def _reference(row: dict[str, str]) -> Reference:
    value = Fraction(row["value"])
    return Reference(value, printed(value, row["unit"], int(row["decimals"]) if row["decimals"] else None))


def fact_cells(answered: Answered, dimensions: tuple[str, ...]) -> Iterator[Expected]:
    """What was received, what counts, what was changed, who answered."""
    run = answered.connection.execute
    received = run("SELECT count(*) FROM raw").fetchone()[0]
    respondents = run("SELECT count(*) FROM answers").fetchone()[0]
    reasons = [c[0] for c in run("DESCRIBE answers").fetchall() if c[0].startswith("why ")]
    wanted = dict.fromkeys(f"why {answered.book.reason_of(v)}" for v in answered.book.variables)
    told = " + ".join(f"({name(reason)} = {ANSWERED})::INTEGER" for reason in reasons if reason in wanted)
    answers = run(f"SELECT coalesce(sum({told}), 0)::BIGINT FROM answers").fetchone()[0]
    changed = _changed(answered)
    counts = {"received": received, "excluded": received - respondents, "respondents": respondents,
              "answers": answers, "changed": changed}  # fmt: skip
    for column, value in counts.items():
        yield _count(f"survey.overall.all.{column}", value)
    yield _share("survey.overall.all.changed_share", changed, answers, 1)
    for dimension in dimensions:
        cut = cut_of(dimension, answered.book)
        inside = dict(run(f"SELECT {cut.sql}, count(*) FROM answers GROUP BY ALL").fetchall())
        for band in cut.bands:
            yield _count(f"survey.{dimension}.{band}.respondents", inside.get(band, 0))
            yield _share(f"survey.{dimension}.{band}.share", inside.get(band, 0), respondents, 0)
    for rule, number in excluded_by_rule(answered).items():
        yield _count(f"records.reason.{rule}.records", number)


def reference_cells(references: dict[str, Reference]) -> Iterator[Expected]:
    """What is quoted from elsewhere."""
    for id_, reference in references.items():
        yield Expected(f"reference.overall.all.{id_}", "reference", reference.value, reference.printed, None, REFERENCE)


def check_cells(answered: Answered) -> Iterator[Expected]:
    """In how many cases each check of the codebook holds, is violated or cannot be told, over the answers as received.

    The built-in checks, and what was decided about findings, are not counted here.
    """
    book = answered.book
    for check in book.data.get("checks") or ():
        items = check.get("items")
        codes = [str(entry["code"]) for entry in book.lists[items]] if isinstance(items, str) else [None]
        counts = [0, 0, 0]
        for code in codes:
            held = sql(for_item(check["assert"], code), book)
            if check.get("when"):
                held = f"((NOT {sql(for_item(check['when'], code), book)}) OR {held})"
            query = (
                f"SELECT count(*) FILTER (h), count(*) FILTER (NOT h), count(*) FILTER (h IS NULL) FROM "
                f"(SELECT ({held})::BOOLEAN AS h FROM before JOIN counted USING (respondent_id))"
            )
            found = answered.connection.execute(query).fetchone()
            counts = [total + number for total, number in zip(counts, found, strict=True)]
        for column, number in zip(("holds", "violated", "not_evaluable"), counts, strict=True):
            yield _count(f"findings.check.{check['id']}.{column}", number)


def _changed(answered: Answered) -> int:
    """How many values of those who answer are others than as received; before findings withhold any."""
    asked = [v for v in answered.book.variables.values() if not v.formula]
    differs = " + ".join(f"(b.{name(v.name)} IS DISTINCT FROM d.{name(v.name)})::INTEGER" for v in asked)
    query = f"SELECT coalesce(sum({differs}), 0)::BIGINT FROM before b JOIN corrected d USING (respondent_id)"
    return answered.connection.execute(query).fetchone()[0]


def _count(cell_id: str, value: int) -> Expected:
    return Expected(cell_id, "count", Fraction(value), f"{value:,}", None, formula=COUNTED)


def _share(cell_id: str, k: int, n: int, decimals: int) -> Expected:
    if not n:
        return Expected(cell_id, "share", None, DASH, n, "empty", Fraction(k), Fraction(n))
    value = Fraction(100 * k, n)
    text = printed(value, "share", decimals)
    return Expected(cell_id, "share", value, text, n, SHOWN, Fraction(k), Fraction(n), COUNTED)

"""The columns of an exhibit for the second engine: in SQL, what each respondent gives to each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.audit.recompute.language import in_band, name, read_names, sql, why, word
from pipeline.audit.recompute.reading import ANSWERED
from pipeline.audit.recompute.spec import Book

MEDIANS = ("median", "median_nonzero", "median_of_ratios")
UNWEIGHTED = ("count", "points")
RATIOS = ("ratio_of_sums", "mean_of_ratios", "median_of_ratios")


@dataclass(frozen=True)
class Given:
    """What each respondent gives to a measure: SQL of the value (NULL: not used) and of what it is divided by.

    `band` is the row where the rows are items; `reads` are the variables in it.
    """

    value: str
    per: str
    reads: tuple[str, ...]
    band: str | None = None


@dataclass(frozen=True)
class Measure:
    """One column, total or callout of an exhibit, or an axis of a scatter."""

    column: str
    place: str
    statistic: str
    unit: str
    decimals: int | None
    given: tuple[Given, ...]

    def weight(self, book: Book) -> str:
        """SQL of how much a respondent weighs in it; NULL takes the respondent out."""
        if book.weight is None or self.statistic in UNWEIGHTED:
            return "1"
        return f"CASE WHEN {name(book.weight)} > 0 THEN {name(book.weight)} END"


def measures_of(keys: dict[str, Any], book: Book) -> Iterator[Measure]:
    """The axes of a scatter or the columns of a table, then the total and the callouts."""
    if points := keys.get("points"):
        codes: list[str] = []
        for own, other in ((points["x"], points["y"]), (points["y"], points["x"])):
            both = f"CASE WHEN {name(other)} IS NOT NULL THEN {name(own)} END"
            unit = book.variables[own].unit or "count"
            yield Measure(own.replace(".", "_"), "axis", "points", unit, keys.get("decimals"),
                          (Given(both, "NULL", (own, other)),))  # fmt: skip
    else:
        columns = _columns(keys, book)
        codes = [column["id"] for column in columns]
        for column in columns:
            yield _measure(keys, column, column["id"], "table", codes, book)
    beside = [(keys["total"], "total")] if keys.get("total") else []
    for companion, place in [*beside, *((c, "callout") for c in keys.get("callouts") or ())]:
        yield _measure(keys, companion, companion["column"], place, codes, book)


def _columns(keys: dict[str, Any], book: Book) -> list[dict[str, Any]]:
    """The columns of the table: those listed, a list of the codebook, all answers or items, or just one."""
    listed, statistic, question = keys.get("columns"), keys["statistic"], keys.get("question")
    if isinstance(listed, str):
        return [{"id": str(entry["code"])} for entry in book.lists[listed]]
    if listed is not None:
        return [column if isinstance(column, dict) else {"id": str(column)} for column in listed]
    if statistic in ("share", "count") and keys.get("column") is None:
        asked = book.variables[question].question if question in book.variables else question
        if book.kind(asked) in ("single", "multiple", "ranking"):
            return [{"id": code} for code in book.codes(asked)]
        return [{"id": str(band["id"])} for band in keys["bins"]]
    if statistic == "mean_share":
        return [{"id": code} for code in book.codes(question, "items")]
    return [{"id": keys.get("column") or statistic}]


def _measure(
    keys: dict[str, Any], column: dict[str, Any], id_: str, place: str, codes: list[str], book: Book
) -> Measure:
    statistic = column.get("statistic") or keys["statistic"]
    question = column.get("question") or keys.get("question")
    items = [str(entry["code"]) for entry in book.lists[keys["rows"]["items"]]] if keys.get("rows") else [None]
    given = tuple(_given(keys, column, id_, statistic, question, item, codes, book) for item in items)
    decimals = column.get("decimals") if column.get("decimals") is not None else keys.get("decimals")
    unit = column.get("unit") or keys.get("unit")
    if statistic in ("share", "share_nonzero", "mean_share"):
        unit = "share"
    elif statistic == "count":
        unit = "count"
    elif statistic in RATIOS:
        unit = unit or "ratio"
    else:
        unit = unit or book.variables[given[0].reads[0]].unit or "count"
    return Measure(id_, place, statistic, unit, decimals, given)


def _given(
    keys: dict[str, Any],
    column: dict[str, Any],
    id_: str,
    statistic: str,
    question: str | None,
    item: str | None,
    codes: list[str],
    book: Book,
) -> Given:
    def of(asked: str) -> str:
        return f"{asked}.{item}" if item else asked

    if column.get("when"):
        return Given(f"({sql(column['when'], book)})::INTEGER", "NULL", read_names(column["when"], book))
    value, per, reads = name(of(question)), "NULL", (of(question),)
    match statistic:
        case "share" | "count":
            value, reads = _counted(keys, of(question), column.get("answers") or [id_], book)
        case "share_nonzero":
            value = f"({value} <> 0)::INTEGER"
        case "median_nonzero":
            value = f"nullif({value}, 0)"
        case "mean_share":
            reads = (f"{question}.{id_}", *(f"{question}.{code}" for code in codes))
            whole = " + ".join(name(part) for part in reads[1:])
            value = f"100 * {name(reads[0])} / nullif({whole}, 0)"
        case "ratio_of_sums" | "mean_of_ratios" | "median_of_ratios":
            by = of(column.get("per") or keys["per"])
            both = f"{value} > 0 AND {name(by)} > 0"
            own = value if statistic == "ratio_of_sums" else f"{value} / {name(by)}"
            reads, per = (*reads, by), f"CASE WHEN {both} THEN {name(by)} END"
            value = f"CASE WHEN {both} THEN {own} END"
    return Given(value, per, reads, item)


def _counted(keys: dict[str, Any], question: str, answers: list, book: Book) -> tuple[str, tuple[str, ...]]:
    """1 where what counts was answered, 0 where something else was, NULL where nothing was."""
    answers = [str(answer) for answer in answers]
    inside = ", ".join(map(word, answers))
    asked = book.variables[question].question if question in book.variables else question
    match book.kind(asked):
        case "single":
            return f"({name(question)} IN ({inside}))::INTEGER", (question,)
        case "multiple":
            ticks = " OR ".join(f"coalesce({name(f'{asked}.{code}')}, FALSE)" for code in answers)
            hit = f"CASE WHEN {why(asked, book)} = {ANSWERED} THEN ({ticks})::INTEGER END"
            return hit, tuple(f"{asked}.{code}" for code in answers)
        case "ranking":
            places = book.groups[asked]
            hit = " OR ".join(f"coalesce({name(place)} IN ({inside}), FALSE)" for place in places)
            given = " OR ".join(f"{why(place, book)} = {ANSWERED}" for place in places)
            return f"CASE WHEN {given} THEN ({hit})::INTEGER END", places
    band = in_band(name(question), keys["bins"])
    return f"(({band}) IN ({inside}))::INTEGER", (question,)

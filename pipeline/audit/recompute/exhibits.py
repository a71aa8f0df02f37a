"""exhibits.yaml as plain data for the second engine: which figures there are, and in SQL what each respondent gives.

A figure is one measure in one row; its address is `exhibit.dimension.band.column`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from pipeline.audit.recompute.language import has_edges, in_band, lies_in, name, read_names, sql, why, word
from pipeline.audit.recompute.reading import ANSWERED
from pipeline.audit.recompute.spec import Book, NotRecomputed, read_book, read_yaml, unheard

OVERALL, ALL, N = "overall", "all", "n"
# smallest bases and the digits that a median keeps outside the house, unless the edition says otherwise
DISCLOSURE = {
    "internal": {"withhold": 1, "quartiles": 8},
    "reviewer": {"withhold": 1, "quartiles": 8},
    "external": {"withhold": 5, "quartiles": 8, "significant_digits": 2},
}
# what an exhibit and a column may say that is known here; of one that says more there is no verdict
EXHIBIT = {
    "id", "chapter", "title", "measure", "statistic", "layout", "survey", "question", "per", "bins", "points",
    "column", "columns", "rows", "total", "callouts", "dimensions", "cut_by", "where", "base", "note", "unit",
    "decimals", "chart", "order", "last", "add_to_100", "changes", "headlines",
}  # fmt: skip
COLUMN = {
    "id", "column", "label", "short", "question", "when", "per", "statistic", "answers", "unit", "decimals",
}  # fmt: skip
STATISTICS = {
    "share", "share_nonzero", "count", "median", "median_nonzero", "mean", "mean_share", "ratio_of_sums",
    "mean_of_ratios", "median_of_ratios", "points",
}  # fmt: skip
MEDIANS = ("median", "median_nonzero", "median_of_ratios")
RATIOS = ("ratio_of_sums", "mean_of_ratios", "median_of_ratios")


@dataclass(frozen=True)
class Cut:
    """How respondents fall into the bands of a dimension: `sql` gives the band of each, `tests` say who is in one."""

    dimension: str
    bands: tuple[str, ...]
    sql: str
    tests: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Exhibit:
    """One exhibit: its measures, how its rows are cut, whose answers it is about."""

    id: str
    book: Book
    keys: dict[str, Any]
    measures: tuple[Measure, ...]
    cuts: tuple[Cut, ...]
    where: str | None

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [(cut.dimension, band) for cut in self.cuts for band in cut.bands]

    @property
    def of_items(self) -> bool:
        return "rows" in self.keys

    def adds_to_100(self, dimension: str) -> bool:
        which = self.keys.get("add_to_100")
        return which == "all" or which == ("overall" if dimension == OVERALL else "bands")


@dataclass(frozen=True)
class Specification:
    """All exhibits that have figures, the smallest bases by audience, and the surveys by folder.

    `refused` are the exhibits that cannot be computed here, by id, with the reason.
    """

    exhibits: tuple[Exhibit, ...]
    refused: dict[str, str]
    disclosure: dict[str, dict[str, int]]
    dimensions: tuple[str, ...]
    books: dict[str, Book]


def read_specification(edition: Path, only: str | None = None) -> Specification:
    """exhibits.yaml and the codebooks that it names; `only` one exhibit of it if told so."""
    data = read_yaml(edition / "exhibits.yaml")
    usual = tuple(data["report"]["dimensions"])
    wanted = [keys for keys in data["exhibits"] if keys["statistic"] != "text" and only in (None, keys["id"])]
    own = [""] if only is None else []
    books = {folder: read_book(edition / folder) for folder in dict.fromkeys([*own, *map(_folder, wanted)])}
    exhibits, refused = [], {}
    for keys in wanted:
        book = books[_folder(keys)]
        try:
            if told := unheard(book) or _unheard(keys):
                raise NotRecomputed(f"the second engine does not know {told}")
            exhibits.append(_exhibit(keys, usual, book))
        except NotRecomputed as reason:
            refused[keys["id"]] = str(reason)
    told = data.get("disclosure") or {}
    disclosure = {audience: usually | (told.get(audience) or {}) for audience, usually in DISCLOSURE.items()}
    return Specification(tuple(exhibits), refused, disclosure, usual, books)


def _unheard(keys: dict[str, Any]) -> str:
    """The first thing that an exhibit says and the second engine has not heard of; empty where there is none."""
    listed = keys.get("columns") if isinstance(keys.get("columns"), list) else []
    beside = [keys.get("total"), *(keys.get("callouts") or ())]
    columns = [column for column in (*listed, *beside) if isinstance(column, dict)]
    for entry, known in ((keys, EXHIBIT), *((column, COLUMN) for column in columns)):
        if new := [key for key in entry if key not in known]:
            return f"the key {new[0]!r}"
        if entry.get("statistic", "share") not in STATISTICS:
            return f"the statistic {entry['statistic']!r}"
    return ""


def _folder(keys: dict[str, Any]) -> str:
    return keys.get("survey") or ""


def narrowed(exhibit: Exhibit, dimension: str, column: str) -> Exhibit:
    """The exhibit with as much of it as decides one figure: a row that adds to 100, and a base, rest on all columns."""
    measures = [m for m in exhibit.measures if m.column == column]
    if not measures or exhibit.adds_to_100(dimension):
        measures += [m for m in exhibit.measures if m.place in ("table", "axis") and m.column != column]
    cuts = [cut for cut in exhibit.cuts if cut.dimension in (OVERALL, dimension)]
    return replace(exhibit, measures=tuple(measures), cuts=tuple(cuts))


def variables_of(exhibit: Exhibit) -> list[str]:
    """The variables that an exhibit's figures rest on: answers, base and cuts."""
    read = [variable for measure in exhibit.measures for given in measure.given for variable in given.reads]
    where = read_names(exhibit.where, exhibit.book) if exhibit.where else ()
    return list(dict.fromkeys([*read, *where, *(variable for cut in exhibit.cuts for variable in cut.reads)]))


def cut_of(dimension: str, book: Book, variable: str | None = None) -> Cut:
    """The bands of a dimension, cut by its own variable or by another one whose codes may be the bands."""
    entry = book.dimensions[dimension]
    if crossed := entry.get("cross"):
        parts = [cut_of(part, book) for part in crossed]
        both = " || '__' || ".join(f"({part.sql})" for part in parts)  # nothing where one of them is nothing
        tests = [" AND ".join(some) for some in product(*(part.tests for part in parts))]
        reads = tuple(variable for part in parts for variable in part.reads)
        return Cut(dimension, tuple(book.bands(dimension)), both, tuple(tests), reads)
    variable = variable or entry["variable"]
    ids = book.bands(dimension)
    if book.variables[variable].kind == "single" or not has_edges(entry["bands"]):
        inside = ", ".join(map(word, ids))
        band = f"CASE WHEN {name(variable)} IN ({inside}) THEN {name(variable)} END"
        tests = [f"{name(variable)} = {word(id_)}" for id_ in ids]
    else:
        band = in_band(name(variable), entry["bands"])
        tests = [lies_in(name(variable), each) for each in entry["bands"]]
    return Cut(dimension, tuple(ids), band, tuple(tests), (variable,))


def _exhibit(keys: dict[str, Any], usual: tuple[str, ...], book: Book) -> Exhibit:
    where = keys.get("where")
    if points := keys.get("points"):
        placed = f"answered({points['x']}, {points['y']})"
        where = f"({where}) and {placed}" if where else placed
    return Exhibit(keys["id"], book, keys, tuple(_measures(keys, book)), _cuts(keys, usual, book), where)


def _cuts(keys: dict[str, Any], usual: tuple[str, ...], book: Book) -> tuple[Cut, ...]:
    if rows := keys.get("rows"):
        codes = tuple(str(entry["code"]) for entry in book.lists[rows["items"]])
        return (Cut(rows["dimension"], codes, "NULL"),)
    dimensions = keys.get("dimensions")
    if dimensions is None:
        dimensions = [] if keys.get("points") else [d for d in usual if d in book.dimensions]
    by = keys.get("cut_by") or {}
    return (Cut(OVERALL, (ALL,), word(ALL)), *(cut_of(d, book, by.get(d)) for d in dimensions))


def _measures(keys: dict[str, Any], book: Book):
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

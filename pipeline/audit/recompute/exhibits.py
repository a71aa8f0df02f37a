"""exhibits.yaml as plain data for the second engine: which figures there are, and how respondents fall into rows.

A figure is one measure in one row; its address is `exhibit.dimension.band.column`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from pipeline.audit.recompute.language import has_edges, in_band, lies_in, name, read_names, word
from pipeline.audit.recompute.measures import Measure, measures_of
from pipeline.audit.recompute.spec import Book, NotRecomputed, read_book, unheard
from pipeline.responses.strict_yaml import load

OVERALL, ALL, N = "overall", "all", "n"
# smallest bases and the digits that a median keeps outside the house, unless the edition says otherwise
DISCLOSURE = {
    "internal": {"withhold": 1, "quartiles": 8, "tails": 20},
    "reviewer": {"withhold": 1, "quartiles": 8, "tails": 20},
    "external": {"withhold": 5, "quartiles": 8, "tails": 20, "significant_digits": 2},
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


@dataclass(frozen=True)
class Cut:
    """How respondents fall into the bands of a dimension: `sql` gives the band of each, `tests` say who is in one."""

    dimension: str
    bands: tuple[str, ...]
    sql: str
    tests: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


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
    data = load(edition / "exhibits.yaml").data
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
    weight = [exhibit.book.weight] if exhibit.book.weight else []
    return list(dict.fromkeys([*read, *where, *weight, *(variable for cut in exhibit.cuts for variable in cut.reads)]))


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
    return Exhibit(keys["id"], book, keys, tuple(measures_of(keys, book)), _cuts(keys, usual, book), where)


def _cuts(keys: dict[str, Any], usual: tuple[str, ...], book: Book) -> tuple[Cut, ...]:
    if rows := keys.get("rows"):
        codes = tuple(str(entry["code"]) for entry in book.lists[rows["items"]])
        return (Cut(rows["dimension"], codes, "NULL"),)
    dimensions = keys.get("dimensions")
    if dimensions is None:
        dimensions = [] if keys.get("points") else [d for d in usual if d in book.dimensions]
    by = keys.get("cut_by") or {}
    return (Cut(OVERALL, (ALL,), word(ALL)), *(cut_of(d, book, by.get(d)) for d in dimensions))

"""Which figures a reviewer looks at first: points for what makes a number fragile or prominent, each with a reason."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline.audit.page.corrected import BEHIND
from pipeline.audit.printed import parse_printed
from pipeline.figures.ledger import SHOWN, N

SMALL, VERY_SMALL, MODEST = 10, 5, 20  # answers
NEAR, EDGE = Fraction(1, 10), Fraction(1, 50)  # of one unit of the last printed digit
SHARES = ("share", "share_nonzero")
NAMED = re.compile(r"'([\w.]+)'")
BY_BAND = re.compile(r"(?:rises|falls)\(\s*'(?:([\w]+)\.)?(\w+)'\s*,\s*'(\w+)'\s*\)")


@dataclass(frozen=True)
class Risk:
    """The points of one figure and what they were given for."""

    score: int
    reasons: tuple[str, ...]


def risks_of(cells: Iterable[sqlite3.Row], database: sqlite3.Connection) -> dict[str, Risk]:
    """The risk of every figure by cell id. A number that nobody sees (withheld, empty, quoted) has none."""
    cells = list(cells)
    corrected, headlines = _corrected(database), _in_headlines(cells, database)
    different = {row[0] for row in database.execute("SELECT cell_id FROM recomputation WHERE verdict = 'different'")}
    moved = {row[0] for row in database.execute("SELECT cell_id FROM moved")}
    seen = {cell["cell_id"]: cell for cell in cells if cell["status"] == SHOWN}
    risks = {cell_id: _risk(_points(cell, corrected, moved, headlines, different)) for cell_id, cell in seen.items()}
    return {cell["cell_id"]: risks.get(cell["cell_id"], Risk(0, ())) for cell in cells}


def _risk(points: Iterator[tuple[int, str]]) -> Risk:
    found = list(points)
    return Risk(sum(score for score, _ in found), tuple(f"{reason} (+{score})" for score, reason in found))


def _points(
    cell: sqlite3.Row, corrected: Mapping[str, int], moved: set[str], headlines: set[str], different: set[str]
) -> Iterator[tuple[int, str]]:
    if cell["cell_id"] in different:
        yield 5, "the second engine gives another number"
    if cell["n"] is not None and cell["measure_id"] is not None:
        yield from _small(cell["n"])
    yield from _near(cell)
    if count := corrected.get(cell["cell_id"], 0):
        yield min(2, count), f"{count} corrected {'answer' if count == 1 else 'answers'} behind it"
    if cell["cell_id"] in moved:
        yield 1, "printed otherwise without decisions"
    if cell["cell_id"] in headlines:
        yield 2, "used in a headline"


def _small(n: int) -> Iterator[tuple[int, str]]:
    for score, limit in ((3, VERY_SMALL), (2, SMALL), (1, MODEST)):
        if n < limit:
            yield score, f"fewer than {limit} answers"
            return


def _near(cell: sqlite3.Row) -> Iterator[tuple[int, str]]:
    """How near the unrounded value is to where it would be rounded the other way, in steps of its last digit."""
    if cell["adjusted"]:
        yield 1, "moved in print so that its row adds to 100"
    shown = parse_printed(cell["printed"])
    if shown is None or cell["stat"] is None or cell["stat_name"] in (N, "count"):
        return
    steps = _exact(cell) / shown[1]
    away = abs(steps % 1 - Fraction(1, 2))
    if away <= EDGE:
        yield 2, f"{_part(away)} a rounding tie"
    elif away <= NEAR:
        yield 1, f"{_part(away)} a rounding tie"


def _part(away: Fraction) -> str:
    return f"{float(100 * away):.2g}% of a last digit from" if away else "on"


def _exact(cell: sqlite3.Row) -> Fraction:
    whole = all(isinstance(cell[part], int) for part in ("numerator", "denominator"))  # else sums of weights
    if cell["stat_name"] in SHARES and whole:
        return Fraction(100 * cell["numerator"], cell["denominator"])
    return Fraction(repr(cell["stat"]))


def _corrected(database: sqlite3.Connection) -> Counter[str]:
    """How many corrected answers stand behind each figure."""
    return Counter(cell for (cell,) in database.execute(f"WITH {BEHIND} SELECT cell_id FROM behind"))


def _in_headlines(cells: list[sqlite3.Row], database: sqlite3.Connection) -> set[str]:
    """Figures that a printed headline quotes or its rule compares: by their appearance, and by the rule's addresses."""
    by_row: dict[str, list[str]] = defaultdict(list)
    by_band: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for cell in cells:
        if cell["measure_id"] is not None:
            by_row[f"{cell['exhibit']}.{cell['dimension']}.{cell['band']}"].append(cell["cell_id"])
            by_band[cell["exhibit"], cell["dimension"], cell["column"]].append(cell["cell_id"])
    known = {cell["cell_id"] for cell in cells}
    found = {row[0] for row in database.execute("SELECT cell_id FROM appearance WHERE element = 'headline'")}
    for exhibit, rule in database.execute("SELECT exhibit, rule FROM headline WHERE outcome = 'holds'"):
        for place in NAMED.findall(rule):
            for full in (place, f"{exhibit}.{place}"):
                found |= {full} & known
                found.update(by_row.get(full, ()))
        for owner, dimension, column in BY_BAND.findall(rule):
            found.update(by_band.get((owner or exhibit, dimension, column), ()))
    return found

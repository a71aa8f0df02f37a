"""What readers outside the house hold: the shown figures as equations about answers, and who is in each of them.

The attacker is taken to know which company is in which band, who answered and who did not, and the definitions of the
report; the members come from the internal build. What was decided about disclosure, and how, is not looked at.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.figures.definitions import Report
from pipeline.figures.ledger import DENOMINATOR, EXCLUDED, NUMERATOR, Cell, N, address

COUNTS = ("share", "share_nonzero", "count")
MEANS = ("mean", "mean_share", "mean_of_ratios", "ratio_of_sums")
MEDIANS = ("median", "median_nonzero", "median_of_ratios")
QUANTILES = {"p10": "tails", "p25": "quartiles", "p75": "quartiles", "p90": "tails"}  # and who must be in their base
KEPT_OUT = ("zero", "outside_base", "outside_bins", "no_total", "not_asked", "not_applicable")  # by an answer
AMOUNT = "amount"  # the code of what is not counted


@dataclass(frozen=True)
class Told:
    """One equation: over `members`, how many gave one of the answers `codes` to `subject` (`count`, None for amounts).

    `cells` print it, as their figure or as their n; without any it is withheld. `inside` are those who gave it and
    `parts` what each adds to an amount; both are what the attacker wants to learn. `exclusive` says that each company
    has exactly one code of the subject.
    """

    subject: tuple[str, ...]
    codes: tuple[str, ...]
    members: frozenset[str]
    count: int | None
    inside: frozenset[str]
    exclusive: bool
    places: frozenset[tuple[str, str]]
    cells: tuple[str, ...] = ()
    parts: tuple[float, ...] = ()

    @property
    def shown(self) -> bool:
        return bool(self.cells)


@dataclass(frozen=True)
class Members:
    """Who stands behind one figure of the internal ledger: in it, counted, and kept out by an answer of theirs."""

    base: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    kept_out: frozenset[str] = frozenset()
    values: Mapping[str, float] = field(default_factory=dict)

    def __or__(self, other: Members) -> Members:
        return Members(
            self.base | other.base, self.counted | other.counted, self.kept_out | other.kept_out,
            {**self.values, **other.values},
        )  # fmt: skip


class Inside:
    """The internal build: members of every figure, merged bands put together from their parts, and what it computes."""

    def __init__(self, database: sqlite3.Connection, report: Report):
        self._merged = {
            (name, band.id): [(keys.of, part) for part in band.of]
            for name, keys in report.disclosure.merged.items()
            for band in keys.bands
        }
        self._asking = {e.id for e in report.exhibits if _asks_for_an_answer(e.where or "")}
        self._survey = dict(database.execute("SELECT exhibit, survey FROM exhibit"))
        query = 'SELECT exhibit, "column", statistic, variables, counts, whole FROM measure'
        self._measures = {(row[0], row[1]): tuple(row)[2:] for row in database.execute(query)}
        self._members = _read_members(database, self._asking)

    def members(self, exhibit: str, dimension: str, band: str, column: str) -> Members:
        """Who stands behind a figure; nobody where the internal ledger does not know it."""
        rows = self._merged.get((dimension, band), [(dimension, band)])
        found = Members()
        for row in rows:
            found = found | self._members.get(address(exhibit, *row, column), Members())
        return found

    def columns(self, exhibit: str) -> list[str]:
        return [column for name, column in self._measures if name == exhibit]

    def measure(self, exhibit: str, column: str) -> tuple[str, str, str, str] | None:
        """Statistic, variables, the rule of what counts, and the variables of the whole."""
        return self._measures.get((exhibit, column))

    def survey(self, exhibit: str) -> str:
        return self._survey.get(exhibit, "")

    def rests_on_answers(self, exhibit: str) -> bool:
        """Whether the base of an exhibit asks for more than that something was answered."""
        return exhibit in self._asking


def told(cells: Iterable[Cell], inside: Inside) -> list[Told]:
    """Every equation about the figures of the outside ledgers, shown or withheld; equal ones are one."""
    found: dict[tuple, Told] = {}
    for cell in cells:
        for each, shown in _of_cell(cell, inside):
            key = (each.subject, each.codes, each.members)
            known = found.get(key, each)
            cells_of = (*known.cells, cell.cell_id) if shown else known.cells
            found[key] = replace(each, places=known.places | each.places, cells=cells_of)
    bare = {t.subject for t in found.values() if t.subject[1] == N}
    varying = {t.subject for t in found.values() if t.count != len(t.members)}
    return [t for t in found.values() if t.subject not in bare - varying]  # where all are in the base, n tells nothing


def _of_cell(cell: Cell, inside: Inside) -> Iterator[tuple[Told, bool]]:
    """The equation of a figure and that of its n, and whether the ledger shows each."""
    places = frozenset({(cell.exhibit, cell.dimension)})
    if cell.column == N:
        yield from ((each, cell.n is not None) for each in _of_n(cell, inside, places))
        return
    measure = inside.measure(cell.exhibit, cell.column)
    if measure is None or cell.cell_id.count(".") > 3:
        return
    statistic, variables, counts, whole = (text.replace("{item}", cell.band) for text in measure)
    who = inside.members(cell.exhibit, cell.dimension, cell.band, cell.column)
    if not who.base:
        return
    yield _base(cell.exhibit, statistic, variables, who, inside, places), cell.n is not None
    survey, shown = inside.survey(cell.exhibit), cell.status == "shown"
    if statistic in COUNTS:
        single = re.fullmatch(r"([\w.]+) in \(.*\)", counts)
        subject = (survey, single[1]) if single else (survey, counts)
        codes = tuple(re.findall("'([^']*)'", counts)) if single else (counts,)
        yield Told(subject, codes, who.base, len(who.counted), who.counted, bool(single), places), shown
        return
    subject = (survey, (statistic in MEDIANS and "median") or statistic, whole or variables)
    parts = tuple(sorted(map(abs, who.values.values()), reverse=True)) if statistic in MEANS else ()
    codes = (variables if whole else AMOUNT,)
    yield Told(subject, codes, who.base, None, frozenset(), bool(whole), places, parts=parts), shown


def _base(exhibit: str, statistic: str, variables: str, who: Members, inside: Inside, places) -> Told:
    """How many of those who could tell are in a base; with a number above zero is the same as the share of those."""
    if statistic == "median_nonzero" and not inside.rests_on_answers(exhibit):
        subject = (inside.survey(exhibit), f"{variables} != 0")
    else:
        subject = (inside.survey(exhibit), "n", exhibit, variables)
    return Told(subject, (subject[1],), who.base | who.kept_out, len(who.base), who.base, False, places)


def _of_n(cell: Cell, inside: Inside, places) -> Iterator[Told]:
    base = inside.members(cell.exhibit, cell.dimension, cell.band, N).base
    for column in inside.columns(cell.exhibit):
        who = inside.members(cell.exhibit, cell.dimension, cell.band, column)
        if base and who.base == base:
            statistic, variables, *_ = (t.replace("{item}", cell.band) for t in inside.measure(cell.exhibit, column))
            yield _base(cell.exhibit, statistic, variables, who, inside, places)
            return


def _asks_for_an_answer(where: str) -> bool:
    asked = re.sub(r"answered\([^()]*\)", " ", where)
    return bool(re.sub(r"\b(and|or|not)\b|[()\s]", "", asked))


def _read_members(database: sqlite3.Connection, asking: Collection[str]) -> dict[str, Members]:
    roles: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    values: dict[str, dict[str, float]] = defaultdict(dict)
    query = "SELECT cell_id, role, respondent_id, reason, value_used FROM cell_member"
    for cell_id, role, respondent, reason, value in database.execute(query):
        kept_out = reason in KEPT_OUT and (reason != "outside_base" or cell_id.partition(".")[0] in asking)
        if role in (NUMERATOR, DENOMINATOR) or kept_out:
            roles[cell_id][role].add(respondent)
        if role == DENOMINATOR and value is not None:
            values[cell_id][respondent] = value
    return {
        cell_id: Members(*(frozenset(by[role]) for role in (DENOMINATOR, NUMERATOR, EXCLUDED)), values[cell_id])
        for cell_id, by in roles.items()
    }

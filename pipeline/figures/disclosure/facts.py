"""What the printed figures tell: each is a sum over respondents, and so is each n that depends on answers.

A share tells how many of its base gave an answer, whatever is printed of it: from a percent and n the count follows.
Means, medians and ratios are treated as if they were sums, which is exact for means and errs on the safe side for the
others. An n tells something where it rests on an answer, such as having a role at all; who left a question open is not
treated as an answer, and which band a company is in counts as known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import nlargest

import numpy as np

from pipeline.figures.contributions import CODE, NO_TOTAL, OUTSIDE_BASE, OUTSIDE_BINS, ZERO
from pipeline.figures.definitions import Exhibit, Measure, Place, Row, Source
from pipeline.figures.disclosure.groups import Group, Owners, grouped
from pipeline.figures.draw import Drawing, Drawn, in_base
from pipeline.figures.formats import printed_step, rounded
from pipeline.figures.ledger import N, address
from pipeline.figures.vocabulary import RATIOS, SHARES, Statistic
from pipeline.responses.codebook import Codebook

ANSWERS = frozenset({ZERO, OUTSIDE_BASE, OUTSIDE_BINS, NO_TOTAL, "not_asked", "not_applicable"})  # reasons that tell
YES_NO = ("yes", "no")  # the codes of what counts or does not
EXCLUSIVE = ("single", "bins", "mix")  # kinds whose codes add up for each respondent
WEIGHING = ("mean", "ratio_of_sums")  # in the other means each respondent's own ratio weighs the same
BASE, NONZERO = "base", "nonzero"
SUMS = (Statistic.MEAN, Statistic.MEAN_SHARE, Statistic.MEAN_OF_RATIOS, Statistic.RATIO_OF_SUMS)


@dataclass(frozen=True)
class Tabulated:
    """One exhibit and its exact figures; `owners` are those of the respondents of its survey."""

    exhibit: Exhibit
    drawn: Drawing
    codebook: Codebook
    owners: Owners


@dataclass(eq=False)
class Fact:
    """One sum over `size` respondents: how many of `members` gave one of `codes`, or what they add up to.

    `members` are groups of respondents, named after one of them (`Family.groups`).
    `values` are the cells that print it as their figure, `bases` those that print it as their n; `places` are the rows
    (exhibit and dimension) that they stand in. `count` is None for amounts; `parts` are what the two largest owners add
    to a sum, and all others together, and `largest_sum` is the most that the printed figure leaves open.
    """

    members: frozenset[str]
    codes: frozenset[str]
    count: int | None
    size: int
    parts: tuple[Fraction, ...] = ()
    largest_sum: Fraction = Fraction(0)
    values: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    places: set[tuple[str, str]] = field(default_factory=set)

    @property
    def cells(self) -> tuple[str, ...]:
        """Every cell that tells this fact."""
        return (*self.values, *self.bases)


@dataclass(eq=False)
class Family:
    """All facts about the same answers.

    `codes` are the possible ones; if `exclusive`, each respondent has one. Of `amounts` nothing is counted; if
    it `weighs`, a larger contributor counts for more in a mean or ratio of them.
    """

    codes: tuple[str, ...]
    exclusive: bool
    amounts: bool
    weighs: bool  # whether a larger contributor weighs more
    groups: Mapping[str, Group] = field(default_factory=dict)
    sensitive: bool = False
    facts: dict[tuple[frozenset[str], frozenset[str]], Fact] = field(default_factory=dict)

    def fact(self, members: frozenset[str], codes: frozenset[str], count: int | None) -> Fact:
        """The fact of these members and codes, made when it is first told."""
        return self.facts.setdefault((members, codes), Fact(members, codes, count, self.size(members)))

    def size(self, members: Iterable[str]) -> int:
        """How many respondents there are in these groups."""
        return sum(self.groups[member].size for member in members)

    def contributors(self, members: Collection[str]) -> int:
        """How many owners the respondents of these groups have."""
        others = frozenset().union(*(self.groups[member].owners for member in members))
        return sum(self.groups[member].alone for member in members) + len(others)


class _Told:
    """A family while its facts are found: of each, who is in it as a bit for every respondent of the survey."""

    def __init__(self, family: Family, owners: Owners):
        self.family, self._owners = family, owners
        self._facts: dict[tuple[bytes, frozenset[str]], Fact] = {}

    def fact(self, positions: np.ndarray, codes: Iterable[str], count: int | None) -> Fact:
        inside = np.zeros(len(self._owners.respondents), dtype=bool)
        inside[positions] = True
        key = (np.packbits(inside).tobytes(), frozenset(codes))
        return self._facts.setdefault(key, Fact(frozenset(), key[1], count, int(inside.sum())))

    @property
    def varies(self) -> bool:
        return any(fact.count != fact.size for fact in self._facts.values())

    def settled(self) -> Family:
        """The family with its respondents in groups."""
        bits = list(dict.fromkeys(bits for bits, _ in self._facts))
        n = len(self._owners.respondents)
        sets = [np.unpackbits(np.frombuffer(one, dtype="uint8"), count=n).astype(bool) for one in bits]
        self.family.groups, members = grouped(sets, self._owners)
        members_of = dict(zip(bits, members, strict=True))
        for (one, codes), fact in self._facts.items():
            fact.members = members_of[one]
            self.family.facts[fact.members, codes] = fact
        return self.family


def families_of(tabulated: Iterable[Tabulated], sensitive: Collection[str] = ()) -> list[Family]:
    """Everything that the figures tell, by what it is about; bases that are the same for everyone tell nothing.

    `sensitive` are questions.
    """
    found: dict[tuple, _Told] = {}
    for table in tabulated:
        for row in table.exhibit.rows:
            for measure in table.exhibit.measures:
                if measure.place is not Place.AXIS and table.drawn[row, measure].figure.n:
                    family = _tell(table, row, measure, found).family
                    family.sensitive |= any(name.partition(".")[0] in sensitive for name in measure.variables(row))
            _tell_n(table, row, found)
    return [told.settled() for key, told in found.items() if key[1] != BASE or told.varies]


def _tell(table: Tabulated, row: Row, measure: Measure, found: dict[tuple, _Told]) -> _Told:
    """The fact that a figure tells, and the one that its n tells."""
    drawn = table.drawn[row, measure]
    cell = address(table.exhibit.id, row.dimension, row.band, measure.id)
    kind, about, codes, counted = _subject(table, row, measure)
    key = (table.exhibit.survey, kind, *about)
    amounts = measure.statistic not in SHARES
    family = Family(codes, kind in EXCLUSIVE, amounts, kind in WEIGHING)
    told = found.setdefault(key, _Told(family, table.owners))
    value = told.fact(drawn.used, counted, None if told.family.amounts else drawn.counted)
    value.values.append(cell)
    base = _base(table, row, measure, found)
    base.bases.append(cell)
    if measure.statistic in SUMS:
        value.parts = _parts(measure, drawn, table.owners)
        value.largest_sum = _largest_sum(table.exhibit, row, measure, drawn)
    for fact in (value, base):
        fact.places.add((table.exhibit.id, row.dimension))
    return told


def _parts(measure: Measure, drawn: Drawn, owners: Owners) -> tuple[Fraction, ...]:
    """What the largest owner adds to a sum, the second, and all others together.

    It is the answers of a mean, the divided numbers of a ratio of sums.
    """
    column, used = drawn.column, drawn.used
    ratio = measure.statistic is Statistic.RATIO_OF_SUMS
    amounts = (column.amounts.take(used) if ratio else column.values.take(column.places[used])).absolute()
    weights = None if column.weights is None else column.weights.over[used]
    unit = 1 if column.weights is None else column.weights.factor
    summed: Counter[int] = Counter()
    for owner, amount in zip(owners.codes[used].tolist(), amounts.multiples(weights), strict=True):
        summed[owner] += amount
    largest = [unit * amounts.factor * part for part in nlargest(2, summed.values())]
    rest = unit * amounts.near_sum(weights)[0] - sum(largest)
    return (*largest, rest) if len(summed) > 2 else tuple(largest)


def _largest_sum(exhibit: Exhibit, row: Row, measure: Measure, drawn: Drawn) -> Fraction:
    """The most that a sum can be, given the printed figure and what it was divided by."""
    figure, places = drawn.figure, measure.decimals
    if exhibit.adds_to_100(row):
        return abs(Fraction(figure.numerator))  # moved so that the row adds up: it may be the figure itself
    half = printed_step(figure.stat, measure.unit, places) / 2
    return (abs(rounded(figure.stat, measure.unit, places)) + half) * abs(Fraction(figure.denominator))


def _tell_n(table: Tabulated, row: Row, found: dict[tuple, _Told]) -> None:
    """The n of a row is that of a column with everyone in it; where there is none it is a fact of its own."""
    everyone = in_base(table.exhibit, row, table.drawn)
    if not everyone.size:
        return
    counted = (*table.exhibit.columns, *table.exhibit.axes)
    whole = next((m for m in counted if table.drawn[row, m].figure.n == len(everyone)), None)
    if whole is not None:
        base = _base(table, row, whole, found)
    else:
        positions = np.concatenate([_could_tell(table, table.drawn[row, m]) for m in counted])
        told = found.setdefault((table.exhibit.survey, BASE, table.exhibit.id), _yes_or_no(table))
        base = told.fact(positions, YES_NO[:1], len(everyone))
    base.bases.append(address(table.exhibit.id, row.dimension, row.band, N))
    base.places.add((table.exhibit.id, row.dimension))


def _subject(table: Tabulated, row: Row, measure: Measure) -> tuple[str, tuple, tuple[str, ...], tuple[str, ...]]:
    """What a figure is about: its kind, the answers that it reads, all codes that they can have, and those counted."""
    variables = measure.variables(row)
    match measure.statistic:
        case Statistic.SHARE | Statistic.COUNT:
            match measure.source:
                case Source.SINGLE:
                    asked = table.codebook.variables()[variables[0]].question
                    codes = tuple(choice.code for choice in table.codebook.choices(asked))
                    return "single", variables, codes, measure.answers
                case Source.NUMBER:
                    bins = measure.bins.bands
                    return "bins", (*variables, bins), tuple(band.id for band in bins), measure.answers
                case Source.CONDITION:
                    return "condition", (measure.when,), YES_NO, YES_NO[:1]
            return "ticked", (*variables, *measure.answers), YES_NO, YES_NO[:1]
        case Statistic.SHARE_NONZERO:
            return NONZERO, variables, YES_NO, YES_NO[:1]
        case Statistic.MEAN_SHARE:
            return "mix", measure.whole, measure.whole, variables
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO:
            return "order", variables, YES_NO, YES_NO[:1]
    return measure.statistic.value, variables, YES_NO, YES_NO[:1]


def _base(table: Tabulated, row: Row, measure: Measure, found: dict[tuple, _Told]) -> Fact:
    """How many of those of whom it can be told are counted by a figure."""
    drawn, variables, where = table.drawn[row, measure], measure.variables(row), table.exhibit.where
    if measure.statistic is Statistic.MEDIAN_NONZERO and where is None:
        key = (table.exhibit.survey, NONZERO, *variables)  # the same fact as the share with at least one
    else:
        kind = "ratio" if measure.statistic in RATIOS else measure.bins.bands if measure.bins else ""
        key = (table.exhibit.survey, BASE, kind, where, *variables)
    told = found.setdefault(key, _yes_or_no(table))
    return told.fact(_could_tell(table, drawn), YES_NO[:1], drawn.figure.n)


def _yes_or_no(table: Tabulated) -> _Told:
    return _Told(Family(YES_NO, exclusive=False, amounts=False, weighs=False), table.owners)


def _could_tell(table: Tabulated, drawn: Drawn) -> np.ndarray:
    """Those in a figure, and those whom an answer of theirs keeps out of it."""
    reasons = ANSWERS if _asks_for_an_answer(table.exhibit.where) else ANSWERS - {OUTSIDE_BASE}
    told = np.isin(drawn.column.reasons[drawn.left_out], [CODE[reason] for reason in reasons])
    return np.concatenate([drawn.used, drawn.left_out[told]])


def _asks_for_an_answer(where: str | None) -> bool:
    """Whether a base depends on what was answered, not only on whether something was."""
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"\banswered\([^()]*\)", "", where or ""))
    return bool(set(words) - {"and", "or", "not"})

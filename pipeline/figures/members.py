"""Who stands behind each figure, and in which role; for a median also the rank of each answer and which ones it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from pipeline.figures.contributions import WORDS
from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.draw import Drawing, Drawn, in_base
from pipeline.figures.exact import summable
from pipeline.figures.ledger import DENOMINATOR, EXCLUDED, NUMERATOR, Member, N, address
from pipeline.figures.points import Point
from pipeline.figures.statistics import middle, weighted_middle
from pipeline.figures.vocabulary import MEDIANS, SHARES
from pipeline.responses.codebook import Codebook
from pipeline.responses.survey import Survey

KEPT = 5_000_000  # members of all figures together that a database is to hold; of more, each figure's are drawn anew


class Members(Mapping[str, tuple[Member, ...]]):
    """The members of every figure, by cell id, made out each time they are asked for.

    A respondent who counts in a share is in it twice, as NUMERATOR and as DENOMINATOR, so that both can be counted.
    """

    def __init__(self) -> None:
        self._behind: dict[str, _Base | _Figure | _Point] = {}
        self._made = lru_cache(maxsize=1)(self._make)  # the quantiles after a median ask for its members again

    def add(self, exhibit: Exhibit, drawn: Drawing, points: Iterable[Point], texts: Texts) -> None:
        """Those of the base and the measures of every row, and of the points of a scatter."""
        for row in exhibit.rows:
            base = address(exhibit.id, row.dimension, row.band, N)
            self._behind[base] = _Base(base, exhibit, row, drawn, texts)
            for measure in exhibit.measures:
                if measure not in exhibit.axes:
                    cell_id = address(exhibit.id, row.dimension, row.band, measure.id)
                    self._behind[cell_id] = _Figure(cell_id, row, measure, drawn[row, measure], texts)
        for point in points:
            self._behind[point.cell.cell_id] = _Point(point, texts)

    def __getitem__(self, cell_id: str) -> tuple[Member, ...]:
        return self._made(cell_id)

    def _make(self, cell_id: str) -> tuple[Member, ...]:
        return tuple(self._behind[cell_id].members())

    def __iter__(self) -> Iterator[str]:
        return iter(self._behind)

    def __len__(self) -> int:
        return len(self._behind)

    def standing(self, cell_id: str, who: Sequence[str]) -> dict[str, float | None]:
        """Those of these respondents who are in a figure, and the value that each has in it (None in a base)."""
        if cell_id not in self._behind:
            return {}
        behind = self._behind[cell_id]
        positions = behind.texts.survey.answers.index.get_indexer(list(who))
        inside = np.isin(positions, behind.used)
        return {who[i]: behind.value(int(positions[i])) for i in np.flatnonzero(inside)}

    @property
    def few(self) -> bool:
        """Whether a database is to hold them all."""
        return sum(behind.size for behind in self._behind.values()) <= KEPT


class Texts:
    """What the respondents of a survey wrote, in the survey's order."""

    def __init__(self, survey: Survey):
        self.survey = survey
        self.respondents = [str(r) for r in survey.answers.index]
        self.of = cache(self._read)

    def _read(self, variables: tuple[str, ...]) -> Sequence[str]:
        """For each respondent the answers that these variables rest on; several of them with their names."""
        codebook, slots = self.survey.codebook, {}
        for name in _asked(codebook, variables):
            slot = codebook.slots.get(name) or codebook.slots[codebook.variables()[name].question]
            slots[slot.name] = self._column(slot.column)
        if len(slots) == 1:
            return next(iter(slots.values()))
        rows = zip(*slots.values(), strict=True)
        return ["; ".join(f"{name}: {text}" for name, text in zip(slots, row, strict=True)) for row in rows]

    def _column(self, name: str) -> list[str]:
        if name not in self.survey.raw:  # the export has no such column
            return [""] * len(self.respondents)
        raw = self.survey.raw[name].astype(object)
        said = dict(zip(map(str, raw.index), map(str, raw), strict=True))
        return [said.get(respondent, "") for respondent in self.respondents]


@dataclass(frozen=True)
class _Base:
    """The n of a row."""

    cell_id: str
    exhibit: Exhibit
    row: Row
    drawn: Drawing
    texts: Texts

    @property
    def size(self) -> int:
        return len(self.drawn[self.row, self.exhibit.measures[0]].row)

    @property
    def used(self) -> np.ndarray:
        return in_base(self.exhibit, self.row, self.drawn)

    def value(self, position: int) -> None:
        return None

    def members(self) -> Iterator[Member]:
        for position in self.used:
            yield Member(self.cell_id, DENOMINATOR, self.texts.respondents[position], "", "", None, None, False, "")


@dataclass(frozen=True)
class _Figure:
    """A figure of a row."""

    cell_id: str
    row: Row
    measure: Measure
    drawn: Drawn
    texts: Texts

    @property
    def size(self) -> int:
        return len(self.drawn.row)

    @property
    def used(self) -> np.ndarray:
        return self.drawn.used

    def value(self, position: int) -> float:
        return float(self.drawn.column[position].value)

    def members(self) -> Iterator[Member]:
        cell_id, column, used = self.cell_id, self.drawn.column, self.used
        respondents, shares = self.texts.respondents, self.measure.statistic in SHARES
        places, left_out = column.places[used].tolist(), self.drawn.left_out
        values = {place: float(column.values[place]) for place in set(places)}
        weights = None if column.weights is None else column.weights.take(used)
        variables = self.measure.variables(self.row)
        variable, texts = ", ".join(variables), self.texts.of(variables)
        rank, pivots = _ranks(self.drawn, used) if self.measure.statistic in MEDIANS else ({}, ())
        for i, (position, place) in enumerate(zip(used.tolist(), places, strict=True)):
            who, text, value = respondents[position], texts[position], values[place]
            weight = None if weights is None else float(weights[i])
            if shares and value:
                yield Member(cell_id, NUMERATOR, who, variable, text, value, None, False, "", weight)
            at, sets = rank.get(position), position in pivots
            yield Member(cell_id, DENOMINATOR, who, variable, text, value, at, sets, "", weight)
        for position, reason in zip(left_out.tolist(), column.reasons[left_out].tolist(), strict=True):
            who, text = respondents[position], texts[position]
            yield Member(cell_id, EXCLUDED, who, variable, text, None, None, False, WORDS[reason])


@dataclass(frozen=True)
class _Point:
    """One coordinate of one respondent."""

    point: Point
    texts: Texts
    size = 1

    @property
    def used(self) -> np.ndarray:
        return np.array([self.point.position])

    def value(self, position: int) -> float:
        return self.point.cell.stat

    def members(self) -> Iterator[Member]:
        cell, variable, position = self.point.cell, self.point.measure.question, self.point.position
        who, text = self.texts.respondents[position], self.texts.of((variable,))[position]
        yield Member(cell.cell_id, DENOMINATOR, who, variable, text, cell.stat, None, False, "")


def _ranks(drawn: Drawn, used: np.ndarray) -> tuple[dict[int, int], set[int]]:
    """The place of each answer from below, by its respondent's position, and the positions of those that decide."""
    ranked = used[np.argsort(drawn.column.places[used], kind="stable")].tolist()
    weights = drawn.column.weights
    if not ranked:
        return {}, set()
    pivots = middle(len(ranked)) if weights is None else weighted_middle(summable(weights.over[ranked]))
    return {position: place for place, position in enumerate(ranked, start=1)}, {ranked[p] for p in pivots}


def _asked(codebook: Codebook, variables: tuple[str, ...]) -> Iterator[str]:
    """The asked variables that these rest on."""
    for name in variables:
        yield from codebook.sources_of(name) if name in codebook.variables() else codebook.group(name)

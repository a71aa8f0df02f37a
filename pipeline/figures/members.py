"""Who stands behind each figure, and in which role; for a median also the rank of each answer and which ones it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.draw import Drawing, Drawn, in_base
from pipeline.figures.ledger import DENOMINATOR, EXCLUDED, NUMERATOR, Member, N, address
from pipeline.figures.points import Point
from pipeline.figures.statistics import middle, weighted_middle
from pipeline.figures.vocabulary import MEDIANS, SHARES
from pipeline.responses.codebook import Codebook
from pipeline.responses.survey import Survey


def members_of(exhibit: Exhibit, drawn: Drawing, points: list[Point], survey: Survey) -> dict[str, tuple[Member, ...]]:
    """Members by cell id, for the base and the measures of every row, and for the points of a scatter.

    A respondent who counts in a share is in it twice, as NUMERATOR and as DENOMINATOR, so that both can be counted.
    """
    raw_texts, respondents = cache(partial(_raw_texts, survey)), [str(r) for r in survey.answers.index]
    found: dict[str, tuple[Member, ...]] = {}
    for row in exhibit.rows:
        base = address(exhibit.id, row.dimension, row.band, N)
        ids = [respondents[position] for position in in_base(exhibit, row, drawn)]
        found[base] = tuple(Member(base, DENOMINATOR, r, "", "", None, None, False, "") for r in ids)
        for measure in exhibit.measures:
            if measure in exhibit.axes:
                continue
            cell_id = address(exhibit.id, row.dimension, row.band, measure.id)
            raw = raw_texts(measure.variables(row))
            found[cell_id] = tuple(_members(cell_id, row, measure, drawn[row, measure], raw))
    for point in points:
        who, variable, cell = point.given.respondent, point.measure.question, point.cell
        text = raw_texts((variable,)).get(who, "")
        found[cell.cell_id] = (Member(cell.cell_id, DENOMINATOR, who, variable, text, cell.stat, None, False, ""),)
    return found


def _members(cell_id: str, row: Row, measure: Measure, drawn: Drawn, raw: dict[str, str]) -> Iterator[Member]:
    variable = ", ".join(measure.variables(row))
    used = drawn.used
    rank, pivots = _ranks(drawn, used) if measure.statistic in MEDIANS else ({}, ())
    for position in used.tolist():
        c = drawn.column[position]
        text, value = raw.get(c.respondent, ""), float(c.value)
        weight = None if c.weight is None else float(c.weight)
        place, sets = rank.get(position), position in pivots
        if measure.statistic in SHARES and c.value:
            yield Member(cell_id, NUMERATOR, c.respondent, variable, text, value, None, False, "", weight)
        yield Member(cell_id, DENOMINATOR, c.respondent, variable, text, value, place, sets, "", weight)
    for position in drawn.left_out.tolist():
        c = drawn.column[position]
        yield Member(cell_id, EXCLUDED, c.respondent, variable, raw.get(c.respondent, ""), None, None, False, c.reason)


def _ranks(drawn: Drawn, used: np.ndarray) -> tuple[dict[int, int], set[int]]:
    """The place of each answer from below, by its respondent's position, and the positions of those that decide."""
    ranked = used[np.argsort(drawn.column.places[used], kind="stable")].tolist()
    weights = drawn.column.weights
    pivots = middle(len(ranked)) if weights is None else weighted_middle([weights[position] for position in ranked])
    return {position: place for place, position in enumerate(ranked, start=1)}, {ranked[p] for p in pivots if ranked}


def _raw_texts(survey: Survey, variables: tuple[str, ...]) -> dict[str, str]:
    """What each respondent wrote; where that is several answers, each of them with its name."""
    codebook = survey.codebook
    slots = {}
    for name in _asked(codebook, variables):
        slot = codebook.slots.get(name) or codebook.slots[codebook.variables()[name].question]
        slots[slot.name] = survey.raw[slot.column].astype(object)
    if len(slots) == 1:
        texts = next(iter(slots.values()))
        return {str(r): str(text) for r, text in texts.items()}
    columns = [[f"{name}: {text}" for text in texts] for name, texts in slots.items()]
    ids = map(str, survey.raw.index)
    return dict(zip(ids, ("; ".join(parts) for parts in zip(*columns, strict=True)), strict=True))


def _asked(codebook: Codebook, variables: tuple[str, ...]) -> Iterator[str]:
    """The asked variables that these rest on."""
    for name in variables:
        yield from codebook.sources_of(name) if name in codebook.variables() else codebook.group(name)

"""Who stands behind each figure, and in which role; for a median also the rank of each answer and which ones it is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from pipeline.figures.cells import in_base
from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.draw import Drawing, Drawn
from pipeline.figures.exhibits_file import Statistic
from pipeline.figures.ledger import DENOMINATOR, EXCLUDED, NUMERATOR, Member, N, address

SHARES = (Statistic.SHARE, Statistic.SHARE_NONZERO)


def members_of(exhibit: Exhibit, drawn: Drawing, survey: Any) -> dict[str, tuple[Member, ...]]:
    """Members by cell id, for the base and the measures of every row.

    A respondent who counts in a share is in it twice, as NUMERATOR and as DENOMINATOR, so that both can be counted.
    """
    raw_texts = cache(lambda variable: _raw_texts(survey, variable))
    found: dict[str, tuple[Member, ...]] = {}
    for row in exhibit.rows:
        base = address(exhibit.id, row.dimension, row.band, N)
        ids = in_base(exhibit, row, drawn)
        found[base] = tuple(Member(base, DENOMINATOR, r, "", "", None, None, False, "") for r in ids)
        for measure in exhibit.measures:
            cell_id = address(exhibit.id, row.dimension, row.band, measure.id)
            raw = raw_texts(measure.variable(row))
            found[cell_id] = tuple(_members(cell_id, row, measure, drawn[row, measure], raw))
    return found


def _members(cell_id: str, row: Row, measure: Measure, drawn: Drawn, raw: dict[str, str]) -> Iterator[Member]:
    variable = measure.variable(row)
    ranked = sorted(range(len(drawn.used)), key=lambda i: drawn.used[i].value)
    rank = {i: place for place, i in enumerate(ranked, start=1)} if drawn.figure.pivots else {}
    for i, c in enumerate(drawn.used):
        text, value = raw.get(c.respondent, ""), _plain(c.value)
        if measure.statistic in SHARES and c.value:
            yield Member(cell_id, NUMERATOR, c.respondent, variable, text, value, None, False, "")
        is_pivot = i in rank and rank[i] - 1 in drawn.figure.pivots
        yield Member(cell_id, DENOMINATOR, c.respondent, variable, text, value, rank.get(i), is_pivot, "")
    for c in drawn.left_out:
        yield Member(cell_id, EXCLUDED, c.respondent, variable, raw.get(c.respondent, ""), None, None, False, c.reason)


def _plain(value: Fraction) -> float:
    return float(value)


def _raw_texts(survey: Any, variable: str) -> dict[str, str]:
    return {}

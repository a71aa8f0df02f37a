"""The points of a scatter: one per respondent, from left to right, under numbers that say nothing of who it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.figures.definitions import Exhibit, Measure
from pipeline.figures.disclosure import mark, may_see_respondents
from pipeline.figures.draw import Drawing
from pipeline.figures.exhibits_file import Thresholds
from pipeline.figures.formats import format_value
from pipeline.figures.ledger import COMPANY, Cell, address


@dataclass(frozen=True)
class Point:
    """One coordinate of one respondent, who stands at a position of the survey, and its cell."""

    cell: Cell
    measure: Measure
    position: int


def points_of(exhibit: Exhibit, drawn: Drawing, thresholds: Thresholds, audience: str) -> list[Point]:
    """x and y of each respondent of the base, ordered by x, then y; none for an audience that may see no respondent.

    A point rests on one respondent, so there is none either where bases of 1 are withheld.
    """
    if not exhibit.axes or not may_see_respondents(audience) or thresholds.withhold > 1:
        return []
    x, y = (drawn[exhibit.rows[0], axis] for axis in exhibit.axes)
    ordered = x.used[np.lexsort((y.column.places[y.used], x.column.places[x.used]))]
    digits = max(3, len(str(len(ordered))))
    found: list[Point] = []
    for number, position in enumerate(ordered.tolist(), start=1):
        for axis, drawn_there in zip(exhibit.axes, (x, y), strict=True):
            value = drawn_there.column[position].value
            band = f"p{number:0{digits}d}"
            cell = Cell(
                address(exhibit.id, COMPANY, band, axis.id),
                exhibit=exhibit.id,
                dimension=COMPANY,
                band=band,
                column=axis.id,
                stat_name=axis.statistic.value,
                stat=float(value),
                printed=format_value(value, axis.unit, axis.decimals),
                unit=axis.unit,
                n=1,
                mark=mark(1, thresholds),
                label=f"{axis.label}, point {number}",
            )
            found.append(Point(cell, axis, position))
    return found

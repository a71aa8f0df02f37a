"""A curve: ARR by year along one or more lines, each point a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.figures.guidance.advice import Series
from pipeline.figures.guidance.blocks import arr_by_year
from pipeline.responses import language

if TYPE_CHECKING:
    from pipeline.figures.guidance.company import Company
    from pipeline.figures.guidance.reader import Reader


def check_curve(reader: Reader) -> None:
    """Check that years and the inputs of every line are numbers."""
    curve, at = reader.keys.curve, (*reader.at, "curve")
    reader.use(curve.years, language.NUMBER, (*at, "years"))
    reader.definition.once([line.id for line in curve.lines], "line", (*at, "lines"))
    for i, line in enumerate(curve.lines):
        for key in ("start", "rate", "new"):
            reader.use(getattr(line, key), language.NUMBER, (*at, "lines", i, key))


def series_of(company: Company) -> tuple[Series, ...]:
    """The lines of the curve, a figure for each year; none when an input is missing or the years are not whole."""
    curve = company.rule.keys.curve
    years = company.value(curve.years)
    found = []
    for line in curve.lines:
        inputs = [company.value(text) for text in (line.start, line.rate, line.new)]
        if years is None or years.denominator != 1 or None in inputs:
            return ()
        amounts = arr_by_year(*inputs, years=int(years))
        cells = [
            company.figure(f"{line.id}_{year}", amount, curve.unit, f"{line.label}, year {year}", curve.decimals)
            for year, amount in enumerate(amounts)
        ]
        found.append(Series(line.id, line.label, tuple(cells)))
    return tuple(found)

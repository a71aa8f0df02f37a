"""Puts values into a dimension's bands, and proves that the bands' edges leave no gap and never overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.responses.schema import Band, Dimension

JOINT = "__"  # between the band ids that make the id of a crossed band


def has_edges(dimension: Dimension) -> bool:
    """Whether the bands cut a number; otherwise each band is one choice of a single-choice question."""
    return any(edge is not None for band in dimension.bands for edge in (band.from_, band.above, band.to, band.below))


def edge_problem(bands: Sequence[Band]) -> tuple[int, str] | None:
    """The first fault of the edges as (place of the band, sentence), or None; only the outer ends may be open."""
    for place, band in enumerate(bands):
        if ((band.from_ is not None) and (band.above is not None)) or (
            (band.to is not None) and (band.below is not None)
        ):
            return place, f"band '{band.id}' has two edges on one side"
        low, high = _low(band), _high(band)
        if low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1])):
            return place, f"band '{band.id}' ends before it begins"
        if place == 0:
            continue
        before = bands[place - 1]
        end = _high(before)
        if math.isinf(end[0]) or math.isinf(low[0]):
            return place, f"bands '{before.id}' and '{band.id}' have no edge between them; list bands from low to high"
        if end[0] < low[0] or (end[0] == low[0] and end[1] and low[1]):
            return place, f"between bands '{before.id}' and '{band.id}' there is a gap at {end[0]:,.10g}"
        if end[0] > low[0] or (not end[1] and not low[1]):
            return place, f"bands '{before.id}' and '{band.id}' overlap at {low[0]:,.10g}"
    return None


def band_of(values: pd.Series, dimension: Dimension) -> pd.Series:
    """The band id of each value: an ordered categorical with every band as a category; missing where no band holds it.

    Numbers are cut by the edges, choice codes are band ids already.
    """
    ids = [band.id for band in dimension.bands]
    dtype = pd.CategoricalDtype(ids, ordered=True)
    if isinstance(values.dtype, pd.CategoricalDtype) or values.dtype == "string":
        return values.astype("string").astype(dtype)
    numbers = values.to_numpy("float64", na_value=np.nan)
    codes = np.zeros(len(numbers), dtype="int8")
    for band in dimension.bands[1:]:
        codes += _reaches(numbers, band)
    edge, outside = _high(dimension.bands[-1])
    inside = _reaches(numbers, dimension.bands[0]) & (numbers < edge if outside else numbers <= edge)
    codes = np.where(inside, codes, -1)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype), index=values.index, name=values.name)


def crossed(parts: Sequence[pd.Series], dimension: Dimension) -> pd.Series:
    """The band of a crossed dimension from the bands of those that it crosses; missing where one of them is."""
    named = [part.astype("string") for part in parts]
    joined = named[0].str.cat(named[1:], sep=JOINT)
    return joined.astype(pd.CategoricalDtype([band.id for band in dimension.bands], ordered=True))


def _low(band: Band) -> tuple[float, bool]:
    """The lower edge, and whether the edge itself is outside."""
    if band.above is not None:
        return band.above, True
    return (band.from_, False) if band.from_ is not None else (-math.inf, False)


def _high(band: Band) -> tuple[float, bool]:
    if band.below is not None:
        return band.below, True
    return (band.to, False) if band.to is not None else (math.inf, False)


def _reaches(numbers: np.ndarray, band: Band) -> np.ndarray:
    edge, outside = _low(band)
    return numbers > edge if outside else numbers >= edge

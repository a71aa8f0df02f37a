"""Exact amounts inside bands: three sizes of a company that belong together, none of them on the edge of a band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

CANDIDATES = 600


def draw_within_bands(companies: pd.DataFrame, plan: Mapping[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    """One column per size of the plan. Each company draws candidates inside its bands and takes the one that best
    combines what is usual in a band (log-normal about its geometric middle) with `product`: the first size is about
    the product of the others, within a factor whose natural log has the standard deviation `spread`."""
    sizes = plan["sizes"]
    whole, *factors = plan["product"]
    rows = []
    for _, company in companies.iterrows():
        logs = {name: _candidates(size["bands"][company[size["band_of"]]], rng) for name, size in sizes.items()}
        mismatch = logs[whole] - sum(logs[name] for name in factors) - rng.normal(0, plan["spread"] / 2)
        chosen = int(np.argmin(np.abs(mismatch) / plan["spread"] + rng.exponential(0.5, CANDIDATES)))
        rows.append({name: _round_inside(float(np.exp(logs[name][chosen])), sizes[name]["bands"][company[size_band(sizes[name])]],
                                         sizes[name].get("digits", 2)) for name in sizes})
    return pd.DataFrame(rows, index=companies.index)


def size_band(size: Mapping[str, Any]) -> str:
    return size["band_of"]


def _candidates(limits: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    low, high = np.log(limits[0]), np.log(limits[1])
    draws = rng.normal((low + high) / 2, (high - low) / 3.2, CANDIDATES)
    return np.clip(draws, low + 0.02 * (high - low), high - 0.02 * (high - low))


def _round_inside(value: float, limits: tuple[float, float], digits: int) -> float:
    """Rounded to `digits` significant digits, with more where that would leave the band or touch its edge."""
    for extra in range(6):
        power = 10.0 ** (digits + extra - 1 - np.floor(np.log10(value)))
        rounded = round(value * power) / power
        if limits[0] < rounded < limits[1]:
            return round(rounded)
    return round(value)

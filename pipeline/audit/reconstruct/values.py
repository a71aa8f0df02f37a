"""Exact amounts inside bands: sizes of a company that belong together, none of them on the edge of a band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.reconstruct.choose import refuse_unknown

CANDIDATES = 600
EDGE = 0.02  # of a band's logarithmic width stays free on either side


def draw_within_bands(
    companies: pd.DataFrame,
    plan: Mapping[str, Any],
    edges: Mapping[str, Mapping[str, tuple[float, float]]],
    people: pd.Series,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One column per size of the plan. Each company draws candidates inside its bands, log-normal about a band's
    geometric middle, and keeps one at which the first size is near the product of the others (`spread` is the standard
    deviation of the natural log of their ratio) and the `per_person` size is near its usual number for these people."""
    refuse_unknown(plan, {"sizes", "spread", "per_person"}, "amounts.values")
    sizes, spread = plan["sizes"], plan["spread"]
    whole, *factors = sizes
    rows = []
    for (_, company), staff in zip(companies.iterrows(), people, strict=True):
        bands = {name: edges[size["dimension"]][company[size["dimension"]]] for name, size in sizes.items()}
        logs = {name: _candidates(band, rng) for name, band in bands.items()}
        mismatch = logs[whole] - sum(logs[name] for name in factors) - rng.normal(0, spread)
        misfit = np.abs(mismatch) / spread + rng.exponential(0.5, CANDIDATES)
        for name, usual in plan.get("per_person", {}).items():
            expected = usual["usual"][company[usual["by"]]] * max(1, staff)
            misfit += np.abs(logs[name] - np.log(expected)) / usual["spread"]
        chosen = int(np.argmin(misfit))
        rows.append(
            {
                name: _round_inside(float(np.exp(logs[name][chosen])), bands[name], size["digits"])
                for name, size in sizes.items()
            }
        )
    return pd.DataFrame(rows, index=companies.index)


def _candidates(band: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    low, high = np.log(band[0]), np.log(band[1])
    free = EDGE * (high - low)
    drawn = rng.normal((low + high) / 2, (high - low) / 3.2, CANDIDATES)
    anywhere = rng.uniform(low + free, high - free, CANDIDATES)
    # Not clipped: values would pile up at the edges.
    return np.where((drawn > low + free) & (drawn < high - free), drawn, anywhere)


def _round_inside(value: float, band: tuple[float, float], digits: int) -> float:
    """A whole number of few significant digits; of more where those would touch the band's edge."""
    for more in range(4):
        grain = 10.0 ** max(0, np.floor(np.log10(value)) - digits - more + 1)
        rounded = round(value / grain) * grain
        if band[0] < rounded < band[1]:
            return float(rounded)
    return float(round(value))

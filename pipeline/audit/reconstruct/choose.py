"""Picking companies in a plan: a mapping of variables to allowed codes, limits, or true and false."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.strict_yaml import suggest


def select(frame: pd.DataFrame, where: Mapping[str, Any] | None) -> np.ndarray:
    """True for the rows that meet every condition: `variable: [codes]`, `variable: {above, from, below, to}`,
    `variable: true|false` for ticks. A missing value meets none but `variable: answered|blank`."""
    chosen = np.ones(len(frame), dtype=bool)
    for variable, condition in (where or {}).items():
        values = _column(frame, variable)
        match condition:
            case "answered":
                chosen &= values.notna().to_numpy()
            case "blank":
                chosen &= values.isna().to_numpy()
            case bool():
                chosen &= (values.fillna(False).astype(bool) == condition).to_numpy()
            case list():
                chosen &= values.isin(condition).to_numpy()
            case Mapping():
                chosen &= _within(values, condition, variable)
            case _:
                raise InputError(
                    f"the condition {condition!r} on {variable} is none of a list, limits, true or false", key=variable
                )
    return chosen


def _within(values: pd.Series, limits: Mapping[str, float], variable: str) -> np.ndarray:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    compare = {
        "above": np.greater,
        "from": np.greater_equal,
        "below": np.less,
        "to": np.less_equal,
        "not": np.not_equal,
    }
    chosen = ~np.isnan(numbers)
    for name, limit in limits.items():
        if name not in compare:
            raise InputError(f"'{name}' is not a limit; allowed are {', '.join(compare)}", key=variable)
        chosen &= compare[name](numbers, limit)
    return chosen


def refuse_unknown(entry: Mapping[str, Any], allowed: Collection[str], place: str) -> None:
    """A misspelt key of the plan would be passed over in silence: InputError names it and what is allowed."""
    for key in entry:
        if key not in allowed:
            raise InputError(f"unknown key '{key}'{suggest(key, sorted(allowed))}", key=place)


def lean_score(frame: pd.DataFrame, leans: Mapping[str, float] | None, rng: np.random.Generator) -> np.ndarray:
    """A latent score: weighted ranks of numeric variables, or of `variable=code` (1 where it holds), plus noise.

    Weights are about correlations: the noise fills up what they leave of a variance of one.
    """
    score = np.zeros(len(frame))
    explained = 0.0
    for name, weight in (leans or {}).items():
        score += weight * _standing(frame, name)
        explained += weight * weight
    return score + rng.normal(size=len(frame)) * np.sqrt(max(0.05, 1 - explained))


def _standing(frame: pd.DataFrame, name: str) -> np.ndarray:
    variable, _, code = name.partition("=")
    values = _column(frame, variable)
    if code:
        return (values == code).to_numpy(dtype=float)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.cat.codes
    ranks = pd.to_numeric(values).rank(method="average").to_numpy(dtype=float)
    ranks = np.where(np.isnan(ranks), np.nanmean(ranks), ranks)
    spread = ranks.std()
    return (ranks - ranks.mean()) / spread if spread else np.zeros(len(frame))


def _column(frame: pd.DataFrame, variable: str) -> pd.Series:
    if variable not in frame.columns:
        raise InputError(f"no variable '{variable}' has been drawn yet", key=variable)
    return frame[variable]

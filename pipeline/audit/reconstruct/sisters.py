"""A further survey of the same edition: some of the first survey's companies, or its own, with drawn answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.reconstruct.fill import fill
from pipeline.errors import InputError
from pipeline.responses.codebook import Codebook

PARENT = "parent."  # before the variables of the first survey in the plan of a further one


def rebuild_sister(
    codebook: Codebook, plan: Mapping[str, Any], parent: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """One row per company: the variables of its codebook, and beside them `parent.*` and steps on the way."""
    for key in ("respondents", "fill"):
        if key not in plan:
            raise InputError(f"the plan has no {key!r}", file=codebook.file.with_name("reconstruction.yaml"), key=key)
    match plan["respondents"]:
        case {"from_parent": part}:
            answers = _some_of(parent, part)
        case {"own": part}:
            index = pd.RangeIndex(1, part["n"] + 1, name="company")
            answers = pd.DataFrame({part["id"]: [part["pattern"].format(number=n) for n in index]}, index=index)
        case _:
            raise InputError("respondents are 'from_parent' or their 'own'", file=codebook.file, key="respondents")
    return fill(answers, plan["fill"]["steps"], seed=plan["fill"]["seed"], printed=printed, codebook=codebook)


def _some_of(parent: pd.DataFrame, part: Mapping[str, Any]) -> pd.DataFrame:
    chosen = np.random.default_rng(part["seed"]).permutation(len(parent))[: part["n"]]
    some = parent.iloc[np.sort(chosen)]
    return pd.concat([some[part["copy"]], some.add_prefix(PARENT)], axis=1)

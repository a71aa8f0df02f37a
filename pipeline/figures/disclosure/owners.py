"""Who owns the respondents of one survey: contributors to a figure are counted by owner."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd


class Owners:
    """The owner of each respondent of a survey, by id (`of`) and counted at positions of the survey."""

    def __init__(self, of: Mapping[str, str]):
        self.of = of
        self._codes, distinct = pd.factorize(np.array(list(of.values()), dtype=object))
        self._alone = len(distinct) == len(of)

    def count(self, positions: np.ndarray) -> int:
        """How many owners the respondents at these positions have."""
        return len(positions) if self._alone else len(np.unique(self._codes[positions]))

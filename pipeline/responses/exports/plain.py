"""A plain table, one column per question: our own tidy form, and whatever no other layout claims.

`header_rows` in the codebook reads two or three rows as questions with their choices or rows below.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.exports.headers import stacked
from pipeline.responses.exports.model import Header, Layout


def _headers(table: pd.DataFrame, header_rows: int, path: Path) -> tuple[Header, ...]:
    if len(table) > 2 and table.iloc[2].str.contains("ImportId", regex=False).any():
        message = "row 3 holds ImportIds: this is an export of kind qualtrics"
        raise InputError(message, file=path, row=int(table.index[2]))
    return stacked(table, header_rows, path)


TIDY = Layout(
    title="plain table",
    fits=lambda table: True,
    header_rows=lambda table: 1,
    headers=_headers,
    respondent_id=("respondent_id",),
)

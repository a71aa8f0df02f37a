"""A plain table, one column per question: our own tidy form, and whatever no other layout claims.

A first row of codes may have the questions below it, as archives publish surveys (Q7_Part_1 above "Which languages …");
that is seen. `header_rows` in the codebook reads two or three other rows as questions with their choices or rows below.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.exports.headers import stacked, without_markup
from pipeline.responses.exports.model import Header, Layout


def _headers(table: pd.DataFrame, header_rows: int, path: Path) -> tuple[Header, ...]:
    if len(table) > 2 and table.iloc[2].str.contains("ImportId", regex=False).any():
        message = "row 3 holds ImportIds: this is an export of kind qualtrics"
        raise InputError(message, file=path, row=int(table.index[2]))
    if header_rows == 2 and _asked_below(table):
        return tuple(Header(tag, without_markup(text)) for tag, text in zip(table.iloc[0], table.iloc[1], strict=True))
    return stacked(table, header_rows, path)


def _asked_below(table: pd.DataFrame) -> bool:
    """Whether the first row holds codes and the second what was asked: words, and in each column others than below."""
    if len(table) < 3 or table.shape[1] < FEWEST:
        return False
    codes, texts = table.iloc[0], [text.strip() for text in table.iloc[1]]
    below = table.iloc[2 : 2 + SEEN]
    enough = MOST * len(texts)
    coded = sum(CODE.fullmatch(code.strip()) is not None for code in codes)
    worded = sum(len(text) >= WORDS and " " in text for text in texts)
    alone = sum(text not in set(below[place]) for place, text in zip(table.columns, texts, strict=True))
    return min(coded, worded, alone) >= enough and len(set(texts)) == len(texts)


CODE = re.compile(r"[A-Za-z]\w*(?:[.:#-]\w+)*")
MOST, SEEN, WORDS = 0.8, 200, 12  # of the columns; rows; letters of a question
FEWEST = 3  # columns: the first record of a narrow table of texts looks the same
TIDY = Layout(
    title="plain table",
    fits=lambda table: True,
    header_rows=lambda table: 2 if _asked_below(table) else 1,
    headers=_headers,
    respondent_id=("respondent_id",),
)

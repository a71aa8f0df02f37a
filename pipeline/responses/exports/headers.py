"""Helpers to read header rows: names as one compares them, and questions that stand over several columns."""

from __future__ import annotations

import html
import re

import pandas as pd

from pipeline.responses.choices import normalise
from pipeline.responses.exports.model import Header

MARKUP = re.compile(r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|span|strong|sub|sup|u|ul)\b[^<>]*>", re.IGNORECASE)


def names_in(table: pd.DataFrame, row: int = 0) -> frozenset[str]:
    """The texts of one of the first rows (from 0), as they are compared; empty when there is no such row."""
    return frozenset(map(normalise, table.iloc[row])) if len(table) > row else frozenset()


def without_markup(text: str) -> str:
    """A header without the HTML that survey tools leave in it; a comparison such as "a < b" stays."""
    return html.unescape(MARKUP.sub(" ", text)).strip() if "<" in text or "&" in text else text.strip()


def single_row(table: pd.DataFrame, header_rows: int, path) -> tuple[Header, ...]:
    """One header row that holds tag and text alike; `Title [Row]` is a title with a row or choice."""
    return tuple(_split(text) for text in table.iloc[0])


def stacked(table: pd.DataFrame, header_rows: int, path, single: frozenset[str] = frozenset()) -> tuple[Header, ...]:
    """Two or more header rows: the question above, its choices or rows below, blanks to the right meaning "the same".

    `single` are the words below a question that has one column only; they name no choice. A question's address is its
    text, that of a choice `question [choice]`.
    """
    if header_rows == 1:
        return single_row(table, header_rows, path)
    upper, lower = table.iloc[: header_rows - 1], table.iloc[header_rows - 1]
    headers, question = [], ""
    for place in table.columns:
        above = " - ".join(without_markup(text) for text in upper[place] if text.strip())
        option = without_markup(lower[place])
        if not above and not option:
            headers.append(Header(""))
            continue
        question = above or question
        if not option or normalise(option) in single:
            headers.append(Header(question, question))
        else:
            text = f"{question} [{option}]"
            headers.append(Header(text, text, question=question, option=option))
    return tuple(headers)


def _split(text: str) -> Header:
    title, bracket, option = text.rpartition(" [")
    if bracket and option.endswith("]"):
        return Header(text, text, question=title, option=option[:-1])
    return Header(text, text)

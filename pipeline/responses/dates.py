"""Reads dates only when the day and the month cannot be mistaken for each other in the column as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

DAY_FIRST = (
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %I:%M:%S %p",
    "%d/%m/%y %H:%M",
    "%d/%m/%y %H:%M:%S",
)
MONTH_FIRST = (
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%y %H:%M",
    "%m/%d/%y %H:%M:%S",
)


def read_dates(texts: Sequence[str]) -> pd.Series:
    """The dates of the texts, missing where a text is blank or could not be read.

    ISO dates are read as such. Others are read day first or month first if one of the two reads every text and the
    other does not, or both give the same; otherwise they are left unread.
    """
    words = pd.Series([text.strip() for text in texts], dtype="object")
    iso = _moments(words, ("ISO8601",))
    rest = words[iso.isna() & (words != "")]
    day, month = _moments(rest, DAY_FIRST), _moments(rest, MONTH_FIRST)
    if day.notna().all() and (month.isna().any() or day.equals(month)):
        iso = iso.fillna(day.reindex(iso.index))
    elif month.notna().all() and day.isna().any():
        iso = iso.fillna(month.reindex(iso.index))
    return iso


def _moments(words: pd.Series, formats: Sequence[str]) -> pd.Series:
    found = pd.Series(pd.NaT, index=words.index, dtype="datetime64[us]")
    for form in formats:
        parsed = pd.to_datetime(words.where(words != ""), format=form, errors="coerce", utc=True).dt.tz_localize(None)
        found = found.fillna(parsed.astype("datetime64[us]"))
    return found

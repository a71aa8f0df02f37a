"""Google Forms, Microsoft Forms and Typeform: one header row that holds the questions themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline.responses.choices import normalise
from pipeline.responses.exports.headers import names_in, single_row
from pipeline.responses.exports.model import Header, Layout

# Google writes this one column in the language of the account; the questions stay as they were written
TIMESTAMPS = frozenset({
    "timestamp", "zeitstempel", "horodateur", "marca temporal", "informazioni cronologiche", "carimbo de data/hora",
    "tijdstempel", "tidsstämpel", "tidsstempel", "aikaleima", "sygnatura czasowa", "zaman damgası", "отметка времени",
    "позначка часу", "タイムスタンプ", "时间戳记", "時間戳記", "타임스탬프",
})  # fmt: skip


def _is_google(table: pd.DataFrame) -> bool:
    """The time of submission stands first, and every record has it."""
    first = table[table.columns[0]]
    return normalise(first.iloc[0]) in TIMESTAMPS and bool(first.iloc[1:].str.match(r"\s*\d").all())


def _alone(table: pd.DataFrame, header_rows: int, path: Path) -> tuple[Header, ...]:
    """A column of a choice is headed by the choice alone, so no header is split."""
    return tuple(Header(text, text) for text in table.iloc[0])


GOOGLE_FORMS = Layout(
    title="Google Forms",
    fits=_is_google,
    header_rows=lambda table: 1,
    headers=single_row,
    respondent_id=(),
    system=("Email Address", "Username", "Score", "Total score"),
    beside=re.compile(rf"(?i:{'|'.join(map(re.escape, sorted(TIMESTAMPS)))})|.* \[(?:Score|Feedback)\]", re.DOTALL),
)

FIRST = ("ID", "Start time", "Completion time", "Email", "Name")
IN_ENGLISH = frozenset(map(normalise, FIRST[:3]))


def _is_microsoft(table: pd.DataFrame) -> bool:
    """The id, two times of which the second is later, an address: headed in the language of whoever downloads it."""
    if names_in(table) >= IN_ENGLISH:
        return True
    records = table.iloc[1:]
    if len(table.columns) < len(FIRST) or normalise(table.iloc[0, 0]) != "id" or records.empty:
        return False
    numbers, start, end, address = (records[place].astype(object) for place in table.columns[:4])
    times = all(times.str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d").all() for times in (start, end))
    return (
        bool(numbers.str.fullmatch(r"\d+").all())
        and times
        and bool((start <= end).all())
        and bool(address.str.fullmatch(r"\w*|[^@\s]+@\S+").all())
    )


def _microsoft(table: pd.DataFrame, header_rows: int, path: Path) -> tuple[Header, ...]:
    """The first columns are its own whatever their language; one may also name them as they stand in the file."""
    headers = _alone(table, header_rows, path)
    if names_in(table) >= IN_ENGLISH or not _is_microsoft(table):
        return headers
    changed = len(headers) > len(FIRST) and _is_time(table[table.columns[len(FIRST)]].iloc[1:])
    own = (*FIRST, *(("Last modified time",) if changed else ()))
    return (*(Header(name, h.text) for name, h in zip(own, headers, strict=False)), *headers[len(own) :])


def _is_time(cells: pd.Series) -> bool:
    return bool(cells.str.fullmatch(r"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)?").all())


MICROSOFT_FORMS = Layout(
    title="Microsoft Forms",
    fits=_is_microsoft,
    header_rows=lambda table: 1,
    headers=_microsoft,
    respondent_id=("ID", "Id"),
    system=("ID", "Id", "Start time", "Completion time", "Email", "Name", "Last modified time", "Language",
            "Total points", "Quiz feedback", "Grade posted time"),
    beside=re.compile(r"(?:Points|Feedback) - .*", re.DOTALL),
)  # fmt: skip

TYPEFORM = Layout(
    title="Typeform",
    fits=lambda table: "#" in names_in(table)
    and not names_in(table).isdisjoint({"network id", "submit date (utc)", "start date (utc)"}),
    header_rows=lambda table: 1,
    headers=_alone,
    respondent_id=("#",),
    system=("#", "Response Type", "Start Date (UTC)", "Stage Date (UTC)", "Submit Date (UTC)", "Network ID", "Tags",
            "Ending"),
)  # fmt: skip

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

MICROSOFT_FORMS = Layout(
    title="Microsoft Forms",
    fits=lambda table: names_in(table) >= {"id", "start time", "completion time"},
    header_rows=lambda table: 1,
    headers=_alone,
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

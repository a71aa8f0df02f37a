"""KoboToolbox, ODK and SurveyCTO: one header row of names, groups before a slash, choices after one.

Several answers are joined by spaces, or stand in a column per choice (0 and 1), or both. A blank is no 0.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline.responses.exports.headers import names_in
from pipeline.responses.exports.model import Header, Layout

MARKS = {"_uuid", "_submission_time", "meta/instanceid", "meta-instanceid", "formdef_version", "instanceid"}


def _headers(table: pd.DataFrame, header_rows: int, path: Path) -> tuple[Header, ...]:
    return tuple(map(_header, table.iloc[0]))


def _header(name: str) -> Header:
    """A column may also be called by its last name, without the groups; so may the question of a choice."""
    above, slash, last = name.rpartition("/")
    return Header(name, last, question=above.rpartition("/")[2], option=last) if slash else Header(name, name)


KOBO = Layout(
    title="Kobo/ODK",
    fits=lambda table: not names_in(table).isdisjoint(MARKS),
    header_rows=lambda table: 1,
    headers=_headers,
    respondent_id=("_uuid", "_id", "KEY", "instanceID", "meta/instanceID", "meta-instanceID"),
    system=("start", "end", "today", "deviceid", "username", "simserial", "subscriberid", "phonenumber", "audit", "KEY",
            "SubmissionDate", "CompletionDate", "SubmitterID", "SubmitterName", "formdef_version", "review_status",
            "instanceID", "instanceName", "starttime", "endtime", "duration"),
    beside=re.compile(r"_.*|meta[/-].*"),
    separator=" ",
)  # fmt: skip

"""LimeSurvey: one header row of codes (`Q[SQ001]`), of full texts, or of both; separated by semicolons or commas.

A choice that was not ticked and one that was not shown are both blank, unless the export converts the former to N.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline.responses.exports.headers import names_in
from pipeline.responses.exports.model import Header, Layout

CODES = {"submitdate", "lastpage", "startlanguage"}
TEXTS = {"date submitted", "last page", "start language"}
PARTS = re.compile(r"(?P<question>.+?) ?\[(?P<option>[^\[\]]+)\]", re.DOTALL)
CODE_AND_TEXT = re.compile(r"(?P<code>\w+(?:\[\w+\])*)\. (?P<text>.+)", re.DOTALL)
SYSTEM = (
    "id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token",
    "Response ID", "Date submitted", "Last page", "Start language", "Seed", "Date started", "Date last action",
    "IP address", "Referrer URL", "interviewtime", "Total time",
)  # fmt: skip


def _headers(table: pd.DataFrame, header_rows: int, path: Path) -> tuple[Header, ...]:
    return tuple(map(_header, table.iloc[0]))


def _header(heading: str) -> Header:
    both = CODE_AND_TEXT.fullmatch(heading)
    tag, text = (both["code"], both["text"]) if both else (heading, heading)
    parts = PARTS.fullmatch(tag) or PARTS.fullmatch(text)
    if parts is None:
        return Header(tag, text)
    return Header(tag, text, question=parts["question"], option=parts["option"])


LIMESURVEY = Layout(
    title="LimeSurvey",
    fits=lambda table: names_in(table) >= CODES or names_in(table) >= TEXTS or _coded(table),
    header_rows=lambda table: 1,
    headers=_headers,
    respondent_id=("id", "Response ID"),
    seconds="interviewtime",
    system=SYSTEM,
    beside=re.compile(r"(?:groupTime\d+|\w+Time|Group time: .*|Question time: .*)"),
)


def _coded(table: pd.DataFrame) -> bool:
    """The codes are the same in every language; the texts behind them are not."""
    return {name.partition(". ")[0] for name in names_in(table)} >= CODES

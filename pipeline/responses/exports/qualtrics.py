"""Qualtrics: three header rows (export tag, question text, ImportId); two in the legacy export (V1…, text)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.exports.headers import names_in, without_markup
from pipeline.responses.exports.model import Header, Layout

STATUS = {
    "0": "IP Address",
    "1": "Survey Preview",
    "2": "Survey Test",
    "4": "Imported",
    "8": "Spam",
    "9": "Survey Preview Spam",
    "12": "Imported Spam",
    "16": "Offline",
    "17": "Offline Survey Preview",
    "32": "EX",
    "40": "EX Spam",
    "48": "EX Offline",
}
SYSTEM = (
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
    "LocationLongitude", "DistributionChannel", "UserLanguage", "ResponseID", "ResponseSet", "Name",
    "ExternalDataReference", "EmailAddress", "LocationAccuracy", "SolutionRevision", "ProjectCategory", "ProjectType",
)  # fmt: skip
# what Qualtrics adds to answers: the group of an NPS, order of display, times on a page, topics of texts, its own Q_…
BESIDE = re.compile(
    r".*_NPS_GROUP|.*_DO(?:_\w+)?|.*_(?:First Click|Last Click|Page Submit|Click Count)|.* - (?:Topics|Parent Topics"
    r"|Sentiment.*|Topic .*)|Q_(?:Recaptcha|BallotBox|RelevantID|Duplicate|Straightlining|Unanswered|Ambiguous"
    r"|TotalDuration|URL|Language|QuotaName|CHL|DL|PopulateResponse|TerminateFlag|DataPolicy|Device|Resolution)\w*",
    re.IGNORECASE,
)


def _is_legacy(table: pd.DataFrame) -> bool:
    return "v1" in names_in(table) and "responseid" in names_in(table, 1)


def _fits(table: pd.DataFrame) -> bool:
    if _is_legacy(table):
        return True
    return len(table) > 2 and bool(table.iloc[2].str.contains('"ImportId"', regex=False).any())


def _headers(table: pd.DataFrame, header_rows: int, path: Path) -> tuple[Header, ...]:
    tags, texts = table.iloc[0], table.iloc[1].map(without_markup)
    if header_rows == 2:
        # system columns are called V1, V2, …; their names stand below
        named = [text if re.fullmatch(r"V\d+", tag) else tag for tag, text in zip(tags, texts, strict=True)]
        return tuple(map(Header, named, texts))
    ids = []
    for place, cell in enumerate(table.iloc[2]):
        try:
            ids.append(_import_id(json.loads(cell)) if cell else "")
        except (ValueError, KeyError, TypeError):
            message = f"a qualtrics export has an ImportId in each cell of row 3, not {cell!r}"
            raise InputError(message, file=path, row=int(table.index[2]), column=tags[place]) from None
    return tuple(map(Header, tags, texts, ids))


def _import_id(entry: dict) -> str:
    """The question's id; where a choice is named beside it, the id of the choice's own column."""
    question, choice = str(entry["ImportId"]), str(entry.get("choiceId", ""))
    return question if not choice or question.endswith(f"_{choice}") else f"{question}_{choice}"


QUALTRICS = Layout(
    title="Qualtrics",
    fits=_fits,
    header_rows=lambda table: 2 if _is_legacy(table) else 3,
    headers=_headers,
    respondent_id=("ResponseId", "ResponseID"),
    seconds="Duration (in seconds)",
    system=SYSTEM,
    beside=BESIDE,
    words={"Status": STATUS, "Finished": {"1": "True", "0": "False", "TRUE": "True", "FALSE": "False"}},
)

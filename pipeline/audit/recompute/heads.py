"""The header rows of each kind of export as the second engine reads them: what stands above a column, and which kind.

Written from the tables in `pipeline/responses/README.md`.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass

from pipeline.audit.recompute.spec import NotRecomputed

ROWS = {"qualtrics": 3, "surveymonkey": 2}  # header rows; of any other kind one
RESPONDENT = {
    "qualtrics": ("ResponseId", "ResponseID"),
    "surveymonkey": ("Respondent ID", "RespondentID"),
    "microsoft_forms": ("ID", "Id"),
    "typeform": ("#",),
    "limesurvey": ("id", "Response ID"),
    "kobo": ("_uuid", "_id", "KEY", "instanceID", "meta/instanceID", "meta-instanceID"),
    "tidy": ("respondent_id",),
}  # usual names of the respondent's id; a kind that is not here gives none
SEPARATORS = {"kobo": " "}
ONE_COLUMN = {"surveymonkey": ("response", "open-ended response")}  # below a question that has one column only
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
PARTS = {
    "google_forms": r"(?P<above>.*) \[(?P<option>.*)\]",
    "tidy": r"(?P<above>.*) \[(?P<option>.*)\]",
    "surveymonkey": r"(?P<above>.*) \[(?P<option>.*)\]",
    "limesurvey": r"(?P<above>.+?) ?\[(?P<option>[^\[\]]+)\]",
}
CODE_AND_TEXT = r"(?P<code>\w+(?:\[\w+\])*)\. (?P<text>.+)"


@dataclass(frozen=True)
class Head:
    """One column: the tool's id, its tag, its text, and where it is a choice or row of a question the two parts."""

    tag: str
    text: str
    id: str = ""
    above: str = ""
    option: str = ""


def kind_of(stated: str, path: str, rows: list[list[str]]) -> str:
    """The kind as it is stated, or by the marks of one tool; NotRecomputed where they are of two."""
    if stated != "auto":
        return stated
    first = {cell.strip().lower() for cell in rows[0]}
    second = {cell.strip().lower() for cell in rows[1]} if len(rows) > 1 else set()
    codes = {cell.partition(". ")[0] for cell in first}
    marks = {
        "qualtrics": (len(rows) > 2 and any('"ImportId"' in cell for cell in rows[2]))
        or ("v1" in first and "responseid" in second),
        "surveymonkey": bool(first & {"respondent id", "respondentid"})
        and bool(first & {"collector id", "collectorid", "respondentid"} or second & set(ONE_COLUMN["surveymonkey"])),
        "google_forms": rows[0][0].strip().lower() == "timestamp",
        "microsoft_forms": first >= {"id", "start time", "completion time"},
        "typeform": "#" in first and bool(first & {"network id", "submit date (utc)", "start date (utc)"}),
        "limesurvey": {"submitdate", "lastpage", "startlanguage"} <= codes
        or {"date submitted", "last page", "start language"} <= first,
        "kobo": bool(first & {"_uuid", "_submission_time", "meta/instanceid", "meta-instanceid", "formdef_version",
                              "instanceid"}),
    }  # fmt: skip
    found = [kind for kind, bears in marks.items() if bears]
    if len(found) > 1:
        raise NotRecomputed(f"the second engine cannot tell whether {path} is of {found[0]} or {found[1]}")
    return found[0] if found else "tidy"


def header_rows(kind: str, stated: int | None, rows: list[list[str]]) -> int:
    """How many rows are headers: as stated, else by the kind; one less of old Qualtrics and condensed SurveyMonkey."""
    if stated:
        return stated
    if kind == "qualtrics" and len(rows) > 2 and not any("ImportId" in cell for cell in rows[2]):
        return 2
    if kind == "surveymonkey":
        places = [place for place, cell in enumerate(rows[0]) if cell.lower().replace(" ", "") == "respondentid"]
        return 1 if not places or len(rows) < 2 or rows[1][places[0]].strip() else 2
    words = [sum(" " in cell.strip() for cell in row) for row in rows[:2]]
    if kind == "tidy" and len(words) > 1 and words[1] > len(rows[0]) / 2 > words[0]:
        raise NotRecomputed("the second engine does not read questions in the row below codes")
    return ROWS.get(kind, 1)


def heads_of(kind: str, rows: list[list[str]]) -> list[Head]:
    """What stands above each column, from the header rows alone."""
    if kind == "qualtrics":
        return _qualtrics(rows)
    if len(rows) > 1:
        return _below_each_other(rows, ONE_COLUMN.get(kind, ()))
    return [_alone(kind, cell) for cell in rows[0]]


def _qualtrics(rows: list[list[str]]) -> list[Head]:
    texts = [_without_markup(cell) for cell in rows[1]]
    if len(rows) == 2:  # the old export calls its own columns V1, V2 and so on
        tags = [text if re.fullmatch(r"V\d+", tag) else tag for tag, text in zip(rows[0], texts, strict=True)]
        return [Head(tag, text) for tag, text in zip(tags, texts, strict=True)]
    return [Head(tag, text, _import_id(id_)) for tag, text, id_ in zip(rows[0], texts, rows[2], strict=True)]


def _import_id(cell: str) -> str:
    """The tool's id of a column; where a choice is named beside it, that of the choice's own column."""
    entry = json.loads(cell) if cell else {}
    question, choice = str(entry.get("ImportId", "")), str(entry.get("choiceId", ""))
    return question if not choice or question.endswith(f"_{choice}") else f"{question}_{choice}"


def _below_each_other(rows: list[list[str]], one_column: tuple[str, ...]) -> list[Head]:
    """Questions above, their choices or rows below; a blank above means the question to the left."""
    heads, question = [], ""
    for *above, option in zip(*rows, strict=True):
        named, option = " - ".join(_without_markup(cell) for cell in above if cell.strip()), _without_markup(option)
        if not named and not option:
            heads.append(Head("", ""))
            continue
        question = named or question
        if not option or option.lower() in one_column:
            heads.append(Head(question, question))
        else:
            heads.append(Head(f"{question} [{option}]", f"{question} [{option}]", above=question, option=option))
    return heads


def _alone(kind: str, cell: str) -> Head:
    if kind == "kobo":
        above, slash, last = cell.rpartition("/")
        return Head(cell, last, above=above.rpartition("/")[2], option=last) if slash else Head(cell, cell)
    tag = text = cell
    if kind == "limesurvey" and (both := re.fullmatch(CODE_AND_TEXT, cell, re.DOTALL)):
        tag, text = both["code"], both["text"]
    pattern = PARTS.get(kind)
    parts = (re.fullmatch(pattern, tag, re.DOTALL) or re.fullmatch(pattern, text, re.DOTALL)) if pattern else None
    return Head(tag, text, above=parts["above"], option=parts["option"]) if parts else Head(tag, text)


def _without_markup(cell: str) -> str:
    return html.unescape(TAG.sub(" ", cell)).strip() if "<" in cell or "&" in cell else cell.strip()

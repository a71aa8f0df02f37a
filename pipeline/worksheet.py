"""The findings as a worksheet that goes out to whoever can decide, and comes back as lines of decisions.csv.

One row per finding and answer that it puts in doubt. The finding's id is the digest of rule and answers, so a worksheet
that was outlived by a new export or an edited rule is refused and never applied to other answers than those it showed.
"""

from __future__ import annotations

import datetime
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.errors import InputError
from pipeline.responses import Survey, read_survey
from pipeline.responses.decisions import (
    ACCEPT,
    CORRECT,
    EXCLUDE,
    REASON_CODES,
    Decision,
    append_decisions,
    decision,
    read_decisions,
)
from pipeline.responses.records import COUNTED
from pipeline.responses.settling import OPEN
from pipeline.responses.strict_yaml import suggest
from pipeline.responses.survey import DECISIONS
from pipeline.staging import write_whole

SHEET = "Findings"
EXCLUDE_ANSWER, EXCLUDE_RECORD = "exclude answer", "exclude record"
CHOICES = {"accept": ACCEPT, "correct": CORRECT, EXCLUDE_ANSWER: EXCLUDE, EXCLUDE_RECORD: EXCLUDE}

# heading: width in characters; what an analyst fills in stands after what is shown
SHOWN = {"finding": 14, "severity": 10, "what was found": 44, "rule": 36, "respondent": 20, "name": 20,
         "variable": 18, "question": 36, "raw text": 24, "proposed": 14}  # fmt: skip
FILLED = {"decision": 16, "new value": 18, "reason code": 20, "reason": 40, "evidence": 30, "author": 18,
          "reviewer": 18}  # fmt: skip
HEADINGS = (*SHOWN, *FILLED)
WHO = ("author", "reviewer")  # names are drawn down whole columns; they decide nothing
MOST_ROWS = 100_000  # more than anybody decides by hand
LINES = 2  # of text that a row shows
HELP = (
    "Choose a decision in each row, say why, and put your name. Rows without a decision stay open.",
    "accept: the answer is right as it stands. It holds for the whole finding, so one of its rows is enough.",
    "correct: the answer becomes the new value, read like any answer of the survey.",
    "exclude answer: the answer is withheld from every figure. exclude record: the respondent counts nowhere.",
    "The grey columns are for reading; what is changed there has no effect.",
)


@dataclass(frozen=True)
class Row:
    """One open finding and one answer that it puts in doubt (none where it is about a whole record)."""

    finding_id: str
    severity: str
    message: str
    rule: str
    respondent_id: str
    name: str
    variable: str
    question: str
    raw: str
    proposed: str


def write_worksheet(edition: Path, survey: Survey, path: Path) -> Path:
    """Write the findings that need a decision as XLSX with drop-downs; replaces the file whole.

    InputError when nothing is open, or the file cannot be written.
    """
    rows = _rows(edition, survey)
    if not rows:
        raise InputError("no finding is open, so there is nothing to decide", file=edition)
    if len(rows) > MOST_ROWS:
        message = f"{len(rows):,} answers are in doubt, more than the {MOST_ROWS:,} rows of a worksheet"
        raise InputError(f"{message}; correct what they have in common (fixes in codebook.yaml)", file=edition)
    beside = path.with_name(f".{path.name}.xlsx")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _fill(beside, rows)
        return write_whole(path, beside.read_bytes())
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise InputError(f"the worksheet cannot be written: {error}", file=path) from None
    finally:
        beside.unlink(missing_ok=True)


def decide(edition: Path, path: Path, author: str = "") -> tuple[list[Decision], Survey]:
    """Take the decisions of a filled worksheet into decisions.csv; returns the added lines, and the survey with them.

    `author` stands for rows that name none. All lines are added or none: InputError with row and column for a decision
    that is incomplete, about a finding that is no longer open, or that the replay refuses.
    """
    survey = read_survey(edition)
    before = read_decisions(edition / DECISIONS)
    lines = _decisions(_filled(path), _rows(edition, survey), survey, before, path, author)
    decided = read_survey(edition, [*before, *lines], decided_in=path)
    append_decisions(edition / DECISIONS, lines)
    return lines, decided


def _rows(edition: Path, survey: Survey) -> list[Row]:
    """The rows of the worksheet: open errors and warnings in the survey's order, each once per answer in doubt."""
    found = survey.undecided[survey.undecided["state"] == OPEN].fillna("")
    texts = dict(zip(survey.rules["rule"], survey.rules["text"], strict=True))
    corrected = {
        (line.respondent_id, line.question_id): line.new_value
        for line in read_decisions(edition / DECISIONS)
        if line.action == CORRECT
    }
    rows = []
    for finding in found.to_dict("records"):
        respondent = finding["respondent_id"]
        for variable in finding["variables"].split(", ") if finding["variables"] else [""]:
            rows.append(
                Row(
                    finding_id=finding["finding_id"],
                    severity=finding["severity"],
                    message=finding["message"],
                    rule=texts.get(finding["rule"], finding["rule"]),
                    respondent_id=respondent,
                    name=_name(survey, respondent),
                    variable=variable,
                    question=_question(survey, variable),
                    raw=corrected.get((respondent, variable), _raw(survey, respondent, variable)),
                    proposed=finding["proposed"],
                )
            )
    return rows


def _name(survey: Survey, respondent: str) -> str:
    name = survey.codebook.source.name
    return str(survey.before.at[respondent, name]) if name and respondent in survey.before.index else ""


def _question(survey: Survey, variable: str) -> str:
    slot = survey.codebook.slots.get(variable)
    if slot is None:
        return ""
    facts = survey.codebook.variables().get(variable)
    text = survey.codebook.questions[slot.question].text
    return f"{text} {facts.label}" if facts is not None and facts.item else text


def _raw(survey: Survey, respondent: str, variable: str) -> str:
    known = variable in survey.codebook.slots and respondent in survey.raw.index
    return str(survey.raw.at[respondent, survey.codebook.slots[variable].column]) if known else ""


def _fill(path: Path, rows: list[Row]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Findings that need a decision", "created": datetime.datetime(2000, 1, 1)})
        head = book.add_format({"bold": True, "bottom": 1, "valign": "bottom", "text_wrap": True})
        grey = book.add_format({"font_color": "#44546A", "bg_color": "#F5F7F9", "valign": "top", "text_wrap": True})
        entry = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True, "locked": False})
        sheet = book.add_worksheet(SHEET)
        for column, (heading, width) in enumerate((SHOWN | FILLED).items()):
            sheet.set_column(column, column, width, None if heading in SHOWN else entry)
            sheet.write_string(0, column, heading, head)
        for number, row in enumerate(rows, start=1):
            sheet.set_row(number, LINES * 15)
            for column, text in enumerate(vars(row).values()):
                sheet.write_string(number, column, text[:32_767], grey)
            for column in range(len(SHOWN), len(HEADINGS)):
                sheet.write_blank(number, column, None, entry)
        last = len(rows)
        for heading, allowed in (("decision", list(CHOICES)), ("reason code", list(REASON_CODES))):
            column = HEADINGS.index(heading)
            sheet.data_validation(1, column, last, column, {
                "validate": "list", "source": allowed, "error_title": heading, "error_message": "Choose from the list",
            })  # fmt: skip
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(HEADINGS) - 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        how = book.add_worksheet("How to fill in")
        how.set_column(0, 0, 110)
        for number, text in enumerate(HELP):
            how.write_string(number, 0, text)


def _filled(path: Path) -> list[tuple[int, dict[str, Cell]]]:
    """The rows of a worksheet that carry a decision: the row's number, and its cells by heading."""
    try:
        book = openpyxl.load_workbook(path)
    except FileNotFoundError:
        raise InputError("there is no such worksheet", file=path) from None
    except (InvalidFileException, zipfile.BadZipFile, OSError, KeyError, ValueError):
        raise InputError("this is no XLSX workbook; write one with bandwise validate --worksheet", file=path) from None
    if SHEET not in book.sheetnames:
        raise InputError(f"there is no sheet {SHEET!r}; it holds {', '.join(book.sheetnames)}", file=path)
    head, *rows = list(book[SHEET].iter_rows()) or [()]
    names = [str(cell.value or "").strip().lower() for cell in head]
    for name in HEADINGS:
        if name not in names:
            raise InputError(f"the heading {name!r} is missing", file=path, row=1, column=name)
    found = [(cells[0].row, dict(zip(names, cells, strict=True))) for cells in rows]
    return [(row, cells) for row, cells in found if any(_is_filled(cells[name]) for name in FILLED if name not in WHO)]


def _is_filled(cell: Cell) -> bool:
    return cell.value is not None and str(cell.value).strip() != ""


def _decisions(
    filled: list[tuple[int, dict[str, Cell]]],
    rows: list[Row],
    survey: Survey,
    before: list[Decision],
    path: Path,
    author: str,
) -> list[Decision]:
    known = {(row.finding_id, row.variable): row for row in rows}
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digests = {source.path: source.sha256 for source in survey.sources}
    counted = survey.records.sort_values("status", key=lambda s: s == COUNTED)
    files = dict(zip(counted["record_id"], counted["file"], strict=True))
    seq = before[-1].seq if before else 0
    lines: list[Decision] = []
    for number, cells in filled:
        text = {name: _text(cells[name], path) for name in HEADINGS}
        row = known.get((text["finding"], text["variable"]))
        if row is None:
            message = "this finding is not open: it has been decided, or an answer or the rule has changed since"
            raise InputError(f"{message}; write the worksheet anew", file=path, row=number, column="finding")
        chosen = text["decision"].lower()
        if chosen not in CHOICES:
            message = f"{text['decision']!r} is no decision{suggest(text['decision'], CHOICES)}"
            raise InputError(message, file=path, row=number, column="decision")
        told = {(line.finding_id, line.action) for line in lines if not line.question_id}
        if chosen in (ACCEPT, EXCLUDE_RECORD) and (row.finding_id, CHOICES[chosen]) in told:
            continue
        about_answer = chosen in (CORRECT, EXCLUDE_ANSWER)
        if about_answer and not row.variable:
            message = "this finding is about a whole record, so no answer can be corrected or excluded"
            raise InputError(message, file=path, row=number, column="decision")
        line = {
            "seq": str(seq + len(lines) + 1),
            "finding_id": row.finding_id,
            "respondent_id": row.respondent_id,
            "question_id": row.variable if about_answer else "",
            "action": CHOICES[chosen],
            "old_value": row.raw if about_answer else "",
            "new_value": text["new value"],
            "reason_code": text["reason code"].lower(),
            "reason": text["reason"],
            "evidence": text["evidence"],
            "author": text["author"] or author,
            "at_utc": now,
            "reviewer": text["reviewer"],
            "codebook_version": survey.codebook.version,
            "source_sha256": digests.get(files.get(row.respondent_id, ""), survey.sources[0].sha256),
        }
        if CHOICES[chosen] == EXCLUDE and line["new_value"]:
            raise InputError("an exclusion has no new value", file=path, row=number, column="new value")
        lines.append(decision(line, path, number))
    if not lines:
        raise InputError("no row carries a decision", file=path)
    return lines


def _text(cell: Cell, path: Path) -> str:
    """What stands in a cell as the analyst sees it; a spreadsheet may have made a number of what was typed."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool | datetime.date | datetime.time | datetime.timedelta) or cell.data_type in ("e", "f"):
        message = f"{value!r} is a date, a formula or no text; type it again after an apostrophe"
        raise InputError(message, file=path, row=cell.row, column=cell.column_letter)
    if isinstance(value, float | int):
        percent = "%" in cell.number_format
        number = round(value * 100, 10) if percent else value
        whole = int(number) if float(number).is_integer() else number
        return f"{whole}%" if percent else str(whole)
    return str(value).strip()


def added(lines: list[Decision]) -> str:
    """What was taken in, in one line for the terminal."""
    counts = Counter(line.action for line in lines)
    return f"{len(lines)} decisions added: " + ", ".join(f"{count} {action}" for action, count in counts.items())

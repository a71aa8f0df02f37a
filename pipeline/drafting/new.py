"""The way through: read the export, guess, write the edition beside its place, prove that it reads, put it there."""

from __future__ import annotations

import calendar
import datetime
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.drafting.bands import proposed_cuts
from pipeline.drafting.blocks import guesses_of
from pipeline.drafting.chapters import notebook
from pipeline.drafting.codebook import codebook_yaml
from pipeline.drafting.columns import Asked, questions, respondent_column, system_columns
from pipeline.drafting.exhibits import chapters_of, exhibits_yaml
from pipeline.drafting.kinds import Guess
from pipeline.drafting.names import Names, plain
from pipeline.drafting.signs import Signs, read_signs
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey
from pipeline.responses.choices import normalise
from pipeline.responses.dates import read_dates
from pipeline.responses.decisions import COLUMNS
from pipeline.responses.exports import LAYOUTS, Export, read_export
from pipeline.responses.schema import NUMERIC, Kind

NO_ID = "none"  # the codebook's word for ids that are made from the records' content
COUNTED = (*NUMERIC, Kind.single, Kind.multiple, Kind.ranking)
TIMES = re.compile(r"(?:start|end|submit|stage|recorded|created|modified|completion) ?(?:date|time)"
                   r"|date ?(?:created|modified)|^submitdate$|timestamp|^タイムスタンプ$|_submission_time"
                   r"|submissiondate")  # fmt: skip


@dataclass(frozen=True)
class Drafted:
    """What was written, how the export was read, and what a person has to look at."""

    paths: list[Path]
    described: str
    counted: str
    doubts: list[str]


def draft_edition(
    export: Path, edition: Path, *, title: str | None = None, id_column: str | None = None, **stated: object
) -> Drafted:
    """Write a first edition for an export that nobody has described yet.

    `edition` is the folder to make; the export is copied into it as it is. `stated` are the keys of `source` that the
    file does not tell (kind, encoding, delimiter, sheet, header_rows). The chapters go to notebooks/ beside the
    folder that holds the edition if that is survey_raw/, else into the edition. Raises InputError where the folder
    holds something already, the export cannot be read, or no column holds answers.
    """
    if edition.exists() and any(edition.iterdir()):
        raise InputError("the folder holds an edition already; name another one", file=edition)
    stated = {key: value for key, value in stated.items() if value is not None}
    received = read_export(export.parent, export.name, **stated)
    respondent = _respondent(received, id_column)
    found = questions(received, _no_questions(received, respondent))
    if not found:
        raise InputError("no column holds answers to a question", file=export)
    signs, received = read_signs(received, found, stated)
    if signs.decimal == "," and received.odd is not None:
        found = questions(received, _no_questions(received, respondent))
    doubts = list(signs.doubts)
    if respondent is None and LAYOUTS[received.kind].respondent_id:
        doubts.append("no column holds the respondents' ids: they are made from the content; --id names a column")
    guesses = _named(found, signs)
    cuts = proposed_cuts(guesses, signs, len(received.cells))
    chapters = chapters_of(guesses, cuts)
    if not any(chapter.exhibits for chapter in chapters):
        kinds = ", ".join(f"{name} ({guess.kind})" for name, guess in list(guesses.items())[:3])
        raise InputError(f"no question here can be counted: {kinds}", file=export)
    title = title or edition.name.replace("_", " ").strip().capitalize()
    inside = edition.parent.name != "survey_raw"
    books = edition / "notebooks" if inside else edition.parent.parent / "notebooks" / edition.name
    if not inside and books.exists():
        raise InputError("there are notebooks of this name already; name the edition otherwise", file=books)
    year, fieldwork = _fieldwork(received)
    texts = {
        "codebook.yaml": codebook_yaml(
            received, guesses, cuts, title=title, edition=plain(edition.name) or "survey", year=year,
            fieldwork=fieldwork, signs=signs, id_column=_stated_id(received, respondent),
            system=system_columns(received), stated=stated,
        ),
        "exhibits.yaml": exhibits_yaml(
            guesses, cuts, chapters, title=title, currency=signs.currency,
            notebooks="notebooks" if inside else f"../../notebooks/{edition.name}",
        ),
        "decisions.csv": ",".join(COLUMNS) + "\n",
    }  # fmt: skip
    to_edition = ".." if inside else f"../../survey_raw/{edition.name}"
    to_output = "../output" if inside else f"../../output/{edition.name}"
    written = {chapter.notebook: notebook(chapter, to_edition, to_output) for chapter in chapters}
    staging = edition.with_name(f".{edition.name}.{os.getpid()}")
    try:
        _write(staging, texts)
        shutil.copyfile(export, staging / export.name)
        counted, more = _proved(staging, guesses)
        _write(staging / "notebooks" if inside else books, written)
        if edition.exists():
            edition.rmdir()
        staging.rename(edition)
    except OSError as error:
        raise InputError(f"the edition cannot be written: {error.strerror}", file=edition) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    paths = [edition / name for name in (*texts, export.name)] + [books / name for name in written]
    return Drafted(paths, received.described, counted, doubts + more)


def _respondent(export: Export, stated: str | None) -> int | None:
    """The place of the ids; None where there are none, so that they are made from the records' content."""
    if stated is None:
        return respondent_column(export)
    for place, header in enumerate(export.headers):
        if normalise(stated) in (normalise(header.tag), normalise(header.text)):
            return place
    raise InputError(f"no column is called {stated!r}", file=export.file, column=stated)


def _stated_id(export: Export, respondent: int | None) -> str | None:
    """What `source: id` has to say, if anything."""
    usual = LAYOUTS[export.kind].respondent_id
    if respondent is None:
        return NO_ID if usual else None
    tag = export.headers[respondent].tag
    return None if tag in usual else tag


def _no_questions(export: Export, respondent: int | None) -> frozenset[int]:
    layout = LAYOUTS[export.kind]
    tools = {place for place, header in enumerate(export.headers) if layout.owns(header)}
    return frozenset(tools | {respondent} - {None})


def _named(found: list[Asked], signs: Signs) -> dict[str, Guess]:
    names = Names("q")
    return {names.of(_words(guess.asked)): guess for guess in guesses_of(found, signs)}


def _words(asked: Asked) -> str:
    """What an id is made of: a tag that is a name already, else the question's text, else its first choice."""
    if asked.tag.isidentifier() and asked.tag == asked.tag.lower() and "_" not in asked.tag[:2]:
        return asked.tag
    return asked.text or asked.parts[0].label or asked.parts[0].address


def _fieldwork(export: Export) -> tuple[int, str]:
    """The year and the months in which the tool's own times lie; the year of the file where it has none."""
    times = [place for place, header in enumerate(export.headers) if TIMES.search(normalise(header.tag))]
    dates = [read_dates([text for text in export.cells[place] if text.strip()]).dropna() for place in times]
    found = pd.concat(dates) if dates else pd.Series(dtype="datetime64[us]")
    if found.empty:
        return datetime.date.fromtimestamp(export.file.stat().st_mtime).year, ""
    first, last = (f"{calendar.month_name[day.month]} {day.year}" for day in (found.min(), found.max()))
    if first == last:
        return found.max().year, last
    first = first if found.min().year != found.max().year else first.partition(" ")[0]
    return found.max().year, f"{first} to {last}"


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _proved(edition: Path, guesses: dict[str, Guess]) -> tuple[str, list[str]]:
    """Reads the draft as a build would; what the checks find, and every doubt, one sentence each."""
    survey = read_survey(edition)
    report = read_report(edition, survey.codebook)
    tabulate(survey, report)
    doubts = [f"{name}: {guess.doubt}" for name, guess in guesses.items() if guess.doubt]
    shown = {exhibit.id for exhibit in report.exhibits}
    left = [name for name, guess in guesses.items() if name not in shown and guess.kind in COUNTED]
    if left:
        doubts.append(f"in no exhibit yet: {', '.join(left)}")
    for rule, number in survey.undecided["rule"].value_counts(sort=False).items():
        doubts.append(f"{number} findings of the check {rule!r}; bandwise validate lists them")
    out = survey.records[survey.records["status"] == "excluded"]["reason"].value_counts(sort=False)
    for reason, number in out.items():
        doubts.append(f"{number} records do not count: {reason} (see records: in codebook.yaml)")
    counted = f"{len(guesses)} questions, {len(survey.answers)} respondents, {len(report.exhibits)} exhibits"
    return counted, doubts

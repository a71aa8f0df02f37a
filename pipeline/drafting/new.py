"""The way through: read the export, guess, write the edition beside its place, prove that it reads, put it there."""

from __future__ import annotations

import datetime
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.drafting.bands import proposed_cuts
from pipeline.drafting.chapters import notebook
from pipeline.drafting.codebook import codebook_yaml
from pipeline.drafting.columns import Asked, questions, respondent_column, system_columns
from pipeline.drafting.exhibits import chapters_of, exhibits_yaml
from pipeline.drafting.kinds import Guess, decimal_sign, guess
from pipeline.drafting.names import Names, plain
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey
from pipeline.responses.choices import normalise
from pipeline.responses.decisions import COLUMNS
from pipeline.responses.exports import LAYOUTS, Export, read_export
from pipeline.responses.schema import NUMERIC, Kind

NO_ID = "none"  # the codebook's word for ids that are made from the records' content
COUNTED = (*NUMERIC, Kind.single, Kind.multiple, Kind.ranking)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


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
    decimal, doubt = decimal_sign(text for asked in found for text in asked.given)
    doubts = [doubt] if doubt else []
    if respondent is None and LAYOUTS[received.kind].respondent_id:
        doubts.append("no column holds the respondents' ids: they are made from the content; --id names a column")
    guesses = _named(found, decimal, LAYOUTS[received.kind].separator)
    cuts = proposed_cuts(guesses, decimal, len(received.cells))
    chapters = chapters_of(guesses, cuts)
    title = title or edition.name.replace("_", " ").strip().capitalize()
    inside = edition.parent.name != "survey_raw"
    books = edition / "notebooks" if inside else edition.parent.parent / "notebooks" / edition.name
    if not inside and books.exists():
        raise InputError("there are notebooks of this name already; name the edition otherwise", file=books)
    texts = {
        "codebook.yaml": codebook_yaml(
            received, guesses, cuts, title=title, edition=plain(edition.name) or "survey", year=_year(received),
            decimal=decimal, id_column=_stated_id(received, respondent), system=system_columns(received), stated=stated,
        ),
        "exhibits.yaml": exhibits_yaml(
            guesses, cuts, chapters, title=title, notebooks="notebooks" if inside else f"../../notebooks/{edition.name}"
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


def _named(found: list[Asked], decimal: str | None, separator: str | None) -> dict[str, Guess]:
    names = Names("q")
    return {names.of(_words(asked)): guess(asked, decimal, separator) for asked in found}


def _words(asked: Asked) -> str:
    """What an id is made of: a tag that is a name already, else the question's text, else its first choice."""
    if asked.tag.isidentifier() and asked.tag == asked.tag.lower() and "_" not in asked.tag[:2]:
        return asked.tag
    return asked.text or asked.parts[0].label


def _year(export: Export) -> int:
    """The latest year that the tool's own dates name; the year of the file where they name none."""
    dated = [place for place, header in enumerate(export.headers) if "date" in normalise(header.tag)]
    years = [int(year) for place in dated for text in export.cells[place] for year in YEAR.findall(text)]
    return max(years, default=datetime.date.fromtimestamp(export.file.stat().st_mtime).year)


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
    shown = {measure.question for exhibit in report.exhibits for measure in exhibit.measures}
    left = [name for name, guess in guesses.items() if name not in shown and guess.kind in COUNTED]
    if left:
        doubts.append(f"in no exhibit yet: {', '.join(left)}")
    for rule, number in survey.undecided["rule"].value_counts(sort=False).items():
        doubts.append(f"{number} findings of the check {rule!r}; bandwise validate lists them")
    counted = f"{len(guesses)} questions, {len(survey.answers)} respondents, {len(report.exhibits)} exhibits"
    return counted, doubts

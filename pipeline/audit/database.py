"""The ledger of a finished build, opened to be read, or one sentence why it cannot be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from pipeline.errors import InputError
from pipeline.figures.ledger import Ledger, read_ledger
from pipeline.responses import read_survey
from pipeline.responses.survey import Survey
from pipeline.run_record import read_record


def not_built(edition: Path, path: Path) -> InputError:
    """The sentence for a file of a build that is not there."""
    return InputError(f"{edition.name} has not been built here; run: bandwise build {edition}", file=path)


def built_ledger(edition: Path, output: Path) -> Ledger:
    """The ledger of a build, for the audience that it was built for. InputError when there is none."""
    path = output / "ledger.csv"
    if not path.exists():
        raise not_built(edition, path)
    return read_ledger(path, read_record(output).get("audience", "internal"))


def keeps_members(database: sqlite3.Connection) -> bool:
    """Whether a database holds the members of its figures."""
    return database.execute("SELECT value FROM run WHERE name = 'members'").fetchone() is None


@contextmanager
def open_database(edition: Path, output: Path, *, members: bool = False) -> Iterator[sqlite3.Connection]:
    """The database of a build, read-only. InputError when there is none, or when it is of an older version.

    With `members` also when it is of a survey so large that it does not hold the members of its figures.
    """
    path = output / "ledger.sqlite"
    if not path.exists():
        if (output / "ledger.csv").exists():
            message = "was built for readers outside the house, so its ledger names nobody; build it for the inside"
            raise InputError(f"{edition.name} {message}: bandwise build {edition}", file=path)
        raise not_built(edition, path)
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        if members and not keeps_members(connection):
            message = "so many respondents are in its figures that their ledger does not keep them; ask for one figure"
            raise InputError(f"{message}: bandwise audit {edition} CELL_ID", file=path)
        yield connection
    except sqlite3.DatabaseError as error:
        message = f"this is not a ledger of this version ({error}); run: bandwise build {edition}"
        raise InputError(message, file=path) from None
    finally:
        connection.close()


def read_built_survey(edition: Path, folder: str, database: sqlite3.Connection) -> Survey:
    """The survey that figures of the build rest on; InputError when a file of it has changed since the build."""
    place = edition / folder if folder else edition
    survey = read_survey(place)
    for file in _changed_files(survey, folder, database):
        raise InputError(f"this file has changed since the build; run: bandwise build {edition}", file=place / file)
    return survey


def _changed_files(survey: Survey, folder: str, database: sqlite3.Connection) -> Iterator[str]:
    """Raw files by their digest, the codebook by its own, the decisions by what they changed and excluded."""
    built = dict(database.execute("SELECT title, sha256 FROM source_file WHERE survey = ?", (folder,)).fetchall())
    built = {title.removeprefix(f"{folder}/"): sha256 for title, sha256 in built.items()}
    now = {source.path: source.sha256 for source in survey.sources}
    yield from sorted(name for name in built.keys() | now.keys() if built.get(name) != now.get(name))
    name = f"codebook_version of {folder}" if folder else "codebook_version"
    if database.execute("SELECT value FROM run WHERE name = ?", (name,)).fetchone()[0] != survey.codebook.version:
        yield "codebook.yaml"
    if _decided(database, folder) != _decided_now(survey):
        yield "decisions.csv"


def _decided(database: sqlite3.Connection, folder: str) -> tuple[list[tuple], list[tuple]]:
    of_survey = "JOIN source_row USING (source_row_id) JOIN source_file f USING (source_file_id) WHERE f.survey = ?"
    corrections = f"SELECT c.respondent_id, c.variable, c.old, c.new FROM correction c {of_survey} ORDER BY 1, 2"
    records = f"SELECT r.record_id, r.status FROM record r {of_survey} ORDER BY r.source_row_id"
    found = ([tuple(row) for row in database.execute(query, (folder,))] for query in (corrections, records))
    return next(found), next(found)


def _decided_now(survey: Survey) -> tuple[list[tuple], list[tuple]]:
    changes = survey.changes[["respondent_id", "variable", "old", "new"]].itertuples(index=False, name=None)
    return sorted(changes), list(survey.records[["record_id", "status"]].itertuples(index=False, name=None))


def nearest(name: str, known: list[str]) -> str:
    """The end of a sentence that names what may have been meant."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"; nearest: {', '.join(near)}" if near else ""

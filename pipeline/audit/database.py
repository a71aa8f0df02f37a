"""ledger.sqlite of a finished build, opened to be read, or one sentence why it cannot be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from pipeline.errors import InputError
from pipeline.responses import read_survey
from pipeline.responses.survey import Survey


@contextmanager
def open_database(edition: Path, output: Path) -> Iterator[sqlite3.Connection]:
    """The database of a build, read-only. InputError when there is none, or when it is of an older version."""
    path = output / "ledger.sqlite"
    if not path.exists():
        if (output / "ledger.csv").exists():
            message = "was built for readers outside the house, so its ledger names nobody; build it for the inside"
            raise InputError(f"{edition.name} {message}: bandwise build {edition}", file=path)
        raise InputError(f"{edition.name} has not been built here; run: bandwise build {edition}", file=path)
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    except sqlite3.DatabaseError as error:
        message = f"this is not a ledger of this version ({error}); run: bandwise build {edition}"
        raise InputError(message, file=path) from None
    finally:
        connection.close()


def read_built_survey(edition: Path, folder: str, database: sqlite3.Connection) -> Survey:
    """The survey that figures of the build rest on; InputError when a raw file is no longer the one that was built."""
    survey = read_survey(edition / folder if folder else edition)
    built = dict(database.execute("SELECT title, sha256 FROM source_file WHERE survey = ?", (folder,)).fetchall())
    now = {f"{folder}/{s.path}" if folder else s.path: s.sha256 for s in survey.sources}
    changed = sorted(name for name in built.keys() | now.keys() if built.get(name) != now.get(name))
    if changed:
        message = f"the raw file is not the one that was built; run: bandwise build {edition}"
        raise InputError(message, file=edition / changed[0])
    return survey


def nearest(name: str, known: list[str]) -> str:
    """The end of a sentence that names what may have been meant."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"; nearest: {', '.join(near)}" if near else ""

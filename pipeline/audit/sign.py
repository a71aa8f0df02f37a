"""A reviewer signs figures of a finished build: one line each in signoffs.csv of the edition."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from rich.table import Table

from pipeline.audit.database import nearest, not_built, open_database
from pipeline.audit.result import Audited
from pipeline.errors import InputError
from pipeline.figures.ledger import REFERENCE, SHOWN
from pipeline.figures.signoffs import EXHIBIT, FILE, Signoff, append_signoffs, read_signoffs
from pipeline.run_record import inputs_of, read_record
from pipeline.staging import write_whole

PRINTED = (SHOWN, REFERENCE)


def sign(
    edition: Path,
    folder: Path,
    addresses: Sequence[str],
    verdict: str,
    reviewer: str,
    note: str = "",
    now: datetime | None = None,
) -> Audited:
    """Append the verdict on each figure to signoffs.csv; an address may have `*` for several figures.

    What is signed are the figures of the build in `folder`. Raises InputError when the edition has changed since, for
    an address of no figure, and for a signoffs.csv that cannot be read; nothing is then written.
    """
    path = edition / FILE
    read_signoffs(path)
    _refuse_stale(edition, folder)
    with open_database(edition, folder) as database:
        known = database.execute("SELECT * FROM cell ORDER BY display_order").fetchall()
        figures = list(_named(addresses, known))
    time = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [Signoff(f["cell_id"], reviewer.strip(), verdict, note.strip(), time, f["fingerprint"]) for f in figures]
    table = Table(title=f"{verdict} by {reviewer}")
    for name in ("Cell", "As printed"):
        table.add_column(name, overflow="fold")
    for figure in figures:
        table.add_row(figure["cell_id"], figure["printed"])
    return Audited([table], [write_whole(path, append_signoffs(path, lines))])


def _refuse_stale(edition: Path, folder: Path) -> None:
    """What is signed is what was seen: the files of the edition are those of the build, but for the signatures."""
    built, now = read_record(folder).get("inputs"), inputs_of(edition)
    if built is None:
        raise not_built(edition, folder)
    changed = sorted(name for name in built.keys() | now.keys() if built.get(name) != now.get(name) and name != FILE)
    if changed:
        message = "this file has changed since the build, so its figures cannot be signed"
        raise InputError(f"{message}; run: bandwise build {edition}", file=edition / changed[0])


def _named(addresses: Sequence[str], known: list[sqlite3.Row]) -> Iterator[sqlite3.Row]:
    by_id = {row["cell_id"]: row for row in known if row["exhibit"] != EXHIBIT}
    found: dict[str, sqlite3.Row] = {}
    for address in addresses:
        matches = [id_ for id_ in by_id if fnmatchcase(id_, address)] if "*" in address else [address]
        if not matches or matches[0] not in by_id:
            raise InputError(f"no figure has the address {address!r}{nearest(address, list(by_id))}")
        if matches == [address] and by_id[address]["status"] not in PRINTED:
            raise InputError(f"{address} is {by_id[address]['status']}: nothing is printed that could be signed")
        found |= {id_: by_id[id_] for id_ in matches if by_id[id_]["status"] in PRINTED}
    return iter(found.values())

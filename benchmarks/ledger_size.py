"""Size and seconds of ledger.sqlite for an edition as it is and with its respondents repeated up to a number.

    python benchmarks/ledger_size.py survey_raw/2023 110 2000

Repeated respondents have new ids and names, and the answers of those that they repeat; sub-surveys grow alike. Only the
figures are made and written: what a build takes for the database beside its pages.
"""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
import time
from pathlib import Path

from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey
from pipeline.responses.codebook import Codebook

HEADER_ROWS = {"qualtrics": 3, "tidy": 1}


def repeated(edition: Path, folder: Path, companies: int) -> Path:
    """A copy of an edition in `folder` with the rows of its exports repeated until there are so many companies."""
    copy = Path(shutil.copytree(edition, folder / f"{edition.name}_{companies}"))
    times = -(-companies // len(read_survey(edition).answers))
    for codebook in sorted(copy.rglob("codebook.yaml")):
        _repeat(read_survey(codebook.parent).codebook, codebook.parent, times)
    return copy


def _repeat(codebook: Codebook, place: Path, times: int) -> None:
    """Rows after the header again and again, each time with a suffix in what tells respondents apart."""
    own = {name for rule in codebook.records for name in rule.duplicate_of} | {codebook.source.name}
    columns = {codebook.slots[name].column for name in own if name in codebook.slots} | {codebook.source.id}
    for name in codebook.source.files:
        with (place / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        head, body = rows[: HEADER_ROWS[codebook.source.kind]], rows[HEADER_ROWS[codebook.source.kind] :]
        unlike = [i for i, tag in enumerate(head[0]) if tag in columns]
        with (place / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(head + [_again(row, n, unlike) for n in range(times) for row in body])


def _again(row: list[str], number: int, unlike: list[int]) -> list[str]:
    return [f"{text}x{number}" if number and i in unlike and text else text for i, text in enumerate(row)]


def measure(edition: Path, folder: Path) -> dict[str, float]:
    """Companies, figures, members; seconds to read, to tabulate, to write; megabytes of the database."""
    clock = [time.perf_counter()]

    def lap() -> float:
        clock.append(time.perf_counter())
        return round(clock[-1] - clock[-2], 1)

    survey = read_survey(edition)
    found = {"companies": len(survey.answers), "read": lap()}
    ledger = tabulate(survey, read_report(edition, survey.codebook))
    found |= {"tabulate": lap(), "cells": len(ledger.cells), "members": sum(map(len, ledger.members.values()))}
    path = ledger.write_sqlite(folder / "ledger.sqlite")
    return found | {"write": lap(), "MB": round(path.stat().st_size / 1e6, 1)}


def main() -> None:
    edition, *numbers = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for companies in map(int, numbers or ["110", "2000"]):
            print(measure(repeated(Path(edition), Path(folder), companies), Path(folder)), flush=True)


if __name__ == "__main__":
    main()

"""What reviewers signed: signoffs.csv of the edition, held against the figures as they are now.

A line is good for the figure that was seen. Once its value, its printed text, its members or its method are others,
the figure is open again; the line stays, because it says what was signed.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

from pipeline.errors import InputError
from pipeline.figures.facts import count_cell
from pipeline.figures.fingerprint import Fingerprints
from pipeline.figures.ledger import ALL, OVERALL, REFERENCE, SHOWN, Cell, Ledger
from pipeline.responses.strict_yaml import suggest

FILE = "signoffs.csv"
EXHIBIT = "signoffs"
ACCEPTED, QUERIED, REJECTED = "accepted", "queried", "rejected"
VERDICTS = (ACCEPTED, QUERIED, REJECTED)
HOLDS, REOPENED = "holds", "reopened"
DIGITS = 64  # of a SHA-256


@dataclass(frozen=True)
class Signoff:
    """One line of signoffs.csv: who found what of which figure, when (UTC), and the figure's fingerprint then."""

    cell: str
    reviewer: str
    verdict: str
    note: str
    at_utc: str
    signed_hash: str


COLUMNS = tuple(field.name for field in fields(Signoff))


@dataclass(frozen=True)
class Signed:
    """The lines of signoffs.csv with their state, in their order; `gone` names signed figures that are no more."""

    lines: tuple[tuple[Signoff, str], ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        """Figures by what the last line about them says: a verdict, or `reopened`."""
        last = {line.cell: REOPENED if state == REOPENED else line.verdict for line, state in self.lines}
        return Counter(last.values())

    @property
    def record(self) -> dict[str, int]:
        """How many figures are in which state, for the record of the run."""
        return {name: self.counts[name] for name in (*VERDICTS, REOPENED)} | {"gone": len(self.gone)}

    @property
    def problems(self) -> list[str]:
        """What needs a person, one sentence each."""
        words = {
            REOPENED: "changed after they were signed",
            QUERIED: "are queried by a reviewer",
            REJECTED: "are rejected by a reviewer",
        }
        found = [f"figures that {words[name]}: {self.counts[name]}" for name in words if self.counts[name]]
        return found + ([f"figures that were signed and are no more: {', '.join(self.gone)}"] if self.gone else [])


def read_signoffs(path: Path) -> list[Signoff]:
    """The lines in their order; none without the file. InputError with row and column for what nobody could sign."""
    if not path.exists():
        return []
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8; save it as UTF-8", file=path) from None
    except csv.Error as error:
        raise InputError(f"quotation marks do not match ({error})", file=path) from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InputError(f"the columns must be {', '.join(COLUMNS)}, in this order", file=path, row=1)
    return [_signoff(cells, path, row) for row, cells in enumerate(rows[1:], start=2) if any(cells)]


def _signoff(cells: Sequence[str], path: Path, row: int) -> Signoff:
    def refuse(column: str, message: str) -> InputError:
        return InputError(message, file=path, row=row, column=column)

    if len(cells) != len(COLUMNS):
        raise InputError(f"this row has {len(cells)} cells, the header has {len(COLUMNS)}", file=path, row=row)
    line = Signoff(*(cell.strip() for cell in cells))
    for name in ("cell", "reviewer"):
        if not getattr(line, name):
            raise refuse(name, f"a sign-off needs its {name}")
    if line.verdict not in VERDICTS:
        raise refuse("verdict", f"{line.verdict!r} is no verdict{suggest(line.verdict, VERDICTS)}")
    try:
        if datetime.fromisoformat(line.at_utc).utcoffset() is None:
            raise ValueError
    except ValueError:
        raise refuse("at_utc", f"{line.at_utc!r} is no date and time like 2023-06-01T14:30:00Z") from None
    if len(line.signed_hash) != DIGITS or not set(line.signed_hash) <= set("0123456789abcdef"):
        raise refuse("signed_hash", "this is no hash; sign with: bandwise audit EDITION CELL_ID --sign VERDICT")
    return line


def append_signoffs(path: Path, lines: Sequence[Signoff]) -> bytes:
    """The file with further lines at its end; what stands there stays byte for byte."""
    before = path.read_bytes() if path.exists() else b""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if not before:
        writer.writerow(COLUMNS)
    elif not before.endswith(b"\n"):
        text.write("\n")
    writer.writerows(astuple(line) for line in lines)
    return before + text.getvalue().encode("utf-8")


def signed(ledger: Ledger, lines: Sequence[Signoff]) -> Signed:
    """The lines held against the figures of a ledger that knows its respondents."""
    if not lines:
        return Signed()
    prints = Fingerprints(ledger)
    known = [line for line in lines if line.cell in ledger]
    state = {True: HOLDS, False: REOPENED}
    return Signed(
        tuple((line, state[prints.of(ledger.cell(line.cell)) == line.signed_hash]) for line in known),
        tuple(dict.fromkeys(line.cell for line in lines if line.cell not in ledger)),
    )


def signed_cells(ledger: Ledger, found: Signed) -> Iterator[Cell]:
    """The figures about the figures: how many there are and what became of those that were signed; none unsigned."""
    if not found.lines:
        return
    printed = sum(cell.status in (SHOWN, REFERENCE) for cell in ledger.cells)
    words = {ACCEPTED: "Figures signed", QUERIED: "Figures queried by a reviewer", REJECTED: "Figures rejected",
             REOPENED: "Figures that changed after they were signed"}  # fmt: skip
    yield count_cell(EXHIBIT, OVERALL, ALL, "figures", printed, "Figures that can be signed")
    for name, label in words.items():
        yield count_cell(EXHIBIT, OVERALL, ALL, name, found.counts[name], label)

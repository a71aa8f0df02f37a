"""What can go wrong, as a small family: each error says where it was found and what is allowed.

The command line turns any of these into one sentence and an exit status; nothing else catches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class BandwiseError(Exception):
    """Base of every error that a user can act on; `exit_status` is what the command ends with."""

    exit_status = 2


@dataclass
class InputError(BandwiseError):
    """Something in an input is wrong: the file, the place in it, what was found and what is allowed.

    `message` is one sentence without the place; `line` and `row` count from 1 as a text editor or a spreadsheet does.
    """

    message: str
    file: Path | str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = [str(self.file)] if self.file else []
        for name in ("line", "row", "column", "key"):
            value = getattr(self, name)
            if value is not None:
                place.append(f"{name} {value}")
        return f"{', '.join(place)}: {self.message}" if place else self.message


@dataclass
class ChapterError(BandwiseError):
    """A chapter's notebook did not run to its end; `partial` is the notebook as far as it came."""

    message: str
    notebook: Path | str
    cell: str = ""
    last_lines: str = ""
    partial: Path | None = None

    exit_status = 1

    def __str__(self) -> str:
        where = f"{self.notebook}, {self.cell}" if self.cell else str(self.notebook)
        kept = f"\nThe notebook as far as it ran: {self.partial}" if self.partial else ""
        lines = f"\n{self.last_lines}" if self.last_lines else ""
        return f"{where}: {self.message}{lines}{kept}"

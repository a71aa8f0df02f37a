"""How far the reading of a survey of many rows has come."""

from __future__ import annotations

from collections.abc import Callable

MANY = 100_000  # rows from which on it is told

Progress = Callable[[str, int, int], None]  # what is done now, how many rows of it, of how many


def silent(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def in_rows(progress: Progress, step: str, rows: int | None = None) -> Callable[[int, int], None]:
    """Takes how much of a step over many rows is done, in rows or in other parts of it, and tells it in rows."""

    def tell(done: int, total: int) -> None:
        number = rows or total
        if number >= MANY:
            progress(step, number * done // total, number)

    return tell

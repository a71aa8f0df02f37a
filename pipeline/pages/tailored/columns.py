"""Entries of text in three columns of a page, as many pages as they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pipeline.pages.text_size import wrap

PER_PAGE, WIDTH = 3, 276.0  # columns, and their width in points
SIZE, LINE = 8.0, 9.3  # of the text, in points

Entry = TypeVar("Entry")


def lines_of(text: str, weight: int = 400) -> int:
    """How many lines a text takes in a column."""
    return wrap(text, WIDTH - 1, SIZE, weight).count("\n") + 1


def in_columns(entries: Sequence[Entry], height: Callable[[Entry], float], room: float) -> list[list[Entry]]:
    """The entries in order, cut into columns no higher than `room`, of about the same height where a page holds all."""
    total = sum(map(height, entries))
    least = max(total / PER_PAGE, max(map(height, entries), default=0.0))
    tries = [least * (1 + step / 20) for step in range(20) if least * (1 + step / 20) < room]
    for most in (*tries, room):
        columns = _cut(entries, height, most)
        if len(columns) <= PER_PAGE:
            break
    return columns


def _cut(entries: Sequence[Entry], height: Callable[[Entry], float], room: float) -> list[list[Entry]]:
    columns: list[list[Entry]] = []
    left = 0.0
    for entry in entries:
        needed = height(entry)
        if needed > left or not columns:
            columns.append([])
            left = room
        columns[-1].append(entry)
        left -= needed
    return columns

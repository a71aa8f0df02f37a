"""What a text may have been before a spreadsheet took it for a date: "Oct-49" was "10-49", "2-Jan" was "1-2"."""

from __future__ import annotations

import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_FIRST = re.compile(r"([a-z]{3})-(\d{1,2})")
MONTH_LAST = re.compile(r"(\d{1,2})-([a-z]{3})")
ISO = re.compile(r"\d{2}(\d{2})-(\d{2})-(\d{2})(?: 00:00:00)?")
SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/\d{2}(?:\d{2})?")


def before_spreadsheet(text: str) -> tuple[str, ...]:
    """The ranges that a spreadsheet may have made this text of, likeliest first; none if it is no such text.

    Month and year ("10-49" is taken for October 1949), or month and day of the year of typing, in either order.
    """
    word = text.strip().casefold()
    if (found := MONTH_FIRST.fullmatch(word)) and found[1] in MONTHS:
        pairs = [(MONTHS.index(found[1]) + 1, int(found[2]))]
    elif (found := MONTH_LAST.fullmatch(word)) and found[2] in MONTHS:
        month, day = MONTHS.index(found[2]) + 1, int(found[1])
        pairs = [(month, day), (day, month)]
    elif found := ISO.fullmatch(word):
        year, month, day = map(int, found.groups())
        pairs = [(month, year)] if day == 1 else []
        pairs += [(month, day), (day, month)]
    elif found := SLASHES.fullmatch(word):
        pairs = [(int(found[1]), int(found[2])), (int(found[2]), int(found[1]))]
    else:
        return ()
    return tuple(dict.fromkeys(f"{low}-{high}" for low, high in pairs))

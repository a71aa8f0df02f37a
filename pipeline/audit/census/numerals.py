"""What counts as a numeral in a text, and how the numerals of a text are told apart as figures and as allowed words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

NUMERAL = re.compile(
    r"""
    (?:[<>≤≥]\ ?(?=[−+$€£]?\d))?     # below the last digit: <1%
    (?:[−+]|(?<![^\s(])-)?           # a sign; a hyphen is one only where no word goes before it
    [$€£]?
    [^\W\d_]*\d\w*(?:[.,]\d\w*)*     # digits with separators, and the letters that they hang on: 1,240, 2.5M, P25
    [%×]?
    | [²³¹¼-¾⁰-₉⅐-↋①-⓿❶-➓]      # digits that are letters of their own
    """,
    re.VERBOSE,
)
NUMBER_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|half|thirds?|quarters?"
    r"|fifths?|tenths?|twice|double[ds]?|triple[ds]?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Token:
    """One numeral of a text and where it stands in it."""

    text: str
    start: int
    end: int


def numerals(text: str) -> list[Token]:
    """The numerals of a text, in order; a range such as 100–499 is two."""
    return [Token(found[0], found.start(), found.end()) for found in NUMERAL.finditer(text)]


def align(tokens: Sequence[str], covered: Sequence[bool], figures: Sequence[str]) -> list[int | None]:
    """For each token the place of the figure that it prints, or None.

    `figures` are the numerals that the text should print, in order; `covered` says which tokens stand in allowed words
    and may be passed over. The order is kept, so two figures that changed places are not both found. Among the ways to
    read the text the one that leaves least unexplained is taken.
    """
    m, k = len(tokens), len(figures)
    best = [[0] * (k + 1) for _ in range(m + 1)]
    for i in range(m - 1, -1, -1):
        for j in range(k, -1, -1):
            best[i][j] = best[i + 1][j] + covered[i]
            if j < k:
                best[i][j] = max(best[i][j], best[i][j + 1])
                if tokens[i] == figures[j]:
                    best[i][j] = max(best[i][j], best[i + 1][j + 1] + 2)
    found: list[int | None] = [None] * m
    i = j = 0
    while i < m and j < k:
        if tokens[i] == figures[j] and best[i][j] == best[i + 1][j + 1] + 2:
            found[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return found

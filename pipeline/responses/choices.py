"""Recognises choices in what a survey tool wrote: code, label, short label or alias, whatever the case and spacing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import cache

from pipeline.responses.schema import Choice

LOOKALIKES = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "}
    | dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff", "")  # marks that are not seen
)
USUAL = "[,;|]| / "
TICKED = frozenset({"1", "true", "yes", "y", "x", "checked", "selected"})
UNTICKED = frozenset({"0", "false", "no", "n", "unchecked", "not selected", "not checked"})


def normalise(text: str) -> str:
    """Text for comparing: case, spacing, dashes and quotation marks no longer differ."""
    return " ".join(text.translate(LOOKALIKES).casefold().split())


class Matcher:
    """Knows one question's choices; `clash` is (text, code, code) when one text could stand for two of them."""

    def __init__(self, choices: Sequence[Choice]):
        self.codes = [choice.code for choice in choices]
        self.clash: tuple[str, str, str] | None = None
        self._known: dict[str, str] = {}
        for choice in choices:
            for text in (choice.code, choice.label, choice.short, *choice.aliases):
                if text is None:
                    continue
                owner = self._known.setdefault(normalise(text), choice.code)
                if owner != choice.code and self.clash is None:
                    self.clash = (text, owner, choice.code)

    def match(self, text: str) -> str | None:
        """The choice's code, or None."""
        return self._known.get(normalise(text))

    def nearest(self, text: str) -> str | None:
        """The code of the choice that is written most alike, as a proposal for a person."""
        near = difflib.get_close_matches(normalise(text), self._known, n=1, cutoff=0.6)
        return self._known[near[0]] if near else None

    def split(self, text: str, separator: str | None = None) -> tuple[tuple[str, ...], str]:
        """The codes in a joined cell, and what is left over.

        At each place the longest known choice is taken, so that a choice with a comma in it is not torn apart.
        `separator` is the one sign that joins them, else each of the usual ones does: comma, semicolon, bar, " / ".
        """
        between, choice, other = self._patterns(separator)
        rest, found, left = normalise(text), [], []
        while rest := rest[between.match(rest).end() :]:
            hit = choice.match(rest)
            if hit:
                code = self._known[hit.group(1)]
                if code not in found:
                    found.append(code)
                rest = rest[hit.end() :]
            else:
                piece = other.match(rest).group()
                left.append(piece.strip())
                rest = rest[len(piece) :]
        return tuple(found), ", ".join(left)

    @cache  # noqa: B019  one matcher a question, for as long as the codebook lives
    def _patterns(self, separator: str | None) -> tuple[re.Pattern, re.Pattern, re.Pattern]:
        """What stands between two answers (or nothing), a known choice, and anything else up to the next separator."""
        end = re.escape(separator) if separator else USUAL
        known = "|".join(re.escape(text) for text in sorted(self._known, key=len, reverse=True))
        between = re.compile(rf"(?:{end}|\s|/ )*")
        return between, re.compile(rf"({known})\s*(?={end}|$)"), re.compile(rf".+?(?=\s*(?:{end})|$)")


def ticked(text: str, matcher: Matcher, code: str) -> bool | None:
    """Whether a cell of a column of its own for one choice is ticked; None when the cell says neither."""
    word = normalise(text)
    if word in TICKED or matcher.match(text) == code:
        return True
    return False if word in UNTICKED or not word else None

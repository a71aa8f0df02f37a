"""Letters that a page cannot show are shown as their code points: what a name holds is read, not guessed or lost."""

from __future__ import annotations

import unicodedata

JOINERS = "\u200c\u200d"  # that letters of some scripts need between them
HIDDEN = ("Cc", "Cf", "Co", "Cn")  # controls, directions, private and unassigned
LINES = "\n\t"
PICTURES = "\u2600"  # before it stand the arrows and operators of the report's own fonts


def visible(text: str, letters: frozenset[str] | None = None) -> str:
    """The text with what hides itself or turns its neighbours round as [U+202E].

    With `letters` also every other letter, mark and digit that is not among them, and pictures.
    """
    return "".join(letter if letter.isascii() and letter >= " " else _shown(letter, letters) for letter in text)


def _shown(letter: str, letters: frozenset[str] | None) -> str:
    kind = unicodedata.category(letter)
    hidden = kind in HIDDEN and letter not in JOINERS and letter not in LINES
    if letters is not None and letter not in letters:
        hidden = hidden or kind[0] in "LMN" or (kind[0] == "S" and letter >= PICTURES)
    return f"[U+{ord(letter):04X}]" if hidden else letter


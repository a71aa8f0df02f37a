"""Ids for what only has a text: short, plain, never twice, never a word of the rule language."""

from __future__ import annotations

import keyword
import re
import unicodedata

from pipeline.figures.ledger import COMPANY, FACTS, OVERALL
from pipeline.responses.language import FUNCTIONS

LENGTH = 32
EMPTY_WORDS = frozenset(
    """a an and are as at by did do does for from have how if in is it many much of on or please select all that apply
    the their them there to was what when where which who with would you your s""".split()  # noqa: SIM905
)
TAKEN = frozenset({*FUNCTIONS, *keyword.kwlist, *FACTS, COMPANY, OVERALL, "all", "n"})


def plain(text: str) -> str:
    """Lower-case ASCII words joined by underscores; empty for a text of another script."""
    text = re.sub(r"(?<=\w)#", " sharp ", text)
    folded = unicodedata.normalize("NFKD", text.replace("+", " plus ").replace("&", " and "))
    return re.sub(r"[^a-z0-9]+", "_", folded.encode("ascii", "ignore").decode().lower()).strip("_")


class Names:
    """Gives ids out, each once."""

    def __init__(self, fallback: str, taken: frozenset[str] = TAKEN, reserved: frozenset[str] = frozenset()):
        """`taken` are never given out; each of `reserved` only to the text that reads so itself."""
        self._fallback, self._given, self._reserved = fallback, set(taken), reserved

    def of(self, text: str) -> str:
        """An id made of the words that carry the meaning; the fallback with a number where there are none."""
        if text.isidentifier() and text.isascii() and text == text.lower() and text[0].isalpha():
            return self._unused(text, text)
        words = [word for word in plain(text).split("_") if word]
        words = [word for word in words if word not in EMPTY_WORDS] or words
        name = ""
        for word in words:
            if name and len(name) + len(word) >= LENGTH:
                break
            name = f"{name}_{word}" if name else word[:LENGTH]
        if not name or not name[0].isalpha():
            name = f"{self._fallback}_{name}" if name else self._fallback
        return self._unused(name, text.strip().casefold())

    def kept(self, code: str) -> str:
        """The tool's own code as it is, or an id made of it where it is none."""
        return self._unused(code, code.casefold()) if re.fullmatch(r"\w+", code, re.ASCII) else self.of(code)

    def _unused(self, name: str, text: str = "") -> str:
        number, found = 1, name
        while found in self._given or (found in self._reserved and found != text):
            number += 1
            found = f"{name}_{number}"
        self._given.add(found)
        return found

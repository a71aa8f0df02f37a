"""exhibits.yaml and the codebook side by side while exhibits are worked out, and the complaints about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn

from pipeline.responses import language
from pipeline.responses.codebook import Codebook
from pipeline.responses.strict_yaml import Document, suggest


@dataclass(frozen=True)
class Definition:
    """The file and the codebook of the survey that an exhibit is computed from; a complaint names its key's line."""

    document: Document
    codebook: Codebook

    def refuse(self, message: str, at: tuple) -> NoReturn:
        """Raise InputError for the key at this place of the file."""
        raise self.document.error(message, *at)

    def known(self, name: str, allowed: Collection[str], what: str, at: tuple) -> None:
        """Refuse a name that is not among the allowed ones."""
        if name not in allowed:
            self.refuse(f"unknown {what} {name!r}{suggest(name, allowed)}", at)

    def once(self, names: list[str], what: str, at: tuple) -> None:
        """Refuse a name that comes twice; `at` is the place of the list."""
        for i, name in enumerate(names):
            if name in names[:i]:
                self.refuse(f"the {what} {name!r} is defined twice", (*at, i))

    def condition(self, text: str, at: tuple) -> tuple[str, ...]:
        """The variables that a condition names; refused when it is no expression, or not one of yes or no."""
        try:
            meaning = language.check(text, self.codebook)
        except language.ExpressionError as error:
            self.refuse(str(error), at)
        if meaning.type != language.BOOLEAN:
            self.refuse(f"{text!r} does not say yes or no", at)
        return meaning.variables

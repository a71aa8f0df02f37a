"""Jinja as the pages use it: autoescape on, an undefined name is an error, templates are files of this package."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.figures.bound import references_of
from pipeline.pages.theme import FOLDER

COMMENTARY = Markup("<!--commentary-->")  # where the words of the notebook go


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["references"] = references_of
    return environment


def render(template: str, **values: Any) -> str:
    """The filled-in template; values arrive as finished text."""
    return _environment().get_template(template).render(**values)

"""Pages of text: the Markdown before an exhibit becomes prose in columns, a table, cards or steps.

The text is measured with the report's own fonts, so that the largest size that fits the page is chosen for it.
"""

from __future__ import annotations

import re

from pipeline.errors import InputError
from pipeline.pages.words_cards import cards
from pipeline.pages.words_prose import prose
from pipeline.pages.words_table import tables

BODY = re.compile(r'<div class="words (\w+)"><!--commentary--></div>')
FIGURES = re.compile(r'<span class="figures">.*?</span>', re.DOTALL)


def fill(section: str, written: str) -> str:
    """The section of a text exhibit with its body set from the HTML of its Markdown; other sections unchanged.

    Raises InputError when there is no text, or none of the kind that the layout needs.
    """
    found = BODY.search(section)
    if found is None:
        return section
    if not written.strip():
        raise InputError("a text exhibit needs its text: a Markdown cell before report.show")
    if "data-cell=" not in written:
        section = FIGURES.sub("", section)
    return BODY.sub(lambda _: arrange(written, found[1]), section)


def arrange(written: str, layout: str) -> str:
    """Markdown's HTML as the body of a page in one of the layouts prose, table, cards, steps."""
    match layout:
        case "table":
            return tables(written)
        case "cards" | "steps":
            return cards(written, steps=layout == "steps")
        case _:
            return prose(written)

"""The data-quality page: what was received, found, decided and changed. For the people who make the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pipeline.pages.templating import render
from pipeline.pages.theme import css, css_fonts, css_tokens


def validation_html(title: str, *, synthetic: bool, facts: Mapping[str, str], **rows: Sequence[Any]) -> str:
    """One self-contained page; `facts` are printed counts, `rows` the files, records, rules, findings and changes.

    `left` among them says how many of the last three are not listed, as printed counts.
    """
    style = Markup(css_fonts(embedded=True) + css_tokens() + css("validation"))
    return render("validation.html", title=title, synthetic=synthetic, facts=facts, css=style, **rows)

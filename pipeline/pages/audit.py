"""The reviewers' page: what its template and script need of a finished build. It names respondents."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from markupsafe import Markup, escape

from pipeline.figures.ledger import Ledger
from pipeline.pages.templating import render
from pipeline.pages.theme import FOLDER, css, css_fonts, css_tokens

PAGE = "audit.html"
NUMBERED = re.compile(
    r'(?P<opening><(?P<tag>td|p|span|h2|h3)\b[^>]*? (?:id|data-cell)="(?P<ids>[^"]+)"[^>]*>)'
    r"(?P<inner>(?:(?!</?(?P=tag)\b).)*?)(?P<closing></(?P=tag)>)",
    re.DOTALL,
)


def audit_html(
    *,
    record: Mapping[str, Any],
    run_id: str,
    fields: Sequence[str],
    figures: Sequence[Any],
    evidence: Iterable[tuple[str, Any]],
    **lists: Any,
) -> str:
    """One self-contained page; the lists are in it as text, the figures and the evidence of each exhibit packed.

    `figures` are dataclasses with the named `fields`; `evidence` pairs an exhibit with what stands behind its figures.
    """
    return render(
        "audit.html",
        record=record,
        run_id=run_id,
        packed={"figures": _packed([fields, *map(astuple, figures)])}
        | {f"behind-{exhibit}": _packed(behind) for exhibit, behind in evidence},
        css=Markup(css_fonts(embedded=True) + css_tokens() + css("validation") + css("audit")),
        script=Markup((FOLDER / "templates" / "audit.js").read_text(encoding="utf-8")),
        **lists,
    )


def link_numbers(html: str, ledger: Ledger) -> str:
    """The report with each printed number in text and tables as a link to its row of the audit page.

    Numbers in drawings are left alone: a drawing is one image to a reader who cannot see it, and has its table below.
    """

    def linked(found: re.Match) -> str:
        opening, ids, inner, closing = found["opening"], found["ids"].split(), found["inner"], found["closing"]
        inner = NUMBERED.sub(linked, inner)
        place = 0
        for cell_id in ids if "data-cell=" not in inner else ():
            printed = str(escape(ledger.cell(cell_id).printed)) if cell_id in ledger else ""
            number = re.compile(rf"(?<![\w$.,]){re.escape(printed)}(?![\w%]|[.,]\d)").search(inner, place)
            if printed and number:
                link = f'<a class="to-audit" href="{PAGE}#{cell_id}">{printed}</a>'
                inner, place = inner[: number.start()] + link + inner[number.end() :], number.start() + len(link)
        return opening + inner + closing

    return NUMBERED.sub(linked, html)


def _packed(value: Any) -> str:
    """JSON, deflated, as text that stands in a script element as it is; a browser unpacks it in a moment."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return base64.b64encode(zlib.compress(data)).decode("ascii")

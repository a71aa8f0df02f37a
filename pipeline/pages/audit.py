"""The reviewers' page: what its template and script need of a finished build. It names respondents."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from markupsafe import Markup

from pipeline.pages.templating import render
from pipeline.pages.theme import FOLDER, css, css_fonts, css_tokens


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


def _packed(value: Any) -> str:
    """JSON, deflated, as text that stands in a script element as it is; a browser unpacks it in a moment."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return base64.b64encode(zlib.compress(data)).decode("ascii")

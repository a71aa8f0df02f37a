"""The kinds of export by name, and which of them a file is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.exports.forms import GOOGLE_FORMS, MICROSOFT_FORMS, TYPEFORM
from pipeline.responses.exports.kobo import KOBO
from pipeline.responses.exports.limesurvey import LIMESURVEY
from pipeline.responses.exports.model import Layout
from pipeline.responses.exports.plain import TIDY
from pipeline.responses.exports.qualtrics import QUALTRICS
from pipeline.responses.exports.surveymonkey import SURVEYMONKEY

LAYOUTS: dict[str, Layout] = {
    "qualtrics": QUALTRICS,
    "surveymonkey": SURVEYMONKEY,
    "google_forms": GOOGLE_FORMS,
    "microsoft_forms": MICROSOFT_FORMS,
    "typeform": TYPEFORM,
    "limesurvey": LIMESURVEY,
    "kobo": KOBO,
    "tidy": TIDY,
}


def kind_of(rows: pd.DataFrame, path: Path) -> str:
    """The one kind whose marks the first rows bear; a plain table if they bear none. Two are an InputError."""
    kinds = [kind for kind, layout in LAYOUTS.items() if kind != "tidy" and layout.fits(rows)]
    if len(kinds) > 1:
        raise InputError(f"this may be an export of {kinds[0]} or of {kinds[1]}; say which (source: kind)", file=path)
    return kinds[0] if kinds else "tidy"

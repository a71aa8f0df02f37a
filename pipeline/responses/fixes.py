"""Systematic corrections of the codebook: one rule, every answer that it fits, each change logged like a decision's."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.answers import Answers
from pipeline.responses.expressions import evaluate

AUTHOR = "codebook"


@dataclass(frozen=True)
class FixedCell:
    """What a fix makes of one cell, with what the log of changes says of it."""

    new_value: str
    source: str
    reason: str
    author: str = AUTHOR


def fixed_cells(before: Answers) -> dict[tuple[str, str], FixedCell]:
    """The new text of each cell, by (respondent, slot), that a fix of the codebook changes.

    All fixes look at the answers as they were read. Raises InputError where two of them change one answer, and where
    what a fix comes to cannot be known.
    """
    codebook = before.codebook
    found: dict[tuple[str, str], FixedCell] = {}
    for fix in codebook.fixes:
        applies = evaluate(fix.when, before.values, codebook, before.reasons).fillna(False).astype(bool)
        values = evaluate(fix.to, before.values, codebook, before.reasons)
        for respondent in before.values.index[applies.to_numpy()]:
            cell = (str(respondent), fix.question)
            if cell in found:
                message = f"{found[cell].source} changes {fix.question!r} of {respondent!r} too; let one of them do it"
                raise InputError(message, file=codebook.file, key=f"fixes.{fix.id}")
            value = values.at[respondent]
            if pd.isna(value):
                message = f"what {fix.question!r} of {respondent!r} becomes cannot be known: {fix.to!r} has no value"
                raise InputError(message, file=codebook.file, key=f"fixes.{fix.id}")
            found[cell] = FixedCell(_typed(value, codebook.source.decimal), f"fix {fix.id}", fix.reason)
    return found


def _typed(value: object, decimal: str | None) -> str:
    """The value as a respondent of this survey would have typed it."""
    if not isinstance(value, float):
        return str(value)
    return str(int(value)) if value.is_integer() else repr(float(value)).replace(".", decimal or ".")

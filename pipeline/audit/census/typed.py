"""A number that was typed into a headline, and would stay as it is when the answers change."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.figures.definitions import Exhibit
from pipeline.responses.codebook import Codebook

YEARS_BACK = 10
EDGE = re.compile(r"([$€£]?)(\d[\d.,]*)(?:–(\d[\d.,]*))?([KMB]?)")
MEASURED = re.compile(r"([$€£]?\d[\d.,–]*[KMB%]?)(?: \w+)?")  # an amount, and what is counted: 90 days


def is_typed(words: str, exhibit: Exhibit, asked: Iterable[str], codebook: Codebook) -> bool:
    """Whether a headline's own words hold a number that its exhibit's definition does not have.

    Allowed are edges of bands and bins, years of the survey and up to ten before, and what the definition itself says:
    its titles and notes, the questions that are `asked`, the names of its bands and answers.
    """
    labels = [row.label for row in exhibit.rows]
    labels += [label for measure in exhibit.measures for label in (measure.label, measure.short)]
    bands = [band.label for dimension in codebook.dimensions.values() for band in dimension.bands]
    said = (exhibit.title, exhibit.measure, exhibit.base, exhibit.note, exhibit.question_text, *asked, *labels)
    defined, at_edges = " | ".join(said), edges([*bands, *labels])
    years = range(codebook.survey.year - YEARS_BACK, codebook.survey.year + 1)
    for found in MEASURED.finditer(words):
        amount = found[1].rstrip(".,–")
        phrase = found[0] if amount.isdecimal() else amount
        is_year = len(amount) == 4 and amount.isdecimal() and int(amount) in years
        if not (is_year or amount in at_edges or re.search(rf"(?<![\w$€£.,]){re.escape(phrase)}(?!\w)", defined)):
            return True
    return False


def edges(labels: Iterable[str]) -> set[str]:
    """Amounts at the edges of bands that can be told from a plain count: $10M, $500K, not 100."""
    found = (parts for label in labels for parts in EDGE.findall(label))
    return {f"{sign}{n}{scale}" for sign, low, high, scale in found if sign or scale for n in (low, high) if n}

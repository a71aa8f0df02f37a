"""What the first report is cut by: a size in round classes, and questions with few choices that nearly all answered."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from pipeline.drafting.kinds import Guess
from pipeline.drafting.options import Option
from pipeline.drafting.signs import Signs, printed_unit
from pipeline.figures.formats import format_value
from pipeline.responses.choices import normalise
from pipeline.responses.numbers import parse_number
from pipeline.responses.schema import NUMERIC, Kind

MOST = 3  # dimensions of a first report
CLASSES = 4  # that a size is cut into, at most
LEAST = 5  # respondents in each class
LONGEST = 40  # characters of a band's label
ANSWERED = 0.8  # of the respondents that must have answered what they are cut by
SIZE = re.compile(r"\b(arr|revenue|employees|headcount|customers|size|turnover|umsatz|mitarbeitende|effectif)\b"
                  r"|сотрудник|выручка|従業員|収益|الموظفين", re.IGNORECASE)  # fmt: skip
WHO = re.compile(r"\b(region|country|location|where|headquarter|industr|sector|segment|stage|size|employees|devices|age"
                 r"|gender|income|education|role|motion|model|seniority|experience|branche|land|mitarbeitende|secteur"
                 r"|pays|effectif)|orgsize|отрасл|регион|業種|従業員|地域|قطاع", re.IGNORECASE)  # fmt: skip
TELLING = re.compile(rf"(?:{SIZE.pattern}|(?:{WHO.pattern})\w*)", re.IGNORECASE)  # the word that tells what it is


@dataclass(frozen=True)
class Cut:
    """A dimension as proposed: its variable, and the edges of its classes (none for choices, whose labels it takes)."""

    variable: str
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()

    def classes(self) -> Iterator[tuple[str, str, str]]:
        """Id, label and edges of each class of a size, the edges as the YAML has them."""
        bounds = pairwise((None, *self.edges, None))
        for number, ((low, high), label) in enumerate(zip(bounds, self.labels, strict=True), start=1):
            edges = (f"{key}: {edge:.12g}" for key, edge in (("from", low), ("below", high)) if edge is not None)
            yield f"band_{number}", label, ", ".join(edges)


def proposed_cuts(guesses: dict[str, Guess], signs: Signs, respondents: int) -> list[Cut]:
    """At most three ways to cut: one size, then choices, those that say who somebody is before what they think."""
    found: list[Cut] = []
    for name, guess in guesses.items():
        if guess.kind in NUMERIC and not guess.items and SIZE.search(guess.asked.text):
            read = (parse_number(t, decimal=signs.decimal, currency=signs.currency).value for t in guess.asked.given)
            values = list(read)
            edges = _edges(sorted(value for value in values if value is not None))
            if edges and len(values) >= ANSWERED * respondents:
                found.append(Cut(name, edges, _class_labels(edges, printed_unit(guess.unit, signs.currency))))
                break
    fit = [name for name, guess in guesses.items() if _cuts_well(guess, signs, respondents)]
    who = [name for name in fit if WHO.search(guesses[name].asked.text)]
    return found + [Cut(name) for name in (who or fit)[: MOST - len(found)]]


def _chosen(guess: Guess, option: Option) -> int:
    words = {normalise(text) for text in (option.label, *option.aliases)}
    return sum(normalise(text) in words for text in guess.asked.given)


def _cuts_well(guess: Guess, signs: Signs, respondents: int) -> bool:
    if guess.kind is not Kind.single or guess.items or not 3 <= len(guess.labels) <= 6:
        return False
    if all(option.label.isdecimal() for option in guess.labels):  # nobody has said what they stand for
        return False
    if max(len(option.label) for option in guess.labels) > LONGEST:  # such rows leave a chart no room
        return False
    options = [option for option in guess.labels if option.code != "other"]  # which few may have chosen
    given = sum(normalise(text) not in signs.missing for text in guess.asked.given)
    return min(_chosen(guess, option) for option in options) >= LEAST and given >= ANSWERED * respondents


def _edges(values: list[float]) -> tuple[float, ...]:
    """Round numbers near the quarters of the answers, so that no class holds fewer than LEAST."""
    edges: list[float] = []
    for part in range(1, CLASSES):
        edge = _round(values[len(values) * part // CLASSES]) if values else 0
        if edge > 0 and edge not in edges:
            edges.append(edge)
    while edges:
        places = [0, *(bisect_right(values, edge - 1e-9) for edge in edges), len(values)]
        sizes = [high - low for low, high in pairwise(places)]
        thin = next((i for i, size in enumerate(sizes) if size < LEAST), None)
        if thin is None:
            return tuple(edges)
        edges.pop(min(thin, len(edges) - 1))
    return ()


def _round(value: float) -> float:
    """The nearest of 1, 2, 3 and 5 times a power of ten."""
    if value <= 0:
        return 0
    scale = 10.0 ** floor(log10(value))
    return min((step * scale for step in (1, 2, 3, 5, 10)), key=lambda near: (abs(near - value), near))


def _class_labels(edges: tuple[float, ...], unit: str) -> tuple[str, ...]:
    written = [format_value(edge, unit or "count") for edge in edges]
    middle = [f"{low} to under {high}" for low, high in pairwise(written)]
    return (f"Under {written[0]}", *middle, f"{written[-1]} and over")

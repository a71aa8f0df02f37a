"""What the first report is cut by: a size in round classes, and questions with few choices that nearly all answered."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from pipeline.drafting.kinds import Guess
from pipeline.figures.formats import format_value
from pipeline.responses.choices import normalise
from pipeline.responses.numbers import parse_number
from pipeline.responses.schema import NUMERIC, Kind

MOST = 3  # dimensions of a first report
CLASSES = 4  # that a size is cut into, at most
LEAST = 5  # respondents in each class
ANSWERED = 0.8  # of the respondents that must have answered what they are cut by
SIZE = re.compile(r"\b(arr|revenue|employees|headcount|customers|size|turnover)\b", re.IGNORECASE)


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


def proposed_cuts(guesses: dict[str, Guess], decimal: str | None, respondents: int) -> list[Cut]:
    """At most three ways to cut: one size, then choices in the file's order."""
    found: list[Cut] = []
    for name, guess in guesses.items():
        if guess.kind in NUMERIC and not guess.items and SIZE.search(guess.asked.text):
            values = [parse_number(text, decimal=decimal).value for text in guess.asked.given]
            edges = _edges(sorted(value for value in values if value is not None))
            if edges and len(values) >= ANSWERED * respondents:
                found.append(Cut(name, edges, _class_labels(edges, guess.unit)))
                break
    for name, guess in guesses.items():
        if len(found) < MOST and guess.kind is Kind.single and not guess.items and _cuts_well(guess, respondents):
            found.append(Cut(name))
    return found


def _cuts_well(guess: Guess, respondents: int) -> bool:
    counted = Counter(map(normalise, guess.asked.given))
    big_enough = min(counted[normalise(label)] for label in guess.labels) >= LEAST
    return 3 <= len(guess.labels) <= 6 and big_enough and len(guess.asked.given) >= ANSWERED * respondents


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
    written = [format_value(edge, unit if unit in ("usd", "percent") else "count") for edge in edges]
    middle = [f"{low} to under {high}" for low, high in pairwise(written)]
    return (f"Under {written[0]}", *middle, f"{written[-1]} and over")

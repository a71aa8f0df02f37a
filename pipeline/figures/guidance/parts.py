"""The parts of a rule beside its figures: the names they bring, their sentences, and the checks of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.figures.guidance.curve import check_curve
from pipeline.figures.guidance.file import RuleKeys
from pipeline.figures.guidance.maturity import check_maturity
from pipeline.figures.guidance.rule import COVERED, LEVEL, REACHED, SCORE, TOLD
from pipeline.figures.guidance.score import check_score

if TYPE_CHECKING:
    from pipeline.figures.guidance.reader import Reader


def names(keys: RuleKeys) -> Iterator[tuple[str, str]]:
    """The numbers that the parts make, each with the key of its part."""
    if keys.maturity:
        yield from (("maturity", REACHED), ("maturity", TOLD), ("maturity", LEVEL))
    if keys.score:
        yield from (("score", SCORE), ("score", COVERED))


def sentences(keys: RuleKeys, at: tuple) -> Iterator[tuple[str, tuple]]:
    """The sentences of the parts, and where they stand."""
    if keys.ladder:
        yield keys.ladder.outside, (*at, "ladder", "outside")
        for i, step in enumerate(keys.ladder.steps):
            yield step.says, (*at, "ladder", "steps", i, "says")
    for i, stage in enumerate(keys.maturity.stages if keys.maturity else ()):
        for j, text in enumerate(stage.initiatives):
            yield text, (*at, "maturity", "stages", i, "initiatives", j)
    for i, criterion in enumerate(keys.maturity.criteria if keys.maturity else ()):
        for stage, reached in criterion.stages.items():
            yield reached.looks, (*at, "maturity", "criteria", i, "stages", stage, "looks")
    for i, band in enumerate(keys.score.bands if keys.score else ()):
        yield band.says, (*at, "score", "bands", i, "says")
    if keys.curve:
        yield keys.curve.title, (*at, "curve", "title")


def check(reader: Reader) -> None:
    """Check the curve, the maturity model and the score of a rule; InputError with the place of what does not fit."""
    if reader.keys.curve:
        check_curve(reader)
    if reader.keys.maturity:
        check_maturity(reader)
    if reader.keys.score:
        check_score(reader)

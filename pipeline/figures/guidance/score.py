"""A weighted score: ratings by weight, its band, and how much of the weight a company's own metrics carry."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.figures.formats import exact, format_value
from pipeline.figures.guidance.advice import Table
from pipeline.figures.guidance.blocks import weighted_score
from pipeline.figures.guidance.ladder import check_edges, containing
from pipeline.figures.guidance.part_keys import StepKeys
from pipeline.figures.guidance.rule import COVERED, SCORE
from pipeline.responses import language
from pipeline.responses.schema import Kind

if TYPE_CHECKING:
    from pipeline.figures.guidance.company import Company
    from pipeline.figures.guidance.reader import Reader


def check_score(reader: Reader) -> None:
    """Check question, answers, ratings and bands; InputError with the place of what does not fit."""
    score, at = reader.keys.score, (*reader.at, "score")
    definition = reader.definition
    definition.once([metric.id for metric in score.metrics], "metric", (*at, "metrics"))
    codebook = reader.plain[reader.home]
    codes: list[str] = []
    if score.question is not None:
        several = [q for q, each in codebook.questions.items() if each.type in (Kind.multiple, Kind.ranking)]
        definition.known(score.question, several, "question with several answers", (*at, "question"))
        codes = [choice.code for choice in codebook.choices(score.question)]
        for name in codebook.group(score.question):
            reader.variables[reader.home][name] = None
        reader.required[reader.home][codebook.group(score.question)[0]] = None
    rated = [metric.rating is not None for metric in score.metrics]
    if any(rated) and not all(rated):
        definition.refuse("either every metric has a 'rating' or none", (*at, "metrics", rated.index(False)))
    if not any(rated) and score.question is None:
        definition.refuse("a score needs a 'rating' for each metric, or the 'question' that asks which are used", at)
    for i, metric in enumerate(score.metrics):
        for code in metric.answers:
            definition.known(code, codes, "choice", (*at, "metrics", i, "answers"))
        if metric.rating is not None:
            place = (*at, "metrics", i, "rating")
            reader.use(metric.rating, language.NUMBER, place, required=score.question is None)
    check_edges(reader, score.bands, (*at, "bands"))


def score_of(company: Company) -> tuple[StepKeys | None, Table]:
    """The band of the score, if every metric is rated, and the table of metrics; both numbers become figures."""
    keys = company.rule.keys.score
    used = _used(company)
    ratings = [company.value(metric.rating) if metric.rating else None for metric in keys.metrics]
    weights = [exact(metric.weight) for metric in keys.metrics]
    total = None if None in ratings else weighted_score(weights, ratings)
    company.give(SCORE, total)
    company.figure(SCORE, total, "score", "Health score, 0 to 100")
    mine = [w for w, metric in zip(weights, keys.metrics, strict=True) if used & set(metric.answers)]
    covered = sum(mine, Fraction(0)) if used else None
    company.give(COVERED, covered)
    company.figure(COVERED, covered, "score", "Weight of the metrics that the company uses, of 100")
    rows = tuple(
        (metric.label, f"{metric.low} to {metric.high}", format_value(weight, "score"),
         "yes" if used & set(metric.answers) else "")
        for metric, weight in zip(keys.metrics, weights, strict=True)
    )  # fmt: skip
    band = None if total is None or not keys.bands else containing(keys.bands, total)
    return band, Table(("Metric", "From low to high", "Weight", "Yours"), rows)


def _used(company: Company) -> set[str]:
    """The choices of the score's question that the company gave."""
    keys, rule = company.rule.keys.score, company.rule
    if keys.question is None:
        return set()
    row = company.rows[rule.survey].iloc[0]
    group = rule.codebooks[rule.survey].group(keys.question)
    if rule.codebooks[rule.survey].questions[keys.question].type is Kind.multiple:
        return {name.rpartition(".")[2] for name in group if not pd.isna(row[name]) and row[name]}
    return {str(row[name]) for name in group if not pd.isna(row[name])}

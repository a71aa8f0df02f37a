"""What each respondent contributes to a measure: a value, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property

import pandas as pd

from pipeline.figures.definitions import Measure, Source
from pipeline.figures.exhibits_file import Statistic
from pipeline.responses.expressions import evaluate
from pipeline.responses.survey import Survey

ANSWERED = "answered"
OUTSIDE_BASE, BASE_UNKNOWN, ZERO, NO_TOTAL = "outside_base", "base_unknown", "zero", "no_total"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One respondent: the value that enters the statistic (1 or 0 for shares), or None and the reason."""

    respondent: str
    value: Fraction | None
    reason: str = ""


class Contributions:
    """Contributions of all respondents, in the survey's order, for any measure; answers are made exact once."""

    def __init__(self, survey: Survey):
        self._survey = survey
        self._numbers = cache(self._read_numbers)
        self._reasons = cache(self._read_reasons)
        self._outside = cache(self._read_outside)

    @cached_property
    def respondents(self) -> list[str]:
        return [str(r) for r in self._survey.answers.index]

    def of(self, measure: Measure, variable: str, where: str | None = None) -> list[Contribution]:
        """One contribution per respondent of the survey; those for whom `where` does not hold are left out."""
        values = self._values(measure, variable)
        if where is not None:
            outside = self._outside(where)
            values = [(None, reason) if reason else given for given, reason in zip(values, outside, strict=True)]
        return [Contribution(r, *given) for r, given in zip(self.respondents, values, strict=True)]

    def _values(self, measure: Measure, variable: str) -> list[tuple[Fraction | None, str]]:
        match measure.statistic:
            case Statistic.SHARE:
                return self._chosen(measure, variable)
            case Statistic.SHARE_NONZERO:
                return [(None if v is None else Fraction(v != 0), r) for v, r in self._numbers(variable)]
            case Statistic.MEDIAN | Statistic.MEAN:
                return self._numbers(variable)
            case Statistic.MEDIAN_NONZERO:
                return [(None, ZERO) if v == 0 else (v, r) for v, r in self._numbers(variable)]
            case Statistic.MEAN_SHARE:
                return self._shares_of_whole(variable, measure.whole)

    def _chosen(self, measure: Measure, question: str) -> list[tuple[Fraction | None, str]]:
        """1 where one of the counting answers was given, 0 where another was, None where none was."""
        answers = self._survey.answers
        match measure.source:
            case Source.SINGLE:
                chosen = answers[question].isin(measure.answers)
            case Source.MULTIPLE:
                chosen = answers[[f"{question}.{code}" for code in measure.answers]].fillna(False).any(axis=1)
            case Source.RANKING:
                places = [c for c in answers.columns if c.startswith(f"{question}.")]
                chosen = answers[places].isin(measure.answers).any(axis=1)
            case Source.NUMBER:
                raise AssertionError("a share of a number is refused when exhibits are read")
        reasons = self._reasons(question, measure.source)
        return [
            (Fraction(bool(hit)), "") if reason == ANSWERED else (None, reason)
            for hit, reason in zip(chosen, reasons, strict=True)
        ]

    def _read_reasons(self, question: str, source: Source) -> list[str]:
        reasons = self._survey.reasons
        if source is not Source.RANKING:
            return [str(r) for r in reasons[question]]
        places = reasons[[c for c in reasons.columns if c.startswith(f"{question}.")]]
        return [ANSWERED if ANSWERED in set(given) else str(given[0]) for given in places.to_numpy()]

    def _read_numbers(self, variable: str) -> list[tuple[Fraction | None, str]]:
        """The exact number of each respondent: the shortest decimal that reads back as the stored one."""
        pairs = zip(self._survey.answers[variable], self._survey.reasons[variable], strict=True)
        return [(None, str(r)) if pd.isna(v) else (Fraction(Decimal(repr(float(v)))), "") for v, r in pairs]

    def _shares_of_whole(self, part: str, whole: tuple[str, ...]) -> list[tuple[Fraction | None, str]]:
        columns = [self._numbers(name) for name in whole]
        found: list[tuple[Fraction | None, str]] = []
        for i, (value, _) in enumerate(self._numbers(part)):
            missing = next((column[i][1] for column in columns if column[i][0] is None), None)
            if missing is not None or value is None:
                found.append((None, missing or ""))
                continue
            total = sum((column[i][0] for column in columns), Fraction(0))
            found.append((100 * value / total, "") if total else (None, NO_TOTAL))
        return found

    def _read_outside(self, where: str) -> list[str]:
        """For each respondent an empty text inside the base, else the reason."""
        holds = evaluate(where, self._survey.answers, self._survey.codebook, self._survey.reasons)
        return [BASE_UNKNOWN if pd.isna(h) else "" if h else OUTSIDE_BASE for h in holds]

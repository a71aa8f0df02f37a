"""What each respondent contributes to a measure: a value, or the reason why there is none. All respondents at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property

import numpy as np
import pandas as pd

from pipeline.figures.definitions import Measure, Source
from pipeline.figures.exact import Numbers, decimals, distinct, divided, summable
from pipeline.figures.statistics import Tally
from pipeline.figures.vocabulary import Statistic
from pipeline.responses.bands import band_of
from pipeline.responses.expressions import evaluate
from pipeline.responses.reading import REASONS
from pipeline.responses.survey import Survey

ANSWERED = "answered"
OUTSIDE_BASE, BASE_UNKNOWN, ZERO, NO_TOTAL = "outside_base", "base_unknown", "zero", "no_total"
OUTSIDE_BINS, CANNOT_TELL, NO_WEIGHT = "outside_bins", "cannot_tell", "no_weight"
WORDS = ("", *REASONS, OUTSIDE_BASE, BASE_UNKNOWN, ZERO, NO_TOTAL, OUTSIDE_BINS, CANNOT_TELL, NO_WEIGHT)
CODE = {word: code for code, word in enumerate(WORDS)}
UNWEIGHTED = (Statistic.COUNT, Statistic.POINTS)  # respondents are counted, and shown, one by one
NO_OR_YES = Numbers(np.array([0, 1]))  # of an answer that does not count, and of one that does
NONE = -1  # in place of a value


@dataclass(frozen=True)
class Contribution:
    """One respondent: the value that enters the statistic (1 or 0 for shares), or None and the reason.

    Of a ratio the value is the respondent's own. `weight` is how much the respondent weighs in the figure, None where
    all weigh the same.
    """

    respondent: str
    value: Fraction | None
    reason: str = ""
    weight: Fraction | None = None


@dataclass(frozen=True)
class Column:
    """What each respondent of a survey contributes, in the survey's order.

    `places` tell which of the distinct `values`, in ascending order, is whose, NONE where there is none; `reasons` are
    codes of WORDS. Of ratios `amounts` are the numbers that are divided and `pers` those that they are divided by,
    `weights` what the respondents weigh; None where there are none.
    """

    respondents: Sequence[str]
    places: np.ndarray
    values: Numbers
    reasons: np.ndarray
    amounts: Numbers | None = None
    pers: Numbers | None = None
    weights: Numbers | None = None

    def __getitem__(self, position: int) -> Contribution:
        """The contribution of the respondent at a position of the survey."""
        who, place = self.respondents[position], self.places[position]
        if place == NONE:
            return Contribution(who, None, WORDS[self.reasons[position]])
        return Contribution(who, self.values[place], "", None if self.weights is None else self.weights[position])

    def tally(self, positions: np.ndarray) -> Tally:
        """How often each value was given at these positions, all of which have one."""
        places = self.places[positions]
        counts = np.bincount(places, minlength=len(self.values))
        present = np.flatnonzero(counts)
        values, counts = self.values.take(present), counts[present]
        if self.weights is None:
            return Tally(values, counts)
        weights = summable(self.weights.over[positions[np.argsort(places, kind="stable")]])
        starts = np.cumsum(counts) - counts
        return Tally(values, counts, np.add.reduceat(weights, starts) if len(starts) else weights, self.weights.factor)


class Contributions:
    """Contributions of all respondents for any measure; answers are made exact once."""

    def __init__(self, survey: Survey):
        self._survey = survey
        self._numbers = cache(self._read_numbers)
        self._by_respondent = cache(self._spread_numbers)
        self._reasons = cache(self._read_reasons)
        self._outside = cache(self._read_outside)

    @cached_property
    def respondents(self) -> list[str]:
        return [str(r) for r in self._survey.answers.index]

    def of(self, measure: Measure, variables: tuple[str, ...], where: str | None = None) -> Column:
        """What each respondent contributes; for those for whom `where` does not hold that is a reason.

        `variables` are those that the measure reads in a row.
        """
        column = self._column(measure, variables)
        if where is not None:
            outside = self._outside(where)
            column = _without(column, outside != CODE[""], outside)
        weight = self._survey.codebook.survey.weight
        if weight is None or measure.statistic in UNWEIGHTED:
            return column
        weights = self._by_respondent(weight)
        light = (weights.over <= 0) & (column.places != NONE)
        return replace(_without(column, light, CODE[NO_WEIGHT]), weights=weights)

    def _column(self, measure: Measure, variables: tuple[str, ...]) -> Column:
        match measure.statistic:
            case Statistic.SHARE | Statistic.COUNT:
                return self._counted(measure, variables)
            case Statistic.SHARE_NONZERO:
                some = self._by_respondent(variables[0]).over != 0
                return self._yes_or_no(some, self._numbers(variables[0]).reasons)
            case Statistic.MEDIAN | Statistic.MEAN:
                return self._numbers(variables[0])
            case Statistic.MEDIAN_NONZERO:
                given = self._numbers(variables[0])
                zero = self._by_respondent(variables[0]).over == 0
                return _without(given, (given.places != NONE) & zero, CODE[ZERO])
            case Statistic.MEAN_SHARE:
                return self._shares_of_whole(variables[0], measure.whole)
            case Statistic.RATIO_OF_SUMS | Statistic.MEAN_OF_RATIOS | Statistic.MEDIAN_OF_RATIOS:
                return self._ratios(*variables)
            case Statistic.POINTS:
                given, other = map(self._numbers, variables)
                return _without(given, (given.places != NONE) & (other.places == NONE), other.reasons)
            case Statistic.TEXT:
                raise AssertionError("a text has no measures")

    def _counted(self, measure: Measure, variables: tuple[str, ...]) -> Column:
        """1 where what counts was answered, 0 where something else was, nothing where nothing was."""
        question, answers = variables[0], self._survey.answers
        match measure.source:
            case Source.CONDITION:
                return self._holding(measure.when, variables)
            case Source.NUMBER:
                return self._in_bins(measure, question)
            case Source.SINGLE:
                chosen = answers[question].isin(measure.answers)
            case Source.MULTIPLE:
                chosen = answers[[f"{question}.{code}" for code in measure.answers]].fillna(False).any(axis=1)
            case Source.RANKING:
                places = [c for c in answers.columns if c.startswith(f"{question}.")]
                chosen = answers[places].isin(measure.answers).any(axis=1)
        return self._yes_or_no(chosen.to_numpy(bool), self._reasons(question, measure.source))

    def _in_bins(self, measure: Measure, variable: str) -> Column:
        """1 where the number lies in one of the counting bins, 0 in another, nothing where there is none or no bin."""
        bins = band_of(self._survey.answers[variable], measure.bins)
        given = self._numbers(variable).reasons
        outside = bins.isna().to_numpy() & (given == CODE[""])
        return self._yes_or_no(bins.isin(measure.answers).to_numpy(bool), np.where(outside, CODE[OUTSIDE_BINS], given))

    def _holding(self, condition: str, variables: tuple[str, ...]) -> Column:
        """1 where the condition holds, 0 where it does not, else the first answer at fault where it cannot be told.

        It can be told without one of its answers where the others decide it: `a or b` holds as soon as one does.
        """
        holds = self._evaluate(condition)
        given = [self._coded(self._asked(name)) for name in variables]
        lacking = [codes != CODE[ANSWERED] for codes in given]
        why = np.select(lacking, given, CODE[CANNOT_TELL])
        return self._yes_or_no(holds.fillna(False).to_numpy(bool), np.where(holds.isna(), why, CODE[""]))

    def _asked(self, variable: str) -> str:
        """The column of the reasons for a variable: of a question with several answers there is one for all."""
        return variable if variable in self._survey.reasons else variable.partition(".")[0]

    def _ratios(self, variable: str, per: str) -> Column:
        """Each respondent's ratio of two numbers above zero."""
        over, under = self._numbers(variable), self._numbers(per)
        amounts, pers = self._by_respondent(variable), self._by_respondent(per)
        lacking = (over.places == NONE) | (under.places == NONE)
        zero = ~lacking & ((amounts.over <= 0) | (pers.over <= 0))
        reasons = np.where(over.places == NONE, over.reasons, under.reasons)
        reasons = np.where(zero, CODE[ZERO], reasons)
        kept = ~lacking & ~zero
        ratios = divided(amounts.over[kept], pers.over[kept], amounts.factor / pers.factor)
        return replace(self._placed(ratios, kept, reasons), amounts=amounts, pers=pers)

    def _shares_of_whole(self, part: str, whole: tuple[str, ...]) -> Column:
        """Each respondent's part of the sum of all parts, in percent; a whole of zero has none."""
        reasons = np.full(len(self.respondents), CODE[""], dtype="int8")
        for column in map(self._numbers, reversed(whole)):  # the first that is missing tells why
            reasons = np.where(column.places == NONE, column.reasons, reasons)
        answers = self._survey.answers[list(dict.fromkeys([part, *whole]))].to_numpy("float64", na_value=np.nan)
        kept = ~np.isnan(answers).any(axis=1)
        exact = decimals(answers[kept].ravel()).over.reshape(-1, answers.shape[1])
        summed = summable(exact)[:, answers.shape[1] - len(whole) :].sum(axis=1)
        nothing = np.flatnonzero(kept)[summed == 0]
        reasons[nothing], kept[nothing] = CODE[NO_TOTAL], False
        shares = divided(exact[summed != 0, 0], summed[summed != 0], Fraction(100))
        return self._placed(shares, kept, reasons)

    def _placed(self, numbers: Numbers, kept: np.ndarray, reasons: np.ndarray) -> Column:
        """A column of the numbers of those who are kept."""
        places = np.full(len(kept), NONE, dtype="int32")
        places[kept], values = distinct(numbers)
        return Column(self.respondents, places, values, reasons.astype("int8"))

    def _yes_or_no(self, yes: np.ndarray, reasons: np.ndarray) -> Column:
        """1 or 0 for those without a reason."""
        reasons = reasons.astype("int8", copy=False)
        return Column(self.respondents, np.where(reasons == CODE[""], yes, NONE).astype("int8"), NO_OR_YES, reasons)

    def _read_reasons(self, question: str, source: Source) -> np.ndarray:
        """Codes of the reasons why a question has no answer, none where it has one."""
        reasons = self._survey.reasons
        if source is not Source.RANKING:
            given = self._coded(question)
        else:
            places = np.array([self._coded(c) for c in reasons.columns if c.startswith(f"{question}.")])
            given = np.where((places == CODE[ANSWERED]).any(axis=0), CODE[ANSWERED], places[0])
        return np.where(given == CODE[ANSWERED], CODE[""], given).astype("int8")

    def _coded(self, name: str) -> np.ndarray:
        given = self._survey.reasons[name].cat
        return np.array([CODE[word] for word in given.categories], dtype="int8")[given.codes]

    def _read_numbers(self, variable: str) -> Column:
        """The exact number of each respondent: the shortest decimal that reads back as the stored one."""
        stored = self._survey.answers[variable].to_numpy("float64", na_value=np.nan)
        codes, found = pd.factorize(stored, sort=True)
        reasons = np.where(codes == NONE, self._coded(variable), CODE[""]).astype("int8")
        return Column(self.respondents, codes.astype("int32"), decimals(found), reasons)

    def _spread_numbers(self, variable: str) -> Numbers:
        """The number of each respondent, 0 where there is none."""
        column = self._numbers(variable)
        return Numbers(np.append(column.values.over, 0)[column.places], None, column.values.factor)

    def _read_outside(self, where: str) -> np.ndarray:
        """For each respondent no reason inside the base, else the one why not."""
        holds = self._evaluate(where)
        outside = np.where(holds.fillna(False).to_numpy(bool), CODE[""], CODE[OUTSIDE_BASE])
        return np.where(holds.isna(), CODE[BASE_UNKNOWN], outside).astype("int8")

    def _evaluate(self, condition: str) -> pd.Series:
        return evaluate(condition, self._survey.answers, self._survey.codebook, self._survey.reasons)


def _without(column: Column, out: np.ndarray, why: np.ndarray | int) -> Column:
    """The same without some, each for its reason."""
    places = np.where(out, NONE, column.places).astype(column.places.dtype)
    return replace(column, places=places, reasons=np.where(out, why, column.reasons).astype("int8"))


"""What a set of respondents prints, counted afresh from their answers alone, beside what was printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pipeline.audit.reconstruct.margins import Margins
from pipeline.audit.reconstruct.plan import NO, YES, Kind, Plan, Population, Preference
from pipeline.audit.reconstruct.targets import WHOLE, Cell, Row, Table, printed_row

Respondent = Mapping[str, str]


class Agreement(StrEnum):
    """How a cell compares with its print; NEAR is one printed unit, or one holder, away."""

    EQUAL = "equal"
    NEAR = "near"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Outcome:
    """One printed cell beside the count and the printed value that the respondents give."""

    cell: Cell
    count: int
    value: Fraction
    agreement: Agreement


@dataclass(frozen=True)
class Breach:
    """A preference that some respondents do not keep."""

    preference: str
    respondents: tuple[str, ...]


def answers(respondent: Respondent, question: str) -> list[str]:
    """The answers of one respondent to one question, none to many."""
    return [answer for answer in respondent[question].split("|") if answer]


def outcomes(respondents: Sequence[Respondent], tables: Sequence[Table]) -> list[Outcome]:
    """Every printed cell of the tables, in their order."""
    found = []
    for table in tables:
        for row in table.rows:
            counts = counts_of(respondents, table, row)
            values = printed_row(table, row, counts)
            found += [Outcome(cell, count, value, _agreement(cell, value))
                      for cell, count, value in zip(row.cells, counts, values, strict=True)]
    return found


def counts_of(respondents: Sequence[Respondent], table: Table, row: Row) -> list[int]:
    """How many respondents of the row's band gave each column's answer."""
    given = Counter(answer for respondent in respondents if row.cut == WHOLE or respondent[row.cut] == row.band
                    for answer in answers(respondent, table.question))
    return [given[YES if table.kind is Kind.HOLDERS else cell.column] for cell in row.cells]


def breaches(respondents: Sequence[Respondent], plan: Plan) -> list[Breach]:
    """Per preference of the plan, the ids of those who break it; preferences that all keep are left out."""
    found = []
    for preference in plan.preferences:
        ids = tuple(respondent["id"] for respondent in respondents if _breaks(respondent, preference))
        if ids:
            found.append(Breach(preference.name, ids))
    return found


def misfits(respondents: Sequence[Respondent], plan: Plan, tables: Sequence[Table],
            margins: Mapping[str, Margins]) -> list[str]:
    """Why these respondents are no solution, one sentence each; empty if they hold the population and every margin."""
    found = _misplaced(respondents, plan.population)
    for question, n in plan.population.holders.items():
        held = sum(respondent[question] == YES for respondent in respondents)
        if held != n:
            found.append(f"{question}: {held} respondents, the plan says {n}")
    for any_of in plan.population.any_of:
        held = sum(any(respondent[question] == YES for question in any_of.questions) for respondent in respondents)
        if held != any_of.respondents:
            names = ", ".join(any_of.questions)
            found.append(f"any of {names}: {held} respondents, the plan says {any_of.respondents}")
    for table in tables:
        codes = {YES, NO} if table.kind is Kind.HOLDERS else set(table.columns)
        for respondent in respondents:
            given = answers(respondent, table.question)
            if not codes.issuperset(given) or (table.kind is not Kind.MULTIPLE and len(given) != 1):
                found.append(f"respondent {respondent['id']}: {table.question} '{respondent[table.question]}'")
        for row in table.rows:
            if row.cut == WHOLE:
                continue
            for cell, count in zip(row.cells, counts_of(respondents, table, row), strict=True):
                wanted = margins[table.exhibit][row.cut, row.band, cell.column]
                if count != wanted:
                    found.append(f"{cell.place}: {count} respondents, {wanted} wanted")
    return found


def _misplaced(respondents: Sequence[Respondent], population: Population) -> list[str]:
    found = []
    for dimension, bands in population.dimensions.items():
        counts = Counter(respondent[dimension] for respondent in respondents)
        if counts != Counter(bands):
            found.append(f"{dimension}: {dict(counts)} respondents, the plan says {dict(bands)}")
    for second, follows in population.follows.items():
        moved = Counter((respondent[follows.dimension], respondent[second]) for respondent in respondents
                        if respondent[follows.dimension] != respondent[second])
        wanted = Counter({(move.from_, move.to): move.companies for move in follows.moved})
        if moved != wanted:
            found.append(f"{second}: moved from {follows.dimension} are {dict(moved)}, the plan says {dict(wanted)}")
    return found


def _agreement(cell: Cell, value: Fraction) -> Agreement:
    if value == cell.value:
        return Agreement.EQUAL
    return Agreement.NEAR if abs(value - cell.value) <= Fraction(1, 10**cell.decimals) else Agreement.DIFFERENT


def _breaks(respondent: Respondent, preference: Preference) -> bool:
    for question in preference.questions:
        given = answers(respondent, question)
        if preference.complete and not given:
            return True
        if not set(given) & set(preference.answers):
            continue
        if preference.exclusive and len(given) > 1:
            return True
        if preference.expect and not any(set(answers(respondent, other)) & set(codes)
                                         for other, codes in preference.expect.items()):
            return True
    return False

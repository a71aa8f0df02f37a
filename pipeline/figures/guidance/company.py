"""One company's answers to the surveys of the edition, and what a rule has made of them so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import numpy as np
import pandas as pd

from pipeline.figures.formats import EN_DASH, UNITS, exact, format_value
from pipeline.figures.guidance.rule import COMPANY_DIMENSION, EXAMPLE, YOU, Rule
from pipeline.figures.ledger import EMPTY, SHOWN, Cell, address
from pipeline.responses.expressions import evaluate
from pipeline.responses.schema import NUMERIC, Kind

UNIT_OF_KIND = {Kind.percent: "percent", Kind.money: "usd", Kind.count: "count", Kind.number: "ratio"}

Value = Fraction | str | bool | None


class Company:
    """The answers that one rule reads, a row by survey (none where the company is not in it), and the rule's names.

    `band` is `you`, or `example` for answers that are not the company's.
    """

    def __init__(self, rule: Rule, rows: Mapping[str, pd.DataFrame], band: str = YOU):
        self.rule, self.band = rule, band
        self.rows = dict(rows)
        self.cells: dict[str, Cell] = {name: number.cell(rule.id, name) for name, number in rule.numbers.items()}
        for folder, row in rows.items():
            names = dict.fromkeys(rule.names) | {name: float(number.value) for name, number in rule.numbers.items()}
            self.rows[folder] = row.assign(**{name: pd.array([n], dtype="Float64") for name, n in names.items()})
            for name in rule.variables[folder]:
                self._answer(folder, name, row)

    def value(self, text: str, folder: str | None = None) -> Value:
        """What an expression comes to; None where it cannot be known."""
        folder = self.rule.survey if folder is None else folder
        if folder not in self.rows:
            return None
        found = evaluate(text, self.rows[folder], self.rule.codebooks[folder]).iloc[0]
        if pd.isna(found):
            return None
        if isinstance(found, bool | np.bool_):
            return bool(found)
        return found if isinstance(found, str) else exact(float(found))

    def give(self, name: str, value: Fraction | None) -> None:
        """Let expressions use a number under a name of the rule."""
        number = None if value is None else float(value)
        self.rows[self.rule.survey][name] = pd.array([number], dtype="Float64")

    def figure(
        self, name: str, value: Fraction | None, unit: str, label: str, decimals: int | None = None, stat: str = "rule"
    ) -> Cell:
        """Note a number as a figure of this company; one that is not known is empty, never 0."""
        column = name.replace(".", "_")
        cell = Cell(
            cell_id=address(self.rule.id, COMPANY_DIMENSION, self.band, column),
            exhibit=self.rule.id,
            dimension=COMPANY_DIMENSION,
            band=self.band,
            column=column,
            stat_name=stat,
            stat=None if value is None else float(value),
            printed=EN_DASH if value is None else format_value(value, unit, decimals),
            unit=unit,
            status=EMPTY if value is None else SHOWN,
            label=label,
        )
        self.cells[name] = cell
        return cell

    def _answer(self, folder: str, name: str, row: pd.DataFrame) -> None:
        """An answer in numbers is a figure too, so that a sentence can name it."""
        facts = self.rule.codebooks[folder].variables()[name]
        if facts.kind not in NUMERIC or name in self.cells:
            return
        found = row[name].iloc[0]
        unit = facts.unit if facts.unit in UNITS else UNIT_OF_KIND[facts.kind]
        self.figure(name, None if pd.isna(found) else exact(float(found)), unit, facts.label, stat="answer")


def example_rows(rule: Rule) -> dict[str, pd.DataFrame]:
    """The answers of a rule's worked example; all others are missing."""
    given = rule.keys.example.answers if rule.keys.example else {}
    return {folder: _example_row(rule, folder, given) for folder in rule.variables}


def _example_row(rule: Rule, folder: str, given: Mapping[str, float | str]) -> pd.DataFrame:
    variables = rule.codebooks[folder].variables()
    return pd.DataFrame(
        {name: _column(given.get(name), variables[name].kind) for name in rule.variables[folder]}, index=[EXAMPLE]
    )


def _column(value: float | str | None, kind: Kind) -> Iterable:
    dtype = "Float64" if kind in NUMERIC else "boolean" if kind is Kind.multiple else "string"
    return pd.array([value], dtype=dtype)

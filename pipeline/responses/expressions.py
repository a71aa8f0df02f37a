"""Evaluates rules over whole columns: unknown stays unknown, and, or and not follow Kleene's three-valued logic."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.responses.bands import band_of
from pipeline.responses.language import ARITHMETIC, COMPARISONS, reference, tree

if TYPE_CHECKING:
    from pipeline.responses.codebook import Codebook

NOISE = 1e-15  # what a few steps of binary arithmetic leave of a number, as a part of it
POWERS = np.array([float(10**places) for places in range(23)])  # all that are exact


def evaluate(text: str, frame: pd.DataFrame, codebook: Codebook, reasons: pd.DataFrame | None = None) -> pd.Series:
    """The expression's value for each row of a frame of typed variables.

    It is Float64, boolean or string, missing where it cannot be known, and indexed like the frame.
    `reasons` is needed by `missing_reason` only. The expression must have passed `language.check`.
    """
    value = _Evaluation(frame, codebook, reasons).value(tree(text))
    if isinstance(value, pd.Series):
        return value
    dtype = "boolean" if isinstance(value, bool | np.bool_) else "string" if isinstance(value, str) else "Float64"
    return pd.Series(value, index=frame.index, dtype=dtype)


def on_paper(numbers: pd.Series, parts: Sequence[pd.Series]) -> pd.Series:
    """What arithmetic comes to, as the decimals that it is on paper: 57 / 200 * 100 is 28.5, 100 - 99.95 is 0.05.

    Binary arithmetic leaves 28.499999999999996, which lies below an edge at 28.5 and is printed 28. How much it leaves
    goes by the size of the `parts`, those of a sum, or by the result's own. A number that is no short decimal (of up to
    twelve digits, as long as the largest part) stays as it is.
    """
    values = numbers.to_numpy("float64", na_value=np.nan)
    sizes = [np.abs(part.to_numpy("float64", na_value=np.nan)) for part in parts]
    size = reduce(np.add, sizes)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = np.clip(11 - np.floor(np.log10(size)), 0, 22)
        power = POWERS[np.where(np.isfinite(places), places, 0).astype("int8")]
        short = np.rint(values * power) / power
        near = np.abs(short - values) <= NOISE * size
    exact = np.where(near, short, values)
    return pd.Series(pd.arrays.FloatingArray(exact, np.isnan(exact)), index=numbers.index)


class _Evaluation:
    """Walks one checked expression over one frame."""

    def __init__(self, frame: pd.DataFrame, codebook: Codebook, reasons: pd.DataFrame | None):
        self.frame, self.codebook, self.reasons = frame, codebook, reasons

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.BoolOp(op=op, values=values):
                join = operator.and_ if isinstance(op, ast.And) else operator.or_
                return reduce(join, [self.boolean(value) for value in values])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ~self.boolean(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.UnaryOp(operand=operand):
                return self.value(operand)
            case ast.BinOp(op=ast.Div(), left=left, right=right):
                return self.divided(self.number(left), self.number(right))
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                return self.times(self.number(left), self.number(right))
            case ast.BinOp(op=op, left=left, right=right):
                parts = self.number(left), self.number(right)
                return on_paper(ARITHMETIC[type(op)](*parts), parts)
            case ast.Compare(left=left, ops=ops, comparators=rights):
                pairs = zip([left, *rights[:-1]], ops, rights, strict=True)
                return reduce(operator.and_, [self.comparison(*pair) for pair in pairs])
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return getattr(self, f"call_{name}")(*arguments)
        if isinstance(node, ast.Name) and node.id not in self.codebook.questions and node.id in self.frame:
            return self.column(node.id)
        return self.column(self.names(node)[0])

    def column(self, name: str) -> pd.Series:
        values = self.frame[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            return values.astype("string")
        if values.dtype.kind == "M":  # dates count as days, so that they can be compared and subtracted
            days = (values - pd.Timestamp(0)) / pd.Timedelta(days=1)
            return days.astype("Float64")
        return values

    def names(self, node: ast.expr) -> tuple[str, ...]:
        return reference(node, self.codebook)[1]

    def columns(self, nodes: tuple[ast.expr, ...]) -> list[pd.Series]:
        return [self.column(name) for node in nodes for name in self.names(node)]

    def boolean(self, node: ast.expr) -> pd.Series:
        return self.full(self.value(node), "boolean")

    def number(self, node: ast.expr) -> pd.Series:
        return self.full(self.value(node), "Float64")

    def full(self, value: Any, dtype: str) -> pd.Series:
        if isinstance(value, pd.Series):
            return value.astype(dtype)
        return pd.Series(value, index=self.frame.index, dtype=dtype)

    def divided(self, number: pd.Series, divisor: pd.Series) -> pd.Series:
        quotient = number / divisor.mask(divisor == 0)
        return on_paper(quotient, [quotient])

    def times(self, number: pd.Series, factor: pd.Series) -> pd.Series:
        product = number * factor
        return on_paper(product, [product])

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> pd.Series:
        value = self.value(left)
        if isinstance(op, ast.In | ast.NotIn):
            value = value if isinstance(value, pd.Series) else pd.Series(value, index=self.frame.index)
            member = value.isin([element.value for element in right.elts]).astype("boolean").mask(value.isna())
            return ~member if isinstance(op, ast.NotIn) else member
        return self.full(COMPARISONS[type(op)](value, self.value(right)), "boolean")

    def call_answered(self, *nodes: ast.expr) -> pd.Series:
        return reduce(operator.and_, [column.notna() for column in self.columns(nodes)]).astype("boolean")

    def call_missing_reason(self, node: ast.expr) -> pd.Series:
        name = self.names(node)[0]
        return self.reasons[name if name in self.reasons else name.partition(".")[0]].astype("string")

    def call_selected(self, question: ast.Name, choice: ast.Constant) -> pd.Series:
        return self.column(f"{question.id}.{choice.value}")

    def call_exclusive(self, question: ast.Name) -> pd.Series:
        """At most the exclusive choice, or any of the others: never both, never two exclusive ones."""
        ticked = {
            choice.code: self.column(f"{question.id}.{choice.code}") for choice in self.codebook.choices(question.id)
        }
        number = reduce(operator.add, [column.astype("Float64") for column in ticked.values()])
        alone = [ticked[code] for code in self.codebook.questions[question.id].exclusive]
        return ~reduce(operator.or_, alone, self.full(False, "boolean")) | (number <= 1)

    def call_distinct(self, *nodes: ast.expr) -> pd.Series:
        """No two of the answers given are equal; cannot be told with fewer than two answers."""
        columns = self.columns(nodes)
        same = self.full(False, "boolean")
        for place, column in enumerate(columns):
            for other in columns[place + 1 :]:
                same = same | (column == other).fillna(False)
        answers = reduce(operator.add, [column.notna().astype(int) for column in columns])
        return (~same).mask(answers < 2)

    def call_sum(self, *nodes: ast.expr) -> pd.Series:
        """A sum with an unknown part is unknown."""
        parts = [column.astype("Float64") for column in self.columns(nodes)]
        return on_paper(reduce(operator.add, parts), parts)

    def call_count(self, *nodes: ast.expr) -> pd.Series:
        """How many choices are ticked; of other variables, how many are answered."""
        columns = self.columns(nodes)
        if all(column.dtype == "boolean" for column in columns):
            return reduce(operator.add, [column.astype("Float64") for column in columns])
        return reduce(operator.add, [column.notna().astype("Float64") for column in columns])

    def call_mean(self, *nodes: ast.expr) -> pd.Series:
        """The mean of those that are answered; unknown where none is."""
        columns = [column.astype("Float64") for column in self.columns(nodes)]
        answered = reduce(operator.add, [column.notna().astype("Float64") for column in columns])
        parts = [column.fillna(0) for column in columns]
        return self.divided(on_paper(reduce(operator.add, parts), parts), answered)

    def call_value(self, node: ast.expr) -> pd.Series:
        """The number that the chosen answer stands for."""
        name = self.names(node)[0]
        question = self.codebook.variables()[name].question
        stands_for = {choice.code: choice.value for choice in self.codebook.choices(question)}
        return self.column(name).map(stands_for).astype("Float64")

    def call_within_factor(self, *nodes: ast.expr) -> pd.Series:
        """a/b and b/a are at most the factor; cannot be told unless both are above 0."""
        left, right, factor = (self.number(node) for node in nodes)
        held = (left <= self.times(right, factor)) & (right <= self.times(left, factor))
        return held.mask((left <= 0) | (right <= 0))

    def call_between(self, *nodes: ast.expr) -> pd.Series:
        value, low, high = (self.number(node) for node in nodes)
        return (low <= value) & (value <= high)

    def call_log10(self, node: ast.expr) -> pd.Series:
        value = self.number(node)
        positive = value.mask(value <= 0)
        return pd.Series(np.log10(positive.to_numpy("float64", na_value=np.nan)), index=value.index).astype("Float64")

    def call_band(self, node: ast.expr, dimension: ast.Constant) -> pd.Series:
        return band_of(self.number(node), self.codebook.dimensions[dimension.value]).astype("string")

    def call_matches(self, node: ast.expr, pattern: ast.Constant) -> pd.Series:
        text = self.full(self.value(node), "string")
        codes, found = pd.factorize(text)
        search = re.compile(pattern.value).search
        hits = np.array([search(word) is not None for word in found] + [False])
        return pd.Series(hits[codes], index=text.index).astype("boolean").mask(text.isna())

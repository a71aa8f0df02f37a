"""The small language of codebook rules: checked against the codebook's names when read, evaluated over whole columns.

Unknown stays unknown: a comparison with a missing answer is missing, `and`, `or` and `not` follow Kleene's three-valued
logic. Nothing of Python runs but what is listed here. A backslash in a string stands for itself, so patterns read plainly.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.responses.bands import band_of
from pipeline.responses.schema import NUMERIC, Kind
from pipeline.responses.strict_yaml import suggest

if TYPE_CHECKING:
    from pipeline.responses.codebook import Codebook

NUMBER, TEXT, BOOLEAN = "number", "text", "yes or no"

COMPARISONS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}

# What each function takes and gives. "names" is one or more variables, questions or question[list]; a trailing
# word in quotes is a text constant that is checked against the codebook.
FUNCTIONS = {
    "answered": (("names",), BOOLEAN),
    "missing_reason": (("variable",), TEXT),
    "selected": (("multiple", "choice"), BOOLEAN),
    "exclusive": (("multiple",), BOOLEAN),
    "distinct": (("names",), BOOLEAN),
    "sum": (("names",), NUMBER),
    "count": (("names",), NUMBER),
    "within_factor": ((NUMBER, NUMBER, NUMBER), BOOLEAN),
    "between": ((NUMBER, NUMBER, NUMBER), BOOLEAN),
    "log10": ((NUMBER,), NUMBER),
    "band": ((NUMBER, "dimension"), TEXT),
    "matches": ((TEXT, "pattern"), BOOLEAN),
}


class ExpressionError(ValueError):
    """An expression that cannot be used; the reader of the codebook adds file and line."""


@dataclass(frozen=True)
class Meaning:
    """What a checked expression gives: its type, the choice codes it can take (if limited), the variables it uses."""

    type: str
    codes: tuple[str, ...] | None = None
    variables: tuple[str, ...] = ()


def check(text: str, codebook: Codebook, columns: Collection[str] = ()) -> Meaning:
    """Check names, choices, functions and types of an expression; `columns` are system columns usable as text.

    Raises ExpressionError with the nearest known name.
    """
    try:
        return _check(_tree(text), codebook, frozenset(columns))
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None


def evaluate(text: str, frame: pd.DataFrame, codebook: Codebook, reasons: pd.DataFrame | None = None) -> pd.Series:
    """The expression's value for each row of a frame of typed variables: Float64, boolean or string, missing where unknown.

    `reasons` is needed by `missing_reason` only. The expression must have passed `check`.
    """
    value = _Evaluation(frame, codebook, reasons).value(_tree(text))
    if isinstance(value, pd.Series):
        return value
    dtype = "boolean" if isinstance(value, bool | np.bool_) else "string" if isinstance(value, str) else "Float64"
    return pd.Series(value, index=frame.index, dtype=dtype)


@lru_cache(maxsize=4096)
def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip().replace("\\", "\\\\"), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"{text!r} is not an expression") from None


def _written(node: ast.expr) -> str:
    return ast.unparse(node).replace("\\\\", "\\")


# Names -----------------------------------------------------------------------------------------------------------


def _reference(node: ast.expr, codebook: Codebook) -> tuple[str, tuple[str, ...]] | None:
    """(question id, variables) that a name, `question.item` or `question[list]` stands for; None if it is no name."""
    variables = codebook.variables()
    match node:
        case ast.Name(id=name):
            if name in variables:
                return name, (name,)
            if name in codebook.questions or name in codebook.derived:
                return name, codebook.group(name)
            raise ExpressionError(f"unknown name {name!r}{_nearest(name, codebook)}")
        case ast.Attribute(value=ast.Name(id=name), attr=item):
            if f"{name}.{item}" in variables:
                return name, (f"{name}.{item}",)
            if name not in codebook.questions and name not in codebook.derived:
                raise ExpressionError(f"unknown name {name!r}{_nearest(name, codebook)}")
            items = [variable.rpartition(".")[2] for variable in codebook.group(name)]
            raise ExpressionError(f"{name!r} has no item {item!r}{suggest(item, items)}")
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=listing)):
            if listing not in codebook.lists:
                raise ExpressionError(f"unknown list {listing!r}{suggest(listing, codebook.lists)}")
            chosen = tuple(f"{name}.{choice.code}" for choice in codebook.lists[listing])
            unknown = [variable for variable in chosen if variable not in variables]
            if unknown:
                raise ExpressionError(f"{name}[{listing}] names {unknown[0]!r}, which is not asked")
            return name, chosen
    return None


def _nearest(name: str, codebook: Codebook) -> str:
    hint = suggest(name, [*codebook.questions, *codebook.derived])
    return hint if hint.startswith("; did") else "; it is no question or derived number of the codebook"


# Checking --------------------------------------------------------------------------------------------------------


def _check(node: ast.expr, codebook: Codebook, columns: frozenset[str]) -> Meaning:
    def inner(part: ast.expr, *wanted: str) -> Meaning:
        meaning = _check(part, codebook, columns)
        if wanted and meaning.type not in wanted:
            raise ExpressionError(f"{_written(part)!r} is a {meaning.type}, not a {' or '.join(wanted)}")
        return meaning

    match node:
        case ast.Constant(value=bool()):
            return Meaning(BOOLEAN)
        case ast.Constant(value=int() | float()):
            return Meaning(NUMBER)
        case ast.Constant(value=str()):
            return Meaning(TEXT)
        case ast.BoolOp(values=values):
            return _joined(BOOLEAN, [inner(value, BOOLEAN) for value in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return inner(operand, BOOLEAN)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return inner(operand, NUMBER)
        case ast.BinOp(op=op, left=left, right=right) if type(op) in ARITHMETIC:
            return _joined(NUMBER, [inner(left, NUMBER), inner(right, NUMBER)])
        case ast.Compare(left=left, ops=ops, comparators=rights):
            parts = [left, *rights]
            for before, op, after in zip(parts, ops, rights, strict=False):
                _check_comparison(before, op, after, inner)
            return _joined(BOOLEAN, [inner(p) for p in parts if not isinstance(p, ast.Tuple)])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _check_call(name, arguments, codebook, inner)
        case ast.Name(id=name) if name in columns and name not in codebook.questions:
            return Meaning(TEXT)
    reference = _reference(node, codebook)
    if reference is None:
        raise ExpressionError(f"{_written(node)!r} is not allowed in an expression")
    name, names = reference
    if len(names) != 1 or names[0] not in codebook.variables():
        raise ExpressionError(f"{_written(node)!r} stands for several answers; name one, or use sum, count, answered")
    return Meaning(*_type_of(names[0], codebook), names)


def _type_of(variable: str, codebook: Codebook) -> tuple[str, tuple[str, ...] | None]:
    facts = codebook.variables()[variable]
    if facts.kind in NUMERIC or facts.kind is Kind.date:
        return NUMBER, None
    if facts.kind is Kind.multiple:
        return BOOLEAN, None
    if facts.kind in (Kind.single, Kind.ranking):
        return TEXT, tuple(choice.code for choice in codebook.choices(facts.question))
    return TEXT, None


def _joined(type_: str, parts: list[Meaning]) -> Meaning:
    return Meaning(type_, None, tuple(dict.fromkeys(name for part in parts for name in part.variables)))


def _check_comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, inner: Callable) -> None:
    meaning = inner(left)
    if isinstance(op, ast.In | ast.NotIn):
        if not isinstance(right, ast.Tuple | ast.List) or not all(isinstance(e, ast.Constant) for e in right.elts):
            raise ExpressionError(f"'in' needs values in brackets, not {_written(right)!r}")
        others = right.elts
    elif type(op) in COMPARISONS:
        others = [right]
    else:
        raise ExpressionError("only ==, !=, <, <=, >, >=, in and not in compare")
    for other in others:
        found = inner(other, meaning.type)
        if meaning.type != NUMBER and isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            raise ExpressionError(f"{_written(left)!r} is a {meaning.type} and has no order")
        for codes, constant in ((meaning.codes, other), (found.codes, left)):
            if codes is not None and isinstance(constant, ast.Constant) and constant.value not in codes:
                raise ExpressionError(f"{constant.value!r} is not a choice there{suggest(constant.value, codes)}")


def _check_call(name: str, arguments: list[ast.expr], codebook: Codebook, inner: Callable) -> Meaning:
    if name not in FUNCTIONS:
        raise ExpressionError(f"unknown function {name!r}{suggest(name, FUNCTIONS)}")
    wanted, gives = FUNCTIONS[name]
    variadic = wanted == ("names",)
    if not arguments or (not variadic and len(arguments) != len(wanted)):
        raise ExpressionError(f"{name} takes {'at least 1' if variadic else len(wanted)} arguments, not {len(arguments)}")
    used, codes = [], None
    for argument, kind in zip(arguments, wanted * len(arguments) if variadic else wanted, strict=True):
        if kind in (NUMBER, TEXT):
            used.append(inner(argument, kind))
        elif kind in ("names", "variable", "multiple"):
            used.append(_check_names(name, kind, argument, codebook))
        else:
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                raise ExpressionError(f"{name} needs a {kind} in quotes, not {_written(argument)!r}")
            codes = _check_constant(kind, argument.value, arguments[0], codebook)
    return Meaning(gives, codes, _joined(gives, used).variables)


def _check_names(function: str, kind: str, argument: ast.expr, codebook: Codebook) -> Meaning:
    reference = _reference(argument, codebook)
    if reference is None:
        raise ExpressionError(f"{function} takes names, not {_written(argument)!r}")
    question, variables = reference
    is_multiple = question in codebook.questions and codebook.questions[question].type is Kind.multiple
    if kind == "multiple" and not (is_multiple and isinstance(argument, ast.Name)):
        raise ExpressionError(f"{function} takes a question of type multiple, not {_written(argument)!r}")
    if kind == "variable" and len(variables) != 1 and not is_multiple:
        raise ExpressionError(f"{function} takes one variable, not {_written(argument)!r}")
    if function == "sum":
        for variable in variables:
            if _type_of(variable, codebook)[0] == TEXT:
                raise ExpressionError(f"sum adds numbers, and {variable!r} is none")
    return Meaning("names", None, variables)


def _check_constant(kind: str, value: str, first: ast.expr, codebook: Codebook) -> tuple[str, ...] | None:
    match kind:
        case "choice":
            codes = [choice.code for choice in codebook.choices(first.id)]
            if value not in codes:
                raise ExpressionError(f"{value!r} is not a choice of {first.id!r}{suggest(value, codes)}")
        case "dimension":
            if value not in codebook.dimensions:
                raise ExpressionError(f"unknown dimension {value!r}{suggest(value, codebook.dimensions)}")
            return tuple(band.id for band in codebook.dimensions[value].bands)
        case "pattern":
            try:
                re.compile(value)
            except re.error as error:
                raise ExpressionError(f"{value!r} is not a pattern: {error}") from None
    return None


# Evaluating ------------------------------------------------------------------------------------------------------


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
                divisor = self.number(right)
                return self.number(left) / divisor.mask(divisor == 0)
            case ast.BinOp(op=op, left=left, right=right):
                return ARITHMETIC[type(op)](self.value(left), self.value(right))
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
        return _reference(node, self.codebook)[1]

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
        ticked = {choice.code: self.column(f"{question.id}.{choice.code}") for choice in self.codebook.choices(question.id)}
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
        return reduce(operator.add, [column.astype("Float64") for column in self.columns(nodes)])

    def call_count(self, *nodes: ast.expr) -> pd.Series:
        """How many choices are ticked; of other variables, how many are answered."""
        columns = self.columns(nodes)
        if all(column.dtype == "boolean" for column in columns):
            return reduce(operator.add, [column.astype("Float64") for column in columns])
        return reduce(operator.add, [column.notna().astype("Float64") for column in columns])

    def call_within_factor(self, *nodes: ast.expr) -> pd.Series:
        """a/b and b/a are at most the factor; cannot be told unless both are above 0."""
        left, right, factor = (self.number(node) for node in nodes)
        held = (left <= right * factor) & (right <= left * factor)
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

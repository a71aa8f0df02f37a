"""The small language of codebook rules: what may be said in it, checked against the names that the codebook knows.

Nothing of Python runs but what is listed here. A backslash in a string stands for itself, so patterns read plainly.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

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
    "mean": (("names",), NUMBER),
    "value": (("single",), NUMBER),
    "within_factor": ((NUMBER, NUMBER, NUMBER), BOOLEAN),
    "between": ((NUMBER, NUMBER, NUMBER), BOOLEAN),
    "log10": ((NUMBER,), NUMBER),
    "band": ((NUMBER, "dimension"), TEXT),
    "matches": ((TEXT, "pattern"), BOOLEAN),
}

PLACE = re.compile(r"""'[^']*'|"[^"]*"|\b([A-Za-z_]\w*)\.(\d+)\b""")


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
        return _check(tree(text), codebook, frozenset(columns))
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None


def names_in(text: str) -> set[str]:
    """The plain names in an expression, system columns among them."""
    return {node.id for node in ast.walk(tree(text)) if isinstance(node, ast.Name)}


def reasons_of(text: str, codebook: Codebook) -> set[str]:
    """The variables whose reason for having no value an expression asks for."""
    calls = (node for node in ast.walk(tree(text)) if isinstance(node, ast.Call) and node.func.id == "missing_reason")
    return {name for call in calls for name in reference(call.args[0], codebook)[1]}


@lru_cache(maxsize=4096)
def tree(text: str) -> ast.expr:
    """The expression as Python's syntax tree; ExpressionError if it is none. It has not been checked yet."""
    try:
        return ast.parse(_with_places(text.strip()).replace("\\", "\\\\"), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"{text!r} is not an expression") from None


def _with_places(text: str) -> str:
    """A place of a ranking, `aims.1`, as Python can read it, `aims[1]`; what stands in quotes is left alone."""
    return PLACE.sub(lambda found: f"{found[1]}[{found[2]}]" if found[1] else found[0], text)


def _written(node: ast.expr) -> str:
    return ast.unparse(node).replace("\\\\", "\\")


# Names -----------------------------------------------------------------------------------------------------------


def reference(node: ast.expr, codebook: Codebook) -> tuple[str, tuple[str, ...]] | None:
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
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(place))):
            return reference(ast.Attribute(value=ast.Name(id=name), attr=str(place)), codebook)
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
            return _joined(BOOLEAN, [inner(part) for part in parts if not isinstance(part, ast.Tuple | ast.List)])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _check_call(name, arguments, codebook, inner)
        case ast.Name(id=name) if name in columns and name not in codebook.questions:
            return Meaning(TEXT)
    found = reference(node, codebook)
    if found is None:
        raise ExpressionError(f"{_written(node)!r} is not allowed in an expression")
    _, names = found
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
        raise ExpressionError(
            f"{name} takes {'at least 1' if variadic else len(wanted)} arguments, not {len(arguments)}"
        )
    used, codes = [], None
    for argument, kind in zip(arguments, wanted * len(arguments) if variadic else wanted, strict=True):
        if kind in (NUMBER, TEXT):
            used.append(inner(argument, kind))
        elif kind in ("names", "variable", "multiple", "single"):
            used.append(_check_names(name, kind, argument, codebook))
        else:
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                raise ExpressionError(f"{name} needs a {kind} in quotes, not {_written(argument)!r}")
            codes = _check_constant(kind, argument.value, arguments[0], codebook)
    return Meaning(gives, codes, _joined(gives, used).variables)


def _check_names(function: str, kind: str, argument: ast.expr, codebook: Codebook) -> Meaning:
    found = reference(argument, codebook)
    if found is None:
        raise ExpressionError(f"{function} takes names, not {_written(argument)!r}")
    question, variables = found
    is_multiple = question in codebook.questions and codebook.questions[question].type is Kind.multiple
    if kind == "multiple" and not (is_multiple and isinstance(argument, ast.Name)):
        raise ExpressionError(f"{function} takes a question of type multiple, not {_written(argument)!r}")
    if kind == "variable" and len(variables) != 1 and not is_multiple:
        raise ExpressionError(f"{function} takes one variable, not {_written(argument)!r}")
    if function in ("sum", "mean"):
        for variable in variables:
            if _type_of(variable, codebook)[0] == TEXT:
                raise ExpressionError(f"{function} adds numbers, and {variable!r} is none")
    if kind == "single":
        if len(variables) != 1 or codebook.variables()[variables[0]].kind is not Kind.single:
            raise ExpressionError(f"{function} takes a question of type single, not {_written(argument)!r}")
        without = [choice.code for choice in codebook.choices(question) if choice.value is None]
        if without:
            raise ExpressionError(f"choice {without[0]!r} of {question!r} has no value, the number that it stands for")
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
            if cross := codebook.dimensions[value].cross:
                raise ExpressionError(f"{value!r} crosses other dimensions; name one of {', '.join(cross)}")
            return tuple(band.id for band in codebook.dimensions[value].bands)
        case "pattern":
            try:
                re.compile(value)
            except re.error as error:
                raise ExpressionError(f"{value!r} is not a pattern: {error}") from None
    return None

"""Rules and formulas in SQL: the rule language of the codebook translated word by word; NULL is the third value.

SQL's AND, OR and NOT over NULL are the three-valued logic that the language has, so unknown stays unknown.
"""

from __future__ import annotations

import ast
import re
from itertools import combinations

from pipeline.audit.recompute.spec import REASONS, Book, NotRecomputed

COMPARED = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
PLACES = re.compile(r"""'[^']*'|"[^"]*"|\b([A-Za-z_]\w*)\.([0-9]+)\b""")
ARITHMETIC = {ast.Add: "plus", ast.Sub: "minus", ast.Mult: "times", ast.Div: "divided"}


def name(text: str) -> str:
    """A column's name in SQL."""
    return '"' + text.replace('"', '""') + '"'


def word(text: str) -> str:
    """A text constant in SQL."""
    return "'" + text.replace("'", "''") + "'"


def why(variable: str, book: Book) -> str:
    """The column that holds the reason of a variable, as a place in REASONS."""
    return name(f"why {book.reason_of(variable) if variable in book.variables else variable}")


def read_names(text: str, book: Book) -> tuple[str, ...]:
    """The variables that an expression reads, in its order."""
    found: dict[str, None] = {}
    left = [_tree(text)]
    while left:
        node = left.pop(0)
        variables = _variables(node, book)
        found.update(dict.fromkeys(variables))
        left = [*([] if variables else ast.iter_child_nodes(node)), *left]
    return tuple(found)


def plain_names(text: str) -> set[str]:
    """The names in an expression as they stand, system columns among them."""
    return {node.id for node in ast.walk(_tree(text)) if isinstance(node, ast.Name)}


def sql(text: str, book: Book) -> str:
    """The expression in SQL, over a row of the answers."""
    return _sql(_tree(text), book)


def in_band(value: str, bands: list[dict]) -> str:
    """The id of the band that a number lies in, NULL in none."""
    cases = [f"WHEN {lies_in(value, band)} THEN {word(str(band['id']))}" for band in bands]
    return f"CASE {' '.join(cases)} END"


def lies_in(value: str, band: dict) -> str:
    """Whether a number lies in one band: `from` and `to` include the edge, `above` and `below` do not."""
    edges = (("from", ">="), ("above", ">"), ("to", "<="), ("below", "<"))
    tests = [f"{value} {sign} {float(band[key])!r}" for key, sign in edges if band.get(key) is not None]
    return " AND ".join(tests or [f"{value} IS NOT NULL"])


def has_edges(bands: list[dict]) -> bool:
    return any(band.get(key) is not None for band in bands for key in ("from", "above", "to", "below"))


def _tree(text: str) -> ast.expr:
    # a place of a ranking (aims.1) is no name in Python; a backslash stands for itself, so that patterns read plainly
    text = PLACES.sub(lambda found: f"{found[1]}._{found[2]}" if found[1] else found[0], text.strip())
    return ast.parse(text.replace("\\", "\\\\"), mode="eval").body


def _variables(node: ast.expr, book: Book) -> tuple[str, ...]:
    """The variables that a name, `question.item` or `question[list]` stands for; none for anything else."""
    match node:
        case ast.Name(id=question) if question in book.groups:
            return book.groups[question]
        case ast.Attribute(value=ast.Name(id=question), attr=item):
            return (f"{question}.{item.removeprefix('_') if item[1:].isdecimal() else item}",)
        case ast.Subscript(value=ast.Name(id=question), slice=ast.Name(id=listing)):
            return tuple(f"{question}.{entry['code']}" for entry in book.lists[listing])
    return ()


def _sql(node: ast.expr, book: Book) -> str:
    match node:
        case ast.Constant(value=bool(value)):
            return "TRUE" if value else "FALSE"
        case ast.Constant(value=int() | float() as value):
            return f"{float(value)!r}::DOUBLE"
        case ast.Constant(value=str(value)):
            return word(value)
        case ast.BoolOp(op=op, values=values):
            joint = " AND " if isinstance(op, ast.And) else " OR "
            return f"({joint.join(_sql(value, book) for value in values)})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"(NOT {_sql(operand, book)})"
        case ast.UnaryOp(op=op, operand=operand):
            return f"({'-' if isinstance(op, ast.USub) else '+'} {_sql(operand, book)})"
        case ast.BinOp(op=op, left=left, right=right) if type(op) in ARITHMETIC:
            return f"{ARITHMETIC[type(op)]}({_sql(left, book)}, {_sql(right, book)})"
        case ast.Compare(left=left, ops=ops, comparators=others):
            pairs = zip([left, *others], ops, others, strict=False)
            return f"({' AND '.join(_comparison(a, op, b, book) for a, op, b in pairs)})"
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return _call(function, arguments, book)
        case ast.Name(id=column) if column not in book.groups:
            return name(column)
    variables = _variables(node, book)
    if len(variables) != 1:
        raise NotRecomputed(f"the second engine does not know {ast.unparse(node)!r}")
    return name(variables[0])


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, book: Book) -> str:
    if isinstance(op, ast.In | ast.NotIn):
        values = ", ".join(_sql(element, book) for element in right.elts)
        return f"{_sql(left, book)} {'NOT IN' if isinstance(op, ast.NotIn) else 'IN'} ({values})"
    return f"{_sql(left, book)} {COMPARED[type(op)]} {_sql(right, book)}"


def _call(function: str, arguments: list[ast.expr], book: Book) -> str:
    named = [variable for argument in arguments for variable in _variables(argument, book)]
    columns = [name(variable) for variable in named]
    match function:
        case "answered":
            return f"({' AND '.join(f'{column} IS NOT NULL' for column in columns)})"
        case "missing_reason":
            cases = " ".join(f"WHEN {place} THEN {word(reason)}" for place, reason in enumerate(REASONS))
            return f"CASE {why(named[0], book)} {cases} END"
        case "selected":
            return name(f"{arguments[0].id}.{arguments[1].value}")
        case "exclusive":
            question = arguments[0].id
            alone = [name(f"{question}.{code}") for code in book.questions[question].get("exclusive") or ()]
            return f"((NOT ({' OR '.join(alone) or 'FALSE'})) OR ({_ticks(columns)}) <= 1)"
        case "distinct":
            same = " OR ".join(f"coalesce({a} = {b}, FALSE)" for a, b in combinations(columns, 2)) or "FALSE"
            given = " + ".join(f"({column} IS NOT NULL)::INTEGER" for column in columns)
            return f"CASE WHEN {given} >= 2 THEN NOT ({same}) END"
        case "sum":
            return _total([f"{column}::DOUBLE" for column in columns])
        case "mean":
            given = " + ".join(f"({column} IS NOT NULL)::INTEGER" for column in columns)
            return f"divided({_total([f'coalesce({column}::DOUBLE, 0)' for column in columns])}, {given})"
        case "value":
            choices = book.listing(book.variables[named[0]].question, "choices")
            stands = " ".join(f"WHEN {word(str(c['code']))} THEN {float(c['value'])!r}" for c in choices)
            return f"CASE {columns[0]} {stands} END::DOUBLE"
        case "count" if all(book.variables[variable].kind == "multiple" for variable in named):
            return f"({_ticks(columns)})"
        case "count":
            return f"({' + '.join(f'({column} IS NOT NULL)::INTEGER::DOUBLE' for column in columns)})"
    given = [_sql(argument, book) for argument in arguments]
    match function:
        case "between":
            return f"({given[1]} <= {given[0]} AND {given[0]} <= {given[2]})"
        case "within_factor":
            a, b, factor = given
            return f"CASE WHEN {a} > 0 AND {b} > 0 THEN {a} <= times({b}, {factor}) AND {b} <= times({a}, {factor}) END"
        case "log10":
            return f"log10(CASE WHEN {given[0]} > 0 THEN {given[0]} END)"
        case "band":
            return in_band(given[0], book.dimensions[arguments[1].value]["bands"])
        case "matches":
            return f"regexp_matches({given[0]}, {given[1]})"
    raise NotRecomputed(f"the second engine does not know the function {function}")


def _total(parts: list[str]) -> str:
    return f"on_paper({' + '.join(parts)}, {' + '.join(f'abs({part})' for part in parts)})"


def _ticks(columns: list[str]) -> str:
    return " + ".join(f"{column}::INTEGER::DOUBLE" for column in columns)


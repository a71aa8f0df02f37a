"""The rule language of headlines: a comparison of figures that the data must keep for a sentence to be printed.

    largest('overall.all') == 'customer_success' and value('overall.all.customer_success') > 50

Functions, over the figures of the ledger. Addresses, rows (`overall.all`) and dimensions (`arr`) are those of the
exhibit itself, or begin with the id of another one (`budget_change.overall.all`, `budget_change.arr`):
    value(address)             the unrounded figure
    n(address)                 the base of a figure, or of a row
    largest(row)               the column with the largest figure of a row; no single one when two are equal
    smallest(row)              the column with the smallest
    rank(row, k)               the column in place k from the largest
    rises(dimension, column)   whether the figure grows, or stays, from each band to the next, and grows over all
    falls(dimension, column)   the same downwards
A figure on a base under 10 carries no headline: the rule then fails and says which figure it is.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.figures.definitions import Exhibit
from pipeline.figures.ledger import REFERENCE, SHOWN, SUPPRESSED, Cell, Ledger, N, address
from pipeline.responses import language

SMALLEST_BASE = 10
ROW, DIMENSION = 2, 1  # parts of overall.all, and of arr

COMPARISONS: dict[type, Callable[[Any, Any], bool]] = language.COMPARISONS | {
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
SUMS: dict[type, Callable[[Any, Any], Any]] = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
FUNCTIONS = {
    "value": (str,), "n": (str,), "largest": (str,), "smallest": (str,), "rank": (str, int),
    "rises": (str, str), "falls": (str, str),
}  # fmt: skip


class RuleError(ValueError):
    """A rule that is not written in the language."""


class Fails(Exception):
    """The rule does not hold, for a reason that is not a plain comparison."""


class CannotTell(Exception):
    """A figure that the rule needs is withheld, empty or not there."""


def parse_rule(text: str) -> ast.expr:
    """The rule as a checked tree; RuleError for anything that is not in the language."""
    try:
        tree = ast.parse(text, mode="eval").body
        _check(tree)
    except (SyntaxError, RecursionError, MemoryError):
        raise RuleError(f"this is not a rule: {text[:80]}") from None
    return tree


def calls(tree: ast.expr) -> list[tuple[str, tuple]]:
    """The functions that a rule calls with their arguments."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(node.func.id, tuple(argument.value for argument in node.args)) for node in found]


def _check(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=bool() | int() | float() | str()):
            return
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            pass
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=part):
            parts = [part]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SUMS:
            parts = [left, right]
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARISONS for op in ops):
            parts = [left, *others]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            if [type(a.value) if isinstance(a, ast.Constant) else None for a in args] != list(FUNCTIONS[name]):
                words = ", ".join("text" if kind is str else "a whole number" for kind in FUNCTIONS[name])
                raise RuleError(f"{name} takes {words}")
            return
        case ast.Call(func=ast.Name(id=name)):
            raise RuleError(f"there is no function {name}; allowed: {', '.join(FUNCTIONS)}")
        case _:
            raise RuleError(f"{ast.unparse(node)} may not stand in a rule")
    for part in parts:
        _check(part)


def whose(place: str, parts: int, exhibit: Exhibit) -> tuple[Exhibit, str]:
    """The exhibit that a row or dimension of so many parts is of, and the row or dimension inside it.

    RuleError for an exhibit that is not among those named by this one's rules.
    """
    if place.count(".") < parts:
        return exhibit, place
    other, _, inside = place.partition(".")
    if other not in exhibit.named:
        raise RuleError(f"unknown exhibit {other!r}")
    return exhibit.named[other], inside


def full_address(text: str, exhibit: str, ledger: Ledger) -> str:
    """The address with its exhibit: as it stands when the ledger knows it, else inside the exhibit."""
    return text if text in ledger else f"{exhibit}.{text}"


@dataclass(frozen=True)
class Evaluation:
    """One rule over one ledger, from the point of view of one exhibit."""

    ledger: Ledger
    exhibit: Exhibit

    def holds(self, tree: ast.expr) -> bool:
        """Whether the rule holds; raises Fails or CannotTell with the reason."""
        try:
            return bool(self._value(tree))
        except TypeError:
            raise CannotTell("it compares a number with a word") from None

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return tuple(self._value(part) for part in parts)
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(self._value(part) for part in parts)
            case ast.BoolOp(values=parts):
                return any(self._value(part) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return not self._value(part)
            case ast.UnaryOp(operand=part):
                return -self._value(part)
            case ast.BinOp(left=left, op=op, right=right):
                return SUMS[type(op)](self._value(left), self._value(right))
            case ast.Compare(left=left, ops=ops, comparators=others):
                values = [self._value(part) for part in (left, *others)]
                return all(COMPARISONS[type(op)](values[i], values[i + 1]) for i, op in enumerate(ops))
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, *(argument.value for argument in args))
        raise AssertionError("the rule was checked")

    def _call(self, name: str, *arguments: Any) -> Any:
        match name:
            case "value":
                return self.carrying(*arguments).stat
            case "n":
                return self._n(*arguments)
            case "largest":
                return self._rank(*arguments, 1)
            case "smallest":
                return self._rank(*arguments, len(self._row(*arguments)))
            case "rank":
                return self._rank(*arguments)
            case "rises":
                return self._goes_up(self._steps(*arguments))
            case "falls":
                return self._goes_up(self._steps(*arguments)[::-1])
        raise AssertionError("the rule was checked")

    def _known(self, place: str) -> Cell:
        cell_id = full_address(place, self.exhibit.id, self.ledger)
        if cell_id not in self.ledger:
            raise CannotTell(f"there is no figure {cell_id}")
        cell = self.ledger.cell(cell_id)
        if cell.status not in (SHOWN, REFERENCE):
            raise CannotTell(f"{cell_id} is {cell.status}")
        return cell

    def carrying(self, place: str) -> Cell:
        """The figure at an address, if a headline may rest on it; a count of respondents rests on nothing else."""
        cell = self._known(place)
        if cell.column != N and cell.n is not None and cell.n < SMALLEST_BASE:
            raise Fails(f"{cell.cell_id} rests on n = {cell.n}, under {SMALLEST_BASE}")
        return cell

    def _row(self, place: str) -> list[Cell]:
        """The figures of a row of the table that can be compared: those with the unit of its first column."""
        exhibit, row = whose(place, ROW, self.exhibit)
        columns = [m.id for m in exhibit.columns if m.unit == exhibit.columns[0].unit]
        return [self.carrying(f"{exhibit.id}.{row}.{column}") for column in columns]

    def _ranked(self, row: str) -> list[Cell]:
        return sorted(self._row(row), key=lambda c: -c.stat)

    def _rank(self, row: str, place: int) -> str:
        ranked = self._ranked(row)
        if not 1 <= place <= len(ranked):
            raise CannotTell(f"the row {row} has no place {place}")
        cell = ranked[place - 1]
        if [c.stat for c in ranked].count(cell.stat) > 1:
            raise Fails(f"{cell.cell_id} shares its place with another column")
        return cell.column

    def _n(self, place: str) -> int:
        for text in (place, f"{place}.{N}"):
            cell_id = full_address(text, self.exhibit.id, self.ledger)
            if cell_id in self.ledger:
                cell = self.ledger.cell(cell_id)
                if cell.n is None and cell.status == SUPPRESSED:
                    raise CannotTell(f"the n of {cell_id} is withheld")
                return cell.n or 0
        raise CannotTell(f"there is no figure or row {place}")

    def _steps(self, place: str, column: str) -> list[float]:
        exhibit, dimension = whose(place, DIMENSION, self.exhibit)
        bands = [row.band for row in exhibit.rows if row.dimension == dimension]
        return [self.carrying(address(exhibit.id, dimension, band, column)).stat for band in bands]

    @staticmethod
    def _goes_up(values: list[float]) -> bool:
        return all(a <= b for a, b in pairwise(values)) and values[0] < values[-1]

"""Rules of the codebook and of exhibits as formulas over the answers of one respondent.

Three values, as numbers: 1 holds, 0 does not, 0.5 cannot be told. So `and` is the smallest, `or` the largest and `not`
the difference to 1. A number that is not known is the empty text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from pipeline.audit.workbook.book import text_of
from pipeline.responses.codebook import Codebook
from pipeline.responses.language import BOOLEAN, NUMBER, TEXT, reference, tree
from pipeline.responses.schema import NUMERIC, Dimension, Kind

SIGNS = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class NotPortable(ValueError):
    """A rule that no formula of the portable subset can say."""


@dataclass(frozen=True)
class Term:
    """A part of a rule: its type, its formula, and the cells that must hold numbers for it to be known."""

    type: str
    text: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Translates rules over one survey. `cell` gives the cell of a variable, of a question with several answers, or of
    a system column, in the respondent's row; `pattern` the formula that says whether a pattern is found in a cell."""

    codebook: Codebook
    cell: Callable[[str], str]
    pattern: Callable[[str, str, str], str]
    edges: Callable[[Dimension, str], str]

    def condition(self, text: str) -> str:
        """The formula of a rule of yes or no. Raises NotPortable."""
        return self._boolean(tree(text))

    def number(self, text: str) -> str:
        """The formula of a rule that gives a number, the empty text where it is not known. Raises NotPortable."""
        term = self._term(tree(text))
        return f'IFERROR(IF({_known(term.needs)},{term.text},""),"")'

    def value(self, text: str) -> str:
        """The formula of a rule that gives a number or a text. Raises NotPortable."""
        term = self._term(tree(text))
        return self.number(text) if term.type == NUMBER else term.text

    def _term(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=bool() as value):
                return Term(BOOLEAN, str(int(value)))
            case ast.Constant(value=int() | float() as value):
                return Term(NUMBER, repr(value))
            case ast.Constant(value=str() as value):
                return Term(TEXT, text_of(value))
            case ast.BoolOp(op=op, values=values):
                join = "MIN" if isinstance(op, ast.And) else "MAX"
                return Term(BOOLEAN, f"{join}({','.join(self._boolean(value) for value in values)})")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Term(BOOLEAN, f"(1-{self._boolean(operand)})")
            case ast.UnaryOp(op=op, operand=operand):
                term = self._term(operand)
                return Term(NUMBER, f"(-{term.text})" if isinstance(op, ast.USub) else term.text, term.needs)
            case ast.BinOp(op=op, left=left, right=right):
                a, b = self._term(left), self._term(right)
                return Term(NUMBER, f"({a.text}{ARITHMETIC[type(op)]}{b.text})", a.needs + b.needs)
            case ast.Compare(left=left, ops=ops, comparators=rights):
                pairs = zip([left, *rights[:-1]], ops, rights, strict=True)
                parts = [self._comparison(*pair) for pair in pairs]
                return Term(BOOLEAN, parts[0] if len(parts) == 1 else f"MIN({','.join(parts)})")
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return getattr(self, f"_{name}", self._unknown)(*arguments)
            case ast.Name(id=name) if name in self.codebook.source.system and name not in self.codebook.questions:
                return Term(TEXT, self.cell(name))
        return self._variable(self._names(node)[0])

    def _variable(self, name: str) -> Term:
        facts = self.codebook.variables()[name]
        if facts.kind is Kind.multiple:
            return Term(BOOLEAN, self._ticked(facts.question, facts.item))
        cell = self.cell(name)
        is_number = facts.kind in NUMERIC or facts.kind is Kind.date
        return Term(NUMBER, cell, (cell,)) if is_number else Term(TEXT, cell)

    def _ticked(self, question: str, choice: str) -> str:
        cell = self.cell(question)
        return f'IF({cell}="",0.5,IF(ISNUMBER(FIND("|{choice}|",{cell})),1,0))'

    def _names(self, node: ast.expr) -> tuple[str, ...]:
        return reference(node, self.codebook)[1]

    def _boolean(self, node: ast.expr) -> str:
        return self._term(node).text

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        if isinstance(op, ast.In | ast.NotIn):
            parts = [self._compared(self._term(left), ast.Eq(), self._term(element)) for element in right.elts]
            any_of = f"MAX({','.join(parts)})"
            return f"(1-{any_of})" if isinstance(op, ast.NotIn) else any_of
        return self._compared(self._term(left), op, self._term(right))

    @staticmethod
    def _compared(a: Term, op: ast.cmpop, b: Term) -> str:
        if a.type == TEXT:
            blank = ",".join(f'{term.text}=""' for term in (a, b) if not term.text.startswith('"'))
            same = f"EXACT({a.text},{b.text})"
            holds, fails = (0, 1) if isinstance(op, ast.NotEq) else (1, 0)
            told = f"IF({same},{holds},{fails})"
            return f"IF(OR({blank}),0.5,{told})" if blank else told
        if a.type == BOOLEAN:
            return f"IF(OR({a.text}=0.5,{b.text}=0.5),0.5,IF({a.text}{SIGNS[type(op)]}{b.text},1,0))"
        return _told(f"{a.text}{SIGNS[type(op)]}{b.text}", a.needs + b.needs)

    def _given(self, nodes: tuple[ast.expr, ...]) -> list[str]:
        """For each variable that is named, whether its cell holds an answer."""
        return [f'({self._holder(name)}<>"")' for node in nodes for name in self._names(node)]

    def _holder(self, name: str) -> str:
        facts = self.codebook.variables()[name]
        return self.cell(facts.question if facts.kind is Kind.multiple else name)

    def _answered(self, *nodes: ast.expr) -> Term:
        return Term(BOOLEAN, f"IF({'*'.join(dict.fromkeys(self._given(nodes)))},1,0)")

    def _selected(self, question: ast.Name, choice: ast.Constant) -> Term:
        return Term(BOOLEAN, self._ticked(question.id, choice.value))

    def _exclusive(self, question: ast.Name) -> Term:
        cell = self.cell(question.id)
        alone = [f'ISNUMBER(FIND("|{code}|",{cell}))' for code in self.codebook.questions[question.id].exclusive]
        fine = f"OR(NOT(OR({','.join(alone or ['FALSE'])})),{_bars(cell)}<=1)"
        return Term(BOOLEAN, f'IF({cell}="",0.5,IF({fine},1,0))')

    def _distinct(self, *nodes: ast.expr) -> Term:
        cells = [self._holder(name) for node in nodes for name in self._names(node)]
        same = "+".join(f'({a}<>"")*EXACT({a},{b})' for a, b in combinations(cells, 2)) or "0"
        given = "+".join(f'({cell}<>"")' for cell in cells)
        return Term(BOOLEAN, f"IF({given}<2,0.5,IF({same},0,1))")

    def _sum(self, *nodes: ast.expr) -> Term:
        cells = tuple(self._holder(name) for node in nodes for name in self._names(node))
        return Term(NUMBER, f"({'+'.join(cells)})", cells)

    def _mean(self, *nodes: ast.expr) -> Term:
        """Of those that are answered; a division by zero, which is unknown, where none is."""
        cells = ",".join(self._holder(name) for node in nodes for name in self._names(node))
        return Term(NUMBER, f"(SUM({cells})/COUNT({cells}))")

    def _value(self, node: ast.expr) -> Term:
        """The number that the chosen answer stands for."""
        name = self._names(node)[0]
        cell, found = self._holder(name), "NA()"
        for choice in self.codebook.choices(self.codebook.variables()[name].question):
            found = f"IF(EXACT({cell},{text_of(choice.code)}),{choice.value!r},{found})"
        return Term(NUMBER, found)

    def _count(self, *nodes: ast.expr) -> Term:
        names = [name for node in nodes for name in self._names(node)]
        facts = [self.codebook.variables()[name] for name in names]
        if not all(f.kind is Kind.multiple for f in facts):
            return Term(NUMBER, f"({'+'.join(self._given(nodes))})")
        cells = tuple(dict.fromkeys(self.cell(f.question) for f in facts))
        ticks = "+".join(f'ISNUMBER(FIND("|{f.item}|",{self.cell(f.question)}))' for f in facts)
        known = "*".join(f'({cell}<>"")' for cell in cells)
        # NA() cannot be compared, so that a count over unknown ticks is unknown
        return Term(NUMBER, f"IF({known},{ticks},NA())")

    def _within_factor(self, *nodes: ast.expr) -> Term:
        a, b, factor = (self._term(node) for node in nodes)
        needs = a.needs + b.needs + factor.needs
        held = f"AND({a.text}<={b.text}*{factor.text},{b.text}<={a.text}*{factor.text})"
        above = _told(held, needs)
        return Term(BOOLEAN, f"IFERROR(IF(OR({a.text}<=0,{b.text}<=0),0.5,{above}),0.5)")

    def _between(self, *nodes: ast.expr) -> Term:
        value, low, high = (self._term(node) for node in nodes)
        parts = [_told(f"{a.text}<={b.text}", a.needs + b.needs) for a, b in ((low, value), (value, high))]
        return Term(BOOLEAN, f"MIN({','.join(parts)})")

    def _log10(self, node: ast.expr) -> Term:
        term = self._term(node)
        return Term(NUMBER, f"LOG10({term.text})", term.needs)

    def _band(self, node: ast.expr, dimension: ast.Constant) -> Term:
        term = self._term(node)
        return Term(TEXT, self.edges(self.codebook.dimensions[dimension.value], term.text))

    def _matches(self, node: ast.expr, pattern: ast.Constant) -> Term:
        name = node.id if isinstance(node, ast.Name) else self._names(node)[0]
        return Term(BOOLEAN, self.pattern(name, pattern.value, self._term(node).text))

    def _unknown(self, *nodes: ast.expr) -> Term:
        raise NotPortable("its rule asks why an answer is missing, which is not in this workbook")


def _told(comparison: str, needs: tuple[str, ...]) -> str:
    """A comparison of numbers, which cannot be told unless all of them are there."""
    return f"IFERROR(IF({_known(needs)},IF({comparison},1,0),0.5),0.5)"


def _known(needs: tuple[str, ...]) -> str:
    """Whether all cells that must hold numbers do."""
    cells = dict.fromkeys(needs)
    return f"COUNT({','.join(cells)})={len(cells)}" if cells else "TRUE"


def _bars(cell: str) -> str:
    """How many codes stand between the bars of a cell."""
    return f'(LEN({cell})-LEN(SUBSTITUTE({cell},"|",""))-1)'

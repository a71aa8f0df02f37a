"""The codebook: what was asked, how answers are read, and which answers cannot both be right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

from pipeline.responses import language
from pipeline.responses.bands import JOINT
from pipeline.responses.choices import Matcher
from pipeline.responses.references import check_references, refuse_ids_twice, resolve_dimensions, resolve_lists
from pipeline.responses.rules import Rule, for_item
from pipeline.responses.schema import (
    Check,
    Choice,
    CodebookFile,
    Derived,
    Dimension,
    Fix,
    Kind,
    Question,
    RecordRule,
    Source,
    SurveyFacts,
)
from pipeline.responses.strict_yaml import load_as


@dataclass(frozen=True)
class Variable:
    """One column of the answers: a question, `question.item`, `question.place` of a ranking or `question.choice`.

    `question` is the id of the question or derived number it belongs to; `unit` is as the codebook says.
    """

    name: str
    question: str
    item: str | None
    kind: Kind
    label: str
    short: str
    unit: str | None


@dataclass(frozen=True)
class Slot:
    """One column that the export should hold: the variable or multiple question it answers, and how it is found.

    `column` and `texts` name it as a whole; `above` and `options` are the names of its question and of its item, for
    exports that keep the two apart. The columns of `coalesce` stand in where its cell is blank;
    `parts` are the columns with the ranks of a ranking's choices, which are written in order as its text.
    """

    name: str
    question: str
    item: str | None
    column: str
    texts: tuple[str, ...]
    above: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    coalesce: tuple[str, ...] = ()
    parts: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """A checked codebook. Questions and derived numbers by id, in the file's order; `version` is the file's digest."""

    file: Path
    version: str
    survey: SurveyFacts
    source: Source
    records: tuple[RecordRule, ...]
    dimensions: dict[str, Dimension]
    lists: dict[str, tuple[Choice, ...]]
    questions: dict[str, Question]
    derived: dict[str, Derived]
    fixes: tuple[Fix, ...]
    checks: tuple[Check, ...]
    builtin: dict[str, str]

    def variables(self) -> dict[str, Variable]:
        """Every column of the answers by name, asked ones in the file's order, then derived ones."""
        return self._variables

    def choices(self, question: str) -> list[Choice]:
        """The choices of a question in their order; empty for a question without choices."""
        return list(self._listing(self.questions[question].choices)) if question in self.questions else []

    def items(self, question: str) -> list[Choice]:
        """The items of a question or derived number in their order; empty for one without items."""
        entry = self.questions.get(question) or self.derived[question]
        return list(self._listing(entry.items))

    def group(self, question: str) -> tuple[str, ...]:
        """The variables that belong to a question or derived number."""
        return self._groups[question]

    def crossed_bands(self, dimension: str, band: str) -> tuple[tuple[str, str], ...]:
        """(dimension, band) of each dimension that a crossed one crosses; of any other, itself."""
        cross = self.dimensions[dimension].cross
        for bands in product(*(self.dimensions[part].bands for part in cross)) if cross else ():
            if JOINT.join(part.id for part in bands) == band:
                return tuple((name, part.id) for name, part in zip(cross, bands, strict=True))
        return ((dimension, band),)

    def matcher(self, question: str) -> Matcher:
        """What recognises this question's choices in the export."""
        return self._matchers[question]

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """Every export column that the questions need, by name, in the file's order."""
        return {slot.name: slot for question in self.questions.values() for slot in self._slots_of(question)}

    def sources_of(self, variable: str) -> tuple[str, ...]:
        """The asked variables that a variable rests on: itself, or those in its formula."""
        if variable not in self.formulas:
            return (variable,)
        return tuple(dict.fromkeys(source for name in self.operands[variable] for source in self.sources_of(name)))

    @cached_property
    def formulas(self) -> dict[str, str]:
        """The formula of each derived variable by name, in an order in which each needs only earlier ones."""
        names = [facts for facts in self._variables.values() if facts.question in self.derived]
        return {facts.name: for_item(self.derived[facts.question].formula, facts.item) for facts in names}

    @cached_property
    def operands(self) -> dict[str, tuple[str, ...]]:
        """The variables in the formula of each derived variable."""
        return {name: language.check(formula, self).variables for name, formula in self.formulas.items()}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The declared checks, each opened into one rule per item."""
        opened = []
        for entry in self.checks:
            for item in self._listing(entry.items) or (None,):
                code, label = (item.code, item.label) if item else (None, None)
                opened.append(
                    Rule(
                        id=entry.id,
                        severity=str(entry.severity),
                        sentence=entry.text or (f"when {entry.when}: {entry.assert_}" if entry.when else entry.assert_),
                        when=for_item(entry.when, code) if entry.when else None,
                        assert_=for_item(entry.assert_, code),
                        message=for_item(entry.message, code, label),
                        involves=tuple(for_item(name, code) for name in entry.involves),
                    )
                )
        return tuple(opened)

    @cached_property
    def _variables(self) -> dict[str, Variable]:
        return {variable.name: variable for variable in self._all_variables()}

    @cached_property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, list[str]] = {}
        for variable in self._all_variables():
            groups.setdefault(variable.question, []).append(variable.name)
        return {question: tuple(names) for question, names in groups.items()}

    @cached_property
    def _matchers(self) -> dict[str, Matcher]:
        return {name: Matcher(self.choices(name)) for name, question in self.questions.items() if question.choices}

    def _listing(self, listing: str | tuple[Choice, ...] | None) -> tuple[Choice, ...]:
        return self.lists[listing] if isinstance(listing, str) else listing or ()

    def _all_variables(self) -> Iterable[Variable]:
        for entry in (*self.questions.values(), *self.derived.values()):
            kind = entry.type if isinstance(entry, Question) else Kind.number
            label = entry.label or entry.text if isinstance(entry, Question) else entry.label
            parts: Iterable[tuple[str, str, str]] = [
                (c.code, c.label, c.short or c.label) for c in self.items(entry.id)
            ]
            if kind is Kind.multiple:
                parts = [(c.code, c.label, c.short or c.label) for c in self.choices(entry.id)]
            elif kind is Kind.ranking:
                parts = [(str(place), f"Place {place}", str(place)) for place in range(1, entry.places + 1)]
            if not parts:
                yield Variable(entry.id, entry.id, None, kind, label, entry.short or label, entry.unit)
            for item, item_label, short in parts:
                yield Variable(f"{entry.id}.{item}", entry.id, item, kind, item_label, short, entry.unit)

    def _slots_of(self, question: Question) -> Iterable[Slot]:
        names, texts = self.group(question.id), (question.text, *question.aliases)
        joined = question.type is Kind.multiple and not question.spread and "{" not in (question.column or "")
        if names == (question.id,) or joined or question.ranked == "in_order":
            column = question.column or question.id
            yield Slot(question.id, question.id, None, column, texts, coalesce=question.coalesce)
            return
        if question.ranked == "by_choice":
            facts = [(f"{question.id}.{c.code}", c.code, c.label) for c in self.choices(question.id)]
            parts = tuple(self._spread_slots(question, facts))
            yield Slot(question.id, question.id, None, question.column or question.id, texts, parts=parts)
            return
        yield from self._spread_slots(question, [(n, self._variables[n].item, self._variables[n].label) for n in names])

    def _spread_slots(self, question: Question, facts: Iterable[tuple[str, str, str]]) -> Iterable[Slot]:
        """A slot for each (name, code, label) of a question's items, choices or places."""
        texts = (question.text, *question.aliases)
        column = question.column or question.id + "__{item}"
        above = texts if "{" in column else (column, *texts)
        pattern = column if "{" in column else column + " [{label}]"
        known = {choice.code: choice for choice in self.items(question.id) or self.choices(question.id)}
        for position, (name, code, label) in enumerate(facts, start=1):
            place = pattern.replace("{position}", str(position)).replace("{item}", code).replace("{label}", label)
            choice = known.get(code)
            options = (choice.label, choice.short or choice.label, *choice.aliases) if choice else (label,)
            whole = [f"{text} - {part}{label}" for part in ("", "Selected Choice - ") for text in texts]
            yield Slot(name, question.id, code, place, tuple(whole), above, (*options, code))


def read_codebook(path: Path) -> Codebook:
    """Read and check codebook.yaml; InputError with file, line and key for anything that does not fit together."""
    shape, document = load_as(path, CodebookFile)
    refuse_ids_twice(document, shape)
    codebook = Codebook(
        file=path,
        version=hashlib.sha256(path.read_bytes()).hexdigest()[:12],
        survey=shape.survey,
        source=shape.source,
        records=shape.records,
        dimensions=resolve_dimensions(document, shape),
        lists=resolve_lists(document, shape),
        questions={question.id: question for question in shape.questions},
        derived={entry.id: entry for entry in shape.derived},
        fixes=shape.fixes,
        checks=shape.checks,
        builtin=shape.builtin,
    )
    check_references(document, codebook)
    return codebook

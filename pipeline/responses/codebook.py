"""The codebook: what was asked, how answers are read and which answers cannot both be right, with every reference resolved."""

from __future__ import annotations

import hashlib
import keyword
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.errors import InputError
from pipeline.responses import expressions
from pipeline.responses.bands import edge_problem, has_edges
from pipeline.responses.builtin import BUILTIN
from pipeline.responses.choices import Matcher
from pipeline.responses.rules import Rule, placeholders
from pipeline.responses.schema import (
    NUMERIC,
    Check,
    Choice,
    CodebookFile,
    Derived,
    Dimension,
    Kind,
    ListPart,
    Question,
    RecordRule,
    Source,
    SurveyFacts,
)
from pipeline.responses.strict_yaml import Document, load_as, suggest


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
    """One column that the export should hold: the variable or multiple question it answers, and how it is found."""

    name: str
    question: str
    item: str | None
    column: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Codebook:
    """A checked codebook. Questions and derived numbers by id, in the file's order; `version` is a digest of the file."""

    file: Path
    version: str
    survey: SurveyFacts
    source: Source
    records: tuple[RecordRule, ...]
    dimensions: dict[str, Dimension]
    lists: dict[str, tuple[Choice, ...]]
    questions: dict[str, Question]
    derived: dict[str, Derived]
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

    def matcher(self, question: str) -> Matcher:
        """What recognises this question's choices in the export."""
        return self._matchers[question]

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """Every export column that the questions need, by name, in the file's order."""
        return {slot.name: slot for question in self.questions.values() for slot in self._slots_of(question)}

    def sources_of(self, variable: str) -> tuple[str, ...]:
        """The asked variables that a variable rests on: itself, or those in its formula."""
        facts = self._variables[variable]
        if facts.question in self.questions:
            return (variable,)
        entry = self.derived[facts.question]
        names = expressions.check(for_item(entry.formula, facts.item), self).variables
        return tuple(dict.fromkeys(source for name in names for source in self.sources_of(name)))

    @cached_property
    def formulas(self) -> dict[str, str]:
        """The formula of each derived variable by name, in an order in which each needs only earlier ones."""
        names = [facts for facts in self._variables.values() if facts.question in self.derived]
        return {facts.name: for_item(self.derived[facts.question].formula, facts.item) for facts in names}

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
                        severity=entry.severity,
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
            parts: Iterable[tuple[str, str, str]] = [(c.code, c.label, c.short or c.label) for c in self.items(entry.id)]
            if kind is Kind.multiple:
                parts = [(c.code, c.label, c.short or c.label) for c in self.choices(entry.id)]
            elif kind is Kind.ranking:
                parts = [(str(place), f"Place {place}", str(place)) for place in range(1, entry.places + 1)]
            if not parts:
                yield Variable(entry.id, entry.id, None, kind, label, entry.short or label, entry.unit)
            for item, item_label, short in parts:
                yield Variable(f"{entry.id}.{item}", entry.id, item, kind, item_label, short, entry.unit)

    def _slots_of(self, question: Question) -> Iterable[Slot]:
        names = self.group(question.id)
        if names == (question.id,) or (question.type is Kind.multiple and "{" not in (question.column or "")):
            texts = (question.text, *question.aliases)
            yield Slot(question.id, question.id, None, question.column or question.id, texts)
            return
        column = question.column or question.id + "__{item}"
        for position, name in enumerate(names, start=1):
            facts = self._variables[name]
            texts = tuple(f"{text} - {facts.label}" for text in (question.text, *question.aliases))
            place = column.replace("{position}", str(position)).replace("{item}", facts.item)
            yield Slot(name, question.id, facts.item, place, texts)


def for_item(text: str, code: str | None, label: str | None = None) -> str:
    """`{item}` replaced by an item's code; with a label, outside of other braces by the label."""
    if code is None:
        return text
    if label is None:
        return text.replace("{item}", code)
    parts, depth, rest = [], 0, text
    while rest:
        if rest.startswith("{item}"):
            parts.append(code if depth else label)
            rest = rest[len("{item}") :]
            continue
        depth += {"{": 1, "}": -1}.get(rest[0], 0)
        parts.append(rest[0])
        rest = rest[1:]
    return "".join(parts)


def read_codebook(path: Path) -> Codebook:
    """Read and check codebook.yaml; InputError with file, line and key for anything that does not fit together."""
    shape, document = load_as(path, CodebookFile)
    _refuse_twice(document, shape)
    codebook = Codebook(
        file=path,
        version=hashlib.sha256(path.read_bytes()).hexdigest()[:12],
        survey=shape.survey,
        source=shape.source,
        records=shape.records,
        dimensions=shape.dimensions,
        lists=_resolve_lists(document, shape),
        questions={question.id: question for question in shape.questions},
        derived={entry.id: entry for entry in shape.derived},
        checks=shape.checks,
        builtin=shape.builtin,
    )
    for place, question in enumerate(shape.questions):
        _check_question(document, codebook, question, ("questions", place))
    for place, entry in enumerate(shape.derived):
        _check_derived(document, codebook, entry, ("derived", place))
    for place, question in enumerate(shape.questions):
        if question.asked_if:
            _check_expression(document, codebook, question.asked_if, expressions.BOOLEAN, ("questions", place, "asked_if"))
    for name, dimension in shape.dimensions.items():
        _check_dimension(document, codebook, dimension, ("dimensions", name))
    _check_records(document, codebook)
    for place, entry in enumerate(shape.checks):
        _check_rule(document, codebook, entry, ("checks", place))
    for name in shape.builtin:
        if name not in BUILTIN:
            raise document.error(f"unknown built-in check {name!r}{suggest(name, BUILTIN)}", "builtin", name)
    name = shape.source.name
    if name and (name not in codebook.questions or codebook.questions[name].type is not Kind.text):
        raise document.error(f"{name!r} is no question of type text{suggest(name, codebook.questions)}", "source", "name")
    return codebook


def _refuse_twice(document: Document, shape: CodebookFile) -> None:
    """Ids are unique, and those of questions and derived numbers are so together, because rules name both alike."""
    for sections in (("questions", "derived"), ("checks",), ("records",)):
        seen: dict[str, int] = {}
        for section in sections:
            for place, entry in enumerate(getattr(shape, section)):
                line = document.line(section, place)
                if entry.id in seen:
                    raise document.error(f"id {entry.id!r} is used already on line {seen[entry.id]}", section, place, "id")
                if keyword.iskeyword(entry.id) or entry.id in expressions.FUNCTIONS:
                    raise document.error(f"{entry.id!r} is a word of the rule language", section, place, "id")
                seen[entry.id] = line
    for place, entry in enumerate(shape.checks):
        if entry.id in BUILTIN:
            raise document.error(f"{entry.id!r} is the name of a built-in check", "checks", place, "id")


def _resolve_lists(document: Document, shape: CodebookFile) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, tuple[Choice, ...]] = {}
    for name, listing in shape.lists.items():
        if not isinstance(listing, ListPart):
            _refuse_codes_twice(document, listing, ("lists", name))
            lists[name] = listing
            continue
        if listing.from_ not in lists:
            hint = suggest(listing.from_, lists)
            raise document.error(f"{listing.from_!r} is no list that stands above{hint}", "lists", name, "from")
        whole = {choice.code: choice for choice in lists[listing.from_]}
        for place, code in enumerate(listing.only):
            if code not in whole:
                message = f"{code!r} is not in list {listing.from_!r}{suggest(code, whole)}"
                raise document.error(message, "lists", name, "only", place)
        if len(set(listing.only)) < len(listing.only):
            raise document.error("a code is given twice", "lists", name, "only")
        lists[name] = tuple(whole[code] for code in listing.only)
    return lists


def _refuse_codes_twice(document: Document, choices: Iterable[Choice], path: tuple) -> None:
    seen = set()
    for place, choice in enumerate(choices):
        if choice.code in seen:
            raise document.error(f"code {choice.code!r} is given twice", *path, place)
        seen.add(choice.code)


def _check_question(document: Document, codebook: Codebook, question: Question, path: tuple) -> None:
    for key in ("choices", "items"):
        listing = getattr(question, key)
        if isinstance(listing, str) and listing not in codebook.lists:
            raise document.error(f"unknown list {listing!r}{suggest(listing, codebook.lists)}", *path, key)
        if isinstance(listing, tuple):
            _refuse_codes_twice(document, listing, (*path, key))
    for item in codebook.items(question.id):
        if not item.code.isidentifier() or keyword.iskeyword(item.code):
            raise document.error(f"item code {item.code!r} must be a name (letters, digits, _)", *path, "items")
    if question.choices:
        codes = [choice.code for choice in codebook.choices(question.id)]
        for place, code in enumerate(question.exclusive):
            if code not in codes:
                raise document.error(f"{code!r} is not a choice of it{suggest(code, codes)}", *path, "exclusive", place)
        clash = codebook.matcher(question.id).clash
        if clash:
            text, first, second = clash
            raise document.error(f"{text!r} stands for two choices, {first!r} and {second!r}", *path, "choices")
    if question.other_of is not None:
        asked = codebook.questions.get(question.other_of)
        if asked is None or asked.choices is None or question.type is not Kind.text:
            named = [name for name, other in codebook.questions.items() if other.choices]
            hint = suggest(question.other_of, named)
            raise document.error(f"'other_of' joins a text to a question with choices{hint}", *path, "other_of")


def _check_derived(document: Document, codebook: Codebook, entry: Derived, path: tuple) -> None:
    if entry.items is not None and entry.items not in codebook.lists:
        raise document.error(f"unknown list {entry.items!r}{suggest(entry.items, codebook.lists)}", *path, "items")
    ready = {name for name, question in codebook.questions.items()}
    for other in codebook.derived:
        if other == entry.id:
            break
        ready.add(other)
    for item in codebook.items(entry.id) or [None]:
        formula = for_item(entry.formula, item.code if item else None)
        meaning = _check_expression(document, codebook, formula, expressions.NUMBER, (*path, "formula"))
        for name in meaning.variables:
            needed = codebook.variables()[name].question
            if needed not in ready:
                raise document.error(f"{needed!r} must be derived above the formula that uses it", *path, "formula")


def _check_dimension(document: Document, codebook: Codebook, dimension: Dimension, path: tuple) -> None:
    variables = codebook.variables()
    if dimension.variable not in variables:
        message = f"unknown variable {dimension.variable!r}{suggest(dimension.variable, variables)}"
        raise document.error(message, *path, "variable")
    _refuse_band_ids_twice(document, dimension, path)
    facts = variables[dimension.variable]
    if has_edges(dimension):
        if facts.kind not in NUMERIC:
            raise document.error(f"bands with edges cut a number, but {facts.name!r} is {facts.kind}", *path, "variable")
        problem = edge_problem(dimension.bands)
        if problem:
            raise document.error(problem[1], *path, "bands", problem[0])
        return
    if facts.kind is not Kind.single:
        message = f"bands of {facts.name!r} ({facts.kind}) need edges: from, above, to, below"
        raise document.error(message, *path, "bands")
    codes = [choice.code for choice in codebook.choices(facts.question)]
    for place, band in enumerate(dimension.bands):
        if band.id not in codes:
            raise document.error(f"{band.id!r} is not a choice of {facts.name!r}{suggest(band.id, codes)}", *path, "bands", place)
    left_out = set(codes) - {band.id for band in dimension.bands}
    if left_out:
        raise document.error(f"choice {min(left_out)!r} of {facts.name!r} has no band", *path, "bands")


def _refuse_band_ids_twice(document: Document, dimension: Dimension, path: tuple) -> None:
    ids = [band.id for band in dimension.bands]
    for place, band in enumerate(ids):
        if band in ids[:place]:
            raise document.error(f"band {band!r} is given twice", *path, "bands", place)


def _check_records(document: Document, codebook: Codebook) -> None:
    known = [*codebook.source.system, *codebook.slots]
    for place, rule in enumerate(codebook.records):
        path = ("records", place)
        if rule.where:
            _check_expression(document, codebook, rule.where, expressions.BOOLEAN, (*path, "where"), codebook.source.system)
        for key, names in (("duplicate_of", rule.duplicate_of), ("by", (rule.by,) if rule.by else ())):
            for name in names:
                if name not in known:
                    message = f"{name!r} is neither a question nor a system column{suggest(name, known)}"
                    raise document.error(message, *path, key)


def _check_rule(document: Document, codebook: Codebook, entry: Check, path: tuple) -> None:
    if entry.items is not None and entry.items not in codebook.lists:
        raise document.error(f"unknown list {entry.items!r}{suggest(entry.items, codebook.lists)}", *path, "items")
    for rule in codebook.rules:
        if rule.id != entry.id:
            continue
        if rule.when:
            _check_expression(document, codebook, rule.when, expressions.BOOLEAN, (*path, "when"))
        _check_expression(document, codebook, rule.assert_, expressions.BOOLEAN, (*path, "assert"))
        for key, names in (("message", placeholders(rule.message)), ("involves", rule.involves)):
            for name in names:
                if name not in codebook.variables():
                    hint = suggest(name, codebook.variables())
                    raise document.error(f"unknown variable {name!r}{hint}", *path, key)


def _check_expression(
    document: Document, codebook: Codebook, text: str, wanted: str, path: tuple, columns: Iterable[str] = ()
) -> expressions.Meaning:
    try:
        meaning = expressions.check(text, codebook, columns)
    except expressions.ExpressionError as error:
        raise document.error(str(error), *path) from None
    if meaning.type != wanted:
        raise document.error(f"{text!r} gives a {meaning.type}, not a {wanted}", *path)
    return meaning


def codebook_of(edition: Path) -> Codebook:
    """The codebook of an edition folder (or of a further survey's folder inside one)."""
    if not edition.is_dir():
        raise InputError("this folder does not exist", file=edition)
    return read_codebook(edition / "codebook.yaml")

"""Proves that whatever a codebook names is there: lists, items, choices, variables, bands; each fault with its line."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from itertools import product
from typing import TYPE_CHECKING

from pipeline.responses import language
from pipeline.responses.bands import JOINT, edge_problem, has_edges
from pipeline.responses.builtin import BUILTIN
from pipeline.responses.rules import for_item, placeholders
from pipeline.responses.schema import (
    NUMERIC,
    Band,
    Check,
    Choice,
    CodebookFile,
    Derived,
    Dimension,
    Fix,
    Kind,
    ListPart,
    Question,
)
from pipeline.responses.strict_yaml import Document, suggest

if TYPE_CHECKING:
    from pipeline.responses.codebook import Codebook

FIXABLE = (*NUMERIC, Kind.single, Kind.text)


def check_references(document: Document, codebook: Codebook) -> None:
    """Check everything that refers to something else; InputError with the line of the first fault.

    Lists come first, because all names of variables are made with them.
    """
    for section in ("questions", "derived", "checks"):
        entries = getattr(codebook, section)
        for place, entry in enumerate(entries.values() if isinstance(entries, dict) else entries):
            for key in ("choices", "items"):
                listing = getattr(entry, key, None)
                if isinstance(listing, str) and listing not in codebook.lists:
                    hint = suggest(listing, codebook.lists)
                    raise document.error(f"unknown list {listing!r}{hint}", section, place, key)
                if isinstance(listing, tuple):
                    _refuse_codes_twice(document, listing, (section, place, key))
    for place, question in enumerate(codebook.questions.values()):
        _check_question(document, codebook, question, ("questions", place))
    for place, entry in enumerate(codebook.derived.values()):
        _check_derived(document, codebook, entry, ("derived", place))
    for place, question in enumerate(codebook.questions.values()):
        if question.asked_if:
            path = ("questions", place, "asked_if")
            _check_expression(document, codebook, question.asked_if, language.BOOLEAN, path)
            for name in language.reasons_of(question.asked_if, codebook) & set(codebook.formulas):
                message = f"whether it is asked cannot rest on why {name!r}, a derived number, is missing"
                raise document.error(message, *path)
    for name, dimension in codebook.dimensions.items():
        _check_dimension(document, codebook, dimension, ("dimensions", name))
    _check_weight(document, codebook)
    _check_records(document, codebook)
    for place, fix in enumerate(codebook.fixes):
        _check_fix(document, codebook, fix, ("fixes", place))
    for place, entry in enumerate(codebook.checks):
        _check_rule(document, codebook, entry, ("checks", place))
    for name in codebook.builtin:
        if name not in BUILTIN:
            raise document.error(f"unknown built-in check {name!r}{suggest(name, BUILTIN)}", "builtin", name)
    texts = [name for name, question in codebook.questions.items() if question.type is Kind.text]
    name = codebook.source.name
    if name is not None and name not in texts:
        raise document.error(f"{name!r} is no question of type text{suggest(name, texts)}", "source", "name")
    owner, variables = codebook.survey.owner, codebook.variables()
    if owner is not None and owner not in variables:
        raise document.error(f"unknown question {owner!r}{suggest(owner, variables)}", "survey", "owner")


def refuse_ids_twice(document: Document, shape: CodebookFile) -> None:
    """Ids are unique, and those of questions and derived numbers are so together, because rules name both alike."""
    for sections in (("questions", "derived"), ("checks",), ("records",), ("fixes",)):
        seen: dict[str, int] = {}
        for section in sections:
            for place, entry in enumerate(getattr(shape, section)):
                line = document.line(section, place)
                if entry.id in seen:
                    raise document.error(
                        f"id {entry.id!r} is used already on line {seen[entry.id]}", section, place, "id"
                    )
                if keyword.iskeyword(entry.id) or entry.id in language.FUNCTIONS:
                    raise document.error(f"{entry.id!r} is a word of the rule language", section, place, "id")
                seen[entry.id] = line
    for place, entry in enumerate(shape.checks):
        if entry.id in BUILTIN:
            raise document.error(f"{entry.id!r} is the name of a built-in check", "checks", place, "id")


def resolve_lists(document: Document, shape: CodebookFile) -> dict[str, tuple[Choice, ...]]:
    """The named lists, those made `from` another one filled in."""
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


def resolve_dimensions(document: Document, shape: CodebookFile) -> dict[str, Dimension]:
    """The dimensions, those that cross others with the bands of each combination filled in."""
    whole: dict[str, Dimension] = {}
    for name, dimension in shape.dimensions.items():
        plain = [other for other in whole if not whole[other].cross]
        for place, other in enumerate(dimension.cross):
            if other not in plain:
                message = f"{other!r} is no dimension with a variable that stands above{suggest(other, plain)}"
                raise document.error(message, "dimensions", name, "cross", place)
        pairs = product(*(whole[other].bands for other in dimension.cross)) if dimension.cross else ()
        bands = tuple(
            Band(id=JOINT.join(band.id for band in bands), label=", ".join(band.label for band in bands))
            for bands in pairs
        )
        whole[name] = dimension.model_copy(update={"bands": bands}) if dimension.cross else dimension
    return whole


def _refuse_codes_twice(document: Document, choices: Iterable[Choice], path: tuple) -> None:
    seen = set()
    for place, choice in enumerate(choices):
        if choice.code in seen:
            raise document.error(f"code {choice.code!r} is given twice", *path, place)
        seen.add(choice.code)


def _check_question(document: Document, codebook: Codebook, question: Question, path: tuple) -> None:
    if question.id in codebook.source.system:
        raise document.error(f"{question.id!r} is the name of a system column too; rename one", *path, "id")
    for item in codebook.items(question.id):
        if not item.code.isidentifier() or keyword.iskeyword(item.code):
            raise document.error(f"item code {item.code!r} must be a name (letters, digits, _)", *path, "items")
    if question.choices:
        codes = [choice.code for choice in codebook.choices(question.id)]
        for place, code in enumerate(question.exclusive):
            if code not in codes:
                raise document.error(f"{code!r} is not a choice of it{suggest(code, codes)}", *path, "exclusive", place)
        if question.accepts_other and "other" not in codes:
            raise document.error("'accepts_other' needs a choice with the code 'other'", *path, "accepts_other")
        for word in (word for words in question.missing.values() for word in words):
            if codebook.matcher(question.id).match(word) is not None:
                message = f"{word!r} is a choice of it, in its base, and 'missing' takes it out; say one of the two"
                raise document.error(message, *path, "missing")
        clash = codebook.matcher(question.id).clash
        if clash:
            text, first, second = clash
            raise document.error(f"{text!r} stands for two choices, {first!r} and {second!r}", *path, "choices")
    if question.type is Kind.scale:
        for place, choice in enumerate(codebook.choices(question.id)):
            if not choice.code.isdecimal():
                message = f"the points of a scale are numbers, not {choice.code!r}"
                raise document.error(message, *path, "choices", place)
    if question.other_of is not None:
        asked = codebook.questions.get(question.other_of)
        if asked is None or asked.choices is None or question.type is not Kind.text:
            named = [name for name, other in codebook.questions.items() if other.choices]
            hint = suggest(question.other_of, named)
            raise document.error(f"'other_of' joins a text to a question with choices{hint}", *path, "other_of")


def _check_derived(document: Document, codebook: Codebook, entry: Derived, path: tuple) -> None:
    ready = set(codebook.questions)
    for other in codebook.derived:
        if other == entry.id:
            break
        ready.add(other)
    for item in codebook.items(entry.id) or [None]:
        formula = for_item(entry.formula, item.code if item else None)
        meaning = _check_expression(document, codebook, formula, language.NUMBER, (*path, "formula"))
        if not meaning.variables:
            raise document.error(f"{formula!r} rests on no answer", *path, "formula")
        for name in meaning.variables:
            needed = codebook.variables()[name].question
            if needed not in ready:
                raise document.error(f"{needed!r} must be derived above the formula that uses it", *path, "formula")


def _check_dimension(document: Document, codebook: Codebook, dimension: Dimension, path: tuple) -> None:
    variables = codebook.variables()
    if dimension.cross:
        _refuse_band_ids_twice(document, dimension, path)
        return
    if dimension.variable not in variables:
        message = f"unknown variable {dimension.variable!r}{suggest(dimension.variable, variables)}"
        raise document.error(message, *path, "variable")
    _refuse_band_ids_twice(document, dimension, path)
    facts = variables[dimension.variable]
    if has_edges(dimension):
        if facts.kind not in NUMERIC:
            raise document.error(
                f"bands with edges cut a number, but {facts.name!r} is {facts.kind}", *path, "variable"
            )
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
            raise document.error(
                f"{band.id!r} is not a choice of {facts.name!r}{suggest(band.id, codes)}", *path, "bands", place
            )
    left_out = set(codes) - {band.id for band in dimension.bands}
    if left_out:
        raise document.error(f"choice {min(left_out)!r} of {facts.name!r} has no band", *path, "bands")


def _refuse_band_ids_twice(document: Document, dimension: Dimension, path: tuple) -> None:
    ids = [band.id for band in dimension.bands]
    for place, band in enumerate(ids):
        if band in ids[:place]:
            raise document.error(f"band {band!r} is given twice", *path, "bands", place)


def _check_weight(document: Document, codebook: Codebook) -> None:
    weight, variables = codebook.survey.weight, codebook.variables()
    numbers = [name for name, facts in variables.items() if facts.kind in NUMERIC]
    if weight is not None and weight not in numbers:
        raise document.error(f"{weight!r} is no number{suggest(weight, numbers)}", "survey", "weight")


def _check_records(document: Document, codebook: Codebook) -> None:
    known = [*codebook.source.system, *codebook.slots]
    for place, rule in enumerate(codebook.records):
        path = ("records", place)
        if rule.where:
            _check_expression(
                document, codebook, rule.where, language.BOOLEAN, (*path, "where"), codebook.source.system
            )
        for key, names in (("duplicate_of", rule.duplicate_of), ("by", (rule.by,) if rule.by else ())):
            for name in names:
                if name not in known:
                    message = f"{name!r} is neither a question nor a system column{suggest(name, known)}"
                    raise document.error(message, *path, key)


def _check_fix(document: Document, codebook: Codebook, fix: Fix, path: tuple) -> None:
    typed = [name for name in codebook.slots if codebook.questions[codebook.slots[name].question].type in FIXABLE]
    if fix.question not in typed:
        hint = suggest(fix.question, typed)
        raise document.error(f"{fix.question!r} is no question with one answer{hint}", *path, "question")
    _check_expression(document, codebook, fix.when, language.BOOLEAN, (*path, "when"))
    kind = codebook.variables()[fix.question].kind
    wanted = language.NUMBER if kind in NUMERIC else language.TEXT
    meaning = _check_expression(document, codebook, fix.to, wanted, (*path, "to"))
    constant = fix.to.strip("'\"") if meaning.codes is None else ""
    codes = [choice.code for choice in codebook.choices(codebook.slots[fix.question].question)]
    if kind is Kind.single and constant not in codes:
        raise document.error(f"{fix.to} is no choice of {fix.question!r}{suggest(constant, codes)}", *path, "to")


def _check_rule(document: Document, codebook: Codebook, entry: Check, path: tuple) -> None:
    for rule in codebook.rules:
        if rule.id != entry.id:
            continue
        if rule.when:
            _check_expression(document, codebook, rule.when, language.BOOLEAN, (*path, "when"))
        _check_expression(document, codebook, rule.assert_, language.BOOLEAN, (*path, "assert"))
        for key, names in (("message", placeholders(rule.message)), ("involves", rule.involves)):
            for name in names:
                if name not in codebook.variables():
                    hint = suggest(name, codebook.variables())
                    raise document.error(f"unknown variable {name!r}{hint}", *path, key)


def _check_expression(
    document: Document, codebook: Codebook, text: str, wanted: str, path: tuple, columns: Iterable[str] = ()
) -> language.Meaning:
    try:
        meaning = language.check(text, codebook, columns)
    except language.ExpressionError as error:
        raise document.error(str(error), *path) from None
    if meaning.type != wanted:
        raise document.error(f"{text!r} gives a {meaning.type}, not a {wanted}", *path)
    return meaning

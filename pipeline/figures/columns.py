"""From the keys of an exhibit to its measures: one per column, with the variables that it reads.

The words of `statistic:` are matched here, in one place, without a default.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NoReturn

from pipeline.figures.definitions import Measure, Place, Source
from pipeline.figures.exhibits_file import ColumnKeys, CompanionKeys, ExhibitKeys, Measured, Statistic
from pipeline.figures.ledger import N
from pipeline.responses.codebook import Codebook, Variable
from pipeline.responses.schema import NUMERIC, Choice, Kind
from pipeline.responses.strict_yaml import Document, suggest


@dataclass(frozen=True)
class Definition:
    """The file and the codebook while exhibits are worked out; a complaint names the line of its key."""

    document: Document
    codebook: Codebook

    def refuse(self, message: str, at: tuple) -> NoReturn:
        """Raise InputError for the key at this place of the file."""
        raise self.document.error(message, *at)

    def known(self, name: str, allowed: Collection[str], what: str, at: tuple) -> None:
        """Refuse a name that is not among the allowed ones."""
        if name not in allowed:
            self.refuse(f"unknown {what} {name!r}{suggest(name, allowed)}", at)

    def once(self, names: list[str], what: str, at: tuple) -> None:
        """Refuse a name that comes twice; `at` is the place of the list."""
        for i, name in enumerate(names):
            if name in names[:i]:
                self.refuse(f"the {what} {name!r} is defined twice", (*at, i))


def measures_of(keys: ExhibitKeys, at: tuple, definition: Definition) -> tuple[Measure, ...]:
    """All measures of one exhibit: its columns, its total, its callouts."""
    if keys.rows is not None:
        definition.known(keys.rows.items, definition.codebook.lists, "list", (*at, "rows", "items"))
    columns = _columns(keys, at, definition)
    definition.once([c.id for c, _ in columns], "column", (*at, "columns"))
    codes = tuple(c.id for c, _ in columns)
    if N in codes:
        definition.refuse(f"{N!r} is the base of each row and cannot be a column", (*at, "columns"))
    measures = [_measure(keys, column, codes, place, definition) for column, place in columns]
    beside = [(keys.total, (*at, "total"), Place.TOTAL)] if keys.total else []
    beside += [(c, (*at, "callouts", i), Place.CALLOUT) for i, c in enumerate(keys.callouts)]
    for companion, place_in_file, place in beside:
        if companion.column in {m.id for m in measures} | {N}:
            definition.refuse(f"the column {companion.column!r} is defined twice", place_in_file)
        column = _as_column(companion)
        measures.append(replace(_measure(keys, column, codes, place_in_file, definition), place=place))
    return tuple(measures)


def _columns(keys: ExhibitKeys, at: tuple, definition: Definition) -> list[tuple[ColumnKeys, tuple]]:
    """The columns and where they stand in the file: as listed, a list of the codebook, all choices, or just one."""
    if isinstance(keys.columns, tuple):
        listed = [ColumnKeys(id=c) if isinstance(c, str) else c for c in keys.columns]
        return [(c, (*at, "columns", i)) for i, c in enumerate(listed)]
    if isinstance(keys.columns, str):
        definition.known(keys.columns, definition.codebook.lists, "list", (*at, "columns"))
        return [(ColumnKeys(id=c.code), (*at, "columns")) for c in definition.codebook.lists[keys.columns]]
    match keys.statistic:
        case Statistic.SHARE if keys.column is None:
            choices = _choices(keys.question, keys, (*at, "question"), definition)
            return [(ColumnKeys(id=code), (*at, "question")) for code in choices]
        case Statistic.MEAN_SHARE:
            items = _items(keys.question, (*at, "question"), definition)
            return [(ColumnKeys(id=code), (*at, "question")) for code in items]
        case _:
            named_at = "column" if keys.column else "question"
            column = keys.column or keys.statistic.value
            return [(ColumnKeys(id=column, label=column.replace("_", " ").capitalize()), (*at, named_at))]


def _as_column(companion: CompanionKeys) -> ColumnKeys:
    return ColumnKeys(id=companion.column, **companion.model_dump(include=set(Measured.model_fields)))


def _measure(
    keys: ExhibitKeys, column: ColumnKeys, codes: tuple[str, ...], at: tuple, definition: Definition
) -> Measure:
    question = column.question or keys.question
    if question is None:
        definition.refuse(f"column {column.id!r} names no question, and its exhibit names none either", at)
    asked_at = (*at, "question") if column.question else (*at[:2], "question")
    statistic = column.statistic or keys.statistic
    decimals = keys.decimals if column.decimals is None else column.decimals
    match statistic:
        case Statistic.SHARE:
            choices = _choices(question, keys, asked_at, definition)
            answers = column.answers or (column.id,)
            for code in answers:
                definition.known(code, choices, f"answer of {question}", at)
            labelled = choices[answers[0]] if len(answers) == 1 else None
            parts = dict(source=_source(question, definition), question=question, answers=tuple(answers), unit="share")
        case Statistic.MEAN_SHARE:
            items = _items(question, asked_at, definition)
            for code in (*codes, column.id):
                definition.known(code, items, f"item of {question}", at)
            labelled = items[column.id]
            whole = tuple(f"{question}.{code}" for code in codes)
            parts = dict(source=Source.NUMBER, question=f"{question}.{column.id}", whole=whole, unit="share")
        case Statistic.SHARE_NONZERO:
            labelled = _number(question, keys, asked_at, definition)
            parts = dict(source=Source.NUMBER, question=question, unit="share")
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO | Statistic.MEAN:
            labelled = _number(question, keys, asked_at, definition)
            unit = column.unit or keys.unit or labelled.unit or "count"
            parts = dict(source=Source.NUMBER, question=question, unit=unit)
    if column.answers and statistic is not Statistic.SHARE:
        definition.refuse(f"answers count together in a share only, not in {statistic.value}", (*at, "answers"))
    label = column.label or (labelled.label if labelled else None) or column.id
    short = column.short or column.label or (labelled.short if labelled else None) or label
    return Measure(id=column.id, label=label, short=short, statistic=statistic, decimals=decimals, **parts)


def _source(question: str, definition: Definition) -> Source:
    kind = next(v.kind for v in definition.codebook.variables().values() if question in (v.question, v.name))
    return Source(kind.value) if kind in (Kind.single, Kind.multiple, Kind.ranking) else Source.NUMBER


def _choices(question: str, keys: ExhibitKeys, at: tuple, definition: Definition) -> dict[str, Choice]:
    """The choices of a question by code; refused when it is unknown, has none, or does not fit the rows."""
    variables = definition.codebook.variables()
    asked = variables[question].question if question in variables else question
    definition.known(asked, definition.codebook.questions, "question", at)
    source = _source(asked, definition)
    if source is Source.NUMBER:
        definition.refuse(f"{question!r} is not a choice or a ranking, so it has no shares", at)
    if source is Source.SINGLE:
        for name in _names(question, keys, definition):
            definition.known(name, variables, "question", at)
    elif keys.rows is not None or question != asked:
        definition.refuse(f"shares of {asked!r} are of the question as a whole, not of its items", at)
    return {c.code: c for c in definition.codebook.choices(asked)}


def _items(question: str, at: tuple, definition: Definition) -> dict[str, Choice]:
    """The items of a question or derived number by code; refused when it is unknown or has none."""
    codebook = definition.codebook
    definition.known(question, [*codebook.questions, *codebook.derived], "question", at)
    items = {c.code: c for c in codebook.items(question)}
    if not items:
        definition.refuse(f"{question!r} has no items, so a company has no shares of it", at)
    return items


def _number(question: str, keys: ExhibitKeys, at: tuple, definition: Definition) -> Variable:
    """The variable of a number question, or of its first item where rows are items."""
    variables = definition.codebook.variables()
    names = _names(question, keys, definition)
    if keys.rows is not None:
        definition.known(question, [*definition.codebook.questions, *definition.codebook.derived], "question", at)
    for name in names:
        definition.known(name, variables, "question", at)
        if variables[name].kind not in NUMERIC:
            definition.refuse(f"{question!r} is {variables[name].kind}, not a number", at)
    return variables[names[0]]


def _names(question: str, keys: ExhibitKeys, definition: Definition) -> list[str]:
    """The variables that a column reads: one, or one per row where rows are items."""
    if keys.rows is None:
        return [question]
    return [f"{question}.{item.code}" for item in definition.codebook.lists[keys.rows.items]]

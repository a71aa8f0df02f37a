"""From the keys of one column to its measure: what is computed from which answers.

The words of `statistic:` are matched here, in one place, without a default.
"""

from __future__ import annotations

from typing import Any

from pipeline.figures.checking import Definition
from pipeline.figures.definitions import Measure, Place, Source
from pipeline.figures.exhibits_file import ColumnKeys, ExhibitKeys
from pipeline.figures.vocabulary import RATIOS, Statistic
from pipeline.responses.codebook import Variable
from pipeline.responses.schema import NUMERIC, Choice, Dimension, Kind


def measure_of(
    keys: ExhibitKeys, column: ColumnKeys, codes: tuple[str, ...], at: tuple, definition: Definition
) -> Measure:
    """The measure of one column, total or callout; `codes` are the columns of the table. InputError where it fails."""
    statistic = column.statistic or keys.statistic
    _check_fits(column, statistic, at, definition)
    if column.when is not None:
        labelled, parts = None, _condition(keys, column, statistic, at, definition)
    else:
        labelled, parts = _parts(keys, column, statistic, codes, at, definition)
    label = column.label or (labelled.label if labelled else None) or column.id
    short = column.short or column.label or (labelled.short if labelled else None) or label
    decimals = keys.decimals if column.decimals is None else column.decimals
    return Measure(id=column.id, label=label, short=short, statistic=statistic, decimals=decimals, **parts)


def axes_of(keys: ExhibitKeys, at: tuple, definition: Definition) -> tuple[Measure, Measure]:
    """The two measures along the axes of a scatter, named after their variables."""
    axes = []
    for axis, name, other in (("x", keys.points.x, keys.points.y), ("y", keys.points.y, keys.points.x)):
        variable = _number(name, keys, (*at, "points", axis), definition)
        if name == other:
            definition.refuse(f"{name!r} cannot be set against itself", (*at, "points", axis))
        axes.append(
            Measure(id=name.replace(".", "_"), label=variable.label, short=variable.short, statistic=Statistic.POINTS,
                    source=Source.NUMBER, question=name, reads=(name, other), unit=variable.unit or "count",
                    decimals=keys.decimals, place=Place.AXIS)
        )  # fmt: skip
    return axes[0], axes[1]


def _check_fits(column: ColumnKeys, statistic: Statistic, at: tuple, definition: Definition) -> None:
    counts = statistic in (Statistic.SHARE, Statistic.COUNT)
    if statistic in (Statistic.TEXT, Statistic.POINTS):
        definition.refuse(f"a column needs a statistic of its own, not {statistic.value}", at)
    if column.answers and (not counts or column.when):
        definition.refuse(f"answers count together in a share only, not in {statistic.value}", (*at, "answers"))
    if column.when is not None and not counts:
        definition.refuse(f"a condition has a share or a count, not a {statistic.value}", (*at, "when"))
    if column.per is not None and statistic not in RATIOS:
        definition.refuse(f"only a ratio is per something, not a {statistic.value}", (*at, "per"))


def _condition(
    keys: ExhibitKeys, column: ColumnKeys, statistic: Statistic, at: tuple, definition: Definition
) -> dict[str, Any]:
    """A share or count of those for whom a condition holds; its question is the one named, else the first one read."""
    if keys.rows is not None:
        definition.refuse("a condition cannot be cut into items of a question", (*at, "when"))
    reads = definition.condition(column.when, (*at, "when"))
    if not reads:
        definition.refuse(f"{column.when!r} asks for no answer", (*at, "when"))
    if column.question is not None:
        codebook = definition.codebook
        asked = [*codebook.variables(), *codebook.questions, *codebook.derived]
        definition.known(column.question, asked, "question", (*at, "question"))
    question = column.question or reads[0]
    unit = "share" if statistic is Statistic.SHARE else "count"
    return dict(source=Source.CONDITION, question=question, reads=reads, when=column.when, unit=unit)


def _parts(
    keys: ExhibitKeys,
    column: ColumnKeys,
    statistic: Statistic,
    codes: tuple[str, ...],
    at: tuple,
    definition: Definition,
) -> tuple[Choice | Variable | None, dict[str, Any]]:
    """What a statistic needs to know of its question, and the answer, item or variable that lends its label."""
    question = column.question or keys.question
    if question is None:
        definition.refuse(f"column {column.id!r} names no question, and its exhibit names none either", at)
    asked_at = (*at, "question") if column.question else (*at[:2], "question")
    match statistic:
        case Statistic.SHARE | Statistic.COUNT:
            possible = answers_of(question, keys, asked_at, definition)
            answers = column.answers or (column.id,)
            for code in answers:
                definition.known(code, possible, f"answer of {question}", at)
            source = _source(question, definition)
            bins = Dimension(title=question, variable=question, bands=keys.bins) if source is Source.NUMBER else None
            unit = "share" if statistic is Statistic.SHARE else "count"
            labelled = possible[answers[0]] if len(answers) == 1 else None
            parts = dict(source=source, reads=(question,), answers=tuple(answers), bins=bins, unit=unit)
        case Statistic.MEAN_SHARE:
            items = items_of(question, asked_at, definition)
            for code in (*codes, column.id):
                definition.known(code, items, f"item of {question}", at)
            labelled = items[column.id]
            whole = tuple(f"{question}.{code}" for code in codes)
            question = f"{question}.{column.id}"
            parts = dict(source=Source.NUMBER, reads=(question,), whole=whole, unit="share")
        case Statistic.SHARE_NONZERO:
            labelled = _number(question, keys, asked_at, definition)
            parts = dict(source=Source.NUMBER, reads=(question,), unit="share")
        case Statistic.MEDIAN | Statistic.MEDIAN_NONZERO | Statistic.MEAN:
            labelled = _number(question, keys, asked_at, definition)
            unit = column.unit or keys.unit or labelled.unit or "count"
            parts = dict(source=Source.NUMBER, reads=(question,), unit=unit)
        case Statistic.RATIO_OF_SUMS | Statistic.MEAN_OF_RATIOS | Statistic.MEDIAN_OF_RATIOS:
            labelled = _number(question, keys, asked_at, definition)
            per = column.per or keys.per
            if per is None:
                definition.refuse(f"a {statistic.value} needs per, the number that is divided by", at)
            _number(per, keys, (*at, "per") if column.per else (*at[:2], "per"), definition)
            parts = dict(source=Source.NUMBER, reads=(question, per), unit=column.unit or keys.unit or "ratio")
        case Statistic.TEXT | Statistic.POINTS:
            raise AssertionError("a column has another statistic")
    return labelled, dict(question=question, **parts)


def answers_of(question: str, keys: ExhibitKeys, at: tuple, definition: Definition) -> dict[str, Choice]:
    """The answers that can have a share, by code: choices, or the bins of a number.

    Refused when the question is unknown, has none, or does not fit the rows.
    """
    variables, codebook = definition.codebook.variables(), definition.codebook
    asked = variables[question].question if question in variables else question
    definition.known(asked, [*codebook.questions, *codebook.derived], "question", at)
    source = _source(asked, definition)
    if source is Source.NUMBER and not keys.bins:
        definition.refuse(f"{question!r} is not a choice or a ranking, so it has no shares without bins", at)
    if source is Source.NUMBER:
        _number(question, keys, at, definition)
        return {b.id: Choice(code=b.id, label=b.label) for b in keys.bins}
    if source is Source.SINGLE:
        for name in _names(question, keys, definition):
            definition.known(name, variables, "question", at)
    elif keys.rows is not None or question != asked:
        definition.refuse(f"shares of {asked!r} are of the question as a whole, not of its items", at)
    return {c.code: c for c in codebook.choices(asked)}


def items_of(question: str, at: tuple, definition: Definition) -> dict[str, Choice]:
    """The items of a question or derived number by code; refused when it is unknown or has none."""
    codebook = definition.codebook
    definition.known(question, [*codebook.questions, *codebook.derived], "question", at)
    items = {c.code: c for c in codebook.items(question)}
    if not items:
        definition.refuse(f"{question!r} has no items, so a company has no shares of it", at)
    return items


def _source(question: str, definition: Definition) -> Source:
    kind = next(v.kind for v in definition.codebook.variables().values() if question in (v.question, v.name))
    return Source(kind.value) if kind in (Kind.single, Kind.multiple, Kind.ranking) else Source.NUMBER


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

"""From the keys of an exhibit to its measures: which columns there are, and what stands beside them."""

from __future__ import annotations

from dataclasses import replace

from pipeline.figures.checking import Definition
from pipeline.figures.definitions import Measure, Place
from pipeline.figures.exhibits_file import ColumnKeys, CompanionKeys, ExhibitKeys, Measured
from pipeline.figures.ledger import N
from pipeline.figures.measures import answers_of, axes_of, items_of, measure_of
from pipeline.figures.vocabulary import RATIOS, Statistic
from pipeline.responses.bands import edge_problem


def measures_of(keys: ExhibitKeys, at: tuple, definition: Definition) -> tuple[Measure, ...]:
    """All measures of one exhibit: its columns or axes, its total, its callouts."""
    if keys.statistic is Statistic.TEXT:
        return ()
    if keys.rows is not None:
        definition.known(keys.rows.items, definition.codebook.lists, "list", (*at, "rows", "items"))
    _check_bins(keys, at, definition)
    if keys.per is not None and keys.statistic not in RATIOS:
        definition.refuse(f"only a ratio is per something, not a {keys.statistic.value}", (*at, "per"))
    measures = list(axes_of(keys, at, definition)) if keys.points else _table(keys, at, definition)
    beside = [(keys.total, (*at, "total"), Place.TOTAL)] if keys.total else []
    beside += [(c, (*at, "callouts", i), Place.CALLOUT) for i, c in enumerate(keys.callouts)]
    codes = tuple(m.id for m in measures)
    for companion, place_in_file, place in beside:
        if companion.column in {m.id for m in measures} | {N}:
            definition.refuse(f"the column {companion.column!r} is defined twice", place_in_file)
        column = _as_column(companion)
        measures.append(replace(measure_of(keys, column, codes, place_in_file, definition), place=place))
    if keys.bins and not any(m.bins for m in measures):
        definition.refuse("bins cut a number, and no column here is a share or count of one", (*at, "bins"))
    return tuple(measures)


def _table(keys: ExhibitKeys, at: tuple, definition: Definition) -> list[Measure]:
    columns = _columns(keys, at, definition)
    definition.once([c.id for c, _ in columns], "column", (*at, "columns"))
    codes = tuple(c.id for c, _ in columns)
    if N in codes:
        definition.refuse(f"{N!r} is the base of each row and cannot be a column", (*at, "columns"))
    return [measure_of(keys, column, codes, place, definition) for column, place in columns]


def _columns(keys: ExhibitKeys, at: tuple, definition: Definition) -> list[tuple[ColumnKeys, tuple]]:
    """The columns and where they stand in the file: as listed, a list of the codebook, all answers, or just one."""
    if isinstance(keys.columns, tuple):
        listed = [ColumnKeys(id=c) if isinstance(c, str) else c for c in keys.columns]
        return [(c, (*at, "columns", i)) for i, c in enumerate(listed)]
    if isinstance(keys.columns, str):
        definition.known(keys.columns, definition.codebook.lists, "list", (*at, "columns"))
        return [(ColumnKeys(id=c.code), (*at, "columns")) for c in definition.codebook.lists[keys.columns]]
    match keys.statistic:
        case Statistic.SHARE | Statistic.COUNT if keys.column is None:
            answers = answers_of(keys.question, keys, (*at, "question"), definition)
            return [(ColumnKeys(id=code), (*at, "question")) for code in answers]
        case Statistic.MEAN_SHARE:
            items = items_of(keys.question, (*at, "question"), definition)
            return [(ColumnKeys(id=code), (*at, "question")) for code in items]
        case _:
            named_at = "column" if keys.column else "question"
            column = keys.column or keys.statistic.value
            return [(ColumnKeys(id=column, label=column.replace("_", " ").capitalize()), (*at, named_at))]


def _as_column(companion: CompanionKeys) -> ColumnKeys:
    return ColumnKeys(id=companion.column, **companion.model_dump(include=set(Measured.model_fields)))


def _check_bins(keys: ExhibitKeys, at: tuple, definition: Definition) -> None:
    definition.once([b.id for b in keys.bins], "bin", (*at, "bins"))
    problem = edge_problem(keys.bins)
    if problem is not None:
        place, says = problem
        definition.refuse(says, (*at, "bins", place))

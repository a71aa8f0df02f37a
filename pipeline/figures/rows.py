"""Which rows an exhibit has: the whole sample, the bands of its dimensions, or the items of its questions."""

from __future__ import annotations

from pipeline.figures.checking import Definition
from pipeline.figures.definitions import Row
from pipeline.figures.exhibits_file import ExhibitKeys
from pipeline.figures.ledger import ALL, COMPANY, OVERALL
from pipeline.figures.vocabulary import Statistic
from pipeline.responses.bands import has_edges
from pipeline.responses.schema import NUMERIC, Kind


def rows_of(keys: ExhibitKeys, usual: tuple[str, ...], at: tuple, definition: Definition) -> tuple[Row, ...]:
    """The rows of one exhibit, bands without respondents included.

    Unless it says otherwise it is cut by the report's `usual` dimensions, those of them that its survey has; a scatter
    is not cut, and a text has no rows.
    """
    codebook = definition.codebook
    if keys.statistic is Statistic.TEXT:
        return ()
    if keys.rows is not None:
        return tuple(
            Row(keys.rows.dimension, item.code, item.label, keys.rows.title, is_item=True)
            for item in codebook.lists[keys.rows.items]
        )
    dimensions = keys.dimensions
    if dimensions is None:
        dimensions = () if keys.points else tuple(name for name in usual if name in codebook.dimensions)
    for name, variable in keys.cut_by.items():
        definition.known(name, dimensions, "dimension of this exhibit", (*at, "cut_by", name))
        _check_cut(name, variable, (*at, "cut_by", name), definition)
    rows = [Row(OVERALL, ALL, f"All {codebook.survey.respondents}")]
    for i, name in enumerate(dimensions):
        definition.known(name, codebook.dimensions, "dimension", (*at, "dimensions", i))
        if keys.points and name == COMPANY:
            definition.refuse(f"the points of a scatter stand under {COMPANY!r} already", (*at, "dimensions", i))
        dimension = codebook.dimensions[name]
        rows += [Row(name, b.id, b.label, dimension.title, keys.cut_by.get(name)) for b in dimension.bands]
    return tuple(rows)


def _check_cut(dimension: str, variable: str, at: tuple, definition: Definition) -> None:
    """A dimension can be cut by another number, or by a choice whose codes are its bands."""
    codebook = definition.codebook
    definition.known(variable, codebook.variables(), "question", at)
    definition.known(dimension, codebook.dimensions, "dimension", at)
    kind, bands = codebook.variables()[variable].kind, codebook.dimensions[dimension].bands
    if kind is Kind.single:
        for choice in codebook.choices(variable):
            definition.known(choice.code, [band.id for band in bands], f"band of {dimension}", at)
    elif kind not in NUMERIC or not has_edges(codebook.dimensions[dimension]):
        definition.refuse(f"{variable!r} cannot be cut into the bands of {dimension}", at)

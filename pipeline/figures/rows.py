"""Which rows an exhibit has: the whole sample, the bands of its dimensions, or the items of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.figures.checking import Definition
from pipeline.figures.definitions import Exhibit, Row
from pipeline.figures.exhibits_file import ExhibitKeys, ExhibitsFile, MergedKeys
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
        if name == OVERALL:
            definition.refuse(f"{OVERALL!r} is the row of all; the dimension needs another id", (*at, "dimensions", i))
        if keys.points and name == COMPANY:
            definition.refuse(f"the points of a scatter stand under {COMPANY!r} already", (*at, "dimensions", i))
        dimension = codebook.dimensions[name]
        rows += [Row(name, b.id, b.label, dimension.title, keys.cut_by.get(name)) for b in dimension.bands]
    return tuple(rows)


def with_merged(exhibit: Exhibit, merged: Mapping[str, MergedKeys]) -> Exhibit:
    """The exhibit with a row for each merged band of the dimensions that it is cut by, after its own rows.

    A merged band takes together the exhibit's own bands, cut by whatever they are cut by, so that it adds up to them.
    """
    own = {(row.dimension, row.band): row for row in exhibit.rows if not row.is_item}
    wider = [
        Row(name, band.id, band.label, keys.title, parts=tuple(own[keys.of, part] for part in band.of))
        for name, keys in merged.items()
        if keys.of in {dimension for dimension, _ in own}
        for band in keys.bands
    ]
    return replace(exhibit, rows=exhibit.rows + tuple(wider))


def check_merged(keys: ExhibitsFile, definition: Definition) -> None:
    """Refuse merged bands whose dimension or bands are not those of the codebook, or that take the name of another."""
    dimensions = definition.codebook.dimensions
    for name, merged in keys.disclosure.merged.items():
        at = ("disclosure", "merged", name)
        if name in (*dimensions, OVERALL, COMPANY):
            definition.refuse(f"there is a dimension {name!r} already; choose another id", at)
        definition.known(merged.of, dimensions, "dimension", (*at, "of"))
        bands = [band.id for band in dimensions[merged.of].bands]
        definition.once([band.id for band in merged.bands], "band", (*at, "bands"))
        for i, band in enumerate(merged.bands):
            for part in band.of:
                definition.known(part, bands, f"band of {merged.of}", (*at, "bands", i, "of"))
        taken = [part for band in merged.bands for part in band.of]
        for part in bands:
            if taken.count(part) > 1:
                definition.refuse(f"the band {part!r} stands in two merged bands", (*at, "bands"))


def _check_cut(dimension: str, variable: str, at: tuple, definition: Definition) -> None:
    """A dimension can be cut by another number, or by a choice whose codes are its bands."""
    codebook = definition.codebook
    definition.known(variable, codebook.variables(), "question", at)
    definition.known(dimension, codebook.dimensions, "dimension", at)
    if codebook.dimensions[dimension].cross:
        definition.refuse(f"{dimension!r} crosses other dimensions and cannot be cut by {variable!r}", at)
    kind, bands = codebook.variables()[variable].kind, codebook.dimensions[dimension].bands
    if kind is Kind.single:
        for choice in codebook.choices(variable):
            definition.known(choice.code, [band.id for band in bands], f"band of {dimension}", at)
    elif kind not in NUMERIC or not has_edges(codebook.dimensions[dimension]):
        definition.refuse(f"{variable!r} cannot be cut into the bands of {dimension}", at)

"""exhibits.yaml, read and worked out: which rows and columns each exhibit has, and what each of them computes.

Everything is checked against the codebook here, so that a definition that loads can be computed. An exhibit is
rows by measures: the whole sample first, then each band of each dimension in order, bands without companies included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.figures import words
from pipeline.figures.changes import changes_of
from pipeline.figures.checking import Definition
from pipeline.figures.columns import measures_of
from pipeline.figures.definitions import (
    AUDIENCES,
    Exhibit,
    Measure,
    Place,
    Report,
    Row,
    Source,
)
from pipeline.figures.exhibits_file import Disclosure, ExhibitKeys, ExhibitsFile, Thresholds
from pipeline.figures.facts import read_references
from pipeline.figures.headlines import check_headline, exhibits_named
from pipeline.figures.ledger import FACTS, Cell
from pipeline.figures.rows import check_merged, rows_of
from pipeline.figures.rules import RuleError
from pipeline.figures.vocabulary import SHARES, Chart, Order, Statistic
from pipeline.responses.codebook import Codebook, read_codebook
from pipeline.responses.strict_yaml import load_as

__all__ = [
    "AUDIENCES", "Chart", "Disclosure", "Exhibit", "Measure", "Order", "Place", "Report", "Row", "Source", "Statistic",
    "Thresholds", "read_exhibits", "read_report",
]  # fmt: skip


def read_exhibits(path: Path, codebook: Codebook) -> Report:
    """Read, check and work out exhibits.yaml against the codebook.

    Raises InputError with file, line and key for anything that is unknown, double or contradictory.
    """
    keys, document = load_as(path, ExhibitsFile)
    definition = Definition(document, codebook)
    definition.once([c.id for c in keys.chapters], "chapter", ("chapters",))
    definition.once([e.id for e in keys.exhibits], "exhibit", ("exhibits",))
    for i, name in enumerate(keys.report.dimensions):
        definition.known(name, codebook.dimensions, "dimension", ("report", "dimensions", i))
    check_merged(keys, definition)
    external, known = keys.disclosure.external, [exhibit.id for exhibit in keys.exhibits]
    for key, names in (("withhold_first", external.withhold_first), ("withhold_last", external.withhold_last)):
        for i, name in enumerate(names):
            definition.known(name.partition(".")[0], known, "exhibit", ("disclosure", "external", key, i))
    surveys = _surveys(keys, definition)
    references = {cell.column: cell for cell in read_references(path.parent / "references.csv")}
    exhibits = tuple(
        _exhibit(keys, i, replace(definition, codebook=surveys.get(exhibit.survey, codebook)), references)
        for i, exhibit in enumerate(keys.exhibits)
    )
    return Report(
        title=keys.report.title,
        kicker=keys.report.kicker,
        subtitle=keys.report.subtitle,
        notebooks=path.parent / keys.report.notebooks,
        dimensions=keys.report.dimensions,
        disclosure=keys.disclosure,
        chapters=keys.chapters,
        exhibits=_with_headlines(exhibits, definition),
        path=path,
        surveys=surveys,
        lines={exhibit.id: document.line("exhibits", i) for i, exhibit in enumerate(exhibits)},
    )


def read_report(edition: Path, codebook: Codebook) -> Report:
    """The report that an edition folder defines: its exhibits.yaml, read as `read_exhibits` does."""
    return read_exhibits(edition / "exhibits.yaml", codebook)


def _surveys(keys: ExhibitsFile, definition: Definition) -> dict[str, Codebook]:
    """The codebooks of the sub-surveys that exhibits name: folders of the edition that hold one."""
    edition = definition.document.file.parent
    folders = sorted(path.parent.name for path in edition.glob("*/codebook.yaml"))
    found: dict[str, Codebook] = {}
    for i, exhibit in enumerate(keys.exhibits):
        if exhibit.survey is not None and exhibit.survey not in found:
            definition.known(exhibit.survey, folders, "sub-survey", ("exhibits", i, "survey"))
            found[exhibit.survey] = read_codebook(edition / exhibit.survey / "codebook.yaml")
    return found


def _exhibit(file: ExhibitsFile, number: int, definition: Definition, references: Mapping[str, Cell]) -> Exhibit:
    keys, at = file.exhibits[number], ("exhibits", number)
    if keys.id in FACTS:
        definition.refuse(f"{keys.id!r} is an exhibit of every ledger; choose another id", (*at, "id"))
    definition.known(keys.chapter, {c.id for c in file.chapters}, "chapter", (*at, "chapter"))
    measures = measures_of(keys, at, definition)
    _check_print(keys, measures, at, definition)
    if keys.where is not None:
        definition.condition(keys.where, (*at, "where"))
    rows = rows_of(keys, file.report.dimensions, at, definition)
    return Exhibit(
        id=keys.id,
        chapter=keys.chapter,
        title=keys.title,
        measure=keys.measure,
        statistic=keys.statistic,
        measures=measures,
        rows=rows,
        survey=keys.survey,
        layout=keys.layout,
        question=keys.question,
        question_text=words.question_text(keys.question, definition),
        add_to_100=keys.add_to_100,
        where=_where(keys),
        base=keys.base or words.base(keys, definition),
        note=keys.note or "",
        cut_notes=words.cut_notes(keys, definition),
        chart=keys.chart,
        order=keys.order,
        last=keys.last,
        changes=changes_of(keys, measures, rows, references, at, definition),
        headlines=keys.headlines,
    )


def _check_print(keys: ExhibitKeys, measures: tuple[Measure, ...], at: tuple, definition: Definition) -> None:
    """Refuse an order or a rounding that the columns do not allow."""
    for i, column in enumerate(keys.last):
        definition.known(column, {m.id for m in measures}, "column", (*at, "last", i))
    table = [m for m in measures if m.place is Place.TABLE]
    if keys.add_to_100 and not all(_can_add_to_100(m) for m in table):
        definition.refuse("only shares of a single choice and mean shares can add to 100", (*at, "add_to_100"))
    if keys.order is Order.BY_SHARE and (keys.rows or keys.statistic not in (*SHARES, Statistic.MEAN_SHARE)):
        definition.refuse("only shares by dimension can be ordered by the share of the whole sample", (*at, "order"))


def _where(keys: ExhibitKeys) -> str | None:
    """The condition of the base; in a scatter nobody counts who has no point, not in its callouts either."""
    if keys.points is None:
        return keys.where
    placed = f"answered({keys.points.x}, {keys.points.y})"
    return f"({keys.where}) and {placed}" if keys.where else placed


def _can_add_to_100(measure: Measure) -> bool:
    alone = measure.source is Source.SINGLE or measure.bins is not None
    return measure.statistic is Statistic.MEAN_SHARE or (measure.statistic is Statistic.SHARE and alone)


def _with_headlines(exhibits: tuple[Exhibit, ...], definition: Definition) -> tuple[Exhibit, ...]:
    """The exhibits, each with those that its headline rules name; a rule that names what is not there is refused."""
    addresses = {address for exhibit in exhibits for address in exhibit.addresses()}
    by_id = {exhibit.id: exhibit for exhibit in exhibits}
    found = []
    for i, exhibit in enumerate(exhibits):
        named: dict[str, Exhibit] = {}
        for j, headline in enumerate(exhibit.headlines):
            try:
                named |= exhibits_named(headline, by_id)
                check_headline(headline, replace(exhibit, named=named), addresses)
            except RuleError as error:
                definition.refuse(str(error), ("exhibits", i, "headlines", j))
        found.append(replace(exhibit, named=named))
    return tuple(found)

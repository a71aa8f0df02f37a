"""exhibits.yaml, read and worked out: which rows and columns each exhibit has, and what each of them computes.

Everything is checked against the codebook here, so that a definition that loads can be computed. An exhibit is
rows by measures: the whole sample first, then each band of each dimension in order, bands without companies included.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.figures.columns import Definition, measures_of
from pipeline.figures.definitions import (
    AUDIENCES,
    Exhibit,
    Measure,
    Place,
    Report,
    Row,
    Source,
)
from pipeline.figures.exhibits_file import (
    Chart,
    Disclosure,
    ExhibitKeys,
    ExhibitsFile,
    Order,
    Statistic,
    Thresholds,
)
from pipeline.figures.headlines import check_headline
from pipeline.figures.ledger import ALL, FACTS, OVERALL
from pipeline.figures.rules import RuleError
from pipeline.responses import language
from pipeline.responses.bands import has_edges
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import NUMERIC, Kind
from pipeline.responses.strict_yaml import load_as

SHARES = (Statistic.SHARE, Statistic.SHARE_NONZERO, Statistic.MEAN_SHARE)

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
    exhibits = tuple(_exhibit(keys, i, definition) for i in range(len(keys.exhibits)))
    _check_headlines(exhibits, definition)
    return Report(
        title=keys.report.title,
        kicker=keys.report.kicker,
        subtitle=keys.report.subtitle,
        notebooks=path.parent / keys.report.notebooks,
        dimensions=keys.report.dimensions,
        disclosure=keys.disclosure,
        chapters=keys.chapters,
        exhibits=exhibits,
        path=path,
        lines={exhibit.id: document.line("exhibits", i) for i, exhibit in enumerate(exhibits)},
    )


def read_report(edition: Path, codebook: Codebook) -> Report:
    """The report that an edition folder defines: its exhibits.yaml, read as `read_exhibits` does."""
    return read_exhibits(edition / "exhibits.yaml", codebook)


def _exhibit(file: ExhibitsFile, number: int, definition: Definition) -> Exhibit:
    keys, at = file.exhibits[number], ("exhibits", number)
    if keys.id in FACTS:
        definition.refuse(f"{keys.id!r} is an exhibit of every ledger; choose another id", (*at, "id"))
    definition.known(keys.chapter, {c.id for c in file.chapters}, "chapter", (*at, "chapter"))
    measures = measures_of(keys, at, definition)
    for i, column in enumerate(keys.last):
        definition.known(column, {m.id for m in measures}, "column", (*at, "last", i))
    table = [m for m in measures if m.place is Place.TABLE]
    if keys.add_to_100 and not all(_can_add_to_100(m) for m in table):
        definition.refuse("only shares of a single choice and mean shares can add to 100", (*at, "add_to_100"))
    if keys.order is Order.BY_SHARE and (keys.rows or keys.statistic not in SHARES):
        definition.refuse("only shares by dimension can be ordered by the share of the whole sample", (*at, "order"))
    if keys.where is not None:
        _check_where(keys.where, at, definition)
    return Exhibit(
        id=keys.id,
        chapter=keys.chapter,
        title=keys.title,
        measure=keys.measure,
        statistic=keys.statistic,
        measures=measures,
        rows=_rows(keys, file.report.dimensions, at, definition),
        question=keys.question,
        question_text=_question_text(keys.question, definition),
        add_to_100=keys.add_to_100,
        where=keys.where,
        base=keys.base or _base(keys, definition),
        note=keys.note or "",
        cut_notes=_cut_notes(keys, definition),
        chart=keys.chart,
        order=keys.order,
        last=keys.last,
        headlines=keys.headlines,
    )


def _check_headlines(exhibits: tuple[Exhibit, ...], definition: Definition) -> None:
    addresses = {address for exhibit in exhibits for address in exhibit.addresses()}
    for i, exhibit in enumerate(exhibits):
        for j, headline in enumerate(exhibit.headlines):
            try:
                check_headline(headline, exhibit, addresses)
            except RuleError as error:
                definition.refuse(str(error), ("exhibits", i, "headlines", j))


def _can_add_to_100(measure: Measure) -> bool:
    return measure.statistic is Statistic.MEAN_SHARE or measure.source is Source.SINGLE


def _rows(keys: ExhibitKeys, usual: tuple[str, ...], at: tuple, definition: Definition) -> tuple[Row, ...]:
    codebook = definition.codebook
    if keys.rows is not None:
        return tuple(
            Row(keys.rows.dimension, item.code, item.label, keys.rows.title, is_item=True)
            for item in codebook.lists[keys.rows.items]
        )
    dimensions = usual if keys.dimensions is None else keys.dimensions
    for name, variable in keys.cut_by.items():
        definition.known(name, dimensions, "dimension of this exhibit", (*at, "cut_by", name))
        _check_cut(name, variable, (*at, "cut_by", name), definition)
    rows = [Row(OVERALL, ALL, f"All {codebook.survey.respondents}")]
    for i, name in enumerate(dimensions):
        definition.known(name, codebook.dimensions, "dimension", (*at, "dimensions", i))
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


def _check_where(where: str, at: tuple, definition: Definition) -> None:
    try:
        meaning = language.check(where, definition.codebook)
    except language.ExpressionError as error:
        definition.refuse(str(error), (*at, "where"))
    if meaning.type != language.BOOLEAN:
        definition.refuse(f"{where!r} does not say yes or no", (*at, "where"))


def _question_text(question: str | None, definition: Definition) -> str:
    """The words of a question or derived number; for one of its items, with the item's label."""
    if question is None:
        return ""
    codebook = definition.codebook
    variable = codebook.variables().get(question)
    entry_id = variable.question if variable is not None else question
    entry = codebook.questions.get(entry_id)
    text = entry.text if entry is not None else codebook.derived[entry_id].label
    return f"{text}: {variable.label}" if variable is not None and variable.item else text


def _base(keys: ExhibitKeys, definition: Definition) -> str:
    """Who is counted, in words, when the definition does not say it."""
    companies = definition.codebook.survey.respondents.capitalize()
    match keys.statistic:
        case Statistic.MEDIAN_NONZERO:
            return f"{companies} with a number above zero"
        case Statistic.MEAN_SHARE:
            return f"{companies} with a total above zero"
        case Statistic.SHARE | Statistic.SHARE_NONZERO | Statistic.MEDIAN | Statistic.MEAN:
            return f"{companies} that answered"


def _cut_notes(keys: ExhibitKeys, definition: Definition) -> tuple[str, ...]:
    return tuple(
        f"{definition.codebook.dimensions[name].title} as answered to: {_question_text(variable, definition)}"
        for name, variable in keys.cut_by.items()
    )

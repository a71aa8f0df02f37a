"""exhibits.yaml, read and worked out: which rows and columns each exhibit has, and what each of them computes.

Everything is checked against the codebook here, so that a definition that loads can be computed. An exhibit is
rows by measures: the whole sample first, then each band of each dimension in order, bands without companies included.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import InputError
from pipeline.figures.columns import Definition, measures_of
from pipeline.figures.definitions import (
    AUDIENCES,
    Exhibit,
    Measure,
    Place,
    Report,
    Row,
    Source,
    nearest,
)
from pipeline.figures.exhibits_file import (
    Chart,
    Disclosure,
    ExhibitKeys,
    ExhibitsFile,
    Keys,
    Order,
    Statistic,
    Thresholds,
)
from pipeline.figures.ledger import ALL, OVERALL
from pipeline.figures.yaml_lines import load

__all__ = [
    "AUDIENCES", "Chart", "Disclosure", "Exhibit", "Measure", "Order", "Place", "Report", "Row", "Source", "Statistic",
    "Thresholds", "read_exhibits",
]  # fmt: skip


def read_exhibits(path: Path, codebook: Any) -> Report:
    """Read, check and work out exhibits.yaml against the codebook.

    Raises InputError with file, line and key for anything that is unknown, double or contradictory.
    """
    data, lines = load(path)
    try:
        keys = ExhibitsFile.model_validate(data)
    except ValidationError as error:
        raise _input_error(error, path, lines) from None
    definition = Definition(path, lines, codebook)
    definition.once([c.id for c in keys.chapters], "chapter", ("chapters",))
    definition.once([e.id for e in keys.exhibits], "exhibit", ("exhibits",))
    for i, name in enumerate(keys.report.dimensions):
        definition.known(name, codebook.dimensions, "dimension", ("report", "dimensions", i))
    exhibits = tuple(_exhibit(keys, i, definition) for i in range(len(keys.exhibits)))
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
        lines={exhibit.id: lines(("exhibits", i)) for i, exhibit in enumerate(exhibits)},
    )


def _exhibit(file: ExhibitsFile, number: int, definition: Definition) -> Exhibit:
    keys, at = file.exhibits[number], ("exhibits", number)
    definition.known(keys.chapter, {c.id for c in file.chapters}, "chapter", (*at, "chapter"))
    measures = measures_of(keys, at, definition)
    for i, column in enumerate(keys.last):
        definition.known(column, {m.id for m in measures}, "column", (*at, "last", i))
    table = [m for m in measures if m.place is Place.TABLE]
    if keys.add_to_100 and not all(_can_add_to_100(m) for m in table):
        definition.refuse("only shares of a single choice and mean shares can add to 100", (*at, "add_to_100"))
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
        definition.known(variable, codebook.variables(), "question", (*at, "cut_by", name))
    rows = [Row(OVERALL, ALL, f"All {codebook.survey.respondents}")]
    for i, name in enumerate(dimensions):
        definition.known(name, codebook.dimensions, "dimension", (*at, "dimensions", i))
        dimension = codebook.dimensions[name]
        rows += [Row(name, b.id, b.label, dimension.title, keys.cut_by.get(name)) for b in dimension.bands]
    return tuple(rows)


def _question_text(question: str | None, definition: Definition) -> str:
    """The words of the question; for one item of several, the question's words and the item's label."""
    variables = definition.codebook.variables()
    variable = variables.get(question or "")
    if variable is not None:
        return variable.label
    return next((v.label for v in variables.values() if v.question == question), "")


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


def _input_error(error: ValidationError, path: Path, lines: Any) -> InputError:
    """The first complaint of pydantic as one sentence with the line of its key."""
    first = error.errors()[0]
    at = tuple(part for part in first["loc"] if part not in ("str", "ColumnKeys") and "tuple[" not in str(part))
    key = next((str(part) for part in reversed(at) if isinstance(part, str)), None)
    match first["type"]:
        case "extra_forbidden":
            message = f"unknown key {key!r}{nearest(str(key), _allowed(at[:-1]))}"
        case "missing":
            message, at = f"the key {key!r} is missing", at[:-1]
        case "value_error":
            message = str(first["ctx"]["error"])
        case _:
            message = f"{first['msg']}, found {first['input']!r}"
    return InputError(message, file=path, line=lines(at), key=key)


def _allowed(at: tuple) -> list[str]:
    """The keys that may stand at this place of the file."""
    model: type[Keys] = ExhibitsFile
    for part in at:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[Keys] | None:
    """The model inside an annotation such as tuple[ExhibitKeys, ...] or RowsKeys | None."""
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        return annotation
    found = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in found if model is not None), None)

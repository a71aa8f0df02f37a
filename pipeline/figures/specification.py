"""What exhibits.yaml defines, as rows of the database: each exhibit, each of its columns, whom each figure is about.

`subset` and `counts` are rules in the language of the codebook, so that they can be read, evaluated again over the
answers, or translated into another language. `{item}` stands for the item that the figure's row names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.figures.definitions import Exhibit, Measure, Row, Source
from pipeline.figures.facts import TITLES
from pipeline.figures.ledger import ALL, CHANGE, COMPANY, OVERALL, Cell, Ledger, N, address
from pipeline.figures.vocabulary import SHARES, Statistic
from pipeline.responses.bands import has_edges
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import NUMERIC, Band

ITEM = "{item}"


def subset(exhibit: Exhibit, row: Row, codebook: Codebook) -> str:
    """The rule that a respondent meets who stands in a row's band and in the exhibit's base; empty where all do."""
    parts = [exhibit.where] if exhibit.where is not None else []
    if row.dimension != OVERALL and not row.is_item:
        inside = codebook.crossed_bands(row.dimension, row.band)
        parts += [_in_band(replace(row, dimension=name, band=band), codebook) for name, band in inside]
    return " and ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts)


def _in_band(row: Row, codebook: Codebook) -> str:
    dimension = codebook.dimensions[row.dimension]
    variable = row.cut_by or dimension.variable
    if has_edges(dimension) and codebook.variables()[variable].kind in NUMERIC:
        return f"band({variable}, '{row.dimension}') == '{row.band}'"
    return f"{variable} == '{row.band}'"


def counts(measure: Measure, codebook: Codebook, *, by_item: bool = False) -> str:
    """The rule that a respondent meets who counts in a share or count; empty for other statistics."""
    if measure.statistic not in SHARES:
        return ""
    question = f"{measure.question}.{ITEM}" if by_item else measure.question
    if measure.statistic is Statistic.SHARE_NONZERO:
        return f"{question} != 0"
    listed = "(" + ", ".join(f"'{code}'" for code in measure.answers) + ("," if len(measure.answers) == 1 else "") + ")"
    match measure.source:
        case Source.CONDITION:
            return measure.when
        case Source.SINGLE:
            return f"{question} in {listed}"
        case Source.MULTIPLE:
            return " or ".join(f"selected({question}, '{code}')" for code in measure.answers)
        case Source.RANKING:
            places = range(1, codebook.questions[measure.question].places + 1)
            return " or ".join(f"{question}.{place} in {listed}" for place in places)
        case Source.NUMBER:
            bins = [band for band in measure.bins.bands if band.id in measure.answers]
            return " or ".join(f"({_between(question, band)})" if len(bins) > 1 else _between(question, band)
                               for band in bins)  # fmt: skip


def _between(variable: str, band: Band) -> str:
    edges = ((">=", band.from_), (">", band.above), ("<=", band.to), ("<", band.below))
    return " and ".join(f"{variable} {sign} {edge:.17g}" for sign, edge in edges if edge is not None)


def exhibit_rows(ledger: Ledger) -> Iterator[tuple]:
    """The rows of table `exhibit`: those that the ledger has figures of, as defined, then the facts of the run."""
    present = dict.fromkeys(cell.exhibit for cell in ledger.cells)
    named = dict.fromkeys([*present, *ledger.exhibits])
    for place, name in enumerate(named, start=1):
        e = ledger.exhibits.get(name)
        if e is None:
            title = TITLES.get(name, name)
            yield (name, title, "", "", "", "", "", "", "", "", "", "", "", "", place)
            continue
        cut_by = {row.dimension: row.cut_by for row in e.rows if row.cut_by}
        yield (
            name, e.title, e.chapter, e.survey or "", e.measure, e.question or "", e.question_text, e.statistic.value,
            e.base, e.where or "", ", ".join(dict.fromkeys(row.dimension for row in e.rows)),
            ", ".join(f"{dimension}: {variable}" for dimension, variable in cut_by.items()),
            e.add_to_100.value if e.add_to_100 else "", e.note, place,
        )  # fmt: skip


def measure_rows(ledger: Ledger) -> Iterator[tuple]:
    """The rows of table `measure`: what each column of each exhibit computes, and how it is printed."""
    for e in ledger.exhibits.values():
        by_item = any(row.is_item for row in e.rows)
        codebook = ledger.surveys[e.survey or ""].codebook
        for m in e.measures:
            reads = [f"{name}.{ITEM}" for name in m.reads] if by_item else m.reads
            yield (
                measure_id(e.id, m.id), m.label, e.id, m.id, m.statistic.value, ", ".join(reads),
                counts(m, codebook, by_item=by_item), ", ".join(m.whole), m.unit, m.decimals, m.place.value,
            )  # fmt: skip


def measure_id(exhibit: str, column: str) -> str:
    """The key of table `measure`."""
    return f"{exhibit}.{column}"


class Subsets:
    """The columns `measure_id` and `subset` of each figure."""

    def __init__(self, ledger: Ledger):
        self._rows = {
            (e.id, row.dimension, row.band): subset(e, row, ledger.surveys[e.survey or ""].codebook)
            for e in ledger.exhibits.values()
            for row in e.rows
        }
        self._bases = {e.id: e.where or "" for e in ledger.exhibits.values()}

    def of(self, cell: Cell) -> tuple[str | None, str]:
        """(measure_id, subset) of a figure; a point of a scatter has the base of its exhibit, a fact has none."""
        if cell.exhibit not in self._bases:
            return None, ""
        measure = None if cell.column == N else measure_id(cell.exhibit, cell.column)
        if cell.dimension == COMPANY:
            return measure, self._bases[cell.exhibit]
        return measure, self._rows[cell.exhibit, cell.dimension, cell.band]


def operand_rows(ledger: Ledger) -> Iterator[tuple]:
    """The rows of table `operand`: which figures another one is made from or belongs to.

    A change is its FIGURE less (or in percent of) its REFERENCE; a quantile lies around its MEDIAN.
    """
    references = {
        address(e.id, c.dimension, c.band, c.column, CHANGE): address("reference", OVERALL, ALL, c.reference)
        for e in ledger.exhibits.values()
        for c in e.changes
    }
    pairs = (pair for cell in ledger.cells for pair in _operands(cell, references))
    return ((number, *pair) for number, pair in enumerate(pairs, start=1))


def _operands(cell: Cell, references: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    figure = address(cell.exhibit, cell.dimension, cell.band, cell.column)
    if cell.cell_id in references:
        return (cell.cell_id, "FIGURE", figure), (cell.cell_id, "REFERENCE", references[cell.cell_id])
    if cell.cell_id != figure:
        return ((cell.cell_id, "MEDIAN", figure),)
    return ()

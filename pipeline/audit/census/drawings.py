"""Names and figures of a drawing: what stands at one height belongs together, and no figure is missing.

A name is a text that names no figure and is the label of a row or column of the exhibit. The figures at its height must
be of that row, the nearest of that column; names of columns above or below must be in the order of the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.audit.census.html_text import Piece, place_of
from pipeline.audit.census.result import Unbound
from pipeline.figures.definitions import Report
from pipeline.figures.ledger import SHOWN, Cell, Ledger, N, address

CALLOUTS = {".callout"}
MARKS = "†‡"
LEVEL = 3.0  # points: how far the heights of two texts that stand beside each other may differ

Names = Mapping[str, set]  # the rows and columns that have a label: (dimension, band), or the column's id


class Drawing(NamedTuple):
    """One drawing of an exhibit: its alternative text and all others."""

    title: Piece
    texts: list[Piece]


class Drawn(NamedTuple):
    """A figure where it is drawn."""

    cell: Cell
    x: float
    y: float


def of_drawings(pieces: Sequence[Piece], report: Report, ledger: Ledger) -> Iterator[Unbound]:
    """What is wrong in the drawings of a page: a figure that is missing, a name at another's place."""
    above = {(piece.section, each) for piece in pieces if CALLOUTS & piece.within for each in piece.references}
    names: dict[str, Names] = {}
    for drawing in _drawings(pieces):
        yield from _undrawn(drawing, above, ledger)
        for exhibit in {reference.partition(".")[0] for text in drawing.texts for reference in text.references}:
            if exhibit not in names:
                names[exhibit] = _names(report, exhibit)
            yield from _misplaced(drawing, exhibit, names[exhibit], ledger)


def _drawings(pieces: Sequence[Piece]) -> Iterator[Drawing]:
    drawing = None
    for piece in pieces:
        if piece.element == "title" or "svg" not in piece.within:
            if drawing:
                yield drawing
            drawing = Drawing(piece, []) if {"svg", ".exhibit"} <= piece.within else None
        elif drawing:
            drawing.texts.append(piece)
    if drawing:
        yield drawing


def _undrawn(drawing: Drawing, above: set[tuple[str, str]], ledger: Ledger) -> Iterator[Unbound]:
    """Figures that the alternative text tells, or that other rows and columns let expect, and that are not drawn.

    Bases are told beside the drawing, callouts in large digits above it; a drawing may also print no figure at all, or
    only what has room in its bars: there the figures are bare, without their unit.
    """
    title, drawn = drawing.title, {each for text in drawing.texts for each in text.references}
    told = [each for each in title.references if not each.endswith((f":{N}", f".{N}"))]
    for each in told if drawn.intersection(told) else ():
        if each not in drawn and (title.section, each) not in above:
            yield Unbound("html", place_of(title), f"it tells {each}, which is missing in the drawing")
    if told:
        return
    cells = [ledger.cell(each) for each in drawn if ":" not in each and each in ledger]
    primary = {(c.exhibit, c.dimension, c.band, c.column) for c in cells if c.column != N}
    for exhibit, dimension, band in sorted({row[:3] for row in primary}):
        for column in sorted({row[3] for row in primary if row[0] == exhibit}):
            cell_id = address(exhibit, dimension, band, column)
            if cell_id not in drawn and cell_id in ledger and ledger.cell(cell_id).status == SHOWN:
                yield Unbound("html", place_of(title), f"{cell_id} is missing in the drawing, which has its row")


def _names(report: Report, exhibit: str) -> Names:
    found: dict[str, set] = {}
    for each in (e for e in report.exhibits if e.id == exhibit):
        for row in each.rows:
            found.setdefault(row.label, set()).add((row.dimension, row.band))
        for measure in each.measures:
            for label in (measure.label, measure.short):
                found.setdefault(label, set()).add(measure.id)
    return found


def _misplaced(drawing: Drawing, exhibit: str, names: Names, ledger: Ledger) -> Iterator[Unbound]:
    figures = list(_figures(drawing, exhibit, ledger))
    apart: dict[str, float] = {}  # columns whose name stands at no figure's height, with its place from the left
    for text in drawing.texts:
        meant = names.get(text.text.replace("\u00a0", " ").rstrip(MARKS), set())
        if text.references or not text.at or not meant:
            continue
        x, y = text.at
        columns = {each for each in meant if isinstance(each, str)}
        beside = sorted((f for f in figures if abs(f.y - y) <= LEVEL), key=lambda figure: abs(figure.x - x))
        if not beside:
            apart |= dict.fromkeys(columns, x)
        for figure in beside[:1] if columns else beside:
            if not meant & {figure.cell.column, _row(figure)}:
                yield Unbound("html", place_of(text), f"the name {text.text!r} stands beside {figure.cell.cell_id}")
                break
    for row in _side_by_side(figures):
        columns = [figure.cell.column for figure in row if figure.cell.column in apart]
        named = sorted(columns, key=apart.get)
        if columns != named:
            message = f"the names stand in the order {', '.join(named)}, the figures in the order {', '.join(columns)}"
            yield Unbound("html", place_of(drawing.title), message)


def _figures(drawing: Drawing, exhibit: str, ledger: Ledger) -> Iterator[Drawn]:
    for text in drawing.texts:
        cell_id = text.references[0].partition(":")[0] if len(text.references) == 1 else ""
        if text.at and cell_id.startswith(f"{exhibit}.") and cell_id in ledger:
            yield Drawn(ledger.cell(cell_id), *text.at)


def _row(figure: Drawn) -> tuple[str, str]:
    return figure.cell.dimension, figure.cell.band


def _side_by_side(figures: Sequence[Drawn]) -> Iterator[list[Drawn]]:
    """From left to right the figures of a row at one height; where there is a single row, at any height."""
    several = len(set(map(_row, figures))) > 1
    rows: dict[tuple, list[Drawn]] = {}
    for figure in figures:
        rows.setdefault((_row(figure), round(figure.y) if several else 0), []).append(figure)
    for row in rows.values():
        yield sorted(row, key=lambda figure: figure.x)

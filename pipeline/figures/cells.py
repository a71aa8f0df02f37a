"""From exact figures to the cells of the ledger: printed order, rows that add to 100, what an audience may see."""

from __future__ import annotations

from fractions import Fraction

from pipeline.errors import InputError
from pipeline.figures.changes import change_cell
from pipeline.figures.definitions import Exhibit, Measure, Place, Report, Row
from pipeline.figures.disclosure import mark
from pipeline.figures.draw import QUARTILES, Drawing, Drawn, in_base
from pipeline.figures.exhibits_file import Thresholds
from pipeline.figures.formats import EN_DASH, format_below, format_value, half_up
from pipeline.figures.ledger import EMPTY, OVERALL, SHOWN, Cell, N, address
from pipeline.figures.rounding import add_to_100
from pipeline.figures.vocabulary import Order

NARROW = 5  # points; a middle half under this is printed with one decimal (design.md section 5)


def cells_of(exhibit: Exhibit, drawn: Drawing, report: Report, thresholds: Thresholds) -> list[Cell]:
    """Rows in order; in a row the base, then the measures in printed order, each followed by its quartiles and change.

    Raises InputError when a row is to add to 100 but its columns leave answers out.
    """
    measures = [m for m in _in_printed_order(exhibit, drawn) if m.place is not Place.AXIS]
    decimals = {m: _decimals(m, exhibit, drawn) for m in measures}
    status = {m: _statuses(exhibit, [drawn[row, m].figure.n for row in exhibit.rows], thresholds) for m in measures}
    changes = {(change.dimension, change.band, change.column): change for change in exhibit.changes}
    cells: list[Cell] = []
    for i, row in enumerate(exhibit.rows):
        base = _base_cell(exhibit, row, len(in_base(exhibit, row, drawn)), thresholds)
        cells.append(base)
        forced = _forced(exhibit, row, drawn, report) if exhibit.adds_to_100(row) else {}
        for measure in measures:
            figures = _measure_cells(
                exhibit, row, measure, drawn[row, measure], decimals[measure], status[measure][i],
                forced.get(measure), thresholds,
            )  # fmt: skip
            change = changes.get((row.dimension, row.band, measure.id))
            if change is not None:
                stat = drawn[row, measure].figure.stat
                figures.append(change_cell(change, stat, figures[0], decimals[measure]))
            cells += figures
    return cells


def _in_printed_order(exhibit: Exhibit, drawn: Drawing) -> list[Measure]:
    """Measures as they are printed: as listed, or by the share of the whole sample with the `last` ones at the end."""
    if exhibit.order is Order.AS_LISTED:
        return list(exhibit.measures)
    whole = exhibit.rows[0]

    def place(measure: Measure) -> tuple:
        if measure.place is not Place.TABLE:
            return (1, 0)
        if measure.id in exhibit.last:
            return (0, 1, exhibit.last.index(measure.id))
        return (0, 0, -(drawn[whole, measure].figure.stat or 0))

    return sorted(exhibit.measures, key=place)


def _decimals(measure: Measure, exhibit: Exhibit, drawn: Drawing) -> int | None:
    """Decimals of a column: as defined, else one for a percent whose middle half over the whole sample is narrow."""
    whole = exhibit.rows[0]
    quartiles = drawn[whole, measure].quartiles
    if measure.decimals is None and measure.unit == "percent" and whole.dimension == OVERALL and quartiles:
        return 1 if quartiles[1] - quartiles[0] < NARROW else None
    return measure.decimals


def _statuses(exhibit: Exhibit, bases: list[int], thresholds: Thresholds) -> list[str]:
    """Status per row; each dimension is decided as a whole, because its bands divide the sample."""
    found: list[str] = []
    for dimension in dict.fromkeys(row.dimension for row in exhibit.rows):
        inside = [(row, n) for row, n in zip(exhibit.rows, bases, strict=True) if row.dimension == dimension]
        partition = dimension != OVERALL and not inside[0][0].is_item
        found += statuses([n for _, n in inside], thresholds, partition=partition)
    return found


def _base_cell(exhibit: Exhibit, row: Row, n: int, thresholds: Thresholds) -> Cell:
    return Cell(
        cell_id=address(exhibit.id, row.dimension, row.band, N),
        exhibit=exhibit.id,
        dimension=row.dimension,
        band=row.band,
        column=N,
        stat_name=N,
        stat=float(n),
        printed=format_value(n, "count"),
        unit="count",
        n=n,
        status=SHOWN if n else EMPTY,
        mark=mark(n, thresholds),
        label=f"n, {row.label}",
    )


def _forced(exhibit: Exhibit, row: Row, drawn: Drawing, report: Report) -> dict[Measure, Fraction]:
    """The printed numbers of a row that is to add to 100."""
    columns = [measure for measure in exhibit.columns if drawn[row, measure].figure.stat is not None]
    shares = [drawn[row, measure].figure.stat for measure in columns]
    if not shares:
        return {}
    places = {measure.decimals or 0 for measure in columns}
    if len(places) > 1:
        raise _refusal(exhibit, report, "columns that add to 100 need the same decimals")
    if sum(shares) != 100:
        missing = f"the shares of {row.label} add to {format_value(sum(shares), 'share', 1)}"
        raise _refusal(exhibit, report, f"{missing}, so add_to_100 would invent the rest: some answers have no column")
    return {m: Fraction(value) for m, value in zip(columns, add_to_100(shares, places.pop()), strict=True)}


def _refusal(exhibit: Exhibit, report: Report, message: str) -> InputError:
    return InputError(message, file=report.path, line=report.lines.get(exhibit.id), key=exhibit.id)


def _measure_cells(
    exhibit: Exhibit,
    row: Row,
    measure: Measure,
    drawn: Drawn,
    decimals: int | None,
    status: str,
    forced: Fraction | None,
    thresholds: Thresholds,
) -> list[Cell]:
    """The cell of one measure in one row, then its quartiles."""
    figure = drawn.figure
    identity = dict(exhibit=exhibit.id, dimension=row.dimension, band=row.band, column=measure.id, unit=measure.unit)
    label = f"{measure.label}, {row.label}"
    small = mark(figure.n, thresholds)
    cell_id = address(exhibit.id, row.dimension, row.band, measure.id)
    if status != SHOWN:
        return [
            Cell(cell_id, **identity, stat_name=measure.statistic.value, stat=None, printed=EN_DASH,
                 n=figure.n, status=status, mark=small, label=label)
        ]  # fmt: skip
    adjusted = forced is not None and forced != Fraction(half_up(figure.stat, measure.decimals or 0))
    cells = [
        Cell(
            cell_id,
            **identity,
            stat_name=measure.statistic.value,
            stat=float(figure.stat),
            printed=_printed(figure.stat, forced, measure.unit, decimals),
            numerator=_plain(figure.numerator),
            denominator=figure.denominator,
            n=figure.n,
            mark=small,
            adjusted=adjusted,
            label=label,
        )
    ]
    for (name, _), value in zip(QUARTILES, drawn.quartiles, strict=False):
        text = format_value(value, measure.unit, decimals)
        cells.append(
            Cell(address(exhibit.id, row.dimension, row.band, measure.id, name), **identity, stat_name=name,
                 stat=float(value), printed=text, n=figure.n, mark=small, label=f"{name.upper()} of {label}")
        )  # fmt: skip
    return cells


def _printed(stat: Fraction, forced: Fraction | None, unit: str, decimals: int | None) -> str:
    """The printed text; a share that was cut to nothing but is not nothing is still written as below the last digit."""
    if forced == 0 and stat > 0:
        return format_below(unit, decimals)
    return format_value(stat if forced is None else forced, unit, decimals)


def _plain(number: Fraction | int | None) -> float | int | None:
    """A count as a whole number, a sum as a float (both read back equal)."""
    return float(number) if isinstance(number, Fraction) else number

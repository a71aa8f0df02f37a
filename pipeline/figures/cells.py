"""From exact figures to the cells of the ledger: printed order, rows that add to 100, what an audience may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from pipeline.errors import InputError
from pipeline.figures.changes import change_cell
from pipeline.figures.definitions import Exhibit, Measure, Place, Report, Row
from pipeline.figures.disclosure import Decision, mark
from pipeline.figures.draw import QUANTILES, Drawing, Drawn, in_base
from pipeline.figures.exhibits_file import Outside, Thresholds
from pipeline.figures.formats import EN_DASH, format_below, format_value, half_up, rounded
from pipeline.figures.ledger import OVERALL, SHOWN, Cell, N, address
from pipeline.figures.rounding import add_to_100
from pipeline.figures.statistics import Figure
from pipeline.figures.vocabulary import MEDIANS, SHARES, Order

NARROW = 5  # points; a middle half under this is printed with one decimal (design.md section 5)


def cells_of(
    exhibit: Exhibit, drawn: Drawing, report: Report, thresholds: Thresholds, decisions: Mapping[str, Decision]
) -> list[Cell]:
    """Rows in order; in a row the base, then the measures in printed order, each followed by its quantiles and change.

    What is withheld is decided, by cell id. Outside the house a figure that is no count is as exact as its print.
    Raises InputError when a row is to add to 100 but its columns leave answers out.
    """
    measures = [m for m in _in_printed_order(exhibit, drawn) if m.place is not Place.AXIS]
    decimals = {m: decimals_of(m, exhibit, drawn) for m in measures}
    significant = thresholds.significant_digits if isinstance(thresholds, Outside) else None
    changes = {(change.dimension, change.band, change.column): change for change in exhibit.changes}
    cells: list[Cell] = []
    for row in exhibit.rows:
        cells.append(_base_cell(exhibit, row, len(in_base(exhibit, row, drawn)), thresholds, decisions))
        forced = _forced(exhibit, row, drawn, report) if exhibit.adds_to_100(row) else {}
        for measure in measures:
            decision = decisions[address(exhibit.id, row.dimension, row.band, measure.id)]
            shown = drawn[row, measure]
            if isinstance(thresholds, Outside) and measure.statistic not in SHARES:
                shown = _as_printed(shown, measure, decimals[measure], significant)
            figures = _measure_cells(
                exhibit, row, measure, shown, decimals[measure], decision, forced.get(measure), thresholds
            )
            change = changes.get((row.dimension, row.band, measure.id))
            if change is not None:
                figures.append(change_cell(change, shown.figure.stat, figures[0], decimals[measure]))
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


def decimals_of(measure: Measure, exhibit: Exhibit, drawn: Drawing) -> int | None:
    """Decimals of a column: as defined, else one for a percent whose middle half over the whole sample is narrow."""
    whole = exhibit.rows[0]
    quantiles = drawn[whole, measure].quantiles
    if measure.decimals is None and measure.unit == "percent" and whole.dimension == OVERALL and "p25" in quantiles:
        return 1 if quantiles["p75"] - quantiles["p25"] < NARROW else None
    return measure.decimals


def _as_printed(drawn: Drawn, measure: Measure, decimals: int | None, significant: int | None) -> Drawn:
    """A figure of which only the print is left; medians and quantiles keep so many significant digits."""
    if drawn.figure.stat is None:
        return drawn
    digits = significant if measure.statistic in MEDIANS else None
    stat = rounded(drawn.figure.stat, measure.unit, decimals, digits)
    quantiles = {name: rounded(value, measure.unit, decimals, digits) for name, value in drawn.quantiles.items()}
    return replace(drawn, figure=Figure(stat, drawn.figure.n), quantiles=quantiles)


def _base_cell(exhibit: Exhibit, row: Row, n: int, thresholds: Thresholds, decisions: Mapping[str, Decision]) -> Cell:
    cell_id = address(exhibit.id, row.dimension, row.band, N)
    hidden = decisions[cell_id].hides_n
    return Cell(
        cell_id=cell_id,
        exhibit=exhibit.id,
        dimension=row.dimension,
        band=row.band,
        column=N,
        stat_name=N,
        stat=None if hidden else float(n),
        printed=EN_DASH if hidden else format_value(n, "count"),
        unit="count",
        n=None if hidden else n,
        status=decisions[cell_id].status,
        mark="" if hidden else mark(n, thresholds),
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
    rest = 100 - sum(shares)
    if abs(rest) <= sum(drawn[row, measure].figure.error for measure in columns):
        shares[shares.index(max(shares))] += rest  # nothing, unless very many ratios were summed nearly
    else:
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
    decision: Decision,
    forced: Fraction | None,
    thresholds: Thresholds,
) -> list[Cell]:
    """The cell of one measure in one row, then its quantiles."""
    figure = drawn.figure
    identity = dict(exhibit=exhibit.id, dimension=row.dimension, band=row.band, column=measure.id, unit=measure.unit)
    label = f"{measure.label}, {row.label}"
    small = mark(figure.n, thresholds)
    cell_id = address(exhibit.id, row.dimension, row.band, measure.id)
    if decision.status != SHOWN:
        n, small = (None, "") if decision.hides_n else (figure.n, small)
        return [
            Cell(cell_id, **identity, stat_name=measure.statistic.value, stat=None, printed=EN_DASH,
                 n=n, status=decision.status, mark=small, label=label)
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
            denominator=_whole_or_plain(figure.denominator),
            n=figure.n,
            mark=small,
            adjusted=adjusted,
            label=label,
        )
    ]
    for name, value in drawn.quantiles.items():
        if decision.contributors < getattr(thresholds, QUANTILES[name][1]):
            continue
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


def _whole_or_plain(number: Fraction | int | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else _plain(number)


def _plain(number: Fraction | int | None) -> float | int | None:
    """A count as a whole number, a sum as a float (both read back equal)."""
    return float(number) if isinstance(number, Fraction) else number

"""From summaries to what each cell of the ledger should say: value, base, printed text and status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.audit.recompute.engine import Key, Summary, value_of
from pipeline.audit.recompute.exhibits import OVERALL, Exhibit, N
from pipeline.audit.recompute.measures import MEDIANS, Measure
from pipeline.audit.recompute.printing import DASH, adding_to_100, below, coarse, exact, printed

SHARES = ("share", "share_nonzero")
COUNTED = (*SHARES, "count")
SHOWN, SUPPRESSED, EMPTY, REFERENCE = "shown", "suppressed", "empty", "reference"
OUTSIDE = "significant_digits"  # what is said of print outside the house alone
QUANTILES = {"p10": "tails", "p25": "quartiles", "p75": "quartiles", "p90": "tails"}  # from which base on
NARROW = 5  # points: a middle half under this is printed with one decimal


@dataclass(frozen=True)
class Expected:
    """What a cell should say. Numerator and denominator as in the ledger; `statistic` is its name there.

    `formula` is the SQL over the answers.
    """

    cell_id: str
    statistic: str
    value: Fraction | None
    printed: str
    n: int | None
    status: str = SHOWN
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    formula: str = ""


@dataclass(frozen=True)
class Reference:
    """A figure quoted from elsewhere."""

    value: Fraction
    printed: str


def cells_of(
    exhibit: Exhibit,
    found: Mapping[Key, Summary],
    thresholds: Mapping[str, int],
    references: Mapping[str, Reference],
) -> Iterator[Expected]:
    """The cells of one exhibit but the points of a scatter: in each row the base, each measure, quantiles, change."""
    measures = [m for m in exhibit.measures if m.place != "axis"]
    decimals = {m: _decimals(exhibit, m, found, thresholds) for m in measures}
    listed = exhibit.keys.get("changes") or ()
    changes = {(*(change.get("band") or "overall.all").split("."), change["column"]): change for change in listed}
    for dimension, band in exhibit.rows:
        row = f"{exhibit.id}.{dimension}.{band}"
        n = found.get((exhibit.id, dimension, band, N), Summary()).n
        yield Expected(f"{row}.{N}", N, Fraction(n), f"{n:,}", n, SHOWN if n else EMPTY)
        forced = _forced(exhibit, dimension, band, found) if exhibit.adds_to_100(dimension) else {}
        for m in measures:
            summary = found.get((exhibit.id, dimension, band, m.column), Summary())
            cells = list(_measured(f"{row}.{m.column}", m, summary, decimals[m], forced.get(m), thresholds))
            if change := changes.get((dimension, band, m.column)):
                cells.append(_changed(cells[0], change, references[change["reference"]], decimals[m]))
            yield from cells


def point_cells(exhibit: Exhibit, points: list[tuple[float, float]]) -> Iterator[Expected]:
    """The two coordinates of each point, numbered from left to right."""
    axes = [m for m in exhibit.measures if m.place == "axis"]
    digits = max(3, len(str(len(points))))
    for number, point in enumerate(points, start=1):
        for axis, value in zip(axes, point, strict=True):
            address = f"{exhibit.id}.company.p{number:0{digits}d}.{axis.column}"
            yield Expected(address, "points", exact(value), printed(exact(value), axis.unit, axis.decimals), 1)


def figure(measure: Measure, summary: Summary) -> Fraction | None:
    """The unrounded value, exact for what is counted."""
    if not summary.n:
        return None
    if measure.statistic in COUNTED:  # whole numbers, or sums of weights: a share of them is not rounded again
        total = exact(summary.total)
        return total if measure.statistic == "count" else 100 * total / exact(summary.weight)
    return exact(value_of(measure.statistic, summary))


def _measured(
    address: str,
    m: Measure,
    summary: Summary,
    decimals: int | None,
    forced: Fraction | None,
    thresholds: Mapping[str, int],
) -> Iterator[Expected]:
    value = figure(m, summary)
    if value is None or summary.n < thresholds["withhold"]:
        yield Expected(address, m.statistic, None, DASH, summary.n, EMPTY if value is None else SUPPRESSED)
        return
    if OUTSIDE in thresholds and m.statistic not in COUNTED:
        yield from _outside(address, m, summary, decimals, thresholds[OUTSIDE])
        return
    text = printed(value if forced is None else forced, m.unit, decimals)
    if forced == 0 and value > 0:
        text = below(decimals)
    numerator, denominator = _parts(m, summary)
    yield Expected(address, m.statistic, value, text, summary.n, SHOWN, numerator, denominator)
    for name, limit in QUANTILES.items() if m.statistic in MEDIANS else ():
        if summary.n >= thresholds[limit] and getattr(summary, name) is not None:
            part = exact(getattr(summary, name))
            yield Expected(f"{address}.{name}", name, part, printed(part, m.unit, decimals), summary.n)


def _outside(
    address: str, m: Measure, summary: Summary, decimals: int | None, digits: int | None
) -> Iterator[Expected]:
    """A figure that is no count as it leaves the house: as exact as its print, medians to so many digits."""
    parts = [("", m.statistic, figure(m, summary))]
    if m.statistic in MEDIANS:
        beside = {name: getattr(summary, name) for name in QUANTILES}
        parts += [(f".{name}", name, exact(value)) for name, value in beside.items() if value is not None]
    for suffix, statistic, value in parts:
        value = coarse(value, m.unit, decimals, digits if m.statistic in MEDIANS else None)
        yield Expected(address + suffix, statistic, value, printed(value, m.unit, decimals), summary.n)


def _parts(m: Measure, summary: Summary) -> tuple[Fraction | None, Fraction | None]:
    if m.statistic in MEDIANS:
        return None, None
    if m.statistic == "ratio_of_sums":
        return exact(summary.total), exact(summary.per)
    return exact(summary.total), exact(summary.weight)


def _changed(now: Expected, change: dict, before: Reference, decimals: int | None) -> Expected:
    """How far a figure lies from an older one, in points or in percent of it; withheld as the figure is."""
    unit = "pts" if change["as"] == "points" else "change"
    cell = replace(now, cell_id=f"{now.cell_id}.change", statistic="change", numerator=None, denominator=None)
    if now.value is None:
        return cell
    moved = now.value - before.value
    if unit == "change":
        moved, decimals = 100 * moved / before.value, None
    return replace(cell, value=moved, printed=printed(moved, unit, decimals))


def _decimals(exhibit: Exhibit, m: Measure, found: Mapping[Key, Summary], thresholds: Mapping[str, int]) -> int | None:
    """As the exhibit says, else one for a percent whose middle half over the whole sample is narrow."""
    whole = found.get((exhibit.id, OVERALL, "all", m.column), Summary())
    narrow = m.unit == "percent" and m.statistic in MEDIANS and whole.p25 is not None
    if m.decimals is None and narrow and whole.n >= thresholds["quartiles"]:
        return 1 if exact(whole.p75) - exact(whole.p25) < NARROW else None
    return m.decimals


def _forced(exhibit: Exhibit, dimension: str, band: str, found: Mapping[Key, Summary]) -> dict[Measure, Fraction]:
    """The printed numbers of a row that is brought to 100."""
    table = [m for m in exhibit.measures if m.place == "table"]
    given = {m: figure(m, found.get((exhibit.id, dimension, band, m.column), Summary())) for m in table}
    given = {m: value for m, value in given.items() if value is not None}
    if not given:
        return {}
    decimals = next(iter(given)).decimals or 0
    return {m: Fraction(number) for m, number in zip(given, adding_to_100(list(given.values()), decimals), strict=True)}

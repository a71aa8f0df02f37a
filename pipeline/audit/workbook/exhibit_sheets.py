"""The figures of one exhibit as lines, in the order of its rows and columns, from its definition alone."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.audit.workbook.book import quoted
from pipeline.audit.workbook.figures import (
    Formula,
    Members,
    Parts,
    denominator_of,
    mask_of,
    n_of,
    numerator_of,
    parts_of,
    point_of,
    quantile_of,
    row_n_of,
    value_of,
)
from pipeline.audit.workbook.lines import FIRST_LINE, STATUS, VALUE, Line
from pipeline.audit.workbook.survey_sheets import SurveySheets
from pipeline.figures.definitions import Change, Exhibit, Measure, Row
from pipeline.figures.exhibits_file import Thresholds
from pipeline.figures.ledger import CHANGE, COMPANY, OVERALL, N, address
from pipeline.figures.vocabulary import MEDIANS, SHARES, ChangeAs

QUANTILES = {"p10": "tails", "p25": "quartiles", "p75": "quartiles", "p90": "tails"}  # from which base on
NARROW = 5  # points between the quartiles of the whole sample, under which a percent has one decimal


class ExhibitLines:
    """The lines of one exhibit. `rounding` gives the cell of a printed number of a row that is brought to 100, and
    `reference` the cell of a figure quoted from elsewhere. Raises NotPortable for what formulas here cannot say."""

    def __init__(
        self,
        exhibit: Exhibit,
        survey: SurveySheets,
        thresholds: Thresholds,
        points: int,
        sheet: str,
        rounding: Callable[[Exhibit, Row, list[str], int], list[str]],
        reference: Callable[[str], str],
    ):
        self.exhibit, self.survey, self.thresholds = exhibit, survey, thresholds
        self.sheet, self.rounding, self.reference = sheet, rounding, reference
        self.lines: list[Line] = []
        self._at: dict[str, int] = {}
        self._measures = [m for m in exhibit.measures if m not in exhibit.axes]
        self._layout()
        self._changes = {(c.dimension, c.band, c.column): c for c in exhibit.changes}
        for row in exhibit.rows:
            self._add_row(row)
        for number in range(1, points + 1):
            self._add_point(number, max(3, len(str(points))))

    # Which line is where ----------------------------------------------------------------------------------------------

    def _layout(self) -> None:
        """The place of every line before any of them is made, since they refer to each other."""
        place = FIRST_LINE + 1
        changed = {(c.dimension, c.band, c.column) for c in self.exhibit.changes}
        for row in self.exhibit.rows:
            for column in (N, *(m.id for m in self._measures)):
                parts = [""]
                parts += self._quantiles(self._measure(column)) if column != N else ()
                if (row.dimension, row.band, column) in changed:
                    parts.append(CHANGE)
                for part in parts:
                    self._at[address(self.exhibit.id, row.dimension, row.band, column, part)] = place
                    place += 1

    def _quantiles(self, measure: Measure) -> tuple[str, ...]:
        """The quantiles beside a median; a weighted one has none."""
        return tuple(QUANTILES) if measure.statistic in MEDIANS and not self.survey.weight else ()

    def _measure(self, column: str) -> Measure:
        return self.exhibit.get(column)

    def _cell(self, letter: str, row: Row, column: str, part: str = "") -> str:
        return f"{letter}{self._at[address(self.exhibit.id, row.dimension, row.band, column, part)]}"

    # Lines ------------------------------------------------------------------------------------------------------------

    def _add_row(self, row: Row) -> None:
        exhibit, survey = self.exhibit, self.survey
        mask = mask_of(exhibit, row, survey)
        parts = {m: parts_of(m, row, survey) for m in exhibit.measures}
        where = survey.condition(exhibit.where).name if exhibit.where else ""
        is_all = row.dimension == OVERALL or row.is_item
        band = "" if is_all else survey.band_column(row.dimension, row.cut_by).name
        place = dict(row=row.label, band=band, band_id="" if is_all else row.band, where=where)
        base = [parts[m] for m in (*exhibit.columns, *exhibit.axes)]
        only = base[0].members if len({p.base for p in base}) == 1 else Members("row")
        self._add(Line(
            address(exhibit.id, row.dimension, row.band, N), column="n", statistic="n", unit="count",
            status='IF(G§=0,"empty","shown")', value=Formula("G§"), n=row_n_of(mask, base), members=only, **place,
        ))  # fmt: skip
        forced = self._forced(row)
        for measure in self._measures:
            self._add_measure(row, measure, mask, parts[measure], forced.get(measure, ""), place)

    def _add_measure(self, row: Row, measure: Measure, mask: str, parts: Parts, forced: str, place: dict) -> None:
        exhibit, statistic = self.exhibit, measure.statistic
        cell_id = address(exhibit.id, row.dimension, row.band, measure.id)
        first, status = self._status(row, measure)
        label = measure.label
        common = dict(unit=measure.unit, decimals=self._decimals(measure), members=parts.members, **place)
        self._add(Line(
            cell_id, column=label, statistic=statistic.value, status=status, first_status=first,
            n=n_of(mask, parts), numerator=numerator_of(statistic, mask, parts),
            denominator=denominator_of(statistic, mask, parts, "G§"),
            value=value_of(statistic, mask, parts, "E§", "F§"),
            exact=measure.unit == "share" and statistic in SHARES and not parts.weight, forced=forced, **common,
        ))  # fmt: skip
        own = self._cell(STATUS, row, measure.id)
        for part in self._quantiles(measure):
            self._add(Line(
                f"{cell_id}.{part}", column=f"{part.upper()} of {label}", statistic=part, n=n_of(mask, parts),
                status=f'IF(AND({own}="shown",G§>={getattr(self.thresholds, QUANTILES[part])}),"shown","none")',
                value=quantile_of(part, mask, parts), **common,
            ))  # fmt: skip
        change = self._changes.get((row.dimension, row.band, measure.id))
        if change is not None:
            self._add(self._change(change, row, measure, place))

    def _change(self, change: Change, row: Row, measure: Measure, place: dict) -> Line:
        now, before = self._cell(VALUE, row, measure.id), self.reference(change.reference)
        in_points = change.as_ is ChangeAs.POINTS
        moved = f"{now}-{before}" if in_points else f"100*({now}-{before})/{before}"
        return Line(
            address(self.exhibit.id, row.dimension, row.band, measure.id, CHANGE), column=change.label,
            statistic=CHANGE, unit="pts" if in_points else "change", status=self._cell(STATUS, row, measure.id),
            n=Formula(self._cell("G", row, measure.id)), value=Formula(moved),
            decimals=self._decimals(measure) if in_points else None, **place,
        )  # fmt: skip

    def _add_point(self, number: int, digits: int) -> None:
        exhibit, survey, row = self.exhibit, self.survey, self.exhibit.rows[0]
        mask = mask_of(exhibit, row, survey)
        x, y = (parts_of(axis, row, survey) for axis in exhibit.axes)
        band = f"p{number:0{digits}d}"
        for axis, measure in enumerate(exhibit.axes):
            own_x = f"{VALUE}{FIRST_LINE + 1 + len(self.lines) - 1}"
            self._add(Line(
                address(exhibit.id, COMPANY, band, measure.id), row=f"Point {number}", column=measure.label,
                statistic=measure.statistic.value, unit=measure.unit, status='"shown"', n=Formula("1"),
                value=point_of(number, axis, mask, x, y, own_x),
                decimals=None if measure.decimals is None else str(measure.decimals),
            ))  # fmt: skip

    def _add(self, line: Line) -> None:
        place = self._at.setdefault(line.cell_id, FIRST_LINE + 1 + len(self.lines))
        assert place == FIRST_LINE + 1 + len(self.lines), line.cell_id
        self.lines.append(line)

    # Print ------------------------------------------------------------------------------------------------------------

    def _decimals(self, measure: Measure) -> str | None:
        """As defined, else one decimal for a percent whose middle half over the whole sample is narrow."""
        if measure.decimals is not None:
            return str(measure.decimals)
        whole = self.exhibit.rows[0]
        if measure.unit != "percent" or whole.dimension != OVERALL or not self._quantiles(measure):
            return None
        low, high = (self._cell(VALUE, whole, measure.id, part) for part in ("p25", "p75"))
        return f"IF(COUNT({low},{high})=2,IF(ROUND({high}-{low},9)<{NARROW},1,0),0)"

    def _forced(self, row: Row) -> dict[Measure, str]:
        """The cells that hold the printed digits of a row that is brought to 100."""
        if not self.exhibit.adds_to_100(row):
            return {}
        columns = list(self.exhibit.columns)
        cells = [f"{quoted(self.sheet)}!{self._cell(VALUE, row, m.id)}" for m in columns]
        found = self.rounding(self.exhibit, row, cells, columns[0].decimals or 0)
        return dict(zip(columns, found, strict=True))

    def _status(self, row: Row, measure: Measure) -> tuple[str, str]:
        """The status by the base alone where that is not the last word, and the status."""
        least = self.thresholds.withhold
        by_base = f'IF(G§=0,"empty",IF(G§<{least},"suppressed","shown"))'
        if least == 1 or row.dimension == OVERALL or row.is_item:
            return "", by_base
        rows = [other for other in self.exhibit.rows if other.dimension == row.dimension]
        cells = [(self._cell("P", other, measure.id), self._cell("G", other, measure.id)) for other in rows]
        withheld = "+".join(f'({first}="suppressed")' for first, _ in cells)
        here = rows.index(row)
        smaller = "+".join(
            f'({first}="shown")*({n}{"<=" if i < here else "<"}G§)' for i, (first, n) in enumerate(cells) if i != here
        )
        # the one band that is withheld could be had from the total, so the next smallest is withheld as well
        return by_base, f'IF(P§<>"shown",P§,IF(AND({withheld}=1,{smaller or 0}=0),"suppressed","shown"))'

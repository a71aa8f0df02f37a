"""What the second engine selects for one figure, over a table with a row per respondent."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audit.recompute.exhibits import OVERALL, Exhibit, N
from pipeline.audit.recompute.language import sql

FIGURES = {
    "n": "count(*)",
    "share": "100 * sum(value) / count(value)",
    "share_nonzero": "100 * sum(value) / count(value)",
    "count": "sum(value)",
    "mean": "sum(value) / count(value)",
    "mean_share": "sum(value) / count(value)",
    "mean_of_ratios": "sum(value) / count(value)",
    "median": "median(value)",
    "median_nonzero": "median(value)",
    "median_of_ratios": "median(value)",
    "ratio_of_sums": "sum(value) / sum(per)",
    "p10": "quantile_cont(value, 0.1)",
    "p25": "quantile_cont(value, 0.25)",
    "p75": "quantile_cont(value, 0.75)",
    "p90": "quantile_cont(value, 0.9)",
}


@dataclass(frozen=True)
class Address:
    """The parts of a cell id; `secondary` is a quantile such as p25, or change, else empty."""

    exhibit: str
    dimension: str
    band: str
    column: str
    secondary: str = ""

    @classmethod
    def of(cls, cell_id: str) -> Address:
        return cls(*cell_id.split("."))


def select_sql(exhibit: Exhibit, at: Address) -> str:
    """n and the unrounded figure over the answers of its row; of a change the figure that it is a change of."""
    tests = [sql(exhibit.where, exhibit.book)] if exhibit.where else []
    cut = next(cut for cut in exhibit.cuts if cut.dimension == at.dimension)
    if at.dimension != OVERALL and not exhibit.of_items:
        tests.append(cut.tests[cut.bands.index(at.band)])
    wanted = [m for m in exhibit.measures if m.column == at.column] or exhibit.measures
    given = [g for m in wanted for g in m.given if g.band in (None, at.band)]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    if at.column == N:
        some = " OR ".join(f"({g.value}) IS NOT NULL" for g in given)
        return f"SELECT count(*) AS n FROM answers WHERE {' AND '.join([*tests, f'({some})'])}"
    statistic = at.secondary if at.secondary in FIGURES else wanted[0].statistic
    per = f", {given[0].per} AS per" if statistic == "ratio_of_sums" else ""
    rows = f"SELECT {given[0].value} AS value{per} FROM answers{where}"
    return f"SELECT count(value) AS n, {FIGURES[statistic]} AS figure FROM ({rows}) WHERE value IS NOT NULL"

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


WEIGHTED = {
    "share": "100 * sum(value * weight) / sum(weight)",
    "share_nonzero": "100 * sum(value * weight) / sum(weight)",
    "mean": "sum(value * weight) / sum(weight)",
    "mean_share": "sum(value * weight) / sum(weight)",
    "mean_of_ratios": "sum(value * weight) / sum(weight)",
    "ratio_of_sums": "sum(value * weight) / sum(per * weight)",
}
# the answer at which half of the weight is passed, or the mean of the two between which half lies on either side
MIDDLE = (
    "arg_min(CASE WHEN passed <= half * (1 + 1e-9) THEN (value + next) / 2 ELSE value END, passed) "
    "FILTER (WHERE passed >= half * (1 - 1e-9))"
)


def ranked_sql(rows: str, by: str = "") -> str:
    """Answers in ascending order within `by`: the next one, the weight up to each, half of the weight of all."""
    group = f"PARTITION BY {by} " if by else ""
    return (
        f"SELECT *, lead(value) OVER up AS next, sum(weight) OVER up AS passed, sum(weight) OVER ({group}) / 2 AS half "
        f"FROM {rows} WINDOW up AS ({group}ORDER BY value ROWS UNBOUNDED PRECEDING)"
    )


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
        weighs = [f"{wanted[0].weight(exhibit.book)} IS NOT NULL"] if exhibit.book.weight else []
        return f"SELECT count(*) AS n FROM answers WHERE {' AND '.join([*tests, *weighs, f'({some})'])}"
    statistic = at.secondary if at.secondary in FIGURES else wanted[0].statistic
    per = f", {given[0].per} AS per" if statistic == "ratio_of_sums" else ""
    weight = wanted[0].weight(exhibit.book)
    if weight != "1":
        rows = f"(SELECT {given[0].value} AS value{per}, {weight} AS weight FROM answers{where})"
        rows = f"(SELECT * FROM {rows} WHERE value IS NOT NULL AND weight IS NOT NULL)"
        figure = WEIGHTED.get(statistic, MIDDLE)
        rows = f"({ranked_sql(rows)})" if figure is MIDDLE else rows
        return f"SELECT count(value) AS n, {figure} AS figure FROM {rows}"
    rows = f"SELECT {given[0].value} AS value{per} FROM answers{where}"
    return f"SELECT count(value) AS n, {FIGURES[statistic]} AS figure FROM ({rows}) WHERE value IS NOT NULL"

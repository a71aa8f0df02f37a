"""The second engine at work: tables of answers in DuckDB, and every figure's statistic in one pass over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from pipeline.audit.recompute.answers import (
    LeftOut,
    Steps,
    decided_steps,
    needed,
    read_early,
    received_steps,
)
from pipeline.audit.recompute.exhibits import Cut, Exhibit
from pipeline.audit.recompute.files import connect, read_files
from pipeline.audit.recompute.language import name, sql, word
from pipeline.audit.recompute.spec import Book
from pipeline.audit.recompute.statement import MIDDLE, ranked_sql
from pipeline.errors import InputError

OpenCells = Iterable[tuple[str, str]]
Key = tuple[str, str, str, str]  # exhibit, dimension, band, column
SUMS = "count(value) AS n, sum(value * weight) AS total, sum(per * weight) AS per, sum(weight) AS weight"
AGGREGATES = (
    f"{SUMS}, median(value) AS median, quantile_cont(value, 0.1) AS p10, quantile_cont(value, 0.25) AS p25, "
    "quantile_cont(value, 0.75) AS p75, quantile_cont(value, 0.9) AS p90"
)
WEIGHTED = f"{SUMS}, {MIDDLE} AS median, NULL AS p10, NULL AS p25, NULL AS p75, NULL AS p90"


@dataclass(frozen=True)
class Summary:
    """What the answers that a figure uses come to: how many, their sum, that of what divides them, their middle.

    The sums are by weight; `weight` is that of all who are in it, their number where all weigh the same.
    """

    n: int = 0
    total: float | None = None
    per: float | None = None
    weight: float | None = None
    median: float | None = None
    p10: float | None = None
    p25: float | None = None
    p75: float | None = None
    p90: float | None = None


@dataclass(frozen=True)
class Answered:
    """One survey in DuckDB: its answers as tables of `connection`, made by `steps`; `names` are its variables."""

    book: Book
    connection: duckdb.DuckDBPyConnection
    names: list[str]
    steps: Steps

    def leave_out(self, left_out: LeftOut, open_errors: OpenCells = ()) -> None:
        """Make the answers again as they would be without some corrections; their texts are still read as answers."""
        _make(self.connection, decided_steps(self.book, self.names, left_out, open_errors))


def answer(book: Book, variables: Iterable[str] | None = None, open_errors: OpenCells = ()) -> Answered:
    """Read one survey's files into tables; all variables, unless told which.

    `open_errors` are the cells that open findings put in doubt. InputError for an old value that is not so.
    """
    connection = connect(book)
    names = list(book.variables) if variables is None else needed(book, variables)
    before = names if variables is None else read_early(book, names)
    steps = received_steps(book, read_files(book, connection), names, before)
    _make(connection, steps)
    _guard(book, connection)
    decided = decided_steps(book, names, open_errors=open_errors)
    _make(connection, decided)
    return Answered(book, connection, names, steps | decided)


def _make(connection: duckdb.DuckDBPyConnection, steps: Steps) -> None:
    for step, query in steps.items():
        connection.execute(f"CREATE OR REPLACE TABLE {name(step)} AS {query}")


def _guard(book: Book, connection: duckdb.DuckDBPyConnection) -> None:
    """Each correction starts from the export's text, or from what the one before made of it."""
    wrong = connection.execute(
        "SELECT seq, old_value, found FROM (SELECT d.*, coalesce(lag(d.new_value) OVER (PARTITION BY d.respondent_id, "
        "d.question_id ORDER BY seq), c.text) AS found FROM decision d JOIN cell c "
        "ON c.respondent_id = d.respondent_id AND c.slot = d.question_id WHERE d.action = 'correct') "
        "WHERE old_value != found ORDER BY seq LIMIT 1"
    ).fetchone()
    if wrong:
        seq, old, found = wrong
        message = f"decision {seq} says that the old value is {old!r}, but it is {found!r}"
        raise InputError(message, file=book.folder / "decisions.csv", column="old_value")


def summaries(answered: Answered, exhibits: Iterable[Exhibit]) -> dict[Key, Summary]:
    """The summary of every measure in every row; rows that nobody stands in are not there.

    Under the column `n` stands how many are in at least one column of the row's table.
    """
    connection = answered.connection
    _tabulate(answered, list(exhibits))
    connection.execute(
        "CREATE OR REPLACE TABLE placed AS SELECT u.exhibit, s.dimension, s.band, u.\"column\", u.place, "
        "u.respondent_id, u.value, u.per, u.weight FROM used u JOIN cut c USING (exhibit) JOIN standing s "
        "ON s.cut = c.cut AND s.respondent_id = u.respondent_id WHERE u.item IS NULL AND s.band IS NOT NULL UNION ALL "
        "SELECT u.exhibit, c.cut, u.item, u.\"column\", u.place, u.respondent_id, u.value, u.per, "
        "u.weight FROM used u "
        "JOIN cut c USING (exhibit) WHERE u.item IS NOT NULL"
    )  # fmt: skip
    row = 'exhibit, dimension, band, "column"'
    figures = f"{AGGREGATES} FROM placed"
    if answered.book.weight:
        figures = f"{WEIGHTED} FROM ({ranked_sql('placed', row)})"
    rows = connection.execute(
        f"SELECT {row}, {figures} GROUP BY ALL UNION ALL "
        f"SELECT exhibit, dimension, band, 'n', count(DISTINCT respondent_id), {', '.join(8 * ['NULL'])} "
        "FROM placed WHERE place IN ('table', 'axis') AND value IS NOT NULL GROUP BY ALL"
    ).fetchall()
    return {tuple(row[:4]): Summary(*row[4:]) for row in rows}


def points(answered: Answered, exhibit: Exhibit) -> list[tuple[float, float]]:
    """The points of a scatter from left to right, the lower one first of two above each other."""
    x, y = (measure.given[0].value for measure in exhibit.measures if measure.place == "axis")
    where = sql(exhibit.where, answered.book) if exhibit.where else "TRUE"
    query = f"SELECT {x} AS x, {y} AS y FROM answers WHERE {where} ORDER BY x, y"
    return [(x, y) for x, y in answered.connection.execute(query).fetchall()]


def _tabulate(answered: Answered, exhibits: list[Exhibit]) -> None:
    """Fill `used` (what each respondent gives to a measure), `standing` (in which band) and `cut` (of an exhibit)."""
    connection = answered.connection
    connection.execute(
        'CREATE OR REPLACE TABLE used (exhibit TEXT, "column" TEXT, place TEXT, item TEXT, respondent_id TEXT, '
        "value DOUBLE, per DOUBLE, weight DOUBLE)"
    )
    connection.execute("CREATE OR REPLACE TABLE standing (cut TEXT, dimension TEXT, respondent_id TEXT, band TEXT)")
    connection.execute("CREATE OR REPLACE TABLE cut (exhibit TEXT, cut TEXT)")
    cuts: dict[str, Cut] = {}
    for exhibit in exhibits:
        connection.execute(f"INSERT INTO used {used_sql(exhibit)}")
        names = [cut.dimension if exhibit.of_items else _named(cut) for cut in exhibit.cuts]
        connection.execute(f"INSERT INTO cut VALUES {', '.join(f'({word(exhibit.id)}, {word(n)})' for n in names)}")
        cuts |= {} if exhibit.of_items else dict(zip(names, exhibit.cuts, strict=True))
    for named, cut in cuts.items():
        connection.execute(
            f"INSERT INTO standing SELECT {word(named)}, {word(cut.dimension)}, respondent_id, {cut.sql} FROM answers"
        )


def _named(cut: Cut) -> str:
    return " by ".join((cut.dimension, *cut.reads))


def used_sql(exhibit: Exhibit) -> str:
    """What each respondent of the base gives to each measure of an exhibit; those who give nothing are left out."""
    gifts = [
        f"{{'column': {word(measure.column)}, 'place': {word(measure.place)}, "
        f"'item': {word(given.band) if given.band else 'NULL::VARCHAR'}, 'value': ({given.value})::DOUBLE, "
        f"'per': ({given.per})::DOUBLE, 'weight': ({measure.weight(exhibit.book)})::DOUBLE}}"
        for measure in exhibit.measures
        for given in measure.given
    ]
    where = f" WHERE {sql(exhibit.where, exhibit.book)}" if exhibit.where else ""
    return (
        f"SELECT {word(exhibit.id)}, g.column, g.place, g.item, respondent_id, g.value, g.per, g.weight FROM "
        f"(SELECT respondent_id, unnest([{', '.join(gifts)}]) AS g FROM answers{where}) WHERE g.value IS NOT NULL "
        "AND g.weight IS NOT NULL"
    )


def value_of(statistic: str, summary: Summary) -> float | None:
    """The statistic of a summary, as a double; None where nobody is in it."""
    if not summary.n:
        return None
    match statistic:
        case "share" | "share_nonzero":
            return 100 * summary.total / summary.weight
        case "count":
            return summary.total
        case "mean" | "mean_share" | "mean_of_ratios":
            return summary.total / summary.weight
        case "median" | "median_nonzero" | "median_of_ratios":
            return summary.median
        case "ratio_of_sums":
            return summary.total / summary.per
    raise AssertionError(statistic)


def excluded_by_rule(answered: Answered) -> Mapping[str, int]:
    """How many records do not count, by the rule."""
    run = answered.connection.execute
    blank, again = run('SELECT count(*) FILTER (WHERE "(respondent)" = \'\'), count(*) FROM raw').fetchone()
    received = run("SELECT count(*) FROM received").fetchone()[0]
    found = {"no_id": blank, "dup_id": again - blank - received}
    left = received
    for number, rule in enumerate(answered.book.data.get("records") or (), start=1):
        now = run(f"SELECT count(*) FROM counted_{number}").fetchone()[0]
        found[rule["id"]], left = left - now, now
    found["decision"] = left - run("SELECT count(*) FROM respondent").fetchone()[0]
    return {rule: number for rule, number in found.items() if number}

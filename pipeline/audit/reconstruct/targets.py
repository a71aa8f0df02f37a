"""Printed tables as constraints on whole numbers: which counts of n a printed share allows, what a row adds up to."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.audit.reconstruct.plan import Kind, Plan, Population, TablePlan
from pipeline.errors import InputError

WHOLE = "overall"  # the printed dimension that counts everybody


@dataclass(frozen=True)
class Cell:
    """One printed number: where it stands, its value as printed, and the respondents `n` that it is a share of.

    `n` is the size of the band in the population, which the printed `n_printed` need not equal.
    """

    exhibit: str
    dimension: str
    band: str
    column: str
    value: Fraction
    decimals: int
    n: int
    n_printed: int | None

    @property
    def place(self) -> str:
        return f"{self.exhibit}/{self.dimension}/{self.band}/{self.column}"


@dataclass(frozen=True)
class Row:
    """One printed row: the shares (or the count of holders) of one band, cut by `cut` in the population."""

    dimension: str
    band: str
    cut: str
    n: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A printed exhibit whose cells count answers of one question."""

    exhibit: str
    kind: Kind
    question: str
    columns: tuple[str, ...]
    add_to_100: bool
    totals: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]

    def dimensions(self) -> dict[str, list[Row]]:
        """The rows of each printed dimension."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.dimension, []).append(row)
        return found


@dataclass(frozen=True)
class Median:
    """A printed median over those of a band who hold `question`; a median that ends in .5 is printed one up."""

    question: str
    cut: str
    band: str
    median: int


@dataclass(frozen=True)
class MeanShare:
    """A printed mean of the companies' own shares in one band, in percent to `decimals`."""

    question: str
    cut: str
    band: str
    value: Fraction
    decimals: int


@dataclass(frozen=True)
class Targets:
    """All that is printed and that the plan knows how to read."""

    tables: tuple[Table, ...]
    medians: tuple[Median, ...]
    mean_shares: tuple[MeanShare, ...]


def half_up(count: int, n: int, decimals: int = 0) -> Fraction:
    """100 * count / n rounded half-up to so many decimals, exactly."""
    unit = 10**decimals
    return Fraction((200 * count * unit + n) // (2 * n), unit)


def largest_remainder(counts: Sequence[int], decimals: int = 0) -> tuple[Fraction, ...]:
    """Percent shares of `counts` that add up to 100: floors first, then one unit each to the largest remainders.

    Of equal remainders the first column gets the unit.
    """
    n, unit = sum(counts), 10**decimals
    floors = [100 * unit * count // n for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: (-(100 * unit * counts[i] % n), i))
    for i in by_remainder[: 100 * unit - sum(floors)]:
        floors[i] += 1
    return tuple(Fraction(value, unit) for value in floors)


def printed_row(table: Table, row: Row, counts: Sequence[int]) -> tuple[Fraction, ...]:
    """How the counts of one row print: plain half-up, or brought to 100 where that is nearer to the print.

    A table that is brought to 100 still leaves a row plain that adds up by itself or is printed with decimals.
    """
    if table.kind is Kind.HOLDERS:
        return tuple(Fraction(count) for count in counts)
    plain = tuple(half_up(k, cell.n, cell.decimals) for k, cell in zip(counts, row.cells, strict=True))
    if not table.add_to_100 or row.n == 0:
        return plain
    forced = largest_remainder(counts, max(cell.decimals for cell in row.cells))
    return min(forced, plain, key=lambda shares: sum(a != c.value for a, c in zip(shares, row.cells, strict=True)))


def counts_that_print(cell: Cell, kind: Kind) -> frozenset[int]:
    """The counts whose plain half-up share is the printed value; for holders, the printed count itself if it fits."""
    if kind is Kind.HOLDERS:
        return frozenset({int(cell.value)} & set(range(cell.n + 1)))
    return frozenset(k for k in range(cell.n + 1) if half_up(k, cell.n, cell.decimals) == cell.value)


def counts_within_a_unit(cell: Cell) -> frozenset[int]:
    """The counts whose share lies less than one printed unit from the print: all that bringing a row to 100 can do."""
    unit = Fraction(1, 10**cell.decimals)
    return frozenset(k for k in range(cell.n + 1) if abs(Fraction(100 * k, cell.n) - cell.value) < unit)


def read_targets(path: Path, plan: Plan) -> Targets:
    """The printed tables (tables.csv) that the plan names; InputError where a row, band or column does not fit it."""
    rows = _rows(path)
    for exhibit in plan.tables:
        if exhibit not in rows:
            raise InputError(f"the plan names exhibit '{exhibit}', which is not printed", file=path)
    tables, medians, mean_shares = [], [], []
    for exhibit, table in plan.tables.items():
        printed = {band: [line for line in lines if line["column"] not in table.leave_out]
                   for band, lines in rows[exhibit].items()}
        if table.kind is Kind.MEAN_SHARE:
            mean_shares += _mean_shares(path, printed, table, plan.population)
            continue
        tables.append(_table(path, exhibit, printed, table, plan.population))
        if table.medians:
            medians += _medians(printed, table)
    return Targets(tuple(tables), tuple(medians), tuple(mean_shares))


def _rows(path: Path) -> dict[str, dict[tuple[str, str], list[dict[str, str]]]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
    except FileNotFoundError:
        raise InputError("the file is missing", file=path) from None
    rows: dict[str, dict[tuple[str, str], list[dict[str, str]]]] = {}
    for number, line in enumerate(lines, start=2):
        line["row"] = str(number)
        rows.setdefault(line["exhibit"], {}).setdefault((line["dimension"], line["band"]), []).append(line)
    return rows


def _table(path: Path, exhibit: str, printed, table: TablePlan, population: Population) -> Table:
    rows, columns = [], None
    for (dimension, band), lines in printed.items():
        cut, n = _cut(path, lines[0], table, population)
        found = tuple(line["column"] for line in lines)
        columns = columns or found
        if found != columns:
            raise InputError(f"the columns are {found}, above they are {columns}", file=path, row=int(lines[0]["row"]))
        rows.append(Row(dimension, band, cut, n, tuple(_cell(line, table, n) for line in lines)))
    if table.kind is Kind.HOLDERS and len(columns) > 1:
        raise InputError("a table of holders has one column", file=path, row=int(lines[0]["row"]))
    totals = tuple(table.totals.items())
    return Table(exhibit, table.kind, table.question, columns, table.add_to_100, totals, tuple(rows))


def _cut(path: Path, line: dict[str, str], table: TablePlan, population: Population) -> tuple[str, int]:
    """The population's dimension for a printed row, and how many respondents its band has."""
    if line["dimension"] == WHOLE:
        return WHOLE, population.size
    cut = table.cut.get(line["dimension"], line["dimension"])
    try:
        return cut, population.dimensions[cut][line["band"]]
    except KeyError:
        raise InputError(f"the population has no band '{line['band']}' of '{cut}'", file=path,
                         row=int(line["row"])) from None


def _cell(line: dict[str, str], table: TablePlan, n: int) -> Cell:
    n_printed = int(line["n"]) if line["n"] else None
    if table.kind is Kind.HOLDERS:  # the printed n is the number of holders, the base is the band
        value, decimals = Fraction(n_printed), 0
    else:
        digits = line["printed"].rstrip("%")
        value, decimals = Fraction(line["value"]), len(digits.partition(".")[2])
    return Cell(line["exhibit"], line["dimension"], line["band"], line["column"], value, decimals, n, n_printed)


def _medians(printed, table: TablePlan) -> Iterator[Median]:
    for (dimension, band), lines in printed.items():
        for line in lines:
            if line["value"]:
                yield Median(table.question, table.cut.get(dimension, dimension), band, round(float(line["value"])))


def _mean_shares(path: Path, printed, table: TablePlan, population: Population) -> Iterator[MeanShare]:
    for (_, band), lines in printed.items():
        for line in lines:
            cut, _ = _cut(path, line, table, population)
            decimals = len(line["printed"].rstrip("%").partition(".")[2])
            question = table.question.format(column=line["column"])
            yield MeanShare(question, cut, band, Fraction(line["value"]), decimals)

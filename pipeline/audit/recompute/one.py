"""One figure by itself: what it would be without each correction, and the SQL that computes it from the raw file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.audit.recompute.answers import LeftOut, decided_steps, needed, read_early, received_steps, slots_of
from pipeline.audit.recompute.cells import Expected, cells_of
from pipeline.audit.recompute.engine import OpenCells, answer, summaries
from pipeline.audit.recompute.exhibits import (
    ALL,
    OVERALL,
    Exhibit,
    N,
    Specification,
    narrowed,
    read_specification,
    variables_of,
)
from pipeline.audit.recompute.facts import read_references
from pipeline.audit.recompute.files import connect, read_files
from pipeline.audit.recompute.language import sql, word
from pipeline.audit.recompute.macros import MACROS
from pipeline.audit.recompute.spec import NotRecomputed

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
    "p25": "quantile_cont(value, 0.25)",
    "p75": "quantile_cont(value, 0.75)",
}


@dataclass(frozen=True)
class Address:
    """The parts of a cell id; `secondary` is p25, p75 or change, else empty."""

    exhibit: str
    dimension: str
    band: str
    column: str
    secondary: str = ""

    @classmethod
    def of(cls, cell_id: str) -> Address:
        return cls(*cell_id.split("."))


@dataclass(frozen=True)
class Without:
    """A figure as it would be without one correction, None where it would not be there; and as it is."""

    source: str
    respondent_id: str
    slot: str
    figure: Expected | None
    now: Expected | None

    @property
    def moves(self) -> bool:
        """Whether the figure, or who is in it, would be another."""
        parts = (self.figure, self.now)
        return len({(f.value, f.n, f.numerator, f.denominator, f.printed) if f else None for f in parts}) > 1


Source = tuple[str, str, str]  # how the log of changes names a correction: its line or fix, respondent, slot


def figure_without(
    edition: Path, audience: str, cell_id: str, corrections: Mapping[Source, LeftOut], open_errors: OpenCells = ()
) -> list[Without]:
    """One figure without each of the corrections that concern what it rests on: its answers, its base, its band.

    The old answers stand in place of the new ones; the checks are not run again over them. NotRecomputed for a figure
    that no exhibit defines, and for the points of a scatter, which are numbered anew.
    """
    at, specification = Address.of(cell_id), read_specification(edition)
    exhibit = _narrowed(specification, at)
    answered = answer(exhibit.book, variables_of(exhibit), open_errors)
    references, thresholds = read_references(edition), specification.disclosure[audience]

    def figure() -> Expected | None:
        cells = cells_of(exhibit, summaries(answered, [exhibit]), thresholds, references)
        return next((cell for cell in cells if cell.cell_id == cell_id), None)

    now, slots, found = figure(), set(slots_of(exhibit.book, answered.names)), []
    for (source, respondent, slot), left_out in corrections.items():
        if slot in slots or not slot:
            answered.leave_out(left_out, open_errors)
            found.append(Without(source, respondent, slot, figure(), now))
    answered.connection.close()
    return found


def corrections_of(edition: Path, folder: str) -> dict[Source, LeftOut]:
    """Every correction and exclusion in decisions.csv of a survey, by line, respondent and slot.

    Without a correction the later ones of the same answer, which start from it, are left out too.
    """
    book = read_specification(edition).books[folder]
    connection = connect(book)
    from pipeline.audit.recompute.files import decisions_sql

    lines = connection.execute(
        f"SELECT seq, respondent_id, question_id FROM ({decisions_sql(book)}) WHERE action != 'accept' ORDER BY seq"
    ).fetchall()
    connection.close()
    return {
        (str(seq), who, slot): LeftOut(tuple(s for s, w, q in lines if (w, q) == (who, slot) and s >= seq))
        for seq, who, slot in lines
    }


def script(edition: Path, cell_id: str, open_errors: OpenCells = ()) -> str:
    """The SQL of one figure, to be run with DuckDB in the folder of its survey: n and the unrounded value.

    NotRecomputed for a figure that no exhibit defines.
    """
    at, specification = Address.of(cell_id), read_specification(edition)
    exhibit = _narrowed(specification, at)
    book, connection = exhibit.book, connect(exhibit.book)
    names = needed(book, variables_of(exhibit))
    steps = received_steps(book, read_files(book, connection), names, read_early(book, names))
    steps |= decided_steps(book, names, open_errors=open_errors)
    connection.close()
    chain = ",\n".join(f"{step} AS (\n  {query}\n)" for step, query in steps.items())
    return "\n".join([
        f"-- {cell_id}",
        *(f"{macro.replace('CREATE MACRO', 'CREATE OR REPLACE TEMP MACRO')};" for macro in MACROS),
        f"WITH {chain}",
        f"{_select(exhibit, at)};",
        "",
    ])  # fmt: skip


def formula(exhibit: Exhibit, at: Address) -> str:
    """What the second engine selects for one figure, over a row per respondent."""
    return _select(exhibit, at)


def _narrowed(specification: Specification, at: Address) -> Exhibit:
    exhibit = next((e for e in specification.exhibits if e.id == at.exhibit), None)
    if exhibit is None or (at.dimension, at.band) not in exhibit.rows:
        raise NotRecomputed("no exhibit defines this figure over respondents")
    return narrowed(exhibit, at.dimension, at.column)


def _select(exhibit: Exhibit, at: Address) -> str:
    """n and the figure over the answers of its row."""
    tests = [sql(exhibit.where, exhibit.book)] if exhibit.where else []
    cut = next(cut for cut in exhibit.cuts if cut.dimension == at.dimension)
    if at.dimension != OVERALL and not exhibit.of_items:
        tests.append(f"{cut.sql} = {word(at.band)}")
    wanted = [m for m in exhibit.measures if m.column == at.column] or exhibit.measures
    given = [g for m in wanted for g in m.given if g.band in (None, at.band)]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    if at.column == N:
        some = " OR ".join(f"({g.value}) IS NOT NULL" for g in given)
        return f"SELECT count(*) AS n FROM answers WHERE {' AND '.join([*tests, f'({some})'])}"
    statistic = at.secondary if at.secondary in FIGURES else wanted[0].statistic
    rows = f"SELECT {given[0].value} AS value, {given[0].per} AS per FROM answers{where}"
    return f"SELECT count(value) AS n, {FIGURES[statistic]} AS figure FROM ({rows}) WHERE value IS NOT NULL"

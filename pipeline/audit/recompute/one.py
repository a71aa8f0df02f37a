"""One figure by itself: what it would be without each correction, and the SQL that computes it from the raw file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.audit.recompute.answers import LeftOut, decided_steps, needed, read_early, received_steps, slots_of
from pipeline.audit.recompute.cells import Expected, cells_of
from pipeline.audit.recompute.engine import Answered, answer, summaries
from pipeline.audit.recompute.exhibits import (
    Exhibit,
    Specification,
    narrowed,
    read_specification,
    variables_of,
)
from pipeline.audit.recompute.facts import read_references
from pipeline.audit.recompute.files import connect, read_files
from pipeline.audit.recompute.macros import MACROS
from pipeline.audit.recompute.spec import NotRecomputed
from pipeline.audit.recompute.statement import Address, select_sql

FIX = "fix"  # the source of a correction that the codebook makes
OpenErrors = Mapping[str, Sequence[tuple[str, str]]]  # by the survey's folder: respondent and slot


@dataclass(frozen=True)
class Without:
    """A figure as it would be without one correction, None where it would not be there; and as it is now.

    `source` is the line of decisions.csv, or FIX; `slot` is empty where a whole record is excluded.
    """

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


def figure_without(
    edition: Path, audience: str, cell_id: str, open_errors: OpenErrors, changed: Collection[str] | None = None
) -> list[Without]:
    """One figure without each of the decisions and fixes about what it rests on: its answers, its base, its band.

    The old answers stand in place of the new ones; the checks are not run again over them. Without a correction the
    later ones of the same answer, which start from it, are left out too. `changed` are the slots that any correction is
    known to be about, empty for a whole record: if the figure rests on none of them, nothing is computed. NotRecomputed
    for a figure that no exhibit defines, and for the points of a scatter, which would be numbered anew.
    """
    at = Address.of(cell_id)
    specification = read_specification(edition, at.exhibit)
    exhibit = _narrowed(specification, at)
    slots = {"", *slots_of(exhibit.book, needed(exhibit.book, variables_of(exhibit)))}
    if changed is not None and not slots & set(changed):
        return []
    in_doubt = list(open_errors.get(exhibit.keys.get("survey") or "", ()))
    answered = answer(exhibit.book, variables_of(exhibit), in_doubt)
    references, thresholds = read_references(edition), specification.disclosure[audience]

    def figure() -> Expected | None:
        cells = cells_of(exhibit, summaries(answered, [exhibit]), thresholds, references)
        return next((cell for cell in cells if cell.cell_id == cell_id), None)

    now, found = figure(), []
    for source, respondent, slot, left_out in _corrections(answered):
        if slot in slots:
            answered.leave_out(left_out, in_doubt)
            found.append(Without(source, respondent, slot, figure(), now))
    answered.connection.close()
    return found


def _corrections(answered: Answered) -> list[tuple[str, str, str, LeftOut]]:
    """Every decision that changes or excludes something of those who count, and every answer that a fix changes."""
    run = answered.connection.execute
    lines = run(
        "SELECT seq, respondent_id, question_id FROM decision JOIN counted USING (respondent_id) "
        "WHERE action != 'accept' ORDER BY seq"
    ).fetchall()
    fixed = run("SELECT respondent_id, slot FROM fixed JOIN counted USING (respondent_id) ORDER BY ALL").fetchall()
    found = [
        (str(seq), who, slot, LeftOut(tuple(s for s, *cell in lines if s >= seq and tuple(cell) == (who, slot))))
        for seq, who, slot in lines
    ]
    return found + [(FIX, who, slot, LeftOut(fixed=((who, slot),))) for who, slot in fixed]


def script(edition: Path, cell_id: str, open_errors: OpenErrors) -> str:
    """The SQL of one figure, to be run with DuckDB in the folder of its survey: n and the unrounded value.

    NotRecomputed for a figure that no exhibit defines.
    """
    at = Address.of(cell_id)
    specification = read_specification(edition, at.exhibit)
    exhibit = _narrowed(specification, at)
    book, connection = exhibit.book, connect(exhibit.book)
    names = needed(book, variables_of(exhibit))
    steps = received_steps(book, read_files(book, connection), names, read_early(book, names))
    in_doubt = open_errors.get(exhibit.keys.get("survey") or "", ())
    steps |= decided_steps(book, names, open_errors=in_doubt)
    connection.close()
    chain = ",\n".join(f"{step} AS (\n  {query}\n)" for step, query in steps.items())
    query = f"WITH {chain}\n{select_sql(exhibit, at)};"
    return "\n".join([f"-- {cell_id}: run this with DuckDB in the folder of the survey", *_macros(query), query, ""])


def _macros(query: str) -> list[str]:
    """The macros that a query uses, and those that they use."""
    used: list[str] = []
    for macro in reversed(MACROS):
        called = macro.removeprefix("CREATE MACRO ").partition("(")[0] + "("
        if called in query or any(called in other.partition(" AS ")[2] for other in used):
            used.insert(0, f"{macro.replace('CREATE MACRO', 'CREATE OR REPLACE TEMP MACRO')};")
    return used


def _narrowed(specification: Specification, at: Address) -> Exhibit:
    if at.exhibit in specification.refused:
        raise NotRecomputed(specification.refused[at.exhibit])
    exhibit = next((e for e in specification.exhibits if e.id == at.exhibit), None)
    if exhibit is None or (at.dimension, at.band) not in exhibit.rows:
        raise NotRecomputed("no exhibit defines this figure over respondents")
    return narrowed(exhibit, at.dimension, at.column)

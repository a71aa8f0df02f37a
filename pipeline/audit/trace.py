"""One figure of a finished report back to the raw rows: how it is computed, who is in it, who is not and why.

Reads the ledger database of the build and the raw files. Of what made the figures it shares the formatter alone, which
says how a value is printed, and for surveys too large for their members to be kept, what draws these anew.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from pipeline.audit.anew import NOTE, draw_members
from pipeline.audit.boundaries import Boundary, decimals_of, nearest_boundary
from pipeline.audit.computations import Computation, computations_of
from pipeline.audit.database import keeps_members, nearest, open_database, read_built_survey
from pipeline.audit.path import Step, path_of
from pipeline.audit.without import Correction, corrections_of
from pipeline.errors import InputError
from pipeline.figures.ledger import CHANGE, DENOMINATOR, FACTS, NUMERATOR, SHOWN, N, address
from pipeline.responses.survey import Survey

FORMULAS = {
    "share": "100 × those who gave the answer ÷ those of the band who answered",
    "share_nonzero": "100 × those whose number is not zero ÷ those of the band who gave a number",
    "count": "how many of the band gave the answer",
    "median": "the middle answer of the band in ascending order; of an even number the mean of the two middle ones",
    "median_nonzero": "the middle one of the answers that are not zero; the mean of the middle two if even",
    "mean": "the sum of the answers ÷ their number",
    "mean_share": "the mean of each one's own share: 100 × the part ÷ the one's whole; each weighs the same",
    "ratio_of_sums": "the sum of the first number ÷ the sum of the second, over those for whom both are above zero",
    "mean_of_ratios": "the mean of each one's own ratio, over those for whom both numbers are above zero",
    "median_of_ratios": "the middle one of each one's own ratio, over those for whom both numbers are above zero",
    "points": "the one answer of one respondent",
    "p10": "the value a tenth of the way up the answers in ascending order (type 7: linear between two)",
    "p25": "the value a quarter of the way up the answers in ascending order (type 7: linear between two)",
    "p75": "the value three quarters of the way up the answers in ascending order (type 7: linear between two)",
    "p90": "the value nine tenths of the way up the answers in ascending order (type 7: linear between two)",
    "n": "how many of the band are in at least one column of the row's table",
    "change": "the figure less an older one that references.csv quotes, in points, or in percent of the older one",
    "reference": "quoted from elsewhere (references.csv), not computed",
}
PARTS = {"p10": Fraction(1, 10), "p25": Fraction(1, 4), "p75": Fraction(3, 4), "p90": Fraction(9, 10)}
OF_A_FIGURE = (*PARTS, CHANGE)  # secondary figures, whose respondents are those of the figure before their last part



@dataclass(frozen=True)
class TracedMember:
    """One respondent in a figure: the raw text and its place, and the value that entered.

    `counts` says that the respondent is in the numerator (None where there is no numerator of respondents); `sets` that
    it is one of the answers that are the median or between which the quantile lies.
    """

    respondent_id: str
    place: str
    columns: str
    raw: str
    value: float | None
    counts: bool | None
    rank: int | None
    sets: bool


@dataclass(frozen=True)
class Trace:
    """One figure and all that it rests on. `notes` say what is not traced."""

    cell_id: str
    label: str
    printed: str
    stat: float | None
    unit: str
    stat_name: str
    formula: str
    numerator: float | int | None
    denominator: float | int | None
    n: int | None
    status: str
    path: tuple[Step, ...]
    members: tuple[TracedMember, ...]
    corrections: tuple[Correction, ...]
    boundary: Boundary | None
    notes: tuple[str, ...]
    moved: str = ""
    computations: tuple[Computation, ...] = ()


def trace(edition: Path, output: Path, cell_id: str) -> Trace:
    """The figure at an address of a finished build, back to the raw rows.

    Raises InputError for an unknown address, naming the nearest, and where there is no build to be traced.
    """
    with open_database(edition, output) as database:
        cell = database.execute("SELECT * FROM cell WHERE cell_id = ?", (cell_id,)).fetchone()
        if cell is None:
            known = [row[0] for row in database.execute("SELECT cell_id FROM cell ORDER BY display_order")]
            raise InputError(f"no figure has the address {cell_id!r}{nearest(cell_id, known)}")
        survey = read_built_survey(edition, cell["survey"], database)
        kept = keeps_members(database)
        if not kept:
            draw_members(edition, database, cell, survey)
        rows = _member_rows(database, cell)
        roles = _roles(rows)
        members = _members(cell, rows, survey)
        exact = _exact(cell)
        decimals = None if exact is None else decimals_of(exact, cell["unit"], cell["printed"])
        rounded = exact is not None and cell["status"] == SHOWN and cell["stat_name"] not in (N, "count")
        return Trace(
            cell_id=cell_id,
            label=cell["label"],
            printed=cell["printed"],
            stat=cell["stat"],
            unit=cell["unit"],
            stat_name=cell["stat_name"],
            formula=_formula(cell),
            numerator=cell["numerator"],
            denominator=cell["denominator"],
            n=cell["n"],
            status=cell["status"],
            path=path_of(database, cell, roles) if rows else (),
            members=members,
            corrections=corrections_of(edition, output, database, cell, survey, roles),
            boundary=nearest_boundary(exact, cell["unit"], decimals) if rounded else None,
            notes=(*_notes(cell, rows, survey), *([NOTE] if rows and not kept else [])),
            moved=_moved(database, cell_id),
            computations=computations_of(database, cell, _formula(cell), output),
        )


def _moved(database: sqlite3.Connection, cell_id: str) -> str:
    """What the decisions made of the figure, in one sentence; empty where it is printed as before."""
    row = database.execute("SELECT * FROM moved WHERE cell_id = ?", (cell_id,)).fetchone()
    return f"moved from {row['before'] or 'nothing'} to {row['after']} because of {row['because']}" if row else ""


def _exact(cell: sqlite3.Row) -> Fraction | None:
    """A share from its two whole numbers, anything else from the shortest decimal of the stored value."""
    if cell["stat"] is None:
        return None
    whole = all(isinstance(cell[part], int) for part in ("numerator", "denominator"))  # else sums of weights
    if cell["stat_name"] in ("share", "share_nonzero") and whole:
        return Fraction(100 * cell["numerator"], cell["denominator"])
    return Fraction(repr(cell["stat"]))


def _formula(cell: sqlite3.Row) -> str:
    if cell["exhibit"] in FACTS and cell["status"] == SHOWN:
        return "counted from the records, findings and bands of the run"
    return FORMULAS[cell["stat_name"]]


def _notes(cell: sqlite3.Row, rows: list[sqlite3.Row], survey: Survey) -> list[str]:
    notes = []
    if rows and not _cut_as_usual(cell, rows, survey):
        notes.append("cut by another variable than the dimension's own")
    formulas = survey.codebook.formulas
    if survey.codebook.survey.weight and rows and rows[0]["weight"] is not None:
        notes.append(f"each answer weighs as much as {survey.codebook.survey.weight} says; n counts respondents")
    for name in rows[0]["variable"].split(", ") if rows else ():
        if name in formulas:
            notes.append(f"{name} is computed from the answers of each one: {formulas[name]}")
    if cell["stat_name"] in OF_A_FIGURE:
        notes.append("path and members are those of the figure that it belongs to")
    if cell["stat_name"] == CHANGE:
        notes.append("the older figure is quoted in references.csv and is not traced to respondents")
    if cell["adjusted"]:
        notes.append("moved in print so that its row adds to 100; the next printed value is that of plain rounding")
    if cell["status"] not in (SHOWN, "reference"):
        notes.append(f"not printed ({cell['status']}); its value is not in the ledger")
    if cell["exhibit"] in FACTS:
        notes.append("not traced to respondents: no exhibit defines it")
    elif not rows:
        notes.append("nobody stands in this band")
    if cell["stat_name"] == N:
        notes.append("who is lost is told by the first column of the row")
    return notes


def _member_rows(database: sqlite3.Connection, cell: sqlite3.Row) -> list[sqlite3.Row]:
    primary = address(cell["exhibit"], cell["dimension"], cell["band"], cell["column"])
    query = """
        SELECT m.*, r.title AS place FROM cell_member m LEFT JOIN source_row r USING (source_row_id)
        WHERE m.cell_id = ? ORDER BY cell_member_id
    """
    return database.execute(query, (primary,)).fetchall()


def _roles(rows: list[sqlite3.Row]) -> dict[str, str]:
    """Respondents who are used, with an empty text, and those who are not with the reason."""
    return {row["respondent_id"]: row["reason"] for row in rows if row["role"] != NUMERATOR}


def _members(cell: sqlite3.Row, rows: list[sqlite3.Row], survey: Survey) -> tuple[TracedMember, ...]:
    """Those who are used: in ascending order where the order decides, else in the order of the export."""
    numerator = {row["respondent_id"] for row in rows if row["role"] == NUMERATOR}
    counted = cell["stat_name"] in ("share", "share_nonzero", "count")
    used = [row for row in rows if row["role"] == DENOMINATOR]
    files = survey.records.drop_duplicates("record_id").set_index("record_id")["file"].to_dict()
    columns = cache(lambda file, variables: ", ".join(_columns(file, variables, survey)))
    place = PARTS.get(cell["stat_name"], Fraction(0)) * (len(used) - 1) + 1
    around = {place // 1, -(-place // 1)} if cell["stat_name"] in PARTS else None
    members = [
        TracedMember(
            respondent_id=row["respondent_id"],
            place=row["place"] or "",
            columns=columns(files[row["respondent_id"]], row["variable"]),
            raw=row["value_raw"],
            value=row["value_used"],
            counts=row["respondent_id"] in numerator if counted else None,
            rank=row["order_rank"],
            sets=bool(row["is_pivot"]) if around is None else row["order_rank"] in around,
        )
        for row in used
    ]
    return tuple(sorted(members, key=lambda m: m.rank or 0))


def _columns(file: str, variables: str, survey: Survey) -> list[str]:
    """The columns of a raw file that the answers to variables were read from, as its header tags them."""
    asked = [survey.codebook.variables()[name].question for name in _asked(survey, variables)]
    slots = zip(_asked(survey, variables), asked, strict=True)
    tags = [survey.tags[file].get(name) or survey.tags[file].get(question) for name, question in slots]
    return list(dict.fromkeys(tag for tag in tags if tag))


def _asked(survey: Survey, variables: str) -> list[str]:
    """The asked variables behind those that a figure reads (a question of several answers is all of them)."""
    codebook, found = survey.codebook, []
    for name in filter(None, variables.split(", ")):
        found += codebook.sources_of(name) if name in codebook.variables() else codebook.group(name)
    return list(dict.fromkeys(found))


def _cut_as_usual(cell: sqlite3.Row, rows: list[sqlite3.Row], survey: Survey) -> bool:
    """Whether the members are those of the dimension's own band; the ledger does not say what an exhibit is cut by."""
    if cell["dimension"] not in survey.codebook.dimensions:
        return True
    bands = survey.bands(cell["dimension"])
    inside = {row["respondent_id"] for row in rows}
    own = set(map(str, bands.index[bands == cell["band"]]))
    return inside <= own if cell["column"] == N else inside == own

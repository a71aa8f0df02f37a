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

from rich.table import Table
from rich.text import Text

from pipeline.audit.anew import NOTE, draw_members
from pipeline.audit.boundaries import Boundary, decimals_of, nearest_boundary
from pipeline.audit.computations import Computation, computations_of, computations_table
from pipeline.audit.database import keeps_members, nearest, open_database, read_built_survey
from pipeline.audit.without import Correction, corrections_of
from pipeline.errors import InputError
from pipeline.figures.ledger import CHANGE, COMPANY, DENOMINATOR, EXCLUDED, FACTS, NUMERATOR, SHOWN, N, address
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

# at which step of the path an answer is lost, and why in words
LOST = {
    "outside_base": ("in the base", "outside the base of the exhibit"),
    "base_unknown": ("in the base", "it cannot be told whether in the base"),
    "not_asked": ("asked", "not asked"),
    "not_applicable": ("answered", "answered that it does not apply"),
    "not_answered": ("answered", "no answer"),
    "not_known": ("answered", "answered that it is not known"),
    "refused": ("answered", "preferred not to say"),
    "unreadable": ("used", "the answer cannot be read"),
    "withheld": ("used", "withheld: an error is open or a decision excludes the answer"),
    "zero": ("used", "zero, and the statistic leaves zeros out"),
    "no_weight": ("used", "there is no weight above zero"),
    "no_total": ("used", "the whole is zero, so there is no share of it"),
    "outside_bins": ("used", "outside every bin"),
    "cannot_tell": ("used", "the condition cannot be told from the answers"),
}
NAMED = 9  # of those who are lost for one reason; more are named on demand
LISTED = 200  # members of a figure, and those that set it; more are listed on demand
STEPS = ("in the base", "asked", "answered", "used")


@dataclass(frozen=True)
class Loss:
    """Respondents who do not go on, and why."""

    reason: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """How many are left at one step of the path, and who was lost on the way to it."""

    name: str
    count: int
    losses: tuple[Loss, ...] = ()


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
            path=_path(database, cell, roles) if rows else (),
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


def _path(database: sqlite3.Connection, cell: sqlite3.Row, roles: dict[str, str]) -> tuple[Step, ...]:
    """Received, counted, in the band, in the base, asked, answered, used: who is lost at each step and why."""
    query = """
        SELECT r.record_id, r.status, r.reason FROM record r JOIN source_row USING (source_row_id)
        JOIN source_file f USING (source_file_id) WHERE f.survey = ? ORDER BY r.source_row_id
    """
    records = database.execute(query, (cell["survey"],)).fetchall()
    counted = [row["record_id"] for row in records if row["status"] == "counted"]
    lost = [(row["reason"], row["record_id"]) for row in records if row["status"] != "counted"]
    steps = [Step("received", len(records)), Step("counted", len(counted), _losses(lost))]
    if cell["dimension"] == COMPANY:
        others = [("another point of the scatter, or none", r) for r in counted if r not in roles]
        return (*steps, Step("used", len(roles), _losses(others)))
    bands, reasons = _bands(database, cell)
    inside = [r for r in counted if cell["band"] in bands.get(r, ())]
    steps.append(Step("in the band", len(inside), _losses(
        (f"in band {', '.join(bands[r])}" if bands.get(r) else f"in no band of {cell['dimension']}", r)
        for r in counted if cell["band"] not in bands.get(r, ())
    )))  # fmt: skip
    left = inside
    for name in STEPS:
        gone = {r: LOST[why][1] for r in left if (why := _reason(r, roles, reasons)) and LOST[why][0] == name}
        left = [r for r in left if r not in gone]
        steps.append(Step(name, len(left), _losses((why, r) for r, why in gone.items())))
    return tuple(steps)


def _reason(respondent: str, roles: dict[str, str], reasons: dict[str, str]) -> str:
    """Why a respondent of the band is not used; of a base, which names nobody who is not, as the row's columns say."""
    return roles[respondent] if respondent in roles else reasons.get(respondent, "")


def _bands(database: sqlite3.Connection, cell: sqlite3.Row) -> tuple[dict[str, list[str]], dict[str, str]]:
    """In which bands of the dimension each respondent stands, by the ledger, and the first reason given in this one.

    The members of a base are only those who are used, so for a base every column of its row is asked.
    """
    query = """
        SELECT c.band, m.respondent_id, m.role, m.reason FROM cell c JOIN cell_member m USING (cell_id)
        WHERE c.exhibit = ? AND c.dimension = ? AND (c.column = ? OR ? = 'n') ORDER BY cell_member_id
    """
    key = (cell["exhibit"], cell["dimension"], cell["column"], cell["column"])
    bands: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}
    for band, respondent, role, reason in database.execute(query, key):
        stands_in = bands.setdefault(respondent, [])
        if band not in stands_in:
            stands_in.append(band)
        if role == EXCLUDED and band == cell["band"]:
            reasons.setdefault(respondent, reason)
    return bands, reasons


def _losses(pairs) -> tuple[Loss, ...]:
    found: dict[str, list[str]] = {}
    for reason, respondent in pairs:
        found.setdefault(reason, []).append(respondent)
    return tuple(Loss(reason, tuple(ids)) for reason, ids in found.items())


def _cut_as_usual(cell: sqlite3.Row, rows: list[sqlite3.Row], survey: Survey) -> bool:
    """Whether the members are those of the dimension's own band; the ledger does not say what an exhibit is cut by."""
    if cell["dimension"] not in survey.codebook.dimensions:
        return True
    bands = survey.bands(cell["dimension"])
    inside = {row["respondent_id"] for row in rows}
    own = set(map(str, bands.index[bands == cell["band"]]))
    return inside <= own if cell["column"] == N else inside == own


def trace_tables(found: Trace, every: bool = False) -> list[Table]:
    """For the terminal: the figure, its path (with `every` naming all who are lost), its members, its corrections."""
    tables = [_figure_table(found)]
    if found.path:
        tables.append(_path_table(found, every))
    if found.members:
        tables.append(_member_table(found, every))
    if found.corrections:
        tables.append(_correction_table(found))
    return [*tables, computations_table(found.computations, found.cell_id)]


def _figure_table(found: Trace) -> Table:
    table = Table(title=Text(found.cell_id), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    lines = {"Figure": found.label, "Printed": found.printed, "Unrounded": _number(found.stat)}
    if found.moved:
        lines["Decisions"] = found.moved
    lines["Formula"] = found.formula
    if found.numerator is not None:
        lines["Numerator"], lines["Denominator"] = _number(found.numerator), _number(found.denominator)
    if found.n is not None:
        lines["n"] = _number(found.n)
    if found.boundary:
        lines["Next printed"] = _beyond(found.boundary)
    for i, note in enumerate(found.notes):
        lines["Note" if not i else f"Note {i + 1}"] = note
    for name, text in lines.items():
        table.add_row(name, Text(text))
    return table


def _beyond(boundary: Boundary) -> str:
    """How far the next printed value is, in the figure's own unit."""
    if not boundary.distance:
        return f"{boundary.beyond}: the unrounded value stands on the edge"
    at, distance = (f"{float(part):.6g}" for part in (boundary.at, boundary.distance))
    return f"{boundary.beyond}, once the unrounded value passes {at}: {distance} away"


def _path_table(found: Trace, every: bool) -> Table:
    table = Table(title="From received to used")
    table.add_column("Step", no_wrap=True)
    table.add_column("Left", justify="right")
    table.add_column("Lost", justify="right")
    for name in ("Why", "Who"):
        table.add_column(name, overflow="fold")
    for step in found.path:
        losses = step.losses or (None,)
        for i, loss in enumerate(losses):
            who = (str(len(loss.ids)), Text(loss.reason), Text(_who(loss, every))) if loss else ("", "", "")
            table.add_row(*((step.name, f"{step.count:,}") if not i else ("", "")), *who)
    return table


def _who(loss: Loss, every: bool) -> str:
    named = loss.ids if every or len(loss.ids) <= NAMED else loss.ids[:NAMED]
    more = len(loss.ids) - len(named)
    return ", ".join(named) + (f" and {more:,} more (--all names them)" if more else "")


def _member_table(found: Trace, every: bool) -> Table:
    shown = [m for i, m in enumerate(found.members) if every or i < LISTED or m.sets]
    hidden = len(found.members) - len(shown)
    counts, ranked = (any(getattr(m, name) is not None for m in found.members) for name in ("counts", "rank"))
    answered = found.stat_name != N
    more = f"; {len(shown):,} of them are listed (--all lists them)" if hidden else ""
    table = Table(title=f"Members: {len(found.members):,}{more}")
    names = ["Rank"] * ranked + ["Respondent", "Row"] + ["Column", "Raw text", "Value"] * answered
    for name in [*names, *["Counts"] * counts, *["Sets the figure"] * ranked]:
        wide = name in ("Column", "Raw text")
        right = name in ("Rank", "Value")
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=not wide)
    for m in shown:
        row = [str(m.rank)] * ranked + [m.respondent_id, m.place]
        row += [m.columns, m.raw, _number(m.value)] * answered
        row += ["yes" if m.counts else ""] * counts + ["yes" if m.sets else ""] * ranked
        table.add_row(*map(Text, row), style="bold" if m.sets else None)
    return table


def _correction_table(found: Trace) -> Table:
    table = Table(title="Corrections, and the figure without each (by the second engine, with the old answer)")
    for name in ("Respondent", "Answer", "Old", "New", "Why", "By", "Without it"):
        table.add_column(name, overflow="fold")
    for c in found.corrections:
        said = f"{c.without.printed} ({_number(c.without.stat)}, n {c.without.n})" if c.without else c.note
        by = ", ".join(filter(None, (c.author, f"decision {c.line}" if c.line.isdecimal() else c.line)))
        table.add_row(*map(Text, (c.respondent_id, c.variable, c.old or "nothing", c.new or "nothing", c.reason, by,
                                  said)))  # fmt: skip
    return table


def _number(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if not isinstance(value, float) or not value.is_integer() else f"{int(value):,}"

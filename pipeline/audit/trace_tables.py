"""One traced figure for the terminal: the figure, its path, its members, its corrections, its computations."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from pipeline.audit.boundaries import Boundary
from pipeline.audit.computations import computations_table
from pipeline.audit.path import Loss
from pipeline.audit.trace import Trace
from pipeline.figures.ledger import N

NAMED = 9  # of those who are lost for one reason; more are named on demand
LISTED = 200  # members of a figure, and those that set it; more are listed on demand


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
            who = (f"{len(loss.ids):,}", Text(loss.reason), Text(_who(loss, every))) if loss else ("", "", "")
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

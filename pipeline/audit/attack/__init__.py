"""What could be learnt about a single company from everything that is written for outside the house, put together.

The attacker holds the outside ledger and, where there are any, the ledgers of the companies' own PDFs, and knows which
company is in which band of every dimension. Sums are tried by one or two of the companies as well, who know their own
answers; whole numbers are not. In reading order: `knowledge`, what is held; `single`, one figure; `sums`, figures added
and subtracted; `intervals`, whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from pipeline.audit.attack.intervals import Counts
from pipeline.audit.attack.knowledge import Inside, Told, told
from pipeline.audit.attack.single import alike, dominated, exact_medians, few, few_beside
from pipeline.audit.attack.sums import Sums, nested
from pipeline.audit.database import open_database
from pipeline.audit.result import Audited
from pipeline.errors import InputError
from pipeline.figures import outside_ledger, read_ledger, read_report
from pipeline.figures.definitions import Report
from pipeline.figures.ledger import Cell
from pipeline.responses import read_survey
from pipeline.responses.survey import Survey

COLLUDING = 3  # the one that is learnt about, and two who put together what they know


@dataclass
class Attack:
    """One kind of attack: what it was tried on, how often, and what it found, one sentence each."""

    name: str
    on: str
    tried: int = 0
    learnt: list[str] = field(default_factory=list)


def audit_attack(edition: Path, folder: Path, outside: Sequence[Path] = ()) -> Audited:
    """Attack everything written for outside; each thing that can be learnt is a problem. Writes nothing.

    `folder` is the internal build, whose members are the truth. `outside` are folders of what was handed out, each with
    a ledger.csv; companies' ledgers below `companies/` of any of them count as well. Without `outside` the outside
    ledger is computed from the edition as it is. InputError where a ledger is missing or of an internal build.
    """
    survey = read_survey(edition)
    report = read_report(edition, survey.codebook)
    cells = _handed_out(folder, outside, survey, report)
    with open_database(edition, folder, members=True) as database:
        equations = told(cells, Inside(database, report))
        folders = [row[0] for row in database.execute("SELECT DISTINCT survey FROM source_file ORDER BY 1")]
    owners: dict[str, str] = {}
    for name in folders:
        owners |= (read_survey(edition / name) if name else survey).owners()
    attacks = attack(cells, equations, owners, report)
    return Audited([_table(attacks)], [], [line for each in attacks for line in each.learnt])


def attack(cells: Sequence[Cell], equations: list[Told], owners: dict[str, str], report: Report) -> list[Attack]:
    """Every attack on the figures that were handed out; in what is learnt no company is named."""
    limits = report.disclosure.external
    shown = [t for t in equations if t.shown]
    printed = {cell.cell_id: cell for cell in cells}
    counted, medians = [t for t in shown if t.count is not None], exact_medians(cells, limits)
    found = [
        Attack("few contributors", "figures", len(shown), _said("rests on too few", few(shown, owners, limits))),
        Attack("few contributors to quantiles", "figures", len(shown),
               _said("rests on too few", few_beside(shown, printed, owners, limits))),
        Attack("all others alike", "counts", len(counted), _said("is alike", alike(shown, owners, limits))),
        Attack("dominance", "sums", sum(bool(t.parts) for t in shown),
               _said("tells one contributor", dominated(shown, printed, limits))),
        Attack("exact medians", "medians", medians[0], _said("has too many digits", medians[1])),
        Attack("nested figures", "pairs"),
        Attack("withheld, by sums", "withheld figures"),
        Attack("one, two or three companies, by sums", "groups"),
        Attack("withheld, by whole numbers", "withheld counts"),
        Attack("one company's answer, by whole numbers", "answers"),
    ]  # fmt: skip
    groups: dict[tuple, list[Told]] = defaultdict(list)
    for equation in equations:
        groups[equation.subject].append(equation)
    for group in groups.values():
        if any(t.shown for t in group):
            _attack_sums(group, owners, limits.withhold, *found[5:8])
            _attack_counts(group, limits.unanimous, *found[8:10])
    return found


def _said(what: str, found: Iterable[Told | Cell]) -> list[str]:
    """One sentence for each figure that an attack worked on, by its first address."""
    return [f"{each.cell_id if isinstance(each, Cell) else min(each.cells)} {what}" for each in found]


def _attack_sums(
    group: list[Told], owners: dict[str, str], withhold: int, pairs: Attack, hidden: Attack, groups: Attack
) -> None:
    for larger, smaller in nested(group):
        pairs.tried += 1
        contributors = len({owners[r] for r in larger.members - smaller.members})
        if contributors < withhold:
            pairs.learnt.append(f"{larger.cells[0]} less {smaller.cells[0]} is about {contributors}")
    sums = Sums(group, owners)
    for each in group:
        if not each.shown:
            hidden.tried += 1
            if len(each.members) < withhold and sums.gives(sums.vector(each)):
                hidden.learnt.append(f"a withheld figure of {_place(each)} follows from shown ones")
    tried, found = sums.few(COLLUDING)
    groups.tried += tried
    groups.learnt += [f"figures of {_exhibits(group)} together tell of {len(companies)}" for companies in found]


def _attack_counts(group: list[Told], many: int, hidden: Attack, answers: Attack) -> None:
    if not any(t.shown and t.count is not None for t in group):
        return
    counts = Counts(group, many)
    for target, open_, wanted in counts.withheld():
        hidden.tried += 1
        if open_.width < wanted:
            hidden.learnt.append(f"a withheld count of {_place(target)} is {open_.least} to {open_.most}")
    tried, found = counts.pinned()
    answers.tried += tried
    answers.learnt += [f"figures of {_exhibits(group)} leave no doubt of {len(who)}" for who, _ in found]


def _place(each: Told) -> str:
    exhibit, dimension = min(each.places)
    return f"{exhibit} by {dimension}"


def _exhibits(group: list[Told]) -> str:
    return ", ".join(sorted({exhibit for each in group for exhibit, _ in each.places}))


def _handed_out(folder: Path, outside: Sequence[Path], survey: Survey, report: Report) -> list[Cell]:
    """The figures of all ledgers together; the same figure in two of them must be the same."""
    paths = [path for place in (folder, *outside) for path in sorted(place.glob("companies/*/ledger.csv"))]
    for place in outside:
        if not (place / "ledger.csv").exists() and not any(place.glob("companies/*/ledger.csv")):
            raise InputError("there is no ledger.csv here, nor below companies/", file=place)
        paths += [place / "ledger.csv"] if (place / "ledger.csv").exists() else []
    found: dict[str, Cell] = {}
    ledgers = [(None, outside_ledger(survey, report))] if not outside else []
    for path, ledger in [*ledgers, *((path, read_ledger(path, "external")) for path in paths)]:
        for cell in ledger.cells:
            if found.setdefault(cell.cell_id, cell) != cell and cell.band != "you":
                raise InputError(f"the figure {cell.cell_id} is another one elsewhere; build all of it anew", file=path)
    return list(found.values())


def _table(attacks: Iterable[Attack]) -> Table:
    caption = ("by one who knows every company's bands; figures and sums also by one or two companies that know their "
               "own answers, whole numbers not")  # fmt: skip
    table = Table("attack", "tried on", "", "learnt", title="What could be learnt about single companies",
                  caption=caption)  # fmt: skip
    for each in attacks:
        table.add_row(each.name, f"{each.tried:,}", each.on, str(len(each.learnt)) if each.learnt else "none")
    return table

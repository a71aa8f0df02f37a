"""Which printed figures the decisions moved: the same report computed from the answers as they were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.figures.definitions import Report
from pipeline.figures.ledger import COMPANY, Cell, Ledger, N, address
from pipeline.figures.specification import Subsets
from pipeline.figures.tabulation import tabulate
from pipeline.responses import language
from pipeline.responses.codebook import Codebook
from pipeline.responses.decisions import EXCLUDE, Decision, read_decisions
from pipeline.responses.survey import DECISIONS, Survey, read_undecided


@dataclass(frozen=True)
class Moved:
    """A figure that would be printed otherwise had nobody decided anything (answers in doubt are then withheld).

    `because` are the decisions, by their number, and the fixes that concern it and whose respondents stand otherwise
    in it than before.
    """

    cell_id: str
    before: str
    after: str
    because: tuple[str, ...]

    def __str__(self) -> str:
        return f"moved from {self.before or 'nothing'} to {self.after} because of {self.reason}"

    @property
    def reason(self) -> str:
        """The decisions and fixes in words."""
        numbers = [name for name in self.because if name.isdecimal()]
        parts = [f"decision{'s' * (len(numbers) > 1)} {_listed(numbers)}"] if numbers else []
        return _listed([*parts, *(name for name in self.because if not name.isdecimal())])


def moved_figures(ledger: Ledger, report: Report) -> tuple[Moved, ...]:
    """The figures of an internal ledger that decisions moved, in report order.

    Reads the survey and its sub-surveys once more, without any decision or fix; not where there is none.
    """
    own = report.path.parent
    decided = (read_decisions(own / folder / DECISIONS) for folder in ledger.surveys)
    if not any(decided) and not any(survey.codebook.fixes for survey in ledger.surveys.values()):
        return ()
    before = tabulate(read_undecided(own), report, ledger.audience, read=read_undecided)
    causes = cache(lambda folder: _causes(ledger.surveys[folder], read_decisions(own / folder / DECISIONS)))
    concerns = _Concerns(ledger)
    found = []
    for cell in ledger.cells:
        old = before.cell(cell.cell_id) if cell.cell_id in before else None
        is_point = cell.dimension == COMPANY  # points are numbered anew when one is lost
        if cell.exhibit in ledger.exhibits and not is_point and (old is None or old.printed != cell.printed):
            all_causes = causes(ledger.folder_of(cell.exhibit))
            who = _standing_otherwise(ledger, before, cell, tuple({cause.respondent: None for cause in all_causes}))
            theirs = [cause for cause in all_causes if cause.respondent in who]
            slots = concerns.of(cell)
            near = {cause for cause in theirs if cause.slots is None or cause.slots & slots}
            # a correction can also put other answers of the same respondent in doubt
            explained = {cause.respondent for cause in near}
            told = [cause for cause in theirs if cause in near or cause.respondent not in explained]
            because = tuple(dict.fromkeys(cause.name for cause in told))
            found.append(Moved(cell.cell_id, old.printed if old else "", cell.printed, because))
    return tuple(found)


@dataclass(frozen=True)
class _Cause:
    """One decision or fix about one respondent; `slots` is None where it is about the whole record."""

    name: str
    respondent: str
    slots: frozenset[str] | None


def _causes(survey: Survey, decisions: Sequence[Decision]) -> list[_Cause]:
    in_doubt = {f.finding_id: frozenset(filter(None, f.variables.split(", "))) for f in survey.findings.itertuples()}
    found = []
    for line in decisions:
        # correcting one answer also frees the others that its finding had put in doubt
        slots = in_doubt.get(line.finding_id, frozenset()) | ({line.question_id} - {""})
        whole = line.action == EXCLUDE and not line.question_id
        found.append(_Cause(line.source, line.respondent_id, None if whole else slots))
    fixed = survey.changes[~survey.changes["source"].str.isdecimal()]
    return found + [_Cause(c.source, c.respondent_id, frozenset({c.variable})) for c in fixed.itertuples()]


def _standing_otherwise(after: Ledger, before: Ledger, cell: Cell, who: Sequence[str]) -> set[str]:
    """Those of these respondents who are in a figure with another value, or in only one of the two.

    How a figure is rounded can rest on the others of its exhibit: where nobody moved in it, those who did in them.
    """
    for cells in ((cell,), after.exhibit(cell.exhibit)):
        pairs = ([_standing(ledger, other, who) for ledger in (after, before)] for other in cells)
        found = {respondent for now, then in pairs for respondent, _ in now.items() ^ then.items()}
        if found:
            return found
    return set()


def _standing(ledger: Ledger, cell: Cell, who: Sequence[str]) -> dict[str, float | None]:
    return ledger.members.standing(address(cell.exhibit, cell.dimension, cell.band, cell.column), who)


class _Concerns:
    """The columns of the export that each figure rests on: its answers, its base, its band."""

    def __init__(self, ledger: Ledger):
        self._ledger, self._subsets = ledger, Subsets(ledger)

    def of(self, cell: Cell) -> frozenset[str]:
        exhibit = self._ledger.exhibits[cell.exhibit]
        codebook = self._ledger.surveys[self._ledger.folder_of(cell.exhibit)].codebook
        row = next((r for r in exhibit.rows if (r.dimension, r.band) == (cell.dimension, cell.band)), None)
        measures = exhibit.measures if cell.column == N or row is None else [exhibit.get(cell.column)]
        names = {name for m in measures for name in (m.variables(row) if row else m.reads) + m.whole}
        _, subset = self._subsets.of(cell)
        names |= set(language.check(subset, codebook).variables) if subset else set()
        return frozenset(slot for name in names for slot in slots_of(name, codebook))


def slots_of(name: str, codebook: Codebook) -> Iterator[str]:
    """The columns of the export that a variable, or a question of several answers, is read from."""
    variables = codebook.variables()
    for asked in codebook.sources_of(name) if name in variables else codebook.group(name):
        yield asked if asked in codebook.slots else variables[asked].question


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))

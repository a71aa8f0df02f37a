"""Responses and exhibit definitions become the ledger: every number of the report, once.

For each exhibit: what each respondent contributes to each measure, the statistic over each row, the printed row,
what the audience may see of it. Nothing is computed after this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.figures.cells import cells_of
from pipeline.figures.contributions import Contributions
from pipeline.figures.definitions import Exhibit, Report
from pipeline.figures.disclosure import EXTERNAL, INTERNAL, Decision, Owners, Tabulated, decide, may_see_respondents
from pipeline.figures.draw import Rows, draw
from pipeline.figures.facts import facts
from pipeline.figures.headlines import rule_results
from pipeline.figures.ledger import Cell, Ledger
from pipeline.figures.members import Members, Texts
from pipeline.figures.points import points_of
from pipeline.figures.rows import with_merged
from pipeline.figures.signoffs import FILE as SIGNOFFS
from pipeline.figures.signoffs import read_signoffs, signed, signed_cells
from pipeline.responses import read_survey
from pipeline.responses.survey import Survey

OWN = ""  # the edition's own survey among those of the ledger


Progress = Callable[[int, int], None]  # how many exhibits are computed, out of how many


def _silent(done: int, total: int) -> None:
    """Nobody is told."""


def tabulate(
    survey: Survey,
    report: Report,
    audience: str = "internal",
    read: Callable[[Path], Survey] = read_survey,
    progress: Progress = _silent,
) -> Ledger:
    """The ledger of a report for one audience: exhibits in report order, then the facts of the run and the references.

    Sub-surveys that exhibits name are read from the edition, by `read`, when they are needed. For the external audience
    the ledger names no respondent. `progress` is told after every exhibit. Raises InputError for an audience that is
    not known, for an exhibit whose definition the answers do not fit, and for whatever is wrong in a sub-survey.
    """
    if audience != EXTERNAL:
        return _ledger(survey, report, audience, read, progress)
    outside = outside_ledger(survey, report, progress)
    cells = tuple(cell for cell in outside.cells if cell.dimension not in report.disclosure.merged)
    return replace(outside, cells=cells)


def outside_ledger(survey: Survey, report: Report, progress: Progress = _silent) -> Ledger:
    """The one ledger of everything that leaves the house: the external report's figures and those of merged bands.

    Exhibits that are cut by a dimension with merged bands (`disclosure: merged:` of exhibits.yaml) have a row for each,
    `exhibit.arr_wide.lt_30m.column`, after their own rows. What is withheld is decided for all of it together, so that
    any part of it may be handed out. It names no respondent. Raises what `tabulate` raises.
    """
    return _ledger(survey, report, EXTERNAL, read_survey, progress)


def disclosure_decisions(survey: Survey, report: Report) -> list[tuple[str, Decision]]:
    """What is decided of every figure, for readers inside and then outside: the audience and the decision.

    Raises what `tabulate` raises.
    """
    surveys = _Surveys(survey, report.path.parent, read_survey)
    return [
        (audience, decision)
        for audience in (INTERNAL, EXTERNAL)
        for decision in decide(_drawn(report, surveys, audience), report.thresholds(audience)).values()
    ]


def _ledger(
    survey: Survey, report: Report, audience: str, read: Callable[[Path], Survey], progress: Progress
) -> Ledger:
    thresholds = report.thresholds(audience)
    surveys = _Surveys(survey, report.path.parent, read)
    tables = _drawn(report, surveys, audience, progress)
    decisions = decide(tables, thresholds)
    cells: list[Cell] = []
    members = Members()
    for table in tables:
        exhibit, drawn = table.exhibit, table.drawn
        points = points_of(exhibit, drawn, thresholds, audience)
        cells += cells_of(exhibit, drawn, report, thresholds, decisions)
        cells += (point.cell for point in points)
        if may_see_respondents(audience):
            members.add(exhibit, drawn, points, surveys.of(exhibit).texts)
    cells += facts(survey, report)
    headlines = rule_results(report, Ledger(tuple(cells), audience))
    if not may_see_respondents(audience):
        return Ledger(tuple(cells), audience, headlines=headlines)
    exhibits = {exhibit.id: exhibit for exhibit in report.exhibits}
    kept = members.few
    ledger = Ledger(tuple(cells), audience, members, headlines, surveys.all(), exhibits, keeps_members=kept)
    found = signed(ledger, read_signoffs(report.path.parent / SIGNOFFS))
    return replace(ledger, cells=(*ledger.cells, *signed_cells(ledger, found)), signed=found)


def _drawn(report: Report, surveys: _Surveys, audience: str, progress: Progress = _silent) -> list[Tabulated]:
    """The exact figures of every exhibit, with the merged bands for readers outside."""
    found = []
    for exhibit in report.exhibits:
        source = surveys.of(exhibit)
        if audience == EXTERNAL:
            exhibit = with_merged(exhibit, report.disclosure.merged)
        drawn = draw(exhibit, source.rows, source.contributions, report.thresholds(audience))
        found.append(Tabulated(exhibit, drawn, source.survey.codebook, source.owners))
        progress(len(found), len(report.exhibits))
    return found


class _Opened:
    """One survey ready to be computed from."""

    def __init__(self, survey: Survey):
        self.survey, self.rows, self.contributions = survey, Rows(survey), Contributions(survey)
        self.owners = Owners(survey.owners())
        self.texts = Texts(survey)


class _Surveys:
    """The edition's own survey and its sub-surveys, each read when an exhibit is first computed from it."""

    def __init__(self, own: Survey, edition: Path, read: Callable[[Path], Survey]):
        self._edition, self._read = edition, read
        self._opened = {OWN: _Opened(own)}

    def of(self, exhibit: Exhibit) -> _Opened:
        folder = exhibit.survey or OWN
        if folder not in self._opened:
            self._opened[folder] = _Opened(self._read(self._edition / folder))
        return self._opened[folder]

    def all(self) -> dict[str, Survey]:
        return {folder: opened.survey for folder, opened in self._opened.items()}

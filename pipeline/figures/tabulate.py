"""Responses and exhibit definitions become the ledger: every number of the report, once.

For each exhibit: what each respondent contributes to each measure, the statistic over each row, the printed row,
what the audience may see of it. Nothing is computed after this.
"""

from __future__ import annotations

from pipeline.figures.cells import cells_of
from pipeline.figures.contributions import Contributions
from pipeline.figures.definitions import Report
from pipeline.figures.draw import Rows, draw
from pipeline.figures.facts import facts
from pipeline.figures.headlines import rule_results
from pipeline.figures.ledger import Cell, Ledger, Member
from pipeline.figures.members import members_of
from pipeline.responses.survey import Survey

EXTERNAL = "external"


def tabulate(survey: Survey, report: Report, audience: str = "internal") -> Ledger:
    """The ledger of a report for one audience: exhibits in report order, then the facts of the run and the references.

    For the external audience it names no respondent. Raises InputError for an audience that is not known and for an
    exhibit whose definition the answers do not fit.
    """
    thresholds = report.thresholds(audience)
    rows, contributions = Rows(survey), Contributions(survey)
    cells: list[Cell] = []
    members: dict[str, tuple[Member, ...]] = {}
    for exhibit in report.exhibits:
        drawn = draw(exhibit, rows, contributions, thresholds)
        cells += cells_of(exhibit, drawn, report, thresholds)
        if audience != EXTERNAL:
            members |= members_of(exhibit, drawn, survey)
    cells += facts(survey, report)
    headlines = rule_results(report, Ledger(tuple(cells), audience))
    return Ledger(tuple(cells), audience, members, headlines, None if audience == EXTERNAL else survey)

"""SurveyMonkey: two header rows, the question and below it Response, a choice, or a row of a matrix.

In the expanded form each choice has a column whose cells repeat the choice; in the condensed form the second row is
blank, or names the rows of a matrix, and the choices are joined in one cell.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from pipeline.responses.choices import normalise
from pipeline.responses.exports.headers import names_in, stacked
from pipeline.responses.exports.model import Header, Layout

ANSWER_WORDS = frozenset({"response", "open-ended response"})
SYSTEM = (
    "Respondent ID", "Collector ID", "Start Date", "End Date", "Date Created", "Date Modified", "IP Address",
    "Email Address", "First Name", "Last Name", "Custom Data", "Custom Data 1", "RespondentID", "CollectorID",
    "StartDate", "EndDate", "LastName", "FirstName",
)  # fmt: skip


def _fits(table: pd.DataFrame) -> bool:
    first, second = names_in(table), names_in(table, 1)
    if first.isdisjoint({"respondent id", "respondentid"}):
        return False
    told = {"collector id", "collectorid", "respondentid"}  # the last as one word is nobody else's
    return not (first.isdisjoint(told) and second.isdisjoint(ANSWER_WORDS))


def _header_rows(table: pd.DataFrame) -> int:
    """Two where the second row has no respondent's id, else one."""
    ids = [place for place, text in table.iloc[0].items() if normalise(text).replace(" ", "") == "respondentid"]
    return 2 if ids and len(table) > 1 and not table.iloc[1][ids[0]].strip() else 1


def _remark(cells: pd.DataFrame, headers: tuple[Header, ...]) -> str:
    options = [place for place, header in enumerate(headers) if header.option]
    for place in options:
        given = set(map(normalise, cells[place].unique())) - {""}
        if given == {normalise(headers[place].option)}:
            return "expanded"
    return "" if options else "condensed"


SURVEYMONKEY = Layout(
    title="SurveyMonkey",
    fits=_fits,
    header_rows=_header_rows,
    headers=partial(stacked, single=ANSWER_WORDS),
    respondent_id=("Respondent ID", "RespondentID"),
    system=SYSTEM,
    remark=_remark,
)

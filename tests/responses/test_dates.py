"""Dates: read only when day and month cannot be mistaken."""

import pandas as pd
import pytest

from pipeline.responses.dates import read_dates


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        (["2023-04-03 10:00:00", "2023-04-13"], ["2023-04-03 10:00", "2023-04-13"]),
        (["03/04/2023", "13/04/2023"], ["2023-04-03", "2023-04-13"]),
        (["04/03/2023", "04/13/2023"], ["2023-04-03", "2023-04-13"]),
        (["03/04/2023", "04/05/2023"], [None, None]),
        (["05/05/2023"], ["2023-05-05"]),
        (["", "soon"], [None, None]),
    ],
)
def test_a_column_decides_between_day_and_month(texts, dates):
    """One reading must fit the whole column and the other must not; else no date is guessed."""
    expected = pd.to_datetime(pd.Series(dates, dtype="object"), format="ISO8601").tolist()

    assert [d if pd.notna(d) else None for d in read_dates(texts)] == [d if pd.notna(d) else None for d in expected]

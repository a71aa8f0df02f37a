"""The small hand-made survey, its report and its ledger, read once."""

from pathlib import Path

import pytest

from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"


@pytest.fixture(scope="session")
def survey():
    return read_survey(SMALL)


@pytest.fixture(scope="session")
def report(survey):
    return read_report(SMALL, survey.codebook)


@pytest.fixture(scope="session")
def ledger(survey, report):
    return tabulate(survey, report)


@pytest.fixture(scope="session")
def external(survey, report):
    return tabulate(survey, report, "external")

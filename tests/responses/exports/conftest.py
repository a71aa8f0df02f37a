"""The answers that every layout of the one small survey must give, and copies of the editions to spoil."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent


def _rows(survey):
    frame = survey.answers[list(_table()[0])].sort_values("company")
    return [[_text(value) for value in row] for row in frame.astype("object").to_numpy()]


def _text(value):
    if pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table():
    with (HERE / "answers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def answers_of():
    """Typed answers as text, one row per company in the order of the names; blank where missing."""
    return _rows


@pytest.fixture(scope="session")
def expected():
    """The rows of answers.csv."""
    return _table()[1:]


@pytest.fixture
def layout(tmp_path):
    """Copies one layout's edition into a folder of the test's own."""

    def copy(name):
        shutil.copytree(HERE / name, tmp_path / name)
        return tmp_path / name

    return copy

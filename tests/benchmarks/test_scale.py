"""The survey that is measured at a million respondents, at some hundreds: it is read, and every step is told."""

import importlib
from pathlib import Path

import pytest

from pipeline.responses import read_survey


@pytest.fixture
def scale(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return importlib.import_module("scale")


def test_the_drawn_survey_has_what_a_real_one_has(scale, tmp_path):
    """150 columns and the id; mistakes, decisions and a fix; the same each time it is drawn."""
    scale.write_edition(tmp_path, 2000)
    drawn = (tmp_path / "responses.csv").read_bytes()
    scale.write_edition(tmp_path, 2000)

    survey = read_survey(tmp_path)

    assert (tmp_path / "responses.csv").read_bytes() == drawn
    assert survey.raw.shape == (2000, 150)
    assert {"type", "choice", "number_form", "outlier"} <= set(survey.findings["rule"])
    assert set(survey.changes["source"]) >= {"1", "fix cents"}
    assert set(survey.findings["state"]) == {"open", "corrected"}

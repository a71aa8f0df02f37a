"""The survey that is measured at a million respondents, at some hundreds: it is read, and every step is told."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.responses import read_survey

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scale(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
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


@pytest.mark.slow
def test_memory_grows_by_little_for_each_respondent():
    """Of 60,000 more respondents by 150 columns, each takes less than 8 kB at the most; 150 texts take 12."""
    call = [sys.executable, ROOT / "benchmarks" / "scale.py", "20000", "80000", "--no-figures"]
    lines = subprocess.run(call, check=True, capture_output=True, text=True, cwd=ROOT).stdout.splitlines()
    peaks = [float(re.search(r"([\d.]+) GB;", line)[1]) for line in lines if " all " in line]

    assert len(peaks) == 2
    assert (peaks[1] - peaks[0]) * 1024**2 / 60_000 < 8

"""The small survey with a guidance.yaml of the test's own."""

import shutil
import textwrap
from pathlib import Path

import pytest

from pipeline.figures.guidance.advise import advise
from pipeline.figures.guidance.reading import read_guidance

SMALL = Path(__file__).parents[2] / "small"
SOURCES = "sources:\n  guide: {title: A guide}\n  panel: {title: A panel}\n"


@pytest.fixture
def edition(tmp_path):
    """Makes an edition of the small survey whose guidance.yaml holds these rules."""

    def make(rules):
        folder = tmp_path / "small"
        shutil.copytree(SMALL, folder, dirs_exist_ok=True)
        (folder / "guidance.yaml").write_text(SOURCES + "rules:\n" + textwrap.dedent(rules), encoding="utf-8")
        return folder

    return make


@pytest.fixture
def advice(edition, survey):
    """What one rule says to one company of the small survey."""

    def find(rule, respondent):
        (found,) = advise(read_guidance(edition(rule), survey.codebook), survey, respondent)
        return found

    return find

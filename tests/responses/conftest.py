"""Editions for the tests: the small survey of twelve companies, copies to spoil, and tidy ones written in the test."""

import shutil
import textwrap
from pathlib import Path

import pytest

from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"


@pytest.fixture(scope="session")
def small():
    """The small survey, read once; frames are not changed by tests."""
    return read_survey(SMALL)


class Edition:
    """A folder that a test may change: replace a text in one of its files, then read it."""

    def __init__(self, folder: Path):
        self.folder = folder

    def replace(self, name: str, old: str, new: str) -> int:
        """Replace a text that stands there once; returns the line (from 1) on which the new text begins."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def read(self):
        return read_survey(self.folder)


@pytest.fixture
def edition(tmp_path):
    """A copy of the small survey."""
    shutil.copytree(SMALL, tmp_path / "edition")
    return Edition(tmp_path / "edition")


@pytest.fixture
def tidy(tmp_path):
    """Writes a tidy edition: the codebook's part after `source`, and the rows of its export."""

    def write(questions: str, responses: str, source: str = "decimal: '.'"):
        head = f"survey: {{id: tidy, title: Tidy, year: 2026}}\nsource: {{kind: tidy, {source}}}\n"
        (tmp_path / "codebook.yaml").write_text(head + textwrap.dedent(questions), encoding="utf-8")
        (tmp_path / "responses.csv").write_text(textwrap.dedent(responses).lstrip(), encoding="utf-8")
        return Edition(tmp_path)

    return write

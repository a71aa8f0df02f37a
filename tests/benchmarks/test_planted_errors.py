"""The drill itself: every error can still be planted, one is caught, and without one nothing is said."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def drill(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("planted_errors")


def test_every_error_can_be_planted(drill):
    """A passage that is to be changed stands in its file, and changing it does something; code has its name."""
    for error in drill.errors():
        if error.file:
            text = (ROOT / error.edition / error.file).read_text(encoding="utf-8")
            assert error.change(text) != text, error.what
        elif error.code:
            module, _, name = error.code.rpartition(".")
            assert callable(getattr(importlib.import_module(module), name)), error.what


def test_a_passage_that_is_gone_is_said(drill):
    """An error that cannot be planted would otherwise pass for one that nothing sees."""
    with pytest.raises(ValueError, match="'there' is there 0 times"):
        importlib.import_module("errors_to_plant").put("there", "here")("nothing of it")


@pytest.mark.parametrize(
    ("says", "verdict"),
    [
        ({"workbook", "sign-off", "run against run"}, "caught"),
        ({"sign-off", "run against run"}, "caught, given what was before"),
        ({"run against run"}, "listed"),
        (set(), "missed"),
    ],
)
def test_the_verdict_is_that_of_the_strongest_check(drill, says, verdict):
    """An alarm of the edition by itself, an alarm that needs what was before, a list, nothing."""
    assert drill.verdict({check: ["a sentence"] * (check in says) for check in drill.CHECKS}) == verdict


@pytest.mark.slow
def test_an_error_is_caught_and_none_is_not(drill, tmp_path):
    """Digits that change places in print: the second engine and the spreadsheet say so. Unplanted: not a word."""
    reference = drill.clean("tests/small", tmp_path / "clean")
    error = next(error for error in drill.errors() if error.what.startswith("digits of the print"))

    found = drill.plant(error, error.edition, reference, tmp_path / "error")
    nothing = drill.plant(None, "tests/small", reference, tmp_path / "none")

    assert drill.verdict(found) == "caught"
    assert any("support_owner.overall.all.support" in sentence for sentence in found["second engine"])
    assert nothing == {check: [] for check in drill.CHECKS}

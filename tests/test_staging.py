"""Output is swapped in whole or not at all."""

import os

import pytest

from pipeline.errors import InputError
from pipeline.staging import staged, write_whole

PRODUCTS = frozenset({"report.html", "ledger.sqlite"})


def test_a_finished_run_replaces_its_products_and_keeps_what_else_lay_there(tmp_path):
    """New products come in, old ones that were not made again go, everything else stays."""
    output = tmp_path / "2023"
    (output / "companies").mkdir(parents=True)
    (output / "companies" / "C001.pdf").write_text("theirs")
    (output / "report.html").write_text("old")
    (output / "ledger.sqlite").write_text("members")

    with staged(output, PRODUCTS) as folder:
        (folder / "report.html").write_text("new")

    assert (output / "report.html").read_text() == "new"
    assert (output / "companies" / "C001.pdf").read_text() == "theirs"
    assert not (output / "ledger.sqlite").exists()
    assert [entry.name for entry in tmp_path.iterdir()] == ["2023"]


def test_a_failed_run_leaves_the_previous_output_whole(tmp_path):
    """An error inside the block changes nothing."""
    output = tmp_path / "2023"
    output.mkdir()
    (output / "report.html").write_text("old")

    with pytest.raises(RuntimeError), staged(output, PRODUCTS) as folder:
        (folder / "report.html").write_text("half")
        raise RuntimeError

    assert (output / "report.html").read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["2023"]


@pytest.mark.parametrize("new_is_there", [False, True])
def test_a_run_killed_during_the_swap_is_mended_by_the_next(tmp_path, new_is_there):
    """Whether the kill came before or after the new folder took its place, nothing of the old one is lost."""
    output, previous = tmp_path / "2023", tmp_path / ".2023.previous"
    previous.mkdir()
    (previous / "compare.csv").write_text("kept")
    if new_is_there:
        output.mkdir()
    dead = tmp_path / ".2023.999999999"
    dead.mkdir()

    with staged(output, PRODUCTS) as folder:
        (folder / "report.html").write_text("new")

    assert (output / "compare.csv").read_text() == "kept"
    assert (output / "report.html").read_text() == "new"
    assert not dead.exists() and not previous.exists()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    """A file where the folder should be is named, and nothing is raised but the known error."""
    (tmp_path / "file").write_text("")

    wrong = pytest.raises(InputError, match=r"file/2023: the output folder cannot be written")
    with wrong, staged(tmp_path / "file" / "2023", PRODUCTS):
        pass


def test_a_file_is_written_whole(tmp_path):
    """The content is the one given and nothing is left beside it."""
    path = write_whole(tmp_path / "a" / "findings.csv", "rule\n")

    assert path.read_text() == "rule\n"
    assert os.listdir(path.parent) == ["findings.csv"]

import pickle
import time

import nbformat
import papermill
import pytest

from pipeline.errors import ChapterError
from pipeline.pages.running import run_chapter

PARAMETERS = 'edition = "../edition"\noutput = "../output"\naudience = "internal"'
GIVEN = {"edition": "/edition", "output": "/output", "audience": "internal"}


@pytest.fixture
def chapter(tmp_path):
    """Writes a notebook of code cells and returns its path and where the executed one is to lie."""

    def write(*cells, parameters=PARAMETERS, tags=("parameters",)):
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(parameters, metadata={"tags": list(tags)})]
        notebook.cells += [nbformat.v4.new_code_cell(source) for source in cells]
        (tmp_path / "out").mkdir()
        path = tmp_path / "chapter.ipynb"
        nbformat.write(notebook, path)
        return path, tmp_path / "out" / "chapter.ipynb"

    return write


def failure(path, destination, given=GIVEN, **options):
    with pytest.raises(ChapterError) as caught:
        run_chapter(path, given, destination, **options)
    assert not destination.exists()
    return caught.value


def test_a_chapter_runs_to_its_end(chapter):
    """Parameters arrive, outputs are kept, the notebook is not touched and has no cell that was not its own."""
    path, destination = chapter("print(edition, audience)")
    before = path.read_bytes()

    executed = nbformat.read(run_chapter(path, GIVEN, destination), as_version=4)

    assert executed.cells[-1].outputs[0].text == "/edition internal\n"
    assert path.read_bytes() == before
    assert [p.name for p in destination.parent.iterdir()] == ["chapter.ipynb"]


@pytest.mark.parametrize(
    ("cell", "message", "line"),
    [
        ("print('before')\nraise ValueError('no such thing')", "ValueError: no such thing", "no such thing"),
        ("import sys\nprint('leaving')\nsys.exit(0)", "ended before its last cell", "leaving"),
        ("import os, time\nprint('gone', flush=True)\ntime.sleep(0.5)\nos.kill(os.getpid(), 9)", "kernel died", "gone"),
        ("import time\nprint('slow', flush=True)\ntime.sleep(60)", "did not end within 2 seconds", "slow"),
        ("input()", "StdinNotImplementedError", "input"),
    ],
    ids=["exception", "early exit", "dead kernel", "timeout", "waits for input"],
)
def test_a_chapter_that_stops_is_one_clear_message(chapter, cell, message, line):
    """Notebook, cell and last lines are named, the notebook as far as it ran is kept, and the caller does not hang."""
    path, destination = chapter("1 + 1", cell, "print('never')")
    began = time.monotonic()

    error = failure(path, destination, timeout=2)

    assert message in error.message
    assert error.cell == f"cell 3 ({cell.splitlines()[0]})"
    assert line in error.last_lines
    assert "never" not in error.last_lines
    assert len(error.last_lines.splitlines()) <= 20
    assert "\x1b" not in str(error)
    assert error.partial.exists()
    assert error.partial.parent == destination.parent
    assert time.monotonic() - began < 20
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("given", "parameters", "message"),
    [
        (GIVEN | {"colour": "red"}, PARAMETERS, "'colour' is not known"),
        ({"edition": "/edition", "output": "/output"}, PARAMETERS, "'audience' is missing"),
        (GIVEN | {"edition": 5}, PARAMETERS, "'edition'"),
        (GIVEN | {"audience": "everyone"}, PARAMETERS, "'audience'"),
        (GIVEN, 'edition = "a"\noutput = "b"', "no parameter 'audience'"),
        (GIVEN, PARAMETERS + "\nregion = 'EMEA'", "nothing is given for the notebook's parameter 'region'"),
        (GIVEN, PARAMETERS.replace('"internal"', "5"), "'audience' is str, but its default 5 is not"),
    ],
)
def test_wrong_parameters_are_refused_before_anything_starts(chapter, given, parameters, message, monkeypatch):
    """Unknown, missing and mistyped parameters name the notebook and its cell; no kernel is started."""
    path, destination = chapter("1", parameters=parameters)
    monkeypatch.setattr("papermill.execute_notebook", lambda *args, **options: pytest.fail("a kernel was started"))

    error = failure(path, destination, given)

    assert message in str(error)
    assert error.cell.startswith("cell 1 (edition")


def test_a_notebook_without_parameters_is_refused(chapter):
    """Without the tag nothing would be passed on, and the chapter would read another edition."""
    path, destination = chapter("1", tags=())

    assert "no cell is tagged `parameters`" in failure(path, destination).message


@pytest.mark.parametrize(
    ("text", "message"), [(None, "no such notebook"), ("{", "not a notebook"), ("{}", "not a notebook")]
)
def test_what_is_no_notebook_is_said(tmp_path, text, message):
    """A missing or broken file is one sentence."""
    path = tmp_path / "chapter.ipynb"
    if text is not None:
        path.write_text(text)

    assert message in failure(path, tmp_path / "out.ipynb").message


@pytest.mark.parametrize(("failures", "reaches_its_end"), [(1, True), (2, False)])
def test_a_kernel_that_does_not_start_is_given_one_more_try(chapter, monkeypatch, failures, reaches_its_end):
    """On a busy machine a kernel can miss its time; the second failure is the chapter's."""
    really, tries = papermill.execute_notebook, []

    def starts_late(*args, **options):
        tries.append(1)
        if len(tries) <= failures:
            raise RuntimeError("Kernel didn't respond in 90 seconds")
        return really(*args, **options)

    monkeypatch.setattr("papermill.execute_notebook", starts_late)
    path, destination = chapter("x = 1")

    if reaches_its_end:
        assert run_chapter(path, GIVEN, destination).exists()
    else:
        assert "respond in 90 seconds" in str(failure(path, destination))
    assert len(tries) == 2

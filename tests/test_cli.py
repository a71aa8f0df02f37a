"""The command line: help that helps, exit statuses, and one sentence for a wrong input."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import bandwise, main

SMALL = Path(__file__).parent / "small"
COMMAND = Path(sys.executable).with_name("bandwise")


def installed(*arguments: object) -> subprocess.CompletedProcess:
    """What the installed command does in a process of its own."""
    return subprocess.run([str(COMMAND), *map(str, arguments)], capture_output=True, text=True, timeout=300)


@pytest.fixture
def run(monkeypatch, capsys):
    """Does the same in this process, through the same entry point: an exception that gets past it fails the test."""

    def call(*arguments: object) -> subprocess.CompletedProcess:
        monkeypatch.setattr(sys, "argv", ["bandwise", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return subprocess.CompletedProcess(arguments, ended.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def edition(tmp_path):
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("command", sorted(bandwise.commands))
def test_every_command_explains_itself_and_its_exit_statuses(command):
    """`--help` says what it does and what 0, 1 and 2 mean; the README names it."""
    result = installed(command, "--help")

    assert result.returncode == 0
    assert "Exit status:" in result.stdout
    assert f"bandwise {command}" in (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_validate_prints_the_findings_and_writes_them(edition, tmp_path):
    """Plain lines where there is no terminal, the paths last, status 0 when nothing is open."""
    result = installed("validate", edition, "--output", tmp_path / "out")

    assert result.returncode == 0, result.stderr
    assert "records received" in result.stdout
    assert (tmp_path / "out" / "findings.csv").exists() and (tmp_path / "out" / "validation.html").exists()
    assert "\x1b" not in result.stdout


def test_validate_ends_in_1_while_a_finding_has_no_decision(run, edition, tmp_path):
    """Without the decisions the same survey needs a person."""
    (edition / "decisions.csv").unlink()

    result = run("validate", edition, "--output", tmp_path / "out")

    assert result.returncode == 1
    assert "needs a person" in result.stdout


BAD_INPUTS = {
    "missing file": (lambda e: (e / "responses.csv").unlink(), ["responses.csv"]),
    "empty export": (lambda e: (e / "responses.csv").write_text(""), ["responses.csv"]),
    "wrong header rows": (
        lambda e: (e / "responses.csv").write_text(
            "\n".join(line for i, line in enumerate((e / "responses.csv").read_text().splitlines()) if i != 2)
        ),
        ["responses.csv"],
    ),
    "misspelt key": (
        lambda e: replace(e / "codebook.yaml", "fieldwork:", "fieldwrok:"), ["codebook.yaml", "fieldwrok"]
    ),
    "duplicate key": (
        lambda e: replace(e / "codebook.yaml", "  year: 2026", "  year: 2026\n  year: 2027"), ["codebook.yaml", "year"]
    ),
    "two columns of one question": (
        lambda e: replace(e / "responses.csv", "QID2\"", "QID4\""), ["responses.csv", "QID4"]
    ),
    "unknown question": (
        lambda e: replace(e / "exhibits.yaml", "question: owner", "question: ownr"), ["exhibits.yaml", "ownr", "owner"]
    ),
    "exhibit without question": (
        lambda e: replace(e / "exhibits.yaml", "    question: owner\n", ""), ["exhibits.yaml", "question"]
    ),
    "unknown choice": (
        lambda e: replace(e / "exhibits.yaml", "last: [none]", "last: [nothing]"), ["exhibits.yaml", "nothing"]
    ),
    "old value that does not match": (
        lambda e: replace(e / "decisions.csv", "correct,90,99", "correct,91,99"), ["decisions.csv", "91", "90"]
    ),
    "no such chapter notebook": (lambda e: (e / "notebooks" / "service.ipynb").unlink(), ["service.ipynb"]),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_a_wrong_input_is_one_sentence_status_2_and_leaves_the_output_alone(name, run, edition, tmp_path):
    """Never a traceback; the sentence names the file and what was found; nothing is written."""
    spoil, words = BAD_INPUTS[name]
    spoil(edition)
    output = tmp_path / "out"
    output.mkdir()
    (output / "report.html").write_text("the previous report")

    result = run("build", edition, "--output", output)

    assert result.returncode == 2, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert [word for word in words if word not in result.stderr] == []
    assert [path.name for path in output.iterdir()] == ["report.html"]
    assert (output / "report.html").read_text() == "the previous report"


def test_the_installed_command_says_it_in_one_sentence_too(edition, tmp_path):
    """The same refusal in a process of its own: status 2, one line, no traceback."""
    (edition / "responses.csv").unlink()

    result = installed("build", edition, "--output", tmp_path / "out")

    assert result.returncode == 2
    assert result.stderr.startswith("bandwise: ") and len(result.stderr.strip().splitlines()) == 1


def test_an_unreadable_number_is_a_finding_and_not_a_failure(run, edition, tmp_path):
    """The answer is withheld and listed with its raw text, the rest is read; a person must decide."""
    replace(edition / "responses.csv", "$4M", "see notes")

    result = run("validate", edition, "--output", tmp_path / "out")

    findings = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8").splitlines()
    assert result.returncode == 1
    assert [line for line in findings if "R02" in line and "see notes" in line and "open" in line]


def test_an_output_folder_that_cannot_be_written_is_named(run, edition, tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")

    result = run("build", edition, "--output", tmp_path / "file" / "out")

    assert result.returncode == 2
    assert "cannot be written" in result.stderr and "Traceback" not in result.stderr


def test_an_unknown_edition_is_a_wrong_call(tmp_path):
    """click says which argument is wrong."""
    result = installed("build", tmp_path / "nowhere")

    assert result.returncode == 2
    assert "nowhere" in result.stderr

"""One chapter's notebook, run by papermill to its end or not at all.

A run ends in one of two ways: the executed notebook lies where it was asked for, or a ChapterError says which cell
stopped it, shows the last lines and names the notebook as far as it ran.
"""

from __future__ import annotations

import ast
import json
import logging
import os
import re
import tempfile
from pathlib import Path
from typing import Any, Literal, NoReturn

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillException, PapermillExecutionError
from pydantic import BaseModel, ConfigDict, ValidationError
from traitlets.config import Config

from pipeline.errors import ChapterError

KERNEL = "python3"
LAST_LINES = 20
START_SECONDS = 90
QUIET_SECONDS = 60  # how long a cell's output may be on its way after the cell has ended
SENTINEL = "bandwise: the end of the chapter was reached"
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Parameters(BaseModel):
    """What a notebook is given; folders are absolute paths."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ChapterParameters(Parameters):
    """What a chapter is given: the edition's folder, the folder with its figures, and for whom the report is."""

    edition: str
    output: str
    audience: Literal["internal", "external", "reviewer"]


class CompanyParameters(Parameters):
    """What a company's notebook is given: the folder of its package, and nothing else."""

    package: str


def run_chapter(
    notebook: Path,
    parameters: dict[str, Any],
    destination: Path,
    timeout: int = 300,
    kind: type[Parameters] = ChapterParameters,
) -> Path:
    """Run a chapter, or another kind of notebook, and return `destination`, the executed notebook.

    `timeout` is in seconds for each cell; `kind` says which parameters there are. The notebook itself is only read;
    the kernel works in a folder of its own, gone afterwards. Raises ChapterError for wrong parameters (before anything
    is started) and for every way in which a notebook can fail to reach its end; what ran so far is then kept beside
    `destination` as `<name>.partial.ipynb`.
    """
    source = _read(notebook)
    with tempfile.TemporaryDirectory(prefix="bandwise-chapter-") as folder:
        copy, executed = Path(folder) / "chapter.ipynb", Path(folder) / "executed.ipynb"
        nbformat.write(_prepared(source), copy)
        given = _checked(notebook, source, copy, parameters, kind)
        started: list[str] = []
        try:
            try:
                _execute(copy, executed, given, timeout, started)
            except RuntimeError:
                if started:
                    raise
                _execute(copy, executed, given, timeout, started)  # a kernel can fail to start on a busy machine
        except (PapermillException, DeadKernelError, CellTimeoutError, RuntimeError) as error:
            _fail(error, notebook, source, executed, destination, started, timeout)
        result = nbformat.read(executed, as_version=4)
        if not _reached_end(result):
            _fail(None, notebook, source, executed, destination, started, timeout)
        _write(_at_home(_without_sentinel(result), given, destination.parent), destination)
    return destination


def _execute(copy: Path, executed: Path, parameters: dict[str, Any], timeout: int, started: list[str]) -> None:
    """papermill with strict settings; `started` collects the id of each cell that begins."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else every kernel start writes a warning
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it reports as errors comes back as exceptions
    papermill.execute_notebook(
        str(copy),
        str(executed),
        parameters=parameters,
        progress_bar=False,
        log_output=False,
        start_timeout=START_SECONDS,
        execution_timeout=timeout,
        iopub_timeout=QUIET_SECONDS,
        raise_on_iopub_timeout=True,
        resources={"metadata": {"path": str(copy.parent)}},  # `cwd=` would change the directory of this process
        config=Config(
            {"KernelManager": {"transport_encryption": "auto"}}
        ),  # plain TCP makes each kernel write a warning
        extra_arguments=["--IPKernelApp.log_level=50"],  # a kernel that is stopped would complain on our stderr
        on_cell_start=lambda cell, cell_index: started.append(cell.id),
    )


# Before


def _read(notebook: Path) -> NotebookNode:
    try:
        return nbformat.read(notebook, as_version=4)
    except FileNotFoundError:
        raise ChapterError("there is no such notebook", notebook) from None
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as error:
        raise ChapterError(f"this is not a notebook: {str(error).splitlines()[0]}", notebook) from None


def _checked(
    notebook: Path, source: NotebookNode, copy: Path, parameters: dict[str, Any], kind: type[Parameters]
) -> dict[str, Any]:
    """The parameters, typed; ChapterError where they are not what the notebook and the build agreed on."""
    place = _tagged_cell(source)
    if place is None:
        raise ChapterError("no cell is tagged `parameters`", notebook)
    cell = _describe(source, place)
    try:
        given = kind.model_validate(parameters).model_dump()
    except ValidationError as error:
        raise ChapterError(f"wrong parameters: {_complaints(error)}", notebook, cell) from None
    declared = papermill.inspect_notebook(str(copy))
    unknown, missing = sorted(set(given) - set(declared)), sorted(set(declared) - set(given))
    if unknown:
        raise ChapterError(f"the notebook has no parameter {', '.join(map(repr, unknown))}", notebook, cell)
    if missing:
        message = f"nothing is given for the notebook's parameter {', '.join(map(repr, missing))}"
        raise ChapterError(message, notebook, cell)
    for name, value in given.items():
        default = ast.literal_eval(declared[name]["default"])
        if type(default) is not type(value):
            message = f"parameter {name!r} is {type(value).__name__}, but its default {default!r} is not"
            raise ChapterError(message, notebook, cell)
    return given


def _complaints(error: ValidationError) -> str:
    words = {"missing": "is missing", "extra_forbidden": "is not known"}
    return "; ".join(f"{'.'.join(map(str, e['loc']))!r} {words.get(e['type'], e['msg'])}" for e in error.errors())


def _tagged_cell(source: NotebookNode) -> int | None:
    return next((i for i, c in enumerate(source.cells) if "parameters" in c.metadata.get("tags", [])), None)


# The end of the chapter


def _prepared(source: NotebookNode) -> NotebookNode:
    """A copy for this environment's Python, whatever kernel it was last saved with, and with one more cell: only its
    output proves that every cell before it has run (`sys.exit(0)` does not)."""
    copy = nbformat.from_dict(source)
    copy.metadata["kernelspec"] = {"name": KERNEL, "display_name": "Python 3", "language": "python"}
    copy.cells = [*copy.cells, nbformat.v4.new_code_cell(f"print({SENTINEL!r})", id="bandwise-end")]
    return copy


def _reached_end(executed: NotebookNode) -> bool:
    return any(SENTINEL in output.get("text", "") for output in executed.cells[-1].get("outputs", []))


def _without_sentinel(executed: NotebookNode) -> NotebookNode:
    executed.cells = executed.cells[:-1]
    return executed


def _at_home(executed: NotebookNode, given: dict[str, Any], folder: Path) -> NotebookNode:
    """Without clock and machine: folders as seen from where the notebook will lie, no times, no random ids."""
    paths = {name: os.path.relpath(value, folder) for name, value in given.items() if os.path.isabs(value)}
    executed.metadata["papermill"] = {"parameters": given | paths}
    for cell in executed.cells:
        for times in ("papermill", "execution"):
            cell.metadata.pop(times, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
            lines = (f"{name} = {json.dumps(value)}" for name, value in (given | paths).items())
            cell.source = "\n".join(["# Parameters", *lines])
    return executed


def _write(notebook: NotebookNode, destination: Path) -> None:
    partial = destination.with_name(destination.name + ".part")
    nbformat.write(notebook, partial)
    os.replace(partial, destination)


# What went wrong


def _fail(
    error: Exception | None,
    notebook: Path,
    source: NotebookNode,
    executed: Path,
    destination: Path,
    started: list[str],
    timeout: int,
) -> NoReturn:
    """Raise the ChapterError for an execution that did not reach its end, and keep what there is of it."""
    kept, ran = None, None
    if executed.exists():
        ran = nbformat.read(executed, as_version=4)
        kept = destination.with_name(f"{destination.stem}.partial.ipynb")
        nbformat.write(ran, kept)
    place = _failed_place(source, started)
    match error:
        case None:
            message = "the notebook ended before its last cell"
        case PapermillExecutionError():
            message = f"{error.ename}: {error.evalue}"
        case CellTimeoutError():
            message = f"the cell did not end within {timeout} seconds"
        case DeadKernelError():
            message = "the kernel died while the cell ran"
        case _:
            message = (
                f"the notebook could not be run: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
            )
    lines = _last_lines(error, ran, place)
    # Positional, so that the error survives the way back from a worker process.
    raise ChapterError(message, notebook, _describe(source, place), lines, kept) from None


def _failed_place(source: NotebookNode, started: list[str]) -> int | None:
    """Index in the notebook of the cell that was begun last; cells that papermill added are not counted."""
    ids = [cell.get("id") for cell in source.cells]
    known = [ids.index(cell_id) for cell_id in started if cell_id in ids]
    return known[-1] if known else None


def _last_lines(error: Exception | None, ran: NotebookNode | None, place: int | None) -> str:
    text = ""
    if isinstance(error, PapermillExecutionError):
        text = "\n".join(error.traceback)
    elif ran is not None and place is not None:
        outputs = [o for cell in ran.cells for o in cell.get("outputs", [])]
        text = "".join("".join(o.get("text", "")) or "\n".join(o.get("traceback", [])) for o in outputs)
    lines = TERMINAL_CODES.sub("", text).rstrip().splitlines()
    return "\n".join(lines[-LAST_LINES:])


def _describe(source: NotebookNode, place: int | None) -> str:
    """A cell as a person finds it: its number, counted from one over all cells, and its first line."""
    if place is None:
        return ""
    lines = source.cells[place].source.strip().splitlines() or [""]
    return f"cell {place + 1} ({lines[0]})"

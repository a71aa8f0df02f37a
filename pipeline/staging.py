"""Output is written beside its place and swapped in whole: a failed or killed run leaves the old one as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import InputError


@contextmanager
def staged(output: Path, products: frozenset[str]) -> Iterator[Path]:
    """An empty folder beside `output` that takes its place when the block ends without an error.

    What else lies in the old folder (tailored PDFs, a comparison) moves along; `products` name what the block may
    write, and of these nothing old survives. Raises InputError when the place cannot be written.
    """
    output = output.resolve()
    previous = output.with_name(f".{output.name}.previous")
    staging = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        _tidy(output, previous, products)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
    except OSError as error:
        raise InputError(f"the output folder cannot be written: {error.strerror}", file=output) from None
    try:
        yield staging
        if output.exists():
            output.rename(previous)
        staging.rename(output)
        if previous.exists():
            _carry(previous, output, products)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def refuse_foreign(output: Path, protected: list[Path], products: frozenset[str], record: str) -> None:
    """Raise InputError where output would overwrite what it did not make.

    `protected` folders hold sources: output lies neither in nor around them. In a folder without `record`, which every
    run leaves, anything named like a product is somebody else's.
    """
    output = output.resolve()
    for folder in (path.resolve() for path in protected):
        if output == folder or output in folder.parents or folder in output.parents:
            raise InputError(f"output cannot be written here: {folder} holds sources", file=output)
    if output.is_dir() and not (output / record).exists():
        foreign = sorted(products & {entry.name for entry in output.iterdir()})
        if foreign:
            found = ", ".join(foreign)
            raise InputError(f"the folder holds {found} that no run of ours wrote; choose another folder", file=output)


def _carry(previous: Path, output: Path, products: frozenset[str]) -> None:
    for entry in previous.iterdir():
        if entry.name not in products and not (output / entry.name).exists():
            entry.rename(output / entry.name)
    shutil.rmtree(previous)


def _tidy(output: Path, previous: Path, products: frozenset[str]) -> None:
    """Mends what a killed run left: the old folder goes back to its place, half-written ones are removed."""
    if previous.exists():
        if output.exists():
            _carry(previous, output, products)
        else:
            previous.rename(output)
    for left in output.parent.glob(f".{output.name}.[0-9]*"):
        if not _alive(left.suffix[1:]):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def write_whole(path: Path, content: bytes | str) -> Path:
    """Writes one file so that a reader sees the old or the new content, never a part. Raises InputError."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"the file cannot be written: {error.strerror}", file=path) from None
    return path

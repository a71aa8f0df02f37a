"""run.json: what a run read, with which versions, how long it took, and what it reused."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path

import pipeline


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inputs_of(edition: Path) -> dict[str, str]:
    """SHA-256 of every file of the edition folder, by its path below it, sub-surveys included."""
    return {path.relative_to(edition).as_posix(): sha256(path) for path in sorted(edition.rglob("*")) if path.is_file()}


def code_digest() -> str:
    """SHA-256 over everything in the package that decides what is computed and how it is shown."""
    code = hashlib.sha256()
    for path in sorted(Path(pipeline.__file__).parent.rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".js"}:
            code.update(path.read_bytes())
    return code.hexdigest()


def run_id(record: dict) -> str:
    """A name for what a run was made of: the same inputs, code, packages and audience give the same one."""
    parts = {name: record.get(name) for name in ("audience", "inputs", "versions", "code")}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def versions() -> dict[str, str]:
    names = ("bandwise", "pandas", "numpy", "matplotlib", "seaborn", "papermill", "nbconvert", "weasyprint")
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in names}


def read_record(output: Path) -> dict:
    """The record of the run that filled `output`; empty when there is none that can be read."""
    try:
        return json.loads((output / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_record(record: dict, output: Path) -> None:
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (output / "run.json").write_text(text, encoding="utf-8")


def is_fresh(edition: Path, output: Path, audience: str) -> bool:
    """Whether the figures in `output` were made for this audience from the very files that the edition holds now."""
    record = read_record(output)
    return record.get("audience") == audience and record.get("inputs") == inputs_of(edition)

"""What one audit hands back to the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rich.console import RenderableType


@dataclass(frozen=True)
class Audited:
    """Tables for the terminal, the files that were written, and what needs a person, one sentence each."""

    tables: list[RenderableType] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

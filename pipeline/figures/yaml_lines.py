"""Plain data of a YAML file together with the line of every key, until the responses room's reader is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

from pipeline.errors import InputError


def load(path: Path) -> tuple[Any, Callable[[tuple], int | None]]:
    """The data, and a function from a place such as ("exhibits", 3, "question") to its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("the file does not exist", file=path) from None
    try:
        data = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        raise InputError(error.problem, file=path, line=error.problem_mark.line + 1) from None
    except MarkedYAMLError as error:
        raise InputError(str(error.problem), file=path, line=error.problem_mark.line + 1) from None

    def line_of(place: tuple) -> int | None:
        node, line = data, None
        for part in place:
            try:
                line = (node.lc.key(part) if isinstance(part, str) else node.lc.item(part))[0] + 1
                node = node[part]
            except (KeyError, IndexError, AttributeError, TypeError):
                break
        return line

    return _plain(data), line_of


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(k): _plain(v) for k, v in node.items()}
    if isinstance(node, list):
        return [_plain(v) for v in node]
    return node

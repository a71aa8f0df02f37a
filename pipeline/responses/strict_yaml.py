"""Reads an analyst's YAML file strictly (YAML 1.2, no key twice, no unknown key) and knows the line of everything."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.errors import InputError

Model = TypeVar("Model", bound=BaseModel)
NO_TAGS = "only text, numbers, lists and keys are allowed here, no YAML tags"


def suggest(word: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'x'?` for a near name, else the list of what is allowed, as the end of a sentence."""
    names = [str(name) for name in allowed]
    near = difflib.get_close_matches(str(word), names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    more = f" and {len(names) - 15} more" if len(names) > 15 else ""
    return f"; allowed: {', '.join(names[:15])}{more}" if names else ""


@dataclass(frozen=True)
class Document:
    """A YAML file as plain data, which must not be changed; `lines` gives the line (from 1) of each entry."""

    file: Path
    data: Any
    lines: Mapping[tuple, int]

    def line(self, *keys) -> int:
        """The line of the entry at this path, or of its nearest enclosing entry."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def error(self, message: str, *keys) -> InputError:
        """An InputError that names this file and the place of the path; raise what it returns."""
        return InputError(message, file=self.file, line=self.line(*keys), key=".".join(map(str, keys)) or None)


class Entry(BaseModel):
    """Base of every model of an analyst's file: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def refuse_unknown_keys(cls, data):
        """Unknown keys first: a misspelt key is a better message than the absence of the right one."""
        if isinstance(data, dict):
            allowed = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in allowed:
                    hint = suggest(key, allowed)
                    raise PydanticCustomError(
                        "unknown_key", "unknown key '{found}'{hint}", {"found": key, "hint": hint}
                    )
        return data


def load(path: Path) -> Document:
    """Read one YAML file; the same text is parsed once, which takes longest of all that is done with it.

    InputError, with the line, for a missing file, bytes that are not UTF-8, what is not YAML, or a key given twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError("the file is missing", file=path) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=path) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError("the file is not UTF-8; save it as UTF-8", file=path, line=line) from None
    try:
        return Document(path, *_parsed(text))
    except InputError as error:
        raise replace(error, file=path) from None


@lru_cache(maxsize=16)
def _parsed(text: str) -> tuple[Any, dict[tuple, int]]:
    """The data of a YAML text and the line of each entry; InputError without the file."""
    try:
        tree = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        found = error.problem.split('"')[1] if '"' in error.problem else "a key"
        raise InputError(f"key '{found}' is given twice", line=error.problem_mark.line + 1, key=found) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise InputError(f"this is not YAML: {error.problem or error.context}", line=line) from None
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"this is not YAML: {str(error).splitlines()[0]}") from None
    reader = _Reader()
    return reader.plain(tree, ()), reader.lines


def load_as(path: Path, model: type[Model]) -> tuple[Model, Document]:
    """Read one YAML file into a pydantic model; the first thing that does not fit is an InputError with its line."""
    document = load(path)
    if not isinstance(document.data, dict):
        raise InputError("the file must hold keys and values", file=path, line=1)
    try:
        return model.model_validate(document.data), document
    except ValidationError as error:
        raise _input_error(document, error) from None


class _Reader:
    """Turns ruamel's tree into plain dicts, lists and scalars, and notes the line of every entry on the way."""

    def __init__(self):
        self.lines: dict[tuple, int] = {}
        self._seen: set[int] = set()

    def plain(self, node: Any, path: tuple) -> Any:
        if not isinstance(node, dict | list):
            return self._scalar(node, path)
        if node.tag.value is not None:
            raise InputError(NO_TAGS, line=self._line(path))
        # one text for two places hides what stands where, and can nest without end
        if id(node) in self._seen or getattr(node, "merge", None):
            message = "write the entry out; aliases (*) and merge keys (<<) are not allowed"
            raise InputError(message, line=self._line(path))
        self._seen.add(id(node))
        if isinstance(node, list):
            self._note(node, path, range(len(node)))
            return [self.plain(value, (*path, place)) for place, value in enumerate(node)]
        self._note(node, path, node)
        return {self._scalar(key, path): self.plain(value, (*path, key)) for key, value in node.items()}

    def _note(self, node: Any, path: tuple, entries: Iterable) -> None:
        known = node.lc.data or {}  # ruamel forgets the place of an entry without a value
        self.lines.update({(*path, entry): known[entry][0] + 1 for entry in entries if entry in known})

    def _scalar(self, value: Any, path: tuple) -> Any:
        if value is None or isinstance(value, bool):
            return value
        for kind in (int, float, str):
            if isinstance(value, kind):
                return kind(value)
        if isinstance(value, datetime.date):
            return value.isoformat()
        raise InputError(NO_TAGS, line=self._line(path))

    def _line(self, path: tuple) -> int:
        return self.lines.get(path, 1)


def _input_error(document: Document, error: ValidationError) -> InputError:
    first = error.errors(include_url=False)[0]
    path, node, missing = [], document.data, ""
    for part in first["loc"]:
        # pydantic also names the branch of a union it tried; only what stands in the file is a place in it
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            path.append(part)
            node = node[part]
        else:
            missing = str(part)
    found = first.get("input")
    match first["type"]:
        case "missing":
            return document.error(f"key '{missing}' is missing", *path)
        case "unknown_key":
            return document.error(first["msg"], *path, first["ctx"]["found"])
        case "value_error":
            return document.error(str(first["ctx"]["error"]), *path)
        case "enum" | "literal_error":
            allowed = [word.strip(" '") for word in first["ctx"]["expected"].replace(" or ", ", ").split(",")]
            return document.error(f"{found!r} is not known here{suggest(str(found), allowed)}", *path)
    return document.error(f"{first['msg'][0].lower()}{first['msg'][1:]}, not {found!r}", *path)

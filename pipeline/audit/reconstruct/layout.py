"""The questions of a codebook as a survey tool lays them out: one export column per question or item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.errors import InputError

NUMERIC = ("number", "money", "percent", "count")


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """`parts` are the items or ranking places, `choices` the possible answers; both empty where there are none."""

    id: str
    type: str
    text: str
    column: str
    parts: tuple[Choice, ...] = ()
    choices: tuple[Choice, ...] = ()

    def columns(self) -> list[tuple[str, str, str]]:
        """(variable, ImportId, text) of every export column. A multiple question has one column for all choices."""
        if not self.parts:
            return [(self.id, self.column, self.text)]
        return [(f"{self.id}.{part.code}", self.column.replace("{position}", str(k)).replace("{item}", part.code),
                 f"{self.text} - {part.label}") for k, part in enumerate(self.parts, start=1)]


@dataclass(frozen=True)
class Layout:
    questions: Mapping[str, Question]
    lists: Mapping[str, tuple[Choice, ...]]
    system: Sequence[str]
    missing: Mapping[str, Sequence[str]]
    data: Mapping[str, Any]

    def codes(self, question: str) -> list[str]:
        """Codes of the choices of a question, or of its items where it is typed."""
        found = self.questions[question]
        return [c.code for c in (found.choices or found.parts)]

    def places(self, question: str) -> int:
        return len(self.questions[question].parts)


def read_layout(codebook: Path) -> Layout:
    """The codebook's questions and lists. Raises InputError for a list that is not there."""
    data = read_yaml(codebook)
    lists: dict[str, tuple[Choice, ...]] = {}
    for name, listing in data.get("lists", {}).items():
        if isinstance(listing, Mapping):
            lists[name] = tuple(c for c in lists[listing["from"]] if c.code in listing["only"])
        else:
            lists[name] = _choices(listing)

    def resolve(listing: Any, question: str) -> tuple[Choice, ...]:
        if not isinstance(listing, str):
            return _choices(listing)
        if listing not in lists:
            raise InputError(f"there is no list '{listing}'", file=codebook, key=question)
        return lists[listing]

    questions = {}
    for q in data["questions"]:
        parts = tuple(Choice(str(k), f"Place {k}") for k in range(1, q["places"] + 1)) if q["type"] == "ranking" else (
            resolve(q["items"], q["id"]) if "items" in q else ())
        choices = resolve(q["choices"], q["id"]) if "choices" in q else ()
        questions[q["id"]] = Question(q["id"], q["type"], q["text"], q["column"], parts, choices)
    source = data["source"]
    return Layout(questions, lists, source["system"], source.get("missing", {}), data)


def read_yaml(path: Path) -> Any:
    if not path.is_file():
        raise InputError("the file is not there", file=path)
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def _choices(listing: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(entry["code"], entry["label"], tuple(entry.get("aliases", ()))) for entry in listing)

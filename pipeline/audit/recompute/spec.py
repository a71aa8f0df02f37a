"""codebook.yaml as plain data for the second engine: which columns are asked, how they are read, what is derived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from pipeline.responses.strict_yaml import load

NUMBERS = ("number", "money", "percent", "count", "scale", "allocation")
CHOSEN = ("single", "multiple", "ranking")
DERIVED = "derived"

# what a codebook may say that is known here; of what else it says there is no verdict
CODEBOOK = {
    "survey", "source", "questions", "records", "dimensions", "lists", "derived", "fixes", "checks", "builtin",
}  # fmt: skip
SURVEY = {
    "id", "title", "year", "short_title", "fieldwork", "respondent", "respondents", "synthetic", "owner",
    "weight", "weight_kind",
}  # fmt: skip
SOURCE = {
    "files", "waves", "kind", "encoding", "delimiter", "header_rows", "id", "separator", "name", "decimal", "currency",
    "ranges", "system", "missing",
}  # fmt: skip
QUESTION = {
    "id", "type", "text", "label", "short", "column", "spread", "aliases", "unit", "required", "asked_if",
    "accepts_other", "choices", "items", "exclusive", "places", "total", "tolerance", "missing", "hard", "soft",
    "other_of", "ranked", "coalesce",
}  # fmt: skip

DERIVED_KEYS = {"id", "label", "formula", "items", "short", "unit"}
DIMENSION = {"title", "long_title", "variable", "bands", "cross"}
TYPES = {*NUMBERS, *CHOSEN, "text", "identifier", "date"}

# why there is no value, from best to worst: what rests on several answers is missing for the worst of their reasons
REASONS = (
    "answered", "not_asked", "not_applicable", "not_answered", "not_known", "refused", "unreadable", "withheld",
)  # fmt: skip


class NotRecomputed(Exception):
    """What the second engine cannot compute from the files; its text is the reason."""


@dataclass(frozen=True)
class Slot:
    """One column of the export that answers a question, or one item, choice or place of it.

    `column` is its ImportId or tag, `texts` what may stand above it; `item` is the code that it stands for, if one.
    `above` and `options` are the names of its question and its item where a file keeps the two apart. The columns
    `stand_ins` answer where it is blank; `parts` are the columns with the ranks of choices, by the choices' labels.
    """

    name: str
    question: str
    item: str | None
    column: str
    texts: tuple[str, ...]
    above: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    parts: tuple[tuple[str, Slot], ...] = ()


@dataclass(frozen=True)
class Variable:
    """One value of each respondent; `formula` is that of a derived one, `slot` the column it is read from."""

    name: str
    question: str
    kind: str
    unit: str | None
    slot: str | None = None
    formula: str | None = None


@dataclass(frozen=True)
class Book:
    """One codebook. `variables` stand in an order in which formulas need earlier ones only."""

    folder: Path
    data: dict[str, Any]
    lists: dict[str, list[dict]]
    questions: dict[str, dict]
    slots: dict[str, Slot] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)

    @property
    def source(self) -> dict[str, Any]:
        return self.data["source"]

    @property
    def dimensions(self) -> dict[str, dict]:
        return self.data.get("dimensions") or {}

    @property
    def system(self) -> list[str]:
        return self.source.get("system") or []

    @property
    def weight(self) -> str | None:
        """The variable that says how much each respondent weighs, if one does."""
        return self.data["survey"].get("weight")

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The variables of each question and each derived number."""
        found: dict[str, list[str]] = {}
        for variable in self.variables.values():
            found.setdefault(variable.question, []).append(variable.name)
        return {question: tuple(names) for question, names in found.items()}

    def kind(self, question: str) -> str:
        return self.questions[question].get("type", DERIVED)

    def listing(self, question: str, key: str) -> list[dict]:
        """The choices or items of a question, written out."""
        entries = self.questions[question].get(key) or []
        return self.lists[entries] if isinstance(entries, str) else entries

    def codes(self, question: str, key: str = "choices") -> list[str]:
        return [str(entry["code"]) for entry in self.listing(question, key)]

    def bands(self, dimension: str) -> list[str]:
        entry = self.dimensions[dimension]
        if "cross" in entry:
            return ["__".join(ids) for ids in product(*(self.bands(part) for part in entry["cross"]))]
        return [str(band["id"]) for band in entry["bands"]]

    def reason_of(self, variable: str) -> str:
        """Whose reason says why a variable has no value: of a question with several answers there is one for all."""
        facts = self.variables[variable]
        return facts.question if facts.kind == "multiple" else variable


def read_book(folder: Path) -> Book:
    """The codebook of a survey's folder."""
    data = load(folder / "codebook.yaml").data
    lists: dict[str, list[dict]] = {}
    for name, entries in (data.get("lists") or {}).items():
        if isinstance(entries, dict):
            wanted = [str(code) for code in entries["only"]]
            whole = {str(entry["code"]): entry for entry in lists[entries["from"]]}
            entries = [whole[code] for code in wanted]
        lists[name] = entries
    asked = {q["id"]: q for q in data["questions"]}
    derived = {d["id"]: d for d in data.get("derived") or []}
    book = Book(folder, data, lists, {**asked, **derived})
    for question in asked:
        _add_asked(book, question)
    for name in derived:
        _add_derived(book, name)
    return book


def unheard(book: Book) -> str:
    """The first thing a codebook says that the second engine has not heard of; empty where there is none."""
    entries = [("the codebook", book.data, CODEBOOK), ("survey", book.data["survey"], SURVEY)]
    entries += [("source", book.source, SOURCE), *((q["id"], q, QUESTION) for q in book.data["questions"])]
    entries += [(d["id"], d, DERIVED_KEYS) for d in book.data.get("derived") or ()]
    entries += [(f"dimension {name}", dimension, DIMENSION) for name, dimension in book.dimensions.items()]
    for what, entry, known in entries:
        for key in entry:
            if key not in known:
                return f"the key {key!r} of {what}"
    return next((f"the type of {q['id']}" for q in book.data["questions"] if q["type"] not in TYPES), "")


def _add_asked(book: Book, question: str) -> None:
    q = book.questions[question]
    kind, column, ranked = q["type"], q.get("column") or "", q.get("ranked", "by_place")
    texts, choices = (q["text"], *(q.get("aliases") or ())), book.listing(question, "choices")
    items = choices if kind == "multiple" else book.listing(question, "items")
    if kind == "ranking":
        items = [{"code": str(place), "label": f"Place {place}"} for place in range(1, q["places"] + 1)]
    names = [f"{question}.{entry['code']}" for entry in items] or [question]
    together = not items or ranked != "by_place" or (kind == "multiple" and not q.get("spread") and "{" not in column)
    if together:
        ranks = zip(choices, _slots(q, question, choices), strict=True) if ranked == "by_choice" else ()
        parts = tuple((str(choice["label"]), slot) for choice, slot in ranks)
        others = tuple(q.get("coalesce") or ())
        book.slots[question] = Slot(question, question, None, column or question, texts, stand_ins=others, parts=parts)
    else:
        book.slots.update((slot.name, slot) for slot in _slots(q, question, items))
    for name in names:
        book.variables[name] = Variable(name, question, kind, q.get("unit"), slot=question if together else name)


def _slots(q: dict[str, Any], question: str, entries: list[dict]) -> Iterator[Slot]:
    """A column for each item, choice or place of a question."""
    column, texts = q.get("column") or "", (q["text"], *(q.get("aliases") or ()))
    named = column or f"{question}__{{item}}"
    pattern = named if "{" in named else f"{named} [{{label}}]"
    for place, entry in enumerate(entries, start=1):
        code, label = str(entry["code"]), str(entry["label"])
        at = pattern.replace("{position}", str(place)).replace("{item}", code).replace("{label}", label)
        whole = tuple(f"{text} - {part}{label}" for part in ("", "Selected Choice - ") for text in texts)
        options = (label, str(entry.get("short") or label), *map(str, entry.get("aliases") or ()), code)
        above = texts if "{" in named else (named, *texts)
        yield Slot(f"{question}.{code}", question, code, at, whole, above, options)


def _add_derived(book: Book, name: str) -> None:
    entry = book.questions[name]
    for code in book.codes(name, "items") or [None]:
        variable = f"{name}.{code}" if code else name
        formula = for_item(entry["formula"], code)
        book.variables[variable] = Variable(variable, name, DERIVED, entry.get("unit"), formula=formula)


def for_item(text: str, code: str | None) -> str:
    """A rule or formula for one item, whose code stands for `{item}`."""
    return re.sub(r"\{item\}", code, text) if code else text

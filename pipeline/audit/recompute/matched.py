"""Which column of a file answers which question, for the second engine; as the codebook says, never by position."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from pipeline.audit.recompute.heads import Head
from pipeline.audit.recompute.spec import NotRecomputed, Slot

Plain = Callable[[str], str]  # a text as it is compared


def texts_of(heads: Sequence[Head], slots: Iterable[Slot], columns: Iterable[str]) -> list[str]:
    """Every text that is compared."""
    above = [text for head in heads for text in (head.tag, head.text, head.above, head.option)]
    asked = [text for s in slots for text in (s.column, *s.texts, *s.above, *s.options, *s.stand_ins)]
    return list(dict.fromkeys([*above, *asked, *columns]))


def place_of(heads: Sequence[Head], column: str, plain: Plain, path: str) -> int | None:
    """The one column that answers to a name, None if none does."""
    return _one(_candidates(heads, column, None, plain), column, path)


def places_of(heads: Sequence[Head], slots: Sequence[Slot], plain: Plain, path: str) -> dict[str, int]:
    """The column of each slot by its name; those that the file does not have are left out."""
    found = {slot.name: _candidates(heads, slot.column, slot, plain) for slot in slots}
    for question in dict.fromkeys(slot.question for slot in slots):
        sisters = [slot.name for slot in slots if slot.question == question and found[slot.name]]
        found |= _side_by_side({name: found[name] for name in sisters})
    at = {slot.name: _one(found[slot.name], slot.column, path) for slot in slots}
    return {name: place for name, place in at.items() if place is not None}


def _candidates(heads: Sequence[Head], column: str, slot: Slot | None, plain: Plain) -> list[int]:
    """The columns that answer to a name, by the surest way that finds any: id, tag, text, question and choice."""
    texts = {plain(text) for text in (column, *slot.texts)} if slot else set()
    above = {plain(text) for text in slot.above} if slot else set()
    options = {plain(text) for text in slot.options} if slot else set()
    for way in (
        lambda head: head.id == column,
        lambda head: head.tag == column,
        lambda head: plain(head.tag) == plain(column),
        lambda head: head.text != "" and plain(head.text) in texts,
        lambda head: plain(head.above) in above and plain(head.option) in options,
    ):
        if found := [place for place, head in enumerate(heads) if way(head)]:
            return found
    if counted := re.fullmatch(r"(.+) \(([1-9][0-9]?)\)", column, re.DOTALL):
        alike = [place for place, head in enumerate(heads) if counted[1] in (head.tag, head.text)]
        return alike[int(counted[2]) - 1 :][:1]
    return []


def _side_by_side(found: dict[str, list[int]]) -> dict[str, list[int]]:
    """Where a choice alone stands above several columns, the one in the run of its sisters; else as it was."""
    if len(found) < 2 or all(len(places) == 1 for places in found.values()):
        return found
    runs = []
    for start in sorted({place for places in found.values() for place in places}):
        run = {name: [p for p in places if start <= p < start + len(found)] for name, places in found.items()}
        if all(len(places) == 1 for places in run.values()):
            runs.append(run)
    if len(runs) > 1:
        runs = [run for run in runs if sorted(run.values()) == list(run.values())]
    return runs[0] if len(runs) == 1 else found


def _one(found: list[int], column: str, path: str) -> int | None:
    if len(found) > 1:
        raise NotRecomputed(f"the second engine finds {column!r} twice in {path}")
    return found[0] if found else None

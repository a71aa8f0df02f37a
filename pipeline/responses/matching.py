"""Finds each question's column in an export: by the tool's id, the export tag, the text, or the question and choice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.responses.choices import normalise
from pipeline.responses.codebook import Codebook, Slot
from pipeline.responses.exports import LAYOUTS, WAVE, Export, Header

RESPONDENT = "(respondent)"  # no question and no system column can have this name
MADE = "none"
COUNTED = re.compile(r"(?P<name>.+) \((?P<place>[1-9]\d?)\)", re.DOTALL)


@dataclass(frozen=True)
class Match:
    """Which place of the file holds each slot and system column, which others stand in where it is blank, which hold
    the ranks of a ranking's choices (by the name of the part); and what was left on either side."""

    places: dict[str, int]
    stand_ins: dict[str, tuple[int, ...]]
    ranks: dict[str, dict[str, int]]
    unmatched_columns: tuple[str, ...]
    unmatched_slots: tuple[str, ...]


def match_columns(export: Export, codebook: Codebook) -> Match:
    """Match one export to the codebook. Two columns that fit one question equally well are an InputError."""
    layout = LAYOUTS[export.kind]
    names = codebook.source.system if layout.seconds is None else (layout.seconds, *codebook.source.system)
    places = {name: place for name in names if (place := _place(export, name)) is not None}
    if not makes_ids(codebook):
        places[RESPONDENT] = _respondent(export, codebook.source.id, layout.respondent_id)
    wanted = [part for slot in codebook.slots.values() for part in (slot.parts or (slot,))]
    found = {slot.name: _candidates(export, slot.column, slot) for slot in wanted}
    for question in codebook.questions:
        sisters = [slot.name for slot in wanted if slot.question == question and found[slot.name]]
        found |= _in_one_block({name: found[name] for name in sisters})
    at = {slot.name: _only(export, slot.column, found[slot.name]) for slot in wanted if found[slot.name]}
    ranks: dict[str, dict[str, int]] = {}
    for slot in codebook.slots.values():
        if slot.parts:
            ranks[slot.name] = {part.name: at[part.name] for part in slot.parts if part.name in at}
            if ranks[slot.name]:
                at[slot.name] = next(iter(ranks[slot.name].values()))
    places |= {name: at[name] for name in codebook.slots if name in at}
    stand_ins = {name: _stand_ins(export, slot) for name, slot in codebook.slots.items() if slot.coalesce}
    missing = [name for name in codebook.slots if name not in places]
    _refuse_shared(export, codebook, places)
    taken = {*places.values(), *(place for others in stand_ins.values() for place in others)}
    taken |= {place for parts in ranks.values() for place in parts.values()}
    # choices in columns of their own, beside the column that joins them
    joined = {export.headers[places[name]].text for name in codebook.questions if name in places}
    left = [
        header.tag
        for place, header in enumerate(export.headers)
        if place not in taken
        and not layout.owns(header)
        and not (header.option and header.question in joined)
        and not (export.wave and header.tag == WAVE)
        and (header.tag or header.text or (export.cells[place] != "").any())
    ]
    return Match(places, stand_ins, ranks, tuple(left), tuple(missing))


def makes_ids(codebook: Codebook) -> bool:
    """Whether the export names nobody, so that ids are made from the records' content."""
    stated = codebook.source.id
    return stated == MADE or (stated is None and not LAYOUTS[codebook.source.kind].respondent_id)


def _respondent(export: Export, stated: str | None, usual: tuple[str, ...]) -> int:
    names = (stated,) if stated else usual
    for name in names:
        place = _place(export, name)
        if place is not None:
            return place
    found = ", ".join(header.tag for header in export.headers[:10])
    message = f"no column {names[0]!r} (the respondent's id; source: id names another); the file begins with {found}"
    raise InputError(message, file=export.file)


def _place(export: Export, column: str) -> int | None:
    found = _candidates(export, column)
    return _only(export, column, found) if found else None


def _stand_ins(export: Export, slot: Slot) -> tuple[int, ...]:
    places = []
    for column in slot.coalesce:
        place = _place(export, column)
        if place is None:
            raise InputError(f"no column {column!r}, which is to stand in for {slot.name!r}", file=export.file)
        places.append(place)
    return tuple(places)


def _only(export: Export, column: str, found: Sequence[int]) -> int:
    if len(found) > 1:
        both = f"columns {found[0] + 1} and {found[1] + 1}"
        message = f"{both} both answer to {column!r}; name one by its ImportId, or as '{column} (2)' the second"
        raise InputError(message, file=export.file, row=1, column=export.headers[found[0]].tag)
    return found[0]


def _in_one_block(found: dict[str, list[int]]) -> dict[str, list[int]]:
    """The same with one place each, if only one run of neighbouring columns has each slot of a question once.

    Where a column is headed by its choice alone, "Other" may stand over several; the one among its sisters is meant. If
    it also stands on the other side of them, the run in the codebook's order is.
    """
    if len(found) < 2 or all(len(places) == 1 for places in found.values()):
        return found
    blocks = []
    for start in sorted({place for places in found.values() for place in places}):
        inside = {name: [p for p in places if start <= p < start + len(found)] for name, places in found.items()}
        if all(len(places) == 1 for places in inside.values()):
            blocks.append(inside)
    if len(blocks) > 1:
        blocks = [block for block in blocks if sorted(block.values()) == list(block.values())]
    return blocks[0] if len(blocks) == 1 else found


def _candidates(export: Export, column: str, slot: Slot | None = None) -> list[int]:
    """The places that answer to a name, or to whatever else a slot is known by; the surest way that finds any decides.

    Of several columns alike, `name (2)` is the second.
    """
    texts = {normalise(text) for text in (column, *slot.texts)} if slot else set()
    above = {normalise(text) for text in slot.above} if slot else set()
    options = {normalise(text) for text in slot.options} if slot else set()
    ways: list[Callable[[Header], bool]] = [
        lambda header: header.import_id == column,
        lambda header: header.tag == column,
        lambda header: normalise(header.tag) == normalise(column),
        lambda header: bool(header.text) and normalise(header.text) in texts,
        lambda header: normalise(header.question) in above and normalise(header.option) in options,
    ]
    for way in ways:
        found = [place for place, header in enumerate(export.headers) if way(header)]
        if found:
            return found
    counted = COUNTED.fullmatch(column)
    if counted:
        alike = [place for place, header in enumerate(export.headers) if counted["name"] in (header.tag, header.text)]
        return alike[int(counted["place"]) - 1 : int(counted["place"])]
    return []


def _refuse_shared(export: Export, codebook: Codebook, places: dict[str, int]) -> None:
    """A question's column may be a system column too (an id), but never another question's; what was written beside
    "other" may be that choice's tick as well."""
    owner: dict[int, str] = {}
    for name in codebook.slots:
        if name in places and owner.setdefault(places[name], name) != name:
            if _explains(codebook, name, owner[places[name]]):
                continue
            tag = export.headers[places[name]].tag
            message = f"{owner[places[name]]!r} and {name!r} both claim this column"
            raise InputError(message, file=export.file, row=1, column=tag)


def _explains(codebook: Codebook, name: str, other: str) -> bool:
    """Whether one slot is the choice "other" and the other one the text beside it."""
    for text, tick in ((name, other), (other, name)):
        asked, slot = codebook.questions[codebook.slots[text].question], codebook.slots[tick]
        if asked.other_of == slot.question and slot.item == "other":
            return True
    return False

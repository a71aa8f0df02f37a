"""Finds each question's column in an export: by the tool's id, the export tag, the text, or the question and choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.responses.choices import normalise
from pipeline.responses.codebook import Codebook, Slot
from pipeline.responses.exports import LAYOUTS, Export, Header

RESPONDENT = "(respondent)"  # no question and no system column can have this name
COUNTED = re.compile(r"(?P<name>.+) \((?P<place>[1-9]\d?)\)", re.DOTALL)


@dataclass(frozen=True)
class Match:
    """Which place of the file holds each slot and system column; and what was left on either side."""

    places: dict[str, int]
    unmatched_columns: tuple[str, ...]
    unmatched_slots: tuple[str, ...]


def match_columns(export: Export, codebook: Codebook) -> Match:
    """Match one export to the codebook. Two columns that fit one question equally well are an InputError."""
    layout = LAYOUTS[export.kind]
    names = codebook.source.system if layout.seconds is None else (layout.seconds, *codebook.source.system)
    places = {name: place for name in names if (place := _place(export, name)) is not None}
    places[RESPONDENT] = _respondent(export, codebook.source.id, layout.respondent_id)
    missing = []
    for slot in codebook.slots.values():
        place = _place(export, slot.column, slot)
        if place is None:
            missing.append(slot.name)
        else:
            places[slot.name] = place
    _refuse_shared(export, codebook, places)
    taken, known = set(places.values()), set(layout.system)
    left = [
        header.tag
        for place, header in enumerate(export.headers)
        if place not in taken
        and header.tag not in known
        and (header.tag or header.text or (export.cells[place] != "").any())
    ]
    return Match(places, tuple(left), tuple(missing))


def _respondent(export: Export, stated: str | None, usual: tuple[str, ...]) -> int:
    names = (stated,) if stated else usual
    for name in names:
        place = _place(export, name)
        if place is not None:
            return place
    found = ", ".join(header.tag for header in export.headers[:10])
    message = f"no column {names[0]!r} (the respondent's id; source: id names another); the file begins with {found}"
    raise InputError(message, file=export.file)


def _place(export: Export, column: str, slot: Slot | None = None) -> int | None:
    """The place that answers to a name, or to whatever else a slot is known by; the surest way that finds any decides.

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
        if len(found) > 1:
            both = f"columns {found[0] + 1} and {found[1] + 1}"
            message = f"{both} both answer to {column!r}; name one by its ImportId, or as '{column} (2)' the second"
            raise InputError(message, file=export.file, row=1, column=export.headers[found[0]].tag)
        if found:
            return found[0]
    counted = COUNTED.fullmatch(column)
    if counted:
        alike = [place for place, header in enumerate(export.headers) if counted["name"] in (header.tag, header.text)]
        if int(counted["place"]) <= len(alike):
            return alike[int(counted["place"]) - 1]
    return None


def _refuse_shared(export: Export, codebook: Codebook, places: dict[str, int]) -> None:
    """A question's column may be a system column too (an id), but never another question's."""
    owner: dict[int, str] = {}
    for name in codebook.slots:
        if name in places and owner.setdefault(places[name], name) != name:
            tag = export.headers[places[name]].tag
            message = f"{owner[places[name]]!r} and {name!r} both claim this column"
            raise InputError(message, file=export.file, row=1, column=tag)

"""Finds each question's column in an export: by the tool's id, else by the export tag, else by the question's text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.responses.choices import normalise
from pipeline.responses.codebook import Codebook
from pipeline.responses.exports import LAYOUTS, Export, Header

RESPONDENT = "(respondent)"  # no question and no system column can have this name


@dataclass(frozen=True)
class Match:
    """Which place of the file holds each slot and system column; and what was left on either side."""

    places: dict[str, int]
    unmatched_columns: tuple[str, ...]
    unmatched_slots: tuple[str, ...]


def match_columns(export: Export, codebook: Codebook) -> Match:
    """Match one export to the codebook. Two columns that fit one question equally well are an InputError."""
    layout = LAYOUTS[export.kind]
    expected = {
        RESPONDENT: codebook.source.id or layout.respondent_id,
        **{name: name for name in codebook.source.system},
    }
    if layout.seconds:
        expected.setdefault(layout.seconds, layout.seconds)
    places: dict[str, int] = {}
    for name, column in expected.items():
        place = _place(export, column, ())
        if place is not None:
            places[name] = place
    if RESPONDENT not in places:
        found = ", ".join(header.tag for header in export.headers[:10])
        raise InputError(
            f"no column {expected[RESPONDENT]!r} (the respondent's id); the file begins with {found}", file=export.file
        )
    missing = []
    for slot in codebook.slots.values():
        place = _place(export, slot.column, slot.texts)
        if place is None:
            missing.append(slot.name)
        else:
            places[slot.name] = place
    _refuse_shared(export, codebook, places)
    taken = set(places.values())
    left = [
        header.tag
        for place, header in enumerate(export.headers)
        if place not in taken and (header.tag or header.text or (export.cells[place] != "").any())
    ]
    return Match(places, tuple(left), tuple(missing))


def _place(export: Export, column: str, texts: tuple[str, ...]) -> int | None:
    wanted = {normalise(text) for text in texts}
    ways: list[Callable[[Header], bool]] = [
        lambda header: header.import_id == column,
        lambda header: header.tag == column,
        lambda header: bool(header.text) and normalise(header.text) in wanted,
    ]
    for way in ways:
        found = [place for place, header in enumerate(export.headers) if way(header)]
        if len(found) > 1:
            both = f"columns {found[0] + 1} and {found[1] + 1}"
            message = f"{both} both answer to {column!r}; rename one, or name the right one by its ImportId"
            raise InputError(message, file=export.file, row=1, column=export.headers[found[0]].tag)
        if found:
            return found[0]
    return None


def _refuse_shared(export: Export, codebook: Codebook, places: dict[str, int]) -> None:
    """A question's column may be a system column too (an id), but never another question's."""
    owner: dict[int, str] = {}
    for name in codebook.slots:
        if name in places and owner.setdefault(places[name], name) != name:
            tag = export.headers[places[name]].tag
            message = f"{owner[places[name]]!r} and {name!r} both claim this column"
            raise InputError(message, file=export.file, row=1, column=tag)

"""Gathers the columns of an export into questions: one column, one per choice, or one per row of a matrix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from pipeline.responses.choices import normalise
from pipeline.responses.exports import LAYOUTS, Export, Header

STEM = re.compile(r"(?P<stem>.+\S) - (?P<part>\S.*)", re.DOTALL)
CODED = re.compile(r"(?P<stem>\w+?)__(?P<part>\w+)")
OTHER = re.compile(r"other\b.*|.*\(please specify\).*|.*\bother \(.*", re.IGNORECASE | re.DOTALL)
IDS = ("respondent_id", "respondent id", "response id", "responseid", "id", "_id", "uuid", "_uuid", "key", "#")


@dataclass(frozen=True)
class Part:
    """One column: how the codebook names it, the choice or row it is about (empty for a question of one column)."""

    place: int
    address: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One question of the export and its columns.

    `stem` is False where the text of the question is not in the file; `other` is the column of free text beside one
    answer.
    """

    text: str
    tag: str
    parts: tuple[Part, ...]
    stem: bool = True
    other: Part | None = None

    @property
    def given(self) -> list[str]:
        """The texts that are not blank, over all columns."""
        return [text for part in self.parts for text in part.texts if text.strip()]


def respondent_column(export: Export) -> int | None:
    """The place of the respondent's id: where the tool puts it, or a column of that name without blanks or repeats."""
    names = [normalise(header.tag) for header in export.headers]
    for name in (*LAYOUTS[export.kind].respondent_id, *IDS):
        for place, found in enumerate(names):
            texts = export.cells[place].str.strip()
            if found == normalise(name) and (texts != "").all() and texts.is_unique:
                return place
    return None


def system_columns(export: Export) -> list[str]:
    """The tool's own columns that this export has, as its header tags them."""
    return [header.tag for header in export.headers if header.tag and LAYOUTS[export.kind].owns(header)]


def questions(export: Export, leave_out: frozenset[int]) -> list[Asked]:
    """The questions in the file's order, without the columns at the places `leave_out` and those that are empty."""
    places = [
        place
        for place, header in enumerate(export.headers)
        if place not in leave_out and (header.tag or header.text or _texts(export, place))
    ]
    found: list[Asked] = []
    for _, group in groupby(places, key=lambda place: _stem(export, place)):
        for asked in _asked(export, list(group)):
            header = export.headers[asked.parts[0].place]
            if found and header.question and normalise(header.question) == normalise(found[-1].text):
                # what was written beside "other" of a question with one answer has a column of its own
                part = replace(asked.parts[0], label=header.option)
                found[-1] = replace(found[-1], other=part)
            else:
                found.append(asked)
    return found


def _stem(export: Export, place: int) -> object:
    """What neighbouring columns of one question have in common; the place itself for a column that stands alone."""
    header = export.headers[place]
    if header.question:
        return ("question", normalise(header.question))
    if _repeats_its_header(header, _texts(export, place)):
        return "choice"
    numbered = re.fullmatch(r"(QID\d+)_\d+", header.import_id)
    if numbered and STEM.fullmatch(header.text):
        return ("id", numbered[1])
    for pattern, text in ((STEM, header.text), (CODED, header.tag)):
        if parts := pattern.fullmatch(text):
            return ("stem", normalise(parts["stem"]))
    return place


def _repeats_its_header(header: Header, texts: list[str]) -> bool:
    """Whether the only answer is the header itself: a column that stands for one choice."""
    return bool(texts) and {normalise(text) for text in texts} == {normalise(header.text or header.tag)}


def _asked(export: Export, places: list[int]) -> Iterator[Asked]:
    headers = [export.headers[place] for place in places]
    stem = _stem(export, places[0])
    if stem == "choice":
        yield Asked("", "", tuple(_part(export, place, _named(export, place)) for place in places), stem=False)
    elif isinstance(stem, int) or len(places) == 1:
        for place, header in zip(places, headers, strict=True):
            text = header.text if header.text not in ("", header.tag) else _named(export, place)
            yield Asked(text, header.tag, (_part(export, place, ""),))
    else:
        split = [_split(header) for header in headers]
        parts = (_part(export, place, label) for place, (_, label) in zip(places, split, strict=True))
        yield Asked(split[0][0], headers[0].tag.partition("_")[0], tuple(parts))


def _named(export: Export, place: int) -> str:
    """A column's tag; of several alike each has its number, `tag (2)`, as the codebook names it."""
    tag = export.headers[place].tag
    alike = [p for p, header in enumerate(export.headers) if normalise(header.tag) == normalise(tag)]
    return f"{tag} ({alike.index(place) + 1})" if len(alike) > 1 else tag


def _split(header: Header) -> tuple[str, str]:
    if header.question:
        return header.question, header.option
    for pattern, text in ((STEM, header.text), (CODED, header.tag)):
        if parts := pattern.fullmatch(text):
            return parts["stem"], parts["part"]
    return header.text, header.tag


def _part(export: Export, place: int, label: str) -> Part:
    header = export.headers[place]
    texts = tuple(text.strip() for text in export.cells[place])
    return Part(place, header.import_id or _named(export, place) or header.text, label, texts)


def _texts(export: Export, place: int) -> list[str]:
    cells: pd.Series = export.cells[place].str.strip()
    return [text for text in cells if text]

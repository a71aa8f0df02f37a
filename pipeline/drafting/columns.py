"""Gathers the columns of an export into questions: one column, one per choice, or one per row of a matrix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from pipeline.drafting.options import OTHER
from pipeline.responses.choices import normalise
from pipeline.responses.exports import LAYOUTS, Export, Header

BETWEEN = re.compile(r"\s+-\s+")  # a question and its choice or row in one header
CODED = re.compile(r"(?P<stem>\w+?)__(?P<part>\w+)")
BRACKETS = re.compile(r"(?P<stem>.+?)\s*\[(?P<part>[^\[\]]+)\]\s*", re.DOTALL)
WRITTEN = re.compile(r" - (?:Selected Choice|Text)(?= - |$)")  # Qualtrics' own words between question and choice
PLACEHOLDER = re.compile(r"[MDYH]{2,4}(?:[/.: -][MDYH]{2,4})*|date(?: / time)?", re.IGNORECASE)  # below a date
CHOICE = re.compile(r"(?P<stem>.+?)\s*\(choice=(?P<part>.+)\)", re.DOTALL)  # REDCap
IDS = ("respondent id", "response id", "record id", "participant id", "case id", "id", "_id", "uuid", "key", "#")


@dataclass(frozen=True)
class Part:
    """One column: how the codebook names it, the choice or row it is about (empty for a question of one column), and
    the tool's own code for that."""

    place: int
    address: str
    label: str
    texts: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True)
class Asked:
    """One question of the export and its columns.

    `stem` is False where the text of the question is not in the file; `other` is the column of free text beside one
    answer; `column` is what the codebook calls all its columns, if its text is not enough; `joined` says that the file
    also has a column for each of the choices that its cells join.
    """

    text: str
    tag: str
    parts: tuple[Part, ...]
    stem: bool = True
    other: Part | None = None
    column: str = ""
    joined: bool = False

    @property
    def given(self) -> list[str]:
        """The texts that are not blank, over all columns."""
        return [text for part in self.parts for text in part.texts if text.strip()]


@dataclass(frozen=True)
class _Stem:
    """What neighbouring columns of one question have in common, and how its text and the column's label read."""

    key: object
    text: str = ""
    label: str = ""
    code: str = ""
    column: str = ""


def respondent_column(export: Export) -> int | None:
    """The place of the respondent's id: where the tool puts it, or a column of that name without blanks or repeats."""
    names = [_plain_name(header.tag) for header in export.headers]
    for name in (*LAYOUTS[export.kind].respondent_id, *IDS):
        for place, found in enumerate(names):
            texts = export.cells[place].str.strip()
            if found == _plain_name(name) and (texts != "").all() and texts.is_unique:
                return place
    return None


def _plain_name(name: str) -> str:
    return re.sub(r"[\s_]+", "", name.casefold()) or name


def system_columns(export: Export) -> list[str]:
    """The tool's own columns that this export has, as its header tags them."""
    return [header.tag for header in export.headers if header.tag and LAYOUTS[export.kind].owns(header)]


def questions(export: Export, leave_out: frozenset[int]) -> list[Asked]:
    """The questions in the file's order, without the columns at the places `leave_out` and those that are empty.

    Columns of choices beside one that joins them are part of the joined question and not listed again.
    """
    alone = {header.text for header in export.headers if header.text}
    spread = {header.question for header in export.headers if "/" in header.tag} & alone
    places = [
        place
        for place, header in enumerate(export.headers)
        if place not in leave_out
        and (header.tag or header.text or _texts(export, place))
        and not ("/" in header.tag and header.question in spread)
    ]
    found: list[Asked] = []
    stems = _stems(export, places)
    _never_taken(export, places, stems)
    for _, group in groupby(places, key=lambda place: stems[place].key):
        for asked in _asked(export, list(group), stems):
            if export.headers[asked.parts[0].place].text in spread and len(asked.parts) == 1:
                asked = replace(asked, joined=True)
            if found and not found[-1].stem and _bare(asked.parts[0]) == "other":
                found[-1] = replace(found[-1], parts=(*found[-1].parts, replace(asked.parts[0], label="Other")))
            elif found and (other := _written_beside(asked, found[-1])):
                found[-1] = replace(found[-1], other=other)
            else:
                found.append(asked)
    return found


def _written_beside(asked: Asked, before: Asked) -> Part | None:
    """The column as what was written beside "other" of the question before it, if it is that."""
    text, part = normalise(before.text), asked.parts[0]
    if len(asked.parts) > 1 or len(before.parts) > 1 or before.other or not text:
        return None
    if _bare(part) == "other":
        return replace(part, label="Other")
    for pattern in (BRACKETS, re.compile(rf"(?P<stem>.+?){BETWEEN.pattern}(?P<part>.+)", re.DOTALL)):
        split = pattern.fullmatch(asked.text)
        if split and normalise(split["stem"]) == text and OTHER.fullmatch(split["part"]):
            return replace(part, label=split["part"])
    return None


def _bare(part: Part) -> str:
    """What a column is headed, without its number where several are headed alike."""
    return normalise(re.sub(r" \(\d+\)$", "", part.address))


def _never_taken(export: Export, places: list[int], stems: dict[int, _Stem]) -> None:
    """Blank columns beside those of choices are choices that nobody took, unless they read like questions."""
    for n, place in enumerate(places):
        near = (*places[max(n - 1, 0) : n], *places[n + 1 : n + 2])
        header = export.headers[place].text
        choice = any(stems[neighbour].key == "choice" for neighbour in near) and "?" not in header and len(header) < 60
        if choice and stems[place].key == place and not _texts(export, place):
            stems[place] = _Stem("choice")


def _stems(export: Export, places: list[int]) -> dict[int, _Stem]:
    """The stem of each column; a text with several hyphens is cut where its neighbour's text can be cut alike."""
    cuts = {place: _cuts(_text(export.headers[place])) for place in places}
    found: dict[int, _Stem] = {}
    for n, place in enumerate(places):
        header = export.headers[place]
        near = (*places[max(n - 1, 0) : n], *places[n + 1 : n + 2])
        shared = {normalise(stem) for neighbour in near for stem, _ in cuts[neighbour]}
        cut = next(((stem, part) for stem, part in cuts[place] if normalise(stem) in shared), None)
        brackets = BRACKETS.fullmatch(header.text)
        if header.question and brackets and header.text != header.tag and BRACKETS.fullmatch(header.tag):
            # codes in the tag, words in the text
            text, label, column = brackets["stem"], brackets["part"], f"{header.question}[{{item}}]"
            found[place] = _Stem(("question", header.question), text, label, header.option, column)
        elif header.question:
            found[place] = _Stem(("question", normalise(header.question)), header.question, header.option)
        elif _repeats_its_header(header, _texts(export, place)):
            found[place] = _Stem("choice")
        elif chosen := CHOICE.fullmatch(header.text) or _choice_in_header(header.text, _texts(export, place)):
            column = f"{chosen['stem']} (choice={{label}})" if CHOICE.fullmatch(header.text) else ""
            column = column or header.text.replace(chosen["part"], "{label}", 1)
            found[place] = _Stem(("choice of", normalise(chosen["stem"])), chosen["stem"], chosen["part"], "", column)
        elif cut:
            found[place] = _Stem(("stem", normalise(cut[0])), *cut)
        elif coded := CODED.fullmatch(header.tag):
            column = f"{coded['stem']}__{{item}}"
            found[place] = _Stem(("coded", coded["stem"]), coded["stem"], coded["part"], coded["part"], column)
        else:
            found[place] = _Stem(place)
    return found


def _text(header: Header) -> str:
    return WRITTEN.sub("", header.text)


def _cuts(text: str) -> list[tuple[str, str]]:
    """(question, choice) for each place at which a header may be cut, the longest question first."""
    return [(text[: found.start()], text[found.end() :]) for found in BETWEEN.finditer(text)][::-1]


def _choice_in_header(header: str, texts: list[str]) -> re.Match[str] | None:
    """The header as choice and question, "Chat:Which channels?", where the only answer is the choice."""
    if len(set(texts)) != 1:
        return None
    return re.fullmatch(rf"(?P<part>{re.escape(texts[0])})\s*[:|]\s*(?P<stem>.+)", header, re.DOTALL)


def _repeats_its_header(header: Header, texts: list[str]) -> bool:
    """Whether the only answer is the header itself: a column that stands for one choice."""
    return bool(texts) and {normalise(text) for text in texts} == {normalise(header.text or header.tag)}


def _asked(export: Export, places: list[int], stems: dict[int, _Stem]) -> Iterator[Asked]:
    stem = stems[places[0]]
    if stem.key == "choice":
        labels = [_named(export, place) for place in places]
        bare = [export.headers[place].tag for place in places]
        if any(label == tag for label, tag in zip(labels, bare, strict=True)):
            labels = bare  # the sisters tell which of several columns alike is meant
        parts = (_part(export, place, label) for place, label in zip(places, labels, strict=True))
        yield Asked("", "", tuple(parts), stem=False)
    elif isinstance(stem.key, int) or len(places) == 1:
        for place in places:
            header = export.headers[place]
            text = _text(header) if header.text not in ("", header.tag) else _named(export, place)
            text = header.question if PLACEHOLDER.fullmatch(header.option) else text
            yield Asked(text, header.tag, (_part(export, place, ""),))
    else:
        parts = tuple(_part(export, place, stems[place].label, stems[place].code) for place in places)
        tag = export.headers[places[0]].tag.partition("_")[0]
        yield Asked(stem.text, tag, parts, column=stem.column)


def _named(export: Export, place: int) -> str:
    """A column's tag; of several alike each has its number, `tag (2)`, as the codebook names it."""
    tag = export.headers[place].tag
    alike = [p for p, header in enumerate(export.headers) if normalise(header.tag) == normalise(tag)]
    return f"{tag} ({alike.index(place) + 1})" if len(alike) > 1 else tag


def _part(export: Export, place: int, label: str, code: str = "") -> Part:
    header = export.headers[place]
    texts = tuple(text.strip() for text in export.cells[place])
    return Part(place, header.import_id or _named(export, place) or header.text, label, texts, code)


def _texts(export: Export, place: int) -> list[str]:
    cells: pd.Series = export.cells[place].str.strip()
    return [text for text in cells if text]

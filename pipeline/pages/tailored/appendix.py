"""The company's answers as submitted, and what the metrics mean: as many pages as they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.figures.tailored.package import Answer
from pipeline.pages.svg import wrap
from pipeline.pages.tailored.desk import Desk
from pipeline.pages.templating import render

SIZE, LINE, PADDING = 8.5, 10.6, 4.4
COLUMN_HEIGHT = 346.0
QUESTION, ANSWER = 180.0, 214.0
LABEL, MEASURE, BASE = 150.0, 300.0, 270.0
LONGEST = 300  # letters of one answer that are printed

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class AnswerLine:
    """One question with the company's words; `heading` is the survey where a new one begins."""

    question: str
    given: str
    read: str
    notes: tuple[str, ...]
    heading: str = ""


def answer_pages(desk: Desk) -> list[str]:
    """Pages of two columns of questions and answers."""
    lines = []
    for group in desk.company.answers:
        for number, answer in enumerate(group.answers):
            lines.append(_line(answer, "" if number else group.title))
    columns = _filled(lines, _height, COLUMN_HEIGHT)
    return [render("company/answers.html", columns=columns[i : i + 2]) for i in range(0, len(columns), 2)]


def definition_pages(desk: Desk) -> list[str]:
    """Pages of what each metric measures, who is counted and where it comes from."""

    def height(definition) -> float:
        texts = ((definition.label, LABEL), (definition.measure, MEASURE), (definition.base, BASE))
        return max(_lines(text, width) for text, width in texts) * LINE + PADDING

    pages = _filled(desk.company.definitions, height, COLUMN_HEIGHT - 20)
    return [render("company/definitions.html", definitions=page) for page in pages]


def _line(answer: Answer, heading: str) -> AnswerLine:
    given, read = _shortened(answer.given), _shortened(answer.read)
    return AnswerLine(answer.question, given, "" if _same(given, read) else read, answer.notes, heading)


def _same(given: str, read: str) -> bool:
    """Whether what was read says no more than what was written."""
    kept = ["".join(c for c in text.casefold() if c.isalnum() or c in ".-") for text in (given, read)]
    return kept[0] == kept[1] or kept[0] + "%" == kept[1]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _height(line: AnswerLine) -> float:
    answer = _lines(line.given or "–", ANSWER) + sum(_lines(text, ANSWER) for text in (line.read, *line.notes) if text)
    heading = LINE + PADDING if line.heading else 0
    return max(_lines(line.question, QUESTION), answer) * LINE + PADDING + heading


def _lines(text: str, width: float) -> int:
    return wrap(text, width - 12, SIZE).count("\n") + 1


def _filled(entries: Sequence[Entry], height: Callable[[Entry], float], room: float) -> list[list[Entry]]:
    """The entries in order, cut into parts that are no higher than there is room."""
    parts: list[list[Entry]] = [[]]
    left = room
    for entry in entries:
        needed = height(entry)
        if needed > left and parts[-1]:
            parts.append([])
            left = room
        parts[-1].append(entry)
        left -= needed
    return parts

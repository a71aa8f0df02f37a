"""The company's answers as submitted: what it wrote, how that was read, what was found and done, what is blank."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.figures.tailored.package import Answer, AnswerGroup
from pipeline.pages.tailored.columns import LINE, PER_PAGE, in_columns, lines_of
from pipeline.pages.tailored.desk import Desk
from pipeline.pages.templating import render

ROOM = 415.0  # points: height of a column
GAP = 1.0  # points between two entries
LONGEST = 300  # letters of one answer that are printed
TOGETHER = 5  # questions without an answer in one paragraph
NOT_ASKED = "You were not asked"


@dataclass(frozen=True)
class Line:
    """One paragraph: a heading, a question with its answer, questions left blank, or what a mark means."""

    kind: str
    question: str
    given: str = ""
    read: str = ""
    marks: str = ""

    @property
    def height(self) -> float:
        text = " ".join(filter(None, (self.question, self.given, self.read and f"Read as {self.read}", self.marks)))
        bold = self.kind == "heading" or len(self.given) > len(self.question)
        return lines_of(text, 600 if bold else 400) * LINE + GAP + (4 if self.kind == "heading" else 0)


def answer_pages(desk: Desk) -> list[str]:
    """Pages of three columns of questions and answers; what is said of several answers stands once, at the end."""
    notes: dict[str, int] = {}
    lines = [line for group in desk.company.answers for line in _lines(group, desk.company.name, notes)]
    if notes:
        lines.append(Line("heading", "What was found and done"))
        lines += [Line("note", f"{number}  {note}") for note, number in notes.items()]
    columns = in_columns(lines, lambda line: line.height, ROOM)
    return [
        render("company/answers.html", columns=columns[i : i + PER_PAGE]) for i in range(0, len(columns), PER_PAGE)
    ]


def _lines(group: AnswerGroup, name: str, notes: dict[str, int]) -> list[Line]:
    """One survey: its name, the answers, then the questions that were asked and left blank, by reason.

    The company's name, which every page carries, is left out.
    """
    found = [Line("heading", group.title)]
    blank: dict[str, list[str]] = {}
    for answer in (answer for answer in group.answers if answer.given != name or answer.notes):
        if not answer.given and not answer.notes:
            blank.setdefault(answer.missing, []).append(answer.question)
        else:
            found.append(_answer(answer, notes))
    for reason, questions in blank.items():
        if reason != NOT_ASKED:
            said = [f"{reason}: {questions[0]}", *questions[1:]]
            found += [Line("blank", " ".join(said[i : i + TOGETHER])) for i in range(0, len(said), TOGETHER)]
    return found


def _answer(answer: Answer, notes: dict[str, int]) -> Line:
    given, read = _shortened(answer.given), _shortened(answer.read)
    said = [*answer.notes, *([answer.missing] if answer.missing else [])]
    marks = ", ".join(str(notes.setdefault(note, len(notes) + 1)) for note in said)
    return Line("answer", answer.question, given or "–", "" if _same(given, read) else read, marks)


def _same(given: str, read: str) -> bool:
    """Whether what was read says no more than what was written."""
    kept = ["".join(c for c in text.casefold() if c.isalnum() or c in ".-") for text in (given, read)]
    return kept[0] == kept[1] or kept[0] + "%" == kept[1]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

"""What a company submitted: each question with its words, how they were read, and what was done about them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.figures.contributions import ANSWERED
from pipeline.figures.formats import UNITS, format_value
from pipeline.figures.tailored.gathered import Gathered, Opened, Respondent
from pipeline.figures.tailored.package import Answer, AnswerGroup
from pipeline.figures.tailored.words import missing_words
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import NUMERIC, Kind, Question

MONEY_DECIMALS = 1
SILENT = ("not_answered", "not_asked")


def answers_of(respondent: Respondent, gathered: Gathered) -> tuple[AnswerGroup, ...]:
    """The company's answers, one group for each survey that it took part in, questions in the order of the form."""
    groups = []
    for folder, response in respondent.responses.items():
        opened = gathered.opened(folder)
        title = opened.survey.codebook.survey.title
        groups.append(AnswerGroup(title=title, answers=tuple(_answers(opened, response))))
    return tuple(groups)


def _answers(opened: Opened, response: str) -> Iterator[Answer]:
    survey = opened.survey
    for question in survey.codebook.questions.values():
        if question.type is not Kind.identifier:
            yield Answer(
                question=question.text,
                given=_given(opened, question, response),
                read=_read(opened, question, response),
                notes=tuple(dict.fromkeys(_notes(opened, question, response))),
                missing=missing_words(reason) if (reason := _reason(opened, question, response)) else "",
            )


def _given(opened: Opened, question: Question, response: str) -> str:
    """The text of the export, cell by cell where the question has several."""
    codebook = opened.survey.codebook
    texts = _texts(opened, question, response)
    if len(texts) == 1:
        return texts[0][1]
    labels = {v.item: v.short for v in map(codebook.variables().get, codebook.group(question.id)) if v}
    return "; ".join(f"{labels.get(item, item)}: {text}" for item, text in texts if text)


def _texts(opened: Opened, question: Question, response: str) -> list[tuple[str | None, str]]:
    """The cells of the export that belong to a question, each with its item."""
    slots = [slot for slot in opened.survey.codebook.slots.values() if slot.question == question.id]
    return [(slot.item, str(opened.survey.raw.at[response, slot.column]).strip()) for slot in slots]


def _read(opened: Opened, question: Question, response: str) -> str:
    """What the answer was taken for, but for plain numbers, which say it themselves."""
    codebook, answers = opened.survey.codebook, opened.survey.answers
    written = dict(_texts(opened, question, response))
    parts = []
    for name in codebook.group(question.id):
        value, facts = answers.at[response, name], codebook.variables()[name]
        if pd.isna(value):
            continue
        if question.type in NUMERIC and _plain(written.get(facts.item, "")) == float(value):
            continue
        if question.type is Kind.multiple:
            if value:
                parts.append(facts.label)
        else:
            text = _value(codebook, question, value)
            parts.append(f"{facts.short}: {text}" if facts.item else text)
    return "; ".join(parts)


def _plain(text: str) -> float | None:
    """The number that a text is, with or without commas, currency and percent sign; None for any other text."""
    try:
        return float(text.strip(" $€£%").replace(",", ""))
    except ValueError:
        return None


def _value(codebook: Codebook, question: Question, value: object) -> str:
    if question.type in NUMERIC:
        unit = question.unit if question.unit in UNITS else "count"
        if unit in ("usd", "eur", "gbp"):
            return format_value(float(value), unit, MONEY_DECIMALS)
        whole = float(value).is_integer()
        return format_value(float(value), unit, 0 if whole else 1)
    labels = {choice.code: choice.label for choice in codebook.choices(question.id)}
    return labels.get(str(value), str(value))


def _notes(opened: Opened, question: Question, response: str) -> Iterator[str]:
    """What was corrected or flagged; of a finding only what the codebook says in general."""
    survey = opened.survey
    names = {question.id, *survey.codebook.group(question.id)}
    for change in opened.changes.get(response, ()):
        if change["variable"] in names:
            yield f"Corrected: {change['reason']}"
    for finding in opened.findings.get(response, ()):
        if names.intersection(str(finding["variables"]).split(", ")):
            yield f"Checked ({finding['state']}): {opened.rules.get(finding['rule'], finding['rule'])}"


def _reason(opened: Opened, question: Question, response: str) -> str:
    """Why there is no answer at all to a question; of several reasons the one that tells most."""
    reasons = opened.survey.reasons
    columns = [name for name in (question.id, *opened.survey.codebook.group(question.id)) if name in reasons]
    found = [str(reasons.at[response, name]) for name in dict.fromkeys(columns)]
    if ANSWERED in found or not found:
        return ""
    return next((reason for reason in found if reason not in SILENT), found[0])

"""Turns the text of each cell into a typed answer or a reason why there is none, and says what could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.responses import numbers
from pipeline.responses.choices import normalise, ticked
from pipeline.responses.codebook import Codebook, Slot
from pipeline.responses.dates import read_dates
from pipeline.responses.schema import NUMERIC, Kind
from pipeline.responses.spreadsheet import before_spreadsheet

# From best to worst: what rests on several answers is missing for the worst of their reasons.
REASONS = (
    "answered",
    "not_asked",
    "not_applicable",
    "not_answered",
    "not_known",
    "refused",
    "unreadable",
    "withheld",
)
ANSWERED, NOT_ASKED, NOT_APPLICABLE, NOT_ANSWERED, _, _, UNREADABLE, WITHHELD = range(len(REASONS))


@dataclass(frozen=True)
class Remark:
    """What was unusual about one text in one column: a built-in rule's id, a sentence, and perhaps a proposal."""

    rule: str
    message: str
    proposed: str = ""


@dataclass(frozen=True)
class Word:
    """One distinct text, read: the value (code, codes, number, tick) or the reason there is none."""

    value: object
    reason: int
    remark: Remark | None = None


@dataclass(frozen=True)
class Column:
    """One slot, read. `values` by variable; `reason` as codes into REASONS; `remarks` by the record's place."""

    values: dict[str, pd.Series]
    reason: np.ndarray
    remarks: pd.Series

    def take(self, mask: np.ndarray) -> Column:
        """The same for the records where the mask is true."""
        remarks = self.remarks[mask[self.remarks.index]]
        remarks.index = (np.cumsum(mask) - 1)[remarks.index]
        return Column({name: values[mask] for name, values in self.values.items()}, self.reason[mask], remarks)

    def without(self, mask: np.ndarray) -> Column:
        """The same with the answers withheld where the mask is true; what is missing already keeps its reason."""
        values = {name: values.mask(mask) for name, values in self.values.items()}
        reason = np.where(mask & (self.reason == ANSWERED), WITHHELD, self.reason)
        return Column(values, reason.astype("int8"), self.remarks[~mask[self.remarks.index]])


def read_column(slot: Slot, text: pd.Series, codebook: Codebook) -> Column:
    """Read one column of text, indexed by respondent.

    Each distinct text is read once, so a column of a million rows costs what its different answers cost. Where there is
    no text because the respondent's file has no such column, the question was not asked.
    """
    codes, distinct = _distinct(text)
    kind = codebook.questions[slot.question].type
    read = _read_numbers if kind in NUMERIC else _read_dates if kind is Kind.date else _read_words
    column = read(slot, text.index, codes, distinct, codebook)
    return replace(column, reason=np.where(text.isna(), NOT_ASKED, column.reason).astype("int8"))


def _distinct(text: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The different texts of a column that occur in it, and for each record which one; blank where there is none."""
    known = text.array if isinstance(text.dtype, pd.CategoricalDtype) else pd.Categorical(text)
    occurs = np.zeros(len(known.categories) + 1, dtype=bool)
    occurs[known.codes] = True  # the last place is that of what is missing, -1
    number = np.cumsum(occurs) - 1
    distinct = np.append(known.categories.to_numpy(dtype=object), "")[occurs]
    return number[known.codes], distinct


def _read_words(slot: Slot, index: pd.Index, codes: np.ndarray, distinct: Sequence[str], codebook: Codebook) -> Column:
    question = codebook.questions[slot.question]
    reader = _reader(slot, codebook)
    words = [reader(text) for text in distinct]
    reason, remarks = _spread(words, codes)
    values: dict[str, pd.Series] = {}
    if question.type is Kind.ranking and slot.item is None:
        dtype = pd.CategoricalDtype([choice.code for choice in codebook.choices(question.id)])
        for place in range(question.places):
            ranked = [word.value[place] if word.value and place < len(word.value) else None for word in words]
            order = pd.Categorical(ranked, dtype=dtype).codes
            series = pd.Series(pd.Categorical.from_codes(order[codes], dtype=dtype), index=index)
            values[f"{question.id}.{place + 1}"] = series
    elif question.type in (Kind.single, Kind.ranking):
        dtype = pd.CategoricalDtype([choice.code for choice in codebook.choices(question.id)])
        order = pd.Categorical([word.value for word in words], dtype=dtype).codes
        values[slot.name] = pd.Series(pd.Categorical.from_codes(order[codes], dtype=dtype), index=index)
    elif question.type is Kind.multiple and slot.item is None:
        known = np.array([word.reason != ANSWERED for word in words])[codes]
        for choice in codebook.choices(question.id):
            hits = np.array([word.value is not None and choice.code in word.value for word in words])[codes]
            values[f"{question.id}.{choice.code}"] = pd.Series(pd.arrays.BooleanArray(hits, known), index=index)
    elif question.type is Kind.multiple:
        ticks = pd.array([word.value for word in words], dtype="boolean")
        values[slot.name] = pd.Series(ticks[codes], index=index)
    else:
        values[slot.name] = pd.Series(pd.array([word.value for word in words], dtype="string")[codes], index=index)
    return Column(values, reason, remarks)


def _spread(words: list[Word], codes: np.ndarray) -> tuple[np.ndarray, pd.Series]:
    reason = np.array([word.reason for word in words], dtype="int8")[codes]
    remarks = pd.Series([word.remark for word in words], dtype="object")
    places = np.flatnonzero(remarks.notna().to_numpy()[codes])
    return reason, remarks[codes[places]].set_axis(places)


def _reader(slot: Slot, codebook: Codebook) -> Callable[[str], Word]:
    question, missing = codebook.questions[slot.question], missing_words(codebook, slot.question)

    def no_answer(text: str) -> Word | None:
        word = normalise(text)
        if not word:
            return Word(None, NOT_ANSWERED)
        return Word(None, REASONS.index(missing[word])) if word in missing else None

    def choice(text: str) -> Word:
        code = codebook.matcher(question.id).match(text)
        if code is not None:
            return Word(code, ANSWERED)
        missed = no_answer(text)
        if question.accepts_other and missed is None:
            return Word("other", ANSWERED, Remark("choice_as_other", f"{text!r} is counted as other"))
        return missed or _unknown(text, codebook, question.id)

    def choices(text: str) -> Word:
        matcher = codebook.matcher(question.id)
        codes, left = matcher.split(text, codebook.source.separator)
        if not left and codes:
            return Word(codes, ANSWERED)
        if not codes and (missed := no_answer(text)):
            return missed
        if "other" in matcher.codes:
            remark = Remark("choice_as_other", f"{left!r} is counted as other")
            return Word((*codes, "other"), ANSWERED, remark)
        return _unknown(left, codebook, question.id)

    def tick(text: str) -> Word:
        told = ticked(text, codebook.matcher(question.id), slot.item)
        if told is None:
            unknown = no_answer(text) or _unknown(text, codebook, question.id)
            if slot.item == "other" and unknown.reason == UNREADABLE:  # the tool writes the text in place of a tick
                return Word(True, ANSWERED, Remark("choice_as_other", f"{text!r} is counted as other"))
            return unknown
        return Word(told, ANSWERED if text.strip() else NOT_ANSWERED)

    def plain(text: str) -> Word:
        return no_answer(text) or Word(text.strip(), ANSWERED)

    def exact(text: str) -> Word:
        return Word(text.strip(), ANSWERED) if text.strip() else Word(None, NOT_ANSWERED)

    def order(text: str) -> Word:
        separator = codebook.source.separator if question.ranked == "in_order" else None
        codes, left = codebook.matcher(question.id).split(text, separator)
        if left or not codes:
            return no_answer(text) or _unknown(left or text, codebook, question.id)
        return Word(codes, ANSWERED)

    if question.type is Kind.multiple:
        return choices if slot.item is None else tick
    if question.type is Kind.ranking and slot.item is None:
        return order
    return {Kind.text: plain, Kind.identifier: exact}.get(question.type, choice)


def _unknown(text: str, codebook: Codebook, question: str) -> Word:
    matcher = codebook.matcher(question)
    for typed in before_spreadsheet(text):
        if (code := matcher.match(typed)) is not None:
            message = f"{text!r} is no choice of {question}; a spreadsheet may have made it of {typed!r}"
            return Word(None, UNREADABLE, Remark("choice", message, code))
    near = matcher.nearest(text)
    return Word(None, UNREADABLE, Remark("choice", f"{text!r} is no choice of {question}", near or ""))


def missing_words(codebook: Codebook, question: str | None = None) -> dict[str, str]:
    """The words that mean "no answer" in this source, and to this question, with the reason each stands for."""
    listed = [*codebook.source.missing.items()]
    listed += codebook.questions[question].missing.items() if question else []
    return {normalise(word): reason for reason, words in listed for word in words}


def _read_numbers(
    slot: Slot, index: pd.Index, codes: np.ndarray, distinct: Sequence[str], codebook: Codebook
) -> Column:
    question, source = codebook.questions[slot.question], codebook.source
    missing = missing_words(codebook, question.id)
    whole = question.type is Kind.count
    words = []
    for text in distinct:
        plain = None if text in missing else numbers.plain_number(text, source.decimal)
        if plain is not None and question.type is not Kind.scale and (plain.is_integer() or not whole):
            words.append(Word(plain, ANSWERED))
            continue
        if missing and (word := normalise(text)) in missing:  # 99 may be a code for "don't know"
            words.append(Word(None, REASONS.index(missing[word])))
            continue
        if question.type is Kind.scale and (step := _step(text, question.id, codebook)) is not None:
            words.append(Word(step, ANSWERED))
            continue
        parsed = numbers.parse_number(
            text,
            decimal=source.decimal,
            unit=question.unit,
            currency=source.currency,
            ranges=source.ranges,
            missing=missing,
        )
        words.append(_number(text, parsed, question))
    values = np.array([np.nan if word.value is None else word.value for word in words], dtype="float64")[codes]
    column = pd.Series(pd.arrays.FloatingArray(values, np.isnan(values)), index=index)
    return Column({slot.name: column}, *_spread(words, codes))


def _step(text: str, question: str, codebook: Codebook) -> float | None:
    """The number of a point of a scale: its label in the codebook, or a whole number before words ("4 - Very good")."""
    code = codebook.matcher(question).match(text) if codebook.questions[question].choices else None
    found = None if before_spreadsheet(text) else STEP.fullmatch(text.strip())
    return float(code) if code is not None else float(found[1].replace("−", "-")) if found else None


def _read_dates(slot: Slot, index: pd.Index, codes: np.ndarray, distinct: Sequence[str], codebook: Codebook) -> Column:
    missing = missing_words(codebook, slot.question)
    given = ["" if normalise(text) in missing else text for text in distinct]
    dates = read_dates(given)
    words = []
    for text, date in zip(distinct, dates, strict=True):
        if normalise(text) in missing:
            words.append(Word(None, REASONS.index(missing[normalise(text)])))
        elif not text.strip():
            words.append(Word(None, NOT_ANSWERED))
        elif pd.isna(date):
            words.append(Word(None, UNREADABLE, Remark("type", f"{text!r} cannot be read as a date")))
        else:
            words.append(Word(date, ANSWERED))
    return Column({slot.name: pd.Series(dates.to_numpy()[codes], index=index)}, *_spread(words, codes))


# a whole number and its label; "4 to 5" and "4-5" are ranges, and "4 weeks" is no label of a point
STEP = re.compile(r"([-−]?\d{1,3})\s*[-–—:=.)(]\s*[^\W\d].*", re.DOTALL)

# flag: (built-in rule, what is said about the text), the first that is present counts
REFUSED_FLAGS = {
    numbers.NONE: ("zero_or_none", "{text} may mean 0 or no answer"),
    numbers.UNPARSED: ("type", "{text} cannot be read as a number"),
    numbers.AMBIGUOUS_SEPARATOR: ("type", "{text} can be read as two different numbers, depending on the decimal sign"),
    numbers.OTHER_UNIT: ("type", "{text} is given in another unit, scale or period than the question's"),
    numbers.OTHER_CURRENCY: ("type", "{text} is given in another currency"),
    numbers.RANGE: ("type", "{text} is a range, not one number"),
}
REMARKED_FLAGS = {
    numbers.CENSORED_LOW: ("censored", "{text} says only a lower end; counted as {value}"),
    numbers.CENSORED_HIGH: ("censored", "{text} says only an upper end; counted as {value}"),
    numbers.RANGE: ("censored", "{text} is a range; counted as its middle, {value}"),
    numbers.APPROX: ("number_form", "{text} is approximate; counted as {value}"),
    numbers.ACCOUNTING: ("number_form", "{text} is read as {value}"),
    numbers.TRAILING_TEXT: ("number_form", "{text} is read as {value}; the remark is left out"),
}


def _number(text: str, parsed: numbers.Parsed, question) -> Word:
    if parsed.reason:
        return Word(None, REASONS.index(parsed.reason))
    if parsed.value is None:
        rule, message = next(said for flag, said in REFUSED_FLAGS.items() if flag in parsed.flags)
        proposed = "0" if numbers.NONE in parsed.flags else ""
        return Word(None, UNREADABLE, Remark(rule, message.format(text=repr(text)), proposed))
    if numbers.PERCENT in parsed.flags and question.type is not Kind.percent and question.unit != "percent":
        return Word(None, UNREADABLE, Remark("type", f"{text!r} is a percentage, but {question.id} asks for none"))
    if parsed.currency and question.type is not Kind.money and question.unit not in numbers.MONEY:
        return Word(
            None, UNREADABLE, Remark("type", f"{text!r} is an amount of money, but {question.id} asks for none")
        )
    for flag, (rule, message) in REMARKED_FLAGS.items() if parsed.flags else ():
        if flag in parsed.flags and not (
            flag == numbers.TRAILING_TEXT and numbers.same_unit(parsed.rest, question.unit)
        ):
            remark = Remark(rule, message.format(text=repr(text), value=f"{parsed.value:,.10g}"))
            return Word(parsed.value, ANSWERED, remark)
    if question.type is Kind.count and parsed.value != int(parsed.value):
        return Word(parsed.value, ANSWERED, Remark("number_form", f"{text!r} is not a whole number"))
    return Word(parsed.value, ANSWERED)

"""The checks that every survey gets; each is one short function that hands its result to the tally."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.responses import record_checks
from pipeline.responses.reading import ANSWERED, NOT_ASKED, UNREADABLE, Remark
from pipeline.responses.schema import NUMERIC, Kind
from pipeline.responses.tally import Tally

EMAIL = r"[\w.+-]+@[\w-]+\.\w+"
PHONE = r"\+\d[\d\s().-]{6,}\d|\(?\b\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b"
IP = r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"
PERSONAL = (
    ("pii_in_text", f"{EMAIL}|{PHONE}", "an e-mail address or a telephone number"),
    ("ip_in_text", IP, "an IP address"),
)
READING_RULES = ("type", "choice", "choice_as_other", "zero_or_none", "censored", "number_form")


def checks() -> tuple[Callable[[Tally], None], ...]:
    """All of them, those on whole records too, in the order of the catalogue."""
    return (
        _reading,
        record_checks.duplicate_company,
        record_checks.tests,
        _ranges,
        _skips,
        _required,
        _fractions,
        _totals,
        _weights,
        _exclusive,
        _ranks,
        record_checks.outliers,
        record_checks.round_numbers,
        record_checks.straight_lines,
        record_checks.speeders,
        _other_recode,
        _personal_data,
    )


def _reading(tally: Tally) -> None:
    """What was remarked when cells were read; a cell without remark holds if it has an answer."""
    answers = tally.answers
    numeric = ("zero_or_none", "censored", "number_form")
    for slot, column in answers.columns.items():
        question = answers.codebook.questions[answers.codebook.slots[slot].question]
        remarked: dict[str, dict[int, Remark]] = {rule: {} for rule in READING_RULES}
        for place, remark in column.remarks.items():
            remarked[remark.rule][place] = remark
        for rule in READING_RULES:
            chosen = question.choices is not None and question.type not in NUMERIC
            if chosen != (rule in ("choice", "choice_as_other")) or (rule in numeric and question.type not in NUMERIC):
                continue
            said = remarked[rule]
            held = pd.array(np.ones(len(answers.text), dtype=bool), dtype="boolean")
            held[column.reason != ANSWERED] = pd.NA
            held[list(said)] = False
            tally.builtin(rule, held, (slot,), lambda p, r=said: r[p].message, lambda p, r=said: r[p].proposed)


def _ranges(tally: Tally) -> None:
    for question, name in tally.variables(NUMERIC):
        values = tally.answers.values[name]
        for rule, span in (("hard_range", question.hard), ("soft_range", question.soft)):
            if span is None:
                continue
            low, high = span
            held = (values >= low) & (values <= high)
            if rule == "soft_range" and question.hard:  # what is impossible is said once
                held = held.mask((values < question.hard[0]) | (values > question.hard[1]))

            def say(place: int, values=values.array, low=low, high=high, name=name) -> str:
                return f"{name} is {values[place]:,.10g}, outside {low:,.10g} to {high:,.10g}"

            tally.builtin(rule, held, (name,), say)


def _skips(tally: Tally) -> None:
    for question, asked in tally.answers.asked.items():
        condition = tally.answers.codebook.questions[question].asked_if
        for slot in tally.slots(question):
            given = tally.answers.columns[slot].reason == ANSWERED
            held = asked | ~given
            tally.builtin(
                "skip_violation", held, (slot,), lambda _, c=condition, s=slot: f"{s} is answered although not: {c}"
            )


def _required(tally: Tally) -> None:
    for name, question in tally.answers.codebook.questions.items():
        for slot in tally.slots(name) if question.required else ():
            reason = tally.answers.columns[slot].reason
            held = pd.Series(reason == ANSWERED, dtype="boolean").mask((reason >= UNREADABLE) | (reason == NOT_ASKED))
            asked = tally.answers.asked.get(name)
            held = held if asked is None else held | ~asked.reset_index(drop=True)
            tally.builtin("required", held, (slot,), lambda _, s=slot: f"{s} is required and has no answer")


def _fractions(tally: Tally) -> None:
    for _, name in tally.variables((Kind.percent,)):
        values = tally.answers.values[name]
        known = values.dropna().abs()
        if known.empty or known.median() <= 1:  # all may be fractions
            continue
        held = (values <= 0) | (values > 1)
        tally.builtin(
            "pct_fraction",
            held,
            (name,),
            lambda place, v=values.array, n=name: f"{n} is {v[place]:g} percent; is it a fraction of 1?",
            lambda place, v=values.array: f"{v[place] * 100:g}",
        )


def _totals(tally: Tally) -> None:
    """The parts that were given add to the total; blank parts count as nothing, none given is no answer."""
    for name, question in tally.answers.codebook.questions.items():
        if question.type is not Kind.allocation:
            continue
        parts = tally.answers.values[list(tally.answers.codebook.group(name))]
        added = parts.sum(axis=1, min_count=1)
        held = (added - question.total).abs() <= question.tolerance

        def say(place: int, name=name, added=added.array, total=question.total) -> str:
            return f"The parts of {name} add to {added[place]:,.10g}, not to {total:,.10g}"

        tally.builtin("parts_total", held, tally.slots(name), say)


def _weights(tally: Tally) -> None:
    """Without a weight a respondent is in no weighted figure."""
    codebook = tally.answers.codebook
    name = codebook.survey.weight
    if name is None:
        return
    values = tally.answers.values[name]
    held = values > 0
    if codebook.survey.weight_kind == "frequency":
        held = held & (values % 1 == 0)

    def say(place: int) -> str:
        found = values.iloc[place]
        return f"The weight {name} is {'not given' if pd.isna(found) else f'{found:,.10g}'}"

    asked = dict.fromkeys(codebook.variables()[source].question for source in codebook.sources_of(name))
    slots = [slot for question in asked for slot in tally.slots(question)]
    tally.builtin("weight", held.fillna(False), slots, say)


def _exclusive(tally: Tally) -> None:
    for name, question in tally.answers.codebook.questions.items():
        if not question.exclusive:
            continue
        ticks = tally.answers.values[list(tally.answers.codebook.group(name))].astype("Float64")
        alone = ticks[[f"{name}.{code}" for code in question.exclusive]].max(axis=1, skipna=False) > 0
        held = ~alone | (ticks.sum(axis=1, skipna=False) <= 1)
        words = " or ".join(question.exclusive)
        slots = tally.slots(name)
        tally.builtin(
            "multi_none", held, slots, lambda _, n=name, w=words: f"{n}: {w} is ticked together with another choice"
        )


def _ranks(tally: Tally) -> None:
    """Places are filled from the first on, and no choice has two; fewer places than offered are fine."""
    for name, question in tally.answers.codebook.questions.items():
        if question.type is not Kind.ranking:
            continue
        places = [tally.answers.values[place].cat.codes.to_numpy() for place in tally.answers.codebook.group(name)]
        given = np.array([codes >= 0 for codes in places])
        gap = (~given[:-1] & given[1:]).any(axis=0)
        twice = np.zeros(len(gap), dtype=bool)
        for place, codes in enumerate(places):
            for other in places[place + 1 :]:
                twice |= (codes == other) & (codes >= 0)
        held = pd.Series(~(gap | twice), dtype="boolean").mask(~given.any(axis=0))

        def say(place: int, name=name, twice=twice) -> str:
            return (
                f"{name}: one choice is ranked twice"
                if twice[place]
                else f"{name}: a place before a ranked one is empty"
            )

        tally.builtin("rank_perm", held, tally.slots(name), say)


def _other_recode(tally: Tally) -> None:
    for name, question in tally.answers.codebook.questions.items():
        if question.other_of is None:
            continue
        matcher = tally.answers.codebook.matcher(question.other_of)
        values = tally.answers.values[name]
        codes, words = pd.factorize(values)
        near = [matcher.match(word) or matcher.nearest(word) for word in words]
        listed = np.array([code is not None and code != "other" for code in near] + [False])[codes]
        held = pd.Series(~listed, dtype="boolean").mask(values.isna().to_numpy())

        def say(place: int, values=values, of=question.other_of) -> str:
            return f"{values.iloc[place]!r} looks like a listed choice of {of}"

        # choices in columns of their own have no cell together
        slots = (name, question.other_of) if question.other_of in tally.answers.text else (name,)
        tally.builtin("other_recode", held, slots, say, lambda place, c=codes, n=near: n[c[place]])


def _personal_data(tally: Tally) -> None:
    for question, name in tally.variables((Kind.text,)):
        if question.id == tally.answers.codebook.source.name:
            continue
        for rule, pattern, what in PERSONAL:
            held = ~tally.answers.values[name].str.contains(pattern).astype("boolean")
            tally.builtin(rule, held, (name,), lambda _, n=name, w=what: f"{n} holds {w}")

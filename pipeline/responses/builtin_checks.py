"""The checks that every survey gets: each is one short function that hands its result to the tally."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.responses.bands import band_of
from pipeline.responses.exports import LAYOUTS
from pipeline.responses.reading import ANSWERED, NOT_ASKED, UNREADABLE, Remark
from pipeline.responses.schema import NUMERIC, Kind, Question
from pipeline.responses.tally import Tally

TEST_WORDS = re.compile(r"\b(?:test|testing|asdf|qwerty|dummy|foobar)\b", re.IGNORECASE)
COMPANY_FORMS = re.compile(
    r"[\s,.]+(?:inc|llc|ltd|limited|gmbh|ag|corp|corporation|co|plc|sa|bv|ab|oy|pty)\b\.?", re.IGNORECASE
)
EMAIL = r"[\w.+-]+@[\w-]+\.\w+"
PHONE = r"\+\d[\d\s().-]{6,}\d|\(?\b\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b"
IP = r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"
PERSONAL = (
    ("pii_in_text", f"{EMAIL}|{PHONE}", "an e-mail address or a telephone number"),
    ("ip_in_text", IP, "an IP address"),
)
LEAST_PEERS = 8  # below, even clean answers often look like outliers
ROBUST_Z = 3.5
LISTED = 20  # others that a sentence names
READING_RULES = ("type", "choice", "choice_as_other", "zero_or_none", "censored", "number_form")


def checks() -> tuple[Callable[[Tally], None], ...]:
    """All of them, in the order of the catalogue."""
    return (
        _reading,
        _duplicate_company,
        _test_record,
        _ranges,
        _skips,
        _required,
        _fractions,
        _totals,
        _weights,
        _exclusive,
        _ranks,
        _outliers,
        _round_numbers,
        _straight_lines,
        _speeders,
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


def _duplicate_company(tally: Tally) -> None:
    name = tally.answers.codebook.source.name
    if name is None:
        return
    key = (
        _values(tally, name)
        .str.casefold()
        .str.replace(COMPANY_FORMS, "", regex=True)
        .str.replace(r"\W+", "", regex=True)
    )
    key = key.mask(key == "")
    same = key.duplicated(keep=False)
    alike = key[same & key.notna()]
    answered_as = {name: (ids[: LISTED + 1].tolist(), len(ids)) for name, ids in alike.groupby(alike).groups.items()}
    keys, ids = key.array, key.index.array

    def say(place: int) -> str:
        first, number = answered_as[keys[place]]
        others = [other for other in first if other != ids[place]][:LISTED]
        more = number - 1 - len(others)
        return f"The same company also answered as {', '.join(others)}{f' and {more:,} more' if more else ''}"

    tally.builtin("dup_company", (~same).astype("boolean").mask(key.isna()), (name,), say)


def _test_record(tally: Tally) -> None:
    name = tally.answers.codebook.source.name
    if name is None:
        return
    values = _values(tally, name)
    looks = values.str.contains(TEST_WORDS)
    tally.builtin(
        "test_record", ~looks.astype("boolean"), (), lambda place: f"{values.iloc[place]!r} looks like a test"
    )


def _ranges(tally: Tally) -> None:
    for question, name in _variables(tally, NUMERIC):
        values = _values(tally, name)
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
        for slot in _slots(tally, question):
            given = tally.answers.columns[slot].reason == ANSWERED
            held = asked | ~given
            tally.builtin(
                "skip_violation", held, (slot,), lambda _, c=condition, s=slot: f"{s} is answered although not: {c}"
            )


def _required(tally: Tally) -> None:
    for name, question in tally.answers.codebook.questions.items():
        for slot in _slots(tally, name) if question.required else ():
            reason = tally.answers.columns[slot].reason
            held = pd.Series(reason == ANSWERED, dtype="boolean").mask((reason >= UNREADABLE) | (reason == NOT_ASKED))
            asked = tally.answers.asked.get(name)
            held = held if asked is None else held | ~asked.reset_index(drop=True)
            tally.builtin("required", held, (slot,), lambda _, s=slot: f"{s} is required and has no answer")


def _fractions(tally: Tally) -> None:
    for _, name in _variables(tally, (Kind.percent,)):
        values = _values(tally, name)
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

        tally.builtin("parts_total", held, _slots(tally, name), say)


def _weights(tally: Tally) -> None:
    """Without a weight a respondent is in no weighted figure."""
    codebook = tally.answers.codebook
    name = codebook.survey.weight
    if name is None:
        return
    values = _values(tally, name)
    held = values > 0
    if codebook.survey.weight_kind == "frequency":
        held = held & (values % 1 == 0)

    def say(place: int) -> str:
        found = values.iloc[place]
        return f"The weight {name} is {'not given' if pd.isna(found) else f'{found:,.10g}'}"

    asked = dict.fromkeys(codebook.variables()[source].question for source in codebook.sources_of(name))
    slots = [slot for question in asked for slot in _slots(tally, question)]
    tally.builtin("weight", held.fillna(False), slots, say)


def _exclusive(tally: Tally) -> None:
    for name, question in tally.answers.codebook.questions.items():
        if not question.exclusive:
            continue
        ticks = tally.answers.values[list(tally.answers.codebook.group(name))].astype("Float64")
        alone = ticks[[f"{name}.{code}" for code in question.exclusive]].max(axis=1, skipna=False) > 0
        held = ~alone | (ticks.sum(axis=1, skipna=False) <= 1)
        words = " or ".join(question.exclusive)
        slots = _slots(tally, name)
        tally.builtin(
            "multi_none", held, slots, lambda _, n=name, w=words: f"{n}: {w} is ticked together with another choice"
        )


def _ranks(tally: Tally) -> None:
    """Places are filled from the first on, and no choice has two; fewer places than offered are fine."""
    for name, question in tally.answers.codebook.questions.items():
        if question.type is not Kind.ranking:
            continue
        places = [_values(tally, place).cat.codes.to_numpy() for place in tally.answers.codebook.group(name)]
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

        tally.builtin("rank_perm", held, _slots(tally, name), say)


def _outliers(tally: Tally) -> None:
    """Robust z of log10 within the band of the first dimension, or within the whole sample where the band is small."""
    answers, codebook = tally.answers, tally.answers.codebook
    names = [name for _, name in _variables(tally, (Kind.number, Kind.money, Kind.count))]
    if not names or codebook.builtin.get("outlier") == "off":
        return
    dimension = next((d for d in codebook.dimensions.values() if not d.cross), None)
    everybody = np.zeros(len(answers.values), dtype="int8")
    bands = None if dimension is None else band_of(answers.values[dimension.variable], dimension).cat.codes.to_numpy()
    for name in names:
        values = answers.values[name].to_numpy("float64", na_value=np.nan)
        logs = np.log10(np.where(values > 0, values, np.nan))
        if bands is None or name == dimension.variable:  # its own bands cut its tails off
            score = _robust_z(logs, everybody)
        else:
            score = _robust_z(logs, bands)
            if (np.isnan(score) & ~np.isnan(logs)).any():
                score = np.where(np.isnan(score), _robust_z(logs, everybody), score)
        tally.builtin(
            "outlier",
            pd.arrays.BooleanArray(score <= ROBUST_Z, np.isnan(score)),
            (name,),
            lambda place, v=values, n=name: f"{n} is {v[place]:,.10g}, far from what others answered",
        )


def _robust_z(logs: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """0.6745 |x - median| / MAD by group; missing in groups of fewer than eight and where half are alike."""
    score = np.full(len(logs), np.nan)
    known = ~np.isnan(logs)
    for group in np.unique(groups):
        inside = np.flatnonzero(known & (groups == group))
        if len(inside) < LEAST_PEERS:
            continue
        distance = np.abs(logs[inside] - np.median(logs[inside]))
        spread = np.median(distance)
        if spread > 0:
            score[inside] = 0.6745 * distance / spread
    return score


def _round_numbers(tally: Tally) -> None:
    names = [name for _, name in _variables(tally, (Kind.number, Kind.count, Kind.percent))]
    if not names:
        return
    total = np.zeros(len(tally.answers.values), dtype=int)
    found = total.copy()
    for name in names:
        numbers = np.abs(_values(tally, name).to_numpy("float64", na_value=np.nan))
        large = numbers >= 10
        total += large
        found += large & ((np.mod(numbers, 10) == 0) | (np.mod(numbers, 25) == 0))
    held = pd.Series(found < 0.8 * total, dtype="boolean").mask(total < 10)
    tally.builtin(
        "round_numbers", held, (), lambda place: f"{found[place]} of {total[place]} numbers are multiples of 10 or 25"
    )


def _straight_lines(tally: Tally) -> None:
    """No run of one answer covers two thirds of six or more items; zeros are a usual answer and do not count."""
    for name, question in tally.answers.codebook.questions.items():
        group = tally.answers.codebook.group(name)
        if question.items is None or len(group) < 6:
            continue
        columns = [tally.answers.values[item] for item in group]
        if question.type is Kind.single:
            columns = [column.cat.codes.astype("Float64") + 1 for column in columns]
        elif question.type not in NUMERIC:
            continue
        grid = np.column_stack([column.to_numpy("float64", na_value=np.nan) for column in columns])
        given = ~np.isnan(grid) & (grid != 0)
        run = given[:, 0].astype(int)
        longest = run.copy()
        for place in range(1, grid.shape[1]):
            run = np.where(given[:, place], np.where(grid[:, place] == grid[:, place - 1], run + 1, 1), 0)
            longest = np.maximum(longest, run)
        held = pd.Series(longest * 3 < len(group) * 2, dtype="boolean").mask(~given.any(axis=1))
        slots = [item for item in group if item in tally.answers.text]

        def say(place: int, name=name, longest=longest) -> str:
            return f"{name}: the same answer {longest[place]} times in a row"

        tally.builtin("straightline", held, slots, say)


def _speeders(tally: Tally) -> None:
    seconds = LAYOUTS[tally.answers.codebook.source.kind].seconds
    if seconds is None or seconds not in tally.answers.text:
        return
    times = pd.to_numeric(tally.answers.text[seconds], errors="coerce")
    median = times.median()
    held = pd.Series(times >= median / 3, dtype="boolean").mask(times.isna())
    tally.builtin(
        "speeder", held, (), lambda place: f"Took {times.iloc[place]:.0f} seconds; half took {median:.0f} or more"
    )


def _other_recode(tally: Tally) -> None:
    for name, question in tally.answers.codebook.questions.items():
        if question.other_of is None:
            continue
        matcher = tally.answers.codebook.matcher(question.other_of)
        values = _values(tally, name)
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
    for question, name in _variables(tally, (Kind.text,)):
        if question.id == tally.answers.codebook.source.name:
            continue
        for rule, pattern, what in PERSONAL:
            held = ~_values(tally, name).str.contains(pattern).astype("boolean")
            tally.builtin(rule, held, (name,), lambda _, n=name, w=what: f"{n} holds {w}")


def _variables(tally: Tally, kinds: tuple[Kind, ...]) -> list[tuple[Question, str]]:
    """The asked variables of these kinds that the export has a column for."""
    codebook = tally.answers.codebook
    return [
        (question, name)
        for question in codebook.questions.values()
        if question.type in kinds
        for name in codebook.group(question.id)
        if name in tally.answers.text
    ]


def _slots(tally: Tally, question: str) -> tuple[str, ...]:
    """The slots of a question that the export has a column for."""
    slots = tally.answers.codebook.slots
    return tuple(name for name, slot in slots.items() if slot.question == question and name in tally.answers.text)


def _values(tally: Tally, variable: str) -> pd.Series:
    return tally.answers.values[variable]

"""The checks that look at records as wholes and beside each other: twins, tests, outliers, one answer all along."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipeline.responses.bands import band_of
from pipeline.responses.exports import LAYOUTS
from pipeline.responses.schema import NUMERIC, Kind
from pipeline.responses.tally import Tally

TEST_WORDS = re.compile(r"\b(?:test|testing|asdf|qwerty|dummy|foobar)\b", re.IGNORECASE)
COMPANY_FORMS = re.compile(
    r"[\s,.]+(?:inc|llc|ltd|limited|gmbh|ag|corp|corporation|co|plc|sa|bv|ab|oy|pty)\b\.?", re.IGNORECASE
)
LEAST_PEERS = 8  # below, even clean answers often look like outliers
ROBUST_Z = 3.5
LISTED = 20  # others that a sentence names


def duplicate_company(tally: Tally) -> None:
    """No two records name the same company, whatever its legal form and spelling of signs."""
    name = tally.answers.codebook.source.name
    if name is None:
        return
    key = (
        tally.answers.values[name]
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


def tests(tally: Tally) -> None:
    """No record's name has one of the words that people try a form with."""
    name = tally.answers.codebook.source.name
    if name is None:
        return
    values = tally.answers.values[name]
    looks = values.str.contains(TEST_WORDS)
    tally.builtin(
        "test_record", ~looks.astype("boolean"), (), lambda place: f"{values.iloc[place]!r} looks like a test"
    )


def outliers(tally: Tally) -> None:
    """Robust z of log10 within the band of the first dimension, or within the whole sample where the band is small."""
    answers, codebook = tally.answers, tally.answers.codebook
    names = [name for _, name in tally.variables((Kind.number, Kind.money, Kind.count))]
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


def round_numbers(tally: Tally) -> None:
    """Of ten or more numbers from 10 up, fewer than four fifths are multiples of 10 or 25."""
    names = [name for _, name in tally.variables((Kind.number, Kind.count, Kind.percent))]
    if not names:
        return
    total = np.zeros(len(tally.answers.values), dtype=int)
    found = total.copy()
    for name in names:
        numbers = np.abs(tally.answers.values[name].to_numpy("float64", na_value=np.nan))
        large = numbers >= 10
        total += large
        found += large & ((np.mod(numbers, 10) == 0) | (np.mod(numbers, 25) == 0))
    held = pd.Series(found < 0.8 * total, dtype="boolean").mask(total < 10)
    tally.builtin(
        "round_numbers", held, (), lambda place: f"{found[place]} of {total[place]} numbers are multiples of 10 or 25"
    )


def straight_lines(tally: Tally) -> None:
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


def speeders(tally: Tally) -> None:
    """Nobody took less than a third of the median time, where the tool tells times."""
    seconds = LAYOUTS[tally.answers.codebook.source.kind].seconds
    if seconds is None or seconds not in tally.answers.text:
        return
    times = pd.to_numeric(tally.answers.text[seconds], errors="coerce")
    median = times.median()
    held = pd.Series(times >= median / 3, dtype="boolean").mask(times.isna())
    tally.builtin(
        "speeder", held, (), lambda place: f"Took {times.iloc[place]:.0f} seconds; half took {median:.0f} or more"
    )

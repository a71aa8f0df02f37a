"""What questions of several columns hold: choices that are ticked, ranks, shares of a whole, rows of a matrix.

Columns that only look like one question come apart again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.drafting.columns import Asked, Part
from pipeline.drafting.kinds import NOBODY, NUMBERS, Guess, guess, rows_of
from pipeline.drafting.options import OTHER, Option, in_words, is_ladder
from pipeline.drafting.signs import Signs
from pipeline.responses.choices import TICKED, UNTICKED, normalise
from pipeline.responses.numbers import parse_number
from pipeline.responses.schema import Kind

PLACE = re.compile(r"\D*\b(\d+)\D* \1")  # a row such as "Place 2", with its number behind
ADDS_UP = 0.8  # of the respondents whose parts must add to 100
WHOLE = 100
TEXTS = (Kind.text, Kind.identifier, Kind.date)


def guesses_of(found: Iterable[Asked], signs: Signs) -> Iterator[Guess]:
    """One guess for each question, in the file's order; columns that were taken together and are unlike come apart, and
    neighbours that share one scale of judgement are rows of one matrix."""
    alone: list[Guess] = []
    for asked in found:
        if len(asked.parts) > 1 or not asked.stem:
            yield from _together(alone)
            alone = []
            yield from _several_columns(asked, signs)
            continue
        made = _with_other(guess(asked, signs), signs)
        if alone and not _same_scale(alone[-1], made):
            yield from _together(alone)
            alone = []
        alone.append(made)
    yield from _together(alone)


def _same_scale(one: Guess, other: Guess) -> bool:
    labels = [{normalise(option.label) for option in made.labels} for made in (one, other)]
    return (
        one.kind is other.kind is Kind.single
        and not (one.others or other.others)
        and all(normalise(made.asked.parts[0].address) == normalise(made.asked.text) for made in (one, other))
        and (is_ladder(one.labels) or _prefix([one.asked, other.asked]) != "")
        and len(labels[0]) > 2
        and (labels[0] <= labels[1] or labels[1] <= labels[0])
    )


def _together(alone: list[Guess]) -> Iterator[Guess]:
    """Two or more questions of one scale as a matrix; a single one as it is."""
    if len(alone) < 2:
        yield from alone
        return
    asked = [made.asked for made in alone]
    stem = _prefix(asked)
    parts = tuple(replace(one.parts[0], label=one.text[len(stem) :]) for one in asked)
    labels = max((made.labels for made in alone), key=len)
    words = in_words(stem.strip("-_. "))
    whole = Asked(words, "", parts, stem=bool(stem), column=f"{stem}{{label}}")
    doubt = "the file has the rows but not the question: write its text"
    evidence = f"{len(parts)} neighbours with the same answers, {len(whole.given)} answered"
    yield Guess(whole, Kind.single, evidence, doubt, labels=labels, items=rows_of(parts))


def _prefix(asked: list[Asked]) -> str:
    """What machine-made names such as trend-tools-ansible have in common, up to the last separator."""
    names = [one.text for one in asked]
    if any(re.search(r"\s", name) for name in names):
        return ""
    shared = names[0]
    while not all(name.startswith(shared) for name in names) or (shared and shared[-1] not in "-_."):
        shared = shared[:-1]
    return shared


def _with_other(made: Guess, signs: Signs) -> Guess:
    """With the column of what was written beside "other"; where the tool leaves the answer blank then, it counts."""
    part, asked = made.asked.other, made.asked
    if part is None:
        return made
    beside = [text for text, main in zip(part.texts, asked.parts[0].texts, strict=True) if text and not main]
    if made.kind is not Kind.single or not beside:
        return replace(made, others=(part,))
    labels = made.labels if any(option.code == "other" for option in made.labels) else (
        *made.labels, Option(part.label, "other"))  # fmt: skip
    evidence = f"{made.evidence}, {len(beside)} wrote another answer"
    return replace(made, labels=labels, evidence=evidence, others=(part,), accepts_other=True)


def _several_columns(asked: Asked, signs: Signs) -> Iterator[Guess]:
    """Choices that are ticked, or rows of a matrix; a column of free text among them is told apart as `others`."""
    ticks = [part for part in asked.parts if _ticks(part)]
    typed = tuple(part for part in asked.parts if not _ticks(part) and OTHER.fullmatch(part.label))
    rest = [part for part in asked.parts if part not in typed]
    doubt = "" if asked.stem else "the file has the choices but not the question: write its text"
    if rest and all(part in ticks for part in rest) and any(text for part in rest for text in part.texts):
        labels = tuple(
            replace(option, code="other") if OTHER.fullmatch(option.label) and not option.code else option
            for option in rows_of(rest)
        )
        if typed and all(option.code != "other" for option in labels):
            labels = (*labels, Option(typed[0].label, "other"))
        yield Guess(asked, Kind.multiple, f"{len(rest)} columns, one per choice", doubt, labels=labels, spread=True,
                    others=typed)  # fmt: skip
        return
    cells = [guess(_pooled(asked, [part]), signs) for part in rest]
    if _ranks(rest):
        yield Guess(asked, Kind.ranking, f"{len(rest)} choices, each respondent used every rank once", doubt,
                    labels=rows_of(rest), ranked="by_choice", others=typed)  # fmt: skip
        return
    whole = _adds_up(rest, signs)
    if not whole and not _alike(cells):
        yield from (_apart(asked, part, signs) for part in asked.parts)
        return
    cell = guess(_pooled(asked, rest), signs)
    rows = rows_of(rest)
    if cell.kind is Kind.single and all(PLACE.fullmatch(f"{row.label} {n}") for n, row in enumerate(rows, start=1)):
        yield Guess(asked, Kind.ranking, f"{len(rows)} places, {cell.evidence}", doubt, labels=cell.labels,
                    ranked="by_place")  # fmt: skip
        return
    if whole:
        yield Guess(asked, Kind.allocation, f"{len(rows)} parts that add to {WHOLE}", doubt, "percent", items=rows,
                    total=WHOLE, others=typed)  # fmt: skip
        return
    yield Guess(asked, cell.kind, f"{len(rows)} rows, {cell.evidence}", doubt or cell.doubt, cell.unit, cell.labels,
                items=rows, others=typed)  # fmt: skip


def _pooled(asked: Asked, parts: list[Part]) -> Asked:
    return Asked(asked.text, asked.tag, (Part(-1, "", "", tuple(text for part in parts for text in part.texts)),))


def _alike(cells: list[Guess]) -> bool:
    """Whether columns hold answers to one question: the same kind, of choices that overlap. Blank ones tell nothing."""
    told = [cell for cell in cells if cell.evidence != NOBODY]
    kinds = {"number" if cell.kind in NUMBERS else "text" if cell.kind in TEXTS else cell.kind for cell in told}
    if len(told) < 2 or len(kinds) > 1 or kinds <= {"text", Kind.multiple}:
        return False
    if not kinds <= {Kind.single}:
        return len({cell.unit for cell in told} - {"", "count", "score"}) < 2
    pool = [normalise(option.label) for cell in told for option in cell.labels]
    return len(set(pool)) <= max(len(cell.labels) for cell in told) + len(pool) / len(told) / 2


def _apart(asked: Asked, part: Part, signs: Signs) -> Guess:
    """One column of a group as a question of its own."""
    text = part.label if "/" in part.address else f"{asked.text} - {part.label}"
    return guess(Asked(text, part.address, (replace(part, label=""),)), signs)


def _ticks(part: Part) -> bool:
    """Whether a column only says that its choice was taken: by its own words, or by yes and no."""
    own = {normalise(part.label), normalise(re.sub(r" \(\d+\)$", "", part.label))}
    return {normalise(text) for text in part.texts if text} <= {*TICKED, *UNTICKED, *own}


def _ranks(parts: list[Part]) -> bool:
    """Whether the numbers of nearly each respondent are all different and run from 1."""
    rows = [[text for text in row if text] for row in zip(*(part.texts for part in parts), strict=True)]
    full = [row for row in rows if row]
    orders = [row for row in full if sorted(row) == [str(number) for number in range(1, len(row) + 1)]]
    complete = any(len(row) == len(parts) for row in orders)
    return len(parts) > 2 and complete and len(orders) >= ADDS_UP * len(full)


def _adds_up(parts: list[Part], signs: Signs) -> bool:
    """Whether the numbers of nearly each respondent add to a hundred."""
    rows = [[text for text in row if text] for row in zip(*(part.texts for part in parts), strict=True)]
    read = [[parse_number(text, decimal=signs.decimal).value for text in row] for row in rows if row]
    full = [row for row in read if None not in row and abs(sum(row) - WHOLE) <= 1]
    return len(parts) > 1 and bool(full) and len(full) >= ADDS_UP * len(read)

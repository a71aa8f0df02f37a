"""Writes the draft of exhibits.yaml: each question as an exhibit, in the order of the questionnaire, in chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.drafting.bands import Cut
from pipeline.drafting.codebook import coded, heading, list_names, quoted
from pipeline.drafting.kinds import Guess
from pipeline.responses.schema import NUMERIC, Kind

NUMERAL_OR_BRACE = re.compile(r"[\d{}]")  # a headline holds neither but in its bound numbers
MEASURES = {
    Kind.single: "Share of those who answered",
    Kind.multiple: "Share of those who answered; several answers possible",
    Kind.ranking: "Share of those who ranked it at all",
}
MOST_COLUMNS, MOST_LETTERS = 5, 80  # of a table by bands, in its head
PER_CHAPTER = 8  # exhibits


@dataclass(frozen=True)
class Chapter:
    """One chapter of the draft and the exhibits that its notebook shows."""

    id: str
    title: str
    exhibits: tuple[str, ...]

    @property
    def notebook(self) -> str:
        return f"{self.id}.ipynb"


def chapters_of(guesses: dict[str, Guess], cuts: list[Cut]) -> list[Chapter]:
    """Who answered, then the questions in their order, a handful to a chapter; what cannot be counted is in none."""
    cutting = [cut.variable for cut in cuts]
    shown = [name for name, guess in guesses.items() if name not in cutting and _statistic(guess)]
    first = Chapter("who_answered", "Who answered", tuple(cutting))
    parts = [shown[start : start + PER_CHAPTER] for start in range(0, len(shown), PER_CHAPTER)]
    return [first] + [
        Chapter(f"part_{number}", f"Answers, part {number}", tuple(part))
        for number, part in enumerate(parts, start=1)
    ]  # fmt: skip


def exhibits_yaml(
    guesses: dict[str, Guess], cuts: list[Cut], chapters: list[Chapter], *, title: str, notebooks: str
) -> str:
    """The whole file."""
    lines = [
        f"# First draft of the exhibits of {title}: one for each question that can be counted.",
        "",
        "report:",
        f"  title: {quoted(title)}",
        "  kicker: First report",
        '  subtitle: ""            # CHECK: what the report is about, in one sentence',
        f"  notebooks: {notebooks}",
        f"  dimensions: [{', '.join(cut.variable for cut in cuts)}]",
        "",
        "disclosure:",
        "  internal: {withhold: 1, mark: 10, quartiles: 8}",
        "  reviewer: {withhold: 1, mark: 10, quartiles: 8}",
        "  external: {withhold: 5, mark: 10, quartiles: 10}",
        "",
        "chapters:",
    ]
    lines += [f"  - {{id: {c.id}, title: {quoted(c.title)}, notebook: {c.notebook}}}" for c in chapters]
    lines += ["", "exhibits:"]
    cutting = {cut.variable: cut for cut in cuts}
    named = list_names(guesses)
    for chapter in chapters:
        for exhibit in chapter.exhibits:
            keys = _keys(exhibit, guesses[exhibit], cutting.get(exhibit), named)
            lines += [f"  - id: {exhibit}", f"    chapter: {chapter.id}", *(f"    {key}" for key in keys), ""]
    return "\n".join(lines)


def _statistic(guess: Guess) -> str:
    if guess.kind in (Kind.single, Kind.multiple, Kind.ranking) and not guess.items:
        return "share"
    if guess.kind in NUMERIC:
        return "median"
    return ""


def _too_wide(guess: Guess) -> bool:
    """Whether a table of all choices by all bands would not go on a page; then only the whole sample is shown."""
    return len(guess.labels) > MOST_COLUMNS or sum(map(len, guess.labels)) > MOST_LETTERS


def _keys(name: str, guess: Guess, cut: Cut | None, named: dict[tuple[str, ...], str]) -> Iterator[str]:
    """The lines of one exhibit after its id and chapter."""
    yield f"title: {quoted(heading(guess.asked.text or name))}"
    if cut is not None and cut.edges:
        yield "measure: Number of respondents in each class"
        yield "statistic: count"
        yield f"question: {name}"
        yield "bins:"
        yield from (f"  - {{id: {id_}, label: {quoted(label)}, {edges}}}" for id_, label, edges in cut.classes())
        yield "dimensions: []"
        yield "chart: histogram"
        return
    if _statistic(guess) == "share":
        several = guess.kind in (Kind.multiple, Kind.ranking)
        yield f"measure: {MEASURES.get(guess.kind, MEASURES[Kind.single])}"
        yield "statistic: share"
        yield f"question: {name}"
        if several:
            yield "order: by_share"
        if cut is not None or _too_wide(guess):
            yield "dimensions: []"
        if several or cut is not None or _too_wide(guess):
            yield "chart: bars"
        plain = {code: label for code, label in coded(guess.labels).items() if not NUMERAL_OR_BRACE.search(label)}
        if plain:
            yield "headlines:"
        for code, label in plain.items():
            says = f"Most often named: {label}, by {{overall.all.{code}}}"
            rule = f"largest('overall.all') == '{code}'"
            yield f"  - {{says: {quoted(says)}, when: {quoted(rule)}}}"
        return
    yield "measure: Median of those who answered, and the middle half"
    yield "statistic: median"
    if guess.items:
        listed = named[guess.items]
        yield f"rows: {{dimension: {listed}, title: {quoted(heading(guess.asked.text))}, items: {listed}}}"
        yield f"columns: [{{id: median, question: {name}, label: Median}}]"
    else:
        yield f"question: {name}"
        yield "column: median"
        yield "chart: ranges"
    if guess.unit:
        yield f"unit: {guess.unit}"

"""Writes the draft of exhibits.yaml: each question as an exhibit, in the order of the questionnaire, in chapters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.drafting.bands import Cut
from pipeline.drafting.codebook import coded, heading, list_names, listed, quoted
from pipeline.drafting.kinds import Guess
from pipeline.drafting.options import Option
from pipeline.drafting.signs import printed_unit
from pipeline.responses.choices import UNTICKED, normalise
from pipeline.responses.schema import NUMERIC, Kind

NUMERAL_OR_BRACE = re.compile(r"[\d{}]")  # a headline holds neither but in its bound numbers
MEASURES = {
    Kind.single: "Share of those who answered",
    Kind.multiple: "Share of those who answered; several answers possible",
}
MOST_COLUMNS, MOST_LETTERS = 5, 80  # of a table by bands, in its head
MOST_ANSWERS, MOST_BARS = 8, 14  # of a matrix; of one question
NPS = re.compile(r"recommend|\bnps\b|weiterempf|recommand|recomend|порекоменд|推奨|おすすめ", re.IGNORECASE)
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
    shown = [name for name, guess in guesses.items() if name not in cutting and _shows(guess)]
    first = Chapter("who_answered", "Who answered", tuple(cutting))
    number = {name: place for place, name in enumerate(guesses, start=1)}
    several = -(-len(shown) // PER_CHAPTER)
    edges = [len(shown) * place // several for place in range(several + 1)] if several else [0]
    chapters = [first]
    for place, (low, high) in enumerate(pairwise(edges), start=1):
        begins, ends = number[shown[low]], number[shown[high - 1]]
        title = f"Questions {begins} to {ends}" if begins < ends else f"Question {begins}"
        chapters.append(Chapter(f"part_{place}", title, tuple(shown[low:high])))
    return chapters


def exhibits_yaml(
    guesses: dict[str, Guess], cuts: list[Cut], chapters: list[Chapter], *, title: str, notebooks: str, currency: str
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
            guess = guesses[exhibit]
            keys = _keys(exhibit, guess, cutting.get(exhibit), named, printed_unit(guess.unit, currency))
            lines += [f"  - id: {exhibit}", f"    chapter: {chapter.id}", *(f"    {key}" for key in keys), ""]
    return "\n".join(lines)


def _shows(guess: Guess) -> bool:
    """Whether a question can be counted, and its figures would say something."""
    if guess.items and guess.kind is Kind.single:
        return len(guess.labels) <= MOST_ANSWERS
    if guess.kind is Kind.single:
        return len(guess.labels) > 1
    return guess.kind in (*NUMERIC, Kind.multiple, Kind.ranking)


def _too_wide(guess: Guess) -> bool:
    """Whether a table of all choices by all bands would not go on a page; then only the whole sample is shown."""
    return len(guess.labels) > MOST_COLUMNS or sum(len(option.label) for option in guess.labels) > MOST_LETTERS


def _keys(name: str, guess: Guess, cut: Cut | None, named: dict[tuple[Option, ...], str], unit: str) -> Iterator[str]:
    """The lines of one exhibit after its id and chapter."""
    yield f"title: {quoted(heading(guess.asked.text or listed(guess)))}"
    if cut is not None and cut.edges:
        yield from _histogram(name, cut)
    elif guess.items:
        yield from _rows(name, guess, named[guess.items], unit)
    elif guess.kind is Kind.ranking:
        yield from _first_places(name, guess)
    elif guess.kind is Kind.scale and _is_nps(guess):
        yield from _nps(name)
    elif guess.kind in NUMERIC:
        yield "measure: Median of those who answered, and the middle half"
        yield "statistic: median"
        yield f"question: {name}"
        yield "column: median"
        yield "chart: ranges"
        if unit:
            yield f"unit: {unit}"
    else:
        yield from _shares(name, guess, cut)


def _histogram(name: str, cut: Cut) -> Iterator[str]:
    yield "measure: Number of respondents in each class"
    yield "statistic: count"
    yield f"question: {name}"
    yield "bins:"
    yield from (f"  - {{id: {id_}, label: {quoted(label)}, {edges}}}" for id_, label, edges in cut.classes())
    yield "dimensions: []"
    yield "chart: histogram"


def _rows(name: str, guess: Guess, items: str, unit: str) -> Iterator[str]:
    """A matrix: its rows down, the answers or one figure across."""
    title = quoted(heading(guess.asked.text or listed(guess)))
    rows = f"rows: {{dimension: {items}, title: {title}, items: {items}}}"
    if guess.kind is Kind.single:
        yield "measure: Share of those who answered each row"
        yield "statistic: share"
        yield f"question: {name}"
        yield rows
        return
    mean = guess.kind is Kind.allocation
    measure = "Mean of those who answered" if mean else "Median of those who answered each row"
    yield f"measure: {measure}"
    yield f"statistic: {'mean' if mean else 'median'}"
    yield rows
    figure = "{id: mean, question: %s, label: Mean}" if mean else "{id: median, question: %s, label: Median}"
    yield f"columns: [{figure % name}]"
    if unit:
        yield f"unit: {unit}"


def _first_places(name: str, guess: Guess) -> Iterator[str]:
    """Who put each choice first; how many ranked it at all says nothing where everybody ranked everything."""
    yield "measure: Share that ranked it first, of those who ranked any"
    yield "statistic: share"
    yield "columns:"
    for code, option in coded(guess.labels).items():
        rule = f"{name}.1 == '{code}'"
        yield f"  - {{id: {quoted(code)}, label: {quoted(option.label)}, when: {quoted(rule)}}}"
    yield "order: by_share"
    yield "dimensions: []"
    yield "chart: bars"


def _is_nps(guess: Guess) -> bool:
    """Whether a rating runs from 0 to 10 and asks whether one would recommend."""
    return bool(NPS.search(guess.asked.text)) and set(guess.asked.given) >= {"0", "10"}


def _nps(name: str) -> Iterator[str]:
    yield "measure: Share of those who answered; 9 and 10 promote, 7 and 8 are passive, 0 to 6 detract"
    yield "statistic: share"
    yield "columns:"
    for id_, label, rule in (
        ("promoters", "Promoters", f"{name} >= 9"),
        ("passives", "Passives", f"{name} in (7, 8)"),
        ("detractors", "Detractors", f"{name} <= 6"),
    ):
        yield f"  - {{id: {id_}, label: {label}, when: {quoted(rule)}}}"


def _shares(name: str, guess: Guess, cut: Cut | None) -> Iterator[str]:
    several = guess.kind is Kind.multiple
    codes = coded(guess.labels)
    named = _times_named(guess)
    yield f"measure: {MEASURES[guess.kind]}"
    yield "statistic: share"
    yield f"question: {name}"
    if len(codes) > MOST_BARS:  # the commonest
        most = sorted(codes, key=lambda code: -named[codes[code]])[:MOST_BARS]
        codes = {code: option for code, option in codes.items() if code in most}
        yield f"columns: [{', '.join(map(quoted, codes))}]  # the commonest of {len(guess.labels)}"
    wide = _too_wide(guess)
    if several:
        yield "order: by_share"
    if cut is not None or wide:
        yield "dimensions: []"
    if several or cut is not None or wide:
        yield "chart: bars"
    first = sorted(named.values())[-2:]
    if first[0] == first[-1] or any(NUMERAL_OR_BRACE.search(option.label) for option in codes.values()):
        return
    yield "headlines:"
    for code, option in codes.items():
        says = f"Most often named: {option.label}, by {{overall.all.{code}}}"
        rule = f"largest('overall.all') == '{code}'"
        yield f"  - {{says: {quoted(says)}, when: {quoted(rule)}}}"


def _times_named(guess: Guess) -> dict[Option, int]:
    """How often each choice was given, in whatever way the file writes it."""
    if guess.spread:
        columns = {normalise(part.label): part.texts for part in (*guess.asked.parts, *guess.others)}
        taken = {label: sum(normalise(text) not in ("", *UNTICKED) for text in t) for label, t in columns.items()}
        return {option: taken.get(normalise(option.label), 0) for option in guess.labels}
    counted = Counter(normalise(text) for text in guess.asked.given)
    named = {}
    for option in guess.labels:
        words = {normalise(text) for text in (option.label, option.code, *option.aliases) if text}
        among = re.compile(rf"(?<![^;,| ])(?:{'|'.join(map(re.escape, words))})(?=$|[;,|]| )")
        is_in = among.search if guess.kind is Kind.multiple else words.__contains__
        named[option] = sum(n for text, n in counted.items() if is_in(text))
    return named

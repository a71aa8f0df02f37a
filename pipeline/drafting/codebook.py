"""Writes the draft of codebook.yaml: what was seen stands above each question, CHECK where a person must look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from pipeline.drafting.bands import Cut
from pipeline.drafting.columns import CODED
from pipeline.drafting.kinds import LIKERT, Guess
from pipeline.drafting.names import Names
from pipeline.responses.choices import normalise
from pipeline.responses.exports import Export
from pipeline.responses.schema import Kind

MARKED = (  # system columns, the value of a record that counts, and what the others are
    ("Status", "IP Address", "preview"),
    ("Finished", "True", "unfinished"),
)
REPEATED = re.compile(r"(.+) \(\d+\)", re.DOTALL)  # how one of several columns with the same header is named
HEADING = 80  # characters
CODES = frozenset({"n", "all"})  # a part of an address that has a meaning of its own


def quoted(text: str) -> str:
    """Any text as a YAML scalar; JSON's double-quoted strings are YAML's too."""
    return json.dumps(text, ensure_ascii=False)


def coded(labels: Iterable[str], fallback: str = "choice") -> dict[str, str]:
    """Codes for the labels of choices or rows; a label that is a code already stays."""
    names, labels = Names(fallback, CODES), list(labels)
    steps = [LIKERT.fullmatch(label) for label in labels]
    if labels and all(steps):  # the number of a scale is its code
        return {step[1]: label for step, label in zip(steps, labels, strict=True)}
    return {names.of(label): label for label in labels}


def codebook_yaml(
    export: Export,
    guesses: dict[str, Guess],
    cuts: list[Cut],
    *,
    title: str,
    edition: str,
    year: int,
    decimal: str | None,
    id_column: str | None,
    system: list[str],
    stated: dict[str, object],
) -> str:
    """The whole file. `stated` are the keys of `source` that the call named, which are kept."""
    lines = [
        f"# First draft of {title}, made from {export.described}.",
        "# Lines marked CHECK need a person; delete the mark when you have looked. Nothing here needs code.",
        "",
        "survey:",
        f"  id: {quoted(edition)}",
        f"  title: {quoted(title)}",
        f"  year: {year}",
        "  respondent: company       # CHECK: what one record is, in running text",
        "  respondents: companies",
        "",
        "source:",
        f"  files: [{quoted(export.name)}]",
        f"  kind: {export.kind}",
    ]
    lines += [f"  {key}: {value if isinstance(value, int) else quoted(str(value))}" for key, value in stated.items()]
    if id_column is not None:
        lines.append(f"  id: {quoted(id_column)}")
    name = next((q for q, guess in guesses.items() if guess.is_name), None)
    if name:
        lines.append(f"  name: {name}              # the question that holds the respondent's name")
    if decimal:
        lines.append(f"  decimal: {quoted(decimal)}")
    else:
        lines.append('  # decimal: "."            CHECK: how numbers are written; until it is said they are withheld')
    lines.append("  currency: USD             # CHECK")
    if system:
        lines.append(f"  system: [{', '.join(map(quoted, system))}]")
    named = list_names(guesses)
    lines += ["", *_records(export), *_dimensions(guesses, cuts), *_lists(named), "questions:"]
    for question, guess in guesses.items():
        lines += _question(question, guess, named, column_of(guess))
    return "\n".join(lines) + "\n"


def list_names(guesses: dict[str, Guess]) -> dict[tuple[str, ...], str]:
    """Names for the lists of choices that several questions share, and for all rows of matrices."""
    uses: dict[tuple[str, ...], list[str]] = {}
    for question, guess in guesses.items():
        for labels in dict.fromkeys((guess.labels, guess.items)):
            if labels:
                uses.setdefault(labels, []).append(question)
    rows = {guess.items for guess in guesses.values()}
    names = Names("list", frozenset())
    return {labels: names.of(f"{used[0]} list") for labels, used in uses.items() if len(used) > 1 or labels in rows}


def column_of(guess: Guess) -> str:
    """How the codebook finds the question's columns, empty where its text is enough."""
    if not guess.asked.stem:
        return "{label}"
    first = guess.asked.parts[0]
    numbered = {re.sub(rf"{n}$", "{position}", part.address) for n, part in enumerate(guess.asked.parts, start=1)}
    if guess.kind is Kind.ranking and len(numbered) == 1:
        return numbered.pop()
    if len(guess.asked.parts) > 1 or first.label:
        coded_columns = CODED.fullmatch(first.address)
        return f"{coded_columns['stem']}__{{item}}" if coded_columns else ""
    found_by_text = normalise(first.address) == normalise(guess.asked.text) and not REPEATED.fullmatch(first.address)
    return "" if found_by_text else first.address


def heading(text: str) -> str:
    """A question as a heading: without what it says about how to answer, cut at a word."""
    text = " ".join(re.sub(r"\([^)]*\)\s*$", "", text).split()) or text
    if len(text) <= HEADING:
        return text
    return text[:HEADING].rsplit(" ", 1)[0].rstrip(",;:- ") + " …"


def _records(export: Export) -> list[str]:
    """Rules for the records that do not count, where the tool itself marks previews and unfinished ones."""
    rules = []
    for header, cells in zip(export.headers, (export.cells[place] for place in export.cells), strict=True):
        for name, kept, reason in MARKED:
            if header.tag == name and set(cells.str.strip()) - {kept} and kept in set(cells.str.strip()):
                rule = f"{name} != '{kept}'"
                rules.append(f"  - {{id: {reason}, where: {quoted(rule)}, reason: {reason} record}}")
    return ["records:                  # CHECK: which records do not count", *rules, ""] if rules else []


def title(name: str) -> str:
    """An id in words; one of few letters is an abbreviation."""
    return name.upper() if len(name) <= len("ARR") else name.replace("_", " ").capitalize()


def _dimensions(guesses: dict[str, Guess], cuts: list[Cut]) -> list[str]:
    if not cuts:
        return ["# CHECK: no question was found to cut the report by; `dimensions:` here names what to cut by", ""]
    lines = ["dimensions:               # CHECK: what the report is cut by, and where the edges lie"]
    for cut in cuts:
        guess = guesses[cut.variable]
        lines += [f"  {cut.variable}:", f"    title: {quoted(title(cut.variable))}",
                  f"    long_title: {quoted(heading(guess.asked.text))}", f"    variable: {cut.variable}",
                  "    bands:"]  # fmt: skip
        if not cut.edges:
            lines += [f"      - {{id: {quoted(code)}, label: {quoted(label)}}}"
                      for code, label in coded(guess.labels).items()]  # fmt: skip
            continue
        lines += [f"      - {{id: {name}, label: {quoted(label)}, {edges}}}" for name, label, edges in cut.classes()]
    return [*lines, ""]


def _lists(named: dict[tuple[str, ...], str]) -> list[str]:
    lines = ["lists:"] if named else []
    for labels, name in named.items():
        lines.append(f"  {name}:")
        lines += [f"    - {_choice(code, label)}" for code, label in coded(labels).items()]
    return [*lines, ""] if named else []


def _question(question: str, guess: Guess, named: dict[tuple[str, ...], str], column: str) -> list[str]:
    text = guess.asked.text or question
    keys = [f"id: {question}", f"type: {guess.kind}", f"text: {quoted(text)}"]
    keys += [f"column: {quoted(column)}"] * bool(column)
    keys += ["spread: true"] * guess.spread
    keys += [f"places: {len(guess.asked.parts)}"] * (guess.kind is Kind.ranking)
    keys += [f"unit: {guess.unit}"] * bool(guess.unit)
    for key, labels in (("items", guess.items), ("choices", guess.labels)):
        if labels in named:
            keys.append(f"{key}: {named[labels]}")
        elif labels:
            keys.append(f"{key}: [{', '.join(_choice(code, label) for code, label in coded(labels).items())}]")
    seen = f"CHECK {guess.doubt} ({guess.evidence})" if guess.doubt else guess.evidence
    lines = [f"  # {' '.join(seen.split())}", f"  - {{{', '.join(keys)}}}"]
    for number, part in enumerate(guess.others, start=1):
        other = f"{question}_other{number if number > 1 else ''}"
        of = f", other_of: {question}" if guess.kind in (Kind.single, Kind.multiple) and not guess.items else ""
        lines.append(f"  - {{id: {other}, type: text, text: {quoted(f'{text} {part.label}')}, "
                     f"column: {quoted(part.address)}{of}}}")  # fmt: skip
    return lines


def _choice(code: str, label: str) -> str:
    repeated = REPEATED.fullmatch(label)
    alias = f", aliases: [{quoted(repeated[1])}]" if repeated else ""
    return f"{{code: {quoted(code)}, label: {quoted(label)}{alias}}}"

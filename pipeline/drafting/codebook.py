"""Writes the draft of codebook.yaml: what was seen stands above each question, CHECK where a person must look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from pipeline.drafting.bands import TELLING, Cut
from pipeline.drafting.kinds import LIKERT, Guess
from pipeline.drafting.names import Names
from pipeline.drafting.options import Option, in_words
from pipeline.drafting.signs import Signs, printed_unit
from pipeline.responses.choices import normalise
from pipeline.responses.exports import LAYOUTS, Export
from pipeline.responses.schema import Kind

MARKED = (  # system columns, the value of a record that counts, and what the others are
    ("Status", "IP Address", "preview"),
    ("Finished", "True", "unfinished"),
)
COMPANIES, PEOPLE = ("company", "companies"), ("respondent", "respondents")
ASKS_COMPANY = re.compile(
    r"\byour (?:company|organi[sz]ation|firm|business)\b|\bcompany'?s\b|^(?:company|arr)\b", re.IGNORECASE
)
REPEATED = re.compile(r"(.+) \(\d+\)", re.DOTALL)  # how one of several columns with the same header is named
ABBREVIATIONS = frozenset({"arr", "mrr", "acv", "asp", "grr", "nrr", "nps", "fte", "hq"})
HEADING, TITLE = 80, 24  # characters
PIPED = re.compile(r"\$\{[^}]*\}|\{\{[^}]*\}\}|\{[^}]*:[^}]*\}")  # what a tool fills in when it asks
CODES = frozenset({"n", "all"})  # a part of an address that has a meaning of its own


def quoted(text: str) -> str:
    """Any text as a YAML scalar; JSON's double-quoted strings are YAML's too."""
    return json.dumps(text, ensure_ascii=False)


def coded(options: Iterable[Option], fallback: str = "choice") -> dict[str, Option]:
    """Options by their codes: the tool's own where the file has them, the numbers of a scale, else a code made of the
    label."""
    options = list(options)
    names = Names(fallback, CODES, reserved=frozenset(normalise(option.label) for option in options))
    steps = [LIKERT.fullmatch(option.label) for option in options]
    if options and all(steps):
        return {step[1]: option for step, option in zip(steps, options, strict=True)}
    return {names.kept(option.code) if option.code else names.of(option.label): option for option in options}


def codebook_yaml(
    export: Export,
    guesses: dict[str, Guess],
    cuts: list[Cut],
    *,
    title: str,
    edition: str,
    year: int,
    fieldwork: str,
    signs: Signs,
    id_column: str | None,
    system: list[str],
    stated: dict[str, object],
) -> str:
    """The whole file. `stated` are the keys of `source` that the call named, which are kept."""
    companies = any(guess.is_name or ASKS_COMPANY.search(guess.asked.text) for guess in guesses.values())
    who = COMPANIES if companies else PEOPLE
    lines = [
        f"# First draft of {title}, made from {export.described}.",
        "# Lines marked CHECK need a person; delete the mark when you have looked. Nothing here needs code.",
        "",
        "survey:",
        f"  id: {quoted(edition)}",
        f"  title: {quoted(title)}",
        f"  year: {year}",
        *([f"  fieldwork: {fieldwork}"] if fieldwork else []),
        f"  respondent: {who[0]}       # CHECK: what one record is, in running text",
        f"  respondents: {who[1]}",
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
    if signs.decimal:
        lines.append(f"  decimal: {quoted(signs.decimal)}")
    else:
        lines.append('  # decimal: "."            CHECK: how numbers are written; until it is said they are withheld')
    lines.append(f"  currency: {signs.currency}             # CHECK")
    if signs.missing:
        lines.append(f"  missing: {missing_of(signs)}    # CHECK: what stands for no answer, in all questions")
    if system:
        lines.append(f"  system: [{', '.join(map(quoted, system))}]")
    named = list_names(guesses)
    lines += ["", *_records(export), *_dimensions(guesses, cuts), *_lists(named), "questions:"]
    for question, guess in guesses.items():
        lines += _question(question, guess, named, signs.currency)
    return "\n".join(lines) + "\n"


def missing_of(signs: Signs) -> str:
    """The words for no answer by their reason, in YAML."""
    by_reason: dict[str, list[str]] = {}
    for reason, text in signs.missing.values():
        by_reason.setdefault(reason, []).append(quoted(text))
    listed = (f"{reason}: [{', '.join(texts)}]" for reason, texts in by_reason.items())
    return f"{{{', '.join(listed)}}}"


def list_names(guesses: dict[str, Guess]) -> dict[tuple[Option, ...], str]:
    """Names for the lists of choices that several questions share, and for all rows of matrices."""
    uses: dict[tuple[Option, ...], list[str]] = {}
    for question, guess in guesses.items():
        for options in dict.fromkeys((guess.labels, guess.items)):
            if options:
                uses.setdefault(options, []).append(question)
    rows = {guess.items for guess in guesses.values()}
    names = Names("list", frozenset())
    return {options: names.of(f"{used[0]} list") for options, used in uses.items() if len(used) > 1 or options in rows}


def listed(guess: Guess) -> str:
    """A name for a question whose text the file does not have: its first choices."""
    first = [option.label for option in (guess.items or guess.labels)[:3]]
    return f"{', '.join(first)} …"


def column_of(guess: Guess) -> str:
    """How the codebook finds the question's columns, empty where its text is enough."""
    asked = guess.asked
    if asked.column:
        return asked.column
    if not asked.stem:
        return "{label}"
    first = asked.parts[0]
    numbered = {re.sub(rf"{n}$", "{position}", part.address) for n, part in enumerate(asked.parts, start=1)}
    if guess.ranked == "by_place" and len(numbered) == 1:
        return numbered.pop()
    if len(asked.parts) > 1 or first.label:
        return ""
    found_by_text = normalise(first.address) == normalise(asked.text) and not REPEATED.fullmatch(first.address)
    return "" if found_by_text else first.address


def heading(text: str, longest: int = HEADING) -> str:
    """A question as a heading: without what it says about how to answer, and cut at a word if it is longer."""
    text = in_words(" ".join(PIPED.sub("…", text).split()))
    text = re.sub(r"\s*\([^)]*\)\s*$", "", text) or text
    asked = re.match(r"[^?？]{15,}[?？]", text)
    text = asked[0] if asked else text
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(",;:- ") + " …"


def _records(export: Export) -> list[str]:
    """Rules for the records that do not count, where the tool itself marks previews and unfinished ones."""
    rules = []
    for header, cells in zip(export.headers, (export.cells[place] for place in export.cells), strict=True):
        words = LAYOUTS[export.kind].words.get(header.tag, {})
        for name, kept, reason in MARKED:
            told = {words.get(text, text) for text in cells.str.strip()} if header.tag == name else set()
            if kept in told and told != {kept}:
                rule = f"{name} != '{kept}'"
                rules.append(f"  - {{id: {reason}, where: {quoted(rule)}, reason: {reason} record}}")
    return ["records:                  # CHECK: which records do not count", *rules, ""] if rules else []


def title(name: str, text: str, telling: re.Pattern[str]) -> str:
    """A title for the narrow head of a table: the question if it is short, the word that tells, or its id in words."""
    short = re.sub(r"[_-]+", " ", heading(text)).rstrip("?？: ")
    if len(short) > TITLE:
        word = telling.search(short)
        short = word[0] if word else re.sub("_+", " ", name)
    if len(short) > TITLE:
        short = short[:TITLE].rsplit(" ", 1)[0]
    return short.upper() if short.lower() in ABBREVIATIONS else short[0].upper() + short[1:]


def _dimensions(guesses: dict[str, Guess], cuts: list[Cut]) -> list[str]:
    if not cuts:
        return ["# CHECK: no question was found to cut the report by; `dimensions:` here names what to cut by", ""]
    lines = ["dimensions:               # CHECK: what the report is cut by, and where the edges lie"]
    for cut in cuts:
        guess = guesses[cut.variable]
        lines += [f"  {cut.variable}:", f"    title: {quoted(title(cut.variable, guess.asked.text, TELLING))}",
                  f"    variable: {cut.variable}", "    bands:"]  # fmt: skip
        if not cut.edges:
            lines += [f"      - {{id: {quoted(code)}, label: {quoted(option.label)}}}"
                      for code, option in coded(guess.labels).items()]  # fmt: skip
            continue
        lines += [f"      - {{id: {name}, label: {quoted(label)}, {edges}}}" for name, label, edges in cut.classes()]
    return [*lines, ""]


def _lists(named: dict[tuple[Option, ...], str]) -> list[str]:
    lines = ["lists:"] if named else []
    for options, name in named.items():
        lines.append(f"  {name}:")
        lines += [f"    - {_choice(code, option)}" for code, option in coded(options).items()]
    return [*lines, ""] if named else []


def _question(question: str, guess: Guess, named: dict[tuple[Option, ...], str], currency: str) -> list[str]:
    text = guess.asked.text or listed(guess)
    column = column_of(guess)
    keys = [f"id: {question}", f"type: {guess.kind}", f"text: {quoted(text)}"]
    keys += [f"column: {quoted(column)}"] * bool(column)
    keys += ["spread: true"] * guess.spread
    if guess.accepts_other:
        keys += [f"coalesce: [{quoted(guess.others[0].address)}]", "accepts_other: true"]
    if guess.kind is Kind.ranking:
        ranked = guess.asked.parts if guess.ranked == "by_place" else guess.labels
        keys += [f"ranked: {guess.ranked}", f"places: {len(ranked)}"]
    keys += [f"total: {guess.total}"] * bool(guess.total)
    unit = printed_unit(guess.unit, currency)
    keys += [f"unit: {unit}"] * bool(unit)
    for key, options in (("items", guess.items), ("choices", guess.labels)):
        if options in named:
            keys.append(f"{key}: {named[options]}")
        elif options:
            keys.append(f"{key}: [{', '.join(_choice(code, option) for code, option in coded(options).items())}]")
    seen = f"CHECK {guess.doubt} ({guess.evidence})" if guess.doubt else guess.evidence
    lines = [f"  # {' '.join(seen.split())}", f"  - {{{', '.join(keys)}}}"]
    for number, part in enumerate(guess.others, start=1):
        other = f"{question}_other{number if number > 1 else ''}"
        of = f", other_of: {question}" if guess.kind in (Kind.single, Kind.multiple) and not guess.items else ""
        lines.append(f"  - {{id: {other}, type: text, text: {quoted(f'{text} {part.label}')}, "
                     f"column: {quoted(part.address)}{of}}}")  # fmt: skip
    return lines


def _choice(code: str, option: Option) -> str:
    repeated = REPEATED.fullmatch(option.label)
    aliases = [*option.aliases, *([repeated[1]] if repeated else [])]
    alias = f", aliases: [{', '.join(map(quoted, aliases))}]" if aliases else ""
    return f"{{code: {quoted(code)}, label: {quoted(option.label)}{alias}}}"

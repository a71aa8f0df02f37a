"""What kind of answers a question holds, by looking at them: the kind, its choices, the evidence, what is doubtful."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.drafting.columns import OTHER, Asked, Part
from pipeline.responses.choices import TICKED, UNTICKED, normalise
from pipeline.responses.dates import read_dates
from pipeline.responses.numbers import MISSING_WORDS, Parsed, parse_number
from pipeline.responses.schema import Kind

MOST_CHOICES = 25  # more different answers than this are not a list to choose from
PER_CHOICE = 2  # so many answers to a choice, on average, before different texts look like a list
LONG = 60  # characters; longer answers are prose
READ = 0.8  # of the answers that must read as numbers for the question to be one
MONEY = re.compile(r"\b(arr|acv|mrr|revenue|salary|pay|budget|price|fee|cost|usd|dollars?|eur)\b|[$€£]", re.IGNORECASE)
PERCENT = re.compile(r"%|\bpercent|\bpercentage|\bshare of|\brate\b|\bretention\b|\bwhich share\b", re.IGNORECASE)
UNITS = {"months": "months", "days": "days", "years": "years", "weeks": "weeks", "accounts": "accounts"}
PEOPLE = re.compile(r"\b(people|employees|headcount|fte|ftes|staff|csms?)\b", re.IGNORECASE)
NAME = re.compile(r"\b(company|organi[sz]ation|firm)('s)? name|name of (your|the) (company|organi[sz]ation)"
                  r"|\bcompany'?s name|^company$|^organi[sz]ation$", re.IGNORECASE)  # fmt: skip
PERSONAL = re.compile(r"e-?mail|phone|first name|last name|your name|contact", re.IGNORECASE)
PLACE = re.compile(r"\D*\b(\d+)\D* \1")  # a row such as "Place 2", with its number behind
LIKERT = re.compile(r"(\d{1,2})\s*[-–:.)]\s*[^\W\d].*")


@dataclass(frozen=True)
class Guess:
    """One question as the draft will have it. `labels` are the choices and `items` the rows, in the order to print.

    `evidence` says what was seen, `doubt` what a person has to look at (empty if nothing).
    """

    asked: Asked
    kind: Kind
    evidence: str
    doubt: str = ""
    unit: str = ""
    labels: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    spread: bool = False
    others: tuple[Part, ...] = ()
    is_name: bool = False


def guess(asked: Asked, decimal: str | None, separator: str | None = None) -> Guess:
    """The likeliest kind of a question; `separator` is what the tool puts between several answers in one cell."""
    if len(asked.parts) == 1 and asked.stem:
        found = _one_column(asked, decimal, separator)
        return replace(found, others=(asked.other,)) if asked.other else found
    return _several_columns(asked, decimal)


def decimal_sign(texts: Iterable[str]) -> tuple[str | None, str]:
    """The decimal sign that the numbers are written with, and a doubt where they do not tell."""
    dots = commas = 0
    for text in texts:
        number = text.strip().lstrip("$€£~<>").rstrip("%kKmM ")
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+\.\d{1,2}|\d+\.\d{4,}", number):
            dots += 1
        elif re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?|\d+,\d{1,2}|\d+,\d{4,}", number):
            commas += 1
    if dots and commas:
        return None, f"numbers are written both ways ({dots} with a dot as decimal sign, {commas} with a comma)"
    return ("," if commas else "."), ""


def _one_column(asked: Asked, decimal: str | None, separator: str | None = None) -> Guess:
    given = asked.given
    distinct = {normalise(text): text for text in reversed(given)}
    seen = f"{len(given)} answered, {len(distinct)} different"
    if not given:
        return Guess(asked, Kind.text, "nobody answered", doubt="nobody answered, so the kind is not known")
    if NAME.search(asked.text):
        return Guess(asked, Kind.text, seen, is_name=True)
    if PERSONAL.search(asked.text):
        return Guess(asked, Kind.text, seen)
    longest = max(map(len, distinct.values()))
    listed = len(distinct) <= MOST_CHOICES and len(given) >= PER_CHOICE * len(distinct) and longest <= LONG
    numbers = [parse_number(text, decimal=decimal) for text in given]
    read = [parsed for parsed in numbers if parsed.value is not None or "ambiguous_separator" in parsed.flags]
    words = [parsed for parsed in numbers if parsed.reason is None]
    banded = listed and sum(bool(parsed.flags & {"range", "censored_low", "censored_high"}) for parsed in words) > 1
    scale = [LIKERT.fullmatch(text) for text in distinct.values()]
    if all(scale):
        labels = tuple(sorted(distinct.values(), key=lambda text: int(LIKERT.fullmatch(text)[1])))
        return Guess(asked, Kind.single, f"{seen}, a scale", labels=labels)
    if words and len(read) >= READ * len(words) and not banded:
        return _number(asked, read, len(words), seen)
    dates = read_dates(given)
    if dates.notna().sum() >= READ * len(given):
        return Guess(asked, Kind.date, f"{seen}, dates")
    parts = _joined(given, separator)
    if parts:
        labels = _by_frequency(parts)
        doubt = "choices were told apart by the separator; put right any that hold one themselves"
        return Guess(asked, Kind.multiple, f"{len(given)} answered, several choices in a cell", doubt, labels=labels)
    if listed:
        labels = tuple(text for text in _by_frequency(given) if normalise(text) not in MISSING_WORDS)
        if labels:
            return Guess(asked, Kind.single, f"{seen}", labels=_in_order(labels))
    if len(distinct) == len(given) and longest <= 40 and not any(" " in text for text in given):
        return Guess(asked, Kind.identifier, f"{seen}, codes")
    doubt = "" if longest > LONG or len(distinct) > MOST_CHOICES else "few different answers: free text, or choices?"
    return Guess(asked, Kind.text, seen, doubt)


def _number(asked: Asked, read: list[Parsed], answered: int, seen: str) -> Guess:
    values = [parsed.value for parsed in read if parsed.value is not None]
    flags = Counter(flag for parsed in read for flag in parsed.flags)
    lost = answered - len(values)
    evidence = f"{seen}, numbers from {min(values):,g} to {max(values):,g}" if values else seen
    doubt = f"{lost} answers do not read as one number" if lost else ""
    percent = flags["percent"] > len(read) / 2 or (PERCENT.search(asked.text) and all(abs(v) <= 300 for v in values))
    whole = all(float(value).is_integer() for value in values)
    if percent:
        fractions = values and max(values) <= 1 and not flags["percent"]
        doubt = doubt or ("are these fractions of 1 and not percents?" if fractions else "")
        return Guess(asked, Kind.percent, evidence, doubt, unit="percent")
    if MONEY.search(asked.text) or any(parsed.currency for parsed in read):
        return Guess(asked, Kind.money, evidence, doubt, unit="usd")
    for word, unit in UNITS.items():
        if re.search(rf"\b{word}\b", asked.text, re.IGNORECASE):
            return Guess(asked, Kind.number, evidence, doubt, unit=unit)
    if whole and all(value >= 0 for value in values):
        return Guess(asked, Kind.count, evidence, doubt, unit="people" if PEOPLE.search(asked.text) else "count")
    return Guess(asked, Kind.number, evidence, doubt)


def _several_columns(asked: Asked, decimal: str | None) -> Guess:
    """Choices that are ticked, or rows of a matrix; a column of free text among them is told apart as `others`."""
    ticks = [part for part in asked.parts if _ticks(part)]
    others = tuple(part for part in asked.parts if not _ticks(part) and OTHER.fullmatch(part.label))
    rest = [part for part in asked.parts if part not in others]
    doubt = "" if asked.stem else "the file has the choices but not the question: write its text"
    if rest and all(part in ticks for part in rest) and any(part.texts for part in rest):
        labels = tuple(part.label for part in rest)
        return Guess(asked, Kind.multiple, f"{len(rest)} columns, one per choice", doubt, labels=labels, spread=True,
                     others=others)  # fmt: skip
    pooled = Asked(asked.text, asked.tag, (Part(-1, "", "", tuple(text for p in rest for text in p.texts)),))
    cell = _one_column(pooled, decimal)
    rows = tuple(part.label for part in rest)
    if cell.kind is Kind.single and all(PLACE.fullmatch(f"{label} {n}") for n, label in enumerate(rows, start=1)):
        return Guess(asked, Kind.ranking, f"{len(rows)} places, {cell.evidence}", doubt, labels=cell.labels, items=())
    if cell.kind in (Kind.multiple, Kind.identifier, Kind.date):
        cell = Guess(pooled, Kind.text, cell.evidence)
    if cell.kind is Kind.count and _ranks(rest):
        doubt = "each respondent used every number once: these are ranks"
    return Guess(asked, cell.kind, f"{len(rest)} rows, {cell.evidence}", doubt or cell.doubt, cell.unit, cell.labels,
                 items=rows, others=others)  # fmt: skip


def _ticks(part: Part) -> bool:
    """Whether a column only says that its choice was taken: by its own words, or by yes and no."""
    own = {normalise(part.label), normalise(re.sub(r" \(\d+\)$", "", part.label))}
    return {normalise(text) for text in part.texts if text} <= {*TICKED, *UNTICKED, *own}


def _ranks(parts: list[Part]) -> bool:
    """Whether the numbers of each respondent are all different and run from 1."""
    rows = [[text for text in row if text] for row in zip(*(part.texts for part in parts), strict=True)]
    full = [row for row in rows if row]
    return bool(full) and len(parts) > 1 and all(
        sorted(row) == [str(number) for number in range(1, len(row) + 1)] for row in full
    )  # fmt: skip


def _joined(given: list[str], own: str | None) -> list[str]:
    """The single choices of cells that hold several, if that makes a short list of what else would be a long one."""
    for separator in filter(None, (own, ";", "|", ",")):
        with_it = [text for text in given if separator in text.strip(separator + " ")]
        parts = [part.strip() for text in given for part in text.split(separator) if part.strip()]
        kinds = Counter(map(normalise, parts))
        short = len(kinds) <= MOST_CHOICES and max(map(len, kinds)) <= LONG if kinds else False
        fewer = len(kinds) < len({normalise(text) for text in given})
        if with_it and short and len(parts) >= PER_CHOICE * len(kinds) and fewer:
            return parts
        if separator == ";" and with_it and short and all(text.rstrip().endswith(";") for text in given):
            return parts
    return []


def _by_frequency(texts: Iterable[str]) -> tuple[str, ...]:
    """Different texts, the commonest first, ties by the text; each as it is most often written."""
    counted = Counter(texts)
    written: dict[str, str] = {}
    for text, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        written.setdefault(normalise(text), text)
    total = Counter()
    for text, number in counted.items():
        total[normalise(text)] += number
    return tuple(written[name] for name, _ in sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))


def _in_order(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Ranges such as $10-30M in the order of their numbers, everything else as it comes."""
    def first(label: str) -> tuple[float, float] | None:
        parsed = parse_number(label.replace("–", "-"), decimal=".")
        low = parsed.low if parsed.low is not None else parsed.value
        if low is None:
            return None
        below, above = "censored_high" in parsed.flags, "censored_low" in parsed.flags
        return (low, above - below)

    places = [first(label) for label in labels]
    if any(place is None for place in places) or len(labels) < 3:
        return labels
    return tuple(label for _, label in sorted(zip(places, labels, strict=True)))

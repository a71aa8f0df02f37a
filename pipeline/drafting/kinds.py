"""What kind of answers a question of one column holds: the kind, its choices, the evidence, what is doubtful."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pipeline.drafting.columns import Asked, Part
from pipeline.drafting.options import NO, RANGED, YES, Option, options_of
from pipeline.drafting.signs import Signs
from pipeline.responses.choices import normalise
from pipeline.responses.dates import read_dates
from pipeline.responses.numbers import Parsed, parse_number
from pipeline.responses.schema import Kind

MOST_CHOICES = 25  # more different answers than this are not a list to choose from, unless each is given OFTEN
PER_CHOICE = 2  # so many answers to a choice, on average, before different texts look like a list
OFTEN, VERY_MANY = 10, 250
LONG, VERY_LONG = 60, 200  # characters; longer answers are prose, unless each is given OFTEN
READ = 0.8  # of the answers that must read as numbers for the question to be one
SEEN = 0.3  # of the answers that must do for a text to be doubtful
TOGETHER = 4  # answers in which two pieces always stand together before they look like one choice
STEPS = 11  # points of a rating at most, 0 to 10
MONEY = re.compile(r"\b(arr|acv|mrr|revenue|salary|pay|earn|spent|budget|price|fee|cost|usd|dollars?|eur|umsatz|"
                   r"chiffre d'affaires|выручка)\b|[$€£](?!\{)|收益|売上", re.IGNORECASE)  # fmt: skip
PERCENT = re.compile(r"%|\bpercent|\bpercentage|\bprozent|\bshare of|\brate\b(?! (?:your|the|how))|\bretention\b"
                     r"|\b[gn]rr\b|\bwhich share\b", re.IGNORECASE)  # fmt: skip
UNITS = {"months": "months", "days": "days", "accounts": "accounts"}
PEOPLE = re.compile(r"\b(people|employees|headcount|fte|ftes|staff|csms?)\b", re.IGNORECASE)
QUANTITY = re.compile(r"how (?:many|much|long|old)|number of|\bcount\b|\bn°|#|\bnbr\b|\bage\b|\byears?\b|\bmonths\b"
                      r"|\bhours\b|\bdays\b|wie ?viele|combien|cuánt|quant[oiae]\b|сколько|количество|何人|いくつ",
                      re.IGNORECASE)  # fmt: skip
RATING = re.compile(r"\bscale\b|likely|satisf|\brate\b|rating|score|recommend|agree|important|impress|confiden|\beasy\b"
                    r"|nps\b|maturity|0 ?(?:-|–|to|bis|〜) ?10|1 ?(?:-|–|to|bis|〜) ?(?:5|7|10)|weiterempf|bewert|оцен|"
                    r"recommand|recomend|評価|sat\b", re.IGNORECASE)  # fmt: skip
NAME = re.compile(r"\b(company|organi[sz]ation|firm)('s)? name|name of (your|the) (company|organi[sz]ation)"
                  r"|\bcompany'?s name|^company$|^organi[sz]ation$|company_name|nom_entreprise|nom de (?:votre|l')"
                  r" ?entreprise|heißt ihr unternehmen|firmenname|会社名|название компании|nombre de (?:la|su) empresa",
                  re.IGNORECASE)  # fmt: skip
PERSONAL = re.compile(r"e-?mail|phone|first name|last name|your name|contact|メールアドレス", re.IGNORECASE)
DESCRIBED = re.compile(r"\bdescribe\b|what would you|what is the (?:single )?biggest", re.IGNORECASE)
FREE = re.compile(r"comment|anything else|feedback|in your own words|tell us|please explain|^why\b|suggest"
                  r"|^notes?\b|remarks?\b|kommentar|noch sagen|комментар|自由に|ملاحظات|observacion",
                  re.IGNORECASE)  # fmt: skip
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
LIKERT = re.compile(r"(\d{1,2})\s*[-–:.)]\s*[^\W\d].*")
NOBODY = "nobody answered"
NUMBERS = (Kind.number, Kind.money, Kind.percent, Kind.count, Kind.scale)


@dataclass(frozen=True)
class Guess:
    """One question as the draft will have it. `labels` are the choices and `items` the rows, in the order to print.

    `evidence` says what was seen, `doubt` what a person has to look at (empty if nothing). `missing` are words that are
    no answer to this question; `others` columns of free text beside "other"; `total` what an allocation adds to.
    """

    asked: Asked
    kind: Kind
    evidence: str
    doubt: str = ""
    unit: str = ""
    labels: tuple[Option, ...] = ()
    items: tuple[Option, ...] = ()
    spread: bool = False
    ranked: str = ""
    total: int = 0
    others: tuple[Part, ...] = ()
    accepts_other: bool = False
    is_name: bool = False


def guess(asked: Asked, signs: Signs) -> Guess:
    """The likeliest kind of a question that has one column."""
    given = [text for text in asked.given if normalise(text) not in signs.missing]
    distinct = {normalise(text): text for text in reversed(given)}
    seen = f"{len(given)} answered, {len(distinct)} different"
    if not given:
        return Guess(asked, Kind.text, NOBODY, doubt="the kind is not known")
    if sum(bool(ADDRESS.fullmatch(text)) for text in given) >= READ * len(given):
        return Guess(asked, Kind.identifier, f"{seen}, e-mail addresses")
    if NAME.search(asked.text) and len(distinct) > len(given) / 2:
        return Guess(asked, Kind.text, seen, is_name=True)
    if PERSONAL.search(asked.text) and len(distinct) > len(given) / 2:
        return Guess(asked, Kind.text, seen)
    if set(distinct) <= YES | NO:
        return _yes_or_no(asked, given, seen, signs)
    listed = _is_list(given, distinct)
    ranged = listed and sum(bool(RANGED.search(text)) for text in distinct.values()) >= max(2, len(distinct) / 2)
    numbers = [parse_number(text, decimal=signs.decimal, currency=signs.currency) for text in given]
    read = [parsed for parsed in numbers if parsed.value is not None or "ambiguous_separator" in parsed.flags]
    words = [parsed for parsed in numbers if parsed.reason is None]
    scale = [LIKERT.fullmatch(text) for text in distinct.values()]
    if all(scale):
        labels = sorted(distinct.values(), key=lambda text: int(LIKERT.fullmatch(text)[1]))
        return Guess(asked, Kind.single, f"{seen}, a scale", labels=tuple(map(Option, labels)))
    if words and len(read) >= READ * len(words) and not ranged:
        return _number(asked, read, len(words), seen)
    if read_dates(given).notna().sum() >= READ * len(given):
        return Guess(asked, Kind.date, f"{seen}, dates")
    if FREE.search(asked.text) or (DESCRIBED.search(asked.text) and not len(given) >= OFTEN * len(distinct)):
        return Guess(asked, Kind.text, seen)
    if parts := _joined(given, signs.separator, asked.joined):
        labels = options_of(parts)
        if len(labels) > 2 and len(parts) == len(labels) * len(given) and len(distinct) > 1:
            evidence = f"{len(given)} answered, all of {len(labels)} choices in each cell, in different orders"
            return Guess(asked, Kind.ranking, evidence, labels=labels, ranked="in_order")
        doubt = "choices were told apart by the separator; put right any that hold one themselves"
        evidence = f"{len(given)} answered, several choices in a cell"
        return Guess(asked, Kind.multiple, evidence, "" if asked.joined else doubt, labels=labels)
    if listed and not any("\n" in text for text in given):
        labels = options_of(given)
        return Guess(asked, Kind.single, seen, _doubt_of(labels, given), labels=labels)
    if len(distinct) == len(given) and max(map(len, given)) <= 40 and not any(" " in text for text in given):
        return Guess(asked, Kind.identifier, f"{seen}, codes")
    doubt = "" if max(map(len, given)) > LONG or len(distinct) > MOST_CHOICES else "free text, or choices?"
    if words and len(read) >= SEEN * len(words):
        doubt = f"{len(read)} of {len(words)} answers read as numbers: a number, or text?"
    return Guess(asked, Kind.text, seen, doubt)


def _is_list(given: list[str], distinct: dict[str, str]) -> bool:
    """Whether the answers were chosen from a list: short ones that come again, or any that come often."""
    longest = max(map(len, distinct.values()))
    if len(given) >= OFTEN * len(distinct):
        return len(distinct) <= VERY_MANY and longest <= VERY_LONG
    return len(distinct) <= MOST_CHOICES and len(given) >= PER_CHOICE * len(distinct) and longest <= LONG


def _yes_or_no(asked: Asked, given: list[str], seen: str, signs: Signs) -> Guess:
    """Yes and no in words or as 1 and 0; a column of ones alone may mean that the others said no."""
    labels = options_of(given)
    figures = set(given) <= {"0", "1"}
    doubt = "1 is read as yes and 0 as no" if figures and not signs.ticks else ""
    if len(labels) == 1:
        doubt = f"only {given[0]!r} is ever given: do the blanks mean the opposite?"
    return Guess(asked, Kind.single, f"{seen}, yes or no", doubt, labels=labels)


def _doubt_of(labels: tuple[Option, ...], given: list[str]) -> str:
    if len(labels) == 1 and len(given) > 1:
        return "everybody gave the same answer"
    if any(normalise(option.label) == "na" for option in labels):
        return "is NA an answer, such as North America, or none?"
    merged = [f"{', '.join(map(repr, option.aliases))} as {option.label!r}" for option in labels if option.aliases]
    return f"counted together: {'; '.join(merged)}" if merged else ""


def _number(asked: Asked, read: list[Parsed], answered: int, seen: str) -> Guess:
    values = [parsed.value for parsed in read if parsed.value is not None]
    flags = Counter(flag for parsed in read for flag in parsed.flags)
    lost = answered - len(values)
    evidence = f"{seen}, numbers from {min(values):,g} to {max(values):,g}" if values else seen
    doubt = f"{lost} answers do not read as one number" if lost else ""
    whole = all(float(value).is_integer() and value >= 0 for value in values)
    few = whole and values and len(set(values)) <= STEPS < len(read) and max(values) < 100 and not flags
    if few and RATING.search(asked.text) and not QUANTITY.search(asked.text) and max(values) <= STEPS:
        return Guess(asked, Kind.scale, f"{evidence}, a rating", doubt, unit="score")
    percent = flags["percent"] > len(read) / 2 or (PERCENT.search(asked.text) and all(abs(v) <= 300 for v in values))
    if percent:
        fractions = values and max(values) <= 1 and not flags["percent"]
        doubt = doubt or ("are these fractions of 1 and not percents?" if fractions else "")
        return Guess(asked, Kind.percent, evidence, doubt, unit="percent")
    if any(parsed.currency for parsed in read) or (MONEY.search(asked.text) and not few):
        return Guess(asked, Kind.money, evidence, doubt, unit="money")
    for word, unit in UNITS.items():
        if re.search(rf"\b{word}\b", asked.text, re.IGNORECASE):
            return Guess(asked, Kind.number, evidence, doubt, unit=unit)
    if few and not QUANTITY.search(asked.text) and not PEOPLE.search(asked.text):
        labels = tuple(Option(f"{value:g}") for value in sorted(set(values)))
        doubt = "numbers that may stand for choices: write their labels (or type: count, without choices)"
        return Guess(asked, Kind.single, f"{seen}, few whole numbers", doubt, labels=labels)
    if whole:
        return Guess(asked, Kind.count, evidence, doubt, unit="people" if PEOPLE.search(asked.text) else "count")
    return Guess(asked, Kind.number, evidence, doubt)


def _joined(given: list[str], own: str | None, surely: bool) -> list[str]:
    """The single choices of cells that hold several, if that makes a short list of what else would be a long one."""
    if surely:
        return [part for text in given for part in (text.split(own) if own else [text])]
    for separator in filter(None, (own, ";", "|", ",")):
        with_it = [text for text in given if separator in text.strip(separator + " ")]
        rows = [[part.strip() for part in text.split(separator) if part.strip()] for text in given]
        rows = _mended(rows, separator) if with_it else rows
        parts = [part for row in rows for part in row]
        kinds = Counter(map(normalise, parts))
        if not with_it or not kinds:
            continue
        most, long = (VERY_MANY, VERY_LONG) if len(parts) >= OFTEN * len(kinds) else (MOST_CHOICES, LONG)
        short = len(kinds) <= most and max(map(len, kinds)) <= long
        several = any(len(row) > 1 for row in rows)
        different = len({normalise(text) for text in given})
        fewer = len(kinds) < different + (separator in ";|")  # commas are also part of choices
        if several and short and len(parts) >= PER_CHOICE * len(kinds) and fewer:
            return parts
        if separator == ";" and several and short and all(text.rstrip().endswith(";") for text in given):
            return parts
    return []


def _mended(rows: list[list[str]], separator: str) -> list[list[str]]:
    """The rows with pieces put together that never stand apart: a choice that holds the separator itself."""
    while True:
        alone = Counter(part for row in rows for part in row)
        pairs = Counter(pair for row in rows for pair in pairwise(row))
        whole = {pair for pair, n in pairs.items() if n == alone[pair[0]] == alone[pair[1]] and n >= TOGETHER}
        if not whole or separator == " ":  # names that are joined by spaces have none
            return rows
        mended = []
        for row in rows:
            made: list[str] = []
            for part in row:
                if made and (made[-1], part) in whole:
                    made[-1] = f"{made[-1]}{separator} {part}"
                else:
                    made.append(part)
            mended.append(made)
        rows = mended


def rows_of(parts: Iterable[Part]) -> tuple[Option, ...]:
    """The rows of a matrix, or the choices of a question that has a column for each, as they stand in the file."""
    return tuple(Option(part.label, part.code) for part in parts)

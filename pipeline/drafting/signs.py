"""What holds for the numbers of a whole file: the decimal sign, the currency, the words for "no answer"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.drafting.columns import Asked
from pipeline.figures.formats import UNITS
from pipeline.responses.choices import normalise
from pipeline.responses.exports import LAYOUTS, Export, read_export
from pipeline.responses.numbers import parse_number

ODD = 0.1  # of the numbers with a sign may be written the other way; they are then withheld
NUMBER = re.compile(r"[^\d.,\-/:]{0,8}(\d[\d.,]*\d)[^\d.,\-/:]{0,12}")
DOT = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+\.\d{1,2}|\d+\.\d{4,}|0\.\d+")
COMMA = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?|\d+,\d{1,2}|\d+,\d{4,}|0,\d+")
THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})")  # 1,234 says nothing where other numbers say the opposite
CURRENCIES = (("EUR", re.compile(r"€|\beuros?\b|\beur\b", re.IGNORECASE)),
              ("GBP", re.compile(r"£|\bgbp\b|\bpounds sterling\b", re.IGNORECASE)),
              ("USD", re.compile(r"\busd\b|\bus ?\$|\bus dollars?\b", re.IGNORECASE)),
              ("JPY", re.compile(r"¥|\bjpy\b|円")), ("INR", re.compile(r"₹|\binr\b", re.IGNORECASE)),
              ("RUB", re.compile(r"₽|\bруб", re.IGNORECASE)))  # fmt: skip
NOTHING = {"na": "not_answered", "nan": "not_answered", "null": "not_answered", "#n/a": "not_answered",
           "#null!": "not_answered", "n/a": "not_applicable", "not applicable": "not_applicable",
           "(blank)": "not_answered", "k. a.": "not_answered", "keine angabe": "not_answered",
           "нет ответа": "not_answered", "sans réponse": "not_answered", "sin respuesta": "not_answered"}  # fmt: skip
WIDELY = 3  # questions; a word that stands for "no answer" in so many does so in all


@dataclass(frozen=True)
class Signs:
    """How the file writes numbers and nothing: `decimal` None if it does not tell; `missing` by normalised word, with
    the reason and the text as it is written; `separator` is what joins several answers in a cell, if the tool has one;
    `ticks` if it writes yes and no as 1 and 0."""

    decimal: str | None
    currency: str
    missing: dict[str, tuple[str, str]]
    separator: str | None = None
    ticks: bool = False
    doubts: tuple[str, ...] = ()


def read_signs(export: Export, found: list[Asked], stated: dict[str, object]) -> tuple[Signs, Export]:
    """The signs of a file, and the file read by them: cells of a spreadsheet that are numbers prove no decimal sign."""
    texts = [text for asked in found for text in asked.given]
    if export.odd is not None:
        other = read_export(export.file.parent, export.name, **stated, decimal=",")
        typed = {place: export.cells[place].astype(object) == other.cells[place].astype(object)
                 for place in export.cells}  # fmt: skip
        texts = [
            text
            for asked in found
            for part in asked.parts
            for text, as_typed in zip(part.texts, typed[part.place], strict=True)
            if as_typed
        ]
    decimal, doubt = decimal_sign(texts)
    if export.odd is not None and decimal == ",":
        export = other
    layout = LAYOUTS[export.kind]
    signs = Signs(decimal, _currency(found), _missing(found), layout.separator, export.kind == "typeform")
    return replace(signs, doubts=(doubt,) if doubt else ()), export


def decimal_sign(texts: Iterable[str]) -> tuple[str | None, str]:
    """The decimal sign that the numbers are written with, and a doubt where they do not tell or disagree."""
    dots = commas = 0
    unclear = Counter()
    for text in texts:
        found = NUMBER.fullmatch(text.strip())
        number = found[1] if found else ""
        if THOUSANDS.fullmatch(number) and not number.startswith("0"):
            unclear["," if "," in number else "."] += 1
        elif DOT.fullmatch(number):
            dots += 1
        elif COMMA.fullmatch(number):
            commas += 1
    if not dots and not commas:
        return ("," if unclear["."] > unclear[","] else "."), ""
    most, few, sign = (dots, commas, ".") if dots >= commas else (commas, dots, ",")
    if not few:
        return sign, ""
    said = f"numbers are written both ways ({dots} with a dot as decimal sign, {commas} with a comma)"
    if few <= ODD * (most + few):
        return sign, f"{said}; the few are withheld until decided"
    return None, said


def _currency(found: list[Asked]) -> str:
    """The currency that questions and answers name most often; US dollars if none."""
    named = Counter()
    for asked in found:
        for code, pattern in CURRENCIES:
            named[code] += bool(pattern.search(asked.text))
        seen = Counter(parse_number(text).currency for text in dict.fromkeys(asked.given[:500]))
        commonest = next((code for code, _ in seen.most_common() if code and code != "$"), None)
        if commonest and seen[commonest] >= seen["$"]:
            named[commonest] += 1
        elif seen["$"]:
            named["USD"] += 1
    return max(named, key=lambda code: (named[code], code == "USD"), default="USD") if any(named.values()) else "USD"


def _missing(found: list[Asked]) -> dict[str, tuple[str, str]]:
    """Words for nothing that stand so in several questions; in one alone, NA may be North America."""
    where: dict[str, dict[str, set[str]]] = {}
    for asked in found:
        for text in dict.fromkeys(asked.given):
            if (word := normalise(text)) in NOTHING:
                where.setdefault(word, {}).setdefault(text, set()).add(asked.text)
    told = {word: {name for names in texts.values() for name in names} for word, texts in where.items()}
    return {
        word: (NOTHING[word], max(where[word], key=lambda text: (len(where[word][text]), text)))
        for word, names in told.items()
        if len(names) >= WIDELY or word != "na"
    }


def printed_unit(unit: str, currency: str) -> str:
    """The unit as the codebook has it; money is in the currency of the file if reports can print that one."""
    if unit != "money":
        return unit
    return currency.lower() if currency.lower() in UNITS else ""

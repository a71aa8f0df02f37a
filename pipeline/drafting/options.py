"""The choices of a question as its answers show them: spellings of one choice together, in the order to expect."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.responses.choices import normalise
from pipeline.responses.spreadsheet import before_spreadsheet

OTHER = re.compile(
    r"other\b.{0,40}|.*\(please specify\).*|.*\bother \(.*|(?:sonstige|andere|autre|otr[oa]|altro|друг|その他).{0,30}"
    r"|-oth-",
    re.IGNORECASE | re.DOTALL,
)
LAST = re.compile(r"(?:i )?do(?:n't| not) know.*|unsure|not sure.*|prefer not.*|none.*|not applicable|n/?a|unknown"
                  r"|.*\(n/a\)", re.IGNORECASE)  # fmt: skip
NAMED = re.compile(r"[a-z][a-z0-9_]*")
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})

RANGED = re.compile(r"\d\s*(?:-|–|to|bis)\s*\d|\d\s*\+|(?:under|over|less than|more than|<|>)\s*\d", re.IGNORECASE)
NUMBER = re.compile(r"(\d[\d,. ]*\d|\d)\s*(k|m|mm|mio|mn|million|b|bn|billion|thousand)?\b", re.IGNORECASE)
SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mio": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9,
          "billion": 1e9}  # fmt: skip
BELOW = re.compile(r"^\s*(?:less than|fewer than|under|below|up to|<|≤|unter|bis)", re.IGNORECASE)
ABOVE = re.compile(r"^\s*(?:more than|over|above|greater than|>|≥|über)|\d\s*\+|\bor (?:more|older|over|above)\b"
                   r"|\band (?:over|up|above|more)\b", re.IGNORECASE)  # fmt: skip
DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
LASTING = re.compile(rf"\d\+?\s*({'|'.join(DAYS)})s?\b", re.IGNORECASE)
REPEATED = re.compile(rf"\b(?:an?|per|each|every)\s+({'|'.join(DAYS)})\b|\b(dai|week|month|quarter|year|annual)ly\b",
                      re.IGNORECASE)  # fmt: skip

NEGATED = re.compile(r"\b(?:dis|un|in|im)(?=(?:satisf|agree|favou?r|likely|important|effective|happy|comfortable))"
                     r"|\bnot?\b|\bnever\b|\bdifficult|\bhard\b|\bpoor|\bbad\b|\bnegativ|\bworse",
                     re.IGNORECASE)  # fmt: skip
MIDDLE = re.compile(r"\bneither\b|\bneutral\b|\bundecided\b|\bno opinion\b|\babout the same\b", re.IGNORECASE)
JUDGED = re.compile(r"satisf|agree|favou?r|likely|important|effective|happy|comfortable|confident|impress|easy|"
                    r"difficult|\bgood|poor|\bbad\b|excellent|fair|positiv|negativ|useful|concerned|familiar|better|worse"
                    r"|valuable|challenging", re.IGNORECASE)  # fmt: skip
DEGREES = (
    (re.compile(r"\b(?:extremely|completely|totally|strongly|fully|not at all|excellent)\b", re.IGNORECASE), 4),
    (re.compile(r"\b(?:very|much|highly|definitely)\b", re.IGNORECASE), 3),
    (re.compile(r"\b(?:moderately|fairly|probably|quite)\b", re.IGNORECASE), 1.5),
    (re.compile(r"\b(?:somewhat|slightly|rather|mostly|a little|fair)\b", re.IGNORECASE), 1),
)
LADDERS = tuple(
    tuple(steps.split("|"))
    for steps in (
        "never|rarely|seldom|occasionally|sometimes|often|frequently|usually|always",
        "not at all|none|a little|some|a lot|a great deal",
        "low|medium|moderate|high|very high",
        "small|medium|mid-sized|large|very large",
        "smb|small business|mid-market|mid market|enterprise",
        "red|amber|yellow|green",
        "too short|too small|too low|appropriate in length|about right|just right|too long|too large|too high",
        "bronze|silver|gold|platinum",
        "yes|partially|partly|in part|no",
        "detractor|passive|promoter",
        "seed|series a|series b|series c|series d",
    )
)


@dataclass(frozen=True)
class Option:
    """One choice or row: what it is called, the tool's own code if the file has one, other ways to write it."""

    label: str
    code: str = ""
    aliases: tuple[str, ...] = ()


def options_of(texts: Iterable[str]) -> tuple[Option, ...]:
    """The different choices among the texts, in order; spellings that differ in punctuation, yes and y, and what a
    spreadsheet made of a range ("Oct-49") are aliases of one."""
    counted = Counter(text.strip() for text in texts if text.strip())
    spelt: dict[str, list[str]] = {}
    ranged = sum(bool(RANGED.search(text)) for text in counted) > 1
    for text, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        before = before_spreadsheet(text) if ranged else ()
        known = next((typed for typed in before if _bare(typed) in map(_bare, counted)), before[0] if before else text)
        spelt.setdefault(_bare(known), [known]).append(text)
    yes_no = {word for word in spelt} <= YES | NO
    if counted and all(NAMED.fullmatch(text) for text in counted) and any("_" in text for text in counted):
        return in_order(tuple(Option(in_words(text), text) for text, *_ in spelt.values()))  # the tool's own codes
    found: list[Option] = []
    for label, *texts_ in _joined_words(spelt) if yes_no else spelt.values():
        others = dict.fromkeys(text for text in texts_ if normalise(text) != normalise(label))
        unlike = {normalise(text): text for text in others}
        found.append(Option(label, "other" if OTHER.fullmatch(label) else "", tuple(unlike.values())))
    return in_order(tuple(found))


def in_order(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Numbers and ranges by their size, judgements from worst to best, known ladders by their steps; else as they come,
    "other" and "do not know" at the end."""
    places = _steps(options)
    inner = list(options) if places else [option for option in options if not _stands_last(option)]
    outer = sorted((option for option in options if option not in inner), key=lambda option: bool(option.code))
    places = places or _sizes(inner) or _judgements(inner)
    if places is None:
        return (*inner, *outer)
    return (*(option for _, _, option in sorted(zip(places, range(len(inner)), inner, strict=True))), *outer)


def is_ladder(options: tuple[Option, ...]) -> bool:
    """Whether the choices are steps of one scale of judgement, as the rows of a matrix share it."""
    inner = [option for option in options if not _stands_last(option)]
    return len(inner) > 2 and (_steps(inner) or _judgements(inner)) is not None


def in_words(text: str) -> str:
    """A name that a machine made as words: company_size, RemoteWork, trend-tools; any other text as it is."""
    if " " in text or not text.isascii() or not re.fullmatch(r"[A-Za-z][\w-]*", text):
        return text
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", re.sub(r"[_-]+", " ", text)).split()
    words = [word if word.isupper() else word.lower() for word in words]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


def _stands_last(option: Option) -> bool:
    return option.code == "other" or bool(LAST.fullmatch(normalise(option.label)))


def _bare(text: str) -> str:
    """A text without case, spacing and punctuation; a text of nothing else is itself."""
    return re.sub(r"[\s\-_.,;:!'\"/()]+", "", normalise(text)) if re.search(r"\w", text) else text


def _joined_words(spelt: dict[str, list[str]]) -> list[list[str]]:
    """Yes, y and 1 together, and the same of no; the label is a word."""
    groups = []
    for label, words in (("Yes", YES), ("No", NO)):
        texts = [text for key, listed in spelt.items() if key in words for text in listed]
        if texts:
            groups.append([label, *texts])
    return groups


def _sizes(options: list[Option]) -> list[tuple] | None:
    """(size, side) of each label with a number; those without come last. None unless most have one."""
    sizes = [_size(option.label) for option in options]
    have = sum(size is not None for size in sizes)
    if have < 2 or have < 0.6 * len(options):
        return None
    return [size or (float("inf"), 0) for size in sizes]


def _size(label: str) -> tuple[float, int] | None:
    words = unicodedata.normalize("NFKC", label)
    found = NUMBER.search(words)
    if not found:
        return None
    digits = re.sub(r"[, ](?=\d{3}\b)", "", found[1]).replace(",", ".").replace(" ", "")
    try:
        value = float(digits)
    except ValueError:
        return None
    scale = found[2] or _scale_behind(words[found.end() :])
    value *= SCALES.get(scale.casefold(), 1) if scale else 1
    if lasting := LASTING.search(words):
        value *= DAYS[lasting[1].casefold()]
    if repeated := REPEATED.search(words):
        value /= DAYS.get((repeated[1] or {"dai": "day", "annual": "year"}.get(repeated[2], repeated[2])).casefold(), 1)
    return value, bool(ABOVE.search(words)) - bool(BELOW.search(words))


def _scale_behind(rest: str) -> str:
    """The scale of "5-10M", which stands behind the second number."""
    found = re.match(r"\s*(?:-|–|to)\s*\D{0,2}" + NUMBER.pattern, rest, re.IGNORECASE)
    return found[2] or "" if found else ""


def _judgements(options: list[Option]) -> list[float] | None:
    """How good each label says it is, if all of them judge, and each otherwise."""
    if len(options) < 3 or not all(JUDGED.search(o.label) or MIDDLE.search(o.label) for o in options):
        return None
    places = [_judgement(normalise(option.label)) for option in options]
    return places if len(set(places)) == len(places) else None


def _judgement(label: str) -> float:
    if MIDDLE.search(label):
        return 0
    degree = next((degree for pattern, degree in DEGREES if pattern.search(label)), 2)
    return -degree if NEGATED.search(label) else degree


def _steps(options: Sequence[Option]) -> list[int] | None:
    labels = [normalise(option.label) for option in options]
    for ladder in LADDERS:
        if len(labels) > 1 and set(labels) <= set(ladder):
            return [ladder.index(label) for label in labels]
    return None

"""How wide a text is and where its lines break, from the report's own fonts."""

from __future__ import annotations

import unicodedata
from functools import cache

from fontTools.ttLib import TTFont

from pipeline.pages.theme import FACES, FONTS


@cache
def _face(family: str, weight: int) -> tuple[dict, dict, int]:
    stem = next(stem for name, w, style, stem in FACES if (name, w, style) == (family, weight, "normal"))
    font = TTFont(FONTS / f"{stem}.ttf")
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width in points of a text set in Inter, without kerning: a little too wide rather than too narrow."""
    return _width(text, size, "Inter", weight)


def serif_width(text: str, size: float) -> float:
    """Width in points of a headline set in Source Serif."""
    return _width(text, size, "Source Serif 4", 600)


def _width(text: str, size: float, family: str, weight: int) -> float:
    names, metrics, unit = _face(family, weight)
    return sum(_advance(letter, names, metrics, unit) for letter in text) * size / unit


def _advance(letter: str, names: dict, metrics: dict, unit: int) -> int:
    """The width of one letter; one that another font has to draw is a square if it is wide, such as a kanji."""
    if ord(letter) not in names and unicodedata.east_asian_width(letter) in "WF":
        return unit
    return metrics[names.get(ord(letter), ".notdef")][0]


def wrap(text: str, width: float, size: float, weight: int = 400) -> str:
    """The text broken at spaces into lines of at most `width` points (a single longer word stays whole)."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size, weight) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return "\n".join(lines)

"""The items of lists as rows of cards, or as steps joined in their order; all of one page in one size of type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import Any

from markupsafe import Markup

from pipeline.errors import InputError
from pipeline.pages.templating import render
from pipeline.pages.words_blocks import (
    BLOCK,
    LABEL,
    MEASURE,
    ROOM,
    SIZES,
    WIDTH,
    Atom,
    Card,
    atoms_of,
    capitalised,
    lines_of,
    plain,
)

CARD_LEAST = 126.0  # narrowest card
CARD_HEAD = 34.0  # height of a card's number, rule and paddings, beside its heading and text
FIGURE = re.compile(r'<span class="bound"[^>]*>[^<]*</span>')


def cards(written: str, *, steps: bool = False) -> str:
    """Lists become rows of cards, in order with the text between them; all cards have one size of type."""
    parts: list[Markup | list[Card]] = []
    for block in BLOCK.finditer(written):
        is_list = block[1] in ("ul", "ol")
        parts.append(_group(atoms_of(block[0])) if is_list else Markup(block[0]))
    groups = [part for part in parts if isinstance(part, list)]
    if not groups:
        raise InputError("cards and steps are made from the items of a list, and this text has none")
    words = [part for part in parts if not isinstance(part, list)]
    beside = sum(lines_of(plain(html), MEASURE, 10) * 14.5 + 12 for html in words)
    columns, (size, line) = _grid(groups, ROOM - beside, steps=steps)
    return render(
        "words_cards.html",
        kind="steps" if steps else "cards",
        parts=[
            part if isinstance(part, Markup) else _rows(part, number)
            for part, number in zip(parts, _in_turn(parts, columns), strict=True)
        ],
        size=size,
        line=line,
    )


def _in_turn(parts: Sequence[Markup | list[Card]], columns: Sequence[int]) -> list[int]:
    """For each part the columns of its cards, 0 for text."""
    numbers = iter(columns)
    return [0 if isinstance(part, Markup) else next(numbers) for part in parts]


def _rows(cards: list[Card], columns: int) -> dict[str, Any]:
    gap = _gap(columns)
    return {
        "rows": [cards[i : i + columns] for i in range(0, len(cards), columns)],
        "width": round(_card_width(columns), 2),
        "gap": gap,
    }


def _gap(columns: int) -> float:
    return 16.0 if columns > 4 else 24.0


def _card_width(columns: int) -> float:
    return (WIDTH - _gap(columns) * (columns - 1)) / columns


def _group(atoms: Sequence[Atom]) -> list[Card]:
    """The items of a list as cards; where every one begins with a figure, the figures are set large."""
    cards = [_card(atom, leading=True) for atom in atoms]
    return cards if all(card.lead for card in cards) else [_card(atom) for atom in atoms]


def _card(atom: Atom, *, leading: bool = False) -> Card:
    """An item as a card; the colon after its label goes, as the label stands on a line of its own."""
    found = LABEL.match(atom.html)
    label = plain(found[1]).rstrip(":") if found else ""
    body = (atom.html[found.end() :] if found else atom.html).strip()
    figure = FIGURE.match(body) if leading else None
    lead, body = (figure[0], body[figure.end() :].strip()) if figure else ("", capitalised(body))
    return Card(str(atom.number or ""), Markup(label), Markup(body), Markup(lead) if lead else "")


def _grid(groups: Sequence[list[Card]], room: float, *, steps: bool) -> tuple[list[int], tuple[float, float]]:
    """Columns of each group and type size: as large as fits the room; steps keep to one row where they can."""
    for size, line in SIZES:
        columns = [_narrowest(cards, size, line, steps) for cards in groups]
        height = sum(_group_height(c, n, size, line) for c, n in zip(groups, columns, strict=True))
        if height <= room or (size, line) == SIZES[-1]:
            return columns, (size, line)
    raise AssertionError("the last size is always taken")


def _narrowest(cards: list[Card], size: float, line: float, steps: bool) -> int:
    """The number of columns that makes the group lowest; the preferred one where it makes no difference."""
    shapes = [n for n in _shapes(len(cards), steps) if _card_width(n) >= CARD_LEAST]
    return shapes[0] if steps else min(shapes, key=lambda n: _group_height(cards, n, size, line))


def _group_height(cards: list[Card], columns: int, size: float, line: float) -> float:
    rows = [cards[i : i + columns] for i in range(0, len(cards), columns)]
    return sum(max(_card_height(card, _card_width(columns), size, line) for card in row) + 18 for row in rows)


def _shapes(count: int, steps: bool) -> list[int]:
    """Numbers of columns to try, the preferred one first: even rows, not too wide."""
    usual = {1: [1], 2: [2], 3: [3], 4: [4, 2], 5: [5, 3], 6: [3, 6], 7: [4], 8: [4], 9: [3], 10: [5]}
    shapes = usual.get(count, [ceil(count / 2) if count <= 12 else 5])
    return ([count, *shapes] if count <= 6 else shapes) if steps else shapes


def _card_height(card: Card, width: float, size: float, line: float) -> float:
    head = lines_of(card.label, width, size + 0.5, 600) * (line + 1) if card.label else 0.0
    return CARD_HEAD + head + (34.0 if card.lead else 0.0) + lines_of(card.text, width, size) * line

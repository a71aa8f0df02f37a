"""Pages of text: the Markdown before an exhibit becomes prose in columns, a table, cards or steps.

The text is measured with the report's own fonts, so that the largest size that fits the page is chosen for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from math import ceil
from typing import Any

from markupsafe import Markup

from pipeline.errors import InputError
from pipeline.pages.svg import text_width, wrap
from pipeline.pages.templating import render

WIDTH, ROOM = 864.0, 318.0  # of a page's body, in points
MEASURE = 594.0  # widest single column of prose
GAP = 30.0
LABELLED = 630.0  # width of the sentences beside labels
SIZES = ((12.0, 18.0), (11.0, 16.5), (10.0, 15.0), (9.5, 13.5), (9.0, 12.5))  # size and line of text, in points
CARD_LEAST = 126.0  # narrowest card
CARD_HEAD = 34.0  # height of a card's number, rule and paddings, beside its heading and text

BLOCK = re.compile(r"<(p|ul|ol|table|h[3-6]|blockquote|pre)\b.*?</\1>", re.DOTALL)
ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
LABEL = re.compile(r"^\s*(?:<p>)?\s*<strong>(.*?)</strong>\s*", re.DOTALL)
FIGURE = re.compile(r'<span class="bound"[^>]*>[^<]*</span>')
BODY = re.compile(r'<div class="words (\w+)"><!--commentary--></div>')
FIGURES = re.compile(r'<span class="figures">.*?</span>', re.DOTALL)


@dataclass(frozen=True)
class Atom:
    """A piece of prose that no column break divides: a paragraph, or one item of a list with its number."""

    html: str
    tag: str = "p"
    number: int | None = None

    @property
    def text(self) -> str:
        return plain(self.html)

    @property
    def leads(self) -> bool:
        """Whether it announces what comes next and so stays with it."""
        return self.text.endswith(":") or self.tag.startswith("h")


@dataclass(frozen=True)
class Card:
    """One item of a list as a card: its number if the list is numbered, label, words, and a figure set large."""

    number: str
    label: Markup
    body: Markup
    lead: Markup | str = ""

    @property
    def text(self) -> str:
        return plain(self.body)


def fill(section: str, written: str) -> str:
    """The section of a text exhibit with its body set from the HTML of its Markdown; other sections unchanged.

    Raises InputError when there is no text, or none of the kind that the layout needs.
    """
    found = BODY.search(section)
    if found is None:
        return section
    if not written.strip():
        raise InputError("a text exhibit needs its text: a Markdown cell before report.show")
    if "data-cell=" not in written:
        section = FIGURES.sub("", section)
    return BODY.sub(lambda _: arrange(written, found[1]), section)


def arrange(written: str, layout: str) -> str:
    """Markdown's HTML as the body of a page in one of the layouts prose, table, cards, steps."""
    match layout:
        case "table":
            return _tables(written)
        case "cards" | "steps":
            return _cards(written, steps=layout == "steps")
        case _:
            return _prose(written)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


# Prose


def _prose(written: str) -> str:
    """Paragraphs and lists in one column or two; a short text whose items all have labels as a list across the page."""
    atoms = _atoms(written)
    items = [atom for atom in atoms if atom.tag in ("ul", "ol")]
    if items and all(LABEL.match(atom.html) for atom in items):
        size, line = SIZES[1]
        others = [atom for atom in atoms if atom not in items]
        if _height(others, MEASURE, size, line) + _labelled_height(items, size, line) <= ROOM:
            return render("words_labelled.html", parts=_labelled(atoms), size=size, line=line)
    count, (size, line) = 2, SIZES[3]
    for count, (size, line) in ((1, SIZES[0]), (1, SIZES[1]), (2, SIZES[1]), (2, SIZES[2]), (2, SIZES[3])):
        width = MEASURE if count == 1 else (WIDTH - GAP) / 2
        if max(_height(part, width, size, line) for part in _columns(atoms, count, width)) <= ROOM:
            break
    parts = _columns(atoms, count, MEASURE if count == 1 else (WIDTH - GAP) / 2)
    return render("words_prose.html", columns=[Markup(_joined(part)) for part in parts], size=size, line=line)


def _labelled(atoms: Sequence[Atom]) -> list[Markup | list[Card]]:
    """The text with each run of items as rows of number, label and sentence."""
    parts: list[Markup | list[Card]] = []
    for atom in atoms:
        if atom.tag not in ("ul", "ol"):
            parts.append(Markup(atom.html))
            continue
        if not parts or isinstance(parts[-1], Markup):
            parts.append([])
        found = LABEL.match(atom.html)
        body = _capitalised(atom.html[found.end() :].strip())
        parts[-1].append(Card(str(atom.number or ""), Markup(plain(found[1]).rstrip(":")), Markup(body)))
    return parts


def _labelled_height(items: Sequence[Atom], size: float, line: float) -> float:
    return sum(_lines(atom.text, LABELLED, size) * line + 13.0 for atom in items)


def _atoms(written: str) -> list[Atom]:
    atoms = []
    for block in BLOCK.finditer(written):
        html, tag = block[0], block[1]
        if tag not in ("ul", "ol"):
            atoms.append(Atom(html, tag))
            continue
        start = re.match(r'<ol start="(\d+)"', html)
        first = int(start[1]) if start else 1
        atoms += [Atom(item, tag, first + i if tag == "ol" else None) for i, item in enumerate(ITEM.findall(html))]
    return atoms


def _columns(atoms: Sequence[Atom], count: int, width: float) -> list[list[Atom]]:
    """The atoms in one column, or in two of about equal height, the first the longer one."""
    if count == 1 or len(atoms) < 2:
        return [list(atoms)]
    size, line = SIZES[1]
    breaks = [i for i in range(1, len(atoms)) if not atoms[i - 1].leads]
    if not breaks:
        return [list(atoms)]
    best = min(
        breaks,
        key=lambda i: (
            max(_height(atoms[:i], width, size, line), _height(atoms[i:], width, size, line)),
            -i,
        ),
    )
    return [list(atoms[:best]), list(atoms[best:])]


def _height(atoms: Sequence[Atom], width: float, size: float, line: float) -> float:
    indents = [0.0 if atom.tag == "p" else 18.0 for atom in atoms]
    return sum(
        _lines(atom.text, width - indent, size) * line + (8.0 if indent == 0 else 5.0)
        for atom, indent in zip(atoms, indents, strict=True)
    )


def _lines(text: str, width: float, size: float, weight: int = 400) -> int:
    return wrap(text, width * 0.985, size, weight).count("\n") + 1 if text else 0


def _joined(atoms: Sequence[Atom]) -> str:
    """The atoms of a column as HTML, neighbouring items in one list that keeps its numbers."""
    html, inside = "", ""
    for atom in atoms:
        tag = atom.tag if atom.tag in ("ul", "ol") else ""
        if inside and inside != tag:
            html += f"</{inside}>"
        if tag and inside != tag:
            html += f'<ol start="{atom.number}">' if tag == "ol" else "<ul>"
        inside = tag
        html += f"<li>{_number(atom)}{atom.html}</li>" if tag else atom.html
    return html + (f"</{inside}>" if inside else "")


def _number(atom: Atom) -> str:
    return f'<span class="marker" aria-hidden="true">{atom.number}</span>' if atom.number is not None else ""


# Cards and steps


def _cards(written: str, *, steps: bool = False) -> str:
    """Lists become rows of cards, in order with the text between them; all cards have one size of type."""
    parts: list[Markup | list[Card]] = []
    for block in BLOCK.finditer(written):
        is_list = block[1] in ("ul", "ol")
        parts.append(_group(_atoms(block[0])) if is_list else Markup(block[0]))
    groups = [part for part in parts if isinstance(part, list)]
    if not groups:
        raise InputError("cards and steps are made from the items of a list, and this text has none")
    words = [part for part in parts if not isinstance(part, list)]
    beside = sum(_lines(plain(html), MEASURE, 10) * 14.5 + 12 for html in words)
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
    lead, body = (figure[0], body[figure.end() :].strip()) if figure else ("", _capitalised(body))
    return Card(str(atom.number or ""), Markup(label), Markup(body), Markup(lead) if lead else "")


def _capitalised(html: str) -> str:
    """The sentence with a capital letter, now that it stands alone; what begins with a tag stays as it is."""
    return html[:1].upper() + html[1:]


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
    head = _lines(card.label, width, size + 0.5, 600) * (line + 1) if card.label else 0.0
    return CARD_HEAD + head + (34.0 if card.lead else 0.0) + _lines(card.text, width, size) * line


# Tables


def _tables(written: str) -> str:
    above, tables, below = [], [], []
    for block in BLOCK.finditer(written):
        if block[1] == "table":
            tables.append(block[0])
        else:
            (below if tables else above).append(block[0])
    if not tables:
        raise InputError("this text exhibit is laid out as a table, and its text has none")
    width = (WIDTH - GAP * (len(tables) - 1)) / len(tables)
    beside = sum(_lines(plain(html), MEASURE, 10) * 14.5 + 8 for html in (*above, *below))
    size, line = next(
        (s for s in SIZES[1:] if max(_table_height(t, width, *s) for t in tables) <= ROOM - beside), SIZES[-1]
    )
    return render(
        "words_table.html",
        above=Markup("".join(above)),
        below=Markup("".join(below)),
        tables=[(_name(table), Markup(_accessible(table)), _shares(table, width)) for table in tables],
        width=round(width, 2),
        size=size,
        line=line,
    )


def _name(table: str) -> str:
    """A name that no other table has: its columns, then its first and last row."""
    head, *rows = _cells(table)
    return f"Table: {', '.join(filter(None, head))}; {rows[0][0]} to {rows[-1][0]}" if rows else "Table"


def _cells(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [[plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def _widths(table: str, width: float) -> list[float]:
    """Column widths in points: short columns as wide as they need, long ones share the rest by their length."""
    columns = list(zip(*_cells(table), strict=False))
    longest = [max(text_width(cell, 10, 600) for cell in column) + 18 for column in columns]
    short = [min(needed, 150.0) for needed in longest]
    rest = width - sum(short)
    wanting = [max(needed - 150.0, 0.0) ** 0.6 for needed in longest]
    if rest <= 0 or not any(wanting):
        return [width * each / sum(short) for each in short]
    return [each + rest * want / sum(wanting) for each, want in zip(short, wanting, strict=True)]


def _shares(table: str, width: float) -> list[str]:
    return [f"{100 * each / width:.2f}%" for each in _widths(table, width)]


def _table_height(table: str, width: float, size: float, line: float) -> float:
    widths = _widths(table, width)
    rows = _cells(table)
    return sum(
        max(_lines(cell, each - 14, size, 500) for cell, each in zip(row, widths, strict=False)) * line + 8
        for row in rows
    )


def _accessible(table: str) -> str:
    """The rows of a Markdown table with column heads and one row head each, as every table of the report has."""
    inner = re.sub(r"^<table>|</table>$", "", table.strip())
    inner = re.sub(r"<th(?=[ >])", '<th scope="col"', inner)
    return re.sub(r"(<tr>\s*)<td([^>]*)>(.*?)</td>", r'\1<th scope="row"\2>\3</th>', inner, flags=re.DOTALL)

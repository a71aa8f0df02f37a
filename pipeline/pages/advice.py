"""What the rules say to one company, as cards in two columns: words, a small table or curve, formula and source."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from pipeline.figures.guidance.advice import BINDING, Advice, Status
from pipeline.pages.curve import curve_svg
from pipeline.pages.templating import render
from pipeline.pages.text_size import text_width, wrap

COLUMNS, COLUMN = 3, 272.0  # of a page, and their width in points
ROOM, MORE = 384.0, 17.0  # points: height of a column below the notebook's words; without those it has so much more
PAGES = 2  # that the rules may fill
GAP = 9.0  # points between two cards
UNTOLD, NEEDS = 7, 2  # rules in a card of those that say nothing; questions that are named for each
CURVE = 70.0
TAG = 24.0  # points: the word that marks the company's row
NOTHING = Markup()


@dataclass(frozen=True)
class Card:
    """One rule, ready to be set; `height` is an estimate in points, on the generous side."""

    id: str
    title: Markup
    words: tuple[Markup, ...] = ()
    actions: tuple[Markup, ...] = ()
    heads: tuple[str, ...] = ()
    widths: tuple[str, ...] = ()
    rows: tuple[tuple[Markup, ...], ...] = ()
    marked: int | None = None
    curve: Markup = NOTHING
    drawing: Markup = NOTHING
    formula: Markup = NOTHING
    source: str = ""
    priority: int = 1
    height: float = 0.0


def advice_pages(advice: Sequence[Advice], without: Collection[str] = ()) -> list[str]:
    """The bodies of the pages: every rule that applies, in the order of the rules, then what could not be said and why.

    Tables and drawings come with as many rules as two pages hold, the most important first; the others are told in
    words alone. Rules that another page shows (`without`) are left out. Cards are never cut; a short one fills the room
    below an earlier one.
    """
    full = [_card(each) for each in advice if each.status is Status.APPLIES and each.id not in without]
    rest = _untold([each for each in advice if each.status is not Status.APPLIES])
    told = [_in_words(card) for card in full]
    columns = _columns([*told, *rest])
    for card in sorted(full, key=lambda card: card.priority):
        more = [card if card.id == other.id else other for other in told]
        if len(tried := _columns([*more, *rest])) <= max(len(columns), PAGES * COLUMNS):
            told, columns = more, tried
    pages = [columns[i : i + COLUMNS] for i in range(0, len(columns), COLUMNS)]
    return [render("advice.html", columns=page) for page in pages]


def advice_beside(advice: Sequence[Advice], groups: Collection[str], room: float) -> tuple[str, list[str]]:
    """The rules of some groups that apply, for the lower part of a page with so much room, the most important first.

    Returns the cards side by side, and the ids of the rules that they tell; what does not fit is left out.
    """
    told = sorted((a for a in advice if a.status is Status.APPLIES and a.page in groups), key=lambda a: a.priority)
    cards = [card for card in map(_card, told) if card.height <= room][:COLUMNS]
    columns = [[card] for card in cards]
    return render("advice.html", columns=columns) if cards else "", [card.id for card in cards]


def _columns(cards: Iterable[Card]) -> list[list[Card]]:
    """Columns of a page after the other: each card goes to the first that has room for it."""
    columns: list[list[Card]] = []
    for card in cards:
        for place, column in enumerate(columns):
            used = sum(each.height + GAP for each in column)
            if used + card.height <= ROOM + MORE * (place >= COLUMNS):
                column.append(card)
                break
        else:
            columns.append([card])
    return columns


def _card(advice: Advice) -> Card:
    table = advice.table
    rows = [[_bound(entry, advice) for entry in row] for row in table.rows] if table else []
    return _measured(
        Card(
            id=advice.id,
            title=_bound(advice.title, advice),
            words=tuple(_bound(text, advice) for text in advice.words),
            actions=tuple(_bound(text, advice) for text in advice.actions),
            heads=table.heads if table else (),
            rows=tuple(map(tuple, rows)),
            marked=table.marked if table else None,
            curve=_bound(advice.curve, advice),
            drawing=Markup(curve_svg(advice, COLUMN, CURVE)) if advice.series else NOTHING,
            formula=_bound(advice.formula, advice),
            source=advice.source,
            priority=advice.priority,
        )
    )


def _in_words(card: Card) -> Card:
    """The card without its drawing, and of its table only the row that the company stands in."""
    bare = replace(card, curve=NOTHING, drawing=NOTHING)
    if card.marked is not None:
        bare = replace(bare, rows=(card.rows[card.marked],), marked=0)
    elif card.words or card.actions:
        bare = replace(bare, heads=(), rows=())
    return _measured(bare)


def _untold(advice: Sequence[Advice]) -> list[Card]:
    """Cards with the rules that say nothing to the company, each with the reason."""
    rows = [(_bound(each.title, each), _why(each)) for each in advice]
    heads, title = ("Rule", "Why it says nothing here"), Markup("What could not be said")
    parts = [tuple(rows[i : i + UNTOLD]) for i in range(0, len(rows), UNTOLD)]
    return [_measured(Card(f"untold-{n}", title, heads=heads, rows=part)) for n, part in enumerate(parts, start=1)]


def _why(advice: Advice) -> Markup:
    """Why a rule says nothing; where the survey does not ask its inputs, how to compute it oneself."""
    needs = list(dict.fromkeys(need.text for need in advice.needs))
    match advice.status:
        case Status.NOT_ASKED:
            formula, source = _bound(advice.formula, advice), escape(advice.source)
            told = escape(f"Not asked; with these figures you can compute it: {'; '.join(needs)}. ")
            return told + Markup("{}. Source: {}.").format(formula, source)
        case Status.MISSING:
            more = f"; and {len(needs) - NEEDS} more" if len(needs) > NEEDS else ""
            return escape(f"You did not answer: {'; '.join(needs[:NEEDS])}{more}")
        case _:
            return Markup("It is not about companies like yours")


def _bound(template: str, advice: Advice) -> Markup:
    """The words with their printed figures, each of which says which figure it is."""
    parts, end = [], 0
    for found in re.finditer(BINDING, template):
        cell = advice.cell(found[1])
        parts += [escape(template[end : found.start()]), _figure(cell.cell_id, cell.printed)]
        end = found.end()
    return Markup("").join([*parts, escape(template[end:])])


def _figure(cell_id: str, text: str) -> Markup:
    return Markup('<span class="bound" data-cell="{}">{}</span>').format(cell_id, text)


# Room ----------------------------------------------------------------------------------------------------------------


def _measured(card: Card) -> Card:
    """The card with the widths of its table's columns and an estimate of its height."""
    widths = _widths(card)
    height = 8 + 12.5 * _lines(card.title, COLUMN, 9.5, 600)
    height += sum(10.8 * _lines(text, COLUMN, 8.5) + 1.5 for text in card.words)
    height += sum(10.8 * _lines(text, COLUMN - 10, 8.5) + 1.5 for text in card.actions)
    height += 17 if card.rows else 0
    for row in card.rows:
        height += 2.6 + 9.4 * max(_lines(entry, width - 6, 8) for entry, width in zip(row, widths, strict=True))
    height += CURVE + 14 if card.drawing else 0
    if card.formula:
        height += 3 + 9.4 * _lines(f"Formula {card.formula.striptags()}. Source {card.source}.", COLUMN, 8)
    return replace(card, widths=tuple(f"{width:.0f}pt" for width in widths), height=height)


def _widths(card: Card) -> list[float]:
    """Widths of a table's columns: what needs no more than its part gets it, the others share the rest by need."""
    if not card.rows:
        return []
    columns = zip(card.heads, *card.rows, strict=True)
    needed = [max(text_width(Markup(entry).striptags(), 8, 600) for entry in column) + 8 for column in columns]
    needed[0] += TAG if card.marked is not None else 0
    if sum(needed) <= COLUMN:
        return [needed[0] + COLUMN - sum(needed), *needed[1:]]
    rest, wide = COLUMN, dict(enumerate(needed))
    while narrow := [i for i, width in wide.items() if width <= rest / len(wide)]:
        rest -= sum(wide.pop(i) for i in narrow)
    most = {i: min(width, 1.5 * COLUMN) for i, width in wide.items()}
    return [rest * most[i] / sum(most.values()) if i in most else width for i, width in enumerate(needed)]


def _lines(text: str, width: float, size: float, weight: int = 400) -> int:
    """Lines that a text takes, rather one too many: figures in it are bolder."""
    return wrap(Markup(text).striptags(), 0.97 * width, size, weight).count("\n") + 1

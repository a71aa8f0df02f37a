"""What the rules say to one company, as cards in two columns: words, a small table or curve, formula and source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from markupsafe import Markup, escape

from pipeline.figures.bound import fill, printed
from pipeline.figures.guidance import Advice, Series, Status
from pipeline.figures.guidance.advice import BINDING
from pipeline.pages import charts
from pipeline.pages.svg import figure_svg, text_width
from pipeline.pages.templating import render
from pipeline.pages.theme import COLOURS, chart_style

COLUMN, ROOM = 417.0, 362.0  # points: width of a column, and its height on the first page, below the notebook's words
MORE = 30.0  # points: a column on a later page has so much more
CURVE = 118.0
FEW_WORDS = 70.0  # points: a column of a table whose longest entry is no wider is as wide as it needs
TAG = 24.0  # points: the word that marks the company's row
COLOUR_OF_LINE = (COLOURS["you"], COLOURS["primary"], COLOURS["context"])
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
    height: float = 0.0


def advice_pages(advice: Sequence[Advice], most: int = 2) -> list[str]:
    """The bodies of the pages: of each group of rules the first `most` that apply, then what could not be said and why.

    A missing answer is named where its rule would have been among the first. Cards come in the order of the rules, but
    for a short one that fills the room below an earlier one; a body holds two columns of them.
    """
    cards = [_card(each) for each in chosen(advice, most)]
    cards += [_not_asked(each) for each in advice if each.status is Status.NOT_ASKED]
    missing = [each for each in chosen(advice, most, Status.MISSING) if each.status is Status.MISSING]
    if missing:
        cards.append(_unanswered(missing))
    return [render("advice.html", columns=columns) for columns in _columns(cards)]


def chosen(advice: Sequence[Advice], most: int, *also: Status) -> list[Advice]:
    """Of each group the rules that apply, or have one of the other statuses, by priority, at most so many."""
    groups: dict[str, list[Advice]] = {}
    for each in advice:
        groups.setdefault(each.page, [])
        if each.status in (Status.APPLIES, *also):
            groups[each.page].append(each)
    return [each for group in groups.values() for each in sorted(group, key=lambda a: a.priority)[:most]]


def _columns(cards: Iterable[Card]) -> list[list[list[Card]]]:
    """Pages of two columns: each card goes to the first column that has room for it, and is never cut."""
    columns: list[list[Card]] = []
    for card in cards:
        for place, column in enumerate(columns):
            if sum(each.height for each in column) + card.height <= ROOM + MORE * (place >= 2):
                column.append(card)
                break
        else:
            columns.append([card])
    return [columns[i : i + 2] for i in range(0, len(columns), 2)]


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
            drawing=Markup(curve_svg(advice)) if advice.series else NOTHING,
            formula=_bound(advice.formula, advice),
            source=advice.source,
        )
    )


def _not_asked(advice: Advice) -> Card:
    """A rule whose inputs the survey does not ask: what to enter, and the worked example."""
    needs = "; ".join(need.text for need in advice.needs)
    words = [escape(f"Not asked in this survey. With these figures you can compute it yourself: {needs}.")]
    words += [_bound(advice.example.words, advice)] if advice.example else []
    title, formula = _bound(advice.title, advice), _bound(advice.formula, advice)
    return _measured(Card(advice.id, title, tuple(words), formula=formula, source=advice.source))


def _unanswered(missing: Sequence[Advice]) -> Card:
    """The rules that a missing answer leaves without a word, and the questions."""
    rows = [(_bound(each.title, each), escape(" ".join(need.text for need in each.needs))) for each in missing]
    heads = ("Rule", "You did not answer")
    return _measured(Card("unanswered", Markup("What your answers do not tell"), heads=heads, rows=tuple(rows)))


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
    height = 20 + 15 * _lines(card.title, COLUMN, 11, 600)
    height += sum(12.5 * _lines(text, COLUMN, 9) + 2 for text in card.words)
    height += sum(12.5 * _lines(text, COLUMN - 12, 9) + 2 for text in card.actions)
    height += 20 if card.rows else 0
    for row in card.rows:
        height += 5 + 10.4 * max(_lines(entry, width - 8, 8.5) for entry, width in zip(row, widths, strict=True))
    height += CURVE + 18 if card.drawing else 0
    if card.formula:
        height += 5 + 10.2 * _lines(f"Formula {card.formula.striptags()}. Source {card.source}.", COLUMN, 7.5)
    return replace(card, widths=tuple(f"{width:.0f}pt" for width in widths), height=height)


def _widths(card: Card) -> list[float]:
    """Widths of a table's columns: short ones as wide as they need, the others share the rest by what they hold."""
    if not card.rows:
        return []
    columns = zip(card.heads, *card.rows, strict=True)
    needed = [max(text_width(Markup(entry).striptags(), 8.5, 600) for entry in column) + 10 for column in columns]
    needed[0] += TAG if card.marked is not None else 0
    if sum(needed) <= COLUMN:
        return [needed[0] + COLUMN - sum(needed), *needed[1:]]
    short = [width if width <= FEW_WORDS + TAG + 10 else 0.0 for width in needed]
    wide = [0.0 if fixed else min(width, 1.5 * COLUMN) for width, fixed in zip(needed, short, strict=True)]
    rest = COLUMN - sum(short)
    return [fixed or rest * width / sum(wide) for width, fixed in zip(wide, short, strict=True)]


def _lines(text: str, width: float, size: float, weight: int = 400) -> int:
    """Lines that a text takes, a little more rather than too few, for lines break between words."""
    return max(1, ceil(text_width(Markup(text).striptags(), size, weight) * 1.05 / width))


# Curve ---------------------------------------------------------------------------------------------------------------


def curve_svg(advice: Advice, width: float = COLUMN, height: float = CURVE) -> str:
    """Lines by year with their last figure at the end, and today's at the beginning; the company's is the first."""
    with chart_style():
        figure = charts.figure_of(width, height)
        names = [f"{series.cells[-1].printed}  {series.label}" for series in advice.series]
        left = max(text_width(series.cells[0].printed, 8.5, 600) for series in advice.series) + 8
        right = max(text_width(name, 8.5, 600) for name in names) + 12
        axes = charts.axes_at(figure, left, 8, width - left - right, height - 26)
        values = [cell.stat for series in advice.series for cell in series.cells]
        years = len(advice.series[0].cells) - 1
        span = (max(values) - min(values)) or 1.0
        axes.set(xlim=(0, years), ylim=(min(values) - 0.06 * span, max(values) + 0.06 * span), yticks=[])
        axes.set_xticks(range(years + 1), ["Today", *(f"Year {year}" for year in range(1, years + 1))])
        axes.tick_params(axis="x", labelsize=8)
        axes.grid(axis="x")
        for place, series in reversed(list(enumerate(advice.series))):
            colour = COLOUR_OF_LINE[min(place, len(COLOUR_OF_LINE) - 1)]
            axes.plot([cell.stat for cell in series.cells], color=colour, linewidth=2, clip_on=False)
            axes.plot([years], [series.cells[-1].stat], "o", color=colour, markersize=5, clip_on=False)
        start = advice.series[0].cells[0]
        axes.text(-0.06, start.stat, printed(start), ha="right", va="center", size=8.5)
        for place, label_at in zip(_order(advice.series), _apart(advice.series, span, height - 26), strict=True):
            series = advice.series[place]
            colour = COLOUR_OF_LINE[min(place, len(COLOUR_OF_LINE) - 1)]
            text = fill("{}  " + series.label, printed(series.cells[-1]))
            axes.text(years + 0.1, label_at, text, va="center", size=8.5, weight=600, color=colour, clip_on=False)
        return figure_svg(figure, ident=f"{advice.id}-curve", alt=_alternative(advice))


def _order(series: Sequence[Series]) -> list[int]:
    return sorted(range(len(series)), key=lambda i: series[i].cells[-1].stat)


def _apart(series: Sequence[Series], span: float, height: float) -> list[float]:
    """Heights of the labels from the lowest up, at least a line apart."""
    step = 11 / height * span * 1.12
    heights: list[float] = []
    for place in _order(series):
        value = series[place].cells[-1].stat
        heights.append(max(value, heights[-1] + step) if heights else value)
    return heights


def _alternative(advice: Advice) -> str:
    """The curve in words, for who cannot see it."""
    ends = [fill("{} to {}, " + line.label, printed(line.cells[0]), printed(line.cells[-1])) for line in advice.series]
    return fill(f"{advice.plain(advice.curve)}: " + "; ".join("{}" for _ in ends), *ends)

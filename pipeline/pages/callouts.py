"""The large numbers of a page: each with its name and, in small print, its middle half and base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.figures.bound import Bound, base_text, fill, printed
from pipeline.figures.definitions import Exhibit, Measure
from pipeline.figures.exhibits_file import Statistic
from pipeline.figures.formats import EN_DASH
from pipeline.figures.ledger import ALL, OVERALL, SHOWN, SUPPRESSED, Cell
from pipeline.pages.book import Book
from pipeline.pages.text_size import text_width

CALLOUT, BIG = 128.0, 42.0  # width of a large number, and its usual size
AVERAGES = {
    Statistic.MEDIAN: "median",
    Statistic.MEDIAN_NONZERO: "median",
    Statistic.MEDIAN_OF_RATIOS: "median of the companies’ own ratios",
    Statistic.MEAN: "mean",
    Statistic.MEAN_OF_RATIOS: "mean of the companies’ own ratios",
    Statistic.RATIO_OF_SUMS: "all of the one by all of the other",
}


@dataclass(frozen=True)
class Callout:
    """One large number with its name and small print."""

    cell: Cell | None
    text: str
    label: str
    small: tuple[str, ...] = ()
    mark: str = ""
    base: Cell | None = None
    repeated: bool = False
    room: float = CALLOUT
    big: float = BIG

    @property
    def size(self) -> str:
        """The size of the number in points: the usual one, or smaller where it would not fit its column."""
        needed = text_width(self.text, BIG, 600) * 0.97
        return f"{min(self.big, BIG * self.room / needed):.1f}"


def overall_callouts(exhibit: Exhibit, book: Book, measures: Sequence[Measure] | None = None) -> list[Callout]:
    """The whole sample's figures as large numbers: those of the exhibit's callouts, or of the measures given."""
    found = []
    for measure in exhibit.callouts if measures is None else measures:
        cell = book.find(exhibit.id, OVERALL, ALL, measure.id)
        if cell is None or cell.status not in (SHOWN, SUPPRESSED):
            continue
        low, high = quartiles(cell, book)
        small = [middle_half(low, high)] if low and high else []
        text = printed(cell) if cell.status == SHOWN else EN_DASH
        found.append(Callout(cell, text, measure.label, tuple(filter(None, [*small, base_text(cell)]))))
    return found


def whole_sample(measure: Measure, exhibit: Exhibit, book: Book) -> list[Callout]:
    """The large number of a page about one figure: it says whose figure it is, as the deck line says what it is."""
    respondents = book.codebook_of(exhibit).survey.respondents
    return [
        Callout(c.cell, c.text, f"All {respondents}", tuple(filter(None, [AVERAGES.get(measure.statistic), *c.small])))
        for c in overall_callouts(exhibit, book, [measure])
    ]


def quartiles(cell: Cell, book: Book) -> tuple[Cell | None, Cell | None]:
    """The two quartiles of a median, or none where they are not printed."""
    found = [book.find(cell.exhibit, cell.dimension, cell.band, cell.column, name) for name in ("p25", "p75")]
    both = [q if q is not None and q.status == SHOWN else None for q in found]
    return (both[0], both[1]) if all(both) else (None, None)


def middle_half(low: Cell, high: Cell) -> Bound:
    """The middle half in words, from its two quartiles."""
    return fill("Middle half {} to {}", printed(low), printed(high))

"""Tables of one company beside its peers: shares with its own answer, items of a list."""

from __future__ import annotations

from pipeline.figures.contributions import Contribution
from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.ledger import SHOWN, Ledger, N
from pipeline.figures.tailored.collected import Collected
from pipeline.figures.tailored.package import ItemColumn, ItemFigure, ItemRow, ShareColumn, ShareRow, ShareTable
from pipeline.figures.tailored.peers import Peers
from pipeline.figures.tailored.tailored_file import ItemColumnKeys, PageKeys, ShareKeys, Who
from pipeline.figures.tailored.words import missing_words


class Tables:
    """Puts tables together for one company; columns stand in the order in which the outside ledger prints them."""

    def __init__(self, own: Collected, peers: Peers, dimensions: tuple[str, ...], outside: Ledger):
        self._own, self._peers, self._dimensions = own, peers, dimensions
        self._gathered, self._who, self._outside = own.gathered, own.who, outside

    def shares(self, keys: ShareKeys) -> ShareTable:
        """The table of an exhibit of shares, in the company's bands and over all."""
        exhibit = self._gathered.exhibit(keys.exhibit)
        measures = {m.id: m for m in exhibit.columns}
        printed = [measures[c] for c in self._outside.columns(exhibit.id) if c in measures]
        rows = [row for dimension in self._dimensions if (row := self._share_row(exhibit, printed, dimension))]
        rows.append(exhibit.rows[0])
        given = {m.id: self._gathered.contribution(self._who, exhibit, m, exhibit.rows[0]) for m in printed}
        return ShareTable(
            exhibit=exhibit.id,
            title=keys.title or exhibit.title,
            ask=keys.ask,
            missing=self._unanswered(exhibit, list(given.values())),
            several=exhibit.several_answers or sum(bool(c and c.value) for c in given.values()) > 1,
            columns=tuple(
                ShareColumn(title=row.dimension_title or "All", who=row.label, n=self._share(exhibit, row, N))
                for row in rows
            ),
            rows=tuple(
                ShareRow(label=m.label, own=bool(given[m.id] and given[m.id].value),
                         cells=tuple(self._share(exhibit, row, m.id) for row in rows))
                for m in printed
            ),
        )  # fmt: skip

    def _share_row(self, exhibit: Exhibit, measures: list[Measure], dimension: str) -> Row | None:
        """The narrowest row of a dimension that shows anything; the company's own, withheld, where none does."""
        rows = list(self._peers.rows(self._who, exhibit, dimension))
        for row in rows:
            cells = [self._peers.cell(exhibit, row, m.id) for m in measures]
            if any(cell is not None and cell.status == SHOWN for cell in cells):
                return row
        return rows[0] if rows else None

    def _share(self, exhibit: Exhibit, row: Row, column: str) -> str:
        cell = self._peers.cell(exhibit, row, column)
        return self._own.outside(cell.cell_id) if cell is not None else ""

    def _unanswered(self, exhibit: Exhibit, given: list[Contribution | None]) -> str:
        if any(c is not None and c.value is not None for c in given):
            return ""
        if all(c is None for c in given):
            return self._own.absent(exhibit)
        return missing_words(next(c.reason for c in given if c is not None))

    def items(self, keys: PageKeys) -> dict[str, tuple]:
        """The columns and rows of a page of items."""
        first = self._dimensions[0]
        rows = []
        for item in self._gathered.home.survey.codebook.lists[keys.items]:
            figures = [self._item(column, item.code, first) for column in keys.columns]
            rows.append(ItemRow(label=item.label, figures=tuple(figures)))
        band = self._gathered.band(self._who, first)
        everyone = f"All {self._gathered.home.survey.codebook.survey.respondents}"
        who = {Who.PEERS: band.label if band else "", Who.ALL: everyone, Who.YOU: ""}
        columns = tuple(ItemColumn(label=c.label, of=c.of, who=who[c.of]) for c in keys.columns)
        return {"columns": columns, "rows": tuple(rows)}

    def _item(self, keys: ItemColumnKeys, item: str, dimension: str) -> ItemFigure:
        exhibit, measure, row = self._own.source(keys.figure.replace("{item}", item))
        if keys.of is Who.YOU:
            return ItemFigure(**self._own.own(exhibit, measure, row).model_dump())
        everyone = self._peers.at(exhibit, row, measure.id)
        if keys.of is Who.ALL:
            found = everyone
        else:
            found = self._peers.reading(self._who, exhibit, measure.id, dimension)
            if found is None and everyone is not None:
                found = everyone.model_copy(update={"widened": True})
        self._own.reading(found)
        if found is None:
            return ItemFigure(missing="withheld")
        return ItemFigure(cell=found.cell, who=found.who if found.widened else "")

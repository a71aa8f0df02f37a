"""A metric of one company beside its peers: which group it is compared with, its place among them, a word for it."""

from __future__ import annotations

from pipeline.figures.definitions import Exhibit, Measure, Row
from pipeline.figures.formats import format_value
from pipeline.figures.ledger import OVERALL, SHOWN
from pipeline.figures.tailored.collected import Collected
from pipeline.figures.tailored.gathered import HOME
from pipeline.figures.tailored.package import Metric, Own, Reading
from pipeline.figures.tailored.peers import Peers
from pipeline.figures.tailored.tailored_file import Better, MetricKeys
from pipeline.figures.tailored.words import missing_words

HIGHER, OTHERS = "higher_than", "others"


class Metrics:
    """Works out metrics for one company; `ranks` is how many owners a place is told among at least."""

    def __init__(self, own: Collected, peers: Peers, dimensions: tuple[str, ...], ranks: int):
        self._own, self._peers, self._dimensions = own, peers, dimensions
        self._gathered, self._who, self._ranks = own.gathered, own.who, ranks

    def metric(self, keys: MetricKeys) -> Metric:
        """The metric that tailored.yaml defines, for this company."""
        sources = [self._own.source(figure) for figure in keys.from_]
        sources = [source for source in sources if source is not None]
        if not sources:
            return Metric(
                id=keys.id, label=keys.label, short=keys.short, better=keys.better, ask=keys.ask, unit="",
                own=Own(missing=missing_words("not_answered")), main=None, groups={}, everyone=None,
            )  # fmt: skip
        found = [(self._own.own(*source), source) for source in sources]
        own, (exhibit, measure, row) = next(((o, s) for o, s in found if o.cell), found[0])
        sources = [s for s in sources if s[2].is_item is row.is_item and (s[2] == row or not row.is_item)]
        groups = {dimension: self._group(sources, dimension) for dimension in self._dimensions}
        everyone = self._own.reading(self._everyone(sources))
        main, placed = self._main(sources, groups, everyone)
        higher, others = self._place(own, main, *placed) if placed else ("", "")
        return Metric(
            id=keys.id, label=keys.label, short=keys.short, better=keys.better, ask=keys.ask, unit=measure.unit,
            own=own, main=main, groups=groups, everyone=everyone, higher_than=higher, others=others,
            verdict=self._verdict(keys, own, main), survey=self._survey(exhibit),
        )  # fmt: skip

    def _group(self, sources: list, dimension: str) -> Reading | None:
        """The figure of the peers in a dimension: shown if any is, else withheld; None where none is cut by it."""
        cut = [(exhibit, measure) for exhibit, measure, row in sources if row.dimension == OVERALL]
        for read in (self._peers.reading, self._peers.withheld):
            for exhibit, measure in cut:
                found = read(self._who, exhibit, measure.id, dimension)
                if found is not None:
                    return self._own.reading(found)
        return None

    def _everyone(self, sources: list) -> Reading | None:
        exhibit, measure, row = sources[0]
        return self._peers.at(exhibit, row, measure.id)

    def _main(self, sources: list, groups: dict[str, Reading | None], everyone: Reading | None):
        """The first peer group that there is, else everyone, with the source and row that it is of."""
        for reading in (*groups.values(), everyone):
            if reading is None or self._own.cells[reading.cell].status != SHOWN:
                continue
            for exhibit, measure, row in sources:
                if reading.cell.startswith(f"{exhibit.id}."):
                    return reading, (exhibit, measure, row)
        return None, None

    def _place(self, own: Own, main: Reading, exhibit: Exhibit, measure: Measure, row: Row) -> tuple[str, str]:
        """Addresses of how many others the company is higher than, and of how many there are; empty for too few."""
        stands = next(each for each in exhibit.rows if f"{each.dimension}.{each.band}" == main.row)
        values = dict(self._gathered.values(exhibit, measure, stands))
        contributors = self._gathered.contributors(exhibit, values)
        mine = values.pop(self._who.responses.get(exhibit.survey or HOME, ""), None)
        if not own.cell or mine is None or contributors < self._ranks:
            return "", ""
        found = []
        for name, count in ((HIGHER, sum(value < mine for value in values.values())), (OTHERS, len(values))):
            cell_id = self._own.own_address(exhibit, measure, row, name)
            label = f"{measure.label}, {name.replace('_', ' ')}"
            found.append(self._own.keep(exhibit, measure, cell_id, float(count), format_value(count, "count"), label,
                                    name=name, unit="count", n=len(values) + 1))  # fmt: skip
        return found[0], found[1]

    def _verdict(self, keys: MetricKeys, own: Own, main: Reading | None) -> str:
        """Ahead or behind where one side is better and the company lies outside the middle half, in print as well."""
        if keys.better is Better.NONE or not own.cell or main is None or not main.p25 or not main.p75:
            return ""
        mine, low, high = (self._own.cells[name] for name in (own.cell, main.p25, main.p75))
        if low.stat <= mine.stat <= high.stat or mine.printed in (low.printed, high.printed):
            return ""
        return "ahead" if (mine.stat > high.stat) is (keys.better is Better.HIGHER) else "behind"

    def _survey(self, exhibit: Exhibit) -> str:
        """The survey that an exhibit is of, where it is not the edition's own."""
        return self._gathered.codebook(exhibit).survey.title if exhibit.survey else ""

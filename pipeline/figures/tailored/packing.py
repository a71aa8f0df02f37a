"""One company's package: its own numbers, its peers' cells, its place among them, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pipeline.figures.contributions import ZERO, Contribution
from pipeline.figures.definitions import Exhibit, Measure, Report, Row
from pipeline.figures.formats import EN_DASH, format_value
from pipeline.figures.guidance import Advice, advise, read_guidance
from pipeline.figures.ledger import COMPANY, EMPTY, OVERALL, SHOWN, Cell, Ledger, N, address
from pipeline.figures.tailored.answers import answers_of
from pipeline.figures.tailored.gathered import HOME, Gathered, Respondent
from pipeline.figures.tailored.package import (
    AUDIENCE,
    Company,
    Definition,
    ItemColumn,
    ItemFigure,
    ItemRow,
    Metric,
    MetricGroup,
    Own,
    Package,
    Page,
    PeerGroup,
    Reading,
    ShareColumn,
    ShareRow,
    ShareTable,
)
from pipeline.figures.tailored.peers import Peers
from pipeline.figures.tailored.tailored_file import (
    Better,
    ItemColumnKeys,
    MetricKeys,
    PageKeys,
    PageKind,
    ShareKeys,
    Who,
)
from pipeline.figures.tailored.tailoring import SLOT, Tailoring, split_figure
from pipeline.figures.tailored.words import missing_words
from pipeline.figures.vocabulary import Statistic
from pipeline.responses.survey import Survey

YOU = "you"  # the one band of a company's own figures
HIGHER, OTHERS = "higher_than", "others"


class Packer:
    """Packs companies one after the other; what all of them share is read and computed once."""

    def __init__(self, survey: Survey, report: Report, outside: Ledger, tailoring: Tailoring):
        self.report, self.outside, self.tailoring = report, outside, tailoring
        self.limits = report.thresholds(AUDIENCE)
        self.gathered = Gathered(survey, report)
        self.peers = Peers(self.gathered, outside)
        self.guidance = read_guidance(report.path.parent, survey.codebook)
        self.respondents = self.gathered.respondents(tailoring.company)

    def advice(self, respondent: Respondent) -> tuple[Advice, ...]:
        """What the edition's rules say to a company; nothing where no page shows it."""
        if not any(page.kind is PageKind.GUIDANCE for page in self.tailoring.pages):
            return ()
        surveys = {folder: self.gathered.opened(folder).survey for folder in self.gathered.folders}
        return advise(self.guidance, self.gathered.home.survey, respondent.responses[HOME], surveys)

    def pack(self, respondent: Respondent) -> Package:
        """The package of one company: nothing in it comes from another one but cells of the outside ledger."""
        return _Packing(self, respondent).package()


class _Packing:
    """One company being packed; `cells` collects the figures that its pages may show."""

    def __init__(self, packer: Packer, respondent: Respondent):
        self.packer, self.who = packer, respondent
        self.gathered, self.peers, self.tailoring = packer.gathered, packer.peers, packer.tailoring
        self.cells: dict[str, Cell] = {}
        self.codebook = packer.gathered.home.survey.codebook

    def package(self) -> Package:
        metrics = {name: self._metric(keys) for name, keys in self.tailoring.metrics.items()}
        pages = tuple(self._page(keys, metrics) for keys in self.tailoring.pages)
        survey, limits = self.codebook.survey, self.packer.limits
        company = Company(
            id=self.who.id,
            name=self.who.name,
            report=self.packer.report.title,
            survey=survey.title,
            year=survey.year,
            source="; ".join(map(self._source_line, self.who.responses)),
            synthetic=survey.synthetic,
            respondents=survey.respondents,
            ranks=limits.ranks,
            withhold=limits.withhold,
            quartiles=limits.quartiles,
            peers=tuple(self._peer_groups()),
            pages=pages,
            answers=answers_of(self.who, self.gathered),
            definitions=tuple(self._definition(keys) for keys in self.tailoring.metrics.values()),
        )
        advice = self.packer.advice(self.who)
        self.cells |= {cell.cell_id: cell for each in advice for cell in each.cells}
        self.cells |= {cell.cell_id: cell for each in advice if each.example for cell in each.example.cells}
        return Package(company, Ledger(tuple(self.cells.values()), AUDIENCE), advice)

    # Figures

    def _outside(self, cell_id: str) -> str:
        """The address of a cell of the outside ledger, which goes into the package as it is."""
        if cell_id and cell_id not in self.cells:
            self.cells[cell_id] = self.packer.outside.cell(cell_id)
        return cell_id

    def _reading(self, reading: Reading | None) -> Reading | None:
        if reading is not None:
            for name in (reading.cell, reading.p10, reading.p25, reading.p75, reading.p90):
                self._outside(name)
        return reading

    def _own(self, exhibit: Exhibit, measure: Measure, row: Row) -> Own:
        """The company's own number for a measure, or why there is none; no people in a role is the number zero."""
        given = self.gathered.contribution(self.who, exhibit, measure, row)
        if given is None:
            return Own(missing=self._absent(exhibit))
        value = given.value
        if value is None and given.reason == ZERO and measure.statistic is Statistic.MEDIAN_NONZERO:
            value = Fraction(0)
        cell_id = self._own_address(exhibit, measure, row)
        label = f"{measure.label}, you"
        if value is None:
            self._keep(exhibit, measure, cell_id, None, EN_DASH, label)
            return Own(missing=missing_words(given.reason))
        printed = format_value(value, measure.unit, self.gathered.decimals(exhibit, measure))
        self._keep(exhibit, measure, cell_id, float(value), printed, label)
        return Own(cell=cell_id)

    @staticmethod
    def _own_address(exhibit: Exhibit, measure: Measure, row: Row, secondary: str = "") -> str:
        parts = ([row.band] if row.is_item else []) + ([secondary] if secondary else [])
        return address(exhibit.id, COMPANY, YOU, measure.id, ".".join(parts))

    def _keep(
        self, exhibit: Exhibit, measure: Measure, cell_id: str, stat: float | None, printed: str, label: str,
        *, name: str = "answer", unit: str = "", n: int | None = None,
    ) -> str:  # fmt: skip
        self.cells[cell_id] = Cell(
            cell_id, exhibit.id, COMPANY, YOU, measure.id, name, stat, printed, unit or measure.unit, n=n,
            status=EMPTY if stat is None else SHOWN, label=label,
        )  # fmt: skip
        return cell_id

    # Metrics

    def _metric(self, keys: MetricKeys) -> Metric:
        sources = [self._source(figure) for figure in keys.from_]
        sources = [source for source in sources if source is not None]
        if not sources:
            return Metric(
                id=keys.id, label=keys.label, short=keys.short, better=keys.better, ask=keys.ask, unit="",
                own=Own(missing=missing_words("not_answered")), main=None, groups={}, everyone=None,
            )  # fmt: skip
        found = [(self._own(*source), source) for source in sources]
        own, (exhibit, measure, row) = next(((o, s) for o, s in found if o.cell), found[0])
        sources = [s for s in sources if s[2].is_item is row.is_item and (s[2] == row or not row.is_item)]
        groups = {dimension: self._group(sources, dimension) for dimension in self.tailoring.peers}
        everyone = self._reading(self._everyone(sources))
        main, placed = self._main(sources, groups, everyone)
        higher, others = self._place(own, main, *placed) if placed else ("", "")
        return Metric(
            id=keys.id, label=keys.label, short=keys.short, better=keys.better, ask=keys.ask, unit=measure.unit,
            own=own, main=main, groups=groups, everyone=everyone, higher_than=higher, others=others,
            verdict=self._verdict(keys, own, main), survey=self._survey(exhibit),
        )  # fmt: skip

    def _source(self, figure: str) -> tuple[Exhibit, Measure, Row] | None:
        """Exhibit, measure and row that a figure is read from: the whole sample's, or the fixed one.

        None where the row rests on an answer that the company did not give.
        """
        name, column, fixed = split_figure(figure)
        exhibit = self.gathered.exhibit(name)
        measure = exhibit.get(column)
        if fixed is None:
            return exhibit, measure, exhibit.rows[0]
        answers = self.gathered.home.survey.answers.loc[self.who.responses[HOME]]
        for slot in SLOT.findall(fixed):
            fixed = fixed.replace(f"{{{slot}}}", str(answers[slot]))
        row = next((row for row in exhibit.rows if f"{row.dimension}.{row.band}" == fixed), None)
        return (exhibit, measure, row) if row is not None else None

    def _group(self, sources: list, dimension: str) -> Reading | None:
        """The figure of the peers in a dimension: shown if any is, else withheld; None where none is cut by it."""
        cut = [(exhibit, measure) for exhibit, measure, row in sources if row.dimension == OVERALL]
        for read in (self.peers.reading, self.peers.withheld):
            for exhibit, measure in cut:
                found = read(self.who, exhibit, measure.id, dimension)
                if found is not None:
                    return self._reading(found)
        return None

    def _everyone(self, sources: list) -> Reading | None:
        exhibit, measure, row = sources[0]
        return self.peers.at(exhibit, row, measure.id)

    def _main(self, sources: list, groups: dict[str, Reading | None], everyone: Reading | None):
        """The first peer group that there is, else everyone, with the source and row that it is of."""
        for reading in (*groups.values(), everyone):
            if reading is None or self.cells[reading.cell].status != SHOWN:
                continue
            for exhibit, measure, row in sources:
                if reading.cell.startswith(f"{exhibit.id}."):
                    return reading, (exhibit, measure, row)
        return None, None

    def _place(self, own: Own, main: Reading, exhibit: Exhibit, measure: Measure, row: Row) -> tuple[str, str]:
        """Addresses of how many others the company is higher than, and of how many there are; empty for too few."""
        stands = next(each for each in exhibit.rows if f"{each.dimension}.{each.band}" == main.row)
        values = dict(self.gathered.values(exhibit, measure, stands))
        mine = values.pop(self.who.responses.get(exhibit.survey or HOME, ""), None)
        if not own.cell or mine is None or len(values) + 1 < self.packer.limits.ranks:
            return "", ""
        found = []
        for name, count in ((HIGHER, sum(value < mine for value in values.values())), (OTHERS, len(values))):
            cell_id = self._own_address(exhibit, measure, row, name)
            label = f"{measure.label}, {name.replace('_', ' ')}"
            found.append(self._keep(exhibit, measure, cell_id, float(count), format_value(count, "count"), label,
                                    name=name, unit="count", n=len(values) + 1))  # fmt: skip
        return found[0], found[1]

    def _verdict(self, keys: MetricKeys, own: Own, main: Reading | None) -> str:
        """Ahead or behind where one side is better and the company lies outside the middle half, in print as well."""
        if keys.better is Better.NONE or not own.cell or main is None or not main.p25 or not main.p75:
            return ""
        mine, low, high = (self.cells[name] for name in (own.cell, main.p25, main.p75))
        if low.stat <= mine.stat <= high.stat or mine.printed in (low.printed, high.printed):
            return ""
        return "ahead" if (mine.stat > high.stat) is (keys.better is Better.HIGHER) else "behind"

    def _survey(self, exhibit: Exhibit) -> str:
        """The survey that an exhibit is of, where it is not the edition's own."""
        return self.gathered.codebook(exhibit).survey.title if exhibit.survey else ""

    # Pages

    def _page(self, keys: PageKeys, metrics: dict[str, Metric]) -> Page:
        groups = tuple(MetricGroup(title=g.title, metrics=tuple(metrics[m] for m in g.metrics)) for g in keys.groups)
        page = Page(id=keys.id, kind=keys.kind, title=keys.title, groups=groups)
        match keys.kind:
            case PageKind.SHARES:
                return page.model_copy(update={"tables": tuple(self._shares(table) for table in keys.tables)})
            case PageKind.ITEMS:
                return page.model_copy(update=self._items(keys))
            case PageKind.DIFFERENCES:
                every = MetricGroup(title="", metrics=tuple(metrics.values()))
                tables = (table for other in self.tailoring.pages for table in other.tables)
                return page.model_copy(update={"groups": (every,), "tables": tuple(map(self._shares, tables))})
        return page

    def _shares(self, keys: ShareKeys) -> ShareTable:
        exhibit = self.gathered.exhibit(keys.exhibit)
        measures = {m.id: m for m in exhibit.columns}
        printed = [measures[c] for c in self.packer.outside.columns(exhibit.id) if c in measures]
        rows = [row for dimension in self.tailoring.peers if (row := self._share_row(exhibit, printed, dimension))]
        rows.append(exhibit.rows[0])
        given = {m.id: self.gathered.contribution(self.who, exhibit, m, exhibit.rows[0]) for m in printed}
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
        rows = list(self.peers.rows(self.who, exhibit, dimension))
        for row in rows:
            cells = [self.peers.cell(exhibit, row, m.id) for m in measures]
            if any(cell is not None and cell.status == SHOWN for cell in cells):
                return row
        return rows[0] if rows else None

    def _share(self, exhibit: Exhibit, row: Row, column: str) -> str:
        cell = self.peers.cell(exhibit, row, column)
        return self._outside(cell.cell_id) if cell is not None else ""

    def _unanswered(self, exhibit: Exhibit, given: list[Contribution | None]) -> str:
        if any(c is not None and c.value is not None for c in given):
            return ""
        if all(c is None for c in given):
            return self._absent(exhibit)
        return missing_words(next(c.reason for c in given if c is not None))

    def _absent(self, exhibit: Exhibit) -> str:
        survey = self.gathered.codebook(exhibit).survey
        return f"You did not take part in the {survey.short_title or survey.title}"

    def _items(self, keys: PageKeys) -> dict:
        first = self.tailoring.peers[0]
        rows = []
        for item in self.codebook.lists[keys.items]:
            figures = [self._item(column, item.code, first) for column in keys.columns]
            rows.append(ItemRow(label=item.label, figures=tuple(figures)))
        band = self.gathered.band(self.who, first)
        who = {Who.PEERS: band.label if band else "", Who.ALL: f"All {self.codebook.survey.respondents}", Who.YOU: ""}
        columns = tuple(ItemColumn(label=c.label, of=c.of, who=who[c.of]) for c in keys.columns)
        return {"columns": columns, "rows": tuple(rows)}

    def _item(self, keys: ItemColumnKeys, item: str, dimension: str) -> ItemFigure:
        exhibit, measure, row = self._source(keys.figure.replace("{item}", item))
        if keys.of is Who.YOU:
            return ItemFigure(**self._own(exhibit, measure, row).model_dump())
        everyone = self.peers.at(exhibit, row, measure.id)
        if keys.of is Who.ALL:
            found = everyone
        else:
            found = self.peers.reading(self.who, exhibit, measure.id, dimension)
            if found is None and everyone is not None:
                found = everyone.model_copy(update={"widened": True})
        self._reading(found)
        if found is None:
            return ItemFigure(missing="withheld")
        return ItemFigure(cell=found.cell, who=found.who if found.widened else "")

    # Facts

    def _source_line(self, folder: str) -> str:
        survey = self.gathered.opened(folder).survey.codebook.survey
        return f"{survey.title}, fieldwork {survey.fieldwork}" if survey.fieldwork else survey.title

    def _peer_groups(self) -> Iterator[PeerGroup]:
        for dimension in self.tailoring.peers:
            band = self.gathered.band(self.who, dimension)
            if band is not None:
                count = address("survey", dimension, band.id, "respondents")
                yield PeerGroup(
                    dimension=dimension,
                    title=self.codebook.dimensions[dimension].title,
                    label=band.label,
                    count=self._outside(count) if count in self.packer.outside else "",
                    wider=self.gathered.wider_labels(dimension, band.id),
                )

    def _definition(self, keys: MetricKeys) -> Definition:
        exhibit = self.gathered.exhibit(split_figure(keys.from_[0])[0])
        survey = self.gathered.codebook(exhibit).survey
        note = f"{exhibit.base}. {exhibit.note}".strip()
        return Definition(label=keys.label, measure=exhibit.measure, base=note, source=survey.title)


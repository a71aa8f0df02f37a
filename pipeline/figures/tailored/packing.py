"""One company's package: its own numbers, its peers' cells, its place among them, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.figures.definitions import Report
from pipeline.figures.guidance.advice import Advice
from pipeline.figures.guidance.advise import advise
from pipeline.figures.guidance.reading import read_guidance
from pipeline.figures.ledger import Ledger, address
from pipeline.figures.tailored.answers import answers_of
from pipeline.figures.tailored.collected import Collected
from pipeline.figures.tailored.gathered import HOME, Gathered, Respondent
from pipeline.figures.tailored.metrics import Metrics
from pipeline.figures.tailored.package import (
    AUDIENCE,
    Company,
    Definition,
    Metric,
    MetricGroup,
    Package,
    Page,
    PeerGroup,
)
from pipeline.figures.tailored.peers import Peers
from pipeline.figures.tailored.tables import Tables
from pipeline.figures.tailored.tailored_file import (
    MetricKeys,
    PageKeys,
    PageKind,
)
from pipeline.figures.tailored.tailoring import Tailoring, split_figure
from pipeline.responses.survey import Survey


class Packer:
    """Packs companies one after the other; what all of them share is read and computed once."""

    def __init__(self, survey: Survey, report: Report, outside: Ledger, tailoring: Tailoring):
        self.report, self.outside, self.tailoring = report, outside, tailoring
        self.limits = report.thresholds(AUDIENCE)
        self.gathered = Gathered(survey, report)
        self.peers = Peers(self.gathered, outside)
        self.guidance = read_guidance(report.path.parent, survey.codebook)
        tailoring.check_rules({rule.keys.page for rule in self.guidance.rules})
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
    """One company being packed."""

    def __init__(self, packer: Packer, respondent: Respondent):
        self.packer, self.who = packer, respondent
        self.gathered, self.tailoring = packer.gathered, packer.tailoring
        self.own = Collected(packer.gathered, packer.outside, respondent)
        self.metrics = Metrics(self.own, packer.peers, self.tailoring.peers, packer.limits.ranks)
        self.tables = Tables(self.own, packer.peers, self.tailoring.peers, packer.outside)
        self.codebook = packer.gathered.home.survey.codebook

    def package(self) -> Package:
        metrics = {name: self.metrics.metric(keys) for name, keys in self.tailoring.metrics.items()}
        pages = tuple(self._page(keys, metrics) for keys in self.tailoring.pages)
        used = {name for page in self.tailoring.pages for group in page.groups for name in group.metrics}
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
            tails=limits.tails,
            peers=tuple(self._peer_groups()),
            pages=pages,
            answers=answers_of(self.who, self.gathered),
            definitions=tuple(
                self._definition(keys, metrics[name]) for name, keys in self.tailoring.metrics.items() if name in used
            ),
        )
        advice = self.packer.advice(self.who)
        self.own.cells |= {cell.cell_id: cell for each in advice for cell in each.cells}
        return Package(company, Ledger(tuple(self.own.cells.values()), AUDIENCE), advice)

    def _page(self, keys: PageKeys, metrics: dict[str, Metric]) -> Page:
        groups = tuple(MetricGroup(title=g.title, metrics=tuple(metrics[m] for m in g.metrics)) for g in keys.groups)
        page = Page(id=keys.id, kind=keys.kind, title=keys.title, groups=groups, rules=keys.rules)
        match keys.kind:
            case PageKind.SHARES:
                return page.model_copy(update={"tables": tuple(self.tables.shares(table) for table in keys.tables)})
            case PageKind.ITEMS:
                return page.model_copy(update=self.tables.items(keys))
            case PageKind.DIFFERENCES:
                every = MetricGroup(title="", metrics=tuple(metrics.values()))
                tables = (table for other in self.tailoring.pages for table in other.tables)
                return page.model_copy(update={"groups": (every,), "tables": tuple(map(self.tables.shares, tables))})
        return page

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
                    count=self.own.outside(count) if count in self.packer.outside else "",
                    wider=self.gathered.wider_labels(dimension, band.id),
                )

    def _definition(self, keys: MetricKeys, metric: Metric) -> Definition:
        exhibit = self.gathered.exhibit(split_figure(keys.from_[0])[0])
        survey = self.gathered.codebook(exhibit).survey
        everyone = metric.everyone.cell if metric.everyone else ""
        return Definition(label=keys.label, measure=exhibit.measure, base=exhibit.base, source=survey.title, n=everyone)

"""What every company gave to the exhibits of the tailored pages, gathered once for all of them.

Only the packer reads this; it hands each company its own part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.figures.cells import decimals_of
from pipeline.figures.contributions import Contribution, Contributions
from pipeline.figures.definitions import Exhibit, Measure, Report, Row
from pipeline.figures.draw import Drawing, Drawn, Rows, draw
from pipeline.figures.rows import with_merged
from pipeline.figures.tailored.package import AUDIENCE
from pipeline.responses import read_survey
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import Band
from pipeline.responses.survey import Survey

HOME = ""  # the edition's own survey among those that exhibits are computed from


@dataclass(frozen=True)
class Respondent:
    """One company: its id, its name, and the id of its response in each survey that it took part in, by folder."""

    id: str
    name: str
    responses: dict[str, str]


class Opened:
    """One survey ready to be read company by company."""

    def __init__(self, survey: Survey):
        self.survey, self.rows, self.contributions = survey, Rows(survey), Contributions(survey)
        self.owners = survey.owners()
        self.places = {str(respondent): i for i, respondent in enumerate(survey.answers.index)}
        self.rules = dict(zip(survey.rules["rule"], survey.rules["text"], strict=True))
        self.changes = _by_respondent(survey.changes)
        self.findings = _by_respondent(survey.findings)


class Gathered:
    """The edition's surveys, and what each company contributes to an exhibit; read and computed when first needed."""

    def __init__(self, survey: Survey, report: Report):
        self.report = report
        self.home = Opened(survey)
        self._thresholds = report.thresholds(AUDIENCE)
        self._edition = report.path.parent
        self.opened = cache(self._open)
        self._drawn = cache(self._draw)
        self._values = cache(self._read_values)
        self._bands = cache(self._read_bands)
        self.exhibit = cache(self._with_merged)

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The further surveys that exhibits are computed from."""
        return tuple(sorted({exhibit.survey for exhibit in self.report.exhibits if exhibit.survey}))

    def of(self, exhibit: Exhibit) -> Opened:
        """The survey that an exhibit is computed from."""
        return self.opened(exhibit.survey or HOME)

    def codebook(self, exhibit: Exhibit) -> Codebook:
        return self.of(exhibit).survey.codebook

    def respondents(self, company: str | None) -> list[Respondent]:
        """All companies in the survey's order; `company` is the variable that finds them again in other surveys.

        InputError where two responses that count name the same company, or one names none.
        """
        elsewhere = {folder: _by_company(self.opened(folder).survey, company) for folder in self.folders}
        own = _by_company(self.home.survey, company, self._edition)
        names = _names(self.home.survey)
        return [
            Respondent(ident, names.get(response, ident), {HOME: response} | _there(ident, elsewhere))
            for ident, response in own.items()
        ]

    def row_of(self, respondent: Respondent, exhibit: Exhibit, dimension: str) -> Row | None:
        """The company's row of an exhibit in a dimension or its merged bands, by the variable that this one is cut by.

        A company that is not in the exhibit's survey is put where its answers to the edition's own would put it. None
        when it has no band.
        """
        rows = [row for row in exhibit.rows if row.dimension == dimension and not row.is_item]
        response = respondent.responses.get(exhibit.survey or HOME)
        if response is not None:
            place = self.of(exhibit).places[response]
            return next((row for row in rows if place in self._members(exhibit, row)), None)
        of = self.report.disclosure.merged[dimension].of if dimension in self.report.disclosure.merged else dimension
        band = self.band(respondent, of)
        held = (row for row in rows if band is not None and band.id in (row.band, *(part.band for part in row.parts)))
        return next(held, None)

    def wider(self, dimension: str) -> tuple[str, ...]:
        """The dimensions of merged bands that a dimension falls back to, in the order of exhibits.yaml."""
        return tuple(name for name, keys in self.report.disclosure.merged.items() if keys.of == dimension)

    def wider_labels(self, dimension: str, band: str) -> tuple[str, ...]:
        """What the merged bands around a band are called."""
        merged = (self.report.disclosure.merged[name] for name in self.wider(dimension))
        return tuple(wide.label for keys in merged for wide in keys.bands if band in wide.of)

    def band(self, respondent: Respondent, dimension: str) -> Band | None:
        """The company's band in the edition's own survey; None when its answer is missing or that has none such."""
        survey = self.home.survey
        if dimension not in survey.codebook.dimensions:
            return None
        band = self._bands(dimension)[respondent.responses[HOME]]
        return next((b for b in survey.codebook.dimensions[dimension].bands if b.id == band), None)

    def contribution(self, respondent: Respondent, exhibit: Exhibit, measure: Measure, row: Row) -> Contribution | None:
        """What the company gives to a measure in a row; None when it is not in the exhibit's survey."""
        response = respondent.responses.get(exhibit.survey or HOME)
        if not response:
            return None
        return self._figure(exhibit, measure, row).column[self.of(exhibit).places[response]]

    def values(self, exhibit: Exhibit, measure: Measure, row: Row) -> dict[str, Fraction]:
        """The values that enter a measure in a row, by response; not to be changed."""
        return self._values(exhibit.id, measure.id, row)

    def contributors(self, exhibit: Exhibit, responses: Iterable[str]) -> int:
        """How many companies, by owner, have given these responses to the exhibit's survey."""
        owners = self.of(exhibit).owners
        return len({owners[response] for response in responses})

    def decimals(self, exhibit: Exhibit, measure: Measure) -> int | None:
        """Decimals that the measure is printed with in the whole report."""
        return decimals_of(measure, exhibit, self._drawn(exhibit.id))

    def _open(self, folder: str) -> Opened:
        return Opened(read_survey(self._edition / folder)) if folder else self.home

    def _with_merged(self, exhibit: str) -> Exhibit:
        """An exhibit as the outside ledger has it, merged bands included."""
        return with_merged(self.report.exhibit(exhibit), self.report.disclosure.merged)

    def _read_bands(self, dimension: str) -> dict[str, str]:
        return {str(respondent): str(band) for respondent, band in self.home.survey.bands(dimension).items()}

    def _draw(self, exhibit: str) -> Drawing:
        found = self.exhibit(exhibit)
        opened = self.of(found)
        return draw(found, opened.rows, opened.contributions, self._thresholds)

    def _figure(self, exhibit: Exhibit, measure: Measure, row: Row) -> Drawn:
        """The figure over all; of an item its own, bands share that of the whole sample."""
        found = self.exhibit(exhibit.id)
        return self._drawn(exhibit.id)[row if row.is_item else found.rows[0], found.get(measure.id)]

    def _read_values(self, exhibit: str, measure: str, row: Row) -> dict[str, Fraction]:
        found = self.exhibit(exhibit)
        column = self._figure(found, found.get(measure), row).column
        inside = (column[position] for position in self.of(found).rows.positions(row).tolist())
        return {c.respondent: c.value for c in inside if c.value is not None}

    def _members(self, exhibit: Exhibit, row: Row) -> frozenset[int]:
        return frozenset(self.of(exhibit).rows.positions(row).tolist())


def _by_respondent(frame: pd.DataFrame) -> dict[str, list[dict]]:
    """The rows of a frame that are about each respondent, in their order."""
    found: dict[str, list[dict]] = {}
    for row in frame.to_dict("records"):
        found.setdefault(str(row["respondent_id"]), []).append(row)
    return found


def _there(company: str, elsewhere: dict[str, dict[str, str]]) -> dict[str, str]:
    return {folder: ids[company] for folder, ids in elsewhere.items() if company in ids}


def _by_company(survey: Survey, company: str | None, edition: Path | None = None) -> dict[str, str]:
    """The response of each company; of another survey (no `edition`) only those that can be told apart."""
    if company is None:
        return {str(r): str(r) for r in survey.answers.index} if edition else {}
    if company not in survey.answers:
        return {}
    pairs = [(str(c), str(r)) for r, c in survey.answers[company].dropna().items()]
    if edition:
        ids = [ident for ident, _ in pairs]
        twice = next((ident for ident in ids if ids.count(ident) > 1), None)
        if twice is not None:
            raise InputError(f"two responses that count are of the company {twice!r}", file=edition, column=company)
        if len(pairs) < len(survey.answers):
            who = survey.answers.index[survey.answers[company].isna()][0]
            raise InputError(f"the response {who} names no company", file=edition, column=company)
    return dict(pairs)


def _names(survey: Survey) -> dict[str, str]:
    """Company names by response, as they were written."""
    name = survey.codebook.source.name
    if name is None or name not in survey.answers:
        return {}
    return {str(r): str(text) for r, text in survey.answers[name].dropna().items()}

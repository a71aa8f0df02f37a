"""All that a page may know: the report's definition, its figures and the words of its codebook; no respondent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.errors import InputError
from pipeline.figures.definitions import Exhibit, Report, Source
from pipeline.figures.exhibits_file import Chart
from pipeline.figures.headlines import Outcome, headline_of
from pipeline.figures.ledger import ALL, OVERALL, Cell, Ledger, N, address
from pipeline.pages.palette import assign
from pipeline.responses.codebook import read_codebook

STACKED_ROWS = 8  # a table of so few rows leaves room for a second chart


def open_book(report: Report, ledger: Ledger) -> Book:
    """The book of a report, its words read from the codebook beside exhibits.yaml."""
    return Book(report, ledger, read_codebook(report.path.parent / "codebook.yaml"))


@dataclass(frozen=True)
class Book:
    """Definition, figures and codebook of one report for one audience (the ledger's)."""

    report: Report
    ledger: Ledger
    codebook: Any

    @property
    def survey(self) -> Any:
        return self.codebook.survey

    def codebook_of(self, exhibit: Exhibit) -> Any:
        """The codebook of the survey that an exhibit is computed from."""
        return self.codebook if exhibit.survey is None else self.report.surveys[exhibit.survey]

    def source_of(self, exhibit: Exhibit) -> str:
        """Where an exhibit's figures come from: its survey, fieldwork, whether the data are synthetic."""
        return _source(self.codebook_of(exhibit).survey)

    @cached_property
    def colours(self) -> dict[str, int]:
        """The colour number of each answer that is drawn in colours anywhere in the report."""
        drawn = [[m.id for m in e.columns] for e in self.report.exhibits if e.chart is Chart.STACKED or _is_short(e)]
        order = [choice.code for listed in self.codebook.lists.values() for choice in listed]
        return assign(drawn, order)

    def chapter_number(self, chapter: str) -> int:
        """Place of a chapter in the report, from 1; InputError when exhibits.yaml has no such chapter."""
        ids = [c.id for c in self.report.chapters]
        if chapter not in ids:
            raise InputError(f"there is no chapter {chapter!r}; allowed: {', '.join(ids)}", file=self.report.path)
        return ids.index(chapter) + 1

    def chapter_title(self, chapter: str) -> str:
        return self.report.chapters[self.chapter_number(chapter) - 1].title

    @cached_property
    def _numbers(self) -> dict[str, str]:
        return {
            exhibit.id: f"{self.chapter_number(chapter.id)}.{place}"
            for chapter in self.report.chapters
            for place, exhibit in enumerate(self.report.of_chapter(chapter.id), start=1)
        }

    def exhibit_number(self, exhibit: str) -> str:
        """The printed number of an exhibit: chapter and place in it, such as 2.3."""
        return self._numbers[exhibit]

    def number_of(self, section: str) -> str:
        """The printed number of a chapter or an exhibit; empty for any other page."""
        if section in self._numbers:
            return self._numbers[section]
        ids = [chapter.id for chapter in self.report.chapters]
        return str(ids.index(section) + 1) if section in ids else ""

    def find(self, exhibit: str, dimension: str, band: str, column: str, secondary: str = "") -> Cell | None:
        """The figure at an address, or None where the report has none."""
        cell_id = address(exhibit, dimension, band, column, secondary)
        return self.ledger.cell(cell_id) if cell_id in self.ledger else None

    def everyone(self, exhibit: Exhibit) -> Cell | None:
        """The base of an exhibit over the whole sample."""
        return self.find(exhibit.id, OVERALL, ALL, N)

    def headline(self, exhibit: Exhibit) -> str | None:
        """The finding that the figures bear out, or None where the exhibit falls back to its title."""
        text, results = headline_of(exhibit, self.ledger)
        return text if any(result.outcome is Outcome.HOLDS for result in results) else None

    @cached_property
    def respondents(self) -> Cell:
        """How many respondents count."""
        return self.ledger.cell(address("survey", OVERALL, ALL, "respondents"))

    @cached_property
    def signed(self) -> tuple[Cell, Cell] | None:
        """How many figures reviewers signed, and of how many; None where nobody signed any."""
        found = [self.find("signoffs", OVERALL, ALL, column) for column in ("accepted", "figures")]
        return None if None in found else tuple(found)

    @cached_property
    def source(self) -> str:
        """Where the figures come from: survey, fieldwork, and whether the data are synthetic."""
        return _source(self.survey)

    @cached_property
    def profile(self) -> dict[str, list[tuple[str, Cell, Cell]]]:
        """Who answered: for each dimension of the report its bands as (label, respondents, share of all)."""
        found = {}
        for name in self.report.dimensions:
            bands = [
                (
                    band.label,
                    self.find("survey", name, band.id, "respondents"),
                    self.find("survey", name, band.id, "share"),
                )
                for band in self.codebook.dimensions[name].bands
            ]
            found[name] = [(label, count, share) for label, count, share in bands if count is not None]
        return found

    @cached_property
    def known_phrases(self) -> tuple[str, ...]:
        """Words with digits that prose may use as they are: titles, band and answer labels, the edition's names."""
        words = {self.report.title, self.survey.title, self.survey.short_title or "", self.survey.fieldwork}
        words |= {c.title for c in self.report.chapters} | {e.title for e in self.report.exhibits}
        for dimension in self.codebook.dimensions.values():
            words |= {dimension.title, dimension.long_title} | {band.label for band in dimension.bands}
        for exhibit in self.report.exhibits:
            words |= {row.label for row in exhibit.rows} | {m.label for m in exhibit.measures}
        return tuple(sorted((w for w in words if re.search(r"\d", w)), key=len, reverse=True))


def _is_short(exhibit: Exhibit) -> bool:
    """Whether stacked bars stand beside the table of an exhibit: a few rows of shares of one answer per company."""
    single = all(m.source is Source.SINGLE and m.unit == "share" for m in exhibit.columns)
    return single and 1 < len(exhibit.rows) <= STACKED_ROWS


def _source(survey: Any) -> str:
    parts = [f"{survey.title}, fieldwork {survey.fieldwork}" if survey.fieldwork else survey.title]
    if survey.synthetic:
        parts.append("synthetic data")
    return "; ".join(parts)

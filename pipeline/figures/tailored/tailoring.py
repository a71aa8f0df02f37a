"""tailored.yaml, read and checked against the report: every name in it is there before a company is packed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.figures.definitions import Exhibit, Place, Report
from pipeline.figures.tailored.tailored_file import (
    ItemColumnKeys,
    MetricKeys,
    PageKeys,
    TailoredFile,
)
from pipeline.figures.vocabulary import SHARES
from pipeline.responses.codebook import Codebook
from pipeline.responses.strict_yaml import Document, load_as, suggest

FILE = "tailored.yaml"
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Tailoring:
    """All of tailored.yaml, checked. `notebook` is the path of the notebook that every company's PDF is made by."""

    path: Path
    notebook: Path
    company: str | None
    peers: tuple[str, ...]
    metrics: dict[str, MetricKeys]
    pages: tuple[PageKeys, ...]

    def check_rules(self, groups: Collection[str]) -> None:
        """Refuse a page that shows a group of rules which guidance.yaml does not have."""
        for page in self.pages:
            for name in page.rules:
                if name not in groups:
                    message = f"unknown group of rules {name!r}{suggest(name, groups)}"
                    raise InputError(message, file=self.path, key=f"pages.{page.id}.rules")


def read_tailoring(edition: Path, report: Report, codebook: Codebook) -> Tailoring:
    """Read and check the edition's tailored.yaml; InputError with its line for a name that is not there."""
    if not (edition / FILE).is_file():
        raise InputError("the edition has no tailored.yaml, which says what a company's PDF shows", file=edition)
    keys, document = load_as(edition / FILE, TailoredFile)
    check = _Check(document, report, codebook)
    check.company(keys)
    metrics = check.metrics(keys.metrics)
    check.pages(keys.pages, metrics)
    notebook = report.notebooks / keys.notebook
    if not notebook.is_file():
        raise document.error(f"there is no notebook {keys.notebook!r} in {report.notebooks}", "notebook")
    return Tailoring(edition / FILE, notebook, keys.company, keys.peers, metrics, keys.pages)


def split_figure(figure: str) -> tuple[str, str, str | None]:
    """Exhibit, column and the fixed row (`dimension.band`), if any, of a figure as tailored.yaml names it."""
    parts = figure.split(".")
    return (parts[0], parts[-1], ".".join(parts[1:-1]) or None) if len(parts) in (2, 4) else ("", "", None)


@dataclass(frozen=True)
class _Check:
    document: Document
    report: Report
    codebook: Codebook

    def known(self, name: str, allowed, what: str, *at) -> None:
        if name not in allowed:
            raise self.document.error(f"unknown {what} {name!r}{suggest(name, allowed)}", *at)

    def company(self, keys: TailoredFile) -> None:
        if keys.company is not None:
            self.known(keys.company, self.codebook.variables(), "question", "company")
        for i, name in enumerate(keys.peers):
            self.known(name, self.codebook.dimensions, "dimension", "peers", i)

    def metrics(self, metrics: tuple[MetricKeys, ...]) -> dict[str, MetricKeys]:
        found: dict[str, MetricKeys] = {}
        for i, metric in enumerate(metrics):
            if metric.id in found:
                raise self.document.error(f"the metric {metric.id!r} is defined twice", "metrics", i, "id")
            for j, figure in enumerate(metric.from_):
                self.figure(figure, "metrics", i, "from", j)
            found[metric.id] = metric
        return found

    def figure(self, figure: str, *at) -> None:
        """Refuse a figure that no ledger could hold; of a row with a slot, only its exhibit and column are known."""
        name, column, row = split_figure(figure)
        if not name:
            raise self.document.error(f"{figure!r} is no exhibit.column and no exhibit.dimension.band.column", *at)
        exhibit = self.exhibit(name, *at)
        self.known(column, [m.id for m in exhibit.measures if m.place is not Place.AXIS], f"column of {name}", *at)
        rows = [f"{r.dimension}.{r.band}" for r in exhibit.rows]
        if row is None:
            return
        for slot in SLOT.findall(row):
            self.known(slot, self.codebook.variables(), "question", *at)
        dimension = row.partition(".")[0]
        if SLOT.search(row):
            self.known(dimension, [r.partition(".")[0] for r in rows], f"dimension of {name}", *at)
        else:
            self.known(row, rows, f"row of {name}", *at)

    def exhibit(self, name: str, *at) -> Exhibit:
        exhibits = {exhibit.id: exhibit for exhibit in self.report.exhibits}
        self.known(name, exhibits, "exhibit", *at)
        return exhibits[name]

    def pages(self, pages: tuple[PageKeys, ...], metrics: dict[str, MetricKeys]) -> None:
        ids = [page.id for page in pages]
        for i, page in enumerate(pages):
            if page.id in ids[:i]:
                raise self.document.error(f"the page {page.id!r} is defined twice", "pages", i, "id")
            for j, group in enumerate(page.groups):
                for k, metric in enumerate(group.metrics):
                    self.known(metric, metrics, "metric", "pages", i, "groups", j, "metrics", k)
            for j, table in enumerate(page.tables):
                exhibit = self.exhibit(table.exhibit, "pages", i, "tables", j, "exhibit")
                if any(m.statistic not in SHARES for m in exhibit.columns) or not exhibit.columns:
                    message = f"{table.exhibit!r} is no table of shares"
                    raise self.document.error(message, "pages", i, "tables", j, "exhibit")
            if page.items is not None:
                self.known(page.items, self.codebook.lists, "list", "pages", i, "items")
                for j, column in enumerate(page.columns):
                    self._items(page.items, column, "pages", i, "columns", j, "figure")

    def _items(self, items: str, column: ItemColumnKeys, *at) -> None:
        for item in self.codebook.lists[items]:
            self.figure(column.figure.replace("{item}", item.code), *at)

"""What one company's notebook is given: its own answers, cells of the outside ledger, and which of them stand where.

A package is a folder of three files. It is the wall between companies: whatever a page shows is read from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError
from pipeline.figures.guidance.advice import Advice, from_json, to_json
from pipeline.figures.ledger import Ledger, read_ledger
from pipeline.figures.tailored.tailored_file import Better, PageKind, Who

AUDIENCE = "external"
FACTS, FIGURES, ADVICE = "company.json", "ledger.csv", "advice.json"


class Part(BaseModel):
    """Base of all parts of a package: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Own(Part):
    """A company's own number: its address, or in words why there is none."""

    cell: str = ""
    missing: str = ""


class Reading(Part):
    """A figure of the peers by its address, who they are in words and as `dimension.band`.

    `widened` says that the company's own band was too small, so that a coarser one stands here.
    """

    cell: str
    who: str
    row: str
    widened: bool = False
    p10: str = ""
    p25: str = ""
    p75: str = ""
    p90: str = ""


class Metric(Part):
    """One number of the company, those of its peer groups by dimension, and its place among the first of them.

    `main` is the group that it is compared with; `everyone` all companies. `verdict` is ahead or behind where the
    number lies outside the middle half and one side is better. `answered` says whether a page can compare at all.
    """

    id: str
    label: str
    short: str
    better: Better
    ask: str
    unit: str
    own: Own
    main: Reading | None
    groups: dict[str, Reading | None]
    everyone: Reading | None
    higher_than: str = ""
    others: str = ""
    verdict: str = ""
    survey: str = ""


class MetricGroup(Part):
    """Metrics under one heading."""

    title: str
    metrics: tuple[Metric, ...]


class ShareRow(Part):
    """One answer: whether the company gave it, and its share in each column of the table."""

    label: str
    own: bool
    cells: tuple[str, ...]


class ShareColumn(Part):
    """One group of a share table: its dimension, its band in words, its base."""

    title: str
    who: str
    n: str


class ShareTable(Part):
    """One exhibit with the company's own answer; `missing` says why there is none."""

    exhibit: str
    title: str
    ask: str
    missing: str
    several: bool
    columns: tuple[ShareColumn, ...]
    rows: tuple[ShareRow, ...]


class ItemColumn(Part):
    """One column of an item table; `who` names the peers."""

    label: str
    of: Who
    who: str = ""


class ItemFigure(Own):
    """One figure of an item table; `who` names other peers than the column's where these had to be widened."""

    who: str = ""


class ItemRow(Part):
    """One item: a figure for each column."""

    label: str
    figures: tuple[ItemFigure, ...]


class Page(Part):
    """One page of the PDF, before it is drawn."""

    id: str
    kind: PageKind
    title: str
    groups: tuple[MetricGroup, ...] = ()
    tables: tuple[ShareTable, ...] = ()
    columns: tuple[ItemColumn, ...] = ()
    rows: tuple[ItemRow, ...] = ()
    rules: tuple[str, ...] = ()


class PeerGroup(Part):
    """The company's band of a dimension, and the address of how many companies are in it."""

    dimension: str
    title: str
    label: str
    count: str
    wider: tuple[str, ...] = ()


class Answer(Part):
    """One question as the company answered it: its text, how that was read, what was flagged or corrected.

    `read` is empty where a plain number was written; `missing` says why there is nothing that counts.
    """

    question: str
    given: str
    read: str
    notes: tuple[str, ...] = ()
    missing: str = ""


class AnswerGroup(Part):
    """The answers of one survey."""

    title: str
    answers: tuple[Answer, ...]


class Definition(Part):
    """What a metric means: what is measured, who is counted, where it comes from; `n` is the address of its figure over
    all companies, where there is one to be seen."""

    label: str
    measure: str
    base: str
    source: str
    n: str = ""


class Company(Part):
    """All that a company's notebook knows beside the figures."""

    id: str
    name: str
    report: str
    survey: str
    year: int
    source: str
    synthetic: bool
    respondents: str
    ranks: int
    withhold: int
    quartiles: int
    tails: int
    peers: tuple[PeerGroup, ...]
    pages: tuple[Page, ...]
    answers: tuple[AnswerGroup, ...]
    definitions: tuple[Definition, ...]


@dataclass(frozen=True)
class Package:
    """A company, the figures that its pages may show, and what published rules say to it."""

    company: Company
    ledger: Ledger
    advice: tuple[Advice, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write the package into a folder of its own; returns the folder."""
        folder.mkdir(parents=True)
        self.ledger.write_csv(folder / FIGURES)
        text = self.company.model_dump_json(indent=1, exclude_defaults=True)
        (folder / FACTS).write_text(text + "\n", encoding="utf-8")
        (folder / ADVICE).write_text(to_json(self.advice), encoding="utf-8")
        return folder


def read_package(folder: Path) -> Package:
    """Read a package back, equal to what was written; InputError when the folder holds none."""
    try:
        company = Company.model_validate_json((folder / FACTS).read_text(encoding="utf-8"))
        advice = from_json((folder / ADVICE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("there is no company's package here", file=folder) from None
    except ValidationError as error:
        raise InputError(f"this is not a company's package: {error.errors()[0]['msg']}", file=folder / FACTS) from None
    return Package(company, read_ledger(folder / FIGURES, AUDIENCE), advice)

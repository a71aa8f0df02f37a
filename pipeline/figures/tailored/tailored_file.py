"""The keys of tailored.yaml as strict models: a key that is not here is refused, with its line."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from pipeline.figures.exhibits_file import Name
from pipeline.responses.strict_yaml import Entry


class Better(StrEnum):
    """Which side of a metric is the better one; `none` gets no verdict."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


class PageKind(StrEnum):
    """What a page shows."""

    GLANCE = "glance"  # metrics in groups, each with its place among the peers
    PEERS = "peers"  # who the peers are, how to read the pages, and what each metric means
    SHARES = "shares"  # tables of shares with the company's own answer marked
    ITEMS = "items"  # one row per item of a list, columns of the company and of its peers; metrics beside them
    METRICS = "metrics"  # metrics in groups, beside the median of each peer group; rules below them
    GUIDANCE = "guidance"  # what the company's own answers mean by published rules
    DIFFERENCES = "differences"  # where the company differs most, as questions to ask
    ANSWERS = "answers"  # what the company submitted


class Who(StrEnum):
    """Whose figure a column shows."""

    YOU = "you"
    PEERS = "peers"
    ALL = "all"


class MetricKeys(Entry):
    """One number of a company beside those of its peers.

    `from` names the figures that it is read from, `exhibit.column`, each cut by other dimensions; the first says what
    the company's own number is. `exhibit.dimension.band.column` fixes the row, in which `{variable}` stands for the
    company's own answer (`portfolio.segment.{primary_segment}.arr_per_csm`).
    """

    id: Name
    label: str
    short: str = ""  # in a table whose group already says the rest
    from_: tuple[str, ...] = Field(alias="from", min_length=1)
    better: Better = Better.NONE
    ask: str = ""  # the question to ask when the company differs most here


class GroupKeys(Entry):
    """Metrics under one heading."""

    title: str
    metrics: tuple[str, ...] = Field(min_length=1)


class ShareKeys(Entry):
    """One exhibit of shares, whose answers are the rows; `title` in place of the exhibit's own."""

    exhibit: str
    title: str | None = None
    ask: str = ""


class ItemColumnKeys(Entry):
    """One column over the items of a list: `figure` is an `exhibit.column` in which `{item}` stands for the item."""

    label: str
    figure: str
    of: Who


class PageKeys(Entry):
    """One page of every company's PDF; its words stand in the notebook.

    `rules` are groups of guidance.yaml whose most important rules stand below the metrics.
    """

    id: Name
    kind: PageKind
    title: str
    groups: tuple[GroupKeys, ...] = ()
    tables: tuple[ShareKeys, ...] = ()
    items: str | None = None
    columns: tuple[ItemColumnKeys, ...] = ()
    rules: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_what_its_kind_shows(self) -> PageKeys:
        shows = {
            PageKind.GLANCE: {"groups"},
            PageKind.METRICS: {"groups"},
            PageKind.SHARES: {"tables"},
            PageKind.ITEMS: {"items", "columns"},
        }.get(self.kind, set())
        may = {PageKind.METRICS: {"rules"}, PageKind.ITEMS: {"groups"}}.get(self.kind, set())
        for key in ("groups", "tables", "items", "columns", "rules"):
            if key in may:
                continue
            if bool(getattr(self, key)) is not (key in shows):
                raise ValueError(f"a page of kind {self.kind} {'needs the' if key in shows else 'has no'} key {key!r}")
        return self


class TailoredFile(Entry):
    """The whole of tailored.yaml.

    `notebook` lies in the report's folder of notebooks. `company` is the variable that holds a company's id, by which
    files are named and further surveys find the same company; without it, the id of its response. `peers` are the
    dimensions of whose bands a company's peers are, the first to compare with; wider bands to fall back to are those
    of `disclosure: merged:` in exhibits.yaml, and how small a group may be stands there too.
    """

    notebook: str
    company: str | None = None
    peers: tuple[str, ...] = Field(min_length=1)
    metrics: tuple[MetricKeys, ...] = ()
    pages: tuple[PageKeys, ...] = Field(min_length=1)

"""The shape of codebook.yaml: which keys may stand where, and of which kind their values are."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from pipeline.responses.strict_yaml import Entry

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^\w+$")]


class Kind(StrEnum):
    """How a question is answered."""

    single = "single"
    multiple = "multiple"
    number = "number"
    money = "money"
    percent = "percent"
    count = "count"
    text = "text"
    identifier = "identifier"
    ranking = "ranking"
    scale = "scale"
    allocation = "allocation"
    date = "date"


NUMERIC = (Kind.number, Kind.money, Kind.percent, Kind.count, Kind.scale, Kind.allocation)


class Severity(StrEnum):
    """What a finding means: error withholds the values until decided, warning must be decided, info is listed."""

    error = "error"
    warning = "warning"
    info = "info"


class Choice(Entry):
    """One answer that can be chosen, or one item that is asked about; `value` is the number that it stands for."""

    code: Code
    label: str
    value: float | None = None
    short: str | None = None
    aliases: tuple[str, ...] = ()


class ListPart(Entry):
    """A list made of entries of another list."""

    from_: str = Field(alias="from")
    only: tuple[Code, ...]


def _written_as(value) -> str:
    return {list: "listed", dict: "part"}.get(type(value), "named")


Listing = Annotated[
    Annotated[tuple[Choice, ...], Tag("listed")] | Annotated[ListPart, Tag("part")], Discriminator(_written_as)
]
ListOrName = Annotated[
    Annotated[tuple[Choice, ...], Tag("listed")] | Annotated[str, Tag("named")], Discriminator(_written_as)
]


# words that mean "no answer", by what they mean
Missing = dict[Literal["not_answered", "not_applicable", "not_known", "refused"], tuple[str, ...]]


class SurveyFacts(Entry):
    """What the survey is called and who answered it; `respondents` is the plural in running text.

    `owner` names the question that says who owns a respondent: those of one owner count as one contributor where it is
    decided what may be disclosed. `weight` is the number that says how much each respondent weighs: a survey weight, or
    with `weight_kind: frequency` the whole number of respondents alike that a record stands for.
    """

    id: str
    title: str
    year: int
    short_title: str | None = None
    fieldwork: str = ""
    respondent: str = "respondent"
    respondents: str = "respondents"
    synthetic: bool = False
    owner: str | None = None
    weight: str | None = None
    weight_kind: Literal["survey", "frequency"] = "survey"


class Source(Entry):
    """The export's files and how their cells are read.

    `kind`, `encoding`, `delimiter`, `sheet`, `header_rows` and the `separator` of several answers in one cell are found
    from the file where nothing is said here. `waves` names the files of each wave in place of `files`: ids are then
    unique within a wave, and `wave` is a column. `id` names the column of the respondent's id; "none" makes ids from
    the records' content.
    `decimal` unstated means that a number with a dot or comma is withheld; `ranges` says what "10-15" becomes.
    """

    files: tuple[str, ...] = ("responses.csv",)
    waves: dict[Code, tuple[str, ...]] = Field(default_factory=dict)
    kind: Literal[
        "auto", "qualtrics", "surveymonkey", "google_forms", "microsoft_forms", "typeform", "limesurvey", "kobo", "tidy"
    ] = "auto"
    encoding: str = "auto"
    delimiter: Literal["comma", "semicolon", "tab", "pipe"] | None = None
    sheet: str | None = None
    header_rows: int | None = Field(None, ge=1, le=3)
    id: str | None = None
    separator: str | None = None
    name: str | None = None
    decimal: Literal[".", ","] | None = None
    currency: str = "USD"
    ranges: Literal["withhold", "midpoint"] = "withhold"
    system: tuple[str, ...] = ()
    missing: Missing = Field(default_factory=dict)


    @model_validator(mode="after")
    def files_or_waves(self):
        if self.waves and "files" in self.model_fields_set:
            raise ValueError("give either 'files' or 'waves'")
        return self

    @property
    def files_by_wave(self) -> list[tuple[str, str]]:
        """(wave, file) of each file in its order; the wave is empty where there are none."""
        return [(wave, file) for wave, files in (self.waves or {"": self.files}).items() for file in files]


class RecordRule(Entry):
    """Which records do not count: those `where` is true, or all but one of those alike in `duplicate_of`."""

    id: Id
    reason: str
    where: str | None = None
    duplicate_of: tuple[str, ...] = ()
    keep: Literal["latest", "first"] = "latest"
    by: str | None = None

    @model_validator(mode="after")
    def one_way(self):
        if bool(self.where) == bool(self.duplicate_of):
            raise ValueError("give either 'where' or 'duplicate_of'")
        if self.duplicate_of and self.keep == "latest" and not self.by:
            raise ValueError("'keep: latest' needs 'by', the column that tells when")
        return self


class Band(Entry):
    """One class of a dimension. `from` and `to` include the edge, `above` and `below` do not; without edges its id is a
    choice of the dimension's variable."""

    id: Code
    label: str
    from_: float | None = Field(None, alias="from")
    above: float | None = None
    to: float | None = None
    below: float | None = None


class Dimension(Entry):
    """A way to cut the respondents into bands by one variable, or by the dimensions that it crosses: their bands in
    each combination, `lt_10m__hybrid`. `long_title` is the title where none is given."""

    title: str
    variable: str = ""
    cross: tuple[Id, ...] = ()
    bands: tuple[Band, ...] = ()
    long_title: str = ""

    @model_validator(mode="after")
    def cut_one_way(self):
        if self.cross and (self.variable or self.bands):
            raise ValueError("a dimension has a 'variable' with its 'bands', or a 'cross' of others")
        if not self.cross and not (self.variable and self.bands):
            raise ValueError("a dimension needs a 'variable' and its 'bands', or a 'cross' of others")
        if self.cross and len(set(self.cross)) < max(2, len(self.cross)):
            raise ValueError("a 'cross' needs two or more different dimensions")
        return self

    @model_validator(mode="before")
    @classmethod
    def _has_a_long_title(cls, keys: Any) -> Any:
        return {"long_title": keys.get("title"), **keys} if isinstance(keys, dict) else keys


class Question(Entry):
    """One question. `column` names its export column, by the tool's id, its tag or its text.

    A question with `items`, and one with `spread` choices, has one column per item or choice. `{position}`, `{item}`
    and `{label}` in `column` stand for the item's place, code and label; without them the question's own text and the
    item's label are looked for in whatever way the export writes the two.
    Where its cell is blank, the columns of `coalesce` stand in, in their order. `accepts_other` counts a text that is
    no choice as the choice with the code `other`, as tools do that write it in the same cell.
    A ranking has a column per place, a column per choice with its rank (`by_choice`), or one cell with the choices
    `in_order`. The parts of an allocation add to `total`, give or take `tolerance`. The `choices` of a scale are
    numbers with labels. `missing` are words for "no answer" to this question beside those of the source: what is listed
    there is out of its base, what is listed as a choice is in it.
    `hard` and `soft` are inclusive ranges in the question's unit; `other_of` names the question whose "other" this text
    explains.
    """

    id: Id
    type: Kind
    text: str
    label: str | None = None
    short: str | None = None
    column: str | None = None
    spread: bool = False
    coalesce: tuple[str, ...] = ()
    accepts_other: bool = False
    aliases: tuple[str, ...] = ()
    unit: str | None = None
    required: bool = False
    asked_if: str | None = None
    choices: ListOrName | None = None
    items: ListOrName | None = None
    exclusive: tuple[Code, ...] = ()
    places: int | None = Field(None, ge=1)
    ranked: Literal["by_place", "by_choice", "in_order"] = "by_place"
    total: float | None = None
    tolerance: float = 1
    missing: Missing = Field(default_factory=dict)
    hard: tuple[float, float] | None = None
    soft: tuple[float, float] | None = None
    other_of: str | None = None

    @model_validator(mode="after")
    def keys_fit_the_type(self):
        chosen = self.type in (Kind.single, Kind.multiple, Kind.ranking)
        if chosen and self.choices is None:
            raise ValueError(f"a question of type {self.type} needs 'choices'")
        if not chosen and self.choices is not None and self.type is not Kind.scale:
            raise ValueError(f"a question of type {self.type} has no 'choices'")
        if (self.type is Kind.ranking) != (self.places is not None):
            raise ValueError("a ranking needs 'places', other types have none")
        if self.items is not None and self.type in (Kind.multiple, Kind.ranking):
            raise ValueError(f"a question of type {self.type} has no 'items'")
        if self.exclusive and self.type is not Kind.multiple:
            raise ValueError("only a question of type multiple has 'exclusive' choices")
        if (self.hard or self.soft) and self.type not in NUMERIC:
            raise ValueError(f"a question of type {self.type} has no range")
        for span in (self.hard, self.soft):
            if span and span[0] > span[1]:
                raise ValueError(f"the range {list(span)} ends before it begins")
        if self.ranked != "by_place" and self.type is not Kind.ranking:
            raise ValueError("only a ranking says how it is 'ranked'")
        if (self.type is Kind.allocation) != (self.total is not None) or (self.total and self.items is None):
            raise ValueError("an allocation needs 'items' and the 'total' that they add to, other types have no total")
        if self.accepts_other and self.type is not Kind.single:
            raise ValueError("only a question of type single 'accepts_other'")
        if self.coalesce and (self.items or self.spread or (self.column and "{" in self.column)):
            raise ValueError("only a question with one column has others that stand in for it ('coalesce')")
        if self.spread and self.type is not Kind.multiple:
            raise ValueError("only a question of type multiple is 'spread' over one column per choice")
        return self


class Derived(Entry):
    """A number computed from answers; with `items`, once per item, `{item}` standing for its code."""

    id: Id
    label: str
    formula: str
    items: str | None = None
    short: str | None = None
    unit: str | None = None


class Check(Entry):
    """A rule that answers should keep: `when` it applies, what it asserts; with `items`, once per item.

    `text` says the rule in words; `involves` names the variables that a violation puts in doubt, else all in the rule.
    """

    id: Id
    assert_: str = Field(alias="assert")
    severity: Severity
    message: str
    when: str | None = None
    text: str | None = None
    items: str | None = None
    involves: tuple[str, ...] = ()


class Fix(Entry):
    """A correction that holds for every respondent alike: where `when` holds, the answer becomes what `to` comes to.

    `question` is a question, or `question.item`. Decisions go before fixes; each changed answer is logged like a
    decision's.
    """

    id: Id
    question: str
    when: str
    to: str
    reason: str


class CodebookFile(Entry):
    """The whole of codebook.yaml."""

    survey: SurveyFacts
    source: Source
    questions: tuple[Question, ...] = Field(min_length=1)
    records: tuple[RecordRule, ...] = ()
    dimensions: dict[Id, Dimension] = Field(default_factory=dict)
    lists: dict[Id, Listing] = Field(default_factory=dict)
    derived: tuple[Derived, ...] = ()
    fixes: tuple[Fix, ...] = ()
    checks: tuple[Check, ...] = ()
    builtin: dict[str, Literal["off", "error", "warning", "info"]] = Field(default_factory=dict)

"""Which numerals are no figures, place by place: what the edition's definition says in words, and the pages' furniture.

Nothing is allowed everywhere. An exhibit's page may repeat the words of that exhibit's definition; a page number must
be the page that its link leads to; what stands in a list of markers must count on from the marker before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.audit.census.html_text import PLACEHOLDER, Piece
from pipeline.audit.census.typed import YEARS_BACK, edges, is_typed
from pipeline.figures.definitions import Exhibit, Report
from pipeline.figures.exhibits_file import Chart, Statistic
from pipeline.figures.formats import format_value
from pipeline.figures.ledger import FACTS, Ledger
from pipeline.responses.codebook import Codebook

FURNITURE = Path(__file__).with_name("furniture.yaml")
COMPARED = re.compile(r"(?:<=|>=|<|>)\s*(-?[\d_.]+)")
ADDRESS = re.compile(r"\{[^{}]*\}")
PROSE = {".commentary", ".prose", ".words", ".intro", ".findings", ".word-table", ".word-tables", ".words-above",
         ".words-below", ".words-between", ".word-card", ".worded"}  # fmt: skip
LISTS = {"nav", ".contents", ".index", ".kicker", "h1", "h2", ".masthead", "@aria-label", "@content", "title"}
MARKERS = {".marker", ".card-number"}

TITLE, DEFINITION, LABEL, SURVEY, NUMBER, PAGE, ADDRESS_OF, AXIS, MARKER, YEAR, EDGE_OF_BAND, CHECK = (
    "titles of report, chapters and exhibits",
    "words of the exhibit's definition: question, measure, base, note",
    "names of bands and answers",
    "name, year and fieldwork of the survey",
    "numbers of chapters and exhibits",
    "page numbers",
    "addresses of figures",
    "scales of axes",
    "places in a list",
    "years of the survey and up to ten before, in prose",
    "edges of bands, in prose",
    "words of checks and record rules",
)


@dataclass(frozen=True)
class Phrase:
    """Words that may stand in a place, and the reason."""

    words: str
    reason: str


@dataclass
class Allowed:
    """The words that each text of a finished page may hold, from the definition that the page was made from."""

    report: Report
    codebook: Codebook
    ledger: Ledger
    pages: Mapping[str, int]
    _marker: int = 0  # the last one
    _compiled: dict[tuple, tuple[re.Pattern | None, dict[str, str]]] = field(default_factory=dict)

    def spans(self, piece: Piece) -> list[tuple[int, int, str]]:
        """Where allowed words stand in a text: begin, end, reason."""
        exact = self._exact(piece)
        if exact is not None:
            return exact
        text = piece.text.replace("\u00a0", " ")
        prose = bool(PROSE & piece.within)
        listed = bool(LISTS & (piece.within | {piece.element}))
        places = frozenset(place for place, *_ in self._furniture if place in piece.within)
        pattern, reasons = self._words(piece.section, prose, listed, places)
        found = [] if pattern is None else [(m.start(), m.end(), reasons[m[0].casefold()])
                                            for m in pattern.finditer(text)]  # fmt: skip
        return found + (list(self._in_prose(text)) if prose else [])

    def _exact(self, piece: Piece) -> list[tuple[int, int, str]] | None:
        """Texts that are a number of the report's own order: right as a whole, or not allowed at all."""
        whole = (0, len(piece.text))
        if ".folio" in piece.within or (".index" in piece.within and piece.element == "td" and piece.target):
            return [(*whole, PAGE)] if piece.text == str(self.pages.get(piece.target)) else []
        if {".number", ".opener-number"} & piece.within or (".index" in piece.within and piece.element == "th"):
            section = piece.target or piece.section
            known = self._numbers.values() if ".index" in piece.within else [self._numbers.get(section)]
            return [(*whole, NUMBER)] if piece.text in known else []
        if ".address" in piece.within:
            return [(*whole, ADDRESS_OF)] if piece.text in self.ledger else []
        if ".tick" in piece.within:
            return [(*whole, AXIS)]
        if MARKERS & piece.within:
            return [(*whole, MARKER)] if self._counts_on(piece) else []
        found = re.search(r"(?:^|…)Page (\d+)\b", piece.text.replace(PLACEHOLDER, "…"))
        if found and piece.target and piece.element in ("li", "@aria-label", "a"):
            right = found[1] == str(self.pages.get(piece.target))
            rest = replace_text(piece, piece.text[found.end() :])
            spans = [(b + found.end(), e + found.end(), r) for b, e, r in self.spans(rest)] if rest.text else []
            return ([(*found.span(1), PAGE)] if right else []) + spans
        return None

    def _counts_on(self, piece: Piece) -> bool:
        """Whether a marker is the first of its list or one more than the marker before it, on this page or the last."""
        if not piece.text.isdigit():
            return False
        before, self._marker = self._marker, int(piece.text)
        return self._marker in (1, before + 1)

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """The printed number of each chapter and exhibit, by its place in exhibits.yaml."""
        found = {}
        for number, chapter in enumerate(self.report.chapters, start=1):
            found[chapter.id] = str(number)
            for place, exhibit in enumerate(self.report.of_chapter(chapter.id), start=1):
                found[exhibit.id] = f"{number}.{place}"
        return found

    @cached_property
    def _furniture(self) -> list[tuple[str, str, str]]:
        """(place, words, reason) of furniture.yaml, for this audience's thresholds."""
        limits = self.report.thresholds(self.ledger.audience).model_dump()
        return [
            (place, words.format(**limits), entry["reason"])
            for entry in YAML(typ="safe").load(FURNITURE)
            for place in entry["places"]
            for words in entry["words"]
        ]

    def _words(self, section: str, prose: bool, listed: bool, places: frozenset[str]):
        key = (section, prose, listed, places)
        if key not in self._compiled:
            phrases = list(self._of_survey)
            phrases += self._titles if listed or prose else ()
            phrases += self._of_section(section)
            phrases += self._everywhere_in_prose if prose else ()
            phrases += [Phrase(words, reason) for place, words, reason in self._furniture if place in places]
            self._compiled[key] = _alternatives(phrases)
        return self._compiled[key]

    @cached_property
    def _exhibits(self) -> dict[str, Exhibit]:
        return {exhibit.id: exhibit for exhibit in self.report.exhibits}

    @cached_property
    def _codebooks(self) -> list[Codebook]:
        return [self.codebook, *self.report.surveys.values()]

    @cached_property
    def _of_survey(self) -> list[Phrase]:
        report = (self.report.title, self.report.kicker, self.report.subtitle)
        surveys = [c.survey for c in self._codebooks]
        names = [text for s in surveys for text in (s.title, s.short_title or "", s.fieldwork)]
        return [Phrase(words, TITLE) for words in report] + [Phrase(words, SURVEY) for words in names]

    @cached_property
    def _titles(self) -> list[Phrase]:
        years = [Phrase(str(c.survey.year), SURVEY) for c in self._codebooks]
        return years + [Phrase(each.title, TITLE) for each in (*self.report.chapters, *self.report.exhibits)]

    def _of_section(self, section: str) -> Iterator[Phrase]:
        """The words of the section's own definition; front matter names the bands of the report's dimensions."""
        exhibit = self._exhibits.get(section)
        if exhibit is not None:
            yield from _of_exhibit(exhibit, self.report, self.codebook)
        facts = re.sub(r"-\d+$", "", section)
        if facts in FACTS:
            yield from (Phrase(cell.label, CHECK) for cell in self.ledger.exhibit(facts))
        yield from (Phrase(c.title, TITLE) for c in self.report.chapters if c.id == section)
        if exhibit is None:
            for name in self.report.dimensions:
                yield from _of_dimension(self.codebook, name)

    @cached_property
    def _everywhere_in_prose(self) -> list[Phrase]:
        """Prose may name the bands and answers of any exhibit."""
        found = [phrase for c in self._codebooks for name in c.dimensions for phrase in _of_dimension(c, name)]
        for exhibit in self.report.exhibits:
            found += [Phrase(each.label, LABEL) for each in (*exhibit.rows, *exhibit.measures)]
        return found

    def _in_prose(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Years of the survey and edges of bands that carry a sign of money or a scale."""
        year = self.codebook.survey.year
        for found in re.finditer(r"(?<![\w$€£.,])(?:19|20)\d\d(?![\w%]|[.,]\d)", text):
            if year - YEARS_BACK <= int(found[0]) <= year:
                yield (*found.span(), YEAR)
        for amount in self._edges:
            for found in re.finditer(rf"(?<![\w.,]){re.escape(amount)}(?![\w%]|[.,]\d)", text):
                yield (*found.span(), EDGE_OF_BAND)

    @cached_property
    def _edges(self) -> set[str]:
        return edges(band.label for dimension in self.codebook.dimensions.values() for band in dimension.bands)


def _of_dimension(codebook: Codebook, name: str) -> Iterator[Phrase]:
    dimension = codebook.dimensions[name]
    yield from (Phrase(words, LABEL) for words in (dimension.title, dimension.long_title))
    yield from (Phrase(band.label, LABEL) for band in dimension.bands)


def _of_exhibit(e: Exhibit, report: Report, codebook: Codebook) -> Iterator[Phrase]:
    own = report.surveys.get(e.survey, codebook)
    yield Phrase(e.title, TITLE)
    asked = [_question(measure.question, own) for measure in e.measures]
    for words in (e.measure, e.base, e.note, e.question_text, *e.cut_notes, *asked):
        yield Phrase(words, DEFINITION)
    for headline in e.headlines:
        for words in ADDRESS.split(headline.says):
            if not is_typed(words, e, asked, own):
                yield Phrase(words.strip(" ,.;:"), DEFINITION)
    for row in e.rows:
        yield from (Phrase(words, LABEL) for words in (row.label, row.dimension_title))
    for place, measure in enumerate(e.measures, start=1):
        yield from (Phrase(words, LABEL) for words in (measure.label, measure.short))
        if e.chart is Chart.RANKED:  # a ranked bar begins with its place, whichever label stands there
            yield from (Phrase(f"{place} {other.label}", LABEL) for other in e.measures)
    for change in e.changes:
        yield from (Phrase(words, DEFINITION) for words in (change.label, change.label.removeprefix("since ")))
    if e.statistic is Statistic.POINTS:
        edges = {value for measure in e.callouts for value in COMPARED.findall(measure.when or "")}
        for value in edges:
            number = float(value.replace("_", ""))
            yield from (Phrase(format_value(number, axis.unit, 0), DEFINITION) for axis in e.axes)


def _question(name: str, codebook: Codebook) -> str:
    base = name.partition(".")[0]
    if base in codebook.questions:
        return codebook.questions[base].text
    return codebook.derived[base].label if base in codebook.derived else ""


def _alternatives(phrases: Iterable[Phrase]) -> tuple[re.Pattern | None, dict[str, str]]:
    """One pattern for all phrases that hold a digit, the longest first, and the reason of each."""
    reasons: dict[str, str] = {}
    for phrase in phrases:
        words = " ".join(phrase.words.replace("\u00a0", " ").split()).casefold()
        if re.search(r"\d", words):
            reasons.setdefault(words, phrase.reason)
    if not reasons:
        return None, reasons
    words = "|".join(map(re.escape, sorted(reasons, key=len, reverse=True)))
    return re.compile(rf"(?<![\w$€£.,])(?:{words})(?![\w%]|[.,]\d)", re.IGNORECASE), reasons


def replace_text(piece: Piece, text: str) -> Piece:
    """The same place with another text."""
    return Piece(text, piece.element, piece.within, piece.references, piece.section, piece.page, piece.anchor, "",
                 piece.on_paper)  # fmt: skip


def covered(start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str | None:
    """The reason why the numeral between two places of a text is allowed, if it is."""
    return next((reason for begin, stop, reason in spans if begin <= start and end <= stop), None)

"""Columns of typed answers as formulas over the texts of a sheet: one formula per variable, the same in every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.audit.workbook.book import Names, column_of, quoted, text_of
from pipeline.audit.workbook.coding import Block, block_of, moment_block, pattern_block
from pipeline.audit.workbook.received import WITHHELD, Received, system_words
from pipeline.audit.workbook.rules import NotPortable, Rules
from pipeline.responses.codebook import Slot
from pipeline.responses.schema import NUMERIC, Band, Dimension, Kind

ROW = "\0"  # stands for the row in a formula that is written once per row
FIRST = 4  # the first record's row, counted from 0, in every sheet of records


@dataclass(frozen=True)
class Column:
    """One column: what it holds, its formula with ROW in place of the row, and its name for the whole workbook."""

    key: str
    title: str
    formula: str
    name: str = ""
    is_answer: bool = False


@dataclass
class Lists:
    """What all surveys share: names that are taken, lists of texts, edges of bands in the order of their rows."""

    names: Names
    blocks: list[tuple[str, Block]] = field(default_factory=list)
    bands: list[tuple[str, str, Band]] = field(default_factory=list)
    sheet: str = "Bands"
    _found: dict[tuple, object] = field(default_factory=dict)

    def block(self, received: Received, slot: Slot) -> Block | None:
        """The list of a slot's texts, made when it is first asked for."""
        prefix = prefix_of(received)
        ticks = received.codebook.questions[slot.question].type is Kind.multiple and slot.item is not None
        key = (prefix, slot.name if ticks else slot.question)
        if key not in self._found:
            self._found[key] = block_of(received, slot, prefix, self.names)
            if self._found[key] is not None:
                self.blocks.append((received.folder, self._found[key]))
        return self._found[key]

    def pattern(self, received: Received, variable: str, pattern: str, texts: list[str]) -> Block:
        """The list of the texts of a variable in which a pattern is found."""
        prefix = prefix_of(received)
        key = (prefix, variable, pattern)
        if key not in self._found:
            self._found[key] = pattern_block(variable, pattern, texts, prefix, self.names)
            self.blocks.append((received.folder, self._found[key]))
        return self._found[key]

    def moments(self, received: Received, name: str) -> Block:
        """The list of a column's texts as moments."""
        key = (prefix_of(received), "moments", name)
        if key not in self._found:
            self._found[key] = moment_block(name, received.texts(name), prefix_of(received), self.names)
            self.blocks.append((received.folder, self._found[key]))
        return self._found[key]

    def edges(self, folder: str, title: str, bands: Sequence[Band], number: str) -> str:
        """The formula that gives the id of the band in which a number lies, the empty text for none."""
        key = (folder, title, tuple(bands))
        if key not in self._found:
            self._found[key] = len(self.bands)
            self.bands += [(folder, title, band) for band in bands]
        first = self._found[key] + FIRST + 1
        at = [f"{quoted(self.sheet)}!${{}}${first + place}".format for place in range(len(bands))]
        found = text_of(bands[0].id)
        for cell, band in list(zip(at, bands, strict=True))[1:]:
            sign = ">" if band.above is not None else ">="
            found = f"IF({number}{sign}{cell('E')},{text_of(band.id)},{found})"
        low, high = bands[0], bands[-1]
        if low.above is not None or low.from_ is not None:
            found = f'IF({number}{">" if low.above is not None else ">="}{at[0]("E")},{found},"")'
        if high.below is not None or high.to is not None:
            found = f'IF({number}{"<" if high.below is not None else "<="}{at[-1]("G")},{found},"")'
        return f'IF(ISNUMBER({number}),{found},"")'


class Columns:
    """The columns of one sheet, made as they are asked for; `text_at` gives a slot's text, None for none."""

    def __init__(self, received: Received, lists: Lists, prefix: str, first: int, text_at: Callable[[str], str | None]):
        self.received, self.lists, self.prefix, self.first = received, lists, prefix, first
        self.columns: list[Column] = []
        self._place: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._text_at = text_at
        codebook = received.codebook
        self.rules = Rules(
            codebook, self.cell, self._pattern,
            lambda dimension, number: lists.edges(received.folder, dimension.title, dimension.bands, number),
        )  # fmt: skip

    def cell(self, key: str) -> str:
        """The cell of a variable, question or system column in the row of the formula."""
        if key not in self._place:
            self.add(self._made(key))
        return f"{column_of(self.first + self._place[key])}{ROW}"

    def add(self, column: Column) -> Column:
        self._place[column.key] = len(self.columns)
        self.columns.append(column)
        self._numbers[column.name] = len(self.columns)
        return column

    def get(self, key: str) -> Column | None:
        return self.columns[self._place[key]] if key in self._place else None

    def place(self, key: str) -> int:
        """The place of a column among those of the sheet, from 0."""
        return self.first + self._place[key]

    def number_of(self, name: str) -> int:
        """The place of a column by its name, counted from 1; 0 for no name."""
        return self._numbers.get(name, 0)

    def _made(self, key: str) -> Column:
        codebook = self.received.codebook
        asked = codebook.questions.get(key.partition(".")[0])
        if asked is not None and asked.ranked == "by_choice":
            raise NotPortable(f"{asked.id} is ranked with a column per choice, which formulas do not put in order")
        if key in codebook.formulas:
            return self._column(key, codebook.formulas[key], self.rules.number(codebook.formulas[key]), True)
        variable = codebook.variables().get(key)
        if variable is not None and variable.kind is Kind.ranking and key not in codebook.slots:
            return self._column(key, variable.label, self._place_of(variable.question, int(variable.item)), True)
        if key in codebook.slots:
            question = codebook.questions[codebook.slots[key].question]
            # several answers count once, as a question; places of a ranking each for themselves
            is_answer = (key in codebook.variables()) is not (question.type is Kind.multiple)
            return self._column(key, codebook.slots[key].texts[0], self._typed(key), is_answer)
        if key in codebook.questions and codebook.questions[key].type is Kind.multiple:
            return self._column(key, codebook.questions[key].text, self._together(key), True)
        if key in codebook.questions:
            parts = [self.cell(name) for name in codebook.group(key)]
            joined = '&"|"&'.join(parts)
            formula = f'IF({"&".join(parts)}="","","|"&{joined}&"|")'
            return self._column(key, f"{codebook.questions[key].text} (all places)", formula, False)
        return self._column(key, key, self._system(key), False)

    def _column(self, key: str, title: str, formula: str, is_answer: bool) -> Column:
        return Column(key, title, formula, self.lists.names.new(f"{self.prefix}v_", key), is_answer)

    def _typed(self, slot_name: str) -> str:
        """A slot's text as its value: numbers as they are, all else by the list of its texts."""
        codebook = self.received.codebook
        slot, text = codebook.slots[slot_name], self._text_at(slot_name)
        if text is None:
            return '""'
        kind, block = codebook.questions[slot.question].type, self.lists.block(self.received, slot)
        if kind in NUMERIC:
            return f"IF(ISNUMBER({text}),{text},{block.reads(text) if block else text_of('')})"
        if kind in (Kind.text, Kind.identifier):
            plain = f'IF({text}={text_of(WITHHELD)},"",{text}&"")'
            return f"IF(SUMPRODUCT(--EXACT({block.texts},{text}))=0,{plain},{block.reads(text)})" if block else plain
        return block.reads(text) if block else '""'

    def _place_of(self, question: str, place: int) -> str:
        """The choice in one place of a ranking whose choices stand in one cell, in order."""
        cell = self.cell(question)
        return f'TRIM(MID(SUBSTITUTE({cell},"|",REPT(" ",200)),{place * 200 + 1},200))'

    def _together(self, question: str) -> str:
        """The codes of a question with one column per choice: blanks throughout mean no answer."""
        names = self.received.codebook.group(question)
        cells = {name: self.cell(name) for name in names}
        ones, noes, doubts = ("+".join(f'({cell}="{mark}")' for cell in cells.values()) for mark in "10?")
        ticked = "&".join(f'IF({cell}="1","{name.rpartition(".")[2]}|","")' for name, cell in cells.items())
        return f'IF({doubts}>0,"",IF(OR({ones}>0,{noes}={len(cells)}),"|"&{ticked},""))'

    def _system(self, name: str) -> str:
        text = self._text_at(name)
        if text is None:
            return '""'
        found = f'{text}&""'
        for code, word in system_words(self.received.codebook).get(name, {}).items():
            found = f"IF(EXACT({text},{text_of(code)}),{text_of(word)},{found})"
        return found

    def _pattern(self, variable: str, pattern: str, cell: str) -> str:
        slot = self.received.codebook.slots.get(variable)
        texts = self.received.all_texts(variable) if slot else list(dict.fromkeys(self.received.texts(variable)))
        hits = [text for text in dict.fromkeys(text.strip() for text in texts) if re.search(pattern, text)]
        block = self.lists.pattern(self.received, variable, pattern, hits)
        return f'IF({cell}="",0.5,IF(SUMPRODUCT(--EXACT({block.texts},{cell}))>0,1,0))'


def prefix_of(received: Received) -> str:
    """What the names of a sub-survey begin with; nothing for the edition's own survey."""
    return f"{received.folder}_" if received.folder else ""


def band_key(dimension: str, cut_by: str | None) -> str:
    return f"{dimension} by {cut_by}" if cut_by else dimension


def with_edges(dimension: Dimension) -> bool:
    return any(e is not None for b in dimension.bands for e in (b.from_, b.above, b.to, b.below))

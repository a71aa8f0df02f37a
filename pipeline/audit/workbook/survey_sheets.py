"""One survey's sheets: Raw, Records, Answers, Clean. Each has the same record in the same row."""

from __future__ import annotations

from pipeline.audit.workbook.book import Book, Sheet, SheetNames, column_of, quoted
from pipeline.audit.workbook.columns import FIRST, ROW, Column, Columns, Lists, band_key, prefix_of, with_edges
from pipeline.audit.workbook.received import Received
from pipeline.audit.workbook.records_sheet import Records
from pipeline.audit.workbook.rules import NotPortable
from pipeline.errors import InputError
from pipeline.figures.definitions import Measure, Row
from pipeline.figures.ledger import OVERALL
from pipeline.responses.bands import JOINT


class SurveySheets:
    """What the figures of one survey are computed from, and under which names formulas find it."""

    def __init__(self, received: Received, lists: Lists, sheets: SheetNames):
        self.received, self.lists = received, lists
        folder, self.prefix = received.folder, prefix_of(received)
        self.raw, self.records, self.answers, self.clean = (
            sheets.new(name, f" {folder}" if folder else "") for name in ("Raw", "Records", "Answers", "Clean")
        )
        self.slots = [name for name in received.codebook.slots if received.texts(name)]
        self.area, self.raw_area = (lists.names.new(self.prefix, part) for part in ("clean_all", "raw_all"))
        self.keys, self.ids, self.decided, self.new, self.numbers = (
            lists.names.new(f"{self.prefix}decided_", part) for part in ("key", "id", "variable", "new", "no")
        )
        self.last = FIRST + len(received.records) - 1
        self.typed = Columns(received, lists, self.prefix, 3, self._answer_at)
        self.counting = Records(received, lists, self.records, self.raw, self.keys, self._raw_at)
        self.before, self.include = self.counting.typed, self.counting.include
        self.fixes: dict[str, list[tuple[str, str]]] = {}
        self._add_fixes()
        self.untyped: list[str] = []
        for name in received.codebook.variables():
            facts = received.codebook.variables()[name]
            try:
                self.typed.cell(facts.question if facts.kind == "multiple" else name)
            except NotPortable as error:  # whoever needs it is told
                self.untyped.append(str(error))

    @property
    def weight(self) -> str | None:
        """The name of the column that says how much each respondent weighs, None where all weigh the same."""
        weight = self.received.codebook.survey.weight
        return self.variable(weight) if weight else None

    # What figures ask for -------------------------------------------------------------------------------------------

    def variable(self, key: str) -> str:
        """The name of the column of a variable, or of a question with several answers."""
        self.typed.cell(key)
        return self.typed.get(key).name

    def band(self, row: Row) -> str:
        """Who stands in a row, as an array of ones and zeros."""
        if row.dimension == OVERALL or row.is_item:
            return f"({self.include}=1)"
        return f'EXACT({self.band_column(row.dimension, row.cut_by).name},"{row.band}")'

    def band_column(self, dimension: str, cut_by: str | None = None) -> Column:
        """The column of the band ids of a dimension; empty for a record that does not count."""
        key = band_key(dimension, cut_by)
        known = self.typed.get(f"band {key}")
        if known:
            return known
        facts = self.received.codebook.dimensions[dimension]
        if facts.cross:
            cells = [self.typed.cell(self.band_column(part).key) for part in facts.cross]
            joint = f'&"{JOINT}"&'.join(cells)
            found = f'IF(OR({",".join(f"{cell}={chr(34) * 2}" for cell in cells)}),"",{joint})'
        else:
            variable = cut_by or facts.variable
            found = self.typed.cell(variable)
            if self.received.codebook.variables()[variable].kind != "single" and with_edges(facts):
                found = self.lists.edges(self.received.folder, facts.title, facts.bands, found)
        name = self.lists.names.new(f"{self.prefix}b_", key.replace(" ", "_"))
        return self.typed.add(Column(f"band {key}", f"Band: {facts.title}", f'IF($C{ROW}=1,{found},"")', name))

    def condition(self, text: str) -> Column:
        """The column of a rule: 1 holds, 0 does not, 0.5 cannot be told. Raises NotPortable."""
        known = self.typed.get(f"rule {text}")
        return known or self.typed.add(
            Column(f"rule {text}", text, self.typed.rules.condition(text), self.lists.names.new(self.prefix, "rule_1"))
        )

    def bins(self, measure: Measure, variable: str) -> Column:
        """The column of the bins in which a number lies, by their ids."""
        key = f"bins {variable} {measure.bins.bands}"
        known = self.typed.get(key)
        if known:
            return known
        title, cell = f"Bins of {variable}", self.typed.cell(variable)
        found = self.lists.edges(self.received.folder, title, measure.bins.bands, cell)
        return self.typed.add(Column(key, title, found, self.lists.names.new(f"{self.prefix}bin_", variable)))

    def whole(self, parts: tuple[str, ...]) -> Column:
        """The column of each company's total of some numbers, empty where one of them is missing."""
        key = f"whole {parts}"
        known = self.typed.get(key)
        if known:
            return known
        cells = ",".join(self.typed.cell(part) for part in parts)
        formula = f'IF(COUNT({cells})={len(parts)},SUM({cells}),"")'
        title = f"Sum of {', '.join(parts)}"
        return self.typed.add(Column(key, title, formula, self.lists.names.new(self.prefix, "whole_1")))

    def number_of(self, name: str) -> int:
        """The place of a column of Clean by its name, counted from 1; 0 for no name."""
        return self.typed.number_of(name)

    def raw_number(self, slot: str) -> int:
        """The place of a slot in the Raw area, which begins with the row in the file; 0 for none."""
        if not slot:
            return 0
        place = self.received.column(slot)
        return 3 + (self.received.stand_ins[slot][0] if place is None else place)

    # Places ---------------------------------------------------------------------------------------------------------

    def _raw_at(self, name: str) -> str | None:
        """The text of a slot or system column: its cell, or where that is blank the first that stands in for it."""
        places = [self.received.column(name), *self.received.stand_ins.get(name, ())]
        cells = [f"{quoted(self.raw)}!{column_of(3 + place)}{ROW}" for place in places if place is not None]
        if not cells:
            return None
        found = cells.pop()
        for cell in reversed(cells):
            found = f'IF(TRIM({cell})<>"",{cell},{found})'
        return found

    def _add_fixes(self) -> None:
        """Columns of Records that say where a fix of the codebook applies, and what it makes of the answer."""
        for fix in self.received.codebook.fixes:
            try:
                applies = Column(f"fix {fix.id}", fix.reason, self.before.rules.condition(fix.when))
                becomes = Column(f"fix {fix.id}, new", fix.to, self.before.rules.value(fix.to))
            except NotPortable as error:
                message = f"no workbook can be made with this fix: {error}"
                raise InputError(message, file=self.received.codebook.file, key=f"fixes.{fix.id}") from None
            cells = [f"{quoted(self.records)}!{column_of(self.before.place(self.before.add(c).key))}{ROW}"
                     for c in (applies, becomes)]  # fmt: skip
            self.fixes.setdefault(fix.question, []).append((cells[0], cells[1]))

    def _undecided(self, name: str) -> str:
        """The text of a slot before decisions: as received, or as a fix of the codebook has it."""
        raw = self._raw_at(name)
        found = f'IF({raw}="","",{raw})'
        for applies, becomes in self.fixes.get(name, []):
            found = f"IF({applies}=1,{becomes},{found})"
        return found

    def _answer_at(self, name: str) -> str | None:
        if name not in self.slots:
            return None
        return f"{quoted(self.answers)}!{column_of(3 + self.slots.index(name))}{ROW}"

    # Writing --------------------------------------------------------------------------------------------------------

    def write(self, book: Book, raw: Sheet, records: Sheet, answers: Sheet, clean: Sheet) -> None:
        self._write_raw(book, raw)
        self.counting.write(book, records)
        self._write_answers(answers)
        self._write_clean(book, clean)

    def _write_raw(self, book: Book, sheet: Sheet) -> None:
        files = "; ".join(f"{name}, SHA-256 {digest}" for name, digest in self.received.hashes.items())
        sheet.title(f"{sheet.name}: the export as it was received", files)
        names = [" / ".join(column.names) or column.tag for column in self.received.columns]
        sheet.head(2, ["File", "Row in the file", "Record", *names])
        sheet.head(3, ["", "", "", *(c.text or c.tag for c in self.received.columns)])
        sheet.shape((14, 8, 22, *(14,) * len(self.received.columns)), (FIRST, 3))
        numeric = [next((n for n in c.names if n in self.received.codebook.slots), None) for c in self.received.columns]
        for i, record in enumerate(self.received.records, start=FIRST):
            sheet.put(i, 0, record.file)
            sheet.put(i, 1, record.row)
            sheet.put(i, 2, record.record_id, "text")
            for j, (text, slot) in enumerate(zip(record.texts, numeric, strict=True), start=3):
                if text:
                    is_number = slot is not None and self.received.is_number(slot, text)
                    sheet.put(i, j, float(text) if is_number else text, "" if is_number else "text")
        book.name(self.raw_area, sheet.name, (FIRST, 1), (self.last, 2 + len(self.received.columns)))

    def _write_answers(self, sheet: Sheet) -> None:
        sheet.title(f"{sheet.name}: each text as the decisions left it, under the number of corrections of its "
                    f"variable",
                    "The raw text, or what the last line of Corrections for this cell says")  # fmt: skip
        sheet.head(2, ["Row in the file", "Record", "Corrections", *self.slots])
        texts = [self.received.codebook.slots[name].texts[0] for name in self.slots]
        sheet.head(3, ["", "", "", *texts])
        sheet.shape((8, 22, 10, *(14,) * len(self.slots)), (FIRST, 3))
        before = [self._undecided(name) for name in self.slots]
        raw = quoted(self.raw)
        for j in range(3, 3 + len(self.slots)):
            sheet.formula(1, j, f"SUMPRODUCT(--EXACT({self.decided},{column_of(j)}$3))", "note")
        for i in range(FIRST, self.last + 1):
            row = i + 1
            sheet.formula(i, 0, f"{raw}!B{row}")
            sheet.formula(i, 1, f"{quoted(self.records)}!C{row}")
            sheet.formula(i, 2, f"SUMPRODUCT(--EXACT({self.ids},$B{row}))")
            for j, text in enumerate(before, start=3):
                given = text.replace(ROW, str(row))
                line = f'SUMPRODUCT(MAX(EXACT({self.keys},$B{row}&"|"&{column_of(j)}$3)*{self.numbers}))'
                decided = f"IF({line}=0,{given},INDEX({self.new},{line}))"
                # most answers have no correction of their respondent or variable, and looking one up takes long
                sheet.formula(i, j, f"IF(OR($C{row}=0,{column_of(j)}$2=0),{given},{decided})")

    def _write_clean(self, book: Book, sheet: Sheet) -> None:
        columns = self.typed.columns
        sheet.title(f"{sheet.name}: the value of each variable, under the number of answers that count",
                    "Choices by their code (several between bars), numbers as numbers, nothing where there is "
                    "no answer")  # fmt: skip
        sheet.head(2, ["Row in the file", "Record", "Counts", *(c.name for c in columns)])
        sheet.head(3, ["", "", "", *(c.title for c in columns)])
        sheet.shape((8, 22, 8, *(14,) * len(columns)), (FIRST, 3))
        for i in range(FIRST, self.last + 1):
            row = str(i + 1)
            sheet.formula(i, 0, f"{quoted(self.raw)}!B{row}")
            sheet.formula(i, 1, f"{quoted(self.records)}!C{row}")
            sheet.formula(i, 2, f"INDEX({self.include},ROW()-{FIRST})")
            for j, column in enumerate(columns, start=3):
                sheet.formula(i, j, column.formula.replace(ROW, row))
        everybody = f"($C${FIRST + 1}:$C${self.last + 1}=1)"
        for j, column in enumerate(columns, start=3):
            if column.is_answer:
                letter = column_of(j)
                answered = f'{everybody}*({letter}${FIRST + 1}:{letter}${self.last + 1}<>"")'
                sheet.formula(1, j, f"SUMPRODUCT({answered})", "note")
            book.name(column.name, sheet.name, (FIRST, j), (self.last, j))
        book.name(self.area, sheet.name, (FIRST, 3), (self.last, 2 + len(columns)))

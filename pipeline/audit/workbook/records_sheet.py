"""Records: which records of the export count, rule by rule, as formulas over the sheet Raw."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.audit.workbook.book import Book, Sheet, column_of, quoted
from pipeline.audit.workbook.columns import FIRST, ROW, Column, Columns, Lists, prefix_of
from pipeline.audit.workbook.received import Received
from pipeline.audit.workbook.rules import NotPortable
from pipeline.responses.schema import RecordRule

MOMENT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?"


class Records:
    """The rules that leave records out, each a column of ones and zeros, and behind them what they read.

    `typed` are answers before any decision; `include` is the name of the column that says which records count.
    """

    def __init__(
        self, received: Received, lists: Lists, sheet: str, raw: str, keys: str, text_at: Callable[[str], str | None]
    ):
        self.received, self.lists, self.sheet, self.raw, self.keys = received, lists, sheet, raw, keys
        self._text_at = text_at
        self.include = lists.names.new(f"{prefix_of(received)}v_", "include")
        self.last = FIRST + len(received.records) - 1
        self.typed = Columns(received, lists, f"{prefix_of(received)}raw_", self._width(), text_at)
        self._rules = [self._no_id(), self._again()]
        self._rules += [self._rule(rule, 3 + 2 + i) for i, rule in enumerate(received.codebook.records)]
        self._rules.append(self._decided())

    def left_out_by(self) -> dict[str, str]:
        """How many records each rule leaves out, as formulas by the rule's id."""
        ids = ["no_id", "dup_id", *(rule.id for rule in self.received.codebook.records), "decision"]
        letters = [column_of(i) for i in range(3, 3 + len(ids))]
        return {
            rule: f"SUM({quoted(self.sheet)}!{letter}{FIRST + 1}:{letter}{self.last + 1})"
            for rule, letter in zip(ids, letters, strict=True)
        }

    def _width(self) -> int:
        """The first column of Records behind its fixed ones."""
        return 3 + 2 + len(self.received.codebook.records) + 2

    def _no_id(self) -> tuple[str, str]:
        return "no id", f'IF($C{ROW}="",1,0)'

    def _again(self) -> tuple[str, str]:
        so_far = f"$C${FIRST + 1}:$C{ROW}"
        return "id given before", f'IF($C{ROW}="",0,IF(SUMPRODUCT(--EXACT({so_far},$C{ROW}))>1,1,0))'

    def _rule(self, rule: RecordRule, column: int) -> tuple[str, str]:
        gone = f"SUM($D{ROW}:{column_of(column - 1)}{ROW})"
        if not rule.where:
            return rule.id, f"IF({gone}>0,0,{self._superseded(rule, column)})"
        try:
            holds = self.typed.rules.condition(rule.where)
        except NotPortable:
            # no formula can say this rule: those whom the pipeline left out by it are listed, and said to be
            ids = [record.record_id for record in self.received.records if record.left_out_by == rule.id]
            block = self.lists.pattern(self.received, f"record rule {rule.id}", "as the pipeline has it, it", ids)
            holds = f"IF(SUMPRODUCT(--EXACT({block.texts},$C{ROW}))>0,1,0)"
        return rule.id, f"IF({gone}>0,0,IF({holds}=1,1,0))"

    def _superseded(self, rule: RecordRule, column: int) -> str:
        """1 where another record that still counts is alike and later (or earlier, if the first one is kept)."""
        def whole(cell: str) -> str:
            letter = cell.removesuffix(ROW).lstrip("$")
            return f"${letter}${FIRST + 1}:${letter}${self.last + 1}"

        keys = [self._key_column(name) for name in rule.duplicate_of]
        standing = "*".join(f"({whole(column_of(i) + ROW)}=0)" for i in range(3, column))
        alike = "*".join(f"EXACT({whole(key)},{key})" for key in keys)
        rows = f"ROW($B${FIRST + 1}:$B${self.last + 1})"
        if rule.keep == "first":
            other = f"({rows}<ROW())"
        else:
            when = self._moment_column(rule.by)
            other = f"(({whole(when)}>{when})+({whole(when)}={when})*({rows}>ROW()))"
        given = "*".join(f'({key}<>"")' for key in keys)
        return f"IF({given}=0,0,IF(SUMPRODUCT({standing}*{alike}*{other})>0,1,0))"

    def _key_column(self, name: str) -> str:
        """The text of a column without case and outer spaces, as records are compared."""
        key = f"key {name}"
        if self.typed.get(key) is None:
            self.typed.add(Column(key, f"{name}, to compare", f"LOWER(TRIM({self._text_at(name)}))"))
        return f"{column_of(self.typed.place(key))}{ROW}"

    def _moment_column(self, name: str) -> str:
        """The moment of a record as a number that grows with time, from a text such as 2023-05-30 09:33:00."""
        key = f"moment {name}"
        if self.typed.get(key) is None:
            text, moment = self._text_at(name), f"TRIM({self._text_at(name)})"
            texts = [t.strip() for t in self.received.texts(name) if t.strip()]
            if all(re.fullmatch(MOMENT, t) for t in texts) and len({len(t) for t in texts}) < 2:
                for mark in ("-", ":", " ", "T"):
                    moment = f'SUBSTITUTE({moment},"{mark}","")'
                moment = f"VALUE({moment})"
            else:
                moment = self.lists.moments(self.received, name).reads(text)
            self.typed.add(Column(key, f"{name} as a number", f'IF(TRIM({text})="",-10^9,IFERROR({moment}+0,-10^9))'))
        return f"{column_of(self.typed.place(key))}{ROW}"

    def _decided(self) -> tuple[str, str]:
        gone = f"SUM($D{ROW}:{column_of(self._width() - 3)}{ROW})"
        return "by decision", f'IF({gone}>0,0,IF(SUMPRODUCT(--EXACT({self.keys},$C{ROW}&"|"))>0,1,0))'

    def write(self, book: Book, sheet: Sheet) -> None:
        """Write a row per record, with the text of the rules, what each comes to, and whether the record counts."""
        titles = [title for title, _ in self._rules]
        sheet.title(f"{sheet.name}: which records count", "1 where a rule leaves a record out; a record counts "
         "when none does")
        reasons = {rule.id: rule.reason for rule in self.received.codebook.records}
        helpers = self.typed.columns
        sheet.head(2, ["File", "Row in the file", "Record", *titles, "counts", *(c.key for c in helpers)])
        words = [reasons.get(title, "") for title in titles]
        sheet.head(3, ["", "", "", *words, self.include, *(c.title for c in helpers)])
        sheet.shape((14, 8, 22, *(14,) * (len(titles) + 1 + len(helpers))), (FIRST, 3))
        counts = 3 + len(titles)
        for i in range(FIRST, self.last + 1):
            row = str(i + 1)
            for j, column in enumerate("ABC"):
                source = f"{quoted(self.raw)}!{column}{row}"
                sheet.formula(i, j, source if j < 2 else f'IF({source}="","",{source}&"")')
            for j, (_, formula) in enumerate(self._rules, start=3):
                sheet.formula(i, j, formula.replace(ROW, row))
            sheet.formula(i, counts, f"IF(SUM($D{row}:{column_of(counts - 1)}{row})=0,1,0)", "strong")
            for j, column in enumerate(helpers, start=counts + 1):
                sheet.formula(i, j, column.formula.replace(ROW, row))
        book.name(self.include, sheet.name, (FIRST, counts), (self.last, counts))

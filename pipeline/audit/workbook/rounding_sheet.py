"""Rows that are brought to 100, by formulas: largest remainder, equal shares alike.

Each share is cut to the printed decimals; the steps that are then missing go to whole groups of equal shares that lost
most, found among all subsets of the columns, and where no subset fits to one column after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audit.workbook.book import Book, Sheet, quoted
from pipeline.figures.definitions import Exhibit, Row

MOST = 12  # columns of a row; more would need too many subsets
HEAD = ("Exhibit", "Row", "Column", "Share", "In steps", "Cut", "Lost", "One", "Lost nothing", "Equals", "Rank",
        "Weight", "Order", "Raised", "Digits", "Steps missing", "Subset")  # fmt: skip
FIRST = 3


@dataclass(frozen=True)
class Group:
    """One row of an exhibit that is brought to 100."""

    exhibit: Exhibit
    row: Row
    cells: tuple[str, ...]
    decimals: int


class Rounding:
    """Collects the rows, then writes them."""

    def __init__(self, sheet: str, subsets: str):
        self.sheet, self.subsets = sheet, subsets
        self.groups: list[Group] = []
        self._next = FIRST

    def add(self, exhibit: Exhibit, row: Row, cells: list[str], decimals: int) -> list[str]:
        """The cells that will hold the printed digits of these shares; none of them where there are too many."""
        if len(cells) > MOST:
            return [""] * len(cells)
        first = self._next + 1
        self.groups.append(Group(exhibit, row, tuple(cells), decimals))
        self._next += len(cells) + 1
        return [f"{quoted(self.sheet)}!O{first + i}" for i in range(len(cells))]

    def write(self, book: Book, sheet: Sheet, subsets: Sheet) -> None:
        sheet.title("Rows that are brought to 100", "Largest remainder, equal shares alike; the subset with the "
         "largest "
                    "loss among those that fill the row in whole groups")  # fmt: skip
        sheet.head(2, HEAD)
        sheet.shape((26, 24, 24, *(10,) * 14), (3, 3))
        row = FIRST
        for group in self.groups:
            self._write(sheet, group, row)
            row += len(group.cells) + 1
        self._write_subsets(book, subsets)

    def _write(self, sheet: Sheet, group: Group, first: int) -> None:
        k, d = len(group.cells), group.decimals

        def all_(letter: str) -> str:
            return f"${letter}${first + 1}:${letter}${first + k}"

        missing, best = f"$P${first + 1}", f"$Q${first + 1}"
        for i, (cell, measure) in enumerate(zip(group.cells, group.exhibit.columns, strict=True)):
            row, at = first + i, first + i + 1
            for column, text in enumerate((group.exhibit.id, group.row.label, measure.label)):
                sheet.put(row, column, text)
            formulas = (
                f'IF({cell}="","",{cell})',
                f'IF(D{at}="",0,ROUND(D{at}*{10**d},9))',
                f"INT(E{at})",
                f"ROUND(E{at}-F{at},9)",
                "1",
                f"IF(G{at}=0,1,0)",
                f"SUMPRODUCT(({all_('E')}=E{at})*({all_('G')}>0))",
                f"1+SUMPRODUCT(--({all_('E')}>E{at}))",
                f"IF(J{at}=0,0,2^-K{at}/J{at})",
                f"1+SUMPRODUCT(({all_('G')}>G{at})+({all_('G')}=G{at})*(({all_('E')}>E{at})"
                f"+({all_('E')}=E{at})*(ROW({all_('E')})<ROW())))",
                f"IF({best}>0,MOD(INT(({best}-1)/{2**i}),2),IF(AND(G{at}>0,M{at}<={missing}),1,0))",
                f'IF(COUNT({all_("D")})={k},F{at}+N{at},"")',
            )
            for column, formula in enumerate(formulas, start=3):
                sheet.formula(row, column, formula, "strong" if column == 14 else "")
        sheet.formula(first, 15, f"{100 * 10**d}-SUM({all_('F')})")
        sheet.formula(first, 16, self._best(k, all_, missing), array=True)

    @staticmethod
    def _best(k: int, all_, missing: str) -> str:
        """The place of the best subset: whole groups of equals, that fill the row, with the largest loss."""
        bits = f"subsets_{k}"
        alike = f"--({all_('E')}=TRANSPOSE({all_('E')}))"
        whole = f"(MMULT(MMULT({bits},{alike})*(1-{bits}),{all_('H')})=0)"
        fits = f"(MMULT({bits},{all_('H')})={missing})*(MMULT({bits},{all_('I')})=0)*{whole}"
        score = f"{fits}*(1+ROUND(MMULT({bits},{all_('G')})*10^6,0)+MMULT({bits},{all_('L')}))"
        return f"IF(MAX({score})=0,0,MATCH(MAX({score}),{score},0))"

    def _write_subsets(self, book: Book, sheet: Sheet) -> None:
        most = max((len(group.cells) for group in self.groups), default=1)
        sheet.title("All subsets of the columns of a row", "1 where a column is in the subset")
        for number in range(2**most):
            for i in range(most):
                sheet.put(FIRST + number, i, number >> i & 1)
        for k in sorted({len(group.cells) for group in self.groups}):
            book.name(f"subsets_{k}", sheet.name, (FIRST, 0), (FIRST + 2**k - 1, k - 1))

"""The sheets that explain: README, Checks, Methods, Bands."""

from __future__ import annotations

from pipeline.audit.workbook.book import Sheet, quoted
from pipeline.audit.workbook.columns import FIRST, Lists
from pipeline.audit.workbook.lines import FIRST_LINE
from pipeline.figures.definitions import Exhibit, Measure

METHODS = (
    ("n", "How many of the band are in at least one column of the row.", "SUMPRODUCT(band*base)"),
    ("share, share_nonzero", "100 × those who count ÷ those of the band who answered; multiplied first, so that "
     "a half is "
     "a half.", "100*SUMPRODUCT(band*counts)/SUMPRODUCT(band*answered)"),
    ("count", "How many of the band count.", "SUMPRODUCT(band*counts)"),
    ("median, median_nonzero", "The middle answer; of an even number the mean of the two middle ones. Nonzero: without "
     "zeros.", "{MEDIAN(IF(band*base,answers))}"),
    ("p10, p25, p75, p90", "Quantiles of type 7, linear between two answers.",
     "{PERCENTILE(IF(band*base,answers),0.25)}"),
    ("mean", "The sum of the answers ÷ their number.", "SUMPRODUCT(band*base,answers)/n"),
    ("mean_share", "The mean of each one's own share of its total.", "{SUM(IF(band*base,100*part/whole))}/n"),
    ("ratio_of_sums", "Sum by sum, over those for whom both numbers are above zero.", "SUMPRODUCT(band*base,a)/"
     "SUMPRODUCT(band*base,b)"),
    ("mean_of_ratios, median_of_ratios", "Of each one's own ratio, both numbers above zero.",
     "{SUM(IF(band*base,a/b))}/n and {MEDIAN(IF(band*base,a/b))}"),
    ("points", "The answers themselves, ordered by the first number, then the second.", "{SMALL(IF(base,x),k)}"),
    ("change", "The figure less an older one (References), in points, or in percent of the older one.", "now-before"),
    ("Rules", "1 holds, 0 does not, 0.5 cannot be told: and is MIN, or is MAX, not is 1 less it.", "MIN(a,b), "
     "MAX(a,b), 1-a"),
    ("Printed", "Rounded once, half away from zero, from the unrounded value; digits are put together from "
     "whole numbers, "
     "so that no setting of the reader's country matters.", "ROUND(100*10^decimals*numerator/denominator,0)"),
    ("Brought to 100", "Rows that add to 100 in print: largest remainder, equal shares alike (sheet Rounding).",
     "{MATCH(MAX(score),score,0)}"),
)  # fmt: skip


def write_readme(sheet: Sheet, facts: list[tuple[str, str]], recalculated: bool) -> None:
    sheet.title("Audit workbook: every figure of the report, computed a second time by formulas")
    sheet.shape((26, 110))
    values = (
        "The values that you see were computed by LibreOffice from these formulas; none comes from the "
        "pipeline. Recalculate "
        "(Ctrl+Shift+F9, in Excel Ctrl+Alt+F9) to compute them yourself."
        if recalculated
        else "No spreadsheet was at hand when this file was written: its formulas carry no values. Open it and "
         "recalculate "
        "(Ctrl+Shift+F9, in Excel Ctrl+Alt+F9)."
    )
    rows = [
        ("Confidential", "This file holds every answer of every respondent. It is for reviewers inside the "
         "house: never send "
         "it on, never keep it beside what is published."),
        ("Values", values),
        ("Two steps to the raw rows", "1. Find the figure in Ledger (or choose it in Inspect); its name leads "
         "to the line that "
         "computes it. 2. Inspect lists everyone in its row with the text of the export and the row in the file."),
        ("Ledger", "Each figure as the pipeline has it (grey) beside the one computed here, and OK or DIFF. "
         "QUOTED: not "
         "computed here, with the reason."),
        ("Inspect", "Choose a figure in the yellow cell: formula, members, raw texts, roles."),
        ("001 … and Run facts", "One sheet per exhibit: numerator, denominator, n, value, digits and printed "
         "text as live "
         "formulas, made from the exhibit's definition (exhibits.yaml) and from nothing that the pipeline computed."),
        ("Raw", "The export as received, its rows numbered as in the file. A text of a numeric question that is "
         "a plain "
         "number is stored as that number, everything else as text, character for character (the first 32,767 "
         "of each, as many as a cell takes)."),
        ("Records", "Which records count, rule by rule."),
        ("Corrections", "What decisions changed. Try others in the yellow lines: the figures follow."),
        ("Answers, Clean", "The texts after the decisions, and their values: choices by code, numbers as "
         "numbers, rules as "
         "1, 0, 0.5. Every column of Clean has a name (v_…, b_… for bands, rule_… for conditions) that formulas use."),
        ("Choices", "Which text stands for which choice: the codebook's codes, labels and aliases, and every "
         "spelling that "
         "the export holds."),
        ("Reading", "Texts that are more than a number ($4M, 1,200, about 30), each once with the value that "
         "was read from it "
         "by the grammar of the codebook. No portable formula reads them; go through the list by eye. With "
         "Choices it is "
         "the only place where the workbook takes the pipeline's word."),
        ("Bands, Methods, References", "Edges of the bands, the formula of each statistic, figures quoted from "
         "elsewhere."),
        ("Rounding, Subsets", "Rows that are brought to 100 in print."),
        ("Checks", "How many figures tie out, exhibit by exhibit."),
        ("Try it", "Change a number in Raw: exactly the figures that rest on it turn to DIFF. A type-over of a "
         "choice must be "
         "a text that Choices knows."),
        ("Formulas", "Only functions that Excel and LibreOffice share; names of choices and bands are compared "
         "with EXACT, "
         "never with COUNTIF, for which <, *, ? and ~ mean something else."),
        *facts,
    ]  # fmt: skip
    for i, (what, text) in enumerate(rows, start=2):
        sheet.put(i, 0, what, "strong")
        sheet.put(i, 1, text, "wrap")
        sheet.tall(i, text, 105)


def write_checks(sheet: Sheet, sheets: list[tuple[str, str, int]], formulas: int) -> None:
    """Counts of OK and DIFF in all and by sheet of figures; `sheets` are (exhibit, sheet, lines)."""
    sheet.title("Checks: how many figures tie out")
    sheet.shape((44, 12, 12, 12, 12), (12, 1))
    first, last = 13, 12 + len(sheets)
    rows = (
        ("Figures in the ledger", "ROWS(tie_out)"),
        ("OK", 'SUMPRODUCT(--(tie_out="OK"))'),
        ("DIFF", 'SUMPRODUCT(--(tie_out="DIFF"))'),
        ("QUOTED, not computed here", 'SUMPRODUCT(--(tie_out="QUOTED"))'),
        ("Neither", "B3-B4-B5-B6"),
        ("Lines that have a value and are missing in the ledger", f"SUM(E{first}:E{last})"),
        ("All tie out", 'IF(AND(B5=0,B7=0,B8=0),"OK","DIFF")'),
        ("Control: 1 against 2, must be DIFF", 'IF(ABS(1-2)<=0.000000001,"OK","DIFF")'),
    )
    for i, (title, formula) in enumerate(rows, start=2):
        sheet.put(i, 0, title)
        sheet.formula(i, 1, formula, "strong" if i in (4, 8) else "count")
    sheet.verdict((8, 1), (9, 1))
    sheet.put(10, 0, f"{formulas:,} formulas in this workbook", "note")
    sheet.head(11, ("Sheet", "Lines", "OK", "DIFF", "Not in the ledger"))
    for i, (exhibit, name, lines) in enumerate(sheets, start=12):
        sheet.link(i, 0, exhibit, name, "A1")
        sheet.put(i, 1, lines, "count")
        ties = f"{quoted(name)}!O{FIRST_LINE + 1}:O{FIRST_LINE + lines}"
        sheet.formula(i, 2, f'SUMPRODUCT(--({ties}="OK"))', "count")
        sheet.formula(i, 3, f'SUMPRODUCT(--({ties}="DIFF"))', "count")
        sheet.formula(i, 4, f'SUMPRODUCT(--({ties}="EXTRA"))', "count")


def write_methods(sheet: Sheet) -> None:
    sheet.title("Methods: how each statistic is computed here", "band and base are arrays of ones and zeros over the "
                "respondents; formulas in braces are array formulas")  # fmt: skip
    sheet.head(2, ("Statistic", "In words", "Formula"))
    sheet.shape((30, 90, 70), (3, 1))
    for i, (name, words, formula) in enumerate(METHODS, start=3):
        for column, text in enumerate((name, words, formula)):
            sheet.put(i, column, text, "wrap")
        sheet.tall(i, max(words, formula, key=len), 62)


def write_bands(sheet: Sheet, lists: Lists) -> None:
    """The edges of all bands and bins, which the formulas of Clean read from here."""
    sheet.title("Bands: the edges of bands and bins", "Clean reads the edges from here: try another one and the "
     "figures follow")
    sheet.head(FIRST - 1, ("Survey", "Dimension", "Id", "Label", "From", "", "To", ""))
    sheet.shape((12, 40, 24, 28, 14, 10, 14, 10), (FIRST, 2))
    for i, (folder, title, band) in enumerate(lists.bands, start=FIRST):
        for column, text in enumerate((folder, title, band.id, band.label)):
            sheet.put(i, column, text)
        low = band.above if band.above is not None else band.from_
        high = band.below if band.below is not None else band.to
        for column, edge, outside in ((4, low, band.above is not None), (6, high, band.below is not None)):
            if edge is not None:
                sheet.put(i, column, edge, "count" if float(edge).is_integer() else "")
                sheet.put(i, column + 1, "excluded" if outside else "included", "note")


def write_exhibit_head(sheet: Sheet, exhibit: Exhibit, folder: str) -> None:
    """What the exhibit is, in the words of its definition, above its figures."""
    sheet.title(exhibit.title, exhibit.measure)
    columns = "; ".join(_column(measure) for measure in exhibit.measures)
    base = [exhibit.base] if exhibit.base else []
    base += [f"where {exhibit.where}"] if exhibit.where else []
    rows = (
        ("Exhibit", exhibit.id),
        ("Statistic", exhibit.statistic.value),
        ("Question", f"{exhibit.question or ''} {exhibit.question_text}".strip()),
        ("Columns", columns),
        ("Base", " · ".join(base)),
        ("Survey", folder or "the edition's own"),
        ("Notes", " ".join((*exhibit.cut_notes, exhibit.note)).strip()),
    )
    for i, (what, text) in enumerate(rows, start=2):
        sheet.put(i, 0, what, "note")
        sheet.put(i, 1, text)
    sheet.link(9, 0, "All figures: Ledger", "Ledger", "A1")
    sheet.link(9, 1, "Members: Inspect", "Inspect", "B4")


def _column(measure: Measure) -> str:
    """What a column counts or computes, in the codebook's names."""
    of = measure.when or " or ".join(measure.answers) or " ÷ ".join(measure.reads)
    return measure.id if of == measure.id else f"{measure.id} = {of}"


def write_missing(sheet: Sheet, exhibits: list[tuple[str, str]]) -> None:
    """Exhibits that no formula can compute, and why."""
    for i, (exhibit, why) in enumerate(exhibits):
        sheet.put(30 + i, 0, f"{exhibit} is quoted: {why}", "note")

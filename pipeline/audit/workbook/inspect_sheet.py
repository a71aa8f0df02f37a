"""Inspect: choose a figure, and see its formula and everyone who stands in its row, with raw text and role."""

from __future__ import annotations

from pipeline.audit.workbook.book import Sheet
from pipeline.audit.workbook.ledger_sheet import FIRST as FIRST_CELL
from pipeline.audit.workbook.ledger_sheet import HEAD as LEDGER_HEAD
from pipeline.audit.workbook.survey_sheets import SurveySheets

CODES = 12  # answers that one share may count together
FIRST = 20
SHOWN = (("What it is", "What it is"), ("Statistic", "Statistic"), ("Unit", "Unit"), ("Printed", "Printed"),
         ("Printed, live", "Printed, live"), ("Value, live", "Value, live"), ("Numerator, live", "Numerator, live"),
         ("Denominator, live", "Denominator, live"), ("n, live", "n, live"), ("Tie-out", "Tie-out"),
         ("Why not computed", "Why not computed"), ("Formula", "Formula"))  # fmt: skip
KEYS = ("Survey no.", "Band column", "Band", "Base column", "Kind", "First column", "Second column", "Codes",
        "Raw column")  # fmt: skip
MEMBER_HEAD = ("", "Respondent", "Row in the file", "Text in the export", "Value in Clean", "Second value", "Role",
               "Enters as")  # fmt: skip
SCRATCH_HEAD = ("Record", "In the row", "First", "Second", "Role", "Order", "Enters as")


def write_inspect(sheet: Sheet, surveys: list[SurveySheets], cells: int, ledger: str, chosen: str) -> None:
    """Write the sheet with one figure chosen; the hidden columns find who is in it."""
    sheet.title("Inspect: choose a figure in the yellow cell",
                "Below stand those who count, then those in the base who do not, then those of the row who are "
                "left out.")  # fmt: skip
    sheet.shape((18, 24, 12, 40, 22, 16, 14, 14, 3), (FIRST, 0))
    sheet.raw.set_column(9, 30, 10, None, {"level": 1, "hidden": True})
    sheet.put(3, 0, "Cell", "strong")
    sheet.put(3, 1, chosen, "choose")
    last = FIRST_CELL + cells
    sheet.raw.data_validation(3, 1, 3, 1, {"validate": "list", "source": f"='{ledger}'!$A${FIRST_CELL + 1}:$A${last}"})
    sheet.put(3, 9, "Row in Ledger", "note")
    sheet.formula(3, 10, "MATCH($B$4,ledger_cell,0)")
    for i, (title, column) in enumerate(SHOWN, start=4):
        sheet.put(i, 0, title, "note")
        number = LEDGER_HEAD.index(column) + 1
        sheet.formula(i, 1, f'IFERROR(INDEX(ledger_all,$K$4,{number})&"","")')
    for i, key in enumerate(KEYS, start=4):
        sheet.put(i, 9, key, "note")
        cell = f"INDEX(ledger_all,$K$4,{LEDGER_HEAD.index(key) + 1})"
        sheet.formula(i, 10, f'IF({cell}="","",{cell})')
    for i in range(CODES):
        sheet.formula(3 + i, 11, f'TRIM(MID(SUBSTITUTE($K$12,"|",REPT(" ",200)),{i + 1}*200+1,200))')
    sheet.head(FIRST - 1, MEMBER_HEAD)
    sheet.head(FIRST - 1, SCRATCH_HEAD, 9)
    records = max(len(survey.received.records) for survey in surveys)
    for i in range(records):
        _write_member(sheet, FIRST + i, i + 1, records, surveys)
        _write_scratch(sheet, FIRST + i, i + 1, surveys)


def _write_member(sheet: Sheet, row: int, number: int, records: int, surveys: list[SurveySheets]) -> None:
    at, keys = row + 1, f"$O${FIRST + 1}:$O${FIRST + records}"
    sheet.formula(row, 0, f'IFERROR(MOD(SMALL({keys},{number}),10^6),"")', "note")
    record, have = f"$A{at}", f'IF($A{at}="","",{{}})'.format
    raw = [f"INDEX({survey.raw_area},{record},{{}})".format for survey in surveys]
    sheet.formula(row, 1, have(_of_survey([f'{cell(2)}&""' for cell in raw])))
    sheet.formula(row, 2, have(_of_survey([cell(1) for cell in raw])))
    sheet.formula(row, 3, have(f'IF($K$13=0,"",{_of_survey([cell("$K$13") + chr(38) + chr(34) * 2 for cell in raw])})'))
    for column, source in ((4, "L"), (5, "M"), (6, "N"), (7, "P")):
        cell = f"INDEX(${source}${FIRST + 1}:${source}${FIRST + records},{record})"
        if column == 6:
            cell = f'CHOOSE({cell}+1,"left out","in the base","counts")'
        sheet.formula(row, column, have(cell if column == 6 else f'IF({cell}="","",{cell})'))


def _write_scratch(sheet: Sheet, row: int, number: int, surveys: list[SurveySheets]) -> None:
    """Hidden: for each record whether it stands in the row, its values, its role and its place in the list above."""
    at = row + 1

    def clean(column: str) -> str:
        return _of_survey([f"INDEX({survey.area},{number},{column})" for survey in surveys])

    rows = _of_survey([str(len(survey.received.records)) for survey in surveys])
    included = _of_survey([f"INDEX({survey.include},{number})" for survey in surveys])
    sheet.put(row, 9, number, "note")
    in_band = f"IF($K$6=0,TRUE,EXACT({clean('$K$6')},$K$7&\"\"))"
    sheet.formula(row, 10, f"IFERROR(IF({number}>{rows},0,IF(AND({included}=1,{in_band}),1,0)),0)")
    for column, key in ((11, "$K$10"), (12, "$K$11")):
        sheet.formula(row, column, f'IF(OR($K{at}=0,{key}="",{key}=0),"",IFERROR({clean(key)},""))')
    first, second, kind = f"$L{at}", f"$M{at}", "$K$9"
    hit = f'SUMPRODUCT(($L$4:$L${3 + CODES}<>"")*ISNUMBER(FIND("|"&$L$4:$L${3 + CODES}&"|","|"&{first}&"|")))>0'
    both = f"ISNUMBER({first})*ISNUMBER({second})"
    role = (
        f'IF({kind}="code",IF({first}="",0,IF({hit},2,1)),'
        f'IF({kind}="rule",IF({first}=0.5,0,IF({first}=1,2,1)),'
        f'IF({kind}="nonzero",IF(ISNUMBER({first}),IF({first}<>0,2,1),0),'
        f'IF({kind}="number",IF(ISNUMBER({first}),1,0),'
        f'IF({kind}="other than 0",IF(ISNUMBER({first}),IF({first}<>0,1,0),0),'
        f'IF({kind}="of the whole",IF({both},IF({second}<>0,1,0),0),'
        f'IF({kind}="ratio",IF({both},IF(AND({first}>0,{second}>0),1,0),0),1)))))))'
    )
    outside = f"IF($K$8=0,FALSE,{clean('$K$8')}<>1)"
    sheet.formula(row, 13, f'IF($K{at}=0,"",IF({outside},0,{role}))')
    sheet.formula(row, 14, f'IF($N{at}="","",(2-$N{at})*10^6+{number})')
    enters = (
        f'IF(OR($N{at}="",$N{at}=0),"",IF({kind}="of the whole",100*{first}/{second},'
        f'IF({kind}="ratio",{first}/{second},'
        f'IF(OR({kind}="code",{kind}="rule",{kind}="nonzero"),$N{at}-1,IF({kind}="row",1,{first})))))'
    )
    sheet.formula(row, 15, enters)


def _of_survey(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"CHOOSE($K$5,{','.join(choices)})"

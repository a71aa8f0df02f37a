"""The audit workbook: what LibreOffice comes to, and exactly what fails when one number in it is changed."""

import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from made import SMALL, build, tabulated
from openpyxl.worksheet.formula import ArrayFormula

from pipeline.audit.workbook import FILE, read_from, unlisted_of, verdicts_of, write_workbook
from pipeline.audit.workbook.columns import FIRST
from pipeline.audit.workbook.facts import QUOTED
from pipeline.audit.workbook.plan import read_plan
from pipeline.audit.workbook.recalculate import read_values, recalculate, spreadsheet, stale_values
from pipeline.cli import bandwise
from pipeline.errors import InputError

KINDS = Path(__file__).parents[1] / "figures" / "kinds"
EDITION_2023 = Path(__file__).parents[2] / "survey_raw" / "2023"
FIRST_SHARE = "support_owner.overall.all.support"
with_office = pytest.mark.skipif(spreadsheet() is None, reason="no LibreOffice (Debian: libreoffice-calc-nogui)")

PORTABLE = {
    "ABS", "AND", "CHOOSE", "COUNT", "EXACT", "FIND", "IF", "IFERROR", "INDEX", "INT", "ISNUMBER", "LEN", "LOG10",
    "LOWER", "MATCH", "MAX", "MEDIAN", "MID", "MIN", "MMULT", "MOD", "NA", "NOT", "OR", "PERCENTILE", "REPT", "RIGHT",
    "ROUND", "ROW", "ROWS", "SMALL", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TRANSPOSE", "TRIM", "VALUE",
}  # fmt: skip


def edition_of_kinds(folder):
    """The exhibits of every further kind, over the twelve companies and the panel of six."""
    shutil.copytree(SMALL, folder)
    shutil.copytree(KINDS, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(SMALL, tmp_path_factory.mktemp("build") / "out")


@pytest.fixture(scope="module")
def plan(output):
    return read_plan(SMALL, output)


@pytest.fixture(scope="module")
def blank(plan, tmp_path_factory):
    """The workbook without any values."""
    return plan.write(tmp_path_factory.mktemp("blank") / FILE)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    folder = edition_of_kinds(tmp_path_factory.mktemp("kinds") / "edition")
    return read_plan(folder, build(folder, folder.parent / "out"))


def formulas(path):
    """Every formula of a workbook, as (sheet, cell, text, whether it is an array)."""
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, ArrayFormula):
                    yield sheet.title, cell.coordinate, cell.value.text, True
                elif cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cell.value, False


def around_sumproduct(formula):
    """A formula without what stands in SUMPRODUCT, where a range becomes an array, and what stands there."""
    outside, inside, depth, since = [], [], 0, 0
    for part in re.split(r"(SUMPRODUCT\(|[()])", formula):
        (inside if since else outside).append(part)
        if part.endswith("("):
            depth += 1
            since = since or (depth if len(part) > 1 else 0)
        elif part == ")":
            since = 0 if since == depth else since
            depth -= 1
    return "".join(outside), "".join(inside)


def computed(plan, workbook):
    """Verdicts and values of a workbook as LibreOffice computes it."""
    values = read_values(recalculate(workbook, workbook.with_name("computed.xlsx")))
    return verdicts_of(plan, values), values


def typed_over(blank, folder, sheet, cell, value):
    """A copy of the workbook with one cell typed over."""
    book = openpyxl.load_workbook(blank)
    assert book[sheet][cell].value not in (None, value)
    book[sheet][cell].value = value
    path = folder / FILE
    book.save(path)
    return path


def inspected(path):
    """Who counts in the figure that is chosen in the sheet Inspect."""
    rows = openpyxl.load_workbook(path, data_only=True)["Inspect"].iter_rows(min_row=21, values_only=True)
    return {row[1] for row in rows if row[6] == "counts"}


def raw_cell(plan, respondent, slot):
    """Where the sheet Raw has one answer."""
    received = plan.surveys[0].received
    row = next(i for i, record in enumerate(received.records) if record.record_id == respondent)
    return openpyxl.utils.get_column_letter(4 + received.column(slot)) + str(FIRST + 1 + row)


def differing(verdicts):
    return {cell_id for cell_id, verdict in verdicts.items() if verdict not in ("OK", "QUOTED")}


# What it comes to ---------------------------------------------------------------------------------------------------


@with_office
def test_every_figure_that_is_computed_ties_out_and_the_file_carries_what_was_computed(output, tmp_path):
    """All but the tallies of the checks and of the changed answers, which are quoted with the reason."""
    folder = shutil.copytree(output, tmp_path / "out")
    audited = write_workbook(SMALL, folder)

    assert audited.problems == [] and audited.paths == [folder / FILE]
    name, *numbers = (list(column.cells)[-1] for column in audited.tables[0].columns)
    figures, ties, differ, quoted = map(int, numbers)
    cells = tabulated(SMALL).cells
    run = [c for c in cells if c.exhibit == "findings" or (c.exhibit == "survey" and c.column in QUOTED)]
    assert (name, figures, ties, differ, quoted) == ("all", len(cells), len(cells) - len(run), 0, len(run))
    checks = openpyxl.load_workbook(folder / FILE, data_only=True)["Checks"]
    found = {row[0].value: row[1].value for row in checks.iter_rows(min_row=3, max_row=10)}
    assert (found["OK"], found["DIFF"], found["All tie out"]) == (ties, 0, "OK")
    assert found["Control: 1 against 2, must be DIFF"] == "DIFF"
    of_a_figure = read_from(folder / FILE, FIRST_SHARE)
    assert of_a_figure[1:] == (pytest.approx(200 / 3), 12, "67%", "equal")
    assert of_a_figure.formula.startswith("=100*SUMPRODUCT(")
    assert read_from(folder / FILE, "survey.overall.all.open") is None
    counting = {member.respondent_id for member in tabulated(SMALL).members_of(FIRST_SHARE) if member.value == 1}
    assert inspected(folder / FILE) == counting


@with_office
def test_ratios_bins_changes_points_and_another_survey_tie_out_too(kinds, tmp_path):
    verdicts, values = computed(kinds, kinds.write(tmp_path / FILE))

    assert differing(verdicts) == set() and unlisted_of(kinds, values) == []
    quoted = {cell["exhibit"] for cell in kinds.cells if verdicts[cell["cell_id"]] == "QUOTED"}
    assert quoted == {"survey", "findings"}


def test_a_formula_says_what_is_counted(plan):
    def formula(cell_id):
        return plan.live[cell_id].line.formula()

    assert formula("support_owner.arr.lt_10m.success") == (
        '=100*SUMPRODUCT(EXACT(b_arr,"lt_10m")*EXACT(v_owner,"success"))/SUMPRODUCT(EXACT(b_arr,"lt_10m")*(v_owner<>""))'
    )
    assert formula("support_people.overall.all.median_people").startswith("{=MEDIAN(IF(")
    assert "findings.check.grr_le_nrr.holds" not in plan.live


def test_two_workbooks_of_one_build_are_the_same_bytes(plan, blank, tmp_path):
    assert plan.write(tmp_path / FILE).read_bytes() == blank.read_bytes()


# Negative controls --------------------------------------------------------------------------------------------------


@with_office
def test_a_changed_raw_value_makes_exactly_the_figures_differ_that_rest_on_it(plan, blank, tmp_path):
    """The answer of R11 to how many work in support, 8, becomes 9: the pipeline says which figures that moves."""
    shutil.copytree(SMALL, tmp_path / "edition")
    export = tmp_path / "edition" / "responses.csv"
    row = next(line for line in export.read_text().splitlines() if ",R11," in line)
    export.write_text(export.read_text().replace(row, row.replace("Customer Support,8,", "Customer Support,9,")))
    before, after = ({c.cell_id: c for c in tabulated(e).cells} for e in (SMALL, tmp_path / "edition"))
    moved = {i for i in before if before[i] != after[i] and not i.startswith(("findings.", "survey."))}

    verdicts, _ = computed(plan, typed_over(blank, tmp_path, "Raw", raw_cell(plan, "R11", "people.support"), 9))

    assert "support_people.overall.all.median_people" in moved
    assert differing(verdicts) == moved


@with_office
def test_a_changed_printed_value_makes_exactly_that_figure_differ(plan, blank, tmp_path):
    cell_id = "channels.motion.sales_led.email"

    verdicts, _ = computed(plan, typed_over(blank, tmp_path, "Ledger", f"K{plan.rows[cell_id] + 1}", "99%"))

    assert differing(verdicts) == {cell_id}


@with_office
@pytest.mark.slow
def test_a_correction_that_is_tried_moves_the_figures(plan, blank, tmp_path):
    """R05's net retention was corrected from 90 to 99; put back, as the old answer would have it."""
    sheet = openpyxl.load_workbook(blank)["Corrections"]
    row = next(r for r in range(4, 20) if sheet.cell(r, 3).value == "R05")
    assert sheet.cell(row, 7).value == 99

    verdicts, _ = computed(plan, typed_over(blank, tmp_path, "Corrections", f"G{row}", 90))

    assert differing(verdicts) >= {"retention.overall.all.nrr.p25"}
    assert all(cell_id.split(".")[0] == "retention" for cell_id in differing(verdicts))


@with_office
def test_a_planted_value_deceives_nobody(plan, blank, tmp_path):
    """LibreOffice is made to compute it anyway, and the comparison names exactly the cell."""
    values = read_values(recalculate(blank, tmp_path / "computed.xlsx"))
    planted = _planted(plan.write(tmp_path / "filled.xlsx", values), tmp_path / FILE)

    again = read_values(recalculate(planted, tmp_path / "again.xlsx"))

    assert differing(verdicts_of(plan, again)) == set()
    assert stale_values(tmp_path / "filled.xlsx", again) == []
    assert stale_values(planted, again) == [("001 support_owner", (13, 7))]


def _planted(workbook, path):
    """A copy whose first exhibit says 99 for the stored value of H14 and nothing else."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet6.xml":
                content, changes = re.subn(rb'(<c r="H14"[^>]*><f>[^<]*</f><v>)[^<]*(</v>)', rb"\g<1>99\2", content)
                assert changes == 1
            new.writestr(name, content)
    return path


# What a spreadsheet must not be told --------------------------------------------------------------------------------


def test_formulas_are_of_the_portable_subset(blank, kinds, tmp_path):
    """No function that Excel and LibreOffice do not share; a range becomes an array only where both make one of it."""
    for path in (blank, kinds.write(tmp_path / FILE)):
        ranges = "|".join(openpyxl.load_workbook(path).defined_names)
        range_ = re.compile(rf"(?<!\w)({ranges})(?!\w)")
        found = list(formulas(path))
        assert len(found) > 1000
        for sheet, cell, text, is_array in found:
            plain = re.sub(r'"[^"]*"', '""', text)
            assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", plain)) <= PORTABLE, (sheet, cell, text)
            assert len(text) <= 8192 and "[" not in plain, (sheet, cell)
            if not is_array:
                outside, inside = around_sumproduct(plain)
                taken = rf"(SUM|ROWS)\(({ranges})\)|INDEX\(({ranges}),|MATCH\([^,]*,({ranges}),0\)"
                whole = re.sub(taken, "", outside)
                assert not range_.search(whole) and not re.search(r"(?<!\w)IF\(", inside), (sheet, cell, text)


def test_hostile_text_stays_text(tmp_path):
    """What begins like a formula, is far too long, or holds wildcards, in the export and in labels."""
    edition = shutil.copytree(SMALL, tmp_path / "edition")
    export = (edition / "responses.csv").read_text()
    hostile = ("=HYPERLINK(1)", "+1+cmd|' /C'!A0", "@" + "x" * 40_000, "<$1M *?~")
    for name, text in zip(("Alder", "Birch", "Cedar", "Elm"), hostile, strict=True):
        export = export.replace(name, text)
    (edition / "responses.csv").write_text(export)
    exhibits = (edition / "exhibits.yaml").read_text().replace("title: Who owns support", 'title: "=1+1"')
    (edition / "exhibits.yaml").write_text(exhibits)
    (edition / "decisions.csv").unlink()
    path = read_plan(edition, build(edition, tmp_path / "out")).write(tmp_path / FILE)

    raw = {cell for sheet, cell, _, _ in formulas(path) if sheet in ("Raw", "References", "README", "Methods")}
    assert raw == set()
    book = openpyxl.load_workbook(path)
    texts = {cell.value for row in book["Raw"].iter_rows() for cell in row}
    assert {"=HYPERLINK(1)", "+1+cmd|' /C'!A0", "<$1M *?~"} <= texts
    assert max(len(text) for text in texts if isinstance(text, str)) == 32_767
    assert book["001 support_owner"]["A1"].value == "=1+1" and book["001 support_owner"]["A1"].data_type == "s"


def test_a_fix_that_no_formula_can_say_is_refused_in_one_sentence(tmp_path):
    """It names the fix; nothing is written."""
    edition = shutil.copytree(SMALL, tmp_path / "edition")
    rule = "missing_reason(nrr) == 'refused'"
    with (edition / "codebook.yaml").open("a") as file:
        file.write(f'fixes: [{{id: told, question: nrr, when: "{rule}", to: "100", reason: told by telephone}}]\n')
    output = build(edition, tmp_path / "out")

    with pytest.raises(InputError, match=r"fixes\.told: no workbook can be made with this fix"):
        write_workbook(edition, output)
    assert not (output / FILE).exists()


def test_the_sheet_raw_holds_the_export_character_for_character(plan, blank):
    """A plain number of a numeric question is a number, everything else the text of the export."""
    book = openpyxl.load_workbook(blank)
    received = plan.surveys[0].received
    for i, record in enumerate(received.records):
        stored = [cell.value for cell in book["Raw"][FIRST + 1 + i]][: 3 + len(record.texts)]
        assert stored[1:3] == [record.row, record.record_id]
        assert ["" if value is None else str(value) for value in stored[3:]] == [*record.texts]
    assert book["Raw"][raw_cell(plan, "R11", "people.support")].value == 8
    assert book["Raw"][raw_cell(plan, "R01", "arr")].value == "2,000,000"


# The command --------------------------------------------------------------------------------------------------------


def test_without_libreoffice_the_workbook_says_that_it_carries_no_values(output, tmp_path, monkeypatch):
    folder = shutil.copytree(output, tmp_path / "out")
    monkeypatch.setattr("pipeline.audit.workbook.spreadsheet", lambda: None)

    result = CliRunner().invoke(bandwise, ["audit", str(SMALL), "--workbook", "--output", str(folder)])

    assert "There is no LibreOffice on this machine" in result.output
    readme = openpyxl.load_workbook(folder / FILE)["README"]
    assert "carry no values" in " ".join(str(row[1].value) for row in readme.iter_rows())
    assert read_values(folder / FILE)["Checks"].get((3, 1)) is None


def test_a_build_for_outside_has_no_workbook(tmp_path):
    folder = build(SMALL, tmp_path / "out", "external")

    with pytest.raises(InputError, match="built for readers outside the house"):
        write_workbook(SMALL, folder)


@with_office
@pytest.mark.slow
def test_every_figure_of_2023_that_is_computed_ties_out(tmp_path):
    plan = read_plan(EDITION_2023, build(EDITION_2023, tmp_path / "out"))
    verdicts, values = computed(plan, plan.write(tmp_path / FILE))

    assert differing(verdicts) == set() and unlisted_of(plan, values) == []
    assert {cell["exhibit"] for cell in plan.cells if verdicts[cell["cell_id"]] == "QUOTED"} == {"survey", "findings"}

"""The audit workbook of the small survey: what LibreOffice comes to, and what changes when a number is changed."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from pipeline.audit.workbook import FILE, formula_of, verdicts_of, write_workbook
from pipeline.audit.workbook.plan import read_plan
from pipeline.audit.workbook.recalculate import read_values, recalculate, spreadsheet
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"
with_office = pytest.mark.skipif(spreadsheet() is None, reason="no LibreOffice (Debian: libreoffice-calc-nogui)")


def build(edition, output, audience="internal"):
    """What a build leaves that an audit reads."""
    output.mkdir()
    survey = read_survey(edition)
    ledger = tabulate(survey, read_report(edition, survey.codebook), audience)
    ledger.write_csv(output / "ledger.csv")
    if audience != "external":
        ledger.write_sqlite(output / "ledger.sqlite")
    return output


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


def verdicts(plan, workbook, folder):
    """What LibreOffice comes to for a workbook that was changed after it was written."""
    return verdicts_of(plan, read_values(recalculate(workbook, folder / "computed.xlsx")))


def changed(blank, folder, sheet, cell, value):
    """A copy of the workbook with one cell typed over."""
    book = openpyxl.load_workbook(blank)
    assert book[sheet][cell].value != value
    book[sheet][cell].value = value
    path = folder / "changed.xlsx"
    book.save(path)
    return path


@with_office
def test_every_figure_that_is_computed_ties_out(output, tmp_path):
    """161 figures of the small survey; the 191 others are tallies of the checks, quoted with the reason."""
    folder = shutil.copytree(output, tmp_path / "out")
    audited = write_workbook(SMALL, folder)

    assert audited.problems == [] and audited.paths == [folder / FILE]
    total = audited.tables[0].columns
    assert [list(column.cells)[-1] for column in total] == ["all", "352", "161", "0", "191"]


def test_a_formula_says_what_is_counted(output):
    assert formula_of(SMALL, output, "support_owner.arr.lt_10m.success") == (
        '=100*SUMPRODUCT(EXACT(b_arr,"lt_10m")*EXACT(v_owner,"success"))/SUMPRODUCT(EXACT(b_arr,"lt_10m")*(v_owner<>""))'
    )
    assert formula_of(SMALL, output, "findings.check.grr_le_nrr.holds") is None

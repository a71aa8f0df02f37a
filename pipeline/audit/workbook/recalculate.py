"""Lets LibreOffice compute a workbook, trusting no stored value, and reads back what it came to."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import openpyxl

from pipeline.errors import BandwiseError

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 1800  # the longest that a recalculation may take
# 0: always recalculate; otherwise stored values of files by known programs are believed
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>
"""

Values = dict[str, dict[tuple[int, int], object]]


class RecalculationError(BandwiseError):
    """LibreOffice did not compute the workbook."""

    exit_status = 1


def spreadsheet() -> str | None:
    """LibreOffice on this machine, None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def recalculate(workbook: Path, target: Path) -> Path:
    """Open the workbook in LibreOffice, compute every formula, save it as `target`.

    Raises RecalculationError when there is no LibreOffice, or no file comes of it.
    """
    program = spreadsheet()
    if program is None:
        raise RecalculationError("there is no LibreOffice on this machine (Debian: package libreoffice-calc-nogui)")
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # a profile of its own: a second run on a shared one ends well and writes nothing
        settings = Path(folder) / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(PROFILE, encoding="utf-8")
        out = Path(folder) / "out"
        profile = settings.parents[1].as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to",
                   "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(workbook)]  # fmt: skip
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise RecalculationError(f"LibreOffice did not end within {SECONDS} seconds") from None
        made = out / f"{workbook.stem}.xlsx"
        if not made.exists():
            raise RecalculationError(f"LibreOffice wrote nothing: {(run.stderr or run.stdout).strip()[-300:]}")
        shutil.move(made, target)
    return target


def read_values(workbook: Path) -> Values:
    """What every cell holds, by sheet and place (from 0); formulas as their last computed value."""
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    try:
        return {
            sheet.title: {
                (cell.row - 1, cell.column - 1): cell.value
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            }
            for sheet in book.worksheets
        }
    finally:
        book.close()


def stale_values(workbook: Path, recalculated: Values) -> list[tuple[str, tuple[int, int]]]:
    """Cells whose stored value is not the one that a recalculation gives."""
    found = []
    for sheet, stored in read_values(workbook).items():
        now = recalculated.get(sheet, {})
        found += [(sheet, at) for at in sorted(stored.keys() | now.keys()) if not _same(stored.get(at), now.get(at))]
    return found


def _same(stored: object, now: object) -> bool:
    if isinstance(stored, int | float) and isinstance(now, int | float):
        return abs(stored - now) <= 1e-9 * max(1, abs(stored))
    return (stored or "") == (now or "")

"""Errors are planted one at a time in a copy of an edition: which checks see them?

    python benchmarks/planted_errors.py [--jobs 3] [--csv planted_errors.csv] [PART OF A NAME]...

For each error the edition is built as any other, and then audited: with the audit workbook (where there is LibreOffice)
and against the build without the error, in which every figure was signed. Only what the build without the error does
not say counts. A check is an alarm, which ends a command with status 1 or 2, or it lists what a person must read.
The 2023 edition is not laid out and has no workbook here; its figures are held against the printed report.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import copytree
from sqlite3 import connect
from unittest.mock import patch

from errors_to_plant import EDITION_2023, ON_PAGE, Planted, errors
from rich.console import Console
from rich.table import Table

from pipeline import build as building
from pipeline.audit.against import audit_against
from pipeline.audit.claims import compare_claims_of_edition
from pipeline.audit.compare import Verdict, compare
from pipeline.audit.recompute import recompute
from pipeline.audit.recomputed import open_errors_of, problems_of
from pipeline.audit.sign import sign
from pipeline.audit.workbook import write_workbook
from pipeline.audit.workbook.recalculate import spreadsheet
from pipeline.errors import InputError
from pipeline.figures import Ledger, read_report, tabulate
from pipeline.responses import Survey, read_survey
from pipeline.run_record import code_digest, inputs_of, versions, write_record
from pipeline.validate import open_findings

ROOT = Path(__file__).parents[1]
REFUSED, FINDINGS, HEADLINE = "refused", "open findings", "headline rule"
ENGINE, WORKBOOK, CENSUS, PRINT = "second engine", "workbook", "census", "print"
SIGNED, AGAINST, MOVED, WORDS = "sign-off", "run against run", "moved by decisions", "numbers in words"
OF_ITSELF = (REFUSED, FINDINGS, HEADLINE, ENGINE, WORKBOOK, CENSUS)  # alarms that need nothing but the edition
OF_BEFORE = (PRINT, SIGNED)  # alarms where there is a printed report, or where someone signed
LISTED = (AGAINST, MOVED, WORDS)  # lists to be read
CHECKS = (*OF_ITSELF, *OF_BEFORE, *LISTED)
BEGINS = {"headline no longer holds": HEADLINE, "second engine": ENGINE, "figures that": SIGNED}

Said = dict[str, list[str]]  # what each check says, by its name


def build_and_audit(edition: Path, output: Path, before: Path | None, error: Planted | None) -> Said:
    """What every check says of an edition; `before` is an earlier build of it."""
    said: Said = {check: [] for check in CHECKS}
    make = tabulated if edition.match(EDITION_2023) else built
    try:
        problems = make(edition, output, said)
    except InputError as refusal:
        said[CENSUS if Path(refusal.file or "").name.startswith("report.") else REFUSED].append(str(refusal))
        return said
    for problem in problems:
        said[next((check for words, check in BEGINS.items() if problem.startswith(words)), FINDINGS)].append(problem)
    if make is built and spreadsheet() and not (error and error.kind in ON_PAGE):
        said[WORKBOOK] += write_workbook(edition, output).problems
    with closing(connect(output / "ledger.sqlite")) as database:
        said[MOVED] += [f"{cell} is {after}" for cell, after in database.execute("SELECT cell_id, after FROM moved")]
    if before:
        with audit_against(edition, output, before).paths[0].open(encoding="utf-8") as file:
            said[AGAINST] += [f"{row['cell']}: {row['causes']}" for row in csv.DictReader(file)
                              if not row["cell"].startswith("signoffs.")]  # fmt: skip
    return said


def built(edition: Path, output: Path, said: Said) -> list[str]:
    """The report, made as always; what needs a person."""
    run = building.build(edition, output)
    said[WORDS] += [f"number in words {i + 1}" for i in range(run.record["census"]["in words"])]
    return run.problems


def tabulated(edition: Path, output: Path, said: Said) -> list[str]:
    """The figures alone, computed again and held against print; what needs a person."""
    survey, ledger = figures_of(edition, output)
    published = edition / "published"
    for row in compare(ledger, published / "tables.csv").rows:
        if row.verdict in (Verdict.DIFFERENT, Verdict.MISSING) or row.n_verdict is Verdict.DIFFERENT:
            said[PRINT].append(f"{row.exhibit}.{row.dimension}.{row.band}.{row.column}")
    for claim in compare_claims_of_edition(edition, output, published / "headlines.csv").rows:
        if claim.verdict in ("different", "missing"):
            said[PRINT].append(f"claim {claim.claim_id}")
    again = recompute(edition, ledger.cells, "internal", open_errors_of(ledger.surveys))
    headlines = [f"headline no longer holds: {rule}" for rule in ledger.failed_headlines]
    return problems_of(again) + headlines + open_findings(survey) + (ledger.signed.problems if ledger.signed else [])


def figures_of(edition: Path, output: Path) -> tuple[Survey, Ledger]:
    """The figures of an edition, written as a build writes them."""
    survey = read_survey(edition)
    ledger = tabulate(survey, read_report(edition, survey.codebook))
    output.mkdir()
    ledger.write_csv(output / "ledger.csv")
    ledger.write_sqlite(output / "ledger.sqlite")
    record = {"audience": "internal", "inputs": inputs_of(edition), "versions": versions(), "code": code_digest()}
    write_record(record, output)
    return survey, ledger


# One error ----------------------------------------------------------------------------------------------------------


def clean(edition: str, folder: Path) -> tuple[Path, Said]:
    """A copy of an edition with every figure signed, its build in `out`, and what the checks say of it."""
    place = copy_of(edition, ROOT, folder)
    figures_of(place, folder / "unsigned")
    sign(place, folder / "unsigned", ["*"], "accepted", "R. Reviewer")
    return folder, build_and_audit(place, folder / "out", None, None)


def copy_of(edition: str, root: Path, folder: Path) -> Path:
    """An edition and its notebooks in a folder of their own, where they lie as they do in the repository."""
    for part in {edition, edition.replace("survey_raw", "notebooks")}:
        copytree(root / part, folder / part)
    return folder / edition


def plant(error: Planted | None, edition: str, reference: tuple[Path, Said], folder: Path) -> Said:
    """What the checks say of a copy with the error and do not say without it."""
    before, usual = reference
    place = copy_of(edition, before, folder)
    with ExitStack() as stack:
        if error and error.file:
            path = place / error.file
            path.write_text(error.change(path.read_text(encoding="utf-8")), encoding="utf-8")
        elif error and error.code:
            module, _, name = error.code.rpartition(".")
            right = getattr(sys.modules[module], name)
            stack.enter_context(patch(error.code, error.wrong(right)))
            for where in ("pipeline.build", __name__):
                stack.enter_context(patch(f"{where}.code_digest", lambda: "other code"))
        elif error:
            right = building.report_html
            stack.enter_context(patch("pipeline.build.report_html", lambda *given: error.change(right(*given))))
        said = build_and_audit(place, folder / "out", before / "out", error)
    return {check: [each for each in said[check] if each not in usual[check]] for check in CHECKS}


def verdict(said: Said) -> str:
    """In one word, whether the error can go to print unseen."""
    if any(said[check] for check in OF_ITSELF):
        return "caught"
    if any(said[check] for check in OF_BEFORE):
        return "caught, given what was before"
    return "listed" if any(said[check] for check in LISTED) else "missed"


# All errors ---------------------------------------------------------------------------------------------------------


def drill(chosen: Sequence[Planted], jobs: int, folder: Path) -> list[tuple[Planted, Said]]:
    """Every error in a process of its own, beside the editions without any."""
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, fork) as pool:
        needed = dict.fromkeys(error.edition for error in chosen)
        made = {edition: pool.submit(clean, edition, folder / f"clean{i}") for i, edition in enumerate(needed)}
        references = {edition: task.result() for edition, task in made.items()}
        tasks = [
            pool.submit(planted, errors().index(error), references[error.edition], folder / f"error{i}")
            for i, error in enumerate(chosen)
        ]
        found = []
        for error, task in zip(chosen, tasks, strict=True):
            found.append((error, task.result()))
            print(f"{error.kind}: {error.what}: {verdict(found[-1][1])}", flush=True)
        return found


def planted(number: int, reference: tuple[Path, Said], folder: Path) -> Said:
    """The error of this number: functions cannot be handed to another process, numbers can."""
    error = errors()[number]
    return plant(error, error.edition, reference, folder)


def table_of(found: Sequence[tuple[Planted, Said]]) -> Table:
    """One line per error: the verdict, and how much each check says."""
    table = Table("Kind", "Error", "Verdict", "Seen by", title="Errors that were planted")
    for error, said in found:
        seen = [f"{check} ({len(said[check])})" for check in CHECKS if said[check]]
        table.add_row(error.kind, error.what, verdict(said), ", ".join(seen))
    return table


def summary_of(found: Sequence[tuple[Planted, Said]]) -> Table:
    """Errors by kind and verdict."""
    counts = Counter((error.kind, verdict(said)) for error, said in found)
    verdicts = ("caught", "caught, given what was before", "listed", "missed")
    table = Table("Kind", *verdicts, title="By kind")
    for kind in dict.fromkeys(error.kind for error, _ in found):
        table.add_row(kind, *(str(counts[kind, each] or "") for each in verdicts))
    totals = Counter(verdict(said) for _, said in found)
    table.add_row("all", *(str(totals[each]) for each in verdicts), style="bold")
    return table


def write_csv(found: Sequence[tuple[Planted, Said]], path: Path) -> None:
    """One row per error; under each check the first thing that it says and how many more there are."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["kind", "error", "edition", "verdict", *CHECKS])
        for error, said in found:
            cells = [f"{len(said[check])}: {said[check][0]}" if said[check] else "" for check in CHECKS]
            out.writerow([error.kind, error.what, error.edition, verdict(said), *cells])


def main() -> None:
    words = argparse.ArgumentParser(description="Which checks see which planted errors?")
    words.add_argument("names", nargs="*", metavar="PART OF A NAME", help="only errors whose kind or name has this")
    words.add_argument("--jobs", type=int, default=min(3, os.cpu_count() or 1))
    words.add_argument("--csv", type=Path, default=Path("planted_errors.csv"))
    given = words.parse_args()
    chosen = [e for e in errors() if not given.names or any(name in f"{e.kind}: {e.what}" for name in given.names)]
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = drill(chosen, given.jobs, Path(folder))
    write_csv(found, given.csv)
    out = Console(width=140)
    out.print(table_of(found))
    out.print(summary_of(found))
    out.print(f"{len(found)} errors in {time.perf_counter() - began:.0f} s; {given.csv}")


if __name__ == "__main__":
    main()

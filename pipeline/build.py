"""The main path, in the README's words: read, check, decide, tabulate, show, publish."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pipeline.audit.census import refuse_unbound, take_census, write_appearances
from pipeline.audit.page import write_audit_page
from pipeline.audit.recompute import recompute
from pipeline.audit.recomputed import open_errors_of, problems_of, write_recomputation
from pipeline.audit.workbook import write_workbook
from pipeline.errors import ChapterError, InputError
from pipeline.figures import Ledger, Report, disclosure_decisions, read_report, tabulate
from pipeline.figures.moved import moved_figures
from pipeline.pages.audit import link_numbers
from pipeline.pages.chapters import chapter_sections, run_chapter
from pipeline.pages.html import report_html
from pipeline.pages.pdf import write_pdf
from pipeline.responses import Survey, read_survey
from pipeline.run_record import code_digest, inputs_of, read_record, sha256, versions, write_record
from pipeline.staging import refuse_foreign, staged
from pipeline.validate import open_findings, write_findings

PRODUCTS = frozenset(
    ("report.html", "report.pdf", "ledger.csv", "ledger.sqlite", "findings.csv", "validation.html", "run.json",
     "audit.html", "audit.xlsx", "notebooks", "failed")
)
WITHOUT_RECORD = frozenset({"findings.csv", "validation.html", "failed"})  # a folder can hold these before any build
STEPS = {"external": 6, "internal": 8, "reviewer": 9}
INTERNAL = ("internal", "reviewer")  # audiences that may see respondents

Progress = Callable[[str, int, int], None]  # what is done now, how much of it, out of how much


@dataclass
class Run:
    """What one build did: the paths written, what needs a person, how each export was read (a line each), and the
    record that becomes run.json."""

    paths: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    record: dict = field(default_factory=dict)


def build(
    edition: Path,
    output: Path,
    *,
    audience: str = "internal",
    only: str | None = None,
    jobs: int | None = None,
    force: bool = False,
    progress: Progress = lambda step, done, total: None,
) -> Run:
    """Builds one edition's report into `output` and says what was written and what needs a person.

    `only` builds a single chapter into `output/<chapter>/` and leaves the full report alone. Executed chapters of the
    previous run are reused unless `force` is set or anything that they depend on has changed. Raises InputError for a
    wrong input and ChapterError for a notebook that does not run to its end; the previous output stays whole.
    """
    run = Run(record={"edition": edition.name, "audience": audience, "seconds": {}})
    step = _steps(run, progress, total=STEPS[audience])

    with step("reading, checking and deciding"):
        survey = read_survey(edition, progress=progress)
    with step("tabulating"):
        report = read_report(edition, survey.codebook)
        chapters = [chapter for chapter in report.chapters if only in (None, chapter.id)]
        if not chapters:
            known = ", ".join(chapter.id for chapter in report.chapters)
            raise InputError(f"there is no chapter {only!r}; chapters are {known}", file=edition / "exhibits.yaml")
        for chapter in chapters:
            if not report.notebook(chapter).is_file():
                raise InputError(
                    f"there is no notebook for chapter {chapter.id!r}; looked for {report.notebook(chapter)}",
                    file=edition / "exhibits.yaml",
                )
        ledger = tabulate(survey, report, audience, progress=partial(progress, "tabulating"))
        if audience == "reviewer" and not ledger.keeps_members:
            message = "a build for reviewers names the members of every figure, and these are too many to be kept"
            raise InputError(f"{message}; build the edition without --audience reviewer", file=edition)
        if audience in INTERNAL:
            ledger = replace(ledger, moved=moved_figures(ledger, report))
    target = output / only if only else output
    sources = [edition, report.notebooks]
    refuse_foreign(target, sources, PRODUCTS - WITHOUT_RECORD, "run.json")
    with staged(target, PRODUCTS) as folder:
        ledger.write_csv(folder / "ledger.csv")
        run.record |= {"inputs": inputs_of(edition), "versions": versions(), "code": code_digest()}
        write_record(run.record, folder)  # the chapters see by it that the ledger is fresh
        if audience in INTERNAL:
            with step("writing the ledger"):
                # what a reader outside would not see takes integer programs to decide: for reviewers only
                decisions = disclosure_decisions(survey, report) if audience == "reviewer" else ()
                ledger.write_sqlite(folder / "ledger.sqlite", decisions)
                run.record["members"] = "kept" if ledger.keeps_members else "drawn anew when a figure is audited"
                write_findings(survey, folder, ledger.moved)
        with step("running the chapters"):
            sections = _chapters(
                edition, report, ledger, chapters, folder, target, audience, jobs, force, run, progress
            )
        with step("laying out the pages"):
            html = report_html(report, ledger, sections, audience)
            shown = link_numbers(html, ledger) if audience == "reviewer" else html
            (folder / "report.html").write_text(shown, encoding="utf-8")
        with step("printing the PDF"):
            run.record["pages"] = write_pdf(html, folder / "report.pdf")
        _prove(edition, report, survey, ledger, folder, run, step)
        for name, source in ({"": survey} | dict(ledger.surveys)).items():
            run.exports += [f"{name}/{export.described}" if name else export.described for export in source.sources]
            run.problems += [f"{name}: {problem}" if name else problem for problem in open_findings(source)]
        run.problems += [f"headline no longer holds: {rule}" for rule in ledger.failed_headlines]
        if ledger.signed is not None:
            run.record["signoffs"] = ledger.signed.record
            run.problems += ledger.signed.problems
        if audience == "reviewer":
            with step("writing the audit page and workbook"):
                write_audit_page(edition, folder)
                run.problems += write_workbook(edition, folder).problems
        run.record["problems"] = run.problems
        write_record(run.record, folder)
    run.paths = [target / name for name in sorted(PRODUCTS) if (target / name).exists()]
    return run


def _prove(edition: Path, report: Report, survey: Survey, ledger: Ledger, folder: Path, run: Run, step) -> None:
    """Reads the finished files back: every numeral is a figure, every figure comes out again by other means."""
    inside = ledger.audience in INTERNAL
    with step("counting the numerals"):
        census = take_census(folder, report, survey.codebook, ledger)
        refuse_unbound(census)
        run.record["census"] = census.record()
        if inside:
            write_appearances(census, folder / "ledger.sqlite")
    if inside:
        with step("computing every figure again"):
            again = recompute(edition, ledger.cells, ledger.audience, open_errors_of(ledger.surveys))
            write_recomputation(folder / "ledger.sqlite", again)
        run.problems += problems_of(again)


def _steps(run: Run, progress: Progress, total: int):
    done = 0

    @contextmanager
    def step(name: str) -> Iterator[None]:
        nonlocal done
        progress(name, done, total)
        began = time.perf_counter()
        yield
        run.record["seconds"][name] = round(time.perf_counter() - began, 2)
        done += 1
        progress(name, done, total)

    return step


def _chapters(edition, report, ledger, chapters, folder, previous, audience, jobs, force, run, progress):
    """Runs each chapter's notebook in a process of its own, or takes the previous run's where nothing has changed."""
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    keys = {chapter.id: _key(edition, report, chapter, folder / "ledger.csv", audience) for chapter in chapters}
    reasons = {chapter.id: _reason(chapter, keys[chapter.id], previous, force) for chapter in chapters}
    fresh = [chapter for chapter in chapters if reasons[chapter.id]]
    for chapter in chapters:
        if not reasons[chapter.id]:
            kept = previous / "notebooks" / chapter.notebook
            (notebooks / chapter.notebook).write_bytes(kept.read_bytes())
    parameters = {"edition": str(edition.resolve()), "output": str(folder.resolve()), "audience": audience}
    with ProcessPoolExecutor(max_workers=min(jobs or os.cpu_count() or 1, max(1, len(fresh)))) as pool:
        tasks = [
            pool.submit(run_chapter, report.notebook(chapter), parameters, notebooks / chapter.notebook)
            for chapter in fresh
        ]
        try:
            for done, task in enumerate(as_completed(tasks), start=1):
                task.result()
                progress("running the chapters", done, len(tasks))
        except ChapterError as error:
            pool.shutdown(cancel_futures=True)
            raise _kept(error, previous / "failed") from None
    run.record["chapters"] = {
        chapter.id: {"reused": not reasons[chapter.id], "because": reasons[chapter.id] or "nothing changed"}
        | {"key": keys[chapter.id]}
        for chapter in chapters
    }
    return {chapter.id: chapter_sections(notebooks / chapter.notebook, ledger, report) for chapter in chapters}


def _kept(error: ChapterError, folder: Path) -> ChapterError:
    """The same error with its partial notebook moved to where it outlives the run that failed."""
    if error.partial is None:
        return error
    folder.mkdir(parents=True, exist_ok=True)
    return replace(error, partial=error.partial.replace(folder / error.partial.name))


def _key(edition: Path, report: Report, chapter, ledger_csv: Path, audience: str) -> dict[str, str]:
    """Everything that a chapter's executed notebook depends on, by name, so that a re-run can say what changed."""
    return {
        "notebook": sha256(report.notebook(chapter)),
        "figures": sha256(ledger_csv),
        "exhibits.yaml": sha256(edition / "exhibits.yaml"),
        "codebook.yaml": sha256(edition / "codebook.yaml"),
        "code": code_digest(),
        "packages": hashlib.sha256(json.dumps(versions()).encode()).hexdigest(),
        "audience": audience,
    }


def _reason(chapter, key: dict[str, str], previous: Path, force: bool) -> str:
    """Why a chapter must run again, or an empty text when the previous run's notebook can be taken."""
    if force:
        return "asked to run all"
    before = read_record(previous).get("chapters", {}).get(chapter.id, {}).get("key")
    if before is None:
        return "not built before"
    if not (previous / "notebooks" / chapter.notebook).exists():
        return "the executed notebook is gone"
    changed = [name for name, value in key.items() if before.get(name) != value]
    return f"changed: {', '.join(changed)}" if changed else ""

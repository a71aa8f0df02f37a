"""The main path for one company, many times: read and tabulate once, then pack, run, print and check each PDF.

A company's notebook runs in a kernel of its own and is given the company's package alone. Nothing that fails for one
company stops another; a file that does not pass its gates is not delivered.
"""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import BandwiseError, ChapterError, InputError
from pipeline.figures import Report, outside_ledger, read_report
from pipeline.figures.tailored.package import read_package
from pipeline.figures.tailored.packing import Packer
from pipeline.figures.tailored.submitted import submissions, words_of_edition
from pipeline.figures.tailored.tailoring import read_tailoring
from pipeline.file_names import file_stems
from pipeline.pages.gates import Expected, faults, plain
from pipeline.pages.pdf import NoFont, own_letters, write_pdf
from pipeline.pages.running import CompanyParameters, run_chapter
from pipeline.pages.tailored.document import company_html, company_sections
from pipeline.pages.tailored.letters import visible
from pipeline.pages.tailored.sections import short_name
from pipeline.pages.telling import Telling, foreign_to, telling_of
from pipeline.responses import read_survey
from pipeline.responses.codebook import Codebook
from pipeline.responses.strict_yaml import suggest
from pipeline.staging import staged

FOLDER, INDEX = "companies", "index.csv"
COLUMNS = ("id", "status", "pages", "seconds", "reason", "file")
DONE, FAILED = "done", "failed"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Entry:
    """One line of index.csv; `file` is empty where nothing is delivered."""

    id: str
    status: str
    pages: int
    seconds: float
    reason: str = ""
    file: str = ""


@dataclass
class Tailored:
    """What one run did: the paths written and what needs a person."""

    paths: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def tailor(
    edition: Path,
    output: Path,
    *,
    companies: Sequence[str] = (),
    failed: bool = False,
    jobs: int | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Tailored:
    """Writes `companies/<id>.pdf` below `output` for all companies, some of them, or those that failed before.

    index.csv has a line for each company, that of an earlier run where this one leaves a company out. Beside each file
    lies a folder with what it was made from: the package and the executed notebook. Raises
    InputError for a wrong input, an id that no company has, and for `failed` where no run has been.
    """
    folder = output / FOLDER
    progress("reading and tabulating", 0, 1)
    survey = read_survey(edition)
    report = read_report(edition, survey.codebook)
    tailoring = read_tailoring(edition, report, survey.codebook)
    packer = Packer(survey, report, outside_ledger(survey, report), tailoring)
    everyone = {respondent.id: respondent for respondent in packer.respondents}
    before = read_index(folder)
    chosen = _chosen(list(everyone), companies, failed, before, folder)
    stems = file_stems(list(everyone))
    submitted = submissions(packer.gathered, packer.respondents)
    words = plain(words_of_edition(edition)).casefold()
    telling = {ident: telling_of(each, words) for ident, each in submitted.items()}
    progress("reading and tabulating", 1, 1)

    whole = set(chosen) == set(everyone)
    products = {INDEX, *(f"{stems[ident]}.pdf" for ident in chosen), *(stems[ident] for ident in chosen)}
    if whole and folder.is_dir():
        products |= {entry.name for entry in folder.iterdir()}
    with staged(folder, frozenset(products)) as staging:

        def packed() -> Iterator[Task]:
            for ident in chosen:
                task = Task(ident, staging / stems[ident], tailoring.notebook)
                packer.pack(everyone[ident]).write(task.package)
                yield task

        shared = (report, survey.codebook, telling)
        entries = {entry.id: entry for entry in _run(packed(), len(chosen), shared, jobs, progress)}
        kept = {} if whole else {e.id: e for e in before if e.id in everyone}
        merged = [(kept | entries)[ident] for ident in everyone if ident in kept or ident in entries]
        _write_index(merged, staging / INDEX)
    done = [folder / entry.file for entry in entries.values() if entry.file]
    problems = [f"{entry.id}: {entry.reason}" for entry in entries.values() if entry.status == FAILED]
    return Tailored([folder / INDEX] if len(done) > 5 else [*done, folder / INDEX], problems)


def _chosen(
    everyone: list[str], companies: Sequence[str], failed: bool, before: list[Entry], folder: Path
) -> list[str]:
    """The ids to make a file for, in the survey's order."""
    for ident in companies:
        if ident not in everyone:
            raise InputError(f"there is no company {ident!r}{suggest(ident, everyone)}", key="--company")
    if not failed:
        return [ident for ident in everyone if not companies or ident in companies]
    if not before:
        raise InputError("no run has left an index here; run without --failed first", file=folder / INDEX)
    again = {entry.id for entry in before if entry.status == FAILED}
    return [ident for ident in everyone if ident in again and (not companies or ident in companies)]


# One company


@dataclass(frozen=True)
class Task:
    """One company's way: the folder of its package, where the executed notebook stays too; its file lies beside it."""

    id: str
    package: Path
    notebook: Path

    @property
    def pdf(self) -> Path:
        return self.package.with_name(f"{self.package.name}.pdf")


_shared: tuple[Report, Codebook, dict[str, Telling]]


def _share(*shared) -> None:
    """Gives a worker what is the same for every company."""
    global _shared
    _shared = shared


def _make(task: Task) -> Entry:
    """Runs, prints and checks one company's PDF; whatever goes wrong is a line of index.csv."""
    began = time.perf_counter()
    pages = 0
    try:
        report, codebook, telling = _shared
        package = read_package(task.package)
        executed = run_chapter(
            task.notebook, {"package": str(task.package)}, task.package / "notebook.ipynb", kind=CompanyParameters
        )
        sections = company_sections(executed, package, report, codebook)
        html = visible(company_html(package, sections))
        pages, name = _print(html, visible(short_name(package.company.name)), task.pdf)
        expected = Expected(visible(task.id), name, len(sections), html.count("<svg"))
        found = faults(task.pdf, expected, foreign_to(task.id, telling, package))
        if found:
            raise InputError(f"not delivered: {'; '.join(dict.fromkeys(found))}")
    except Exception as error:  # one company's failure, of whatever kind, must not stop the others
        task.pdf.unlink(missing_ok=True)
        return Entry(task.id, FAILED, pages, _since(began), _reason(error))
    return Entry(task.id, DONE, pages, _since(began), file=task.pdf.name)


def _print(html: str, name: str, pdf: Path) -> tuple[int, str]:
    """Prints the file; letters that no font of the machine has are written as their code points. Pages and the name."""
    try:
        return write_pdf(html, pdf), name
    except NoFont:
        return write_pdf(visible(html, own_letters()), pdf), visible(name, own_letters())


def _reason(error: Exception) -> str:
    """What went wrong, in one line; where it was in the notebook, but not all that it said there."""
    if isinstance(error, ChapterError):
        return " ".join(f"{Path(error.notebook).name}, {error.cell}: {error.message}".split())
    return " ".join((str(error) if isinstance(error, BandwiseError) else f"{type(error).__name__}: {error}").split())


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 2)


# Many companies


def _run(tasks: Iterable[Task], total: int, shared: tuple, jobs: int | None, progress: Progress) -> Iterator[Entry]:
    """An entry for each task, as they end; the first run while later ones are packed.

    A worker that dies takes only the company down that killed it.
    """
    step, done, again = "making the PDFs", 0, []
    progress(step, 0, total)
    workers = min(jobs or os.cpu_count() or 1, max(total, 1))
    with ProcessPoolExecutor(max_workers=workers, initializer=_share, initargs=shared) as pool:
        waiting: dict[Future, Task] = {pool.submit(_make, task): task for task in tasks}
        for future in as_completed(waiting):
            try:
                yield future.result()
            except BrokenProcessPool:
                again.append(waiting[future])
                continue
            done += 1
            progress(step, done, total)
    for task in again:
        for left in task.package.glob("*.ipynb*"):
            left.unlink()
        with ProcessPoolExecutor(max_workers=1, initializer=_share, initargs=shared) as pool:
            try:
                yield pool.submit(_make, task).result()
            except BrokenProcessPool:
                task.pdf.unlink(missing_ok=True)
                yield Entry(task.id, FAILED, 0, 0.0, "the process that made the file died")
        done += 1
        progress(step, done, total)


# The index


def read_index(folder: Path) -> list[Entry]:
    """The lines of index.csv; none where there is no such file. InputError for a file that is something else."""
    try:
        text = (folder / INDEX).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise InputError(f"the columns are not {', '.join(COLUMNS)}", file=folder / INDEX, row=1)
    found = []
    for number, row in enumerate(rows, start=2):
        try:
            numbers = int(row["pages"]), float(row["seconds"])
            found.append(Entry(row["id"], row["status"], *numbers, row["reason"], row["file"]))
        except (TypeError, ValueError):
            raise InputError("this row is no line of the index", file=folder / INDEX, row=number) from None
    return found


def _write_index(entries: Iterable[Entry], path: Path) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(entry, name) for name in COLUMNS] for entry in entries)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")

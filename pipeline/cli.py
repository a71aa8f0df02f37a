"""The command line: arguments, one call, the paths that were written, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.errors import BandwiseError

NEEDS_A_PERSON = 1
LOG_WIDTH = 140  # of a table that is written to a file or a pipe
HELP = {"help_option_names": ["-h", "--help"]}
EXIT_STATUSES = """\b
Exit status:
  0  done
  1  done, and something needs a person: a finding is open, a figure differs, a headline no longer holds
  2  the input or the call is wrong; one sentence says where and what is allowed"""

edition_argument = click.argument("edition", type=click.Path(exists=True, file_okay=False, path_type=Path))
output_option = click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.  [default: output/EDITION]"
)
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else LOG_WIDTH)


@click.group(
    context_settings=HELP,
    epilog="""\b
Examples:
  bandwise new export.csv survey_raw/2024        a first edition from an export
  bandwise build survey_raw/2023                 the whole report, HTML and PDF
  bandwise tailor survey_raw/2023                a PDF for every company
  bandwise validate survey_raw/2023              what is wrong with the responses
  bandwise decide survey_raw/2023 FILE.xlsx      decisions from a filled worksheet
  bandwise compare survey_raw/2023 tables.csv    our figures beside printed ones
  bandwise audit survey_raw/2023 CELL_ID         one figure back to the raw rows

"""
    + EXIT_STATUSES,
)
@click.version_option(package_name="bandwise", message="bandwise %(version)s")
def bandwise() -> None:
    """From the raw responses of a survey to a benchmark report in which every number can be proved.

    EDITION is a folder such as survey_raw/2023 with the raw export, codebook.yaml, exhibits.yaml and decisions.csv.
    """


@bandwise.command(epilog=EXIT_STATUSES)
@edition_argument
@output_option
@click.option(
    "--audience", type=click.Choice(["internal", "external", "reviewer"]), default="internal", show_default=True,
    help="Who will read it: decides what is withheld.",
)
@click.option("--only", metavar="CHAPTER", help="Build one chapter, into a folder of its own beside the full report.")
@click.option("--jobs", type=click.IntRange(min=1), help="Chapters run at once.  [default: one per core]")
@click.option("--force", is_flag=True, help="Run every chapter, also those that nothing has changed for.")
@click.option("--explain", is_flag=True, help="Say for each chapter why it ran again or was reused.")
def build(edition, output, audience, only, jobs, force, explain) -> int:
    """Build the report: raw responses to report.html and report.pdf."""
    from pipeline.build import build as build_report

    with progress_bar() as progress:
        run = build_report(
            edition, output or default_output(edition), audience=audience, only=only, jobs=jobs, force=force,
            progress=progress,
        )
    for line in run.exports:
        out.print(line, markup=False)
    if explain:
        for chapter, entry in run.record["chapters"].items():
            out.print(f"{chapter}: {'reused' if entry['reused'] else 'run'}, {entry['because']}")
    return finish(run.paths, run.problems)


@bandwise.command(epilog=EXIT_STATUSES)
@edition_argument
@output_option
@click.option("--company", "companies", metavar="ID", multiple=True, help="Only this company; can be given many times.")
@click.option("--failed", is_flag=True, help="Only the companies whose file failed in the run before.")
@click.option("--jobs", type=click.IntRange(min=1), help="Companies made at once.  [default: one per core]")
def tailor(edition, output, companies, failed, jobs) -> int:
    """Make one PDF for each company: itself beside its peers, and not one answer of anyone else.

    Writes companies/ID.pdf and companies/index.csv. A file that carries anything of another company, or lacks
    something of its own, is not delivered; index.csv says why.
    """
    from pipeline.tailor import tailor as tailor_companies

    with progress_bar() as progress:
        result = tailor_companies(
            edition, output or default_output(edition), companies=companies, failed=failed, jobs=jobs,
            progress=progress,
        )
    return finish(result.paths, result.problems)


@bandwise.command(epilog=EXIT_STATUSES)
@edition_argument
@output_option
@click.option(
    "--worksheet", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.xlsx",
    help="Also write what is open as a worksheet with drop-downs, for `bandwise decide`.",
)
def validate(edition, output, worksheet) -> int:
    """Read, type, check and decide; write the findings and the data-quality page."""
    from pipeline.responses import read_survey
    from pipeline.validate import findings_tables, open_findings, write_findings
    from pipeline.worksheet import write_worksheet

    with progress_bar() as progress:
        survey = read_survey(edition, progress=progress)
    for table in findings_tables(survey):
        out.print(table)
    paths = write_findings(survey, output or default_output(edition))
    if worksheet:
        paths.append(write_worksheet(edition, survey, worksheet))
    return finish(paths, open_findings(survey))


@bandwise.command(epilog=EXIT_STATUSES)
@edition_argument
@click.argument("worksheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--author", default="", help="Who decided, for rows of the worksheet that name nobody.")
def decide(edition, worksheet, author) -> int:
    """Take the decisions of a filled WORKSHEET into decisions.csv, all of them or none."""
    from pipeline.validate import open_findings
    from pipeline.worksheet import added
    from pipeline.worksheet import decide as take_in

    lines, survey = take_in(edition, worksheet, author)
    out.print(added(lines))
    return finish([edition / "decisions.csv"], open_findings(survey))


@bandwise.command(epilog=EXIT_STATUSES)
@edition_argument
@click.argument("published", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option
@click.option("--all", "every", is_flag=True, help="List every cell or claim, not only those that are not equal.")
def compare(edition, published, output, every) -> int:
    """Compare figures with a PUBLISHED table, cell by cell, or with published claims, sentence by sentence.

    PUBLISHED is a CSV; its header says which of the two it is. Says which printed cells and claims no data could give,
    each with the proof. The edition must have been built.
    """
    from pipeline.audit.claims import RESULT_FILE, claim_tables, compare_claims_of_edition
    from pipeline.audit.claims_file import is_claims_file
    from pipeline.audit.compare import compare_edition, comparison_tables
    from pipeline.audit.published import print_summary

    folder = output or default_output(edition)
    if is_claims_file(published):
        claims = compare_claims_of_edition(edition, folder, published)
        tables, result, problems = claim_tables(claims, every), folder / RESULT_FILE, claims.differences
    else:
        comparison = compare_edition(edition, folder, published)
        tables, result, problems = comparison_tables(comparison, every), folder / "compare.csv", comparison.differences
        tables += print_summary(published)
    for table in tables:
        out.print(table)
    return finish([result], problems)


@bandwise.command(epilog=EXIT_STATUSES)
@click.argument("edition", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("cell_ids", metavar="[CELL_ID]...", nargs=-1)
@click.option("--respondent", metavar="ID", help="The other way: the raw row of a company, and every number it is in.")
@click.option("--on-page", type=click.IntRange(min=1), help="The figures that a page of the PDF prints, with CELL_IDs.")
@click.option("--sql", is_flag=True, help="Print the query of the second engine for the figure, to be run with DuckDB.")
@click.option("--recompute", is_flag=True, help="Compute every figure again with a second engine; list what differs.")
@click.option("--all", "every", is_flag=True, help="Name everyone who is lost, and each number of a company.")
@click.option("--workbook", is_flag=True, help="Write audit.xlsx: every figure as live formulas over the raw rows.")
@click.option("--census", is_flag=True, help="Match every numeral of the finished HTML and PDF to the ledger.")
@click.option("--attack", is_flag=True, help="Try to learn about single companies from all that is handed out.")
@click.option(
    "--outside", type=click.Path(exists=True, file_okay=False, path_type=Path), multiple=True,
    help="With --attack: a folder of what was handed out; may be given several times.  [default: what would be]",
)
@click.option("--page", is_flag=True, help="Write audit.html: every number with its state, risks and members.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder of the build.  [default: output/EDITION]"
)
@click.option(
    "--against", metavar="OTHER_OUTPUT", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another build: which printed numbers changed since, and why.",
)
@click.option(
    "--published", metavar="TABLES.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What a printed table contradicts by itself, with the proofs; needs no EDITION.",
)
@click.option(
    "--hints", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For --published: exhibit, answers (single, multiple, not_shares), none (the answer that excludes others).",
)
@click.option(
    "--sign", "verdict", type=click.Choice(["accepted", "queried", "rejected"]), help="Sign the figures that are named."
)
@click.option("--reviewer", metavar="NAME", help="Who signs.")
@click.option("--note", metavar="TEXT", default="", help="What the reviewer has to say about the figures.")
def audit(
    edition, cell_ids, respondent, on_page, sql, recompute, every, workbook, census, attack, outside, page, output,
    against, published, hints, verdict, reviewer, note,
) -> int:
    """Follow one figure back to the raw rows; with --respondent, one company to its figures.

    CELL_ID is the address of a figure as in ledger.csv, exhibit.dimension.band.column. Says how
    it is computed, who is in it and who is lost on the way and why, which answers are the median, how far the next
    printed value is, what the figure would be without each correction, and where it is printed. With --recompute every
    figure is computed again from the raw files, by other means; with --census every numeral of the finished HTML and
    PDF is matched to the ledger; with --attack everything that may leave the house is put together, and it is tried
    what that tells of single companies. The edition must have been built.

    With --sign the figures are signed instead of followed, a line each in signoffs.csv of the edition; CELL_ID may then
    have * for several figures. A signed figure that changes is open again at the next build.
    """
    from pipeline.audit.result import Audited

    if published:
        from pipeline.audit.published import audit_published

        return report([audit_published(published, hints, every)])
    if edition is None:
        raise click.UsageError("name the EDITION, or a printed table with --published TABLES.csv")
    if not (cell_ids or respondent or on_page or census or workbook or page or recompute or against or attack):
        raise click.UsageError("name a figure by its CELL_ID, a company with --respondent ID, or a page with --on-page")
    if verdict and not (cell_ids and (reviewer or "").strip()):
        raise click.UsageError("--sign needs the figures by their CELL_ID and the name of the --reviewer")
    folder = output or default_output(edition)
    audits = []
    if verdict:
        from pipeline.audit.sign import sign

        audits.append(sign(edition, folder, cell_ids, verdict, reviewer, note))
    elif cell_ids and sql:
        from pipeline.audit.recomputed import sql_of

        click.echo("\n".join(sql_of(edition, folder, cell_id) for cell_id in cell_ids), nl=False)
    elif cell_ids:
        from pipeline.audit.appearances import appearance_tables
        from pipeline.audit.trace import trace
        from pipeline.audit.trace_tables import trace_tables

        for cell_id in cell_ids:
            tables = trace_tables(trace(edition, folder, cell_id), every)
            audits.append(Audited([*tables, *appearance_tables(edition, folder, cell_id)]))
    if on_page:
        from pipeline.audit.appearances import page_tables

        audits.append(Audited(page_tables(edition, folder, on_page)))
    if respondent:
        from pipeline.audit.company import company_tables, trace_company

        audits.append(Audited(company_tables(trace_company(edition, folder, respondent), every)))
    if recompute:
        from pipeline.audit.recomputed import audit_recompute

        audits.append(audit_recompute(edition, folder))
    if workbook:
        from pipeline.audit.workbook import write_workbook

        audits.append(write_workbook(edition, folder))
    if census:
        from pipeline.audit.census import census_of_edition

        audits.append(census_of_edition(edition, folder, every))
    if against:
        from pipeline.audit.against import audit_against

        audits.append(audit_against(edition, folder, against, every))
    if attack:
        from pipeline.audit.attack import audit_attack

        audits.append(audit_attack(edition, folder, outside))
    if page:
        from pipeline.audit.page import write_audit_page

        audits.append(write_audit_page(edition, folder))
    return report(audits)


@bandwise.command(epilog=EXIT_STATUSES)
@click.argument("export", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("edition", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", help="What the survey is called.  [default: the folder's name]")
@click.option("--id", "id_column", metavar="COLUMN", help="The column of the respondents' ids, if it is not found.")
@click.option("--kind", help="The tool that wrote the export, if it is not recognised.")
@click.option("--encoding", help="The file's encoding, such as cp1252, if it is not UTF-8 or UTF-16.")
@click.option("--delimiter", type=click.Choice(["comma", "semicolon", "tab", "pipe"]), help="What separates the cells.")
@click.option("--sheet", help="The sheet of a workbook that holds the answers.")
@click.option("--header-rows", type=click.IntRange(1, 3), help="How many rows are headers.")
def new(export, edition, title, id_column, **stated) -> int:
    """Draft an edition for an EXPORT that nobody has described: codebook, exhibits and chapters, ready to build.

    EDITION is the folder to make, such as survey_raw/2024. Every column is accounted for; what could not be told is
    marked CHECK in the files and listed here.
    """
    from pipeline.drafting import draft_edition

    drafted = draft_edition(export, edition, title=title, id_column=id_column, **stated)
    out.print(drafted.described, markup=False)
    out.print(drafted.counted, markup=False)
    return finish(drafted.paths, drafted.doubts)


@bandwise.command(epilog=EXIT_STATUSES)
@click.argument("published", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("edition", type=click.Path(file_okay=False, path_type=Path))
def reconstruct(published, edition) -> int:
    """Rebuild respondent-level data that agree with the published tables in PUBLISHED.

    EDITION holds the codebook, the exhibits and reconstruction.yaml; its responses and decisions are written anew.
    Printed cells that no data can satisfy are listed with the proof and the nearest that can be had.
    """
    from pipeline.audit.reconstruct import reconstruct as reconstruct_edition

    with progress_bar() as progress:
        result = reconstruct_edition(published, edition, progress)
    return finish(result.paths, result.problems)


@bandwise.command(epilog=EXIT_STATUSES)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="schemas")
def schema(folder) -> int:
    """Write a JSON Schema for each YAML file of an edition to FOLDER, `schemas` unless said otherwise.

    An editor that knows YAML completes keys and marks what is wrong where a file begins with
    `# yaml-language-server: $schema=` and the way to its schema.
    """
    from pipeline.schemas import write_schemas

    return finish(write_schemas(folder), [])


def default_output(edition: Path) -> Path:
    return Path("output") / edition.resolve().name


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Yields `progress(step, done, total)`: a bar on a terminal, one plain line a step elsewhere."""
    if not out.is_terminal:
        seen: list[str] = []

        def line(step: str, done: int, total: int) -> None:
            if step not in seen:
                seen.append(step)
                out.print(step)

        yield line
        return
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True) as bar:
        tasks: dict[str, int] = {}

        def advance(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield advance


def report(audits: list) -> int:
    """Prints what several audits found and wrote; returns the exit status."""
    for table in (table for each in audits for table in each.tables):
        out.print(table)
    return finish([path for each in audits for path in each.paths], [line for each in audits for line in each.problems])


def finish(paths: list[Path], problems: list[str]) -> int:
    """Prints what was written and what needs a person; returns the exit status."""
    for path in paths:
        out.print(str(path), markup=False)
    for problem in problems:
        out.print(f"needs a person: {problem}", markup=False)
    return NEEDS_A_PERSON if problems else 0


def main() -> None:
    """The entry point: known errors become one clear sentence on standard error and their exit status."""
    try:
        status = bandwise.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        status = 130
    except BandwiseError as error:
        click.echo(f"bandwise: {error}", err=True)
        status = error.exit_status
    sys.exit(status or 0)


if __name__ == "__main__":
    main()

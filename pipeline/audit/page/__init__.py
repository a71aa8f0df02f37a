"""audit.html: every number of a finished build with its state, its risks and the raw rows behind it, for reviewers.

All that it shows is read from ledger.sqlite, run.json and, where they lie there, the comparisons with what was
published; nothing is computed again.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.audit.database import open_database
from pipeline.audit.page.evidence import evidence_of
from pipeline.audit.page.figures import FIELDS, figures_of
from pipeline.audit.page.lists import lists_of
from pipeline.audit.page.published import read_claims_comparison, read_comparison
from pipeline.audit.result import Audited
from pipeline.pages.audit import PAGE, audit_html
from pipeline.run_record import read_record, run_id
from pipeline.staging import write_whole


def write_audit_page(edition: Path, folder: Path) -> Audited:
    """Write audit.html into the folder of a build. InputError when there is no build whose figures can be traced."""
    record = read_record(folder)
    with open_database(edition, folder, members=True) as database:
        published, problems = read_comparison(folder, database)
        figures = figures_of(database, published)
        page = audit_html(
            record=record,
            run_id=run_id(record),
            fields=FIELDS,
            figures=figures,
            evidence=evidence_of(database),
            claims=read_claims_comparison(folder),
            **lists_of(database, figures),
        )
    return Audited(paths=[write_whole(folder / PAGE, page)], problems=problems)

"""What a notebook calls: open the report and show an exhibit, or open a company's package and show a page.

Whatever computes and draws is imported when a report is opened: a hundred companies' kernels would wait for it in vain.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.figures.tailored.package import Package, read_package
from pipeline.pages.tailored.sections import page_html

if TYPE_CHECKING:
    from pipeline.figures import Ledger, Report


class OpenReport:
    """One edition's report as a notebook sees it: figures to show, nothing to compute."""

    def __init__(self, report: Report, ledger: Ledger, audience: str) -> None:
        self.report, self.ledger, self.audience = report, ledger, audience

    def show(self, exhibit: str) -> Shown:
        """The page of one exhibit, by its id in exhibits.yaml. Raises InputError for an id that is not there."""
        from pipeline.pages.exhibit import exhibit_html

        return Shown(exhibit_html(exhibit, self.report, self.ledger, self.audience))


class Shown:
    """An exhibit's page as Jupyter displays it."""

    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_html_(self) -> str:
        return self.html


def open_report(edition: str, output: str, audience: str) -> OpenReport:
    """The report of an edition: its figures from `output` where they were made from these very files, else computed.

    Paths are relative to the notebook's folder. Raises InputError when the edition cannot be read.
    """
    folder = Path(edition)
    if not folder.is_dir():
        raise InputError("there is no such edition folder", file=edition)
    return OpenReport(*_figures(folder, Path(output), audience), audience)


def _figures(edition: Path, folder: Path, audience: str) -> tuple[Report, Ledger]:
    from pipeline.figures import read_ledger, read_report, tabulate
    from pipeline.responses import read_survey
    from pipeline.responses.codebook import read_codebook
    from pipeline.run_record import is_fresh

    if is_fresh(edition, folder, audience):
        return read_report(edition, read_codebook(edition / "codebook.yaml")), read_ledger(folder / "ledger.csv")
    survey = read_survey(edition)
    report = read_report(edition, survey.codebook)
    return report, tabulate(survey, report, audience)


class OpenCompany:
    """One company's package as its notebook sees it: pages to show, nothing to compute, nobody else to see."""

    def __init__(self, package: Package) -> None:
        self.package = package

    def show(self, page: str) -> Shown:
        """A page of tailored.yaml by its id. Raises InputError for an id that is not there."""
        return Shown(page_html(self.package, page))


def open_company(package: str) -> OpenCompany:
    """The company whose package lies in a folder; InputError when there is none."""
    return OpenCompany(read_package(Path(package)))

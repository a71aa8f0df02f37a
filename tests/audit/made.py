"""What tests of the audit start from: the ledger of an edition and what a build leaves of it."""

from pathlib import Path

from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"


def tabulated(edition, audience="internal"):
    """The ledger of an edition."""
    survey = read_survey(edition)
    return tabulate(survey, read_report(edition, survey.codebook), audience)


def build(edition, output, audience="internal"):
    """The ledger in a folder, with its database for readers inside."""
    output.mkdir()
    ledger = tabulated(edition, audience)
    ledger.write_csv(output / "ledger.csv")
    if audience != "external":
        ledger.write_sqlite(output / "ledger.sqlite")
    return output

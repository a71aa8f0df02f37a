"""The figures room: responses and exhibits.yaml in, the ledger out. Every number is made here, once."""

from pipeline.figures.definitions import Report
from pipeline.figures.exhibits import read_report
from pipeline.figures.ledger import Ledger, read_ledger
from pipeline.figures.tabulate import disclosure_decisions, outside_ledger, tabulate

__all__ = ["Ledger", "Report", "disclosure_decisions", "outside_ledger", "read_ledger", "read_report", "tabulate"]

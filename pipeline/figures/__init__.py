"""The figures room: responses and exhibits.yaml in, the ledger out. Every number is made here, once."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.figures.definitions import Report as Report
    from pipeline.figures.exhibits import read_report as read_report
    from pipeline.figures.ledger import Ledger as Ledger
    from pipeline.figures.ledger import read_ledger as read_ledger
    from pipeline.figures.tabulation import disclosure_decisions as disclosure_decisions
    from pipeline.figures.tabulation import outside_ledger as outside_ledger
    from pipeline.figures.tabulation import tabulate as tabulate

_HOMES = {
    "Ledger": "ledger", "Report": "definitions", "disclosure_decisions": "tabulation", "outside_ledger": "tabulation",
    "read_ledger": "ledger", "read_report": "exhibits", "tabulate": "tabulation",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Brings a name in when it is asked for: who only reads a ledger, as each company's kernel does, waits for less."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

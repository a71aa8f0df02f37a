"""Headlines: the first finding of an exhibit whose rule the data keep, its numbers filled in, else the plain title."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from pipeline.figures.definitions import Exhibit, Report
from pipeline.figures.exhibits_file import HeadlineKeys
from pipeline.figures.ledger import FACTS, Ledger
from pipeline.figures.rules import CannotTell, Evaluation, Fails, RuleError, calls, parse_rule
from pipeline.responses.strict_yaml import suggest

ADDRESS = re.compile(r"\{([^{}]*)\}")


class Outcome(StrEnum):
    """What became of a rule."""

    HOLDS = "holds"
    FAILS = "fails"
    CANNOT_TELL = "cannot be evaluated"


@dataclass(frozen=True)
class RuleResult:
    """One rule of one exhibit: what it says, what became of it and why, and the sentence if it holds."""

    exhibit: str
    rule: str
    outcome: Outcome
    reason: str = ""
    text: str = ""

    @property
    def holds(self) -> bool:
        return self.outcome is Outcome.HOLDS

    def __str__(self) -> str:
        return f"{self.exhibit}: {self.rule} ({self.outcome}{': ' + self.reason if self.reason else ''})"


def headline_of(exhibit: Exhibit, ledger: Ledger) -> tuple[str, list[RuleResult]]:
    """The headline to print, and what became of each rule that was tried; the title when no rule holds."""
    results = []
    for headline in exhibit.headlines:
        results.append(_result(exhibit, headline, ledger))
        if results[-1].holds:
            return results[-1].text, results
    return exhibit.title, results


def rule_results(report: Report, ledger: Ledger) -> tuple[RuleResult, ...]:
    """Every rule that was tried for the report, in order."""
    return tuple(result for exhibit in report.exhibits for result in headline_of(exhibit, ledger)[1])


def check_headline(headline: HeadlineKeys, exhibit: Exhibit, addresses: Collection[str]) -> None:
    """Check a headline's rule and every address in it, given the addresses of all exhibits; raises RuleError."""

    def known(name: str, allowed: Collection[str], what: str) -> None:
        if name not in allowed:
            raise RuleError(f"unknown {what} {name!r}{suggest(name, allowed)}")

    def address(place: str, allowed: Collection[str]) -> None:
        if place.split(".")[0] not in FACTS:  # the run's own figures are known only when it has run
            known(place, allowed, "address")

    own = [a.removeprefix(f"{exhibit.id}.") for a in exhibit.addresses()]
    rows = [f"{row.dimension}.{row.band}" for row in exhibit.rows]
    reachable = {*own, *addresses}
    for place in ADDRESS.findall(headline.says):
        address(place.strip(), reachable)
    for function, arguments in calls(parse_rule(headline.when)):
        match function:
            case "value":
                address(arguments[0], reachable)
            case "n":
                address(arguments[0], {*reachable, *rows})
            case "largest" | "smallest" | "rank":
                known(arguments[0], rows, "row")
            case "rises" | "falls":
                known(arguments[0], {row.dimension for row in exhibit.rows}, "dimension")
                known(arguments[1], [m.id for m in exhibit.measures], "column")


def _result(exhibit: Exhibit, headline: HeadlineKeys, ledger: Ledger) -> RuleResult:
    evaluation = Evaluation(ledger, exhibit)
    try:
        holds = evaluation.holds(parse_rule(headline.when))
        text = ADDRESS.sub(lambda found: evaluation.carrying(found[1].strip()).printed, headline.says) if holds else ""
    except Fails as reason:
        return RuleResult(exhibit.id, headline.when, Outcome.FAILS, str(reason))
    except CannotTell as reason:
        return RuleResult(exhibit.id, headline.when, Outcome.CANNOT_TELL, str(reason))
    return RuleResult(exhibit.id, headline.when, Outcome.HOLDS if holds else Outcome.FAILS, text=text)

"""Headlines: the first finding of an exhibit whose rule the data keep, its numbers filled in, else the plain title."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.figures.bound import Bound, fill, printed
from pipeline.figures.definitions import Exhibit, Report
from pipeline.figures.exhibits_file import HeadlineKeys
from pipeline.figures.ledger import FACTS, Ledger, N
from pipeline.figures.rules import DIMENSION, ROW, CannotTell, Evaluation, Fails, RuleError, calls, parse_rule, whose
from pipeline.responses.strict_yaml import suggest

ADDRESS = re.compile(r"\{([^{}]*)\}")
BY_ADDRESS = ("value", "n")


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


def exhibits_named(headline: HeadlineKeys, exhibits: Mapping[str, Exhibit]) -> dict[str, Exhibit]:
    """The other exhibits whose rows or dimensions a rule names, by id; RuleError when the rule is none."""
    places = [arguments[0] for function, arguments in calls(parse_rule(headline.when)) if function not in BY_ADDRESS]
    return {id_: exhibits[id_] for id_ in (place.partition(".")[0] for place in places) if id_ in exhibits}


def check_headline(headline: HeadlineKeys, exhibit: Exhibit, addresses: Collection[str]) -> None:
    """Check a headline's rule and every address in it, given the addresses of all exhibits; raises RuleError."""

    def known(name: str, allowed: Collection[str], what: str) -> None:
        if name not in allowed:
            raise RuleError(f"unknown {what} {name!r}{suggest(name, allowed)}")

    def address(place: str, *suffixes: str) -> None:
        if place.split(".")[0] not in FACTS and not any(place + suffix in reachable for suffix in suffixes):
            known(place, reachable, "address")  # the run's own figures are known only when it has run

    reachable = {*addresses, *(a.removeprefix(f"{exhibit.id}.") for a in exhibit.addresses())}
    for place in ADDRESS.findall(headline.says):
        address(place.strip())
    for function, arguments in calls(parse_rule(headline.when)):
        match function:
            case "value":
                address(arguments[0])
            case "n":
                address(arguments[0], f".{N}")
            case "largest" | "smallest" | "rank":
                owner, row = whose(arguments[0], ROW, exhibit)
                known(row, [f"{r.dimension}.{r.band}" for r in owner.rows], "row")
            case "rises" | "falls":
                owner, dimension = whose(arguments[0], DIMENSION, exhibit)
                known(dimension, {row.dimension for row in owner.rows}, "dimension")
                known(arguments[1], [m.id for m in owner.measures], "column")


def _result(exhibit: Exhibit, headline: HeadlineKeys, ledger: Ledger) -> RuleResult:
    evaluation = Evaluation(ledger, exhibit)
    try:
        holds = evaluation.holds(parse_rule(headline.when))
        text = _sentence(headline.says, evaluation) if holds else ""
    except Fails as reason:
        return RuleResult(exhibit.id, headline.when, Outcome.FAILS, str(reason))
    except CannotTell as reason:
        return RuleResult(exhibit.id, headline.when, Outcome.CANNOT_TELL, str(reason))
    return RuleResult(exhibit.id, headline.when, Outcome.HOLDS if holds else Outcome.FAILS, text=text)


def _sentence(says: str, evaluation: Evaluation) -> Bound:
    """The sentence with each address replaced by its printed figure."""
    figures = [printed(evaluation.carrying(place.strip())) for place in ADDRESS.findall(says)]
    return fill(ADDRESS.sub("{}", says), *figures)

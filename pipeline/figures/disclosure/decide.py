"""One decision for each figure and audience, for all figures together: shown, or withheld and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.figures.definitions import Measure, Place
from pipeline.figures.disclosure.complementary import protect
from pipeline.figures.disclosure.facts import Fact, Family, Tabulated, families_of
from pipeline.figures.disclosure.primary import COMPLEMENTARY, NONE, ROUNDED, Ruling, few_ruling, ruling
from pipeline.figures.draw import in_base
from pipeline.figures.exhibits_file import Outside, Thresholds
from pipeline.figures.ledger import EMPTY, SHOWN, SUPPRESSED, N, address
from pipeline.figures.vocabulary import MEDIANS

COMPLEMENT = Ruling(COMPLEMENTARY, "a withheld figure could be had from it", "no withheld figure can be derived")


@dataclass(frozen=True)
class Decision:
    """What becomes of one figure: its status, the kind of suppression, the reason, and the rule with its numbers.

    `contributors` are the companies in it by owner, `top_share` is the largest one's part of a sum in percent.
    `hides_n` says that its n is withheld as well, because the n is itself a count of answers.
    """

    cell_id: str
    contributors: int
    status: str = SHOWN
    suppression: str = NONE
    reason: str = ""
    rule: str = ""
    top_share: float | None = None
    hides_n: bool = False


def decide(tabulated: Sequence[Tabulated], limits: Thresholds) -> dict[str, Decision]:
    """The decision of every figure and base, by cell id.

    Inside the house only a base that is too small is withheld. Outside, facts that tell too much by themselves go first
    and then those that they could be had from; a fact that several figures tell is withheld from all of them.
    """
    decisions = {d.cell_id: d for table in tabulated for d in _by_base(table, limits)}
    if not isinstance(limits, Outside):
        return decisions
    families = families_of(tabulated, limits.sensitive)
    for family in sorted(families, key=lambda f: not any(fact.bases for fact in f.facts.values())):
        _rule(family, limits, decisions)
    return decisions


def _by_base(table: Tabulated, limits: Thresholds) -> list[Decision]:
    """What the number of contributors alone decides; a base of nobody is empty, and an n as such is shown."""
    found = []
    for row in table.exhibit.rows:
        everyone = in_base(table.exhibit, row, table.drawn)
        n = table.owners.count(everyone)
        found.append(Decision(address(table.exhibit.id, row.dimension, row.band, N), n, SHOWN if n else EMPTY))
        for measure in table.exhibit.measures:
            if measure.place is Place.AXIS:
                continue
            n = table.owners.count(table.drawn[row, measure].used)
            cell = address(table.exhibit.id, row.dimension, row.band, measure.id)
            decision = Decision(cell, n, SHOWN if n else EMPTY)
            few = few_ruling(n, limits)
            found.append(_withheld(decision, few) if few else _rounded(decision, measure, limits))
    return found


def _rounded(decision: Decision, measure: Measure, limits: Thresholds) -> Decision:
    digits = limits.significant_digits if isinstance(limits, Outside) else None
    if not digits or measure.statistic not in MEDIANS or decision.status != SHOWN:
        return decision
    return replace(decision, suppression=ROUNDED, rule=f"{digits} significant digits")


def _rule(family: Family, limits: Outside, decisions: dict[str, Decision]) -> None:
    """Withhold what the facts of one family ask for."""
    facts = list(family.facts.values())
    for fact in facts:
        if fact.parts and fact.parts[0]:
            share = float(100 * fact.parts[0] / sum(fact.parts))
            decisions |= {cell: replace(decisions[cell], top_share=share) for cell in fact.values}
    ruled = {fact: found for fact in facts if (found := ruling(fact, family, limits))}
    targets = _with_their_rows(list(ruled), family)
    for fact in targets:
        _withhold(fact, ruled.get(fact, COMPLEMENT), decisions)
    if not limits.complementary:
        return
    shown = [fact for fact in facts if fact not in targets and _is_told(fact, decisions)]
    for fact in protect(family, shown, targets, limits):
        _withhold(fact, COMPLEMENT, decisions)


def _with_their_rows(facts: list[Fact], family: Family) -> list[Fact]:
    """Counts of a question with one answer go by the row: what all chose is also what nobody else was chosen for."""
    if not family.exclusive or family.amounts:
        return facts
    bases = {fact.members for fact in facts}
    return [fact for fact in family.facts.values() if fact.members in bases]


def _is_told(fact: Fact, decisions: dict[str, Decision]) -> bool:
    figures = any(decisions[cell].status == SHOWN for cell in fact.values)
    return figures or any(not decisions[cell].hides_n for cell in fact.bases)


def _withhold(fact: Fact, why: Ruling, decisions: dict[str, Decision]) -> None:
    """Withhold a fact from every figure that tells it; where it is an n, the figure above it goes too."""
    for cell in fact.values:
        decisions[cell] = _withheld(decisions[cell], why)
    for cell in fact.bases:
        decisions[cell] = replace(_withheld(decisions[cell], why), hides_n=True)


def _withheld(decision: Decision, why: Ruling) -> Decision:
    if decision.status == SUPPRESSED:
        return decision  # the first reason stands
    return replace(decision, status=SUPPRESSED, suppression=why.suppression, reason=why.reason, rule=why.rule)

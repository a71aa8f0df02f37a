"""Says of every finding what became of it, and of every decision whether its finding is still there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from pipeline.responses.decisions import ACCEPT, EXCLUDE, Decision, refusal
from pipeline.responses.findings import Finding
from pipeline.responses.replay import Replayed

OPEN, ACCEPTED, CORRECTED, EXCLUDED, OBSOLETE = "open", "accepted", "corrected", "excluded", "obsolete"
FINDING_COLUMNS = (
    "finding_id",
    "rule",
    "severity",
    "respondent_id",
    "variables",
    "raw",
    "message",
    "proposed",
    "state",
    "decision",
)


def settle(
    before: Iterable[Finding],
    after: Iterable[Finding],
    decisions: Sequence[Decision],
    replayed: Replayed,
    versions: Collection[str],
    path: Path,
) -> pd.DataFrame:
    """Every finding with its state, and every decision whose finding is gone as `obsolete`; columns FINDING_COLUMNS.

    `versions` are the digests of the codebook and the sources: a decision made on exactly these about a finding that
    does not exist has a wrong finding_id (InputError); made on others, it has become obsolete.
    """
    first, last = ({finding.finding_id: finding for finding in found} for found in (before, after))
    known = {**first, **last}
    lines, gone = _by_finding(decisions, known, versions, path)
    touched = {(line.respondent_id, line.question_id): line for line in decisions if line.action != ACCEPT}
    rows = []
    for finding_id, finding in known.items():
        state, line = _state(finding, finding_id in last, lines.get(finding_id, []), touched, replayed.excluded)
        facts = (finding.rule, finding.severity, finding.respondent_id, ", ".join(finding.variables), finding.raw)
        decision = str(line.seq) if line else ""
        rows.append((finding_id, *facts, finding.message, finding.proposed, state, decision))
    for line in gone:
        facts = ("", "", line.respondent_id, line.question_id, line.old_value)
        rows.append((line.finding_id, *facts, line.reason, "", OBSOLETE, str(line.seq)))
    return pd.DataFrame(rows, columns=FINDING_COLUMNS, dtype="object")


def _by_finding(
    decisions: Iterable[Decision], known: Mapping[str, Finding], versions: Collection[str], path: Path
) -> tuple[dict[str, list[Decision]], list[Decision]]:
    """The decisions on each known finding, and those whose finding is no longer there."""
    lines: dict[str, list[Decision]] = {}
    gone = []
    for line in decisions:
        if not line.finding_id:
            continue
        finding = known.get(line.finding_id)
        if finding is None:
            if {line.codebook_version, line.source_sha256} <= set(versions):
                raise refusal(line, path, "finding_id", f"there is no finding {line.finding_id!r}")
            gone.append(line)
            continue
        if line.respondent_id != finding.respondent_id:
            message = f"finding {line.finding_id!r} is about {finding.respondent_id!r}, not {line.respondent_id!r}"
            raise refusal(line, path, "respondent_id", message)
        earlier = lines.setdefault(line.finding_id, [])
        if earlier and ACCEPT in (line.action, earlier[0].action):
            raise refusal(line, path, "finding_id", f"this repeats or contradicts the decision of row {earlier[0].row}")
        earlier.append(line)
    return lines, gone


def _state(
    finding: Finding,
    fires: bool,
    own: Iterable[Decision],
    touched: Mapping[tuple[str, str], Decision],
    excluded: Mapping[str, Decision],
) -> tuple[str, Decision | None]:
    """What became of a finding, and the decision that did it (none where a change elsewhere did)."""
    if finding.respondent_id in excluded:
        return EXCLUDED, excluded[finding.respondent_id]
    if fires:
        accepted = next((line for line in own if line.action == ACCEPT), None)
        return (ACCEPTED, accepted) if accepted else (OPEN, None)
    cells = [(finding.respondent_id, slot) for slot in finding.variables]
    lines = [*(touched[cell] for cell in cells if cell in touched), *(line for line in own if line.action != ACCEPT)]
    gone = next((line for line in lines if line.action == EXCLUDE), None)
    return (EXCLUDED, gone) if gone else (CORRECTED, lines[0] if lines else None)

"""Says of every finding what became of it, and of every decision whether its finding is still there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.responses.decisions import ACCEPT, EXCLUDE, Decision, refusal
from pipeline.responses.findings import BETWEEN, FINDING
from pipeline.responses.replay import Replayed

OPEN, ACCEPTED, CORRECTED, EXCLUDED, OBSOLETE = "open", "accepted", "corrected", "excluded", "obsolete"
FINDING_COLUMNS = (*FINDING, "state", "decision")


def settle(
    before: pd.DataFrame,
    after: pd.DataFrame,
    decisions: Sequence[Decision],
    replayed: Replayed,
    versions: Collection[str],
    path: Path,
) -> pd.DataFrame:
    """Every finding with its state, and every decision whose finding is gone as `obsolete`; columns FINDING_COLUMNS.

    `before` and `after` are the findings on the answers as they were read and as the decisions left them.
    `versions` are the digests of the codebook and the sources: a decision made on exactly these about a finding that
    does not exist has a wrong finding_id (InputError); made on others, it has become obsolete.
    """
    known = _each_once(before, after)
    fires = known["finding_id"].isin(after["finding_id"]).to_numpy()
    lines, gone = _by_finding(decisions, known, versions, path)
    touched = {(line.respondent_id, line.question_id): line for line in decisions if line.action != ACCEPT}
    state = np.where(fires, OPEN, CORRECTED).astype(object)
    decided = np.full(len(known), "", dtype=object)
    # all others are open without a decision
    is_special = ~fires | known["respondent_id"].isin(list(replayed.excluded)) | known["finding_id"].isin(list(lines))
    places = np.flatnonzero(is_special)
    for place, finding in zip(places, known.iloc[places].itertuples(), strict=True):
        own = lines.get(finding.finding_id, ())
        state[place], line = _state(finding, fires[place], own, touched, replayed.excluded)
        decided[place] = str(line.seq) if line else ""
    obsolete = [
        (line.finding_id, "", "", line.respondent_id, line.question_id, line.old_value, line.reason, "", OBSOLETE,
         str(line.seq))
        for line in gone
    ]  # fmt: skip
    settled = known.assign(state=pd.Series(state, dtype="object"), decision=pd.Series(decided, dtype="object"))
    if not obsolete:
        return settled
    return pd.concat([settled, pd.DataFrame(obsolete, columns=FINDING_COLUMNS, dtype="object")], ignore_index=True)


def _each_once(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Every finding where it first stands, with what is said of it last: answers beside it may have been corrected."""
    both = pd.concat([before, after], ignore_index=True)
    number, distinct = pd.factorize(both["finding_id"])
    last = np.zeros(len(distinct), dtype=int)
    last[number] = np.arange(len(both))
    return both.iloc[last].reset_index(drop=True)


def _by_finding(
    decisions: Iterable[Decision], known: pd.DataFrame, versions: Collection[str], path: Path
) -> tuple[dict[str, list[Decision]], list[Decision]]:
    """The decisions on each known finding, and those whose finding is no longer there."""
    named = known[known["finding_id"].isin([line.finding_id for line in decisions])]
    about = dict(zip(named["finding_id"], named["respondent_id"], strict=True))
    lines: dict[str, list[Decision]] = {}
    gone = []
    for line in decisions:
        if not line.finding_id:
            continue
        respondent = about.get(line.finding_id)
        if respondent is None:
            if {line.codebook_version, line.source_sha256} <= set(versions):
                raise refusal(line, path, "finding_id", f"there is no finding {line.finding_id!r}")
            gone.append(line)
            continue
        if line.respondent_id != respondent:
            message = f"finding {line.finding_id!r} is about {respondent!r}, not {line.respondent_id!r}"
            raise refusal(line, path, "respondent_id", message)
        earlier = lines.setdefault(line.finding_id, [])
        if earlier and ACCEPT in (line.action, earlier[0].action):
            raise refusal(line, path, "finding_id", f"this repeats or contradicts the decision of row {earlier[0].row}")
        earlier.append(line)
    return lines, gone


def _state(
    finding: Any,
    fires: bool,
    own: Iterable[Decision],
    touched: Mapping[tuple[str, str], Decision],
    excluded: Mapping[str, Decision],
) -> tuple[str, Decision | None]:
    """What became of a finding (a row of FINDING), and the decision that did it (none where a change elsewhere did)."""
    if finding.respondent_id in excluded:
        return EXCLUDED, excluded[finding.respondent_id]
    if fires:
        accepted = next((line for line in own if line.action == ACCEPT), None)
        return (ACCEPTED, accepted) if accepted else (OPEN, None)
    cells = [(finding.respondent_id, slot) for slot in finding.variables.split(BETWEEN)]
    lines = [*(touched[cell] for cell in cells if cell in touched), *(line for line in own if line.action != ACCEPT)]
    gone = next((line for line in lines if line.action == EXCLUDE), None)
    return (EXCLUDED, gone) if gone else (CORRECTED, lines[0] if lines else None)

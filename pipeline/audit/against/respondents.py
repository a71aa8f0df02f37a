"""Why respondents stand otherwise in a figure: what they wrote, what was decided about them, which rule moved them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.audit.against.builds import Build, Received, Respondent, Standing
from pipeline.audit.against.reasons import CODEBOOK, EXHIBITS, Cause, Reason, differs, file_of, of_code
from pipeline.figures.ledger import COMPANY

NAMED = 3  # respondents whose evidence is told; of the others their number


def members_moved(cell: Mapping, before: Build, after: Build, *, redefined: bool) -> list[Reason]:
    """What is proved by the respondents who stand otherwise in the figure, the first few of each cause by name.

    Where the figure is `redefined` that moves respondents by itself, so only what is about one of them is told.
    """
    old, new = before.standing(cell), after.standing(cell)
    moved = [name for name in dict.fromkeys([*new, *old]) if old.get(name) != new.get(name)]
    by_cause: dict[Cause, list[str]] = {}
    for name in moved:
        who = (cell["survey"], name.partition(" ")[0] if cell["dimension"] == COMPANY else name)
        reason = _moved(cell, who, old.get(name), new.get(name), before, after)
        if reason is None and not redefined:
            reason = _otherwise(who, old.get(name), new.get(name), before, after)
        if reason is not None and reason.evidence not in by_cause.setdefault(reason.cause, []):
            by_cause[reason.cause].append(reason.evidence)
    return [Reason(cause, _listed(evidence)) for cause, evidence in by_cause.items()]


def _listed(sentences: list[str]) -> str:
    more = len(sentences) - NAMED
    return "; ".join(sentences[:NAMED]) + (f"; and {more} more" if more > 0 else "")


def _moved(
    cell: Mapping, who: Respondent, old: Standing | None, new: Standing | None, before: Build, after: Build
) -> Reason | None:
    """What is not as it was about one respondent and this figure, from the raw row on."""
    was, now = before.received.get(who), after.received.get(who)
    name = who[1]
    if was is None or now is None:
        return Reason(Cause.DATA, f"{name}: {(now or was).place} is {'new' if was is None else 'no more'}")
    if old and new and old.raw != new.raw:
        return Reason(Cause.DATA, f"{name} wrote {_cut(new.raw)}, before {_cut(old.raw)} ({now.place})")
    if was.status != now.status:
        cause = Cause.CORRECTION if "decision" in (was.rule, now.rule) else Cause.RULE
        return Reason(cause, f"{name} is {_status(now)} and was {_status(was)}")
    corrected = _corrected(who, before, after)
    near = [said for answer, said in corrected.items() if _reads(cell, answer, before, after)]
    return Reason(Cause.CORRECTION, f"{name}: {', '.join(near)}") if near else None


def _otherwise(who: Respondent, old: Standing | None, new: Standing | None, before: Build, after: Build) -> Reason:
    """Why a respondent stands otherwise whose answers to this figure are as they were, and the figure too."""
    survey, name = who
    was, now = before.received[who], after.received[who]
    if was.sha256 != now.sha256:
        return Reason(Cause.DATA, f"the raw row of {name} has changed ({now.place})")
    settled = _settled(who, before, after)
    if settled:
        return Reason(settled.cause, f"{name}: {settled.evidence}")
    corrected = _corrected(who, before, after)  # of an answer that the figure reads through a formula of the codebook
    if corrected:
        return Reason(Cause.CORRECTION, f"{name}: {', '.join(corrected.values())}")
    for file, cause in ((file_of(survey, CODEBOOK), Cause.RULE), (EXHIBITS, Cause.METHOD)):
        if differs(file, before, after):
            return Reason(cause, f"{name} {_stands(old, new)}; the raw row and the decisions about it are the same")
    return of_code(before, after)


def _cut(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _status(received: Received) -> str:
    return received.status + (f" by rule {received.rule}" if received.rule and received.rule != "decision" else "")


def _stands(old: Standing | None, new: Standing | None) -> str:
    if old is None or new is None:
        return "stands in this band now" if old is None else "stands in another band now"
    if bool(old.reason) != bool(new.reason):
        return "is used now" if old.reason else f"is left out now ({new.reason.replace('_', ' ')})"
    return f"enters with {new.value} and not with {old.value}"


def _corrected(who: Respondent, before: Build, after: Build) -> dict[str, str]:
    """The answers of this respondent that only one build corrects, or to another value, each in words."""
    old, new = before.corrections.get(who, {}), after.corrections.get(who, {})
    said = {}
    for name in dict.fromkeys([*new, *old]):
        if old.get(name) != new.get(name):
            value = new.get(name) or old[name]
            done = "is corrected" if name in new else "is no longer corrected"
            said[name] = f"{name} {done} from {value[0] or 'nothing'} to {value[1] or 'nothing'}"
    return said


def _reads(cell: Mapping, answer: str, before: Build, after: Build) -> bool:
    """Whether a figure reads an answer in one of the builds: in its column, its whole, its base or its band."""
    measures = (build.measures.get(cell["measure_id"] or "", {}) for build in (before, after))
    parts = [measure.get(name, "") for measure in measures for name in ("variables", "whole", "counts")]
    return re.search(rf"(?<![\w.]){re.escape(answer)}(?!\w)", " ".join([*parts, cell["subset"]])) is not None


def _settled(who: Respondent, before: Build, after: Build) -> Reason | None:
    """A finding that was decided otherwise, or that only one codebook makes."""
    old, new = before.findings.get(who, {}), after.findings.get(who, {})
    for finding in [*new, *(name for name in old if name not in new)]:
        if old.get(finding) == new.get(finding):
            continue
        if finding in old and finding in new:
            return Reason(Cause.CORRECTION, f"finding {finding} is {new[finding]} and was {old[finding]}")
        return Reason(Cause.RULE, f"finding {finding} is {'new' if finding in new else 'no more'}")
    return None

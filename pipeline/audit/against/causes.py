"""Why a printed number is another one: what can be proved from what two builds were made of.

Evidence is looked for from the raw row to the print: a respondent who wrote something else, a decision that was taken,
a definition that reads, counts or cuts otherwise, a rule of the codebook, the rounding. What is then left is the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from pipeline.audit.against.builds import Build, Respondent, Standing
from pipeline.figures.ledger import COMPANY, FACTS, SHOWN, address

NAMED = 3  # respondents whose evidence is told; of the others their number
CODEBOOK, DECISIONS, EXHIBITS, REFERENCES = "codebook.yaml", "decisions.csv", "exhibits.yaml", "references.csv"
SIGNOFFS = "signoffs"
DEFINED = {
    "exhibits": ("statistic", "where", "cut_by"),
    "measures": ("statistic", "variables", "counts", "whole"),
}
PRINTING = {"exhibits": ("add_to_100",), "measures": ("unit", "decimals")}


class Cause(StrEnum):
    """What made a printed number another one."""

    DATA = "data"  # the raw files, or a figure that references.csv quotes
    CORRECTION = "correction"  # decisions
    RULE = "rule"  # the codebook: checks, records, bands, choices, formulas
    METHOD = "method"  # exhibits.yaml: statistic, base, columns, cuts
    ROUNDING = "rounding"  # decimals, rows that are brought to 100, thresholds of what is printed
    SIGNATURE = "signature"  # what reviewers signed
    CODE = "code"  # Bandwise itself or a package
    UNEXPLAINED = "unexplained"


class Reason(NamedTuple):
    """A cause and the sentence that proves it."""

    cause: Cause
    evidence: str


def changed_inputs(before: Build, after: Build) -> list[str]:
    """Files of the edition, the code and the packages that are not as they were, by name."""
    old, new = before.record.get("inputs", {}), after.record.get("inputs", {})
    files = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    others = {"code": "code", "versions": "packages", "audience": "audience"}
    return files + [word for name, word in others.items() if before.record.get(name) != after.record.get(name)]


def causes_of(cell_id: str, before: Build, after: Build) -> list[Reason]:
    """Why a number that was printed in one of two builds is not printed so in the other."""
    old, new = before.cells.get(cell_id), after.cells.get(cell_id)
    cell = new or old
    if cell["exhibit"] in FACTS:
        return _of_a_fact(cell, before, after)
    if old is None or new is None:
        defined = list(_defined_in_one(cell, before, after))
        if defined:
            return defined
    definition = list(dict.fromkeys(_definition(cell, before, after)))
    found = [*definition, *_members(cell, before, after, redefined=bool(definition))]
    if found:
        return found
    operands = {name for build in (before, after) for name in build.operands.get(cell_id, ())}
    for operand in sorted(operands):
        if _printed(before, operand) != _printed(after, operand):
            found += causes_of(operand, before, after)
    return found or [_print(cell, old, new, before, after)]


def _printed(build: Build, cell_id: str) -> str | None:
    return build.cells[cell_id]["printed"] if cell_id in build.cells else None


def _differs(name: str, before: Build, after: Build) -> bool:
    return before.record.get("inputs", {}).get(name) != after.record.get("inputs", {}).get(name)


def _file(survey: str, name: str) -> str:
    return f"{survey}/{name}" if survey else name


# What is defined --------------------------------------------------------------------------------------------------


def _of_a_fact(cell: Mapping, before: Build, after: Build) -> list[Reason]:
    """A figure of the run is counted from whole files, so every file that it is counted from is named."""
    if cell["exhibit"] == SIGNOFFS:
        return [Reason(Cause.SIGNATURE, "signoffs.csv has changed, or a signed figure has")]
    if cell["exhibit"] == "reference":
        if _differs(REFERENCES, before, after):
            return [Reason(Cause.DATA, f"{REFERENCES} quotes another number")]
    else:
        found = [Reason(Cause.DATA, f"{name} has changed") for name in _raw_files(before, after)]
        for cause, name in ((Cause.CORRECTION, DECISIONS), (Cause.RULE, CODEBOOK)):
            if _differs(name, before, after):
                found.append(Reason(cause, f"{name} has changed"))
        if found:
            return found
    return [_code(before, after)]


def _raw_files(before: Build, after: Build) -> list[str]:
    names = before.files.keys() | after.files.keys()
    return sorted(name for name in names if before.files.get(name) != after.files.get(name))


def _defined_in_one(cell: Mapping, before: Build, after: Build) -> Iterator[Reason]:
    """A number whose exhibit, column or band only one of the two builds knows."""
    for build, word in ((before, "is new"), (after, "is no more")):
        if cell["exhibit"] not in build.exhibits:
            yield Reason(Cause.METHOD, f"the exhibit {cell['exhibit']} {word}")
        elif cell["measure_id"] is not None and cell["measure_id"] not in build.measures:
            yield _by_file(cell, f"the column {cell['column']} {word}", before, after)
        elif cell["dimension"] != COMPANY and not _has_row(cell, build):
            yield _by_file(cell, f"the row {cell['dimension']}.{cell['band']} {word}", before, after)


def _has_row(cell: Mapping, build: Build) -> bool:
    return address(cell["exhibit"], cell["dimension"], cell["band"], "n") in build.cells


def _by_file(cell: Mapping, evidence: str, before: Build, after: Build) -> Reason:
    """A definition comes from exhibits.yaml, or from the choices and bands of the codebook that it names."""
    own = any(
        before.exhibits.get(cell["exhibit"], {}).get(name) != after.exhibits.get(cell["exhibit"], {}).get(name)
        for name in ("dimensions", "where", "statistic", "question", "cut_by")
    )
    codebook = _differs(_file(cell["survey"], CODEBOOK), before, after)
    method = _differs(EXHIBITS, before, after) and (own or not codebook)
    return Reason(Cause.METHOD if method else Cause.RULE, evidence)


def _definition(cell: Mapping, before: Build, after: Build) -> Iterator[Reason]:
    """The definition of the exhibit or the column is another one: what it was and what it is."""
    cause = Cause.METHOD if _differs(EXHIBITS, before, after) else Cause.RULE
    for old, new, names in _definitions(cell, before, after, DEFINED):
        for name in names:
            if old[name] != new[name]:
                yield Reason(cause, f"{name} is {new[name] or 'nothing'!r} and was {old[name] or 'nothing'!r}")


def _definitions(
    cell: Mapping, before: Build, after: Build, names: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Mapping, Mapping, tuple[str, ...]]]:
    """The exhibit and the column of a number in both builds, each with the names of what is to be compared."""
    keys = {"exhibits": cell["exhibit"], "measures": cell["measure_id"]}
    for table, compared in names.items():
        old, new = getattr(before, table).get(keys[table]), getattr(after, table).get(keys[table])
        if old and new:
            yield old, new, compared


# Who stands in it -------------------------------------------------------------------------------------------------


def _members(cell: Mapping, before: Build, after: Build, *, redefined: bool) -> list[Reason]:
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
            reason = _otherwise(cell, who, old.get(name), new.get(name), before, after)
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


def _otherwise(
    cell: Mapping, who: Respondent, old: Standing | None, new: Standing | None, before: Build, after: Build
) -> Reason:
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
    for file, cause in ((_file(survey, CODEBOOK), Cause.RULE), (EXHIBITS, Cause.METHOD)):
        if _differs(file, before, after):
            return Reason(cause, f"{name} {_stands(old, new)}; the raw row and the decisions about it are the same")
    return _code(before, after)


def _cut(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _status(received) -> str:
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


# How it is printed ------------------------------------------------------------------------------------------------


def _print(cell: Mapping, old: Mapping | None, new: Mapping | None, before: Build, after: Build) -> Reason:
    """Nobody stands otherwise in the figure and it is defined as before."""
    if old is None or new is None:
        return Reason(Cause.ROUNDING, "the smallest base of what is printed is another one")
    if old["status"] != new["status"]:
        shown = "is printed" if new["status"] == SHOWN else f"is {new['status']}"
        return Reason(Cause.ROUNDING, f"n is {new['n']} as before, but the number {shown}: the thresholds have changed")
    if old["stat"] == new["stat"]:
        return Reason(Cause.ROUNDING, _rounded(cell, old, new, before, after))
    if _differs(_file(cell["survey"], CODEBOOK), before, after):
        return Reason(Cause.RULE, "the members are the same and the codebook is not")
    return _code(before, after)


def _rounded(cell: Mapping, old: Mapping, new: Mapping, before: Build, after: Build) -> str:
    said = [
        f"{name} is {_plain(now[name])} and was {_plain(was[name])}"
        for was, now, names in _definitions(cell, before, after, PRINTING)
        for name in names if was[name] != now[name]
    ]  # fmt: skip
    if not said and old["adjusted"] + new["adjusted"]:
        said.append("its row is brought to 100 and another share of the row has moved")
    elif not said and new["unit"] == "percent":
        said.append("the decimals of its column follow the spread of all its answers, which has changed")
    return f"the unrounded value is the same, {old['stat']!r}" + "".join(f"; {each}" for each in said)


def _plain(value: object) -> str:
    return "as the unit says" if value is None else str(value) or "nothing"


def _code(before: Build, after: Build) -> Reason:
    changed = [name for name in changed_inputs(before, after) if name in ("code", "packages", "audience")]
    if changed:
        return Reason(Cause.CODE, f"nothing else explains it; changed: {', '.join(changed)}")
    return Reason(Cause.UNEXPLAINED, "no input, member or definition differs")

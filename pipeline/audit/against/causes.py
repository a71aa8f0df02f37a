"""Why a printed number is another one: what can be proved from what two builds were made of.

Evidence is looked for from the raw row to the print: a respondent who wrote something else, a decision that was taken,
a definition that reads, counts or cuts otherwise, a rule of the codebook, the rounding. What is then left is the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.audit.against.builds import Build
from pipeline.audit.against.reasons import (
    CODEBOOK,
    DECISIONS,
    EXHIBITS,
    REFERENCES,
    Cause,
    Reason,
    changed_inputs,
    differs,
    file_of,
    of_code,
)
from pipeline.audit.against.respondents import members_moved
from pipeline.figures.ledger import COMPANY, FACTS, SHOWN, address

SIGNOFFS = "signoffs"
DEFINED = {
    "exhibits": ("statistic", "where", "cut_by"),
    "measures": ("statistic", "variables", "counts", "whole"),
}
PRINTING = {"exhibits": ("add_to_100",), "measures": ("unit", "decimals")}


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
    found = [*definition, *members_moved(cell, before, after, redefined=bool(definition))]
    if found:
        return found
    operands = {name for build in (before, after) for name in build.operands.get(cell_id, ())}
    for operand in sorted(operands):
        if _printed(before, operand) != _printed(after, operand):
            found += causes_of(operand, before, after)
    return found or [_print(cell, old, new, before, after)]


def _printed(build: Build, cell_id: str) -> str | None:
    return build.cells[cell_id]["printed"] if cell_id in build.cells else None


# What is defined --------------------------------------------------------------------------------------------------


def _of_a_fact(cell: Mapping, before: Build, after: Build) -> list[Reason]:
    """A figure of the run is counted from whole files, so every file that it is counted from is named."""
    if cell["exhibit"] == SIGNOFFS:
        return [Reason(Cause.SIGNATURE, "signoffs.csv has changed, or a signed figure has")]
    if cell["exhibit"] == "reference":
        if differs(REFERENCES, before, after):
            return [Reason(Cause.DATA, f"{REFERENCES} quotes another number")]
    else:
        found = [Reason(Cause.DATA, f"{name} has changed") for name in _raw_files(before, after)]
        for cause, name in ((Cause.CORRECTION, DECISIONS), (Cause.RULE, CODEBOOK)):
            if differs(name, before, after):
                found.append(Reason(cause, f"{name} has changed"))
        if found:
            return found
    return [of_code(before, after)]


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
    codebook = differs(file_of(cell["survey"], CODEBOOK), before, after)
    method = differs(EXHIBITS, before, after) and (own or not codebook)
    return Reason(Cause.METHOD if method else Cause.RULE, evidence)


def _definition(cell: Mapping, before: Build, after: Build) -> Iterator[Reason]:
    """The definition of the exhibit or the column is another one: what it was and what it is."""
    cause = Cause.METHOD if differs(EXHIBITS, before, after) else Cause.RULE
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


# How it is printed ------------------------------------------------------------------------------------------------


def _print(cell: Mapping, old: Mapping | None, new: Mapping | None, before: Build, after: Build) -> Reason:
    """Nobody stands otherwise in the figure and it is defined as before; where no file has changed it is the code's."""
    if not set(changed_inputs(before, after)) - {"code", "packages"}:
        return of_code(before, after)
    if old is None or new is None:
        return Reason(Cause.ROUNDING, "the smallest base of what is printed is another one")
    if old["status"] != new["status"]:
        shown = "is printed" if new["status"] == SHOWN else f"is {new['status']}"
        return Reason(Cause.ROUNDING, f"n is {new['n']} as before, but the number {shown}: the thresholds have changed")
    if old["stat"] == new["stat"]:
        rounded = _rounded(cell, old, new, before, after)
        same = f"the unrounded value is the same, {old['stat']!r}"
        return Reason(Cause.ROUNDING, f"{same}; {rounded}") if rounded else of_code(before, after)
    if differs(file_of(cell["survey"], CODEBOOK), before, after):
        return Reason(Cause.RULE, "the members are the same and the codebook is not")
    return of_code(before, after)


def _rounded(cell: Mapping, old: Mapping, new: Mapping, before: Build, after: Build) -> str:
    """Why one value is printed in two ways, as far as it can be proved; empty where it cannot."""
    said = [
        f"{name} is {_plain(now[name])} and was {_plain(was[name])}"
        for was, now, names in _definitions(cell, before, after, PRINTING)
        for name in names if was[name] != now[name]
    ]  # fmt: skip
    if not said and old["adjusted"] + new["adjusted"]:
        said.append("its row is brought to 100 and another share of the row has moved")
    elif not said and new["unit"] == "percent" and _places(old["printed"]) != _places(new["printed"]):
        said.append("the decimals of its column follow the spread of all its answers, which has changed")
    return "; ".join(said)


def _places(printed: str) -> int:
    """The decimals of a printed number."""
    return sum(map(str.isdigit, printed.partition(".")[2]))


def _plain(value: object) -> str:
    return "as the unit says" if value is None else str(value) or "nothing"

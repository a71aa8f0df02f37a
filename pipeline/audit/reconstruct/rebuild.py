"""Every answer of every company: the joint table, the headcounts, the exact values and the drawn questions together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.reconstruct.conflicts import median_conflicts
from pipeline.audit.reconstruct.fill import fill
from pipeline.audit.reconstruct.staffing import Staffing, staff
from pipeline.audit.reconstruct.values import draw_within_bands
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import Kind


@dataclass(frozen=True)
class Rebuilt:
    """One row per company and one column per variable of the codebook (and headcount.<role>); None where unanswered.

    `problems` are the printed figures that the headcounts do not give."""

    answers: pd.DataFrame
    staffing: Staffing
    problems: list[str]


def rebuild(
    joint: pd.DataFrame,
    codebook: Codebook,
    plan: Mapping[str, Any],
    *,
    published: Path,
    edition: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Rebuilt:
    """`joint` has one row per company: a band id per dimension, the single answers, multiple answers as codes joined
    by |, and has_<role> as 0 or 1."""
    amounts = plan["amounts"]
    printed = pd.read_csv(published / "tables.csv")
    lists = {name: [c.code for c in choices] for name, choices in codebook.lists.items()}
    companies = joint.copy()
    for role in lists[amounts["headcounts"]["roles"]]:
        name = amounts["headcounts"]["holds"].format(role=role)
        companies[name] = companies[name].astype(int).astype(bool)
    start = edition / amounts["headcounts"]["start"] if "start" in amounts["headcounts"] else None
    staffing = staff(
        companies,
        printed,
        plan,
        lists,
        progress=progress,
        start=pd.read_csv(start) if start and start.exists() else None,
    )

    counted = lists[amounts["headcounts"]["shares"]["roles"]]
    values = draw_within_bands(
        companies,
        amounts["values"],
        plan["population"]["coherence"]["edges"],
        staffing.contributors[counted].sum(axis=1),
        np.random.default_rng([amounts["seed"], 7]),
    )
    answers = pd.concat([_chosen(companies, codebook), values, _people(staffing, amounts["headcounts"])], axis=1)
    answers = answers.iloc[np.random.default_rng([plan["export"]["seed"], 3]).permutation(len(answers))]
    answers.index = pd.RangeIndex(1, len(answers) + 1, name="company")
    answers = _named(answers, plan["export"])
    answers = fill(answers, plan["fill"]["steps"], seed=plan["fill"]["seed"], printed=printed, codebook=codebook)
    medians = amounts["headcounts"]["medians"]
    printed_medians = {(medians["exhibit"].format(role=role), medians["column"]) for role in staffing.headcount.columns}
    conflicts = [*staffing.conflicts, *median_conflicts(published / "tables.csv", printed_medians)]
    return Rebuilt(answers, staffing, [miss.sentence(conflicts) for miss in staffing.misses])


def _chosen(companies: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The answers that the joint table holds already, in the codebook's variables."""
    columns = {}
    for name, question in codebook.questions.items():
        if name not in companies:
            continue
        if question.type is Kind.single:
            columns[name] = companies[name].astype(object)
        elif question.type is Kind.multiple:
            ticked = companies[name].fillna("").str.split("|")
            columns |= {
                f"{name}.{choice.code}": ticked.map(lambda codes, code=choice.code: code in codes).astype(object)
                for choice in codebook.choices(name)
            }
    return pd.DataFrame(columns)


def _people(staffing: Staffing, plan: Mapping[str, Any]) -> pd.DataFrame:
    return pd.concat(
        [
            staffing.headcount.add_prefix("headcount."),
            staffing.contributors.add_prefix(f"{plan['individual_contributors']}."),
            staffing.managers.add_prefix(f"{plan['managers']}."),
        ],
        axis=1,
    )


def _named(answers: pd.DataFrame, plan: Mapping[str, Any]) -> pd.DataFrame:
    """Fictional names without order, ids in the order of the rows."""
    names = np.random.default_rng([plan["seed"], 5]).permutation(np.array(plan["names"], dtype=object))[: len(answers)]
    ids = [plan["id_pattern"].format(number=number) for number in answers.index]
    return answers.assign(**{plan["name"]: names, plan["id"]: ids})

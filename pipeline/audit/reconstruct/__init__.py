"""Respondent-level data that agree with published tables: the joint table, the amounts, the other answers, the export.

1. Which company stands in which bands, ticks what and staffs what: an exact model of all printed shares and counts.
2. How many people work in each role: a search over whole numbers for the printed medians, shares and ratios.
3. Exact values inside the bands, and the questions that no table settles, from the plan's distributions.
4. The export as a survey tool writes it, with the decisions that settle what looks wrong in it.
5. The further surveys of the edition in the same way.

Nothing is written before the export has been read back and gives exactly the answers that were meant.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import BandwiseError

Progress = Callable[[str, int, int], None]
WRITTEN = ("responses.csv", "decisions.csv")


@dataclass(frozen=True)
class Reconstruction:
    """What was written, and which printed figures the data do not give, one sentence each."""

    paths: list[Path]
    problems: list[str]


def reconstruct(published: Path, edition: Path, progress: Progress = lambda step, done, total: None) -> Reconstruction:
    """Rebuilds an edition from the tables in `published` after `edition`/reconstruction.yaml.

    Writes responses.csv and decisions.csv of the edition and of each folder in it that has a plan of its own.
    """
    from pipeline.audit.reconstruct.rebuild import rebuild
    from pipeline.audit.reconstruct.sisters import rebuild_sister
    from pipeline.responses.codebook import read_codebook
    from pipeline.responses.strict_yaml import load

    published, edition = Path(published), Path(edition)
    plan = load(edition / "reconstruction.yaml").data
    printed = pd.read_csv(published / "tables.csv")
    further = sorted(folder.parent for folder in edition.glob("*/reconstruction.yaml"))

    joint, problems = _joint_table(published, edition, progress)
    rebuilt = rebuild(
        joint,
        read_codebook(edition / "codebook.yaml"),
        plan,
        published=published,
        edition=edition,
        progress=lambda done, total: progress("headcounts", done, total),
    )
    problems += rebuilt.problems
    with tempfile.TemporaryDirectory() as scratch:
        made = [_export(edition, rebuilt.answers, plan["export"], Path(scratch) / "edition")]
        progress("export and decisions", 1, 1)
        for folder in further:
            its_plan = load(folder / "reconstruction.yaml").data
            answers = rebuild_sister(read_codebook(folder / "codebook.yaml"), its_plan, rebuilt.answers, printed)
            made.append(_export(folder, answers, its_plan["export"], Path(scratch) / folder.name))
            progress(f"further survey: {folder.name}", 1, 1)
        paths = [
            path for place, (staged, _) in zip([edition, *further], made, strict=True) for path in _put(staged, place)
        ]
    return Reconstruction(paths, [*problems, *(line for _, left in made for line in left)])


def _joint_table(published: Path, edition: Path, progress: Progress) -> tuple[pd.DataFrame, list[str]]:
    """One row per company from the exact model, and what no data can give or this one does not."""
    from pipeline.audit.reconstruct.joint import solve_joint

    progress("joint table", 0, 1)
    joint = solve_joint(published, edition)
    progress("joint table", 1, 1)
    return joint.companies, joint.problems


def _export(folder: Path, answers: pd.DataFrame, plan: Mapping[str, Any], scratch: Path) -> tuple[Path, list[str]]:
    """The export and the decisions in a scratch folder, read back and compared; open findings as sentences."""
    from pipeline.audit.reconstruct.export import write_export
    from pipeline.audit.reconstruct.settle import differences, settle
    from pipeline.responses.codebook import read_codebook

    scratch.mkdir()
    shutil.copy(folder / "codebook.yaml", scratch)
    export = write_export(answers, read_codebook(scratch / "codebook.yaml"), plan, seed=plan["seed"])
    (scratch / WRITTEN[0]).write_text(export.text(), encoding="utf-8")
    survey = settle(scratch, export, plan)
    if wrong := differences(survey, answers, export.response_ids):
        raise BandwiseError(f"{folder}: the export reads back differently in {len(wrong)} cells, first {wrong[0]}")
    return scratch, [f"{folder.name}: {row.message}" for row in survey.undecided.itertuples()]


def _put(staged: Path, folder: Path) -> Sequence[Path]:
    """Copied beside their places first and then renamed, so that no file is ever half written."""
    placed = []
    for name in WRITTEN:
        beside = folder / f".{name}.new"
        shutil.copyfile(staged / name, beside)
        placed.append(beside.rename(folder / name))
    return placed

"""The main path of this room: read, type, check, replay the decisions, check again, withhold what is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.responses.answers import Answers, read_answers
from pipeline.responses.bands import band_of, crossed, has_edges
from pipeline.responses.checks import run_checks
from pipeline.responses.codebook import Codebook, read_codebook
from pipeline.responses.decisions import Decision, read_decisions
from pipeline.responses.exports import LAYOUTS, Export, read_export
from pipeline.responses.findings import BETWEEN, all_findings, rules_frame
from pipeline.responses.progress import Progress, in_rows, silent
from pipeline.responses.records import COUNTED, EXCLUDED, Received, counted, receive
from pipeline.responses.replay import replay
from pipeline.responses.schema import Kind, Severity, Source
from pipeline.responses.settling import OBSOLETE, OPEN, settle
from pipeline.responses.strict_yaml import suggest

DECISIONS = "decisions.csv"


@dataclass(frozen=True)
class RawCell:
    """One cell of the export as it was received; `row` as a spreadsheet shows it, `column` as the header tags it."""

    file: str
    row: int
    column: str
    text: str


@dataclass(frozen=True)
class SourceFile:
    """One file of the export, and how many records it holds."""

    path: str
    sha256: str
    rows: int
    encoding: str
    kind: str
    described: str


@dataclass(frozen=True)
class Survey:
    """Typed, checked, decided responses of one survey.

    `answers`, `before` (decisions) and `reasons` have a row per respondent and a column per variable (`reasons`: per
    question where several can be ticked); `before` also has those whom a decision excluded. `raw` holds the export's
    text by respondent and the column's name in the codebook. The other frames have a row per record, rule, finding and
    changed cell.
    """

    codebook: Codebook
    answers: pd.DataFrame
    before: pd.DataFrame
    reasons: pd.DataFrame
    raw: pd.DataFrame
    records: pd.DataFrame
    rules: pd.DataFrame
    findings: pd.DataFrame
    changes: pd.DataFrame
    sources: list[SourceFile]
    tags: dict[str, dict[str, str]]

    def bands(self, dimension: str, variable: str | None = None) -> pd.Series:
        """Each respondent's band id: an ordered categorical with all bands, indexed like `answers`.

        `variable` cuts by another variable than the dimension's own: a number, or a choice whose codes are band ids.
        """
        if dimension not in self.codebook.dimensions:
            raise InputError(f"unknown dimension {dimension!r}{suggest(dimension, self.codebook.dimensions)}")
        definition = self.codebook.dimensions[dimension]
        if definition.cross:
            if variable:
                raise InputError(f"dimension {dimension!r} crosses others; it cannot be cut by {variable!r}")
            return crossed([self.bands(part) for part in definition.cross], definition)
        name = variable or definition.variable
        if name not in self.answers:
            raise InputError(f"unknown variable {name!r}{suggest(name, self.answers)}")
        facts = self.codebook.variables()[name]
        if facts.kind is Kind.single:
            strange = {c.code for c in self.codebook.choices(facts.question)} - {band.id for band in definition.bands}
            if strange:
                raise InputError(f"choice {min(strange)!r} of {name!r} is no band of dimension {dimension!r}")
        elif not has_edges(definition):
            raise InputError(f"dimension {dimension!r} has no edges to cut {name!r} by")
        return band_of(self.answers[name], definition)

    def owners(self) -> dict[str, str]:
        """Who owns each respondent, by id, as `survey: owner:` of the codebook says; without it each is its own."""
        own = {str(r): str(r) for r in self.answers.index}
        if self.codebook.survey.owner is None:
            return own
        named = self.answers[self.codebook.survey.owner].dropna().astype(str)
        return own | {str(r): f"owner {' '.join(name.casefold().split())}" for r, name in named.items()}

    def cell_of(self, respondent_id: str, variable: str) -> RawCell:
        """The cell of the export that an asked variable was read from; InputError if there is none."""
        facts = self.codebook.variables().get(variable)
        slot = self.codebook.slots.get(variable) or (self.codebook.slots.get(facts.question) if facts else None)
        if respondent_id not in self.raw.index:
            raise InputError(f"no record has the id {respondent_id!r}")
        record = self.records[self.records["record_id"] == respondent_id].iloc[0]
        tags = self.tags[record["file"]]
        if slot is None or slot.name not in tags:
            message = f"no column of {record['file']} holds {variable!r}{suggest(variable, self.codebook.slots)}"
            raise InputError(message)
        text = self.raw.at[respondent_id, slot.column]
        return RawCell(record["file"], int(record["row"]), tags[slot.name], text)

    @property
    def undecided(self) -> pd.DataFrame:
        """The findings that need a person: open errors and warnings, and decisions that have become obsolete."""
        state, severity = self.findings["state"], self.findings["severity"]
        return self.findings[(state == OBSOLETE) | ((state == OPEN) & (severity != Severity.info))]


def read_survey(
    edition: Path,
    decisions: Sequence[Decision] | None = None,
    decided_in: Path | None = None,
    progress: Progress = silent,
) -> Survey:
    """Read one edition folder, or the folder of a further survey inside one.

    `decisions` are replayed in place of those in decisions.csv; what is wrong with one of them is said of `decided_in`.
    `progress` is told how far a survey of many rows is. Raises InputError, one sentence with its place, for whatever in
    the folder is wrong. Nothing is written.
    """
    edition = Path(edition)
    if not edition.is_dir():
        raise InputError("this folder does not exist", file=edition)
    codebook = read_codebook(edition / "codebook.yaml")
    path = decided_in or edition / DECISIONS
    decided = read_decisions(edition / DECISIONS) if decisions is None else decisions
    return _read(edition, codebook, decided, path, progress)


def read_undecided(edition: Path) -> Survey:
    """The same without any decision or fix: every error withholds its answers. Raises what `read_survey` raises."""
    codebook = replace(read_codebook(Path(edition) / "codebook.yaml"), fixes=())
    return _read(Path(edition), codebook, (), Path(edition) / DECISIONS)


def _read(
    edition: Path, codebook: Codebook, decisions: Sequence[Decision], path: Path, progress: Progress = silent
) -> Survey:
    exports = read_exports(edition, codebook.source, progress)
    # from here on the kind, and what follows from the files, is known, whether it was stated or found
    kind, separator = exports[0].kind, codebook.source.separator or LAYOUTS[exports[0].kind].separator
    decimals = {export.decimal for export in exports}
    decimal = codebook.source.decimal or (decimals.pop() if len(decimals) == 1 else None)
    source = codebook.source.model_copy(update={"kind": kind, "separator": separator, "decimal": decimal})
    codebook = replace(codebook, source=source)
    received = receive(exports, codebook)
    rows = len(received.text)
    read = read_answers(received.text, codebook, in_rows(progress, "understanding the answers", rows))
    records, before = counted(received.records, read)
    rules, first = _checked(received, before, in_rows(progress, "checking the answers", rows))
    last = first

    in_rows(progress, "replaying the decisions", rows)(0, 1)
    replayed = replay(decisions, before, frozenset(records["record_id"]), path)
    if replayed.answers is not before:
        _, last = _checked(received, replayed.answers, in_rows(progress, "checking what was decided", rows))
    versions = {codebook.version, *(export.sha256 for export in exports)}
    findings = settle(first, last, decisions, replayed, versions, path)
    answers = replayed.answers.without(_withheld(findings, last, replayed.answers))

    return Survey(
        codebook=codebook,
        answers=answers.values,
        before=before.values,
        reasons=answers.reasons,
        raw=_raw(received, codebook),
        records=_without_excluded(records, replayed.excluded),
        rules=rules,
        findings=findings,
        changes=replayed.changes,
        sources=[SourceFile(e.name, e.sha256, len(e.cells), e.encoding, e.kind, e.described) for e in exports],
        tags=received.tags,
    )


def _checked(
    received: Received, answers: Answers, progress: Callable[[int, int], None]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What every rule came to on one state of the answers, and the findings."""
    outcomes = [*received.outcomes, *run_checks(answers, progress)]
    return rules_frame(outcomes), all_findings(outcomes)


def read_exports(edition: Path, source: Source, progress: Progress = silent) -> list[Export]:
    """All files of a survey; InputError also where they are not of one kind."""
    exports = [
        read_export(
            edition,
            name,
            source.kind,
            source.encoding,
            delimiter=source.delimiter,
            sheet=source.sheet,
            header_rows=source.header_rows,
            decimal=source.decimal,
            wave=wave,
            progress=in_rows(progress, f"reading {name}"),
        )
        for wave, name in source.files_by_wave
    ]
    for export in exports[1:]:
        if export.kind != exports[0].kind:
            message = f"this is an export of kind {export.kind}, {exports[0].name} one of kind {exports[0].kind}"
            raise InputError(f"{message}; one survey's files are of one kind", file=export.file)
    return exports


def _withheld(findings: pd.DataFrame, firing: pd.DataFrame, answers: Answers) -> list[tuple[str, str]]:
    """The cells that open errors put in doubt, by respondent and slot; an error about a record means all of it."""
    is_open = findings["state"] == OPEN
    errors = findings.loc[is_open & (findings["severity"] == Severity.error), "finding_id"]
    about = firing[firing["finding_id"].isin(errors) & firing["respondent_id"].isin(answers.text.index)]
    return [
        (respondent, slot)
        for respondent, variables in zip(about["respondent_id"], about["variables"], strict=True)
        for slot in (variables.split(BETWEEN) if variables else answers.columns)
        if slot in answers.columns
    ]


def _raw(received: Received, codebook: Codebook) -> pd.DataFrame:
    """The export's text under the codebook's column names; one that is a system column too stands once."""
    text = received.text.apply(_blank_where_missing)
    columns = {slot.column: text[name] for name, slot in codebook.slots.items() if name in text}
    system = {name: text[name] for name in text if name not in codebook.slots}
    return pd.DataFrame({**system, **columns}, index=text.index, copy=False)


def _blank_where_missing(texts: pd.Series) -> pd.Series:
    if not texts.hasnans:
        return texts
    known = texts if "" in texts.cat.categories else texts.cat.add_categories("")
    return known.fillna("")


def _without_excluded(records: pd.DataFrame, excluded) -> pd.DataFrame:
    gone = records["record_id"].isin(list(excluded)) & (records["status"] == COUNTED)
    reasons = records.loc[gone, "record_id"].map({respondent: line.reason for respondent, line in excluded.items()})
    records = records.copy()
    records.loc[gone, ["status", "rule"]] = [EXCLUDED, "decision"]
    records.loc[gone, "reason"] = reasons
    return records

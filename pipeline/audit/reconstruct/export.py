"""Answers written as a survey tool exports them: three header rows, system columns, labels, and people's own spelling.

What is written reads back to the same value without a guess: every spelling here is one that the number grammar reads,
every word for "no answer" is one of the codebook's.
"""

from __future__ import annotations

import csv
import io
import json
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.reconstruct.choose import refuse_unknown, select
from pipeline.errors import InputError
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import NUMERIC, Kind

SYSTEM_TEXT = {  # export tag: (label, ImportId)
    "StartDate": ("Start Date", "startDate"),
    "EndDate": ("End Date", "endDate"),
    "Status": ("Response Type", "status"),
    "IPAddress": ("IP Address", "ipAddress"),
    "Progress": ("Progress", "progress"),
    "Duration (in seconds)": ("Duration (in seconds)", "duration"),
    "Finished": ("Finished", "finished"),
    "RecordedDate": ("Recorded Date", "recordedDate"),
    "ResponseId": ("Response ID", "_recordId"),
    "ExternalReference": ("External Data Reference", "externalDataReference"),
    "DistributionChannel": ("Distribution Channel", "distributionChannel"),
    "UserLanguage": ("User Language", "userLanguage"),
}
TIMES = "%Y-%m-%d %H:%M:%S"
EXPORT_KEYS = {
    "seed",
    "name",
    "id",
    "id_pattern",
    "fieldwork",
    "mess",
    "not_counted",
    "errors",
    "decided",
    "accept",
    "names",
}
ERROR_KEYS = {
    "variables",
    "n",
    "where",
    "times",
    "plus",
    "swap",
    "same_as",
    "typed",
    "action",
    "reason_code",
    "reason",
    "evidence",
}
RECORD_KEYS = {
    "n",
    "on",
    "earlier_days",
    "minutes_before",
    "same_company",
    "seconds",
    "keeps",
    "retyped",
    "system",
    "names",
    "id",
}


@dataclass(frozen=True)
class Planted:
    """One answer that was written wrong on purpose, and what sets it right."""

    company: Any
    variable: str
    truth: Any
    written: str
    action: str
    reason_code: str
    reason: str
    evidence: str


@dataclass(frozen=True)
class Export:
    """`records` are dictionaries by ImportId or system tag, in file order; `response_ids` by company."""

    codebook: Codebook
    records: list[dict[str, str]]
    response_ids: Mapping[Any, str]
    planted: list[Planted] = field(default_factory=list)

    def text(self) -> str:
        """The CSV file: export tags, question texts, ImportIds, then one row per record."""
        columns = _columns(self.codebook)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([tag for tag, _, _ in columns])
        writer.writerow([text for _, text, _ in columns])
        writer.writerow([json.dumps({"ImportId": import_id}, separators=(",", ":")) for _, _, import_id in columns])
        for record in self.records:
            writer.writerow([record.get(import_id, record.get(tag, "")) for tag, _, import_id in columns])
        return out.getvalue()


def _columns(codebook: Codebook) -> list[tuple[str, str, str]]:
    """(export tag, question text, ImportId) of every column; system columns first."""
    system = [(tag, *SYSTEM_TEXT[tag]) for tag in codebook.source.system]
    asked = [
        (slot.column.replace("QID", "Q").removesuffix("_TEXT"), slot.texts[0], slot.column)
        for slot in codebook.slots.values()
        if slot.column not in codebook.source.system
    ]
    return system + asked


def write_export(answers: pd.DataFrame, codebook: Codebook, plan: Mapping[str, Any], *, seed: int) -> Export:
    """Every company's answers as one record, the answers that the plan spoils, and the records that must not count."""
    refuse_unknown(plan, EXPORT_KEYS, "export")
    rng = np.random.default_rng([seed, 11])
    planted = _plant(answers, codebook, plan.get("errors", []), rng)
    spoiled_at = {company: {p.variable for p in planted if p.company == company} for company in answers.index}
    texts = {
        company: _answers_of(row, codebook, plan["mess"], spoiled_at[company], rng)
        for company, row in answers.iterrows()
    }
    for spoiled in planted:
        texts[spoiled.company][codebook.slots[spoiled.variable].column] = spoiled.written
    when = _dates(len(answers), plan["fieldwork"], rng)
    ids = {company: _response_id(rng) for company in answers.index}
    records = [
        {**_system(start, end, ids[company], rng), **texts[company]}
        for company, (start, end) in zip(answers.index, when, strict=True)
    ]
    records += _other_records(records, codebook, plan, rng)
    records.sort(key=lambda record: (record["RecordedDate"], record["ResponseId"]))
    return Export(codebook, records, ids, planted)


# One company's cells.
def _answers_of(row: pd.Series, codebook: Codebook, mess: Mapping[str, Any], plain: set[str], rng) -> dict[str, str]:
    cells = {}
    for slot in codebook.slots.values():
        question = codebook.questions[slot.question]
        if question.type is Kind.multiple:
            ticked = [choice.label for choice in codebook.choices(question.id) if row[f"{question.id}.{choice.code}"]]
            cells[slot.column] = ",".join(ticked)
            continue
        share = 0.0 if slot.name in plain or question.type is Kind.identifier else mess["share"]
        messy = rng.random() < share
        value = row[slot.name]
        if value is None or (isinstance(value, float) and np.isnan(value)):
            wordy = messy and question.type in NUMERIC and rng.random() < mess["words"]
            cells[slot.column] = str(rng.choice(_missing_words(codebook))) if wordy else ""
        elif question.choices:
            choice = next(c for c in codebook.choices(question.id) if c.code == value)
            cells[slot.column] = str(rng.choice([*choice.aliases, f"{choice.label} "])) if messy else choice.label
        elif question.type in NUMERIC:
            cells[slot.column] = spell_number(value, question.type, rng) if messy else plain_number(value)
        else:
            cells[slot.column] = f"{value} " if messy else str(value)
    return cells


def _missing_words(codebook: Codebook) -> list[str]:
    return [word for words in codebook.source.missing.values() for word in words]


def plain_number(value: float) -> str:
    """The shortest exact writing without an exponent."""
    return str(int(value)) if float(value).is_integer() else repr(round(float(value), 6))


def spell_number(value: float, kind: Kind, rng: np.random.Generator) -> str:
    """One of the ways in which people write this number, all of them exact."""
    value = float(value)
    plain = plain_number(value)
    grouped = f"{int(value):,}" if float(value).is_integer() else plain
    ways = [f"{plain} ", f" {plain}"]
    if kind is Kind.money:
        ways += [f"${grouped}", grouped, f"USD {grouped}", *_scaled(value)]
    elif kind is Kind.percent:
        ways += [f"{plain}%", f"{plain} %", f"{plain} percent"]
    elif abs(value) >= 1000:
        ways += [grouped, grouped]
    return str(rng.choice(ways))


def _scaled(value: float) -> list[str]:
    """Writings in thousands or millions, where these give the value back to the last bit."""
    ways = []
    for size, marks in ((1e6, ("M", " million")), (1e3, ("K", "k"))):
        short = f"{value / size:.6g}"
        if size <= value < 1000 * size and float(short) * size == value:
            ways += [f"${short}{marks[0]}", f"{short}{marks[1]}", f"${short}{marks[0]} "]
    return ways


# Answers that break a check.
def _plant(
    answers: pd.DataFrame, codebook: Codebook, errors: Sequence[Mapping[str, Any]], rng: np.random.Generator
) -> list[Planted]:
    """Each error of the plan at `n` companies that meet its `where`; no company is spoiled twice."""
    free = np.ones(len(answers), dtype=bool)
    planted = []
    for error in errors:
        refuse_unknown(error, ERROR_KEYS, ", ".join(error["variables"]))
        able = free & select(answers, error.get("where")) & answers[error["variables"]].notna().all(axis=1).to_numpy()
        if able.sum() < error["n"]:
            message = f"{error['n']} answers are to be spoiled, only {able.sum()} companies qualify"
            raise InputError(message, key=error["variables"][0])
        for place in rng.choice(np.flatnonzero(able), error["n"], replace=False):
            free[place] = False
            row = answers.iloc[place]
            planted += [
                Planted(
                    company=answers.index[place],
                    variable=variable,
                    truth=row[variable],
                    written=_spoiled(row, variable, error, codebook),
                    action=error["action"],
                    reason_code=error["reason_code"],
                    reason=error["reason"],
                    evidence=error["evidence"],
                )
                for variable in error["variables"]
            ]
    return planted


def _spoiled(row: pd.Series, variable: str, error: Mapping[str, Any], codebook: Codebook) -> str:
    match error:
        case {"times": factor}:
            return plain_number(round(float(row[variable]) * factor, 6))
        case {"plus": step}:
            return plain_number(float(row[variable]) + step)
        case {"swap": True}:
            return plain_number(row[next(other for other in error["variables"] if other != variable)])
        case {"same_as": other}:
            choices = codebook.choices(codebook.slots[other].question)
            return next(choice.label for choice in choices if choice.code == row[other])
        case {"typed": text}:
            return text
    raise InputError("an error needs times, plus, swap, same_as or typed", key=variable)


# Who answered when, and from where.
def _dates(n: int, fieldwork: Mapping[str, Any], rng) -> list[tuple[datetime, datetime]]:
    first, last = (datetime.fromisoformat(str(fieldwork[name])) for name in ("from", "to"))
    days = [first + timedelta(days=d) for d in range((last - first).days + 1)]
    days = [day for day in days if day.weekday() < 5]
    # Most answer soon after the invitation or just before the deadline.
    places = np.where(rng.random(n) < 0.65, rng.beta(1.1, 3.5, n), rng.beta(5, 1.4, n))
    spans = []
    for place in places:
        start = days[min(len(days) - 1, int(place * len(days)))] + timedelta(
            seconds=int(rng.normal(13, 2.3) * 3600) % 86_400
        )
        seconds = int(np.exp(rng.normal(np.log(fieldwork["median_seconds"]), 0.55)))
        if rng.random() < fieldwork["interrupted"]:
            seconds += int(rng.integers(1, 6)) * 86_400 + int(rng.integers(0, 20_000))
        spans.append((start, start + timedelta(seconds=seconds)))
    return spans


def _system(start: datetime, end: datetime, response_id: str, rng, **changed: str) -> dict[str, str]:
    # Addresses are of the blocks that are reserved for documentation (RFC 5737).
    block = rng.choice(["192.0.2", "198.51.100", "203.0.113"])
    return {
        "StartDate": start.strftime(TIMES),
        "EndDate": end.strftime(TIMES),
        "Status": "IP Address",
        "IPAddress": f"{block}.{rng.integers(1, 255)}",
        "Progress": "100",
        "Duration (in seconds)": str(int((end - start).total_seconds())),
        "Finished": "True",
        "RecordedDate": (end + timedelta(seconds=1)).strftime(TIMES),
        "ResponseId": response_id,
        "DistributionChannel": str(rng.choice(["email", "email", "email", "anonymous"])),
        "UserLanguage": "EN",
        **changed,
    }


def _response_id(rng) -> str:
    letters = np.array(list(string.ascii_letters + string.digits))
    return "R_" + "".join(rng.choice(letters, int(rng.integers(15, 18))))


# Records that must not count.
def _other_records(
    records: Sequence[dict[str, str]], codebook: Codebook, plan: Mapping[str, Any], rng
) -> list[dict[str, str]]:
    """Each is made after the record of a company that it may share: whole or cut off, sent before it or beside it."""
    first = datetime.fromisoformat(str(plan["fieldwork"]["from"]))
    others: list[dict[str, str]] = []
    free = list(rng.permutation(len(records)))
    for kind in plan.get("not_counted", []):
        refuse_unknown(kind, RECORD_KEYS, "export.not_counted")
        since = first + timedelta(days=kind.get("earlier_days", 0))
        for number in range(kind["n"]):
            model = next(i for i in free if datetime.strptime(records[i]["StartDate"], TIMES) >= since)
            free.remove(model)
            others.append(_not_counted(records[model], kind, number, codebook, plan, rng))
    return others


def _not_counted(
    model: dict[str, str], kind: Mapping[str, Any], number: int, codebook: Codebook, plan: Mapping[str, Any], rng
) -> dict[str, str]:
    start = datetime.strptime(model["StartDate"], TIMES)
    if "earlier_days" in kind:
        start -= timedelta(days=int(rng.integers(1, kind["earlier_days"] + 1)), seconds=int(rng.integers(0, 5_000)))
    elif "minutes_before" in kind:
        start = datetime.strptime(model["EndDate"], TIMES) - timedelta(minutes=kind["minutes_before"])
    else:
        start = datetime.fromisoformat(str(kind["on"])) + timedelta(seconds=int(rng.integers(8 * 3600, 17 * 3600)))
    asked = [slot.column for slot in codebook.slots.values() if slot.column not in codebook.source.system]
    kept = asked[: round(len(asked) * kind["keeps"])]
    record = {import_id: _retyped(model[import_id], kind.get("retyped", 0.0), rng) for import_id in kept}
    end = start + timedelta(seconds=int(rng.integers(*kind["seconds"])))
    record |= _system(start, end, _response_id(rng), rng, **kind.get("system", {}))
    id_column = codebook.slots[plan["id"]].column
    record[id_column] = model[id_column] if kind.get("same_company") else kind.get("id", "")
    if names := kind.get("names"):
        record[codebook.slots[plan["name"]].column] = names[number % len(names)]
    return record


def _retyped(text: str, share: float, rng) -> str:
    """A number that was different, or missing, when the form was sent the first time."""
    if text.isdigit() and rng.random() < share:
        return "" if rng.random() < 0.3 else str(max(0, round(int(text) * float(rng.uniform(0.8, 1.15)))))
    return text

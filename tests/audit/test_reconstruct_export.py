"""The export of rebuilt answers: what people typed reads back to what was meant, and the decisions settle the rest."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audit.reconstruct.export import plain_number, spell_number, write_export
from pipeline.audit.reconstruct.settle import differences, settle
from pipeline.responses.codebook import read_codebook
from pipeline.responses.numbers import parse_number
from pipeline.responses.schema import Kind

CODEBOOK = """
survey: {id: tiny, title: Tiny, year: 2023}
source:
  files: [responses.csv]
  kind: qualtrics
  id: ResponseId
  name: company
  decimal: "."
  system: [StartDate, EndDate, Status, IPAddress, Progress, Duration (in seconds), Finished, RecordedDate, ResponseId,
    ExternalReference, DistributionChannel, UserLanguage]
  missing: {not_applicable: [n/a], refused: [confidential]}
records:
  - {id: preview, where: "Status != 'IP Address'", reason: preview}
  - {id: unfinished, where: "Finished != 'True'", reason: unfinished}
  - {id: again, duplicate_of: [company_id], keep: latest, by: RecordedDate, reason: a later response counts}
lists:
  teams: [{code: support, label: Support, aliases: [Helpdesk]}, {code: sales, label: Sales}]
questions:
  - {id: company, type: text, text: Company?, column: QID1_TEXT}
  - {id: company_id, type: identifier, text: Id, column: ExternalReference}
  - {id: arr, type: money, text: ARR?, column: QID2_TEXT, unit: usd, soft: [100_000, 1_000_000_000]}
  - {id: people, type: count, text: People?, items: teams, column: "QID3_{position}"}
  - {id: share, type: percent, text: Share?, column: QID4_TEXT, unit: percent, hard: [0, 100]}
  - {id: owner, type: single, text: Owner?, column: QID5, choices: teams}
  - {id: uses, type: multiple, text: Uses?, column: QID6, choices: teams}
builtin: {outlier: "off", speeder: "off", round_numbers: "off"}
checks:
  - {id: staffed, when: "owner == 'sales'", assert: people.sales > 0, severity: warning, message: No one sells}
"""
PLAN = {
    "seed": 3,
    "name": "company",
    "id": "company_id",
    "fieldwork": {"from": "2023-03-06", "to": "2023-04-28", "median_seconds": 900, "interrupted": 0.2},
    "mess": {"share": 0.5, "words": 0.5},
    "not_counted": [
        {
            "n": 1,
            "on": "2023-03-03",
            "seconds": [60, 90],
            "keeps": 0.5,
            "system": {"Status": "Survey Preview"},
            "names": ["Preview"],
        },
        {
            "n": 1,
            "same_company": True,
            "earlier_days": 5,
            "seconds": [60, 90],
            "keeps": 0.5,
            "system": {"Finished": "False"},
        },
        {"n": 2, "same_company": True, "earlier_days": 5, "seconds": [60, 90], "keeps": 1, "retyped": 0.5},
    ],
    "errors": [
        {
            "variables": ["arr"],
            "n": 2,
            "times": 0.001,
            "action": "correct",
            "reason_code": "unit",
            "reason": "in thousands",
            "evidence": "call",
        },
        {
            "variables": ["share"],
            "n": 1,
            "typed": "see file",
            "action": "correct",
            "reason_code": "typo",
            "reason": "in a file",
            "evidence": "file",
        },
    ],
    "decided": {"from": "2023-05-02 09:00:00", "author": "A. Nalyst", "reviewer": "R. Eviewer"},
    "accept": [{"rules": ["staffed"], "reason": "counted elsewhere"}],
}


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(8)
    n = 30
    frame = pd.DataFrame(index=pd.RangeIndex(1, n + 1))
    frame["company"] = [f"Maison d'Été & Fils {k}" for k in frame.index]
    frame["company_id"] = [f"C{k:03d}" for k in frame.index]
    frame["arr"] = np.round(np.exp(rng.normal(16.5, 0.6, n)), -4)
    frame["people.support"] = rng.integers(0, 2_500, n).astype(float)
    frame["people.sales"] = rng.integers(0, 3, n).astype(float)
    frame["share"] = pd.Series(rng.integers(0, 101, n).astype(object), index=frame.index).where(
        frame.index % 7 > 0, None
    )
    frame["owner"] = rng.choice(["support", "sales"], n)
    frame["uses.support"], frame["uses.sales"] = True, rng.random(n) < 0.5
    return frame.astype(object)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    return tmp_path


def export_into(folder, answers):
    export = write_export(answers, read_codebook(folder / "codebook.yaml"), PLAN, seed=PLAN["seed"])
    (folder / "responses.csv").write_text(export.text(), encoding="utf-8")
    return export


@settings(deadline=None)
@given(
    st.sampled_from([Kind.money, Kind.percent, Kind.count, Kind.number]), st.integers(0, 10**10), st.integers(0, 10**6)
)
def test_every_way_to_write_a_number_reads_back(kind, value, seed):
    """Whatever the spelling, the number grammar gives the value to the last bit and finds nothing withheld."""
    text = spell_number(value, kind, np.random.default_rng(seed))

    assert parse_number(text, decimal=".", unit=None, currency="USD").value == value


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (2.5, "2.5"), (12_500_000.0, "12500000"), (0.0, "0")])
def test_plain_numbers_have_no_exponent(value, text):
    assert plain_number(value) == text


def test_the_export_with_its_decisions_is_what_was_meant(folder, answers):
    """Spoiled answers are corrected, odd ones accepted, and nothing is left for a person."""
    export = export_into(folder, answers)

    survey = settle(folder, export, PLAN)

    assert differences(survey, answers, export.response_ids) == []
    assert len(survey.undecided) == 0
    assert set(survey.changes.variable) == {"arr", "share"}


def test_records_that_must_not_count_do_not(folder, answers):
    export = export_into(folder, answers)

    survey = settle(folder, export, PLAN)

    left_out = survey.records[survey.records.status == "excluded"].rule.value_counts()
    assert left_out.to_dict() == {"preview": 1, "unfinished": 1, "again": 2}


def test_a_difference_is_named(folder, answers):
    """Answers that were not meant are found cell by cell."""
    export = export_into(folder, answers)
    survey = settle(folder, export, PLAN)
    other = answers.copy()
    other.at[3, "owner"] = "sales" if answers.at[3, "owner"] == "support" else "support"

    found = differences(survey, other, export.response_ids)

    assert len(found) == 1 and "owner" in found[0]


def test_the_file_has_three_header_rows_and_messy_cells(folder, answers):
    rows = list(csv.reader(io.StringIO(export_into(folder, answers).text())))

    assert rows[0][:2] == ["StartDate", "EndDate"]
    assert rows[2][-1] == '{"ImportId":"QID6"}'
    arr = [row[rows[0].index("Q2")] for row in rows[3:]]
    assert any("M" in text or "," in text for text in arr)


def test_the_same_seed_writes_the_same_file(folder, answers):
    assert export_into(folder, answers).text() == export_into(folder, answers).text()

"""What validation shows: everything in findings.csv, and on the page and the terminal as much as can be read."""

import re

import pandas as pd
import pytest

from pipeline.responses import progress as telling
from pipeline.responses import read_survey
from pipeline.validate import findings_tables, write_findings

CODEBOOK = """
survey: {id: many, title: Many, year: 2026}
source: {kind: tidy, decimal: '.', name: company}
questions:
  - {id: company, type: text, text: Company}
  - {id: n, type: number, text: N}
"""


@pytest.fixture
def edition(tmp_path):
    """400 respondents: nobody's number can be read, all are of one company, one of them twice."""
    rows = [f"R{i},Acme,soon {i}" for i in range(400)]
    (tmp_path / "codebook.yaml").write_text(CODEBOOK)
    (tmp_path / "responses.csv").write_text("\n".join(["respondent_id,company,n", *rows, "R1,Acme,5", ""]))
    return tmp_path


def test_a_long_list_is_cut_and_says_so(edition):
    """The page lists the first hundred of a rule, the terminal five; the file has them all."""
    survey = read_survey(edition)

    csv, page = write_findings(survey, edition / "out")
    text = page.read_text(encoding="utf-8")
    *_, last, more, _ = findings_tables(survey)

    assert pd.read_csv(csv)["rule"].value_counts().to_dict() == {"type": 400, "dup_company": 400, "dup_id": 1}
    assert len(re.findall('<tr class="open">', text)) == 201
    assert "600 more stand in findings.csv" in text
    assert (last.row_count, more) == (11, "and 790 more; findings.csv has them all")


def test_a_company_of_many_is_named_with_some_of_the_others(edition):
    """A sentence does not grow with the survey."""
    survey = read_survey(edition)
    messages = survey.findings.loc[survey.findings["rule"] == "dup_company", "message"].tolist()

    assert messages[0].startswith("The same company also answered as R1, R2, ")
    assert messages[0].endswith("R20 and 379 more")
    assert messages[-1].endswith("R19 and 379 more")


def test_a_long_reading_says_how_far_it_is(edition, monkeypatch):
    """Each step in rows, up to all of them; nothing where there are few."""
    told = []
    read_survey(edition, progress=lambda *step: told.append(step))
    assert told == []

    monkeypatch.setattr(telling, "MANY", 400)
    read_survey(edition, progress=lambda *step: told.append(step))

    steps = dict.fromkeys(step for step, _, _ in told)
    assert list(steps) == [
        "reading responses.csv", "understanding the answers", "checking the answers", "replaying the decisions"
    ]  # fmt: skip
    assert ("reading responses.csv", 402, 402) in told
    assert ("understanding the answers", 400, 400) in told
    assert [done for step, done, _ in told if step == "checking the answers"][-1] == 400

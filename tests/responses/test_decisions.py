"""Decisions: replayed exactly, refused when they do not fit, never silently outlived."""

import csv
import io

import pytest

from pipeline.errors import InputError
from pipeline.responses.decisions import COLUMNS


def line(seq, **cells):
    """One line of decisions.csv with what every decision needs."""
    given = {"seq": str(seq), "action": "correct", "reason": "they said so", "author": "A. Analyst", **cells}
    return {name: given.get(name, "") for name in COLUMNS}


def decide(edition, *lines):
    """Write these decisions in place of those of the small survey."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    edition.write("decisions.csv", text.getvalue())
    return edition


def states(survey):
    return dict(zip(survey.findings["rule"], survey.findings["state"], strict=True))


def test_a_correction_changes_one_answer_and_closes_its_finding(small):
    """The clean answer is the new value, the one before stays to be seen, the log says who and why."""
    assert (small.before.at["R05", "nrr"], small.answers.at["R05", "nrr"]) == (90, 99)
    assert small.reasons.at["R05", "nrr"] == "answered"
    assert states(small)["grr_le_nrr"] == "corrected"
    assert small.changes.to_dict("records") == [
        {
            "respondent_id": "R05",
            "variable": "nrr",
            "old": "90",
            "new": "99",
            "source": "1",
            "reason": "Net retention was 99 percent; a digit was mistyped",
            "author": "A. Analyst",
        }
    ]


def test_an_acceptance_changes_nothing_and_closes_its_finding(small):
    """The finding is still there, with the decision that accepted it."""
    finding = small.findings.set_index("rule").loc["owner_support"]

    assert (finding["state"], finding["decision"]) == ("accepted", "2")
    assert small.answers.at["R10", "people.support"] == 0


def test_without_a_file_nothing_is_decided(edition):
    """A missing decisions.csv means that no decision has been made."""
    (edition.folder / "decisions.csv").unlink()
    survey = edition.read()

    assert set(survey.findings["state"]) == {"open"}
    assert survey.changes.empty


def test_the_log_is_the_difference_of_the_answers(edition):
    """Whatever the decisions are, before and clean differ in the logged cells and nowhere else."""
    survey = decide(
        edition,
        line(1, respondent_id="R05", question_id="nrr", old_value="90", new_value="99%"),
        line(2, respondent_id="R06", question_id="people.support", old_value="", new_value="7"),
        line(3, respondent_id="R01", question_id="channels", old_value="Chat, live,E-mail", new_value="Phone"),
        line(4, respondent_id="R02", question_id="motion", old_value="Product-led", new_value="hybrid b2b"),
        line(5, respondent_id="R03", question_id="arr", old_value="6000000", new_value="6M"),
        line(6, respondent_id="R08", question_id="outsourced_share", old_value="25", action="exclude"),
    ).read()

    asked = [name for name, v in survey.codebook.variables().items() if v.question in survey.codebook.questions]
    before, after = survey.before[asked].astype(object), survey.answers[asked].astype(object)
    differs = (before.fillna("-") != after.fillna("-")).stack()
    assert set(differs.index[differs]) == set(
        survey.changes[["respondent_id", "variable"]].itertuples(index=False, name=None)
    )
    assert survey.changes[["respondent_id", "variable", "old", "new"]].values.tolist() == [
        ["R02", "motion", "product_led", "hybrid"],
        ["R06", "people.support", "", "7"],
        ["R01", "channels.chat", "True", "False"],
        ["R01", "channels.email", "True", "False"],
        ["R01", "channels.phone", "False", "True"],
        ["R05", "nrr", "90", "99"],
        ["R08", "outsourced_share", "25", ""],
    ]
    assert survey.answers.at["R06", "total_people"] == 11
    assert survey.reasons.at["R08", "outsourced_share"] == "withheld"


def test_a_respondent_can_be_excluded(edition):
    """An exclusion without a question takes the respondent out of the figures and says so among the records."""
    survey = decide(edition, line(1, respondent_id="R05", action="exclude", reason="not a software company")).read()

    record = survey.records.set_index("record_id").loc["R05"]
    assert "R05" not in survey.answers.index and len(survey.answers) == 11
    assert (record["status"], record["rule"], record["reason"]) == ("excluded", "decision", "not a software company")
    assert states(survey)["grr_le_nrr"] == "excluded"


def test_a_correction_can_be_taken_back_by_a_new_line(edition):
    """The ledger is only added to: a reversal starts from what the earlier line made of the answer."""
    survey = decide(
        edition,
        line(1, respondent_id="R05", question_id="nrr", old_value="90", new_value="99"),
        line(2, respondent_id="R05", question_id="nrr", old_value="99", new_value="90"),
    ).read()

    assert survey.answers.isna().at["R05", "nrr"]  # withheld again
    assert survey.changes.empty
    assert states(survey)["grr_le_nrr"] == "open"


def test_an_acceptance_holds_only_for_the_answers_it_saw(edition):
    """When an operand changes in a new export, the finding is open again and the old decision is obsolete."""
    edition.replace("responses.csv", "customer support,10,10,5", "customer support,0,10,5")
    edition.replace("responses.csv", "Customer Support,0,15,5", "customer support,0,15,5")
    survey = edition.read()
    rows = survey.findings[survey.findings["rule"].isin(["owner_support", ""])]

    assert rows[["respondent_id", "state"]].values.tolist() == [["R08", "open"], ["R10", "open"], ["R10", "obsolete"]]
    assert set(survey.undecided["state"]) == {"open", "obsolete"}


def test_a_changed_rule_reopens_its_findings(edition):
    """The fingerprint holds the rule's text too."""
    edition.replace("codebook.yaml", "assert: people.support > 0", "assert: people.support >= 1")

    assert sorted(edition.read().findings["state"]) == ["corrected", "obsolete", "open", "open"]


def test_a_finding_that_only_the_corrected_answers_show_can_be_accepted(edition):
    """Checks run again after the corrections, and what they find needs a decision as well."""
    correction = line(1, respondent_id="R05", question_id="nrr", old_value="90", new_value="160")
    survey = decide(edition, correction).read()
    finding = survey.findings.set_index("rule").loc["soft_range"]
    assert finding["state"] == "open"

    accepted = line(2, finding_id=finding["finding_id"], respondent_id="R05", action="accept")
    assert states(decide(edition, correction, accepted).read())["soft_range"] == "accepted"


NRR = {"respondent_id": "R05", "question_id": "nrr", "old_value": "90", "new_value": "99"}
REFUSED = [
    ([line(1, **{**NRR, "old_value": "91"})], "old_value", "the old value is '91', but the export says '90'"),
    ([line(1, **{**NRR, "old_value": "90 "})], "old_value", "the old value is '90 ', but the export says '90'"),
    ([line(1, **{**NRR, "respondent_id": "R50"})], "respondent_id", "no record has the id 'R50'"),
    ([line(1, **{**NRR, "question_id": "nr"})], "question_id", "'nr' is no answered variable; did you mean 'nrr'?"),
    ([line(1, **{**NRR, "question_id": "total_people"})], "question_id", "is no answered variable"),
    ([line(1, **{**NRR, "new_value": "lots"})], "new_value", "'lots' cannot be read as an answer to 'nrr'"),
    ([line(1, **{**NRR, "new_value": "90"})], "new_value", "use accept"),
    ([line(1, **{**NRR, "author": " "})], "author", "needs its author"),
    ([{**line(1, **NRR), "reason": ""}], "reason", "needs its reason"),
    ([{**line(1, **NRR), "action": "corect"}], "action", "'corect' is no action; did you mean 'correct'?"),
    ([{**line(1, **NRR), "seq": "one"}], "seq", "'one' is no whole number"),
    ([{**line(1, **NRR), "at_utc": "yesterday"}], "at_utc", "'yesterday' is no date and time"),
    ([{**line(1, **NRR), "reason_code": "typpo"}], "reason_code", "did you mean 'typo'?"),
    ([line(1, **NRR), line(1, **NRR)], "seq", "seq 1 does not come after 1"),
    ([line(1, **NRR), line(2, **NRR)], "old_value", "the old value is '90', but row 2 has already made '99' of it"),
    (
        [line(1, **NRR), line(2, respondent_id="R05", question_id="nrr", old_value="99", action="exclude")],
        "action",
        "row 2",
    ),
    ([line(1, respondent_id="R05", action="exclude"), line(2, **NRR)], "action", "contradicts the decision of row 2"),
    ([line(1, action="accept", respondent_id="R05")], "finding_id", "needs its finding id"),
    (
        [line(1, action="accept", finding_id="385654cea06b", respondent_id="R01")],
        "respondent_id",
        "is about 'R10', not 'R01'",
    ),
]


@pytest.mark.parametrize(("lines", "column", "words"), REFUSED)
def test_a_decision_that_does_not_fit_is_refused(edition, lines, column, words):
    """The sentence names the file, the row and the column, and both values where two differ."""
    with pytest.raises(InputError) as caught:
        decide(edition, *lines).read()

    assert words in str(caught.value)
    assert (caught.value.row, caught.value.column) == (len(lines) + 1, column)
    assert caught.value.file == edition.folder / "decisions.csv"


def test_accepting_twice_is_refused(edition):
    """Two lines about one finding that both accept it, or accept and correct it, contradict each other."""
    accept = {"action": "accept", "finding_id": "385654cea06b", "respondent_id": "R10"}

    with pytest.raises(InputError, match="repeats or contradicts the decision of row 2"):
        decide(edition, line(1, **accept), line(2, **accept)).read()


def test_a_finding_about_a_file_can_be_accepted(edition):
    """A column that nobody asked for is accepted by a line without a respondent."""
    edition.replace("responses.csv", "StartDate,Status", "Panel,Status")
    edition.replace("responses.csv", '""startDate""', '""panel""')
    finding = edition.read().findings.set_index("rule").loc["unmatched_column"]

    decide(edition, line(1, action="accept", finding_id=finding["finding_id"], reason="never used"))
    assert states(edition.read())["unmatched_column"] == "accepted"


def test_an_unknown_finding_is_refused_and_an_old_one_obsolete(edition, small):
    """A finding id that these files do not give is a mistake if the decision was made on them, else it is obsolete."""
    about = {"finding_id": "000000000000", "respondent_id": "R05", "action": "accept"}
    today = {"codebook_version": small.codebook.version, "source_sha256": small.sources[0].sha256}

    with pytest.raises(InputError, match="there is no finding '000000000000'"):
        decide(edition, line(1, **about, **today)).read()
    assert decide(edition, line(1, **about)).read().findings["state"].tolist().count("obsolete") == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the first row must name the columns"),
        ("seq,finding\n", "column 'finding_id' is missing"),
        (",".join(COLUMNS) + ",why\n", "column 'why' is unknown or given twice"),
        (",".join(COLUMNS) + "\n1,2\n", "this row has 2 cells, the header has 15"),
    ],
)
def test_a_ledger_of_another_shape_is_refused(edition, content, words):
    """The columns are fixed, because every line must say who decided what and why."""
    edition.write("decisions.csv", content)

    with pytest.raises(InputError, match=words):
        edition.read()

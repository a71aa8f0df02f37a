"""Checks: three outcomes, a sentence with the values, and consequences by severity."""

import pandas as pd
import pytest


def rule(survey, name):
    return survey.rules.set_index("rule").loc[name]


def found(survey, name):
    return survey.findings[survey.findings["rule"] == name]


def test_every_case_holds_is_violated_or_cannot_be_told(small):
    """Twelve companies: one has retentions the wrong way round, one did not give them."""
    assert rule(small, "grr_le_nrr")[["holds", "violated", "not_evaluable"]].tolist() == [10, 1, 1]
    assert rule(small, "small_roles")[["holds", "violated", "not_evaluable"]].tolist() == [21, 1, 2]


def test_a_rule_that_does_not_apply_holds(small):
    """A condition that is false leaves nothing to violate."""
    assert rule(small, "owner_support")[["holds", "violated", "not_evaluable"]].tolist() == [11, 1, 0]


def test_the_message_says_the_values_in_words(small):
    """Choices as labels, numbers plainly, items by label."""
    assert found(small, "owner_support")["message"].tolist() == [
        "Customer Support owns support, but 0 people work there"
    ]
    assert found(small, "small_roles")["message"].tolist() == ["30 people in Customer Success"]


def test_a_finding_names_the_cells_it_is_about(small):
    """The operands with their raw text; a derived number counts as the answers it is made of."""
    finding = found(small, "grr_le_nrr").iloc[0]

    assert (finding["respondent_id"], finding["variables"], finding["raw"]) == ("R05", "grr, nrr", "grr: 95; nrr: 90")


def test_answers_in_messages_are_not_templates(edition):
    """What a respondent typed is put in as it is, even if it looks like a placeholder."""
    edition.replace(
        "codebook.yaml",
        "{id: small_roles,",
        '{id: named, assert: "company != \'{arr}\'", severity: info, message: "{company}!"}\n  - {id: small_roles,',
    )
    edition.replace("responses.csv", ",Alder,", ",{arr},")

    assert found(edition.read(), "named")["message"].tolist() == ["{arr}!"]


def test_an_open_error_withholds_its_answers_and_what_is_made_of_them(edition):
    """Until someone decides, neither figure nor derived number uses a value that is in doubt."""
    edition.replace(
        "codebook.yaml",
        'assert: "people.{item} <= 25", severity: info',
        'assert: "people.{item} <= 25", severity: error',
    )
    survey = edition.read()

    assert survey.reasons.loc["R09", ["people.success", "total_people", "people.support"]].tolist() == [
        "withheld",
        "withheld",
        "answered",
    ]
    assert pd.isna(survey.answers.at["R09", "total_people"])
    assert survey.before.at["R09", "total_people"] == 50


def test_involves_narrows_what_is_in_doubt(edition):
    """A rule may name the one answer that it puts in doubt."""
    edition.replace("codebook.yaml", "assert: grr <= nrr,", "assert: grr <= nrr, involves: [nrr],")
    (edition.folder / "decisions.csv").unlink()
    survey = edition.read()

    assert survey.reasons.loc["R05", ["grr", "nrr"]].tolist() == ["answered", "withheld"]


def test_warnings_and_errors_need_a_person_and_info_does_not(edition):
    """The open list is what must be decided."""
    (edition.folder / "decisions.csv").unlink()

    assert edition.read().undecided["rule"].tolist() == ["grr_le_nrr", "owner_support"]


BUILTIN = [
    ("hard_range", "{id: q, type: count, text: Q, hard: [0, 10]}", "11", "error"),
    ("soft_range", "{id: q, type: count, text: Q, soft: [0, 10]}", "11", "warning"),
    ("required", "{id: q, type: count, text: Q, required: true}", "", "warning"),
    (
        "multi_none",
        "{id: q, type: multiple, text: Q, exclusive: [no], choices: [{code: a, label: A}, {code: no, label: None}]}",
        "A|None",
        "warning",
    ),
    ("pii_in_text", "{id: q, type: text, text: Q}", "ask jo@example.com", "warning"),
    ("pii_in_text", "{id: q, type: text, text: Q}", "ring +44 20 7946 0958", "warning"),
]


@pytest.mark.parametrize(("name", "question", "cell", "severity"), BUILTIN)
def test_built_in_checks_find_and_can_be_changed(tidy, name, question, cell, severity):
    """Each built-in check has a usual severity, which the codebook may change or switch off."""
    for switch, expected in (
        ("", severity),
        (f"builtin: {{{name}: info}}", "info"),
        (f"builtin: {{{name}: off}}", None),
    ):
        survey = tidy(f"questions: [{question}]\n{switch}\n", f"respondent_id,q\nr1,{cell}\n").read()

        assert found(survey, name)["severity"].tolist() == ([expected] if expected else [])
        assert (name in survey.rules["rule"].tolist()) == (expected is not None)


@pytest.mark.parametrize("text", ["", "all is well", "2026-03-01", "1,200,000 or 10-15-20", "3 of 4"])
def test_ordinary_text_holds_no_personal_data(tidy, text):
    """Dates, amounts and counts are no telephone numbers."""
    survey = tidy("questions: [{id: q, type: text, text: Q}]\n", f'respondent_id,q\nr1,"{text}"\n').read()

    assert found(survey, "pii_in_text").empty


def test_an_answer_to_a_question_that_was_not_asked_is_a_warning(edition):
    """The answer is kept, and someone decides whether it or the condition is wrong."""
    edition.replace("responses.csv", "90,100,No,,", "90,100,No,30,")
    survey = edition.read()

    assert found(survey, "skip_violation")[["respondent_id", "variables"]].values.tolist() == [
        ["R01", "outsourced_share"]
    ]
    assert survey.answers.at["R01", "outsourced_share"] == 30


def test_ranks_have_no_gap_and_no_tie(edition):
    """A first place must be filled before a second, by another choice; one place alone is fine."""
    edition.replace("responses.csv", "Cost,Speed,\n", "Cost,Cost,\n")
    edition.replace("responses.csv", "85,85,No,,Quality,,", "85,85,No,,,Quality,")
    survey = edition.read()

    assert found(survey, "rank_perm")["respondent_id"].tolist() == ["R03", "R05"]


def test_a_fraction_among_percentages_is_questioned(edition):
    """0.85 beside answers of 80 to 100 is probably 85, which is proposed and not assumed."""
    edition.replace("responses.csv", ",85,85,No", ",0.85,85,No")
    finding = found(edition.read(), "pct_fraction").iloc[0]

    assert (finding["respondent_id"], finding["proposed"]) == ("R03", "85")


def test_two_records_of_one_company_are_shown_to_each_other(edition):
    """Legal forms and spelling do not hide a company."""
    edition.replace("responses.csv", ",Birch,", ',"ALDER, Inc.",')
    survey = edition.read()

    assert found(survey, "dup_company")["message"].tolist() == [
        "The same company also answered as R02",
        "The same company also answered as R01",
    ]


def test_a_counted_record_that_looks_like_a_test_is_withheld(edition):
    """Such a record waits for a decision; words that merely contain test do not."""
    edition.replace("responses.csv", ",Alder,", ",Test company,")
    edition.replace("responses.csv", ",Birch,", ",Contest Ltd,")
    survey = edition.read()

    assert found(survey, "test_record")["respondent_id"].tolist() == ["R01"]
    assert survey.answers.loc["R01"].isna().all()


def test_an_outlier_needs_eight_peers(tidy):
    """A slip by a thousand is found among nine like answers, not among six."""
    question = "questions: [{id: q, type: count, text: Q}]\n"
    values = ["11", "12", "13", "14", "15", "16", "17", "18", "12000"]

    def outliers(cells):
        rows = "".join(f"r{place},{cell}\n" for place, cell in enumerate(cells))
        return found(tidy(question, f"respondent_id,q\n{rows}").read(), "outlier")["respondent_id"].tolist()

    assert outliers(values) == ["r8"]
    assert outliers(values[-7:]) == []


def test_an_outlier_is_one_within_its_band(tidy):
    """What is usual among large companies is not so among small ones; small bands are seen with the whole sample."""
    questions = """
    dimensions:
      size: {title: Size, variable: size, bands: [{id: s, label: S, below: 10}, {id: l, label: L, from: 10}]}
    questions: [{id: size, type: count, text: S}, {id: q, type: count, text: Q}]
    """
    rows = [f"s{n},1,{10 + n}" for n in range(9)] + [f"l{n},99,{9000 + 100 * n}" for n in range(9)] + ["odd,1,9500"]

    survey = tidy(questions, "respondent_id,size,q\n" + "\n".join(rows) + "\n").read()

    assert found(survey, "outlier")[["respondent_id", "variables"]].values.tolist() == [["odd", "q"]]


def test_a_straight_line_and_round_numbers_are_noted(tidy):
    """The same answer to most items, or nearly only round numbers, is information about a respondent."""
    items = ", ".join(f"{{code: i{n}, label: I{n}}}" for n in range(10))
    header = "respondent_id," + ",".join(f"q__i{n}" for n in range(10))
    rows = [
        "r1," + ",".join(["20"] * 10),
        "r2," + ",".join(str(11 + n * 7) for n in range(10)),
        "r3," + ",".join(["0"] * 10),
    ]
    survey = tidy(
        f"questions: [{{id: q, type: count, text: Q, items: [{items}]}}]\n", header + "\n" + "\n".join(rows) + "\n"
    ).read()

    assert found(survey, "straightline")["respondent_id"].tolist() == ["r1"]
    assert found(survey, "round_numbers")["respondent_id"].tolist() == ["r1"]


def test_a_speeder_is_noted(edition):
    """Less than a third of the median time."""
    edition.replace("responses.csv", "2026-03-03 09:00:00,IP Address,600", "2026-03-03 09:00:00,IP Address,150")

    assert found(edition.read(), "speeder")["respondent_id"].tolist() == ["R01"]


def test_other_text_that_is_a_listed_choice_is_proposed(tidy):
    """A text for other that names a listed choice is a proposal to recode."""
    survey = tidy(
        """
        questions:
          - {id: q, type: single, text: Q, choices: [{code: eu, label: Europe}, {code: other, label: Other}]}
          - {id: q_other, type: text, text: Which?, other_of: q}
        """,
        "respondent_id,q,q_other\nr1,Other,europe\nr2,Other,the moon\n",
    ).read()

    assert found(survey, "other_recode")[["respondent_id", "proposed"]].values.tolist() == [["r1", "eu"]]


def test_what_was_written_beside_ticked_choices_may_name_one_of_them(tidy):
    """The choices have columns of their own: the finding shows the text alone, and "other" is ticked by it."""
    survey = tidy(
        """
        questions:
          - {id: q, type: multiple, spread: true, text: Q, column: "q__{item}", choices: [
              {code: tea, label: Tea}, {code: other, label: Other}]}
          - {id: q_other, type: text, text: What other?, column: q__other, other_of: q}
        """,
        "respondent_id,q__tea,q__other\nr1,1,\nr2,,tea\nr3,,Juice\n",
    ).read()

    assert survey.answers["q.other"].astype("object").tolist() == [False, True, True]
    found = survey.findings.set_index("rule")
    assert found.loc["other_recode", "raw"] == "tea"
    assert set(found.index) == {"other_recode", "choice_as_other"}

"""Question types: what people chose, ranked, shared out and rated, in each way that tools write it."""

import pandas as pd
import pytest

from pipeline.errors import InputError

AIMS = "choices: [{code: speed, label: Speed}, {code: quality, label: 'Quality; high'}, {code: cost, label: Cost}]"
HEAD = "questions:\n"


def column(survey, name):
    return [None if pd.isna(value) else value for value in survey.answers[name].astype("object")]


def test_a_ranking_reads_alike_from_places_ranks_and_one_cell(tidy):
    """First, second and third are the same whether the tool writes a column per place, per choice, or one cell."""
    ways = {
        "by_place": ("a__1,a__2,a__3", "Quality; high,Speed,Cost", ",,", "Cost,,"),
        "by_choice": ("a__speed,a__quality,a__cost", "2,1,3", ",,", ",,1"),
        "in_order": ("a", "Quality; high;Speed;Cost;", "", "Cost"),
    }
    read = {}
    for way, (header, *rows) in ways.items():
        records = "\n".join(f"r{i},{row}" for i, row in enumerate(rows))
        column_of = "" if way == "in_order" else ', column: "a__{item}"'
        question = f"  - {{id: a, type: ranking, ranked: {way}, places: 3, text: A, {AIMS}{column_of}}}\n"
        survey = tidy(HEAD + question, f"respondent_id,{header}\n{records}\n").read()
        assert survey.findings.empty
        names = ["a.1", "a.2", "a.3"]
        read[way] = (survey.answers[names].astype("string").fillna("").values.tolist(),
                     survey.reasons[names].astype(str).values.tolist())  # fmt: skip

    assert read["by_place"] == read["by_choice"] == read["in_order"]
    assert read["in_order"][0] == [["quality", "speed", "cost"], ["", "", ""], ["cost", "", ""]]
    assert read["in_order"][1][2] == ["answered", "not_answered", "not_answered"]


@pytest.mark.parametrize("ranks", ["1,1,2", "1,3,", "2,3,", "first,,", "0,1,2"])
def test_ranks_that_are_no_order_are_withheld(tidy, ranks):
    """Ties and gaps have no order; the finding shows the ranks as they stand, and a correction writes the order."""
    question = f'  - {{id: a, type: ranking, ranked: by_choice, places: 3, text: A, {AIMS}, column: "a__{{item}}"}}\n'
    edition = tidy(HEAD + question, f"respondent_id,a__speed,a__quality,a__cost\nr1,{ranks}\n")
    survey = edition.read()

    assert survey.findings[["rule", "severity", "variables"]].values.tolist() == [["choice", "error", "a"]]
    assert column(survey, "a.1") == [None]
    finding = survey.findings.iloc[0]
    assert finding["raw"].startswith("Speed: ") or "Quality; high: " in finding["raw"]
    edition.write(
        "decisions.csv",
        "seq,finding_id,respondent_id,question_id,action,old_value,new_value,reason_code,reason,evidence,author,at_utc,"
        "reviewer,codebook_version,source_sha256\n"
        f'1,{finding["finding_id"]},r1,a,correct,"{finding["raw"]}",Cost; Speed,typo,asked again,,me,'
        "2026-01-01T00:00:00Z,,,\n",
    )
    decided = edition.read()
    assert [column(decided, f"a.{place}") for place in (1, 2, 3)] == [["cost"], ["speed"], [None]]
    assert decided.undecided.empty


@pytest.mark.parametrize(
    ("text", "value"),
    [("4", 4), ("4 - Very impressed", 4), ("4 – very", 4), ("4: very", 4), ("4 (very)", 4), ("4. Very good", 4),
     ("Very impressed", 4), ("-1 - Worse", -1), ("Keine Angabe", None), ("4 - 5", None), ("4-May", None),
     ("10 to 20", None), ("4,5", None), ("great", None)],
)  # fmt: skip
def test_a_point_of_a_scale_is_its_number(tidy, text, value):
    """A number before its label, or the label alone where the codebook lists it; never one end of a range."""
    edition = tidy(
        """
        questions:
          - {id: s, type: scale, text: S, hard: [-3, 5], missing: {refused: [Keine Angabe]}, choices: [
              {code: "4", label: Very impressed}, {code: "5", label: Delighted}]}
        """,
        f'respondent_id,s\nr1,"{text}"\n',
    )
    survey = edition.read()

    assert column(survey, "s") == [value]
    assert (survey.reasons["s"].iloc[0] == "refused") == (text == "Keine Angabe")


def test_the_parts_of_an_allocation_add_to_its_total(tidy):
    """99.5 is rounding; 90 is withheld; blanks beside parts that add up are no fault; no part at all is no answer."""
    edition = tidy(
        """
        questions:
          - {id: mix, type: allocation, total: 100, tolerance: 1, text: Mix, unit: percent,
             items: [{code: cloud, label: Cloud}, {code: own, label: Own}]}
        """,
        "respondent_id,mix__cloud,mix__own\nr1,60,39.5\nr2,60,30\nr3,100,\nr4,,\n",
    )
    survey = edition.read()

    assert survey.findings[["rule", "respondent_id"]].values.tolist() == [["parts_total", "r2"]]
    assert column(survey, "mix.cloud") == [60, None, 100, None]
    rule = survey.rules.set_index("rule").loc["parts_total"]
    assert (rule["holds"], rule["violated"], rule["not_evaluable"]) == (2, 1, 1)


def test_parts_of_a_hundred_may_be_written_with_their_sign(tidy):
    """The unit says what they are parts of; where it does not, a percentage is none."""
    items = "items: [{code: a, label: A}, {code: b, label: B}]"
    question = f"  - {{id: mix, type: allocation, total: 100, text: Mix%s, {items}}}\n"
    rows = "respondent_id,mix__a,mix__b\nr1,60%,40%\n"

    assert column(tidy(HEAD + question % ", unit: percent", rows).read(), "mix.a") == [60]
    assert column(tidy(HEAD + question % "", rows).read(), "mix.a") == [None]


def test_what_follows_a_skipped_question_was_skipped_with_it(tidy):
    """r1 was asked all, r2 the second and not the third, r3 neither; of r4, who gave no answer, nothing can be told."""
    yes_no = "choices: [{code: 'yes', label: 'Yes'}, {code: 'no', label: 'No'}]"
    edition = tidy(
        HEAD + f"""
          - {{id: a, type: single, text: A, {yes_no}}}
          - {{id: b, type: single, text: B, asked_if: "a == 'yes'", {yes_no}}}
          - {{id: c, type: number, text: C, asked_if: "b == 'yes'"}}
        """,
        "respondent_id,a,b,c\nr1,Yes,Yes,1\nr2,Yes,No,\nr3,No,,\nr4,,,\n",
    )
    survey = edition.read()

    assert survey.reasons["c"].tolist() == ["answered", "not_asked", "not_asked", "not_answered"]
    assert survey.findings.empty


def test_do_not_know_is_in_the_base_or_out_of_it(tidy):
    """Listed as a choice it is an answer; listed under `missing` it is none, and the reason says which."""
    one = "  - {id: q, type: single, text: Q, choices: [{code: 'yes', label: 'Yes'}%s]%s}\n"
    rows = "respondent_id,q\nr1,Yes\nr2,Don't know\n"
    inside = tidy(HEAD + one % (', {code: dk, label: "Don\'t know"}', ""), rows).read()
    outside = tidy(HEAD + one % ("", ', missing: {not_known: ["Don\'t know"]}'), rows).read()

    assert inside.reasons["q"].tolist() == ["answered", "answered"]
    assert outside.reasons["q"].tolist() == ["answered", "not_known"]
    assert outside.findings.empty


@pytest.mark.parametrize(
    ("question", "text", "code"),
    [
        ("type: count", "40", "99"),
        ("type: scale", "4 - Good", "9 - Cannot say"),
        ("type: scale, choices: [{code: '4', label: Good}]", "Good", "9"),
        ("type: date", "31/12/2025", "n/a"),
    ],
)
def test_a_code_that_means_no_answer_is_none(tidy, question, text, code):
    """99 for "don't know" is neither a number nor a date, and takes nothing from the answers beside it."""
    edition = tidy(
        HEAD + f"  - {{id: q, {question}, text: Q, missing: {{not_known: ['{code}']}}}}\n",
        f"respondent_id,q\nr1,{text}\nr2,{code}\n",
    )
    survey = edition.read()

    assert survey.reasons["q"].tolist() == ["answered", "not_known"]
    assert survey.answers["q"].isna().tolist() == [False, True]
    assert survey.findings.empty


def test_a_mean_of_items_and_a_number_from_bands(tidy):
    """The mean is over what was answered; a band's number is what the codebook says that it stands for."""
    edition = tidy(
        """
        questions:
          - {id: s, type: scale, text: S, items: [{code: a, label: A}, {code: b, label: B}]}
          - {id: size, type: single, text: Size, choices: [
              {code: small, label: 1-9, value: 5}, {code: large, label: 10-49, value: 30, aliases: ["10+", Oct-49]}]}
        derived:
          - {id: overall, label: Overall, formula: mean(s)}
          - {id: people, label: People, formula: value(size)}
        """,
        "respondent_id,s__a,s__b,size\nr1,4 - good,5,1-9\nr2,,3,10+\nr3,,,Oct-49\nr4,1,2,\n",
    )
    survey = edition.read()

    assert column(survey, "overall") == [4.5, 3, None, 1.5]
    assert column(survey, "people") == [5, 30, 30, None]
    assert survey.reasons["overall"].tolist()[2] == "not_answered"


def test_an_ip_address_in_a_text_is_a_finding(tidy):
    """Version numbers are none."""
    survey = tidy(
        HEAD + "  - {id: t, type: text, text: T}\n", "respondent_id,t\nr1,from 192.0.2.17 today\nr2,version 1.2.3\n"
    ).read()

    assert survey.findings[["rule", "respondent_id"]].values.tolist() == [["ip_in_text", "r1"]]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("{id: q, type: single, text: Q, ranked: in_order, choices: [{code: a, label: A}]}", "only a ranking"),
        ("{id: q, type: allocation, text: Q}", "an allocation needs 'items' and the 'total'"),
        ("{id: q, type: allocation, text: Q, total: 100}", "an allocation needs 'items' and the 'total'"),
        ("{id: q, type: percent, text: Q, total: 100}", "an allocation needs 'items' and the 'total'"),
        ("{id: q, type: scale, text: Q, choices: [{code: good, label: Good}]}", "the points of a scale are numbers"),
        ("{id: q, type: text, text: Q, spread: true}", "only a question of type multiple"),
        ("{id: q, type: text, text: Q, accepts_other: true}", "only a question of type single"),
        ("{id: q, type: single, accepts_other: true, text: Q, choices: [{code: a, label: A}]}", "code 'other'"),
        ("{id: q, type: single, text: Q, missing: {refused: [A]}, choices: [{code: a, label: A}]}", "say one of"),
        ("{id: q, type: text, text: Q, coalesce: [nowhere]}", "no column 'nowhere', which is to stand in for 'q'"),
    ],
)
def test_keys_that_do_not_fit_the_type_are_refused(tidy, question, words):
    """One sentence says what the key is for."""
    with pytest.raises(InputError, match=words):
        tidy(HEAD + f"  - {question}\n", "respondent_id,q\nr1,a\n").read()


def test_a_condition_cannot_rest_on_why_a_derived_number_is_missing(tidy):
    """What is not asked decides that reason, not the other way round."""
    condition = "missing_reason(d) == 'refused'"
    questions = f'  - {{id: a, type: number, text: A}}\n  - {{id: q, type: text, text: Q, asked_if: "{condition}"}}\n'
    with pytest.raises(InputError, match="cannot rest on why 'd', a derived number, is missing"):
        tidy(HEAD + questions + "derived: [{id: d, label: D, formula: a * 2}]\n", "respondent_id,a,q\nr1,1,2\n").read()


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("value(q)", "choice 'a' of 'q' has no value"),
        ("value(t)", "value takes a question of type single"),
        ("mean(t)", "mean adds numbers, and 't' is none"),
    ],
)
def test_formulas_over_what_is_no_number_are_refused(tidy, formula, words):
    """The sentence says which question, and what is missing."""
    questions = "  - {id: t, type: text, text: T}\n  - {id: q, type: single, text: Q, choices: [{code: a, label: A}]}\n"
    derived = f"derived: [{{id: d, label: D, formula: {formula}}}]\n"
    with pytest.raises(InputError, match=words):
        tidy(HEAD + questions + derived, "respondent_id,q\nr1,a\n").read()

"""What one column holds: by its answers first, by its question where they do not tell."""

import pytest


def column(head, answers):
    """One question, and one beside it that can be counted."""
    return [["respondent_id", head, "Plan"], *([f"r{i}", answer, "AB"[i % 2]] for i, answer in enumerate(answers))]


@pytest.mark.parametrize(
    ("head", "answers", "kind"),
    [
        ("Do you work in sales?", ["1", "0"], "single"),
        ("Did you take out a loan to pay for it?", ["1", "0"], "single"),
        ("How likely are you to recommend us?", ["0", "7", "9", "10"], "scale"),
        ("How many managers are there?", ["0", "1", "2"], "count"),
        ("Region", ["1", "2", "3"], "single"),
        ("What would it cost you, $?", ["5k", "$7,000", "9000"], "money"),
        ("How likely are you to recommend ${e://Field/name}?", ["0", "7", "9", "10"], "scale"),
        ("Years in the job", ["2", "Less than 1 year", *map(str, range(3, 20))], "count"),
        ("Any comments?", ["none", "great", "ok"], "text"),
        ("Started", ["2024-01-15", "2024-02-15"], "date"),
        ("Contact address", ["a@example.com", "b@example.org"], "identifier"),
        ("Which best describes you?", ["A" * 80, "B"], "single"),
        ("What do you use?", ["Chat;Mail", "Chat", "Mail;Phone"], "multiple"),
    ],
)  # fmt: skip
def test_kinds(drafted, head, answers, kind):
    """Each by what was answered."""
    draft = drafted(*column(head, answers * 12))
    assert list(draft.kinds.values()) == [kind, "single"]
    assert "type" not in set(draft.survey.findings["rule"])


@pytest.mark.parametrize(
    ("answers", "labels"),
    [
        (["10-49", "Oct-49", "50-99", "Under 10", "100+"], ["Under 10", "10-49", "50-99", "100+"]),
        (["$5-10M", "$100M+", "<$5M", "$10M to $100M"], ["<$5M", "$5-10M", "$10M to $100M", "$100M+"]),
        (["Satisfied", "Neutral", "Very satisfied", "Dissatisfied"],
         ["Dissatisfied", "Neutral", "Satisfied", "Very satisfied"]),
        (["1 to 5 per week", "More than 1 a day", "1 to 5 per month", "Not sure"],
         ["1 to 5 per month", "1 to 5 per week", "More than 1 a day", "Not sure"]),
        (["Yes", "no", "Y", "N"], ["Yes", "No"]),
        (["SMB", "Mid-market", "mid market", "Enterprise"], ["SMB", "Mid-market", "Enterprise"]),
        (["None", "A lot", "A little"], ["None", "A little", "A lot"]),
        (["C#", "C", "C++"], ["C#", "C", "C++"]),
        (["11〜50名", "1〜10名", "201名以上"], ["1〜10名", "11〜50名", "201名以上"]),
    ],
)  # fmt: skip
def test_choices_stand_in_their_order_and_once(drafted, answers, labels):
    """Spellings of one choice are aliases, also what a spreadsheet made of a range; nothing is left unread."""
    weighted = [answer for n, answer in enumerate(answers) for _ in range(9 - n)]
    draft = drafted(*column("Which one", weighted))

    assert draft.labels(next(iter(draft.kinds))) == labels
    assert "choice" not in set(draft.survey.findings["rule"])
    assert draft.survey.answers.iloc[:, 0].notna().all()


def test_a_choice_that_holds_the_separator_stays_whole(drafted):
    """Its pieces never stand apart."""
    answers = ["Chat, Ads (ABM, PPC, etc.)", "Mail", "Chat, Mail", "Ads (ABM, PPC, etc.)", "Mail, Ads (ABM, PPC, etc.)"]
    draft = drafted(*column("Channels", answers * 6))

    assert sorted(draft.labels("channels")) == ["Ads (ABM, PPC, etc.)", "Chat", "Mail"]
    assert any("channels" in doubt for doubt in draft.doubts)


def test_a_word_for_no_answer_in_several_questions_is_none(drafted):
    """NA in three columns is no answer in any; in one column alone it may be North America."""
    rows = [[f"r{i}", ("NA", "EMEA", "APAC")[i % 3], "NA" if i % 4 else "Yes", ("NA", *"AB")[i % 3]] for i in range(24)]
    wide = drafted(["respondent_id", "Region", "Uses it", "Plan"], *rows)

    assert wide.labels("region") == ["APAC", "EMEA"]
    assert wide.survey.reasons["region"].tolist().count("not_answered") == 8


def test_na_in_one_question_is_asked_about(drafted):
    """It stays a choice until somebody says otherwise."""
    draft = drafted(*column("Region", ["NA", "EMEA", "APAC"] * 8))

    assert "NA" in draft.labels("region")
    assert any("North America" in doubt for doubt in draft.doubts)


def test_records_that_do_not_count_are_said_where_the_tool_writes_codes(drafted):
    """Finished 0 and status 1 are an unfinished record and a preview, as their words are."""
    ids = [f'{{"ImportId":"{name}"}}' for name in ("_recordId", "status", "finished", "QID1")]
    heads = [["ResponseId", "Status", "Finished", "Q1"], ["Response ID", "Response Type", "Finished", "One?"], ids]
    rows = [[f"R{i}", "1" if i == 3 else "0", "0" if i == 5 else "1", "ab"[i % 2]] for i in range(20)]
    draft = drafted(*heads, *rows)

    assert len(draft.survey.answers) == 18
    assert [doubt for doubt in draft.doubts if "do not count" in doubt] == [
        "1 records do not count: preview record (see records: in codebook.yaml)",
        "1 records do not count: unfinished record (see records: in codebook.yaml)",
    ]


def test_cells_that_hold_all_choices_in_different_orders_are_rankings(drafted):
    """Microsoft Forms writes the order into one cell."""
    draft = drafted(*column("Rank the aims", ["Speed;Cost;Care;", "Cost;Speed;Care;", "Speed;Care;Cost;"] * 8))

    assert draft.kinds["rank_aims"] == "ranking"
    assert draft.printed("rank_aims.overall.all.speed") == "67%"


def test_a_tie_has_no_headline_and_few_of_very_many_choices_are_shown(drafted):
    """The commonest of forty; C is not counted for each word that holds a c."""
    rare = [f"Coconut {n}" for n in range(40)]
    cells = [";".join(["C", rare[i % 40], rare[i * i % 37]]) for i in range(400)]
    draft = drafted(*column("Which ones?", cells))
    ones, plan = draft.report.exhibit("ones"), draft.report.exhibit("plan")

    assert "c" in [measure.id for measure in ones.columns]
    assert len(ones.columns) < 20
    assert not plan.headlines


def test_machine_made_names_are_printed_as_words(drafted):
    """Codes of a form tool; the answers are still found by them."""
    draft = drafted(*column("team_size", ["very_small", "quite_large"] * 9))

    assert draft.labels("team_size") == ["Quite large", "Very small"]
    assert draft.report.exhibit("team_size").title == "Team size"
    assert draft.survey.answers["team_size"].notna().all()

"""Questions of several columns: what belongs together, what does not, and what the tool wrote beside "other"."""

import pytest

IDS = [str(9000 + i) for i in range(40)]


def monkey(upper, lower, *rows):
    """A SurveyMonkey export: a question over several columns stands above the first of them."""
    records = ([IDS[i], "1", *row] for i, row in enumerate(rows))
    return [["Respondent ID", "Collector ID", *upper], ["", "", *lower], *records]


def test_ranks_are_a_ranking_and_who_came_first_is_shown(drafted):
    """One who stopped halfway spoils nothing; a median of ranks would say nothing."""
    rows = [["1", "2", "3"], ["2", "1", "3"], ["1", "3", "2"], ["3", "1", "2"], ["1", "2", "3"], ["1", "", ""]] * 4
    draft = drafted(*monkey(["Rank these", "", ""], ["Price", "Speed", "Care"], *rows))

    assert draft.kinds == {"rank_these": "ranking"}
    assert draft.printed("rank_these.overall.all.price") == "67%"


def test_parts_of_a_whole_are_an_allocation(drafted):
    """They add to 100; one who cannot add is a finding."""
    rows = [["60", "30", "10"], ["20", "20", "60"], ["50", "50", "0"]] * 4 + [["50", "50", "50"]]
    draft = drafted(*monkey(["Split the time", "", ""], ["Sales", "Support", "Admin"], *rows))

    assert draft.kinds == {"split_time": "allocation"}
    assert draft.survey.undecided["rule"].tolist() == ["parts_total"]


def test_a_matrix_of_choices_is_shown_row_by_row(drafted):
    """With the steps of the scale in their order."""
    rows = [["Agree", "Disagree"], ["Strongly agree", "Agree"], ["Neutral", "Agree"], ["Disagree", "Neutral"]] * 5
    draft = drafted(*monkey(["How much do you agree?", ""], ["We plan", "We measure"], *rows))

    assert draft.labels("agree") == ["Disagree", "Neutral", "Agree", "Strongly agree"]
    assert draft.printed("agree.agree_list.we_plan.disagree") == "25%"


def test_what_was_written_for_other_counts_beside_the_choices(drafted):
    """The tool leaves the answer blank, or writes the text in the column of the choice: both are answers."""
    rows = [["Sales", "", "Chat", ""], ["Support", "", "", "Fax"], ["", "Founders", "Chat", "Fax"], ["Sales", *" " * 3]]
    other = "Other (please specify)"
    lower = ["Response", other, "Chat", other]
    draft = drafted(*monkey(["Who owns it?", "", "Which channels?", ""], lower, *rows * 5))

    assert draft.printed("owns.overall.all.sales") == "50%"
    assert draft.printed("owns.overall.all.other") == "25%"
    assert draft.printed("channels.overall.all.other") == "67%"
    assert draft.survey.answers["channels_other"].dropna().unique().tolist() == ["Fax"]
    assert not set(draft.survey.findings["rule"]) & {"unmatched_column", "unmatched_question"}


def test_one_heading_over_unlike_columns_is_several_questions(drafted):
    """A company's name, its revenue and its people are no rows of one matrix."""
    rows = [[f"Company {i}", f"${i + 1}M", str(i * 3)] for i in range(20)]
    draft = drafted(*monkey(["About you", "", ""], ["Company name", "Revenue in US dollars", "Employees"], *rows))

    assert list(draft.kinds.values()) == ["text", "money", "count"]
    assert draft.survey.codebook.source.name is not None


def test_choices_that_hold_hyphens_stay_whole(drafted):
    """Flattened headers: the question is what neighbours have in common, whatever blanks stand around the hyphen."""
    heads = ["RespondentID", *(f"Which films?   - Part {n} - {t}" for n, t in enumerate(("Dawn", "Dusk"), start=1))]
    rows = [[IDS[i], "Part 1 - Dawn" if i % 2 else "", "Part 2 - Dusk"] for i in range(20)]
    draft = drafted(heads, *rows)

    assert draft.kinds == {"films": "multiple"}
    assert draft.labels("films") == ["Part 1 - Dawn", "Part 2 - Dusk"]
    assert draft.survey.answers.index.tolist()[0] == "9000"


def test_typeforms_choices_stay_together(drafted):
    """A choice that nobody took has a blank column; Other holds text, and there are several of None and Other."""
    heads = ["#", "Tea", "Milk", "None", "Other", "How many cups?", "Rye", "Oats", "None", "Other", "Network ID"]
    rows = [[f"{i:032x}", "Tea" if i % 2 else "", "", "", "Juice" if i % 4 == 0 else "", "3",
             "Rye", "", "None" if i % 5 == 0 else "", "", f"n{i}"] for i in range(20)]  # fmt: skip
    draft = drafted(heads, *rows)

    assert draft.labels("tea") == ["Tea", "Milk", "None", "Other"]
    assert draft.labels("rye") == ["Rye", "Oats", "None", "Other"]
    assert draft.printed("tea.overall.all.other") == "33%"
    assert not set(draft.survey.findings["rule"]) & {"unmatched_column", "unmatched_question"}


def test_kobos_groups_are_no_questions(drafted):
    """A group holds questions of all kinds; columns of choices belong to the one that joins them."""
    heads = ["about/name", "about/people", "use/tools", "use/tools/chat", "use/tools/mail", "_uuid", "_submission_time"]
    rows = [[f"Firm {i}", str(i), "chat mail" if i % 2 else "chat", "1", str(i % 2), f"u{i}", "2025-04-03T09:00:00"]
            for i in range(20)]  # fmt: skip
    draft = drafted(heads, *rows)

    assert draft.kinds == {"name": "text", "people": "count", "tools": "multiple"}
    assert draft.printed("tools.overall.all.mail") == "50%"


def test_neighbours_with_one_scale_are_rows_of_a_matrix(drafted):
    """Machine-made names share their beginning; a form writes one column per statement."""
    scale = ("Disagree", "Neutral", "Agree")
    rows = [[f"r{i}", *(scale[(i + k) % 3] for k in range(3)), "Yes"] for i in range(21)]
    draft = drafted(["respondent_id", "trend-tools-git", "trend-tools-chef", "trend-tools-salt", "done"], *rows)

    assert [item.label for item in draft.codebook.items("trend_tools")] == ["git", "chef", "salt"]
    assert draft.printed("trend_tools.trend_tools_list.git.agree") == "33%"


@pytest.mark.parametrize("suffix", ["", "_NPS_GROUP", "_DO", "_Page Submit", " - Topics"])
def test_what_qualtrics_adds_is_no_question(drafted, suffix):
    """Groups of an NPS, the order of display, times on a page, topics found by the tool."""
    heads = [["ResponseId", "Q1", f"Q2{suffix}"], ["Response ID", "One?", "Two?"],
             ['{"ImportId":"_recordId"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2x"}']]  # fmt: skip
    draft = drafted(*heads, *([f"R{i}", "ab"[i % 2], "cd"[i % 2]] for i in range(20)))

    assert len(draft.kinds) == (1 if suffix else 2)


@pytest.mark.parametrize(
    ("head", "ticks"), [("Which channels? (choice={})", ("Checked", "Unchecked")), ("{}:Which channels?", None)]
)
def test_choices_in_other_tools_headers(drafted, head, ticks):
    """One tool writes Checked below "Question (choice=Chat)", another repeats the choice below "Chat:Question"."""
    names = ("Chat", "E-mail")
    yes = [ticks[0] if ticks else name for name in names]
    no = ticks[1] if ticks else ""
    rows = [[f"r{i}", yes[0] if i % 2 else no, yes[1] if i % 4 else no, "ab"[i % 2]] for i in range(20)]
    draft = drafted(["Record ID", *(head.format(name) for name in names), "Plan"], *rows)

    assert draft.kinds == {"channels": "multiple", "plan": "single"}
    assert draft.labels("channels") == ["Chat", "E-mail"]
    assert draft.printed("channels.overall.all.chat") == ("50%" if ticks else "67%")  # blank, or asked and not taken


def test_codes_above_questions_are_read_as_a_survey(drafted):
    """The questions give texts and choices, the codes the columns."""
    heads = [["Q1", "Q2_Part_1", "Q2_Part_2"], ["What is your role?", "Which tools? - Chat", "Which tools? - Mail"]]
    draft = drafted(*heads, *(["ab"[i % 2], "Chat", "Mail" if i % 2 else ""] for i in range(20)))

    assert draft.kinds == {"role": "single", "tools": "multiple"}
    assert len(draft.survey.answers) == 20
    assert draft.printed("tools.overall.all.mail") == "50%"

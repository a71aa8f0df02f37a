"""Many rows: texts are read once each and some rows at a time, and come out as if every cell were read alone."""

import csv
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.responses.choices import Matcher, ticked
from pipeline.responses.exports import delimited, encodings
from pipeline.responses.numbers import parse_number

TYPED = [
    "", " ", "0", "5", "12.5", "-3", "007", "1,000", "1 000", "about 30", "30+", "<5", "(5)", "40 FTE", "€3M", "$5",
    "5k", "1.2.3", "n/a", "dunno", "-99", "10-15", "none", "15%", "1e5", "١٢", "3,5", "999999999999999999",
]  # fmt: skip
CHOSEN = ["", "a", "Alpha", "BETA, BIG", "bee", "Gamma", "dunno"]
TICKED = ["1", "0", "", "yes", "X", "maybe"]
CODEBOOK = """
survey: {id: many, title: Many, year: 2026}
source: {kind: tidy, decimal: '.', missing: {not_known: [dunno, "-99"]}}
questions:
  - {id: c, type: single, text: C, choices: [{code: a, label: Alpha}, {code: b, label: "Beta, big", aliases: [bee]}]}
  - {id: n, type: number, text: N}
  - {id: m, type: money, text: M}
  - {id: t, type: multiple, text: T, column: "t__{item}", choices: [{code: x, label: X}, {code: y, label: Y}]}
  - {id: f, type: text, text: F}
"""


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """The edition of 4,000 drawn respondents, and the rows of its export by respondent."""
    from pipeline.responses import read_survey

    monkeypatch.setattr(delimited, "AT_ONCE", 1000)
    draw = random.Random(5)
    names = ["respondent_id", "c", "n", "m", "t__x", "t__y", "f"]

    def number():
        return draw.choice(TYPED) if draw.random() < 0.4 else f"{draw.lognormvariate(5, 1):.{draw.randrange(3)}f}"

    rows = [
        [f"R{i}", draw.choice(CHOSEN), number(), number(), draw.choice(TICKED), draw.choice(TICKED), f"{i % 7}\nlines"]
        for i in range(4000)
    ]
    (tmp_path / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    with (tmp_path / "responses.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *rows])
    return read_survey(tmp_path), pd.DataFrame(rows, columns=names).set_index("respondent_id")


def test_every_cell_is_kept_as_it_was_written(drawn):
    """Whatever it means, the raw text is there."""
    survey, rows = drawn

    assert survey.raw.index.tolist() == rows.index.tolist()
    assert survey.raw[rows.columns].to_numpy().tolist() == rows.to_numpy().tolist()


def test_a_number_is_what_its_cell_alone_says(drawn):
    """Value, missing and why: the grammar applied to cell after cell gives the same."""
    survey, rows = drawn
    missing = {"dunno": "not_known", "-99": "not_known"}
    for name in ("n", "m"):
        unlike = []
        for respondent, text in rows[name].items():
            parsed = parse_number(text, decimal=".", missing=missing)
            refused = parsed.value is not None and ("percent" in parsed.flags or (name == "n" and parsed.currency))
            value = None if refused or parsed.value is None else parsed.value
            found = survey.answers.at[respondent, name]
            reason = "answered" if value is not None else parsed.reason or "unreadable"
            if (None if pd.isna(found) else found, survey.reasons.at[respondent, name]) != (value, reason):
                unlike.append((text, found, value, reason))
        assert not unlike


def test_a_choice_and_a_tick_are_what_their_cells_alone_say(drawn):
    """Codes, labels and aliases; a blank beside a tick is no tick."""
    survey, rows = drawn
    choice = Matcher(survey.codebook.choices("c"))
    tick = Matcher(survey.codebook.choices("t"))

    assert [None if pd.isna(code) else code for code in survey.answers["c"]] == [choice.match(t) for t in rows["c"]]
    for respondent, row in rows.sample(300, random_state=1).iterrows():
        cells = [ticked(row["t__x"], tick, "x"), ticked(row["t__y"], tick, "y")]
        known = None not in cells and any(row[["t__x", "t__y"]] != "")
        found = survey.answers.loc[respondent, ["t.x", "t.y"]].tolist()
        assert found == cells if known else all(map(pd.isna, found))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["a", "\n", "\r\n", "é", "Ã©", "Ð¿Ñ€Ð¸", "名", "\ufeff", "\x92", ";"])).map("".join))
def test_a_stream_says_what_the_whole_text_says(codec, text):
    """The letters, and the sign that they were decoded wrongly, in pieces of a few letters as at once."""
    content = text.encode(codec)
    whole = content.decode(codec).lstrip("\ufeff")
    before, encodings.PIECE = encodings.PIECE, 3
    try:
        read = encodings.encoded(content, codec, "r.csv")
    finally:
        encodings.PIECE = before

    assert read.text().read() == whole
    assert read.damage == encodings.sign_of_damage(whole)

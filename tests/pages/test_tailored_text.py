"""Running text of a company's PDF: nothing is lost between columns, notes stand once, blanks in one paragraph."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.figures.tailored.package import Answer, AnswerGroup
from pipeline.pages.tailored.columns import PER_PAGE, in_columns
from pipeline.pages.tailored.submitted import _lines

ROOM = 100.0


@given(st.lists(st.floats(1, 60), max_size=40))
def test_columns_keep_every_entry_in_order_and_are_never_too_high(heights):
    columns = in_columns(heights, float, ROOM)

    assert [entry for column in columns for entry in column] == heights
    assert all(sum(column) <= ROOM for column in columns)


def test_entries_that_fit_a_page_are_spread_over_its_columns():
    """Nine of the same height: three and three and three, not five and four."""
    assert [len(column) for column in in_columns([20.0] * 9, float, ROOM)] == [3] * PER_PAGE


def answered(question, given_="", read="", notes=(), missing=""):
    return Answer(question=question, given=given_, read=read, notes=notes, missing=missing)


def test_blank_answers_are_listed_by_reason_and_what_was_not_asked_is_left_out():
    group = AnswerGroup(title="A survey", answers=(
        answered("Name?", "Alder"), answered("ARR?", "1"), answered("NRR?", missing="You did not answer"),
        answered("GRR?", missing="You did not answer"), answered("Tiers?", missing="You were not asked"),
    ))  # fmt: skip

    lines = _lines(group, "Alder", {})

    assert [(line.kind, line.question) for line in lines] == [
        ("heading", "A survey"), ("answer", "ARR?"), ("blank", "You did not answer: NRR? GRR?"),
    ]  # fmt: skip


def test_what_was_found_of_several_answers_is_one_note():
    """The mark beside the answer is the note's number; an answer that counts for nothing says why in the same way."""
    notes = {}
    group = AnswerGroup(title="A survey", answers=(
        answered("ARR?", "1", "2", ("Corrected: by hand",)), answered("ASP?", "9", notes=("Corrected: by hand",)),
        answered("NRR?", "n/a", missing="You answered: not applicable"),
    ))  # fmt: skip

    lines = _lines(group, "Alder", notes)

    said = [(line.given, line.read, line.marks) for line in lines[1:]]
    assert said == [("1", "2", "1"), ("9", "", "1"), ("n/a", "", "2")]
    assert notes == {"Corrected: by hand": 1, "You answered: not applicable": 2}

"""What the rules say, as cards: every figure says which one it is, nothing is cut, nothing is invented."""

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from pipeline.figures.guidance import Advice, Example, Need, Series, Status, Table
from pipeline.figures.ledger import Cell
from pipeline.pages.advice import COLUMN, ROOM, Card, _columns, advice_pages, chosen, curve_svg


def cell(name, printed, value=0.0, rule="rule", band="you"):
    return Cell(f"{rule}.company.{band}.{name}", rule, "company", band, name, "rule", value, printed, "usd")


def advice(ident="rule", status=Status.APPLIES, **parts):
    given = {"title": "A title", "page": "page", "priority": 1, "formula": "A = B", "source": "A guide"} | parts
    return Advice(id=ident, status=status, **given)


WHOLE = advice(
    words=("Your {{ rule.company.you.arr }} <b>grow</b>.",),
    actions=("Do this.",),
    table=Table(("Stage", "Says"), (("Low", "{{ rule.company.you.arr }}"), ("High", "More & more")), marked=1),
    curve="ARR",
    series=(
        Series("one", "As it is", (cell("one_0", "$1.0M", 1e6), cell("one_1", "$2.0M", 2e6))),
        Series("two", "Better", (cell("two_0", "$1.0M", 1e6), cell("two_1", "$2.1M", 2.1e6))),
    ),
    cells=(cell("arr", "$1.0M"),),
)


def test_a_card_shows_words_table_curve_next_steps_formula_and_source():
    (page,) = advice_pages([WHOLE])

    assert '<span class="bound" data-cell="rule.company.you.arr">$1.0M</span> &lt;b&gt;grow&lt;/b&gt;.' in page
    assert "<li>Do this.</li>" in page
    assert '<tr class="own"><th scope="row">High <span class="tag">you</span></th><td>More &amp; more</td>' in page
    assert "<b>Formula</b> A = B. <b>Source</b> A guide." in page
    assert "Nothing here is a result of this survey" in page
    assert page.count("<svg") == 1


def test_no_address_is_left_on_the_page():
    assert not re.search(r"[{}]", re.sub(r"<svg.*?</svg>", "", advice_pages([WHOLE])[0]))


def test_the_curve_names_its_figures_and_tells_them_in_words():
    drawing = ElementTree.fromstring(curve_svg(WHOLE))

    title = drawing.find("{http://www.w3.org/2000/svg}title")
    assert title.text == "ARR: $1.0M to $2.0M, As it is; $1.0M to $2.1M, Better"
    named = {name for each in drawing.iter() for name in (each.get("data-cell") or "").split()}
    assert named == {f"rule.company.you.{line}_{year}" for line in ("one", "two") for year in (0, 1)}


def test_ends_of_lines_that_lie_close_together_do_not_print_over_each_other():
    drawing = ElementTree.fromstring(curve_svg(WHOLE))
    words = [each for each in drawing.iter("{http://www.w3.org/2000/svg}text") if "$2." in "".join(each.itertext())]

    heights = [float(each.get("y")) for each in words]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 10


def test_of_each_group_the_first_by_priority_that_apply_are_chosen():
    given = [
        advice("late", page="one", priority=3),
        advice("first", page="one", priority=1),
        advice("silent", page="one", priority=2, status=Status.MISSING),
        advice("second", page="one", priority=2),
        advice("other", page="two", priority=9),
    ]

    assert [each.id for each in chosen(given, 2)] == ["first", "second", "other"]


def test_what_was_not_asked_and_not_answered_is_said_once_and_what_does_not_apply_is_not():
    example = Example("So {{ cost.company.example.case }}.", "", (cell("case", "$50", rule="cost", band="example"),))
    given = [
        advice("cost", Status.NOT_ASKED, title="Cost", needs=(Need("cost", "Yearly cost"),), example=example),
        advice("tiers", Status.MISSING, title="Tiers", needs=(Need("q", "How many?"), Need("r", "How much?"))),
        advice("others", Status.DOES_NOT_APPLY, title="For others"),
    ]

    (page,) = advice_pages(given)

    assert "With these figures you can compute it yourself: Yearly cost." in page
    assert 'So <span class="bound" data-cell="cost.company.example.case">$50</span>.' in page
    assert '<th scope="row">Tiers</th><td>How many? How much?</td>' in page
    assert "For others" not in page


def test_a_missing_answer_is_named_where_its_rule_would_have_been_shown():
    given = [
        advice("first", Status.MISSING, title="First", priority=1, needs=(Need("q", "How many?"),)),
        advice("second", priority=2),
        advice("third", Status.MISSING, title="Third", priority=3, needs=(Need("r", "How much?"),)),
    ]

    (page,) = advice_pages(given, most=2)

    assert "How many?" in page
    assert "Third" not in page


def test_no_page_where_there_is_nothing_to_say():
    assert advice_pages([advice(status=Status.DOES_NOT_APPLY)]) == []


@pytest.mark.parametrize(
    ("heights", "pages"),
    [
        ([100], [[[0]]]),
        ([ROOM, 1], [[[0], [1]]]),
        ([200, 200, 100, 200], [[[0, 2], [1]], [[3]]]),
        ([ROOM + 50, 100], [[[0], [1]]]),  # higher than a column: alone in one
    ],
)
def test_cards_fill_two_columns_of_a_page_and_are_never_cut(heights, pages):
    cards = [Card(str(number), Markup("T"), height=height) for number, height in enumerate(heights)]

    found = [[[int(card.id) for card in column] for column in page] for page in _columns(cards)]

    assert found == pages


def test_columns_of_a_table_share_the_width_of_a_card():
    wide = advice(table=Table(("A", "B", "C"), (("x" * 90, "y" * 200, "7"),)))

    (page,) = advice_pages([wide])

    widths = [float(width) for width in re.findall(r"width:([\d.]+)pt", page)]
    assert sum(widths) == pytest.approx(COLUMN, abs=2)
    assert min(widths) > 8

"""What the rules say, as cards: every figure says which one it is, nothing is cut, nothing is invented."""

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from pipeline.figures.guidance.advice import Advice, Need, Series, Status, Table
from pipeline.figures.ledger import Cell
from pipeline.pages.advice import COLUMN, PAGES, ROOM, Card, _columns, advice_beside, advice_pages
from pipeline.pages.curve import curve_svg


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
    assert page.count("<svg") == 1


def test_no_address_is_left_on_the_page():
    assert not re.search(r"[{}]", re.sub(r"<svg.*?</svg>", "", advice_pages([WHOLE])[0]))


def test_the_curve_names_its_figures_and_tells_them_in_words():
    drawing = ElementTree.fromstring(curve_svg(WHOLE, 272, 70))

    title = drawing.find("{http://www.w3.org/2000/svg}title")
    assert title.text == "ARR: $1.0M to $2.0M, As it is; $1.0M to $2.1M, Better"
    named = {name for each in drawing.iter() for name in (each.get("data-cell") or "").split()}
    assert named == {f"rule.company.you.{line}_{year}" for line in ("one", "two") for year in (0, 1)}


def test_ends_of_lines_that_lie_close_together_do_not_print_over_each_other():
    drawing = ElementTree.fromstring(curve_svg(WHOLE, 272, 70))
    words = [each for each in drawing.iter("{http://www.w3.org/2000/svg}text") if "$2." in "".join(each.itertext())]

    heights = [float(each.get("y")) for each in words]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 10


def long(ident, priority, page="page"):
    """A rule whose table of twenty rows takes most of a column."""
    rows = tuple((f"Row {i}", "words enough to take a line of their own") for i in range(20))
    return advice(ident, priority=priority, page=page, words=(f"What {ident} says.",), table=Table(("A", "B"), rows))


def test_every_rule_that_applies_is_told_and_tables_come_with_the_most_important():
    """Two pages have room for six such tables and some words: of nine rules the three last come without theirs."""
    pages = advice_pages([long(f"r{number}", number) for number in range(9, 0, -1)])

    whole = "".join(pages)
    assert len(pages) == PAGES
    assert all(f"What r{number} says." in whole for number in range(1, 10))
    with_table = [number for number in range(1, 10) if "<table" in _part(whole, f"advice-r{number}")]
    assert with_table == list(range(1, len(with_table) + 1)) and 3 <= len(with_table) < 9


def test_in_words_a_ladder_still_shows_the_step_that_the_company_stands_on():
    steps = Table(("ARR", "Says"), tuple((f"Step {i}", "much " * 60) for i in range(9)), marked=4)
    pages = advice_pages([long(f"r{number}", 1) for number in range(6)] + [advice("ladder", priority=9, table=steps)])

    part = _part("".join(pages), "advice-ladder")
    assert "Step 4" in part and "Step 3" not in part


def _part(page, ident):
    """The card with this id."""
    return page[page.index(f'id="{ident}"') :].split('<div class="advice"')[0]


def test_what_says_nothing_is_listed_once_with_the_reason():
    """Not asked, with what to enter and the formula; not answered, with the questions; not about such companies."""
    given = [
        advice("cost", Status.NOT_ASKED, title="Cost", needs=(Need("cost", "Yearly cost"),)),
        advice("tiers", Status.MISSING, title="Tiers", needs=(Need("q", "How many?"), Need("r", "How much?"))),
        advice("others", Status.DOES_NOT_APPLY, title="For others"),
    ]

    (page,) = advice_pages(given)

    why = dict(re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', page))
    assert why == {
        "Cost": "Not asked; with these figures you can compute it: Yearly cost. A = B. Source: A guide.",
        "Tiers": "You did not answer: How many?; How much?",
        "For others": "It is not about companies like yours",
    }


def test_long_lists_of_what_says_nothing_are_cut_to_cards_and_name_two_questions():
    """Nine rules without an answer are two cards; of four questions two are named, one that is asked twice once."""
    needs = tuple(Need(str(i), f"Question {i}?") for i in (1, 1, 2, 3, 4))
    (page,) = advice_pages([advice(f"r{i}", Status.MISSING, title=f"Rule {i}", needs=needs) for i in range(9)])

    assert page.count("What could not be said") == 2
    assert page.count("You did not answer: Question 1?; Question 2?; and 2 more") == 9


def test_rules_beside_other_figures_are_not_told_again():
    """What fits, the most important first, of the groups that were asked for."""
    given = [long("tall", 1), advice("short", priority=2), advice("other", page="elsewhere")]
    body, told = advice_beside(given, ("page",), 100)

    assert told == ["short"] and 'id="advice-short"' in body
    assert advice_beside(given, ("nothing",), 100) == ("", [])
    assert 'id="advice-short"' not in "".join(advice_pages(given, told))


def test_no_page_where_there_is_nothing_to_say():
    assert advice_pages([]) == []


@pytest.mark.parametrize(
    ("heights", "columns"),
    [
        ([100], [[0]]),
        ([ROOM, 1], [[0], [1]]),
        ([200, 200, 100, 200], [[0, 2], [1], [3]]),
        ([ROOM + 50, 100], [[0], [1]]),  # higher than a column: alone in one
    ],
)
def test_cards_fill_columns_and_are_never_cut(heights, columns):
    cards = [Card(str(number), Markup("T"), height=height) for number, height in enumerate(heights)]

    assert [[int(card.id) for card in column] for column in _columns(cards)] == columns


def test_columns_of_a_table_share_the_width_of_a_card():
    wide = advice(table=Table(("A", "B", "C"), (("x" * 90, "y" * 200, "7"),)))

    (page,) = advice_pages([wide])

    widths = [float(width) for width in re.findall(r"width:([\d.]+)pt", page)]
    assert sum(widths) == pytest.approx(COLUMN, abs=2)
    assert min(widths) > 8

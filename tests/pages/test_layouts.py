import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.figures import tabulate
from pipeline.figures.exhibits import read_exhibits
from pipeline.pages import charts
from pipeline.pages.bar_charts import band_bars
from pipeline.pages.book import Book
from pipeline.pages.chapters import Section
from pipeline.pages.exhibit import COMMENTARY, Layout, exhibit_section, layout_of
from pipeline.pages.front import CONTENTS_LINES
from pipeline.pages.front import _columns as front_columns
from pipeline.pages.html import book_html
from pipeline.pages.palette import assign, colours
from pipeline.pages.pdf import write_pdf
from pipeline.pages.theme import CATEGORIES, ORDERED, OTHER
from pipeline.pages.view import table_of
from pipeline.pages.words import arrange, fill

LAYOUTS = Path(__file__).parent / "layouts" / "exhibits.yaml"
LIST = "<p>Before.</p><ol><li><strong>First:</strong> what comes first</li><li><strong>Second:</strong> then</li></ol>"
TABLE = "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>x</td><td>1</td></tr></tbody></table>"


@pytest.fixture(scope="module")
def kinds(survey):
    report = read_exhibits(LAYOUTS, survey.codebook)
    return Book(report, tabulate(survey, report), survey.codebook)


@pytest.fixture(scope="module")
def outside(survey):
    report = read_exhibits(LAYOUTS, survey.codebook)
    return Book(report, tabulate(survey, report, "external"), survey.codebook)


def drawings(html):
    return [ElementTree.fromstring(d) for d in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def said(drawing):
    """The words in a drawing, in order."""
    return [t.text for t in drawing.iter("{http://www.w3.org/2000/svg}text")]


# Which layout


@pytest.mark.parametrize(
    ("exhibit", "layout"),
    [
        ("owner_ring", Layout.DONUT),
        ("outsource_ring", Layout.DONUT),
        ("channel_bars", Layout.ANSWERS),
        ("then_and_now", Layout.ANSWERS),
        ("success_by_band", Layout.BY_BAND),
        ("people_tiles", Layout.CARDS),
        ("nrr_histogram", Layout.HISTOGRAM),
        ("both_retentions", Layout.SPREAD),
        ("owner_stack", Layout.CROSSTAB),
        ("quadrants", Layout.SCATTER),
    ],
)
def test_the_chart_and_the_shape_of_the_figures_choose_the_layout(kinds, exhibit, layout):
    """A row alone, one figure by band, bins, two medians, points: each has its page."""
    definition = kinds.report.exhibit(exhibit)

    assert layout_of(definition, table_of(kinds, definition)) is layout


def test_every_figure_has_its_place_once(kinds):
    """Each address stands on its page as one id, in the chart's table if not beside it."""
    for exhibit in kinds.report.exhibits:
        ids = Counter(re.findall(r' id="([^"]+)"', exhibit_section(exhibit, kinds)))
        cells = [c for c in kinds.ledger.exhibit(exhibit.id) if c.dimension != "company" and c.column != "n"]
        primary = {c.cell_id for c in cells if c.cell_id.count(".") == 3}

        assert not [name for name, count in ids.items() if count > 1]
        if exhibit.id != "quadrants":
            assert primary <= set(ids)


def test_all_layouts_are_printed_without_a_complaint(kinds, tmp_path):
    """One real PDF with a page of each: nothing overflows, nothing is logged, every section has one page."""
    words = {"cards": LIST, "steps": LIST, "table": TABLE, "prose": LIST}
    sections = []
    for exhibit in kinds.report.exhibits:
        text = words.get(exhibit.id, "<p>Some words.</p>")
        html = fill(exhibit_section(exhibit, kinds), text).replace(COMMENTARY, text)
        sections.append(Section(exhibit.id, "exhibit", exhibit.title, html, exhibit.chapter))
    html = book_html(kinds, sections)

    assert write_pdf(html, tmp_path / "layouts.pdf") == html.count("<section data-page=")


# Words


def test_prose_with_labels_is_a_list_across_the_page(golden):
    """Number, label and sentence each have their column."""
    golden("words_prose.html", arrange(LIST, "prose"))


def test_cards_are_as_kept(golden):
    """The label is the card's heading, without its colon; the sentence begins with a capital."""
    golden("words_cards.html", arrange(LIST, "cards"))


def test_a_table_of_words_has_heads_for_rows_and_columns(golden):
    """The first cell of each row is its head."""
    golden("words_table.html", arrange(TABLE, "table"))


def test_figures_are_large_only_where_every_card_begins_with_one():
    """A list of labels and figures is a strip of numbers; one figure among sentences stays in its sentence."""
    figure = '<span class="bound" data-cell="a.b.c.d">40%</span>'
    numbers = f"<ul><li><strong>A:</strong> {figure}</li><li><strong>B:</strong> {figure} of all</li></ul>"
    mixed = f"<ul><li><strong>A:</strong> {figure}</li><li><strong>B:</strong> nothing</li></ul>"

    assert arrange(numbers, "cards").count('class="card-lead"') == 2
    assert "card-lead" not in arrange(mixed, "cards")


def test_long_prose_is_set_in_two_columns_and_smaller():
    """Type shrinks and columns are added until the text fits, a line that announces a list stays with it."""
    long = "".join(f"<p>{'word ' * 60}.</p>" for _ in range(8)) + "<p>These are:</p><ul><li>one</li><li>two</li></ul>"
    html = arrange(long, "prose")

    assert "prose-2" in html and "font-size:12.0pt" not in html
    assert re.search(r"<p>These are:</p>\s*<ul>", html)


def test_a_text_page_without_its_text_is_refused(kinds):
    """A text exhibit is made in the notebook; a list is needed where cards are asked for."""
    section = exhibit_section("cards", kinds)

    with pytest.raises(InputError, match="needs its text"):
        fill(section, " ")
    with pytest.raises(InputError, match="items of a list"):
        fill(section, "<p>No list.</p>")


def test_a_text_without_figures_names_no_source(kinds):
    """Where no figure is quoted, there is none to be sourced; the note stays."""
    section = exhibit_section("prose", kinds)

    assert "Source of the figures" not in fill(section, "<p>Words.</p>")
    assert "A note." in fill(section, "<p>Words.</p>")
    assert "Source of the figures" in fill(section, '<p><span class="bound" data-cell="x">1</span></p>')


def test_a_chapter_is_never_the_last_line_of_a_column():
    """Its line moves on to the column in which its exhibits begin."""
    lines = [(Section(f"s{i}", "opener" if i == CONTENTS_LINES - 1 else "exhibit", "x", ""), i) for i in range(30)]
    first, second = front_columns(lines)

    assert len(first) == CONTENTS_LINES - 1
    assert second[0][0].kind == "opener"


# Drawings


def test_the_main_share_stands_in_the_hole(kinds):
    """The largest of several answers; of yes and no the share that says yes."""
    (owners,) = drawings(exhibit_section("owner_ring", kinds))
    (outsource,) = drawings(exhibit_section("outsource_ring", kinds))
    yes = kinds.ledger.cell("outsource_ring.overall.all.yes").printed

    assert said(owners)[0] == "67%"
    assert said(outsource)[0] == yes


def test_an_earlier_value_stands_beside_todays(kinds):
    """Both are in the chart and in the table, the difference only in the table, with its sign."""
    html = exhibit_section("then_and_now", kinds)
    words = said(drawings(html)[0])

    assert {"50%", "67%"} <= set(words)
    assert re.search(r'id="then_and_now.overall.all.support.change">\+17\u00a0pts<', html)
    assert '<th scope="col">2025</th>' in html


def test_a_median_has_its_line_and_its_bin(kinds):
    """The label names the median as the callout prints it."""
    words = said(drawings(exhibit_section("nrr_histogram", kinds))[0])
    median = kinds.ledger.cell("nrr_histogram.overall.all.nrr").printed

    assert f"median {median}" in words


def test_dots_are_for_those_inside_only(kinds, outside):
    """Outside the house the page has the quadrant and its share, and not one company's values."""
    inside, without = exhibit_section("quadrants", kinds), exhibit_section("quadrants", outside)
    share = kinds.ledger.cell("quadrants.overall.all.best").printed

    assert "One dot for each company" in inside and inside.count("<use ") > 5
    assert "One dot" not in without
    assert any(text.startswith(f"{share} from") for text in said(drawings(inside)[0]))


# One colour for one answer


def test_an_answer_keeps_its_colour_in_every_exhibit():
    """The codebook's order gives the numbers; whoever meets in an exhibit differs."""
    numbers = assign(
        [["sales", "success"], ["success", "support", "other"], ["sales", "support"]], ["success", "sales"]
    )

    assert numbers["success"] == 0 and numbers["sales"] == 1
    assert len(set(numbers.values())) == 3
    assert "other" not in numbers


def test_adding_an_exhibit_of_known_answers_moves_no_colour():
    """Numbers depend on the answers and their order, not on the order of exhibits."""
    groups = [["a", "b"], ["c", "d"]]

    assert assign(groups, "abcd") == assign(list(reversed(groups)), "abcd")


def test_more_answers_than_colours_are_not_drawn():
    """Six answers have no colours; the rest is grey; ordered answers are shades of one hue."""
    numbers = assign(["abcdef"], "abcdef")

    assert colours(["a", "b", "other"], numbers) == [CATEGORIES[0], CATEGORIES[1], OTHER]
    assert colours(list("abcdef"), numbers) is None
    assert colours(["low", "high"], {}, ordered=True) == list(ORDERED[:2])


@pytest.mark.parametrize("words", ["short", "a statement that respondents agree with, of many words, " * 3])
def test_names_of_rows_of_any_length_leave_room_for_the_drawing(words):
    """They take some of the width and go over several lines; charts of questions nobody wrote for us have such rows."""
    strips = [charts.Strip(f"{words} {n}", "n = 9", 4.0 + n, "4", low=3.0, high=6.0) for n in range(3)]
    bars = [charts.Bar(f"{words} {n}", 4.0 + n, "4", n="n = 9") for n in range(3)]
    parts = [(f"{words} {n}", "n = 9", [(40.0, "40%"), (60.0, "60%")]) for n in range(3)]
    drawn = [
        charts.strip_chart(strips, tick=str, width=404, height=262, ident="s", alt="S"),
        band_bars(bars, overall=(None, ""), width=404, height=200, ident="b", alt="B"),
        charts.stacked_chart(parts, [*zip("AB", CATEGORIES, strict=False)], width=594, height=90, ident="t", alt="T"),
    ]

    for svg in drawn:
        assert all(word in svg for word in words.split())

import base64
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from pipeline.errors import InputError
from pipeline.pages.html import book_html


class Outline(HTMLParser):
    """Headings, ids and addresses of a page."""

    def __init__(self, page):
        super().__init__()
        self.headings, self.ids, self.addresses = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.addresses += [values[name] for name in ("href", "src") if values.get(name)]


def test_the_page_needs_no_network(page):
    """Every address is inside the page or data; the only other ones are the names of XML namespaces."""
    addresses = Outline(page).addresses
    elsewhere = set(re.findall(r"https?://[^\s\"'<)]+", page))

    assert all(a.startswith(("#", "data:")) for a in addresses)
    assert elsewhere <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "@import" not in page


def test_ids_are_unique_and_links_arrive(page):
    """Each address in the page exists once, figures and drawings included."""
    outline = Outline(page)
    inside = {a[1:] for a in outline.addresses if a.startswith("#")}

    assert not [name for name, count in Counter(outline.ids).items() if count > 1]
    assert inside <= set(outline.ids)


def test_there_is_one_heading_tree(page):
    """One h1, h2 for each page, h3 inside, no level skipped."""
    headings = Outline(page).headings

    assert headings.count("h1") == 1
    assert headings[0] == "h1"
    assert all(int(b[1]) - int(a[1]) <= 1 for a, b in pairwise(headings))
    assert all(
        len(re.findall("<h[12]", section)) == 1 for section in re.findall(r"<section.*?</section>", page, re.DOTALL)
    )


def test_contents_and_index_name_the_planned_pages(page):
    """The number beside a title is the page that its section has."""
    planned = dict(
        (ident, number) for number, ident in re.findall(r'<section data-page="(\d+)"[^>]*? id="([^"]+)"', page)
    )
    listed = re.findall(
        r'<a href="#([^"]+)"><span class="number">[^<]*</span><span class="name">[^<]*</span><span class="folio">(\d+)',
        page,
    )

    assert len(listed) >= 10
    assert all(planned[ident] == number for ident, number in listed)
    assert [int(n) for n in planned.values()] == list(range(1, len(planned) + 1))


def test_an_exhibit_can_be_taken_away_as_csv(page):
    """The download is in the page: UTF-8 with a byte order mark, one row for each figure."""
    data = re.search(r'download="support_owner.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)[1]
    text = base64.b64decode(data).decode("utf-8-sig")

    assert text.startswith("cell,exhibit,dimension,band,answer,statistic,n,value,printed,flag\r\n")
    assert "support_owner.overall.all.support,Who owns support," in text


def test_titles_and_prose_are_escaped(book, sections):
    """A title with markup in it is text."""
    html = book_html(book, [replace(sections[0], title='<script>alert("x")</script>'), *sections[1:]])

    assert 'alert("x")' not in html
    assert "&lt;script&gt;" in html


def test_an_exhibit_shown_twice_is_refused(book, sections):
    """Two pages with the same addresses could not be told apart."""
    with pytest.raises(InputError, match="support_owner"):
        book_html(book, [*sections, sections[0]])


def test_the_page_is_the_same_on_every_run(book, sections, page):
    """No clock, no random id."""
    assert book_html(book, sections) == page

"""The report for reviewers: its printed numbers lead to their rows of the audit page."""

import re
from html.parser import HTMLParser

import pytest

from pipeline.pages.audit import link_numbers

LINK = re.compile(r'<a class="to-audit" href="audit\.html#([^"]+)">([^<]*)</a>')


@pytest.fixture(scope="module")
def linked(page, ledger):
    return link_numbers(page, ledger)


def test_every_number_of_every_table_is_a_link_to_its_own_row(page, linked, ledger):
    """Each link says what the ledger prints under the address that it leads to; nothing else of the page changes."""
    found = LINK.findall(linked)
    in_tables = {cell_id for cell_id in re.findall(r'<td[^>]* id="([^"]+)"', page)
                 if ledger.cell(cell_id).status == "shown"}  # fmt: skip

    assert in_tables <= {cell_id for cell_id, _ in found}
    assert {(cell_id, text.replace("&lt;", "<")) for cell_id, text in found} == {
        (cell_id, ledger.cell(cell_id).printed) for cell_id, _ in found
    }
    assert LINK.sub(r"\2", linked) == page


def test_a_headline_links_each_of_its_numbers(linked):
    """Two shares in one sentence lead to two rows."""
    headline = re.search(r"<h2[^>]*>(A support team owns support at .*?)</h2>", linked)[1]

    assert [cell_id for cell_id, _ in LINK.findall(headline)] == [
        "support_owner.overall.all.support", "support_owner.overall.all.success"
    ]  # fmt: skip


def test_a_number_inside_another_is_not_taken_for_it(ledger):
    """12 is not linked in 2012 or $12M."""
    cell = "support_owner.overall.all.n"

    html = link_numbers(f'<p class="sub" data-cell="{cell}">In 2012 and at $12M, n = 12</p>', ledger)

    assert html.count("<a ") == 1 and html.endswith(">12</a></p>")


def test_no_link_stands_in_another_and_none_in_a_drawing(linked):
    """Neither would be reachable for everyone."""

    class Places(HTMLParser):
        def __init__(self):
            super().__init__()
            self.inside = []

        def handle_starttag(self, tag, attributes):
            if tag in ("a", "svg"):
                assert tag != "a" or not self.inside
                self.inside.append(tag)

        def handle_endtag(self, tag):
            if tag in ("a", "svg"):
                self.inside.pop()

    Places().feed(linked)


@pytest.mark.parametrize("width", (1440, 390))
def test_axe_finds_nothing(violations, linked, tmp_path, width):
    """Links in text and tables are told apart by more than colour."""
    (tmp_path / "report.html").write_text(linked, encoding="utf-8")

    assert violations((tmp_path / "report.html").as_uri(), width) == []


def test_a_click_on_a_number_leads_to_the_audit_page(chromium, linked, tmp_path):
    """And the way back arrives where the reader was."""
    (tmp_path / "report.html").write_text(linked, encoding="utf-8")
    (tmp_path / "audit.html").write_text("<title>audit</title>", encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 1440, "height": 900})
    tab.goto((tmp_path / "report.html").as_uri())

    tab.locator("id=support_owner.overall.all.support").get_by_role("link").click()
    tab.wait_for_url("**/audit.html#support_owner.overall.all.support")

    tab.close()

"""The small report in a real browser, opened from disk as a reader would; skipped where there is no Chromium."""

import csv

import pytest

from pipeline.pages.csv_file import HEAD

WIDTHS = (1440, 390)


@pytest.fixture(scope="module")
def address(page, tmp_path_factory):
    """Where the report lies on disk."""
    path = tmp_path_factory.mktemp("html") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def reader(chromium, address):
    """Opens the report; whatever it asks of a network and whatever fails in its script is a failure."""
    tab = chromium.new_page(viewport={"width": 1440, "height": 900})
    asked, failed = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.goto(address)
    yield tab
    tab.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert failed == []


def listed(reader):
    """The titles that the contents show."""
    return [link.inner_text() for link in reader.locator(".contents-side a").all() if link.is_visible()]


def test_search_finds_an_exhibit_by_its_title(reader):
    """The contents shrink to what matches, the number is announced, and Enter leads there."""
    everything = listed(reader)

    reader.get_by_role("searchbox").fill("reten net")

    assert len(everything) > 8
    assert [title.split()[-1] for title in listed(reader)] == ["Retention"]
    assert reader.get_by_role("status").inner_text() == "1 page found"
    reader.keyboard.press("Enter")
    assert reader.url.endswith("#retention")
    assert reader.locator("#retention").bounding_box()["y"] < 300


def test_search_finds_an_answer(reader):
    """An exhibit is found by what its table says as well."""
    reader.get_by_role("searchbox").fill("chat")

    assert any("reach support" in title for title in listed(reader))
    assert len(listed(reader)) < 4


def test_search_says_when_nothing_matches(reader):
    """An empty list is explained, and clearing the search brings all titles back."""
    everything = listed(reader)

    reader.get_by_role("searchbox").fill("aardvark")

    assert listed(reader) == []
    assert reader.locator(".nothing").is_visible()
    reader.get_by_role("searchbox").fill("")
    assert listed(reader) == everything


def test_contents_follow_the_reader(reader):
    """The title of the exhibit in view is the current one."""
    reader.locator("#people_mix").scroll_into_view_if_needed()
    reader.evaluate("document.getElementById('people_mix').scrollIntoView()")

    reader.wait_for_selector('.contents-side a[aria-current][href="#people_mix"]')

    assert reader.locator(".contents-side a[aria-current]").count() == 1


def test_a_link_to_a_cell_arrives_at_the_cell(chromium, address):
    """The cell is in view below the header, outlined, and shows the ledger's number."""
    tab = chromium.new_page(viewport={"width": 1440, "height": 900})
    tab.goto(f"{address}#support_owner.overall.all.support")

    cell = tab.locator("id=support_owner.overall.all.support")
    box, header = cell.bounding_box(), tab.locator(".masthead").bounding_box()

    assert cell.inner_text().startswith("67%")
    assert cell.evaluate("e => e.matches(':target') && getComputedStyle(e).outlineStyle") == "solid"
    assert header["y"] + header["height"] <= box["y"] < 900
    tab.close()


def test_the_link_to_an_exhibit_is_copied_and_set(reader):
    """A click puts the address into the address bar and says what happened, with a clipboard or without."""
    reader.locator("#channels a.copy").click()

    reader.wait_for_function("document.querySelector('.status').textContent !== ''")
    assert reader.url.endswith("#channels")
    assert "link to this exhibit" in reader.get_by_role("status").inner_text().lower()


def test_the_link_to_a_cell_is_copied_and_set(reader):
    """A click on a number does the same for the number, and the page stays where it is."""
    reader.evaluate("document.getElementById('channels').scrollIntoView()")
    before = reader.evaluate("scrollY")
    reader.locator("#channels td[id]").first.click()

    reader.wait_for_function("document.querySelector('.status').textContent !== ''")
    assert reader.url.partition("#")[2].startswith("channels.overall.all.")
    assert "link to this figure" in reader.get_by_role("status").inner_text().lower()
    assert abs(reader.evaluate("scrollY") - before) < 2


def test_figures_are_reached_and_copied_without_a_mouse(reader):
    """Arrows lead from the first figure of a table to the others, and Enter sets the link; one tab stop a table."""
    table = reader.locator("#support_owner table.crosstab")
    first = table.locator("td[id]").first
    first.focus()
    reader.keyboard.press("ArrowRight")
    reader.keyboard.press("ArrowDown")
    chosen = reader.evaluate("document.activeElement.id")
    reader.keyboard.press("Enter")

    assert chosen.startswith("support_owner.arr.") and reader.url.endswith(f"#{chosen}")
    assert reader.evaluate("document.activeElement.id") == chosen
    assert table.locator("td[tabindex='0']").count() == 1
    assert "figure" in reader.get_by_role("status").inner_text()


def test_a_label_of_a_chart_leads_to_its_figure(reader):
    """A click on the number at a bar sets the address of the figure that the bar shows."""
    label = reader.locator("#support_owner .rail svg g[data-cell]").first
    label.scroll_into_view_if_needed()
    label.click()

    assert reader.url.endswith(f"#{label.get_attribute('data-cell').partition(':')[0]}")


def test_an_exhibit_is_downloaded_as_csv(reader, ledger, tmp_path):
    """UTF-8 with a byte order mark, one line per figure of the exhibit, numbers and n as in the ledger."""
    with reader.expect_download() as download:
        reader.locator("#channels a.download").click()
    assert download.value.suggested_filename == "channels.csv"
    download.value.save_as(tmp_path / "channels.csv")

    data = (tmp_path / "channels.csv").read_bytes()
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))

    assert data.startswith("\ufeff".encode())
    assert tuple(rows[0]) == HEAD
    assert {row["cell"]: row["printed"] for row in rows} == {c.cell_id: c.printed for c in ledger.exhibit("channels")}


def test_all_figures_are_downloaded_in_one_file(reader, ledger, book, tmp_path):
    """The exhibits' own files under one head: every figure of every exhibit once."""
    with reader.expect_download() as download:
        reader.get_by_role("button", name="Download all as CSV").click()
    download.value.save_as(tmp_path / "all.csv")

    rows = list(csv.DictReader((tmp_path / "all.csv").read_bytes().decode("utf-8-sig").splitlines()))
    exhibits = {exhibit.id for exhibit in book.report.exhibits}

    assert [row["cell"] for row in rows] == [cell.cell_id for cell in ledger.cells if cell.exhibit in exhibits]


def test_the_dimension_filter_hides_rows_and_is_in_the_address(reader, address):
    """Without a dimension its rows are gone, the whole sample stays; the address brings the same view back."""

    def visible():
        rows = [reader.locator(f"#support_owner tr[data-dimension={d}]").all() for d in ("overall", "arr", "motion")]
        return [sum(row.is_visible() for row in some) for some in rows]

    before = visible()
    reader.locator('#support_owner .filter input[value="arr"]').uncheck()
    shared = reader.url

    assert min(before) >= 1
    assert visible() == [before[0], 0, before[2]]
    reader.goto(address)
    assert visible() == before
    reader.goto("about:blank")
    reader.goto(shared)
    assert visible() == [before[0], 0, before[2]]
    assert not reader.locator('#support_owner .filter input[value="arr"]').is_checked()


def test_the_report_reads_without_script(chromium, address):
    """Every page is there and in view; the search, which would do nothing, is not."""
    tab = chromium.new_page(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    tab.goto(address)

    assert tab.locator("id=support_owner.overall.all.support").is_visible()
    assert not tab.get_by_role("searchbox").is_visible()
    assert tab.locator("main > section").count() > 8
    tab.close()


def test_controls_are_not_printed(reader):
    """A reader who prints the page gets the report and not its buttons."""
    assert reader.locator("#channels .tools").is_visible()

    reader.emulate_media(media="print")

    assert not reader.locator("#channels .tools").is_visible()
    assert not reader.locator(".masthead").is_visible() and not reader.locator(".contents-side").is_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(chromium, address, width):
    """Wide tables scroll in their own box; the page does not scroll sideways."""
    tab = chromium.new_page(viewport={"width": width, "height": 900})
    tab.goto(address)

    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(violations, address, width):
    """No rule of axe-core is broken, on a desk and on a phone."""
    assert violations(address, width) == []


def test_axe_notices_a_fault(violations, page, tmp_path):
    """The same report with one image that has no name is not clean."""
    (tmp_path / "bad.html").write_text(page.replace("</main>", '<img src="data:,"></main>'), encoding="utf-8")

    assert [line.split()[0] for line in violations((tmp_path / "bad.html").as_uri(), 1440)] == ["image-alt"]

"""The reviewers' page of the small survey, and its table driven in a browser as a reviewer would."""

import base64
import csv
import json
import re
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.audit.page import write_audit_page
from pipeline.cli import bandwise
from pipeline.errors import InputError

SMALL = Path(__file__).parents[1] / "small"
WIDTHS = (1440, 390)
SHARE = "support_owner.arr.lt_10m.onboarding"


@pytest.fixture(scope="module")
def output(small_build, tmp_path_factory):
    folder = Path(shutil.copytree(small_build, tmp_path_factory.mktemp("out") / "out"))
    write_audit_page(SMALL, folder)
    return folder


@pytest.fixture
def changed(built_before):
    """A page over a database in which something was changed by hand."""

    def with_sql(*statements):
        with closing(sqlite3.connect(built_before / "ledger.sqlite")) as database, database:
            for statement in statements:
                database.execute(statement)
        write_audit_page(SMALL, built_before)
        return (built_before / "audit.html").read_text(encoding="utf-8")

    return with_sql


def unpacked(page, name):
    data = re.search(f'<script type="text/plain" id="{name}">([^<]*)</script>', page)[1]
    return json.loads(zlib.decompress(base64.b64decode(data)))


def figures(page):
    fields, *rows = unpacked(page, "figures")
    return {row[0]: dict(zip(fields, row, strict=True)) for row in rows}


def test_every_number_of_the_ledger_is_in_the_page(output):
    """One row per cell, as printed, with its full value, its whole numbers and its n."""
    found = figures((output / "audit.html").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((output / "ledger.csv").open(encoding="utf-8")))

    assert list(found) == [row["cell_id"] for row in rows]
    for row in rows:
        figure = found[row["cell_id"]]
        assert figure["shown"] == row["printed"]
        for name, column in (("raw", "stat"), ("numerator",) * 2, ("denominator",) * 2, ("n",) * 2):
            assert (float(figure[name]) if figure[name] else None) == (float(row[column]) if row[column] else None)


def test_behind_a_share_stand_its_three_companies(output):
    """R01, R02 and R03 are below $10M; R03, in row 8, gave the answer; 15 records were received and 12 count."""
    found = unpacked((output / "audit.html").read_text(encoding="utf-8"), "behind-support_owner")
    behind = found["behind"][SHARE]

    assert [(*found["rows"][row], found["texts"][text], counts) for row, text, _, _, counts, _ in behind["used"]] == [
        ("R01", "responses.csv row 6", "Customer Success", 0),
        ("R02", "responses.csv row 7", "Customer Success", 0),
        ("R03", "responses.csv row 8", "Onboarding", 1),
    ]
    assert [step[:2] for step in behind["path"]] == [
        ["received", 15], ["counted", 12], ["in the band", 3], ["in the base", 3], ["asked", 3], ["answered", 3],
        ["used", 3],
    ]  # fmt: skip


def test_who_is_lost_is_named_with_the_reason(output):
    """Of $10–50M R06 did not say how many support people it has."""
    found = unpacked((output / "audit.html").read_text(encoding="utf-8"), "behind-support_people")
    path = found["behind"]["support_people.arr.10_50m.median_people"]["path"]

    ((why, who),) = path[5][2]
    assert (path[5][:2], why, [found["rows"][row][0] for row, _ in who]) == (["answered", 4], "no answer", ["R06"])


def test_points_of_risk_are_explained(output):
    """A median of four answers that stands on 4.5; a share of twelve that the printed headline quotes and compares."""
    found = figures((output / "audit.html").read_text(encoding="utf-8"))
    median, share = found["support_people.arr.10_50m.median_people"], found["support_owner.overall.all.support"]

    assert (median["risk"], median["reasons"]) == (5, ["fewer than 5 answers (+3)", "on a rounding tie (+2)"])
    assert (share["risk"], share["reasons"]) == (3, ["fewer than 20 answers (+1)", "used in a headline (+2)"])
    assert found["support_owner.overall.all.n"]["risk"] == 0


def test_a_corrected_answer_is_told_behind_its_figures_and_nowhere_else(output):
    """R05's net retention was corrected: behind the net figures of its bands, not behind gross retention."""
    behind = unpacked((output / "audit.html").read_text(encoding="utf-8"), "behind-retention")["behind"]

    corrected = {cell for cell, what in behind.items() if "corrections" in what}
    assert corrected == {"retention.overall.all.nrr", "retention.motion.sales_led.nrr"}
    assert behind["retention.overall.all.nrr"]["corrections"][0][2:5] == ["nrr", "90", "99"]


def test_recomputations_and_signatures_are_shown_with_their_verdict(changed):
    """A second engine that disagrees and a signature that was reopened change the state of their figure alone."""
    page = changed(
        f"INSERT INTO recomputation VALUES (1, '{SHARE}', 'duckdb', '2', '', 1, 3, '1%', 'different', '')",
        "INSERT INTO signoff VALUES (1, 'channels.overall.all.chat', 'R. Reviewer', 'accepted', 'seen', "
        "'2026-05-01T10:00:00Z', 'ab', 'holds')",
        "INSERT INTO signoff VALUES (2, 'channels.overall.all.email', 'R. Reviewer', 'accepted', '', "
        "'2026-05-01T10:00:00Z', 'ab', 'reopened')",
    )
    found = figures(page)

    assert {cell for cell, figure in found.items() if figure["recomputed"]} == {SHARE}
    assert "the second engine gives another number (+5)" in found[SHARE]["reasons"]
    states = {cell: figure["state"] for cell, figure in found.items() if figure["state"] != "not signed"}
    assert states == {"channels.overall.all.chat": "accepted", "channels.overall.all.email": "reopened"}
    assert found["channels.overall.all.chat"]["note"] == "seen (R. Reviewer, 2026-05-01T10:00:00Z)"


def test_published_numbers_of_another_build_are_not_shown(built_before):
    """A row of compare.csv is taken only where its number of ours is the one that is printed now."""
    (built_before / "compare.csv").write_text(
        "exhibit,dimension,band,column,printed_there,printed_here,verdict,reason\n"
        "support_owner,overall,all,support,66%,67%,within_one,\n"
        "support_owner,overall,all,success,20%,99%,different,\n",
        encoding="utf-8",
    )

    audited = write_audit_page(SMALL, built_before)
    found = figures((built_before / "audit.html").read_text(encoding="utf-8"))

    assert found["support_owner.overall.all.support"]["published"] == "66%"
    assert found["support_owner.overall.all.support"]["difference"] == "within one"
    assert found["support_owner.overall.all.success"]["published"] == ""
    assert audited.problems == ["compare.csv is of another build, 1 numbers have changed since: compare again"]


def test_published_sentences_are_listed_with_their_verdict(built_before):
    """As `bandwise compare` judged them; a file that is none is refused."""
    (built_before / "compare-headlines.csv").write_text(
        "claim_id,statement,there,cell,printed_here,verdict,reason\n"
        "c1,Support owns it at two thirds,66,support_owner.overall.all.support,67%,within_rounding,a fraction\n",
        encoding="utf-8",
    )
    write_audit_page(SMALL, built_before)

    listed = (built_before / "audit.html").read_text(encoding="utf-8").partition("Published sentences beside")[2]
    for said in ("within rounding", "Support owns it", "#support_owner.overall.all.support", "a fraction"):
        assert said in listed.partition("</table>")[0]
    (built_before / "compare-headlines.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(InputError, match="this is not a comparison of claims"):
        write_audit_page(SMALL, built_before)


def test_a_comparison_without_its_columns_is_refused(built_before):
    """One sentence with the file and the columns."""
    (built_before / "compare.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"compare\.csv, row 1: this is not a comparison; needed are"):
        write_audit_page(SMALL, built_before)


def test_numbers_that_decisions_changed_in_print_are_listed(changed):
    """With what was printed without them and because of which decision, in the list and behind the number."""
    page = changed(f"INSERT INTO moved VALUES ('{SHARE}', '50%', '33%', 'decision 3')")

    assert figures(page)[SHARE]["moved"] == "from 50% by decision 3"
    assert "printed otherwise without decisions (+1)" in figures(page)[SHARE]["reasons"]
    listed = page.partition("Numbers that decisions and fixes changed in print")[2].partition("</table>")[0]
    assert f'href="#{SHARE}"' in listed and "from 50% by decision 3" in listed


def test_two_pages_of_one_build_are_the_same_bytes(output):
    """No clock and no order by chance is in it."""
    before = (output / "audit.html").read_bytes()

    write_audit_page(SMALL, output)

    assert (output / "audit.html").read_bytes() == before


def test_the_command_says_what_it_wrote(output):
    """The path and status 0; without a build one sentence and status 2."""
    done = CliRunner().invoke(bandwise, ["audit", str(SMALL), "--page", "--output", str(output)], standalone_mode=False)

    assert done.return_value == 0
    assert str(output / "audit.html") in done.output


# In a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture
def tab(chromium, output):
    """The page, opened from disk; whatever it asks of a network and whatever fails in its script is a failure."""
    tab = chromium.new_page(viewport={"width": 1440, "height": 900})
    asked, failed = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.goto((output / "audit.html").as_uri())
    tab.wait_for_selector(".numbers tbody tr")
    yield tab
    tab.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert failed == []


def cells(tab):
    return [line.get_attribute("id") for line in tab.locator(".numbers tbody tr[id]").all()]


def test_filters_leave_the_rows_that_are_asked_for(tab):
    """By exhibit, by words, by risk; the number of rows is announced."""
    tab.get_by_label("Exhibit").select_option("channels")
    tab.get_by_role("searchbox").fill("phone sales_led")

    assert cells(tab) == ["channels.motion.sales_led.phone"]
    assert tab.get_by_role("status").inner_text().startswith("1 of ")
    tab.get_by_role("searchbox").fill("")
    tab.get_by_label("Exhibit").select_option("")
    tab.get_by_label("Risk from").fill("5")
    assert "support_people.arr.10_50m.median_people" in cells(tab)
    tab.get_by_label("Order").select_option("risk")
    risks = [int(line.locator("td").last.inner_text()) for line in tab.locator(".numbers tbody tr[id]").all()]
    assert risks == sorted(risks, reverse=True)


def test_a_row_opens_to_its_members_and_closes_again(tab):
    """Formula, path and the raw text with its row in the file."""
    tab.get_by_role("searchbox").fill(SHARE)
    tab.get_by_role("button", name=SHARE).click()

    box = tab.locator(".behind")
    box.get_by_text("responses.csv row 8").wait_for()
    assert "100 × those who gave the answer" in box.inner_text()
    assert "1 ÷ 3" in box.inner_text()
    tab.get_by_role("button", name=SHARE).click()
    assert tab.locator(".behind").count() == 0


def test_a_link_to_a_number_arrives_and_opens_it(chromium, output):
    """From the report, whatever page of the table it is on."""
    tab = chromium.new_page(viewport={"width": 1440, "height": 900})
    tab.goto((output / "audit.html").as_uri() + "#outsourced.overall.all.mean_outsourced")

    tab.locator(".behind").get_by_text("outside the base of the exhibit").wait_for()

    line = tab.locator("id=outsourced.overall.all.mean_outsourced")
    assert 0 < line.bounding_box()["y"] < 900
    tab.close()


def test_all_numbers_are_downloaded(tab, output, tmp_path):
    """Every cell of the ledger, also those that no filter shows."""
    tab.get_by_role("searchbox").fill("phone")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download all as CSV").click()
    download.value.save_as(tmp_path / "audit.csv")

    rows = list(csv.DictReader((tmp_path / "audit.csv").open(encoding="utf-8-sig", newline="")))
    ledger = list(csv.DictReader((output / "ledger.csv").open(encoding="utf-8", newline="")))

    assert [(row["cell"], row["shown"]) for row in rows] == [(row["cell_id"], row["printed"]) for row in ledger]


def test_counts_and_lists_need_no_script(chromium, output):
    """The records that do not count, the headlines and the counts by state are there without it."""
    tab = chromium.new_page(java_script_enabled=False)
    tab.goto((output / "audit.html").as_uri())

    text = tab.locator("main").inner_text()
    for said in ("a later response of the same company counts", "fails", "holds", "not signed"):
        assert said in text
    assert not tab.get_by_role("searchbox").is_visible()
    tab.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_the_page_is_no_wider_than_the_window(chromium, violations, output, width):
    """With a row open, on a desk and on a phone."""
    address = (output / "audit.html").as_uri() + f"#{SHARE}"
    tab = chromium.new_page(viewport={"width": width, "height": 900})
    tab.goto(address)
    tab.wait_for_selector(".behind dl")

    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()
    assert violations(address, width) == []

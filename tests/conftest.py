"""What tests of several rooms share: the small survey, read and built once, and a real browser, where there is one."""

import shutil
from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

SMALL = Path(__file__).parent / "small"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def survey():
    """The small hand-made survey; frames are not changed by tests."""
    return read_survey(SMALL)


@pytest.fixture(scope="session")
def report(survey):
    return read_report(SMALL, survey.codebook)


@pytest.fixture(scope="session")
def ledger(survey, report):
    return tabulate(survey, report)


@pytest.fixture(scope="session")
def external(survey, report):
    """The ledger for readers outside."""
    return tabulate(survey, report, "external")


@pytest.fixture(scope="session")
def small_report(tmp_path_factory):
    """The report of the small survey with its PDF, as (folder, what its run said); nothing may change the folder."""
    edition = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("small_report") / "small"))
    output = edition.parent / "output"
    return output, build(edition, output)


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium, driven by Playwright, whose own browser cannot be downloaded everywhere."""
    reason = "playwright is not installed: pip install -e '.[test]' brings it"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"there is no browser on this machine: none of {', '.join(CHROMIUM)} (Debian: package chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def violations(chromium):
    """Says which of axe-core's rules a page breaks at a width, each with the first elements that do."""

    def check(address, width):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto(address)
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        page.close()
        return [f"{v['id']} ({len(v['nodes'])}): {[n['target'] for n in v['nodes'][:3]]}" for v in found]

    return check

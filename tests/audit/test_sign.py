"""Reviewers sign figures of the small survey; what changes afterwards is open again."""

import csv
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from made import SMALL, tabulated

from pipeline.audit.sign import sign
from pipeline.cli import bandwise
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.figures.signoffs import read_signoffs
from pipeline.pages.book import open_book
from pipeline.pages.front import cover
from pipeline.responses import read_survey

EDGE = "below: 10_000_000}\n      - {id: 10_50m, label: $10–50M, from: 10_000_000"
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SHARE = "support_owner.arr.lt_10m.onboarding"
MEDIAN = "retention.motion.sales_led.nrr"
HEAD = "cell,reviewer,verdict,note,at_utc,signed_hash\n"
HASH = "ab" * 32


@pytest.fixture
def edition(tmp_path):
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def output(built_before):
    """The build of the edition before anything is signed or changed."""
    return built_before


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def states(ledger):
    return {line.cell: state for line, state in ledger.signed.lines}


def test_a_signature_is_one_line_and_holds_while_nothing_changes(edition, output):
    """Who, what, when in UTC; the next ledger counts it, and its database has the line."""

    sign(edition, output, [SHARE], "accepted", "R. Reviewer", "seen", NOON)

    (line,) = list(csv.DictReader((edition / "signoffs.csv").open(encoding="utf-8")))
    assert list(line.values())[:5] == [SHARE, "R. Reviewer", "accepted", "seen", "2026-05-01T12:00:00Z"]
    ledger = tabulated(edition, "reviewer")
    assert states(ledger) == {SHARE: "holds"}
    assert ledger.cell("signoffs.overall.all.accepted").printed == "1"
    assert ledger.signed.problems == []
    path = ledger.write_sqlite(output / "ledger.sqlite")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT cell_id, verdict, state FROM signoff").fetchall() == [
            (SHARE, "accepted", "holds")
        ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("responses.csv", ",Onboarding,0,0,1", ",Customer Success,0,0,1"),  # the value
        ("responses.csv", ",customer support,10,10,5", ",Customer Support,10,10,5"),  # what a member of another wrote
        ("exhibits.yaml", "unit: percent\n    decimals: 1", "unit: percent\n    decimals: 2"),  # printed elsewhere
        ("codebook.yaml", EDGE, EDGE.replace("10_000_000", "4_000_000")),  # who is in the band
        ("exhibits.yaml", "title: Who owns support", "title: Owners of support"),  # words alone
        ("exhibits.yaml", "    question: owner\n    add_to_100: all", "    question: owner"),  # no print moves here
    ],
)
def test_only_a_figure_that_rests_on_what_changed_is_open_again(edition, output, file, old, new):
    """Signed are a share of three, a share of five and a mean; each change reopens those that it touches."""
    touched = {
        ",Onboarding,0,0,1": {SHARE},
        ",customer support,10,10,5": {"support_owner.arr.10_50m.support"},
        "unit: percent\n    decimals: 1": {"outsourced.overall.all.mean_outsourced"},
        EDGE: {SHARE, "support_owner.arr.10_50m.support"},
    }
    signed = [SHARE, "support_owner.arr.10_50m.support", "outsourced.overall.all.mean_outsourced"]
    sign(edition, output, signed, "accepted", "R. Reviewer", now=NOON)

    replace(edition / file, old, new)
    ledger = tabulated(edition, "reviewer")

    assert {cell for cell, state in states(ledger).items() if state == "reopened"} == touched.get(old, set())
    count = len(touched.get(old, ()))
    assert ledger.signed.problems == ([f"figures that changed after they were signed: {count}"] if count else [])
    assert ledger.cell("signoffs.overall.all.accepted").stat == 3 - count


def test_the_last_line_about_a_figure_counts(edition, output):
    """A query is taken back by accepting the figure; both lines stay."""

    sign(edition, output, [SHARE], "queried", "R. Reviewer", "why one?", NOON)
    assert tabulated(edition, "reviewer").signed.problems == ["figures that are queried by a reviewer: 1"]
    sign(edition, output, [SHARE], "accepted", "S. Second", now=NOON)

    assert len(read_signoffs(edition / "signoffs.csv")) == 2
    assert tabulated(edition, "reviewer").signed.problems == []


def test_a_star_signs_several_figures_at_once(edition, output):
    """All of a row, in report order; the figures about signatures are not among them."""

    audited = sign(edition, output, ["support_owner.arr.lt_10m.*"], "accepted", "R. Reviewer", now=NOON)

    names = ["n", "support", "success", "onboarding"]
    assert [line.cell.rpartition(".")[2] for line in read_signoffs(audited.paths[0])] == names
    tabulated(edition, "reviewer").write_sqlite(output / "ledger.sqlite")
    with pytest.raises(InputError, match=r"no figure has the address 'signoffs\.\*'"):
        sign(edition, output, ["signoffs.*"], "accepted", "R. Reviewer", now=NOON)


def test_what_is_not_printed_cannot_be_signed(edition, output):
    """Nobody is between $50M and $100M: by name it is refused, behind a star it is left out."""

    with pytest.raises(InputError, match=r"support_owner\.arr\.50_100m\.support is empty: nothing is printed"):
        sign(edition, output, ["support_owner.arr.50_100m.support"], "accepted", "R. Reviewer", now=NOON)
    sign(edition, output, ["support_owner.arr.*.support"], "accepted", "R. Reviewer", now=NOON)

    bands = [line.cell.split(".")[2] for line in read_signoffs(edition / "signoffs.csv")]
    assert bands == ["lt_10m", "10_50m", "gt_100m"]


def test_a_figure_that_is_no_more_is_named(edition, output):
    """Its line stays in the file, and a person is asked to look."""
    sign(edition, output, ["aims.overall.all.cost"], "accepted", "R. Reviewer", now=NOON)

    replace(edition / "signoffs.csv", "aims.overall.all.cost", "aims.overall.all.price")
    ledger = tabulated(edition, "reviewer")

    assert ledger.signed.problems == ["figures that were signed and are no more: aims.overall.all.price"]
    assert "signoffs.overall.all.accepted" not in ledger


def test_a_build_that_is_not_of_these_files_cannot_be_signed(edition, output):
    """What was seen is what is signed, so a changed file is named and nothing is written; a signature is no change."""
    sign(edition, output, [SHARE], "accepted", "R. Reviewer", now=NOON)
    before = (edition / "signoffs.csv").read_bytes()
    sign(edition, output, [MEDIAN], "accepted", "R. Reviewer", now=NOON)
    assert (edition / "signoffs.csv").read_bytes().startswith(before)

    replace(edition / "exhibits.yaml", "title: Who owns support", "title: Owners")
    with pytest.raises(InputError, match=r"exhibits\.yaml: this file has changed since the build"):
        sign(edition, output, [SHARE], "accepted", "R. Reviewer", now=NOON)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cell,reviewer\n", r"row 1: the columns must be cell, reviewer, verdict, note, at_utc, signed_hash"),
        (HEAD + f"a.b.c.d,R,fine,,2026-05-01T12:00:00Z,{HASH}\n", r"row 2, column verdict: 'fine' is no verdict"),
        (HEAD + f"a.b.c.d,,accepted,,2026-05-01T12:00:00Z,{HASH}\n", r"row 2, column reviewer: a sign-off needs its"),
        (HEAD + f"a.b.c.d,R,accepted,,May,{HASH}\n", r"row 2, column at_utc: 'May' is no date and time"),
        (HEAD + f"a.b.c.d,R,accepted,,2026-05-01T12:00:00,{HASH}\n", r"column at_utc: '2026-05-01T12:00:00' is no"),
        (HEAD + "a.b.c.d,R,accepted,,2026-05-01T12:00:00Z,abc\n", r"row 2, column signed_hash: this is no hash"),
        (HEAD + "a.b.c.d,R\n", r"row 2: this row has 2 cells, the header has 6"),
        (HEAD + '"a.b,R\n', r"quotation marks do not match"),
    ],
)
def test_a_line_that_nobody_could_stand_by_is_refused(edition, text, message):
    """One sentence with file, row and column; nothing is computed from it."""
    (edition / "signoffs.csv").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=rf"signoffs\.csv.*{message}"):
        tabulated(edition, "reviewer")


def test_the_cover_says_how_many_figures_are_signed_once_there_are_some(edition, output):
    """Without signatures the page is as before; with them both numbers are figures of the ledger."""

    def page():
        survey = read_survey(edition)
        report = read_report(edition, survey.codebook)
        return cover(open_book(report, tabulate(survey, report)), "internal").html

    assert "signed" not in page()
    sign(edition, output, [SHARE, MEDIAN], "accepted", "R. Reviewer", now=NOON)

    html = page()
    assert '<span data-cell="signoffs.overall.all.accepted">2</span> of' in html
    assert '<span data-cell="signoffs.overall.all.figures">' in html


def test_the_command_signs_and_says_where(edition, output):
    """The figures as printed, the file, status 0; without a name a sentence about the call."""
    call = ["audit", str(edition), SHARE, "--output", str(output), "--sign", "accepted"]

    done = CliRunner().invoke(bandwise, [*call, "--reviewer", "R. Reviewer"], standalone_mode=False)
    refused = CliRunner().invoke(bandwise, call)

    assert done.return_value == 0 and "33%" in done.output and "signoffs.csv" in done.output
    assert refused.exit_code == 2 and "--sign needs the figures" in refused.output

"""Two builds of the small survey that differ in one thing, and the cause that is proved for each number."""

import csv
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.audit.against import audit_against
from pipeline.audit.sign import sign
from pipeline.cli import bandwise
from pipeline.errors import InputError
from pipeline.run_record import inputs_of, versions, write_record

SMALL = Path(__file__).parents[1] / "small"
EDGE = "below: 10_000_000}\n      - {id: 10_50m, label: $10–50M, from: 10_000_000"
WRONG_BAND = "3,,R04,arr,correct,\"10,000,000\",9000000,typo,A slip,,A. Analyst,2026-04-04T09:00:00Z,R. Reviewer,,\n"
EXCLUDED = "3,,R12,,exclude,,,test,A test,,A. Analyst,2026-04-04T09:00:00Z,R. Reviewer,,\n"


@pytest.fixture
def edition(tmp_path):
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def changed(edition, build, built_before, tmp_path):
    """Builds, changes one file, builds again and compares: rows of against.csv by cell, and the exit's problems."""

    def after(file, old, new):
        text = (edition / file).read_text(encoding="utf-8")
        assert old in text
        (edition / file).write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
        audited = audit_against(edition, build(tmp_path / "now", edition), built_before)
        rows = csv.DictReader(audited.paths[0].open(encoding="utf-8"))
        return {row["cell"]: row for row in rows}, audited.problems

    return after


def test_an_answer_that_was_written_otherwise_is_data(changed):
    """R03 is now with Customer Success: its own shares of all and of its bands change, and nothing else."""
    rows, problems = changed("responses.csv", "6000000,Onboarding,0,0,1", "6000000,Customer Success,0,0,1")

    assert {row["causes"] for row in rows.values()} == {"data"}
    assert {cell.split(".")[0] for cell in rows} == {"support_owner"}
    share = rows["support_owner.arr.lt_10m.onboarding"]
    assert (share["what"], share["before"], share["after"]) == ("changed", "33%", "0%")
    assert share["evidence"] == "R03 wrote 'Customer Success', before 'Onboarding' (responses.csv row 8)"
    assert problems == []


def test_a_record_more_is_data_with_its_row(changed):
    """A thirteenth company changes every base that it is in."""
    line = ("2026-03-21 09:00:00,IP Address,600,True,2026-03-21 09:10:00,R13,C14,Oak,Sales-led,$3M,Customer Support,"
            "1,1,1,E-mail,90,99,No,,Speed,Cost,\n")  # fmt: skip

    rows, _ = changed("responses.csv", "", line)

    assert rows["support_owner.overall.all.n"]["evidence"] == "R13: responses.csv row 19 is new"
    assert rows["survey.overall.all.received"]["evidence"] == "responses.csv has changed"
    spread = rows.pop("retention.motion.product_led.grr")  # the column's answers now lie close together
    assert (spread["before"], spread["after"], spread["causes"]) == ("88%", "87.5%", "rounding")
    assert {row["causes"] for row in rows.values()} == {"data"}


@pytest.mark.parametrize(
    ("line", "cell", "evidence"),
    [
        (WRONG_BAND, "support_owner.arr.lt_10m.n", "R04: arr is corrected from 10000000 to 9000000"),
        (EXCLUDED, "support_owner.overall.all.n", "R12 is excluded and was counted"),
    ],
)
def test_a_decision_is_a_correction(changed, line, cell, evidence):
    """Of an answer that decides the band, and of a whole record; both name the respondent."""
    rows, _ = changed("decisions.csv", "", line)

    assert rows[cell]["causes"] == "correction"
    assert rows[cell]["evidence"] == evidence
    assert {row["causes"] for row in rows.values()} == {"correction"}


@pytest.mark.parametrize(
    ("old", "new", "cell", "evidence"),
    [
        (EDGE, EDGE.replace("10_000_000", "5_000_000"), "support_owner.arr.lt_10m.n", "R03 stands in another band now"),
        ("hard: [0, 100], soft: [60, 100]", "hard: [0, 96], soft: [60, 96]", "retention.overall.all.grr",
         "R10: finding"),
        ("keep: latest", "keep: first", "support_owner.arr.10_50m.n",
         "R04 is excluded by rule resubmission and was counted"),
    ],
)  # fmt: skip
def test_bands_checks_and_records_of_the_codebook_are_rules(changed, old, new, cell, evidence):
    """A band's edge, a hard limit that withholds an answer, a rule for records."""
    rows, _ = changed("codebook.yaml", old, new)

    assert rows[cell]["causes"] == "rule"
    assert rows[cell]["evidence"].startswith(evidence)
    assert "rule" in {row["causes"] for row in rows.values()}
    assert {row["causes"] for row in rows.values()} <= {"rule", "rounding"}


@pytest.mark.parametrize(
    ("old", "new", "cell", "what", "evidence"),
    [
        ("statistic: median\n    columns:", "statistic: mean\n    columns:", "retention.overall.all.grr", "changed",
         "statistic is 'mean' and was 'median'"),
        ("where: outsources == 'yes'", "where: arr > 50_000_000", "outsourced.overall.all.n", "changed",
         "where is 'arr > 50_000_000' and was"),
        ("    dimensions: [motion]\n    order", "    dimensions: [arr]\n    order", "channels.arr.lt_10m.chat",
         "appeared", "the row arr.lt_10m is new"),
        ("    dimensions: [motion]\n    order", "    dimensions: [arr]\n    order", "channels.motion.sales_led.chat",
         "disappeared", "the row motion.sales_led is no more"),
        ("  - id: aims\n", "  - id: goals\n", "goals.overall.all.speed", "appeared", "the exhibit goals is new"),
    ],
)  # fmt: skip
def test_what_exhibits_yaml_defines_is_method(changed, old, new, cell, what, evidence):
    """A statistic, a base, a cut, an exhibit."""
    rows, _ = changed("exhibits.yaml", old, new)

    assert (rows[cell]["what"], rows[cell]["causes"].split(", ")[0]) == (what, "method")
    assert rows[cell]["evidence"].startswith(evidence)


@pytest.mark.parametrize(
    ("old", "new", "cell", "evidence"),
    [
        ("decimals: 1\n    where", "decimals: 2\n    where", "outsourced.overall.all.mean_outsourced",
         "the unrounded value is the same, 32.5; decimals is 2 and was 1"),
        ("reviewer: {withhold: 1,", "reviewer: {withhold: 4,", "support_owner.arr.lt_10m.support",
         "n is 3 as before, but the number is suppressed: the thresholds have changed"),
        ("question: owner\n    add_to_100: all", "question: owner", "support_owner.motion.sales_led.success",
         "the unrounded value is the same, 12.5; add_to_100 is nothing and was all"),
    ],
)  # fmt: skip
def test_decimals_and_thresholds_are_rounding(changed, old, new, cell, evidence):
    """The same value from the same companies, printed otherwise."""
    rows, _ = changed("exhibits.yaml", old, new)

    assert rows[cell]["evidence"].startswith(evidence)
    assert {row["causes"] for row in rows.values()} == {"rounding"}


def test_two_changes_at_once_are_told_apart(edition, build, built_before, tmp_path):
    """R05's net retention is no longer corrected, and support coverage is another statistic; each has its figures."""
    before = built_before
    decisions = (edition / "decisions.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (edition / "decisions.csv").write_text("".join(decisions[:1] + decisions[2:]), encoding="utf-8")
    exhibits = (edition / "exhibits.yaml").read_text(encoding="utf-8")
    exhibits = exhibits.replace("statistic: median_nonzero", "statistic: median")
    (edition / "exhibits.yaml").write_text(exhibits, encoding="utf-8")

    audited = audit_against(edition, build(tmp_path / "now", edition), before)

    rows = {row["cell"]: row for row in csv.DictReader(audited.paths[0].open(encoding="utf-8"))}
    by_exhibit = {}
    for cell, row in rows.items():
        by_exhibit.setdefault(cell.split(".")[0], set()).add(row["causes"])
    assert by_exhibit["support_people"] == {"method"}
    assert rows["retention.motion.sales_led.nrr"]["evidence"] == "R05: nrr is no longer corrected from 90 to 99"
    assert rows["retention.motion.sales_led.grr"]["evidence"] == "R05: finding 020e5d910b59 is open and was corrected"
    assert by_exhibit["retention"] == {"correction", "rounding"}  # the decimals of gross follow its answers' spread
    assert by_exhibit["survey"] == {"correction"}


def test_a_quoted_figure_is_data(edition, changed):
    """references.csv quotes another number, and nothing else differs."""
    text = (edition / "references.csv").read_text(encoding="utf-8")
    value = text.splitlines()[1].split(",")[1]

    rows, _ = changed("references.csv", f",{value},", f",{float(value) + 1:g},")

    (row,) = rows.values()
    assert (row["causes"], row["evidence"]) == ("data", "references.csv quotes another number")


@pytest.mark.parametrize("planted", ["stat = 50, printed = '50%'", "printed = '66%'", "status = 'suppressed'"])
def test_what_no_file_explains_is_code_or_unexplained(edition, built_before, tmp_path, planted):
    """A planted value, digit or status with the same inputs needs a person; with other code it is the code's."""
    before, now = built_before, Path(shutil.copytree(built_before, tmp_path / "now"))
    with closing(sqlite3.connect(now / "ledger.sqlite")) as database, database:
        planted = f"printed = '‡', {planted}" if "printed" not in planted else planted
        database.execute(f"UPDATE cell SET {planted} WHERE cell_id = 'support_owner.overall.all.support'")

    audited = audit_against(edition, now, before)
    assert audited.problems == ["no input, member or definition explains 1: support_owner.overall.all.support"]

    record = {"audience": "reviewer", "inputs": inputs_of(edition), "versions": versions(), "code": "another"}
    write_record(record, now)
    audited = audit_against(edition, now, before)
    (row,) = csv.DictReader((now / "against.csv").open(encoding="utf-8"))
    assert (row["causes"], row["evidence"]) == ("code", "nothing else explains it; changed: code")
    assert audited.problems == []


def test_a_digit_that_no_file_explains_is_not_called_rounding(edition, built_before, tmp_path):
    """The title of the survey has changed and so has the code: neither decimals nor a row of 100 explain the digit."""
    now = Path(shutil.copytree(built_before, tmp_path / "now"))
    with closing(sqlite3.connect(now / "ledger.sqlite")) as database, database:
        database.execute("UPDATE cell SET printed = '66%' WHERE cell_id = 'retention.overall.all.nrr.p25'")
        database.execute("UPDATE cell SET printed = '88.5%' WHERE cell_id = 'retention.overall.all.grr'")
    (edition / "exhibits.yaml").write_text((edition / "exhibits.yaml").read_text().replace("A small", "A little"))
    record = {"audience": "reviewer", "inputs": inputs_of(edition), "versions": versions(), "code": "another"}
    write_record(record, now)

    audit_against(edition, now, built_before)

    rows = {row["cell"]: row for row in csv.DictReader((now / "against.csv").open(encoding="utf-8"))}
    assert rows["retention.overall.all.nrr.p25"]["causes"] == "code"
    assert rows["retention.overall.all.grr"]["causes"] == "rounding"  # another number of decimals


def test_signatures_are_told_apart(edition, build, built_before, tmp_path):
    """The first signature adds the figures about signatures and moves nothing else."""
    before = built_before
    sign(edition, before, ["support_owner.overall.all.support"], "accepted", "R", now=datetime(2026, 5, 1, tzinfo=UTC))

    audited = audit_against(edition, build(tmp_path / "now", edition), before)

    rows = list(csv.DictReader(audited.paths[0].open(encoding="utf-8")))
    assert {row["causes"] for row in rows} == {"signature"}
    assert len(rows) == 5


def test_equal_builds_say_so(edition, built_before, tmp_path):
    """Nothing is listed; the file has its header alone, and the status is 0."""
    before, now = built_before, Path(shutil.copytree(built_before, tmp_path / "now"))

    call = ["audit", str(edition), "--output", str(now), "--against", str(before)]
    done = CliRunner().invoke(bandwise, call, standalone_mode=False)

    assert done.return_value == 0
    assert "Inputs that changed: none" in done.output
    assert len((now / "against.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_a_folder_without_a_build_is_refused(edition, built_before, tmp_path):
    """One sentence that says what to run."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(InputError, match="has not been built here"):
        audit_against(edition, built_before, tmp_path / "empty")

"""A company's package: its own numbers, its place, its peers' cells; of anyone else nothing."""

import csv
import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.figures import outside_ledger, read_report
from pipeline.figures.ledger import SHOWN
from pipeline.figures.tailored.package import read_package
from pipeline.figures.tailored.packing import Packer
from pipeline.figures.tailored.submitted import submissions, words_of_edition
from pipeline.figures.tailored.tailoring import read_tailoring
from pipeline.responses import read_survey

SMALL = Path(__file__).parents[1] / "small"


def packer_of(edition):
    survey = read_survey(edition)
    report = read_report(edition, survey.codebook)
    return Packer(survey, report, outside_ledger(survey, report), read_tailoring(edition, report, survey.codebook))


@pytest.fixture(scope="module")
def packer():
    return packer_of(SMALL)


@pytest.fixture(scope="module")
def packages(packer):
    return {respondent.id: packer.pack(respondent) for respondent in packer.respondents}


def metric(package, name):
    return next(m for page in package.company.pages for g in page.groups for m in g.metrics if m.id == name)


def place(package, name):
    found = metric(package, name)
    if not found.higher_than:
        return None
    return tuple(package.ledger.cell(cell).printed for cell in (found.higher_than, found.others))


@pytest.mark.parametrize(
    ("company", "own", "expected"),
    [("C01", "100%", ("4", "10")), ("C03", "85%", ("0", "10")), ("C09", "115%", ("10", "10")),
     ("C05", "99%", ("2", "10"))],
)  # fmt: skip
def test_a_place_counts_the_others_that_lie_below(packages, company, own, expected):
    """Eleven companies gave net retention: 85 95 99 99 100 101 103 104 108 112 115, one of them as corrected."""
    package = packages[company]

    assert package.ledger.cell(metric(package, "nrr").own.cell).printed == own
    assert place(package, "nrr") == expected


@pytest.mark.parametrize(("ranks", "told"), [(11, True), (12, False)])
def test_a_place_is_told_among_as_many_as_the_edition_asks_for(packer, ranks, told):
    """Eleven gave net retention, the company among them."""
    limits = packer.report.disclosure.external.model_copy(update={"ranks": ranks})
    report = replace(packer.report, disclosure=packer.report.disclosure.model_copy(update={"external": limits}))
    survey = packer.gathered.home.survey
    package = Packer(survey, report, packer.outside, packer.tailoring).pack(packer.respondents[0])

    assert (place(package, "nrr") is not None) is told


@pytest.mark.parametrize(("company", "verdict"), [("C03", "behind"), ("C09", "ahead"), ("C01", ""), ("C07", "")])
def test_only_outside_the_middle_half_is_there_a_word(packages, company, verdict):
    """85 lies below the middle half, 115 above, 100 in it; C07 did not answer."""
    assert metric(packages[company], "nrr").verdict == verdict


def test_a_metric_without_a_better_side_gets_no_word(packages):
    """However far a company stands out in it."""
    assert {metric(package, "support").verdict for package in packages.values()} == {""}


def test_what_was_not_answered_says_so(packages):
    """C07 preferred not to say its net retention; no figure stands in its place."""
    found = metric(packages["C07"], "nrr")

    assert (found.own.cell, found.own.missing) == ("", "You preferred not to say")
    assert found.main is not None and not found.higher_than


def test_no_people_in_a_role_is_the_number_zero(packages):
    """C02 has nobody in support: its own number is 0, though the peers' median counts only those with people."""
    package = packages["C02"]

    assert package.ledger.cell(metric(package, "support").own.cell).printed == "0"


def test_a_row_can_rest_on_the_companys_own_answer(packages):
    """The people of the team that owns support: onboarding at C03, of whom it has one."""
    package = packages["C03"]

    assert metric(package, "onboarding").own.cell == "people_by_role.company.you.people.onboarding"
    assert package.ledger.cell(metric(package, "onboarding").own.cell).printed == "1"


def test_peers_are_cells_of_the_outside_ledger(packages, packer):
    """Whatever is not the company's own is the very cell of the one ledger that leaves the house."""
    for package in packages.values():
        for cell in package.ledger.cells:
            assert cell.dimension == "company" or cell == packer.outside.cell(cell.cell_id)


def test_a_band_that_is_too_small_is_widened_and_the_package_says_to_what(packages):
    """Four companies are product-led: the figure of all companies stands in its place, theirs as withheld."""
    found = metric(packages["C01"], "nrr")

    assert (found.main.row, found.main.who) == ("overall.all", "All companies")
    assert packages["C01"].ledger.cell(found.groups["motion"].cell).status == "suppressed"


def test_where_even_the_figure_of_everyone_is_withheld_there_are_no_peers(packages):
    """The median of support people could be told apart from its parts; the company's own number stands alone."""
    found = metric(packages["C01"], "support")

    assert (found.main, found.everyone, found.higher_than) == (None, None, "")
    assert packages["C01"].ledger.cell(found.own.cell).printed == "3"


def test_the_answer_of_the_company_is_marked_in_each_share_table(packages):
    """C02: Customer Success owns support; customers reach it by e-mail. C10 gave no channel."""
    owner, channels = next(p for p in packages["C02"].company.pages if p.id == "shares").tables
    none = next(p for p in packages["C10"].company.pages if p.id == "shares").tables[1]

    assert [row.label for row in owner.rows if row.own] == ["Customer Success"]
    assert [row.label for row in channels.rows if row.own] == ["E-mail"]
    assert (none.missing, [row.own for row in none.rows]) == ("You did not answer", [False] * 4)


def test_answers_are_those_that_were_submitted_with_what_was_done_about_them(packages):
    """C05 mistyped its net retention: the export's text, the number that counts, and why."""
    answers = {a.question: a for a in packages["C05"].company.answers[0].answers}
    nrr = answers["What was your net revenue retention?"]

    assert (nrr.given, nrr.read) == ("90", "99%")
    assert nrr.notes[0] == "Corrected: Net retention was 99 percent; a digit was mistyped"
    assert answers["Which share is outsourced?"].missing == "You were not asked"


def test_a_package_reads_back_equal(packages, tmp_path):
    """What the notebook sees is what was packed."""
    package = packages["C04"]

    assert read_package(package.write(tmp_path / "C04")) == package
    with pytest.raises(InputError, match="no company's package"):
        read_package(tmp_path)


def test_a_package_holds_no_text_of_another_company(packages, packer, tmp_path):
    """Names, ids and distinctive answers of all others are searched for in the files themselves."""
    submitted, words = submissions(packer.gathered, packer.respondents), words_of_edition(SMALL)
    for ident, package in packages.items():
        folder = package.write(tmp_path / ident)
        text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
        for other, submission in submitted.items():
            if other != ident:
                assert submission.name not in text
                assert not [i for i in submission.telling_ids if i in text]
                known = "\n".join((words, *submitted[ident].texts))
                assert not [w for w in submission.words if w in text and w not in known]


def test_a_package_does_not_change_with_anothers_answer_that_no_figure_shows(tmp_path):
    """The comment of one company, which enters no figure, leaves every byte of the others' packages as it was."""
    edition = tmp_path / "edition"
    shutil.copytree(SMALL, edition)
    (edition / "decisions.csv").unlink()
    plain = packer_of(edition)
    raw = edition / "responses.csv"
    rows = list(csv.reader(io.StringIO(raw.read_text(encoding="utf-8"))))
    place = next(i for i, row in enumerate(rows) if "R11" in row)
    rows[place][-1] = "A canary that sings of Kapok"
    with raw.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    other = packer_of(edition)

    for before, after in zip(plain.respondents, other.respondents, strict=True):
        assert (plain.pack(before) == other.pack(after)) is (before.id != "C11")


@pytest.mark.parametrize(
    ("line", "wrong", "message"),
    [
        ("peers: [arr, motion]", "peers: [arr, motoin]", "unknown dimension 'motoin'; did you mean 'motion'"),
        ("from: [retention.nrr]", "from: [retention.nr]", "unknown column of retention 'nr'"),
        ("from: [retention.nrr]", "from: [retentoin.nrr]", "unknown exhibit 'retentoin'"),
        ("from: [retention.nrr]", "from: [retention]", "no exhibit.column"),
        ("role.{owner}.people", "role.{ower}.people", "unknown question 'ower'"),
        ("{exhibit: channels}", "{exhibit: retention}", "no table of shares"),
        ("metrics: [nrr, grr]}, ", "metrics: [nrr, gr]}, ", "unknown metric 'gr'"),
        ("items: roles", "items: rules", "unknown list 'rules'"),
        ("better: higher", "better: up", "'up' is not known here"),
        ("kind: peers", "kind: piers", "'piers' is not known here"),
        ("{id: peers,", "{id: glance,", "the page 'glance' is defined twice"),
        ("notebook: company", "notebook: companies", "there is no notebook 'companies.ipynb'"),
        ("company: company_id", "company: compny_id", "unknown question 'compny_id'"),
        ("kind: differences", "kind: shares", "a page of kind shares needs the key 'tables'"),
    ],
)
def test_a_wrong_name_is_refused_with_its_line(tmp_path, line, wrong, message):
    """Every name of tailored.yaml is looked up before a company is packed."""
    edition = tmp_path / "edition"
    shutil.copytree(SMALL, edition)
    text = (edition / "tailored.yaml").read_text(encoding="utf-8")
    assert line in text
    (edition / "tailored.yaml").write_text(text.replace(line, wrong, 1), encoding="utf-8")
    survey = read_survey(edition)

    with pytest.raises(InputError, match=message) as refused:
        read_tailoring(edition, read_report(edition, survey.codebook), survey.codebook)

    assert refused.value.line is not None


def test_two_responses_of_one_company_are_refused(tmp_path):
    """Which of them its file would be of nobody could say."""
    edition = tmp_path / "edition"
    shutil.copytree(SMALL, edition)
    text = (edition / "responses.csv").read_text(encoding="utf-8").replace(",R02,C02,", ",R02,C01,")
    (edition / "responses.csv").write_text(text, encoding="utf-8")
    codebook = (edition / "codebook.yaml").read_text(encoding="utf-8")
    rule = next(line for line in codebook.splitlines(keepends=True) if "id: resubmission" in line)
    (edition / "codebook.yaml").write_text(codebook.replace(rule, ""), encoding="utf-8")
    (edition / "decisions.csv").unlink()

    with pytest.raises(InputError, match=r"two responses that count are of the company 'C0[14]'"):
        packer_of(edition)


def test_withheld_figures_hold_no_number(packages):
    """A suppressed cell in a package has no value and prints as a dash."""
    withheld = [c for p in packages.values() for c in p.ledger.cells if c.status not in (SHOWN, "reference")]

    assert withheld
    assert {(c.stat, c.printed) for c in withheld} == {(None, "–")}

"""Sentences of a made-up report of 110 companies beside a ledger of nine figures."""

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.audit.claims import Judged, claim_tables, compare_claims, compare_claims_of_edition
from pipeline.audit.claims_file import is_claims_file, read_claims, read_links
from pipeline.cli import bandwise
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.figures.ledger import Cell, Ledger
from pipeline.responses import read_survey

EDITION = Path(__file__).parents[2] / "survey_raw" / "2023"
CLAIMS = "claim_id,exhibit,statement,value,unit,comparison_value"
LINKS = "claim_id,cell,kind,transform,among,comparison_cell,against,reason"


def share(exhibit, column, k, n=110):
    """One of our figures: a share of the whole sample."""
    cell_id = f"{exhibit}.overall.all.{column}"
    printed = f"{int(100 * k / n + 0.5)}%"
    return Cell(cell_id, exhibit, "overall", "all", column, "share", 100 * k / n, printed, "share", k, n, n)


def quoted(column, value):
    """A figure quoted from elsewhere."""
    label = f"{column} (an older report, 2021)"
    return Cell(f"reference.overall.all.{column}", "reference", "overall", "all", column, "reference", value,
                f"{value:g}%", "share", status="reference", label=label)  # fmt: skip


OURS = Ledger(
    (
        share("tools", "a", 41), share("tools", "b", 45), share("tools", "c", 25),
        share("owner", "success", 58), share("charge", "any", 13), share("charge", "recurring", 10, 13),
        quoted("success_2021", 35.0), quoted("rule", 80.0),
        Cell("nps.overall.all.nps", "nps", "overall", "all", "nps", "median", 43.5, "44", "score", n=90),
    )
)  # fmt: skip


@pytest.fixture
def compared(tmp_path):
    """Compares lines of claims with OURS by lines that say where; returns the rows of the comparison."""

    def compare(claims, links, ledger=OURS):
        paths = tmp_path / "headlines.csv", tmp_path / "headline_cells.csv"
        for path, head, lines in zip(paths, (CLAIMS, LINKS), (claims, links), strict=True):
            path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        known = read_claims(paths[0])
        return compare_claims(ledger, known, read_links(paths[1], known))

    return compare


def test_a_claim_is_equal_at_the_decimals_of_print(compared):
    """52.7 is 53 without and 52.7 with a decimal; the printed median 44 is our 43.5 rounded."""
    comparison = compared(
        ["one,owner,x,53,percent,", "two,owner,x,52.7,percent,", "three,nps,x,44,score,"],
        [*(f"{name},owner.overall.all.success,computed,value,,,," for name in ("one", "two")),
         "three,nps.overall.all.nps,computed,,,,,"],
    )  # fmt: skip

    assert comparison.counts == {Judged.EQUAL: 3}
    assert comparison.differences == []


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [("53", "equal"), ("52", "within_rounding"), ("54", "different"), ("51", "different"), ("52.8", "within_rounding")],
)
def test_a_number_that_was_cut_is_within_rounding(compared, printed, verdict):
    """58 of 110 is 52.7: 52 where it was cut, 53 where it was rounded, nothing else."""
    comparison = compared([f"x,owner,x,{printed},percent,"], ["x,owner.overall.all.success,computed,value,,,,"])

    assert comparison.rows[0].verdict == verdict
    assert bool(comparison.differences) == (verdict == "different")


@pytest.mark.parametrize(
    ("claim", "link", "here"),
    [
        ("x,tools,x,1,rank,", "x,tools.overall.all.b,computed,rank,,,,", "1"),
        ("x,tools,x,3,rank,", "x,tools.overall.all.c,computed,rank,,,,", "3"),
        ("x,tools,x,2,rank,", "x,tools.overall.all.c,computed,rank,a c,,,", "2"),
        ("x,owner,x,47,percent,", "x,owner.overall.all.success,computed,complement,,,,", "47.3"),
        ("x,nps,x,90,count,", "x,nps.overall.all.nps,computed,n,,,,", "90"),
    ],
)
def test_a_figure_can_be_read_as_rank_complement_or_base(compared, claim, link, here):
    """The same figure says where it stands in its row, what is left to 100, and how many answered."""
    row = compared([claim], [link]).rows[0]

    assert (row.verdict, row.printed_here) == (Judged.EQUAL, here)


def test_a_rank_is_right_or_wrong_and_never_nearly_right(compared):
    """Second is not first; the same number of percent would be within rounding."""
    assert compared(["x,tools,x,2,rank,"], ["x,tools.overall.all.b,computed,rank,,,,"]).counts == {Judged.DIFFERENT: 1}


def test_a_claim_about_several_figures_needs_all_of_them(compared):
    """One figure that does not bear it out is enough; one that is not there is named."""
    two = "x,tools.overall.all.b {},computed,value,,,,"

    assert compared(["x,t,x,41,percent,"], [two.format("tools.overall.all.b")]).rows[0].verdict is Judged.EQUAL
    assert compared(["x,t,x,41,percent,"], [two.format("tools.overall.all.c")]).rows[0].verdict is Judged.DIFFERENT
    row = compared(["x,t,x,41,percent,"], [two.format("tools.overall.all.d")]).rows[0]
    assert (row.verdict, row.reason) == (Judged.MISSING, "the ledger has no figure tools.overall.all.d")


def test_a_claim_that_no_line_names_is_missing(compared):
    """Every claim is accounted for; what is missing needs a person."""
    comparison = compared(["x,owner,x,53,percent,"], [])

    assert comparison.rows[0].reason == "headline_cells.csv has no line for it"
    assert comparison.differences == ["1 printed claims have no figure"]


def test_a_rule_of_thumb_is_quoted_with_its_source(compared):
    """Equal to the quoted figure it is a reference; another number or a computed figure is not."""
    link = "x,reference.overall.all.rule,reference,value,,,,a threshold"

    row = compared(["x,r,x,80,percent,"], [link]).rows[0]

    assert (row.verdict, row.reason) == (Judged.REFERENCE, "rule (an older report, 2021); a threshold")
    assert compared(["x,r,x,81,percent,"], [link]).rows[0].verdict is Judged.DIFFERENT
    computed = ["x,owner.overall.all.success,reference,value,,,,"]
    assert compared(["x,r,x,53,percent,"], computed).rows[0].verdict is Judged.DIFFERENT


@pytest.mark.parametrize(
    ("before", "link", "verdict", "differences"),
    [
        ("35", "reference.overall.all.success_2021", "reference", []),
        ("36", "reference.overall.all.success_2021", "different", ["1 numbers of earlier years differ"]),
        ("35", "", "missing", ["1 numbers of earlier years have no figure"]),
    ],
)
def test_the_number_of_an_earlier_year_is_quoted_too(compared, before, link, verdict, differences):
    """Beside the claim of this year stands the older one, which must be in the references."""
    comparison = compared(
        [f"x,owner,x,53,percent,{before}"], [f"x,owner.overall.all.success,computed,value,,{link},,"]
    )

    assert (comparison.rows[0].verdict, comparison.rows[0].before_verdict) == ("equal", verdict)
    assert comparison.differences == differences


def test_a_number_that_did_not_survive_is_lost(compared):
    """It is listed with what we have; a number that is printed cannot be called lost."""
    lost = "x,owner.overall.all.success,lost,,,,,torn off"

    row = compared(["x,owner,x,,percent,"], [lost]).rows[0]

    assert (row.verdict, row.printed_here, row.reason) == (Judged.LOST, "53%", "torn off")
    assert compared(["x,owner,x,,percent,"], ["x,,lost,,,,,"]).rows[0].verdict is Judged.LOST
    assert compared(["x,owner,x,53,percent,"], [lost]).rows[0].verdict is Judged.DIFFERENT


CHARGE = [
    "any,charge,x,12,percent,", "recurring,charge,x,{},percent,",
]  # fmt: skip
CHARGE_LINKS = [
    "any,charge.overall.all.any,computed,value,,,,", "recurring,charge.overall.all.recurring,contradicts,value,,,any,",
]  # fmt: skip


def test_a_percentage_that_no_count_gives_is_proved_from_print(compared):
    """12 percent of 110 are 13 companies; none of 0 to 13 of them is 79 percent."""
    row = compared([line.format(79) for line in CHARGE], CHARGE_LINKS).rows[1]

    assert row.verdict is Judged.CONTRADICTS
    assert row.reason == "12% of 110 is 13, and no whole number of 13 gives 79%: 10 of 13 is 76.9 and 11 of 13 is 84.6."


@pytest.mark.parametrize(("printed", "verdict"), [(77, "equal"), (85, "different")])
def test_a_contradiction_that_is_none_is_not_believed(compared, printed, verdict):
    """10 of 13 is 77 percent and ours; 85 is 11 of 13, so print may be right and we are simply different."""
    row = compared([line.format(printed) for line in CHARGE], CHARGE_LINKS).rows[1]

    assert row.verdict == verdict
    assert verdict == "equal" or row.reason == "print does not contradict this claim"


RANKS = ["a,tools,x,{},percent,", "b,tools,x,41,percent,", "first,tools,x,1,rank,"]
RANK_LINKS = [
    "a,tools.overall.all.a,computed,value,,,,", "b,tools.overall.all.b,computed,value,,,,",
    "first,tools.overall.all.a,contradicts,rank,,,a b,",
]  # fmt: skip


def test_an_order_that_printed_shares_deny_is_proved_from_print(compared):
    """Print calls a the first but gives b more; had it given b less, we would be the ones who differ."""
    row = compared([line.format(37) for line in RANKS], RANK_LINKS).rows[2]

    assert row.verdict is Judged.CONTRADICTS
    assert row.reason == "Print says rank 1, but prints 37 for it beside 41 (b), which is rank 2."
    assert compared([line.format(47) for line in RANKS], RANK_LINKS).rows[2].verdict is Judged.DIFFERENT


@pytest.mark.parametrize(
    ("claims", "links", "says"),
    [
        (["x,o,x,many,percent,"], [], "row 2, column value: 'many' is not a number"),
        (["x,o,x,1,rank,", "x,o,x,1,rank,"], [], "row 3: the claim 'x' has no id or comes twice"),
        (["x,o,x,1,rank,"], ["y,a.b.c.d,computed,,,,,"], "row 2, column claim_id: 'y' is not a claim"),
        (["x,o,x,1,rank,"], ["x,a.b.c.d,computed,,,,,"] * 2, "row 3, column claim_id: 'x' comes twice"),
        (["x,o,x,1,rank,"], ["x,a.b.c.d,guessed,,,,,"], "'guessed' is not a kind; allowed: computed, reference"),
        (["x,o,x,1,rank,"], ["x,a.b.c.d,computed,half,,,,"], "'half' is not a transform; allowed: value, rank"),
        (["x,o,x,1,rank,"], ["x,,computed,,,,,"], "only a claim whose number is lost may go without a cell"),
        (["x,o,x,1,rank,"], ["x,a.b.c.d,contradicts,,,,,"], "a claim that print contradicts names those that do so"),
        (["x,o,x,1,rank,"], ["x,a.b.c.d,contradicts,,,,z,"], "a claim that print contradicts names those that do so"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_row(compared, claims, links, says):
    """One sentence with row and column, for either file."""
    with pytest.raises(InputError, match=says):
        compared(claims, links)


@pytest.fixture
def output(tmp_path):
    """An output folder with the ledger of OURS, and claims with their cells beside it."""
    folder = tmp_path / "output"
    folder.mkdir()
    OURS.write_csv(folder / "ledger.csv")
    (tmp_path / "headlines.csv").write_text(f"{CLAIMS}\nx,owner,x,52,percent,35\n", encoding="utf-8")
    (tmp_path / "headline_cells.csv").write_text(
        f"{LINKS}\nx,owner.overall.all.success,computed,value,,reference.overall.all.success_2021,,cut\n"
    )
    return folder


def test_the_command_tells_claims_from_a_table_by_the_header(output, tmp_path):
    """The same command writes compare-headlines.csv and ends in 0; a number that differs ends it in 1."""
    call = ["compare", str(EDITION), str(tmp_path / "headlines.csv"), "--output", str(output)]

    good = CliRunner().invoke(bandwise, call, standalone_mode=False)
    first = (output / "compare-headlines.csv").read_bytes()
    (tmp_path / "headlines.csv").write_text(f"{CLAIMS}\nx,owner,x,60,percent,35\n", encoding="utf-8")
    bad = CliRunner().invoke(bandwise, call, standalone_mode=False)

    assert (good.return_value, bad.return_value) == (0, 1)
    assert "Printed claims beside ours" in good.output and "1 printed claims differ" in bad.output
    (row,) = csv.DictReader(first.decode("utf-8").splitlines())
    assert (row["there"], row["printed_here"], row["verdict"], row["before_verdict"]) == (
        "52", "53%", "within_rounding", "reference",
    )  # fmt: skip
    assert not is_claims_file(EDITION / "published" / "tables.csv")


def test_cells_of_claims_are_looked_for_in_two_places(output, tmp_path):
    """Beside the claims, then in the edition's folder `published`; where neither has them, both are named."""
    edition = tmp_path / "edition"
    (edition / "published").mkdir(parents=True)
    shutil.move(tmp_path / "headline_cells.csv", edition / "published" / "headline_cells.csv")

    assert compare_claims_of_edition(edition, output, tmp_path / "headlines.csv").rows[0].verdict == "within_rounding"
    (edition / "published" / "headline_cells.csv").unlink()
    with pytest.raises(InputError, match="nothing says which figure each claim rests on"):
        compare_claims_of_edition(edition, output, tmp_path / "headlines.csv")
    with pytest.raises(InputError, match="has not been built"):
        compare_claims_of_edition(edition, tmp_path, tmp_path / "headlines.csv")


def test_the_terminal_lists_what_is_not_equal(compared):
    """A summary and the claims that need a look; all of them when asked."""
    comparison = compared(
        ["one,owner,x,53,percent,", "two,owner,x,52,percent,"],
        [f"{name},owner.overall.all.success,computed,value,,,," for name in ("one", "two")],
    )

    assert [table.title for table in claim_tables(comparison)] == [
        "Printed claims beside ours", "Claims in print and here",
    ]  # fmt: skip
    assert [claim_tables(comparison, every)[1].row_count for every in (False, True)] == [1, 2]


def test_every_claim_of_2023_has_its_line():
    """197 claims, each computed, quoted, lost or contradicted; the two files are read without a fault."""
    claims = read_claims(EDITION / "published" / "headlines.csv")
    links = read_links(EDITION / "published" / "headline_cells.csv", claims)

    assert len(claims) == 197 and set(links) == set(claims)
    assert {name for name, link in links.items() if link.kind == "lost"} == {
        name for name, claim in claims.items() if claim.value is None
    }


@pytest.mark.slow
def test_the_2023_edition_bears_out_every_claim_that_data_can_bear_out(tmp_path):
    """Of 197 claims none is different or missing; five contradict print itself, nine are lost, the rest agree."""
    survey = read_survey(EDITION)
    tabulate(survey, read_report(EDITION, survey.codebook)).write_csv(tmp_path / "ledger.csv")

    comparison = compare_claims_of_edition(EDITION, tmp_path, EDITION / "published" / "headlines.csv")

    assert comparison.differences == []
    assert comparison.counts[Judged.CONTRADICTS] == 5 and comparison.counts[Judged.LOST] == 9
    assert comparison.counts[Judged.EQUAL] >= 125 and comparison.counts[Judged.WITHIN_ROUNDING] <= 5
    assert comparison.before_counts == {Judged.REFERENCE: 8}

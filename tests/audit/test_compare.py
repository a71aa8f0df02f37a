"""A printed table of twelve answers beside a ledger, and proofs of what no twelve answers could give."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.audit.compare import Verdict, compare, compare_edition, comparison_tables
from pipeline.audit.printed import parse_printed, read_published
from pipeline.errors import InputError
from pipeline.figures import read_report, tabulate
from pipeline.figures.ledger import Cell, Ledger
from pipeline.responses import read_survey

HEAD = "exhibit,dimension,band,column,value,unit,n,printed"


def share(exhibit, dimension, band, column, k, n, printed=None):
    """One of our cells: a share, or nothing where n is 0."""
    cell_id = ".".join((exhibit, dimension, band, column))
    stat = 100 * k / n if n else None
    status = "shown" if n else "empty"
    text = printed or (f"{int(stat + 0.5)}%" if n else "–")
    return Cell(cell_id, exhibit, dimension, band, column, "share", stat, text, "share", k, n or None, n, status)


def median(exhibit, dimension, band, value, n):
    """One of our cells: a median."""
    cell_id = ".".join((exhibit, dimension, band, "m"))
    return Cell(cell_id, exhibit, dimension, band, "m", "median_nonzero", value, f"{value:g}", "people", n=n)


@pytest.fixture
def table(tmp_path):
    """Writes printed lines as a published table."""

    def write(*lines):
        path = tmp_path / "tables.csv"
        path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def row(*counts, n=None, exhibit="owner", dimension="arr", band="low", columns="abcdefgh"):
    """Our cells of one row of shares."""
    n = n or sum(counts)
    return [share(exhibit, dimension, band, column, k, n) for column, k in zip(columns, counts, strict=False)]


def printed(*values, n, exhibit="owner", dimension="arr", band="low", columns="abcdefgh"):
    """Lines of one printed row of shares."""
    return [
        f"{exhibit},{dimension},{band},{column},{value},percent,{n},{value}%"
        for column, value in zip(columns, values, strict=False)
    ]


def verdicts(comparison):
    return [str(row.verdict) for row in comparison.rows]


@pytest.mark.parametrize(
    ("text", "number", "step"),
    [
        ("54%", 54, 1),
        ("33.3%", 33.3, 0.1),
        ("$3.8M", 3_800_000, 100_000),
        ("$850K", 850_000, 1000),
        ("1,240", 1240, 1),
        ("−4", -4, 1),
        ("42\u00a0days", 42, 1),
    ],
)
def test_print_says_a_number_and_the_worth_of_its_last_digit(text, number, step):
    """That is what a comparison may ask for."""
    value, smallest = parse_printed(text)

    assert (float(value), float(smallest)) == (number, step)


@pytest.mark.parametrize("text", ["<1%", "–", "No companies have coverage", ""])
def test_words_and_bounds_are_no_numbers(text):
    """They are compared by what stands behind them."""
    assert parse_printed(text) is None


def test_equal_numbers_are_equal_at_the_decimals_of_print(table):
    """One of three is 33.3 percent in print and 33% here; the unrounded value decides."""
    path = table(*printed("33.3", "66.7", n=3))

    assert verdicts(compare(Ledger(tuple(row(1, 2))), path)) == ["equal", "equal"]


def test_a_forced_cell_is_within_one_and_a_wrong_one_is_different(table):
    """67 against 66 is within a point, 33 against 40 is not."""
    path = table(*printed(66, 34, n=12), *printed(60, 40, n=12, band="high"))

    comparison = compare(Ledger((*row(8, 4), *row(8, 4, band="high"))), path)

    assert verdicts(comparison)[:2] == ["within_one", "within_one"]
    assert {row.verdict for row in comparison.rows[2:]} == {Verdict.IMPOSSIBLE}


def test_an_empty_band_is_equal_to_words_that_say_so(table):
    """Print has no value and n 0, the ledger has an empty cell."""
    path = table("coverage,arr,low,m,,median_headcount,0,No companies have it")
    cell = replace(median("coverage", "arr", "low", 1, 0), stat=None, printed="–", status="empty")

    comparison = compare(Ledger((cell,)), path)

    assert verdicts(comparison) == ["equal"] and comparison.rows[0].n_verdict is Verdict.EQUAL


def test_a_cell_that_we_do_not_have_is_missing(table):
    """It is said, and it needs a person."""
    comparison = compare(Ledger(tuple(row(1, 1))), table(*printed(50, 50, n=2, columns="az")))

    assert verdicts(comparison) == ["equal", "missing"]
    assert comparison.differences == ["1 printed cells are not in the ledger"]


def test_bases_are_counted_apart_from_values(table):
    """The shares agree although print counts eleven where we count twelve in the first row."""
    path = table(*printed(0, 100, n=11), *printed(50, 50, n=12, band="high"))

    comparison = compare(Ledger((*row(0, 12), *row(6, 6, band="high"))), path)

    assert comparison.counts == {Verdict.EQUAL: 4}
    assert comparison.n_counts == {Verdict.DIFFERENT: 1, Verdict.EQUAL: 1}


def test_a_share_that_no_count_gives_is_impossible_with_its_proof(table):
    """80 percent of 17 answers: 13 would be 76.5 and 14 would be 82.4; answers are not exclusive here."""
    path = table(*printed(80, 76, n=17))
    ours = Ledger(tuple(row(13, 13, n=17)))

    comparison = compare(ours, path)

    assert verdicts(comparison) == ["impossible", "equal"]
    assert (
        comparison.rows[0].reason == "No whole number out of n = 17 gives 80%: 13 of 17 is 76.5 and 14 of 17 is 82.4."
    )


def test_a_row_that_was_forced_to_100_may_be_a_point_off(table):
    """24, 24, 24, 17, 11 of 17 is 4, 4, 4, 3, 2 of 17, brought to 100: no proof, only within a point."""
    path = table(*printed(24, 24, 24, 17, 11, n=17))

    comparison = compare(Ledger(tuple(row(4, 4, 4, 3, 2))), path)

    assert verdicts(comparison) == ["equal", "equal", "equal", "within_one", "within_one"]


def test_a_row_can_be_impossible_as_a_whole(table):
    """33 of 100 is 33 percent, but three times that is 99 of 100: one of the three is wrong, and one only."""
    path = table(*printed(33, 33, 33, n=100))

    comparison = compare(Ledger(tuple(row(40, 33, 27))), path)

    assert verdicts(comparison) == ["impossible", "equal", "different"]
    assert comparison.rows[0].reason == (
        "No whole numbers that add to n = 100 give all the shares of this row, so one of them is wrong."
    )


def test_answers_that_are_not_exclusive_need_not_add_up(table):
    """60 and 60 percent of five can both be right, so a difference stays a difference."""
    path = table(*printed(60, 60, n=5))

    assert verdicts(compare(Ledger(tuple(row(3, 1, n=5))), path)) == ["equal", "different"]


def test_totals_that_differ_between_dimensions_prove_one_cell_wrong(table):
    """By ARR 3 + 3 of 12 answer a, by motion 5 + 3; the same for b: one cell of each column is explained."""
    lines = [
        *printed(50, 50, n=6), *printed(50, 50, n=6, band="high"),
        *printed(83, 17, n=6, dimension="motion"), *printed(50, 50, n=6, dimension="motion", band="high"),
    ]  # fmt: skip
    ours = [
        *row(3, 3), *row(3, 3, band="high"),
        *row(3, 3, dimension="motion"), *row(3, 3, dimension="motion", band="high"),
    ]  # fmt: skip

    comparison = compare(Ledger(tuple(ours)), table(*lines))

    wrong = [r for r in comparison.rows if r.verdict is not Verdict.EQUAL]
    assert [(r.dimension, r.column, r.verdict) for r in wrong] == [
        ("motion", "a", Verdict.IMPOSSIBLE), ("motion", "b", Verdict.IMPOSSIBLE),
    ]  # fmt: skip
    assert wrong[0].reason == (
        "The answers behind this column add to 6 by arr but 8 by motion, of the same 12: one of the two is wrong."
    )


def test_an_n_that_differs_between_dimensions_is_impossible(table):
    """By ARR 11 and by motion 12 answered; the n that is not ours is the wrong one."""
    path = table(*printed(50, 50, n=6), *printed(60, 40, n=5, band="high"), *printed(58, 42, n=12, dimension="motion"))
    ours = Ledger((*row(3, 3), *row(4, 2, band="high"), *row(7, 5, dimension="motion")))

    comparison = compare(ours, path)

    bad = [r for r in comparison.rows if r.n_verdict is Verdict.IMPOSSIBLE]
    assert {r.band for r in bad} == {"high"}
    assert bad[0].n_reason == (
        "The n by arr add to 11, but to 12 by motion: the bands divide the same answers, so one n is wrong."
    )


def test_medians_of_two_splits_that_cannot_both_hold(table):
    """Medians of 2 and 3 leave six of ten at 3 or under; medians of 8 and 9 need six at 8 or over."""
    lines = [
        "c,arr,low,m,2,people,5,2", "c,arr,high,m,3,people,5,3",
        "c,motion,a,m,8,people,9,8", "c,motion,b,m,9,people,1,9",
    ]  # fmt: skip
    ours = [
        median("c", "arr", "low", 2, 5), median("c", "arr", "high", 3, 5),
        median("c", "motion", "a", 3, 9), median("c", "motion", "b", 9, 1),
    ]  # fmt: skip

    comparison = compare(Ledger(tuple(ours)), table(*lines))

    assert verdicts(comparison) == ["equal", "equal", "impossible", "equal"]
    assert comparison.rows[2].reason == (
        "Medians by arr put at least 6 at 3 or under, medians by motion at least 6 at 8 or over: 12 of 10, "
        "so one is wrong."
    )


def test_medians_that_can_hold_prove_nothing(table):
    """The same table with 4 in place of 8: our other number is simply different."""
    lines = ["c,arr,low,m,2,people,5,2", "c,arr,high,m,3,people,5,3", "c,motion,a,m,4,people,10,4"]
    ours = [median("c", "arr", "low", 2, 5), median("c", "arr", "high", 3, 5), median("c", "motion", "a", 9, 10)]

    assert verdicts(compare(Ledger(tuple(ours)), table(*lines))) == ["equal", "equal", "different"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["owner,arr,low,a,many,percent,12,54%"], "row 2, column value: 'many' is not a number"),
        (["owner,arr,low,a,54,percent,twelve,54%"], "row 2, column n: 'twelve' is not a whole number"),
        (["owner,arr,low,a,54,percent,12,54%"] * 2, "row 3: the cell owner.arr.low.a comes twice"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_row(table, lines, says):
    """One sentence with row and column; the same table without the fault is read."""
    assert len(read_published(table("owner,arr,low,a,54,percent,12,54%"))) == 1
    with pytest.raises(InputError, match=says):
        read_published(table(*lines))


def test_a_table_without_a_needed_column_is_refused(tmp_path):
    """The names of the columns are the contract of a published table."""
    path = tmp_path / "tables.csv"
    path.write_text("exhibit,value\nowner,1\n", encoding="utf-8")

    with pytest.raises(InputError, match="there is no column 'dimension'; needed: exhibit"):
        read_published(path)
    with pytest.raises(InputError, match="no such table"):
        read_published(tmp_path / "nothing.csv")


def test_an_edition_is_compared_from_its_ledger_file(table, tmp_path):
    """compare.csv lies beside the ledger, a row for each printed cell; two runs write the same bytes."""
    output = tmp_path / "output"
    output.mkdir()
    path = table(*printed(66, 34, n=12))
    with pytest.raises(InputError, match="has not been built"):
        compare_edition(Path("survey_raw/2026"), output, path)
    Ledger(tuple(row(8, 4))).write_csv(output / "ledger.csv")

    comparison = compare_edition(Path("survey_raw/2026"), output, path)

    first = (output / "compare.csv").read_bytes()
    compare_edition(Path("survey_raw/2026"), output, path)
    assert (output / "compare.csv").read_bytes() == first
    written = list(csv.DictReader(first.decode("utf-8").splitlines()))
    assert [(r["verdict"], r["n_verdict"], r["printed_here"]) for r in written] == [
        ("within_one", "equal", "67%"), ("within_one", "equal", "33%"),
    ]  # fmt: skip
    assert comparison.by_exhibit() == {"owner": {Verdict.WITHIN_ONE: 2}}
    assert comparison.differences == []


def test_a_ledger_agrees_with_its_own_print_and_one_changed_number_is_found(table):
    """Every cell printed as it is here is equal; a single digit changed in print makes exactly one cell differ."""
    ours = (*row(5, 4, 3), *row(1, 1, 10, band="high"), median("c", "arr", "low", 4.5, 6))
    lines = [f"{c.exhibit},{c.dimension},{c.band},{c.column},{c.stat},,{c.n},{c.printed}" for c in ours]
    lines = [line.replace(f",{c.stat},", f",{parse_value(c.printed)},") for line, c in zip(lines, ours, strict=True)]

    assert set(verdicts(compare(Ledger(ours), table(*lines)))) == {"equal"}

    wrong = [*lines[:-1], lines[-1].replace("4.5", "9.5")]
    found = [r for r in compare(Ledger(ours), table(*wrong)).rows if r.verdict is not Verdict.EQUAL]
    assert [(r.exhibit, r.verdict) for r in found] == [("c", Verdict.DIFFERENT)]


def parse_value(text):
    """The number that a text prints, as a table would hold it."""
    return float(parse_printed(text)[0])


@pytest.mark.slow
def test_the_2023_edition_meets_every_printed_cell_that_data_can_meet(tmp_path):
    """No printed cell of 2023 is simply different or missing, and no n either."""
    edition = Path(__file__).parents[2] / "survey_raw" / "2023"
    survey = read_survey(edition)
    tabulate(survey, read_report(edition, survey.codebook)).write_csv(tmp_path / "ledger.csv")

    comparison = compare_edition(edition, tmp_path, edition / "published" / "tables.csv")

    assert comparison.differences == []
    assert comparison.counts[Verdict.EQUAL] >= 1650 and len(comparison.rows) == 1687


def test_the_terminal_shows_counts_and_what_is_not_equal(table):
    """A summary by exhibit, then the cells and the n that differ."""
    comparison = compare(Ledger(tuple(row(8, 4))), table(*printed(67, 20, n=13)))

    titles = [t.title for t in comparison_tables(comparison)]

    assert titles == ["Printed cells beside ours", "Cells in print and here", "n in print and here"]
    assert comparison_tables(comparison)[1].row_count == 1
    assert comparison_tables(comparison, every=True)[1].row_count == 2

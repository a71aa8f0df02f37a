from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figures import outside_ledger, tabulate
from pipeline.figures.disclosure import mark, statuses
from pipeline.figures.exhibits_file import MergedBand, MergedKeys, Thresholds
from pipeline.figures.ledger import EMPTY, SHOWN, SUPPRESSED

OUTSIDE = Thresholds(withhold=5, mark=10, quartiles=10)


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ([20, 30], "shown shown"),
        ([20, 4, 2], "shown suppressed suppressed"),
        ([20, 4, 30], "suppressed suppressed shown"),  # 4 alone could be had from the total, so 20 goes too
        ([0, 4, 30, 12], "empty suppressed shown suppressed"),  # nobody is nothing to withhold
        ([0, 4], "empty suppressed"),
        ([3], "suppressed"),
    ],
)
def test_one_withheld_band_takes_the_next_smallest_with_it(bases, expected):
    """A single withheld band of a partition could be recomputed from the total."""
    assert statuses(bases, OUTSIDE, partition=True) == expected.split()


def test_rows_that_are_no_parts_of_a_whole_are_withheld_one_by_one():
    """Segments or roles cannot be subtracted from each other."""
    assert statuses([20, 4, 30], OUTSIDE, partition=False) == [SHOWN, SUPPRESSED, SHOWN]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_never_is_exactly_one_of_several_bands_withheld(bases):
    """Whatever the bases, and nothing under the threshold is ever shown."""
    found = statuses(bases, OUTSIDE, partition=True)

    assert all(status != SHOWN for n, status in zip(bases, found, strict=True) if n < OUTSIDE.withhold)
    assert found.count(SUPPRESSED) != 1 or found.count(SHOWN) == 0
    assert [status == EMPTY for status in found] == [n == 0 for n in bases]


@pytest.mark.parametrize(
    ("n", "expected"), [(0, ""), (1, "very_few"), (4, "very_few"), (5, "few"), (9, "few"), (10, "")]
)
def test_small_bases_are_marked(n, expected):
    """Under 5 very few, under the threshold few."""
    assert mark(n, OUTSIDE) == expected


def test_a_withheld_cell_keeps_only_its_base(external):
    """Outside the house the three companies below $10M show an en dash and n = 3, in the file as well."""
    cell = external.cell("support_owner.arr.lt_10m.success")

    assert (cell.status, cell.printed, cell.n) == ("suppressed", "–", 3)
    assert cell.stat is cell.numerator is cell.denominator is None


def test_a_withheld_band_cannot_be_had_by_subtraction(external):
    """Of product-led (4) and sales-led (8) both are withheld; by ARR 3 and 4 are, 5 can be shown."""
    by = lambda dimension: {  # noqa: E731
        c.band: c.status
        for c in external.exhibit("support_owner")
        if c.dimension == dimension and c.column == "support"
    }

    assert by("motion") == {"product_led": SUPPRESSED, "hybrid": EMPTY, "sales_led": SUPPRESSED}
    assert by("arr") == {"lt_10m": SUPPRESSED, "10_50m": SHOWN, "50_100m": EMPTY, "gt_100m": SUPPRESSED}


def test_merged_bands_stand_in_the_outside_ledger_and_add_up_to_their_parts(survey, report):
    """Of the companies under $50M, 3 and 5, there are 8; the report itself keeps to its own bands."""
    band = MergedBand(id="lt_50m", label="Under $50M", of=("lt_10m", "10_50m"))
    disclosure = report.disclosure.model_copy(
        update={"merged": {"arr_wide": MergedKeys(of="arr", title="ARR, wider", bands=(band,))}}
    )
    wide = replace(report, disclosure=disclosure)

    cell = outside_ledger(survey, wide).cell("support_owner.arr_wide.lt_50m.support")

    assert (cell.n, cell.status, cell.label) == (8, SHOWN, "Customer Support, Under $50M")
    assert not tabulate(survey, wide, "external").bands("support_owner", "arr_wide")
    assert not tabulate(survey, wide).bands("support_owner", "arr_wide")


def test_inside_the_house_everything_is_shown(ledger):
    """The internal edition marks small bases but withholds none."""
    assert SUPPRESSED not in {cell.status for cell in ledger.cells}
    assert ledger.cell("support_owner.arr.lt_10m.success").mark == "very_few"

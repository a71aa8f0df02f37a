from dataclasses import replace

import pytest

from pipeline.figures import outside_ledger, tabulate
from pipeline.figures.disclosure import mark
from pipeline.figures.exhibits_file import MergedBand, MergedKeys, Outside, Thresholds
from pipeline.figures.ledger import EMPTY, SHOWN, SUPPRESSED

OUTSIDE = Thresholds(withhold=5, mark=10, quartiles=10)


def outside(survey, report, external):
    """The outside ledger under other thresholds."""
    disclosure = report.disclosure.model_copy(update={"external": external})
    return outside_ledger(survey, replace(report, disclosure=disclosure))


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


def test_a_withheld_band_cannot_be_had_by_subtraction(survey, report):
    """Of product-led (4) and sales-led (8) both are withheld; by ARR 3 and 4 are, and 5 can be shown."""
    external = Outside(unanimous=1)

    cells = outside(survey, report, external).exhibit("support_owner")

    by = lambda d: {c.band: c.status for c in cells if (c.dimension, c.column) == (d, "support")}  # noqa: E731
    assert by("motion") == {"product_led": SUPPRESSED, "hybrid": EMPTY, "sales_led": SUPPRESSED}
    assert by("arr") == {"lt_10m": SUPPRESSED, "10_50m": SHOWN, "50_100m": EMPTY, "gt_100m": SUPPRESSED}


def test_merged_bands_stand_in_the_outside_ledger_and_add_up_to_their_parts(survey, report):
    """Of the companies under $50M, 3 and 5, there are 8; the report itself keeps to its own bands.

    The 5 are withheld, for with the 8 they would give away the 3.
    """
    band = MergedBand(id="lt_50m", label="Under $50M", of=("lt_10m", "10_50m"))
    disclosure = report.disclosure.model_copy(
        update={
            "merged": {"arr_wide": MergedKeys(of="arr", title="ARR, wider", bands=(band,))},
            "external": Outside(withhold=4, unanimous=1),
        }
    )
    wide = replace(report, disclosure=disclosure)

    ledger = outside_ledger(survey, wide)

    cell = ledger.cell("support_owner.arr_wide.lt_50m.support")
    assert (cell.n, cell.status, cell.label) == (8, SHOWN, "Customer Support, Under $50M")
    assert ledger.cell("support_owner.arr.10_50m.support").status == SUPPRESSED
    assert not tabulate(survey, wide, "external").bands("support_owner", "arr_wide")
    assert not tabulate(survey, wide).bands("support_owner", "arr_wide")


def test_inside_the_house_everything_is_shown(ledger):
    """The internal edition marks small bases but withholds none."""
    assert SUPPRESSED not in {cell.status for cell in ledger.cells}
    assert ledger.cell("support_owner.arr.lt_10m.success").mark == "very_few"

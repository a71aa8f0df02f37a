"""Bands: every value in one band, every band kept, no gap and no overlap."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.responses.bands import band_of, edge_problem
from pipeline.responses.schema import Band, Dimension


def dimension(*bands):
    made = tuple(Band(id=f"b{place}", label="", **edges) for place, edges in enumerate(bands))
    return Dimension(title="", variable="x", bands=made)


ARR = dimension({"below": 10}, {"from": 10, "below": 50}, {"from": 50, "to": 100}, {"above": 100})


@pytest.mark.parametrize(
    ("value", "band"),
    [(-5, "b0"), (9.99, "b0"), (10, "b1"), (49.99, "b1"), (50, "b2"), (100, "b2"), (100.01, "b3"), (1e12, "b3")],
)
def test_an_edge_belongs_to_one_side(value, band):
    """`from` and `to` take the edge in, `below` and `above` leave it out."""
    assert band_of(pd.Series([value], dtype="Float64"), ARR).tolist() == [band]


def test_bands_without_anyone_stay_categories_in_order():
    """An empty band is still a category, and missing values have no band."""
    bands = band_of(pd.Series([5, pd.NA], dtype="Float64"), ARR)

    assert bands.cat.categories.tolist() == ["b0", "b1", "b2", "b3"]
    assert bands.cat.ordered
    assert bands.isna().tolist() == [False, True]


def test_closed_ends_leave_the_rest_outside():
    """A dimension that begins at 0 has no band for what is below 0."""
    percent = dimension({"from": 0, "below": 50}, {"from": 50, "to": 100})

    assert band_of(pd.Series([-1, 0, 100, 101], dtype="Float64"), percent).isna().tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("bands", "place", "words"),
    [
        (({"below": 10}, {"from": 20}), 1, "gap at 10"),
        (({"below": 10}, {"above": 10}), 1, "gap at 10"),
        (({"to": 10}, {"from": 10}), 1, "overlap at 10"),
        (({"below": 30}, {"from": 20}), 1, "overlap at 20"),
        (({"below": 10}, {"below": 20}), 1, "no edge between"),
        (({"from": 10, "below": 10}, {"from": 10}), 0, "ends before it begins"),
        (({"from": 1, "above": 2}, {"from": 3}), 0, "two edges on one side"),
    ],
)
def test_a_fault_of_the_edges_is_found(bands, place, words):
    """Gaps, overlaps and double edges are named with the band and the edge."""
    found_place, sentence = edge_problem(dimension(*bands).bands)

    assert found_place == place
    assert words in sentence


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=6, unique=True).map(sorted), st.integers(-1100, 1100))
def test_every_value_lies_in_exactly_one_band(cuts, value):
    """Bands made from any cuts hold each value once."""
    edges = [
        {"below": cuts[0]},
        *({"from": a, "below": b} for a, b in pairwise(cuts)),
        {"from": cuts[-1]},
    ]
    made = dimension(*edges)

    assert edge_problem(made.bands) is None
    assert band_of(pd.Series([value], dtype="Float64"), made).tolist() == [f"b{sum(value >= cut for cut in cuts)}"]

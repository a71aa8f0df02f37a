"""Kinds of draw: counts, quantiles and medians are met to the digit, whoever gets which value."""

import numpy as np
import pandas as pd
import pytest

from pipeline.audit.reconstruct.fill import fill
from pipeline.errors import InputError
from pipeline.responses.codebook import read_codebook

CODEBOOK = """
survey: {id: tiny, title: Tiny, year: 2023}
source: {kind: tidy, decimal: "."}
lists:
  items: [{code: north, label: North}, {code: south, label: South}]
  colours: [{code: red, label: Red}, {code: blue, label: Blue}, {code: grey, label: Grey}]
  drinks: [{code: tea, label: Tea}, {code: milk, label: Milk}, {code: nothing, label: Nothing}]
  letters: [{code: a, label: A}, {code: b, label: B}, {code: c, label: C}]
questions:
  - {id: colour, type: single, text: Colour?, choices: colours}
  - {id: likes, type: multiple, text: Likes?, choices: drinks}
  - {id: best, type: ranking, places: 2, text: Best?, choices: letters}
  - {id: price, type: money, text: Price?, unit: usd}
  - {id: book, type: money, text: Book?, items: items, unit: usd}
  - {id: stock, type: money, text: Stock?, items: items, unit: usd}
  - {id: gained, type: money, text: Gained?, items: items, unit: usd}
  - {id: lost, type: money, text: Lost?, items: items, unit: usd}
  - {id: left, type: money, text: Left?, items: items, unit: usd}
"""


@pytest.fixture(scope="module")
def codebook(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiny") / "codebook.yaml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return read_codebook(path)


@pytest.fixture
def draw(codebook):
    """Runs one step over 21 companies of rising size, of which the last eleven are called large."""
    answers = pd.DataFrame({"size": np.arange(1.0, 22), "band": ["small"] * 10 + ["large"] * 11})
    printed = pd.DataFrame(
        {"exhibit": "books", "column": "book", "band": ["north", "south"], "value": [3_800_000, 545]}
    )

    def run(**step):
        return fill(answers, [step], seed=1, printed=printed, codebook=codebook)

    return run


def test_counts_are_exact_and_the_rest_takes_who_is_left(draw):
    drawn = draw(
        question="colour",
        draw="counts",
        counts={"red": 3, "blue": {"n": 5, "where": {"band": ["large"]}}, "grey": "rest"},
    )

    assert drawn.colour.value_counts().to_dict() == {"grey": 13, "blue": 5, "red": 3}
    assert set(drawn.band[drawn.colour == "blue"]) == {"large"}


def test_counts_can_be_given_by_the_code_of_another_variable(draw):
    by_band = {"small": {"red": 2, "grey": "rest"}, "large": {"red": 11}}

    drawn = draw(question="colour", draw="counts", by="band", counts=by_band)

    assert (drawn.colour[drawn.band == "large"] == "red").all()
    assert (drawn.colour[drawn.band == "small"] == "red").sum() == 2


def test_a_lean_goes_with_the_variable(draw):
    """With a lean of one, the largest companies are chosen."""
    drawn = draw(question="colour", draw="counts", counts={"red": {"n": 5, "leans": {"size": 5.0}}, "grey": "rest"})

    assert drawn["size"][drawn.colour == "red"].min() >= 15


def test_quantiles_are_met_to_the_digit(draw):
    drawn = draw(question="price", draw="quantiles", points={0: 10, 25: 20, 50: 44, 75: 68, 100: 90}, round_to=1)

    assert list(np.quantile(drawn.price.astype(float), [0.25, 0.5, 0.75])) == [20, 44, 68]


def test_only_as_many_answer_as_are_to(draw):
    drawn = draw(question="price", draw="quantiles", points={0: 1, 100: 9}, answered=17)

    assert drawn.price.notna().sum() == 17


def test_classes_hold_their_numbers(draw):
    classes = [{"n": 4, "values": [0]}, {"n": 6, "between": [5, 25]}, {"n": "rest", "between": [30, 90]}]

    price = draw(question="price", draw="classes", classes=classes, round_to=5).price.astype(float)

    assert ((price == 0).sum(), price.between(5, 25).sum(), price.between(30, 90).sum()) == (4, 6, 11)


def test_everyone_ticks_something_and_the_counts_stay(draw):
    drawn = draw(question="likes", draw="ticks", alone={"nothing": {"n": 4}}, counts={"tea": 12, "milk": 7})

    ticks = drawn[["likes.tea", "likes.milk", "likes.nothing"]].astype(bool)
    assert ticks.sum().to_list() == [12, 7, 4]
    assert ticks.any(axis=1).all()
    assert not (ticks["likes.nothing"] & (ticks["likes.tea"] | ticks["likes.milk"])).any()


def test_a_ranking_has_no_ties_and_exact_mentions(draw):
    drawn = draw(question="best", draw="ranking", mentions={"a": 20, "b": 15, "c": 7})

    assert (drawn["best.1"] != drawn["best.2"]).all()
    assert pd.concat([drawn["best.1"], drawn["best.2"]]).value_counts().to_dict() == {"a": 20, "b": 15, "c": 7}


def test_printed_medians_are_those_of_the_companies_that_answer(draw):
    drawn = draw(question="book", draw="printed_medians", exhibit="books", column="book", spread=0.6, digits=2)

    assert drawn["book.north"].astype(float).median() == 3_800_000
    assert drawn["book.south"].astype(float).median() == 545


def test_movements_lead_from_each_period_to_the_next(draw):
    """Start plus gains minus losses is the next start, and the last end lies near the closing value."""
    drawn = (
        draw(
            question="stock",
            draw="movements",
            ending="left",
            gains={"gained": "size"},
            losses={"lost": "size"},
            closing="size",
            closing_growth=[1, 1],
            grain=0.001,
            season=[0.5, 0.5],
            unevenness=0.2,
        )
        .drop(columns="band")
        .astype(float)
    )

    assert np.allclose(drawn["stock.north"] + drawn["gained.north"] - drawn["lost.north"], drawn["left.north"])
    assert np.allclose(drawn["stock.south"], drawn["left.north"])
    assert np.allclose(drawn["left.south"], drawn["size"], atol=0.05)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({"question": "colour", "draw": "lottery"}, "not a kind of draw"),
        ({"question": "colour", "draw": "counts", "counts": {"red": 30}}, "only 21 can"),
        ({"question": "price", "draw": "quantiles", "points": {0: 1, 100: 2}, "answered": 99}, "only 21 are concerned"),
        ({"question": "price", "draw": "quantiles", "points": {0: 1}, "where": {"sise": [1]}}, "no variable 'sise'"),
        ({"question": "best", "draw": "ranking", "mentions": {"a": 1}}, "do not fill 2 places"),
        ({"question": "price", "draw": "quantiles", "points": {0: 1}, "lean": {"size": 1}}, "unknown key 'lean'"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(draw, step, says):
    with pytest.raises(InputError, match=says):
        draw(**step)

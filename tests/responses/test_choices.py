"""Choices: recognised however they are written, split without tearing them, proposed when nearly right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.responses.choices import Matcher
from pipeline.responses.schema import Choice

REGIONS = Matcher(
    [
        Choice(code="emea", label="Europe, Middle East and Africa", short="EMEA"),
        Choice(code="europe", label="Europe"),
        Choice(code="na", label="North America", aliases=("N. America",)),
        Choice(code="other", label="Other"),
    ]
)


@pytest.mark.parametrize(
    "text", ["emea", "EMEA", " europe,  Middle East and AFRICA ", "Europe,\u00a0Middle East and Africa"]
)
def test_code_label_and_short_label_are_one_choice(text):
    """Case and spacing do not matter."""
    assert REGIONS.match(text) == "emea"


def test_an_unknown_text_is_not_guessed_but_proposed():
    """A near miss is no match; the nearest choice is a proposal for a person."""
    assert REGIONS.match("North Amerika") is None
    assert REGIONS.nearest("North Amerika") == "na"
    assert REGIONS.nearest("Mars") is None


@pytest.mark.parametrize(
    ("cell", "codes", "left"),
    [
        ("Europe,North America", ("europe", "na"), ""),
        ("Europe, Middle East and Africa,North America", ("emea", "na"), ""),
        ("North America;Europe;", ("na", "europe"), ""),
        ("na|europe", ("na", "europe"), ""),
        ("Europe, Middle Earth", ("europe",), "middle earth"),
        ("Europe,Europe", ("europe",), ""),
        ("", (), ""),
    ],
)
def test_a_joined_cell_is_split_at_known_choices(cell, codes, left):
    """The longest known choice wins at each place, so commas inside a choice do no harm."""
    assert REGIONS.split(cell) == (codes, left)


@given(
    st.lists(st.sampled_from(["emea", "europe", "na", "other"]), unique=True), st.sampled_from([",", ";", "|", ", "])
)
def test_any_joined_choices_are_found_again(codes, separator):
    """Splitting undoes joining, whatever the separator."""
    labels = {"emea": "Europe, Middle East and Africa", "europe": "Europe", "na": "North America", "other": "Other"}

    assert REGIONS.split(separator.join(labels[code] for code in codes)) == (tuple(codes), "")


@pytest.mark.parametrize(
    ("text", "separator", "codes", "left"),
    [
        (" / Chat, live / Phone", None, ("chat", "phone"), ""),  # Typeform's newer export
        ("Chat, live;Phone;", None, ("chat", "phone"), ""),  # Microsoft Forms
        ("Chat, live, Phone, by pigeon", None, ("chat", "phone"), "by pigeon"),  # Google Forms
        ("chat phone", " ", ("chat", "phone"), ""),  # Kobo
        ("chat phone pigeon", " ", ("chat", "phone"), "pigeon"),
        ("Phone/pigeon", None, (), "phone/pigeon"),
    ],
)
def test_the_sign_between_answers_is_the_tools(text, separator, codes, left):
    """Each tool joins several answers in its own way; a slash inside a word joins nothing."""
    known = [Choice(code="chat", label="Chat, live"), Choice(code="phone", label="Phone")]

    assert Matcher(known).split(text, separator) == (codes, left)

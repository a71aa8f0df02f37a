"""The number parser: the grammar as a table, and the promises that hold for every text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.responses.numbers import RANGE, WITHHELD, parse_number, same_unit

READ = [
    ("1,000", 1000, ""),
    ("1 000", 1000, ""),
    ("1\u00a0000", 1000, ""),
    ("1'000", 1000, ""),
    ("1’000", 1000, ""),
    ("$1,200,000.00", 1_200_000, ""),
    ("USD 2mm", 2_000_000, "scaled"),
    ("5k", 5000, "scaled"),
    ("1.2 bn", 1_200_000_000, "scaled"),
    ("2 million", 2_000_000, "scaled"),
    ("5M USD", 5_000_000, "scaled"),
    ("1.2E+07", 12_000_000, ""),
    ("15%", 15, "percent"),
    ("15 pct", 15, "percent"),
    ("0.15", 0.15, ""),
    ("1.234", 1.234, ""),
    ("~30", 30, "approx"),
    ("about 30", 30, "approx"),
    ("30+", 30, "censored_low"),
    (">100", 100, "censored_low"),
    ("<5", 5, "censored_high"),
    ("(5)", -5, "accounting"),
    ("($1,200)", -1200, "accounting"),
    ("-5", -5, ""),
    ("−5", -5, ""),
    ("40 FTE", 40, "trailing_text"),
    ("12 mo", 12, "trailing_text"),
    ("2.5x", 2.5, "trailing_text"),
    ("90 days", 90, "trailing_text"),
    ("40FTE", 40, "trailing_text"),
    ("5 dollars", 5, ""),
    ("１２，３４５", 12345, ""),
    ("٢٥", 25, ""),
    ("15％", 15, "percent"),
    ("\ufeff5\u200b", 5, ""),
    ("5, mostly remote", 5, "trailing_text"),
    ("more than 100 people", 100, "censored_low trailing_text"),
]
NOT_READ = [
    ("€3M", "other_currency scaled"),
    ("A$5", "other_currency"),
    ("$5 CAD", "other_currency"),
    ("1.000,50", "ambiguous_separator"),
    ("1,5", "ambiguous_separator"),
    ("0,500", "ambiguous_separator"),
    ("10-15", "range"),
    ("10 to 15", "range"),
    ("$5-10M", "range scaled"),
    ("none", "none"),
    ("12/2025", "unparsed"),
    ("1.2.3", "unparsed"),
    ("see notes", "unparsed"),
    ("1,00,000", "unparsed"),
    ("12 34", "unparsed"),
    ("15-10", "unparsed"),
    ("2023-04-01", "unparsed"),
    ("5 in EMEA, 3 in US", "unparsed"),
    ("$5mil", "unparsed"),
    ("5 mil", "other_unit trailing_text"),
    ("5 hundred", "other_unit trailing_text"),
    ("2 crore", "other_unit trailing_text"),
    ("5 Mrd", "other_unit trailing_text"),
    ("5 тыс", "other_unit trailing_text"),
    ("5억", "unparsed"),
    ("5kk", "unparsed"),
    ("5 kEUR", "other_unit trailing_text"),
    ("5kUSD", "unparsed"),
    ("150 bps", "other_unit trailing_text"),
    ("$5k/mo", "other_unit scaled trailing_text"),
    ("5 kr", "other_currency"),
    ("5 euros", "other_currency"),
    ("500)", "unparsed"),
    (">5-10", "unparsed"),
    ("½", "unparsed"),
    ("12²", "unparsed"),
    ("9" * 400, "unparsed"),
]
NO_ANSWER = [
    ("", "not_answered"),
    ("  ", "not_answered"),
    ("-", "not_answered"),
    ("n/a", "not_applicable"),
    ("N/A", "not_applicable"),
    ("unknown", "not_known"),
    ("Don't know", "not_known"),
    ("TBD", "not_known"),
    ("prefer not", "refused"),
    ("Confidential", "refused"),
]


@pytest.mark.parametrize(("text", "value", "flags"), READ)
def test_a_number_is_read_and_its_form_flagged(text, value, flags):
    """What means one number only is that number, and unusual forms are said."""
    parsed = parse_number(text)

    assert parsed.value == pytest.approx(value)
    assert parsed.flags == set(flags.split())
    assert parsed.reason is None


@pytest.mark.parametrize(("text", "flags"), NOT_READ)
def test_what_could_mean_two_things_is_withheld(text, flags):
    """Ambiguous, foreign and unreadable texts give no value, and the flag says why."""
    parsed = parse_number(text)

    assert parsed.value is None
    assert parsed.flags == set(flags.split())


@pytest.mark.parametrize(("text", "reason"), NO_ANSWER)
def test_words_for_no_answer_give_the_reason(text, reason):
    """A word that says why there is no answer is a reason, not an unreadable number."""
    parsed = parse_number(text)

    assert (parsed.value, parsed.reason, parsed.flags) == (None, reason, frozenset())


def test_the_codebook_can_give_a_word_another_reason():
    """The codebook's words come before the usual ones."""
    assert parse_number("TBD", missing={"tbd": "refused"}).reason == "refused"


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [("1,5", ",", 1.5), ("1.000,50", ",", 1000.5), ("1.234", ",", 1234), ("1,000", ",", 1), ("1000", None, 1000)],
)
def test_the_decimal_sign_is_the_codebooks(text, decimal, value):
    """The same text is another number where a comma is the decimal sign."""
    assert parse_number(text, decimal=decimal).value == value


@pytest.mark.parametrize("text", ["1.234", "1,000", "1.5", "1,000.50"])
def test_without_a_decimal_sign_a_separator_is_ambiguous(text):
    """If the codebook does not state the decimal sign, no number with a dot or comma is guessed."""
    assert parse_number(text, decimal=None).flags == {"ambiguous_separator"}


def test_a_range_is_its_middle_only_if_the_codebook_says_so():
    """Ranges are withheld unless the source says midpoint; the ends are kept either way."""
    withheld, middle = parse_number("$5-10M"), parse_number("$5-10M", ranges="midpoint")

    assert (withheld.value, withheld.low, withheld.high) == (None, 5e6, 10e6)
    assert middle.value == 7.5e6 and RANGE in middle.flags


def test_the_questions_own_unit_is_understood_and_another_one_is_not_converted():
    """Months of a question about months are fine, also as m; days are withheld."""
    assert parse_number("12 m", unit="months").value == 12
    for text in ("90 days", "90 days or so", "2 quarters", "90min"):
        assert parse_number(text, unit="months").flags == {"other_unit", "trailing_text"}
    assert parse_number("5 customer success managers", unit="people").value == 5
    assert same_unit("fte", "people") and not same_unit("fte", "months")


def test_the_dollar_is_the_questions_own_dollar():
    """A dollar sign fits any dollar; the code of another dollar does not."""
    assert parse_number("$5", currency="CAD").value == 5
    assert parse_number("USD 5", currency="CAD").value is None
    assert parse_number("$5", currency="EUR").value is None


def test_money_of_another_period_than_a_year_is_withheld():
    """A twelfth of an amount is no less wrong for looking like one; "per year" says what is meant anyway."""
    assert parse_number("$5k per month", unit="usd").value is None
    assert parse_number("5K MRR", unit="usd").value is None
    assert parse_number("$5M/year", unit="usd").value == 5e6
    assert parse_number("5 per month").value == 5


@given(st.text())
def test_any_text_gives_a_finite_number_or_says_why_not(text):
    """The parser never fails, never gives infinity, and never stays silent."""
    parsed = parse_number(text)

    assert parsed.value is not None or parsed.reason is not None or parsed.flags
    assert parsed.value is None or math.isfinite(parsed.value)
    assert not (parsed.value is not None and parsed.flags & set(WITHHELD))


@given(st.text(alphabet="0123456789.,' -+()%$€kmb~<>/to", max_size=12), st.sampled_from([".", ",", None]))
def test_number_like_texts_are_read_the_same_way_twice(text, decimal):
    """Case and surrounding space never change what is read."""
    assert parse_number(text, decimal=decimal) == parse_number(f"  {text.upper()} ", decimal=decimal)


@given(st.integers(-(10**15), 10**15), st.sampled_from([",", " ", "'", ""]))
def test_grouped_whole_numbers_read_back(number, separator):
    """However thousands are set apart, the number is the same."""
    assert parse_number(f"{number:,}".replace(",", separator)).value == number


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.booleans())
def test_decimals_read_back_in_both_conventions(number, comma):
    """A number written in a convention and read in it is the same number."""
    text = f"{number:,.2f}"
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))

    assert parse_number(text, decimal="," if comma else ".").value == pytest.approx(float(number))


@given(st.integers(1, 999), st.sampled_from([("k", 1e3), ("M", 1e6), ("bn", 1e9), (" million", 1e6)]))
def test_a_scale_multiplies(number, scale):
    """A scale word multiplies what stands before it, with or without a currency sign."""
    word, factor = scale

    assert parse_number(f"{number}{word}").value == number * factor
    assert parse_number(f"${number}{word}").value == number * factor


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_range_never_becomes_one_of_its_ends(low, high):
    """Two numbers are never quietly read as one of them."""
    parsed = parse_number(f"{low}-{high}")

    assert parsed.value is None
    assert parsed.flags == ({"range"} if low < high else {"unparsed"})

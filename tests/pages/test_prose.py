import pytest

from pipeline.errors import InputError
from pipeline.pages.prose import bind

PLACE = ("service.ipynb", "cell 4 (Some text)")


@pytest.mark.parametrize(
    "source",
    [
        "At {{ support_owner.overall.all.support }} of companies",
        "{{support_owner.overall.all.n}} companies, the first of them in March 2026",
        "Under $10M ARR and from $10–50M, above $100M",
        "The survey of 2026, and what was asked since 2021",
        "1. first\n2. second",
        "As [the method](https://example.org/2019/page-2) says",
        "Two of three, the second half",
    ],
)
def test_prose_may_hold_bound_figures_bands_and_years(source, book):
    """Bound figures, the edition's own names, edges of bands, years up to the survey's, list markers and links."""
    assert bind(source, book, PLACE)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("At 67% of companies", "'67%'"),
        ("Twelve, that is 12 companies", "'12'"),
        ("About $12M on average", "'$12M'"),
        ("Nearly ½ of them", "'½'"),
        ("In 2027 it will be more", "'2027'"),
        ("Some 2026 companies at 2026%", "'2026%'"),
        ("More than 10M people", "'10M'"),
        ("At {{ support_owner.overall.all.suport }}", "support_owner.overall.all.support"),
        ("At {{ }}", "no figure has the address"),
        ("At {{ support_owner.overall.all.support of companies", "begins with {{ and ends with }}"),
        ("At support_owner.overall.all.support }} of companies", "begins with {{ and ends with }}"),
        ("<script>alert()</script>", "HTML is not allowed"),
    ],
)
def test_a_number_that_is_not_bound_stops_the_build(source, named, book):
    """The message names notebook, cell and numeral, or the nearest addresses."""
    with pytest.raises(InputError) as caught:
        bind(source, book, PLACE)

    assert named in str(caught.value)
    assert "service.ipynb" in str(caught.value)
    assert "cell 4" in str(caught.value)


def test_a_bound_figure_carries_its_address(book):
    """The printed text stands in an element that names the cell; a dollar sign cannot begin a formula."""
    text = bind("At {{ support_owner.overall.all.support }} of those under $10M and \\$10–50M", book, PLACE)

    assert '<span class="bound" data-cell="support_owner.overall.all.support">67%</span>' in text
    assert "$" not in text
    assert text.count("&#36;") == 2


def test_a_withheld_figure_cannot_be_quoted(external_book):
    """What an audience may not see in a table it does not read in a sentence either."""
    with pytest.raises(InputError, match="suppressed for the external audience"):
        bind("It is {{ support_people.arr.lt_10m.median_people }}", external_book, PLACE)

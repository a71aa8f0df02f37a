import warnings

import pytest
from matplotlib.figure import Figure

from pipeline.pages import theme
from pipeline.pages.svg import figure_svg
from pipeline.pages.text_size import text_width
from pipeline.pages.theme import CATEGORIES, COLOURS, HEAT, OTHER, chart_style, heat_bin


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [(COLOURS[name], COLOURS[on]) for name in ("ink", "ink-2", "muted", "primary", "you") for on in ("paper", "wash")]
    + [(COLOURS[name], COLOURS["deep"]) for name in ("on-deep", "on-deep-2", "on-deep-accent")]
    + [(COLOURS["ink"], shade) for _, shade in HEAT]
    + [(category.text, category.fill) for category in (*CATEGORIES, OTHER)]
    + [(category.name, COLOURS["paper"]) for category in (*CATEGORIES, OTHER)],
)
def test_text_stands_out_from_its_ground(text, ground):
    """Text has a contrast of 4.5 to 1, on white, on the deep pages, on each shade and in each segment."""
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("name", ["context", "dot", "axis", "middle-half-line", "primary", "deep"])
def test_marks_that_carry_meaning_stand_out(name):
    """Bars, dots, axes and ticks have a contrast of 3 to 1 on white."""
    assert contrast(COLOURS[name], COLOURS["paper"]) >= 3


@pytest.mark.parametrize(
    ("share", "shade"), [(0, 0), (0.4, 0), (1, 1), (9, 1), (10, 2), (29, 3), (30, 4), (59, 6), (60, 7), (100, 7)]
)
def test_equal_printed_shares_have_equal_shades(share, shade):
    """Shades begin at 1, 10, 20 ... 60 percent; zero and less than one percent stay white."""
    assert heat_bin(share) == shade


def test_style_sheets_use_the_tokens_and_no_address():
    """CSS gets its colours as custom properties, fonts inside the HTML are data, nothing comes from a network."""
    tokens, fonts = theme.css_tokens(), theme.css_fonts(embedded=True)

    assert "--primary:#0F6E7C" in tokens
    assert ".heat-7{background-color:#50AABD}" in tokens
    assert fonts.count("data:font/woff2") == len(theme.FACES)
    assert "http" not in fonts + "".join(theme.css(name) for name in ("page", "paper", "screen"))


def test_fonts_come_with_their_licences():
    """Both families are there as TTF and WOFF2, with the licence text that must travel with them."""
    names = {path.name for path in theme.FONTS.iterdir()}

    assert {f"{stem}.{kind}" for *_, stem in theme.FACES for kind in ("ttf", "woff2")} <= names
    assert {"Inter-LICENSE.txt", "SourceSerif4-LICENSE.txt"} <= names


def test_letters_that_the_font_lacks_stay_text_in_a_chart():
    """Another font draws them where the report is shown; nothing is said on the way, and a kanji takes a square."""
    with warnings.catch_warnings(), chart_style():
        warnings.simplefilter("error")
        figure = Figure()
        figure.text(0, 0, "満足 العربية 👍")
        svg = figure_svg(figure, ident="f", alt="Text")

    assert "満足" in svg and "👍" in svg
    assert text_width("満足", 10) == 20 > text_width("mm", 10)

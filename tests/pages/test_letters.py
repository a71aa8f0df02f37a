"""Letters that cannot be shown are shown as code points."""

import pytest

from pipeline.pages.tailored.letters import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Plain & simple", "Plain & simple"),
        ("Évil\u202egnp.exe", "Évil[U+202E]gnp.exe"),
        ("a\x07b\x00", "a[U+0007]b[U+0000]"),
        ("two\nlines", "two\nlines"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("n\u200dn", "n\u200dn"),
    ],
)
def test_what_hides_itself_is_shown(text, shown):
    """Directions and controls become visible; letters of any script stay, and so do joiners and line ends."""
    assert visible(text) == shown


def test_letters_that_no_font_has_become_code_points():
    """With the letters that there are; punctuation and arrows of the pages stay."""
    assert visible("株 é – → † 😀", frozenset("é")) == "[U+682A] é – → † [U+1F600]"

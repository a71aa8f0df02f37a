"""Names of files made from ids: safe on every system, and no two alike."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.file_names import file_stems


@pytest.mark.parametrize("ident", ["C001", "R_b0oNj5Q9HfzhHQRFg", "a-b", "7"])
def test_a_plain_id_is_its_own_name(ident):
    """Whoever looks for C001.pdf finds it."""
    assert file_stems([ident]) == {ident: ident}


@pytest.mark.parametrize(
    "ident",
    ["../../etc/passwd", "C:\\x", "con", "LPT1", "a.", "a b", "", "..", "x" * 300, "\u202egnp", "😀", "=1+1", "-rf",
     "a/b", 'q"uote', "nul.txt", "index"],
)  # fmt: skip
def test_any_other_id_gets_a_safe_name(ident):
    """No separator, no reserved name, no dot or space, and short enough with what is added to it."""
    stem = file_stems([ident])[ident]

    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", stem)
    assert stem.casefold() not in {"con", "lpt1", "nul", "index"}


def test_ids_that_differ_by_capitals_only_get_names_that_differ():
    """On many systems Abc.pdf and abc.pdf are one file."""
    stems = file_stems(["Abc", "abc", "abd"])

    assert len({stem.casefold() for stem in stems.values()}) == 3
    assert stems["abd"] == "abd"


@given(st.lists(st.text(max_size=80), unique=True, max_size=12))
def test_no_two_ids_share_a_name(ids):
    """Whatever the ids are, names are safe and differ even where capitals do not count."""
    stems = file_stems(ids)

    assert len({stem.casefold() for stem in stems.values()}) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", stem) for stem in stems.values())

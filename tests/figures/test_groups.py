"""Respondents in groups tell the same as one by one: how many they are, who owns them, what lies in what."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figures.disclosure.facts import YES_NO, Family
from pipeline.figures.disclosure.groups import Owners, grouped

OWNERS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=10)


@given(OWNERS, st.lists(st.sets(st.integers(0, 9)), max_size=60), st.randoms())
def test_sets_of_groups_are_sets_of_respondents(owners, sets, random):
    """Sizes, owners, differences and what is a part of what; also of more sets than are numbered at once."""
    names = [f"r{i}" for i in range(len(owners))]
    random.shuffle(names)
    of = dict(zip(names, owners, strict=True))
    sets = [{i for i in members if i < len(names)} for members in sets]
    groups, found = grouped([np.isin(np.arange(len(names)), list(members)) for members in sets], Owners(of))
    family = Family(YES_NO, False, False, False, groups)

    for members, one in zip(sets, found, strict=True):
        assert family.size(one) == len(members)
        assert family.contributors(one) == len({owners[i] for i in members})
        for others, other in zip(sets, found, strict=True):
            assert (one <= other) == (members <= others)
            assert family.contributors(one - other) == len({owners[i] for i in members - others})
    assert sum(group.size for group in groups.values()) == len(names)
    assert list(groups) == sorted(groups) and set(groups) <= set(names)


@given(OWNERS, st.sets(st.integers(0, 9)))
def test_owners_are_counted_at_positions(owners, positions):
    """Each once, however many respondents it has."""
    positions = np.array([i for i in sorted(positions) if i < len(owners)], dtype="int64")
    of = {f"r{i}": owner for i, owner in enumerate(owners)}

    assert Owners(of).count(positions) == len({owners[i] for i in positions})

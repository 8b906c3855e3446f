"""An attacker with every number that is shown, exactly and not rounded, finds no small group."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.disclosure.rules import FEWEST_FOR_MEAN
from node.survey_results.disclosure import (
    K,
    may_show_mean,
    may_show_share,
    visible_cells,
    visible_groups,
)

counts_ = st.lists(st.one_of(st.integers(0, 14), st.integers(0, 90)), min_size=1, max_size=6)
scores_ = st.dictionaries(st.integers(0, 6), st.integers(0, 20), max_size=7).map(Counter)
hits_ = st.builds(
    lambda yes, no: Counter({True: yes, False: no}),
    st.one_of(st.integers(0, 14), st.integers(0, 60)),
    st.one_of(st.integers(0, 14), st.integers(0, 60)),
)


def derivable(shown):
    """Each set of cells whose sum anybody can reckon from the shown ones and the total."""
    known = [at for at, seen in enumerate(shown) if seen]
    everything = set(range(len(shown)))
    for size in range(len(known) + 1):
        for chosen in combinations(known, size):
            yield set(chosen)
            yield everything - set(chosen)


@given(counts_, st.integers(0, 6))
def test_no_sum_that_can_be_reckoned_is_of_fewer_than_ten(counts, cut):
    shown = visible_cells(counts, [at >= cut for at in range(len(counts))])
    if not any(shown):
        return  # nothing but the total is known
    for cells in derivable(shown):
        people = sum(counts[at] for at in cells)
        assert not cells or people >= K, (counts, shown, cells)
        assert cells == set(range(len(counts))) or sum(counts) - people >= K


@given(counts_, st.integers(0, 6))
def test_every_hidden_cell_could_be_at_least_two_numbers(counts, cut):
    """By bounds on whole numbers: what is hidden stays unsure by ten."""
    shown = visible_cells(counts, [at >= cut for at in range(len(counts))])
    hidden = [at for at, seen in enumerate(shown) if not seen]
    if not any(shown) or not hidden:
        return
    left = sum(counts[at] for at in hidden)
    assert len(hidden) >= 2
    assert left >= K  # each of them may be anything from nought to this


@given(st.lists(scores_, min_size=1, max_size=4), scores_)
def test_no_mean_of_a_small_or_uniform_group_can_be_reckoned(groups, silent):
    shown = visible_groups(groups, silent, may_show_mean)
    hidden = sum((group for group, seen in zip(groups, shown, strict=True) if not seen), silent)
    for group, seen in zip(groups, shown, strict=True):
        assert not seen or group.total() >= FEWEST_FOR_MEAN
    if any(shown) and hidden.total():
        assert hidden.total() >= FEWEST_FOR_MEAN
        assert hidden.total() - max(hidden.values()) >= K


@given(st.lists(hits_, min_size=1, max_size=4), hits_)
def test_no_share_of_a_small_group_or_complement_can_be_reckoned(groups, silent):
    shown = visible_groups(groups, silent, may_show_share)
    for chosen in derivable(shown):
        if not any(shown) or not chosen:
            continue
        left_out = set(range(len(groups))) - chosen
        known = sum((groups[at] for at in chosen), Counter())
        if any(not shown[at] for at in chosen):
            known = known + silent  # who did not say cannot be told from the hidden
        if known.total():
            assert known[True] >= K, (groups, shown, chosen, left_out)
            assert known[False] >= K


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([60, 30, 12], [True, True, True]),
        ([60, 30, 4], [True, False, False]),  # the second smallest guards the smallest
        ([60, 30, 0], [True, False, False]),  # “nobody” tells something about everybody
        ([60, 4, 7], [True, False, False]),  # together eleven
        ([60, 4, 3], [False, False, False]),  # together seven; and then nothing is left
        ([100, 0], [False, False]),
        ([9, 9], [False, False]),
        ([10, 10], [True, True]),
        ([], []),
    ],
)
def test_examples_of_cells(counts, shown):
    assert visible_cells(counts) == shown


def test_classes_on_one_side_of_the_cut_are_hidden_together():
    """Of 48 not lonely, nobody somewhat and 84 strongly: that 48 are not lonely can be told."""
    assert visible_cells([48, 0, 84], [False, True, True]) == [True, False, False]
    assert visible_cells([48, 0, 84]) == [False, False, True]


def test_a_few_who_do_not_say_their_age_take_the_smallest_group_along():
    groups = [Counter({0: 20, 3: 20}), Counter({0: 25, 3: 25}), Counter({0: 16, 3: 16})]
    assert visible_groups(groups, Counter(), may_show_mean) == [True, True, True]
    assert visible_groups(groups, Counter({6: 3}), may_show_mean) == [True, True, False]


def test_a_mean_of_thirty_who_all_say_the_same_is_not_shown():
    assert not may_show_mean(Counter({0: 40}))
    assert not may_show_mean(Counter({0: 40, 1: 9}))
    assert may_show_mean(Counter({0: 40, 1: 10}))
    assert not may_show_mean(Counter({0: 19, 1: 10}))
    assert not may_show_mean(Counter())

"""Thresholds, groups, and rounding that no two dates undo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.disclosure.rules import (
    ACTIVITY,
    SENSITIVE,
    Reason,
    bin_of,
    few,
    mean,
    of_group,
)

COUNT = st.integers(0, 400)
EACH = st.sampled_from((ACTIVITY, SENSITIVE))


def share(persons, group, rule):
    """Per cent of a known group as it is shown; None where it is not."""
    return None if of_group(persons, group, rule) else bin_of(persons, rule, group).share(group)


def as_shown(count, rule, group=None):
    """What everybody reads of a count: nothing, or its bin."""
    hidden = few(count, rule) if group is None else of_group(count, group, rule)
    return None if hidden else bin_of(count, rule, group)


def could_be(shown, rule, group=None):
    """All counts that look like this, found by trying."""
    return [count for count in range((group or 450) + 1) if as_shown(count, rule, group) == shown]


@pytest.mark.parametrize(("rule", "least"), [(ACTIVITY, 5), (SENSITIVE, 10)])
def test_fewer_than_the_threshold_is_hidden_and_nobody_is_hidden_like_one(rule, least):
    assert [count for count in range(30) if few(count, rule)] == list(range(least))


@given(COUNT, COUNT, EACH)
def test_two_dates_never_tell_of_a_change_smaller_than_the_threshold(before, after, rule):
    shown = [as_shown(count, rule) for count in (before, after)]
    first, then = (could_be(each, rule) for each in shown)
    changes = {abs(b - a) for a in first for b in then}
    assert 0 in changes or max(changes) >= rule.least
    if before != after and abs(before - after) < rule.least:
        assert len(changes) >= rule.least, "how small the change was, nobody can tell"


@given(COUNT, st.integers(1, 400), EACH)
def test_a_share_is_shown_only_when_enough_did_and_enough_did_not(persons, group, rule):
    persons = min(persons, group)
    enough = persons >= rule.least and group - persons >= rule.least
    told = share(persons, group, rule) is not None
    assert told == (of_group(persons, group, rule) is None)
    assert told == enough or group < 3 * rule.least, "in a very small group it is never told"
    assert enough or not told


@given(st.integers(0, 120), st.data(), EACH)
def test_of_a_known_group_nobody_tells_how_many_it_were_nor_how_small_a_change_was(group, data, rule):
    before, after = (data.draw(st.integers(0, group)) for _date in range(2))
    first, then = (could_be(as_shown(count, rule, group), rule, group) for count in (before, after))
    assert len(first) >= min((rule.step + 1) // 2, group + 1)
    changes = {abs(b - a) for a in first for b in then}
    assert 0 in changes or max(changes) >= rule.least
    shown = as_shown(before, rule, group)
    assert shown is None or (shown.low, shown.high) == (min(first), max(first))


@given(st.integers(20, 400), st.data())
def test_a_share_tells_no_more_than_the_rounded_count_beside_it(group, data):
    persons = data.draw(st.integers(0, group))
    alike = could_be(as_shown(persons, SENSITIVE, group), SENSITIVE, group)
    assert len({share(each, group, SENSITIVE) for each in alike}) == 1


def test_everybody_and_nobody_are_hidden():
    assert of_group(40, 40, SENSITIVE) == Reason.ALL
    assert of_group(33, 40, SENSITIVE) == Reason.ALL
    assert of_group(0, 40, SENSITIVE) == Reason.FEW
    assert share(20, 40, SENSITIVE) == 49


def test_a_mean_needs_thirty_people_and_has_one_decimal():
    assert mean(60, 29) is None
    assert mean(76, 30) == 2.5
    assert mean(100, 30) == 3.3

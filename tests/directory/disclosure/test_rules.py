"""Thresholds, groups, amounts, and rounding that no two dates undo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.disclosure.rules import (
    ACTIVITY,
    RULES,
    SENSITIVE,
    Amount,
    Reason,
    few,
    mean,
    of_amount,
    of_group,
    rounded,
    rounded_amount,
    share,
)

COUNT = st.integers(0, 400)
EACH = st.sampled_from(sorted(RULES.values(), key=lambda rule: rule.code))


def could_be(shown, rule):
    """All counts that look like this."""
    if shown is None:
        return range(rule.least)
    return [count for count in range(rule.least, 450) if rounded(count, rule) == shown]


def as_shown(count, rule):
    return None if few(count, rule) else rounded(count, rule)


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
    assert (share(persons, group, rule) is not None) == enough
    assert (of_group(persons, group, rule) is None) == enough


@given(st.integers(20, 400), st.data())
def test_a_share_tells_no_more_than_the_rounded_count_beside_it(group, data):
    persons = data.draw(st.integers(10, group - 10))
    alike = could_be(rounded(persons, SENSITIVE), SENSITIVE)
    shares = {share(each, group, SENSITIVE) for each in alike if each <= group - 10}
    assert len(shares) == 1


def test_everybody_and_nobody_are_hidden():
    assert of_group(40, 40, SENSITIVE) == Reason.ALL
    assert of_group(33, 40, SENSITIVE) == Reason.ALL
    assert of_group(0, 40, SENSITIVE) == Reason.FEW
    assert share(20, 40, SENSITIVE) == 50


def test_an_amount_of_mostly_one_person_is_hidden_and_so_is_one_of_which_that_is_not_known():
    assert of_amount(Amount(100, 12, 51), ACTIVITY) == Reason.ONE
    assert of_amount(Amount(100, 12, 50), ACTIVITY) is None
    assert of_amount(Amount(100, 12, None), ACTIVITY) == Reason.ONE
    assert of_amount(Amount(100, 4, 30), ACTIVITY) == Reason.FEW
    assert rounded_amount(1_234) == 1_230


def test_a_mean_needs_thirty_people_and_has_one_decimal():
    assert mean(60, 29) is None
    assert mean(76, 30) == 2.5
    assert mean(100, 30) == 3.3

"""What is odd about a number beside those before it."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.quarters.outliers import LEAST_TIMES, looks_like_a_digit, unusual, very_different

COUNTS = st.lists(st.integers(0, 5_000), min_size=LEAST_TIMES, max_size=12)


def test_a_number_as_always_is_not_odd():
    assert unusual(41, [38, 40, 43, 45]) is None
    assert unusual(523, [520, 520, 520, 520]) is None, "an even history does not make each step odd"


def test_far_more_and_far_fewer_are_told_with_what_is_usual():
    found = unusual(140, [38, 40, 43, 45, 41])
    assert (found.is_high, found.typical, found.low, found.high, found.times) == (True, 41, 38, 45, 5)
    assert unusual(4, [38, 40, 43, 45, 41]).is_high is False


def test_one_odd_quarter_in_the_past_hides_nothing():
    assert unusual(140, [38, 40, 900, 45, 41]) is not None
    assert unusual(42, [38, 40, 900, 45, 41]) is None


@pytest.mark.parametrize("earlier", [[], [40], [40, 41, 39]])
def test_too_short_a_history_says_nothing(earlier):
    assert unusual(4_000, earlier) is None


def test_a_digit_too_many_or_too_few():
    assert looks_like_a_digit(5_200, [510, 520])
    assert looks_like_a_digit(52, [510, 520])
    assert not looks_like_a_digit(1_040, [520])
    assert not looks_like_a_digit(10, [1]), "one becoming ten happens"
    assert not looks_like_a_digit(0, [520])
    assert not looks_like_a_digit(5, [])


def test_with_few_quarters_only_a_very_large_step_is_told():
    assert very_different(130, [40])
    assert very_different(0, [40])
    assert not very_different(60, [40])
    assert not very_different(3, [1]), "small numbers jump"
    assert not very_different(400, [40] * LEAST_TIMES), "then there is enough to know what is usual"


@given(earlier=COUNTS, value=st.integers(0, 50_000))
def test_it_is_the_stated_rule_and_knows_no_order(earlier, value):
    typical = middle(earlier)
    mad = middle(abs(each - typical) for each in earlier)
    far = abs(value - typical) > 3.5 * max(1.4826 * float(mad), math.sqrt(typical), 1)
    assert (unusual(value, earlier) is not None) == far
    assert unusual(value, sorted(earlier)) == unusual(value, earlier)
    assert unusual(statistics.median(earlier), earlier) is None


def middle(numbers):
    """The median by the book, exactly."""
    ordered = sorted(map(Fraction, numbers))
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2

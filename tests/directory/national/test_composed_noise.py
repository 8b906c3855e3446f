"""The reach of several noises together, against adding up every possibility."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.national.composed_noise import CONFIDENCE, error_bar, variance
from directory.national.estimating import student


def chances(epsilon, sensitivity):
    """Of each noise, as far as it matters."""
    alpha = math.exp(-epsilon / sensitivity)
    reach = math.ceil(16 / (epsilon / sensitivity))
    return {k: (1 - alpha) / (1 + alpha) * alpha ** abs(k) for k in range(-reach, reach + 1)}


def added(first, second):
    together = Counter()
    for one, chance in first.items():
        for other, another in second.items():
            together[one + other] += chance * another
    return together


def smallest_reach(together):
    covered, reach = together[0], 0
    while covered < CONFIDENCE:
        reach += 1
        covered += together[reach] + together[-reach]
    return reach


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([1, 2, 3])), min_size=1, max_size=3)
)
def test_the_reach_is_exact_for_any_mix(costs):
    together = {0: 1.0}
    for cost in costs:
        together = added(together, chances(*cost))
    assert error_bar(costs) == smallest_reach(Counter(together))


@pytest.mark.parametrize(
    ("cost", "number", "reach"),
    [((0.25, 1), 1, 12), ((1.0, 1), 1, 3), ((1.0, 1), 2000, 119), ((1.0, 250), 1, 749)],
)
def test_the_reach_is_what_opendp_and_the_handbook_say(cost, number, reach):
    assert error_bar([cost] * number) == reach


def test_many_noises_are_as_a_normal_one():
    for cost, number in (((0.25, 1), 2000), ((1.0, 250), 2000), ((0.5, 15_000), 300)):
        normal = 1.959964 * math.sqrt(number * variance(*cost))
        assert math.isclose(error_bar([cost] * number), normal, rel_tol=0.005)


def test_wide_noise_on_a_coarse_grid_errs_to_the_safe_side():
    """One Laplace noise of scale b reaches b·ln 20; two of them what their own distribution says."""
    scale = 15_000
    assert error_bar([(1.0, scale)]) == pytest.approx(scale * math.log(20), rel=0.003)
    assert error_bar([(1.0, scale)]) >= math.floor(scale * math.log(20))

    def within(reach):  # of the sum of two: 1 - (2 + x) / 2 · e^-x, x = reach / scale
        return 1 - (2 + reach / scale) / 2 * math.exp(-reach / scale)

    assert CONFIDENCE <= within(error_bar([(1.0, scale)] * 2)) <= CONFIDENCE + 0.001


def test_nothing_released_is_not_uncertain():
    assert error_bar([]) == 0


@pytest.mark.parametrize(
    ("freedom", "point"), [(4, 2.776), (9, 2.262), (30, 2.042), (120, 1.980), (10**6, 1.960)]
)
def test_students_t_is_that_of_the_tables(freedom, point):
    assert student(freedom) == pytest.approx(point, rel=0.003)

"""Two thousand villages, many times: are national sums near the truth, and do error bars say how near?"""

from __future__ import annotations

import math
from statistics import fmean

import pytest

from directory.national.estimating import estimated_sum, reported_sum
from tests.directory.national.countries import laplace, make_country

VILLAGES = 2000


def suppress_and_round(values, least=5):
    """The naïve dashboard: hides what is small and rounds the rest to fives."""
    return sum(5 * round(value / 5) for value in values if value >= least)


@pytest.mark.parametrize(("epsilon", "mean", "most"), [(1.0, 8, 0.01), (1.0, 20, 0.004), (0.25, 40, 0.01)])
def test_a_national_sum_is_within_one_per_cent_of_the_truth(epsilon, mean, most):
    country = make_country(1, VILLAGES, mean)
    noises = [sum(laplace(country.random, epsilon) for _ in range(VILLAGES)) for _ in range(60)]
    near = sum(abs(noise) / country.total <= most for noise in noises)
    assert near >= 57
    stated = reported_sum(country.release(epsilon).values()).error_bar / country.total
    assert stated <= most


def test_the_error_bar_of_a_full_sum_covers_the_truth_in_95_of_100_runs():
    country = make_country(2, VILLAGES, 8)
    runs, bar = 800, reported_sum(country.release(0.5).values()).error_bar
    noises = (sum(laplace(country.random, 0.5) for _ in country.communities) for _ in range(runs))
    assert 0.93 <= sum(abs(noise) <= bar for noise in noises) / runs <= 0.97


@pytest.mark.parametrize(
    ("villages", "share", "mean", "runs"), [(VILLAGES, 0.6, 8, 200), (600, 0.5, 40, 400), (60, 0.5, 20, 400)]
)
def test_the_error_bar_covers_the_truth_when_some_are_silent(villages, share, mean, runs):
    """Silence goes with size here: small villages tell half as often, which the size classes mend."""
    country = make_country(3, villages, mean)
    small = {"1-9", "10-24", "25-49"}

    def tells(each):
        return country.random.random() < share * (0.6 if each.members_band in small else 1.2)

    found = [estimated_sum(country.communities, country.release(0.25, tells)) for _ in range(runs)]
    covered = sum(abs(one.value - country.total) <= one.error_bar for one in found) / runs
    width = fmean(one.error_bar for one in found) / country.total
    print(f"{villages} villages, {share:.0%} tell: covered {covered:.1%}, ± {width:.1%}")
    assert 0.93 <= covered <= 0.97
    assert abs(fmean(one.value for one in found) - country.total) < 0.05 * country.total


def test_against_hiding_and_rounding():
    """The table of docs/figures.md: per mean, how far off the two ways are."""
    print("\nmean  hidden and rounded  with noise, ε = 1  with noise, ε = 0.25")
    for mean in (3, 8, 20, 50):
        country = make_country(4, VILLAGES, mean)
        naive = abs(suppress_and_round(country.truth.values()) - country.total) / country.total
        strict = abs(suppress_and_round(country.truth.values(), 10) - country.total) / country.total
        bars = [reported_sum(country.release(e).values()).error_bar / country.total for e in (1.0, 0.25)]
        print(f"{mean:4}  {naive:7.1%} (k = 5) {strict:7.1%} (k = 10)  ± {bars[0]:.2%}  ± {bars[1]:.2%}")
        if mean <= 8:
            assert naive > 3 * bars[0]
            assert strict > 10 * bars[0]


def test_the_noise_that_is_drawn_is_the_noise_that_is_reckoned_with():
    """OpenDP's draws against the formula, by chi-squared."""
    import opendp.prelude as dp

    dp.enable_features("contrib")
    draw = dp.m.make_laplace(dp.atom_domain(T=int), dp.absolute_distance(T=int), scale=2.0)
    number, alpha = 4000, math.exp(-0.5)
    found = [draw(0) for _ in range(number)]
    classes = [*((k,) for k in range(-5, 6)), range(6, 10**6), range(-(10**6), -5)]
    chance = [(1 - alpha) / (1 + alpha) * alpha ** abs(k[0]) for k in classes[:11]]
    chance += [alpha**6 / (1 + alpha)] * 2
    assert math.isclose(sum(chance), 1)
    seen = [sum(value in one for value in found) for one in classes]
    chi = sum((count - number * p) ** 2 / (number * p) for count, p in zip(seen, chance, strict=True))
    assert chi < 39.1, "beyond the 99.99 % point at 12 degrees of freedom"

"""An attacker who has every release of two years and all data but one person's: what can it learn?

Truth and chance are reckoned here by the formula of the discrete Laplace alone, not by our code; draws come
from the mechanism that releases use.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date

import pytest

from directory.national.estimating import reported_sum
from directory.national.replica_parts import gather_from_replica
from node.outcomes import service
from node.outcomes.models import PrivacyBudget
from node.outcomes.noise import Noisy, mechanism
from schemas.errors import Conflict
from schemas.indicators import NATIONAL, YEARLY_BUDGET

TODAY = date(2026, 1, 15)
SLACK = 1e-9


def chance(noise, epsilon, sensitivity=1):
    """Of exactly this noise."""
    alpha = math.exp(-epsilon / sensitivity)
    return (1 - alpha) / (1 + alpha) * alpha ** abs(noise)


def draw_here(value, *, sensitivity, epsilon):
    """The real mechanism, in this process."""
    return Noisy(mechanism(sensitivity, epsilon)(value), 12)


def release_everything(village, raw):
    """Release each figure of two years that the budget allows; what was released, by year."""
    sent = {2024: [], 2025: []}
    for year, quarter in ((year, quarter) for year in sent for quarter in range(1, 5)):
        for code in NATIONAL:
            data = {"indicator": code, "period": f"{year}-{quarter}", "value": raw[year, quarter, code]}
            try:
                with village.session.begin_nested():
                    measured = service.prepare(village.session, data, prepared_by=1, today=TODAY)
                    service.approve(
                        village.session, village.settings, measured, approved_by=2, noise=draw_here
                    )
            except (Conflict, service.InvalidInput):
                continue
            sent[year].append((measured.release, raw[year, quarter, code]))
    return sent


def raw_of(chance_):
    return {
        (year, quarter, code): chance_.randint(3, 60)
        for year in (2024, 2025)
        for quarter in range(1, 5)
        for code in NATIONAL
    }


def test_all_releases_of_two_years_tell_no_more_of_a_person_than_the_ledger(village):
    sent = release_everything(village, raw_of(random.Random(7)))
    for year, releases in sent.items():
        ledger = village.session.get(PrivacyBudget, year).spent
        assert len(releases) >= 6
        assert math.isclose(ledger, sum(release.epsilon for release, _raw in releases))
        assert ledger <= YEARLY_BUDGET + SLACK
        # the person took part in everything that was counted: the worst that can be
        ratio = sum(
            math.log(
                chance(release.value - raw, release.epsilon, release.sensitivity)
                / chance(release.value - (raw - release.sensitivity), release.epsilon, release.sensitivity)
            )
            for release, raw in releases
        )
        assert abs(ratio) <= ledger + SLACK
        for release, _raw in releases:
            stated = math.ceil(math.exp(release.epsilon) * 100) / 100
            assert f"{stated:.2f} keer".replace(".", ",") in release.guarantee


def test_what_is_on_the_wire_is_all_that_was_drawn_and_drawn_once(village):
    releases = [
        each for year in release_everything(village, raw_of(random.Random(8))).values() for each in year
    ]
    values = sorted(release.value for release, _raw in releases)
    assert sorted(sent["object"]["figures"][0]["value"] for sent in village.sent()) == values
    for (
        release,
        _raw,
    ) in releases:  # asked again, by anybody: the identical release, nothing spent, nothing sent
        before = village.session.get(PrivacyBudget, release.measurement.year).spent
        again = service.approve(village.session, village.settings, release.measurement, approved_by=3)
        assert again is release
        assert village.session.get(PrivacyBudget, release.measurement.year).spent == before
    assert len(village.sent()) == len(releases)


def best_guess(with_person, without, epsilon):
    """How far the best threshold rule goes beyond what ε allows; above 0 more is told than stated."""
    number, allowed = len(with_person), math.exp(epsilon)
    first, second = Counter(with_person), Counter(without)
    beyond = 0.0
    for one, other in ((first, second), (second, first)):
        for order in (sorted, lambda values: sorted(values, reverse=True)):
            hit = false = 0
            for value in order({*one, *other}):
                hit, false = hit + one[value], false + other[value]
                beyond = max(beyond, hit / number - allowed * false / number)
    return beyond


@pytest.mark.parametrize("epsilon", [0.25, 1.0])
def test_no_rule_tells_two_worlds_apart_better_than_stated(epsilon):
    """By draws of the real mechanism: one quarter alone, a difference of two, and a sum of four."""
    number, draw = 3000, mechanism(1, epsilon)
    off = 4 * math.sqrt((1 + math.exp(2 * epsilon)) / (4 * number))  # four standard deviations

    def draws(*raws):
        return [[draw(raw) for raw in raws] for _ in range(number)]

    alone = [row[0] for row in draws(10)], [row[0] for row in draws(9)]
    assert best_guess(*alone, epsilon) <= off
    came = [row[1] - row[0] for row in draws(9, 10)]
    stayed_away = [row[1] - row[0] for row in draws(9, 9)]
    assert best_guess(came, stayed_away, epsilon) <= off * math.sqrt(2)
    weak = [value // 2 for value in alone[0]], [value // 2 for value in alone[1]]
    assert best_guess(*weak, epsilon) <= off, "what is made of a release tells no more"


def test_the_attack_would_see_too_little_noise():
    """The test of the test: half the noise that is stated, and a rounding dashboard, are found out."""
    number, draw = 3000, mechanism(1, 2.0)
    found = best_guess([draw(10) for _ in range(number)], [draw(9) for _ in range(number)], 1.0)
    assert found > 4 * math.sqrt((1 + math.exp(2.0)) / (4 * number))
    assert best_guess([5 * round(8 / 5)] * 100, [5 * round(7 / 5)] * 100, 1.0) == 1.0


def test_the_difference_of_two_quarters_costs_exactly_the_quarter_in_which_a_person_came():
    """Exactly, by adding up all draws: the likelihood ratio of a difference is that of one release."""
    epsilon, reach = 0.25, 120
    noise = {k: chance(k, epsilon) for k in range(-reach, reach + 1)}

    def difference(then, present):
        found = Counter()
        for one, first in noise.items():
            for other, second in noise.items():
                found[present + one - then - other] += first * second
        return found

    came, stayed_away = difference(9, 10), difference(9, 9)
    worst = max(abs(math.log(came[k] / stayed_away[k])) for k in range(-60, 61))
    assert worst <= epsilon + 1e-3


def test_a_national_sum_less_all_others_is_the_release_of_one_village_and_no_more(village, neighbour):
    release_everything(village, raw_of(random.Random(9)))
    before = gather_from_replica(neighbour.session).figures
    release_everything(neighbour, raw_of(random.Random(10)))
    for sent in village.sent():
        neighbour.hears(village, sent)
    after = gather_from_replica(neighbour.session).figures
    assert before == {}
    for told in after.values():
        others = [each for owner, each in told.items() if owner != village.cooperative.actor_uri]
        own = told.get(village.cooperative.actor_uri)
        if own is not None:
            left = reported_sum(told.values()).value - reported_sum(others).value
            assert left == own.value

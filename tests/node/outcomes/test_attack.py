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
from node.outcomes import corrections, service
from node.outcomes.budget import ledger_of
from node.outcomes.noise import Noisy, mechanism
from schemas.errors import Conflict
from schemas.indicators import WELLBEING_BUDGET, YEARLY_BUDGET
from schemas.survey_indicators import CATALOGUE

TODAY = date(2026, 4, 15)
SLACK = 1e-9


def chance(noise, epsilon, sensitivity=1):
    """Of exactly this noise."""
    alpha = math.exp(-epsilon / sensitivity)
    return (1 - alpha) / (1 + alpha) * alpha ** abs(noise)


def draw_here(value, *, sensitivity, epsilon):
    """The real mechanism, in this process."""
    return Noisy(mechanism(sensitivity, epsilon)(value), 12)


PERIODS = {
    "quarter": [f"{{}}-{number}" for number in range(1, 5)],
    "survey": ["{0}-03-01/{0}-04-15"],
    "year": ["{}"],
}
ANSWERED = 120


def release_everything(village, chance_):
    """Release and correct each figure of two years that the budget allows; what was released, by year."""
    sent = {2024: [], 2025: []}
    for year, spent in sent.items():
        for indicator in sorted(CATALOGUE.values(), key=lambda _: chance_.random()):
            for period in PERIODS[indicator.counted]:
                first = release_one(village, indicator, period.format(year), chance_)
                again = first and correct_one(village, first, chance_)
                spent += [each for each in (first, again) if each]
    return sent


def raw_of(indicator, chance_):
    """A number that can be, in which one person may be everything or nothing."""
    room = indicator.bound if indicator.aggregate == "sum" else 1
    return chance_.randint(indicator.lowest * ANSWERED + room, indicator.highest * ANSWERED - room)


def release_one(village, indicator, period, chance_):
    """One release; nothing when it is refused."""
    data = {"indicator": indicator.code, "period": period, "value": raw_of(indicator, chance_)}
    if indicator.takes_denominator == "required":
        data["denominator"] = ANSWERED
    with village.session.begin_nested():
        measured = service.prepare(village.session, data, prepared_by=1, today=TODAY)
    return approve(village, measured)


def correct_one(village, release, chance_):
    """A correction of it; nothing when it is refused."""
    before = release.measurement
    data = {"value": before.raw_value + chance_.choice((-1, 1)), "denominator": before.denominator}
    correction = corrections.correct(village.session, before, {**data, "reason": "late"}, prepared_by=1)
    released = approve(village, correction)
    if released is None:
        corrections.withdraw(village.session, correction)
    return released


def approve(village, measured):
    """The release, or nothing when the budget is spent."""
    try:
        with village.session.begin_nested():
            return service.approve(
                village.session, village.settings, measured, approved_by=2, noise=draw_here
            )
    except Conflict:
        return None


def log_ratio(release):
    """Of this release with the person, against without, who mattered as much in it as a person can."""
    off = release.value - release.measurement.raw_value
    with_person = chance(off, release.epsilon, release.sensitivity)
    return math.log(with_person / chance(off + release.sensitivity, release.epsilon, release.sensitivity))


@pytest.mark.parametrize("seed", [7, 11])
def test_all_releases_of_two_years_tell_no_more_of_a_person_than_the_ledger(village, seed):
    """Counts, shares, means, years and corrections, until nothing more is allowed."""
    limits = {"taking_part": YEARLY_BUDGET, "wellbeing": WELLBEING_BUDGET}
    for year, releases in release_everything(village, random.Random(seed)).items():
        assert any(release.measurement.edition > 1 for release in releases)
        for purse in ledger_of(village.session, year).purses:
            of_topic = [each for each in releases if each.measurement.definition.topic == purse.topic]
            assert of_topic
            assert math.isclose(purse.spent, sum(release.epsilon for release in of_topic))
            assert purse.spent <= limits[purse.topic] + SLACK
            assert abs(sum(log_ratio(release) for release in of_topic)) <= purse.spent + SLACK
        # the person took part in everything and answered everything: the worst that can be
        assert abs(sum(log_ratio(release) for release in releases)) <= sum(limits.values()) + SLACK
        for release in releases:
            stated = math.ceil(math.exp(release.epsilon) * 100) / 100
            assert f"{stated:.2f} keer".replace(".", ",") in release.guarantee


def test_what_is_on_the_wire_is_all_that_was_drawn_and_drawn_once(village):
    years = release_everything(village, random.Random(8))
    releases = [each for year in years.values() for each in year]
    values = sorted(release.value for release in releases)
    assert sorted(sent["object"]["figures"][0]["value"] for sent in village.sent()) == values
    for release in releases:  # asked again, by anybody: the identical release, nothing spent, nothing sent
        before = [purse.spent for purse in ledger_of(village.session, release.measurement.year).purses]
        again = service.approve(village.session, village.settings, release.measurement, approved_by=3)
        assert again is release
        after = [purse.spent for purse in ledger_of(village.session, release.measurement.year).purses]
        assert after == before
    assert len(village.sent()) == len(releases)


def test_a_figure_and_its_correction_beside_each_other_tell_what_both_cost_and_no_more(village):
    """Exactly: whatever the two numbers are, and whatever is made of them, their difference too."""
    epsilon, reach = 0.25, 100
    noise = {k: chance(k, epsilon) for k in range(-reach, reach + 1)}

    def pairs(first, second):
        return {
            (first + one, second + other): p * q for one, p in noise.items() for other, q in noise.items()
        }

    # with the person both counts are one higher: forgotten at first or not, that is the worst
    here, gone = pairs(10, 12), pairs(9, 11)
    both = [math.log(here[key] / gone[key]) for key in here.keys() & gone.keys()]
    assert max(map(abs, both)) <= 2 * epsilon + SLACK
    difference = Counter(), Counter()
    for world, found in zip((pairs(9, 10), pairs(9, 9)), difference, strict=True):
        for (first, second), p in world.items():
            found[second - first] += p
    added = [math.log(difference[0][k] / difference[1][k]) for k in range(-60, 61)]
    assert max(map(abs, added)) <= epsilon + 1e-3, "who was forgotten first stands in one release only"
    first = release_one(village, CATALOGUE["nl:diners"], "2025-1", random.Random(1))
    assert correct_one(village, first, random.Random(1)) is not None
    assert ledger_of(village.session, 2025).purses[0].spent == 2 * epsilon


def test_a_mean_hides_an_answer_at_the_end_of_the_scale():
    """By draws: one person who gives 0 instead of 10, in a village of which all other answers are known."""
    number, epsilon = 3000, 0.5
    draw, off = mechanism(10, epsilon), 4 * math.sqrt((1 + math.exp(2 * epsilon)) / (4 * number))
    with_ten, with_nothing = ([draw(raw) for _ in range(number)] for raw in (710, 700))
    assert best_guess(with_ten, with_nothing, epsilon) <= off
    careless = mechanism(1, epsilon)
    told = [[careless(raw) for _ in range(number)] for raw in (710, 700)]
    assert best_guess(*told, epsilon) > 5 * off, "noise for one point would not hide ten"


def test_averaging_corrections_is_worth_no_more_than_the_budget(village):
    """Who corrects again and again to average the noise away is stopped by the ledger."""
    chance_ = random.Random(3)
    release = release_one(village, CATALOGUE["nl:diners"], "2025-1", chance_)
    releases = []
    while release is not None and len(releases) < 50:
        releases.append(release)
        release = correct_one(village, release, chance_)
    assert len(releases) == YEARLY_BUDGET / 0.25
    last = service.newest_edition(village.session, releases[0].measurement)
    same = {"value": last.raw_value, "denominator": None, "reason": "late"}
    with pytest.raises(Conflict):
        corrections.correct(village.session, last, same, prepared_by=1)


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
    release_everything(village, random.Random(9))
    before = gather_from_replica(neighbour.session).figures
    release_everything(neighbour, random.Random(10))
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

"""National shares and means: by hand, against numpy's jackknife, and whether error bars hold the truth."""

from __future__ import annotations

import math
import random
from datetime import date
from statistics import fmean

import numpy as np
import pytest

from directory.national.composed_noise import error_bar, variance
from directory.national.parts import Asked, gather
from directory.national.rates import estimated_rate, reported_rate
from directory.national.report import figure, points
from schemas.survey_indicators import CATALOGUE
from tests.directory.national.countries import community, laplace, released

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def answered(owner, value, of, code="nl:lonely", **fields):
    more = {"indicator": code, "denominator": of, "epsilon": CATALOGUE[code].epsilon, **fields}
    return released(owner, value, **more)


def by_uri(told):
    return {each.owner_uri: each for each in told}


def test_every_person_counts_the_same_wherever_they_live():
    small, large = community(1), community(2)
    told = [answered(small, 30, 40), answered(large, 100, 360)]
    rate = reported_rate(told)
    assert (rate.kind, rate.value, rate.people, rate.communities) == ("share", 32.5, 400, 2)
    assert rate.error_bar == pytest.approx(100 * error_bar(each.cost for each in told) / 400)
    assert reported_rate([released(small, 30)]) is None


def test_a_mean_is_in_points_and_stays_on_its_scale():
    told = [answered(community(number), 10 * 50 + 40, 50, "nl:cohesion", sensitivity=10) for number in (1, 2)]
    assert (reported_rate(told).kind, reported_rate(told).value) == ("mean", 10)


def test_the_error_bar_agrees_with_a_jackknife_by_numpy():
    rng = np.random.default_rng(5)
    groups = [community(number) for number in range(40)]
    sizes = rng.integers(30, 400, 40)
    counts = rng.binomial(sizes, rng.beta(8, 10, 40))
    told = [answered(each, int(y), int(n)) for each, y, n in zip(groups, counts, sizes, strict=True)]
    left_out = np.array(
        [np.delete(counts, at).sum() / np.delete(sizes, at).sum() for at in range(len(groups))]
    )
    expected = 39 / 40 * ((left_out - counts.sum() / sizes.sum()) ** 2).sum()
    rate = estimated_rate(groups, by_uri(told))
    z = 1.959963984540054
    assert ((rate.noise / 100 / z) ** 2 + (rate.non_response / 100 / z) ** 2) == pytest.approx(expected)
    noise = sum(variance(*each.cost) for each in told) / sizes.sum() ** 2
    assert (rate.noise / 100 / z) ** 2 == pytest.approx(noise)
    assert rate.error_bar > 100 * z * math.sqrt(expected), "Student's t is wider"


def test_too_few_say_nothing_of_others_and_of_a_public_number_all_is_all():
    groups = [community(number) for number in range(6)]
    told = by_uri([answered(each, 10 + 5 * at, 60) for at, each in enumerate(groups)])
    assert estimated_rate(groups[:4], told) is None
    assert estimated_rate(groups, told).non_response > 0, "those who answered are a sample themselves"
    members = by_uri([answered(each, 10 + 5 * at, 60, "nl:members") for at, each in enumerate(groups)])
    assert estimated_rate(groups, members).non_response == 0
    assert estimated_rate([*groups, community(9)], members).non_response > 0


@pytest.mark.parametrize(("villages", "told_by", "runs"), [(200, 0.5, 200), (40, 0.5, 400), (12, 1.0, 500)])
def test_the_error_bar_of_a_share_holds_the_truth_in_95_of_100_countries(villages, told_by, runs):
    """The truth is the chance to be lonely over everybody; villages differ, and those asked are a sample."""
    chance = random.Random(17)
    held, bars = 0, []
    for _run in range(runs):
        groups, told = [community(number) for number in range(villages)], []
        for each in groups:
            people = round(chance.lognormvariate(4.6, 0.5)) + 30
            here = chance.betavariate(16, 20)
            if chance.random() <= told_by:
                value = sum(chance.random() < here for _ in range(people)) + laplace(chance, 0.5)
                told.append(answered(each, value, people))
        rate = estimated_rate(groups, by_uri(told))
        held += abs(rate.value - 100 * 16 / 36) <= rate.error_bar
        bars.append(rate.error_bar)
    print(f"{villages} villages, {told_by:.0%} tell: held {held / runs:.1%}, ± {fmean(bars):.2f} points")
    assert 0.92 <= held / runs <= 0.98


def test_surveys_of_one_year_count_together_and_their_sum_is_no_figure():
    groups = [community(number) for number in range(8)]
    days = [(date(2026, 1 + at, 1), date(2026, 1 + at, 28)) for at in range(8)]
    told = [
        answered(each, 20 + at, 50 + at, start=start, end=end)
        for at, (each, (start, end)) in enumerate(zip(groups, days, strict=True))
    ]
    gathered = gather(groups, told)
    asked = Asked("nl:lonely", 1, *YEAR)
    assert list(gathered.figures) == [asked]
    told_figure = figure(gathered, asked)
    assert (told_figure["estimated"], told_figure["change"]) == (None, None)
    assert told_figure["rate"]["kind"] == "share"
    assert told_figure["rate"]["reported"]["people"] == sum(range(50, 58))
    assert "procent" in told_figure["guarantee"]
    assert "weten we niet" in told_figure["guarantee"]
    assert points(gathered, "nl:lonely")[0]["rate"]["communities"] == 8
    assert max(row["inTime"] for row in told_figure["completeness"]) == 1
    again = [answered(groups[0], 48, 50, start=date(2026, 10, 1), end=date(2026, 10, 30))]
    assert figure(gather(groups, [*told, *again]), asked)["reporting"] == 8


def test_members_keep_their_sum_and_get_a_share_of_adults_beside_it():
    groups = [community(number, members_band="50-99") for number in range(6)]
    told = [answered(each, 60 + at, 400, "nl:members") for at, each in enumerate(groups)]
    plain = [released(community(7), 50, indicator="nl:members")]
    gathered = gather([*groups, community(7)], [*told, *plain])
    found = figure(gathered, next(iter(gathered.figures)))
    assert found["estimated"]["sum"] == sum(60 + at for at in range(6)) + 50
    assert found["rate"]["reported"]["value"] == pytest.approx(15.6)
    assert "6 van hen zeiden ook hoeveel volwassen inwoners er zijn" in found["guarantee"]
    assert found["groups"]["size"][0]["rate"]["communities"] == 6

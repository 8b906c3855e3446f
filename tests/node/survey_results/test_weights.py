"""Weights, means and error bars, against numpy, by hand, and by drawing many samples."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.national.estimating import student
from node.survey_results.estimating import differ, mean, share
from node.survey_results.people import Audience, Background
from node.survey_results.weights import LEAST, MOST, weigh

AGES, GENDERS = ("18-44", "45-64", "65-74", "75+"), ("f", "m")
SIZES = {
    ("18-44", "f"): 300,
    ("18-44", "m"): 310,
    ("45-64", "f"): 280,
    ("45-64", "m"): 270,
    ("65-74", "f"): 120,
    ("65-74", "m"): 110,
    ("75+", "f"): 100,
    ("75+", "m"): 70,
}
VILLAGE = Audience(AGES, GENDERS, SIZES)
people_ = st.lists(
    st.builds(Background, st.sampled_from([*AGES, None, "?"]), st.sampled_from([*GENDERS, None, "x"])),
    max_size=120,
)
sizes_ = st.fixed_dictionaries({cell: st.integers(0, 400) for cell in SIZES})


def people(**counts):
    """Respondents by cell: ``f18=3`` are three women of the first band."""
    cells = {f"{gender}{age[:2]}": Background(age, gender) for age, gender in SIZES}
    return [cells[name] for name, count in counts.items() for _ in range(count)]


def test_full_cells_get_the_weights_of_the_textbook():
    came = people(f18=10, m18=8, f45=20, m45=12, f65=30, m65=15, f75=25, m75=6)
    weighting = weigh(came, VILLAGE)
    counts = np.array([sum(each == Background(*cell) for each in came) for cell in SIZES])
    sizes = np.array(list(SIZES.values()))
    textbook = (sizes / sizes.sum()) / (counts / counts.sum())
    scaled = np.clip(textbook, LEAST, MOST)
    assert scaled[0] == textbook[0] < MOST  # only a few stand at the lower bound
    found = {(each.age, each.gender): weight for each, weight in zip(came, weighting.weights, strict=True)}
    ratios = np.array([found[cell] for cell in SIZES]) / textbook
    inside = [LEAST < found[cell] < MOST for cell in SIZES]
    assert np.allclose(ratios[inside], ratios[inside][0])
    assert math.isclose(sum(weighting.weights), len(came))
    assert weighting.effective == pytest.approx(
        np.sum(weighting.weights) ** 2 / np.sum(np.square(weighting.weights))
    )


def test_without_a_bound_the_weighted_shares_are_those_of_the_village():
    came = people(f18=30, m18=25, f45=30, m45=26, f65=20, m65=18, f75=20, m75=12)
    weighting = weigh(came, VILLAGE)
    assert weighting.bounded == 0
    for cell, size in SIZES.items():
        told = sum(w for each, w in zip(came, weighting.weights, strict=True) if each == Background(*cell))
        assert told / len(came) == pytest.approx(size / VILLAGE.size)


def test_few_answers_are_taken_together_with_a_neighbour():
    came = people(f18=2, m18=1, f45=20, m45=12, f65=30, m65=3, f75=25, m75=6)
    weighting = weigh(came, VILLAGE)
    assert weighting.merged == (("18-44", "45-64"),)
    assert weighting.without_gender == ("65-74",)
    first, last = came[0], came[-1]
    by_person = dict(zip(came, weighting.weights, strict=True))
    assert by_person[first] == by_person[Background("45-64", "f")]
    assert by_person[Background("65-74", "f")] == by_person[Background("65-74", "m")]
    assert by_person[last] > 0


def test_who_tells_nothing_counts_as_one_and_who_tells_an_age_counts_for_it():
    came = [*people(f18=10, m18=10, f45=10, m45=10, f65=10, m65=10, f75=10, m75=10), Background()]
    came += [Background("18-44"), Background("18-44", "x")]
    weights = weigh(came, VILLAGE).weights
    assert weights[-3] == pytest.approx(1.0)
    assert weights[-1] == weights[-2] > 1.4


@pytest.mark.parametrize("sizes", [{}, dict.fromkeys(SIZES, 0)])
def test_without_numbers_of_the_village_everybody_counts_as_one(sizes):
    weighting = weigh(people(f18=3, m75=2), Audience(AGES, GENDERS, sizes))
    assert weighting.weights == (1.0,) * 5
    assert not weighting.is_used
    assert weigh([], VILLAGE).weights == ()
    assert weigh([Background()], VILLAGE).weights == (1.0,)


@given(people_, sizes_)
def test_weights_are_always_within_their_bounds_and_one_on_average(came, sizes):
    weighting = weigh(came, Audience(AGES, GENDERS, sizes))
    assert len(weighting.weights) == len(came)
    assert all(LEAST - 1e-9 <= weight <= MOST + 1e-9 for weight in weighting.weights)
    if came:
        assert math.fsum(weighting.weights) / len(came) == pytest.approx(1.0, abs=1e-6)
    assert weigh(came, Audience(AGES, GENDERS, sizes)) == weighting


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0.4, 2.9)), min_size=2, max_size=80))
def test_the_mean_and_its_error_bar_are_those_of_numpy(drawn):
    values, weights = np.array([v for v, _ in drawn], dtype=float), np.array([w for _, w in drawn])
    found = mean(list(values), list(weights), 0)
    average = np.average(values, weights=weights)
    number = len(values)
    residuals = weights * (values - average) / weights.sum()
    assert found.value == pytest.approx(average)
    variance = number * np.var(residuals, ddof=1)  # the residuals add up to nought
    assert found.margin == pytest.approx(student(number - 1) * math.sqrt(variance), rel=1e-6, abs=1e-9)


def test_by_hand_a_share_of_half_of_a_hundred_of_four_hundred():
    found = share([True, False] * 50, [1.0] * 100, 400)
    assert found.value == 0.5
    assert found.margin == pytest.approx(1.984 * math.sqrt(0.75 * 0.25 / 99), rel=2e-3)


def test_when_everybody_answered_chance_has_no_part():
    assert mean([1.0, 2.0, 6.0], [1.0] * 3, 3).margin == 0
    assert mean([1.0, 2.0, 6.0], [1.0] * 3, 2).margin == 0  # more than were asked: somebody moved in


@pytest.mark.parametrize("values", [[], [1.0]])
def test_one_answer_has_no_mean(values):
    with pytest.raises(ValueError, match="fewer than two"):
        mean(values, [1.0] * len(values), 10)


def test_two_means_differ_only_when_chance_does_not_explain_it():
    low, high = mean([0.0, 1.0] * 50, [1.0] * 100, 0), mean([1.0, 2.0] * 50, [1.0] * 100, 0)
    assert differ(low, high)
    assert not differ(low, mean([0.0, 1.0, 1.0, 0.0, 1.0] * 24, [1.0] * 120, 0))


def test_the_stated_bar_holds_the_truth_in_ninety_five_of_a_hundred_surveys():
    """A village that differs by age, of which the old answer three times as often as the young."""
    draw = random.Random(5)
    everybody = [
        (Background(*cell), min(6, max(0, round(draw.gauss(1.2 + 0.7 * AGES.index(cell[0]), 1.6)))))
        for cell, size in SIZES.items()
        for _ in range(size)
    ]
    truth = sum(score for _, score in everybody) / len(everybody)
    chances = {"18-44": 0.1, "45-64": 0.15, "65-74": 0.25, "75+": 0.3}
    held, plain_held, runs = 0, 0, 400
    for _ in range(runs):
        came = [(who, score) for who, score in everybody if draw.random() < chances[who.age]]
        weights = weigh([who for who, _ in came], VILLAGE).weights
        scores = [float(score) for _, score in came]
        weighted, plain = mean(scores, weights, VILLAGE.size), mean(scores, [1.0] * len(came), VILLAGE.size)
        held += abs(weighted.value - truth) <= weighted.margin
        plain_held += abs(plain.value - truth) <= plain.margin
    assert 0.93 <= held / runs <= 0.985
    assert plain_held / runs < 0.6, "without weights the bar would be false"

"""Weights that make those who answered resemble those who were asked (post-stratification).

Each respondent gets the share of their cell among those asked over its share among those who answered. First
by age band, then by gender within it, so that who told only an age still counts for it. Bands with few
answers are taken together with a neighbour. No weight is below a third or above three times the mean: beyond
that a few people would speak for many (Kish, Survey Sampling, 1965, section 11.7, on what weights cost).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from node.survey_results.people import Audience, Background

FEWEST = 5
"""A cell with fewer answers is taken together with another."""
LEAST, MOST = 1 / 3, 3.0
"""The bounds of one weight; the mean is 1."""
_HALVINGS = 80


@dataclass(frozen=True)
class Weighting:
    """The weight of each respondent, in their order, and how it came about."""

    weights: tuple[float, ...]
    merged: tuple[tuple[str, ...], ...] = ()
    """Age bands that were taken together."""
    without_gender: tuple[str, ...] = ()
    """Age bands within which gender was left out."""
    bounded: int = 0
    """How many respondents stand at a bound."""
    is_used: bool = False
    """False when nothing is known of those who were asked: then everybody counts as one."""

    @property
    def effective(self) -> float:
        """As many unweighted answers would be as sure as these (Kish)."""
        squares = math.fsum(weight**2 for weight in self.weights)
        return math.fsum(self.weights) ** 2 / squares if squares else 0.0


def weigh(backgrounds: Sequence[Background], audience: Audience) -> Weighting:
    """The weights of these respondents; their mean is 1."""
    told = Counter(each.age for each in backgrounds if each.age is not None and each.age in audience.ages)
    if not audience.is_split or not told:
        return Weighting((1.0,) * len(backgrounds))
    groups = _age_groups(told, audience)
    factors: dict[tuple[str, str | None], float] = {}
    without: list[str] = []
    for group in groups:
        by_age = _factor(audience.of(group), audience.size, sum(told[age] for age in group), told.total())
        by_gender = _gender_factors(group, backgrounds, audience)
        without += () if by_gender else group
        for age in group:
            factors |= {(age, gender): by_age * by_gender.get(gender, 1.0) for gender in audience.genders}
            factors[age, None] = by_age
    plain = [_look_up(each, factors) for each in backgrounds]
    bounded = _bound(plain)
    at_a_bound = sum(weight in (LEAST, MOST) for weight in bounded)
    merged = tuple(group for group in groups if len(group) > 1)
    return Weighting(tuple(bounded), merged, tuple(without), at_a_bound, is_used=True)


def _look_up(each: Background, factors: dict[tuple[str, str | None], float]) -> float:
    if each.age is None or (each.age, None) not in factors:
        return 1.0
    return factors.get((each.age, each.gender), factors[each.age, None])


def _factor(asked: int, all_asked: int, came: int, all_came: int) -> float:
    return (asked / all_asked) / (came / all_came)


def _age_groups(told: Counter[str], audience: Audience) -> list[tuple[str, ...]]:
    """The bands, the weakest taken together with its smaller neighbour until all are strong enough."""
    groups: list[tuple[str, ...]] = [(age,) for age in audience.ages]

    def count(group: tuple[str, ...]) -> int:
        return sum(told[age] for age in group)

    def weak(group: tuple[str, ...]) -> bool:
        return count(group) < FEWEST or audience.of(group) == 0

    while len(groups) > 1 and any(weak(group) for group in groups):
        at = min((count(group), at) for at, group in enumerate(groups) if weak(group))[1]
        beside = [other for other in (at - 1, at + 1) if 0 <= other < len(groups)]
        other = min(beside, key=lambda each: (count(groups[each]), each))
        first, second = sorted((at, other))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return groups


def _gender_factors(
    group: tuple[str, ...], backgrounds: Sequence[Background], audience: Audience
) -> dict[str, float]:
    """How much each gender counts within an age group; empty when one of them is too few."""
    came = Counter(
        each.gender for each in backgrounds if each.age in group and each.gender in audience.genders
    )
    asked = {gender: audience.of(group, [gender]) for gender in audience.genders}
    if any(came[gender] < FEWEST or not asked[gender] for gender in audience.genders):
        return {}
    everybody = sum(asked.values())
    return {
        gender: _factor(asked[gender], everybody, came[gender], came.total()) for gender in audience.genders
    }


def _bound(weights: Sequence[float]) -> list[float]:
    """The weights within the bounds, all scaled alike so that their mean stays 1."""

    def within(scale: float) -> list[float]:
        return [min(MOST, max(LEAST, scale * weight)) for weight in weights]

    return within(_solve(lambda scale: math.fsum(within(scale)) - len(weights)))


def _solve(too_much: Callable[[float], float]) -> float:
    """Where a function that never falls is nought."""
    if abs(too_much(1.0)) < 1e-9:
        return 1.0
    low, high = 0.0, 1.0
    while too_much(high) < 0:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if too_much(middle) < 0 else (low, middle)
    return high

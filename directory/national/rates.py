"""Shares and means of people over all communities, for figures that carry a public denominator.

The ratio of the two sums, so that every person counts the same wherever they live (Cochran, Sampling
Techniques, 1977, chapter 6). Its variance is the jackknife's: how much the ratio moves when one community is
left out. Noise is part of that; it is taken out and stated on its own. Those who answered a survey are
themselves a sample, so the variance between communities does not vanish when all of them tell; where a public
number is counted it does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from directory.national.composed_noise import CONFIDENCE, error_bar, variance
from directory.national.estimating import FEWEST, student
from directory.national.parts import Community, Released, is_about_answers
from schemas.survey_indicators import CATALOGUE

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class NationalRate:
    """A share in per cent, or a mean in points, with its error bar at 95 % and the parts of that bar."""

    kind: str
    value: float
    error_bar: float
    noise: float
    non_response: float
    communities: int
    people: int


def reported_rate(told: Iterable[Released]) -> NationalRate | None:
    """Of the people in the communities that told, all together: only noise makes it uncertain."""
    listed = _with_denominator(told)
    if not listed:
        return None
    people = sum(each.denominator or 0 for each in listed)
    reach = error_bar(each.cost for each in listed) / people
    return _rate(listed, reach, reach, 0.0)


def estimated_rate(communities: Sequence[Community], told: Mapping[str, Released]) -> NationalRate | None:
    """For all these communities; None when fewer than five of them told it with its denominator."""
    listed = _with_denominator(told[each.uri] for each in communities if each.uri in told)
    number = len(listed)
    if number < FEWEST:
        return None
    people = sum(each.denominator or 0 for each in listed)
    noise = math.fsum(variance(*each.cost) for each in listed) / people**2
    silent = max(0.0, _jackknife(listed, people) - noise)
    if not is_about_answers(listed[0].indicator):
        silent *= 1 - number / len(communities)
    if not silent:
        return reported_rate(listed)
    bar = student(_freedom(listed)) * math.sqrt(noise + silent)
    return _rate(listed, bar, _Z * math.sqrt(noise), _Z * math.sqrt(silent))


def _with_denominator(told: Iterable[Released]) -> list[Released]:
    return [each for each in told if each.denominator and each.indicator in CATALOGUE]


def _jackknife(listed: Sequence[Released], people: int) -> float:
    """The variance of the ratio: of what it would be without each community in turn."""
    number = len(listed)
    ratio = sum(each.value for each in listed) / people
    moves = (
        (each.value - ratio * (each.denominator or 0)) / (people - (each.denominator or 0)) for each in listed
    )
    return (number - 1) / number * math.fsum(move**2 for move in moves)


def _freedom(listed: Sequence[Released]) -> float:
    """How many communities judge the variance, less one: few when a few have most of the people."""
    squares = [float(each.denominator or 0) ** 2 for each in listed]
    return math.fsum(squares) ** 2 / math.fsum(square**2 for square in squares) - 1


def _rate(listed: Sequence[Released], bar: float, noise: float, silent: float) -> NationalRate:
    definition = CATALOGUE[listed[0].indicator]
    kind = "mean" if definition.aggregate == "sum" else "share"
    least, most = (definition.lowest, definition.highest) if kind == "mean" else (0, 1)
    people = sum(each.denominator or 0 for each in listed)
    by = 100 if kind == "share" else 1
    value = min(max(sum(each.value for each in listed) / people, least), most)
    return NationalRate(kind, value * by, bar * by, noise * by, silent * by, len(listed), people)

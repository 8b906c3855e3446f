"""Sums and means with their error bars, and how sure they are about those who told nothing.

Two causes make a national figure uncertain, and each is stated on its own. *Noise*: every release carries
some on purpose; see `directory.national.composed_noise`. *Non-response*: not every community tells. For
those that are silent the others of about their size stand in: within each size class the mean of those that
told stands for all (Cochran, Sampling Techniques, 1977, sections 5.3 and 13.2, with the finite population
correction). That is right when silence has nothing to do with the number; nobody can know that from the
numbers, and the guarantee says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from directory.national.composed_noise import CONFIDENCE, error_bar, variance
from directory.national.parts import Community, Released
from schemas.taxonomies import BANDS

FEWEST = 5
"""Fewer communities than this say nothing about others."""
_CLASS = 10
"""As many in a size class tell how much villages of that size differ."""
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Estimate:
    """A value with its error bar at 95 %, and the two parts that the bar is made of."""

    value: float
    error_bar: float
    noise: float
    non_response: float

    def per(self, number: int) -> Estimate:
        """The same for the mean of ``number`` communities."""
        parts = (self.value, self.error_bar, self.noise, self.non_response)
        return Estimate(*(part / number for part in parts))


@dataclass(frozen=True)
class _Class:
    """Communities of about one size: how many, how many told, and their total with its variance."""

    size: int
    number: int
    total: float
    noise: float
    """The variance that noise gives to the total."""
    non_response: float
    """The variance of the total because only some told: how they differ, less what noise adds."""


def _class(size: int, told: Sequence[Released]) -> _Class:
    number = len(told)
    mean = sum(each.value for each in told) / number
    noise = math.fsum(variance(*each.cost) for each in told) / number
    seen = math.fsum((each.value - mean) ** 2 for each in told) / (number - 1) if number > 1 else 0.0
    silent = size**2 * (1 - number / size) * max(0.0, seen - noise) / number
    return _Class(size, number, size * mean, size**2 * noise / number, silent)


def reported_sum(told: Iterable[Released]) -> Estimate:
    """The sum of what was released; only noise makes it uncertain."""
    listed = list(told)
    reach = float(error_bar(each.cost for each in listed))
    return Estimate(float(sum(each.value for each in listed)), reach, reach, 0.0)


def estimated_sum(communities: Iterable[Community], told: Mapping[str, Released]) -> Estimate | None:
    """The sum over all these communities; None when too few of them told anything."""
    members = list(communities)
    listed = [told[each.uri] for each in members if each.uri in told]
    if len(listed) < FEWEST:
        return None
    if len(listed) == len(members):
        return reported_sum(listed)
    classes = _classes(members, told)
    value = math.fsum(each.total for each in classes)
    noise = math.fsum(each.noise for each in classes)
    silent = math.fsum(each.non_response for each in classes)
    silent *= _lean(value, silent)
    bar = _quantile(classes) * math.sqrt(noise + silent)
    return Estimate(value, bar, _Z * math.sqrt(noise), _Z * math.sqrt(silent))


def _lean(value: float, silent: float) -> float:
    """How much wider the part of the silent ones is to be: a few large villages make a total lean upwards.

    As if it were log-normal, of which the longer side is taken for both; nothing when few are silent.
    """
    part = min(1.0, _Z * math.sqrt(silent) / value) if value > 0 else 0.0
    return (math.expm1(part) / part) ** 2 if part else 1.0


def _classes(members: Sequence[Community], told: Mapping[str, Released]) -> list[_Class]:
    """By size, smallest first; neighbours are taken together until each has enough that told."""
    groups: list[tuple[int, list[Released]]] = []
    size, found = 0, list[Released]()
    by_band: dict[str | None, list[Community]] = {}
    for each in members:
        by_band.setdefault(each.members_band, []).append(each)
    for band in (None, *BANDS.codes):
        of_band = by_band.get(band, [])
        size, found = size + len(of_band), [*found, *(told[each.uri] for each in of_band if each.uri in told)]
        if len(found) >= _CLASS:
            groups.append((size, found))
            size, found = 0, []
    if size:  # too few left for a class of their own
        last_size, last = groups.pop() if groups else (0, [])
        groups.append((last_size + size, [*last, *found]))
    return [_class(number, listed) for number, listed in groups]


def _quantile(classes: Sequence[_Class]) -> float:
    """How many standard deviations make 95 %: more than 1.96 when what is silent is judged by few."""
    spread = [(each.noise + each.non_response, each) for each in classes]
    doubt = math.fsum(part**2 / (each.number - 1) for part, each in spread if each.non_response)
    return student(math.fsum(part for part, _each in spread) ** 2 / doubt) if doubt else _Z


def student(freedom: float) -> float:
    """The 97.5 % point of Student's t (Abramowitz and Stegun 26.7.5; within 0.3 % from 4 degrees on)."""
    z, free = _Z, max(freedom, 1.0)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + math.fsum(term / free**power for power, term in enumerate(terms, 1))

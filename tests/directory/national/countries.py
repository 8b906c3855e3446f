"""A country of villages for tests: what is true, what each releases, and who stays silent."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from directory.national.parts import Community, Released
from schemas.taxonomies import BANDS, PROVINCES, band_of

START, END = date(2026, 4, 1), date(2026, 6, 30)
RELEASED_AT = datetime(2026, 7, 20, 12, tzinfo=UTC)


def community(number, **fields):
    uri = f"https://dorp{number}.example/actor"
    provinces = (PROVINCES.codes[number % len(PROVINCES.codes)],)
    return Community(uri, provinces=provinces, **fields)


def released(owner, value, **fields):
    uri = f"{owner.uri}/cijfers/{fields.get('start', START)}-{fields.get('version', 1)}"
    told = Released(uri, owner.uri, "nl:diners", 1, START, END, value, 0.25, 1, RELEASED_AT)
    return replace(told, **fields)


def laplace(random_, epsilon, sensitivity=1):
    """Discrete Laplace as the difference of two geometric draws: another way than the one under test."""
    rate = -epsilon / sensitivity
    first, second = (math.floor(math.log(1 - random_.random()) / rate) for _ in range(2))
    return first - second


def poisson(random_, mean):
    """Knuth's way for small means, the normal for large ones."""
    if mean > 60:
        return max(0, round(random_.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, random_.random()
    while product > limit:
        count, product = count + 1, product * random_.random()
    return count


def uneven(random_, mean, shape=1.5):
    """A count that differs much from village to village (gamma-Poisson)."""
    return poisson(random_, random_.gammavariate(shape, mean / shape))


@dataclass
class Country:
    """Villages with what is true of each."""

    random: random.Random
    communities: list[Community]
    truth: dict[str, int]

    def release(self, epsilon=0.25, tells=lambda _each: True):
        """What the villages that tell release this time."""
        return {
            each.uri: released(each, self.truth[each.uri] + laplace(self.random, epsilon), epsilon=epsilon)
            for each in self.communities
            if tells(each)
        }

    @property
    def total(self):
        return sum(self.truth.values())


def make_country(seed, villages, mean):
    """Villages of all sizes; what is counted in one goes with its size."""
    random_ = random.Random(seed)
    communities, truth = [], {}
    for number in range(villages):
        members = max(1, round(random_.lognormvariate(math.log(70), 0.9)))
        one = community(number, members_band=band_of(members))
        communities.append(one)
        truth[one.uri] = uneven(random_, mean * members / 105)
    assert {each.members_band for each in communities} <= set(BANDS.codes)
    return Country(random_, communities, truth)

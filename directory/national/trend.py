"""How a national figure went: a mean per community, period after period, with the breaks in between.

The mean, because the number of communities that tell grows: a sum would go up with that alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from directory.national.composed_noise import error_bar
from directory.national.estimating import FEWEST, Estimate, estimated_sum
from directory.national.parts import Asked, Gathered, expected, is_about_answers
from directory.national.rates import NationalRate, estimated_rate


@dataclass(frozen=True)
class Point:
    """One period: the mean per community, the share, and whether another definition was used than before."""

    asked: Asked
    communities: int
    reporting: int
    mean: Estimate | None
    rate: NationalRate | None
    is_break: bool


@dataclass(frozen=True)
class Change:
    """What the same communities told more (or less) than a period before; ± is of the noise of both."""

    since: Asked
    communities: int
    value: int
    error_bar: int

    @property
    def is_clear(self) -> bool:
        """Whether noise alone does not explain it."""
        return abs(self.value) > self.error_bar


def periods_of(gathered: Gathered, indicator: str) -> list[Asked]:
    """What can be asked about an indicator, oldest first; two definitions of one period follow each other."""
    found = [asked for asked in gathered.figures if asked.indicator == indicator]
    return sorted(found, key=lambda asked: (asked.end, asked.start, asked.version))


def trend(gathered: Gathered, indicator: str) -> list[Point]:
    """Its periods, oldest first."""
    points: list[Point] = []
    for asked in periods_of(gathered, indicator):
        communities = expected(gathered, asked)
        told = gathered.figures[asked]
        total = None if is_about_answers(indicator) else estimated_sum(communities, told)
        mean = total.per(len(communities)) if total else None
        is_break = bool(points) and points[-1].asked.version != asked.version
        points.append(
            Point(asked, len(communities), len(told), mean, estimated_rate(communities, told), is_break)
        )
    return points


def change(gathered: Gathered, asked: Asked) -> Change | None:
    """Against the period before by the same definition, for those that told both times.

    None for too few, and for a survey: other people may have answered, of which noise knows nothing.
    """
    before = _before(periods_of(gathered, asked.indicator), asked)
    if before is None or is_about_answers(asked.indicator):
        return None
    then, present = gathered.figures[before], gathered.figures[asked]
    both = sorted(then.keys() & present.keys())
    if len(both) < FEWEST:
        return None
    costs = [figures[uri].cost for uri in both for figures in (then, present)]
    value = sum(present[uri].value - then[uri].value for uri in both)
    return Change(before, len(both), value, error_bar(costs))


def _before(periods: Sequence[Asked], asked: Asked) -> Asked | None:
    """The latest period of the same length and definition that ended before this one began."""
    length = asked.end - asked.start
    earlier = [
        each
        for each in periods
        if each.version == asked.version
        and each.end < asked.start
        and abs(each.end - each.start - length) <= timedelta(days=3)
    ]
    return earlier[-1] if earlier else None

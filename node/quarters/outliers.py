"""Whether a number is unlike those before it: by the median, which one odd quarter does not move.

Counts vary of themselves by about their square root, so less than that is never odd, however even
the quarters before were.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_TIMES = 4
"""Fewer earlier quarters say too little of what is usual."""
MOST_SPREADS = 3.5
"""Iglewicz and Hoaglin (1993): further than this from the median is an outlier."""
MAD_TO_SPREAD = 1.4826
"""Of a normal distribution, the standard deviation for one median absolute deviation."""
DIGIT = range(8, 13)
"""How many times more or fewer looks like a digit too many or too few."""
LEAST_FOR_DIGIT = 5


@dataclass(frozen=True)
class Unusual:
    """How far out a number is, and what was usual."""

    is_high: bool
    typical: int
    low: int
    high: int
    times: int


def unusual(value: float, earlier: Sequence[float]) -> Unusual | None:
    """What is odd about ``value`` beside the ``earlier`` ones; None when it fits or too few are known."""
    if len(earlier) < LEAST_TIMES:
        return None
    typical = statistics.median(earlier)
    mad = statistics.median(abs(each - typical) for each in earlier)
    spread = max(MAD_TO_SPREAD * mad, math.sqrt(abs(typical)), 1.0)
    if abs(value - typical) <= MOST_SPREADS * spread:
        return None
    low, high = round(min(earlier)), round(max(earlier))
    return Unusual(value > typical, round(typical), low, high, len(earlier))


def looks_like_a_digit(value: float, earlier: Sequence[float]) -> bool:
    """Whether ``value`` is about ten times as much, or a tenth, of what it was before."""
    if not earlier:
        return False
    typical = statistics.median(earlier)
    smaller, larger = sorted((value, typical))
    return smaller >= LEAST_FOR_DIGIT and round(larger / smaller) in DIGIT


def very_different(value: float, earlier: Sequence[float]) -> bool:
    """Whether ``value`` is three times as much or a third of the last one: for who has few to go by."""
    if not 0 < len(earlier) < LEAST_TIMES:
        return False
    smaller, larger = sorted((value, earlier[-1]))
    return larger - smaller >= 10 and larger >= 3 * smaller

"""Figures so large beside the others that somebody should ask: a typing mistake moves a whole country."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import quantiles

from directory.national.parts import Released

ENOUGH = 8
"""Fewer figures than this give nothing to compare with."""
_TIMES, _LEAST = 10, 20


def striking(told: Mapping[str, Released]) -> list[Released]:
    """Those more than ten times the upper quartile (and at least ten times twenty), largest first.

    They count in sums all the same: what a board released and signed is never left out in silence.
    """
    if len(told) < ENOUGH:
        return []
    upper = quantiles((each.value for each in told.values()), n=4)[2]
    limit = _TIMES * max(upper, _LEAST)
    found = (each for each in told.values() if each.value > limit)
    return sorted(found, key=lambda each: (-each.value, each.owner_uri))

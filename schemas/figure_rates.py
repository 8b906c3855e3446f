"""A released figure read beside its public denominator: a share, or a mean of points.

Dividing by a public number tells nothing more of anybody, so value and error bar are simply divided. The
error bar is of the noise alone: who was not asked, or did not answer, is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.indicators import Indicator

FEWEST_ANSWERS = 30
"""Of fewer answers neither a share nor a mean is released: noise and chance would be all that is seen."""
MOST_PEOPLE = 1_000_000
"""More than this is nowhere counted or lived."""
_NOISE = 20
"""Noise of more than so many times Δ/ε comes once in 485 million draws."""


@dataclass(frozen=True)
class Rate:
    """A share (0.43 is 43 %) or a mean of points, with its ± at 95 %, kept within what is possible."""

    kind: Literal["share", "mean"]
    value: float
    error_bar: float
    low: float
    high: float
    floor: float
    """The least that is possible."""


def rate_of(indicator: Indicator, value: int, error_bar: int, denominator: int | None) -> Rate | None:
    """The figure divided by its denominator; None when it has none."""
    if denominator is None:
        return None
    kind: Literal["share", "mean"] = "mean" if indicator.aggregate == "sum" else "share"
    least, most = _bounds(indicator)

    def within(number: float) -> float:
        return min(max(number, least), most)

    shown, reach = value / denominator, error_bar / denominator
    return Rate(kind, within(shown), reach, within(shown - reach), within(shown + reach), least)


def possible(indicator: Indicator, denominator: int) -> tuple[int, int]:
    """The least and the most that can have been counted among so many."""
    least, most = _bounds(indicator)
    return int(least * denominator), int(most * denominator)


def is_possible(indicator: Indicator, value: int, denominator: int | None, most: int = MOST_PEOPLE) -> bool:
    """Whether a board can have released this, noise and all, where ``most`` people are at the utmost."""
    low, high = 0, MOST_PEOPLE  # guests may come from elsewhere, so not only ``most``
    if indicator.takes_denominator == "required":
        if denominator is None or not FEWEST_ANSWERS <= denominator <= most:
            return False
        low, high = possible(indicator, denominator)
    elif denominator is not None and (indicator.takes_denominator == "none" or denominator > most):
        return False
    slack = _NOISE * indicator.bound / indicator.epsilon
    return low - slack <= value <= high + slack


def _bounds(indicator: Indicator) -> tuple[float, float]:
    return (indicator.lowest, indicator.highest) if indicator.aggregate == "sum" else (0, 1)

"""Means and shares of those who answered, with how far chance may have moved them.

The error bar is that of a weighted mean from a sample without replacement: Taylor's linearisation with the
finite population correction (Särndal, Swensson and Wretman, Model Assisted Survey Sampling, 1992, section
5.7), and Student's t. It says nothing of whether those who were silent think otherwise; no count can.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from directory.national.estimating import student


@dataclass(frozen=True)
class Estimate:
    """A mean or a share (of 1) with its error bar at 95 %, from so many answers."""

    value: float
    margin: float
    number: int


def mean(values: Sequence[float], weights: Sequence[float], population: int) -> Estimate:
    """The weighted mean of these values; ``population`` is how many were asked, 0 when nobody knows."""
    number, together = len(values), math.fsum(weights)
    if number < 2 or together <= 0:
        raise ValueError("a mean of fewer than two answers is not told")
    found = math.fsum(w * value for w, value in zip(weights, values, strict=True)) / together
    off = math.fsum((w * (value - found)) ** 2 for w, value in zip(weights, values, strict=True))
    variance = _unseen(number, population) * number / (number - 1) * off / together**2
    return Estimate(found, student(number - 1) * math.sqrt(variance), number)


def share(hits: Sequence[bool], weights: Sequence[float], population: int) -> Estimate:
    """The weighted share of those for whom it holds."""
    return mean([float(hit) for hit in hits], weights, population)


def differ(first: Estimate, second: Estimate) -> bool:
    """True when chance alone does not explain the difference, at 95 %."""
    return abs(first.value - second.value) > math.hypot(first.margin, second.margin)


def _unseen(number: int, population: int) -> float:
    """The part of those asked that did not answer: what all answered is no sample any more."""
    if population <= 0:
        return 1.0
    return max(0.0, 1 - number / population)

"""How far the noises of several releases together can move their sum.

Each release carries discrete Laplace noise of its own, with α = exp(-ε / Δ) and chance
(1 - α) / (1 + α) · α^|k| of k (Ghosh, Roughgarden and Sundararajan 2012; Canonne, Kamath and Steinke 2020).
The noises are independent, so the characteristic function of their sum is the product of theirs. From it
follows the chance of each reach exactly, for one release as well as for two thousand, and for any mix of ε.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

CONFIDENCE = 0.95
_NEGLIGIBLE = -45.0  # the logarithm of what adds nothing
_WIDEST = 2000.0  # the standard deviation above which a coarser grid is exact enough


@lru_cache(maxsize=512)
def variance(epsilon: float, sensitivity: int) -> float:
    """The variance of the noise of one release."""
    alpha = math.exp(-epsilon / sensitivity)
    return 2 * alpha / (1 - alpha) ** 2


def error_bar(costs: Iterable[tuple[float, int]]) -> int:
    """± of the sum of releases with these (ε, sensitivity): it covers the noise in 95 of 100 draws.

    The smallest whole number that does; 0 when there is no release at all.
    """
    counts = Counter(epsilon / sensitivity for epsilon, sensitivity in costs)
    return _reach(tuple(sorted(counts.items()))) if counts else 0


@lru_cache(maxsize=512)
def _reach(rates: tuple[tuple[float, int], ...]) -> int:
    """The smallest whole number whose chance is enough, by halving."""
    step = _step(rates)
    waves = _waves([(rate * step, count) for rate, count in rates])
    low, high = -1, 1
    while _covered(waves, high) < CONFIDENCE:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _covered(waves, middle) >= CONFIDENCE else (middle, high)
    return high if step == 1 else math.ceil((high + 0.5) * step)


def _step(rates: tuple[tuple[float, int], ...]) -> float:
    """How wide the grid is on which is counted: 1, or a five-hundredth of a very wide spread."""
    spread = _spread(rates)
    return 1.0 if spread <= _WIDEST else spread / 500


def _spread(rates: Iterable[tuple[float, int]]) -> float:
    return math.sqrt(math.fsum(count * variance(rate, 1) for rate, count in rates))


def _waves(rates: list[tuple[float, int]]) -> tuple[int, list[tuple[float, float]]]:
    """The size of the transform, and its (angle, weight) as far as they weigh anything."""
    widest = max(1 / rate for rate, _count in rates)
    size = 2 * math.ceil(8 * _spread(rates) + 25 * widest) + 1  # odd; beyond it lies less than 1e-9
    waves = []
    for at in range(1, size // 2 + 1):
        angle = 2 * math.pi * at / size
        weight = math.fsum(count * _logarithm(rate, angle) for rate, count in rates)
        if weight < _NEGLIGIBLE:
            break
        waves.append((angle, math.exp(weight)))
    return size, waves


def _logarithm(rate: float, angle: float) -> float:
    """Of the characteristic function of one noise: (1 - α)² / (1 - 2 α cos θ + α²)."""
    alpha = math.exp(-rate)
    return 2 * math.log1p(-alpha) - math.log((1 - alpha) ** 2 + 4 * alpha * math.sin(angle / 2) ** 2)


def _covered(waves: tuple[int, list[tuple[float, float]]], reach: int) -> float:
    """The chance that the sum of the noises is at most ``reach`` away from zero."""
    size, weighed = waves
    kernel = (weight * math.sin((reach + 0.5) * angle) / math.sin(angle / 2) for angle, weight in weighed)
    return (2 * reach + 1 + 2 * math.fsum(kernel)) / size

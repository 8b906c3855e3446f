"""Which exact numbers are too small to be shown, and how those that are shown are rounded.

The order matters: what is too small goes first, and what tells of everybody; then what would give that
away (`directory.disclosure.hiding`); rounding comes last. The step of rounding is the
threshold itself, so that two dates beside each other never give away a change smaller than the threshold:
what is shown differs by nothing, or by at least that. (ABS and ONS: rule of ten, group disclosure.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a number is not shown."""

    FEW = "few"
    """Fewer people than the threshold, or nobody."""
    ALL = "all"
    """(Nearly) everybody or (nearly) nobody of a known group: then it tells of each of them."""
    OTHERS = "others"
    """With the numbers beside it a hidden one could be reckoned."""


@dataclass(frozen=True)
class Rule:
    """How many people are needed, and to what is rounded."""

    code: str
    least: int
    step: int


ACTIVITY = Rule("activity", 5, 5)
"""Who ate along, who helps: what everybody in the village sees anyway."""
SENSITIVE = Rule("sensitive", 10, 10)
"""Health, well-being and money."""
FEWEST_FOR_MEAN = 30


def few(persons: int, rule: Rule) -> Reason | None:
    """Whether so many people are too few to be shown; zero is hidden like one."""
    return Reason.FEW if persons < rule.least else None


def of_group(persons: int, group: int, rule: Rule) -> Reason | None:
    """Whether so many of a known group may be shown: neither few of them nor nearly all."""
    reason = few(persons, rule) or (Reason.ALL if group - persons < rule.least else None)
    if reason is None and _is_narrow(bin_of(persons, rule, group), rule):
        return Reason.ALL
    return reason


@dataclass(frozen=True)
class Bin:
    """All counts that look the same: what is shown of them, the lowest and the highest."""

    value: int
    low: int
    high: int

    def share(self, group: int) -> int:
        """Per cent of a known group, the same for the whole bin: the exact one would give the count away."""
        return math.floor(50 * (self.low + self.high) / group + 0.5)


def rounded(value: int, rule: Rule) -> int:
    """A count as it is shown: to the nearest step, halves upwards."""
    return nearest(value, rule.step)


def bin_of(persons: int, rule: Rule, group: int | None = None) -> Bin:
    """What a count that may be shown looks like, and between what it then lies.

    Of a known group the highest counts are hidden, so the last bin would be cut short and give the count
    away: it is then joined to the one before.
    """
    value = rounded(persons, rule)
    low, high = max(rule.least, value - rule.step // 2), value + (rule.step - 1) // 2
    if group is None:
        return Bin(value, low, high)
    most = group - rule.least
    top = rounded(most, rule)
    if most - (top - rule.step // 2) < rule.step // 2:
        top -= rule.step
    if value < top:
        return Bin(value, low, high)
    return Bin(top, max(rule.least, top - rule.step // 2), most)


def mean(total: int, persons: int) -> float | None:
    """The mean of a scale to one decimal; None of fewer than thirty people."""
    if persons < FEWEST_FOR_MEAN:
        return None
    return math.floor(10 * total / persons + 0.5) / 10


def nearest(value: int, step: int) -> int:
    """The multiple of ``step`` nearest to a number that is not negative, halves upwards."""
    return (2 * value + step) // (2 * step) * step


def _is_narrow(found: Bin, rule: Rule) -> bool:
    return found.high - found.low + 1 < (rule.step + 1) // 2

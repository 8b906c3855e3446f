"""Which exact numbers are too small to be shown, and how those that are shown are rounded.

The order matters: what is too small or too much of one person goes first (`hidden_because`), then what
would give it away (`directory.disclosure.hiding`), and rounding comes last. The step of rounding is the
threshold itself, so that two dates beside each other never give away a change smaller than the threshold:
what is shown differs by nothing, or by at least that. (ABS and ONS: rule of ten, groups, dominance.)
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
    ONE = "one"
    """One person made more than half of it, or nobody knows."""
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
RULES = {rule.code: rule for rule in (ACTIVITY, SENSITIVE)}
FEWEST_FOR_MEAN = 30
MOST_OF_ONE = 0.5
_AMOUNT_STEP = 10  # hours and euros


@dataclass(frozen=True)
class Amount:
    """A sum of hours or euros: of how many people, and how much the one with most of it gave."""

    value: int
    persons: int
    largest: int | None


def few(persons: int, rule: Rule) -> Reason | None:
    """Whether so many people are too few to be shown; zero is hidden like one."""
    return Reason.FEW if persons < rule.least else None


def of_group(persons: int, group: int, rule: Rule) -> Reason | None:
    """Whether so many of a known group may be shown: neither few of them nor nearly all."""
    return few(persons, rule) or (Reason.ALL if group - persons < rule.least else None)


def of_amount(amount: Amount, rule: Rule) -> Reason | None:
    """Whether a sum may be shown: of enough people, and no one of them made more than half."""
    if amount.largest is None or amount.largest > MOST_OF_ONE * amount.value:
        return few(amount.persons, rule) or Reason.ONE
    return few(amount.persons, rule)


def rounded(value: int, rule: Rule) -> int:
    """A count as it is shown: to the nearest step, halves upwards."""
    return nearest(value, rule.step)


def rounded_amount(value: int) -> int:
    """Hours or euros as they are shown: to tens."""
    return nearest(value, _AMOUNT_STEP)


def share(persons: int, group: int, rule: Rule) -> int | None:
    """Per cent of a known group; None where it may not be shown.

    Made of the rounded count: a share of the exact one would give the count away in a small group.
    """
    if of_group(persons, group, rule):
        return None
    return math.floor(100 * rounded(persons, rule) / group + 0.5)


def mean(total: int, persons: int) -> float | None:
    """The mean of a scale to one decimal; None of fewer than thirty people."""
    if persons < FEWEST_FOR_MEAN:
        return None
    return math.floor(10 * total / persons + 0.5) / 10


def nearest(value: int, step: int) -> int:
    """The multiple of ``step`` nearest to a number that is not negative, halves upwards."""
    return (2 * value + step) // (2 * step) * step

"""What several communities told of their use of one template, counted.

Whoever did not tell is counted as not having told: who stopped is heard of more easily than who goes on,
so what is unknown is always shown beside what is known. Communities are never ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from directory.replica.template_usage import KnownUsage

SILENT_AFTER = 13
"""Months after which "we still do it" is too old to count as being in use."""
MARKS = (6, 12)
"""Months after which it is counted who still does it."""


@dataclass(frozen=True)
class Mark:
    """Who began at least so many months ago, and what became of it."""

    months: int
    running: int
    stopped: int
    not_known: int

    @property
    def begun(self) -> int:
        """All who could have reached it."""
        return self.running + self.stopped + self.not_known


@dataclass(frozen=True)
class Spread:
    """What several communities gave as ranges: the whole of it, and the middle of their middles."""

    lowest: float
    highest: float
    middle: float
    count: int


@dataclass(frozen=True)
class Summary:
    """The use of one template by all who told of it."""

    told: int
    running: int
    silent: int
    stopped: int
    marks: list[Mark]
    reasons: list[tuple[str, int]]
    """Codes of `schemas.template_evidence.STOP_REASONS`, the most common first; "" is no reason given."""
    cost: Spread | None
    hours: Spread | None
    has_examples: bool
    """True when some of it is invented, for a demonstration."""


def summarise(usages: Collection[KnownUsage], today: date) -> Summary:
    """Count what was told; ``today`` decides how old a telling is."""
    stopped = [usage for usage in usages if usage.stopped_on]
    going_on = [usage for usage in usages if not usage.stopped_on]
    silent = sum(months_between(usage.told_on, today) > SILENT_AFTER for usage in going_on)
    return Summary(
        told=len(usages),
        running=len(going_on) - silent,
        silent=silent,
        stopped=len(stopped),
        marks=[_mark(usages, months, today) for months in MARKS],
        reasons=_reasons(stopped),
        cost=_spread((usage.cost_lowest, usage.cost_highest) for usage in usages),
        hours=_spread((usage.hours_lowest, usage.hours_highest) for usage in usages),
        has_examples=any(usage.example_data for usage in usages),
    )


def months_between(first: date, last: date) -> int:
    """Whole months from the month of one day to that of another."""
    return (last.year - first.year) * 12 + last.month - first.month


def _mark(usages: Collection[KnownUsage], months: int, today: date) -> Mark:
    begun = [usage for usage in usages if months_between(usage.started_on, today) >= months]
    reached = [months_between(usage.started_on, usage.stopped_on or usage.told_on) for usage in begun]
    running = sum(lasted >= months for lasted in reached)
    stopped = sum(
        usage.stopped_on is not None and lasted < months for usage, lasted in zip(begun, reached, strict=True)
    )
    return Mark(months, running, stopped, len(begun) - running - stopped)


def _reasons(stopped: Collection[KnownUsage]) -> list[tuple[str, int]]:
    counted = Counter(usage.stop_reason for usage in stopped)
    return sorted(counted.items(), key=lambda pair: (not pair[0], -pair[1], pair[0]))


def _spread(ranges: Iterable[tuple[float | None, float | None]]) -> Spread | None:
    given = [(low, high) for low, high in ranges if low is not None and high is not None]
    if not given:
        return None
    middle = median((low + high) / 2 for low, high in given)
    return Spread(min(low for low, _ in given), max(high for _, high in given), middle, len(given))

"""What the four quarters say of the year: at least the busiest quarter, at most all of them together.

The same person may count in each quarter and counts in the year once. Members are counted on a day: the
last day of the year is the last day of its last quarter.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from node.outcomes.periods import Quarter
from node.quarters.kept import kept_in
from schemas.indicators import NATIONAL, Indicator

ON_A_DAY = ("members",)
"""Raw elements that are counted on the last day of a period, and not over it."""


@dataclass(frozen=True)
class OverQuarters:
    """The bounds of a year's number."""

    least: int
    most: int | None
    """None when a quarter was not counted."""
    times: int


def over_quarters(session: Session, year: int) -> dict[str, OverQuarters]:
    """The bounds by raw element, of what was counted in at least one quarter."""
    counted: dict[str, dict[int, int]] = {}
    for quarter in (Quarter(year, number) for number in (1, 2, 3, 4)):
        for (code, _version), kept in kept_in(session, quarter).items():
            if code in NATIONAL and kept.word.value is not None:
                counted.setdefault(NATIONAL[code].numerator, {})[quarter.number] = kept.word.value
    return {element: found for element, numbers in counted.items() if (found := _bounds(element, numbers))}


def bounds_of(session: Session, indicator: Indicator, year: int) -> OverQuarters | None:
    """The bounds of one yearly figure; None when no quarter says anything of it."""
    return over_quarters(session, year).get(indicator.numerator) if indicator.counted == "year" else None


def _bounds(element: str, numbers: dict[int, int]) -> OverQuarters | None:
    if element in ON_A_DAY:
        return OverQuarters(numbers[4], numbers[4], 1) if 4 in numbers else None
    most = sum(numbers.values()) if len(numbers) == 4 else None
    return OverQuarters(max(numbers.values()), most, len(numbers))

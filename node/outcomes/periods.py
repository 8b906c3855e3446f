"""Quarters: the periods over which this network counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from schemas.errors import InvalidInput
from schemas.messages import N_

FIRST_YEAR = 2005  # the first care cooperatives


@dataclass(frozen=True)
class Quarter:
    """One quarter of a year."""

    year: int
    number: int

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        following = date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)
        return following - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day falls."""
    return Quarter(day.year, (day.month + 2) // 3)


def past_quarters(today: date, count: int = 8) -> list[Quarter]:
    """The last quarters that are over, newest first."""
    quarters, day = [], quarter_of(today).start
    for _ in range(count):
        quarter = quarter_of(day - timedelta(days=1))
        quarters.append(quarter)
        day = quarter.start
    return quarters


def read_quarter(text: str, today: date) -> Quarter:
    """Read “2026-2”. Raises InvalidInput when it is no quarter, or one that is not over yet."""
    year, _, number = text.partition("-")
    is_one = text.isascii() and year.isdecimal() and len(year) == 4 and number in {"1", "2", "3", "4"}
    if not is_one or int(year) < FIRST_YEAR:
        raise InvalidInput(fields={"period": [N_("Choose a quarter.")]})
    quarter = Quarter(int(year), int(number))
    if quarter.end >= today:
        raise InvalidInput(fields={"period": [N_("This quarter is not over yet.")]})
    return quarter

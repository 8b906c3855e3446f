"""A week of the village, day by day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from node.gatherings.dutch_holidays import holiday_on
from node.gatherings.occurrences import Occurrence
from node.gatherings.service import WEEK, between
from schemas.errors import NotFound

_WEEK = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True)
class Day:
    """One day with something to do, or a holiday."""

    on: date
    occurrences: Sequence[Occurrence]

    @property
    def holiday(self) -> str | None:
        """The name of the holiday that it is (a message id)."""
        return holiday_on(self.on)


def days_with_something(occurrences: Sequence[Occurrence]) -> list[Day]:
    """Occurrences in order, put together by day."""
    return [Day(on, list(found)) for on, found in groupby(occurrences, key=lambda one: one.on)]


def whole_week(session: Session, monday: date, *, member: bool) -> list[Day]:
    """All seven days of a week, also those with nothing to do."""
    found = {
        day.on: day for day in days_with_something(between(session, monday, monday + WEEK, member=member))
    }
    days = (monday + timedelta(days=number) for number in range(7))
    return [found.get(day) or Day(day, ()) for day in days]


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def week_name(monday: date) -> str:
    """The week of a Monday as ISO 8601 writes it: ``2026-W48``."""
    return monday.strftime("%G-W%V")


def read_week(name: str) -> date:
    """The Monday of a week such as ``2026-W48``. NotFound for what is no week, or too far away."""
    match = _WEEK.fullmatch(name)
    if match is None or not 2000 <= int(match[1]) <= 2199:
        raise NotFound(cause=f"no week: {name[:20]}")
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise NotFound(cause=f"no week: {name[:20]}") from None

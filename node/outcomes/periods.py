"""The periods over which this network counts: quarters, years, and the days of a survey."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from schemas.errors import InvalidInput
from schemas.messages import N_

FIRST_YEAR = 2005  # the first care cooperatives
_QUARTER = re.compile(r"[12][0-9]{3}-[1-4]")
_YEAR = re.compile(r"[12][0-9]{3}")


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


@dataclass(frozen=True)
class Span:
    """A year, or the days of a survey, both ends included."""

    start: date
    end: date

    def __str__(self) -> str:
        is_year = (self.start, self.end) == (date(self.start.year, 1, 1), date(self.start.year, 12, 31))
        return str(self.start.year) if is_year else f"{self.start}/{self.end}"


Period = Quarter | Span


def year_of(year: int) -> Span:
    """A whole year."""
    return Span(date(year, 1, 1), date(year, 12, 31))


def period_of(start: date, end: date) -> Period:
    """The period with these ends, by its own name."""
    quarter = quarter_of(start)
    return quarter if (quarter.start, quarter.end) == (start, end) else Span(start, end)


def past_years(today: date, count: int = 3) -> list[Span]:
    """The last years that are over, newest first."""
    return [year_of(today.year - back) for back in range(1, count + 1)]


def in_dutch(period: Period) -> str:
    """As it is written in what travels: “kwartaal 2 van 2026”, “2026”, or its two days."""
    if isinstance(period, Quarter):
        return f"kwartaal {period.number} van {period.year}"
    is_year = "/" not in str(period)
    return str(period) if is_year else f"{period.start:%d-%m-%Y} tot en met {period.end:%d-%m-%Y}"


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


Counted = Literal["quarter", "year", "survey"]


def read_period(text: str, today: date, counted: Counted) -> Period:
    """Read “2026-2”, “2026” or “2026-03-01/2026-04-15”, whichever fits what is counted.

    A survey may have any of the three. Raises InvalidInput for no such period, or one not over yet.
    """
    period = _read(text, counted)
    if period is None or period.start.year < FIRST_YEAR:
        raise InvalidInput(fields={"period": [_CHOOSE[counted]]})
    if period.end >= today:
        message = _NOT_OVER if not isinstance(period, Quarter) else N_("This quarter is not over yet.")
        raise InvalidInput(fields={"period": [message]})
    return period


_NOT_OVER = N_("This period is not over yet.")
_CHOOSE: dict[Counted, str] = {
    "quarter": N_("Choose a quarter."),
    "year": N_("Choose a year."),
    "survey": N_("Choose the first and the last day of the survey, in one year."),
}


def _read(text: str, counted: Counted) -> Period | None:
    if not text.isascii():
        return None
    if counted in ("quarter", "survey") and _QUARTER.fullmatch(text):
        return Quarter(int(text[:4]), int(text[5]))
    if counted in ("year", "survey") and _YEAR.fullmatch(text):
        return year_of(int(text))
    return _days(text) if counted == "survey" else None


def _days(text: str) -> Span | None:
    """The days of a survey, within one year: its figures cost of the budget of that year alone."""
    first, _, last = text.partition("/")
    try:
        span = Span(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return span if span.start <= span.end and span.start.year == span.end.year else None


def period_named(text: str) -> Period:
    """Read a period by its own name, whichever it is. Raises InvalidInput for none."""
    period = _read(text, "survey")
    if period is None or period.start.year < FIRST_YEAR:
        raise InvalidInput(fields={"period": [N_("Choose a period.")]})
    return period

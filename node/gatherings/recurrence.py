"""The days of a rule within a window: only the periods that touch the window are looked at.

So the coming week costs the same whether a series began last month or forty years ago, and a rule
that never has a day (31 February) ends like any other. `dateutil` is the oracle of the tests.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import MAXYEAR, date, timedelta
from functools import lru_cache

from node.gatherings.rules import Rule, complete, count_of, refuse, split, stored

LOOK_AHEAD = timedelta(days=366 * 9)
"""How far a next day is looked for: 29 February can be eight years away."""


def read_rule(text: str, first_on: date, at_time: str = "") -> str:
    """A rule as it is kept, from RFC 5545's text; "" for what takes place once.

    Raises InvalidInput for a rule that we cannot keep, or that has no day at all.
    """
    if not text.strip():
        return ""
    parts = split(text)
    rule, count = complete(parts, first_on, at_time), count_of(parts)
    if count:
        days = _first_days(rule, first_on, count)
        rule = Rule(**{**rule.__dict__, "until": days[-1]})
    elif next(_days(rule, first_on, first_on, _after(first_on, LOOK_AHEAD)), None) is None:
        raise refuse(f"no day: {text[:80]}")
    return str(rule)


@lru_cache(maxsize=8192)
def days_of(rule: str, first_on: date, first: date, last: date) -> tuple[date, ...]:
    """The days of a kept rule that began on ``first_on``, from ``first`` up to and including ``last``."""
    if not rule:
        return (first_on,) if first <= first_on <= last else ()
    return tuple(_days(stored(rule), first_on, first, last))


def first_day(rule: str, day: date) -> date:
    """The first day of a kept rule on or after ``day``; ``day`` itself when there is none."""
    return next(_days(stored(rule), day, day, _after(day, LOOK_AHEAD)), day) if rule else day


def _first_days(rule: Rule, first_on: date, count: int) -> list[date]:
    days: list[date] = []
    end = _after(first_on, timedelta(days=366 * 40))
    for day in _days(rule, first_on, first_on, end):
        days.append(day)
        if len(days) == count:
            return days
    raise refuse(f"fewer than {count} days in forty years")


def _days(rule: Rule, first_on: date, first: date, last: date) -> Iterator[date]:
    first = max(first, first_on)
    last = min(last, rule.until) if rule.until else last
    number = _period_number(rule, first_on, first) if first <= last else 0
    while first <= last:
        period = _period(rule, first_on, number)
        if period is None or period[0] > last:
            return
        yield from (day for day in _within(rule, *period) if first <= day <= last)
        number += 1


def _period_number(rule: Rule, first_on: date, day: date) -> int:
    """Which period of the rule ``day`` lies in, or the last one before it."""
    if rule.freq == "DAILY":
        passed = (day - first_on).days
    elif rule.freq == "WEEKLY":
        passed = (day - _week_of(rule, first_on)).days // 7
    else:
        passed = day.year - first_on.year
        if rule.freq == "MONTHLY":
            passed = passed * 12 + day.month - first_on.month
    return passed // rule.interval


def _period(rule: Rule, first_on: date, number: int) -> tuple[date, date] | None:
    """The first and last day of a period; None when the calendar ends before it."""
    passed = number * rule.interval
    try:
        if rule.freq == "DAILY":
            day = first_on + timedelta(days=passed)
            return day, day
        if rule.freq == "WEEKLY":
            day = _week_of(rule, first_on) + timedelta(weeks=passed)
            return (max(day, first_on) if number == 0 else day), day + timedelta(days=6)
        if rule.freq == "MONTHLY":
            year, month = divmod(first_on.year * 12 + first_on.month - 1 + passed, 12)
            return date(year, month + 1, 1), date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        return date(first_on.year + passed, 1, 1), date(first_on.year + passed, 12, 31)
    except (OverflowError, ValueError):
        return None


def _week_of(rule: Rule, day: date) -> date:
    return date.fromordinal(max(1, day.toordinal() - (day.weekday() - rule.week_start) % 7))


def _within(rule: Rule, start: date, end: date) -> list[date]:
    """The days of one period, after BYSETPOS."""
    length = (end - start).days + 1
    every = (start + timedelta(days=number) for number in range(length))
    days = [day for day in every if _fits(rule, day)]
    if not rule.positions:
        return days
    found = {position - 1 if position > 0 else len(days) + position for position in rule.positions}
    return [days[index] for index in sorted(found) if 0 <= index < len(days)]


def _fits(rule: Rule, day: date) -> bool:
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.weekdays or _is_weekday(rule, day))
        and (not rule.month_days or _is_month_day(rule, day))
        and (not rule.year_days or _is_year_day(rule, day))
        and (not rule.weeks or _is_week(rule, day))
    )


def _is_weekday(rule: Rule, day: date) -> bool:
    return any(
        day.weekday() == weekday and (nth == 0 or _nth(rule, day, nth)) for nth, weekday in rule.weekdays
    )


def _nth(rule: Rule, day: date, nth: int) -> bool:
    """True when it is the nth of its weekday in the month; of a yearly rule without months, in the year."""
    if rule.freq == "YEARLY" and not rule.months:
        position, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
    else:
        position, length = day.day, calendar.monthrange(day.year, day.month)[1]
    return nth == ((position - 1) // 7 + 1 if nth > 0 else -((length - position) // 7 + 1))


def _is_month_day(rule: Rule, day: date) -> bool:
    return day.day in rule.month_days or _from_end(day) in rule.month_days


def _from_end(day: date) -> int:
    return day.day - calendar.monthrange(day.year, day.month)[1] - 1


def _is_year_day(rule: Rule, day: date) -> bool:
    number, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
    return number in rule.year_days or number - length - 1 in rule.year_days


def _is_week(rule: Rule, day: date) -> bool:
    year, week, _weekday = day.isocalendar()
    weeks = date(year, 12, 28).isocalendar().week
    return week in rule.weeks or week - weeks - 1 in rule.weeks


def _after(day: date, time: timedelta) -> date:
    return day + time if day.year < MAXYEAR - 45 else date.max

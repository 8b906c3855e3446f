"""Gatherings as iCalendar (RFC 5545): a rule with its exceptions, so that a calendar shows one series.

No person is in it: a subscribed calendar is fetched and kept by whoever made the calendar program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from node.gatherings.dutch_holidays import holiday_on
from node.gatherings.models import Gathering, moment
from node.gatherings.occurrences import Occurrence, occurrence_of, series_days, takes_place
from node.gatherings.rules import stored

Event = Any
"""A component of icalendar, whose own types name every kind of property at once."""
BACK, AHEAD = timedelta(days=366), timedelta(days=2 * 366)
"""How far days that do not take place are written out; the schedule beyond follows with the next reading."""


@dataclass(frozen=True)
class CalendarHead:
    """What a calendar is called, where its pages are, and the day it is read."""

    name: str
    base_url: str
    today: date


def to_calendar(gatherings: Iterable[Gathering], head: CalendarHead) -> bytes:
    """All gatherings that have a day, as one calendar."""
    from icalendar import Calendar  # noqa: PLC0415  # only where a calendar is read or written

    calendar = Calendar()
    calendar.add("prodid", "-//Omzien//omzien//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", head.name)
    calendar.add("x-wr-timezone", "Europe/Amsterdam")
    for gathering in gatherings:
        if gathering.first_on is not None:
            for event in _events(gathering, head):
                calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _events(gathering: Gathering, head: CalendarHead) -> Iterator[Event]:
    if not gathering.is_series:
        only = gathering.first_on and occurrence_of(gathering, gathering.first_on)
        if only:
            yield _event(only, head)
        return
    first, last = head.today - BACK, head.today + AHEAD
    days = list(series_days(gathering, first, last))
    yield _series(gathering, days, head)
    rows = {row.happens_on for row in gathering.occurrences}
    holidays = {day for day in days if gathering.on_holidays == "move" and holiday_on(day)}
    for day in sorted(rows | holidays):
        one = occurrence_of(gathering, day)
        if one is not None and _is_exception(one):
            event = _event(one, head)
            event.add("recurrence-id", _start(gathering, day, gathering.at_time))
            yield event


def _is_exception(one: Occurrence) -> bool:
    kept = one.kept
    return one.is_moved or one.is_cancelled or bool(kept and (kept.at_time or kept.until_time or kept.place))


def _series(gathering: Gathering, days: list[date], head: CalendarHead) -> Event:
    """The event that repeats, with the days that are left out or do not take place."""
    from icalendar import vRecur  # noqa: PLC0415  # see to_calendar

    first_on = gathering.first_on or head.today
    event = _event(Occurrence(gathering, first_on, first_on), head)
    if gathering.rrule:
        event.add("rrule", vRecur.from_ical(_rule(gathering)))
    moved = {row.happens_on for row in gathering.occurrences if row.moved_to}
    silent = [day for day in days if not takes_place(gathering, day) and day not in moved]
    left_out = sorted({*map(date.fromisoformat, gathering.left_out_days.split()), *silent})
    extra = [date.fromisoformat(day) for day in gathering.extra_days.split()]
    for name, listed in (("exdate", left_out), ("rdate", extra)):
        if listed:
            event.add(name, [_start(gathering, day, gathering.at_time) for day in listed])
    return event


def _rule(gathering: Gathering) -> str:
    """The rule with the end of the series in it, as an instant where the days have an hour."""
    ends = [day for day in (stored(gathering.rrule).until, gathering.stopped_on) if day]
    parts = [part for part in gathering.rrule.split(";") if not part.startswith("UNTIL=")]
    if ends:
        last = min(ends)
        instant = moment(last, gathering.at_time).astimezone(UTC) if gathering.at_time else None
        parts.append(f"UNTIL={instant:%Y%m%dT%H%M%SZ}" if instant else f"UNTIL={last:%Y%m%d}")
    return ";".join(parts)


def _event(one: Occurrence, head: CalendarHead) -> Event:
    from icalendar import Event as NewEvent  # noqa: PLC0415  # see to_calendar

    gathering, event = one.gathering, NewEvent()
    event.add("uid", f"gathering-{gathering.id}@{urlsplit(head.base_url).hostname}")
    event.add("dtstamp", datetime.combine(head.today, time(), tzinfo=UTC))
    event.add("summary", gathering.name)
    event.add("dtstart", _start(gathering, one.on, one.at_time))
    if one.at_time and one.until_time:
        event.add("dtend", moment(one.on, one.until_time))
    text = "\n\n".join(dict.fromkeys(part for part in (gathering.summary, gathering.text) if part))
    location = ", ".join(part for part in (one.place, one.address) if part)
    page = f"{head.base_url}/meedoen/{gathering.id}"
    for name, value in (("description", text), ("location", location), ("url", page)):
        if value:
            event.add(name, value)
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    return event


def _start(gathering: Gathering, day: date, at_time: str) -> Any:
    """A day with the hour of the series in our zone, or the whole day when it has none."""
    return moment(day, at_time) if at_time and gathering.at_time else day

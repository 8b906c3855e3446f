"""What a calendar from elsewhere says, as gatherings: read first, taken over when somebody says which.

Google, Outlook, Apple and Nextcloud each write their own dialect of RFC 5545. Who is invited and who
organises is never read: those are people. What we cannot keep is named, not guessed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import nh3

from node.gatherings.recurrence import LOOK_AHEAD, days_of, read_rule
from schemas.errors import InvalidInput
from schemas.events import TIMEZONE
from schemas.messages import N_
from schemas.personal_data import find_hints

Event = Any
"""A component of icalendar, whose own types name every kind of property at once."""
LARGEST = 1_000_000  # bytes
MOST_EVENTS = 2000
MOST_SHOWN = 300
_ZONE = ZoneInfo(TIMEZONE)
_NO_CALENDAR = N_("This is not a calendar that we can read. Choose a file that ends in .ics.")
_WHEN = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE")
_BREAKS = re.compile(r"<(?:br|/p|/div|/li)\b[^>]{0,100}>", re.IGNORECASE)
_TAGS = re.compile(r"<[a-zA-Z/!][^>]{0,500}>")


@dataclass(frozen=True)
class Moment:
    """A day with its hour, ``17.30`` or "" for the whole day, as the clock in the village shows it."""

    on: date
    at_time: str


@dataclass(frozen=True)
class Change:
    """One time of a series that is different."""

    key: date
    is_cancelled: bool
    start: Moment
    until_time: str
    place: str


@dataclass
class Found:
    """One event of the calendar, and what hinders taking it over."""

    uid: str
    name: str
    text: str
    place: str
    start: Moment
    until_time: str
    rule: str = ""
    extra_days: set[date] = field(default_factory=set)
    left_out_days: set[date] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    is_private: bool = False
    problem: str = ""
    """Why it cannot be taken over (a message id); "" when it can."""

    @property
    def hints(self) -> list[str]:
        """Codes of what in its texts looks personal."""
        return find_hints([self.name, self.text, self.place])

    def is_over(self, today: date) -> bool:
        """True when it has no day from today on."""
        ahead = days_of(self.rule, self.start.on, today, today + LOOK_AHEAD)
        later = (*ahead, *self.extra_days, *(each.start.on for each in self.changes))
        return not any(day >= today for day in later)


def read_calendar(body: bytes) -> list[Found]:
    """The events of a calendar. InvalidInput when it is none, or too large."""
    if len(body) > LARGEST:
        raise _refused(N_("This file is too large: at most 1 MB."))
    masters: dict[str, Found] = {}
    exceptions: list[tuple[str, Event]] = []
    for number, event in enumerate(_events(body)):
        if number >= MOST_EVENTS:
            raise _refused(N_("There are too many events in this calendar: at most 2000."))
        uid = str(event.get("UID", ""))[:255] or f"without-uid-{number}"
        if event.get("RECURRENCE-ID") is not None:
            exceptions.append((uid, event))
        else:
            masters[uid] = _found(uid, event)
    for uid, event in exceptions:
        _add_change(masters, uid, event)
    return sorted(masters.values(), key=lambda each: (each.start.on, each.name))


def _events(body: bytes) -> Iterator[Event]:
    from icalendar import Calendar  # noqa: PLC0415  # only where a calendar is read or written

    try:
        text = body.decode("utf-8-sig", errors="replace")
        calendars = Calendar.from_ical(text, multiple=True)
        if not calendars or any(each.name != "VCALENDAR" for each in calendars):
            raise ValueError("no VCALENDAR")
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise _refused(_NO_CALENDAR, error) from None
    for each in calendars:
        yield from each.walk("VEVENT")


def _found(uid: str, event: Event) -> Found:
    found = Found(
        uid,
        _text(event, "SUMMARY", 120, lines=False) or "?",
        _text(event, "DESCRIPTION", 4000, lines=True),
        _text(event, "LOCATION", 120, lines=False),
        Moment(date.min, ""),
        "",
        is_private=_is_private(event),
    )
    try:
        _read_days(found, event)
    except InvalidInput:
        found.problem = N_("It repeats in a way that we do not know.")
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError):
        found.problem = N_("Its date cannot be read.")
    if "CANCELLED" in _words(event, "STATUS"):
        found.problem = N_("It is cancelled.")
    return found


def _read_days(found: Found, event: Event) -> None:
    if any(name in _WHEN for name, _error in event.errors):
        raise ValueError("a date that is none")
    begins = event["DTSTART"].dt
    found.start, found.until_time = _moment(begins), _until(event)
    rules = event.get("RRULE")
    if isinstance(rules, list) or event.get("EXRULE") is not None:
        raise InvalidInput(cause="more than one rule")
    if rules is not None:
        if isinstance(begins, datetime) and begins.date() != found.start.on:
            raise InvalidInput(cause="a rule in another time zone, on another day")
        text = rules.to_ical().decode()
        if not text:
            raise InvalidInput(cause="a rule that says nothing")
        found.rule = read_rule(text, found.start.on, found.start.at_time)
        if found.start.on not in days_of(found.rule, found.start.on, found.start.on, found.start.on):
            found.extra_days.add(found.start.on)  # the first day counts, also when the rule leaves it out
    found.extra_days |= _days(event, "RDATE")
    found.left_out_days = _days(event, "EXDATE")


def _add_change(masters: dict[str, Found], uid: str, event: Event) -> None:
    """One time that is different; without its series in the file it stands by itself."""
    series = masters.get(uid)
    if series is None:
        masters[uid] = _found(uid, event)
        return
    series.is_private |= _is_private(event)
    try:
        start, until = _moment(event["DTSTART"].dt), _until(event)
        key = _moment(event["RECURRENCE-ID"].dt).on
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError):
        series.problem = series.problem or N_("Its date cannot be read.")
        return
    place = _text(event, "LOCATION", 120, lines=False)
    different = place if place != series.place else ""
    series.changes.append(Change(key, "CANCELLED" in _words(event, "STATUS"), start, until, different))


def _is_private(event: Event) -> bool:
    return not _words(event, "CLASS").isdisjoint({"PRIVATE", "CONFIDENTIAL"})


def _words(event: Event, name: str) -> set[str]:
    """What a property says, in capitals; some calendars say it twice."""
    value = event.get(name, "")
    return {str(each).strip().upper() for each in (value if isinstance(value, list) else [value])}


def _moment(value: Any) -> Moment:
    """A day and an hour in our zone. A time without a zone is that of the village."""
    if isinstance(value, datetime):
        local = value if value.tzinfo is None else value.astimezone(_ZONE)
        return Moment(_sane(local.date()), f"{local:%H.%M}")
    return Moment(_sane(value), "")


def _sane(day: date) -> date:
    if not 1970 <= day.year <= 2199:
        raise ValueError(f"the year {day.year}")
    return day


def _until(event: Event) -> str:
    """The hour it ends, when that is on the same day."""
    begins, ends = event["DTSTART"].dt, event.get("DTEND")
    end = ends.dt if ends is not None else None
    if end is None and event.get("DURATION") is not None and isinstance(begins, datetime):
        end = begins + event["DURATION"].dt
    if not isinstance(end, datetime) or not isinstance(begins, datetime):
        return ""
    start, until = _moment(begins), _moment(end)
    return until.at_time if until.on == start.on and until.at_time > start.at_time else ""


def _days(event: Event, name: str) -> set[date]:
    listed = event.get(name)
    properties = listed if isinstance(listed, list) else [listed] if listed is not None else []
    values = [each.dt for part in properties for each in part.dts]
    return {_moment(value[0] if isinstance(value, tuple) else value).on for value in values}


def _text(event: Event, name: str, most: int, *, lines: bool) -> str:
    """A text as plain words: some calendars write HTML into it."""
    value = event.get(name)
    raw = str(value[0] if isinstance(value, list) else value or "")
    without = html.unescape(nh3.clean(_BREAKS.sub("\n", raw), tags=set())) if _TAGS.search(raw) else raw
    kept = "\n".join(line.strip() for line in without.splitlines()) if lines else " ".join(without.split())
    clean = "".join(letter for letter in kept if letter.isprintable() or letter == "\n")
    return clean.strip()[:most].strip()


def _refused(message: str, cause: object = "") -> InvalidInput:
    return InvalidInput(message, fields={"file": [message]}, cause=str(cause)[:200])

"""Calendars that real programs wrote: those that the wheel of icalendar carries for its own tests.

Google, Exchange, Thunderbird, BlackBerry, Plone, khal and Podio among them; many are broken in
the way that a bug report once said.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from node.gatherings.calendar_in import read_calendar
from node.gatherings.recurrence import days_of
from schemas.errors import InvalidInput

pytestmark = pytest.mark.filterwarnings("ignore:Timezone .* is a globally unique TZID")

CALENDARS = sorted(
    (each for each in (files("icalendar") / "tests" / "calendars").iterdir() if each.name.endswith(".ics")),
    key=lambda each: each.name,
)
PROGRAMS = (b"Google", b"Microsoft", b"Mozilla", b"RESEARCH IN MOTION", b"plone", b"khal", b"Podio")


def read(calendar):
    """The events, or None when the reader refuses the file in words."""
    try:
        return read_calendar(calendar.read_bytes())
    except InvalidInput as refused:
        if not refused.fields["file"]:
            raise
        return None


def test_the_wheel_carries_enough():
    assert len(CALENDARS) > 100


@pytest.mark.parametrize("calendar", CALENDARS, ids=lambda each: each.name)
def test_whatever_a_program_wrote_is_read_or_refused_in_words(calendar):
    for event in read(calendar) or []:
        assert event.name or event.problem
        if not event.problem:
            assert event.start.on.year > 1


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda name: name.decode())
def test_each_program_has_a_calendar_that_can_be_taken_over(program):
    written = [each for each in CALENDARS if program in each.read_bytes().split(b"BEGIN:VEVENT")[0]]
    taken = [event for each in written for event in read(each) or [] if not event.problem]
    assert written
    assert taken


def test_what_repeats_has_the_days_of_the_rule_as_its_program_wrote_it():
    """Three years of each, by dateutil from the text of the file."""
    compared = 0
    for calendar in CALENDARS:
        for event in read(calendar) or []:
            if event.problem or not event.rule or event.uid.startswith("without-uid"):
                continue
            last = event.start.on + timedelta(days=3 * 366)
            expected = _by_dateutil(calendar, event.uid, event.start.on, last)
            ours = days_of(event.rule, event.start.on, event.start.on, last)
            assert sorted({*ours, event.start.on}) == sorted({*expected, event.start.on}), calendar.name
            compared += 1
    assert compared >= 5


def _by_dateutil(calendar, uid, first, last):
    (written,) = (
        each
        for whole in Calendar.from_ical(calendar.read_text("utf-8"), multiple=True)
        for each in whole.walk("VEVENT")
        if str(each.get("UID", "")) == uid and each.get("RECURRENCE-ID") is None
    )
    rule = written["RRULE"].to_ical().decode().replace("Z", "")
    start = written["DTSTART"].dt
    hour = start.time() if isinstance(start, datetime) else datetime.min.time()
    end = datetime.combine(last, datetime.max.time())
    found = rrulestr(rule, dtstart=datetime.combine(first, hour))
    return [each.date() for each in found.between(datetime.combine(first, hour), end, inc=True)]

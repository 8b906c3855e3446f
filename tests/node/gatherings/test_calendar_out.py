"""Our calendar, read by an independent expander, has the days of the noticeboard; and it reads back."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rruleset, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from node.gatherings.calendar_import import _gathering
from node.gatherings.calendar_in import read_calendar
from node.gatherings.calendar_out import CalendarHead, to_calendar
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.occurrences import occurrences_between
from node.gatherings.recurrence import read_rule
from node.gatherings.service import local_today

ZONE = ZoneInfo("Europe/Amsterdam")
HEAD = CalendarHead("Dorp", "https://dorp.example", date(2026, 6, 1))
FIRST, LAST = date(2026, 1, 1), date(2027, 6, 1)


def meal(rule, **more):
    plain = {
        "on_holidays": "go_on",
        "extra_days": "",
        "left_out_days": "",
        "at_time": "17.30",
        "until_time": "",
    }
    plain |= {
        "summary": "",
        "text": "",
        "place": "Dorpshuis",
        "address": "",
        "for_whom": "",
        "example_data": False,
    }
    first_on = more.pop("first_on", date(2026, 1, 1))
    return Gathering(id=7, name="Eet", first_on=first_on, rrule=read_rule(rule, first_on), **(plain | more))


def expanded(body: bytes) -> set[tuple[datetime, bool]]:
    """When something is, and whether it is cancelled, by dateutil from the file alone."""
    events = Calendar.from_ical(body).walk("VEVENT")
    (series,) = [each for each in events if "RECURRENCE-ID" not in each]
    start = series["DTSTART"].dt
    rules = rruleset()
    if "RRULE" in series:
        rule = series["RRULE"].to_ical().decode()
        rules.rrule(rrulestr(rule, dtstart=start.astimezone(ZONE)))
    rules.rdate(start)
    for name, add in (("EXDATE", rules.exdate), ("RDATE", rules.rdate)):
        listed = series.get(name, [])
        for part in listed if isinstance(listed, list) else [listed]:
            for each in part.dts:
                add(each.dt)
    end = datetime(LAST.year, LAST.month, LAST.day, tzinfo=ZONE) + timedelta(days=40)
    found = {each: (each, False) for each in rules.between(start - timedelta(days=1), end)}
    for change in (each for each in events if "RECURRENCE-ID" in each):
        found.pop(change["RECURRENCE-ID"].dt, None)
        found[change["RECURRENCE-ID"].dt] = (change["DTSTART"].dt, str(change["STATUS"]) == "CANCELLED")
    return {(at, cancelled) for at, cancelled in found.values() if FIRST <= at.date() <= LAST}


@settings(deadline=None, max_examples=60)
@given(
    rule=st.sampled_from(
        [
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;INTERVAL=2",
            "FREQ=MONTHLY;BYDAY=1TH",
            "FREQ=DAILY;COUNT=40",
            "FREQ=DAILY",
        ]
    ),
    on_holidays=st.sampled_from(["go_on", "skip", "move"]),
    left_out=st.sets(st.dates(FIRST, date(2026, 12, 31)), max_size=4),
    pause=st.tuples(st.dates(FIRST, date(2026, 8, 1)), st.integers(0, 60)),
    cancelled=st.sets(st.integers(0, 20), max_size=3),
    moved=st.dictionaries(st.integers(0, 20), st.integers(1, 5), max_size=2),
)
def test_the_file_has_the_days_of_the_noticeboard(rule, on_holidays, left_out, pause, cancelled, moved):
    gathering = meal(rule, on_holidays=on_holidays)
    if rule == "FREQ=DAILY":
        moved = {}  # every day has one already
    gathering.left_out_days = " ".join(sorted(day.isoformat() for day in left_out))
    gathering.paused_from, gathering.paused_until = pause[0], pause[0] + timedelta(days=pause[1])
    some = occurrences_between(gathering, FIRST, LAST)
    for number in cancelled | set(moved):
        if number < len(some):
            row = GatheringOccurrence(happens_on=some[number].key, is_cancelled=number in cancelled)
            row.at_time = row.until_time = row.place = ""
            if number in moved:
                row.moved_to = some[number].key + timedelta(days=moved[number])
            gathering.occurrences.append(row)
    expected = {(one.starts_at, one.is_cancelled) for one in occurrences_between(gathering, FIRST, LAST)}
    assert expanded(to_calendar([gathering], HEAD)) == expected


def test_what_is_written_reads_back_as_it_was():
    gathering = meal("FREQ=WEEKLY;UNTIL=20261231", until_time="19.30", left_out_days="2026-05-14")
    gathering.extra_days, gathering.text = "2026-05-16", "Er is soep; brood, en “meer”.\n\n" + "Lang. " * 60
    row = GatheringOccurrence(happens_on=date(2026, 3, 12), moved_to=date(2026, 3, 14), is_cancelled=False)
    row.at_time, row.until_time, row.place = "12.00", "14.00", "Park"
    gathering.occurrences.append(row)
    (found,) = read_calendar(to_calendar([gathering], HEAD))
    again = _gathering(found, found.name, "village")
    assert again.text == gathering.text.strip()
    assert again.rrule == gathering.rrule
    assert [(each.on, each.at_time, each.place) for each in occurrences_between(again, FIRST, LAST)] == [
        (each.on, each.at_time, each.place) for each in occurrences_between(gathering, FIRST, LAST)
    ]


def test_a_day_without_an_hour_is_a_whole_day():
    body = to_calendar([meal("", at_time="")], HEAD)
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert event["DTSTART"].dt == date(2026, 1, 1)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))


@pytest.fixture
def two(site):
    soon = (local_today() + timedelta(days=2)).isoformat()
    for name, audience in (("Samen eten", "village"), ("Bestuur", "members")):
        data = {"name": name, "firstOn": soon, "repeat": "weekly", "atTime": "10.00", "audience": audience}
        assert site.post("supporter", "/meedoen/nieuw", data).status_code == 303


def secret_in(page):
    return re.search(r"/meedoen/agenda/[\w-]+\.ics", page)[0]


def test_everybody_reads_one_calendar_and_members_another(site, two):
    public = site.get("", "/meedoen/agenda.ics")
    assert public.mimetype == "text/calendar"
    assert b"Samen eten" in public.data
    assert b"Bestuur" not in public.data
    again = site.browser("").get("/meedoen/agenda.ics", headers={"If-None-Match": public.headers["ETag"]})
    assert again.status_code == 304
    made = site.post("member", "/meedoen/in-mijn-agenda")
    assert made.headers["Cache-Control"] == "no-store"
    address = secret_in(made.text)
    assert address.startswith("/meedoen/agenda/")
    assert b"Bestuur" in site.get("", address).data
    assert "private" in site.get("", address).headers["Cache-Control"]
    renewed = secret_in(site.post("member", "/meedoen/in-mijn-agenda").text)
    assert site.get("", address).status_code == 404
    assert site.get("", renewed).status_code == 200
    assert renewed not in site.get("member", "/meedoen/in-mijn-agenda").text
    assert site.post("member", "/meedoen/in-mijn-agenda/weg").status_code == 303
    assert site.get("", renewed).status_code == 404
    assert site.get("", "/meedoen/agenda/geraden.ics").status_code == 404
    assert site.post("", "/meedoen/in-mijn-agenda").status_code in (302, 401)

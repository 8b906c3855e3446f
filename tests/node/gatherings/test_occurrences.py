"""What comes between the rule and the day: holidays, pauses, a stop, extra days, and one time moved."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from node.gatherings.dutch_holidays import after_holidays, holiday_on
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.occurrences import coming, next_occurrence, occurrence_of, occurrences_between

THURSDAYS = "FREQ=WEEKLY;BYDAY=TH"


def meal(rrule=THURSDAYS, **more):
    plain = {"on_holidays": "go_on", "extra_days": "", "left_out_days": "", "at_time": "17.30"}
    return Gathering(name="Eet", first_on=date(2026, 1, 1), rrule=rrule, **(plain | more))


def days(gathering, first, last):
    return [one.on for one in occurrences_between(gathering, first, last)]


def test_the_holidays_are_those_of_the_library():
    years = range(2014, 2061)
    for year in years:
        expected = holidays.country_holidays("NL", years=year)
        found = {day for day in _year(year) if holiday_on(day)}
        assert found == set(expected), year


def _year(year):
    first = date(year, 1, 1)
    return [
        first + timedelta(days=number) for number in range(366) if (first + timedelta(number)).year == year
    ]


def test_a_holiday_goes_on_is_left_out_or_moves():
    ascension, window = date(2026, 5, 14), (date(2026, 5, 11), date(2026, 5, 17))
    assert days(meal(), *window) == [ascension]
    assert days(meal(on_holidays="skip"), *window) == []
    moved = meal(on_holidays="move")
    assert days(moved, *window) == [date(2026, 5, 15)]
    (one,) = occurrences_between(moved, *window)
    assert one.is_moved
    assert one.key == ascension
    christmas = meal("FREQ=WEEKLY;BYDAY=FR", on_holidays="move")
    assert days(christmas, date(2026, 12, 21), date(2026, 12, 27)) == [date(2026, 12, 27)]
    assert after_holidays(date(2026, 12, 25)) == date(2026, 12, 27)


def test_a_holiday_that_moves_into_the_next_week_is_found_there():
    friday = meal("FREQ=WEEKLY;BYDAY=FR", on_holidays="move")  # Good Friday 2026 is 3 April
    assert days(friday, date(2026, 4, 4), date(2026, 4, 4)) == [date(2026, 4, 4)]
    saturday = meal("FREQ=WEEKLY;BYDAY=SA,SU", on_holidays="move")
    assert days(saturday, date(2026, 4, 6), date(2026, 4, 12)) == [
        date(2026, 4, 7),
        date(2026, 4, 11),
        date(2026, 4, 12),
    ]


def test_a_pause_a_stop_and_days_besides_the_rule():
    window = (date(2026, 7, 1), date(2026, 7, 31))
    paused = meal(paused_from=date(2026, 7, 5), paused_until=date(2026, 7, 23))
    assert days(paused, *window) == [date(2026, 7, 2), date(2026, 7, 30)]
    assert days(meal(paused_from=date(2026, 7, 5)), *window) == [date(2026, 7, 2)]
    assert days(meal(stopped_on=date(2026, 7, 9)), *window) == [date(2026, 7, 2), date(2026, 7, 9)]
    other = meal(extra_days="2026-07-04 2026-07-09", left_out_days="2026-07-16")
    assert [day.day for day in days(other, *window)] == [2, 4, 9, 23, 30]


def test_one_time_moved_keeps_its_place_in_the_series():
    gathering = meal()
    key, other = date(2026, 3, 12), date(2026, 3, 14)
    gathering.occurrences.append(
        GatheringOccurrence(happens_on=key, moved_to=other, at_time="12.00", place="Park")
    )
    week = occurrences_between(gathering, date(2026, 3, 9), date(2026, 3, 22))
    assert [(one.key, one.on, one.at_time) for one in week] == [
        (key, other, "12.00"),
        (date(2026, 3, 19), date(2026, 3, 19), "17.30"),
    ]
    assert week[0].place == "Park"
    assert occurrence_of(gathering, key).on == other
    assert occurrence_of(gathering, other) is None
    assert next_occurrence(gathering, date(2026, 3, 13)).on == other


def test_what_is_moved_far_away_is_found_where_it_is():
    gathering = meal()
    gathering.occurrences.append(
        GatheringOccurrence(happens_on=date(2026, 3, 12), moved_to=date(2026, 6, 6), at_time="", place="")
    )
    assert date(2026, 6, 6) in days(gathering, date(2026, 6, 5), date(2026, 6, 7))
    assert days(gathering, date(2026, 3, 12), date(2026, 3, 12)) == []


def test_the_coming_days_end_with_the_series():
    gathering = meal("FREQ=WEEKLY;UNTIL=20260122;BYDAY=TH")
    assert [one.on.day for one in coming(gathering, date(2026, 1, 2))] == [8, 15, 22]
    assert coming(gathering, date(2026, 2, 1)) == []
    assert coming(Gathering(name="Klust", rrule="", on_holidays="go_on"), date(2026, 1, 1)) == []
    yearly = meal("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert next_occurrence(yearly, date(2026, 1, 1)).on == date(2028, 2, 29)


@pytest.mark.parametrize("length", [0, 1, 6, 30])
def test_windows_beside_one_another_leave_nothing_out(length):
    gathering = meal(
        "FREQ=WEEKLY;BYDAY=TH,FR,SU",
        on_holidays="move",
        paused_from=date(2026, 2, 1),
        paused_until=date(2026, 2, 20),
    )
    gathering.occurrences.append(
        GatheringOccurrence(happens_on=date(2026, 3, 12), moved_to=date(2026, 6, 6), at_time="", place="")
    )
    whole = [
        (one.key, one.on) for one in occurrences_between(gathering, date(2026, 1, 1), date(2026, 12, 31))
    ]
    parts, day = [], date(2026, 1, 1)
    while day <= date(2026, 12, 31):
        last = min(day + timedelta(days=length), date(2026, 12, 31))
        parts += [(one.key, one.on) for one in occurrences_between(gathering, day, last)]
        day = last + timedelta(days=1)
    assert parts == whole

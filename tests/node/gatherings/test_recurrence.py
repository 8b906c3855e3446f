"""A kept rule has the days that `dateutil` gives it, whatever the rule, the first day and the window."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from node.gatherings.recurrence import days_of, first_day, read_rule
from schemas.errors import InvalidInput

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
STARTS = st.dates(date(1999, 1, 1), date(2032, 12, 31))
WEEKDAYS = st.sets(st.sampled_from(DAYS), min_size=1, max_size=4).map(",".join)


def oracle(text: str, first_on: date, first: date, last: date) -> list[date]:
    """The days by dateutil, counted from the first day on."""
    start = datetime(first_on.year, first_on.month, first_on.day)  # noqa: DTZ001
    found = []
    for moment in rrulestr(text, dtstart=start):
        if moment.date() > last:
            break
        if moment.date() >= first:
            found.append(moment.date())
    return found


def nth(days: tuple[str, ...] = DAYS, most: int = 4) -> st.SearchStrategy[str]:
    numbers = st.integers(-most, most).filter(bool)
    one = st.tuples(numbers, st.sampled_from(days)).map(lambda pair: f"{pair[0]}{pair[1]}")
    return st.lists(one, min_size=1, max_size=2, unique=True).map(",".join)


def numbers(least: int, most: int, size: int = 3) -> st.SearchStrategy[str]:
    one = st.integers(least, most).filter(bool)
    return st.sets(one, min_size=1, max_size=size).map(lambda all_: ",".join(map(str, sorted(all_))))


@st.composite
def rules(draw) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    by = {
        "DAILY": {"BYDAY": WEEKDAYS, "BYMONTH": numbers(1, 12)},
        "WEEKLY": {"BYDAY": WEEKDAYS, "BYMONTH": numbers(1, 12), "WKST": st.sampled_from(DAYS)},
        "MONTHLY": {
            "BYDAY": WEEKDAYS | nth(),
            "BYMONTHDAY": numbers(-28, 28),
            "BYSETPOS": numbers(-2, 2, 1),
        },
        "YEARLY": {"BYMONTH": numbers(1, 12), "BYDAY": WEEKDAYS | nth(), "BYMONTHDAY": numbers(1, 28)},
    }[freq]
    names = draw(st.sets(st.sampled_from(sorted(by)), max_size=2))
    if "BYSETPOS" in names:
        names.add("BYDAY")
    parts = [f"{name}={draw(by[name])}" for name in sorted(names)]
    interval = draw(st.integers(1, 5))
    return ";".join([f"FREQ={freq}", f"INTERVAL={interval}", *parts])


@settings(deadline=None, max_examples=400)
@given(rule=rules(), first_on=STARTS, skip=st.integers(0, 2500), length=st.integers(0, 500))
def test_the_days_are_those_of_dateutil(rule, first_on, skip, length):
    first = first_on + timedelta(days=skip)
    last = first + timedelta(days=length)
    try:
        kept = read_rule(rule, first_on)
    except InvalidInput:
        assert oracle(rule, first_on, first_on, first_on + timedelta(days=366 * 9)) == []
        return
    assert list(days_of(kept, first_on, first, last)) == oracle(rule, first_on, first, last)
    assert read_rule(kept, first_on) == kept


@settings(deadline=None, max_examples=150)
@given(rule=rules(), first_on=STARTS, count=st.integers(1, 30))
def test_a_number_of_times_becomes_the_last_day(rule, first_on, count):
    text = f"{rule};COUNT={count}"
    try:
        kept = read_rule(text, first_on)
    except InvalidInput:
        return
    assert "COUNT" not in kept
    assert list(days_of(kept, first_on, date.min, date.max)) == oracle(text, first_on, date.min, date.max)


@pytest.mark.parametrize(
    ("rule", "first_on", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 30), [(1, 30), (2, 27), (3, 27), (4, 24)]),
        ("FREQ=MONTHLY", date(2026, 1, 31), [(1, 31), (3, 31), (5, 31), (7, 31)]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", date(2026, 1, 1), [(1, 30), (2, 27), (3, 31)]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", date(2026, 8, 4), [(8, 4), (8, 9), (8, 18), (8, 23)]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", date(2026, 8, 4), [(8, 4), (8, 16), (8, 18), (8, 30)]),
        ("FREQ=WEEKLY", date(2026, 3, 26), [(3, 26), (4, 2), (4, 9)]),
    ],
    ids=["last Friday", "the 31st", "last working day", "week from Monday", "week from Sunday", "over DST"],
)
def test_well_known_rules(rule, first_on, expected):
    days = days_of(read_rule(rule, first_on), first_on, first_on, date(2026, 12, 31))
    assert [(day.month, day.day) for day in days][: len(expected)] == expected


def test_leap_days_and_years_of_53_weeks():
    leap = read_rule("FREQ=YEARLY", date(2024, 2, 29))
    assert [day.year for day in days_of(leap, date(2024, 2, 29), date.min, date(2040, 1, 1))] == [
        *(2024, 2028, 2032, 2036)
    ]
    weekly = read_rule("FREQ=WEEKLY", date(2026, 1, 1))
    assert len(days_of(weekly, date(2026, 1, 1), date(2026, 1, 1), date(2026, 12, 31))) == 53
    last_week = read_rule("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", date(2020, 1, 1))
    assert [day.year for day in days_of(last_week, date(2020, 1, 1), date.min, date(2033, 1, 1))] == [
        *(2020, 2026, 2032)
    ]


@pytest.mark.parametrize(
    ("until", "at_time", "last"),
    [
        ("20260122", "17.30", 22),
        ("20260122T225959Z", "17.30", 22),
        ("20260122T120000", "17.30", 15),
        ("20260122T163000Z", "17.30", 22),
    ],
)
def test_the_last_day_counts_with_the_hour(until, at_time, last):
    kept = read_rule(f"FREQ=WEEKLY;UNTIL={until}", date(2026, 1, 1), at_time)
    assert days_of(kept, date(2026, 1, 1), date.min, date.max)[-1].day == last


@pytest.mark.parametrize(
    "rule",
    [
        *(
            "FREQ=HOURLY",
            "FREQ=DAILY;BYHOUR=9,17",
            "nonsense",
            "FREQ=WEEKLY;INTERVAL=0",
            "FREQ=WEEKLY;BYDAY=XX",
        ),
        *(
            "FREQ=WEEKLY;BYDAY=1MO",
            "FREQ=MONTHLY;BYDAY=0MO",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=",
            "INTERVAL=1",
        ),
        *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=WEEKLY;COUNT=0", "FREQ=WEEKLY;COUNT=999999999"),
        *("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "FREQ=WEEKLY;UNTIL=20261399", "FREQ=WEEKLY;UNTIL=19990101"),
        *("FREQ=WEEKLY;FREQ=DAILY", "FREQ=DAILY;BYSETPOS=1", "FREQ=YEARLY;BYWEEKNO=1;WKST=SU", "X" * 400),
    ],
)
def test_what_cannot_be_kept_is_refused(rule):
    with pytest.raises(InvalidInput) as caught:
        read_rule(rule, date(2026, 1, 1))
    assert "rrule" in caught.value.fields


def test_a_first_day_that_does_not_fit_becomes_the_first_that_does():
    kept = read_rule("FREQ=MONTHLY;BYDAY=3TH", date(2026, 1, 1))
    assert first_day(kept, date(2026, 1, 1)) == date(2026, 1, 15)
    assert first_day("", date(2026, 1, 1)) == date(2026, 1, 1)


def test_the_end_of_the_calendar_is_an_end():
    kept = read_rule("FREQ=WEEKLY;INTERVAL=7", date(9990, 1, 1))
    assert days_of(kept, date(9990, 1, 1), date(9999, 1, 1), date.max)[-1].year == 9999

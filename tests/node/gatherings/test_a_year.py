"""A year of a weekly meal: holidays, a cancelled evening, a moved one, another leader, and its end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from directory.replica.events import KnownEvent
from node.accounts.roles import Role
from node.gatherings import changes, service
from node.gatherings.changes import Moment, change_occurrence
from node.gatherings.publishing import announce_all
from schemas.errors import Conflict, InvalidInput
from tests.node.signing_in import add_account

YEAR = 2027
FIRST = date(YEAR, 1, 7)  # a Thursday
MEAL = {
    "name": "Elsendorp Eet",
    "summary": "Samen eten.",
    "place": "Dorpshuis",
    "firstOn": FIRST.isoformat(),
    "repeat": "weekly",
    "onHolidays": "skip",
    "atTime": "17.30",
    "audience": "network",
}


@pytest.fixture
def leaders(village):
    return [add_account(village.session, village.settings, role) for role in (Role.SUPPORTER, Role.BOARD)]


@pytest.fixture
def meal(village, leaders):
    data = {**MEAL, "leaderId": str(leaders[0].id)}
    return service.add_gathering(village.session, village.settings, data, today=FIRST)


def change(village, gathering, day, today, **data):
    return change_occurrence(village.session, gathering, day, data, Moment(village.settings, today))


def test_a_year_of_a_weekly_meal(village, neighbour, meal, leaders):
    session, settings = village.session, village.settings
    cancelled, moved, other = date(YEAR, 3, 11), date(YEAR, 6, 24), date(YEAR, 6, 26)
    told = 0
    day = FIRST
    while day.year == YEAR:
        if day == cancelled:
            changes.set_cancelled(session, settings, meal, cancelled, cancelled=True, today=day)
        if day == moved - timedelta(days=7):
            change(village, meal, moved, day, movedTo=other.isoformat(), place="Park")
        if day == date(YEAR, 9, 2):
            data = {**MEAL, "leaderId": str(leaders[1].id)}
            service.edit_gathering(session, settings, meal, data, today=day)
        told += announce_all(session, settings, day)
        day += timedelta(days=7)
    evenings = service.between(session, FIRST, date(YEAR, 12, 31), member=True)
    ascension = date(YEAR, 5, 6)
    assert len(evenings) == 52 - 1
    assert ascension not in {one.on for one in evenings}
    assert [one.key for one in evenings if one.is_cancelled] == [cancelled]
    (away,) = [one for one in evenings if one.is_moved]
    assert (away.key, away.on, away.place) == (moved, other, "Park")
    assert {one.leader_id for one in evenings} == {leaders[1].id}
    creates = [each["object"] for each in village.sent() if each["type"] == "Create"]
    assert len(creates) == len({each["id"] for each in creates}) == 51 + 2  # two of the year after
    says = [each["object"] for each in village.sent() if each["type"] == "Update"]
    assert [each["status"] for each in says] == ["CANCELLED", "CONFIRMED"]
    assert says[1]["startTime"].startswith(other.isoformat())
    assert says[1]["location"]["name"] == "Park"
    assert "Let op: deze keer op een andere dag." in says[1]["summary"]
    assert leaders[0].name not in str(village.sent())
    assert told
    for activity in village.sent():
        if "proof" in activity:  # of what was changed since, only an outline is kept
            neighbour.hears(village, activity)
    known = {event.starts_at.date(): event for event in neighbour.session.query(KnownEvent)}
    assert len(known) == len(creates)
    assert [day for day in known if known[day].is_cancelled] == [cancelled]
    assert moved not in known
    assert known[other].place == "Park"


def test_a_leader_is_a_person_of_this_node_for_one_time_or_always(village, meal, leaders):
    change(village, meal, FIRST, FIRST, leaderId=str(leaders[1].id))
    first, second = service.between(village.session, FIRST, FIRST + timedelta(days=7), member=True)
    assert service.name_of_leader(village.session, first) == leaders[1].name
    assert service.name_of_leader(village.session, second) == leaders[0].name
    village.session.delete(leaders[0])
    village.session.flush()
    village.session.expire_all()
    assert meal.leader_id is None
    with pytest.raises(InvalidInput) as caught:
        change(village, meal, FIRST, FIRST, leaderId="999999")
    assert "leaderId" in caught.value.fields


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"movedTo": (FIRST + timedelta(days=7)).isoformat()}, "movedTo"),
        ({"movedTo": (FIRST - timedelta(days=1)).isoformat()}, "movedTo"),
        ({"movedTo": (FIRST + timedelta(days=400)).isoformat()}, "movedTo"),
        ({"movedTo": "morgen"}, "movedTo"),
        ({"atTime": "half zes"}, "atTime"),
        ({"atTime": "18.00", "untilTime": "17.00"}, "untilTime"),
        ({"untilTime": "12.00"}, "untilTime"),
        ({"place": "x" * 200}, "place"),
    ],
)
def test_what_does_not_fit_one_time_is_said_beside_its_field(village, meal, data, field):
    with pytest.raises(InvalidInput) as caught:
        change(village, meal, FIRST, FIRST, **data)
    assert field in caught.value.fields


def test_only_a_coming_day_of_the_series_can_be_changed(village, meal):
    for day, today in ((FIRST + timedelta(days=1), FIRST), (FIRST, FIRST + timedelta(days=1))):
        with pytest.raises(Conflict):
            change(village, meal, day, today, place="Park")


def test_a_moved_time_can_go_back(village, meal):
    change(village, meal, FIRST, FIRST, movedTo=(FIRST + timedelta(days=2)).isoformat())
    change(village, meal, FIRST, FIRST + timedelta(days=1), movedTo=FIRST.isoformat(), place="")
    (one,) = service.this_week(village.session, FIRST)
    assert one.on == FIRST
    assert not one.is_moved


@pytest.mark.parametrize(
    ("repeat", "first", "expected"),
    [
        ("month_weekday", date(2027, 1, 21), ["2027-01-21", "2027-02-18", "2027-03-18"]),
        ("month_last", date(2027, 1, 29), ["2027-01-29", "2027-02-26", "2027-03-26"]),
        ("month_date", date(2027, 1, 31), ["2027-01-31", "2027-03-31", "2027-05-31"]),
        ("working_days", date(2027, 1, 9), ["2027-01-11", "2027-01-12", "2027-01-13"]),
        ("yearly", date(2028, 2, 29), ["2028-02-29", "2032-02-29", "2036-02-29"]),
    ],
)
def test_the_choices_of_the_form(village, repeat, first, expected):
    data = {
        **MEAL,
        "audience": "village",
        "onHolidays": "go_on",
        "repeat": repeat,
        "firstOn": first.isoformat(),
    }
    gathering = service.add_gathering(village.session, village.settings, data, today=first)
    assert [one.on.isoformat() for one in service.coming_days(gathering, first, 3)] == expected

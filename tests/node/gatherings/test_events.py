"""A gathering for everybody travels as an event, and is taken back when it is no longer for everybody."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from directory.replica.events import KnownEvent, list_coming
from federation.database import now
from node.gatherings import changes, service
from node.gatherings.event_document import Host, event_document
from node.gatherings.models import Gathering, moment
from node.gatherings.occurrences import Occurrence, occurrences_between
from node.gatherings.publishing import AHEAD, announce_all
from schemas.errors import Conflict, InvalidInput, NotFound

TODAY = service.local_today()
SOON = TODAY + timedelta(days=3)
TEXTS = {
    "name": "Elsendorp Eet",
    "summary": "Samen eten aan één lange tafel.",
    "text": "Er is soep en brood.\n\nHet kost 5 euro.",
    "place": "Dorpshuis",
    "address": "Dorpsstraat 1",
    "forWhom": "iedereen",
}
MEAL = {
    **TEXTS,
    "firstOn": SOON.isoformat(),
    "everyWeeks": "1",
    "atTime": "17:30",
    "untilTime": "19.30",
    "audience": "network",
}


def add(village, **changes):
    return service.add_gathering(village.session, village.settings, {**MEAL, **changes}, today=TODAY)


def edit(village, gathering, **changes):
    service.edit_gathering(
        village.session, village.settings, gathering, {**MEAL, **changes}, today=TODAY, confirmed=True
    )


def test_a_gathering_for_everybody_is_an_event_with_place_and_time(village):
    gathering = add(village)
    sent = village.sent()
    assert [each["type"] for each in sent] == ["Create"] * len(
        occurrences_between(gathering, TODAY, TODAY + AHEAD)
    )
    event = sent[0]["object"]
    assert (event["type"], event["recordType"]) == ("Event", "PublicEvent")
    assert event["name"] == "Elsendorp Eet"
    assert datetime.fromisoformat(event["startTime"]) == moment(SOON, "17.30")
    assert datetime.fromisoformat(event["endTime"]) - datetime.fromisoformat(event["startTime"]) == timedelta(
        hours=2
    )
    assert event["timezone"] == "Europe/Amsterdam"
    assert event["location"]["name"] == "Dorpshuis"
    assert event["location"]["address"]["streetAddress"] == "Dorpsstraat 1"
    assert event["status"] == event["ical:status"] == "CONFIRMED"
    assert event["url"].endswith(f"/meedoen/{gathering.id}/{SOON.isoformat()}")
    assert event["externalParticipationUrl"] == event["url"]
    assert "Dorpshuis" in event["summary"]
    assert "17.30 tot 19.30 uur" in event["content"]
    assert event["contentMap"] == {"nl": event["content"]}


def test_an_event_has_no_field_for_a_person(village):
    add(village)
    event = village.sent()[0]["object"]
    assert set(event) == {
        *("@context", "id", "type", "recordType", "attributedTo", "published", "updated", "to", "cc", "url"),
        *("name", "nameMap", "summary", "content", "contentMap", "text", "forWhom", "startTime", "endTime"),
        *("timezone", "inLanguage", "location", "category", "status", "ical:status", "joinMode", "proof"),
        *("externalParticipationUrl", "anonymousParticipationEnabled", "commentsEnabled", "isOnline"),
        *("repliesModerationOption", "attachment", "exampleData"),
    }
    assert set(event["location"]) == {"type", "name", "address"}


@pytest.mark.parametrize(
    ("day", "offset"), [(date(2026, 1, 8), "+01:00"), (date(2026, 7, 9), "+02:00")], ids=["winter", "summer"]
)
def test_the_hour_is_that_of_the_village_in_winter_and_summer(day, offset):
    gathering = Gathering(id=1, name="x", first_on=day, at_time="17.30", until_time="", place="Dorpshuis")
    gathering.summary = gathering.text = gathering.address = gathering.for_whom = ""
    gathering.audience, gathering.example_data = "network", False
    document = event_document(Occurrence(gathering, day, day), Host("Dorp", "Dorp", "https://dorp.example"))
    assert document["startTime"] == f"{day.isoformat()}T17:30:00{offset}"
    assert "endTime" not in document


@pytest.mark.parametrize("audience", ["members", "village"])
def test_what_is_not_for_everybody_stays_here(village, audience):
    add(village, audience=audience)
    assert village.sent() == []
    assert announce_all(village.session, village.settings, TODAY) == 0


def test_a_series_is_announced_two_weeks_ahead_and_no_day_twice(village):
    add(village)
    before = len(village.sent())
    assert announce_all(village.session, village.settings, TODAY) == 0
    assert announce_all(village.session, village.settings, TODAY + timedelta(days=7)) == 1
    assert len(village.sent()) == before + 1
    days = [each["object"]["startTime"] for each in village.sent()]
    assert len(days) == len(set(days))


def test_what_happens_once_is_announced_at_once(village):
    far = TODAY + timedelta(days=100)
    add(village, firstOn=far.isoformat(), everyWeeks="0")
    (event,) = [each["object"] for each in village.sent()]
    assert event["startTime"].startswith(far.isoformat())


def test_a_change_is_told_and_no_change_is_not(village):
    gathering = add(village, everyWeeks="0")
    edit(village, gathering, everyWeeks="0")
    assert len(village.sent()) == 1
    edit(village, gathering, everyWeeks="0", place="De Belt")
    create, update = village.sent()
    assert (create["type"], update["type"]) == ("Create", "Update")
    assert update["object"]["id"] == create["object"]["id"]
    assert update["object"]["location"]["name"] == "De Belt"


def test_another_day_withdraws_the_old_one(village):
    gathering = add(village, everyWeeks="0")
    edit(village, gathering, everyWeeks="0", firstOn=(SOON + timedelta(days=1)).isoformat())
    kinds = [each["type"] for each in village.sent()]
    assert sorted(kinds) == ["Create", "Create", "Delete"]
    (living,) = [each for each in gathering.occurrences if each.object_uri]
    assert living.happens_on == SOON + timedelta(days=1)


def test_a_cancelled_day_says_so_everywhere_and_can_take_place_after_all(village, neighbour):
    gathering = add(village, everyWeeks="0")
    for cancelled, status in ((True, "CANCELLED"), (False, "CONFIRMED")):
        changes.set_cancelled(
            village.session, village.settings, gathering, SOON, cancelled=cancelled, today=TODAY
        )
        told = village.sent()[-1]
        assert told["type"] == "Update"
        assert told["object"]["status"] == told["object"]["ical:status"] == status
        assert told["object"]["summary"].startswith("Dit gaat niet door.") is cancelled
        assert ("Dit gaat niet door." in told["object"]["content"]) is cancelled
        neighbour.hears(village)
        (known,) = list_coming(neighbour.session)
        assert known.is_cancelled is cancelled


def test_only_a_day_of_its_own_can_be_cancelled(village):
    gathering = add(village)
    for day in (SOON + timedelta(days=1), TODAY - timedelta(days=4)):
        with pytest.raises(Conflict):
            changes.set_cancelled(
                village.session, village.settings, gathering, day, cancelled=True, today=TODAY
            )


def test_a_day_cancelled_before_it_was_known_is_not_announced(village):
    gathering = add(village, audience="village", everyWeeks="0")
    changes.set_cancelled(village.session, village.settings, gathering, SOON, cancelled=True, today=TODAY)
    edit(village, gathering, everyWeeks="0")
    assert village.sent() == []


def test_for_members_only_takes_everything_back(village, neighbour):
    gathering = add(village, everyWeeks="0")
    neighbour.hears(village)
    assert len(list_coming(neighbour.session)) == 1
    edit(village, gathering, everyWeeks="0", audience="members")
    assert village.sent()[-1]["object"]["type"] == "Tombstone"
    neighbour.hears(village)
    assert list_coming(neighbour.session) == []
    assert all(each.object_uri is None for each in gathering.occurrences)
    edit(village, gathering, everyWeeks="0")
    assert village.sent()[-1]["type"] == "Create"
    assert village.sent()[-1]["object"]["id"] != village.sent()[0]["object"]["id"]


def test_the_neighbour_has_it_on_the_agenda_until_it_is_over(village, neighbour):
    add(village, everyWeeks="0")
    neighbour.hears(village)
    (known,) = list_coming(neighbour.session)
    assert (known.name, known.place, known.for_whom) == ("Elsendorp Eet", "Dorpshuis", "iedereen")
    assert known.over_at - known.starts_at == timedelta(hours=2)
    known.over_at = now() - timedelta(minutes=1)
    neighbour.session.flush()
    assert list_coming(neighbour.session) == []


def test_an_event_without_an_end_leaves_the_agenda_some_hours_later(village, neighbour):
    add(village, everyWeeks="0", untilTime="")
    neighbour.hears(village)
    known = neighbour.session.query(KnownEvent).one()
    assert known.over_at - known.starts_at == timedelta(hours=3)
    assert known.starts_at.tzinfo == UTC


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"firstOn": ""}, "firstOn"),
        ({"atTime": "", "untilTime": ""}, "atTime"),
        ({"place": ""}, "place"),
        ({"untilTime": "17.00"}, "untilTime"),
        ({"atTime": "half zes"}, "atTime"),
        ({"atTime": "25.00"}, "atTime"),
        ({"firstOn": "morgen"}, "firstOn"),
        ({"audience": "iedereen"}, "audience"),
        ({"name": ""}, "name"),
        ({"everyWeeks": "-1"}, "everyWeeks"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(village, changes, field):
    with pytest.raises(InvalidInput) as caught:
        add(village, **changes)
    assert field in caught.value.fields
    assert village.sent() == []


def test_two_gatherings_cannot_have_one_name(village):
    add(village)
    with pytest.raises(InvalidInput) as caught:
        add(village)
    assert "name" in caught.value.fields


def test_something_personal_is_asked_about_once(village):
    call = {"text": "Bel Truus op 06-12345678."}
    with pytest.raises(InvalidInput) as caught:
        add(village, **call)
    assert "confirmed" in caught.value.fields
    service.add_gathering(village.session, village.settings, {**MEAL, **call}, today=TODAY, confirmed=True)
    add(village, **call, name="Voor leden", audience="members")  # nobody outside reads it: no question


def test_members_see_what_others_do_not(village):
    gathering = add(village, audience="members")
    assert service.list_gatherings(village.session) == []
    assert service.list_gatherings(village.session, member=True) == [gathering]
    assert service.this_week(village.session, TODAY) == []
    assert len(service.this_week(village.session, TODAY, member=True)) == 1
    with pytest.raises(NotFound):
        service.open_gathering(village.session, gathering.id, member=False)


def test_nothing_that_is_typed_becomes_markup(village):
    attack = "<script>alert(1)</script>"
    add(village, summary=attack, text=attack, place=attack, forWhom=attack, name=attack)
    event = village.sent()[0]["object"]
    assert "<script" not in event["content"] + event["summary"]
    assert "&lt;script&gt;" in event["content"]
    assert json.dumps(event["text"]) == json.dumps(attack)  # plain text, for nodes that escape it

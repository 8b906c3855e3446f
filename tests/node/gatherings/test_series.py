"""A series rests, ends with or without a reason, and follows the version it began with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from node.activity_templates.models import ActivityTemplate
from node.gatherings import series, service
from node.gatherings.changes import Moment
from node.gatherings.service import local_today
from schemas.errors import Conflict, InvalidInput

TODAY = local_today()
MEAL = {
    "name": "Elsendorp Eet",
    "place": "Dorpshuis",
    "firstOn": (TODAY - timedelta(days=70)).isoformat(),
    "repeat": "daily",
    "atTime": "17.30",
    "audience": "network",
}


def later(number):
    return TODAY + timedelta(days=number)


@pytest.fixture
def meal(village):
    return service.add_gathering(village.session, village.settings, MEAL, today=TODAY)


@pytest.fixture
def when(village):
    return Moment(village.settings, TODAY)


def days(village):
    return [(one.on - TODAY).days for one in service.this_week(village.session, TODAY)]


def living(village):
    told = village.sent()
    gone = {each["object"]["id"] for each in told if each["type"] == "Delete"}
    return [each for each in told if each["type"] == "Create" and each["object"]["id"] not in gone]


def test_a_pause_takes_days_away_and_gives_them_back(village, meal, when):
    before = len(living(village))
    pause = {"pausedFrom": later(2).isoformat(), "pausedUntil": later(4).isoformat()}
    series.pause(village.session, meal, pause, when)
    assert days(village) == [0, 1, 5, 6]
    assert len(living(village)) == before - 3
    series.resume(village.session, meal, when)
    assert days(village) == [*range(7)]
    assert len(living(village)) == before


def test_a_pause_that_began_ends_yesterday_and_stays_known(village, meal):
    series.pause(village.session, meal, {}, Moment(village.settings, TODAY))
    assert days(village) == []
    series.resume(village.session, meal, Moment(village.settings, later(3)))
    assert days(village) == [3, 4, 5, 6]
    again = {"pausedFrom": later(5).isoformat()}
    series.pause(village.session, meal, again, Moment(village.settings, later(4)))
    assert days(village) == [3, 4]


def test_it_stops_with_a_reason_and_can_go_on_after_all(village, meal, when):
    data = {"stoppedOn": later(1).isoformat(), "stopReason": "helpers", "stopWords": "Truus ging verhuizen."}
    series.stop(village.session, meal, data, when)
    assert days(village) == [0, 1]
    assert (meal.stop_reason, meal.stop_words) == ("helpers", "Truus ging verhuizen.")
    assert "Truus" not in str(village.sent())
    assert len(living(village)) == 2
    with pytest.raises(Conflict):
        series.pause(village.session, meal, {}, Moment(village.settings, later(3)))
    series.go_on(village.session, meal, when)
    assert days(village) == [*range(7)]
    assert (meal.stopped_on, meal.stop_reason, meal.stop_words) == (None, "", "")


def test_what_never_began_can_be_called_off(village, when):
    data = {**MEAL, "firstOn": later(3).isoformat()}
    gathering = service.add_gathering(village.session, village.settings, data, today=TODAY)
    series.stop(village.session, gathering, {}, when)
    assert days(village) == []
    assert living(village) == []


def test_nobody_needs_to_say_why(village, meal, when):
    series.stop(village.session, meal, {"stopReason": "", "stopWords": ""}, when)
    assert meal.stopped_on == TODAY
    assert meal.stop_reason == ""


@pytest.mark.parametrize(
    ("change", "data", "field"),
    [
        (series.pause, {"pausedFrom": later(-1).isoformat()}, "pausedFrom"),
        (series.pause, {"pausedUntil": later(-1).isoformat()}, "pausedUntil"),
        (series.pause, {"pausedFrom": "2200-01-01", "pausedUntil": "2199-01-01"}, "pausedUntil"),
        (series.pause, {"pausedFrom": "morgen"}, "pausedFrom"),
        (series.stop, {"stopReason": "Truus"}, "stopReason"),
        (series.stop, {"stoppedOn": later(-80).isoformat()}, "stoppedOn"),
        (series.stop, {"stoppedOn": later(900).isoformat()}, "stoppedOn"),
        (series.stop, {"stopWords": "x" * 600}, "stopWords"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(village, meal, when, change, data, field):
    with pytest.raises(InvalidInput) as caught:
        change(village.session, meal, data, when)
    assert field in caught.value.fields


def test_it_keeps_the_version_it_began_with_until_somebody_chooses(village, when):
    template = ActivityTemplate(draft={"name": "Elsendorp Eet"})
    when_published = service.now()
    template.add_version("sha256:1", "https://dorp.example/1", when_published)
    village.session.add(template)
    village.session.flush()
    data = {**MEAL, "templateId": template.id}
    gathering = service.add_gathering(village.session, village.settings, data, today=TODAY)
    assert (gathering.template_id, gathering.template_version) == (template.id, 1)
    assert series.newest_version(village.session, gathering) is None
    template.draft = {"name": "Elsendorp Eet", "summary": "Nu met toetje"}
    template.add_version("sha256:2", "https://dorp.example/1", when_published)
    village.session.flush()
    service.edit_gathering(village.session, village.settings, gathering, MEAL, today=TODAY)
    assert gathering.template_version == 1
    assert series.newest_version(village.session, gathering) == 2
    series.follow_version(village.session, gathering, 2)
    assert series.newest_version(village.session, gathering) is None
    series.follow_version(village.session, gathering, 1)
    with pytest.raises(Conflict):
        series.follow_version(village.session, gathering, 9)


def test_the_page_of_a_series(site):
    address = site.post("supporter", "/meedoen/nieuw", MEAL).headers["Location"]
    page = f"{address}/reeks"
    assert site.get("member", page).status_code == 403
    assert "Stoppen is geen mislukking" in site.get("supporter", page).text
    assert site.post("supporter", f"{address}/pauze", {"pausedFrom": ""}).status_code == 303
    assert "Pauze" in site.get("", address).text
    assert site.post("supporter", f"{address}/pauze", {"pausedFrom": "x"}).status_code == 422
    assert site.post("supporter", f"{address}/verder").status_code == 303
    stop = {"stoppedOn": later(-1).isoformat(), "stopReason": "helpers", "stopWords": "Geen koks meer"}
    assert site.post("supporter", f"{address}/stoppen", stop).status_code == 303
    assert "te weinig mensen om het te dragen" in site.get("supporter", page).text
    shown = site.get("", address).text
    assert "Gestopt" in shown
    assert "Geen koks meer" not in shown
    assert "Wat we eerder deden" in site.get("", "/meedoen").text
    assert site.post("supporter", f"{address}/toch-verder").status_code == 303
    assert "Gestopt" not in site.get("", address).text
    for path in ("pauze", "verder", "stoppen", "toch-verder", "versie"):
        assert site.post("member", f"{address}/{path}", {}).status_code == 403
    assert site.post("supporter", f"{address}/versie", {"version": "1"}).status_code == 409


def test_a_program_lets_it_rest_and_stop(site):
    program, header = site.app.test_client(), site.token("supporter")
    made = program.post("/api/v1/gatherings", json={**MEAL, "rrule": "FREQ=DAILY;COUNT=100"}, headers=header)
    address = f"/api/v1/gatherings/{made.json['id']}"
    assert program.put(f"{address}/pause", json={}).status_code == 401
    rested = program.put(f"{address}/pause", json={"pausedFrom": later(1).isoformat()}, headers=header)
    assert rested.json["pausedFrom"] == later(1).isoformat()
    assert program.delete(f"{address}/pause", headers=header).json["pausedFrom"] is None
    stopped = program.put(f"{address}/end", json={"stopReason": "season"}, headers=header)
    assert (stopped.json["stoppedOn"], stopped.json["stopReason"]) == (TODAY.isoformat(), "season")
    assert program.put(f"{address}/end", json={"stopReason": "zomaar"}, headers=header).status_code == 422
    assert program.delete(f"{address}/end", headers=header).json["stoppedOn"] is None
    assert program.put(f"{address}/version", json={"version": 1}, headers=header).status_code == 409

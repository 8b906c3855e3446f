"""An activity is written, shared, cancelled and kept to members, in pages and through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from node.gatherings.models import Gathering
from node.gatherings.service import local_today

SOON = local_today() + timedelta(days=3)
MEAL = {
    "name": "Austerlitz Eet",
    "summary": "Samen eten.",
    "text": "Er is soep.",
    "place": "Dorpshuis",
    "address": "Dorpsstraat 1",
    "firstOn": SOON.isoformat(),
    "everyWeeks": "1",
    "atTime": "17.30",
    "untilTime": "19.30",
    "audience": "network",
}


def sent(site):
    with site.runtime.database.session() as session:
        return [
            (each["type"], each["object"].get("name", ""))
            for each in site.village(session).sent()
            if each["object"].get("recordType") == "PublicEvent" or each["type"] == "Delete"
        ]


@pytest.fixture
def meal(site):
    answer = site.post("supporter", "/meedoen/nieuw", MEAL)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_an_activity_is_written_and_everybody_finds_it(site, meal):
    shown = site.get("", meal).text
    for words in ("Austerlitz Eet", "Er is soep.", "Dorpshuis", "Dorpsstraat 1"):
        assert words in shown
    assert "Bewerken" not in shown
    assert sent(site)[0] == ("Create", "Austerlitz Eet")
    agenda = site.get("", "/agenda").text
    assert "Austerlitz Eet" in agenda
    assert "Agenda van alle dorpen" in site.get("", "/meedoen").text
    (event, *_rest) = site.app.test_client().get("/api/v1/events").json["items"]
    assert event["name"] == "Austerlitz Eet"
    assert event["place"] == "Dorpshuis"
    assert site.get("", event["pageUrl"].split("8080")[1]).status_code == 200


def test_a_day_is_cancelled_and_takes_place_after_all(site, meal):
    day = SOON.isoformat()
    assert site.post("board", f"{meal}/{day}/afgelasten").status_code == 303
    assert "Afgelast" in site.get("", f"{meal}/{day}").text
    assert "Gaat niet door" in site.get("", "/").text
    assert "Gaat niet door" in site.get("", "/agenda").text
    assert site.post("board", f"{meal}/{day}/doorgaan").status_code == 303
    assert "Afgelast" not in site.get("", f"{meal}/{day}").text
    assert site.post("board", f"{meal}/{local_today()}/afgelasten").status_code == 409
    assert site.post("board", f"{meal}/gisteren/afgelasten").status_code == 404


def test_what_is_for_members_only_is_not_there_for_others(site, meal):
    assert site.post("supporter", f"{meal}/bewerken", MEAL | {"audience": "members"}).status_code == 303
    assert sent(site)[-1][0] == "Delete"
    assert site.get("", meal).status_code == 404
    for page in ("/", "/meedoen", "/agenda"):
        assert "Austerlitz Eet" not in site.get("", page).text
    assert site.app.test_client().get("/api/v1/gatherings").json["items"] == []
    assert "Alleen leden" in site.get("member", "/meedoen").text
    assert site.get("member", meal).status_code == 200


def test_a_form_that_does_not_fit_comes_back_with_what_was_typed(site):
    answer = site.post("supporter", "/meedoen/nieuw", MEAL | {"place": "", "text": "Mijn tekst"})
    assert answer.status_code == 422
    assert "Voor het netwerk zijn een dag, een uur en een plek nodig." in answer.text
    assert "Mijn tekst" in answer.text
    assert sent(site) == []


def test_something_personal_is_asked_about(site):
    personal = MEAL | {"text": "Bel Truus op 06-12345678."}
    answer = site.post("supporter", "/meedoen/nieuw", personal)
    assert answer.status_code == 422
    assert "Dit lijkt op een telefoonnummer" in answer.text
    assert site.post("supporter", "/meedoen/nieuw", personal | {"confirmed": "1"}).status_code == 303


def test_only_the_team_writes(site, meal):
    for path in ("/meedoen/nieuw", f"{meal}/bewerken", f"{meal}/{SOON}/afgelasten"):
        assert site.post("member", path, MEAL).status_code == 403
        assert site.post("treasurer", path, MEAL).status_code == 403


def test_a_program_writes_changes_and_cancels(site):
    program, header = site.app.test_client(), site.token("supporter")
    wanted = {**MEAL, "everyWeeks": 2}
    assert program.post("/api/v1/gatherings", json=wanted).status_code == 401
    only_read = site.token("supporter", "read")
    assert program.post("/api/v1/gatherings", json=wanted, headers=only_read).status_code == 403
    made = program.post("/api/v1/gatherings", json=wanted, headers=header)
    assert made.status_code == 201, made.text
    address = f"/api/v1/gatherings/{made.json['id']}"
    assert made.json["nextOn"] == SOON.isoformat()
    cancelled = program.post(f"{address}/{SOON}/cancel", headers=header)
    assert cancelled.json["cancelledOn"] == [SOON.isoformat()]
    assert program.post(f"{address}/{SOON}/restore", headers=header).json["cancelledOn"] == []
    hidden = program.put(address, json={**wanted, "audience": "members"}, headers=header)
    assert hidden.json["audience"] == "members"
    assert program.get(address).status_code == 404
    assert program.put(address, json={**wanted, "place": ""}, headers=header).status_code == 422


def test_what_was_there_before_the_choice_stays_in_the_village(site):
    with site.runtime.database.session() as session:
        session.add(Gathering(name="Oud", first_on=SOON, at_time="10.00", place="Hier"))
        session.commit()
    assert "Oud" in site.get("", "/meedoen").text
    assert sent(site) == []


def test_a_remembered_week_forgets_what_changed(site, meal):
    for _ in range(2):  # the second is remembered
        assert "Austerlitz Eet" in site.get("", "/").text
        assert "Austerlitz Eet" in site.get("member", "/").text
    assert site.post("supporter", f"{meal}/bewerken", MEAL | {"summary": "Nu met toetje."}).status_code == 303
    assert "Nu met toetje." in site.get("", "/").text
    assert "Thursday" not in site.get("", "/").text
    site.post("supporter", f"{meal}/bewerken", MEAL | {"audience": "members"})
    assert "Austerlitz Eet" not in site.get("", "/").text
    assert "Austerlitz Eet" in site.get("member", "/").text

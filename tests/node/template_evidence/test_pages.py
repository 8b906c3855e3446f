"""Evidence in the browser and through the API: what everybody reads, what the team tells, and attacks."""

from __future__ import annotations

import re
from datetime import date

import pytest

from node.activity_templates import service
from node.gatherings.models import Gathering
from tests.example_format import AUSTERLITZ_EET

ATTACK = "\"><script>alert('x')</script>"
USE = {
    "startedIn": "2025-03",
    "stoppedIn": "2026-02",
    "stopReason": "helpers",
    "ownWords": "Wij waren moe.",
    "costPerPerson-lowest": "5",
    "costPerPerson-highest": "7,50",
    "hoursPerPerson-lowest": "0,5",
    "tells": ["usage", "reason", "cost", "hours"],
}


@pytest.fixture
def key(site):
    """A published format of Austerlitz."""
    with site.runtime.database.session(write=True) as session:
        template = service.create_template(session, AUSTERLITZ_EET)
        service.publish_template(session, site.settings, template)
        session.commit()
        return template.id


def test_the_team_notes_sees_tells_and_takes_back(site, key):
    assert site.post("supporter", f"/formats/{key}/gebruik", USE).status_code == 303
    page = site.get("supporter", f"/formats/{key}/gebruik").text
    assert "Dit gaat u vertellen" in page
    assert "te weinig mensen om het te dragen" in page
    assert "Nog geen dorp vertelde" in site.get("", f"/formats/{key}").text
    site.post("supporter", f"/formats/{key}/gebruik/vertellen")
    public = site.get("", f"/formats/{key}").text
    assert "1 dorp vertelde hoe het gaat." in public
    assert "€ 5 tot € 7,5" in public
    assert re.search(r"te weinig mensen om het te dragen: 1 dorp", public)
    assert "Wij waren moe" not in public
    assert site.post("supporter", f"/formats/{key}/gebruik/terugnemen").status_code == 303
    assert "Nog geen dorp vertelde" in site.get("", f"/formats/{key}").text
    assert "Wij waren moe" in site.get("supporter", f"/formats/{key}/gebruik").text


def test_a_mistake_is_told_in_dutch_beside_its_field_and_nothing_is_lost(site, key):
    wrong = {**USE, "stoppedIn": "2024-01", "costPerPerson-lowest": "veel"}
    answer = site.post("supporter", f"/formats/{key}/gebruik", wrong)
    assert answer.status_code == 422
    assert 'value="veel"' in answer.text
    assert "Wij waren moe." in answer.text
    assert re.search(r'id="costPerPerson-lowest-error"', answer.text)
    answer = site.post("supporter", f"/formats/{key}/gebruik", {**USE, "stoppedIn": "2024-01"})
    assert re.search(r'id="stoppedIn-error".*?niet stoppen voordat', answer.text, re.DOTALL)


def test_a_grade_is_shown_with_its_link_and_a_wrong_one_keeps_what_was_typed(site, key):
    grade = {"level": "founded", "name": "Samen eten", "url": "https://www.movisie.nl/interventie/eten"}
    wrong = site.post("board", f"/formats/{key}/beoordeling", {**grade, "url": "https://example.org/x"})
    assert wrong.status_code == 422
    assert "https://example.org/x" in wrong.text
    assert site.post("board", f"/formats/{key}/beoordeling", grade).status_code == 303
    page = site.get("", f"/formats/{key}").text
    assert "goed onderbouwd" in page
    assert 'href="https://www.movisie.nl/interventie/eten"' in page
    assert "Beoordeeld door deskundigen" in site.get("", "/formats").text


def test_who_has_no_right_is_refused(site, key):
    for path in ("gebruik", "gebruik/vertellen", "gebruik/terugnemen", "beoordeling"):
        for role in ("", "member", "treasurer"):
            assert site.post(role, f"/formats/{key}/{path}", USE).status_code in {302, 403}, (path, role)
    assert site.get("", f"/formats/{key}/gebruik").status_code in {302, 403}
    assert site.browser("supporter").post(f"/formats/{key}/gebruik", data=USE).status_code == 422
    assert site.get("supporter", "/formats/bestaatniet/gebruik").status_code == 404


def test_no_field_can_run_a_script(site, key):
    attack = dict.fromkeys((*USE, "level", "name", "url"), ATTACK)
    for path in ("gebruik", "beoordeling"):
        answer = site.post("supporter", f"/formats/{key}/{path}", attack)
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text
    site.post("supporter", f"/formats/{key}/gebruik", {**USE, "ownWords": ATTACK})
    assert "<script>alert" not in site.get("supporter", f"/formats/{key}/gebruik").text


def test_programs_read_evidence_and_tell_of_use(site, key):
    api, headers = site.app.test_client(), site.token("supporter", "write:templates")
    address = f"/api/v1/templates/{key}"
    body = {
        "startedIn": "2025-03",
        "costPerPerson": {"lowest": 5, "highest": 7.5},
        "tells": ["usage", "cost"],
    }
    noted = api.put(f"{address}/use", json=body, headers=headers)
    assert noted.status_code == 200, noted.text
    assert noted.json["told"] is None
    told = api.post(f"{address}/use/tell", headers=headers)
    assert told.json["told"]["startedIn"] == "2025-03"
    found = api.get(f"{address}/evidence").json
    assert (found["step"], found["told"], found["running"]) == ("tried", 1, 1)
    assert found["costPerPerson"]["highest"] == 7.5
    assert [mark["months"] for mark in found["marks"]] == [6, 12]
    grade = {"level": "described", "name": "Eten", "url": "https://www.movisie.nl/x"}
    assert api.put(f"{address}/grade", json=grade, headers=headers).json == grade
    assert api.get(f"{address}/evidence").json["step"] == "graded"
    assert api.post(f"{address}/use/confirm", headers=headers).json["told"] == told.json["told"]
    assert api.post(f"{address}/use/take-back", headers=headers).json["told"] is None
    assert api.post(f"{address}/use/confirm", headers=headers).status_code == 409
    assert api.get("/api/v1/templates/to-tell").status_code == 401


@pytest.mark.parametrize("body", [[], "x", {}, {"startedIn": "x"}, {"startedIn": "2025-03", "people": 3}])
def test_a_program_gets_a_problem_it_can_read(site, key, body):
    answer = site.app.test_client().put(
        f"/api/v1/templates/{key}/use", json=body, headers=site.token("supporter")
    )
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_the_team_is_asked_and_what_its_activity_says_is_filled_in(site, key):
    with site.runtime.database.session(write=True) as session:
        session.add(
            Gathering(
                name="Elsendorp Eet",
                template_id=key,
                first_on=date(2025, 3, 6),
                stopped_on=date(2025, 10, 2),
                stop_reason="place",
                stop_words="Het dorpshuis is weg.",
            )
        )
        session.commit()
    assert "formats waarvan u kunt vertellen" in site.get("supporter", "/werkplek").text
    listed = site.app.test_client().get("/api/v1/templates/to-tell", headers=site.token("supporter"))
    assert [(each["id"], each["why"]) for each in listed.json["items"]] == [(key, "stopped")]
    assert "Deze activiteit is gestopt" in site.get("supporter", "/formats/gebruik").text
    form = site.get("supporter", f"/formats/{key}/gebruik").text
    assert 'value="2025-03"' in form
    assert 'value="2025-10"' in form
    assert "Het dorpshuis is weg." in form
    assert "We vulden in wat uw eigen activiteiten zeggen" in form
    assert site.post("supporter", f"/formats/{key}/gebruik/niets").status_code == 303
    assert "Nu niets te vertellen" in site.get("supporter", "/formats/gebruik").text
    for role in ("", "member"):
        assert site.get(role, "/formats/gebruik").status_code in {302, 403}
        assert site.post(role, f"/formats/{key}/gebruik/nog-zo").status_code in {302, 403}
    assert site.post("supporter", f"/formats/{key}/gebruik/nog-zo").status_code == 409

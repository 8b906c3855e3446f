"""A story in pages and through the API: written, published, read, taken back, erased."""

from __future__ import annotations

from datetime import timedelta

import pytest

from node.gatherings.service import local_today

ACTIVITY_JSON = {"Accept": "application/activity+json"}
UNTIL = local_today() + timedelta(days=300)
STORY = {
    "name": "De eerste keer aan tafel",
    "text": "Ik kende niemand.\n\nNu eet ik er elke week.",
    "toldBy": "Truus",
    "consent": "1",
    "askedBy": "Piet Vraagt",
    "shownUntil": UNTIL.isoformat(),
}


@pytest.fixture
def draft(site):
    answer = site.post("supporter", "/verhalen/nieuw", STORY)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_story_is_written_published_and_read_by_everybody(site, draft):
    assert "Nog geen verhalen" in site.get("", "/verhalen").text
    assert site.get("", draft).status_code == 404
    assert site.post("board", f"{draft}/publiceren").status_code == 303
    shown = site.get("", draft).text
    assert "Nu eet ik er elke week." in shown
    assert "Verteld door Truus" in shown
    assert "Piet Vraagt" not in shown
    assert "Piet Vraagt" in site.get("board", draft).text
    for page in ("/verhalen", "/ons-dorp"):
        assert "De eerste keer aan tafel" in site.get("", page).text
    assert "Een nieuw verhaal" in site.get("", "/netwerk/delen").text


def test_a_published_story_is_changed_taken_back_and_erased(site, draft):
    site.post("board", f"{draft}/publiceren")
    assert site.post("supporter", f"{draft}/bewerken", STORY | {"name": "Aan tafel"}).status_code == 303
    assert "Aan tafel" in site.get("", draft).text
    assert site.post("supporter", f"{draft}/wissen").status_code == 409
    assert site.post("supporter", f"{draft}/intrekken").status_code == 303
    assert site.get("", draft).status_code == 404
    assert "niet meer gepubliceerd" in site.get("supporter", draft).text
    shared = site.get("", "/netwerk/delen").text
    assert "Een nieuw verhaal" in shared
    assert "Aan tafel" not in shared
    assert "Alleen voor" not in shared
    outbox = site.app.test_client().get("/actors/austerlitz/outbox?page=1", headers=ACTIVITY_JSON)
    assert "Nu eet ik" not in outbox.text
    assert site.post("supporter", f"{draft}/wissen").status_code == 303
    assert site.get("supporter", draft).status_code == 404


def test_a_name_without_consent_is_refused_and_nothing_is_lost(site):
    typed = {name: value for name, value in STORY.items() if name != "consent"}
    answer = site.post("supporter", "/verhalen/nieuw", typed)
    assert answer.status_code == 422
    assert "op papier goedvinden" in answer.text
    assert "Ik kende niemand." in answer.text


def test_something_personal_is_asked_about_before_it_is_published(site):
    text = {"text": "Ik heb kanker gehad. Bel 06-12345678."}
    draft = site.post("supporter", "/verhalen/nieuw", STORY | text).headers["Location"]
    answer = site.post("supporter", f"{draft}/publiceren")
    assert answer.status_code == 422
    assert "telefoonnummer" in answer.text
    assert "ziekte" in answer.text
    assert site.get("", draft).status_code == 404
    assert site.post("supporter", f"{draft}/publiceren", {"confirmed": "1"}).status_code == 303
    assert site.get("", draft).status_code == 200


def test_only_board_and_supporter_write(site, draft):
    for role in ("member", "treasurer"):
        for path in ("/verhalen/nieuw", f"{draft}/bewerken", f"{draft}/publiceren", f"{draft}/wissen"):
            assert site.post(role, path, STORY).status_code == 403
    assert site.get("", "/verhalen/nieuw").status_code in {302, 401}


def test_a_program_does_the_same(site):
    program, header = site.app.test_client(), site.token("supporter")
    wanted = {**STORY, "consent": True}
    assert program.post("/api/v1/stories", json=wanted).status_code == 401
    made = program.post("/api/v1/stories", json=wanted, headers=header)
    assert made.status_code == 201, made.text
    own = f"/api/v1/stories/own/{made.json['id']}"
    assert program.post(f"{own}/publish", json={}, headers=header).json["isPublic"] is True
    (listed,) = program.get("/api/v1/stories").json["items"]
    read = program.get(f"/api/v1/stories/{listed['id']}").json
    assert read["text"] == STORY["text"]
    assert read["toldBy"] == "Truus"
    assert "Piet Vraagt" not in program.get("/api/v1/stories/own", headers=header).text
    assert program.put(own, json={**wanted, "name": "Anders"}, headers=header).json["name"] == "Anders"
    assert program.delete(own, headers=header).status_code == 409
    assert program.post(f"{own}/withdraw", headers=header).json["isPublic"] is False
    assert program.get(f"/api/v1/stories/{listed['id']}").status_code == 404
    assert program.delete(own, headers=header).status_code == 204
    assert program.get("/api/v1/stories/own", headers=header).json["items"] == []

"""The link of a reminder, the coordinator's list, notes and tasks: in the browser and for programs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from federation.database import now
from node.freshness import asking
from node.listings import service as listings
from tests.node.listings.hubs import content
from tests.node.signing_in import csrf_of

ATTACK = "<script>alert('x')</script>"


@pytest.fixture
def listing(site):
    """An entry that nobody confirmed for long, with an attack in every text; its key."""
    confirmed = (now() - timedelta(days=300)).date().isoformat()
    with site.runtime.database.session() as session:
        told = content(f"Oud {ATTACK}", summary=ATTACK, confirmedOn=confirmed, partners=[ATTACK])
        made = listings.create(session, site.settings, told, by="Ans")
        session.commit()
        return made.key


@pytest.fixture
def link(site, listing):
    """The link of a letter to it."""
    with site.runtime.database.session() as session:
        (asked,) = asking.ask_by_letter(session, 5)
        session.commit()
        return "/bevestigen/" + asked.link.rsplit("/", 1)[1]


def send(client, path, **form):
    token = csrf_of(client.get(path))
    return client.post(path, data={"csrf_token": token, **form})


def test_opening_the_link_changes_nothing_and_one_press_confirms(site, client, listing, link):
    client = site.app.test_client()
    page = client.get(link)
    assert page.status_code == 200
    assert ATTACK not in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    guide = f"/gids/{listing}"
    assert "al lang niet bevestigd" in client.get(guide).text
    assert send(client, link, said="confirmed").status_code == 303
    assert "actueel" in client.get(guide).text
    assert "Dank" in client.get(link).text


def test_what_changed_reaches_the_team_and_an_empty_form_is_kept_open(site, listing, link):
    client = site.app.test_client()
    empty = send(client, link, said="changed", text=" ")
    assert empty.status_code == 422
    assert 'id="text-error"' in empty.text
    assert client.post(link, data={"said": "confirmed"}).status_code == 422  # no token of the form
    assert send(client, link, said="changed", text=f"Nieuw nummer {ATTACK}").status_code == 303
    tasks = site.get("coordinator", "/werkkamer/taken").text
    assert "Nieuw nummer" in tasks
    assert ATTACK not in tasks
    assert client.get("/bevestigen/onzin").status_code == 404


def test_the_coordinator_sees_who_is_next_and_prints_letters(site, listing):
    page = site.get("coordinator", "/werkkamer/actueel").text
    assert "Oud" in page
    assert ATTACK not in page
    letters = site.post("coordinator", "/werkkamer/actueel/brieven")
    assert letters.headers["Cache-Control"] == "no-store"
    (code,) = re.findall(r"/bevestigen/([a-z2-9]{4}(?:-[a-z2-9]{4}){2})<", letters.text)
    assert site.app.test_client().get(f"/bevestigen/{code.upper()}").status_code == 200
    assert "/bevestigen/" not in site.post("coordinator", "/werkkamer/actueel/brieven").text
    assert site.post("coordinator", "/werkkamer/actueel/vragen").status_code == 303
    assert site.get("coordinator", "/gids?freshness=stale").status_code == 200
    assert site.get("coordinator", "/gids?freshness=onzin").status_code == 422


def test_notes_and_tasks_are_written_finished_and_undone(site, listing):
    room = f"/werkkamer/vermelding/{listing}"
    assert site.get("coordinator", room).status_code == 200
    wrong = site.post("coordinator", f"{room}/notitie", {"text": "Bellen", "due_on": "morgen"})
    assert wrong.status_code == 422
    assert "Bellen" in wrong.text
    assert site.post("coordinator", f"{room}/notitie", {"text": "", "due_on": ""}).status_code == 422
    assert site.post("coordinator", f"{room}/notitie", {"text": "x" * 2001}).status_code == 422
    today = now().date().isoformat()
    assert site.post("coordinator", f"{room}/notitie", {"text": ATTACK, "due_on": today}).status_code == 303
    assert site.post("coordinator", f"{room}/notitie", {"text": "Aardig"}).status_code == 303
    page = site.get("coordinator", room).text
    assert ATTACK not in page
    assert site.post("coordinator", "/werkkamer/taken/1/klaar").status_code == 303
    assert site.post("coordinator", "/werkkamer/taken/1/klaar").status_code == 409
    assert site.post("coordinator", "/werkkamer/taken/1/heropenen").status_code == 303
    away = site.post("coordinator", "/werkkamer/taken/2/weg", {"next": "https://elders.example"})
    assert away.headers["Location"] == "/werkkamer/taken"
    assert site.post("coordinator", "/werkkamer/taken/2/weg").status_code == 404


def test_a_coordinator_notes_a_telephone_call(site, listing):
    room = f"/werkkamer/vermelding/{listing}"
    assert site.post("coordinator", f"{room}/onbereikbaar").status_code == 303
    assert "onbereikbaar" in site.get("", f"/gids/{listing}").text
    assert site.post("coordinator", f"{room}/bereikbaar").status_code == 303
    assert site.post("coordinator", f"{room}/bevestigd", {"note": "met Jo gebeld"}).status_code == 303
    assert "actueel" in site.get("", f"/gids/{listing}").text


def test_who_has_no_right_sees_and_changes_nothing(site, listing):
    paths = ("actueel", "taken", f"vermelding/{listing}")
    changes = ("actueel/vragen", "actueel/brieven", f"vermelding/{listing}/bevestigd", "taken/1/klaar")
    for role in ("", "member"):
        for path in paths:
            assert site.get(role, f"/werkkamer/{path}").status_code in {302, 403}, path
        for path in changes:
            assert site.post(role, f"/werkkamer/{path}").status_code in {302, 403}, path


def test_programs_do_the_same(site, listing):
    api, path = site.app.test_client(), "/api/v1/freshness"
    assert api.get(path).json["stale"] == 1
    assert api.get(f"{path}/next").status_code == 401
    reader, writer = site.token("coordinator", "read"), site.token("coordinator", "write:directory")
    (item,) = api.get(f"{path}/next", headers=reader).json["items"]
    assert (item["id"], item["byMail"], item["asked"]) == (listing, False, 0)
    assert api.post(f"{path}/ask", headers=writer).json == {"asked": 0}
    assert api.post(f"{path}/{listing}/unreachable", headers=writer).status_code == 200
    assert api.get(f"/api/v1/entries/{listing}").json["freshness"] == "unreachable"
    assert api.get("/api/v1/entries?freshness=unreachable").json["total"] == 1
    assert api.delete(f"{path}/{listing}/unreachable", headers=writer).status_code == 200
    assert api.post(f"{path}/{listing}/confirm", json={"note": "gebeld"}, headers=reader).status_code == 403
    assert api.post(f"{path}/{listing}/confirm", json={"note": "gebeld"}, headers=writer).status_code == 200
    assert api.get(path).json["stale"] == 0
    notes = "/api/v1/follow-ups"
    made = api.post(notes, json={"entry": listing, "text": "Bel", "dueOn": "2026-01-01"}, headers=writer)
    assert made.status_code == 201
    assert [each["text"] for each in api.get(notes, headers=reader).json["items"]] == ["Bel"]
    assert api.post(f"{notes}/{made.json['id']}/finish", headers=writer).json["done"]
    assert api.post(notes, json={"entry": "onzin", "text": "Bel"}, headers=writer).status_code == 404


def test_a_coordinator_notes_that_they_want_no_more_messages_and_takes_it_back(site, listing):
    room, reader = f"/werkkamer/vermelding/{listing}", site.token("coordinator", "read")
    api, path = site.app.test_client(), "/api/v1/freshness"
    assert site.post("coordinator", f"{room}/geen-berichten").status_code == 303
    assert "willen geen berichten meer, sinds" in site.get("coordinator", room).text
    assert api.get(f"{path}/next", headers=reader).json["items"] == []
    assert site.post("coordinator", f"{room}/weer-berichten").status_code == 303
    assert len(api.get(f"{path}/next", headers=reader).json["items"]) == 1
    writer = site.token("coordinator", "write:directory")
    assert api.put(f"{path}/{listing}/refusal", headers=reader).status_code == 403
    assert api.put(f"{path}/{listing}/refusal", headers=writer).status_code == 204
    assert api.get(f"{path}/next", headers=reader).json["items"] == []
    assert api.delete(f"{path}/{listing}/refusal", headers=writer).status_code == 204
    assert len(api.get(f"{path}/next", headers=reader).json["items"]) == 1
    assert site.post("member", f"{room}/geen-berichten").status_code == 403

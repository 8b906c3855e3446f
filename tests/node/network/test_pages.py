"""The network in the browser: requests decided by whom may, addresses that lead nowhere, no scripts."""

from __future__ import annotations

import pytest

from federation.actors.identities import actor_document, get_identity
from federation.actors.remote_actors import remember_actor
from federation.relations.follows import receive_follow

ATTACK = "\"><script>alert('x')</script>"


@pytest.fixture
def asked(site, neighbour):
    """A request of a neighbour whose name and address hold an attack."""
    document = actor_document(neighbour.session, neighbour.settings, neighbour.cooperative)
    document |= {"name": f"Elsendorp {ATTACK}", "url": "javascript:alert(1)"}
    with site.runtime.database.session() as session:
        remote = remember_actor(session, document)
        address = f"{neighbour.cooperative.actor_uri}/follows/1"
        follow = receive_follow(session, get_identity(session, "cooperative"), remote, address)
        session.commit()
        return follow.id


def test_a_request_is_refused_with_a_reason_reopened_and_let_in(site, asked):
    page = site.get("board", "/netwerk/verzoeken").text
    assert "<script>alert" not in page
    assert "javascript:" not in page
    path = f"/netwerk/verzoeken/{asked}"
    empty = site.post("board", f"{path}/weigeren", {"reason": ""})
    assert empty.status_code == 422
    assert "waarom" in empty.text.lower()
    assert site.post("board", f"{path}/weigeren", {"reason": ATTACK}).status_code == 303
    assert "<script>alert" not in site.get("board", "/netwerk/verzoeken").text
    assert site.post("board", f"{path}/terugdraaien").status_code == 303
    assert site.post("board", f"{path}/toelaten").status_code == 303
    assert site.post("board", f"{path}/toelaten").status_code == 409
    public = site.get("", "/netwerk").text
    assert "Elsendorp" in public
    assert "<script>alert" not in public + site.get("", "/netwerk/delen").text


def test_who_has_no_right_decides_nothing(site, asked):
    for role in ("", "member", "supporter"):
        assert site.get(role, "/netwerk/verzoeken").status_code in {302, 403}
        for word in ("toelaten", "weigeren", "terugdraaien"):
            answer = site.post(role, f"/netwerk/verzoeken/{asked}/{word}", {"reason": "x"})
            assert answer.status_code in {302, 403}, (role, word)
        assert site.post(role, "/netwerk/aansluiten", {"address": "x"}).status_code in {302, 403}
        assert site.get(role, "/werkkamer").status_code in {302, 403}
    api = site.app.test_client()
    assert api.get("/api/v1/network/requests", headers=site.token("board")).json["items"][0]["id"] == asked


def test_an_address_that_leads_nowhere_is_told_and_kept(site):
    for address in ("geen adres", "http://127.0.0.1:9", ATTACK, "@@", "x" * 5000):
        answer = site.post("board", "/netwerk/aansluiten", {"address": address})
        assert 400 <= answer.status_code < 600, address
        assert 'id="address-error"' in answer.text
        assert "<script>alert" not in answer.text
        assert answer.status_code != 500


def test_programs_decide_by_the_same_rules(site, asked):
    api, path = site.app.test_client(), f"/api/v1/network/requests/{asked}"
    assert api.post(f"{path}/accept").status_code == 401
    assert api.post(f"{path}/accept", headers=site.token("board", "read")).status_code == 403
    assert api.post(f"{path}/reject", json={}, headers=site.token("board")).status_code == 422
    accepted = api.post(f"{path}/accept", headers=site.token("board", "write:network"))
    assert accepted.json["state"] == "accepted"
    assert [each["id"] for each in api.get("/api/v1/network/connections").json["items"]] == [asked]
    assert api.get("/api/v1/network/shared").json["items"][0]["what"] == "accept"
    nowhere = api.post(
        "/api/v1/network/hubs", json={"address": "http://127.0.0.1:9"}, headers=site.token("board")
    )
    assert nowhere.status_code == 502
    assert nowhere.content_type == "application/problem+json"

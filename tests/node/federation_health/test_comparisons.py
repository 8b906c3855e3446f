"""What came of comparing with our hubs, in the browser and for programs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.relaying.reconciliation import Reconciliation
from federation.actors.actor_documents import ed25519_keys_in
from federation.actors.identities import get_identity
from federation.actors.remote_actors import remember_actor
from federation.database import now
from federation.relations.agreements import KeyAgreement
from federation.relations.followers import Follow
from federation.relations.members import add_member
from tests.federation.remote import actor_of, key_pair

HUB = "https://hub.example/actors/land"
MEMBER = "https://dorp.example/actors/dorp"
PAGE, API = "/netwerk/gezondheid", "/api/v1/health/comparisons"


@pytest.fixture
def joined(site):
    """The village is a member of a hub."""
    with site.runtime.database.session() as session:
        hub = actor_of(HUB, key_pair(), name="Landelijk <b>Netwerk</b>", followers=f"{HUB}/followers")
        hub |= {"type": "Application", "members": f"{HUB}/members", "feed": "https://hub.example/feed"}
        remember_actor(session, hub)
        ours = get_identity(session, "cooperative")
        follow = {"identity_id": ours.id, "direction": "out", "state": "accepted", "activity_uri": "x"}
        session.add(Follow(remote_uri=HUB, **follow))
        session.commit()
    return site


def compared(site, **columns):
    """The row of the hub says this."""
    with site.runtime.database.session() as session:
        values = {"due_at": now() + timedelta(days=3), "finished_at": now(), "listed": 2000, **columns}
        session.merge(Reconciliation(hub_uri=HUB, **values))
        session.commit()


def state(site):
    (hub,) = site.app.test_client().get(API, headers=site.token("board")).json["hubs"]
    return hub


def test_what_was_not_compared_yet_says_so(joined):
    page = joined.get("board", PAGE).text
    assert "Hebben wij wat onze hubs hebben?" in page
    assert "Nog niet vergeleken" in page
    assert "<b>Netwerk" not in page
    assert state(joined)["state"] == "never"


@pytest.mark.parametrize(
    ("columns", "word", "text"),
    [
        ({}, "well", "Gelijk"),
        ({"different": 3, "mended": 3, "unlisted": 1}, "mended", "(3 opgehaald)"),
        ({"different": 3, "mended": 1}, "missing", "Niet compleet"),
        ({"started_at": now(), "different": 1}, "going", "Tot nu toe"),
        ({"error": "ConnectionRefusedError: Connect call failed"}, "failed", "antwoordt niet"),
        ({"due_at": now()}, "asked", "begint binnen een minuut"),
    ],
)
def test_what_a_comparison_found_is_told_in_words(joined, columns, word, text):
    compared(joined, **columns)
    page = joined.get("board", PAGE).text
    assert text in page
    assert "2.000" in page
    told = state(joined)
    assert (told["state"], told["listed"]) == (word, 2000)
    assert bool(told["problem"]) == (word == "failed")


def test_a_click_asks_for_a_comparison(joined):
    compared(joined)
    assert joined.post("board", "/netwerk/vergelijken", {"hub": HUB}).status_code == 303
    assert "begint binnen een minuut" in joined.get("board", PAGE).text
    with joined.runtime.database.session(write=False) as session:
        assert session.get(Reconciliation, HUB).due_at <= now()


def test_programs_ask_for_a_comparison_with_a_hub_of_ours_alone(joined):
    api, headers = joined.app.test_client(), joined.token("board")
    assert api.post(API, json={"hub": MEMBER}, headers=headers).status_code == 404
    assert api.post(API, json={}, headers=headers).status_code == 422
    assert api.post(API, json={"hub": HUB}, headers=joined.token("board", "read")).status_code == 403
    assert api.post(API, json={"hub": HUB}, headers=headers).status_code == 202
    assert state(joined)["state"] == "asked"


def test_only_who_watches_the_network_may_look_or_ask(joined):
    for role in ("", "member", "supporter"):
        assert joined.post(role, "/netwerk/vergelijken", {"hub": HUB}).status_code in {302, 403}
    assert joined.post("board", "/netwerk/vergelijken", {"hub": MEMBER}).status_code == 404
    assert joined.app.test_client().get(API, headers=joined.token("member")).status_code == 403
    with joined.runtime.database.session(write=False) as session:
        assert session.get(Reconciliation, HUB) is None


@pytest.mark.parametrize(
    ("blamed", "advice"), [("hub", "de lijst klopt niet"), ("member", "doet iemand zich")]
)
def test_keys_that_differ_are_shown_with_whom_to_call(joined, blamed, advice):
    with joined.runtime.database.session() as session:
        document = actor_of(MEMBER, key_pair(), name="Elsendorp")
        member = add_member(session, HUB, remember_actor(session, document))
        session.flush()
        member.key_multibase = next(iter(ed25519_keys_in(actor_of(MEMBER, key_pair(1))).values()))
        session.merge(
            KeyAgreement(
                hub_uri=HUB, actor_uri=MEMBER, agreed_keys=[], asked_at=now(), blamed=blamed, blamed_at=now()
            )
        )
        session.commit()
    page = joined.get("board", PAGE).text
    assert "voor Elsendorp een andere sleutel" in page
    assert advice in page
    told = joined.app.test_client().get(API, headers=joined.token("board")).json
    (found,) = told["differences"]
    assert (found["member"], found["memberName"], found["atFault"]) == (MEMBER, "Elsendorp", blamed)
    assert found["listed"] != found["atOrigin"]
    assert told["keys"] == {"members": 1, "compared": 1}


def test_without_a_hub_there_is_nothing_to_compare(site):
    assert "Hebben wij wat onze hubs hebben?" not in site.get("board", PAGE).text

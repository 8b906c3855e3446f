"""Keys we have not seen: asked of their owner, believed only there, and never asked for long."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.database import now
from federation.fetching.failed_fetches import (
    FailedFetch,
    check_may_fetch,
    forget_old_failures,
    remember_failure,
)
from federation.receiving.gate import admit
from federation.signatures import fetch_limits
from schemas.errors import BadSignature, GaveUp, TryLater
from tests.federation.conftest import BASE
from tests.federation.remote import Answer, actor_of, document, key_pair, message, redirect

SCHEMES = ("rfc9421", "cavage")


def follow(remote, scheme, *, path="/actors/x", key_id=None, keys=None, number=1):
    """A Follow by an actor on the other server, whom we have never seen."""
    actor = f"{remote.base}{path}"
    activity = {
        "id": f"{actor}/f/{number}",
        "type": "Follow",
        "actor": actor,
        "object": f"{BASE}/actors/dorp",
    }
    return message(activity, url=f"{BASE}/inbox", actor=actor, scheme=scheme, key_id=key_id, keys=keys)


def offer(remote, path="/actors/x", keys=None, **changes):
    remote.answers[path] = document(actor_of(f"{remote.base}{path}", keys or key_pair(), **changes))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_unknown_key_is_asked_for_once(session, settings, village, remote, scheme):
    offer(remote)
    assert admit(session, settings, follow(remote, scheme)) == "accepted"
    session.commit()
    assert admit(session, settings, follow(remote, scheme, number=2)) == "accepted"
    assert remote.paths() == ["/actors/x"]


def test_a_key_with_an_address_of_its_own(session, settings, village, remote):
    """As GoToSocial has: the key's document names its owner, whose own document must list it."""
    actor, key_id = f"{remote.base}/actors/x", f"{remote.base}/actors/x/main-key"
    theirs = actor_of(actor, key_pair())
    theirs["publicKey"]["id"] = key_id
    remote.answers["/actors/x"] = document(theirs)
    remote.answers["/actors/x/main-key"] = document(
        {"id": key_id, "type": "CryptographicKey", "owner": actor}
    )
    assert admit(session, settings, follow(remote, "cavage", key_id=key_id)) == "accepted"


def test_what_a_key_says_of_its_owner_proves_nothing(session, settings, village, remote):
    """CVE-2024-23832 and its kin: the owner's own document decides."""
    offer(remote, keys=key_pair(1))
    key_id = f"{remote.base}/stolen"
    pem = actor_of(f"{remote.base}/actors/x", key_pair())["publicKey"]["publicKeyPem"]
    stub = {"id": key_id, "type": "CryptographicKey", "owner": f"{remote.base}/actors/x", "publicKeyPem": pem}
    remote.answers["/stolen"] = document(stub)
    with pytest.raises(BadSignature, match="does not list"):
        admit(session, settings, follow(remote, "cavage", key_id=key_id))


def test_a_key_whose_owner_is_elsewhere_is_refused(session, settings, village, remote):
    key_id = f"{remote.base}/key"
    remote.answers["/key"] = document({"id": key_id, "type": "Key", "owner": "http://localhost:1/actors/x"})
    with pytest.raises(BadSignature, match="origin"):
        admit(session, settings, follow(remote, "cavage", key_id=key_id))


def test_a_key_of_another_origin_is_not_even_fetched(session, settings, village, remote):
    foreign = f"{remote.base.replace('127.0.0.1', 'localhost')}/actors/x#main-key"
    with pytest.raises(BadSignature, match="origin"):
        admit(session, settings, follow(remote, "cavage", key_id=foreign))
    assert remote.asked == []


def test_a_key_that_leads_to_another_origin_is_refused(session, settings, village, remote):
    elsewhere = remote.base.replace("127.0.0.1", "localhost")
    remote.answers["/actors/x"] = redirect(f"{elsewhere}/actors/y")
    remote.answers["/actors/y"] = document(actor_of(f"{elsewhere}/actors/y", key_pair()))
    with pytest.raises(BadSignature, match="does not list"):
        admit(session, settings, follow(remote, "cavage"))


def test_a_key_of_another_actor_of_the_same_server_is_refused(session, settings, village, remote):
    offer(remote, "/actors/y")
    with pytest.raises(BadSignature, match="signed by"):
        admit(session, settings, follow(remote, "cavage", key_id=f"{remote.base}/actors/y#main-key"))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", 404),
        Answer(b"", 410),
        Answer(b"<html>", headers={"Content-Type": "text/html"}),
        Answer(b"{}"),
    ],
)
def test_a_key_that_cannot_be_had_is_not_asked_for_again_soon(session, settings, village, remote, answer):
    remote.answers["/actors/x"] = answer
    with pytest.raises(BadSignature):
        admit(session, settings, follow(remote, "cavage"))
    session.commit()
    asked = len(remote.asked)
    with pytest.raises(TryLater):
        admit(session, settings, follow(remote, "cavage", number=2))
    assert len(remote.asked) == asked


def test_a_server_that_is_down_gives_the_sender_another_chance(session, settings, village, remote):
    remote.answers["/actors/x"] = Answer(b"", 503)
    with pytest.raises(TryLater):
        admit(session, settings, follow(remote, "cavage"))
    session.commit()
    session.execute(update(FailedFetch).values(retry_at=now() - timedelta(seconds=1)))
    session.commit()
    offer(remote)
    assert admit(session, settings, follow(remote, "cavage")) == "accepted"
    assert session.scalar(select(FailedFetch)) is None


def test_an_old_key_that_fails_is_fetched_again_once(session, settings, village, remote):
    remember_actor(session, actor_of(f"{remote.base}/actors/x", key_pair(1)))
    offer(remote)
    with pytest.raises(BadSignature):  # fetched a moment ago: not worth asking
        admit(session, settings, follow(remote, "cavage"))
    session.execute(update(RemoteActor).values(fetched_at=datetime.now(UTC) - timedelta(hours=2)))
    session.commit()
    assert admit(session, settings, follow(remote, "cavage")) == "accepted"
    session.commit()
    with pytest.raises(BadSignature):
        admit(session, settings, follow(remote, "cavage", keys=key_pair(1), number=2))
    assert remote.paths() == ["/actors/x"]


def test_a_host_is_not_asked_for_many_keys_in_a_minute(session, settings, village, remote, monkeypatch):
    monkeypatch.setattr(fetch_limits, "PER_HOST", 3)
    for number in range(5):
        with pytest.raises((BadSignature, TryLater)):
            admit(session, settings, follow(remote, "cavage", path=f"/actors/{number}"))
        session.commit()
    assert len(remote.asked) == 3


def test_many_messages_with_one_unknown_key_cause_one_fetch(runtime, settings, session, village, remote):
    offer(remote)
    remote.answers["/actors/x"].delay = 0.3
    session.close()
    results: list[str] = []

    def send(number: int) -> None:
        with runtime.database.session() as own:
            results.append(admit(own, settings, follow(remote, "cavage", number=number)))
            own.commit()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["accepted"] * 4
    assert remote.paths() == ["/actors/x"]


def test_nobody_waits_for_the_database_while_a_key_is_fetched(runtime, settings, session, village, remote):
    """On SQLite one writer locks out all others; a stranger must not be that writer."""
    offer(remote)
    remote.answers["/actors/x"].delay = 1.5
    session.close()

    def send() -> None:
        with runtime.database.session() as own:
            admit(own, settings, follow(remote, "cavage"))
            own.commit()

    thread = threading.Thread(target=send)
    thread.start()
    while not remote.asked:
        pass
    begun = datetime.now(UTC)
    with runtime.database.session() as other:
        remember_failure(other, "https://x.example/", GaveUp(cause="test"))
        other.commit()
    assert datetime.now(UTC) - begun < timedelta(seconds=1)
    thread.join()


def test_pauses_grow_and_are_forgotten(session):
    url = "https://x.example/"
    for minutes in (5, 10, 20, 40, 60, 60):
        remember_failure(session, url, GaveUp(cause="gone\x00"))
        with pytest.raises(TryLater) as caught:
            check_may_fetch(session, url)
        assert abs(caught.value.retry_after - minutes * 60) < 5
    forget_old_failures(session)
    assert session.get(FailedFetch, url) is not None
    session.execute(update(FailedFetch).values(retry_at=now() - timedelta(days=2)))
    forget_old_failures(session)
    session.expire_all()
    assert session.get(FailedFetch, url) is None


def test_an_actor_is_learned_once_and_refreshed_on_demand(runtime, settings, village, remote):
    offer(remote)
    uri = f"{remote.base}/actors/x"
    assert learn_actor(runtime.database, settings, uri).name == "Elders"
    offer(remote, name="Anders")
    assert learn_actor(runtime.database, settings, uri).name == "Elders"
    assert learn_actor(runtime.database, settings, uri, refresh=True).name == "Anders"
    assert len(remote.asked) == 2
    remote.answers.clear()
    for error in (GaveUp, TryLater):
        with pytest.raises(error):
            learn_actor(runtime.database, settings, f"{remote.base}/actors/y")
    assert len(remote.asked) == 3


def test_an_address_that_leads_to_somebody_else_is_not_that_somebody(runtime, settings, village, remote):
    """An open redirect on an honest host must not lend its name to another's keys."""
    offer(remote)
    remote.answers["/go?to=x"] = redirect("/actors/x")
    with pytest.raises(GaveUp, match="calls itself"):
        learn_actor(runtime.database, settings, f"{remote.base}/go?to=x")

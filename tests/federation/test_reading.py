"""Authorized fetch: who signs may read, who is suspended may not, and nobody is kept from verifying us."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event, func, select, update

from federation.actors.former_addresses import FormerAddress
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.signed_fetch import fetch_signed
from federation.receiving.reading import (
    MEMORY,
    REPETITION,
    SeenRequest,
    check_may_read,
    forget_seen_requests,
)
from federation.relations.peers import Peer
from federation.relations.standing import FederationPolicy, set_rule
from federation.sending.published import PublishedObject
from federation.signatures.message import Message
from schemas.errors import BadSignature, GaveUp, NotAllowed, TryLater
from tests.federation.conftest import BASE
from tests.federation.messages import with_header
from tests.federation.remote import ALICE, Answer, actor_of, document, key_pair, reading
from tests.federation.test_web import BROWSER, ON_SQLITE, SOFTWARE, client  # noqa: F401  # a fixture

SCHEMES = ("rfc9421", "cavage")
OUTBOX = f"{BASE}/actors/dorp/outbox"


def asked(url=OUTBOX, **options):
    headers = tuple(reading(url, **options).items())
    return Message(options.get("method", "GET"), url, headers, b"", datetime.now(UTC))


@pytest.fixture
def thing(session, village):
    """A published object with a page of its own."""
    uri = f"{BASE}/objects/{uuid.uuid4()}"
    shown = {"id": uri, "url": f"{BASE}/formats/1"}
    row = PublishedObject(uri=uri, type="Note", identity_id=village.id, document=shown, updated_at=now())
    session.add(row)
    session.commit()
    return row


GUARDED = (
    "/actors/dorp/outbox",
    "/actors/dorp/outbox?page=1",
    "/actors/dorp/followers",
    "/actors/dorp/following",
)
OPEN = (
    "/actors/dorp",
    "/actors/server",
    "/.well-known/webfinger?resource=acct:dorp@127.0.0.1:8101",
    "/.well-known/nodeinfo",
    "/nodeinfo/2.1",
    "/.well-known/host-meta",
    "/ns/omzien",
)


@ON_SQLITE
@pytest.mark.parametrize("path", GUARDED)
def test_who_does_not_sign_is_told_how(client, session, alice, path):  # noqa: F811
    session.close()
    answer = client.get(path, base_url=BASE, headers=SOFTWARE)
    assert answer.status_code == 401
    assert answer.headers["Accept-Signature"] == 'sig1=("@method" "@target-uri");created;keyid'
    assert answer.headers["WWW-Authenticate"] == "Signature"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/problem+json"


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", GUARDED)
def test_who_signs_reads_and_no_cache_keeps_it_for_others(client, session, alice, path, scheme):  # noqa: F811
    session.close()
    answer = client.get(path, base_url=BASE, headers={**SOFTWARE, **reading(BASE + path, scheme=scheme)})
    assert answer.status_code == 200
    assert "private" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert {"Accept", "Signature", "Signature-Input"} <= {
        part.strip() for part in answer.headers["Vary"].split(",")
    }
    assert "Access-Control-Allow-Origin" not in answer.headers


@ON_SQLITE
@pytest.mark.parametrize("path", OPEN)
def test_what_is_needed_to_verify_a_signature_is_open_to_all(client, session, alice, path):  # noqa: F811
    """Two nodes that both demand signatures would otherwise wait for one another for ever."""
    session.close()
    answer = client.get(path, base_url=BASE, headers=SOFTWARE)
    assert answer.status_code == 200
    nonsense = {**SOFTWARE, "Signature": "nonsense", "Signature-Input": "nonsense"}
    assert client.get(path, base_url=BASE, headers=nonsense).status_code == 200


def test_an_object_for_software_is_signed_for_and_for_people_is_a_page(client, session, alice, thing):  # noqa: F811
    session.close()
    assert client.get(thing.uri, base_url=BASE, headers=SOFTWARE).status_code == 401
    signed = {**SOFTWARE, **reading(thing.uri)}
    assert client.get(thing.uri, base_url=BASE, headers=signed).json == thing.document
    page = client.get(thing.uri, base_url=BASE, headers=BROWSER)
    assert (page.status_code, page.headers["Location"]) == (303, f"{BASE}/formats/1")


@ON_SQLITE
def test_every_route_for_software_is_guarded_or_stated_to_be_open(app):
    """A new route cannot forget it."""
    stated = {"federation.actor", "federation.webfinger", "federation.nodeinfo_links", "federation.nodeinfo"}
    stated |= {"federation.host_meta", "federation.host_meta_json", "federation.namespace"}
    stated |= {"federation.shared_inbox", "federation.inbox"}
    rules = [
        rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in {"federation", "feed"}
    ]
    bare = {
        rule.endpoint
        for rule in rules
        if not getattr(app.view_functions[rule.endpoint], "demands_signature", False)
    }
    assert len(rules) > 10
    assert bare <= stated


@pytest.mark.parametrize("target", [ALICE, "elders.example"])
def test_who_is_suspended_reads_nothing(client, session, alice, target):  # noqa: F811
    set_rule(session, target, "suspend", reason="x", by="test")
    session.commit()
    answer = client.get("/actors/dorp/outbox", base_url=BASE, headers={**SOFTWARE, **reading(OUTBOX)})
    assert answer.status_code == 403
    assert client.get("/actors/dorp", base_url=BASE, headers=SOFTWARE).status_code == 200


@pytest.mark.parametrize("rule", ["silence", None])
def test_a_stranger_who_signs_may_read(session, settings, alice, rule):
    if rule:
        set_rule(session, ALICE, rule, reason="x", by="test")
        session.commit()
    assert check_may_read(session, settings, asked()).actor.uri == ALICE


def test_the_board_may_open_everything(client, session, alice):  # noqa: F811
    session.add(FederationPolicy(id=1, signed_reads=False))
    session.commit()
    answer = client.get("/actors/dorp/outbox", base_url=BASE, headers=SOFTWARE)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=60")


WRONG = {
    "unsigned": lambda found: with_header(with_header(found, "Signature", None), "Signature-Input", None),
    "for another address": lambda found: replace(found, url=f"{BASE}/actors/dorp/followers"),
    "with a query that was not signed": lambda found: replace(found, url=f"{OUTBOX}?page=1"),
    "for another method": lambda found: replace(found, method="HEAD"),
    "for another host": lambda found: with_header(found, "Host", "evil.example"),
    "with rubbish": lambda found: with_header(found, "Signature", "\x01;;,=="),
}


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", WRONG)
def test_a_signature_on_something_else_opens_nothing(session, settings, alice, scheme, name):
    with pytest.raises(BadSignature):
        check_may_read(session, settings, WRONG[name](asked(scheme=scheme)))
    with pytest.raises(BadSignature):
        check_may_read(session, settings, asked(scheme=scheme, keys=key_pair(1)))
    assert session.scalar(select(func.count()).select_from(SeenRequest)) == 0


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("hours", [-1, 2, 30])
def test_a_signature_of_another_time_opens_nothing(session, settings, alice, scheme, hours):
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=hours), tick=False):
        found = asked(scheme=scheme)
    with pytest.raises(BadSignature):
        check_may_read(session, settings, replace(found, received_at=datetime.now(UTC)))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_same_request_is_answered_again_for_a_minute_and_never_later(session, settings, alice, scheme):
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False):
        found = asked(scheme=scheme)
        check_may_read(session, settings, found)
        check_may_read(session, settings, found)  # two in one second are alike
    with time_machine.travel(start + REPETITION + timedelta(seconds=1), tick=False):
        later = replace(found, received_at=datetime.now(UTC))
        with pytest.raises(BadSignature, match="before"):
            check_may_read(session, settings, later)
        rewritten = with_header(later, "Signature", later.header("signature") + " ")
        with pytest.raises(BadSignature, match="before"):
            check_may_read(session, settings, rewritten)
        check_may_read(session, settings, replace(asked(scheme=scheme), received_at=datetime.now(UTC)))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_request_is_forgotten_only_when_its_time_alone_refuses_it(session, settings, alice, scheme):
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False):
        found = asked(scheme=scheme)
        check_may_read(session, settings, found)
    with time_machine.travel(start + MEMORY - timedelta(seconds=1), tick=False):
        forget_seen_requests(session)
        assert session.scalar(select(func.count()).select_from(SeenRequest)) == 1
    with time_machine.travel(start + MEMORY + timedelta(seconds=1), tick=False):
        forget_seen_requests(session)
        session.commit()
        assert session.scalar(select(func.count()).select_from(SeenRequest)) == 0
        with pytest.raises(BadSignature, match="too long ago"):
            check_may_read(session, settings, replace(found, received_at=datetime.now(UTC)))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_reader_with_a_wrong_clock_raises_the_alarm(session, settings, alice, scheme):
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=20), tick=False):
        found = asked(scheme=scheme)
    with pytest.raises(BadSignature):
        check_may_read(session, settings, replace(found, received_at=datetime.now(UTC)))
    peer = session.get(Peer, "elders.example")
    assert (peer.alarm, 1100 < peer.clock_skew < 1300) == ("clock", True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_unknown_reader_costs_one_bounded_look(session, settings, village, remote, scheme):
    actor = f"{remote.base}/actors/x"
    remote.answers["/actors/x"] = document(actor_of(actor, key_pair()))
    for _again in range(3):
        assert check_may_read(session, settings, asked(scheme=scheme, actor=actor)).actor.uri == actor
    assert remote.paths() == ["/actors/x"]
    remote.answers["/actors/y"] = Answer(b"", 404)
    for error in (BadSignature, TryLater, TryLater):
        with pytest.raises(error):
            check_may_read(session, settings, asked(scheme=scheme, actor=f"{remote.base}/actors/y"))
    assert remote.paths() == ["/actors/x", "/actors/y"]


def test_reading_with_a_known_key_writes_one_row_and_asks_nobody(session, settings, alice):
    written = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        check_may_read(session, settings, asked())
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(written) == 1
    assert "seen_request" in written[0]


def test_we_knock_with_the_scheme_that_worked_and_once_with_the_other(session, settings, village, remote):
    """Double-knocking: what a host takes is remembered, and expires."""
    page = document({"id": f"{remote.base}/a", "type": "Note"})
    taken = {"scheme": "rfc9421"}

    def answer_by_scheme():
        _path, headers = remote.asked[-1]
        is_9421 = "Signature-Input" in headers
        fits = is_9421 == (taken["scheme"] == "rfc9421")
        remote.answers["/a"] = page if fits else Answer(b"", 401)

    remote.before_look_up = answer_by_scheme
    bind = session.get_bind()
    session.commit()

    def schemes():
        asked_with = ["rfc9421" if "Signature-Input" in headers else "cavage" for _, headers in remote.asked]
        remote.asked.clear()
        return asked_with

    fetch_signed(bind, settings, f"{remote.base}/a")
    assert schemes() == ["cavage", "rfc9421"]
    fetch_signed(bind, settings, f"{remote.base}/a")
    assert schemes() == ["rfc9421"]
    session.execute(update(Peer).values(scheme_until=now() - timedelta(seconds=1)))
    session.commit()
    fetch_signed(bind, settings, f"{remote.base}/a")
    assert schemes() == ["cavage", "rfc9421"]
    taken["scheme"] = "neither"
    remote.before_look_up = lambda: remote.answers.update({"/a": Answer(b"", 401)})
    with pytest.raises(GaveUp):
        fetch_signed(bind, settings, f"{remote.base}/a")
    assert schemes() == ["rfc9421", "cavage"]


def test_a_node_of_the_network_is_asked_by_rfc9421_at_once(session, settings, village, remote):
    from schemas.context import CONTEXT

    actor = f"{remote.base}/actors/x"
    remote.answers["/actors/x"] = document({**actor_of(actor, key_pair()), "@context": CONTEXT})
    bind = session.get_bind()
    session.commit()
    from federation.actors.remote_actors import remember_actor

    remember_actor(session, {**actor_of(actor, key_pair()), "@context": CONTEXT})
    session.commit()
    fetch_signed(bind, settings, actor)
    assert "Signature-Input" in remote.asked[0][1]
    assert session.scalar(select(func.count()).select_from(RemoteActor)) == 1


@ON_SQLITE
def test_suspending_takes_effect_with_the_next_request(session, settings, alice):
    assert check_may_read(session, settings, asked()) is not None
    set_rule(session, ALICE, "suspend", reason="x", by="test")
    session.commit()
    with pytest.raises(NotAllowed):
        check_may_read(session, settings, asked(url=f"{BASE}/actors/dorp/followers"))


BEFORE = "https://vroeger.example"
ELSEWHERE = "https://vreemd.example"


@pytest.fixture
def old_thing(session, village):
    """The tombstone of an object at the address that the village had before it moved."""
    shown = {"id": f"{BEFORE}/objects/{uuid.uuid4()}", "type": "Tombstone"}
    session.add(FormerAddress(actor_uri=f"{BEFORE}/actors/dorp", identity_id=village.id))
    row = PublishedObject(uri=shown["id"], type="Note", identity_id=village.id, document=shown)
    row.updated_at = row.deleted_at = now()
    session.add(row)
    session.commit()
    return row


@pytest.mark.parametrize("scheme", SCHEMES)
def test_after_a_move_a_signature_for_the_old_host_reads_what_is_there(client, alice, old_thing, scheme):  # noqa: F811
    signed = {**SOFTWARE, **reading(old_thing.uri, scheme=scheme)}
    answer = client.get(old_thing.uri, base_url=BEFORE, headers=signed)
    assert (answer.status_code, answer.json) == (410, old_thing.document)
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("signed_for", "asked_at"),
    [
        (BEFORE, BASE),
        (BASE, BEFORE),
        (ELSEWHERE, BEFORE),
        (ELSEWHERE, ELSEWHERE),
        (BEFORE, f"{BEFORE}:8443"),
    ],
)
def test_no_signature_for_one_host_opens_another(client, alice, old_thing, scheme, signed_for, asked_at):  # noqa: F811
    """Neither the two names that are ours for one another, nor any name that never was."""
    path = old_thing.uri.removeprefix(BEFORE)
    signed = {**SOFTWARE, **reading(f"{signed_for}{path}", scheme=scheme)}
    answer = client.get(path, headers={**signed, "Host": asked_at.split("://")[1]})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_who_is_suspended_reads_nothing_at_the_old_address_either(client, session, alice, old_thing):  # noqa: F811
    set_rule(session, ALICE, "suspend", reason="x", by="test")
    session.commit()
    signed = {**SOFTWARE, **reading(old_thing.uri)}
    assert client.get(old_thing.uri, base_url=BEFORE, headers=signed).status_code == 403
    assert client.get(old_thing.uri, base_url=BEFORE, headers=SOFTWARE).status_code == 401

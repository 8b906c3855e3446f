"""What other servers see of a node: discovery, documents, and inboxes that answer 202 or say no."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy import text as sql

from federation import flask_session
from federation.actors.discovery import lookup
from federation.actors.identities import create_identity, listed_keys
from federation.actors.keys import multibase_of
from federation.database import now
from federation.receiving.door import Door
from federation.receiving.inbox import InboxActivity
from federation.relations.members import Member, add_member
from federation.sending.published import PublishedActivity, PublishedObject
from federation.signatures import proofs
from federation.web import bp, home_document
from schemas.actors import ActorSchema
from schemas.errors import GaveUp, InvalidInput, TryLater
from tests.federation.conftest import BASE
from tests.federation.messages import INBOX, note, signed
from tests.federation.remote import (
    AP,
    Answer,
    actor_of,
    document,
    key_pair,
    message,
    reading,
    redirect,
    serving,
)
from tests.federation.spoiled_messages import BOTH, CASES

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SOFTWARE = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def client(runtime, village):
    """A client of an application with nothing but the federation in it."""
    app = Flask(__name__)
    flask_session.init_app(app, runtime)
    app.register_blueprint(bp)
    app.wsgi_app = Door(app.wsgi_app, runtime)
    return app.test_client()


def read(client, address, **query):
    """What a well-signed reader gets."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    path = address.removeprefix(BASE) + (f"?{text}" if text else "")
    return client.get(path, base_url=BASE, headers={**SOFTWARE, **reading(BASE + path)})


def post(client, found, path="/inbox"):
    url = found.url.removeprefix(BASE) if found.url.startswith(BASE) else path
    pairs = [(name, value) for name, value in found.headers if value.isascii() and "\x01" not in value]
    return client.open(url, base_url=BASE, method=found.method, headers=pairs, data=found.body)


@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
def test_a_message_is_answered_202_and_waits_for_the_worker(client, session, runtime, alice, scheme):
    session.close()
    for _ in range(2):
        answer = post(client, signed(scheme))
        assert (answer.status_code, answer.data) == (202, b"")
        assert "Set-Cookie" not in answer.headers
    assert session.scalar(select(InboxActivity.uri)) == note()["id"]
    time.sleep(0.3)  # one wake-up for many messages, a moment after them
    assert runtime.queue.redis.llen("rq:queue:omzien") == 1


def test_an_inbox_of_its_own(client, session, alice):
    session.close()
    found = signed("rfc9421")
    assert post(client, found).status_code == 202
    assert client.post("/actors/nobody/inbox", base_url=BASE, data=b"{}").status_code == 404


SENDABLE = [case for case in CASES if case[1] not in {"no host", "for another node"}]
"""A client cannot leave out the Host header, nor reach us under an address that is not ours."""


@ON_SQLITE
@pytest.mark.parametrize(
    ("scheme", "name", "change"), SENDABLE, ids=[f"{case[0]}: {case[1]}" for case in SENDABLE]
)
def test_malformed_headers_are_401_never_500(client, session, alice, scheme, name, change):
    session.close()
    answer = post(client, change(signed(scheme)))
    expected = {401} if name not in {"another path", "another method"} else {401, 405}
    assert answer.status_code in expected
    if answer.status_code == 401:
        assert answer.json["title"] == "The signature was not accepted"
        assert "cause" not in answer.text


@ON_SQLITE
def test_bodies_are_bounded_whatever_is_said_of_their_length(client, session, alice):
    session.close()
    large = b"x" * (256 * 1024 + 1)
    assert client.post("/inbox", base_url=BASE, data=large, content_type=AP).status_code == 413
    claimed = {"CONTENT_LENGTH": str(10**12)}
    assert client.post("/inbox", base_url=BASE, environ_overrides=claimed).status_code == 413
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = client.post("/inbox", base_url=BASE, data=large, content_type=AP, environ_overrides=chunked)
    assert answer.status_code == 413


@ON_SQLITE
def test_other_media_types_and_strangers_get_a_plain_no(client, session, alice):
    session.close()
    assert client.post("/inbox", base_url=BASE, data=b"a=b").status_code == 422
    stranger = note(actor="https://x.example/y", id="https://x.example/1")
    assert post(client, signed("cavage", stranger)).status_code == 403


@ON_SQLITE
def test_a_key_that_cannot_be_had_now_is_503_with_a_time(client, session, village, remote):
    session.close()
    remote.answers["/actors/x"] = Answer(b"", 503)
    actor = f"{remote.base}/actors/x"
    activity = {"id": f"{actor}/1", "type": "Follow", "actor": actor, "object": BASE}
    answer = post(client, message(activity, url=INBOX, actor=actor, scheme="cavage"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_the_actor_for_software_and_for_people(client, session, village):
    answer = client.get("/actors/dorp", base_url=BASE, headers=SOFTWARE)
    assert answer.mimetype == AP
    assert "Accept" in answer.headers["Vary"]
    ActorSchema().load(answer.json)
    proofs.verify(answer.json, owner_uri=village.actor_uri, keys=listed_keys(session, village))
    again = client.get(
        "/actors/dorp", base_url=BASE, headers={**SOFTWARE, "If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    page = client.get("/actors/dorp", base_url=BASE, headers=BROWSER)
    assert (page.status_code, page.headers["Location"]) == (303, f"{BASE}/ons-dorp")
    assert "Accept" in page.headers["Vary"]
    assert client.get("/actors/none", base_url=BASE, headers=SOFTWARE).status_code == 404


def test_webfinger_by_name_and_by_address(client, village):
    for resource in (
        "acct:dorp@127.0.0.1:8101",
        "acct:Dorp@127.0.0.1:8101",
        village.actor_uri,
        BASE,
        f"{BASE}/",
    ):
        answer = client.get("/.well-known/webfinger", base_url=BASE, query_string={"resource": resource})
        assert answer.mimetype == "application/jrd+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.json["subject"] == "acct:dorp@127.0.0.1:8101"
        link = next(link for link in answer.json["links"] if link["rel"] == "self")
        assert (link["type"], link["href"]) == (AP, village.actor_uri)


@ON_SQLITE
@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("acct:dorp@other.example", 404),
        ("acct:nobody@127.0.0.1:8101", 404),
        ("acct:dorp@", 404),
        ("acct:", 404),
        ("acct:dorp@[", 404),
        ("https://other.example/", 404),
        ("mailto:x", 404),
        ("", 422),
    ],
)
def test_webfinger_for_what_is_not_ours(client, resource, status):
    answer = client.get("/.well-known/webfinger", base_url=BASE, query_string={"resource": resource})
    assert answer.status_code == status


def test_nodeinfo_host_meta_and_namespace(client):
    links = client.get("/.well-known/nodeinfo", base_url=BASE).json["links"]
    assert links[1]["href"] == f"{BASE}/actors/server"
    info = client.get(links[0]["href"], base_url=BASE).json
    assert (info["version"], info["software"]["name"], info["protocols"]) == (
        "2.1",
        "omzien",
        ["activitypub"],
    )
    assert info["usage"]["users"]["total"] == 0
    assert b"webfinger?resource={uri}" in client.get("/.well-known/host-meta", base_url=BASE).data
    assert "ActivityTemplate" in client.get("/ns/omzien", base_url=BASE).json["@context"]


def test_collections_tell_how_many_and_not_who(client, session, village, alice):
    row = _published(session, village, "Create", public=True)
    _published(session, village, "Follow", public=False)
    session.commit()
    outbox = read(client, "/actors/dorp/outbox").json
    assert outbox["totalItems"] == 1
    page = read(client, outbox["first"]).json
    assert page["orderedItems"] == [row.document]
    for name in ("followers", "following"):
        found = read(client, f"/actors/dorp/{name}").json
        assert (found["totalItems"], set(found) & {"items", "orderedItems", "first"}) == (0, set())
    for text in ("0", "-1", "x", "1" * 50, "%C2%B2"):
        assert read(client, "/actors/dorp/outbox", page=text).status_code == 404


def _published(session, identity, kind, *, public):
    uri = f"{BASE}/activities/{uuid.uuid4()}"
    row = PublishedActivity(
        uri=uri,
        type=kind,
        identity_id=identity.id,
        is_public=public,
        document={"id": uri, "type": kind},
        created_at=now(),
    )
    session.add(row)
    return row


def test_objects_activities_and_tombstones(client, session, village, alice):
    def thing(**changes):
        uri = f"{BASE}/objects/{uuid.uuid4()}"
        row = PublishedObject(
            uri=uri,
            type="Note",
            identity_id=village.id,
            document={"id": uri, "url": f"{BASE}/formats/1"},
            updated_at=now(),
        )
        for name, value in changes.items():
            setattr(row, name, value)
        session.add(row)
        return row

    alive, gone = thing(), thing(deleted_at=now())
    shown, hidden = (
        _published(session, village, kind, public=kind == "Create") for kind in ("Create", "Follow")
    )
    session.commit()
    assert read(client, alive.uri).json == alive.document
    assert client.get(alive.uri, base_url=BASE, headers=BROWSER).headers["Location"] == f"{BASE}/formats/1"
    assert read(client, gone.uri).status_code == 410
    assert read(client, shown.uri).json == shown.document
    assert read(client, hidden.uri).status_code == 404
    assert read(client, f"/objects/{uuid.uuid4()}").status_code == 404


def test_only_a_hub_has_members(client, session, settings, alice):
    create_identity(session, settings, role="hub", username="hub", name="Net", base_url=BASE)
    session.commit()
    found = read(client, "/actors/hub/members")
    assert found.json["totalItems"] == 0
    assert read(client, "/actors/dorp/members").status_code == 404
    assert home_document(session, settings)["id"] == f"{BASE}/actors/hub"


@pytest.mark.parametrize("page", [{}, {"page": 1}], ids=["collection", "page"])
def test_the_same_list_of_members_is_the_same_signed_document(client, session, settings, alice, page):
    hub = create_identity(session, settings, role="hub", username="hub", name="Net", base_url=BASE)
    member = add_member(session, hub.actor_uri, alice)
    session.commit()
    first = read(client, "/actors/hub/members", **page)
    with time_machine.travel(now() + timedelta(minutes=3), tick=False):
        path = "/actors/hub/members" + ("?page=1" if page else "")
        known = {**SOFTWARE, **reading(BASE + path), "If-None-Match": first.headers["ETag"]}
        again = client.get(path, base_url=BASE, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    member.take_keys({f"{alice.uri}#ed25519-key-2": multibase_of(key_pair(1).ed25519.public_key())})
    session.commit()
    changed = read(client, "/actors/hub/members", **page)
    if page:  # the collection itself says only how many there are
        assert changed.headers["ETag"] != first.headers["ETag"]
    keys = {f"{hub.actor_uri}#ed25519-key": hub.ed25519_multibase}
    for answer in (first, changed):
        proofs.verify(answer.json, owner_uri=hub.actor_uri, keys=keys)
    session.execute(delete(Member))
    session.commit()
    nobody = read(client, "/actors/hub/members", **page)
    assert nobody.json["totalItems"] == 0
    assert nobody.headers["ETag"] not in {first.headers["ETag"], changed.headers["ETag"]}


def _finger(base, uri):
    links = [{"rel": "self", "type": AP, "href": uri}]
    body = json.dumps({"subject": "x", "links": links}).encode()
    return Answer(body, headers={"Content-Type": "application/jrd+json"})


def test_people_find_an_actor_by_whatever_they_type(session, settings, village, remote):
    uri, host = f"{remote.base}/actors/x", remote.base.removeprefix("http://")
    remote.answers["/actors/x"] = remote.answers["/"] = document(actor_of(uri, key_pair()))
    remote.answers[f"/.well-known/webfinger?resource=acct:x@{host}"] = _finger(remote.base, uri)
    for typed in (f"@x@{host}", f"x@{host}", f" {uri} ", host, remote.base, f"{remote.base}/"):
        assert lookup(session, settings, typed).uri == uri


def test_nobody_waits_for_the_database_while_another_server_is_asked(
    runtime, session, settings, village, remote
):
    uri = f"{remote.base}/actors/x"
    remote.answers["/actors/x"] = document(actor_of(uri, key_pair()))
    free = []

    def write_meanwhile() -> None:
        with runtime.database.session(write=True) as other:
            other.execute(sql("SELECT 1"))
            free.append(True)

    remote.before_answer = write_meanwhile
    assert lookup(session, settings, uri).uri == uri
    assert free
    village.name = "Half a change"
    with pytest.raises(RuntimeError):
        lookup(session, settings, uri)


def test_a_name_may_live_elsewhere_when_that_place_agrees(session, settings, village, remote):
    host, elsewhere = remote.base.removeprefix("http://"), remote.base.replace("127.0.0.1", "localhost")
    uri, path = f"{elsewhere}/actors/x", f"/.well-known/webfinger?resource=acct:x@{host}"
    remote.answers["/actors/x"] = document(actor_of(uri, key_pair()))
    remote.answers[path] = _finger(remote.base, uri)
    assert lookup(session, settings, f"@x@{host}").uri == uri
    with serving() as liar:
        stranger = liar.base.removeprefix("http://")
        liar.answers[f"/.well-known/webfinger?resource=acct:x@{stranger}"] = _finger(liar.base, uri)
        with pytest.raises(GaveUp):
            lookup(session, settings, f"@x@{stranger}")


@ON_SQLITE
@pytest.mark.parametrize(
    "typed", ["", "  ", "@x", "x@", "https://", "javascript:x", "a b", "@x@a/b", "x" * 600]
)
def test_what_is_no_address_is_told_so(session, settings, village, typed):
    with pytest.raises(InvalidInput):
        lookup(session, settings, typed)


@ON_SQLITE
def test_a_hostile_or_absent_answer_is_a_clear_sentence(session, settings, village, remote):
    remote.answers["/html"] = Answer(b"<html>", headers={"Content-Type": "text/html"})
    remote.answers["/note"] = document({"id": f"{remote.base}/note", "type": "Note"})
    remote.answers["/in"] = redirect("https://169.254.169.254/")
    for path in ("/html", "/note", "/in", "/none"):
        with pytest.raises(GaveUp) as caught:
            lookup(session, settings, f"{remote.base}{path}")
        assert "%(address)s" in caught.value.detail
        assert caught.value.params["address"].endswith(path)
    with pytest.raises(TryLater):
        lookup(session, settings, "http://127.0.0.1:9/")
    host = remote.base.removeprefix("http://")
    remote.answers[f"/.well-known/webfinger?resource=acct:x@{host}"] = _finger(
        remote.base, "file:///etc/passwd"
    )
    with pytest.raises(GaveUp):
        lookup(session, settings, f"@x@{host}")


def test_the_cases_of_the_gate_are_many():
    """So that nobody empties the shared table by accident."""
    assert len(BOTH) >= 15
    assert len(CASES) >= 80

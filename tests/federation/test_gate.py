"""The gate refuses by default: who may speak, for whom, and what is read of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from federation.receiving.gate import admit
from federation.receiving.inbox import InboxActivity
from federation.relations.standing import PeerRule, set_rule
from schemas.errors import AppError, BadSignature, InvalidInput, NotAllowed
from tests.federation.conftest import BASE
from tests.federation.messages import ON_SQLITE, OTHER, SCHEMES, count, note, signed, with_header
from tests.federation.remote import ALICE


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_well_signed_message_is_kept_once_and_a_replay_changes_nothing(session, settings, alice, scheme):
    assert admit(session, settings, signed(scheme)) == "accepted"
    session.commit()
    assert admit(session, settings, signed(scheme)) == "known"
    session.commit()
    assert count(session) == 1
    row = session.scalar(select(InboxActivity))
    assert (row.uri, row.type, row.object_type, row.state) == (note()["id"], "Create", "Note", "new")


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "changes",
    [
        {"actor": OTHER},
        {"id": "https://victim.example/activities/1"},
        {"id": "http://elders.example/activities/1"},
        {"id": "https://elders.example:8443/activities/1"},
        {"object": {**note()["object"], "id": "https://victim.example/objects/1"}},
        {"object": {**note()["object"], "attributedTo": OTHER}},
        {"object": {**note()["object"], "attributedTo": [ALICE, OTHER]}},
        {"object": {"id": "https://elders.example/objects/1", "type": "Note"}},
        {"object": "https://elders.example/objects/1"},
        {"type": "Update", "object": {"id": OTHER, "type": "Organization"}},
        {"type": "Delete", "object": "https://victim.example/objects/1"},
        {"type": "Delete", "object": {"id": "https://victim.example/objects/1", "type": "Tombstone"}},
        {
            "type": "Undo",
            "object": {"id": "https://elders.example/follows/1", "type": "Follow", "actor": OTHER},
        },
        {
            "type": "Undo",
            "object": {"id": "https://victim.example/follows/1", "type": "Follow", "actor": ALICE},
        },
    ],
    ids=str,
)
def test_an_actor_speaks_for_itself_only(session, settings, alice, scheme, changes):
    set_rule(session, OTHER, "allow", reason="", by="test")
    session.commit()
    with pytest.raises(BadSignature):
        admit(session, settings, signed(scheme, note(**changes)))


@ON_SQLITE
@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://ELDERS.example:443/activities/1"},
        {"id": "https://elders.example./activities/1"},
        {"type": "Update", "object": {"id": ALICE, "type": "Organization"}},
        {"type": "Delete", "object": "https://elders.example/objects/1"},
        {"type": "Announce", "object": [note()]},
        {"actor": {"id": ALICE, "type": "Organization"}},
    ],
    ids=str,
)
def test_what_is_written_otherwise_and_means_the_same_is_accepted(session, settings, alice, changes):
    assert admit(session, settings, signed("rfc9421", note(**changes))) == "accepted"


def _nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


BODIES = {
    "not JSON": b"hello",
    "not an object": b"[]",
    "not UTF-8": b'{"id":"\xff"}',
    "a repeated key": json.dumps(note())
    .encode()
    .replace(b'"type": "Create"', b'"type": "Create", "type": "Like"'),
    "a repeated key inside": json.dumps(note())
    .encode()
    .replace(b'"type": "Note"', b'"type": "Note", "type": "X"'),
    "too deep": _nested(40),
    "absurdly deep": _nested(40_000),
    "a long array": json.dumps(note(to=["https://a.example/"] * 101)).encode(),
    "many tags": json.dumps(note(tag=[{}] * 51)).encode(),
    "NaN": json.dumps(note()).encode().replace(b'"Dag"', b"NaN"),
    "infinite": json.dumps(note()).encode().replace(b'"Dag"', b"1e999"),
    "a huge number": json.dumps(note()).encode().replace(b'"Dag"', b"9" * 5000),
    "a zero character": json.dumps(note(name="a\x00b")).encode(),
    "half a character": json.dumps(note()).encode().replace(b'"Dag"', b'"\\ud800"'),
    "an unknown type": json.dumps(note(type="Explode")).encode(),
    "two types": json.dumps(note(type=["Create", "Delete"])).encode(),
    "no type": json.dumps(note(type=None)).encode(),
    "no actor": json.dumps(note(actor=None)).encode(),
    "two actors": json.dumps(note(actor=[ALICE, OTHER])).encode(),
    "an actor that is no address": json.dumps(note(actor="javascript:alert(1)")).encode(),
    "no id": json.dumps(note(id=None)).encode(),
    "an endless id": json.dumps(note(id="https://elders.example/" + "a" * 3000)).encode(),
    "no object": json.dumps(note(object=None)).encode(),
    "two objects": json.dumps(note(object=[note()["object"]] * 2)).encode(),
    "an endless type": json.dumps(note(object={"id": ALICE, "type": "T" * 300})).encode(),
    "too large": json.dumps(note(content="x" * 300_000)).encode(),
}


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", BODIES)
def test_what_cannot_be_read_without_doubt_is_refused(session, settings, alice, scheme, name):
    with pytest.raises(InvalidInput):
        admit(session, settings, signed(scheme, BODIES[name]))


@ON_SQLITE
@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "application/json",
        "text/html",
        "application/ld+json",
        'application/ld+json; profile="https://evil.example"',
        "application/activity+json; charset=utf-16",
        "multipart/form-data; boundary=x",
    ],
)
def test_only_the_two_media_types_are_read(session, settings, alice, media_type):
    with pytest.raises(InvalidInput):
        admit(session, settings, with_header(signed("rfc9421"), "Content-Type", media_type))


def test_the_other_media_type_is_read(session, settings, alice):
    media_type = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    assert admit(session, settings, with_header(signed("rfc9421"), "Content-Type", media_type)) == "accepted"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_stranger_may_only_ask_to_follow(session, settings, alice, scheme):
    session.execute(delete(PeerRule))
    session.commit()
    with pytest.raises(NotAllowed):
        admit(session, settings, signed(scheme))
    follow = {"id": "https://elders.example/follows/1", "type": "Follow", "actor": ALICE, "object": BASE}
    assert admit(session, settings, signed(scheme, follow)) == "accepted"
    undo = {"id": "https://elders.example/undo/1", "type": "Undo", "actor": ALICE, "object": follow}
    assert admit(session, settings, signed(scheme, undo)) == "accepted"


@pytest.mark.parametrize("target", [ALICE, "elders.example"])
def test_who_is_blocked_may_not_even_ask(session, settings, alice, target):
    set_rule(session, target, "suspend", reason="spam", by="test")
    session.commit()
    follow = {"id": "https://elders.example/follows/1", "type": "Follow", "actor": ALICE, "object": BASE}
    with pytest.raises(NotAllowed):
        admit(session, settings, signed("cavage", follow))


def test_the_farewell_of_a_stranger_is_forgotten_without_asking_anybody(session, settings, village):
    gone = "https://gone.example/actors/x"
    activity = {"id": f"{gone}#delete", "type": "Delete", "actor": gone, "object": gone}
    unsigned = replace(signed("cavage", activity), headers=(("Content-Type", "application/activity+json"),))
    assert admit(session, settings, unsigned) == "forgotten"
    assert count(session) == 0


def test_the_farewell_of_somebody_we_know_needs_a_signature(session, settings, alice):
    activity = {"id": f"{ALICE}#delete", "type": "Delete", "actor": ALICE, "object": ALICE}
    unsigned = replace(signed("cavage", activity), headers=(("Content-Type", "application/activity+json"),))
    with pytest.raises(AppError):
        admit(session, settings, unsigned)

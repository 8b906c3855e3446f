"""What the replica refuses, and what it ignores, whoever brings it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.inbox import announcement_received
from directory.replica import ingest
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.actors.keys import ed25519_key_id, multibase_of
from federation.actors.remote_actors import remember_actor
from federation.database import now
from federation.receiving.inbox import Received
from federation.relations.members import Member
from federation.relations.standing import set_rule
from federation.sending.outbox import instant
from federation.signatures.owner_keys import ActorNeeded
from federation.signatures.proofs import sign
from schemas.context import CONTEXT
from schemas.errors import BadSignature, InvalidInput, NotAllowed
from tests.federation.remote import actor_of, key_pair
from tests.records import template

OWNER = "https://dorp.example/actors/dorp"
URI = "https://dorp.example/objects/1"


@pytest.fixture(scope="module")
def keys():
    return key_pair()


@pytest.fixture
def owner(session, keys):
    """A cooperative elsewhere whose key we know."""
    document = {**actor_of(OWNER, keys), "type": "Organization"}
    actor = remember_actor(session, document)
    assert actor.ed25519_multibase
    return actor


def signed(keys, document):
    return sign(document, keys, ed25519_key_id(OWNER), now())


def activity(keys, *, kind="Create", at=None, uri=URI, **fields):
    at = instant(at or now())
    document = {
        "@context": CONTEXT,
        **template(),
        "id": uri,
        "attributedTo": OWNER,
        "published": at,
        "updated": at,
        **fields,
    }
    return envelope(keys, kind, signed(keys, document), at)


def envelope(keys, kind, carried, at):
    return signed(
        keys,
        {
            "@context": CONTEXT,
            "id": f"https://dorp.example/activities/{kind}-{at}",
            "type": kind,
            "actor": OWNER,
            "published": at,
            "to": [],
            "cc": [],
            "object": carried,
        },
    )


def apply(session, document):
    return ingest.apply(session, document, via_uri=None)


def test_a_signed_record_is_taken_once(session, owner, keys):
    document = activity(keys)
    assert apply(session, document)
    assert not apply(session, document)
    assert session.get(Record, URI).verified_with == owner.ed25519_multibase


def test_a_forged_record_is_refused(session, owner, keys):
    document = activity(keys)
    document["object"]["name"] = "Anders"
    with pytest.raises(BadSignature):
        apply(session, document)
    stranger = key_pair(1)
    with pytest.raises(BadSignature):
        apply(session, activity(stranger))
    assert session.get(Record, URI) is None


def listed(session, actor, key, hub="https://land.example/actors/hub"):
    session.add(Member(hub_uri=hub, actor_uri=actor, key_id=ed25519_key_id(actor), key_multibase=key))
    session.flush()


def test_a_hub_cannot_lend_the_name_of_another_to_its_own_key(session, owner, keys):
    false = key_pair(1)
    listed(session, OWNER, multibase_of(false.ed25519.public_key()))
    for signer in (false, keys):  # an alarm for people; until they have looked, nobody is believed
        with pytest.raises(BadSignature, match="different keys"):
            apply(session, activity(signer))
    assert session.get(Record, URI) is None


def test_hubs_that_disagree_are_believed_by_neither_unless_the_origin_decides(session, keys):
    listed(session, OWNER, multibase_of(keys.ed25519.public_key()))
    listed(session, OWNER, multibase_of(key_pair(1).ed25519.public_key()), "https://b.example/actors/hub")
    with pytest.raises(BadSignature, match="different keys"):
        apply(session, activity(keys))
    remember_actor(session, {**actor_of(OWNER, keys), "type": "Organization"})
    assert apply(session, activity(keys))


def test_a_key_of_the_list_is_enough_where_the_origin_was_never_asked(session, keys):
    listed(session, OWNER, multibase_of(keys.ed25519.public_key()))
    assert apply(session, activity(keys))


def test_a_record_in_a_forged_envelope_is_refused(session, owner, keys):
    document = activity(keys)
    document["published"] = instant(now() + timedelta(seconds=1))
    with pytest.raises(BadSignature):
        apply(session, document)


def test_a_record_without_proof_is_refused(session, owner, keys):
    document = activity(keys)
    del document["object"]["proof"]
    with pytest.raises(BadSignature):
        apply(session, document)


@pytest.mark.parametrize(
    "uri", ["\ud800", "\x00", "https://dorp.example/\ud800", "https://dorp.example/\x00"]
)
def test_a_name_that_no_database_can_keep_is_refused(session, owner, keys, uri):
    document = activity(keys)
    document["object"] = {**document["object"], "id": uri}
    with pytest.raises((InvalidInput, NotAllowed)):
        apply(session, document)
    assert ingest.apply_all(session, [document, {**document, "object": uri}], via_uri=None).refused == 2


def test_an_older_version_does_not_replace_a_newer_one(session, owner, keys):
    assert apply(session, activity(keys, name="Nieuw"))
    assert not apply(session, activity(keys, name="Oud", at=now() - timedelta(days=1)))
    assert session.get(Record, URI).name == "Nieuw"


def test_a_version_from_the_future_is_refused(session, owner, keys):
    with pytest.raises(InvalidInput):
        apply(session, activity(keys, at=now() + timedelta(minutes=6)))
    assert apply(session, activity(keys, at=now() + timedelta(minutes=4)))


def test_a_deletion_holds_against_what_was_written_before(session, owner, keys):
    moment = now()
    tombstone = {"id": URI, "type": "Tombstone"}
    assert apply(session, envelope(keys, "Delete", tombstone, instant(moment)))
    assert not apply(session, activity(keys, at=moment - timedelta(seconds=1)))
    assert session.get(Record, URI).deleted_at is not None


def test_nobody_writes_or_deletes_what_is_at_another_origin(session, owner, keys):
    with pytest.raises(NotAllowed):
        apply(session, activity(keys, uri="https://elders.example/objects/1"))
    deletion = envelope(keys, "Delete", "https://elders.example/objects/1", instant(now()))
    with pytest.raises(NotAllowed):
        apply(session, deletion)


def test_two_actors_of_one_origin_do_not_write_over_each_other(session, owner, keys):
    apply(session, activity(keys))
    session.get(Record, URI).owner_uri = "https://dorp.example/actors/ander"
    with pytest.raises(NotAllowed):
        apply(session, activity(keys, at=now() + timedelta(seconds=1)))


def test_an_unknown_owner_is_asked_for_and_a_blocked_one_refused(session, keys):
    with pytest.raises(ActorNeeded):
        apply(session, activity(keys))
    set_rule(session, "dorp.example", "suspend", reason="spam", by="anna")
    session.flush()
    with pytest.raises(NotAllowed):
        apply(session, activity(keys))


@pytest.mark.parametrize("change", [{"name": ""}, {"type": "Note"}, {"updated": "gisteren"}, {"version": 0}])
def test_a_record_that_breaks_its_schema_is_refused(session, owner, keys, change):
    with pytest.raises(InvalidInput):
        apply(session, activity(keys, **change))


def test_an_announcement_of_somebody_who_is_no_hub_of_ours_changes_nothing(session, settings, owner, keys):
    announce = {"id": f"{OWNER}/a", "type": "Announce", "actor": OWNER, "object": [activity(keys)]}
    announcement_received(Received(session, settings, OWNER, announce, ""))
    assert session.get(Record, URI) is None


def test_one_forged_record_in_an_announcement_does_not_hold_up_the_others(network):
    hub = network.add("land", "hub")
    writer, reader = network.add("een", "village"), network.add("twee", "village")
    network.join(writer, hub)
    network.join(reader, hub)
    good = writer.do(lambda s, i: publish_record(s, writer.settings, i, "Create", template("Goed")))
    bad = writer.do(lambda s, i: publish_record(s, writer.settings, i, "Create", template("Slecht")))
    bad["object"]["name"] = "Vervalst"
    announce = {"id": f"{hub.actor_uri}/x", "type": "Announce", "actor": hub.actor_uri, "object": [bad, good]}
    reader.do(lambda s, _i: announcement_received(Received(s, reader.settings, hub.actor_uri, announce, "")))
    assert [record.name for record in reader.all(select(Record))] == ["Goed"]

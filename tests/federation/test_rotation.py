"""New keys: announced by the old ones, believed through them, and the only ones left in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.keys import rotation
from federation.actors import replacing
from federation.actors.identities import actor_document, keys_of, listed_keys, multikeys
from federation.actors.key_generations import IdentityKey, current_rotation
from federation.actors.remote_actors import RemoteActor, RemoteKey, find_key_owner
from federation.database import now
from federation.relations.members import Member
from federation.sending.published import PublishedActivity
from federation.signatures.proofs import sign
from schemas.errors import Conflict
from tests.key_changes import (
    deliver_all,
    finish,
    let_time_pass,
    listed,
    own_keys,
    publish,
    reasons,
    record,
    retry,
    rotate,
)
from tests.records import template


@pytest.fixture
def joined(network):
    """A hub, a village that writes and one that reads."""
    hub = network.add("land", "hub")
    writer, reader = network.add("austerlitz", "village"), network.add("elsendorp", "village")
    network.join(writer, hub)
    network.join(reader, hub)
    return hub, writer, reader


def test_a_rotation_from_its_announcement_to_its_end(network, joined):
    hub, writer, reader = joined
    uri, gone = publish(writer, "Create", template()), publish(writer, "Create", template())
    publish(writer, "Delete", gone)
    network.settle()
    (old,) = own_keys(writer)

    rotate(writer)
    network.settle()
    first, new = own_keys(writer)
    assert first == old
    assert listed(hub, hub, writer) == [old, new]
    assert listed(reader, hub, writer) == [old, new]

    let_time_pass(network, writer)
    assert own_keys(writer) == [new, old]
    assert record(hub, uri).verified_with == record(reader, uri).verified_with == new

    let_time_pass(network, writer)
    assert own_keys(writer) == [new]
    assert listed(hub, hub, writer) == listed(reader, hub, writer) == [new]
    assert not reasons(hub)
    assert not reasons(reader)

    late = network.add("ruinerwold", "village")
    network.join(late, hub)
    assert record(late, uri).verified_with == new
    assert record(late, gone).deleted_at


def test_an_emergency_switches_at_once_and_drops_the_leaked_key(network, joined):
    hub, writer, reader = joined
    uri = publish(writer, "Create", template())
    network.settle()
    (old,) = own_keys(writer)
    rotate(writer, emergency=True)
    (new,) = own_keys(writer)
    assert new != old
    network.settle()
    retry(network, hub, reader)
    finish(network, writer)
    assert listed(hub, hub, writer) == listed(reader, hub, writer) == [new]
    assert record(reader, uri).verified_with == new


def test_three_generations_one_after_the_other(network, joined):
    hub, writer, reader = joined
    uri = publish(writer, "Create", template())
    network.settle()
    seen = own_keys(writer)
    for _generation in range(2):
        rotate(writer)
        network.settle()
        finish(network, writer)
        seen += own_keys(writer)
    assert len(set(seen)) == 3
    assert listed(reader, hub, writer) == listed(hub, hub, writer) == [seen[-1]]
    assert record(reader, uri).verified_with == seen[-1]
    states = [row.state for row in writer.all(select(IdentityKey).order_by(IdentityKey.id))]
    assert sorted(states) == ["current"] * 2 + ["retired"] * 4
    files = sorted(path.name for path in writer.settings.secrets_dir.glob("austerlitz*.ed25519.pem"))
    assert files == ["austerlitz.2.ed25519.pem", "austerlitz.3.ed25519.pem", "austerlitz.ed25519.pem"]


def test_a_hub_that_was_away_the_whole_time_follows_the_chain(network, joined):
    hub, writer, _reader = joined
    uri = publish(writer, "Create", template())
    network.settle()
    hub.stop()
    for _generation in range(2):
        rotate(writer)
        finish(network, writer)
    hub.start()
    deliver_all(network, writer)
    retry(network, hub)
    retry(network, hub)
    assert listed(hub, hub, writer) == own_keys(writer)
    assert record(hub, uri).verified_with == own_keys(writer)[0]


def test_a_village_that_was_away_the_whole_time_reads_it_from_the_hub(network, joined):
    hub, writer, reader = joined
    uri = publish(writer, "Create", template())
    network.settle()
    reader.stop()
    rotate(writer)
    network.settle()
    finish(network, writer)
    reader.start()
    reader.run("directory.jobs.catch_up", hub.actor_uri)
    network.settle()
    assert listed(reader, hub, writer) == own_keys(writer)
    assert record(reader, uri).verified_with == own_keys(writer)[0]


def test_what_arrives_out_of_order_waits_for_the_announcement(network, joined):
    hub, writer, _reader = joined
    (old,) = own_keys(writer)
    rotate(writer)
    network.settle()
    held = hub.do(lambda session, _: set_back(session, hub, writer, old))
    let_time_pass(network, writer)
    uri = publish(writer, "Create", template())
    network.settle()
    assert record(hub, uri) is None
    hub.do(lambda session, _: bring(session, held))
    retry(network, hub)
    assert own_keys(writer)[0] in listed(hub, hub, writer)
    assert record(hub, uri).verified_with == own_keys(writer)[0]


def test_a_new_key_that_no_old_one_vouches_for_is_not_believed(network, joined):
    hub, writer, reader = joined
    (old,) = own_keys(writer)

    def replace_silently(session, identity):
        row = replacing.prepare(session, writer.settings, identity, after_loss=True)
        replacing.switch(session, identity, old_becomes="retired")
        keys, key_id = keys_of(writer.settings, identity), next(iter(listed_keys(session, identity)))
        (multikey,) = multikeys(identity.actor_uri, {key_id: row.ed25519_multibase})
        bare = {**multikey, "attributedTo": identity.actor_uri}
        row.certificate = sign(bare, keys, key_id, now())  # it vouches for itself
        replacing.touch(identity)

    writer.do(replace_silently)
    uri = publish(writer, "Create", template())
    network.settle()
    retry(network, hub, reader)
    assert listed(hub, hub, writer) == listed(reader, hub, writer) == [old]
    assert record(hub, uri) is None
    assert record(reader, uri) is None


def test_new_keys_can_be_cancelled_until_they_are_used(network, joined):
    hub, writer, _reader = joined
    (old,) = own_keys(writer)
    rotate(writer)
    with pytest.raises(Conflict):
        rotate(writer)
    network.settle()
    writer.do(lambda session, _: rotation.cancel(session, writer.settings))
    network.settle()
    assert own_keys(writer) == listed(hub, hub, writer) == [old]
    rotate(writer)
    let_time_pass(network, writer)
    with pytest.raises(Conflict):
        writer.do(lambda session, _: rotation.cancel(session, writer.settings))


def test_a_stop_at_any_step_is_taken_up_by_the_next_round(network, joined):
    """Whatever was not committed is done again; what was committed is not done twice."""
    hub, writer, reader = joined
    uris = [publish(writer, "Create", template(f"Nummer {at}")) for at in range(30)]
    with writer.session() as session:
        rotation.start(session, writer.settings, emergency=False, by="test")
    # stopped before the commit: files that nothing names, and all as it was
    assert len(own_keys(writer)) == 1
    rotate(writer)
    writer.forget_queue()
    writer.do(lambda session, _: due(session))
    for _step in range(20):
        with writer.session() as session:
            rotation.advance(session, writer.settings)  # not committed: as if it was stopped
        with writer.session() as session:
            more = rotation.advance(session, writer.settings)
            session.commit()
        writer.forget_queue()
        if not more:
            break
    for node in (hub, reader):  # they did not ask who the writer is a moment ago
        node.do(lambda s, _: s.execute(update(RemoteActor).values(fetched_at=now() - timedelta(minutes=1))))
    writer.run("federation.jobs.sweep")
    network.settle()
    new = own_keys(writer)[0]
    assert {record(hub, uri).verified_with for uri in uris} == {new}
    updates = writer.all(select(PublishedActivity.object_uri).where(PublishedActivity.type == "Update"))
    assert sorted(uri for uri in updates if uri in uris) == sorted(uris)


def test_an_actor_is_found_by_any_key_it_lists(network, joined):
    hub, writer, _reader = joined
    rotate(writer)
    network.settle()
    keys = writer.do(lambda session, identity: list(listed_keys(session, identity)))
    assert len(keys) == 2
    with hub.session() as session:
        assert {find_key_owner(session, key).uri for key in keys} == {writer.actor_uri}
        assert set(keys) <= set(session.scalars(select(RemoteKey.key_id)))


def test_the_document_keeps_the_old_rsa_key_until_the_switch(network, joined):
    _hub, writer, _reader = joined

    def document(session, identity):
        return actor_document(session, writer.settings, identity)

    before = writer.do(document)
    rotate(writer)
    announced = writer.do(document)
    assert announced["publicKey"] == before["publicKey"]
    assert announced["proof"]["verificationMethod"] == before["proof"]["verificationMethod"]
    let_time_pass(network, writer)
    switched = writer.do(document)
    assert switched["publicKey"]["id"] == f"{writer.actor_uri}#main-key-2"
    assert switched["proof"]["verificationMethod"] == f"{writer.actor_uri}#ed25519-key-2"


def test_a_hub_with_new_keys_is_still_believed(network, joined):
    hub, writer, reader = joined
    rotate(hub)
    network.settle()
    finish(network, hub)
    uri = publish(writer, "Create", template())
    network.settle()
    reader.run("directory.jobs.catch_up", hub.actor_uri)
    assert record(reader, uri) is not None


def due(session):
    """The switch of the rotation under way is due."""
    current_rotation(session).switch_at = now() - timedelta(seconds=1)


def set_back(session, hub, writer, old):
    """The hub as if the announcement had not arrived yet; returns what it will be."""
    member = session.get(Member, (hub.actor_uri, writer.actor_uri))
    held = member.keys
    (member.key_id,) = [key_id for key_id, key in held.items() if key == old]
    member.key_multibase, member.more_keys = old, {}
    return held


def bring(session, held):
    """The announcement arrives."""
    member = session.scalars(select(Member).where(Member.key_id.in_(held))).one()
    member.take_keys(held)

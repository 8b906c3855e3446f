"""Lost keys: a new key that no old one vouches for is believed when a coordinator says so, and not before."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.keys import recovery
from federation.actors.key_generations import IdentityKey
from federation.actors.keys import forget_loaded_keys
from federation.relations.followers import Follow, find_follow
from federation.relations.peers import Peer
from federation.relations.renewals import accept_key, refuse_key
from schemas.errors import Conflict, NotReady
from tests.key_changes import TEND, finish, listed, own_keys, publish, reasons, record, retry
from tests.records import template


@pytest.fixture
def joined(network):
    """A hub, a village that loses its keys and one that reads."""
    hub = network.add("land", "hub")
    writer, reader = network.add("austerlitz", "village"), network.add("elsendorp", "village")
    network.join(writer, hub)
    network.join(reader, hub)
    return hub, writer, reader


def lose_keys(node):
    """The folder of secrets is gone."""
    for path in node.settings.secrets_dir.iterdir():
        path.unlink()
    forget_loaded_keys()


def recover(network, node):
    node.do(lambda session, _: recovery.recover(session, node.settings, by="board").id)
    finish(network, node)
    network.settle()


def offers(session, identity):
    """The followers whose new key waits for a decision."""
    waiting = select(Follow).where(Follow.identity_id == identity.id, Follow.offered_at.is_not(None))
    return session.scalars(waiting).all()


def decide(network, hub, how):
    """The coordinator answers the one offered key."""

    def work(session, identity):
        (offer,) = offers(session, identity)
        how(session, hub.settings, offer, by="coordinator")

    hub.do(work)
    network.settle()


def alarm(node, other):
    """The alarm about another node's host."""
    peer = node.get(Peer, other.url.removeprefix("http://"))
    return peer.alarm if peer else ""


def test_a_village_without_its_keys_refuses_to_sign(network, joined):
    _hub, writer, _reader = joined
    lose_keys(writer)
    with pytest.raises(NotReady):
        publish(writer, "Create", template())
    assert writer.do(
        lambda session, _: [i.role for i in recovery.lost_identities(session, writer.settings)]
    ) == [
        "server",
        "cooperative",
    ]


def test_new_keys_are_not_made_while_the_old_ones_are_there(network, joined):
    _hub, writer, _reader = joined
    with pytest.raises(Conflict):
        recover(network, writer)
    assert not writer.all(select(IdentityKey))


def test_nobody_believes_the_new_key_until_the_coordinator_compared_it(network, joined):
    hub, writer, reader = joined
    uri = publish(writer, "Create", template("Voor"))
    network.settle()
    (old,) = own_keys(writer)
    lose_keys(writer)
    recover(network, writer)
    (new,) = own_keys(writer)
    assert new != old
    after = publish(writer, "Create", template("Na"))
    network.settle()
    retry(network, hub, reader)
    assert listed(hub, hub, writer) == listed(reader, hub, writer) == [old]
    assert record(hub, uri).verified_with == record(reader, uri).verified_with == old
    assert record(hub, after) is None
    assert record(reader, after) is None
    assert any("different keys" in reason for reason in reasons(hub))
    assert alarm(hub, writer) == "key_mismatch"

    decide(network, hub, accept_key)
    retry(network, hub, reader)
    assert listed(hub, hub, writer) == listed(reader, hub, writer) == [new]
    for node in (hub, reader):
        assert record(node, uri).verified_with == new
        assert record(node, after).verified_with == new
    assert alarm(hub, writer) == ""
    late = network.add("ruinerwold", "village")
    network.join(late, hub)
    assert record(late, uri).verified_with == new


def test_whoever_took_over_the_address_is_refused_and_a_warning_stays(network, joined):
    hub, writer, reader = joined
    uri = publish(writer, "Create", template())
    network.settle()
    (old,) = own_keys(writer)
    lose_keys(writer)  # from where the others are, a thief of the address looks the same
    recover(network, writer)
    decide(network, hub, refuse_key)
    retry(network, hub, reader)
    assert listed(hub, hub, writer) == listed(reader, hub, writer) == [old]
    assert record(reader, uri).verified_with == old
    assert alarm(hub, writer) == "key_refused"
    assert not hub.do(offers)
    follow = hub.do(lambda session, identity: find_follow(session, identity.id, writer.actor_uri, "in"))
    assert follow.state == "accepted"


def test_a_key_that_changed_after_it_was_shown_is_not_accepted(network, joined):
    hub, writer, _reader = joined
    lose_keys(writer)
    recover(network, writer)

    def work(session, identity):
        (offer,) = offers(session, identity)
        offer.offered_fingerprint = "0000 " * 7 + "0000"
        with pytest.raises(Conflict):
            accept_key(session, hub.settings, offer, by="coordinator")

    hub.do(work)
    assert listed(hub, hub, writer) != own_keys(writer)


def test_a_recovery_that_stops_half_way_goes_on(network, joined):
    hub, writer, _reader = joined
    uris = [publish(writer, "Create", template(f"Nummer {at}")) for at in range(3)]
    network.settle()
    lose_keys(writer)
    writer.do(lambda session, _: recovery.recover(session, writer.settings, by="board").id)
    writer.forget_queue()
    forget_loaded_keys()
    writer.run(TEND)
    network.settle()
    decide(network, hub, accept_key)
    (new,) = own_keys(writer)
    assert {record(hub, uri).verified_with for uri in uris} == {new}

"""Joining a hub: a follow in both directions, a list of members, and the way out."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from federation.actors.identities import create_identity
from federation.actors.keys import fingerprint, multibase_of
from federation.relations.followers import Follow
from federation.relations.follows import (
    accept_follow,
    pending_requests,
    receive_follow,
    reject_follow,
)
from federation.relations.members import Member
from federation.relations.standing import is_allowed, set_rule
from schemas.errors import Conflict, InvalidInput
from tests.federation.conftest import BASE


def states(node):
    return {(follow.direction, follow.state) for follow in node.all(select(Follow))}


def test_a_village_that_joins_is_a_member_on_both_sides(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.ask(village, hub)
    network.settle()
    with hub.session() as session:
        request = pending_requests(session, hub.identity(session))[0]
        assert request.remote_uri == village.actor_uri
        assert request.key_fingerprint == fingerprint(village.do(lambda _s, i: i.ed25519_multibase))
        accept_follow(session, hub.settings, request, by="anna")
        session.commit()
    network.settle()
    assert states(village) == states(hub) == {("in", "accepted"), ("out", "accepted")}
    assert [member.actor_uri for member in hub.all(select(Member))] == [village.actor_uri]
    assert [member.hub_uri for member in village.all(select(Member))] == [hub.actor_uri]
    with pytest.raises(Conflict):
        network.ask(village, hub)


def test_members_of_one_hub_may_write_to_each_other_and_strangers_may_not(network):
    hub = network.add("land", "hub")
    first, second = network.add("een", "village"), network.add("twee", "village")
    network.join(first, hub)
    assert not first.do(lambda session, _i: is_allowed(session, second.actor_uri))
    network.join(second, hub)
    assert first.do(lambda session, _i: is_allowed(session, second.actor_uri))
    assert second.do(lambda session, _i: is_allowed(session, first.actor_uri))
    first.do(lambda session, _i: set_rule(session, second.actor_uri, "suspend", reason="spam", by="anna"))
    assert not first.do(lambda session, _i: is_allowed(session, second.actor_uri))


def test_a_rejected_request_is_known_to_the_village(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.ask(village, hub)
    network.settle()
    hub.do(lambda s, i: reject_follow(s, hub.settings, pending_requests(s, i)[0], by="anna"))
    network.settle()
    assert states(village) == {("out", "rejected")}
    network.ask(village, hub)  # it may ask again
    network.settle()
    assert states(hub) == {("in", "pending")}


def test_a_refusal_can_be_taken_back(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.ask(village, hub)
    network.settle()
    hub.do(lambda s, i: reject_follow(s, hub.settings, pending_requests(s, i)[0], by="anna"))
    network.settle()
    hub.do(lambda s, _i: setattr(s.scalars(select(Follow)).one(), "state", "pending"))
    hub.do(lambda s, i: accept_follow(s, hub.settings, pending_requests(s, i)[0], by="anna"))
    network.settle()
    assert states(village) == states(hub) == {("in", "accepted"), ("out", "accepted")}
    assert [member.actor_uri for member in hub.all(select(Member))] == [village.actor_uri]


def test_a_village_that_leaves_is_no_member_any_more(network):
    hub = network.add("land", "hub")
    village, other = network.add("dorp", "village"), network.add("ander", "village")
    network.join(village, hub)
    network.join(other, hub)
    network.leave(village, hub)
    assert states(village) == {("in", "ended"), ("out", "ended")}
    assert [member.actor_uri for member in hub.all(select(Member))] == [other.actor_uri]
    assert [member.actor_uri for member in other.all(select(Member))] == [other.actor_uri]
    assert village.all(select(Member)) == []


def test_nobody_joins_itself(network):
    hub = network.add("land", "hub")
    with pytest.raises(InvalidInput):
        network.ask(hub, hub)


def test_a_follower_with_another_key_has_to_be_looked_at_again(session, settings, village, alice):
    alice.ed25519_multibase = village.ed25519_multibase
    accept_follow(
        session, settings, receive_follow(session, village, alice, "https://elders.example/1"), by="a"
    )
    assert receive_follow(session, village, alice, "https://elders.example/2").state == "accepted"
    alice.ed25519_multibase = multibase_of(Ed25519PrivateKey.generate().public_key())
    follow = receive_follow(session, village, alice, "https://elders.example/3")
    assert follow.state == "accepted"
    assert follow.activity_uri == "https://elders.example/2"
    assert follow.offered_fingerprint == fingerprint(alice.ed25519_multibase) != follow.key_fingerprint
    assert follow.offered_at is not None


def test_a_node_that_is_both_lists_its_own_cooperative(network):
    both, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, both)
    own = both.do(
        lambda s, _i: (
            create_identity(
                s, both.settings, role="cooperative", username="eigen", name="Eigen", base_url=both.url
            ).actor_uri
        )
    )
    for _twice in range(2):
        both.run("federation.jobs.sweep")
        network.settle()
    listed = select(Member.actor_uri).where(Member.hub_uri == both.actor_uri)
    assert set(village.all(listed)) == {own, village.actor_uri}


def test_a_person_who_follows_a_hub_is_no_member(session, settings, village, alice):
    alice.document = {**alice.document, "type": "Person"}
    hub = create_identity(session, settings, role="hub", username="hub", name="Hub", base_url=BASE)
    accept_follow(session, settings, receive_follow(session, hub, alice, "https://elders.example/1"), by="a")
    assert [row.direction for row in session.scalars(select(Follow))] == ["in"]

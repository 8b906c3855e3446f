"""A hub follows its members back; one that then says it is a hub gets no say over its own hub by that."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.inbox import announcement_received, member_added
from directory.replica.records import Record
from directory.replica.room import MOST_RECORDS_OF_A_HUB, most_records
from directory.replica.synonym_groups import KnownSynonymGroup, told_by_hubs
from federation.actors.identities import create_identity, get_identity
from federation.actors.keys import multibase_of
from federation.actors.remote_actors import remember_actor
from federation.receiving.follows_inbox import follow_received
from federation.receiving.inbox import Received
from federation.relations.followers import Follow, find_follow
from federation.relations.follows import joined_hubs
from federation.relations.members import Member, document_of
from federation.relations.standing import is_fellow_member, vouching_hub
from tests.directory.test_refusals import OWNER, activity
from tests.federation.remote import actor_of, key_pair

FRIEND = "https://vriend.example/actors/vriend"


@pytest.fixture
def node(session, settings):
    """A node that is a hub and a village, and knows an actor that says it is a hub."""
    for role in ("hub", "cooperative"):
        create_identity(
            session, settings, role=role, username=role, name="Wij", base_url="https://wij.example"
        )
    places = {"members": f"{OWNER}/members", "feed": f"{OWNER}/feed"}
    remember_actor(session, {**actor_of(OWNER, key_pair(1)), "type": "Organization", **places})
    return session


def follow(session, role, direction="out", state="accepted"):
    known = Follow(
        identity_id=get_identity(session, role).id,
        remote_uri=OWNER,
        direction=direction,
        state=state,
        activity_uri=f"https://wij.example/{direction}",
    )
    session.add(known)
    session.flush()
    return known


def powers(session, settings):
    """What this actor can do here that only a hub that we joined can."""
    key = multibase_of(key_pair(2).ed25519.public_key())
    listed = Member(hub_uri=OWNER, actor_uri=FRIEND, key_id=f"{FRIEND}#k", key_multibase=key)
    session.add(listed)
    session.add(KnownSynonymGroup(uri=f"{OWNER}/1", owner_uri=OWNER, name="eettafel", terms=["a", "b"]))
    session.flush()
    vouches = is_fellow_member(session, FRIEND), vouching_hub(session, FRIEND) is not None
    carried = {"id": f"{OWNER}/a", "type": "Announce", "actor": OWNER, "object": [activity(key_pair(1))]}
    announcement_received(Received(session, settings, OWNER, carried, ""))
    told = document_of(listed)
    session.delete(listed)
    session.flush()
    added = {"id": f"{OWNER}/b", "type": "Add", "actor": OWNER, "target": f"{OWNER}/members", "object": told}
    member_added(Received(session, settings, OWNER, added, told))
    return {
        "its feed and what it says of who cannot be reached": bool(joined_hubs(session)),
        "its synonyms": bool(told_by_hubs(session)),
        "the room of a country": most_records(session, OWNER) == MOST_RECORDS_OF_A_HUB,
        "its members are ours": any(vouches),
        "its announcements": bool(session.scalars(select(Record)).all()),
        "its list": bool(session.scalars(select(Member)).all()),
    }


def test_a_hub_that_our_village_joined_has_a_say_here(node, settings):
    follow(node, "cooperative")
    assert [name for name, has in powers(node, settings).items() if not has] == []


def test_a_member_that_says_it_is_a_hub_has_none(node, settings):
    follow(node, "hub")
    assert [name for name, has in powers(node, settings).items() if has] == []


@pytest.mark.parametrize(("role", "state"), [("hub", "pending"), ("cooperative", "accepted")])
def test_nor_is_it_let_in_again_without_people(node, settings, role, state):
    follow(node, role, state="rejected")
    identity = get_identity(node, role)
    asked = {"id": f"{OWNER}/c", "type": "Follow", "actor": OWNER, "object": identity.actor_uri}
    follow_received(Received(node, settings, OWNER, asked, identity.actor_uri))
    assert find_follow(node, identity.id, OWNER, "in").state == state

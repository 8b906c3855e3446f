"""How much of one owner a replica keeps: a hub of ours has the room of a country, a stranger has not."""

from __future__ import annotations

import pytest

from directory.replica import room
from directory.replica.room import MOST_RECORDS, MOST_RECORDS_OF_A_HUB, most_records, room_for
from federation.actors.identities import create_identity
from federation.actors.remote_actors import remember_actor
from federation.relations.followers import Follow
from federation.relations.members import Member
from tests.directory.organisations import add, organisation
from tests.federation.remote import actor_of, key_pair

HUB = "https://hub.example/actors/hub"
OTHER = "https://anderehub.example/actors/hub"
VILLAGE = "https://dorp.example/actors/dorp"


@pytest.fixture
def node(session, settings):
    """A village that knows two hubs and another village."""
    create_identity(
        session, settings, role="cooperative", username="wij", name="Wij", base_url="https://wij.example"
    )
    for uri in (HUB, OTHER):
        places = {"members": f"{uri}/members", "feed": f"{uri}/feed"}
        remember_actor(session, {**actor_of(uri, key_pair(1)), "type": "Service", **places})
    remember_actor(session, actor_of(VILLAGE, key_pair(2)))
    return session


def follow(session, uri, direction="out", state="accepted"):
    session.add(Follow(identity_id=1, remote_uri=uri, direction=direction, state=state, activity_uri="x:"))
    session.flush()


def list_member(session, uri, hub=HUB):
    session.add(Member(hub_uri=hub, actor_uri=uri, key_id=f"{uri}#k", key_multibase="z6Mk"))
    session.flush()


def test_a_stranger_has_little_room_also_when_it_says_that_it_is_a_hub(node):
    assert most_records(node, HUB) == most_records(node, "https://nobody.example/a") == MOST_RECORDS


@pytest.mark.parametrize(
    ("direction", "state"), [("in", "accepted"), ("out", "pending"), ("out", "rejected")]
)
def test_who_follows_us_or_did_not_accept_us_is_no_hub_of_ours(node, direction, state):
    follow(node, HUB, direction, state)
    assert most_records(node, HUB) == MOST_RECORDS


def test_a_hub_that_we_joined_has_the_room_of_a_country(node):
    follow(node, HUB)
    assert most_records(node, HUB) == MOST_RECORDS_OF_A_HUB
    assert most_records(node, OTHER) == MOST_RECORDS


def test_a_hub_that_is_a_member_of_a_hub_of_ours_has_it_too(node):
    list_member(node, OTHER)
    assert most_records(node, OTHER) == MOST_RECORDS  # the list of a hub that we did not join
    follow(node, HUB)
    assert most_records(node, OTHER) == MOST_RECORDS_OF_A_HUB


def test_a_village_that_we_follow_or_that_is_a_fellow_member_is_no_hub(node):
    follow(node, HUB)
    follow(node, VILLAGE)
    list_member(node, VILLAGE)
    assert most_records(node, VILLAGE) == MOST_RECORDS


def test_what_is_kept_already_takes_room(node, monkeypatch):
    monkeypatch.setattr(room, "MOST_RECORDS_OF_A_HUB", 3)
    follow(node, HUB)
    add(node, organisation("Een", "Urk"), organisation("Twee", "Urk"))
    assert room_for(node, HUB) == 1
    assert room_for(node, OTHER) == MOST_RECORDS

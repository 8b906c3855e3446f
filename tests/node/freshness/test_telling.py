"""That nobody can be reached travels from the hub, so that an entry has one colour on every node."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.freshness.models import ToldUnreachable
from directory.freshness.service import SILENT_FOR, found_here, note_reached, note_unreachable, refresh
from directory.replica.entries import Entry
from directory.replica.publishing import publish_record
from federation.database import now
from federation.fetching.origins import authority_of
from federation.relations.peers import BREAKER_FAILURES, Peer
from node.communities.models import Community
from node.communities.publishing import publish_profile
from node.freshness.telling import tell
from node.listings import service as listings
from schemas.objects import wire_type
from tests.node.listings.hubs import AREAS, content

LONG_AGO = SILENT_FOR + timedelta(days=1)


@pytest.fixture
def nodes(network):
    """A hub, and two villages that joined it."""
    hub = network.add("midden", "hub")
    villages = [network.add(name, "village") for name in ("een", "twee")]
    for village in villages:
        network.join(village, hub)
    return hub, *villages


def profile(network, node):
    """A village tells of itself."""
    community = Community(
        name=node.name,
        place_id=AREAS["Zeist"]["placeId"],
        place_name="Zeist",
        municipality="",
        is_village=True,
        is_hub=False,
        initiative={"kind": "neighbour_care", "areas": [AREAS["Zeist"]]},
    )

    def work(session, _identity):
        session.add(community)
        publish_profile(session, node.settings, community)

    node.do(work)
    network.settle()


def state(node, uri):
    node.do(lambda s, _i: refresh(s))
    return node.all(select(Entry.freshness).where(Entry.uri == uri))[0]


def fail(node, other):
    """Messages of a node to another have failed for long, and it was not heard."""

    def work(session, _identity):
        host = authority_of(other.actor_uri)
        peer = session.get(Peer, host) or Peer(host=host)
        peer.failures, peer.last_heard_at, peer.last_success_at = BREAKER_FAILURES, None, None
        session.add(peer)
        session.execute(update(Entry).where(Entry.uri == other.actor_uri).values(updated_at=now() - LONG_AGO))

    node.do(work)


def test_what_a_coordinator_found_is_seen_by_all_and_taken_back(network, nodes):
    hub, village, other = nodes
    uri = hub.do(lambda s, _i: listings.create(s, hub.settings, content(), by="Ans").uri)
    network.settle()
    assert [state(node, uri) for node in nodes] == ["fresh"] * 3
    hub.do(lambda s, _i: [note_unreachable(s, uri, by="Ans"), tell(s, hub.settings)])
    network.settle()
    assert [state(node, uri) for node in nodes] == ["unreachable"] * 3
    assert hub.do(lambda s, _i: tell(s, hub.settings)) == 0
    hub.do(lambda s, _i: [note_reached(s, uri), tell(s, hub.settings)])
    network.settle()
    assert [state(node, uri) for node in nodes] == ["fresh"] * 3
    hub.do(lambda s, _i: [note_unreachable(s, uri), tell(s, hub.settings)])
    network.settle()
    network.leave(village, hub)
    assert state(village, uri) == "fresh", "who left the hub no longer goes by its word"
    assert state(other, uri) == "unreachable"


def test_of_a_member_the_hub_judges_and_nobody_else(network, nodes):
    hub, village, other = nodes
    profile(network, other)
    uri = other.actor_uri
    fail(village, other)
    assert state(village, uri) == "fresh", "its own failures say nothing while a hub looks after it"
    fail(hub, other)
    hub.run("node.freshness.jobs.sweep")
    assert state(hub, uri) == "unreachable"
    network.settle()  # its server is there after all, and takes the hub's messages
    assert state(village, uri) == "unreachable"
    hub.run("node.freshness.jobs.sweep")
    network.settle()
    assert state(village, uri) == "fresh"
    network.leave(village, hub)
    assert state(village, uri) == "unreachable", "without a hub it goes by what it sees itself"
    with village.session() as session:
        assert list(found_here(session)) == [uri]


def test_nobody_calls_unreachable_what_is_not_theirs(network, nodes):
    hub, village, other = nodes
    stranger = network.add("noord", "hub")
    network.join(village, stranger)
    uri = hub.do(lambda s, _i: listings.create(s, hub.settings, content(), by="Ans").uri)
    network.settle()

    def speak(node):
        told = {**wire_type("UnreachableEntry"), "entry": uri, "since": "2026-01-01"}
        node.do(lambda s, i: publish_record(s, node.settings, i, "Create", told))
        network.settle()

    speak(stranger)
    speak(other)
    assert len(village.all(select(ToldUnreachable))) == 2
    assert state(village, uri) == "fresh"


def test_the_page_and_the_api_tell_it(network, nodes):
    hub, village, _other = nodes
    uri = hub.do(lambda s, _i: listings.create(s, hub.settings, content(), by="Ans").uri)
    hub.do(lambda s, _i: note_unreachable(s, uri))
    hub.run("node.freshness.jobs.sweep")
    network.settle()
    assert [row.entry_uri for row in village.all(select(ToldUnreachable))] == [uri]

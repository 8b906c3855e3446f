"""That nobody can be reached travels from the hub, so that an entry has one colour on every node."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.freshness import told
from directory.freshness.models import ToldUnreachable
from directory.freshness.service import SILENT_FOR, found_here, note_reached, note_unreachable, refresh
from directory.replica import showing
from directory.replica.entries import Entry
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from directory.replica.showing import show_records
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

    for node in (stranger, other):
        calls_unreachable(node, uri)
    network.settle()
    assert len(village.all(select(ToldUnreachable))) == 2
    assert state(village, uri) == "fresh"


def calls_unreachable(node, *uris):
    """A hub tells that nobody is there."""
    for uri in uris:
        said = {**wire_type("UnreachableEntry"), "entry": uri, "since": "2026-01-01"}
        node.do(lambda s, i, said=said: publish_record(s, node.settings, i, "Create", said))


def test_a_hub_is_not_believed_of_ourselves_nor_against_our_own_ears(network, nodes):
    hub, village, other = nodes
    profile(network, village)
    profile(network, other)
    calls_unreachable(hub, village.actor_uri, other.actor_uri)
    network.settle()

    def heard(at):
        host = authority_of(other.actor_uri)
        village.do(lambda s, _i: s.merge(Peer(host=host, failures=0, last_heard_at=at, last_success_at=None)))

    heard(now() - timedelta(days=1))
    assert state(village, other.actor_uri) == "fresh"
    heard(now() - LONG_AGO)
    assert state(village, other.actor_uri) == "unreachable"
    assert state(village, village.actor_uri) == "fresh"


@pytest.fixture
def refreshed(monkeypatch):
    """What was looked at again when records came in."""
    calls = []
    monkeypatch.setattr(
        showing, "refresh", lambda session, uris: calls.append(uris) or refresh(session, uris)
    )
    return calls


def record_of(node, number, entry_uri):
    """What a node says of an entry, as if it had been verified."""
    document = {
        **wire_type("UnreachableEntry"),
        "id": f"{node.url}/objects/{number}",
        "attributedTo": node.actor_uri,
        "published": "2026-11-22T01:17:58Z",
        "updated": "2026-11-22T01:17:58Z",
        "entry": entry_uri,
        "since": "2026-01-01",
    }
    of = {"owner_uri": node.actor_uri, "type": "UnreachableEntry", "deleted_at": None}
    return Record(uri=document["id"], document=document, **of)


def test_what_strangers_say_costs_nothing_and_a_batch_is_looked_at_once(nodes, refreshed):
    hub, village, other = nodes

    def show(node):
        entries = [f"{node.url}/objects/e{number}" for number in range(3)]
        records = [record_of(node, number, uri) for number, uri in enumerate(entries)]
        village.do(lambda s, _i: show_records(s, records))
        return set(entries)

    show(other)
    assert refreshed == []
    assert [show(hub)] == refreshed


def test_a_word_that_comes_before_its_entry_counts_at_once(network, nodes):
    hub, village, _other = nodes
    uri = hub.do(lambda s, _i: listings.create(s, hub.settings, content(), by="Ans").uri)
    (entry,) = hub.all(select(Record).where(Record.uri == uri))
    copy = Record(uri=uri, owner_uri=entry.owner_uri, type=entry.type, document=entry.document)
    copy.updated_at, copy.received_at = entry.updated_at, entry.received_at
    village.do(lambda s, _i: show_records(s, [record_of(hub, 1, uri), copy]))
    assert village.all(select(Entry.freshness).where(Entry.uri == uri)) == ["unreachable"]


def test_nobody_fills_the_table(nodes, monkeypatch):
    hub, village, _other = nodes
    monkeypatch.setattr(told, "MOST_TOLD", 2)
    records = [record_of(hub, number, f"{hub.url}/objects/e{number}") for number in range(4)]
    village.do(lambda s, _i: show_records(s, records))
    assert len(village.all(select(ToldUnreachable))) == 2
    records[0].deleted_at = now()
    village.do(lambda s, _i: show_records(s, [records[0], records[3]]))
    kept = {row.entry_uri for row in village.all(select(ToldUnreachable))}
    assert kept == {f"{hub.url}/objects/e{number}" for number in (1, 3)}


def test_the_page_and_the_api_tell_it(network, nodes):
    hub, village, _other = nodes
    uri = hub.do(lambda s, _i: listings.create(s, hub.settings, content(), by="Ans").uri)
    hub.do(lambda s, _i: note_unreachable(s, uri))
    hub.run("node.freshness.jobs.sweep")
    network.settle()
    assert [row.entry_uri for row in village.all(select(ToldUnreachable))] == [uri]

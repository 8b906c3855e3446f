"""Three hubs with overlapping members, two of which follow one another, over real HTTP."""

from __future__ import annotations

from sqlalchemy import delete, select

from directory.relaying.feed import FeedItem
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.actors.identities import create_identity
from federation.receiving.inbox import InboxActivity
from federation.sending.published import PublishedActivity
from tests.records import template


def publish(node, name):
    return node.do(lambda s, i: publish_record(s, node.settings, i, "Create", template(name)))["object"]["id"]


def add_village(session, hub):
    """A hub joins another with the village on its node."""
    names = {"role": "cooperative", "username": "dorp", "name": "Dorp"}
    create_identity(session, hub.settings, base_url=hub.url, **names)


def kept(node):
    return {record.uri: record.digest for record in node.all(select(Record))}


def test_each_record_is_held_once_and_goes_round_once_whatever_was_lost(network):
    hubs = [network.add(name, "hub") for name in ("noord", "midden", "zuid")]
    villages = [network.add(name, "village") for name in ("een", "twee")]
    for village, at in ((0, 0), (0, 1), (1, 1), (1, 2)):
        network.join(villages[village], hubs[at])
    for hub in hubs[:2]:
        hub.do(lambda s, _i, hub=hub: add_village(s, hub))
    network.join(hubs[0], hubs[1])
    network.join(hubs[1], hubs[0])
    uris = {publish(village, f"Van {at}") for at, village in enumerate(villages)}
    network.settle()
    lost = (InboxActivity.type == "Announce",)
    for village in villages:  # what a disk lost
        village.do(lambda s, _i: s.execute(delete(InboxActivity).where(*lost)))
        village.do(lambda s, i: s.execute(delete(Record).where(Record.owner_uri != i.actor_uri)))
    for village, hub in ((villages[0], hubs[1]), (villages[1], hubs[1])):
        village.run("directory.jobs.reconcile", hub.actor_uri)
    network.settle()
    assert kept(villages[0]) == kept(villages[1]) == kept(hubs[1])
    assert set(kept(hubs[1])) == uris
    for hub, members in zip(hubs, (villages[:1], villages, villages[1:]), strict=True):
        owners = [item.owner_uri for item in hub.all(select(FeedItem))]
        assert sorted(owners) == sorted(village.actor_uri for village in members)
    told = [hub.all(select(PublishedActivity).where(PublishedActivity.type == "Announce")) for hub in hubs]
    assert all(len(announcements) <= len(uris) for announcements in told)

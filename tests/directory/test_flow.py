"""A record on its way: out of a village, into its hub, on to other villages, and to the end."""

from __future__ import annotations

from sqlalchemy import select

from directory.relaying.feed import FeedItem
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.actors.identities import actor_document, update_profile
from federation.actors.keys import ed25519_key_id
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from federation.signatures.proofs import verify
from tests.records import INITIATIVE, entry, template


def publish(node, activity_type, document):
    return node.do(
        lambda session, identity: publish_record(session, node.settings, identity, activity_type, document)
    )


def records(node):
    return {record.uri: record for record in node.all(select(Record))}


def test_a_template_reaches_the_other_village_with_its_owners_proof(network):
    hub = network.add("land", "hub")
    writer, reader = network.add("austerlitz", "village"), network.add("elsendorp", "village")
    network.join(writer, hub)
    network.join(reader, hub)
    uri = publish(writer, "Create", template())["object"]["id"]
    network.settle()
    key = writer.do(lambda _session, identity: identity.ed25519_multibase)
    for node in (writer, hub, reader):
        record = records(node)[uri]
        assert (record.owner_uri, record.name, record.verified_with) == (
            writer.actor_uri,
            "Austerlitz Eet",
            key,
        )
        verify(record.document, owner_uri=writer.actor_uri, keys={ed25519_key_id(writer.actor_uri): key})
    assert records(hub)[uri].via_uri is None
    assert records(reader)[uri].via_uri == hub.actor_uri
    assert reader.all(select(FeedItem)) == []


def test_updates_and_deletions_arrive_everywhere_and_leave_a_tombstone(network):
    hub = network.add("land", "hub")
    writer, reader = network.add("een", "village"), network.add("twee", "village")
    network.join(writer, hub)
    network.join(reader, hub)
    first = publish(writer, "Create", template())["object"]
    changed = {**template("Austerlitz Eet Samen"), "id": first["id"], "version": 2}
    publish(writer, "Update", changed)
    network.settle()
    assert records(reader)[first["id"]].name == "Austerlitz Eet Samen"
    assert len(hub.all(select(FeedItem))) == 1
    publish(writer, "Delete", first["id"])
    network.settle()
    for node in (writer, hub, reader):
        assert records(node)[first["id"]].deleted_at is not None
        assert "Eet" not in str(records(node)[first["id"]].document)


def test_what_was_published_before_joining_reaches_the_hub(network):
    hub, writer = network.add("land", "hub"), network.add("dorp", "village")
    uri = publish(writer, "Create", template())["object"]["id"]
    network.settle()
    network.join(writer, hub)
    assert uri in records(hub)
    assert [item.record_uri for item in hub.all(select(FeedItem))] == [uri]


def test_a_profile_becomes_an_entry_everywhere(network):
    hub = network.add("land", "hub")
    village, other = network.add("austerlitz", "village"), network.add("ander", "village")
    network.join(village, hub)
    network.join(other, hub)

    def tell(session, identity):
        update_profile(session, identity, name="Austerlitz Zorgt", summary="Samen.", initiative=INITIATIVE)
        document = actor_document(session, village.settings, identity)
        publish_record(session, village.settings, identity, "Update", document)

    village.do(tell)
    network.settle()
    for node in (village, hub, other):
        assert records(node)[village.actor_uri].name == "Austerlitz Zorgt"


def test_a_record_through_two_hubs_is_one_record_and_goes_round_once(network):
    first, second = network.add("land", "hub"), network.add("provincie", "hub")
    writer, reader = network.add("een", "village"), network.add("twee", "village")
    for village in (writer, reader):
        network.join(village, first)
        network.join(village, second)
    uri = publish(writer, "Create", template())["object"]["id"]
    network.settle()
    assert list(records(reader)) == [uri]
    for hub in (first, second):
        assert [item.record_uri for item in hub.all(select(FeedItem))] == [uri]
        announces = select(PublishedActivity).where(PublishedActivity.type == "Announce")
        assert len(hub.all(announces)) == 1


def test_the_hubs_own_entries_travel_by_relay_alone(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    before = len(hub.all(select(Delivery)))
    for number in range(5):
        publish(hub, "Create", entry(f"Initiatief {number}"))
    network.settle()
    assert len(records(village)) == 5
    assert len(hub.all(select(Delivery))) == before + 1

"""The weekly comparison finds what was missed though cursors say all is well, and loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from directory.relaying import digest, reconcile
from directory.relaying.catch_up import FeedCursor
from directory.relaying.feed import FeedItem
from directory.relaying.listings import FeedListing
from directory.relaying.reconciliation import (
    WEEK,
    Reconciliation,
    ask_reconciliation,
    due_hubs,
    reconciliations,
)
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.database import now
from federation.receiving.inbox import InboxActivity
from federation.relations.followers import Follow
from federation.sending.delivery import Delivery
from schemas.errors import GaveUp, NotFound, RemoteError
from tests.records import entry, template


def publish(node, activity_type, document):
    return node.do(lambda s, i: publish_record(s, node.settings, i, activity_type, document))["object"]


def publish_entries(node, number):
    return [publish(node, "Create", entry(f"Initiatief {at}"))["id"] for at in range(number)]


def records(node):
    return {record.uri: record for record in node.all(select(Record))}


def versions(node):
    return {uri: record.digest for uri, record in records(node).items()}


def compare(node, hub):
    node.run("directory.jobs.reconcile", hub.actor_uri)
    return node.get(Reconciliation, hub.actor_uri)


def lose(node, hub, *uris):
    """These records were never received, though the cursor is past them."""
    node.run("directory.jobs.catch_up", hub.actor_uri)
    node.do(lambda s, _i: s.execute(delete(Record).where(Record.uri.in_(uris))))


def joined(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    return hub, village


def test_what_was_missed_is_found_although_the_cursor_is_at_the_end(network):
    hub, village = joined(network)
    uris = publish_entries(hub, 12)
    network.settle()
    lose(village, hub, uris[3], uris[7])
    village.run("directory.jobs.catch_up", hub.actor_uri)
    assert len(records(village)) == 10
    row = compare(village, hub)
    assert versions(village) == versions(hub)
    assert (row.listed, row.different, row.mended, row.unlisted, row.error) == (12, 2, 2, 0, "")
    assert row.finished_at is not None
    assert row.started_at is None


def test_an_older_version_is_renewed_and_a_missed_deletion_is_applied(network):
    hub, village = joined(network)
    first, second = publish_entries(hub, 2)
    network.settle()
    before = {uri: village.get(Record, uri) for uri in (first, second)}
    publish(hub, "Update", {**entry("Nieuw"), "id": first})
    publish(hub, "Delete", second)
    network.settle()
    village.run("directory.jobs.catch_up", hub.actor_uri)

    def put_back(session, _identity):
        for uri, old in before.items():
            values = {"document": old.document, "updated_at": old.updated_at, "name": old.name}
            values |= {"digest": old.digest, "deleted_at": None}
            session.execute(update(Record).where(Record.uri == uri).values(**values))

    village.do(put_back)
    row = compare(village, hub)
    assert (row.different, row.mended) == (2, 2)
    assert village.get(Record, first).name == "Nieuw"
    assert village.get(Record, second).deleted_at is not None


def test_only_parts_that_differ_are_looked_into(network, monkeypatch):
    monkeypatch.setattr(digest, "LISTED", 4)
    hub, village = joined(network)
    uris = publish_entries(hub, 40)
    network.settle()
    compare(village, hub)
    lose(village, hub, uris[5])
    asked = []
    part = reconcile._part
    monkeypatch.setattr(reconcile, "_part", lambda *args: asked.append(args[-1]) or part(*args))
    assert compare(village, hub).mended == 1
    assert len(asked) == 2  # the whole, and the one part that differs


def test_a_comparison_goes_on_where_it_stopped(network, monkeypatch):
    monkeypatch.setattr(digest, "LISTED", 2)
    monkeypatch.setattr(reconcile, "MOST_DOCUMENTS", 3)
    hub, village = joined(network)
    uris = publish_entries(hub, 12)
    network.settle()
    lose(village, hub, *uris)
    rounds = 0
    while (row := compare(village, hub)).finished_at is None:
        assert row.started_at is not None
        assert row.due_at <= now() + timedelta(minutes=2)
        rounds += 1
        assert rounds < 12
    assert rounds >= 2
    assert versions(village) == versions(hub)
    assert (row.different, row.mended) == (12, 12)


def test_a_later_version_than_the_hub_has_is_kept(network):
    hub, village = joined(network)
    writer = network.add("schrijver", "village")
    network.join(writer, hub)
    uri = publish(writer, "Create", template())["id"]
    network.settle()
    later = now() + timedelta(minutes=1)
    village.do(lambda s, _i: s.execute(update(Record).values(updated_at=later, digest="f" * 64)))
    row = compare(village, hub)
    assert (row.different, row.error) == (0, "")
    assert village.get(Record, uri).digest == "f" * 64


def test_a_hub_that_was_put_back_from_a_backup_is_read_again(network):
    hub, village = joined(network)
    publish_entries(hub, 3)
    network.settle()
    village.run("directory.jobs.catch_up", hub.actor_uri)
    village.do(lambda s, _i: s.execute(update(FeedCursor).values(sequence=900)))
    (more,) = publish_entries(hub, 1)
    hub.forget_queue()
    compare(village, hub)
    assert more in records(village)
    assert village.get(FeedCursor, hub.actor_uri).sequence <= 4


def drop_from_feed(hub, *uris):
    hub.do(lambda s, _i: s.execute(delete(FeedItem).where(FeedItem.record_uri.in_(uris))))


def test_what_a_hub_no_longer_lists_stays_when_its_owner_confirms_it(network):
    hub, village = joined(network)
    writer = network.add("schrijver", "village")
    network.join(writer, hub)
    uri = publish(writer, "Create", template())["id"]
    network.settle()
    drop_from_feed(hub, uri)
    row = compare(village, hub)
    assert row.unlisted == 1
    record = village.get(Record, uri)
    assert (record.deleted_at, record.unconfirmed_at) == (None, None)


def test_what_its_owner_deleted_is_deleted_by_the_owners_signed_word(network):
    hub, village = joined(network)
    writer = network.add("schrijver", "village")
    network.join(writer, hub)
    uri = publish(writer, "Create", template())["id"]
    network.settle()
    publish(writer, "Delete", uri)
    writer.do(lambda s, _i: s.execute(delete(Delivery)))  # the Delete is lost for ever
    drop_from_feed(hub, uri)
    compare(village, hub)
    record = village.get(Record, uri)
    assert record.deleted_at is not None
    assert record.document["type"] == "Tombstone"
    assert record.document["attributedTo"] == writer.actor_uri
    assert "Eet" not in str(record.document)


def test_nothing_is_deleted_on_a_hubs_word_and_an_owner_who_is_away_leaves_it_unconfirmed(network):
    hub, village = joined(network)
    writer = network.add("schrijver", "village")
    network.join(writer, hub)
    uri = publish(writer, "Create", template())["id"]
    network.settle()
    writer.stop()
    item = hub.all(select(FeedItem).where(FeedItem.record_uri == uri))[0]
    drop_from_feed(hub, uri)
    compare(village, hub)
    record = village.get(Record, uri)
    assert record.deleted_at is None
    assert record.unconfirmed_at is not None
    hub.do(lambda s, _i: s.merge(item))
    compare(village, hub)
    assert village.get(Record, uri).unconfirmed_at is None


def test_an_unsigned_tombstone_deletes_nothing(network):
    hub, village = joined(network)
    writer = network.add("schrijver", "village")
    network.join(writer, hub)
    uri = publish(writer, "Create", template())["id"]
    network.settle()
    publish(writer, "Delete", uri)
    writer.do(lambda s, _i: s.execute(delete(Delivery)))

    def forge(session, _identity):
        from federation.sending.published import PublishedObject

        row = session.get(PublishedObject, uri)
        row.document = {**row.document, "deleted": "2026-01-01T00:00:00Z"}

    writer.do(forge)
    drop_from_feed(hub, uri)
    compare(village, hub)
    record = village.get(Record, uri)
    assert record.deleted_at is None
    assert record.unconfirmed_at is not None


def test_a_record_of_ours_that_the_hub_lost_is_offered_again(network):
    hub, village = joined(network)
    uri = publish(village, "Create", template())["id"]
    network.settle()
    compare(village, hub)
    assert village.get(FeedListing, (hub.actor_uri, uri)) is not None
    drop_from_feed(hub, uri)
    hub.do(lambda s, _i: s.execute(delete(Record)) and s.execute(delete(InboxActivity)))
    compare(village, hub)
    network.settle()
    assert [item.record_uri for item in hub.all(select(FeedItem))] == [uri]


def test_a_comparison_is_planned_weekly_with_a_spread_and_can_be_asked_for(network):
    hub, village = joined(network)
    assert village.do(lambda s, _i: due_hubs(s)) == []
    (row,) = village.do(lambda s, _i: reconciliations(s))
    assert now() <= row.due_at <= now() + timedelta(days=1)
    village.do(lambda s, _i: ask_reconciliation(s, hub.actor_uri))
    assert village.do(lambda s, _i: due_hubs(s)) == [hub.actor_uri]
    network.settle()
    row = village.get(Reconciliation, hub.actor_uri)
    assert row.finished_at is not None
    assert now() + WEEK * 0.8 < row.due_at < now() + WEEK * 1.2
    with pytest.raises(NotFound):
        village.do(lambda s, _i: ask_reconciliation(s, "https://elders.example/actors/hub"))


def test_the_sweep_asks_for_a_comparison_that_is_due(network):
    hub, village = joined(network)
    uris = publish_entries(hub, 2)
    network.settle()
    village.run("directory.jobs.sweep")
    lose(village, hub, uris[0])
    village.do(lambda s, _i: s.execute(update(Reconciliation).values(due_at=now())))
    village.run("directory.jobs.sweep")
    network.settle()
    assert versions(village) == versions(hub)


def test_a_hub_that_is_down_is_asked_again_later_each_time(network):
    hub, village = joined(network)
    hub.stop()
    pauses = []
    for _attempt in range(3):
        compare(village, hub)
        row = village.get(Reconciliation, hub.actor_uri)
        assert row.error
        assert row.finished_at is None
        pauses.append(row.due_at - now())
    assert pauses[0] < pauses[1] < pauses[2]


def test_what_came_through_a_hub_that_we_left_stays_and_is_not_confirmed_until_we_rejoin(network):
    hub, village = joined(network)
    publish_entries(hub, 3)
    network.settle()
    compare(village, hub)
    cursor = village.get(FeedCursor, hub.actor_uri)
    network.leave(village, hub)
    village.run("directory.jobs.sweep")
    assert village.all(select(FeedListing)) == []
    assert village.get(Reconciliation, hub.actor_uri) is None
    assert {record.unconfirmed_at is None for record in records(village).values()} == {False}
    publish_entries(hub, 1)
    network.join(village, hub)
    compare(village, hub)
    assert versions(village) == versions(hub)
    assert {record.unconfirmed_at for record in records(village).values()} == {None}
    assert len(village.all(select(FeedListing))) == 4
    assert village.get(FeedCursor, hub.actor_uri).sequence >= (cursor.sequence if cursor else 0)


def test_the_records_of_a_member_that_left_leave_the_feed_and_stay_where_they_are(network):
    hub, village = joined(network)
    writer = network.add("schrijver", "village")
    network.join(writer, hub)
    uri = publish(writer, "Create", template())["id"]
    network.settle()
    network.leave(writer, hub)
    hub.run("directory.jobs.sweep")
    assert hub.all(select(FeedItem)) == []
    row = compare(village, hub)
    assert row.unlisted == 1
    assert village.get(Record, uri).deleted_at is None
    network.join(writer, hub)
    hub.run("directory.jobs.sweep")
    assert [item.record_uri for item in hub.all(select(FeedItem))] == [uri]


def test_a_member_whose_request_waits_again_keeps_its_place_in_the_feed(network):
    hub, _village = joined(network)
    writer = network.add("schrijver", "village")
    network.join(writer, hub)
    publish(writer, "Create", template())
    network.settle()
    ours = (Follow.remote_uri == writer.actor_uri, Follow.direction == "in")
    hub.do(lambda s, _i: s.execute(update(Follow).where(*ours).values(state="pending")))
    hub.run("directory.jobs.sweep")
    assert len(hub.all(select(FeedItem))) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Collection"},
        {"buckets": [{"prefix": "zz", "hash": "0" * 64}], "orderedItems": None},
        {"buckets": [{"prefix": "00aa", "hash": "0" * 64}], "orderedItems": None},
    ],
)
def test_a_digest_that_makes_no_sense_ends_the_comparison(network, monkeypatch, change):
    hub, village = joined(network)
    publish_entries(hub, 1)
    network.settle()
    lose(village, hub, *records(village))
    original = digest.sign

    def lie(document, *args):
        changed = {key: value for key, value in {**document, **change}.items() if value is not None}
        return original(changed, *args)

    monkeypatch.setattr(digest, "sign", lie)
    with pytest.raises(GaveUp):
        reconcile.reconcile(village.runtime.database, village.settings, hub.actor_uri)
    assert village.get(Reconciliation, hub.actor_uri).error


def test_a_digest_that_is_not_signed_by_the_hub_is_refused(network, monkeypatch):
    hub, village = joined(network)
    publish_entries(hub, 1)
    network.settle()
    original = digest.sign
    monkeypatch.setattr(digest, "sign", lambda document, *args: {**original(document, *args), "place": 7})
    with pytest.raises(RemoteError):
        reconcile.reconcile(village.runtime.database, village.settings, hub.actor_uri)


def test_records_listed_in_the_wrong_place_or_not_to_be_had_are_not_waited_for(network, monkeypatch):
    hub, village = joined(network)
    publish_entries(hub, 1)
    network.settle()
    original = digest.sign
    extra = {"id": "https://x.example/1", "updated": "2026-01-01T00:00:00.000000Z", "digest": "0" * 64}

    def invent(document, *args):
        items = [*document["orderedItems"], {**extra, "place": 99_999}, {**extra, "id": 7}, "?", {}]
        return original({**document, "orderedItems": items, "hash": "0" * 64}, *args)

    monkeypatch.setattr(digest, "sign", invent)
    row = compare(village, hub)
    assert (row.different, row.mended, row.error) == (1, 0, "")
    assert row.finished_at is not None

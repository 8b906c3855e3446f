"""An announcement that waits gives nobody what was changed or deleted since, and nothing is lost by that."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from directory.relaying.announcements import Announcement, RelayCursor, complete
from directory.relaying.feed import FeedItem
from directory.relaying.held_items import hold_records
from directory.replica.records import Record
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from tests.key_changes import deliver_all, publish
from tests.records import entry

SECRET = "0612345678"


@pytest.fixture
def nodes(network):
    """A hub and two villages, one of which is away."""
    hub = network.add("land", "hub")
    here, away = network.add("dorp", "village"), network.add("elders", "village")
    for village in (here, away):
        network.join(village, hub)
    away.stop()
    return hub, here, away


def names(node):
    return sorted(row.name for row in node.all(select(Record)) if row.deleted_at is None)


def announcements(hub):
    return hub.all(select(PublishedActivity).where(PublishedActivity.type == "Announce"))


def come_back(network, hub, away):
    away.start()
    away.run("directory.jobs.sweep")
    deliver_all(network, hub)


@pytest.mark.parametrize("activity_type", ["Update", "Delete"])
def test_who_was_away_gets_what_stands(network, nodes, activity_type):
    hub, here, away = nodes
    stays = publish(hub, "Create", entry("Blijft"))
    uri = publish(hub, "Create", entry("Eerst", summary=SECRET))
    network.settle()
    assert names(here) == ["Blijft", "Eerst"]
    assert SECRET in str([row.document for row in announcements(hub)])
    publish(hub, activity_type, {**entry("Daarna"), "id": uri} if activity_type == "Update" else uri)
    network.settle()
    assert SECRET not in str([row.document for row in announcements(hub)])
    waiting = [row for row in hub.all(select(Delivery)) if row.state != "done"]
    assert len({row.activity_uri for row in waiting}) == 1
    come_back(network, hub, away)
    assert names(away) == names(here) == (["Blijft", "Daarna"] if activity_type == "Update" else ["Blijft"])
    assert away.get(Record, stays).via_uri == hub.actor_uri
    assert SECRET not in str([row.document for row in away.all(select(Record))])


def test_what_was_given_up_is_not_sent_again(network, nodes):
    hub, _here, away = nodes
    uri = publish(hub, "Create", entry("Eerst", summary=SECRET))
    network.settle()
    hub.do(lambda s, _i: s.execute(update(Delivery).where(Delivery.state == "due").values(state="gave_up")))
    publish(hub, "Delete", uri)
    network.settle()
    assert [row for row in hub.all(select(Delivery)) if row.state == "gave_up"] == []
    come_back(network, hub, away)
    assert away.get(Record, uri).deleted_at


def test_only_announcements_with_what_changed_are_taken_back(network, nodes):
    hub, _here, _away = nodes
    first = publish(hub, "Create", entry("Een"))
    network.settle()
    publish(hub, "Create", entry("Twee"))
    network.settle()
    one, two = sorted(announcements(hub), key=lambda row: row.created_at)
    hub.do(lambda s, _i: s.execute(update(RelayCursor).values(sequence=2)))
    publish(hub, "Delete", first)
    assert "proof" not in hub.get(PublishedActivity, one.uri).document
    assert hub.get(PublishedActivity, two.uri).document == two.document
    assert [row.activity_uri for row in hub.all(select(Announcement))] == [two.uri]
    assert {row.activity_uri for row in hub.all(select(Delivery)) if row.state == "due"} == {two.uri}
    sequences = hub.all(select(RelayCursor.sequence).order_by(RelayCursor.sequence))
    assert sequences == [0, 2]  # who was away has been told of nothing, who has it all of it


def test_a_silenced_member_is_in_no_announcement(network, nodes):
    hub, _here, _away = nodes
    publish(hub, "Create", entry("Een"))
    network.settle()
    uris = hub.all(select(FeedItem.record_uri))
    hub.do(lambda s, _i: hold_records(s, uris))
    assert all("proof" not in row.document for row in announcements(hub))
    assert hub.all(select(Delivery.id).where(Delivery.state == "due")) == []


def test_announcements_of_before_are_taken_back_whole(network, nodes):
    hub, here, away = nodes
    publish(hub, "Create", entry("Een", summary=SECRET))
    network.settle()
    announce = PublishedActivity.type == "Announce"

    def as_before(session, _identity):
        session.execute(update(PublishedActivity).where(announce).values(is_public=True))
        for row in session.scalars(select(Announcement)):
            session.delete(row)

    hub.do(as_before)
    hub.do(lambda s, _i: complete(s))
    (row,) = announcements(hub)
    assert not row.is_public
    assert SECRET not in str(row.document)
    come_back(network, hub, away)
    assert names(away) == names(here) == ["Een"]

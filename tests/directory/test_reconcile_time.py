"""A share of the comparison ends in time, whoever is slow, and the next one is planned."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.relaying import digest, reconcile
from directory.relaying.catch_up import FeedCursor
from directory.relaying.feed import FeedItem
from directory.relaying.listings import FeedListing
from federation.database import now
from federation.relations.peers import Peer
from schemas.errors import GaveUp
from tests.directory.test_reconcile import compare, joined, lose, publish_entries, versions

SLOW = 0.7  # seconds


def test_a_slow_digest_takes_several_shares(network, monkeypatch):
    monkeypatch.setattr(digest, "LISTED", 2)
    hub, village = joined(network)
    uris = publish_entries(hub, 12)
    network.settle()
    lose(village, hub, *uris)
    part = reconcile._part

    def slowly(*args):
        time.sleep(SLOW)
        return part(*args)

    monkeypatch.setattr(reconcile, "_part", slowly)
    monkeypatch.setattr(reconcile, "MOST_TIME", 4 * SLOW, raising=False)
    row = compare(village, hub)
    assert row.finished_at is None
    assert (row.error, row.failures) == ("", 0)
    assert now() < row.due_at <= now() + timedelta(minutes=2)
    monkeypatch.setattr(reconcile, "MOST_TIME", 400.0)
    monkeypatch.setattr(reconcile, "_part", part)
    assert compare(village, hub).finished_at is not None
    assert versions(village) == versions(hub)


def test_a_slow_catch_up_is_told_and_the_next_attempt_planned(network, monkeypatch):
    hub, village = joined(network)
    compare(village, hub)
    monkeypatch.setattr(reconcile, "MOST_TIME", -1.0, raising=False)
    with pytest.raises(GaveUp):
        reconcile.reconcile(village.runtime.database, village.settings, hub.actor_uri)
    row = village.get(reconcile.Reconciliation, hub.actor_uri)
    assert row.failures == 1
    assert row.due_at > now()
    assert [peer.alarm for peer in village.all(select(Peer)) if peer.alarm] == []


def test_time_that_is_over_says_nothing_about_the_list_of_members(network, monkeypatch):
    hub, village = joined(network)
    monkeypatch.setattr("directory.relaying.catch_up.MOST_TIME_IN_ALL", -1.0, raising=False)
    village.run("directory.jobs.catch_up", hub.actor_uri)
    assert "time for requests" in village.get(FeedCursor, hub.actor_uri).error
    assert [peer.alarm for peer in village.all(select(Peer)) if peer.alarm] == []


def test_owners_there_was_no_time_for_are_asked_next(network, monkeypatch):
    hub, village = joined(network)
    (uri,) = publish_entries(hub, 1)
    network.settle()
    village.run("directory.jobs.catch_up", hub.actor_uri)
    hub.do(lambda s, _i: s.delete(s.scalars(select(FeedItem)).one()))
    monkeypatch.setattr(reconcile, "MOST_TIME_IN_ALL", -1.0, raising=False)
    assert compare(village, hub).unlisted == 1
    (listing,) = village.all(select(FeedListing).where(FeedListing.record_uri == uri))
    assert listing.asked_at is None
    monkeypatch.setattr(reconcile, "MOST_TIME_IN_ALL", 500.0)
    compare(village, hub)
    (listing,) = village.all(select(FeedListing).where(FeedListing.record_uri == uri))
    assert listing.asked_at is not None

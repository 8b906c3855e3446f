"""A hub that floods, goes round in circles or serves nonsense is bounded, with a reason in its row."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from directory.relaying import catch_up, feed
from directory.relaying.catch_up import FeedCursor
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from directory.search import vocabulary
from federation.fetching.fetch import FEED
from federation.fetching.signed_fetch import fetch_signed
from schemas.errors import GaveUp, TryLater
from tests.directory.test_relay import entries, publish
from tests.records import template


@pytest.fixture
def joined(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    return hub, village


def read(village, hub):
    actor = village.do(lambda s, _i: catch_up.joined_hubs(s)[0])
    return catch_up.catch_up(village.runtime.database, village.settings, actor)


def lie(monkeypatch, **changes):
    """The hub serves pages with these fields."""
    page = feed.page
    monkeypatch.setattr(
        feed, "page", lambda session, after, places: {**page(session, after, places), **changes}
    )


@pytest.mark.parametrize("place", ["0", "-5", "x", "9" * 30])
def test_a_feed_that_goes_back_or_nowhere_is_left(joined, monkeypatch, place):
    hub, village = joined
    publish(hub, *entries(2))
    lie(monkeypatch, next=f"{hub.url}/directory/feed?after={place}")
    with pytest.raises(GaveUp):
        read(village, hub)
    assert village.get(FeedCursor, hub.actor_uri).error


def test_pages_with_nothing_to_keep_come_to_an_end(joined, monkeypatch):
    hub, village = joined
    publish(hub, *entries(1))
    page = feed.page

    def endless(session, after, places):
        following = {
            "next": f"{hub.url}/directory/feed?after={after + 1}",
            "orderedItems": [{"type": "Create"}],
        }
        return {**page(session, after, places), **following}

    monkeypatch.setattr(feed, "page", endless)
    monkeypatch.setattr(feed, "names_at", lambda _session, _places: [str(id(object()))])
    with pytest.raises(GaveUp, match="nothing that we keep"):
        read(village, hub)
    assert village.all(select(Record)) == []


def test_a_long_feed_is_read_in_rounds_and_not_called_complete_before_its_end(joined, monkeypatch):
    """As that of a hub with an entry for each initiative of a country."""
    hub, village = joined
    publish(hub, *entries(5))
    places_after = feed.places_after
    monkeypatch.setattr(feed, "places_after", lambda session, at: places_after(session, at, most=1))
    monkeypatch.setattr(catch_up, "MOST_PAGES", 2)
    before = village.get(FeedCursor, hub.actor_uri).caught_up_at
    for kept in (2, 4):
        with pytest.raises(TryLater, match="more pages"):
            read(village, hub)
        assert len(village.all(select(Record))) == kept
        assert village.get(FeedCursor, hub.actor_uri).caught_up_at == before
    assert read(village, hub) == 1
    assert village.get(FeedCursor, hub.actor_uri).caught_up_at > before


def test_a_page_may_be_asked_for_packed_and_by_places(joined):
    hub, village = joined
    publish(hub, *entries(3))
    engine = village.runtime.database.engine
    page = fetch_signed(engine, village.settings, f"{hub.url}/directory/feed?at=1,3,99", accept=FEED).document
    assert [item["object"]["name"] for item in page["orderedItems"]] == ["Initiatief 0", "Initiatief 2"]
    many = ",".join(map(str, range(51)))
    with pytest.raises(GaveUp):
        fetch_signed(engine, village.settings, f"{hub.url}/directory/feed?at={many}", accept=FEED)


@pytest.mark.parametrize("network", ["postgresql"], indirect=True)
def test_two_who_pass_records_on_do_not_wait_for_each_other(network):
    """What changes nothing in the index goes into the feed too, before something that does."""
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    activities = [
        village.do(lambda s, i, name=name: publish_record(s, village.settings, i, "Create", template(name)))
        for name in ("Soep", "Brood")
    ]
    failures = []

    def second():
        with hub.session() as session:
            try:
                vocabulary.lock(session)
                feed.append(session, activities[1:])
                session.commit()
            except SQLAlchemyError as error:
                failures.append(error)

    with hub.session() as first:
        feed.append(first, activities[:1])
        thread = threading.Thread(target=second)
        thread.start()
        wait_until_somebody_waits(hub)
        vocabulary.lock(first)
        first.commit()
    thread.join(20)
    assert not thread.is_alive()
    assert failures == []
    assert len(hub.all(select(feed.FeedItem))) == 2


def wait_until_somebody_waits(node):
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    deadline = time.monotonic() + 20
    while not node.all(waiting)[0]:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)

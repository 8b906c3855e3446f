"""Relay and catch-up: at once, then in batches, and page by page for who is behind."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import func, select, update

from directory.relaying import catch_up, feed, relay
from directory.relaying.announcements import RelayCursor
from directory.relaying.catch_up import FeedCursor
from directory.relaying.feed import FeedItem
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.actors.remote_actors import find_actor
from federation.database import now
from federation.relations.members import Member
from federation.relations.standing import FederationPolicy
from federation.sending.published import PublishedActivity
from schemas.errors import GaveUp
from tests.records import entry, template


def publish(node, *documents):
    def work(session, identity):
        for document in documents:
            publish_record(session, node.settings, identity, "Create", document)

    node.do(work)


def entries(number, start=0):
    return [entry(f"Initiatief {at}") for at in range(start, start + number)]


def count(node, model):
    return node.all(select(func.count()).select_from(model))[0]


def announcements(hub):
    return hub.all(select(PublishedActivity).where(PublishedActivity.type == "Announce"))


def test_the_first_news_goes_at_once_and_more_waits_for_the_interval(network):
    hub, village = network.add("land", "hub", relay_interval=60), network.add("dorp", "village")
    network.join(village, hub)
    publish(hub, *entries(1))
    network.settle()
    publish(hub, *entries(2, 1))
    network.settle()
    assert (len(announcements(hub)), count(village, Record)) == (1, 1)
    hub.do(lambda s, _i: s.execute(update(RelayCursor).values(sent_at=now() - timedelta(seconds=61))))
    hub.run("directory.jobs.sweep")
    network.settle()
    assert (len(announcements(hub)), count(village, Record)) == (2, 3)


def test_much_news_is_one_announcement_of_the_feed(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    publish(hub, *entries(130))
    network.settle()
    (announcement,) = announcements(hub)
    assert announcement.document["object"] == f"{hub.url}/directory/feed"
    assert count(village, Record) == 130


def test_a_new_village_pages_the_feed_to_its_end(network, monkeypatch):
    monkeypatch.setattr(feed, "RELAY_LIMIT", 20)
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    publish(hub, *entries(45))
    network.settle()
    network.join(village, hub)
    assert count(village, Record) == 45
    assert announcements(hub) == []
    cursor = village.get(FeedCursor, hub.actor_uri)
    assert (cursor.sequence, cursor.error) == (45, "")
    assert None not in (cursor.caught_up_at, cursor.members_at)


def test_catching_up_goes_on_where_it_stopped(network, monkeypatch):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    publish(hub, *entries(250))
    pages = []
    take = catch_up.take_items

    def die_after_one(*args, **options):
        if pages:
            raise KeyboardInterrupt
        pages.append(args)
        return take(*args, **options)

    monkeypatch.setattr(catch_up, "take_items", die_after_one)
    with pytest.raises(KeyboardInterrupt):
        village.run("directory.jobs.catch_up", hub.actor_uri)
    first = village.get(FeedCursor, hub.actor_uri).sequence
    assert 0 < first == count(village, Record) < 250
    monkeypatch.setattr(catch_up, "take_items", take)
    village.run("directory.jobs.catch_up", hub.actor_uri)
    assert count(village, Record) == 250


def test_an_owner_who_is_in_no_list_is_fetched_while_catching_up(network):
    hub = network.add("land", "hub")
    writer, reader = network.add("een", "village"), network.add("twee", "village")
    network.join(writer, hub)
    publish(writer, template())
    network.settle()
    hub.do(lambda s, _i: [s.delete(member) for member in s.scalars(select(Member))])
    network.join(reader, hub)
    assert [record.owner_uri for record in reader.all(select(Record))] == [writer.actor_uri]
    assert reader.do(lambda s, _i: find_actor(s, writer.actor_uri)) is not None


def test_a_hub_is_asked_again_after_an_hour_and_not_before(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    assert village.do(lambda s, _i: catch_up.due_hubs(s)) == []
    hour_ago = now() - timedelta(minutes=61)
    village.do(lambda s, _i: s.execute(update(FeedCursor).values(caught_up_at=hour_ago, tried_at=hour_ago)))
    assert village.do(lambda s, _i: catch_up.due_hubs(s)) == [hub.actor_uri]


def test_a_forged_list_of_members_is_refused(network, monkeypatch):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    other = network.add("ander", "village")

    def change_hands(session, _identity):
        actor = find_actor(session, hub.actor_uri)
        (key,) = actor.document["assertionMethod"]
        false = {**key, "publicKeyMultibase": other.do(lambda _s, identity: identity.ed25519_multibase)}
        actor.document = {**actor.document, "assertionMethod": [false]}
        return actor

    actor = village.do(change_hands)
    with pytest.raises(GaveUp):
        catch_up.refresh_members(village.runtime.database, village.settings, actor)
    assert count(village, Member) == 1


def open_to_all(node):
    """Let anybody read without a signature, as a board may."""
    node.do(lambda session, _identity: session.add(FederationPolicy(id=1, signed_reads=False)))


def test_the_feed_is_for_who_signs(network):
    hub = network.add("land", "hub")
    for path in ("feed", "feed?after=0", "digest"):
        with pytest.raises(OSError, match="401"):
            urlopen(f"{hub.url}/directory/{path}")


def test_the_feed_is_paged_and_cacheable(network):
    hub = network.add("land", "hub")
    open_to_all(hub)
    publish(hub, *entries(3))
    url = f"{hub.url}/directory/feed"
    with urlopen(f"{url}?after=1") as answer:
        page, etag = json.load(answer), answer.headers["ETag"]
        assert answer.headers["Content-Type"].startswith("application/activity+json")
    assert (page["id"], page["next"]) == (f"{url}?after=1", f"{url}?after=3")
    assert [item["object"]["name"] for item in page["orderedItems"]] == ["Initiatief 1", "Initiatief 2"]
    request = Request(f"{url}?after=1", headers={"If-None-Match": etag})
    with pytest.raises(OSError, match="304"):
        urlopen(request)
    for wrong in ("-1", "x", "1e3", "9" * 30):
        with pytest.raises(OSError, match="422"):
            urlopen(f"{url}?after={wrong}")


def test_a_village_has_no_feed(network):
    village = network.add("dorp", "village")
    open_to_all(village)
    with pytest.raises(OSError, match="404"):
        urlopen(f"{village.url}/directory/feed")


def test_a_changed_record_takes_a_new_place_and_no_place_is_given_twice(network):
    hub = network.add("land", "hub")
    first = hub.do(lambda s, i: publish_record(s, hub.settings, i, "Create", entry("Een")))["object"]
    for name in ("Twee", "Drie"):
        changed = {**entry(name), "id": first["id"]}
        hub.do(lambda s, i, changed=changed: publish_record(s, hub.settings, i, "Update", changed))
    (item,) = hub.all(select(FeedItem))
    assert (item.sequence, item.document["object"]["name"]) == (3, "Drie")


def test_an_announcement_fits_every_inbox(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    long = [template(f"Lang {at}", summary="x" * 390) for at in range(20)]
    publish(hub, *long)
    network.settle()
    assert count(village, Record) == 20
    for announcement in announcements(hub):
        assert len(json.dumps(announcement.document)) < 256 * 1024
    assert relay.MOST_BYTES < 256 * 1024

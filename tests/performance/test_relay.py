"""What a hub's work costs: announcing to many, digests of many records, pages of the feed.

Each figure is a ratio to what cannot be avoided, within one run.
"""

from __future__ import annotations

import gzip
import json
import time
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from directory.relaying import digest, feed, relay
from directory.relaying.announcements import RelayCursor
from directory.relaying.catch_up import MOST_PAGES
from directory.relaying.comparing import our_tree
from directory.relaying.feed import FeedItem
from directory.relaying.listings import FeedListing
from directory.replica.publishing import publish_records
from directory.replica.records import Record
from directory.replica.versions import bucket_of
from federation.actors.identities import create_identity, get_identity
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.relations.followers import Follow
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from tests.federation.remote import actor_of, key_pair
from tests.records import entry

pytestmark = pytest.mark.performance
FOLLOWERS = 2000
HUB = "http://127.0.0.1:8123"


@pytest.fixture
def hub(session, settings):
    """A hub with 2,000 followers, each a node of its own, and something in its feed."""
    for role in ("server", "hub"):
        create_identity(session, settings, role=role, username=role, name="Land", base_url=HUB)
    identity = get_identity(session, "hub")
    publish_records(session, settings, identity, [entry(f"Initiatief {at}") for at in range(100)])
    _follow(session, identity)
    session.commit()
    return identity


def _follow(session, identity):
    document = actor_of("https://dorp.example/actors/dorp", key_pair())
    actors, follows = [], []
    for at in range(FOLLOWERS):
        uri = f"https://dorp{at}.example/actors/dorp"
        values = {"uri": uri, "document": document, "inbox": f"{uri}/inbox", "host": f"dorp{at}.example"}
        actors.append({**values, "role": "cooperative", "fetched_at": now(), "name": "", "username": ""})
        follow = {"identity_id": identity.id, "remote_uri": uri, "direction": "in", "state": "accepted"}
        follows.append({**follow, "activity_uri": f"{uri}/f", "decided_at": now() - timedelta(days=1)})
    session.execute(insert(RemoteActor), actors)
    session.execute(insert(Follow), follows)


def timed(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def _deliveries_alone(session, identity):
    """What no relay can do without: a row for each follower."""
    activity = session.scalars(select(PublishedActivity).limit(1)).first()
    rows = [
        {
            "activity_uri": activity.uri,
            "identity_id": identity.id,
            "inbox": f"https://dorp{at}.example/actors/dorp/inbox",
            "host": f"dorp{at}.example",
        }
        for at in range(FOLLOWERS)
    ]
    session.add_all([Delivery(**row) for row in rows])
    session.flush()
    session.execute(delete(Delivery).where(Delivery.activity_uri == activity.uri))


@pytest.mark.parametrize("changes", [1, 100])
def test_telling_two_thousand_followers_costs_little_more_than_their_deliveries(
    session, settings, hub, capsys, changes
):
    relay.announce(session, settings)
    session.execute(update(RelayCursor).values(sequence=feed.last_sequence(session) - changes))
    session.flush()
    alone = timed(lambda: _deliveries_alone(session, hub))
    told = timed(lambda: relay.announce(session, settings))
    idle = timed(lambda: relay.announce(session, settings))
    looking = timed(lambda: relay.is_behind(session))
    assert session.scalar(select(PublishedActivity.uri).where(PublishedActivity.type == "Announce").limit(1))
    with capsys.disabled():
        print(  # the figure is what this test is for
            f"\nannouncing {changes} to {FOLLOWERS} followers: {told / alone:.1f} times their delivery rows; "
            f"nothing to announce: {idle / alone:.2f}; looking whether there is: {looking / alone:.3f}"
        )
    assert told < 5 * alone
    assert idle < alone
    assert looking < alone / 2


@pytest.mark.parametrize("number", [2000, 20_000])
def test_a_digest_is_cheap_to_make_and_to_compare_with(session, settings, hub, capsys, number):
    item = session.scalars(select(FeedItem).limit(1)).one()
    _many(session, hub, item, number)
    one_page = timed(lambda: json.dumps(feed.page(session, 0, feed.places_after(session, 0))))
    digest._trees.clear()
    making = timed(lambda: digest.document(session, settings, hub, ""))
    again = timed(lambda: digest.document(session, settings, hub, ""))
    theirs = timed(lambda: our_tree(session, hub.actor_uri).hash_of(""))
    assert our_tree(session, hub.actor_uri).hash_of("") == digest.feed_tree(session).hash_of("")
    with capsys.disabled():
        print(
            f"\ndigest of {number} records, in pages of the feed: first {making / one_page:.1f}, "
            f"then {again / one_page:.1f}, at the reader {theirs / one_page:.1f}"
        )
    assert making < one_page * (5 + number / 500)
    assert again < making


def _many(session, hub, item, number):
    uris = [f"{HUB}/objects/many-{at}" for at in range(number)]
    session.execute(delete(FeedItem))
    common = {"document": item.document, "size": item.size, "created_at": now(), "owner_uri": hub.actor_uri}
    rows = [{"activity_uri": uri, "record_uri": uri, "bucket": bucket_of(uri)} for uri in uris]
    session.execute(insert(FeedItem), [{**row, **common, "digest": bucket_of(row["bucket"])} for row in rows])
    record = {"type": "Organization", "owner_uri": hub.actor_uri, "name": "", "document": {}}
    record |= {"updated_at": now(), "received_at": now(), "verified_with": "x"}
    digests = [{"uri": uri, "digest": bucket_of(bucket_of(uri))} for uri in uris]
    session.execute(insert(Record), [{**each, **record} for each in digests])
    session.execute(insert(FeedListing), [{"hub_uri": hub.actor_uri, "record_uri": uri} for uri in uris])
    session.flush()


def test_a_page_of_the_feed_packs_well(session, hub, capsys):
    body = json.dumps(feed.page(session, 0, feed.places_after(session, 0))).encode()
    packed = gzip.compress(body, 3)
    unpacking = timed(lambda: gzip.decompress(packed)) / timed(lambda: json.loads(body))
    with capsys.disabled():
        print(
            f"\na page of the feed: {len(body) / 1000:.0f} kB, packed {len(packed) / 1000:.0f} kB "
            f"({len(body) / len(packed):.0f} times less), unpacked in "
            f"{unpacking:.2f} of reading its JSON"
        )
    assert len(packed) * 5 < len(body)
    assert MOST_PAGES * 100 >= 20_000

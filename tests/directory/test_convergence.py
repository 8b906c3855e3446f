"""Several hubs, messages in any order, twice or never: after a comparison every replica holds the same.

A small world in this process: each node is a real database, each message goes through the listeners of
the inbox, and what a hub serves is read by the functions behind its addresses.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.inbox import announcement_received, record_deleted, record_received
from directory.relaying import digest, feed
from directory.relaying.catch_up import take
from directory.relaying.comparing import compare, listed_in, our_tree
from directory.relaying.feed import FeedItem
from directory.relaying.listings import FeedListing, note_listed
from directory.replica.changes import read_change
from directory.replica.records import Record
from directory.replica.versions import digest_of, version_digest
from federation.actors.identities import create_identity
from federation.actors.keys import ed25519_key_id
from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.database import now
from federation.receiving.inbox import Received
from federation.relations.followers import Follow
from federation.runtime import build_runtime
from federation.sending.outbox import instant
from federation.settings import Settings
from federation.signatures.proofs import sign
from schemas.context import CONTEXT
from schemas.errors import AppError
from tests.databases import postgres_database, sqlite_database
from tests.federation.remote import actor_of, key_pair
from tests.records import template

HUBS, VILLAGES = 3, 3
EPOCH = now() - timedelta(days=1)
OWNERS = [f"https://dorp{at}.example/actors/dorp" for at in range(VILLAGES)]
HUB_URIS = [f"https://hub{at}.example/actors/hub" for at in range(HUBS)]


def signed(owner: int, document: dict[str, Any]) -> dict[str, Any]:
    return sign(document, key_pair(owner), ed25519_key_id(OWNERS[owner]), EPOCH)


def version(owner: int, number: int, at: int, kind: str, text: int) -> dict[str, Any]:
    """An activity about one record of an owner; ``at`` is the owner's clock, in seconds."""
    moment, uri = (
        instant(EPOCH + timedelta(seconds=at)),
        f"{OWNERS[owner].split('/actors')[0]}/objects/{number}",
    )
    home = OWNERS[owner].split("/actors")[0]
    if kind == "Delete":
        carried: Any = {"id": uri, "type": "Tombstone"}
    else:
        document = {
            "@context": CONTEXT,
            **template(f"Tekst {text}"),
            "id": uri,
            "attributedTo": OWNERS[owner],
        }
        carried = signed(owner, {**document, "published": moment, "updated": moment})
    envelope = {"id": f"{home}/activities/{number}-{at}-{kind}-{text}", "type": kind, "actor": OWNERS[owner]}
    envelope |= {"@context": CONTEXT, "published": moment, "to": [], "cc": [], "object": carried}
    return signed(owner, envelope)


@dataclass
class World:
    """The nodes: hubs, and readers that are villages with a replica of their own."""

    hubs: list[Session] = field(default_factory=list)
    readers: list[Session] = field(default_factory=list)
    settings: list[Settings] = field(default_factory=list)

    def forget(self) -> None:
        for session in (*self.hubs, *self.readers):
            for model in (Record, FeedItem, FeedListing, Follow):
                session.execute(delete(model))
            session.info.pop("wake", None)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, redis_url: str):
    """The nodes, made once; every test begins with forgetting what they held."""
    built, tmp_path = World(), tmp_path_factory.mktemp("world")
    with ExitStack() as stack:
        for at in range(HUBS + VILLAGES):
            folder = tmp_path / str(at)
            folder.mkdir()
            if request.param == "sqlite":
                url = sqlite_database(folder)
            else:
                url = stack.enter_context(postgres_database(request.getfixturevalue("postgres_url")))
            options = Settings(data_dir=folder, database_url=url, redis_url=redis_url, secret_key="s" * 40)
            runtime = build_runtime(options)
            stack.callback(runtime.close)
            session = stack.enter_context(runtime.database.session())
            _people(session, options, at)
            built.settings.append(options)
            (built.hubs if at < HUBS else built.readers).append(session)
        yield built


@pytest.fixture
def world(people: World) -> World:
    people.forget()
    return people


def _people(session: Session, options: Settings, at: int) -> None:
    """Every node knows every village; a hub is a hub; a reader knows the hubs."""
    for owner, uri in enumerate(OWNERS):
        remember_actor(session, actor_of(uri, key_pair(owner), **{"@context": CONTEXT}))
    role, base = (
        ("hub", f"https://hub{at}.example") if at < HUBS else ("cooperative", f"https://lezer{at}.example")
    )
    for each, username in ((role, "hub"), ("server", "server")):
        create_identity(session, options, role=each, username=username, name="Hub", base_url=base)
    for number, uri in enumerate(HUB_URIS):
        if at != number:
            document = {**actor_of(uri, key_pair(number)), "type": "Service"}
            places = {"members": f"{uri}/members", "feed": f"{uri.split('/actors')[0]}/directory/feed"}
            remember_actor(session, {**document, **places})
    session.flush()


def follow(session: Session, uri: str, direction: str) -> None:
    row = Follow(identity_id=1, remote_uri=uri, direction=direction, state="accepted", activity_uri="x:")
    session.add(row)
    session.flush()


def receive(session: Session, options: Settings, activity: dict[str, Any]) -> None:
    received = Received(session, options, activity["actor"], activity, activity["object"])
    handle = record_deleted if activity["type"] == "Delete" else record_received
    handle(received)


def announce(hub: Session, at: int, reader: Session, options: Settings, places: list[int]) -> None:
    items = [item.document for item in feed.items_at(hub, places)]
    message = {"id": f"{HUB_URIS[at]}/a", "type": "Announce", "actor": HUB_URIS[at], "object": items}
    announcement_received(Received(reader, options, HUB_URIS[at], message, ""))


def reconcile(hub: Session, at: int, reader: Session) -> None:
    """What `directory.relaying.reconcile` does, without the network in between."""
    if our_tree(reader, HUB_URIS[at]).hash_of("") == digest.feed_tree(hub).hash_of(""):
        return
    listed = listed_in({"orderedItems": digest._items(hub, "")}, "")
    compared = compare(reader, HUB_URIS[at], "", listed)
    note_listed(reader, HUB_URIS[at], compared.held)
    places = [item.place for item in compared.missing]
    take(reader, [item.document for item in feed.items_at(hub, places)], HUB_URIS[at])
    assert our_tree(reader, HUB_URIS[at]).hash_of("") == digest.feed_tree(hub).hash_of("")


def standing(activities: list[dict[str, Any]]) -> dict[str, str]:
    """What should stand: the latest of each record; at one instant a deletion, or the larger digest."""
    best: dict[str, tuple[str, bool, str]] = {}
    for activity in activities:
        change = read_change(activity)
        rank = (instant(change.updated_at), change.is_deletion, digest_of(change))
        best[change.uri] = max(best.get(change.uri, ("", False, "")), rank)
    return {uri: rank[2] for uri, rank in best.items()}


versions = st.tuples(
    st.integers(0, VILLAGES - 1),
    st.integers(0, 1),
    st.integers(0, 4),
    st.sampled_from(["Create", "Update", "Update", "Delete"]),
    st.integers(0, 2),
)
pairs = st.sets(st.tuples(st.integers(0, VILLAGES - 1), st.integers(0, HUBS - 1)), min_size=1)


@settings(
    max_examples=12,
    # to shrink a world of six databases takes long
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), members=pairs, reading=pairs, written=st.lists(versions, min_size=1, max_size=8))
def test_all_replicas_come_to_hold_the_same(world, data, members, reading, written):
    world.forget()
    hub_pairs = data.draw(st.sets(st.tuples(st.integers(0, HUBS - 1), st.integers(0, HUBS - 1))), "hubs")
    for village, hub in members:
        follow(world.hubs[hub], OWNERS[village], "in")
    for reader, hub in reading:
        follow(world.readers[reader], HUB_URIS[hub], "out")
    for one, other in hub_pairs:
        if one != other:
            follow(world.hubs[one], HUB_URIS[other], "out")
            follow(world.hubs[other], HUB_URIS[one], "in")
    activities = [version(*each) for each in written]
    direct = [
        (activity, hub)
        for activity in activities
        for owner, hub in members
        if OWNERS[owner] == activity["actor"]
    ]
    order = data.draw(st.permutations(direct * 2), "order")  # each at least once: deliveries are repeated
    for step, (activity, hub) in enumerate(order):
        receive(world.hubs[hub], world.settings[hub], activity)
        _announce_some(world, data, hub, step, reading, hub_pairs)
    for reader, hub in sorted(reading):
        reconcile(world.hubs[hub], hub, world.readers[reader])
    _check(world, activities, members, reading)


def _announce_some(world, data, hub, step, reading, hub_pairs) -> None:
    """Some announcements arrive, of some of the feed; most are lost."""
    places = list(world.hubs[hub].scalars(select(FeedItem.sequence)))
    chosen = data.draw(st.lists(st.sampled_from(places), max_size=3), f"announced {step}") if places else []
    if not chosen:
        return
    for reader, followed in sorted(reading):
        if followed == hub:
            announce(world.hubs[hub], hub, world.readers[reader], world.settings[HUBS + reader], chosen)
    for one, other in sorted(hub_pairs):
        if other == hub and one != other:
            announce(world.hubs[hub], hub, world.hubs[one], world.settings[one], chosen)


def _check(world, activities, members, reading) -> None:
    for hub, session in enumerate(world.hubs):
        ours = {OWNERS[owner] for owner, at in members if at == hub}
        expected = standing([activity for activity in activities if activity["actor"] in ours])
        items = session.execute(select(FeedItem.record_uri, FeedItem.digest)).all()
        assert dict(map(tuple, items)) == expected  # its members' and nobody else's, each once
    for reader, session in enumerate(world.readers):
        heard = {
            OWNERS[owner] for owner, hub in members for at, other in reading if (at, other) == (reader, hub)
        }
        expected = standing([activity for activity in activities if activity["actor"] in heard])
        kept = {record.uri: record.digest for record in session.scalars(select(Record))}
        assert kept == expected


def test_a_record_that_was_deleted_comes_back_by_its_owners_later_word_only(world):
    reader, options = world.readers[0], world.settings[HUBS]
    created, deleted, again = (
        version(0, 0, at, kind, at) for at, kind in ((1, "Create"), (2, "Delete"), (3, "Create"))
    )
    for activity in (created, deleted, created):
        receive(reader, options, activity)
    record = reader.get(Record, created["object"]["id"])
    assert record.deleted_at is not None
    receive(reader, options, again)
    receive(reader, options, deleted)
    assert (record.deleted_at, record.name) == (None, "Tekst 3")


def test_a_deletion_that_comes_first_holds_against_what_it_deleted(world):
    reader, options = world.readers[0], world.settings[HUBS]
    created, deleted = version(0, 0, 1, "Create", 1), version(0, 0, 2, "Delete", 0)
    for activity in (deleted, created):
        receive(reader, options, activity)
    assert reader.get(Record, created["object"]["id"]).deleted_at is not None


def test_at_one_instant_every_replica_chooses_the_same_version(world):
    one, other = version(0, 0, 1, "Create", 1), version(0, 0, 1, "Update", 2)
    for reader, order in zip(world.readers, ((one, other), (other, one)), strict=False):
        for activity in order:
            receive(reader, world.settings[HUBS], activity)
    first, second = (reader.scalars(select(Record)).one() for reader in world.readers[:2])
    assert first.digest == second.digest


def test_a_version_with_another_proof_is_the_same_version(world):
    reader = world.readers[0]
    activity = version(0, 0, 1, "Create", 1)
    receive(reader, world.settings[HUBS], activity)
    before = reader.scalars(select(Record)).one().digest
    bare = {key: value for key, value in activity["object"].items() if key != "proof"}
    later = sign(bare, key_pair(0), ed25519_key_id(OWNERS[0]), now())
    again = signed(0, {**{k: v for k, v in activity.items() if k != "proof"}, "object": later})
    receive(reader, world.settings[HUBS], again)
    assert reader.scalars(select(Record)).one().digest == before


def test_a_record_proven_by_a_hub_in_its_owners_name_is_refused_and_the_others_are_taken(world):
    reader = world.readers[0]
    follow(reader, HUB_URIS[0], "out")
    good, bad = version(0, 0, 1, "Create", 1), version(1, 0, 1, "Create", 1)
    hub_key = ed25519_key_id(HUB_URIS[0])
    forged = sign(
        {**bad, "object": sign(bad["object"], key_pair(0), hub_key, EPOCH)}, key_pair(0), hub_key, EPOCH
    )
    taken = take(reader, [forged, {"type": "Create"}, {}, good], HUB_URIS[0])
    assert (len(taken.new), taken.refused) == (1, 3)
    assert [record.owner_uri for record in reader.scalars(select(Record))] == [OWNERS[0]]


def test_another_hub_that_follows_us_has_its_own_records_relayed_by_itself(world):
    hub = world.hubs[0]
    follow(hub, HUB_URIS[1], "in")
    actor = hub.get(RemoteActor, HUB_URIS[1])
    assert actor.role == "hub"
    document = {"@context": CONTEXT, **template("Van een hub"), "id": "https://hub1.example/objects/1"}
    moment = instant(EPOCH)
    document |= {"attributedTo": HUB_URIS[1], "published": moment, "updated": moment}
    key = ed25519_key_id(HUB_URIS[1])
    carried = sign(document, key_pair(1), key, EPOCH)
    envelope = {
        "@context": CONTEXT,
        "id": "https://hub1.example/activities/1",
        "type": "Create",
        "to": [],
        "cc": [],
    }
    envelope |= {"actor": HUB_URIS[1], "published": moment, "object": carried}
    receive(hub, world.settings[0], sign(envelope, key_pair(1), key, EPOCH))
    assert len(hub.scalars(select(Record)).all()) == 1
    assert hub.scalars(select(FeedItem)).all() == []


def test_one_owner_cannot_fill_a_replica(world, monkeypatch):
    monkeypatch.setattr("directory.replica.room.MOST_RECORDS", 2)
    reader = world.readers[0]
    flood = [version(0, number, 1, "Create", 1) for number in range(4)]
    assert take(reader, flood, HUB_URIS[0]).refused == 2
    with pytest.raises(AppError, match="as many records here as we keep"):
        receive(reader, world.settings[HUBS], flood[3])
    changed = version(0, 0, 2, "Update", 2)
    receive(reader, world.settings[HUBS], changed)
    assert len(reader.scalars(select(Record)).all()) == 2


def test_the_digest_of_a_version_is_what_the_documents_say():
    uri = "https://dorp.example/objects/1"
    at = EPOCH.replace(microsecond=5)
    one = version_digest(uri, at, "a" * 64)
    assert one != version_digest(uri, at, "b" * 64) != version_digest(uri, at, "")
    assert len(one) == 64

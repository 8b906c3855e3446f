"""kill -9 at random moments under load, twenty times: what was promised is done, once.

A hub on PostgreSQL and a village on SQLite work while their web servers, workers, queues and the
database server are killed. Afterwards everything that was answered with a promise has happened,
and nothing has happened twice.
"""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from federation.actors.remote_actors import remember_actor
from federation.relations.peers import peer_answered
from federation.relations.standing import set_rule
from tests.faults.databases import MortalDatabase, mortal_database
from tests.faults.load import Posting, Publishing, under_load
from tests.federation.remote import ALICE, actor_of, key_pair
from tests.journeys.connecting import join, rows
from tests.journeys.inside import inside
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for
from tests.journeys.program import Program

pytestmark = [pytest.mark.fault, pytest.mark.timeout(3000)]
ROUNDS = 20
SEED = 20261121
SETTLED = 900.0  # seconds: sweeps, claims that run out, the growing pauses of a letter that failed often
VILLAGES = {"hub": ("web", "worker", "valkey"), "dorp": ("web", "worker", "valkey")}


@pytest.fixture(scope="module")
def database() -> Iterator[MortalDatabase]:
    """The PostgreSQL of the hub."""
    with mortal_database() as started:
        yield started


@pytest.fixture(scope="module")
def network(database: MortalDatabase) -> Iterator[Network]:
    """A hub and two villages that joined it; the hub knows ALICE and takes what she sends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oz-")))
        built = Network(folder, database.url)
        stack.callback(built.close)
        built.start("hub", "dorp", "lezer")
        built.begin_hub()
        for node, name, place in (("dorp", "Dorp Zorgt", "Austerlitz"), ("lezer", "Lezers", "Elsendorp")):
            built.begin_village(node, name, place, "board")
            join(built, node, name)
        _introduce_alice(built.node("hub"))
        yield built


def test_what_was_promised_in_a_storm_is_done_once(network, database):
    hub, village, reader = (network.node(name) for name in ("hub", "dorp", "lezer"))
    publishing = Publishing(Program(network.person("dorp", "board")))
    posting = Posting(f"{hub.url}/inbox")
    with under_load(publishing, posting):
        _storm(network, database)
    for node in (hub, village, reader):
        node.wait_until_ready()
    _end_pauses(hub, village)

    _wait_for_all(hub, posting.promised, "SELECT uri FROM inbox_activity WHERE state = 'done'")
    for node in (hub, reader):
        _wait_for_all(node, publishing.promised, "SELECT name AS uri FROM record")
    _nothing_happened_twice(hub, village, reader, publishing, posting)
    promised = f"{len(publishing.promised)} formats published, {len(posting.promised)} messages taken"
    print(f"\n{ROUNDS} kills: {promised}, each done once")


def _storm(network: Network, database: MortalDatabase) -> None:
    """Twenty kills at random moments, every kind of victim equally often."""
    chance = random.Random(SEED)
    victims = [("hub", "postgresql")] * 5
    victims += [(node, name) for name in VILLAGES["hub"] for node in ("hub", "hub", "dorp", "dorp", "dorp")]
    chance.shuffle(victims)
    assert len(victims) == ROUNDS
    for node, name in victims:
        time.sleep(chance.uniform(0.2, 2.5))
        if name == "postgresql":
            database.kill()
            time.sleep(chance.uniform(0.0, 1.0))
            database.start()
        else:
            _kill(network.node(node), name)


def _kill(node: Node, name: str) -> None:
    """Kill it as soon as it lives: after some falls the supervisor waits before it starts it again."""

    def killed() -> bool:
        with contextlib.suppress(KeyError, ProcessLookupError):  # it may just fall by itself
            return node.kill(name) > 0
        return False

    wait_for(killed, f"{name} of {node.name} to live", 60, node)


def _introduce_alice(node: Node) -> None:
    with inside(node) as session:
        remember_actor(session, actor_of(ALICE, key_pair()))
        set_rule(session, ALICE, "allow", reason="test", by="test")


def _end_pauses(*nodes: Node) -> None:
    """What the board's button does: a host that failed often is asked again without waiting half an hour."""
    for node in nodes:
        with inside(node) as session:
            for row in rows(node, "SELECT host FROM peer WHERE failures > 0"):
                peer_answered(session, row["host"])


def _wait_for_all(node: Node, names: list[str], query: str) -> None:
    wanted = set(names)
    wait_for(
        lambda: wanted <= {row["uri"] for row in rows(node, query)},
        f"all {len(wanted)} of {query} at {node.name}",
        SETTLED,
        node,
    )


def _nothing_happened_twice(
    hub: Node, village: Node, reader: Node, publishing: Publishing, posting: Posting
) -> None:
    assert len(publishing.promised) > 10
    assert len(posting.promised) > 50
    for node in (hub, reader):
        names = [row["name"] for row in rows(node, "SELECT name FROM record WHERE name LIKE 'Format%'")]
        assert len(names) == len(set(names))
    taken = [row["uri"] for row in rows(hub, f"SELECT uri FROM inbox_activity WHERE actor_uri = '{ALICE}'")]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(posting.attempted)
    records = rows(hub, f"SELECT uri FROM record WHERE owner_uri = '{ALICE}'")
    assert len(records) == len(taken)
    stormy = "SELECT name FROM record WHERE name LIKE 'Format in de storm%'"
    there, here = ([row["name"] for row in rows(node, stormy)] for node in (hub, village))
    assert sorted(there) == sorted(set(here))
    feed = rows(hub, "SELECT record_uri FROM feed_item")
    assert len(feed) == len({row["record_uri"] for row in feed})
    assert rows(village, "SELECT uri FROM inbox_activity WHERE state = 'failed'") == []

"""What an entry costs while a directory grows: imported, published, read by a village, shown anew.

`ENTRIES=200000 ./omzien test tests/performance/test_growth.py` makes it as large as a hub may become.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import psutil
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.examples.data import examples, publish_examples
from directory.relaying.catch_up import catch_up
from directory.replica.records import Record
from directory.search.reindex import rebuild
from federation.actors.identities import Identity
from federation.actors.learning import learn_actor
from federation.relations.followers import Follow
from node.imports import service
from schemas.errors import TryLater
from tests.node.imports.lists import compared, csv_of, work
from tests.performance.messy_list import HEAD, messy_rows
from tests.small_network import Network, SmallNode

ENTRIES = int(os.environ.get("ENTRIES", "2000"))
FEW = ENTRIES // 10
"""How many rows a list has; an import takes 20,000 at the most."""
BATCH = 100
ROUNDS = 100
"""Readings of a feed after which it must have come to its end; one takes some 9,000 records."""
pytestmark = [pytest.mark.performance, pytest.mark.timeout(600 + ENTRIES // 10)]


def processor_time(session: Session) -> float:
    """Seconds of this process, and on PostgreSQL of its server, with what that does by itself."""
    if session.get_bind().dialect.name == "sqlite":
        return time.process_time()
    server = psutil.Process(session.scalar(text("SELECT pg_backend_pid()"))).parent()
    living = sum(sum(each.cpu_times()[:2]) for each in server.children())
    return time.process_time() + living + sum(server.cpu_times()[:4])


def spent(node: SmallNode, do: Callable[[], object], entries: int) -> float:
    """Milliseconds of processor time for each of so many entries."""
    with node.session() as session:
        before = processor_time(session)
    do()
    with node.session() as session:
        return (processor_time(session) - before) * 1000 / entries


def number_of(node: SmallNode) -> int:
    """The entries that a node has."""
    return node.all(select(func.count()).select_from(Record))[0]


def grow(hub: SmallNode, village: SmallNode, contents: dict, first: int) -> dict[str, float]:
    """Import as many as there are contents, publish these, and fill a new village with all there is."""
    found = {}
    with hub.session() as session:
        list_ = csv_of(messy_rows(len(contents), first), HEAD)
        runs = []
        looked = spent(hub, lambda: runs.append(compared(session, hub.settings, list_)), len(contents))
        service.start(session, runs[0], by="Ans")
        session.commit()
        found["row compared with what is there"] = looked
        found["row imported"] = spent(hub, lambda: work(session, hub.settings), len(contents))
    found["published"] = spent(hub, lambda: publish(hub, contents), len(contents))
    everything = number_of(hub)
    found["read by a village"] = spent(hub, lambda: fill(village, hub), everything)
    assert number_of(village) == everything
    found["shown anew"] = spent(village, lambda: village.do(show_anew), everything)
    return found


def publish(hub: SmallNode, contents: dict) -> None:
    """As the examples of the demonstration are."""
    indexes = list(contents)
    for start in range(0, len(indexes), BATCH):
        batch = {index: contents[index] for index in indexes[start : start + BATCH]}
        hub.do(lambda session, own, batch=batch: publish_examples(session, hub.settings, own, batch))


def fill(village: SmallNode, hub: SmallNode) -> None:
    """Read the feed of a hub from its beginning to its end."""
    actor = learn_actor(village.runtime.database, village.settings, hub.actor_uri)
    for _round in range(ROUNDS):
        try:
            catch_up(village.runtime.database, village.settings, actor)
        except TryLater:
            continue
        return
    raise AssertionError("the feed has no end")


def show_anew(session: Session, _own: Identity) -> None:
    """What `omzien reindex` does."""
    rebuild(session)


def joined(network: Network, name: str, hub: SmallNode) -> SmallNode:
    """A new village that was accepted."""
    village = network.add(name, "village")
    network.ask(village, hub)
    village.do(lambda session, _own: setattr(session.scalars(select(Follow)).one(), "state", "accepted"))
    return village


def test_an_entry_costs_about_the_same_when_there_are_five_times_as_many(network, capsys):
    hub = network.add("land", "hub")
    contents = dict(enumerate(examples(ENTRIES - 2 * FEW)))
    begin, rest, end = (
        {index: contents[index] for index in part}
        for part in (range(FEW), range(FEW, len(contents) - FEW), range(len(contents) - FEW, len(contents)))
    )
    few = grow(hub, joined(network, "vroeg", hub), begin, first=0)
    had = number_of(hub)
    publish(hub, rest)
    many = grow(hub, joined(network, "laat", hub), end, first=FEW)
    with capsys.disabled():
        print(f"\n{hub.runtime.database.engine.dialect.name}: {had:,} entries, then {number_of(hub):,}")
        for name, taken in many.items():
            print(f"  {name:32} {few[name]:6.2f} ms each, then {taken:6.2f}: {taken / few[name]:4.1f} times")
        print(f"  memory {psutil.Process().memory_info().rss / 1e6:.0f} MB")
    assert [name for name in many if many[name] > 2 * few[name]] == []

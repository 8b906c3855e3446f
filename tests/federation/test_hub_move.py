"""A hub that moves to another address: its villages follow along, and nothing is lost or there twice."""

from __future__ import annotations

from sqlalchemy import select

from directory.relaying.catch_up import FeedCursor, refresh_members
from directory.relaying.listings import FeedListing
from directory.relaying.reconcile import reconcile
from directory.relaying.reconciliation import Reconciliation, reconciliations
from directory.replica.records import Record
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor
from federation.relations.members import Member
from tests.federation.test_move import follows_of, go, joined, move, refusals
from tests.key_changes import deliver_all, own_keys, publish, record, retry
from tests.records import template

__all__ = ["joined"]  # a fixture
SWEEP = "directory.jobs.sweep"


def hubs_named(node):
    """The hubs of which a node keeps anything, by what it keeps."""
    return {model.__name__: set(node.all(select(model.hub_uri))) for model in KEPT}


KEPT = (Member, FeedCursor, FeedListing, Reconciliation)


def prepared(network, hub, *villages):
    """Each village has read the hub's feed and compared with it."""
    for village in villages:
        village.run(SWEEP)
        network.settle()
        reconcile(village.runtime.database, village.settings, hub.actor_uri)


def test_villages_follow_along_and_nothing_is_there_twice(network, joined):
    hub, one, two = joined
    uri = publish(one, "Create", template())
    network.settle()
    prepared(network, hub, one, two)
    before = sorted(two.all(select(Record.uri)))
    (place,) = two.all(select(FeedCursor.sequence))
    old, new = move(network, hub)
    for village in (one, two):
        assert refusals(village) == []
        assert follows_of(village, new) == {("out", "accepted"), ("in", "accepted")}
        assert follows_of(village, old) <= {("in", "ended"), ("out", "ended")}
        village.run(SWEEP)
        network.settle()
        assert hubs_named(village) == {model.__name__: {new} for model in KEPT}
        for member in (one, two):
            assert list(village.get(Member, (new, member.actor_uri)).keys.values()) == own_keys(member)
    assert sorted(two.all(select(Record.uri))) == before
    assert two.get(FeedCursor, new).sequence >= place
    assert record(two, uri).unconfirmed_at is None
    assert record(two, uri).via_uri in {new, one.actor_uri}


def test_what_is_published_after_the_move_is_relayed(network, joined):
    hub, one, two = joined
    uri = publish(one, "Create", template())
    network.settle()
    _old, new = move(network, hub)
    later = publish(two, "Create", template("Elsendorp Eet"))
    network.settle()
    publish(one, "Update", {**template("Anders"), "id": uri, "version": 2})
    network.settle()
    assert record(one, later).via_uri == new
    assert record(two, uri).name == "Anders"
    assert len(two.all(select(Record.uri).where(Record.type == "ActivityTemplate"))) == 2
    for village in (one, two):
        row = reconcile(village.runtime.database, village.settings, new)
        assert (row.different, row.unlisted, row.error) == (0, 0, "")
        village.run(SWEEP)  # the list of what is compared with has one hub
        network.settle()
        with village.session() as session:
            assert [each.hub_uri for each in reconciliations(session)] == [new]


def test_a_village_that_was_away_follows_when_it_is_back(network, joined):
    hub, one, two = joined
    prepared(network, hub, one, two)
    two.stop()
    old, new = move(network, hub)
    uri = publish(one, "Create", template())
    network.settle()
    assert record(two, uri) is None
    two.start()
    for node in (hub, one):
        deliver_all(network, node)
    retry(network, *network.nodes)
    deliver_all(network, hub)
    two.run(SWEEP)
    network.settle()
    assert follows_of(two, new) == {("out", "accepted"), ("in", "accepted")}
    assert follows_of(two, old) <= {("in", "ended"), ("out", "ended")}
    assert record(two, uri).name == template()["name"]
    assert hubs_named(two)["Member"] == {new}


def test_who_asks_for_the_members_at_the_old_address_keeps_all_of_them(network, joined):
    """A village that did not hear of the move yet must not take an empty list for the truth."""
    hub, one, two = joined
    two.stop()
    old = hub.actor_uri
    known = two.get(RemoteActor, old)
    go(hub, f"http://localhost:{hub.port}")
    assert refresh_members(two.runtime.database, two.settings, known) == 2
    assert two.get(Member, (old, one.actor_uri)) is not None
    former = learn_actor(two.runtime.database, two.settings, old, refresh=True)
    assert refresh_members(two.runtime.database, two.settings, former) == 2

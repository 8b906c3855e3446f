"""Deliveries: retried, kept in order, never lost, and never a burden to a host that is down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.database import now
from federation.relations.peers import BREAKER_FAILURES, Peer
from federation.relations.standing import set_rule
from federation.sending import delivery as deliveries
from federation.sending.delivery import HELD, LONGEST_PAUSE, Delivery, Outcome, retry_delay
from federation.sending.outbox import publish
from tests.federation.conftest import ALICE
from tests.records import template


@given(st.integers(1, 1000), st.floats(0, 10 * HELD), st.floats(0, 0.999))
def test_a_pause_is_bounded_and_ends(attempts, elapsed, draw):
    pause = retry_delay(attempts, elapsed, draw)
    assert (pause is None) == (elapsed >= HELD)
    if pause is not None:
        assert 3 <= pause <= LONGEST_PAUSE * 1.25
        assert pause <= (retry_delay(attempts + 1, elapsed, draw) or 0)


def publish_to(session, settings, village, *, also_to=(ALICE,), number=1):
    for _each in range(number):
        publish(session, settings, village, "Create", template(), also_to=also_to)
    session.commit()


def record(session, status, **fields):
    claimed = deliveries.claim(session, 100)
    deliveries.record(session, [Outcome(row.id, status=status, **fields) for row in claimed])
    session.commit()
    return claimed


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (202, "done"),
        (400, "gave_up"),
        (410, "gave_up"),
        (429, "due"),
        (503, "due"),
        (None, "due"),
        (403, "due"),
    ],
)
def test_each_answer_has_its_consequence(session, settings, village, alice, status, state):
    publish_to(session, settings, village)
    (row,) = record(session, status)
    assert row.state == state
    assert (row.due_at > now()) == (state == "due")


def test_a_refusal_that_stays_is_final(session, settings, village, alice):
    publish_to(session, settings, village)
    for _attempt in range(deliveries.REFUSALS):
        session.execute(update(Delivery).values(due_at=now()))
        (row,) = record(session, 401, error="no")
    assert (row.state, row.last_error) == ("gave_up", "no")
    deliveries.try_again(session, row)
    session.commit()
    assert deliveries.claim(session, 10) == [row]


def test_retry_after_is_honoured(session, settings, village, alice):
    publish_to(session, settings, village)
    (row,) = record(session, 429, retry_after=3000)
    assert row.due_at > now() + timedelta(seconds=2900)


def test_an_inbox_that_is_gone_ends_all_that_waits_for_it(session, settings, village, alice):
    publish_to(session, settings, village, number=3)
    claimed = deliveries.claim(session, 1)
    deliveries.record(session, [Outcome(claimed[0].id, status=410)])
    session.commit()
    assert {row.state for row in session.scalars(select(Delivery))} == {"gave_up"}


def test_versions_of_one_object_keep_their_order(session, settings, village, alice):
    first = publish(session, settings, village, "Create", template(), also_to=[ALICE])
    changed = {**template("Anders"), "id": first["object"]["id"]}
    second = publish(session, settings, village, "Update", changed, also_to=[ALICE])
    session.commit()
    (row,) = record(session, 503)
    assert row.activity_uri == first["id"]
    assert deliveries.claim(session, 10) == []  # the second waits for the first
    session.execute(update(Delivery).values(due_at=now()))
    record(session, 202)
    assert [row.activity_uri for row in record(session, 202)] == [second["id"]]


def test_a_claim_runs_out_when_its_worker_dies(session, settings, village, alice):
    publish_to(session, settings, village)
    (row,) = deliveries.claim(session, 10)
    session.commit()
    assert deliveries.claim(session, 10) == []
    row.claimed_until = now() - timedelta(seconds=1)
    session.commit()
    assert deliveries.claim(session, 10) == [row]


def test_a_host_that_keeps_failing_is_left_alone_and_then_probed_once(session, settings, village, alice):
    publish_to(session, settings, village, number=3)
    for _attempt in range(BREAKER_FAILURES):
        session.execute(update(Delivery).values(due_at=now()))
        record(session, None, error="down")
    session.execute(update(Delivery).values(due_at=now()))
    assert deliveries.claim(session, 10) == []
    peer = session.scalars(select(Peer)).one()
    peer.breaker_until = now() - timedelta(seconds=1)
    session.commit()
    assert len(record(session, 202)) == 1
    assert len(deliveries.claim(session, 10)) == 2


def test_a_host_that_sends_us_something_is_back(session, settings, village, alice):
    publish_to(session, settings, village)
    for _attempt in range(BREAKER_FAILURES):
        session.execute(update(Delivery).values(due_at=now()))
        record(session, None, error="down")
    deliveries.hear_from(session, {"elsewhere.example"})
    assert deliveries.claim(session, 10) == []
    deliveries.hear_from(session, {"elders.example"})
    assert len(deliveries.claim(session, 10)) == 1


def test_a_blocked_actor_gets_nothing(session, settings, village, alice):
    set_rule(session, "elders.example", "suspend", reason="spam", by="anna")
    publish_to(session, settings, village)
    assert deliveries.claim(session, 10) == []


def test_a_peer_that_was_down_gets_everything_when_it_is_back(network):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    network.join(village, hub)
    hub.stop()
    for name in ("Een", "Twee"):
        village.do(lambda s, i, name=name: publish_record(s, village.settings, i, "Create", template(name)))
    network.settle()
    assert hub.all(select(Record)) == []
    assert {row.state for row in village.all(select(Delivery)) if row.attempts} >= {"due"}
    hub.start()
    village.do(lambda s, _i: s.execute(update(Delivery).values(due_at=now())))
    village.run("federation.jobs.sweep")
    network.settle()
    assert {record.name for record in hub.all(select(Record))} == {"Een", "Twee"}
    assert {row.state for row in village.all(select(Delivery))} == {"done"}


def test_a_lost_queue_is_found_by_the_sweep_on_every_node(network):
    hub, village, reader = (
        network.add("land", "hub"),
        network.add("een", "village"),
        network.add("twee", "village"),
    )
    network.join(village, hub)
    network.join(reader, hub)
    village.do(lambda s, i: publish_record(s, village.settings, i, "Create", template()))
    for _round in range(4):
        for node in network.nodes:
            node.forget_queue()
            node.run("federation.jobs.sweep")
            node.run("directory.jobs.sweep")
            node.drain()
    assert len(reader.all(select(Record))) == 1


def test_an_actor_whose_inbox_is_unknown_is_looked_up(network):
    hub = network.add("land", "hub")
    writer, origin = network.add("een", "village"), network.add("twee", "village")
    network.join(writer, hub)
    network.join(origin, hub)

    def copy(session, identity):
        publish_record(
            session, writer.settings, identity, "Create", template("Kopie"), also_to=[origin.actor_uri]
        )

    writer.do(copy)
    network.settle()
    (record_,) = origin.all(select(Record))
    assert record_.name == "Kopie"
    assert {row.state for row in writer.all(select(Delivery))} == {"done"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_never_take_the_same_delivery(runtime, session, settings, village, alice):
    publish_to(session, settings, village, number=3)
    with runtime.database.session() as other:
        mine = deliveries.claim(session, 2)
        theirs = deliveries.claim(other, 10)
        assert not {row.id for row in mine} & {row.id for row in theirs}
        session.commit()
        other.commit()
        assert len(mine) + len(theirs) + len(deliveries.claim(other, 10)) == 3

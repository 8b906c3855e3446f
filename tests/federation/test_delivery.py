"""Deliveries: retried, kept in order, never lost, and never a burden to a host that is down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.database import now
from federation.relations.followers import Follow
from federation.relations.peers import BREAKER_FAILURES, Peer
from federation.relations.standing import set_rule
from federation.sending import claiming, dead_inboxes, dead_letters, holding
from federation.sending.delivery import Delivery
from federation.sending.outbox import publish
from federation.sending.published import PublishedActivity
from federation.sending.recording import record
from federation.sending.rules import HELD, REFUSALS, Outcome
from tests.federation.conftest import ALICE
from tests.federation.remote import actor_of, key_pair
from tests.records import template


def publish_to(session, settings, village, *, also_to=(ALICE,), number=1):
    for _each in range(number):
        publish(session, settings, village, "Create", template(), also_to=also_to)
    session.commit()


def turn(session, status, *, room=100, **fields):
    """Claim what may go and record the same answer for all; returns the rows as they are then."""
    claimed = claiming.claim(session, room)
    session.commit()
    record(session, [(row, Outcome(row.id, status=status, **fields)) for row in claimed])
    session.commit()
    session.expire_all()
    return [session.get_one(Delivery, row.id) for row in claimed]


def claim(session, room=100):
    return [row.id for row in claiming.claim(session, room)]


def pauses_are_over(session):
    """All that waits is due, and no host is in a pause."""
    before = now() - timedelta(seconds=1)
    session.execute(update(Delivery).where(Delivery.state == "due").values(due_at=before))
    session.execute(update(Peer).where(Peer.breaker_until.is_not(None)).values(breaker_until=before))
    session.commit()
    session.expire_all()


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (202, "done", ""),
        (400, "gave_up", "refused"),
        (307, "gave_up", "refused"),
        (410, "gave_up", "inbox_gone"),
        (404, "gave_up", "inbox_gone"),
        (429, "due", ""),
        (503, "due", ""),
        (500, "due", ""),
        (None, "due", ""),
        (403, "due", ""),
    ],
)
def test_each_answer_has_its_consequence(session, settings, village, alice, status, state, reason):
    publish_to(session, settings, village)
    (row,) = turn(session, status)
    assert (row.state, row.reason_code, row.attempts) == (state, reason, 1)
    assert (row.due_at > now()) == (state == "due")


def test_a_refusal_that_stays_is_final_until_a_person_wants_otherwise(session, settings, village, alice):
    publish_to(session, settings, village)
    for _attempt in range(REFUSALS):
        pauses_are_over(session)
        (row,) = turn(session, 401, error="no")
    assert (row.state, row.reason_code, row.last_error) == ("gave_up", "refused", "no")
    assert dead_letters.retry(session, [row.id]) == 1
    session.commit()
    assert claim(session) == [row.id]


def test_retry_after_is_honoured_for_the_whole_host(session, settings, village, alice):
    publish_to(session, settings, village)
    (row,) = turn(session, 429, retry_after=3000)
    assert row.due_at > now() + timedelta(seconds=2900)
    publish_to(session, settings, village)
    assert claim(session) == []


def test_an_inbox_that_is_gone_ends_all_that_waits_for_it(session, settings, village, alice):
    publish_to(session, settings, village, number=3)
    turn(session, 410, room=1)
    assert {row.state for row in session.scalars(select(Delivery))} == {"gave_up"}
    publish_to(session, settings, village)
    assert claim(session) == []


@pytest.mark.parametrize("how", ["fetched anew", "asked by a person"])
def test_a_dead_inbox_comes_back_when_somebody_says_so(session, settings, village, alice, how):
    publish_to(session, settings, village)
    (row,) = turn(session, 410)
    if how == "fetched anew":
        remember_actor(session, actor_of(ALICE, key_pair()))
    else:
        dead_letters.retry(session, row.host)
    session.commit()
    publish_to(session, settings, village)
    assert len(claim(session)) == (1 if how == "fetched anew" else 2)


def test_what_a_dead_shared_inbox_did_not_get_goes_to_the_own_ones(session, settings, village, alice):
    shared = "https://elders.example/inbox"
    for name in ("bob", "carla"):
        uri = f"https://elders.example/actors/{name}"
        remember_actor(session, actor_of(uri, key_pair(), endpoints={"sharedInbox": shared}))
        follow = Follow(identity_id=village.id, remote_uri=uri, direction="in", state="accepted")
        follow.activity_uri = f"{uri}/follow"
        session.add(follow)
    publish_to(session, settings, village, also_to=[])
    assert [row.inbox for row in session.scalars(select(Delivery))] == [shared]
    turn(session, 404)
    waiting = session.scalars(select(Delivery.inbox).where(Delivery.state == "due")).all()
    assert sorted(waiting) == [f"https://elders.example/actors/{name}/inbox" for name in ("bob", "carla")]
    publish_to(session, settings, village, also_to=[])
    assert len(session.scalars(select(Delivery.id).where(Delivery.state == "due")).all()) == 4


def test_versions_of_one_object_keep_their_order(session, settings, village, alice):
    first = publish(session, settings, village, "Create", template(), also_to=[ALICE])
    changed = {**template("Anders"), "id": first["object"]["id"]}
    second = publish(session, settings, village, "Update", changed, also_to=[ALICE])
    session.commit()
    (row,) = turn(session, 500)
    created = session.get_one(PublishedActivity, row.activity_uri).document
    # the first, which says by now what stands
    assert (created["type"], created["object"]) == ("Create", second["object"])
    assert claim(session) == []  # the second waits for the first
    pauses_are_over(session)
    turn(session, 202)
    assert [row.activity_uri for row in turn(session, 202)] == [second["id"]]


def test_a_claim_runs_out_when_its_worker_dies(session, settings, village, alice):
    publish_to(session, settings, village)
    mine = claim(session)
    session.commit()
    assert claim(session) == []
    session.execute(update(Delivery).values(claimed_until=now() - timedelta(seconds=1)))
    session.commit()
    assert claim(session) == mine


def test_what_another_worker_finished_stays_finished(session, settings, village, alice):
    publish_to(session, settings, village)
    (slow,) = claiming.claim(session, 1)
    session.execute(update(Delivery).values(claimed_until=now() - timedelta(seconds=1)))
    turn(session, 202)
    record(session, [(slow, Outcome(slow.id, error="no answer in time"))])
    session.commit()
    assert session.scalars(select(Delivery.state)).all() == ["done"]


def test_a_host_that_keeps_failing_is_left_alone_and_then_probed_once(session, settings, village, alice):
    publish_to(session, settings, village, number=3)
    for _attempt in range(BREAKER_FAILURES):
        pauses_are_over(session)
        assert turn(session, None, error="down")
        assert claim(session) == []
    peer = session.scalars(select(Peer)).one()
    assert peer.breaker_until > now() + timedelta(minutes=29)
    publish_to(session, settings, village)
    assert claim(session) == []  # what is new waits too
    pauses_are_over(session)
    assert len(turn(session, 202)) == 1
    assert len(claim(session)) == 3


def test_a_probe_is_not_repeated_while_it_is_on_its_way(session, settings, village, alice):
    publish_to(session, settings, village, number=3)
    turn(session, None)
    pauses_are_over(session)
    assert len(claim(session)) == 1
    session.commit()
    assert claim(session) == []


def test_what_was_held_is_let_go_in_growing_steps(session, settings, village, alice):
    publish_to(session, settings, village, number=35)
    turn(session, None, room=1)
    pauses_are_over(session)
    before = now() - timedelta(seconds=1)
    session.execute(update(Peer).values(breaker_until=before))
    session.execute(update(Delivery).where(Delivery.state == "due").values(due_at=before))
    session.commit()
    turn(session, 202, room=1)
    waiting = select(Delivery.due_at).where(Delivery.state == "due")
    steps = sorted(round((at - now()).total_seconds() / 15) for at in session.scalars(waiting))
    assert steps == [0] * 10 + [1] * 20 + [2] * 4


def test_a_host_that_sends_us_something_is_back(session, settings, village, alice):
    publish_to(session, settings, village)
    for _attempt in range(BREAKER_FAILURES):
        pauses_are_over(session)
        turn(session, None, error="down")
    holding.hear_from(session, {"elsewhere.example": "rfc9421"})
    assert claim(session) == []
    holding.hear_from(session, {"elders.example": "rfc9421"})
    assert len(claim(session)) == 1
    heard = session.get_one(Peer, "elders.example", populate_existing=True)
    assert (heard.heard_scheme, heard.failures, heard.breaker_until) == ("rfc9421", 0, None)
    assert heard.last_heard_at is not None


def test_what_is_held_too_long_becomes_a_dead_letter(session, settings, village, alice):
    publish_to(session, settings, village, number=2)
    turn(session, None, room=1)
    old = now() - timedelta(seconds=HELD + 60)
    session.execute(update(Delivery).values(created_at=old))
    holding.expire(session)
    session.commit()
    page = dead_letters.list_given_up(session, host="elders.example")
    assert page.total == dead_letters.list_given_up(session).total == 2
    assert {row.reason_code for row in page.deliveries} == {"expired"}
    assert dead_letters.discard(session, [page.deliveries[0].id], by="anna") == 1
    assert dead_letters.retry(session, "elders.example") == 1
    session.commit()
    session.expire_all()
    states = {(row.state, row.decided_by) for row in session.scalars(select(Delivery))}
    assert states == {("discarded", "anna"), ("due", "")}


def test_what_is_on_its_way_does_not_expire(session, settings, village, alice):
    publish_to(session, settings, village)
    session.execute(update(Delivery).values(created_at=now() - timedelta(seconds=HELD + 60)))
    claim(session)
    holding.expire(session)
    assert dead_letters.list_given_up(session).total == 0


def test_one_host_does_not_fill_a_worker(session, settings, village, alice):
    other = "https://nabuur.example/actors/bob"
    remember_actor(session, actor_of(other, key_pair()))
    publish_to(session, settings, village, number=30)
    publish_to(session, settings, village, also_to=[other])
    hosts = [row.host for row in claiming.claim(session, 20)]
    assert hosts.count("elders.example") == claiming.PER_HOST
    assert hosts.count("nabuur.example") == 1


def test_unknown_receivers_keep_the_order_too(session, settings, village, alice):
    session.execute(update(RemoteActor).values(uri="https://elders.example/actors/else"))
    first = publish(session, settings, village, "Create", template(), also_to=[ALICE])
    session.execute(update(RemoteActor).values(uri=ALICE))
    changed = {**template("Anders"), "id": first["object"]["id"]}
    publish(session, settings, village, "Update", changed, also_to=[ALICE])
    session.commit()
    (row,) = claiming.claim(session, 10)
    assert (session.get_one(PublishedActivity, row.activity_uri).type, row.inbox) == ("Create", "")
    assert dead_inboxes.died_at(session, [row.inbox]) == {}


def test_a_blocked_actor_gets_nothing(session, settings, village, alice):
    set_rule(session, "elders.example", "suspend", reason="spam", by="anna")
    publish_to(session, settings, village)
    assert claim(session) == []


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
    village.do(lambda s, _i: pauses_are_over(s))
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
        mine = claim(session, 2)
        theirs = claim(other, 10)
        assert not set(mine) & set(theirs)
        session.commit()
        other.commit()
        assert len(mine) + len(theirs) + len(claim(other, 10)) == 3
